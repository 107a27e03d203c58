"""Values and questions as people write them by hand, where they are small enough to be followed with a pencil."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np
import torch
from torch import Tensor

LARGEST = 24  # numbers in one tensor that is shown
MOST = 40  # in all arguments of a question
LONGEST = 240  # characters of one value
LINE = 320  # of a question
DIGITS = 4  # of a number that is not whole
STRING = 40  # characters of a string in a value
KINDS = {Tensor: "a tensor", np.ndarray: "an array", str: "a string", int: "an int"}


def shown(value: Any, digits: int = DIGITS) -> str:
    """A value as it is written by hand."""
    return cut(_written(value, digits), LONGEST)


def cut(text: str, longest: int) -> str:
    """A text, or its beginning with a mark that it goes on."""
    return text if len(text) <= longest else f"{text[:longest]}..."


def kind_of(value: Any) -> str:
    """What sort of thing a value is, in words: those that its class has for it (`in_words`), or the class's name."""
    kind = type(value)
    return KINDS.get(kind) or getattr(kind, "in_words", "") or f"a {kind.__name__}"


def apart(got: Any, expected: Any) -> tuple[str, str]:
    """Two values that differ, with as many digits as it takes to see that; with their kinds where no digit shows it."""
    for digits in (DIGITS, 7, 10, 17):
        texts = shown(got, digits), shown(expected, digits)
        if texts[0] != texts[1]:
            return texts
    kinds = _kinds(got, expected)
    return (f"{kinds[0]} {texts[0]}", f"{kinds[1]} {texts[1]}") if kinds[0] != kinds[1] else texts


def _kinds(got: Any, expected: Any) -> tuple[str, str]:
    """The kinds of two values; where those are the same, with the kinds of the first things in them that differ."""
    kinds = kind_of(got), kind_of(expected)
    inside = [tuple(v.values()) if isinstance(v, Mapping) else v for v in (got, expected)]
    if kinds[0] == kinds[1] and all(isinstance(v, (list, tuple)) for v in inside):
        found = (_kinds(mine, theirs) for mine, theirs in zip(*inside, strict=False))
        mine, theirs = next((pair for pair in found if pair[0] != pair[1]), ("", ""))
        return (f"{kinds[0]} of {mine}", f"{kinds[1]} of {theirs}") if mine else kinds
    return kinds


def question(function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> str:
    """The arguments of a call by name, "W = [[1, 0]], reg = 0"; "" where one of them is too large to write."""
    if _numbers([*args, *kwargs.values()]) > MOST:
        return ""
    try:
        names = list(inspect.signature(function).parameters)[: len(args)]
    except (TypeError, ValueError):
        names = []
    names += [f"argument {i + 1}" for i in range(len(names), len(args))]
    named = (*zip(names, args, strict=True), *kwargs.items())
    text = ", ".join(f"{name} = {shown(value)}" for name, value in named)
    return text if len(text) <= LINE else ""


def _numbers(value: Any) -> int:
    """How many numbers there are in a value; more than MOST where one tensor has more than may be shown."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return sum(map(_numbers, value[: MOST + 1]))
    if not isinstance(value, (Tensor, np.ndarray)):
        return 1
    count = math.prod(value.shape)
    return count if count <= LARGEST else MOST + 1


def _written(value: Any, digits: int) -> str:
    if isinstance(value, (np.generic, np.ndarray, Tensor)):
        if math.prod(value.shape) > LARGEST:
            return f"a tensor of shape {tuple(value.shape)}"
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        inside = ", ".join(_written(item, digits) for item in value[:LARGEST])
        return f"[{inside}]" if isinstance(value, list) else f"({inside})"
    if isinstance(value, dict):
        pairs = (f"{_written(k, digits)}: {_written(item, digits)}" for k, item in islice(value.items(), LARGEST))
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, torch.Generator):
        return f"a generator with the seed {value.initial_seed()}"
    if isinstance(value, torch.dtype):
        return str(value).removeprefix("torch.")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return cut(str(value), STRING) if value is None or isinstance(value, (bool, str)) else kind_of(value)
    if not math.isfinite(value):
        return str(float(value))
    return str(int(value)) if value == int(value) and abs(value) < 1e6 else f"{value:.{digits}g}"
