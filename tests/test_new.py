"""New projects and new tasks: what is laid out is whole at once; a name that cannot be is refused before anything."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.assignment import ROOT
from autograder.catalog import Part
from tests.assignments import ALL_PARTS

KEPT = ("autograder", "coursekit", "project1", "project2", "solutions", "notebooks", "templates", "tests")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with a third one laid out in it."""
    copy = tmp_path_factory.mktemp("new")
    for name in KEPT:
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, copy / name)
    done = autograder(copy, "new", "project", "project3")
    assert done.returncode == 0, done.stderr
    assert "It is whole as it is: make PROJECT=project3." in done.stdout
    return copy


def autograder(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "autograder", *arguments]
    return subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=900, check=False)


def files(tree: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in tree.rglob("*") if path.is_file() and "__pycache__" not in path.parts}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Project 3", "'Project 3' cannot be a project's name"),
        ("3project", "'3project' cannot be a project's name"),
        ("class", "'class' cannot be a project's name"),
        ("../out", "'../out' cannot be a project's name"),
        ("project3", "there is a project3 already"),
        ("tests", "there is a tests already"),
        ("torch", "torch is the name of an installed Python module"),
    ],
)
def test_a_name_that_cannot_be_a_projects_is_refused_and_nothing_is_written(tree: Path, name: str, said: str) -> None:
    before = files(tree)
    done = autograder(tree, "new", "project", name)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"autograder: {said}") and done.stderr.count("\n") == 1
    assert files(tree) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("adam", "--part", "first_steps"), "project1 grades adam already, in optimizers"),
        (("not a name", "--part", "first_steps"), "'not a name' cannot be a function's name"),
        (("median", "--part", "nowhere"), "no part 'nowhere'; there are first_steps"),
        (("median", "--part", "first_steps", "--points", "0"), "--points takes a number above 0"),
    ],
)
def test_a_task_that_cannot_be_is_refused_and_nothing_is_written(
    tree: Path, arguments: tuple[str, ...], said: str
) -> None:
    before = files(tree)
    done = autograder(tree, "new", "task", *arguments, "--project", "project3")
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr and done.stderr.count("\n") == 1
    assert files(tree) == before


def test_the_projects_are_listed_and_the_first_is_meant_where_none_is_named(tree: Path) -> None:
    assert autograder(tree, "projects").stdout.split() == ["project1", "project2", "project3"]


@pytest.mark.deep
def test_a_new_project_is_whole_audited_released_and_proven(tree: Path) -> None:
    done = autograder(tree, "audit", "--project", "project3")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 of 3 right versions score full marks" in done.stdout
    assert "6 known mistakes: 6 caught, 6 named" in done.stdout
    for command in ("release", "zip", "prove"):
        done = autograder(tree, command, "--project", "project3")
        assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"finished reference +10 / 10 +10 / 10", done.stdout)
    graded = autograder(tree, "grade", "--project", "project3", "notebooks/project3")
    assert graded.returncode == 0 and "0 / 10" in graded.stdout
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    small = "test_counterexample.py::test_every_graded_function_has_small_questions_or_a_reason_why_not"
    tests = ["test_assignments.py", "test_architecture.py", "test_versions.py", small]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *(f"tests/{name}" for name in tests)]
    run = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-4000:]


@pytest.mark.deep
def test_a_new_task_loads_as_it_is_and_says_what_is_still_to_write(tree: Path) -> None:
    done = autograder(tree, "new", "task", "geometric_mean", "--part", "first_steps", "--project", "project3")
    assert done.returncode == 0, done.stderr
    written = [line.removeprefix("wrote ") for line in done.stdout.splitlines() if line.startswith("wrote ")]
    assert written[:6] == [
        "solutions/project3/first_steps.py",
        "project3/checks/first_steps.py",
        "solutions/project3/checks/first_steps.py",
        "solutions/project3/known/mistakes/geometric_mean.py",
        "solutions/project3/known/variants/geometric_mean.py",
        "solutions/project3/assignment.toml",
    ]
    assert "project3 is now worth 11 points" in done.stdout
    assert "geometric_mean has 1 right versions; at least 3 are asked for" in done.stdout
    for path in written[:5]:
        assert re.search(rf"^  {re.escape(path)}:\d+: .*TODO", done.stdout, re.MULTILINE), path
    assert autograder(tree, "notebooks", "--project", "project3").returncode == 0
    script = (
        "from autograder.assignment import load; from autograder.build import gradescope; "
        "gradescope.build(load('project3'))"
    )
    built = subprocess.run([sys.executable, "-c", script], cwd=tree, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr


@pytest.mark.deep
@pytest.mark.parametrize("of", ALL_PARTS, ids=lambda part: part.name)
def test_a_skeleton_loads_in_every_part_there_is(tree: Path, of: Part) -> None:
    name = f"skeleton_of_{of.name}"
    done = autograder(tree, "new", "task", name, "--part", of.name, "--project", of.assignment, "--points", "2")
    assert done.returncode == 0, done.stderr
    assert f"{name} has 1 known wrong versions; at least 4 are asked for" in done.stdout, done.stdout
    assert autograder(tree, "notebooks", "--project", of.assignment).returncode == 0


@pytest.mark.deep
def test_a_course_of_ones_own_starts_as_the_guide_says(tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "starting-a-course.md").read_text(encoding="utf-8")
    commands = re.search(r"^```\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL)
    assert commands
    for name in KEPT:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", "requirements.txt", "requirements-dev.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".venv").mkdir()  # what `make setup` would make anew, for minutes: this very environment
    for name in ("bin", "lib"):
        (tmp_path / ".venv" / name).symlink_to(Path(sys.prefix) / name)
    shutil.copy(Path(sys.prefix) / "pyvenv.cfg", tmp_path / ".venv" / "pyvenv.cfg")
    (tmp_path / ".venv" / ".installed").touch()
    for command in commands[1].splitlines():
        done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, command + done.stdout + done.stderr
    assert (tmp_path / "dist" / "homework1-autograder.zip").is_file()
    assert autograder(tmp_path, "projects").stdout.split() == ["homework1"]
