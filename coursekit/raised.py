"""What to say of an exception that a student's code raised: what, where, and the shapes and dtypes that met there."""

from __future__ import annotations

import dis
import re
import sys
import types
from pathlib import Path

import torch
from torch import Tensor

MOST_TENSORS = 5
ABOUT_DTYPES = re.compile(r"dtype|scalar type|result type")
"""In what torch says where the dtypes of two tensors are the fault, and not only different."""


def what_raised(error: BaseException) -> str:
    """An exception in a few lines: its type, place and text, and the tensors of the line that raised it."""
    frame, line = _own_frame(error.__traceback__)
    if frame is None:
        return f"it raised {type(error).__name__}: {error}"
    met = tensors_that_met(error, frame, line)
    return f"it raised {type(error).__name__} ({_place(frame, line)}): {error}" + (f"\n{met}" if met else "")


def tensors_that_met(error: BaseException, frame: types.FrameType, line: int) -> str:
    """The tensors that a line names, with their shapes, where it raised an error of torch's; "" for any other error.

    Args:
        error: what was raised.
        frame: the frame of the line, its variables as they were.
        line: its number.
    """
    if not isinstance(error, (RuntimeError, IndexError, ValueError)):
        return ""
    found = {name: value for name in _names(frame.f_code, line) if isinstance(value := _value(frame, name), Tensor)}
    if not found:
        return ""
    floats = {name: value.dtype for name, value in found.items() if value.is_floating_point()}
    mixed = len(set(floats.values())) > 1 and ABOUT_DTYPES.search(str(error)) is not None
    shown = ", ".join(
        f"{name} {tuple(value.shape)}" + (f" {_dtype(value.dtype)}" if mixed else "")
        for name, value in list(found.items())[:MOST_TENSORS]
    )
    single = [name for name, dtype in floats.items() if dtype == torch.float32]
    advice = ""
    if mixed and single:
        arguments = frame.f_code.co_varnames[: frame.f_code.co_argcount]
        others = [name for name, dtype in floats.items() if dtype != torch.float32]
        other = next((name for name in arguments if name in others), others[0])
        advice = (
            f"\n{' and '.join(single)} is float32, which torch.zeros, torch.ones and .float() make: where it is made, "
            f"give dtype={other}.dtype."
        )
    return f"in that line: {shown}.{advice}"


def _names(code: types.CodeType, line: int) -> list[str]:
    """The variables that a line of code reads, in order."""
    starts = {offset: number for offset, number in dis.findlinestarts(code) if number is not None}
    names: dict[str, None] = {}
    here = code.co_firstlineno
    for instruction in dis.get_instructions(code):
        here = starts.get(instruction.offset, here)
        if here == line and instruction.opname.startswith("LOAD_") and "ATTR" not in instruction.opname:
            read = instruction.argval
            names.update(dict.fromkeys(name for name in (read if isinstance(read, tuple) else (read,))))
    return [name for name in names if isinstance(name, str)]


def _value(frame: types.FrameType, name: str) -> object:
    return frame.f_locals.get(name, frame.f_globals.get(name))


def _own_frame(trace: types.TracebackType | None) -> tuple[types.FrameType | None, int]:
    """The innermost frame of code that is neither the course's nor an installed package's, and its line."""
    found: tuple[types.FrameType | None, int] = (None, 0)
    while trace is not None:
        if _is_own(trace.tb_frame.f_code.co_filename):
            found = trace.tb_frame, trace.tb_lineno
        trace = trace.tb_next
    return found


def _is_own(file: str) -> bool:
    folders = Path(file).parents
    return not (
        file.startswith("<frozen")
        or _folder_of(sys.modules[__name__]) in folders
        or any(folder in folders for folder in _courses())
        or any(folder.name in ("site-packages", "dist-packages") for folder in folders)
    )


def _courses() -> list[Path]:
    """The folders of the packages that hold public checks."""
    found = [m for name, m in list(sys.modules.items()) if name.endswith(".checks") and name.count(".") == 1]
    return [folder for module in found if (folder := _folder_of(module)) is not None]


def _folder_of(module: types.ModuleType) -> Path | None:
    """Asked when it is needed: a path that a module kept would tell where it lies."""
    file = getattr(module, "__file__", None)
    return Path(file).resolve().parent if file else None


def _place(frame: types.FrameType, line: int) -> str:
    """A line, and the cell by the number that Jupyter shows beside it."""
    cell = None
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is not None:
        cell = getattr(shell.compile, "_filename_map", {}).get(frame.f_code.co_filename)
    name = frame.f_code.co_name
    inside = f"{name}, " if name.isidentifier() else ""
    return f"{inside}cell [{cell}], line {line}" if cell else f"{inside}line {line}"


def _dtype(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
