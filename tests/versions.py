"""The known right and wrong versions of functions, their answers on the same inputs, and whether they are the same."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any

import torch
from torch import Tensor

from autograder.assignment import load
from autograder.audit import variants
from autograder.audit.variants import Variant
from autograder.catalog import Part
from autograder.checks import known
from autograder.checks.expect import plain
from autograder.checks.known import Misconception
from autograder.checks.reference import load_reference


def mistakes_of(part: Part) -> tuple[Misconception, ...]:
    """The known mistakes in a part's functions."""
    return known.load(load(part.assignment).folder / "known" / "mistakes", load_reference(part).functions)


def variants_of(part: Part) -> tuple[Variant, ...]:
    """The right versions of a part's functions."""
    mine = {function.name for function in part.functions}
    return tuple(v for v in variants.read(load(part.assignment).folder / "known" / "variants") if v.function in mine)


def of(function: str, mistakes: Sequence[Misconception]) -> list[Misconception]:
    """Those in one function."""
    return [wrong for wrong in mistakes if wrong.function == function]


def from_source(source: str, function: str, reference: Mapping[str, Any]) -> Any:
    """What a source defines a function as, beside the reference."""
    namespace: dict[str, Any] = {**reference, "torch": torch}
    exec(source, namespace)
    return namespace[function]


def alike(mistakes: Sequence[Misconception], said: Callable[[str, Any], Any], rtol: float) -> list[tuple[str, str]]:
    """The pairs of them that answer everything alike."""
    given = {wrong.name: said(wrong.function, wrong.version) for wrong in mistakes}
    return [(a, b) for a, b in combinations(given, 2) if same(given[a], given[b], rtol)]


def sharing_hints(mistakes: Sequence[Misconception]) -> list[set[str]]:
    """The names of those that share a hint, hint by hint."""
    by_hint: dict[str, set[str]] = {}
    for wrong in mistakes:
        by_hint.setdefault(wrong.hint, set()).add(wrong.name)
    return [names for names in by_hint.values() if len(names) > 1]


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
    """Two answers have the same type, shape, dtype, and values within rtol of the largest entry (at least 1).

    Where the second is a Python number, the first may be a tensor of no dimensions.
    """
    if isinstance(b, float | int):
        a = plain(a)
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
