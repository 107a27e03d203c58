"""A class of a hundred: what each costs, what a second core brings, and what a fresh process each would cost."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import torch

from autograder import heap
from autograder.assignment import ROOT, packages
from autograder.bench.figure import Figure
from autograder.bench.measure import peak_of, wall
from autograder.bench.subject import Subject, in_process
from autograder.grading import Settings, grade_submission
from autograder.report import gradescope, html
from autograder.results import Report
from autograder.submission.load import load
from autograder.worker import kernel
from autograder.worker.warm import Warm

COUNT = 100
FRESH = 5  # fresh processes measured; each costs the same
_PR_SET_CHILD_SUBREAPER = 36

PLAIN = """
import sys
from pathlib import Path
import torch
from autograder.assignment import load as assignment
from autograder.bench.subject import in_process
from autograder.grading import Settings, grade_submission
from autograder.report import gradescope
from autograder.submission.load import load
from autograder.worker.warm import Warm

project, path, out = sys.argv[1:]
torch.set_num_threads(1)
settings = Settings.of(assignment(project))
warm = Warm(unsafe=True)
report = grade_submission(load(Path(path), settings.assignment.parts), warm, settings, student_type=in_process)
gradescope.write(report, out)
"""
"""What a course without a sandbox runs for each submission: the same checks on functions in its own process."""


@dataclass(frozen=True)
class Cost:
    """What grading a class cost: wall and CPU seconds, and the highest proportional set size in bytes, if sampled."""

    wall: float
    cpu: float
    peak: int


def figures(subject: Subject) -> Iterator[Figure]:
    """CPU, wall and throughput of a hundred right submissions."""
    with tempfile.TemporaryDirectory() as folder:
        submissions = copies(subject, Path(folder), COUNT)
        two, one = (cost(subject, submissions, jobs) for jobs in (2, 1))
        inside = _in_process(subject, submissions)
        fresh = median(_fresh(subject, Path(folder)) for _ in range(FRESH))
    each = two.cpu / COUNT
    yield Figure(
        *(f"{COUNT} submissions, each / the same calls in one warm process (CPU)", each / inside, 1.3),
        detail=f"{each:.2f} s over {inside:.2f} s",
    )
    yield Figure(
        *(f"{COUNT} submissions, two jobs / one job (wall)", two.wall / one.wall, 0.65),
        detail=f"{two.wall:.1f} s over {one.wall:.1f} s",
    )
    yield Figure(
        *(f"a submission of {COUNT} / a fresh process without a sandbox (wall)", two.wall / COUNT / fresh, 1 / 8),
        detail=f"{two.wall / COUNT:.2f} s over {fresh:.2f} s: {fresh / (two.wall / COUNT):.1f} times the throughput",
    )


def copies(subject: Subject, folder: Path, count: int) -> Path:
    """So many right submissions, a folder each."""
    top = folder / f"class-{count}"
    for index in range(count):
        shutil.copytree(subject.path, top / f"s{index:04d}", copy_function=os.link)
    return top


def cost(subject: Subject, submissions: Path, jobs: int, sampled: bool = False) -> Cost:
    """Grade a class with the command that people use.

    Args:
        subject: whose assignment it is.
        submissions: the class.
        jobs: how many processes grade.
        sampled: watch the memory meanwhile, which takes some 0.3 of a core from those who grade.
    """
    kernel.prctl(_PR_SET_CHILD_SUBREAPER, 1)  # what outlives its parent is counted here, too
    command = [sys.executable, "-m", "autograder", "grade-all", str(submissions), "--project", subject.assignment.name]
    with tempfile.TemporaryDirectory() as out:
        before = _children()
        began = time.monotonic()
        with subprocess.Popen(
            [*command, "--out", out, "--jobs", str(jobs)], cwd=ROOT, stdout=subprocess.DEVNULL
        ) as run:
            peak = peak_of(run, 0.2) if sampled else 0
        seconds = time.monotonic() - began
        assert run.returncode == 0
    _reap()
    return Cost(seconds, _children() - before, peak)


def _in_process(subject: Subject, submissions: Path) -> float:
    """CPU of reading, grading without isolation and reporting one, in a process that is warm.

    The garbage collector is set as a class sets it, and what it takes is counted on both sides.
    """
    torch.set_num_threads(1)
    settings = Settings.of(subject.assignment)
    first, *others = sorted(submissions.iterdir())[: 2 * subject.runs + 1]
    with Warm(packages=packages(subject.assignment.name)) as warm:

        def grade(path: Path) -> Report:
            submission = load(path, settings.assignment.parts)
            report = grade_submission(submission, warm, settings, student_type=in_process)
            gradescope.dumps(report)
            html.page(report, staff=True)
            return report

        grade(first)
        heap.settle()
        before = time.process_time()
        for path in others:
            assert not grade(path).ungraded
        return (time.process_time() - before) / len(others)


def _fresh(subject: Subject, folder: Path) -> float:
    return wall([sys.executable, "-c", PLAIN, subject.assignment.name, str(subject.path), str(folder / "results.json")])


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _reap() -> None:
    """Wait for whatever was left to this process."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(0.05)
        except ChildProcessError:
            return
