"""The submissions of a class are found whatever form they come in."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from autograder.assignment import ROOT
from autograder.batch import inbox, parcel
from autograder.batch.inbox import Inbox
from autograder.errors import UsageError
from autograder.people import Student
from autograder.submission.load import load
from tests.assignments import PARTS
from tests.classes import RIGHT, WRONG, export, folder_of, module, submitter

NAMES = tuple(part.name for part in PARTS)


def read(path: Path, **options) -> Inbox:
    return inbox.read(path, NAMES, **options)


def ids(found: Inbox) -> list[str]:
    return [handed.id for handed in found.submissions]


def files(handed) -> dict[str, bytes]:
    """What is graded of a submission."""
    with parcel.unpacked(handed.parcel) as path:
        if path.is_file():
            return {path.name: path.read_bytes()}
        return {file.relative_to(path).as_posix(): file.read_bytes() for file in path.rglob("*") if file.is_file()}


def test_a_folder_holds_a_file_a_zip_or_a_folder_each(tmp_path: Path) -> None:
    top = folder_of(tmp_path / "class", alone=RIGHT)
    folder_of(top / "whole", optimizers=RIGHT)
    with zipfile.ZipFile(top / "packed.zip", "w") as archive:
        archive.writestr("optimizers.py", module(WRONG))
    (top / ".DS_Store").write_bytes(b"junk")
    (top / "__MACOSX").mkdir()
    found = read(top)
    assert ids(found) == ["alone", "packed", "whole"]
    for handed in found.submissions:
        with parcel.unpacked(handed.parcel) as path:
            assert "optimizers" in load(path, PARTS).parts


def test_who_handed_in_is_read_off_the_names_that_the_notebooks_make(tmp_path: Path) -> None:
    found = read(folder_of(tmp_path / "class", abcd_01234567_P1=RIGHT))
    assert found.submissions[0].students == (Student(name="abcd", sid="01234567", login="abcd"),)


@pytest.mark.parametrize("unpacked", [False, True])
def test_gradescopes_export_is_read_as_it_is(tmp_path: Path, unpacked: bool) -> None:
    entries = {
        "submission_11": {
            ":submitters": [submitter("Name One", "0012", "one@example.edu"), submitter("Name Two", "0013")],
            ":created_at": "2026-09-10 23:58:00.000000 -04:00",
            ":score": 90.0,
            ":status": "processed",
            ":results": {"score": 90.0},
            ":history": [{":id": 9, ":created_at": "2026-09-09 10:00:00 Z", ":score": 3.0}],
        },
        "submission_7": {":submitters": [submitter("名前 三")], ":history": []},
        "submission_99": {":submitters": [submitter("No Folder")]},
    }
    codes = {"submission_11": RIGHT, "submission_7": WRONG, "submission_8": RIGHT}
    path = export(tmp_path / "export.zip", entries, codes)
    if unpacked:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(tmp_path / "export")
        path = tmp_path / "export"
    found = read(path)
    assert ids(found) == ["submission_11", "submission_7", "submission_8"]
    group, other, nobody = found.submissions
    assert [student.name for student in group.students] == ["Name One", "Name Two"]
    assert group.students[0] == Student("Name One", "0012", "one@example.edu", login="one")
    assert group.created.startswith("2026-09-10") and group.attempts == 2
    assert other.students[0].name == "名前 三" and other.attempts == 1
    assert nobody.students[0].name == "submission_8"
    assert any("submission_8" in note for note in found.notes) and any("submission_99" in note for note in found.notes)
    assert files(group) == {"optimizers.py": module(RIGHT).encode()}


def test_an_export_whose_metadata_is_damaged_is_graded_without_names(tmp_path: Path) -> None:
    path = export(tmp_path / "export.zip", {}, {"submission_1": RIGHT})
    with zipfile.ZipFile(tmp_path / "broken.zip", "w") as broken, zipfile.ZipFile(path) as whole:
        for name in whole.namelist():
            broken.writestr(name, b"a: [" if name.endswith(".yml") else whole.read(name))
    found = read(tmp_path / "broken.zip")
    assert ids(found) == ["submission_1"] and "cannot be read" in found.notes[0]


def test_three_hundred_with_histories_are_all_found(tmp_path: Path) -> None:
    history = [
        {":id": i, ":created_at": "2026-09-09", ":score": 1.0, ":results": {"output": "x" * 500}} for i in range(9)
    ]
    entries = {
        f"submission_{i}": {":submitters": [submitter(f"n{i}", f"{i:08d}")], ":history": history} for i in range(300)
    }
    found = read(export(tmp_path / "export.zip", entries, dict.fromkeys(entries, RIGHT)))
    assert len(found.submissions) == 300 and {handed.attempts for handed in found.submissions} == {10}
    assert {handed.students[0].sid for handed in found.submissions} == {f"{i:08d}" for i in range(300)}


@pytest.mark.parametrize("zipped", [False, True])
def test_what_canvas_downloads_is_one_submission_a_student(tmp_path: Path, zipped: bool) -> None:
    names = {
        "lastone_12345_678901_knn-1.ipynb": "{}",
        "lastone_12345_678902_optimizers.py": module(RIGHT),
        "lasttwo_LATE_12346_678903_optimizers.py": module(WRONG),
    }
    top = tmp_path / "submissions"
    top.mkdir()
    for name, text in names.items():
        (top / name).write_text(text)
    path = top
    if zipped:
        path = tmp_path / "submissions.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                archive.write(top / name, name)
    found = read(path)
    assert ids(found) == ["lastone_12345", "lasttwo_12346"]
    assert files(found.submissions[0]) == {"knn-1.ipynb": b"{}", "optimizers.py": module(RIGHT).encode()}
    assert found.submissions[0].students[0].canvas == "12345"
    assert "Canvas" in found.notes[0]


def test_what_moodle_downloads_is_one_submission_a_student(tmp_path: Path) -> None:
    top = tmp_path / "submissions"
    for name in ("First Last_1234_assignsubmission_file_", "Zwei Ünd_1235_assignsubmission_file"):
        folder_of(top / name, optimizers=RIGHT)
    flat = tmp_path / "flat"
    flat.mkdir()
    for name in ("optimizers.py", "notes.py"):
        (flat / f"First Last_1234_assignsubmission_file_{name}").write_text(module(RIGHT))
    assert [handed.students[0].name for handed in read(top).submissions] == ["First Last", "Zwei Ünd"]
    (one,) = read(flat).submissions
    assert set(files(one)) == {"optimizers.py", "notes.py"}


def test_names_of_every_kind_become_folders_that_every_file_system_can_hold(tmp_path: Path) -> None:
    names = ["Ann", "ann", "名前", "имя", "with blanks and 🙂", "x" * 200, "con:colon", "dots..", "grades.csv"]
    top = tmp_path / "class"
    for name in names:
        folder_of(top / name, optimizers=RIGHT)
    found = ids(read(top))
    assert len({name.casefold() for name in found}) == len(names)
    assert all(len(name.encode()) <= 120 and not set(name) & set("/\\:") and name == name.strip(". ") for name in found)
    assert {"名前", "имя", "with blanks and 🙂"} <= set(found) and "grades.csv" not in found
    assert found == ids(read(top)), "the same the next time, or a run could not go on"


def test_two_submissions_of_one_stem_are_both_graded(tmp_path: Path) -> None:
    top = folder_of(tmp_path / "class", ann=RIGHT)
    folder_of(top / "ann", optimizers=WRONG)
    assert ids(read(top)) == ["ann", "ann.py"]


def test_what_is_no_class_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.txt").write_text("no zip")
    one = folder_of(tmp_path / "one", optimizers=RIGHT, knn="")
    among = folder_of(tmp_path / "among", **dict.fromkeys((part.name for part in PARTS), RIGHT), helpers="")
    for path, expected in [
        (tmp_path / "nowhere", "there is nothing at"),
        (tmp_path / "empty", "no submissions"),
        (tmp_path / "text.txt", "neither a folder nor a zip"),
        (one, "looks like one submission"),
        (among, "looks like one submission"),
        (ROOT / "solutions" / "project2", "holds an assignment itself"),
    ]:
        with pytest.raises(UsageError, match=expected) as told:
            read(path)
        assert "\n" not in str(told.value)


def test_results_and_roster_in_the_same_folder_are_no_submissions(tmp_path: Path) -> None:
    top = folder_of(tmp_path / "class", ann=RIGHT)
    (top / "roster.csv").write_text("name\n")
    (top / "out").mkdir()
    assert ids(read(top, leave_out=[top / "roster.csv", top / "out"])) == ["ann"]


def test_a_submission_is_the_same_where_its_files_are(tmp_path: Path) -> None:
    codes = {"submission_1": RIGHT}
    path = export(tmp_path / "export.zip", {}, codes)
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "export")
    zipped, lying = (read(at).submissions[0].parcel for at in (path, tmp_path / "export"))
    assert parcel.digest(zipped) == parcel.digest(lying)
    changed = tmp_path / "export" / "assignment_1_export" / "submission_1" / "optimizers.py"
    changed.write_text(module(WRONG))
    assert parcel.digest(zipped) != parcel.digest(lying)
    changed.write_text(module(RIGHT))
    assert parcel.digest(zipped) == parcel.digest(lying)
    changed.rename(changed.with_name("other.py"))
    assert parcel.digest(zipped) != parcel.digest(lying)


def test_what_travels_arrives_as_it_lay(tmp_path: Path) -> None:
    top = folder_of(tmp_path / "class" / "ann", optimizers=RIGHT, extra="")
    (top / "link.py").symlink_to("/etc/passwd")
    (top / "inner").mkdir()
    (top / "inner" / ("long" * 60 + ".txt")).write_text("x")
    (handed,) = read(tmp_path / "class").submissions
    with parcel.received(parcel.packed(handed.parcel)) as path:
        assert path.name == "ann" and (path / "optimizers.py").read_text() == module(RIGHT)
        assert (path / "link.py").is_symlink() and not (path / "link.py").exists(), "a link stays one, to nothing"
        arrived = load(path, PARTS)
    assert arrived == load(top, PARTS)
    (single,) = read(folder_of(tmp_path / "single", bob=RIGHT)).submissions
    with parcel.received(parcel.packed(single.parcel)) as path:
        assert path.name == "bob.py" and path.read_text() == module(RIGHT)


def test_a_hostile_export_unpacks_nothing_outside(tmp_path: Path) -> None:
    path = export(tmp_path / "export.zip", {}, {"submission_1": RIGHT})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("assignment_1_export/submission_1/../../../outside.py", "x")
        link = zipfile.ZipInfo("assignment_1_export/submission_1/link.py")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    (handed,) = read(path).submissions
    with parcel.unpacked(handed.parcel) as at:
        assert sorted(file.name for file in at.iterdir()) == ["link.py", "optimizers.py"]
        assert not (at / "link.py").exists()
        assert not list(at.parent.rglob("outside.py")) and not (at.parent.parent / "outside.py").exists()
