"""Asks trusted functions (the reference, known mistakes) in this process, through the proxy's interface.

Never for a student's code: nothing confines it here.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import torch

from autograder.submission.source import Origin
from autograder.worker.conversation import Proxy
from autograder.worker.faults import Origins
from autograder.worker.steps import Steps
from autograder.worker.student import SEED, Limits, Ref, Run, Student

PLAIN = (bool, int, float, str, list, dict, torch.Tensor, np.ndarray, np.generic)


class InProcess(Student):
    """Functions of this process, asked as a Student's are: arguments copied, the same seed before each call."""

    def __init__(
        self, functions: Mapping[str, Any], given: str = "", answers: Mapping[str, Callable[..., Any]] | None = None
    ) -> None:
        """Bring the functions together with the given classes, which call them.

        Args:
            functions: by name.
            given: source of the given classes.
            answers: what stands in for a function that a check always has stood in for.
        """
        self.names: dict[str, Any] = {"torch": torch, "Tensor": torch.Tensor, **functions}
        self.answers = {} if answers is None else answers
        self.deadline = None
        exec(compile(given, "<given classes>", "exec"), self.names)

    def stand_in(self, names: frozenset[str]) -> None:
        """The grader answers for these, as a stand-in would."""
        for name in names:
            self.names[name] = self._standing_in(name)

    def gate(self, names: Iterable[str]) -> None:
        """Nothing will be blocked."""

    def block(self, names: Iterable[str]) -> None:
        """Nothing is blocked: these functions are trusted."""

    def renew(self) -> None:
        """There is no process to renew."""

    def call(self, name: str, *args: Any, limits: Limits | None = None, **kwargs: Any) -> Any:  # noqa: ARG002
        """Call one function."""
        _seed()
        return held(self.names[name](*self._own(args), **self._own(kwargs)))

    def call_many(self, name: str, arguments: Sequence[tuple[Any, ...]], limits: Limits | None = None) -> list[Any]:  # noqa: ARG002
        """Call one function once for each tuple of arguments."""
        _seed()
        return [self.names[name](*self._own(args)) for args in arguments]

    def call_keeping(self, name: str, *args: Any, limits: Limits | None = None) -> tuple[Any, tuple[Any, ...]]:  # noqa: ARG002
        """Call one function, and keep its arguments as they are after it."""
        _seed()
        kept = self._own(args)
        return self.names[name](*kept), kept

    def trajectories(self, name: str, runs: Sequence[Run]) -> list[list[Any]]:
        """Run an optimizer along these gradients."""
        _seed()
        return [self._trajectory(name, *self._own(run)) for run in runs]

    def _trajectory(self, name: str, w: Any, gradients: Sequence[torch.Tensor], config: Any) -> list[Any]:
        path = []
        for dw in gradients:
            w, config = self.names[name](w, dw, config)
            path.append(w.clone())
        return path

    def through(self, first: str, second: str, runs: Sequence[tuple[tuple[Any, ...], Any]]) -> list[tuple[Any, Any]]:
        """A forward function and its backward function, the cache handed from one to the other."""
        _seed()
        return [self._round_trip(first, second, *self._own(run)) for run in runs]

    def _round_trip(self, first: str, second: str, args: tuple[Any, ...], dout: Any) -> tuple[Any, Any]:
        out, cache = self.names[first](*args)
        kept = out.clone() if isinstance(out, torch.Tensor) else out
        return kept, self.names[second](dout, cache)

    def steps(self, name: str, arguments: Sequence[tuple[Any, ...]]) -> list[tuple[int, Origin]]:
        """For each tuple of arguments, how many Python steps one call takes, and the line that takes most of them."""
        _seed()
        return [self._counted(name, self._own(args)) for args in arguments]

    def _counted(self, name: str, args: tuple[Any, ...]) -> tuple[int, Origin]:
        with Steps(Origins()) as steps:
            self.names[name](*args)
        return steps.taken, Origin(*steps.busiest)

    def new(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Make an object."""
        _seed()
        return InProcessHandle(self.names[name](*self._own(args), **self._own(kwargs)))

    def load_weights(self, data: bytes) -> Any:
        """Open weights."""
        return torch.load(io.BytesIO(data), weights_only=True)

    def close(self) -> None:
        """Nothing is open."""

    def _own(self, value: Any) -> Any:
        return copied(value, self.names)

    def _standing_in(self, name: str) -> Callable[..., Any]:
        return lambda *args, **kwargs: self.answers[name](*args, **kwargs)


class InProcessHandle:
    """An object of this process, with a handle's methods."""

    in_words = Proxy.in_words

    def __init__(self, target: Any) -> None:
        self.target = target

    def get(self, attribute: str) -> Any:
        """The value of one attribute."""
        return getattr(self.target, attribute)

    def call(self, method: str, *args: Any, limits: Limits | None = None, **kwargs: Any) -> Any:  # noqa: ARG002
        """Call one method."""
        _seed()
        return getattr(self.target, method)(*copied(args), **copied(kwargs))


def copied(value: Any, names: Mapping[str, Any] = {}) -> Any:
    """As the wire does: tensors are copied, handles and names become what they stand for, generators begin anew."""
    if isinstance(value, torch.Tensor):
        return value.clone()
    if isinstance(value, InProcessHandle):
        return value.target
    if isinstance(value, torch.Generator):
        return torch.Generator().manual_seed(value.initial_seed())
    if isinstance(value, Ref):
        return names[value.name]
    if isinstance(value, list | tuple):
        return type(value)(copied(item, names) for item in value)
    if isinstance(value, dict):
        return {key: copied(item, names) for key, item in value.items()}
    return value


def held(value: Any) -> Any:
    """As the wire does: an object that is not plain data stays where it is, behind a handle."""
    if isinstance(value, tuple):
        return tuple(map(held, value))
    plain = value is None or isinstance(value, PLAIN)
    return value if plain else InProcessHandle(value)


def _seed() -> None:
    random.seed(SEED)
    np.random.seed(SEED)
    torch.default_generator.manual_seed(SEED)
