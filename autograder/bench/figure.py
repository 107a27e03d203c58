"""One measured figure, and the table of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured figure and the bound it must keep.

    Attributes:
        name: what was measured, over what.
        value: what came out.
        bound: the most it may be; None where nothing is promised.
        unit: of both, with the space before it; "" for a ratio.
        detail: the two sides of a ratio, or how it was measured.
    """

    name: str
    value: float
    bound: float | None = None
    unit: str = ""
    detail: str = ""

    @property
    def kept(self) -> bool:
        """Whether it is within its bound."""
        return self.bound is None or self.value <= self.bound


def table(figures: Sequence[Figure]) -> str:
    """Two lines for each figure: name, value, bound and verdict, and under them the detail."""
    lines = []
    for figure in figures:
        line = f"  {figure.name:<80} {figure.value:7.2f}{figure.unit}"
        if figure.bound is not None:
            line += f"  (at most {figure.bound:g}{figure.unit})  {'ok' if figure.kept else 'OVER'}"
        lines += [line, f"      {figure.detail}"]
    return "\n".join(lines)
