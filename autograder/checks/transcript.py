"""What a student's code said during one check: every value it returned, and every argument it called back with.

Two versions of a function that say the same throughout a check are, for that check, the same version: this is how a
wrong answer is recognised as a known mistake.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from autograder.checks.kept import size_of
from autograder.submission.source import Origin
from autograder.worker.conversation import Proxy
from autograder.worker.student import Limits, Run

MOST_BYTES = 16 << 20  # written down in one check; who says more is no known mistake


class Recorder:
    """Passes questions on to a Student and writes down what comes back, up to MOST_BYTES of it."""

    def __init__(self, student: Any) -> None:
        self._student = student
        self._size = 0
        self.said: list[Any] = []

    def call(self, name: str, *args: Any, limits: Limits | None = None, **kwargs: Any) -> Any:
        """As `Student.call`."""
        arguments, named = self._heard(args), self._heard(kwargs)
        return self.note(self._student.call(name, *arguments, limits=limits, **named))

    def call_many(self, name: str, arguments: Sequence[tuple[Any, ...]], limits: Limits | None = None) -> list[Any]:
        """As `Student.call_many`."""
        values: list[Any] = self.note(self._student.call_many(name, self._heard(list(arguments)), limits=limits))
        return values

    def call_keeping(self, name: str, *args: Any, limits: Limits | None = None) -> tuple[Any, tuple[Any, ...]]:
        """As `Student.call_keeping`."""
        value, after = self._student.call_keeping(name, *self._heard(args), limits=limits)
        self.note(value)
        self.note(tuple(item for item in after if isinstance(item, Tensor | dict)))
        return value, after

    def trajectories(self, name: str, runs: Sequence[Run]) -> list[list[Any]]:
        """As `Student.trajectories`."""
        paths: list[list[Any]] = self.note(self._student.trajectories(name, runs))
        return paths

    def through(self, first: str, second: str, runs: Sequence[tuple[tuple[Any, ...], Any]]) -> list[tuple[Any, Any]]:
        """As `Student.through`."""
        pairs: list[tuple[Any, Any]] = self.note(self._student.through(first, second, runs))
        return pairs

    def steps(self, name: str, arguments: Sequence[tuple[Any, ...]]) -> list[tuple[int, Origin]]:
        """As `Student.steps`; what it takes is not what it says."""
        counted: list[tuple[int, Origin]] = self._student.steps(name, arguments)
        return counted

    def new(self, name: str, *args: Any, **kwargs: Any) -> RecordedHandle:
        """As `Student.new`."""
        return RecordedHandle(self, self._student.new(name, *self._heard(args), **self._heard(kwargs)))

    def stand_in(self, names: frozenset[str]) -> None:
        """As `Student.stand_in`."""
        self._student.stand_in(names)

    def block(self, names: Sequence[str]) -> None:
        """As `Student.block`."""
        self._student.block(names)

    def note(self, value: Any) -> Any:
        """Write a value down; returns it, with objects of the student's in it made to be written down too."""
        value = self._watched(value)
        self._size += size_of(value)
        if self._size <= MOST_BYTES:
            self.said.append(_as_it_is(value))
        return value

    def _watched(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(self._watched, value))
        is_handle = type(value).__name__ in ("Handle", "InProcessHandle")
        return RecordedHandle(self, value) if is_handle else value

    def _heard(self, value: Any) -> Any:
        """Arguments whose functions write down what they are called with; handles as the student made them."""
        if isinstance(value, RecordedHandle):
            return value.handle
        if isinstance(value, list | tuple):
            return type(value)(map(self._heard, value))
        if isinstance(value, dict):
            return {key: self._heard(item) for key, item in value.items()}
        if callable(value):
            return self._listening(value)
        return value

    def _listening(self, function: Any) -> Any:
        def heard(*args: Any, **kwargs: Any) -> Any:
            self.note((args, kwargs))
            return function(*args, **kwargs)

        return heard


class RecordedHandle:
    """An object of the student's whose answers are written down."""

    in_words = Proxy.in_words

    def __init__(self, recorder: Recorder, handle: Any) -> None:
        self.recorder = recorder
        self.handle = handle

    def get(self, attribute: str) -> Any:
        """As `Handle.get`."""
        return self.recorder.note(self.handle.get(attribute))

    def call(self, method: str, *args: Any, limits: Limits | None = None, **kwargs: Any) -> Any:
        """As `Handle.call`."""
        return self.recorder.note(self.handle.call(method, *args, limits=limits, **kwargs))


def _as_it_is(value: Any) -> Any:
    """A copy: a version in this process may go on to change what it said."""
    if isinstance(value, Tensor):
        return value.clone()
    if isinstance(value, list | tuple):
        return type(value)(map(_as_it_is, value))
    if isinstance(value, dict):
        return {key: _as_it_is(item) for key, item in value.items()}
    return value


def alike(mine: Any, theirs: Any, rtol: float = 1e-7) -> bool:
    """Two transcripts, or two values in them, say the same: numbers and tensors to rounding, the rest exactly."""
    if isinstance(mine, Tensor) or isinstance(theirs, Tensor):
        return _alike_tensors(mine, theirs, rtol)
    if isinstance(mine, list | tuple) and isinstance(theirs, list | tuple):
        return len(mine) == len(theirs) and all(alike(a, b, rtol) for a, b in zip(mine, theirs, strict=True))
    if isinstance(mine, dict) and isinstance(theirs, dict):
        return mine.keys() == theirs.keys() and all(alike(mine[key], theirs[key], rtol) for key in mine)
    if isinstance(mine, bool | str) or isinstance(theirs, bool | str) or mine is None or theirs is None:
        return type(mine) is type(theirs) and bool(mine == theirs)
    if isinstance(mine, int | float) and isinstance(theirs, int | float):
        return math.isclose(mine, theirs, rel_tol=rtol, abs_tol=rtol) or (mine != mine and theirs != theirs)
    return type(mine).__name__ == type(theirs).__name__


def _alike_tensors(mine: Any, theirs: Any, rtol: float) -> bool:
    if not isinstance(mine, Tensor) or not isinstance(theirs, Tensor):
        return False
    if mine.shape != theirs.shape or mine.dtype != theirs.dtype:
        return False
    if not mine.is_floating_point():
        return torch.equal(mine, theirs)
    rtol = max(rtol, 1e-4) if mine.dtype != torch.float64 else rtol
    scale = max(1.0, float(theirs.nan_to_num(0, 0, 0).abs().max())) if theirs.numel() else 1.0
    return torch.allclose(mine, theirs, rtol=0, atol=rtol * scale, equal_nan=True)
