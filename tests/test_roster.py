"""A roster says who is in the course: whose each submission is, and who handed in nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.batch import roster
from autograder.batch.inbox import Handed
from autograder.batch.parcel import Parcel
from autograder.errors import UsageError
from autograder.people import Student


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def handed(name: str, *students: Student) -> Handed:
    return Handed(name, Parcel(name, Path(), (name,)), students)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_what_gradescope_exports_is_read(tmp_path: Path, encoding: str) -> None:
    text = "First Name,Last Name,SID,Email,Sections\nÄnn,Last,00123,ann@example.edu,A\n"
    (student,) = roster.read(written(tmp_path / "roster.csv", text, encoding))
    assert student == Student("Änn Last", "00123", "ann@example.edu", "ann", "", "A")


def test_what_canvas_exports_is_read(tmp_path: Path) -> None:
    text = 'Student;ID;SIS User ID;SIS Login ID;Section\n"Last, Ann";4711;00123;ann;A\n\n'
    (student,) = roster.read(written(tmp_path / "roster.csv", text))
    assert (student.name, student.canvas, student.sid, student.login) == ("Last, Ann", "4711", "00123", "ann")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", "is empty"), ("colour,size\nred,3\n", "one of name, SID, email or login was expected")],
)
def test_what_is_no_roster_is_told(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(UsageError, match=expected):
        roster.read(written(tmp_path / "roster.csv", text))
    with pytest.raises(UsageError, match="cannot be read"):
        roster.read(tmp_path / "nowhere.csv")


def test_a_misspelt_column_is_asked_about(tmp_path: Path) -> None:
    notes: list[str] = []
    text = "Nmae,SDI,E-Mail,Section\nAnn,001,a@example.edu,A\n"
    (student,) = roster.read(written(tmp_path / "roster.csv", text), notes)
    assert student == Student("", "", "a@example.edu", "a", "", "A")
    assert notes == [
        "in the roster the column 'Nmae' is not known and not read; is it Name?",
        "in the roster the column 'SDI' is not known and not read; is it SID?",
    ]
    with pytest.raises(UsageError, match=r"the columns Nmae, Section; one of name, .* expected\. .*is it Name\?$"):
        roster.read(written(tmp_path / "none.csv", "Nmae,Section\nAnn,A\n"))
    for heading in (
        "First Name,Last Name,SID,Email,Role,Sections",
        "Student,ID,SIS Login ID,Section,Quiz 1 (12)",
    ):
        notes.clear()
        roster.read(written(tmp_path / "right.csv", f"{heading}\n{',x' * 5}\n"), notes)
        assert not notes


def test_students_are_found_by_number_address_login_and_name() -> None:
    course = [
        Student("Ann Last", "001", "ann@example.edu", "ann"),
        Student("Bob Other", "002", "bob@example.edu", "bob"),
        Student("Last, Eve", "003", "eve@example.edu", "eve", "77"),
        Student("Absent One", "004"),
    ]
    matched = roster.match(
        [
            handed("a", Student("whoever", sid="001")),
            handed("b", Student("x", email="BOB@example.edu"), Student("lasteve", canvas="9")),
            handed("c", Student("stranger")),
        ],
        course,
    )
    assert [student.sid for one in matched.submissions for student in one.students] == ["001", "002", "003", ""]
    assert [student.name for student in matched.absent] == ["Absent One"]
    assert matched.submissions[1].students[1].canvas == "77"
    assert any("stranger" in note for note in matched.notes)


def test_a_name_that_two_share_is_nobodys() -> None:
    course = [Student("Same Name", "001"), Student("Same Name", "002")]
    matched = roster.match([handed("a", Student("Same Name"))], course)
    assert matched.submissions[0].students[0].sid == "" and len(matched.absent) == 2
