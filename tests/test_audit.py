"""What the audit promises: mutants that differ in one place, and tables that do not overlook a failure."""

from __future__ import annotations

import ast
import io
import re
from dataclasses import replace

import pytest
from rich.console import Console

from autograder.audit import show, subjects, tables
from autograder.audit.behaviour import behaviour, is_right
from autograder.audit.excused import excused
from autograder.audit.mutants import mutants_of
from autograder.audit.pairs import Pairs, Texts, opposites, pairs
from autograder.audit.run import Comparison, Paired, Verdict, judge, touched
from autograder.audit.subjects import Subject
from autograder.catalog import Part
from autograder.checks.pairs import as_two
from autograder.results import Outcome, Status
from autograder.worker.warm import Warm
from tests.assignments import ALL, ALL_PARTS, KNN, OPTIMIZERS, PARTS, PROJECT1

TWO_LAYER_NET = next(part for part in ALL_PARTS if part.name == "two_layer_net")

SOURCE = '''
def step(w, dw, rate=0.5):
    """A docstring with 1 number."""
    if rate <= 0:
        raise ValueError("no step")
    total = (w - rate * dw).sum(dim=1, keepdim=True)
    print("so far", 3)
    return total[1:], -w
'''


def changes(source: str) -> list[str]:
    return [mutant.change for mutant in mutants_of(source)]


@pytest.mark.parametrize(
    "changed",
    [
        "total = (w + rate * dw).sum(dim=1, keepdim=True)",
        "total = (w - rate / dw).sum(dim=1, keepdim=True)",
        "total = (rate * dw - w).sum(dim=1, keepdim=True)",
        "total = w.sum(dim=1, keepdim=True)",
        "total = (w - rate * dw).mean(dim=1, keepdim=True)",
        "total = (w - rate * dw).sum(dim=0, keepdim=True)",
        "total = (w - rate * dw).sum(dim=1, keepdim=False)",
        "total = (w - rate * dw).sum(keepdim=True)",
        "total = w - rate * dw",
        "pass",
        "if rate < 0:",
        "if rate >= 0:",
        "if False:",
        "def step(w, dw, rate=1.0):",
        "return (total[2:], -w)",
        "return (total[1:], w)",
        "return (-w, total[1:])",
        "return (total[1:-1], -w)",
    ],
)
def test_a_slip_of_the_pen_is_among_the_mutants(changed: str) -> None:
    assert any(change.endswith(f"+ {changed}") for change in changes(SOURCE))


def test_docstrings_prints_and_types_are_not_mutated() -> None:
    for mutant in mutants_of(SOURCE.replace("dw,", "dw: int | None,")):
        assert "A docstring with 1 number." in mutant.source
        assert "print('so far', 3)" in mutant.source
        assert "dw: int | None" in mutant.source


def test_every_mutant_compiles_and_no_two_are_the_same() -> None:
    found = mutants_of(SOURCE)
    assert len({mutant.source for mutant in found}) == len(found) > 20
    original = ast.dump(ast.parse(SOURCE))
    for mutant in found:
        assert ast.dump(ast.parse(mutant.source)) != original


def test_there_are_mutants_of_every_graded_function_and_at_least_400_in_all() -> None:
    found = [mutant for part in PARTS for mutant in subjects.mutated(part)]
    assert {mutant.function for mutant in found} == {f.name for part in PARTS for f in part.functions}
    assert len(found) >= 400


def test_a_sample_of_the_mutants_is_the_same_each_time_and_reaches_every_part() -> None:
    found = tuple(mutant for part in PARTS for mutant in subjects.mutated(part))
    assert subjects.sample(found, 100) == subjects.sample(found, 100)
    assert len(set(subjects.sample(found, 100))) == 100
    assert {mutant.part for mutant in subjects.sample(found, 100)} == {part.name for part in PARTS}


def test_there_are_enough_right_and_wrong_versions() -> None:
    right = [subject for part in PARTS for subject in subjects.right(part)]
    wrong = [subject for part in PARTS for subject in subjects.wrong(part)]
    assert len(right) >= 60 and len(wrong) >= 120
    for part in PARTS:
        for function in part.functions:
            assert sum(s.function == function.name for s in wrong) >= tables.WRONG, function.name
            assert sum(s.function == function.name for s in right) >= tables.RIGHT, function.name


def test_every_excused_mutant_is_there_and_has_its_reason() -> None:
    for of in ALL:
        there = {(mutant.function, mutant.name) for part in of.parts for mutant in subjects.mutated(part)}
        excuses = excused(of.folder)
        assert [key for key in excuses if key not in there] == []
        assert all(excuses.values())
    assert excused(PROJECT1.folder)


