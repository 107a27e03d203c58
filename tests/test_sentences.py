"""What the public checks say of a wrong version beyond what differs is true of it: of a known mistake, and of two."""

from __future__ import annotations

import contextlib
import importlib
import io
import warnings
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from autograder.assignment import Assignment
from autograder.audit.subjects import reference_sources
from autograder.checks.hints import at_once, known, together
from autograder.checks.known import Misconception
from autograder.checks.reference import load_reference
from coursekit.known import Known
from tests.assignments import ALL
from tests.sentences import Wrong, has_row, holds


@pytest.fixture
def without_hints(assignment: Assignment, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The public checks, which then say their own words where they would give a known mistake's hint."""
    checks: Any = importlib.import_module(f"{assignment.name}.checks")
    monkeypatch.setattr(checks._CHECKS, "_known", Known({}))
    return checks


def advice(checks: Any, function: str, version: Any) -> Iterator[tuple[str, str]]:
    """Every line below the first of what its checks print of a version, each with that first line."""
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = checks.run(function, {function: version})
    for result in results:
        differs, *lines = result.message.splitlines() or [""]
        yield from ((line, differs) for line in lines)


def false_or_unknown(checks: Any, assignment: Assignment, versions: Iterable[Misconception]) -> list[tuple[str, str]]:
    """Of each version the lines that the table lacks, or that are false of it."""
    right = {f: r for part in assignment.parts for f, r in load_reference(part).functions.items()}
    called = "\n".join(text for part in assignment.parts for text in reference_sources(part).values())
    found = []
    for made in versions:
        for line, differs in advice(checks, made.function, made.version):
            wrong = Wrong(made.function, made.version, right[made.function], made.source + called, line, differs)
            if not has_row(line) or not holds(wrong):
                found.append((made.name, line))
    return found


@pytest.mark.parametrize("assignment", ALL, ids=lambda assignment: assignment.name)
def test_what_is_said_of_a_known_mistake_is_true_of_it(assignment: Assignment, without_hints: Any) -> None:
    mistakes = [mistake for part in assignment.parts for found in known(part).values() for mistake in found]
    assert false_or_unknown(without_hints, assignment, mistakes) == []


PAIRS_EACH = 3


@pytest.mark.deep
@pytest.mark.parametrize("assignment", ALL, ids=lambda assignment: assignment.name)
def test_what_is_said_of_two_known_mistakes_at_once_is_true_of_them(assignment: Assignment, without_hints: Any) -> None:
    made = [
        at_once(part, pair)
        for part in assignment.parts
        for function in part.functions
        for pair in together(part, function.name)[:PAIRS_EACH]
    ]
    assert len(made) > len(assignment.functions)
    assert false_or_unknown(without_hints, assignment, made) == []
