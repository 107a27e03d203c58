"""How the pictures of all notebooks look, and how they reach the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.figure import Figure

COLORS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#8C6D1F", "#6A51A3", "#666666", "#111111")
"""One colour for each class or curve; the first seven (Okabe and Ito's) differ for colour-blind readers too."""

RIGHT = "#009E73"
WRONG = "#D55E00"
"""Right and wrong, always with a sign beside the colour."""

MUTED = "#767676"
"""For what should step back: notes, grid lines, reference values."""

_LOOK: dict[Any, Any] = {
    "figure.dpi": 100,
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#E4E4E4",
    "grid.linewidth": 0.8,
    "axes.axisbelow": True,
    "lines.linewidth": 1.8,
    "legend.frameon": False,
}


def panels(
    rows: int = 1, columns: int = 1, size: tuple[float, float] = (5.0, 3.6), note: str = "", **options: Any
) -> tuple[Figure, np.ndarray[Any, Any]]:
    """Make a figure with a grid of empty axes.

    The figure is already closed for pyplot: a notebook shows it once, where the plot function returns it as the value
    of the cell, and nothing piles up where no screen is there.

    Args:
        rows: how many axes from top to bottom.
        columns: how many from left to right.
        size: width and height of one of them in inches.
        note: small print below them, such as where the data come from.
        options: passed on to `matplotlib.pyplot.subplots` (sharex, sharey, ...).

    Returns:
        The figure and its axes, an array of shape (rows, columns).
    """
    import matplotlib.pyplot as plt

    with plt.rc_context(_LOOK):
        figure, axes = plt.subplots(
            rows,
            columns,
            figsize=(size[0] * columns, size[1] * rows),
            squeeze=False,
            layout="constrained",
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
