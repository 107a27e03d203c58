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


def shown(value: Any, digits: int = DIGITS) -> str:
    """A value as it is written by hand."""
    text = _written(value, digits)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def apart(got: Any, expected: Any) -> tuple[str, str]:
    """Two values that differ, with as many digits as it takes to see that."""
    for digits in (DIGITS, 7, 10, 17):
        texts = shown(got, digits), shown(expected, digits)
        if texts[0] != texts[1]:
            break
    return texts


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
        kind = type(value).__name__
        return str(value)[:40] if value is None or isinstance(value, (bool, str)) else f"a {kind}"
    if not math.isfinite(value):
        return str(float(value))
    return str(int(value)) if value == int(value) and abs(value) < 1e6 else f"{value:.{digits}g}"
