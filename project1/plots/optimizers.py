"""The pictures of the optimizers notebook: minibatch gradients, paths over landscapes, races, curves."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from coursekit.style import COLORS, MUTED, panels
from project1.landscapes import Landscape

if TYPE_CHECKING:
    from IPython.display import Image
    from matplotlib.figure import Figure

Paths = Mapping[str, Tensor]

OPTIMIZER_COLORS = {
    "sgd": "#111111",
    "momentum": "#0072B2",
    "nesterov": "#56B4E9",
    "adagrad": "#E69F00",
    "rmsprop": "#D55E00",
    "adam": "#CC79A7",
    "adamw": "#009E73",
}
"""One colour for each optimizer, the same in every picture (Okabe and Ito's)."""


def batch_gradients(full: Tensor, batches: Mapping[int, Tensor]) -> Figure:
    """Draw minibatch gradients of a problem with two parameters as points around the full gradient.

    Args:
        full: the gradient over all examples, (2,).
        batches: for each batch size, the gradients of many minibatches, (n, 2).
    """
    figure, axes = panels(1, len(batches), size=(3.6, 3.2), sharex=True, sharey=True)
    for ax, (size, gradients) in zip(axes[0], batches.items(), strict=True):
        ax.plot(*gradients.T.tolist(), ".", markersize=5, alpha=0.5, color=COLORS[0], label="one minibatch")
        ax.plot(*gradients.mean(0).tolist(), "o", color=COLORS[1], markersize=8, label="mean of these")
        ax.plot(*full.tolist(), "x", color="black", markersize=11, markeredgewidth=2, label="all examples")
        ax.set(title=f"batch size {size}", xlabel="gradient, first coordinate")
    axes[0, 0].set_ylabel("gradient, second coordinate")
    axes[0, -1].legend(loc="upper right", fontsize=9)
    return figure


def descent(landscape: Landscape, paths: Paths) -> Figure:
    """Draw paths over a landscape's contours, and beside them how the height falls.

    Args:
        landscape: what was minimized.
        paths: for each name, the points visited, start included, (steps + 1, 2).
    """
    return race([landscape], [paths])


def race(landscapes: Sequence[Landscape], paths: Sequence[Paths]) -> Figure:
    """Draw the paths of several optimizers over several landscapes, one row for each, with the heights beside them.

    Args:
        landscapes: what was minimized.
        paths: for each landscape, the points visited under each name, start included, (steps + 1, 2).
    """
    figure, axes = panels(len(landscapes), 2, size=(5.4, 3.3), width_ratios=(3, 2))
    for (left, right), landscape, here in zip(axes, landscapes, paths, strict=True):
        _contours(left, landscape)
        for name, color in _colors(here).items():
            _path(left, here[name], name, color)
        left.set_title(landscape.name)
        _heights(right, landscape, here)
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=7)
    return figure


def animation(landscape: Landscape, paths: Paths, frames: int = 16) -> Image:
    """Play the race on one landscape three times, then rest on its last picture.

    It is an animated PNG with the palette of its last picture: it needs no script, so it plays in a notebook that is
    reopened or not trusted too, and whatever shows no animations shows the last picture as a still.

    Args:
        landscape: what is minimized.
        paths: for each name, the points visited, start included, (steps + 1, 2).
        frames: how many pictures the steps are spread over, evenly; at least 1.

    Returns:
        An `IPython.display.Image` with its width, height and description, to stand last in a cell.
    """
    from IPython.display import Image
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure, axes = panels(1, 1, size=(7.0, 3.8))
    ax = axes[0, 0]
    _contours(ax, landscape)
    colors = _colors(paths)
    lines = {name: _path(ax, path[:1], name, colors[name]) for name, path in paths.items()}
    heads = {name: ax.plot([], [], "o", color=colors[name], markersize=6)[0] for name in paths}
    ax.legend(loc="upper left", fontsize=8)
    canvas = FigureCanvasAgg(figure)
    last = min(len(path) for path in paths.values()) - 1

    def draw(step: int) -> np.ndarray[Any, Any]:
        ax.set_title(f"{landscape.name}, step {step}")
        for name, path in paths.items():
            x, y = _drawable(path[: step + 1])
            lines[name].set_data(x, y)
            heads[name].set_data(x[-1:], y[-1:])
        canvas.draw()  # type: ignore[no-untyped-call]
        return np.array(canvas.buffer_rgba())[..., :3]  # type: ignore[no-untyped-call]

    pictures = [draw(round(frame * last / max(frames - 1, 1))) for frame in range(frames)]
    height, width, _ = pictures[-1].shape
    alt = f"The paths of {', '.join(paths)} on the {landscape.name}, played over {last} steps."
    film, described = _film(pictures), {"alt": alt}  # as metadata, for Colab's IPython knows no other way
    return Image(film, format="png", width=width, height=height, metadata=described)  # type: ignore[no-untyped-call]


