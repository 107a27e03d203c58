"""Where in a matrix an answer is wrong, as rows of characters: they show in every format and on every terminal.

Only right, too large and too small are told, of a question that no check asks: whoever sees it learns no number.
"""

from __future__ import annotations

import torch
from torch import Tensor

LEAST, MOST = 3, 16  # rows and columns of a matrix that is drawn
CLOSE = 1e-4
FEW = 0.05  # of the entries: fewer are right by chance
CHANGES = 2  # from right to wrong or back along one row or column; where there are more, nobody sees a shape
RIGHT, LARGE, SMALL, NO_NUMBER = ".", "+", "-", "x"


def drawn(what: str, got: object, expected: object, asked: str) -> str:
    """A line that says what is shown, then a row of characters for each row of the matrix.

    Args:
        what: the name of the matrix.
        got: the student's answer.
        expected: the right one.
        asked: the question in a few words.

    Returns:
        "" where that shows nothing: no matrices of one shape, all of it right, nearly none of it right, or right
        and wrong scattered over rows and columns alike.
    """
    if not isinstance(got, Tensor) or not isinstance(expected, Tensor) or got.shape != expected.shape:
        return ""
    if expected.dim() != 2 or not LEAST <= min(expected.shape) <= max(expected.shape) <= MOST or got.is_complex():
        return ""
    mine, theirs = got.double(), expected.double()
    right = torch.isclose(mine, theirs, rtol=CLOSE, atol=CLOSE)
    if bool(right.all()) or right.double().mean() < FEW or not (_has_shape(right) or _has_shape(right.T)):
        return ""
    rows = [" ".join(map(_cell, *row)) for row in zip(mine.tolist(), theirs.tolist(), right.tolist(), strict=True)]
    signs = f'"{LARGE}" is too large, "{SMALL}" too small, "{RIGHT}" right'
    if any(NO_NUMBER in row for row in rows):
        signs += f', "{NO_NUMBER}" no finite number'
    return "\n".join((f"where {what} is wrong for {asked}: {signs}", *rows))


def _has_shape(right: Tensor) -> bool:
    """Whether rows are right or wrong in a few stretches: whole columns are, or the last rows, or a triangle."""
    return int((right[1:] != right[:-1]).sum(dim=0).max()) <= CHANGES


def _cell(mine: float, theirs: float, right: bool) -> str:
    if right:
        return RIGHT
    if not abs(mine) < float("inf"):
        return NO_NUMBER
    return LARGE if mine > theirs else SMALL
