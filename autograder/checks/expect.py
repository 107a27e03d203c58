"""Comparisons, and the sentences that say what differs.

Each compares in order (missing, type, shape, dtype, finite, values) and stops at the first difference with a
CheckFailed whose text a student can act on. Nothing here trusts the value: it came over the wire from student code.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.checks.diagnose import shape_of_error, swapped_axes
from coursekit.pencil import cut, kind_of

WIDEST = 72  # characters of a number
Listener = Callable[[str, float], None]
_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)
_float64_agreed: ContextVar[bool] = ContextVar("float64_agreed", default=False)


class CheckFailed(AssertionError):
    """The student's answer is not right; `str()` is the message for the student.

    Attributes:
        diagnosis: the general shape of the error in one line ("every entry is 2 times what is expected"), or "".
    """

    def __init__(self, message: str, diagnosis: str = "") -> None:
        super().__init__(message)
        self.diagnosis = diagnosis


@contextmanager
def heard_by(listener: Listener | None) -> Iterator[None]:
    """While this lasts, every comparison of values tells the listener its name and its error over the error allowed."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def tell(what: str, ratio: float) -> None:
    """Tell the listener, if there is one, of a comparison: its error over the error allowed."""
    listener = _listener.get()
    if listener is not None:
        listener(what, ratio)


def close_path(what: str, got: Sequence[Any], expected: Sequence[Tensor]) -> tuple[int, CheckFailed] | None:
    """The first step, from 1, at which a path of tensors leaves the expected one, and how; None if it never does.

    The listener hears of the path as a whole: of the largest error over the error allowed among its steps.
    """
    ratios: list[float] = []
    first: tuple[int, CheckFailed] | None = None
    with heard_by(lambda _, ratio: ratios.append(ratio)):
        for step, (mine, theirs) in enumerate(zip(got, expected, strict=True), start=1):
            try:
                close("next_w", mine, theirs)
            except CheckFailed as failure:
                first = first or (step, failure)
    if ratios:
        tell(what, max(ratios))
    return first


def begin() -> None:
    """A new check begins: nothing has agreed in it yet."""
    _float64_agreed.set(False)


def describe(value: Any) -> str:
    """A value in a few words: its type, and for a tensor its shape and dtype."""
    if value is None:
        return "None (is a return missing?)"
    if isinstance(value, Tensor):
        return f"a tensor of shape {tuple(value.shape)} and dtype {_dtype(value.dtype)}"
    if isinstance(value, bool | int | float):
        return f"the {type(value).__name__} {cut(repr(value), WIDEST)}"
    if isinstance(value, list | tuple | dict):
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, np.ndarray):
        return "an array of numpy, not a tensor"
    return kind_of(value)


def plain(got: Any) -> Any:
    """A number as Python's own: a scalar of numpy's or a tensor of no dimensions; anything else as it is."""
    return got.item() if isinstance(got, np.generic | np.ndarray | Tensor) and got.ndim == 0 else got


def instance(what: str, got: Any, kind: type | tuple[type, ...], said: str) -> Any:
    """`got` is of that type; a bool is no int. A number may come as a tensor of no dimensions, or as one of numpy's.

    Args:
        what: the name of the value, for the message.
        got: the value.
        kind: the type or types allowed.
        said: the types in words ("a list of floats").

    Returns:
        `got`; a number as Python's own.
    """
    value = plain(got)
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise CheckFailed(f"{what} should be {said}, but is {describe(got)}.")
    return value


def pair(what: str, got: Any, names: tuple[str, ...]) -> tuple[Any, ...]:
    """`got` is a tuple (or list) of exactly these things; returned as a tuple."""
    if not isinstance(got, list | tuple) or len(got) != len(names):
        raise CheckFailed(f"{what} should return ({', '.join(names)}), but returned {describe(got)}.")
    return tuple(got)


def tensor(what: str, got: Any, shape: tuple[int, ...], dtype: torch.dtype | None = None) -> Tensor:
    """`got` is a tensor of that shape and dtype."""
    if not isinstance(got, Tensor):
        raise CheckFailed(f"{what} should be a tensor of shape {shape}, but is {describe(got)}.")
    if tuple(got.shape) != shape:
        turned = (
            " (it is the transpose of what is asked)" if len(shape) == 2 and tuple(got.shape) == shape[::-1] else ""
        )
        raise CheckFailed(f"{what} should have shape {shape}, but has shape {tuple(got.shape)}{turned}.")
    if dtype is not None and got.dtype != dtype:
        raise CheckFailed(f"{what} should have dtype {_dtype(dtype)}, but has {_dtype(got.dtype)}.")
    return got


