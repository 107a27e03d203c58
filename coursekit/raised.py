"""What to say of an exception that a student's code raised: what, where, and the shapes and dtypes that met there."""

from __future__ import annotations

import linecache
import re
import sys
import types
from pathlib import Path
from typing import Any

from torch import Tensor

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
MOST_TENSORS = 5


def what_raised(error: BaseException) -> str:
    """An exception in a few lines: its type, place and text, and the tensors of the line that raised it."""
    frame, line = _own_frame(error.__traceback__)
    place = f" ({_place(frame, line)})" if frame is not None else ""
    said = f"it raised {type(error).__name__}{place}: {error}"
    met = tensors_of_line(frame, line) if frame is not None and isinstance(error, (RuntimeError, IndexError)) else ""
    return said + (f"\n{met}" if met else "")


def tensors_of_line(frame: types.FrameType, line: int) -> str:
    """The tensors that a line of code names, with shapes, and with dtypes where these differ; "" if it names none."""
    source = linecache.getline(frame.f_code.co_filename, line, frame.f_globals)
    return tensors_named(source, {**frame.f_globals, **frame.f_locals})


def tensors_named(source: str, values: dict[str, Any]) -> str:
    """The same of a line's text and the values of its names."""
    words = dict.fromkeys(re.findall(r"(?<![\w.])[A-Za-z_]\w*", source))
    found = {name: values[name] for name in words if isinstance(values.get(name), Tensor)}
    if not found:
        return ""
    dtypes = {value.dtype for value in found.values() if value.is_floating_point()}
    shown = ", ".join(
        f"{name} {tuple(value.shape)}" + (f" {_dtype(value)}" if len(dtypes) > 1 else "")
        for name, value in list(found.items())[:MOST_TENSORS]
    )
    advice = (
        "\nmake new tensors with the dtype of the inputs, dtype=X.dtype or torch.zeros_like: without it they are "
        "float32."
        if len(dtypes) > 1
        else ""
    )
    return f"in that line: {shown}.{advice}"


def _own_frame(trace: types.TracebackType | None) -> tuple[types.FrameType | None, int]:
    """The innermost frame of code that is neither the course's nor an installed package's, and its line."""
    found: tuple[types.FrameType | None, int] = (None, 0)
    while trace is not None:
        if _is_own(trace.tb_frame.f_code.co_filename):
            found = trace.tb_frame, trace.tb_lineno
        trace = trace.tb_next
    return found


def _is_own(file: str) -> bool:
    path = Path(file)
    if HERE in path.parents or any(folder in path.parents for folder in _courses()) or file.startswith("<frozen"):
        return False
    return "site-packages" not in path.parts and "dist-packages" not in path.parts


def _courses() -> list[Path]:
    """The folders of the packages that hold public checks."""
    return [
        Path(str(module.__file__)).resolve().parent
        for name, module in list(sys.modules.items())
        if name.endswith(".checks") and name.count(".") == 1 and getattr(module, "__file__", None)
    ]


def _place(frame: types.FrameType, line: int) -> str:
    """A line, and the cell by the number that Jupyter shows beside it."""
    cell = None
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is not None:
        cell = getattr(shell.compile, "_filename_map", {}).get(frame.f_code.co_filename)
    name = frame.f_code.co_name
    inside = f"{name}, " if name.isidentifier() else ""
    return f"{inside}cell In [{cell}], line {line}" if cell else f"{inside}line {line}"


def _dtype(value: Tensor) -> str:
    return str(value.dtype).removeprefix("torch.")
