"""What must hold of every assignment there is, a new one too; and what its loader says of one that is not whole."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from autograder import assignment
from autograder.assignment import ROOT, Assignment, AssignmentError, load, named
from autograder.build import notebooks
from autograder.checks.reference import load_reference
from autograder.results import number_key
from autograder.submission.rules import violations
from autograder.submission.slice import slice_part
from autograder.submission.source import Cell, SourceFile
from tests.assignments import ALL, PROJECT1

each = pytest.mark.parametrize("of", ALL, ids=lambda of: of.name)


@each
def test_the_checks_sum_to_the_points_of_their_functions_parts_and_assignment(of: Assignment) -> None:
    checks = [about for about, *_ in of.checks]
    for part in of.parts:
        assert sum(c.points for c in checks if c.part == part.name and not c.extra) == part.points
        assert sum(c.points for c in checks if c.part == part.name and c.extra) == part.extra
        for function in part.functions:
            assert sum(c.points for c in checks if c.function == function.name) == function.points > 0
    assert sum(c.points for c in checks if not c.extra) == of.points


def test_project_1_is_worth_what_the_course_says() -> None:
    assert [(part.name, part.points, part.extra) for part in PROJECT1.parts] == [
        ("knn", 30, 0),
        ("linear_classifier", 45, 0),
        ("optimizers", 25, PROJECT1.extra),
    ]


@each
def test_checks_stand_in_the_order_of_the_notebook_and_number_upwards(of: Assignment) -> None:
    for part in of.parts:
        checks = [about for about, *_ in of.checks_of([part])]
        assert [number_key(c.number)[1] for c in checks] == list(range(1, len(checks) + 1))
        seen = list(dict.fromkeys(c.function for c in checks))
        files = [weights.file for weights in part.weights]
        assert [name for name in seen if name in files] == files
        assert [name for name in seen if name not in files] == [function.name for function in part.functions]
        text = (of.folder / f"{part.name}.py").read_text(encoding="utf-8")
        places = [re.search(rf"^(def|class) {f.name}\b", text, re.MULTILINE) for f in part.functions]
        starts = [place.start() for place in places if place]
        assert len(starts) == len(part.functions) and starts == sorted(starts)


@each
def test_a_stand_in_is_only_ever_asked_for_an_earlier_function(of: Assignment) -> None:
    for part in of.parts:
        names = [function.name for function in part.functions]
        for i, function in enumerate(part.functions):
            assert set(function.needs) <= set(names[:i]), function.name


@each
def test_titles_name_their_function(of: Assignment) -> None:
    for about, *_ in of.checks:
        assert about.title.startswith(about.function)


@each
def test_the_reference_breaks_no_rule(of: Assignment) -> None:
    for part in of.parts:
        text = (of.folder / f"{part.name}.py").read_text(encoding="utf-8")
        code = slice_part(SourceFile("master.py", "module", (Cell(0, text),)), part, load_reference(part).given)
        assert [v.message for function in part.functions for v in violations(code, function)] == []


@each
def test_the_notebooks_and_the_list_of_tasks_are_up_to_date(of: Assignment) -> None:
    assert notebooks.stale(of) == [], f"run make notebooks PROJECT={of.name} and commit"


# ---- what the loader says


TOML = """
title = "One"
zip = "P9"
points = 1
[[parts]]
name = "one"
title = "one"
"""


def refused(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> str:
    (folder / "nine").mkdir(exist_ok=True)
    (folder / "nine" / "assignment.toml").write_text(text)
    monkeypatch.setattr(assignment, "SOLUTIONS", folder)
    monkeypatch.setattr(assignment, "names", lambda: ("nine",))
    with pytest.raises(AssignmentError) as caught:
        load.__wrapped__("nine")
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("points = 1", "point = 1", "nine/assignment.toml: there is no setting 'point'; did you mean 'points'?"),
        ("points = 1", 'points = "1"', "nine/assignment.toml: points should be a number, but is '1'."),
        ("points = 1", "points = true", "nine/assignment.toml: points should be a number, but is True."),
        ('title = "One"', "", "nine/assignment.toml: the setting 'title' is missing."),
        ('name = "one"', 'name = "one"\ngive = []', "there is no setting 'give'; did you mean 'given'?"),
        ("[[parts]]", "[parts]", "nine/assignment.toml: parts should be a list, but is {"),
        ("points = 1", "points = ", "assignment.toml is not TOML: "),
        (
            "points = 1",
            'points = 1\nrepository = "course"',
            "repository should be OWNER/NAME as on GitHub, but is 'course'.",
        ),
        ("points = 1", "points = 2", "nine/assignment.toml says 2 points, but the checks come to 0 (one 0)"),
    ],
)
def test_a_wrong_setting_is_named_with_what_was_expected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, message: str
) -> None:
    assert message in refused(tmp_path, monkeypatch, TOML.replace(old, new, 1))


def test_a_project_that_there_is_not_is_answered_with_those_there_are() -> None:
    with pytest.raises(AssignmentError, match=r"there is no project 'project9'; there are .*project1"):
        named("project9")
    assert named(None) == assignment.names()[0]


@each
def test_every_function_leads_to_the_task_of_its_notebook(of: Assignment) -> None:
    for part in of.parts:
        notebook = json.loads((ROOT / "notebooks" / of.name / f"{part.name}.ipynb").read_text())
        headings = [line for cell in notebook["cells"] if cell["cell_type"] == "markdown" for line in cell["source"]]
        for function in part.functions:
            assert any(re.match(rf"#+ {re.escape(function.task)} ", line) for line in headings), function.name
