"""Make callables that a task forbids unusable while student code runs.

A gate is put in a callable's place before the student's code is loaded, so that a name imported from a module meets
it too. Gates let everything pass until the function being asked forbids them. Stand-ins and the wire hold the
originals. This stops the plain ways only; the rest is found in the source.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

from autograder.worker.faults import NotAllowed


class Gates:
    """The gates of one worker."""

    def __init__(self, names: Iterable[str]) -> None:
        """Put a gate before each dotted callable that this version of the library has."""
        self._closed: frozenset[str] = frozenset()
        self._stand: list[tuple[Any, str, Any, Any]] = []  # owner, attribute, original, gate
        for name in names:
            found = _resolve(name)
            if found is not None:
                owner, attribute, original = found
                self._stand.append((owner, attribute, original, self._gate(name, original)))
        self._put("gate")

    def _gate(self, name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original, updated=())
        def gate(*args: Any, **kwargs: Any) -> Any:
            if name in self._closed:
                raise NotAllowed(f"{name} is not allowed here")
            return original(*args, **kwargs)

        del gate.__wrapped__  # it would hand out the original
        return gate

    def _put(self, what: Literal["gate", "original"]) -> None:
        for owner, attribute, original, gate in self._stand:
            setattr(owner, attribute, gate if what == "gate" else original)

    @contextlib.contextmanager
    def lifted(self) -> Iterator[None]:
        """Let the originals stand in their places within the block, for code of ours to import."""
        self._put("original")
        try:
            yield
        finally:
            self._put("gate")

    @contextlib.contextmanager
    def closed(self, names: frozenset[str]) -> Iterator[None]:
        """Let the named callables raise within the block."""
        before, self._closed = self._closed, names
        try:
            yield
        finally:
            self._closed = before


def _resolve(name: str) -> tuple[Any, str, Any] | None:
    """The module or class that holds a dotted name, the name's last part, and what it is."""
    parts = name.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        try:
            owner: Any = importlib.import_module(".".join(parts[:cut]))
        except ImportError:
            continue
        for part in parts[cut:-1]:
            owner = getattr(owner, part, None)
        original = getattr(owner, parts[-1], None)
        return (owner, parts[-1], original) if callable(original) else None
    return None
