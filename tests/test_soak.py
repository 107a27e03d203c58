"""A class that does harm is graded, all of it, and nothing is wrong or left behind."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.submissions import ROOT


@pytest.mark.deep
def test_a_class_of_which_four_of_ten_do_harm_is_graded() -> None:
    command = [sys.executable, "tests/soak.py", "--count", "20", "--jobs", "2"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
