"""Counts what the Python interpreter does in a submission's code: instructions, and the calls of torch from them.

A loop by any name takes more steps for more rows; a product of matrices takes as many for ten rows as for a thousand.
"""

from __future__ import annotations

import sys
import types
from collections import Counter
from collections.abc import Callable
from typing import Any

from torch.overrides import TorchFunctionMode

from autograder.worker.faults import Origins

Place = tuple[str, int, int]


class Steps:
    """While it is entered, counts steps by the line that they belong to.

    Every frame of the submission's counts, and every frame of code made from text; those of installed packages do not.
    The calls of torch that such a frame makes are counted too, so that `map(torch.dot, a, b)`, which runs no Python of
    the submission's, is a loop, and printing a tensor, for which torch calls itself, is none.
    """

    def __init__(self, origins: Origins) -> None:
        self._origins = origins
        self._lines: Counter[Place] = Counter()
        self._calls = _Calls(self._count)

    def __enter__(self) -> Steps:
        self._calls.__enter__()  # type: ignore[no-untyped-call]  # torch's own
        sys._getframe().f_trace_opcodes = True  # CPython 3.12 tells of opcodes only where one asked before it traces
        sys.settrace(self._entered)
        return self

    def __exit__(self, *exception: object) -> None:
        sys.settrace(None)
        self._calls.__exit__(*exception)  # type: ignore[no-untyped-call]

    @property
    def taken(self) -> int:
        """How many there were."""
        return self._lines.total()

    @property
    def busiest(self) -> Place:
        """File, cell and line where most were taken; ("", 0, 0) if none was."""
        return max(self._lines, key=self._lines.__getitem__, default=("", 0, 0))

    def _entered(self, frame: types.FrameType, event: str, arg: Any) -> Callable[..., Any] | None:  # noqa: ARG002
        if self._cell(frame) is None:
            return None
        frame.f_trace_opcodes = True
        return self._step

    def _step(self, frame: types.FrameType, event: str, arg: Any) -> Callable[..., Any]:  # noqa: ARG002
        if event in ("opcode", "line"):
            self._count(frame)
        return self._step

    def _count(self, frame: types.FrameType) -> None:
        """One step more at a frame's line, if the frame counts."""
        cell = self._cell(frame)
        if cell is not None:
            file, number = cell
            self._lines[file, number, frame.f_lineno or 0] += 1

    def _cell(self, frame: types.FrameType) -> tuple[str, int] | None:
        """The file and cell of a frame that counts; ("", 0) for code made from text, None for what does not count."""
        name = frame.f_code.co_filename
        made = name.startswith("<") and not name.startswith("<frozen")
        return self._origins.cell(name) or (("", 0) if made else None)


class _Calls(TorchFunctionMode):
    """Counts each call of torch at the frame that makes it."""

    def __init__(self, count: Callable[[types.FrameType], None]) -> None:
        super().__init__()
        self._count = count

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self._count(sys._getframe(1))
        return func(*args, **(kwargs or {}))
