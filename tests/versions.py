"""Answers of right and wrong versions of a function on the same inputs, and whether they are the same."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor


def answers(version: Callable[..., Any], inputs: Sequence[tuple[Any, ...]]) -> list[Any]:
    """What a version says to each input, handed to it as a copy; an exception is an answer too, by its type."""
    return [outcome(lambda args=args: version(*copy.deepcopy(args))) for args in inputs]


def outcome(call: Callable[[], Any]) -> Any:
    """What a call returns, or the name of the exception that student code would show."""
    try:
        return call()
    except (RuntimeError, IndexError, ValueError, TypeError, KeyError, ZeroDivisionError) as error:
        return type(error).__name__


def same(a: Any, b: Any, rtol: float) -> bool:
    """Two answers have the same type, shape, dtype, and values within rtol of the largest entry (at least 1)."""
    if isinstance(a, Tensor) and isinstance(b, Tensor):
        if a.shape != b.shape or a.dtype != b.dtype:
            return False
        if not a.is_floating_point():
            return torch.equal(a, b)
        finite = torch.isfinite(a) & torch.isfinite(b)
        if not torch.equal(a[~finite].nan_to_num(nan=math.pi), b[~finite].nan_to_num(nan=math.pi)):
            return False
        largest = max([1.0, *b[finite].abs().flatten().tolist()])
        return bool(((a[finite] - b[finite]).abs() <= rtol * largest).all())
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(same(x, y, rtol) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key], rtol) for key in a)
    if isinstance(a, float | int) and isinstance(b, float | int):
        return abs(a - b) <= rtol * max(1.0, abs(b))
    return type(a) is type(b) and a == b
