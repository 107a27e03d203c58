"""The pictures of the optimizers notebook: minibatch gradients, paths over landscapes, races, curves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from coursekit.sliders import slide
from coursekit.style import COLORS, FAINT, MUTED, drawn, name_ends, panels
from project1.landscapes import Landscape

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Paths = Mapping[str, Tensor]

OPTIMIZER_COLORS = {
    "sgd": COLORS[6],
    "momentum": COLORS[0],
    "nesterov": COLORS[5],
    "adagrad": COLORS[1],
    "rmsprop": COLORS[4],
    "adam": COLORS[3],
    "adamw": COLORS[2],
}
"""One colour for each optimizer, the same in every picture."""

START, GOAL = "start", "lowest point"
"""What the white circle and the star are called in legends."""


@drawn
def batch_gradients(full: Tensor, batches: Mapping[int, Tensor]) -> Figure:
    """Minibatch gradients of a problem with two parameters, as points around the full gradient.

    Args:
        full: the gradient over all examples, (2,).
        batches: for each batch size, the gradients of many minibatches, (n, 2).
    """
    figure, axes = panels(1, len(batches), size=(3.6, 3.3), sharex=True, sharey=True)
    for ax, (size, gradients) in zip(axes[0], batches.items(), strict=True):
        ax.plot(*gradients.T.tolist(), ".", markersize=5, alpha=0.5, color=COLORS[0], label="one minibatch")
        ax.plot(*gradients.mean(0).tolist(), "o", color=COLORS[1], markersize=9, label="mean of these")
        ax.plot(*full.tolist(), "x", color=COLORS[4], markersize=11, markeredgewidth=2.5, label="all examples")
        ax.set(title=f"batch size {size}", xlabel="gradient, first coordinate")
    axes[0, 0].set_ylabel("gradient, second coordinate")
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return figure


@drawn
def descent(landscape: Landscape, paths: Paths) -> Figure:
    """Paths over a landscape, and beside them how the height falls.

    Args:
        landscape: what was minimized.
        paths: for each name, the points visited, start included, (steps + 1, 2).
    """
    return race([landscape], [paths])


@drawn
def race(landscapes: Sequence[Landscape], paths: Sequence[Paths]) -> Figure:
    """Paths over landscapes, one row for each, with the heights beside them.

    Args:
        landscapes: what was minimized.
        paths: for each landscape, the points visited under each name, start included, (steps + 1, 2).
    """
    figure, axes = panels(len(landscapes), 2, size=(5.4, 3.2), width_ratios=(3, 2))
    for (left, right), landscape, here in zip(axes, landscapes, paths, strict=True):
        _contours(left, landscape, here)
        for name, color in _colors(here).items():
            _path(left, here[name], name, color)
        left.set_title(landscape.name)
        _heights(right, landscape, here)
    _legend(figure, axes[0, 0])
    return figure


@drawn
def one_by_one(landscape: Landscape, paths: Paths, last: int = 20) -> Figure:
    """The path of each optimizer on a landscape of its own, and how high the last steps lie.

    Args:
        landscape: what was minimized.
        paths: for each name, the points visited, start included, (steps + 1, 2).
        last: how many steps at the end their mean height is of.
    """
    columns = 4
    rows = -(-(len(paths) + 1) // columns)
    figure, axes = panels(rows, columns, size=(3.1, 2.5))
    colors = _colors(paths)
    for ax, (name, path) in zip(axes.flat, paths.items(), strict=False):
        _contours(ax, landscape, paths)
        x, y = _drawable(path)
        ax.plot(x, y, "-", color=colors[name], lw=1.1, zorder=3)
        ax.plot(x[-last:], y[-last:], "o", color=colors[name], ms=3.5, zorder=4, label=f"last {last} steps")
        ax.set_title(name, color=colors[name])
        ax.label_outer()
    means = {name: float(landscape.value(path[-last:]).mean()) for name, path in paths.items()}
    ax = axes.flat[len(paths)]
    ax.barh(list(means), list(means.values()), color=list(colors.values()))
    for name, mean in means.items():
        said = f"{name} {mean:.2g}"
        ax.annotate(said, (mean, name), (4, 0), textcoords="offset points", va="center", color=colors[name])
    ax.set(title=f"mean height, last {last} steps", xscale="log", yticks=[])
    ax.set_xlim(min(means.values()) / 2, 30 * max(means.values()))
    ax.invert_yaxis()
    ax.minorticks_off()
    for ax in axes.flat[len(paths) + 1 :]:
        ax.set_visible(False)
    _legend(figure, axes[0, 0])
    return figure


@drawn
def try_rates(
    landscape: Landscape,
    path_of: Callable[[float, float], Tensor],
    stills: Sequence[tuple[float, float]] = ((0.03, 0.0), (0.03, 0.9), (0.003, 0.9)),
    rates: Sequence[float] = (0.001, 0.003, 0.01, 0.02, 0.03, 0.05, 0.06, 0.067, 0.1, 0.12),
    momenta: Sequence[float] = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99),
) -> Figure:
    """The path at a learning rate and a momentum; with a slider for each.

    Args:
        landscape: what is minimized.
        path_of: (learning rate, momentum) -> the points visited, start included, (steps + 1, 2).
        stills: the pairs of the still pictures.
        rates, momenta: what the sliders, where there are any, go through.
    """

    def walk(ax: Any, learning_rate: float, momentum: float) -> None:
        path = path_of(learning_rate, momentum)
        _contours(ax, landscape, {})
        _path(ax, path, "path", COLORS[4])
        height = float(landscape.value(path[-1]))
        after = f"height {height:.2g} after {len(path) - 1} steps" if height < 1e6 else "it flies away"
        ax.set_title(f"learning rate {learning_rate:g}, momentum {momentum:g}\n{after}")

    return slide(
        walk,
        [{"learning_rate": rate, "momentum": momentum} for rate, momentum in stills],
        {"learning_rate": rates, "momentum": momenta},
        size=(4.2, 3.1),
        sharey=True,
    )


@drawn
def curves(
    lines: Paths,
    xlabel: str = "step",
    ylabel: str = "",
    title: str = "",
    log: bool = False,
    note: str = "",
) -> Figure:
    """One line for each name, which stands at its end.

    Args:
        lines: the values at steps 1, 2, ..., each (n,).
        xlabel: what is counted.
        ylabel: what is drawn.
        title: a heading.
        log: draw the values on a logarithmic scale.
        note: small print below, such as where the data come from.
    """
    figure, axes = panels(1, 1, size=(8.0, 3.4), note=note)
    ax = axes[0, 0]
    _lines(ax, lines, log)
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title, xlim=(0, max(len(line) for line in lines.values())))
    if len(lines) > 1:
        _name_lines(ax, lines, _colors(lines))
    return figure


@drawn
def averages(points: Tensor, lines: Paths, first: int = 40, ylabel: str = "", xlabel: str = "day") -> Figure:
    """Running means of noisy points: their first steps, where the bias is, and all of them.

    Args:
        points: the values that are averaged, (n,).
        lines: for each name, the averages, (n,).
        first: how many of them the first picture shows.
        ylabel: what is drawn.
        xlabel: what is counted.
    """
    figure, axes = panels(1, 2, size=(5.0, 3.4), width_ratios=(2, 3), sharey=True)
    for ax, number in zip(axes[0], (first, len(points)), strict=True):
        ax.plot(range(1, number + 1), points[:number].tolist(), ".", color=MUTED, markersize=4, alpha=0.6)
        _lines(ax, {name: line[:number] for name, line in lines.items()}, log=False)
        ax.set(xlabel=xlabel, xlim=(0, number))
    axes[0, 0].set(ylabel=ylabel, title=f"the first {first}: uncorrected, they begin low")
    axes[0, 1].set_title(f"all {len(points)}: smoother means later")
    _name_lines(axes[0, 1], lines, _colors(lines))
    return figure


@drawn
def side_by_side(groups: Mapping[str, Paths], xlabel: str = "step", ylabel: str = "", log: bool = False) -> Figure:
    """Several groups of lines side by side on one scale.

    Args:
        groups: for each title, the lines under it: values at steps 1, 2, ..., each (n,).
        xlabel: what is counted.
        ylabel: what is drawn.
        log: draw the values on a logarithmic scale.
    """
    width = min(4.5, 13 / len(groups))
    figure, axes = panels(1, len(groups), size=(width, 3.2), sharex=True, sharey=True)
    for ax, (title, lines) in zip(axes[0], groups.items(), strict=True):
        _lines(ax, lines, log)
        ax.set(xlabel=xlabel, title=title)
        if len(lines) > 1:
            ax.legend()
    axes[0, 0].set_ylabel(ylabel)
    return figure


@drawn
def small_multiples(lines: Paths, xlabel: str = "step", ylabel: str = "", note: str = "") -> Figure:
    """All curves on one plot, then each of them by itself before the others in grey.

    Args:
        lines: the values at steps 1, 2, ..., each (n,).
        xlabel: what is counted.
        ylabel: what is drawn.
        note: small print below, such as where the data come from.
    """
    columns = 4
    rows = -(-(len(lines) + 1) // columns)
    figure, axes = panels(rows, columns, size=(3.0, 2.3), sharex=True, sharey=True, note=note)
    colors = _colors(lines)
    _lines(axes[0, 0], lines, log=False)
    axes[0, 0].set_title(f"all {len(lines)}")
    for ax, (name, line) in zip(axes.flat[1:], lines.items(), strict=False):
        for other in lines.values():
            ax.plot(range(1, len(other) + 1), other.tolist(), color=FAINT, lw=1)
        ax.plot(range(1, len(line) + 1), line.tolist(), color=colors[name], lw=2)
        ax.set_title(f"{name}: ends at {float(line[-1]):.2f}", color=colors[name])
    for ax in axes.flat[len(lines) + 1 :]:
        ax.set_visible(False)
    for ax in axes[-1]:
        ax.set_xlabel(xlabel)
    for ax in axes[:, 0]:
        ax.set_ylabel(ylabel)
    return figure


def _colors(paths: Paths) -> dict[str, str]:
    others = [name for name in paths if name not in OPTIMIZER_COLORS]
    taken = {OPTIMIZER_COLORS[name] for name in paths if name in OPTIMIZER_COLORS}
    spare = [color for color in COLORS if color not in taken]
    return {name: OPTIMIZER_COLORS.get(name) or spare[others.index(name) % len(spare)] for name in paths}


def _contours(ax: Any, landscape: Landscape, paths: Paths) -> None:
    """The landscape, darker where it is higher; where it is noisy, as wide as the paths are."""
    (left, right), (bottom, top) = landscape.window
    if landscape.noise and paths:
        low, high = (torch.stack([pick(path.nan_to_num(), dim=0) for path in paths.values()]) for pick in _ENDS)
        left, bottom = (min(a, b - 0.2) for a, b in zip((left, bottom), low.amin(dim=0).tolist(), strict=True))
        right, top = (max(a, b + 0.2) for a, b in zip((right, top), high.amax(dim=0).tolist(), strict=True))
    x = torch.linspace(left, right, 160, dtype=torch.float64)
    y = torch.linspace(bottom, top, 120, dtype=torch.float64)
    points = torch.stack(torch.meshgrid(x, y, indexing="xy"), dim=-1)
    height = landscape.value(points)
    # Levels spaced by their square roots: a bowl then shows evenly spaced rings.
    levels = height.min() + (height.max() - height.min()) * torch.linspace(0.02, 1, 14) ** 2
    edges = [float(height.min()) - 1e-9, *levels.tolist()]
    tints = [(0.0, 0.45, 0.7, 0.04 + 0.26 * level / len(levels)) for level in range(len(levels))]
    ax.contourf(x.tolist(), y.tolist(), height.numpy(), edges, colors=tints)
    ax.contour(
        x.tolist(),
        y.tolist(),
        height.numpy(),
        levels.tolist(),
        colors=[MUTED],
        linewidths=0.5,
        linestyles="-",
        alpha=0.6,
    )
    if landscape.goal is not None:
        goal = landscape.goal.tolist()
        ax.plot(*goal, "*", color="gold", mec="#1A1A1A", ms=13, zorder=5, ls="none", label=GOAL)
    ax.plot(*landscape.start.tolist(), "o", color="white", mec="#1A1A1A", ms=7, zorder=5, ls="none", label=START)
    ax.set(xlim=(left, right), ylim=(bottom, top), xlabel="$w_0$", ylabel="$w_1$")
    ax.grid(False)


def _lowest(values: Tensor, dim: int) -> Tensor:
    return values.amin(dim)


def _highest(values: Tensor, dim: int) -> Tensor:
    return values.amax(dim)


_ENDS = (_lowest, _highest)


def _legend(figure: Figure, ax: Any) -> None:
    handles, labels = ax.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=len(labels), columnspacing=1.2)


def _path(ax: Any, path: Tensor, name: str, color: str) -> Any:
    x, y = _drawable(path)
    (line,) = ax.plot(x, y, ".-", color=color, label=name, linewidth=1.3, markersize=4, alpha=0.9)
    return line


def _drawable(path: Tensor) -> tuple[list[float], list[float]]:
    # A diverging path reaches numbers no canvas can draw; that far outside the window nobody sees them anyway.
    x, y = path.nan_to_num(nan=1e3).clamp(-1e3, 1e3).unbind(-1)
    return x.tolist(), y.tolist()


def _heights(ax: Any, landscape: Landscape, paths: Paths) -> None:
    lowest = 0.0 if landscape.goal is None else float(landscape.value(landscape.goal))
    colors, ends = _colors(paths), []
    for name, color in colors.items():
        above = (landscape.value(paths[name]) - lowest).nan_to_num(nan=1e9).clamp(1e-12, 1e9)
        ax.plot(above.tolist(), color=color, label=name, alpha=0.9)
        ends.append((float(len(above) - 1), float(above[-1])))
    top = float(landscape.value(landscape.start)) - lowest
    ax.set(yscale="log", ylim=(top * 1e-7, top * 30), xlabel="step", ylabel="height above the lowest point")
    ax.set_xlim(0, max(end[0] for end in ends))
    ax.minorticks_off()  # on a logarithmic axis they are most of the drawing time
    if len(paths) > 1:
        name_ends(ax, colors, ends)


def _lines(ax: Any, lines: Paths, log: bool) -> None:
    for name, color in _colors(lines).items():
        values = lines[name].tolist()
        ax.plot(range(1, len(values) + 1), values, color=color, label=name)
    if log:
        ax.set_yscale("log")


def _name_lines(ax: Any, lines: Paths, colors: Mapping[str, str]) -> None:
    name_ends(ax, colors, [(float(len(lines[name])), float(lines[name][-1])) for name in colors])
