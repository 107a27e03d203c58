"""The pictures of the linear_classifier notebook: the plane, penalties, slopes, losses, searches, templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from coursekit.props import note
from coursekit.sliders import slide
from coursekit.style import COLORS, MUTED, ON_DARK, ON_LIGHT, WRONG, drawn, panels, picture
from project1.plots.knn import MARKS, short

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Grid = tuple[Sequence[float], Sequence[float]]
"""Learning rates and regularization strengths."""


@drawn
def plane(
    points: Tensor,
    y: Tensor,
    weights: Mapping[str, Tensor],
    predict: Callable[[Tensor, Tensor], Tensor] | None = None,
) -> Figure:
    """Linear classifiers of the plane: each class's line of score zero, with an arrow to where its score grows.

    Args:
        points: (N, 2).
        y: their classes, int64 (N,).
        weights: {title: W of shape (3, C)}, the last row being the bias; one picture for each.
        predict: (W, X) -> classes, where X has a 1 appended; if given, the plane is shaded by its answers.
    """
    figure, axes = panels(1, len(weights), size=(4.4, 4.4), sharey=True)
    for ax, (title, W) in zip(axes[0], weights.items(), strict=True):
        if predict is not None:
            _shade(ax, lambda X, W=W: predict(W, X))  # type: ignore[misc]
        for c in range(W.shape[1]):
            _zero_line(ax, W[:, c].double(), COLORS[c])
        for c in range(W.shape[1]):
            of_class = points[y == c]
            ax.plot(*of_class.T.tolist(), MARKS[c], ms=8, color=COLORS[c], mec="white", mew=1.2, label=f"class {c}")
        ticks = [-1, -0.5, 0, 0.5, 1]
        ax.set(xlim=(-1, 1), ylim=(-1, 1), xticks=ticks, yticks=ticks, aspect="equal")
        ax.set(xlabel="$x_0$", title=title)
        ax.grid(False)
    axes[0, 0].set_ylabel("$x_1$")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=len(labels))
    return figure


def _shade(ax: Any, predict: Callable[[Tensor], Tensor]) -> None:
    from matplotlib.colors import ListedColormap

    ticks = torch.linspace(-1, 1, 160)
    x1, x0 = torch.meshgrid(ticks, ticks, indexing="ij")
    X = torch.stack([x0.flatten(), x1.flatten(), torch.ones(x0.numel())], dim=1)
    classes = predict(X).reshape(x0.shape).numpy()
    colors = ListedColormap(list(COLORS))
    ax.imshow(classes, extent=(-1, 1, -1, 1), origin="lower", cmap=colors, vmin=0, vmax=len(COLORS) - 1, alpha=0.2)


def _zero_line(ax: Any, w: Tensor, color: str) -> None:
    """The line w[0] x0 + w[1] x1 + w[2] = 0, and an arrow along (w[0], w[1]) from its point nearest the centre."""
    normal, bias = w[:2], w[2]
    length = float(normal.pow(2).sum().sqrt())
    if length < 1e-9:
        return
    foot = -bias * normal / length**2
    along = torch.stack([-normal[1], normal[0]]) / length
    ends = torch.stack([foot - 3 * along, foot + 3 * along])
    ax.plot(ends[:, 0].tolist(), ends[:, 1].tolist(), color=color, lw=1.6)
    tip = (foot + 0.28 * normal / length).tolist()
    ax.annotate("", tip, foot.tolist(), arrowprops={"arrowstyle": "-|>", "color": color, "lw": 1.8, "shrinkA": 0})


@drawn
def one_penalty(w: Tensor, penalty: Tensor, slope: Tensor, name: str) -> Figure:
    """The penalty of a single weight, and its slope beside it.

    Args:
        w: weights, in rising order, (n,).
        penalty: of each weight alone, (n,).
        slope: the derivative of the penalty at each, (n,).
        name: of the penalty.
    """
    figure, (axes,) = panels(1, 2, size=(4.4, 2.9))
    for ax, values, title in zip(
        axes, (penalty, slope), (f"{name}: what one weight costs", "and how hard it is pulled to 0"), strict=True
    ):
        ax.axhline(0, color=MUTED, lw=0.8)
        ax.axvline(0, color=MUTED, lw=0.8)
        ax.plot(w.tolist(), values.tolist(), color=COLORS[0])
        ax.set(xlabel="weight $w$", title=title)
    axes[0].set_ylabel("penalty")
    axes[1].set_ylabel("slope of the penalty")
    return figure


@drawn
def penalties(penalty: Mapping[str, Callable[[Tensor], float]]) -> Figure:
    """Level lines of penalties on two weights, and the weights that give x = (1, 1) the score 1.

    Args:
        penalty: {title: function of w (2,) that returns a number}; one picture for each.
    """
    figure, axes = panels(1, len(penalty), size=(4.4, 4.2))
    ticks = torch.linspace(-1.5, 1.5, 41, dtype=torch.float64)
    for ax, (title, of) in zip(axes[0], penalty.items(), strict=True):
        values = [[of(torch.stack([w0, w1])) for w0 in ticks] for w1 in ticks]
        lines = ax.contour(ticks, ticks, values, levels=[0.25, 0.5, 1, 2], colors=COLORS[0], linewidths=1.2)
        ax.clabel(lines, fmt="%g", fontsize=8)
        ax.plot([-0.5, 1.5], [1.5, -0.5], color=COLORS[1], lw=3, alpha=0.7, zorder=1, label="score 1 on x = (1, 1)")
        marks = [("(1, 0)", (1.0, 0.0)), ("(1/2, 1/2)", (0.5, 0.5))]
        costs = [of(torch.tensor(w, dtype=torch.float64)) for _, w in marks]
        for (name, w), value in zip(marks, costs, strict=True):
            ax.plot(*w, "o", color=COLORS[4], mec="white", ms=8)
            ax.annotate(f"{name} costs {value:g}", w, (9, 4), textcoords="offset points", color=COLORS[4])
        alike = abs(costs[0] - costs[1]) < 1e-6
        ax.set_title(f"{title}: {'the two cost the same' if alike else 'the spread weights cost less'}")
        ax.set(xlabel="$w_0$", ylabel="$w_1$", aspect="equal", xlim=(-1.5, 2.1), ylim=(-1.5, 1.5))
        ax.grid(False)
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside upper center")
    return figure


@drawn
def learned_weights(weights: Mapping[str, Tensor], true: Tensor) -> Figure:
    """The weights learned under each penalty, one bar for each weight, and the ones that made the data.

    Args:
        weights: {name of the penalty: learned weights, (D,)}; one picture for each.
        true: the weights that the data were made with, (D,).
    """
    figure, axes = panels(1, len(weights), size=(3.7, 3.0), sharey=True)
    places = list(range(len(true)))
    for color, ax, (name, w) in zip(COLORS, axes[0], weights.items(), strict=False):
        ax.axhline(0, color=MUTED, lw=0.8)
        ax.bar(places, w.tolist(), color=color, width=0.7)
        ax.plot(places, true.tolist(), "_", color=WRONG, ms=9, mew=2, label="what made the data")
        small = int((w.abs() < 0.01).sum())
        ax.set(title=f"{name}: {small} of {len(w)} weights are nearly 0", xlabel="weight number")
        ax.grid(False, axis="x")
    axes[0, 0].set_ylabel("learned weight")
    axes[0, 0].legend(loc="upper right")
    return figure


@drawn
def cliff(x: Tensor, y: Tensor, weights: Sequence[float], w: Tensor, losses: Mapping[str, Tensor]) -> Figure:
    """How the probability of class 1 turns into a cliff as its one weight grows, and what the loss says to that.

    Args:
        x: inputs, (N,).
        y: their classes, 0 or 1, (N,).
        weights: the weights to draw the probability for.
        w: where the losses are given, (M,).
        losses: {name: its values at w, (M,)}.
    """
    figure, axes = panels(1, 2, size=(5.2, 3.6))
    left, right = axes[0]
    ticks = torch.linspace(-2.5, 2.5, 400)
    for color, weight in zip(COLORS, weights, strict=False):
        left.plot(ticks, torch.sigmoid(weight * ticks), color=color, label=f"w = {weight:g}")
    _two_classes(left, x, y)
    left.set_title("every curve puts each point on its side")
    left.legend(loc="center right")
    right.set(xlabel="weight w", ylabel="loss", ylim=(0, 1.05), title="without a penalty, more is always better")
    for color, (name, values) in zip(COLORS[3:], losses.items(), strict=False):
        right.plot(w, values, color=color, label=name)
        best = int(values.argmin())
        if 0 < best < len(w) - 1:
            said = f"lowest at w = {float(w[best]):.1f}"
            right.plot(w[best], values[best], "v", color=color, ms=9, ls="none", label=said)
    right.legend(loc="upper right")
    return figure


@drawn
def cliff_by_strength(
    x: Tensor,
    y: Tensor,
    best_weight: Callable[[float], float],
    stills: Sequence[float] = (0.0, 0.001, 0.02),
    sliding: Sequence[float] = (0.0, 1e-5, 1e-4, 1e-3, 3e-3, 1e-2, 2e-2, 5e-2, 0.1, 0.3, 1.0),
) -> Figure:
    """How steep the cliff is at each strength of the regularization; with a slider for it.

    Args:
        x: inputs, (N,).
        y: their classes, 0 or 1, (N,).
        best_weight: the weight of the lowest total loss, for a strength.
        stills: the strengths of the still pictures.
        sliding: what the slider, where there is one, goes through.
    """
    ticks = torch.linspace(-2.5, 2.5, 400)

    def curve(ax: Any, reg: float) -> None:
        weight = best_weight(reg)
        ax.fill_between(ticks, torch.sigmoid(weight * ticks), 0.5, color=COLORS[0], alpha=0.2, lw=0)
        ax.plot(ticks, torch.sigmoid(weight * ticks), color=COLORS[0])
        _two_classes(ax, x, y)
        sure = 100 * float(torch.sigmoid(torch.tensor(0.05 * weight)))
        ax.set(ylim=(-0.06, 1.06), title=f"reg = {reg:g}: w = {weight:.3g}\n{sure:.0f} % sure of class 1 at x = 0.05")

    return slide(curve, [{"reg": reg} for reg in stills], {"reg": sliding}, size=(3.6, 3.2), sharey=True)


def _two_classes(ax: Any, x: Tensor, y: Tensor) -> None:
    for c in (0, 1):
        ax.plot(x[y == c], y[y == c], MARKS[c], color=COLORS[2 * c + 2], ms=8, mec="white", ls="none")
    ax.set(xlabel="x", ylabel="probability of class 1")


@drawn
def difference_errors(steps: Sequence[float], errors: Mapping[str, Sequence[float]]) -> Figure:
    """The error of numeric gradients over their step, on logarithmic scales.

    Args:
        steps: the step sizes h.
        errors: {method: error at each step}.
    """
    figure, axes = panels(1, 1, size=(6.4, 3.8))
    ax = axes[0, 0]
    for color, mark, (name, values) in zip(COLORS, MARKS, errors.items(), strict=False):
        ax.loglog(steps, [max(value, 1e-17) for value in values], f"{mark}-", ms=4, color=color, label=name)
    ax.set(xlabel="step h", ylabel="relative error")
    ax.set_title("left: too small a step rounds. right: too large a step bends")
    ax.legend(loc="upper center")
    return figure


@drawn
def loss_of_score(scores: Tensor, losses: Mapping[str, Tensor], others: Sequence[float]) -> Figure:
    """The loss of one example as the score of its true class moves and the others stay.

    Args:
        scores: scores of the true class, (M,).
        losses: {name: loss at each score, (M,)}.
        others: the scores of the other classes.
    """
    figure, axes = panels(1, 1, size=(6.4, 3.6))
    ax = axes[0, 0]
    for color, (name, values) in zip(COLORS, losses.items(), strict=False):
        ax.plot(scores, values, color=color, label=name)
    for score in others:
        ax.axvline(score, color=MUTED, lw=1, ls=":")
    listed = ", ".join(f"{score:g}" for score in others)
    ax.set(xlabel=f"score of the true class (dotted: the others, {listed})", ylabel="loss of the example")
    ax.set_title("a true score in the lead costs less: where does each loss end?")
    ax.legend(loc="upper right")
    return figure


@drawn
def losses_of_points(losses: Sequence[float], published: Sequence[float], y: Tensor) -> Figure:
    """The loss of each of a few points, and what somebody else published for it.

    Args:
        losses: of the points, in order.
        published: the same numbers as others have them.
        y: the classes of the points, int64 (N,).
    """
    figure, axes = panels(1, 1, size=(6.8, 3.0))
    ax = axes[0, 0]
    for c in sorted(set(y.tolist())):
        at = [i for i, label in enumerate(y.tolist()) if label == c]
        ax.bar(at, [losses[i] for i in at], color=COLORS[c], label=f"class {c}")
    ax.plot(range(len(published)), published, "_", ms=26, mew=2, color=WRONG, ls="none", label="the lecture's page")
    ax.set(xlabel="point", ylabel="loss", xticks=range(len(losses)))
    ax.set_title(f"{sum(loss > 1 for loss in losses)} of {len(losses)} points make most of the loss")
    ax.grid(False, axis="x")
    ax.legend(loc="upper left", ncols=2, markerscale=0.4)
    return figure


@drawn
def search_history(losses: Sequence[float]) -> Figure:
    """The loss of every try of a random search, and the best one so far.

    Args:
        losses: the loss of each try, in order.
    """
    figure, axes = panels(1, 1, size=(6.6, 3.4), note=note())
    ax = axes[0, 0]
    tried = torch.tensor(losses)
    ax.plot(tried, ".", ms=3, color=COLORS[5], label="a try")
    ax.plot(tried.cummin(0).values, color=COLORS[4], label="the best so far")
    ax.set(xlabel="try", ylabel="loss", title=f"{len(losses)} random tries: the best loss is {min(losses):.3f}")
    ax.legend(loc="lower left", bbox_to_anchor=(0, -0.32), ncols=2, markerscale=2, borderaxespad=0)
    return figure


@drawn
def batch_noise(sizes: Sequence[int], errors: Sequence[float]) -> Figure:
    """How far a minibatch gradient is from the full one, by batch size.

    Args:
        sizes: batch sizes.
        errors: for each, the typical distance to the full gradient, relative to its length.
    """
    figure, axes = panels(1, 1, size=(6.2, 3.6), note=note())
    ax = axes[0, 0]
    ax.loglog(sizes, errors, "o-", color=COLORS[0], label="measured")
    line = [errors[0] * (sizes[0] / size) ** 0.5 for size in sizes]
    ax.loglog(sizes, line, "--", color=MUTED, lw=1.2, label="falling as 1 / sqrt(batch size)")
    ax.axhline(1, color=WRONG, lw=1, ls=":")
    ax.annotate("noise as long as the gradient", (sizes[0], 1), (0, 4), textcoords="offset points", color=WRONG)
    ax.set(xlabel="batch size", ylabel="distance to the full gradient,\nin lengths of it")
    ax.set_title("four times the images, half the noise")
    ax.set_xticks(list(sizes), labels=[str(size) for size in sizes])
    ax.set_yticks(list(errors), labels=[f"{error:.1f}" for error in errors])
    ax.minorticks_off()
    ax.legend(loc="upper right")
    return figure


@drawn
def loss_curves(curves: Mapping[str, Sequence[float]], window: int = 11) -> Figure:
    """Training losses, one picture for each: every minibatch pale, their running mean in full colour.

    Args:
        curves: {title: loss of each step}.
        window: how many steps the running mean covers.
    """
    figure, axes = panels(1, len(curves), size=(5.0, 3.4), note=note())
    for color, ax, (title, losses) in zip(COLORS, axes[0], curves.items(), strict=False):
        every = torch.tensor(losses)
        ax.plot(every, color=color, alpha=0.35, lw=0.9, label="one minibatch")
        if len(every) > window:
            means = every.unfold(0, window, 1).mean(dim=1)
            ax.plot(torch.arange(len(means)) + window / 2, means, color=color, label=f"mean of {window} of them")
        ax.set(xlabel="step", ylabel="loss of the minibatch", ylim=(0, None))
        ax.set_title(f"{title}: from {losses[0]:.2f} to {float(every[-window:].mean()):.2f}")
        ax.legend(loc="upper right")
    return figure


@drawn
def grids(grids: Mapping[str, Grid]) -> Figure:
    """The pairs of hyperparameters that a search will try, on logarithmic scales.

    Args:
        grids: {classifier: learning rates and regularization strengths}.
    """
    figure, axes = panels(1, 1, size=(6.4, 3.4))
    ax = axes[0, 0]
    for color, mark, (name, (rates, strengths)) in zip(COLORS, MARKS, grids.items(), strict=False):
        pairs = [(strength, rate) for rate in rates for strength in strengths]
        ax.plot(*zip(*pairs, strict=True), mark, ms=9, color=color, alpha=0.8, label=f"{name}: {len(pairs)} pairs")
    if any(strength <= 0 for _, strengths in grids.values() for strength in strengths):
        ax.set_xscale("symlog", linthresh=1e-6)
    else:
        ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set(xlabel="regularization strength", ylabel="learning rate", title="one mark, one training")
    ax.margins(0.12)
    ax.legend(loc="lower left", bbox_to_anchor=(1.01, 0.4), borderaxespad=0)
    return figure


@drawn
def heat_map(results: Mapping[tuple[float, float], tuple[float, float]], name: str) -> Figure:
    """Training and validation accuracy for each pair of hyperparameters; the best in validation is framed.

    Args:
        results: {(learning rate, regularization strength): (training accuracy, validation accuracy)}, as fractions.
        name: of the classifier.
    """
    from matplotlib.patches import Rectangle

    rates, strengths = sorted({pair[0] for pair in results}), sorted({pair[1] for pair in results})
    size = (max(1.5 + 0.95 * len(strengths), 3.8), 1.2 + 0.75 * len(rates))
    figure, axes = panels(1, 2, size=size, note=note(), sharey=True)
    chosen = max(results, key=lambda pair: results[pair][1])
    lowest, highest = (pick(value for both in results.values() for value in both) for pick in (min, max))
    for which, (ax, title) in enumerate(zip(axes[0], ("training", "validation"), strict=True)):
        table = torch.full((len(rates), len(strengths)), float("nan"), dtype=torch.float64)
        for (rate, strength), both in results.items():
            at = rates.index(rate), strengths.index(strength)
            table[at] = both[which]
            color = ON_DARK if both[which] < (lowest + highest) / 2 else ON_LIGHT
            ax.text(at[1], at[0], f"{100 * both[which]:.1f}", ha="center", va="center", color=color)
        ax.imshow(table.numpy(), cmap="viridis", vmin=lowest, vmax=highest, aspect="auto")
        picture(ax)
        ax.tick_params(length=0)
        ax.set_xticks(range(len(strengths)), labels=[f"{strength:g}" for strength in strengths])
        ax.set_yticks(range(len(rates)), labels=[f"{rate:g}" for rate in rates])
        ax.set(xlabel="regularization strength", title=f"{name}: {title} accuracy (%)")
    axes[0, 0].set_ylabel("learning rate")
    corner = strengths.index(chosen[1]) - 0.5, rates.index(chosen[0]) - 0.5
    axes[0, 1].add_patch(Rectangle(corner, 1, 1, fill=False, ec=WRONG, lw=3))
    return figure


@drawn
def templates(weights: Mapping[str, Tensor], classes: Sequence[str]) -> Figure:
    """The weights of each class as an image, what the classifier looks for; below, how alike the first two rows are.

    Args:
        weights: {name: W of shape (3073, C)}, the last row being the bias; one row of images for each.
        classes: the names of the C classes.
    """
    figure, axes = panels(len(weights), len(classes), size=(1.15, 1.3), note=note())
    for row, (name, W) in zip(axes, weights.items(), strict=True):
        for ax, template in zip(row, W[:-1].T.reshape(-1, 3, 32, 32), strict=True):
            picture(ax)
            largest = template.abs().flatten().quantile(0.99).clamp(min=1e-12)
            image = (0.5 + 0.5 * template / largest).clamp(0, 1).permute(1, 2, 0)
            ax.imshow(image.numpy(), interpolation="nearest")
        row[0].set_ylabel(name)
    for ax, title in zip(axes[0], classes, strict=True):
        ax.set_title(short(title).replace(" ", "\n", 1), fontsize=8)
    if len(weights) > 1:
        for ax, alike in zip(axes[1], template_correlations(*list(weights.values())[:2]), strict=True):
            ax.set_xlabel(f"r = {alike:.2f}", fontsize=8)
    return figure


def template_correlations(first: Tensor, second: Tensor) -> list[float]:
    """The correlation of each class's template in one W with the same class's in another; both (3073, C)."""
    pairs = zip(first[:-1].T.double(), second[:-1].T.double(), strict=True)
    return [float(torch.corrcoef(torch.stack(pair))[0, 1].nan_to_num()) for pair in pairs]
