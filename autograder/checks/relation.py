"""How a wrong answer is made of the terms of its formula, found by fitting: "the data loss + 0.5 times the penalty".

What is said held for every question of the check, to rounding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import torch
from torch import Tensor

SIMPLEST = 64  # the largest denominator of a factor that is written as a fraction
RESIDUAL = 1e-6  # of the largest entry


def made_of(what: str, got: Sequence[Any], terms: Sequence[Mapping[str, Sequence[Tensor]]]) -> str:
    """A sentence on how answers are made of the terms of their formula; "" where no choice of terms explains them all.

    Args:
        what: the name of the answers ("your loss").
        got: one for each question.
        terms: choices of terms, each names its terms, with their values in each question; the sum of those of the first
            is the right answer.
    """
    for choice in terms:
        columns = list(zip(*choice.values(), strict=True))
        if len(columns) != len(got) or not all(_fits(mine, *column) for mine, column in zip(got, columns, strict=True)):
            continue
        flat = torch.cat([mine.double().flatten() for mine in got])
        matrix = torch.stack([torch.cat([v.double().flatten() for v in values]) for values in choice.values()], dim=1)
        if len(flat) <= matrix.shape[1]:
            continue  # what would explain anything
        if not bool(torch.isfinite(flat).all()) or int(torch.linalg.matrix_rank(matrix)) < matrix.shape[1]:
            continue
        factors = torch.linalg.lstsq(matrix, flat[:, None]).solution.flatten()
        if float((matrix @ factors - flat).abs().max()) <= RESIDUAL * max(1.0, float(flat.abs().max())):
            right = choice is terms[0] and bool(((factors - 1).abs() < RESIDUAL).all())
            return "" if right else _sentence(what, dict(zip(choice, factors.tolist(), strict=True)))
    return ""


def _fits(mine: Any, *values: Tensor) -> bool:
    return isinstance(mine, Tensor) and mine.is_floating_point() and all(mine.shape == value.shape for value in values)


def _sentence(what: str, factors: Mapping[str, float]) -> str:
    said = ""
    for term, factor in factors.items():
        if abs(factor) < RESIDUAL:
            continue
        size = "" if abs(abs(factor) - 1) < RESIDUAL else f"{_short(abs(factor))} times "
        sign = ("minus " if factor < 0 else "") if not said else (" - " if factor < 0 else " + ")
        said += f"{sign}{size}{term}"
    absent = [term for term, factor in factors.items() if abs(factor) < RESIDUAL]
    without = f", without {' and '.join(absent)}" if absent else ""
    return f"{what} is {said or 'zero'}{without if said else ''}."


def _short(factor: float) -> str:
    """A factor as people write it: 2, 0.5, 1/3, else three digits."""
    near = Fraction(factor).limit_denominator(SIMPLEST)
    if abs(float(near) - factor) > RESIDUAL:
        return f"{factor:.3g}"
    exact = f"{factor:.4g}"
    return exact if abs(float(exact) - factor) < RESIDUAL else str(near)