# ---- the tables


def verdict(kind: str = "right", points: float = 1.0, hint: str = "", number: str = "3.1", **more: object) -> Verdict:
    subject = Subject(kind, "project1", "optimizers", "sgd", "some version", "", ("is it halved?",))  # type: ignore[arg-type]
    status = Status.PASSED if points else Status.FAILED
    outcome = Outcome(number, "sgd: steps", "optimizers", "sgd", points, 1.0, status, "it is off by 3.", hint)
    return replace(Verdict(subject, (outcome,), ()), **more)  # type: ignore[arg-type]


def test_a_right_version_that_loses_points_or_gets_a_hint_fails_the_audit() -> None:
    assert tables.right_answers([verdict()] * 3, ["sgd"]).failures == ()
    assert "3.1 lost: it is off by 3." in tables.right_answers([verdict(points=0)] * 3, ["sgd"]).failures[0]
    assert "hint given" in tables.right_answers([verdict(hint="is it?")] * 3, ["sgd"]).failures[0]
    assert "sgd has 2 right versions; at least 3" in tables.right_answers([verdict()] * 2, ["sgd"]).failures[0]


def test_a_mistake_that_is_caught_nowhere_or_elsewhere_or_without_its_hint_fails_the_audit() -> None:
    caught = verdict("wrong", points=0, hint="is it halved?")
    assert tables.wrong_answers([caught] * 4, ["sgd"]).failures == ()
    assert "loses nothing" in tables.wrong_answers([verdict("wrong")] * 4, ["sgd"]).failures[-1]
    elsewhere = replace(caught, outcomes=(*caught.outcomes, replace(caught.outcomes[0], function="adam")))
    assert "loses points in adam" in tables.wrong_answers([elsewhere] * 4, ["sgd"]).failures[0]
    unhinted = [verdict("wrong", points=0)] * 4
    assert "only 0 of 4" in tables.wrong_answers(unhinted, ["sgd"]).failures[0]
    assert "named falsely" in tables.wrong_answers([replace(caught, named_falsely=("x",))] * 4, ["sgd"]).failures[0]
    assert "at least 4 are asked for" in tables.wrong_answers([caught] * 3, ["sgd"]).failures[0]


HALVED, PUT_BACK = "is it halved?", "is it put back?"


def two(points: float = 0.0, hint: str = as_two(HALVED, PUT_BACK), **more: object) -> Paired:
    made = verdict("pair", points, hint, **more)
    made = replace(made, subject=replace(made.subject, hints=(HALVED, PUT_BACK)))
    return Paired(Pairs("sgd", 1, [made.subject]), (made,))


def test_two_mistakes_that_are_not_caught_or_named_falsely_fail_the_audit() -> None:
    assert tables.pairs([two()]).failures == ()
    assert "loses nothing" in tables.pairs([two(1.0)]).failures[0]
    assert "named falsely: x" in tables.pairs([two(named_falsely=("x",))]).failures[0]


def test_fewer_pairs_named_as_two_than_four_of_five_fail_the_audit() -> None:
    assert tables.pairs([two()] * 4 + [two(hint=HALVED)]).failures == ()
    few = tables.pairs([two()] * 3 + [two(hint=HALVED), two(hint="")]).failures
    assert few == ("only 3 of 5 pairs are named as two; at least 80% must be",)
    assert tables.pairs([]).failures == ()


def test_who_is_named_as_two_and_who_by_one_of_the_two_is_counted() -> None:
    found = [two(hint=hint) for hint in ("", HALVED, as_two(HALVED, PUT_BACK))]
    summary = tables.pairs(found).summary
    assert "1 named as two (33.3%), 1 more by one of the two (66.7% named at all), 0 named falsely" in summary


def test_too_many_survivors_and_stale_excuses_fail_the_audit() -> None:
    killed, survivor = verdict("mutant", points=0), verdict("mutant")
    everything = [killed.subject] * 3
    assert tables.mutants([killed], everything, ["sgd"], {}).failures == ()
    assert "score full marks" in tables.mutants([survivor], everything, ["sgd"], {}).failures[0]
    excuse = {("sgd", "some version"): "it is the same"}
    assert tables.mutants([survivor], everything, ["sgd"], excuse).failures == ()
    assert "that is caught" in tables.mutants([killed], everything, ["sgd"], excuse).failures[0]
    gone = {("sgd", "another version"): "it is the same"}
    assert "that there is not" in tables.mutants([killed], everything, ["sgd"], gone).failures[0]


