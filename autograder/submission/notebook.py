"""Reads the code out of the bytes of a notebook or module, whatever state they are in."""

from __future__ import annotations

import io
import json
import re
import tokenize
from itertools import zip_longest
from typing import Any

from autograder.submission import conflicts
from autograder.submission.limits import Limits, human
from autograder.submission.outputs import without_large
from autograder.submission.source import Cell, SourceFile

# A notebook of 20 MB is text and pictures, which are long strings; as many small values as this would fill the memory.
MOST_VALUES = 2_000_000
MOST_CONTAINERS = 400_000

_DEFINED = re.compile(r"^[ \t]*(?:(?:async[ \t]+)?def|class)[ \t]+(\w{1,80})[ \t]*[(:]", re.MULTILINE)
_MOST_TEXTS = 500  # definitions in cells that are not code

# What `coursekit.checks` prints: a function's name, how many hold unless all do, and a line for each check.
_CHECKED = re.compile(r"^(\w{1,80})(: \d+ of \d+ hold[^\n]*)?\n((?:  [✓✗ ][^\n]*\n?)+)", re.MULTILINE)
_MOST_OUTPUTS, _MOST_PRINTED = 20, 20_000

_CELLS = re.compile(r'"cells"\s*:\s*\[')

# How a notebook begins, after the mark of an encoding.
_BEGINS = re.compile(rb'[\xef\xbb\xbf\xff\xfe\s]*\{\s*"(?:cells|metadata|nbformat|nbformat_minor|worksheets)"')
_HAS_CELLS, _HAS_FORMAT = re.compile(rb'"cells"\s*:\s*\['), re.compile(rb'"nbformat"\s*:\s*\d')


class Unreadable(ValueError):
    """There is no code to be had from these bytes. `str()` says why, what was expected, and what to do."""


def may_begin_notebook(head: bytes) -> bool:
    """Whether the first bytes of a file may be a notebook's."""
    return _BEGINS.match(head.replace(b"\0", b"")) is not None


def is_notebook(data: bytes) -> bool:
    """Whether a file that is not called one is a notebook."""
    plain = data.replace(b"\0", b"")  # as UTF-16 has them
    return may_begin_notebook(plain[:512]) and bool(_HAS_CELLS.search(plain) and _HAS_FORMAT.search(plain))


def read_notebook(name: str, data: bytes, limits: Limits) -> tuple[SourceFile, list[str]]:
    """Read a notebook of nbformat 3 or 4.

    Args:
        name: how the file is called in messages.
        data: its bytes, at most `limits.notebook`.
        limits: bounds on cells and code.

    Returns:
        Its code cells, and a note on everything that was repaired or left out.

    Raises:
        Unreadable: nothing of it can be read.
    """
    if not data.strip():
        raise Unreadable(
            f"{name} is empty (0 bytes of text); a notebook was expected: download it again and hand it in"
        )
    if data.startswith(b"PK\x03\x04"):
        raise Unreadable(f"{name} is a zip archive by its content, not a notebook; unpack it or call it .zip")
    if len(data) > limits.inputs or _crowded(data):
        data = without_large(data)
    if len(data) > limits.inputs:
        raise Unreadable(
            f"{name} is too large ({human(len(data))} without its outputs; {human(limits.inputs)} are read): take out "
            "what is no code and no text, such as pasted pictures, save it, and hand it in again"
        )
    if _crowded(data):
        raise Unreadable(f"{name} holds too many values to be a notebook; clear its outputs and save it again")
    text, notes = decode(name, data)
    raw, repairs = _json(name, text)
    cells = _raw_cells(name, raw)
    code, skipped = _code_cells(name, cells, limits)
    if not code:
        what = "no code cells" if cells else "no cells"
        raise Unreadable(f"{name} has {what}; a notebook with your code was expected: save it again and hand it in")
    read = cells[: limits.cells]
    return SourceFile(name, "notebook", tuple(code), _texts(read), _passed(read)), [*notes, *repairs, *skipped]


