"""The worked example of docs/writing-an-assignment.md, followed step by step on a copy of the project."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.deep
ROOT = Path(__file__).resolve().parents[1]
GUIDE = ROOT / "docs" / "writing-an-assignment.md"
STEP = re.compile(
    r"^(?:In `(?P<file>[^`]+)`, in place of all from the line `(?P<first>[^`]+)` to "
    r"(?:the line `(?P<last>[^`]+)`|its end)"
    r"|Write `(?P<whole>[^`]+)`):\n\n```python\n(?P<code>.*?)```$",
    re.MULTILINE | re.DOTALL,
)
COMMAND = re.compile(r"^```\n\.venv/bin/python -m (?P<command>.+)\n```$", re.MULTILINE)


def follow(step: re.Match[str], project: Path) -> None:
    """Do what one step of the guide says."""
    path = project / (step["file"] or step["whole"])
    assert path.is_file(), f"{path} is not among the files that `new task` wrote"
    if step["whole"]:
        path.write_text(step["code"], encoding="utf-8")
        return
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    (first,) = [i for i, line in enumerate(lines) if line.rstrip("\n") == step["first"]]
    last = len(lines)
    if step["last"]:
        (last,) = [i + 1 for i, line in enumerate(lines) if line.rstrip("\n") == step["last"]]
    path.write_text("".join([*lines[:first], step["code"], *lines[last:]]), encoding="utf-8")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which every step of the guide has been followed."""
    copy = tmp_path_factory.mktemp("guide")
    for name in ("autograder", "coursekit", "project1", "project2", "solutions", "notebooks", "templates"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "requirements.txt", copy / "requirements.txt")
    text = GUIDE.read_text(encoding="utf-8")
    begin, _ = COMMAND.findall(text)
    done = python(copy, "-m", *begin.split())
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(re.findall(r"^wrote (?!.*(dist|pairs\.json))", done.stdout, re.MULTILINE)) == 5
    steps = list(STEP.finditer(text))
    assert len(steps) == text.count("```python") == 5
    for step in steps:
        follow(step, copy)
        assert "TODO" not in step["code"]
    return copy


def python(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=project, capture_output=True, text=True, timeout=900, check=False
    )


def test_the_command_at_its_end_finds_everything_as_it_must_be(project: Path) -> None:
    _, command = COMMAND.findall(GUIDE.read_text(encoding="utf-8"))
    done = python(project, "-m", *command.split())
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 of 3 right versions score full marks" in done.stdout
    assert "4 known mistakes: 4 caught, 4 named" in done.stdout
    assert "0 unexplained survivors" in done.stdout
    assert "cubic_decay" in (project / "dist" / "project1-audit.html").read_text(encoding="utf-8")


def test_nothing_is_left_to_write(project: Path) -> None:
    left = [path for path in (project / "solutions" / "project1").rglob("*.py") if "TODO" in path.read_text()]
    assert left == [] and "TODO" not in (project / "project1" / "checks" / "optimizers.py").read_text()


def test_the_public_check_of_the_example_passes_its_reference_and_fails_others(project: Path) -> None:
    script = """
from project1 import checks
right = lambda step, num_steps: (1 - step / num_steps) ** 3
assert all(result.passed for result in checks.run("cubic_decay", {"cubic_decay": right}))
assert not any(result.passed for result in checks.run("cubic_decay", {"cubic_decay": lambda *_: 1.0}))
"""
    done = python(project, "-c", script)
    assert done.returncode == 0, done.stderr


def test_the_example_builds_and_what_ships_is_as_it_must_be(project: Path) -> None:
    for build in ("notebooks", "release", "zip", "prove"):
        done = python(project, "-m", "autograder", build)
        assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"finished reference .* 100 / 100 +9 / 9", done.stdout)
    script = "from project1 import submit; assert 'cubic_decay' in submit.HAND_IN.parts[2].extra"
    assert python(project, "-c", script).returncode == 0
    assert "| 3.12 | Cubic decay | `cubic_decay` | 1, extra credit |" in (
        project / "notebooks" / "project1" / "optimizers.ipynb"
    ).read_text(encoding="utf-8")


def test_a_function_that_there_is_not_cannot_be_audited(project: Path) -> None:
    done = python(project, "-m", "autograder", "audit", "--function", "quartic_decay")
    assert done.returncode == 2
    assert done.stderr == "autograder: there is no graded function 'quartic_decay' here.\n"
