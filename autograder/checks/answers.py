"""What stands in for a function that a check must not depend on: code for the worker, and answers of the grader."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from autograder.assignment import SOLUTIONS, load
from autograder.catalog import Part
from autograder.checks.reference import Reference
from autograder.submission.slice import slice_part
from autograder.submission.source import Cell, Slice, SourceFile


def answers_for(part: Part, reference: Reference) -> dict[str, Callable[..., Any]]:
    """By graded function name, what a stand-in asks of the grader."""
    checks = load(part.assignment).checks_of([part])
    return {case.function: case.answer(reference) for _, case, _ in checks if case.needs_function}


@cache
def stand_ins_of(part: Part) -> Slice:
    """The code of a part's stand-ins; a function that it does not define is asked of the grader."""
    path = SOLUTIONS / part.assignment / "standins.py"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    return slice_part(SourceFile(path.name, "module", (Cell(0, text),)), part)
