"""How the pictures of all notebooks look, on a light page and on a dark one."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.figure import Figure

P = ParamSpec("P")
R = TypeVar("R")

COLORS = ("#1A6ABF", "#D97E04", "#37A360", "#BF83A3", "#B84818", "#479CD6", "#5E6D5E", "#8C6D1F", "#8A63D2")
"""One colour for each class or curve. Each stands out by 3 to 1 at least from a white page and from a dark one
(`DARK_PAGE`). Colour-blind readers tell the first seven apart at least as well as Okabe and Ito's, whose hues they
are."""

RIGHT = COLORS[2]
WRONG = COLORS[4]
"""Right and wrong, always with a sign beside the colour."""

MUTED = "#7D7D7D"
"""For all text and axes, which stand on the page itself: as far from white as from a dark page, 4 to 1."""
FAINT = "#8080804D"
"""For what should step back: grid lines, the other curves; a grey that lets the page through."""
ON_LIGHT, ON_DARK = "#1A1A1A", "#FFFFFF"
"""For what stands on a light or a dark fill of the picture's own."""

DARK_PAGE = "#1F1F1F"
"""What a notebook's dark page looks like: JupyterLab's is darker still."""

_LOOK: dict[Any, Any] = {
    "figure.dpi": 100,
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
    "axes.facecolor": "none",
    "font.size": 10,
    "text.color": MUTED,
    "axes.labelcolor": MUTED,
    "axes.edgecolor": MUTED,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "figure.titlesize": 10.5,
    "figure.titleweight": "bold",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": FAINT,
    "grid.linewidth": 0.8,
    "axes.axisbelow": True,
    "lines.linewidth": 1.8,
    "legend.frameon": False,
    "legend.fontsize": 9,
}


def drawn(draw: Callable[P, R]) -> Callable[P, R]:
    """Decorate a function that draws a picture: it has the look of all, whatever the reader's own settings are.

    The first line of the function's docstring and the titles become the words that stand for the picture where it
    cannot be seen.
    """

    @functools.wraps(draw)
    def in_style(*args: P.args, **kwargs: P.kwargs) -> R:
        import matplotlib

        with matplotlib.rc_context(_LOOK):
            made = draw(*args, **kwargs)
        if hasattr(made, "words"):
            made.words = " ".join((draw.__doc__ or "").strip().partition("\n\n")[0].split())
        return made

    return in_style


def panels(
    rows: int = 1, columns: int = 1, size: tuple[float, float] = (5.0, 3.6), note: str = "", **options: Any
) -> tuple[Figure, np.ndarray[Any, Any]]:
    """Make a figure with a grid of empty axes; call it from a function that is decorated with `drawn`.

    The figure is already closed for pyplot: a notebook shows it once, where the plot function returns it as the value
    of the cell, and nothing piles up where no screen is there.

    Args:
        rows: how many axes from top to bottom.
        columns: how many from left to right.
        size: width and height of one of them in inches.
        note: small print below them, such as where the data come from.
        options: passed on to `matplotlib.pyplot.subplots` (sharex, sharey, ...).

    Returns:
        The figure, a `coursekit.picture.Picture`, and its axes, an array of shape (rows, columns).
    """
    import matplotlib.pyplot as plt

    from coursekit.picture import Picture

    with plt.rc_context(_LOOK):
        figure, axes = plt.subplots(
            rows,
            columns,
            figsize=(size[0] * columns, size[1] * rows),
            squeeze=False,
            layout="constrained",
            FigureClass=Picture,
            **options,
        )
    if note:
        figure.supxlabel(note, x=0.995, ha="right", fontsize=7, color=MUTED)
    plt.close(figure)
    return figure, axes


def picture(ax: Any) -> None:
    """Take axis lines, ticks and grid off axes that hold an image."""
    ax.set_xticks([])
    ax.set_yticks([])
    ax.grid(False)
    for spine in ax.spines.values():
        spine.set_visible(False)


def name_ends(ax: Any, names: Mapping[str, str], ends: Sequence[tuple[float, float]], height: float = 2.6) -> None:
    """Write names to the right of axes, each in its colour beside the end of its curve; none on top of another.

    Call it when the limits of the axes are set.

    Args:
        ax: axes that hold the curves.
        names: {name: colour}.
        ends: for each name, the last point of its curve.
        height: of the axes, in inches.
    """
    to_axes = ax.transData + ax.transAxes.inverted()
    wanted = [min(max(float(to_axes.transform(end)[1]), 0.0), 1.0) for end in ends]
    places = spread(wanted, gap=12 / (72 * height))
    for (name, color), end, place in zip(names.items(), wanted, places, strict=True):
        ax.plot(
            [1, 1.03],
            [end, place],
            color=color,
            lw=0.9,
            transform=ax.transAxes,
            clip_on=False,
            scalex=False,
            scaley=False,
        )
        ax.text(1.04, place, name, color=color, fontsize=9, va="center", transform=ax.transAxes)


def spread(wanted: Sequence[float], gap: float) -> list[float]:
    """Places as near as can be to those wanted, and at least a gap from each other.

    Args:
        wanted: in any order.
        gap: more than 0.
    """
    groups: list[tuple[list[int], float]] = []  # neighbours that touch: which, and where their middle is
    for i in sorted(range(len(wanted)), key=wanted.__getitem__):
        group, middle = [i], wanted[i]
        while groups and middle - groups[-1][1] < gap * (len(group) + len(groups[-1][0])) / 2 - 1e-12:
            group = groups.pop()[0] + group
            middle = sum(wanted[j] for j in group) / len(group)
        groups.append((group, middle))
    places = [0.0] * len(wanted)
    for group, middle in groups:
        for rank, i in enumerate(group):
            places[i] = middle + gap * (rank - (len(group) - 1) / 2)
    return places
