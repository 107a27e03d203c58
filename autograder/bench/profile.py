"""Where the time of one grading goes: CPU of each stage of the grader's, by stopwatches at their doors.

CPU and not wall time, for a busy machine makes anything wait; while the worker works the grader does nothing.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import torch

from autograder import grading, green
from autograder.assignment import packages
from autograder.bench.figure import Figure
from autograder.bench.measure import cpu_of, server_cpu
from autograder.bench.subject import Subject
from autograder.checks import runner
from autograder.checks.case import CheckCase
from autograder.report import gradescope, html
from autograder.worker import probe, wire
from autograder.worker.conversation import Conversation
from autograder.worker.process import Process
from autograder.worker.student import Student
from autograder.worker.turns import Turns
from autograder.worker.warm import Warm

START = "start: the interpreter, torch and all else imported, twice"
CALLS = "calls: fork server and worker, the student's code in it"
STAGES: tuple[tuple[str, Any, str], ...] = (
    ("read: open the file within bounds", grading, "load"),
    ("slice: find what is graded, judge it by the rules", grading, "_contexts"),
    ("fork: have a worker, hand it the slice, see it end", Turns, "take"),
    ("fork: have a worker, hand it the slice, see it end", Turns, "end"),
    ("fork: have a worker, hand it the slice, see it end", Student, "_load"),
    ("wire: encode questions, decode answers", wire, "encode"),
    ("wire: encode questions, decode answers", wire, "decode"),
    ("pipes: send, wait, receive", Process, "exchange"),
    ("reference: the same questions to our own functions", CheckCase, "expected"),
    ("reference: the same questions to our own functions", Conversation, "_answer"),
    ("compare: ask, compare, say what differs", runner, "run"),
    ("compare: ask, compare, say what differs", grading, "run"),
    ("compare: ask, compare, say what differs", green, "notes"),
    ("report: Gradescope's JSON and the page", gradescope, "write"),
    ("report: Gradescope's JSON and the page", html, "page"),
)
"""Each stage with a function that is its door; time inside an inner door is the inner stage's."""


class Stopwatches:
    """CPU seconds of each stage in this thread; those of an inner stage are not the outer one's."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {stage: 0.0 for stage, *_ in STAGES}
        self._inner: list[float] = []

    @contextmanager
    def at(self, stage: str, owner: Any, name: str) -> Iterator[None]:
        """Watch one door within the block."""
        door = getattr(owner, name)
        setattr(owner, name, self._watched(stage, door))
        try:
            yield
        finally:
            setattr(owner, name, door)

    def _watched(self, stage: str, door: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(door)
        def through(*args: Any, **kwargs: Any) -> Any:
            self._inner.append(0.0)
            started = time.thread_time()
            try:
                return door(*args, **kwargs)
            finally:
                taken = time.thread_time() - started
                self.seconds[stage] += taken - self._inner.pop()
                if self._inner:
                    self._inner[-1] += taken

        return through


def figures(subject: Subject) -> Iterator[Figure]:
    """The share of each stage in the CPU of grading the reference once, report included; nothing is promised of any."""
    torch.set_num_threads(1)
    runs, cold = [], []
    with Warm(packages=packages(subject.assignment.name)) as warm, TemporaryDirectory() as folder:
        probe.require(warm)
        for _ in range(subject.runs + 1):
            runs.append(_once(subject, warm, Path(folder)))
            cold.append(cpu_of(subject.command))
    stages = {stage: median(seconds[stage] for seconds in runs[1:]) for stage in runs[0]}
    warm_again = sum(stages.values())
    stages = {START: median(cold[1:]) - warm_again, **stages}
    whole = sum(stages.values())
    for stage, taken in stages.items():
        of_warm = "" if stage == START else f", {100 * taken / warm_again:.0f} % of grading it again in a warm process"
        yield Figure(stage, 100 * taken / whole, unit=" %", detail=f"{1000 * taken:.0f} ms{of_warm}")


def _once(subject: Subject, warm: Warm, folder: Path) -> dict[str, float]:
    """CPU seconds by stage of one grading in a warm process; the worker's are counted in hundredths."""
    watches, before = Stopwatches(), server_cpu(warm.pid)
    with ExitStack() as stack:
        for stage in STAGES:
            stack.enter_context(watches.at(*stage))
        report = grading.grade(subject.path, warm, grading.Settings.of(subject.assignment))
        gradescope.write(report, folder / "results.json")
        (folder / "report.html").write_text(html.page(report, staff=True), encoding="utf-8")
    return {**watches.seconds, CALLS: server_cpu(warm.pid) - before}
