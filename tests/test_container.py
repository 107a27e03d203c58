"""Grading in Gradescope's folders: results.json is valid at every moment, whatever happens."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from autograder.gradescope import container
from autograder.gradescope.container import grade_in
from autograder.grading import Settings
from autograder.policy.apply import Ruling
from autograder.report import gradescope, rows
from autograder.results import Report
from autograder.worker.errors import GraderFault
from autograder.worker.warm import Warm
from tests.assignments import KNN, PROJECT1
from tests.submissions import notebook_of

KNN_ONLY = Settings(PROJECT1, parts=(KNN,))


def handed_in(root: Path) -> Path:
    (root / "submission").mkdir()
    notebook_of(root / "submission", "knn")
    return root


def results(root: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((root / "results" / "results.json").read_text())
    return found


def test_results_are_whole_after_every_check(warm: Warm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, Any]] = []
    write = gradescope.write

    def spy(report: Report, path: Path, ruling: Ruling, staff: str) -> None:
        write(report, path, ruling, staff)
        seen.append(json.loads(path.read_text()))

    monkeypatch.setattr(gradescope, "write", spy)
    assert grade_in(handed_in(tmp_path), warm, KNN_ONLY) == 0
    assert [len(list(rows.checks(partial))) for partial in seen] == [15] * 16
    assert {len(partial["tests"]) for partial in seen} == {len(KNN.functions)}
    scores = [partial["score"] for partial in seen]
    assert scores == sorted(scores)
    assert scores[-1] == 30 == results(tmp_path)["score"]
    assert list((tmp_path / "results").iterdir()) == [tmp_path / "results" / "results.json"]


def test_an_empty_submission_has_results_that_say_so(warm: Warm, tmp_path: Path) -> None:
    (tmp_path / "submission").mkdir()
    assert grade_in(tmp_path, warm, KNN_ONLY) == 0
    assert results(tmp_path)["score"] == 0
    assert "nothing" in results(tmp_path)["output"]


def test_a_grader_that_cannot_start_leaves_results_that_blame_itself(
    warm: Warm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise GraderFault("no fork server on this machine")

    monkeypatch.setattr(container, "grade", fails)
    assert grade_in(handed_in(tmp_path), warm, KNN_ONLY) == 0
    found = results(tmp_path)
    assert found["score"] == 0 and len(list(rows.checks(found))) == 15
    assert "COULD NOT BE GRADED" in found["output"]
    assert "no fork server" not in json.dumps(found)
    assert "no fork server" in capsys.readouterr().out  # Gradescope shows this to instructors only


def test_a_missing_submission_folder_is_our_fault_not_a_crash(warm: Warm, tmp_path: Path) -> None:
    assert grade_in(tmp_path, warm, KNN_ONLY) == 0
    assert "COULD NOT BE GRADED" in results(tmp_path)["output"]
