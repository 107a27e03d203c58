"""Gradescope's format of results.json: what the grader writes is of it, and what is not of it is refused by name."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from autograder.assignment import ROOT
from autograder.report import gradescope, results_format, rows
from autograder.report.plain import line
from autograder.results import LeaderboardRow, Report, Status
from tests.reports import HOSTILE, check, hostile, sample

REPORTS = {
    "one of every outcome": sample(),
    "hostile texts": hostile(sample()),
    "nothing graded": Report("nobody", complete=False),
    "hidden checks": replace(
        sample(),
        outcomes=tuple(
            check(f"1.{i}", 0, 1, Status.FAILED, visibility=name)
            for i, name in enumerate(("hidden", "after_due_date", "after_published", "staff"))
        ),
    ),
    "points that are no numbers": replace(sample(), outcomes=(check("1.1", float("nan"), 3), check("1.2", 1, -3))),
    "hostile names": replace(
        sample(), outcomes=(check("1.1", 0, 3, title=HOSTILE, function=HOSTILE, part=HOSTILE, task=HOSTILE),)
    ),
    "a leaderboard of odd rows": replace(
        sample(), leaderboard=(LeaderboardRow(HOSTILE, 1, "up"), LeaderboardRow("x", float("inf")))
    ),
    "very much text": replace(
        sample(), outcomes=tuple(check(f"1.{i}", 0, 1, Status.FAILED, message="*" * 9_999) for i in range(300))
    ),
}


@pytest.mark.parametrize("name", REPORTS)
def test_what_the_grader_writes_is_of_the_format(name: str) -> None:
    told = results_format.parse(gradescope.dumps(REPORTS[name]))
    assert told["score"] == pytest.approx(sum(check["score"] for check in rows.checks(told)))
    functions = {(o.part, o.function, o.extra) for o in REPORTS[name].outcomes}
    assert {tuple(test["tags"][:2]) for test in told["tests"]} == {(line(p), line(f)) for p, f, _ in functions}


def test_the_placeholder_that_stands_before_the_grader_starts_is_of_the_format() -> None:
    script = (ROOT / "autograder" / "gradescope" / "run_autograder").read_text(encoding="utf-8")
    found = re.search(r"<<'JSON'\n(.*?)^JSON$", script, re.S | re.M)
    assert found and results_format.parse(found[1])["score"] == 0


RIGHT: dict[str, Any] = {"score": 1, "tests": [{"score": 1, "max_score": 2, "name": "a"}], "leaderboard": []}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"score": "1"}, 'score is "1"; a number was expected'),
        ({"score": True}, "score is true; a number was expected"),
        ({"scores": 1}, "'scores' was unexpected"),
        (
            {"visibility": "students"},
            'visibility is "students"; one of hidden, after_due_date, after_published, visible',
        ),
        ({"output_format": "markdown"}, 'output_format is "markdown"; one of text, html, simple_format, md, ansi'),
        ({"execution_time": -1}, "execution_time is -1; 0 or more was expected"),
        ({"extra_data": []}, "extra_data is []; an object was expected"),
        ({"tests": {}}, "tests is {}; a list was expected"),
        ({"tests": [{"score": 1}, {"score": 1, "status": "ok"}]}, 'tests[1].status is "ok"; one of passed, failed'),
        ({"tests": [{"score": 1, "message": "x"}]}, "tests[0]: .*'message' was unexpected"),
        ({"tests": [{"score": 1, "tags": "knn"}]}, 'tests[0].tags is "knn"; a list was expected'),
        ({"tests": [{"score": 1, "number": 1}]}, "tests[0].number is 1; a text was expected"),
        ({"leaderboard": [{"name": "a"}]}, "leaderboard[0]: 'value' is a required property"),
        (
            {"leaderboard": [{"name": "a", "value": None}]},
            "leaderboard[0].value is null; a number or a text was expected",
        ),
        ({"leaderboard": [{"name": "a", "value": 1, "unit": "s"}]}, "leaderboard[0]: .*'unit' was unexpected"),
    ],
)
def test_a_document_that_is_not_of_the_format_is_refused_by_the_field(changed: dict[str, Any], said: str) -> None:
    assert results_format.problem(RIGHT) == ""
    wrong = results_format.problem({**RIGHT, **changed})
    assert re.search(re.escape(said).replace(r"\.\*", ".*"), wrong) and "\n" not in wrong


@pytest.mark.parametrize("told", [{}, {"tests": []}, {"tests": [{"name": "no score"}]}, {"tests": [{"score": 1}, {}]}])
def test_without_a_score_there_is_none_of_each_test_either_it_is_refused(told: dict[str, Any]) -> None:
    assert "there is no score" in results_format.problem(told)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"score": NaN}', '{"score": Infinity}', b"\xff\xfe\x00"])
def test_what_is_no_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(results_format.FormatError, match="it is not JSON"):
        results_format.parse(text)


def test_a_document_of_another_kind_is_refused() -> None:
    for told in ([], 3, "text", None):
        with pytest.raises(results_format.FormatError, match=r"the document is .*; an object was expected"):
            results_format.parse(json.dumps(told))