def _crowded(data: bytes) -> bool:
    return data.count(b",") > MOST_VALUES or data.count(b"{") + data.count(b"[") > MOST_CONTAINERS


def read_module(name: str, data: bytes, limits: Limits) -> tuple[SourceFile, list[str]]:
    """Read a module as one cell numbered 0; the same arguments, values and errors as `read_notebook`."""
    if not data.strip():
        raise Unreadable(f"{name} is empty; a Python module with your code was expected")
    text, notes = decode(name, data, module=True)
    if len(text) > limits.code:
        raise Unreadable(f"{name} has {len(text):,} characters of code; at most {limits.code:,} are read")
    return SourceFile(name, "module", (Cell(0, text),)), notes


def decode(name: str, data: bytes, *, module: bool = False) -> tuple[str, list[str]]:
    """Text of any common encoding: UTF-8, -16 or -32, marked or not, what a module declares, else Latin-1."""
    encoding: str = json.detect_encoding(data)
    if module and encoding == "utf-8":
        try:
            encoding = tokenize.detect_encoding(io.BytesIO(data).readline)[0]
        except SyntaxError:
            encoding = "utf-8-sig"
    try:
        return _plain(data.decode(encoding)), []
    except (UnicodeError, LookupError):
        note = f"{name} is not valid UTF-8; it was read as Latin-1, so letters beyond ASCII may be wrong"
        return _plain(data.decode("latin-1")), [note]


def _plain(text: str) -> str:
    """Line ends as `\\n`, and no half characters, which nothing could print."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.encode("utf-8", "replace").decode("utf-8")


def _loads(text: str) -> Any:
    # A number of a million digits would take minutes to convert, and no number in a notebook matters here.
    return json.loads(text, parse_int=_number, parse_float=_number, parse_constant=_number)


def _number(_: str) -> int:
    return 0


def _json(name: str, text: str) -> tuple[Any, list[str]]:
    """The JSON of a notebook; one that is cut off is read as far as it goes."""
    try:
        return _loads(text), []
    except RecursionError:
        raise Unreadable(f"{name} is nested too deeply to be a notebook; save it again from Colab or Jupyter") from None
    except ValueError as error:
        reason = str(error)
    if conflicts.has_conflict(text):
        return _without_conflicts(name, text)
    start = text.lstrip()
    if start.startswith("<"):
        raise Unreadable(f"{name} is a web page, not a notebook; use File, Download, Download .ipynb in Colab")
    if start.startswith("{"):
        cells = _cells_before_the_end(text)
        if cells:
            note = f"{name} is cut off or damaged ({reason}); the {len(cells)} cells before that were read"
            return {"cells": cells}, [f"{note}: download it again and hand it in"]
        raise Unreadable(f"{name} is cut off or damaged ({reason}) before its first cell; download it again")
    raise Unreadable(
        f"{name} is not JSON ({reason}), so it is no notebook; use File, Download, Download .ipynb in Colab"
    )


def _without_conflicts(name: str, text: str) -> tuple[Any, list[str]]:
    """The notebook where both sides of its conflicts have the same code: which side is the student's is not guessed."""
    holds, cell = f"{name} holds git conflict markers (<<<<<<<)", 0
    try:
        ours, theirs = (_loads(side) for side in conflicts.sides(text))
        cell = _first_difference(_raw_cells(name, ours), _raw_cells(name, theirs))
        if not cell:
            return ours, [f"{holds}; both sides have the same code, which was read"]
    except (ValueError, RecursionError):
        pass
    where = f" in cell {cell}" if cell else ""
    raise Unreadable(
        f"{holds}{where}, and which side is yours cannot be known: choose one side, save the notebook, and hand it in "
        "again"
    )


def _first_difference(ours: list[Any], theirs: list[Any]) -> int:
    """The number of the first cell whose code differs; 0 if none does."""
    pairs = enumerate(zip_longest(map(_code, ours), map(_code, theirs)), 1)
    return next((number for number, (mine, other) in pairs if mine != other), 0)


