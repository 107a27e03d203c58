"""Smaller questions than one that went wrong: one row, class or dimension less; then smaller whole numbers, 0 first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import torch
from torch import Tensor

Axes = str | tuple["Axes", ...]
"""The axes of one argument by name, "N D", which other arguments may share; those of its items where it is a tuple.

The first axis of a list or a dict is its length, and the others are those of its items. "N =C" says that the numbers
along N count along the axis C, as labels do. A matrix whose axes have one name, "n n", stays symmetric.
"""


def smaller(question: tuple[Any, ...], axes: tuple[Axes, ...]) -> Iterator[tuple[Any, ...]]:
    """Every question that is one step smaller: each axis shorter by one, rows (N) first, then each number smaller.

    Whatever comes is smaller by `size`, so that going from one to the next ends. No axis gets empty.

    Args:
        question: the arguments of a function.
        axes: those of each argument.
    """
    lengths: dict[str, int] = {}
    _measure(question, axes, lengths)
    for axis in sorted(lengths, key=lambda name: name != "N"):
        for index in reversed(range(lengths[axis] if lengths[axis] > 1 else 0)):
            if not _counts(question, axes, axis, index):
                yield _without(question, axes, axis, index)
    yield from _simpler(question, axes)


def size(question: Any) -> tuple[int, float]:
    """How many numbers a question has, and how far from 0 they are together; a negative one counts for a bit more."""
    if isinstance(question, dict):
        question = list(question.values())
    if isinstance(question, list | tuple):
        sizes = [size(item) for item in question]
        return sum(count for count, _ in sizes), sum(far for _, far in sizes)
    if isinstance(question, Tensor):
        return size(question.flatten().tolist())
    if isinstance(question, bool) or not isinstance(question, int | float):
        return 0, 0.0
    return 1, _rank(question)


def _rank(number: float) -> float:
    """The place of a whole number in 0, 1, -1, 2, -2, ..."""
    return 2 * abs(number) - (number > 0)


def _simpler_numbers(number: float) -> Iterator[int]:
    """The whole numbers before this one, 0 first; beyond 9 only powers of ten. Of one that is not whole, none."""
    if number != number or number != int(number):
        return
    for far in (*range(10), *(10**k for k in range(1, len(str(int(abs(number))))))):
        yield from (candidate for candidate in ((far, -far) if far else (0,)) if _rank(candidate) < _rank(number))


def _measure(value: Any, axes: Axes, lengths: dict[str, int]) -> None:
    """Write down how long each axis is."""
    if isinstance(axes, tuple):
        for item, names in zip(value, axes, strict=True):
            _measure(item, names, lengths)
        return
    for name, length in zip(_names(axes), _shape(value), strict=False):
        lengths[name] = max(length, lengths.get(name, 0))


def _names(axes: str) -> list[str]:
    return [name for name in axes.split() if not name.startswith("=")]


def _shape(value: Any) -> tuple[int, ...]:
    if isinstance(value, Tensor):
        return tuple(value.shape)
    if isinstance(value, list | dict):
        items = list(value.values() if isinstance(value, dict) else value)
        return (len(items), *(_shape(items[0]) if items else ()))
    return ()


def _counts(value: Any, axes: Axes, axis: str, index: int) -> bool:
    """Whether some number counts to this index along the axis: a label of the class that would go."""
    if isinstance(axes, tuple):
        return any(_counts(item, names, axis, index) for item, names in zip(value, axes, strict=True))
    return f"={axis}" in axes.split() and bool((value == index).any())


def _without(value: Any, axes: Axes, axis: str, index: int) -> Any:
    """The value without what stands at an index of an axis; labels beyond it count one less."""
    if isinstance(axes, tuple):
        return tuple(_without(item, names, axis, index) for item, names in zip(value, axes, strict=True))
    if f"={axis}" in axes.split():
        value = value - (value > index).to(value.dtype)
    return _cut(value, _names(axes), axis, index)


def _cut(value: Any, names: Sequence[str], axis: str, index: int) -> Any:
    if isinstance(value, Tensor):
        for dim, name in enumerate(names):
            if name == axis:
                value = value.index_select(dim, torch.tensor([i for i in range(value.shape[dim]) if i != index]))
        return value
    if isinstance(value, dict):
        kept = [key for i, key in enumerate(value) if not (names[:1] == [axis] and i == index)]
        return {key: _cut(value[key], names[1:], axis, index) for key in kept}
    if isinstance(value, list):
        kept = [item for i, item in enumerate(value) if not (names[:1] == [axis] and i == index)]
        return [_cut(item, names[1:], axis, index) for item in kept]
    return value


def _simpler(value: Any, axes: Axes) -> Iterator[Any]:
    """The value with one of its whole numbers smaller."""
    if isinstance(value, Tensor):
        symmetric = isinstance(axes, str) and value.dim() == 2 and len(set(_names(axes))) == 1
        for at in product(*map(range, value.shape)):
            for number in _simpler_numbers(value[at].item()):
                changed = value.clone()
                changed[at] = number
                if symmetric:
                    changed[at[::-1]] = number
                yield changed
    elif isinstance(value, list | tuple):
        for i, item in enumerate(value):
            for changed in _simpler(item, axes[i] if isinstance(axes, tuple) else ""):
                yield type(value)((*value[:i], changed, *value[i + 1 :]))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from ({**value, key: changed} for changed in _simpler(item, ""))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from map(type(value), _simpler_numbers(value))