def close(
    what: str,
    got: Any,
    expected: Tensor,
    *,
    rtol: float | None = None,
    help_line: str = "",
    any_dtype: bool = False,
) -> None:
    """`got` equals a tensor of floats: each entry within `rtol` of the largest expected entry (at least 1).

    Args:
        what: the name of the value, for the message.
        got: the student's answer.
        expected: the reference's.
        rtol: allowed error; 1e-6 for float64, 1e-4 for float32 unless given.
        help_line: one line of help, appended.
        any_dtype: any floating dtype will do, and sets the error allowed: to keep it is for another check to ask.
    """
    fits = f"has the right shape {tuple(expected.shape)} and dtype" if expected.dim() else "has the right type"
    if any_dtype and isinstance(got, Tensor) and got.is_floating_point() and got.dtype != expected.dtype:
        fits, expected = fits.removesuffix(" and dtype"), expected.to(got.dtype)
    try:
        tensor(what, got, tuple(expected.shape), expected.dtype)
    except CheckFailed as failure:
        raise CheckFailed(str(failure), swapped_axes(got, expected)) from None
    allowed = (rtol if rtol is not None else tolerance(expected.dtype)) * max(1.0, _largest(expected))
    if not bool(torch.isfinite(got).all()):
        bad = int((~torch.isfinite(got)).sum())
        tell(what, math.inf)
        raise CheckFailed(_sentence(f"{what} has {bad} of {got.numel()} entries that are nan or infinite", help_line))
    error = (got.double() - expected.double()).abs()
    worst = _largest(error)
    tell(what, worst / allowed)
    if worst > allowed:
        raise CheckFailed(
            _sentence(f"{what} {fits}, but is {_worst(error, allowed)}", help_line),
            shape_of_error(got, expected, allowed, _float64_agreed.get()),
        )
    if expected.dtype == torch.float64:
        _float64_agreed.set(True)


def scalar(what: str, got: Any, expected: Tensor, *, help_line: str = "") -> None:
    """`got` is a 0-dim tensor of any floating dtype with the expected value."""
    tensor(what, got, ())
    if not got.is_floating_point():
        raise CheckFailed(f"{what} should have a floating dtype, but has {_dtype(got.dtype)}.")
    close(what, got.to(expected.dtype), expected, help_line=help_line)


def number(what: str, got: Any, expected: float, *, rtol: float = 1e-6, help_line: str = "") -> None:
    """`got` is a number equal to the expected one: a Python number, a scalar of numpy's, a tensor of no dimensions."""
    got = instance(what, got, (int, float), "a number")
    if not math.isfinite(got):
        raise CheckFailed(_sentence(f"{what} is {got}", help_line))
    allowed = rtol * max(1.0, abs(expected))
    tell(what, abs(got - expected) / allowed)
    if abs(got - expected) > allowed:
        mine, theirs = (torch.tensor(float(value), dtype=torch.float64) for value in (got, expected))
        raise CheckFailed(
            _sentence(f"{what} is off by {_short(abs(got - expected))} ({_short(allowed)} is allowed)", help_line),
            shape_of_error(mine, theirs, allowed),
        )


def same_labels(what: str, got: Any, expected: Tensor, *, help_line: str = "") -> None:
    """`got` is the int64 tensor of labels that is expected, entry by entry."""
    tensor(what, got, tuple(expected.shape), torch.int64)
    wrong = (got != expected).nonzero().flatten().tolist()
    if wrong:
        raise CheckFailed(
            _sentence(
                f"{len(wrong)} of {expected.numel()} entries of {what} are wrong (the first at [{wrong[0]}])", help_line
            )
        )


def unchanged(what: str, before: Tensor, after: Any, rounding: float = 0.0) -> None:
    """An input is as it was, or, where an entry may be moved and moved back, within that rounding of it."""
    if not isinstance(after, Tensor) or after.shape != before.shape or after.dtype != before.dtype:
        raise CheckFailed(f"the input {what} came back changed: it is {describe(after)}. Work on a copy.")
    if not torch.equal(after, before) and not torch.allclose(after, before, rtol=0, atol=rounding):
        raise CheckFailed(
            f"the input {what} was modified: {int((after != before).sum())} of its {before.numel()} entries differ "
            "after the call. An operation in place (`-=`, `x[i] = ...`, `add_`) changes the caller's tensor."
        )


def tolerance(dtype: torch.dtype) -> float:
    """The relative error that different right ways to compute in this dtype may have."""
    return {torch.float64: 1e-6, torch.float32: 1e-4}.get(dtype, 1e-2)


def _sentence(text: str, help_line: str) -> str:
    return f"{text}." + (f"\n{help_line}" if help_line else "")


def _worst(error: Tensor, allowed: float) -> str:
    where = ""
    if error.dim():
        flat = int(error.argmax())
        index: list[int] = []
        for size in reversed(error.shape):
            index.append(flat % size)
            flat //= size
        where = f"worst at {index[::-1]}; "
    return f"off by up to {_short(float(error.max()))} ({where}{_short(allowed)} is allowed)"


def _largest(value: Tensor) -> float:
    return float(value.abs().max()) if value.numel() else 0.0


def _short(value: float) -> str:
    return f"{value:.2g}"


def _dtype(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
