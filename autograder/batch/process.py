"""What a grading process does: set up once, then grade one submission after another.

Torch and the checks are imported only in the functions, for the process that gives out the work needs neither.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder import heap
from autograder.batch import parcel, version
from autograder.batch.parcel import Parcel
from autograder.errors import UsageError
from autograder.worker.branch import Branch

if TYPE_CHECKING:
    from autograder.results import Report

GRACE_SECONDS = 120.0
"""Beyond the run's budget and the time for reading: a process that takes longer is stuck, and ends itself."""


@dataclass(frozen=True)
class Job:
    """How to grade.

    Attributes:
        project: the assignment.
        grader: the hash of the grader that gave out the job; another one refuses it.
        unsafe: grade even where student code is not confined.
    """

    project: str
    grader: str
    unsafe: bool = False


@dataclass(frozen=True)
class Done:
    """One graded submission: its report, and the two files made of it."""

    report: Report
    results: str
    page: str


class OtherGrader(Exception):
    """This machine has another version of the grader than the one that gave out the work."""


class _Grader:
    """This process' fork server and settings."""

    def __init__(self, job: Job, branch: Branch | None) -> None:
        from autograder.assignment import packages
        from autograder.worker.warm import Warm

        self.job = job
        self.warm = Warm(unsafe=job.unsafe, packages=packages(job.project), branch=branch)
        self.warm.__enter__()
        self._first = True
        with heap.importing():
            import torch

            from autograder.assignment import load
            from autograder.grading import Settings
            from autograder.report import gradescope, html

            torch.set_num_threads(1)
            self.settings = Settings.of(load(job.project))
            self._gradescope, self._html = gradescope, html

    def grade(self, path: Path) -> Done:
        from autograder.grading import grade, not_graded
        from autograder.submission.load import NothingThere

        try:
            report = grade(path, self.warm, self.settings)
        except UsageError:
            raise
        except NothingThere as error:
            raise parcel.Gone(str(error)) from error
        except Exception:  # noqa: BLE001 - one submission that the grader stumbles over must not end the class
            report = not_graded(path.stem, self.settings, traceback.format_exc())
        done = self.done(report)
        if self._first:
            self._first = False
            heap.settle()
        return done

    def done(self, report: Report) -> Done:
        return Done(report, self._gradescope.dumps(report), self._html.page(report, staff=True))


_grader: _Grader | None = None
_failed: Exception | None = None
_busy = threading.Lock()
_deadline: float | None = None


# -- a process of this machine's pool


def start(job: Job, branches: Any) -> None:
    """Set a process of the pool up: a queue gives it its branch of the machine's fork server, or None.

    What fails here is told by the first that is to be graded, for a pool says of it only that it is broken.
    """
    global _grader, _failed
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that gives out the work
    threading.Thread(target=_watch, daemon=True).start()
    try:
        _grader = _Grader(job, branches.get())
    except UsageError as error:
        _failed = error
    except Exception as error:  # noqa: BLE001 - kept, and raised where somebody hears it
        _failed = UsageError(f"the grader itself could not be set up: {type(error).__name__}: {error}.")


def grade(where: Parcel) -> Done:
    """Grade a submission that lies on this machine.

    Raises:
        Gone: it is not there any more.
    """
    global _deadline
    if _failed is not None:
        raise _failed
    assert _grader is not None
    settings = _grader.settings
    _deadline = time.monotonic() + settings.budget + settings.reading + GRACE_SECONDS
    try:
        with parcel.unpacked(where) as path:
            return _grader.grade(path)
    finally:
        _deadline = None


def could_not(name: str, why: str) -> Done:
    """What stands for a submission that no process came through."""
    from autograder.grading import not_graded

    assert _grader is not None
    return _grader.done(not_graded(name, _grader.settings, why))


def _watch() -> None:
    """End this process when the one that gives out the work has ended, or when a submission holds it up for good."""
    parent = multiprocessing.parent_process()
    sentinel = [] if parent is None else [parent.sentinel]
    while True:
        if multiprocessing.connection.wait(sentinel, timeout=1.0):
            os._exit(1)
        deadline = _deadline
        if deadline is not None and time.monotonic() > deadline:
            os._exit(75)


# -- a worker of a cluster


def grade_received(job: Job, data: bytes) -> Done:
    """Grade a submission that was sent to this machine.

    Raises:
        OtherGrader: the grader here is not the one that the results are to be of.
    """
    global _grader
    with _busy:
        mine = version.grader(job.project, job.unsafe)
        if mine != job.grader:
            raise OtherGrader(
                f"the grader on {os.uname().nodename} is another version ({mine[:12]}, not {job.grader[:12]}); install "
                "the same grader and libraries there."
            )
        if _grader is None or _grader.job != job:
            if _grader is not None:
                _grader.warm.__exit__()
            _grader = _Grader(job, None)
        with parcel.received(data) as path:
            return _grader.grade(path)


def could_not_received(job: Job, name: str, why: str) -> Done:
    """`could_not`, on a cluster."""
    global _grader
    with _busy:
        if _grader is None or _grader.job != job:
            _grader = _Grader(job, None)
        return could_not(name, why)
