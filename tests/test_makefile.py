"""What `make` promises before anything is installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.assignment import ROOT

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make here")


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "ARGS"))}
    return subprocess.run(["make", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


INSTALLED = ("-o", f"{sys.prefix}/.installed", f"VENV={sys.prefix}")
"""Use what the tests run in, and never make it anew."""


def targets() -> set[str]:
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.M)
    assert phony
    return set(phony[1].split())


def test_help_lists_every_target_with_one_line_each():
    lines = make("help").stdout.splitlines()
    assert {line.split()[1] for line in lines} == targets()
    assert all(re.fullmatch(r"  make [\w-]+ +\S.{5,95}", line) for line in lines)


def test_grade_without_a_submission_says_what_to_write():
    done = make("grade", *INSTALLED)
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == "say which: make grade SUBMISSION=path [OUT=folder]"


def test_grade_of_what_is_not_there_names_the_path():
    done = make("grade", "SUBMISSION=/nowhere/at all", *INSTALLED)
    assert done.returncode == 2
    assert "/nowhere/at all" in done.stderr.splitlines()[0]


def test_a_path_may_hold_any_character(tmp_path):
    folder = tmp_path / 'Ada\'s $work (1) "new"'
    folder.mkdir()
    (folder / "knn.py").write_text("def knn_get_best_k(k_to_accuracies):\n    return 1\n")
    done = make("grade", f"SUBMISSION={folder}", f"OUT={tmp_path}/$out", *INSTALLED)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "$out" / "results.json").is_file()


def test_a_class_is_graded_and_compared_by_make(tmp_path):
    folder = tmp_path / "my $class (1)"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / f"{name}.py").write_text("def knn_get_best_k(k_to_accuracies):\n    return 1\n")
    (tmp_path / "roster.csv").write_text("name\na\nc\n")
    done = make(
        *("grade-all", f"SUBMISSIONS={folder}", f"OUT={tmp_path}/out", "JOBS=1"),
        *(f"ROSTER={tmp_path}/roster.csv", *INSTALLED),
    )
    assert done.returncode == 0, done.stderr
    assert {"a", "b", "grades.csv", "class.html"} <= {path.name for path in (tmp_path / "out").iterdir()}
    assert '"c"' in (tmp_path / "out" / "grades.csv").read_text()
    done = make("similar", f"SUBMISSIONS={folder}", f"OUT={tmp_path}/alike", *INSTALLED)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "alike" / "similar.html").is_file()
    for target in ("grade-all", "similar"):
        assert make(target, *INSTALLED).stderr.startswith("say which")


def test_without_a_python_the_first_line_says_what_to_install(tmp_path):
    done = make("setup", f"VENV={tmp_path}/venv", "PYTHON=no-such-python")
    assert done.returncode == 2
    assert done.stderr.splitlines()[0].startswith("no no-such-python here; install Python 3.11 or newer")


def test_an_old_python_is_named_with_its_version(tmp_path):
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\n[ $1 = --version ] && echo Python 3.9.2 && exit 0\nexit 1\n")
    old.chmod(0o755)
    done = make("setup", f"VENV={tmp_path}/venv", f"PYTHON={old}")
    assert done.returncode == 2
    assert done.stderr.splitlines()[0].startswith("Python 3.9.2 is too old; this needs 3.11 or newer")


def test_what_is_installed_is_installed_again_only_when_the_requirements_change(tmp_path):
    stamp = tmp_path / "venv" / ".installed"
    stamp.parent.mkdir()
    stamp.touch()
    newest = max(path.stat().st_mtime for path in Path(ROOT).glob("requirements*.txt"))
    os.utime(stamp, (newest + 1, newest + 1))
    assert make("-q", str(stamp), f"VENV={stamp.parent}").returncode == 0
    os.utime(stamp, (newest - 1, newest - 1))
    assert make("-q", str(stamp), f"VENV={stamp.parent}").returncode == 1
