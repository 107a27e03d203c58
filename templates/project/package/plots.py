"""Every picture the notebooks of NAME show. Matplotlib is imported when a picture is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from torch import Tensor

from coursekit.style import COLORS, MUTED, drawn, panels

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@drawn
def bars(values: Tensor, names: Sequence[str], average: float) -> Figure:
    """One bar for each class, and a line at the average over all examples.

    Args:
        values: fractions, (C,).
        names: of the classes.
        average: a fraction.
    """
    figure, axes = panels(1, 1, size=(7.0, 3.2))
    ax = axes[0, 0]
    ax.barh(list(names), [100 * value for value in values.tolist()], color=COLORS[0])
    ax.axvline(100 * average, color=MUTED, linestyle="--", label="all examples together")
    ax.set(xlabel="right answers (%)", xlim=(0, 100))
    ax.invert_yaxis()
    ax.legend(loc="lower right")
    return figure
