"""Marks by hand: they count in the grades, are said on the page, survive every regrade, and no bad row is silent."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

from autograder.batch import overrides
from autograder.errors import UsageError
from tests.classes import RIGHT, WRONG, export, folder_of, grade_all, scores, submitter

HEADING = "submission,sid,email,check,points,reason,by\n"


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    top = tmp_path_factory.mktemp("marks")
    submissions, out = folder_of(top / "class", ann=WRONG, bob=RIGHT), top / "out"
    grade_all(submissions, out)
    return submissions, out


@pytest.fixture
def class_of_two(graded: tuple[Path, Path], tmp_path: Path) -> tuple[Path, Path]:
    return graded[0], shutil.copytree(graded[1], tmp_path / "out")


def rows(out: Path) -> dict[str, dict[str, str]]:
    with (out / "grades.csv").open(newline="", encoding="utf-8") as file:
        return {row["Name"]: row for row in csv.DictReader(file)}


def page(out: Path, name: str) -> str:
    return (out / name / "report.html").read_text(encoding="utf-8")


def lost_check(out: Path) -> tuple[str, float, str]:
    """A check that ann lost: its number, what it is worth, and its heading in grades.csv."""
    outcomes = json.loads((out / "ann" / "report.json").read_text())["outcomes"]
    found = next(o for o in outcomes if o["function"] == "sgd")
    heading = next(name for name in rows(out)["ann"] if name.startswith(f"{found['number']}: "))
    assert found["points"] == 0
    return found["number"], found["max_points"], heading


def test_a_mark_of_a_check_counts_in_the_grades_and_not_in_the_results(class_of_two: tuple[Path, Path]) -> None:
    submissions, out = class_of_two
    number, worth, heading = lost_check(out)
    before, bobs = scores(out), rows(out)["bob"]
    (out / "overrides.csv").write_text(f"{HEADING}ann,,,{number},{worth},shown in office hours,TA\n")
    run = grade_all(submissions, out)
    assert "2 graded before and unchanged" in run.stdout and "1 submission has marks by hand" in run.stdout
    ann = rows(out)["ann"]
    assert (float(ann[heading]), float(ann["Total Score"])) == (worth, worth)
    assert ann["Overridden by staff"] == f"check {number} {worth:g}: shown in office hours (TA)"
    assert {name: value for name, value in rows(out)["bob"].items() if name != "Overridden by staff"} == bobs
    canvas = list(csv.reader((out / "canvas.csv").read_text(encoding="utf-8").splitlines()))
    assert next(float(row[-1]) for row in canvas if row[0] == "ann") == worth
    assert scores(out) == before, "the results are the grader's own"
    said = f"overridden by staff: shown in office hours (TA; {worth:g} points instead of 0)"
    assert said in page(out, "ann") and "overridden" not in page(out, "bob")


def test_a_mark_survives_grading_again_and_goes_when_its_row_goes(class_of_two: tuple[Path, Path]) -> None:
    submissions, out = class_of_two
    plain = {name: page(out, name) for name in ("ann", "bob")}
    file = out / "overrides.csv"
    file.write_text(f"{HEADING}ann,,,,7.5,late by illness,TA\n")
    for more in ((), ("--force",)):
        grade_all(submissions, out, *more)
        assert float(rows(out)["ann"]["Total Score"]) == 7.5
        assert "the total is overridden by staff: late by illness" in page(out, "ann")
        assert file.read_text() == f"{HEADING}ann,,,,7.5,late by illness,TA\n"
    file.unlink()
    run = grade_all(submissions, out)
    assert "marks by hand do not count any more for ann" in run.stdout
    assert float(rows(out)["ann"]["Total Score"]) == 0 and "overridden" not in page(out, "ann")
    assert page(out, "ann").count("\n") == plain["ann"].count("\n") and not (out / "overridden.json").exists()


def test_marks_may_be_written_before_anything_is_graded(graded: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "overrides.csv").write_text(f"{HEADING}bob,,,,1,agreed,TA\n")
    grade_all(graded[0], out)
    assert float(rows(out)["bob"]["Total Score"]) == 1


def test_every_bad_row_is_told_in_a_line_and_the_others_count(class_of_two: tuple[Path, Path], tmp_path: Path) -> None:
    submissions, out = class_of_two
    number, worth, heading = lost_check(out)
    file = tmp_path / "marks.csv"
    bad = [
        ("nobody,,,,1,why,TA", "there is no submission nobody"),
        (",0099,,,1,why,TA", "there is no sid 0099"),
        (",,,,1,why,TA", "it says neither a submission nor a sid nor an email"),
        ("ann,,,99.1,1,why,TA", "there is no check 99.1"),
        (f"ann,,,{number},{worth + 1:g},why,TA", f"check {number} is worth {worth:g}, not {worth + 1:g}"),
        ("ann,,,,many,why,TA", "points are 'many'; a number from 0 on was expected"),
        ("ann,,,,-1,why,TA", "points are '-1'"),
        ("ann,,,,nan,why,TA", "points are 'nan'"),
        ("ann,,,,1,,TA", "it has no reason"),
        ("ann,,,,1,why,", "it has no by"),
        ("bob,,,,5,again,TA", "a line above has a mark of the total for bob already"),
        ("short", "points are ''"),
    ]
    good = [f'ann,,,"{heading}",{worth},why,TA', "bob,,,,4,=why,TA"]
    text = HEADING + "\n".join([*good, *(row for row, _ in bad)]) + "\n"
    file.write_text(text)
    run = grade_all(submissions, out, "--overrides", file, check=False)
    assert run.returncode == 3 and "Traceback" not in run.stderr
    told = [line for line in run.stdout.splitlines() if line.startswith("overrides: ")]
    for at, (line, (_, said)) in enumerate(zip(told, bad, strict=True), start=4):
        assert f"marks.csv, line {at}: " in line
        assert said in line and line.endswith("the row does not count")
    assert float(rows(out)["ann"][heading]) == worth and float(rows(out)["bob"]["Total Score"]) == 4
    assert file.read_text() == text


def test_in_a_group_a_mark_of_one_student_is_that_students_alone(tmp_path: Path) -> None:
    one, two = submitter("One", "0012", "a@example.edu"), submitter("Two", "0013", "b@example.edu")
    path = export(tmp_path / "export.zip", {"submission_1": {":submitters": [one, two]}}, {"submission_1": RIGHT})
    roster, marks = tmp_path / "roster.csv", tmp_path / "marks.csv"
    roster.write_text("Name,SID,Email\nOne,0012,a@example.edu\nTwo,0013,b@example.edu\nAway,0014,c@example.edu\n")
    marks.write_text(f"{HEADING},0012,,,3,alone,TA\n,,C@example.edu,,2,by mail,TA\nsubmission_1,,,,6,all,TA\n")
    grade_all(path, tmp_path / "out", "--roster", roster, "--overrides", marks)
    assert {name: float(row["Total Score"]) for name, row in rows(tmp_path / "out").items()} == {
        "One": 3,
        "Two": 6,
        "Away": 2,
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "cannot be read"),
        ("", "is empty"),
        ("submission,points\nann,1\n", "have the columns submission, points; submission, sid or email, and"),
        ("points,reason,by\n1,a,b\n", "have the columns points, reason, by"),
    ],
)
def test_a_file_that_holds_no_marks_stops_before_anything_is_graded(
    graded: tuple[Path, Path], tmp_path: Path, text: str | None, said: str
) -> None:
    file = tmp_path / "marks.csv"
    if text is not None:
        file.write_text(text)
    run = grade_all(graded[0], tmp_path / "out", "--overrides", file, check=False)
    assert run.returncode == 2 and said in run.stderr and run.stderr.count("\n") == 1
    assert not list((tmp_path / "out").glob("*/results.json"))


def test_two_files_of_different_marks_are_not_mixed(tmp_path: Path) -> None:
    kept, given = tmp_path / "overrides.csv", tmp_path / "given.csv"
    given.write_text(f"{HEADING}ann,,,,1,why,TA\n")
    assert overrides.find(tmp_path, None) is None and overrides.find(tmp_path, given) == given
    kept.write_text(given.read_text())
    assert overrides.find(tmp_path, given) == given and overrides.find(tmp_path, None) == kept
    kept.write_text(f"{HEADING}ann,,,,2,why,TA\n")
    with pytest.raises(UsageError, match="hold different marks"):
        overrides.find(tmp_path, given)
