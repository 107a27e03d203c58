"""The public checks say of a known mistake what the grader says of it, and of no mistake what is another's."""

from __future__ import annotations

import contextlib
import importlib
import io
import warnings
from typing import Any

import pytest

from autograder.assignment import ROOT, Assignment
from autograder.build import known as built
from autograder.checks.hints import known
from autograder.checks.known import Misconception
from tests.assignments import ALL

NAMED = 0.85  # the share of those that a public check catches; of the rest too little is said to tell them apart


def named(assignment: Assignment, mistake: Misconception) -> tuple[bool, set[str]]:
    """Whether a public check catches a mistake, and which known hints the checks give it."""
    checks: Any = importlib.import_module(f"{assignment.name}.checks")
    hints = {m.hint for part in assignment.parts for found in known(part).values() for m in found}
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = checks.run(mistake.function, {mistake.function: mistake.version})
    lines = {line for result in results for line in result.message.splitlines()[1:]}
    return any(not result.passed for result in results), lines & hints


@pytest.mark.parametrize("assignment", ALL, ids=lambda assignment: assignment.name)
def test_a_known_mistake_is_told_its_own_hint_or_none(assignment: Assignment) -> None:
    mistakes = [m for part in assignment.parts for found in known(part).values() for m in found]
    caught = {m.name: hints for m in mistakes for wrong, hints in [named(assignment, m)] if wrong}
    own = {m.name: {m.hint} for m in mistakes}
    assert {name: hints for name, hints in caught.items() if hints and hints != own[name]} == {}
    assert len([hints for hints in caught.values() if hints]) >= NAMED * len(caught)


@pytest.mark.parametrize("assignment", ALL, ids=lambda assignment: assignment.name)
def test_the_table_that_ships_is_that_of_the_known_mistakes(assignment: Assignment) -> None:
    shipped = (ROOT / assignment.name / built.FILE).read_bytes()
    assert built.same(shipped, built.encode(built.table(assignment)))


def test_the_table_holds_hints_and_numbers_only() -> None:
    for assignment in ALL:
        for mistakes in built.table(assignment).values():
            for mistake in mistakes:
                assert mistake.keys() == {"hint", "rows"}
                assert all([type(v) for v in row] == [str, float, float] for row in mistake["rows"].values())


def test_other_numbers_than_the_last_digits_are_another_table() -> None:
    table = built.table(ALL[0])
    function, mistakes = next(iter(table.items()))
    title, (key, one, other) = next(iter(mistakes[0]["rows"].items()))
    changed = {**table, function: [{**mistakes[0], "rows": {title: [key, one + 0.1, other]}}, *mistakes[1:]]}
    assert not built.same(built.encode(table), built.encode(changed))
