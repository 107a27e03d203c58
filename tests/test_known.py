"""The public checks say of a known mistake what the grader says of it, and of no mistake what is another's."""

from __future__ import annotations

import contextlib
import importlib
import io
import warnings
from pathlib import Path
from typing import Any

import pytest

from autograder.assignment import ROOT, Assignment
from autograder.audit import pairs_file
from autograder.build import known as built
from autograder.checks.hints import at_once, known, together
from autograder.checks.known import Misconception
from autograder.checks.pairs import FILE, load, one_by_one, read
from tests.assignments import ALL, OPTIMIZERS, PROJECT1

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


# ---- the file of pairs


def test_the_pairs_of_a_function_are_made_the_same_each_time_and_only_where_their_sources_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    there = read(PROJECT1.folder / FILE)[OPTIMIZERS.name]["sgd"]
    assert pairs_file._entry(OPTIMIZERS, "sgd", None) == there
    assert pairs_file._entry(OPTIMIZERS, "sgd", {**there, "of": "an older one"}) == there
    mistakes = known(OPTIMIZERS)
    fewer = {**mistakes, "sgd": mistakes["sgd"][1:]}
    monkeypatch.setattr(pairs_file, "known", lambda part: fewer)
    assert pairs_file._hash(OPTIMIZERS, "sgd") != there["of"]
    assert pairs_file._hash(OPTIMIZERS, "adam") == read(PROJECT1.folder / FILE)[OPTIMIZERS.name]["adam"]["of"]


@pytest.mark.parametrize("assignment", ALL, ids=lambda assignment: assignment.name)
def test_every_pair_that_ships_loads_and_names_two_known_mistakes(assignment: Assignment) -> None:
    for part in assignment.parts:
        for function, entry in read(assignment.folder / FILE)[part.name].items():
            alone = [mistake.hint for mistake in known(part)[function]]
            pairs = together(part, function)
            assert len(pairs) == len(entry["pairs"]) <= pairs_file.MOST
            assert all(len(set(one_by_one(pair.hint)) & set(alone)) == 2 for pair in pairs)
            assert all(callable(at_once(part, pair).version) for pair in pairs)


@pytest.mark.parametrize("text", ["{", "[]", '{"a": {"b": {"of": "c", "pairs": [{}]}}}', "null"])
def test_a_file_of_pairs_that_is_none_is_refused_in_one_line_that_says_what_to_do(tmp_path: Path, text: str) -> None:
    (tmp_path / "pairs.json").write_text(text)
    with pytest.raises(ValueError, match="is not a file of pairs of known mistakes; delete it, and `make notebooks`"):
        read(tmp_path / "pairs.json")
    assert read(tmp_path / "there_is_none.json") == {}


def test_a_pair_of_a_mistake_that_there_is_no_more_is_passed_over() -> None:
    pair = {"one": known(OPTIMIZERS)["sgd"][0].name, "other": "gone", "source": "not even Python"}
    assert list(load([pair], known(OPTIMIZERS)["sgd"])) == []


def test_the_file_of_pairs_is_written_only_where_it_is_out_of_date(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert pairs_file.write(PROJECT1) is None
    there = tmp_path / "pairs.json"
    table = pairs_file.table(PROJECT1)
    monkeypatch.setattr(pairs_file, "FILE", str(there))
    monkeypatch.setattr(pairs_file, "table", lambda assignment: table)
    assert (pairs_file.write(PROJECT1), pairs_file.write(PROJECT1)) == (there, None)
    assert there.read_bytes() == (PROJECT1.folder / FILE).read_bytes()
