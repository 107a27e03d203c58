"""The worked example of docs/writing-checks.md, followed step by step on a copy of the project."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.deep
ROOT = Path(__file__).resolve().parents[1]
GUIDE = ROOT / "docs" / "writing-checks.md"
STEP = re.compile(
    r"^(?:In `(?P<file>[^`]+)`, (?P<where>above|below) the line `(?P<line>[^`]+)`"
    r"|At the end of `(?P<end>[^`]+)`):\n\n```python\n(?P<code>.*?)```$",
    re.MULTILINE | re.DOTALL,
)
COMMAND = re.compile(r"^```\n\.venv/bin/python -m (?P<command>.+)\n```$", re.MULTILINE)


def follow(step: re.Match[str], project: Path) -> None:
    """Do what one step of the guide says."""
    path = project / (step["file"] or step["end"])
    text = path.read_text(encoding="utf-8")
    if step["end"]:
        path.write_text(text + step["code"], encoding="utf-8")
        return
    lines = text.splitlines(keepends=True)
    (at,) = [i for i, line in enumerate(lines) if line.rstrip("\n") == step["line"]]
    lines.insert(at if step["where"] == "above" else at + 1, step["code"])
    path.write_text("".join(lines), encoding="utf-8")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which every step of the guide has been followed."""
    copy = tmp_path_factory.mktemp("guide")
    for name in ("autograder", "project1", "solutions", "notebooks", "requirements.txt"):
        if (ROOT / name).is_file():
            shutil.copy(ROOT / name, copy / name)
        else:
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    steps = list(STEP.finditer(GUIDE.read_text(encoding="utf-8")))
    assert len(steps) == GUIDE.read_text(encoding="utf-8").count("```python") >= 6
    for step in steps:
        follow(step, copy)
    return copy


def python(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=project, capture_output=True, text=True, timeout=900, check=False
    )


def test_the_command_at_its_end_finds_everything_as_it_must_be(project: Path) -> None:
    (command,) = COMMAND.finditer(GUIDE.read_text(encoding="utf-8"))
    done = python(project, "-m", *command["command"].split())
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 of 2 right versions score full marks" in done.stdout
    assert "4 of 4 known mistakes are caught where they should be; 4 get their own hint" in done.stdout
    assert "0 unexplained survivors" in done.stdout
    assert "cubic_decay" in (project / "dist" / "audit.html").read_text(encoding="utf-8")


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
    for build in ("notebooks", "release", "gradescope", "prove"):
        done = python(project, "-m", f"autograder.build.{build}")
        assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"finished reference .* 100 / 100 +6 / 6", done.stdout)
    script = "from project1 import submit; assert 'cubic_decay' in submit.FUNCTIONS['optimizers'] + submit.EXTRA_CREDIT"
    assert python(project, "-c", script).returncode == 0


def test_a_function_that_there_is_not_cannot_be_audited(project: Path) -> None:
    done = python(project, "-m", "autograder", "audit", "--function", "quartic_decay")
    assert done.returncode == 2
    assert done.stderr == "autograder: there is no graded function 'quartic_decay' here.\n"
