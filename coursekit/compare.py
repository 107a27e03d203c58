"""How a public check compares: missing, type, shape, dtype, finite, values; the first that differs stops it."""

from __future__ import annotations

import math
from numbers import Real
from typing import Any, NoReturn

import torch
from torch import Tensor


class Differs(AssertionError):
    """What came is not what is right.

    Attributes:
        what: what was compared.
        got: what came.
        expected: what is right.
    """

    def __init__(self, message: str, what: str, got: Any, expected: Any) -> None:
        super().__init__(message)
        self.what, self.got, self.expected = what, got, expected


def close(what: str, got: Any, expected: Tensor | float, atol: float = 1e-6, help: str = "") -> None:  # noqa: A002
    """Raise unless `got` is `expected` within `atol` everywhere.

    Args:
        what: what is compared, for the message ("dW").
        got: what the student's code returned.
        expected: a tensor, whose shape and dtype `got` must have; or a number, which a Python number or a tensor
            of no dimensions may answer.
        atol: the largest difference allowed in any entry; 0 for integers that must be equal.
        help: one line on what to do, added when it is the values that differ.

    Raises:
        Differs: what differs first, in one sentence, and the help line.
    """
    try:
        _close(what, got, expected, atol, help)
    except AssertionError as failure:
        raise Differs(str(failure), what, got, expected) from None


def _close(what: str, got: Any, expected: Tensor | float, atol: float, help: str) -> None:  # noqa: A002
    if isinstance(expected, Tensor):
        _values(what, tensor(what, got, tuple(expected.shape), expected.dtype), expected, atol, help)
        return
    value = number(what, got)
    if not math.isfinite(value) and math.isfinite(expected):
        _fail(f"{what} is {value:g}; a finite number was expected, {expected:.6g}.", help)
    if not (value == expected or abs(value - expected) <= atol):
        _fail(f"{what} is {value:.6g}; expected {expected:.6g} ({_allowed(atol)}).", help)


def tensor(what: str, got: Any, shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    """Raise unless `got` is a tensor of that shape and dtype; its values are not looked at.

    Returns:
        `got`, detached from any graph.

    Raises:
        AssertionError: what differs first, in one sentence, and a help line.
    """
    wanted = f"a tensor of shape {shape} was expected"
    _there(what, got, wanted)
    if not isinstance(got, Tensor):
        _fail(f"{what} is of type {type(got).__name__}; {wanted}.")
    if tuple(got.shape) != shape:
        _fail(f"{what} has shape {tuple(got.shape)}; expected {shape}.")
    if got.dtype != dtype:
        _fail(
            f"{what} has the right shape {shape}, but dtype {_dtype(got.dtype)}; expected {_dtype(dtype)}.",
            "make new tensors with the dtype of the inputs (torch.zeros_like, or dtype=X.dtype)."
            if dtype.is_floating_point
            else "",
        )
    return got.detach()


def number(what: str, got: Any) -> float:
    """Raise unless `got` is a Python number or a tensor of no dimensions; its value is not looked at.

    Returns:
        `got` as a float.

    Raises:
        AssertionError: what it is instead, in one sentence, and a help line.
    """
    _there(what, got, "a number was expected")
    if isinstance(got, Tensor):
        if got.dim() != 0:
            _fail(f"{what} is a tensor of shape {tuple(got.shape)}; a single number was expected.")
        return float(got)
    if isinstance(got, bool) or not isinstance(got, Real):
        _fail(f"{what} is of type {type(got).__name__}; a number was expected.")
    return float(got)


def several(got: Any, names: str) -> tuple[Any, ...]:
    """Raise unless a function returned as many values as it should.

    Args:
        got: what it returned.
        names: what it should return, as its documentation writes it ("loss, dW").

    Returns:
        The values, as many as there are names.

    Raises:
        AssertionError: what it returned instead, in one sentence.
    """
    count = names.count(",") + 1
    if got is None:
        _fail(f"the function returned None; {count} values were expected: {names}.", "end it with a return.")
    if not isinstance(got, (tuple, list)):
        _fail(f"the function returned a value of type {type(got).__name__}; {count} were expected: {names}.")
    if len(got) != count:
        _fail(f"the function returned {len(got)} values; {count} were expected: {names}.")
    return tuple(got)


def unchanged(what: str, now: Tensor, before: Tensor) -> None:
    """Raise if an input is no longer what it was.

    Args:
        what: the input's name.
        now: the tensor that the function was given, after the call.
        before: a copy of it from before the call.

    Raises:
        AssertionError: it was modified.
    """
    if not torch.equal(now, before):
        _fail(f"{what} was modified.", "work on new tensors: an in-place operation changes the caller's too.")


def _there(what: str, got: Any, wanted: str) -> None:
    if got is None:
        _fail(f"{what} is None; {wanted}.", "does every way through the function end in a return?")


def _values(what: str, got: Tensor, expected: Tensor, atol: float, hint: str) -> None:
    got64, expected64 = got.cpu().to(torch.float64), expected.cpu().to(torch.float64)
    same_right = f"{what} has the right shape {tuple(expected.shape)} and dtype"
    bad = ~torch.isfinite(got64) & torch.isfinite(expected64)
    if bad.any():
        at = _index(int(bad.flatten().to(torch.uint8).argmax()), expected)
        _fail(f"{same_right}, but not all of its entries are finite (the first{at}: {_at(got, at)}).", hint)
    error = torch.where(got64 == expected64, 0.0, (got64 - expected64).abs()).nan_to_num(nan=0.0)
    if expected.numel() == 0 or float(error.max()) <= atol:
        return
    at = _index(int(error.flatten().argmax()), expected)
    worst = f"got {_at(got, at)}, expected {_at(expected, at)}"
    if expected.dim() == 0:
        _fail(f"{what} is {_at(got, at)}; expected {_at(expected, at)} ({_allowed(atol)}).", hint)
    if not expected.is_floating_point():
        wrong = (error > atol).flatten()
        at = _index(int(wrong.to(torch.uint8).argmax()), expected)
        first = f"the first{at}: got {_at(got, at)}, expected {_at(expected, at)}"
        _fail(f"{same_right}, but {int(wrong.sum())} of its {expected.numel()} entries differ ({first}).", hint)
    _fail(f"{same_right}, but is off by up to {float(error.max()):.3g} (worst{at}: {worst}; {_allowed(atol)}).", hint)


class _At(tuple[int, ...]):
    """Where an entry stands, written ` at [3, 1]`; nothing for the only entry of a tensor of no dimensions."""

    def __str__(self) -> str:
        return f" at [{', '.join(map(str, self))}]" if self else ""


def _index(flat: int, like: Tensor) -> _At:
    index: list[int] = []
    for size in reversed(like.shape):
        flat, here = divmod(flat, size)
        index.insert(0, here)
    return _At(index)


def _at(values: Tensor, at: _At) -> str:
    return f"{values[tuple(at)].item():.6g}"


def _allowed(atol: float) -> str:
    return f"{atol:g} is allowed" if atol else "it must be equal"


def _dtype(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def _fail(sentence: str, hint: str = "") -> NoReturn:
    raise AssertionError(sentence + (f"\n{hint}" if hint else ""))
