"""What a submission is once read: files of cells, weights, and notes on how they were chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Cell:
    """One code cell. `number` counts all cells of its notebook from 1; a module is one cell numbered 0."""

    number: int
    source: str


@dataclass(frozen=True)
class SourceFile:
    """One notebook or module: its code cells in order.

    Attributes:
        name: as messages call it.
        kind: what it is.
        cells: its code.
        texts: functions and classes that seem to be defined in a cell that is not code, each with its cell's number.
        passed: functions whose public checks all held when they last ran, by the outputs that were saved, each with the
            number of the cell that ran them.
    """

    name: str
    kind: Literal["notebook", "module"]
    cells: tuple[Cell, ...]
    texts: tuple[tuple[str, int], ...] = ()
    passed: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Submission:
    """What was handed in, read within bounds and never run.

    Attributes:
        name: for people.
        parts: the file taken for each part, by part name.
        weights: the bytes of each weights file found, by its canonical name. Never opened here.
        notes: for the student: what was taken, ignored, repaired or refused, and why. One sentence each.
    """

    name: str
    parts: Mapping[str, SourceFile] = field(default_factory=dict)
    weights: Mapping[str, bytes] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Origin:
    """Where a piece of code stands, in the student's terms."""

    file: str
    cell: int
    line: int

    def __str__(self) -> str:
        """`notebook.ipynb, cell 12, line 3`, or `module.py, line 80`."""
        return f"{self.file}, cell {self.cell}, line {self.line}" if self.cell else f"{self.file}, line {self.line}"


@dataclass(frozen=True)
class Statement:
    """One top-level statement of the slice, to be executed in order.

    Attributes:
        code: its source as written, line for line; annotations of functions are blanked.
        origin: its first line. The worker compiles it so that tracebacks carry this file, cell and line.
        binds: top-level names it binds or changes.
    """

    code: str
    origin: Origin
    binds: frozenset[str]


@dataclass(frozen=True)
class FunctionSlice:
    """One graded function as found in the submission.

    Attributes:
        name: the graded name.
        status: "missing" (not defined at all), "stub" (its body is still the one handed out), "present",
            or "broken" (it cannot be had: its cell has a syntax error, or it needs a name only data loading binds).
        origin: its definition, where there is one.
        statements: indices into Slice.statements of everything it needs, itself included, in order.
        reaches: the other graded functions that its code can reach, transitively.
        message: for "missing" and "broken", and for a stub below what was written: why, in one sentence with its cell
            ("found `name_misspelt` (notebook.ipynb, cell 9): did you mean ...?").
    """

    name: str
    status: Literal["missing", "stub", "present", "broken"]
    origin: Origin | None = None
    statements: tuple[int, ...] = ()
    reaches: frozenset[str] = frozenset()
    message: str = ""


@dataclass(frozen=True)
class Slice:
    """Of one file, the statements its graded functions need, in order, the last binding winning as after "run all"."""

    part: str
    statements: tuple[Statement, ...]
    functions: Mapping[str, FunctionSlice]
    notes: tuple[str, ...] = ()