def _code(raw: Any) -> str | None:
    """The code of a cell; None if it is no code cell."""
    return _text(raw.get("source", raw.get("input"))) if isinstance(raw, dict) and _is_code(raw) else None


def _cells_before_the_end(text: str) -> list[Any]:
    """The cells that stand whole in a notebook that is cut off."""
    match = _CELLS.search(text)
    if not match:
        return []
    decoder = json.JSONDecoder(parse_int=_number, parse_float=_number, parse_constant=_number)
    cells: list[Any] = []
    at = match.end()
    while True:
        at = next((i for i in range(at, len(text)) if text[i] not in " \t\n,"), len(text))
        try:
            cell, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return cells
        cells.append(cell)


def _raw_cells(name: str, raw: Any) -> list[Any]:
    """The cells of nbformat 4, or of all worksheets of nbformat 3."""
    if isinstance(raw, dict):
        if isinstance(raw.get("cells"), list):
            return list(raw["cells"])
        sheets = raw.get("worksheets")
        if isinstance(sheets, list):
            return [cell for sheet in sheets if isinstance(sheet, dict) for cell in _listed(sheet.get("cells"))]
    keys = ", ".join(repr(key[:20]) for key in list(raw)[:3]) if isinstance(raw, dict) else ""
    found = f"an object with {keys}" if keys else f"a {type(raw).__name__}"
    raise Unreadable(f"{name} is JSON but no notebook: cells were expected, {found} came")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _code_cells(name: str, cells: list[Any], limits: Limits) -> tuple[list[Cell], list[str]]:
    code, notes, total = [], [], 0
    if len(cells) > limits.cells:
        notes.append(f"{name} has {len(cells):,} cells; the first {limits.cells:,} were read")
    for number, raw in enumerate(cells[: limits.cells], 1):
        if not isinstance(raw, dict):
            notes.append(f"{name}, cell {number} is damaged ({type(raw).__name__} instead of a cell) and was left out")
            continue
        if not _is_code(raw):
            continue
        source = _text(raw.get("source", raw.get("input")))
        total += len(source)
        if total > limits.code:
            notes.append(f"{name} has more than {limits.code:,} characters of code; it was read up to cell {number}")
            break
        code.append(Cell(number, source))
    return code, notes


def _texts(cells: list[Any]) -> tuple[tuple[str, int], ...]:
    """The definitions in text and raw cells, with the cells' numbers: so that they can be pointed out."""
    found: list[tuple[str, int]] = []
    for number, raw in enumerate(cells, 1):
        if isinstance(raw, dict) and not _is_code(raw) and len(found) < _MOST_TEXTS:
            found += [(name, number) for name in _DEFINED.findall(_text(raw.get("source")))]
    return tuple(found[:_MOST_TEXTS])


def _passed(cells: list[Any]) -> tuple[tuple[str, int], ...]:
    """The functions whose public checks all held when they last ran, by the saved outputs, with the cells' numbers."""
    held: dict[str, int] = {}
    for number, raw in enumerate(cells, 1):
        if not isinstance(raw, dict) or not _is_code(raw):
            continue
        for output in _listed(raw.get("outputs"))[:_MOST_OUTPUTS]:
            printed = _text(output.get("text"))[:_MOST_PRINTED] if isinstance(output, dict) else ""
            for name, summary, lines in _CHECKED.findall(printed):
                held.pop(name, None)
                if not summary and "✗" not in lines:
                    held[name] = number
    return tuple(held.items())[:_MOST_TEXTS]


def _is_code(raw: dict[str, Any]) -> bool:
    kind = raw.get("cell_type")
    if isinstance(kind, str):
        return kind == "code"
    return any(key in raw for key in ("outputs", "execution_count", "input", "prompt_number"))


def _text(source: Any) -> str:
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    return _plain(source) if isinstance(source, str) else ""
