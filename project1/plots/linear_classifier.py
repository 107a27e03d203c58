"""The pictures of the linear_classifier notebook: the plane, penalties, slopes, losses, searches, templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from coursekit.props import note
from coursekit.style import COLORS, MUTED, WRONG, panels, picture

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MARKS = "os^DvP*X<>"
"""One marker for each class, so that colour is not all that tells them apart."""


def plane(
    points: Tensor,
    y: Tensor,
    weights: Mapping[str, Tensor],
    predict: Callable[[Tensor, Tensor], Tensor] | None = None,
) -> Figure:
    """Show linear classifiers of the plane: each class's line of score zero, with an arrow to where its score grows.

    Args:
        points: (N, 2).
        y: their classes, int64 (N,).
        weights: {title: W of shape (3, C)}, the last row being the bias; one picture for each.
        predict: (W, X) -> classes, where X has a 1 appended; if given, the plane is shaded by its answers.
    """
    figure, axes = panels(1, len(weights), size=(4.6, 4.4))
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
        ax.set(xlabel="$x_0$", ylabel="$x_1$", title=title)
        ax.grid(False)
    axes[0, 0].legend(loc="lower left", framealpha=0.85)
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


def penalties(penalty: Mapping[str, Callable[[Tensor], float]]) -> Figure:
    """Show level lines of penalties on two weights, and the weights that give x = (1, 1) the score 1.

    Args:
        penalty: {title: function of w (2,) that returns a number}; one picture for each.
    """
    figure, axes = panels(1, len(penalty), size=(4.4, 4.2))
    ticks = torch.linspace(-1.5, 1.5, 41, dtype=torch.float64)
    for number, (ax, (title, of)) in enumerate(zip(axes[0], penalty.items(), strict=True)):
        values = [[of(torch.stack([w0, w1])) for w0 in ticks] for w1 in ticks]
        lines = ax.contour(ticks, ticks, values, levels=[0.25, 0.5, 1, 2], colors=COLORS[0], linewidths=1.2)
        ax.clabel(lines, fmt="%g", fontsize=8)
        ax.plot([-0.5, 1.5], [1.5, -0.5], color=COLORS[1], label="score 1 on x = (1, 1)")
        marks = [("(1, 0)", (1.0, 0.0)), ("(1/2, 1/2)", (0.5, 0.5))]
        for name, w in marks:
            value = of(torch.tensor(w, dtype=torch.float64))
            ax.plot(*w, "o", color=COLORS[4], mec="white", ms=8)
            ax.annotate(f"{name}: {value:g}", w, (7, 6), textcoords="offset points", fontsize=9)
        ax.set(title=title, xlabel="$w_0$", ylabel="$w_1$", aspect="equal", xlim=(-1.5, 1.8), ylim=(-1.5, 1.5))
        if number == 0:
            ax.legend(loc="lower left", framealpha=0.85, fontsize=9)
    return figure


def cliff(x: Tensor, y: Tensor, weights: Sequence[float], w: Tensor, losses: Mapping[str, Tensor]) -> Figure:
    """Show how the probability of class 1 turns into a cliff as its one weight grows, and what the loss says to that.

    Args:
        x: inputs, (N,).
        y: their classes, 0 or 1, (N,).
        weights: the weights to draw the probability for.
        w: where the losses are given, (M,).
        losses: {name: its values at w, (M,)}.
    """
    figure, axes = panels(1, 2, size=(5.0, 3.6))
    left, right = axes[0]
    ticks = torch.linspace(-2.5, 2.5, 400)
    for color, weight in zip(COLORS, weights, strict=False):
        left.plot(ticks, torch.sigmoid(weight * ticks), color=color, label=f"w = {weight:g}")
    for c in (0, 1):
        left.plot(x[y == c], y[y == c], MARKS[c], color="#333333", ms=7, mec="white", ls="none")
    left.set(xlabel="x", ylabel="probability of class 1", title="every curve puts each point on its side")
    left.legend(loc="center right", frameon=False)
    for color, (name, values) in zip(COLORS[3:], losses.items(), strict=False):
        right.plot(w, values, color=color, label=name)
        best = int(values.argmin())
        if 0 < best < len(w) - 1:
            right.plot(w[best], values[best], "v", color=color, ms=9, label=f"lowest at w = {float(w[best]):.1f}")
    right.set(xlabel="w", ylabel="loss", ylim=(0, 1.05), title="without regularization, more is always better")
    right.legend(loc="upper right", frameon=False)
    return figure


def difference_errors(steps: Sequence[float], errors: Mapping[str, Sequence[float]]) -> Figure:
    """Show the error of numeric gradients over their step, on logarithmic scales.

    Args:
        steps: the step sizes h.
        errors: {method: error at each step}.
    """
    figure, axes = panels(1, 1, size=(6.2, 3.8))
    ax = axes[0, 0]
    for color, mark, (name, values) in zip(COLORS, MARKS, errors.items(), strict=False):
        ax.loglog(steps, [max(value, 1e-17) for value in values], f"{mark}-", ms=4, color=color, label=name)
    ax.set(xlabel="step h", ylabel="relative error", title="float64: too large a step bends, too small a step rounds")
    ax.legend(loc="upper center", frameon=False)
    return figure


def loss_of_score(scores: Tensor, losses: Mapping[str, Tensor], others: Sequence[float]) -> Figure:
    """Show the loss of one example as the score of its true class moves and the others stay.

    Args:
        scores: scores of the true class, (M,).
        losses: {name: loss at each score, (M,)}.
        others: the scores of the other classes.
    """
    figure, axes = panels(1, 1, size=(6.2, 3.6))
    ax = axes[0, 0]
    for color, (name, values) in zip(COLORS, losses.items(), strict=False):
        ax.plot(scores, values, color=color, label=name)
    for score in others:
        ax.axvline(score, color=MUTED, lw=1, ls=":")
    listed = ", ".join(f"{score:g}" for score in others)
    ax.set(xlabel=f"score of the true class (dotted: the others, {listed})", ylabel="loss of the example")
    ax.legend(loc="upper right", frameon=False)
    return figure


def search_history(losses: Sequence[float]) -> Figure:
    """Show the loss of every try of a random search, and the best one so far.

    Args:
        losses: the loss of each try, in order.
    """
    figure, axes = panels(1, 1, size=(6.6, 3.4), note=note())
    ax = axes[0, 0]
    tried = torch.tensor(losses)
    ax.plot(tried, ".", ms=3, color=COLORS[5], label="a try")
    ax.plot(tried.cummin(0).values, color=COLORS[4], label="the best so far")
    ax.set(xlabel="try", ylabel="loss", title=f"{len(losses)} random tries: the best loss is {min(losses):.3f}")
    ax.legend(loc="upper right", framealpha=0.9)
    return figure


def batch_noise(sizes: Sequence[int], errors: Sequence[float]) -> Figure:
    """Show how far a minibatch gradient is from the full one, by batch size.

    Args:
        sizes: batch sizes.
        errors: for each, the typical distance to the full gradient, relative to its length.
    """
    figure, axes = panels(1, 1, size=(6.2, 3.6), note=note())
    ax = axes[0, 0]
    ax.loglog(sizes, errors, "o-", color=COLORS[0], label="measured")
    line = [errors[0] * (sizes[0] / size) ** 0.5 for size in sizes]
    ax.loglog(sizes, line, "--", color=MUTED, lw=1.2, label="falling as 1 / sqrt(batch size)")
    ax.set(xlabel="batch size", ylabel="distance to the full gradient")
    ax.set_xticks(list(sizes), labels=[str(size) for size in sizes])
    ax.set_yticks(list(errors), labels=[f"{error:.1f}" for error in errors])
    ax.minorticks_off()
    ax.legend(loc="upper right", frameon=False)
    return figure


def loss_curves(curves: Mapping[str, Sequence[float]], window: int = 11) -> Figure:
    """Show training losses, one picture for each: every minibatch pale, their running mean in full colour.

    Args:
        curves: {title: loss of each step}.
        window: how many steps the running mean covers.
    """
    figure, axes = panels(1, len(curves), size=(5.0, 3.4), note=note())
    for color, ax, (title, losses) in zip(COLORS, axes[0], curves.items(), strict=False):
        every = torch.tensor(losses)
        ax.plot(every, color=color, alpha=0.3, lw=0.9)
        if len(every) > window:
            means = every.unfold(0, window, 1).mean(dim=1)
            ax.plot(torch.arange(len(means)) + window / 2, means, color=color)
        ax.set(xlabel="step", ylabel="loss of the minibatch", title=title, ylim=(0, None))
    return figure


def heat_map(results: Mapping[tuple[float, float], tuple[float, float]]) -> Figure:
    """Show training and validation accuracy for each pair of hyperparameters; the best in validation is framed.

    Args:
        results: {(learning rate, regularization strength): (training accuracy, validation accuracy)}, as fractions.
    """
    from matplotlib.patches import Rectangle

    rates, strengths = sorted({pair[0] for pair in results}), sorted({pair[1] for pair in results})
    figure, axes = panels(1, 2, size=(1.5 + 0.95 * len(strengths), 1.2 + 0.75 * len(rates)), note=note())
    chosen = max(results, key=lambda pair: results[pair][1])
    lowest, highest = (pick(value for both in results.values() for value in both) for pick in (min, max))
    for which, (ax, title) in enumerate(zip(axes[0], ("training accuracy", "validation accuracy"), strict=True)):
        table = torch.full((len(rates), len(strengths)), float("nan"))
        for (rate, strength), both in results.items():
            table[rates.index(rate), strengths.index(strength)] = both[which]
        ax.imshow(table.numpy(), cmap="viridis", vmin=lowest, vmax=highest, aspect="auto")
        picture(ax)
        for row in range(len(rates)):
            for column in range(len(strengths)):
                value = float(table[row, column])
                color = "white" if value < (lowest + highest) / 2 else "black"
                ax.text(column, row, f"{100 * value:.1f}", ha="center", va="center", color=color)
        ax.set_xticks(range(len(strengths)), labels=[f"{strength:g}" for strength in strengths])
        ax.set_yticks(range(len(rates)), labels=[f"{rate:g}" for rate in rates])
        ax.set(xlabel="regularization strength", ylabel="learning rate", title=f"{title} (%)")
    corner = strengths.index(chosen[1]) - 0.5, rates.index(chosen[0]) - 0.5
    axes[0, 1].add_patch(Rectangle(corner, 1, 1, fill=False, ec=WRONG, lw=3))
    return figure


def templates(weights: Mapping[str, Tensor], classes: Sequence[str]) -> Figure:
    """Show the weights of each class as an image: what the classifier looks for.

    Args:
        weights: {name: W of shape (3073, C)}, the last row being the bias; one row of images for each.
        classes: the names of the C classes.
    """
    figure, axes = panels(len(weights), len(classes), size=(1.15, 1.45), note=note())
    for row, (name, W) in zip(axes, weights.items(), strict=True):
        for ax, template, title in zip(row, W[:-1].T.reshape(-1, 3, 32, 32), classes, strict=True):
            picture(ax)
            largest = template.abs().flatten().quantile(0.99).clamp(min=1e-12)
            image = (0.5 + 0.5 * template / largest).clamp(0, 1).permute(1, 2, 0)
            ax.imshow(image.numpy(), interpolation="nearest")
            ax.set_title(title.replace("_", "\n", 1).replace("_", " "), fontsize=8)
        row[0].set_ylabel(name)
    return figure
