"""The command line: what is printed and written, and the exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.__main__ import main
from autograder.report import rows
from solutions.project1.checks.knn import BestK
from tests.submissions import notebook_of


def test_grading_prints_the_report_writes_both_files_and_exits_0(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    submission, out = notebook_of(tmp_path, "knn"), tmp_path / "deep" / "out"
    assert main(["grade", str(submission), "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "30 / 100" in printed
    assert "report.html" in printed
    results = json.loads((out / "results.json").read_text())
    assert results["score"] == 30
    cards = {test["name"]: test for test in results["tests"]}
    first = cards["compute_distances_two_loops"]
    assert first is results["tests"][0] and first["number"] == "1.3"  # the notebook's task, not a check's number
    assert first["output"].splitlines() == [
        "✓ squared distances: 3 / 3  ",
        "✓ keeps the dtype and leaves its inputs alone: 1 / 1",
    ]
    assert "number" not in cards["weights svm_best_model.pt"]
    assert len(cards) == len(results["tests"]) == 34
    assert len(list(rows.checks(results))) == 70
    assert "<html" in (out / "report.html").read_text()


@pytest.mark.parametrize("arguments", [["nowhere/at/all"], ["{here}", "--out", "{file}/out"]])
def test_what_cannot_start_says_so_in_one_line_and_exits_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    file = tmp_path / "file"
    file.write_text("")
    asked = [argument.format(here=tmp_path, file=file) for argument in arguments]
    assert main(["grade", *asked]) == 2
    said = capsys.readouterr().err.strip()
    assert said.startswith("autograder: ") and "\n" not in said
    assert asked[-1] in said


def test_a_check_that_could_not_be_graded_is_named_and_exits_3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: BestK, *_: object) -> None:
        """A fault of the grader's own, which real submissions cannot provoke."""
        raise ZeroDivisionError("a fault of the grader's")

    monkeypatch.setattr(BestK, "compare", broken)
    assert main(["grade", str(notebook_of(tmp_path, "knn")), "--out", str(tmp_path / "out")]) == 3
    results = json.loads((tmp_path / "out" / "results.json").read_text())
    assert results["score"] == 28
    assert "knn_get_best_k" in results["output"] and "COULD NOT BE GRADED" in results["output"]
    assert "ZeroDivisionError" not in json.dumps(results)
    assert "ZeroDivisionError" in capsys.readouterr().out  # the person at the command line is staff


def test_an_unexpected_fault_is_one_line_without_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.report.gradescope.write", lambda *_: 1 / 0)
    assert main(["grade", str(notebook_of(tmp_path, "knn")), "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert "ZeroDivisionError" in said and "Traceback" not in said


def test_a_python_without_the_packages_is_told_which_one_to_use(tmp_path: Path) -> None:
    bare = "import sys; sys.path.insert(0, '.'); from autograder.__main__ import main; sys.exit(main(['doctor']))"
    done = subprocess.run(
        [sys.executable, "-S", "-c", bare], cwd=Path(__file__).parents[1], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "rich is not installed" in done.stderr and "make setup" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_what_is_of_another_project_is_graded_as_nothing_and_the_other_is_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["grade", str(Path(__file__).parents[1] / "notebooks" / "project2"), "--project", "project1"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "It was graded as project1; is it of another project (project2" in printed
