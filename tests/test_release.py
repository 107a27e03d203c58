"""What students get: the zip, unpacked and used as they would."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
import zipfile

import pytest

from autograder.assignment import ROOT, Repository, packages
from autograder.build import archive, badge, master, notebooks, release
from autograder.build.archive import Entry
from autograder.build.leaks import LeakError, Secrets
from tests.assignments import ALL, PARTS, PROJECT1


@pytest.fixture(scope="module")
def student_zip() -> bytes:
    return release.build(PROJECT1)


def names(data: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(data)).namelist()


def test_it_holds_the_notebooks_the_package_and_a_readme_under_one_folder(student_zip):
    top = {name.split("/")[1] for name in names(student_zip)}
    assert all(name.startswith("project1/") for name in names(student_zip))
    assert top == {"README.md", "project1", "coursekit", *(f"{part.name}.ipynb" for part in PARTS)}
    assert "project1/project1/__init__.py" in names(student_zip)


def test_the_same_sources_give_the_same_bytes_in_another_process(student_zip, tmp_path):
    target = tmp_path / "student.zip"
    command = [sys.executable, "-m", "autograder", "release", "--project", "project1", "--target", target]
    first = subprocess.run(command, capture_output=True, text=True, check=True)
    assert target.read_bytes() == student_zip
    repository = tmp_path / "project1-student-repository"
    assert first.stdout.splitlines()[:2] == [f"wrote {target}", f"wrote {repository}"]
    again = subprocess.run(command, capture_output=True, text=True, check=True)
    assert again.stdout.splitlines()[:2] == [f"up to date: {target}", f"up to date: {repository}"]


def test_times_and_modes_in_the_zip_are_fixed_and_names_sorted(student_zip):
    entries = zipfile.ZipFile(io.BytesIO(student_zip)).infolist()
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)


def test_unpacked_the_package_imports_with_torch_numpy_and_matplotlib_alone(student_zip, tmp_path):
    zipfile.ZipFile(io.BytesIO(student_zip)).extractall(tmp_path)
    code = (
        "import sys, project1; from project1 import plots, props, submit\n"
        "print(project1.__file__, sorted(m for m in sys.modules if m.split('.')[0] in"
        " ('autograder', 'solutions', 'nbformat', 'jupytext', 'yaml', 'rich', 'pytest')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path / "project1", env={}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == f"{tmp_path / 'project1' / 'project1' / '__init__.py'} []"


def test_nothing_of_the_graders_side_is_in_it(student_zip):
    forbidden = re.compile(rb"BEGIN SOLUTION|END SOLUTION|misconception|(?:import|from) (?:autograder|solutions)")
    zipped = zipfile.ZipFile(io.BytesIO(student_zip))
    assert [name for name in zipped.namelist() if forbidden.search(zipped.read(name))] == []
    assert [name for name in zipped.namelist() if name.endswith("pairs.json")] == []


def test_a_solution_line_in_a_file_of_the_package_stops_the_release_and_the_last_good_zip_stays(tmp_path):
    for package in packages("project1"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    target = tmp_path / "student.zip"
    release.write(PROJECT1, target, root=tmp_path)
    good = target.read_bytes()
    for of in ALL:  # also of the other assignments, whose work would be given away as well
        line = next(text for text in Secrets.of(master.read_all(of)).lines.values() if "\n" not in text)
        for package in packages("project1"):
            (tmp_path / package / "notes.md").write_text(f"remember: {line}\n")
            with pytest.raises(LeakError) as caught:
                release.write(PROJECT1, target, root=tmp_path)
            assert f"project1/{package}/notes.md: the solution line {line!r}" in str(caught.value)
            assert target.read_bytes() == good
            (tmp_path / package / "notes.md").unlink()


@pytest.mark.parametrize(
    "stray",
    [
        "project1/solutions/project1/knn.py",
        "project1/project2/x.py",
        "autograder/grading.py",
        "project1/notes.txt",
        "x.py",
    ],
)
def test_a_file_that_has_no_place_in_it_stops_the_release(student_zip, stray):
    zipped = zipfile.ZipFile(io.BytesIO(student_zip))
    entries = {name: Entry(zipped.read(name)) for name in zipped.namelist()}
    with pytest.raises(LeakError, match=f"would hold {re.escape(stray)}"):
        release.search(PROJECT1, archive.pack({**entries, stray: Entry(b"x")}), Secrets({}, {}, {}))


def test_a_leak_in_the_finished_zip_is_found_as_students_would_unpack_it(student_zip):
    secrets = Secrets.of(master.read_all(PROJECT1))
    zipped = zipfile.ZipFile(io.BytesIO(student_zip))
    entries = {name: Entry(zipped.read(name)) for name in zipped.namelist()}
    entries["project1/knn.ipynb"] = Entry(
        zipped.read("project1/knn.ipynb").replace(b"knn_get_best_k is not implemented yet", b"BEGIN SOLUTION")
    )
    with pytest.raises(LeakError, match=r"project1/knn\.ipynb, cell \d+: the graded knn_get_best_k is more than"):
        release.search(PROJECT1, archive.pack(entries), secrets)


# The repository that students open the notebooks from


@pytest.fixture(scope="module")
def repository() -> dict[str, bytes]:
    return release.repository_files(PROJECT1)


def test_the_repository_holds_what_the_zip_holds_and_a_readme_a_license_and_what_git_ignores(student_zip, repository):
    zipped = zipfile.ZipFile(io.BytesIO(student_zip))
    inside = {name.removeprefix("project1/"): zipped.read(name) for name in zipped.namelist()}
    own = {"README.md", "LICENSE", ".gitignore"}
    assert {name: data for name, data in repository.items() if name not in own} == {
        name: data for name, data in inside.items() if name != "README.md"
    }
    assert repository["LICENSE"] == (ROOT / "LICENSE").read_bytes()
    assert "*.pt" in repository[".gitignore"].decode().splitlines()
    assert badge.address(PROJECT1.repository, "knn.ipynb") in repository["README.md"].decode()


@pytest.mark.parametrize("of", ALL, ids=lambda of: of.name)
def test_every_notebook_has_a_badge_under_its_title_that_opens_the_one_of_the_repository(of):
    for name, data in notebooks.build_all(of).items():
        title, blank, line, *_ = "".join(json.loads(data)["cells"][0]["source"]).splitlines()
        assert title.startswith("# ") and blank == ""
        address = f"https://colab.research.google.com/github/{of.repository.name}/blob/{of.repository.branch}/{name}"
        assert line.startswith("[![Open in Colab](https://") and line.endswith(f"]({address})")


def test_without_a_repository_there_is_no_badge():
    assert badge.below_title("# Title\n\nText", None, "knn.ipynb") == "# Title\n\nText"
    there = Repository("someone/course", "autumn")
    assert badge.below_title("# Title\n\nText", there, "a.ipynb").endswith(
        "/someone/course/blob/autumn/a.ipynb)\n\nText"
    )


def test_laid_out_again_nothing_is_written_what_has_no_place_goes_and_git_stays(repository, tmp_path):
    assert sorted(release.lay_out(tmp_path, repository)) == sorted(repository)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text("[core]")
    (tmp_path / "old.ipynb").write_text("{}")
    assert release.lay_out(tmp_path, repository) == ["old.ipynb"]
    assert release.lay_out(tmp_path, repository) == []
    there = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert there == {*repository, ".git/config"}


def test_a_solution_line_in_the_package_stops_the_repository_too(tmp_path):
    for package in packages("project1"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    line = next(text for text in Secrets.of(master.read_all(PROJECT1)).lines.values() if "\n" not in text)
    (tmp_path / "coursekit" / "notes.md").write_text(f"remember: {line}\n")
    with pytest.raises(LeakError, match=r"coursekit/notes\.md: the solution line"):
        release.repository_files(PROJECT1, root=tmp_path)
