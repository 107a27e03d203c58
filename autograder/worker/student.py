"""The proxy through which the grader asks a student's functions; the only door to student code."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from autograder.submission.source import Slice
from autograder.worker.warm import Warm


@dataclass(frozen=True)
class Limits:
    """What one call may use: seconds of wall time, bytes of memory beyond the warm process, bytes of printed output."""

    seconds: float = 10.0
    memory: int = 1 << 30
    output: int = 8 << 20


@dataclass(frozen=True)
class Ref:
    """Names one of the student's own functions or classes as an argument of a call; it is looked up in the worker."""

    name: str


class Student:
    """The graded functions of one part of one submission.

    Starts a worker when first asked, keeps it for all checks, and starts a new one after a kill or when the set of
    stand-ins changes. Every method may raise the exceptions of `worker.errors`.

    A Python function among the arguments becomes a callback: the worker gets a function that asks the grader.
    """

    def __init__(
        self,
        warm: Warm,
        code: Slice,
        given: str = "",
        answers: Mapping[str, Callable[..., Any]] | None = None,
        limits: Limits = Limits(),
    ) -> None:
        """Prepare; nothing runs yet.

        Args:
            warm: the fork server.
            code: the slice to load.
            given: source of the part's given classes, which replace the student's copies.
            answers: what a stand-in that needs the grader asks there, by graded function name.
            limits: what each call may use unless it says otherwise.
        """
        raise NotImplementedError

    def stand_in(self, names: frozenset[str]) -> None:
        """From now on these graded functions are stood in for; a worker with another set is replaced."""
        raise NotImplementedError

    def block(self, names: Sequence[str]) -> None:
        """From now on these dotted callables raise in the worker while student code runs (stand-ins keep theirs)."""
        raise NotImplementedError

    def call(self, name: str, *args: Any, limits: Limits | None = None, **kwargs: Any) -> Any:
        """Call one graded function: plain data in, plain data out."""
        raise NotImplementedError

    def call_many(self, name: str, arguments: Sequence[tuple[Any, ...]], limits: Limits | None = None) -> list[Any]:
        """Call one function once for each tuple of arguments, in one request; the values in order."""
        raise NotImplementedError

    def call_keeping(self, name: str, *args: Any, limits: Limits | None = None) -> tuple[Any, tuple[Any, ...]]:
        """Like `call`, and also the arguments as they are after it: what the function did to its inputs."""
        raise NotImplementedError

    def trajectory(
        self, name: str, w: torch.Tensor, gradients: Sequence[torch.Tensor], config: dict[str, Any] | None
    ) -> tuple[list[Any], Any]:
        """Run an optimizer: `w, config = f(w, dw, config)` for each gradient, all in one request.

        The config that a step returns is handed to the next as it came, and never leaves the worker between steps.

        Returns:
            each returned w (copied, so that in-place updates show as they were), and the last config.
        """
        raise NotImplementedError

    def new(self, name: str, *args: Any, **kwargs: Any) -> Handle:
        """Make an object of a graded or given class in the worker; a handle to it."""
        raise NotImplementedError

    def load_weights(self, data: bytes) -> Any:
        """`torch.load(..., weights_only=True)` of a file the student handed in, inside the worker."""
        raise NotImplementedError

    @property
    def printed(self) -> str:
        """What student code printed since the last call of this property, bounded."""
        raise NotImplementedError

    def close(self) -> None:
        """End the worker, and see that nothing of it is left."""
        raise NotImplementedError


class Handle:
    """An object that lives in the worker: `handle.predict(x, k=1)` calls its method there, `get` reads an attribute."""

    def get(self, attribute: str) -> Any:
        """The value of one attribute."""
        raise NotImplementedError

    def call(self, method: str, *args: Any, limits: Limits | None = None, **kwargs: Any) -> Any:
        """Call one method."""
        raise NotImplementedError