def compared(*ratios: float) -> Verdict:
    return verdict(comparisons=tuple(Comparison("3.1", "next_w", ratio) for ratio in ratios))


@pytest.mark.parametrize(
    ("right", "wrong", "failure"),
    [
        (0.01, 1e4, ""),
        (0.09, 11.0, ""),
        (0.5, 1e4, "right versions differ by 0.5"),
        (0.01, 3.0, "off by only 3"),
        (0.01, 0.4, "off by only 0.4"),
    ],
)
def test_a_tolerance_has_a_factor_of_ten_to_both_sides(right: float, wrong: float, failure: str) -> None:
    failures = tables.tolerances([compared(right)], [compared(0.0, wrong)], []).failures
    assert failure in failures[0] if failure else failures == ()


def test_the_page_and_the_terminal_show_what_is_not_as_it_must_be_and_load_nothing() -> None:
    table = tables.right_answers([verdict(points=0)] * 3, ["sgd"])
    page = show.page([table], 1.0)
    assert "it is off by 3." in page
    assert not re.search(r"https?://|<script|<link", page)
    console = Console(file=io.StringIO(), width=100)
    show.show([table], console)
    assert "it is off by 3." in console.file.getvalue()  # type: ignore[attr-defined]


# ---- two mistakes at once


def test_a_pair_has_both_mistakes_and_is_neither_right_nor_one_of_them() -> None:
    found = pairs(OPTIMIZERS, "sgd", 2)
    assert len(found.together) == 2
    known = {subject.name: subject for subject in subjects.wrong(OPTIMIZERS) if subject.function == "sgd"}
    for made in found.together:
        one, other = (known[name] for name in made.name.split(" + "))
        assert made.source not in (one.source, other.source)
        assert made.hints == one.hints + other.hints
        assert not is_right(OPTIMIZERS, subjects.version_of(made))


@pytest.mark.parametrize(("of", "function"), [(TWO_LAYER_NET, "relu_forward"), (KNN, "compute_distances_no_loops")])
def test_no_pair_lacks_a_name_or_an_answer_that_its_two_mistakes_do_not_lack(of: Part, function: str) -> None:
    alone = {subject.name: subject for subject in subjects.wrong(of)}
    made = pairs(of, function, 6).together
    assert len(made) >= 4
    for pair in made:
        one, other = (lacks(of, alone[name]) for name in pair.name.split(" + "))
        assert lacks(of, pair) <= one | other, pair.name


def lacks(of: Part, subject: Subject) -> set[str]:
    """Whether a version stops for want of a name, or gives None, in any check."""
    does = list(behaviour(of, subjects.version_of(subject)))
    stops = {"name" for _, failure in does if isinstance(failure, NameError)}
    return stops | {"answer" for said, _ in does if any(answer is None for answer in said)}


def test_the_same_pairs_are_made_each_time() -> None:
    assert pairs(OPTIMIZERS, "sgd", 2) == pairs(OPTIMIZERS, "sgd", 2)


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("a = 1\nb = x\n", "a = 0\nb = 2\n", "a = 0\nb = x\n"),
        ("c = p + q * 2\n", "c = p - q\n", "c = p - q * 2\n"),
        ("a = 1\nb = 3\n", "a = 1\nb = 4\n", None),
    ],
)
def test_what_is_wrong_in_either_of_two_texts_stands_in_the_text_of_both(one: str, other: str, together: str) -> None:
    class Right(Texts):
        def _passes(self, text: str) -> bool:
            return text in ("a = 1\nb = 2\n", "c = p + q\n")

    assert next(opposites(one, other, Right(OPTIMIZERS, "sgd")), None) == together


# ---- on the real grader


def test_a_mutant_of_the_reference_loses_points_and_the_reference_does_not(warm: Warm) -> None:
    source = subjects.reference_sources(OPTIMIZERS)["sgd"]
    right = judge(Subject("right", "project1", "optimizers", "sgd", "the reference", source), warm)
    assert right.lost == frozenset()
    assert right.comparisons and all(comparison.ratio <= 0.1 for comparison in right.comparisons)
    mutant = next(m for m in subjects.mutated(OPTIMIZERS) if m.function == "sgd" and "w.add_" in m.name)
    assert judge(mutant, warm).lost == {"sgd"}


def test_a_wrong_version_is_graded_with_every_function_that_it_could_touch() -> None:
    wrong = next(subject for subject in subjects.wrong(KNN) if subject.function == "predict_labels")
    assert touched(wrong, KNN) >= {"predict_labels", "KnnClassifier", "knn_cross_validate"}
    assert "compute_distances_two_loops" not in touched(wrong, KNN)
