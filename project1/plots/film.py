"""The film of the optimizers notebook: a race on one landscape, as a picture that moves."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from coursekit.style import drawn, panels
from project1.landscapes import Landscape
from project1.plots.optimizers import Paths, _colors, _contours, _drawable, _path

if TYPE_CHECKING:
    from IPython.display import Image as Shown
    from PIL.Image import Image

SHARPNESS = 1.5
"""Pixels of the film for each pixel of the page: as sharp as it can be in the bytes that a notebook can bear."""


@drawn
def animation(landscape: Landscape, paths: Paths, frames: int = 16) -> Shown:
    """Play the race on one landscape three times, then rest on its last picture.

    It is an animated PNG with one palette, transparent where nothing is drawn: it needs no script, so it plays in a
    notebook that is reopened or not trusted too, and whatever shows no animations shows the last picture as a still.

    Args:
        landscape: what is minimized.
        paths: for each name, the points visited, start included, (steps + 1, 2).
        frames: how many pictures the steps are spread over, evenly; at least 1.

    Returns:
        An `IPython.display.Image` with its width, height and description, to stand last in a cell.
    """
    from IPython.display import Image as Shown
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL.Image import fromarray

    figure, axes = panels(1, 1, size=(7.4, 3.6))
    ax = axes[0, 0]
    _contours(ax, landscape, paths)
    colors = _colors(paths)
    lines = {name: _path(ax, path[:1], name, colors[name]) for name, path in paths.items()}
    heads = {name: ax.plot([], [], "o", color=colors[name], markersize=6)[0] for name in paths}
    figure.legend(*ax.get_legend_handles_labels(), loc="outside right center")
    figure.set_dpi(SHARPNESS * figure.dpi)
    canvas = FigureCanvasAgg(figure)
    last = min(len(path) for path in paths.values()) - 1

    def draw(step: int) -> Image:
        ax.set_title(f"{landscape.name}, step {step}")
        for name, path in paths.items():
            x, y = _drawable(path[: step + 1])
            lines[name].set_data(x, y)
            heads[name].set_data(x[-1:], y[-1:])
        canvas.draw()  # type: ignore[no-untyped-call]
        return fromarray(np.array(canvas.buffer_rgba()))  # type: ignore[no-untyped-call]

    pictures = [draw(round(frame * last / max(frames - 1, 1))) for frame in range(frames)]
    width, height = (round(pixels / SHARPNESS) for pixels in pictures[-1].size)
    alt = f"The paths of {', '.join(paths)} on the {landscape.name}, played over {last} steps; the still is the last."
    # As metadata, for the IPython of Colab knows no `alt`.
    return Shown(_film(pictures), format="png", width=width, height=height, metadata={"alt": alt})  # type: ignore[no-untyped-call]


def _film(pictures: Sequence[Image], colors: int = 128) -> bytes:
    """An animated PNG of RGBA pictures of one size; its still is the last one."""
    from coursekit.picture import one_palette

    still, *drawn_frames = one_palette([pictures[-1], *pictures], colors)[0]
    file = io.BytesIO()
    still.save(
        file,
        "PNG",
        save_all=True,
        append_images=drawn_frames,
        default_image=True,  # it is no frame: it is for what shows no animations
        duration=[150] * (len(drawn_frames) - 1) + [2000],  # milliseconds
        loop=3,
        blend=0,  # each frame as it is, its holes too
        optimize=True,
    )
    return file.getvalue()
