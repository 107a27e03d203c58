"""A class in one command: stopped, killed and gone on with, and never a half-written file."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.classes import RIGHT, WRONG, command, export, folder_of, grade_all, module, scores, submitter, whole
from tests.submissions import ROOT


def test_every_submission_has_its_files_and_the_class_its_grades(graded: tuple[Path, Path]) -> None:
    _, out = graded
    assert whole(out)
    assert {name: score > 0 for name, score in scores(out).items()} == {f"s{i:03d}": i % 3 != 2 for i in range(12)}
    with (out / "grades.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["Name"] for row in rows] == [f"s{i:03d}" for i in range(12)]
    assert {row["Name"]: float(row["Total Score"]) for row in rows} == scores(out)
    per_check = [sum(float(v) for k, v in row.items() if k.endswith(" pts)")) for row in rows]
    assert per_check == [scores(out)[row["Name"]] for row in rows]
    assert not list(out.glob("**/.new-*")) and not list(out.glob("**/.old-*"))


def copied(of: tuple[Path, Path], to: Path) -> tuple[Path, Path]:
    """The class and its results to be changed by one test."""
    return tuple(shutil.copytree(path, to / path.name) for path in of)  # type: ignore[return-value]


def test_the_same_command_again_grades_nothing_again(graded: tuple[Path, Path], tmp_path: Path) -> None:
    submissions, out = copied(graded, tmp_path)
    before = {path: path.stat().st_mtime_ns for path in out.glob("*/*")}
    run = grade_all(submissions, out)
    assert "12 graded before and unchanged" in run.stdout
    assert {path: path.stat().st_mtime_ns for path in out.glob("*/*")} == before


def test_what_changed_is_graded_again_and_the_summary_says_why(graded: tuple[Path, Path], tmp_path: Path) -> None:
    submissions, out = copied(graded, tmp_path)
    (submissions / "s000.py").write_text(module(WRONG))
    (submissions / "new.py").write_text(module(RIGHT))
    header = out / "s001" / "graded.json"
    header.write_text(json.dumps({**json.loads(header.read_text()), "grader": "another"}))
    header = out / "s002" / "graded.json"
    header.write_text(json.dumps({**json.loads(header.read_text()), "whole": False}))
    (out / "s003" / "graded.json").write_text("{")
    run = grade_all(submissions, out)
    for line in (
        "8 graded before and unchanged",
        "2 handed in and not graded before",
        "1 handed in anew",
        "1 graded by another version of the grader",
        "1 with checks that could not be graded last time",
    ):
        assert line in run.stdout
    assert scores(out)["s000"] == 0 and scores(out)["new"] > 0 and whole(out)


def test_groups_histories_and_a_roster_end_up_in_the_grades(tmp_path: Path) -> None:
    entries = {
        "submission_1": {":submitters": [submitter("=cmd()", "0012", "a@example.edu"), submitter("Two", "0013")]},
        "submission_2": {":submitters": [submitter("Two", "0013")], ":history": [{":id": 1}]},
    }
    path = export(tmp_path / "export.zip", entries, {"submission_1": RIGHT, "submission_2": WRONG})
    roster = tmp_path / "roster.csv"
    roster.write_text(
        "Name,SID,Email,ID\nOne,0012,a@example.edu,71\nTwo,0013,b@example.edu,72\nAway,0014,c@example.edu,73\n"
    )
    out = tmp_path / "out"
    run = grade_all(path, out, "--roster", roster)
    assert set(scores(out)) == {"submission_1", "submission_2"}
    text = (out / "grades.csv").read_text()
    rows = {row["SID"]: row for row in csv.DictReader(text.splitlines())}
    assert [row["Name"] for row in rows.values()] == ["Away", "One", "Two"]
    assert rows["0013"]["Submission ID"] == "submission_1", "the better of two counts"
    assert "Two has several submissions" in run.stdout
    assert rows["0014"]["Status"] == "nothing handed in" and float(rows["0014"]["Total Score"]) == 0
    assert '"0012"' in text, "a number is a text"
    canvas = list(csv.DictReader((out / "canvas.csv").read_text().splitlines()))
    assert list(canvas[0])[:5] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    assert canvas[0]["Student"] == "    Points Possible"
    assert {row["ID"]: row["SIS User ID"] for row in canvas[1:]} == {"71": "0012", "72": "0013", "73": "0014"}


def test_a_name_is_never_a_formula(tmp_path: Path) -> None:
    names = ("=1+1", "＝2", "＋1", "－1", "﹣3", "＠SUM(A1)", "|cmd", "%1", ";1", "plain")
    submissions, out = folder_of(tmp_path / "class", **dict.fromkeys(names, RIGHT)), tmp_path / "out"
    out.mkdir()
    (out / "overrides.csv").write_text("submission,check,points,reason,by\n'=1+1,,7,agreed,TA\n＋1,,8,agreed,TA\n")
    grade_all(submissions, out)
    with (out / "grades.csv").open(newline="", encoding="utf-8") as file:
        rows = {row["Submission ID"]: row for row in csv.DictReader(file)}
    assert rows.keys() == {*(f"'{name}" for name in names[:-1]), "plain"}
    assert {row["Name"] for row in rows.values()} == rows.keys()
    assert (rows["'=1+1"]["Total Score"], rows["'＋1"]["Total Score"]) == ("7", "8"), "with the apostrophe and without"


def test_a_folder_that_is_not_one_of_results_is_not_touched(tmp_path: Path) -> None:
    submissions = folder_of(tmp_path / "class", ann=RIGHT)
    other = tmp_path / "thesis"
    other.mkdir()
    (other / "chapter.tex").write_text("x")
    old = tmp_path / "old"
    old.mkdir()
    (old / "run.json").write_text('{"format": 0, "project": "project1"}')
    (old / "ann").mkdir()
    others = tmp_path / "others"
    others.mkdir()
    (others / "run.json").write_text('{"format": 1, "project": "project2"}')
    file = tmp_path / "file"
    file.write_text("x")
    for out, expected in [
        (other, "holds other things"),
        (old, "an older version"),
        (others, "the results of project2"),
        (file, "cannot write to"),
        (Path("/proc/results"), "cannot write to"),
    ]:
        run = grade_all(submissions, out, check=False)
        assert run.returncode == 2 and expected in run.stderr and run.stderr.count("\n") == 1, run.stderr
    assert sorted(path.name for path in other.iterdir()) == ["chapter.tex"]
    assert sorted(path.name for path in old.iterdir()) == ["ann", "run.json"]


def test_one_that_cannot_be_read_is_told_and_the_others_are_graded(tmp_path: Path) -> None:
    submissions, out = tmp_path / "class.zip", tmp_path / "out"
    with zipfile.ZipFile(submissions, "w") as archive:
        for name in "abc":
            archive.writestr(f"{name}.py", module(RIGHT) + f"# {name}")
    submissions.write_bytes(submissions.read_bytes().replace(b"# c", b"# x"))
    run = grade_all(submissions, out, check=False)
    assert run.returncode == 3 and "not graded: c" in run.stdout and set(scores(out)) == {"a", "b"}


def test_neither_links_nor_pipes_at_the_top_are_followed(tmp_path: Path) -> None:
    submissions, out = folder_of(tmp_path / "class", a=RIGHT), tmp_path / "out"
    (tmp_path / "elsewhere.py").write_text(module(RIGHT))
    (submissions / "file.py").symlink_to(tmp_path / "elsewhere.py")
    (submissions / "parent").symlink_to("..")
    (submissions / "loop").symlink_to("loop")
    os.mkfifo(submissions / "pipe.py")
    run = grade_all(submissions, out)
    assert "note: pipe.py is neither a file nor a folder; it is passed over" in run.stdout
    assert {name: score > 0 for name, score in scores(out).items()} == {
        "a": True,
        "file": False,
        "loop": False,
        "parent": False,
    }
    for name in ("file.py", "parent", "loop"):
        assert f"{name} is a symbolic link; links are not followed" in run.stdout
    assert "graded before and unchanged" in grade_all(submissions, out).stdout


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [(["--jobs", "0"], "--jobs"), (["--roster", "/nowhere.csv"], "roster"), (["--project", "physics"], "no project")],
)
def test_bad_arguments_are_told_in_one_line(tmp_path: Path, arguments: list[str], expected: str) -> None:
    run = grade_all(folder_of(tmp_path / "class", a=RIGHT), tmp_path / "out", *arguments, check=False)
    assert run.returncode == 2 and expected in run.stderr and "Traceback" not in run.stderr


def test_regrade_tells_who_changes_and_by_how_much(graded: tuple[Path, Path], tmp_path: Path) -> None:
    submissions, new = copied(graded, tmp_path)
    _, old = graded
    (submissions / "s000.py").write_text(module(WRONG))
    (submissions / "s002.py").write_text(module(RIGHT))
    grade_all(submissions, new)
    table = tmp_path / "changes.csv"
    run = subprocess.run(
        command("regrade", old, new, "--csv", table),
        cwd=ROOT,
        env=dict(os.environ, COLUMNS="200"),
        capture_output=True,
        text=True,
        check=True,
    )
    lines = run.stdout.splitlines()
    assert lines[1].startswith("s000") and lines[2].startswith("s002"), "those that lose come first"
    assert "1 up, 1 down, 0 moved between checks, 10 the same" in run.stdout
    with table.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["Submission ID"] for row in rows} == {"s000", "s002"}
    assert sum(float(row["Check After"]) - float(row["Check Before"]) for row in rows) == 0
    run = subprocess.run(command("regrade", old, tmp_path), cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 2 and "not a folder that grade-all wrote" in run.stderr


def test_a_class_of_another_project_is_told_and_not_only_graded_as_nothing(tmp_path: Path) -> None:
    for name in ("ada", "bob"):
        (tmp_path / "class" / name).mkdir(parents=True)
        (tmp_path / "class" / name / "essay.py").write_text("print('another course')\n")
    run = grade_all(tmp_path / "class", tmp_path / "out")
    assert "look at ada: no file of this project was found" in run.stdout
    assert "no submission holds a file of project1: is it of another project? Say so with --project." in run.stdout
