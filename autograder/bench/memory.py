"""How much memory grading takes."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

from autograder.assignment import ROOT
from autograder.bench.figure import Figure
from autograder.bench.measure import peak_of
from autograder.bench.subject import Subject


def figures(subject: Subject) -> Iterator[Figure]:
    """Highest proportional set size of the grader and everything it started, while it grades."""
    with subprocess.Popen(subject.command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        peak = peak_of(process)
    yield Figure("whole-tree peak memory while grading (PSS)", peak / 2**20, 700.0, " MB", "sampled every 20 ms")