def _film(pictures: Sequence[np.ndarray[Any, Any]], colors: int = 128) -> bytes:
    """An animated PNG of pictures (height, width, 3), uint8; its still is the last one."""
    from PIL.Image import Dither, Quantize, fromarray

    still = fromarray(pictures[-1]).quantize(colors, Quantize.FASTOCTREE)  # thin lines keep their colours
    drawn = [fromarray(picture).quantize(palette=still, dither=Dither.NONE) for picture in pictures]
    file = io.BytesIO()
    drawn[-1].save(
        file,
        "PNG",
        save_all=True,
        append_images=drawn,
        default_image=True,  # drawn[-1] is no frame: it is for what shows no animations
        duration=[150] * (len(drawn) - 1) + [2000],  # milliseconds
        loop=3,
        optimize=True,
    )
    return file.getvalue()


def curves(
    lines: Paths,
    xlabel: str = "step",
    ylabel: str = "",
    title: str = "",
    log: bool = False,
    points: Tensor | None = None,
    note: str = "",
) -> Figure:
    """Draw one line for each name.

    Args:
        lines: the values at steps 1, 2, ..., each (n,).
        xlabel: what is counted.
        ylabel: what is drawn.
        title: a heading.
        log: draw the values on a logarithmic scale.
        points: values to draw as dots behind the lines, (n,).
        note: small print below, such as where the data come from.
    """
    figure, axes = panels(1, 1, size=(8.0, 3.4), note=note)
    ax = axes[0, 0]
    if points is not None:
        ax.plot(range(1, len(points) + 1), points.tolist(), ".", color=MUTED, markersize=4, alpha=0.6)
    _lines(ax, lines, log)
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title)
    ax.legend(fontsize=9)
    return figure


def side_by_side(groups: Mapping[str, Paths], xlabel: str = "step", ylabel: str = "", log: bool = False) -> Figure:
    """Draw several groups of lines side by side on one scale.

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
            ax.legend(fontsize=9)
    axes[0, 0].set_ylabel(ylabel)
    return figure


def _colors(paths: Paths) -> dict[str, str]:
    others = [name for name in paths if name not in OPTIMIZER_COLORS]
    taken = {OPTIMIZER_COLORS[name] for name in paths if name in OPTIMIZER_COLORS}
    spare = [color for color in COLORS if color not in taken]
    return {name: OPTIMIZER_COLORS.get(name) or spare[others.index(name) % len(spare)] for name in paths}


def _contours(ax: Any, landscape: Landscape) -> None:
    (left, right), (bottom, top) = landscape.window
    x = torch.linspace(left, right, 160, dtype=torch.float64)
    y = torch.linspace(bottom, top, 120, dtype=torch.float64)
    points = torch.stack(torch.meshgrid(x, y, indexing="xy"), dim=-1)
    height = landscape.value(points)
    # Levels spaced by their square roots: a bowl then shows evenly spaced rings.
    levels = height.min() + (height.max() - height.min()) * torch.linspace(0.02, 1, 16) ** 2
    ax.contourf(x.tolist(), y.tolist(), height.numpy(), [float(height.min()) - 1e-9, *levels.tolist()], cmap="Blues")
    ax.contour(x.tolist(), y.tolist(), height.numpy(), levels.tolist(), colors="white", linewidths=0.6)
    if landscape.goal is not None:
        ax.plot(*landscape.goal.tolist(), "*", color="gold", markeredgecolor="black", markersize=13, zorder=5)
    ax.plot(*landscape.start.tolist(), "o", color="white", markeredgecolor="black", markersize=7, zorder=5)
    ax.set(xlim=(left, right), ylim=(bottom, top))
    ax.grid(False)


def _path(ax: Any, path: Tensor, name: str, color: str) -> Any:
    x, y = _drawable(path)
    (line,) = ax.plot(x, y, ".-", color=color, label=name, linewidth=1.3, markersize=4, alpha=0.85)
    return line


def _drawable(path: Tensor) -> tuple[list[float], list[float]]:
    # A diverging path reaches numbers no canvas can draw; that far outside the window nobody sees them anyway.
    x, y = path.nan_to_num(nan=1e3).clamp(-1e3, 1e3).unbind(-1)
    return x.tolist(), y.tolist()


def _heights(ax: Any, landscape: Landscape, paths: Paths) -> None:
    lowest = 0.0 if landscape.goal is None else float(landscape.value(landscape.goal))
    for name, color in _colors(paths).items():
        above = (landscape.value(paths[name]) - lowest).nan_to_num(nan=1e9).clamp(1e-12, 1e9)
        ax.plot(above.tolist(), color=color, label=name, alpha=0.85)
    top = float(landscape.value(landscape.start)) - lowest
    ax.set(yscale="log", ylim=(top * 1e-7, top * 30), xlabel="step", ylabel="height above the lowest point")
    ax.minorticks_off()  # on a logarithmic axis they are most of the drawing time


def _lines(ax: Any, lines: Paths, log: bool) -> None:
    for name, color in _colors(lines).items():
        values = lines[name].tolist()
        ax.plot(range(1, len(values) + 1), values, color=color, label=name)
    if log:
        ax.set_yscale("log")
