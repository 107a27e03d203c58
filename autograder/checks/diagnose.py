"""The general shape of an error, without a list of known mistakes: a factor, a sign, a transpose, a shift, an order.

Each says what relates a wrong answer to the right one in one line, never what the right one is. Where no simple
relation holds throughout, it says nothing: a wrong guess would send a student the wrong way.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

LARGEST_FACTOR = 1000
PERCENT = 100
SMALLEST_OFFSET = 1e-3  # relative to the largest entry
NEAR_ONE = 0.02  # a factor this near 1 is no factor: a small term is missing or wrong
LARGEST_COMPARISON = 10**6  # entries of rows against rows
FEW = 3  # with fewer entries, almost any two tensors are related by something simple
SINGLE_PRECISION = 3e-2  # what rounding in float32 has been seen to cost, relative to the largest entry


def shape_of_error(got: Tensor, expected: Tensor, allowed: float, float64_agreed: bool = False) -> str:
    """How a wrong answer is related to the right one, in one line; "" where nothing simple relates them.

    Args:
        got: the student's answer: the shape of `expected`, finite.
        expected: the right answer, of which nothing is shown.
        allowed: the largest error with which the two would agree.
        float64_agreed: the same check has already agreed on an answer in float64.
    """
    if (
        float64_agreed
        and expected.dtype == torch.float32
        and _error(got, expected) <= SINGLE_PRECISION * _size(expected)
    ):
        return (
            "it is right in float64 and nearly right in float32: does it subtract large numbers that are nearly equal, "
            "or divide by a very small one?"
        )
    mine, theirs = got.double(), expected.double()
    for said in _relations(mine, theirs, allowed):
        return said
    return ""


def swapped_axes(got: Any, expected: Tensor) -> str:
    """What to say of an answer whose shape is that of the transpose: whether its values are right; else ""."""
    if not isinstance(got, Tensor) or not got.is_floating_point() or expected.dim() != 2:
        return ""
    if got.shape != expected.shape[::-1] or not _same(got.double().T, expected.double(), 1e-4 * _size(expected)):
        return ""
    return "its transpose has the right values: are rows and columns swapped?"


def _relations(got: Tensor, expected: Tensor, allowed: float) -> Iterator[str]:
    yield from _factor(got, expected, allowed)
    if got.numel() < FEW:
        return
    yield from _offset(got, expected, allowed)
    yield from _transpose(got, expected, allowed)
    yield from _shift(got, expected, allowed)
    yield from _order(got, expected, allowed)


def _factor(got: Tensor, expected: Tensor, allowed: float) -> Iterator[str]:
    """Every entry is the same multiple of what is expected."""
    square = float((expected * expected).sum())
    if not square:
        return
    factor = float((got * expected).sum()) / square
    if not factor or not _same(got, factor * expected, allowed * max(1.0, abs(factor))):
        return
    every = "it is" if got.dim() == 0 else "every entry is"
    if _near(factor, -1):
        yield f"{every} the negative of what is expected: is a sign turned around?"
    for times, words in ((abs(factor), "{} times"), (1 / abs(factor), "1/{} of")):
        whole = round(times)
        if 2 <= whole <= LARGEST_FACTOR and _near(times, whole):
            share = words.format(whole) + (" the negative of" if factor < 0 else "")
            percent = "are percent and fractions mixed up, or " if whole == PERCENT else ""
            yield (
                f"{every} {share} what is expected: {percent}is a factor missing or doubled, or a sum where a mean is "
                "asked?"
            )
    if abs(factor - 1) > NEAR_ONE and int((expected.abs() > 10 * allowed).sum()) >= FEW:
        yield "every entry is off by one and the same factor: is a constant factor missing, or one too many?"


def _offset(got: Tensor, expected: Tensor, allowed: float) -> Iterator[str]:
    """Every entry is off by the same amount, though the right entries differ: if they are alike, so is any error."""
    if got.numel() <= FEW or float(expected.max() - expected.min()) <= SMALLEST_OFFSET * _size(expected):
        return
    difference = got - expected
    if float(difference.abs().max()) < SMALLEST_OFFSET * _size(expected):
        return  # a small term is missing or wrong, which happens to be alike everywhere
    if float((difference - difference.mean()).abs().max()) <= allowed:
        yield "every entry is off by one and the same amount: is a constant added that should not be, or left out?"


def _transpose(got: Tensor, expected: Tensor, allowed: float) -> Iterator[str]:
    """A square matrix, turned around."""
    if got.dim() == 2 and got.shape[0] == got.shape[1] and _same(got.T, expected, allowed):
        yield "it is the transpose of what is expected: are rows and columns, or two indices, swapped?"


def _shift(got: Tensor, expected: Tensor, allowed: float) -> Iterator[str]:
    """Along one axis every entry stands one place too far on, or too early; what stands at the edge may be anything."""
    for dim in range(got.dim()):
        size = got.shape[dim]
        if size <= FEW:
            continue
        for mine, theirs in (((1, size - 1), (0, size - 1)), ((0, size - 1), (1, size - 1))):
            a, b = got.narrow(dim, *mine), expected.narrow(dim, *theirs)
            if _same(a, b, allowed):
                yield f"along axis {dim} every entry stands one place off: is an index off by one?"


def _order(got: Tensor, expected: Tensor, allowed: float) -> Iterator[str]:
    """The right rows, columns or entries in a wrong order."""
    if got.dim() == 2:
        for mine, theirs, words in ((got, expected, "rows"), (got.T, expected.T, "columns")):
            if mine.shape[0] >= FEW and _same_in_some_order(mine, theirs, allowed):
                yield f"the {words} are right, but in another order: are they sorted, or numbered differently?"
    flat, other = got.flatten().sort().values, expected.flatten().sort().values
    if got.numel() > FEW and _same(flat, other, allowed):
        yield "the values are right, but in other places: are indices swapped, or entries sorted?"


def _same_in_some_order(got: Tensor, expected: Tensor, allowed: float) -> bool:
    """Every row of one is a row of the other, each used once."""
    if got.shape[0] * got.numel() > LARGEST_COMPARISON:
        return False
    fits = (got[:, None, :] - expected[None, :, :]).abs().amax(dim=2) <= allowed
    return bool((fits.sum(dim=0) == 1).all() and (fits.sum(dim=1) == 1).all())


def _near(value: float, target: float) -> bool:
    return abs(value - target) <= 1e-5 * abs(target)


def _same(got: Tensor, expected: Tensor, allowed: float) -> bool:
    return bool(torch.isfinite(got).all()) and _error(got, expected) <= allowed


def _error(got: Tensor, expected: Tensor) -> float:
    return float((got.double() - expected.double()).abs().max()) if got.numel() else 0.0


def _size(expected: Tensor) -> float:
    return max(1.0, float(expected.abs().max())) if expected.numel() else 1.0
