"""Turn whatever student code raised into plain data: what it was, what it said, and where in the student's terms."""

from __future__ import annotations

import sys
import types
from typing import Any

from autograder.worker.wire import type_name
from coursekit.raised import tensors_that_met

MAX_TEXT = 2000
# Where Python is installed is nobody's business; the longer one first, as one may lie in the other.
_PREFIXES = sorted({sys.prefix, sys.base_prefix}, key=len, reverse=True)


class NotDefined(Exception):
    """Student code used a name whose definition failed; the text is the whole story."""


class NotAllowed(Exception):
    """Student code called something that its task forbids."""


class Origins:
    """Which cell each compiled file name stands for: code is compiled as `notebook.ipynb, cell 12`."""

    def __init__(self) -> None:
        self._cells: dict[str, tuple[str, int]] = {}

    def file_name(self, file: str, cell: int) -> str:
        """The name to compile a cell's code under."""
        name = f"{file}, cell {cell}" if cell else file
        self._cells[name] = (file, cell)
        return name

    def cell(self, name: str) -> tuple[str, int] | None:
        """The file and cell that a name stands for; None if it is no name of the submission's."""
        return self._cells.get(name)

    def tensors_that_met(self, error: BaseException) -> str:
        """The tensors, with their shapes, in the line of the submission's that raised an error of torch's, or ""."""
        found = self._innermost(error.__traceback__)
        try:
            return "" if found is None else tensors_that_met(error, found.tb_frame, found.tb_lineno or 0)
        except BaseException:  # noqa: BLE001 - the variables are the student's, and may raise anything, an exit included
            return ""

    def find(self, trace: types.TracebackType | None) -> tuple[tuple[str, int, int] | None, str]:
        """File, cell and line of the innermost student's frame, and the function it is in."""
        found = self._innermost(trace)
        if found is None:
            return None, ""
        code = found.tb_frame.f_code
        return (*self._cells[code.co_filename], found.tb_lineno or 0), code.co_name

    def _innermost(self, trace: types.TracebackType | None) -> types.TracebackType | None:
        """Where a trace is last in the submission's code."""
        found = None
        while trace is not None:
            if trace.tb_frame.f_code.co_filename in self._cells:
                found = trace
            trace = trace.tb_next
        return found


def describe(error: BaseException, origins: Origins, name: str) -> dict[str, Any]:
    """What is told of an exception.

    Returns:
        `fault` ("raised", "missing" or "memory"), `kind` (its type's name), `text` (bounded) and `origin`
        ((file, cell, line) or None).
    """
    origin, function = origins.find(error.__traceback__)
    if isinstance(error, NotDefined):
        return _fault("missing", error, str(error), origin)
    text = _text_of(error)
    if isinstance(error, NotImplementedError) and _raised_by_student(error, origins):
        where = f" ({_place(origin)})" if origin else ""
        who = function if function.isidentifier() else name
        return _fault("missing", error, f"{who} is not implemented yet{where}", origin)
    if isinstance(error, SystemExit):
        return _fault("raised", error, "it called exit", origin)
    if isinstance(error, MemoryError) or (isinstance(error, RuntimeError) and "DefaultCPUAllocator" in text):
        return _fault("memory", error, text, origin)
    met = origins.tensors_that_met(error)
    return _fault("raised", error, text + _remedy(text) + (f"\n{met}" if met else ""), origin)


def _raised_by_student(error: BaseException, origins: Origins) -> bool:
    """A `raise NotImplementedError` of a stub, not torch's way to say that it lacks an operation."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return origins.find(trace)[0] is not None and "not implemented for" not in _text_of(error)


def _remedy(text: str) -> str:
    """What to do about an exception that only happens where there is no GPU."""
    if "not compiled with CUDA" in text or "Found no NVIDIA driver" in text:
        return " (the grader has no GPU: make new tensors on the device of the inputs, `x.device`)"
    return ""


def _fault(fault: str, error: BaseException, text: str, origin: tuple[str, int, int] | None) -> dict[str, Any]:
    return {"fault": fault, "kind": type_name(error), "text": text, "origin": origin}


def _place(origin: tuple[str, int, int]) -> str:
    file, cell, line = origin
    return f"{file}, cell {cell}, line {line}" if cell else f"{file}, line {line}"


def _text_of(error: BaseException) -> str:
    try:
        text = str(error)
    except BaseException as worse:  # noqa: BLE001 - a student's __str__ may raise anything, an exit included
        return f"(its text could not be had: {type_name(worse)})"
    text = text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + " ..."
    for prefix in _PREFIXES:
        text = text.replace(prefix, "<python>")
    return text


def one_line(error: BaseException, origins: Origins, place: tuple[str, int, int]) -> str:
    """`ImportError: No module named 'foo' (notebook.ipynb, cell 3, line 1)`, for a definition that failed."""
    if isinstance(error, NotDefined):
        return str(error)
    origin, _ = origins.find(error.__traceback__)
    text = _text_of(error)
    return f"{type_name(error)}{': ' if text else ''}{text} ({_place(origin or place)})"
