"""Where the time of one grading goes: the wall time of each stage of the grader's, by stopwatches at their doors."""

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
from autograder.bench.measure import server_cpu
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

STAGES: tuple[tuple[str, Any, str], ...] = (
    ("read: open the file within bounds", grading, "load"),
    ("slice: find what is graded, judge it by the rules", grading, "_contexts"),
    ("fork: a confined worker, and its end", Turns, "take"),
    ("fork: a confined worker, and its end", Turns, "end"),
    ("load: hand the slice to the worker", Student, "_load"),
    ("wire: encode questions, decode answers", wire, "encode"),
    ("wire: encode questions, decode answers", wire, "decode"),
    ("calls: wait for the worker", Process, "exchange"),
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
    """Wall seconds of each stage; those of an inner stage are not the outer one's."""

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
            started = time.perf_counter()
            try:
                return door(*args, **kwargs)
            finally:
                taken = time.perf_counter() - started
                self.seconds[stage] += taken - self._inner.pop()
                if self._inner:
                    self._inner[-1] += taken

        return through


def figures(subject: Subject) -> Iterator[Figure]:
    """The share of each stage in one warm grading of the reference, report included; nothing is promised of any."""
    torch.set_num_threads(1)
    runs = []
    with Warm(packages=packages(subject.assignment.name)) as warm, TemporaryDirectory() as folder:
        probe.require(warm)
        for _ in range(subject.runs + 1):
            runs.append(_once(subject, warm, Path(folder)))
    whole = median(sum(seconds.values()) for seconds, _ in runs[1:])
    for stage in runs[0][0]:
        taken = median(seconds[stage] for seconds, _ in runs[1:])
        yield Figure(stage, 100 * taken / whole, unit=" %", detail=f"{1000 * taken:.0f} ms of {1000 * whole:.0f} ms")
    worker = median(cpu for _, cpu in runs[1:])
    yield Figure(
        *("CPU of the worker and its fork / wall time of the whole", worker / whole),
        detail=f"{1000 * worker:.0f} ms, counted in hundredths of a second",
    )


def _once(subject: Subject, warm: Warm, folder: Path) -> tuple[dict[str, float], float]:
    """Seconds by stage of one grading, and the CPU seconds of the fork server and its worker."""
    watches, before = Stopwatches(), server_cpu(warm.pid)
    with ExitStack() as stack:
        for stage in STAGES:
            stack.enter_context(watches.at(*stage))
        report = grading.grade(subject.path, warm, grading.Settings.of(subject.assignment))
        gradescope.write(report, folder / "results.json")
        (folder / "report.html").write_text(html.page(report, staff=True), encoding="utf-8")
    return watches.seconds, server_cpu(warm.pid) - before
