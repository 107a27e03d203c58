"""Grades what is not graded yet: decides what that is, keeps a crew busy, and stores what comes back."""

from __future__ import annotations

import collections
import contextlib
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait
from dataclasses import dataclass, field

from autograder.batch import parcel
from autograder.batch.crew import Crew
from autograder.batch.inbox import Handed
from autograder.batch.parcel import Gone
from autograder.batch.process import Done, OtherGrader
from autograder.batch.progress import Display
from autograder.batch.store import Header, Store
from autograder.errors import UsageError

NEW = "handed in and not graded before"
CHANGED = "handed in anew"
OTHER_GRADER = "graded by another version of the grader"
NOT_WHOLE = "with checks that could not be graded last time"
FORCED = "graded again because of --force"


@dataclass(frozen=True)
class Task:
    """One submission to grade, with the hash of what was handed in."""

    handed: Handed
    digest: str


@dataclass(frozen=True)
class Plan:
    """What is to be done.

    Attributes:
        tasks: to grade, in the order of their ids.
        kept: how many were graded before and stand.
        why: how many are graded for each reason.
        gone: one line for each submission that cannot be read.
    """

    tasks: tuple[Task, ...]
    kept: int
    why: collections.Counter[str]
    gone: tuple[str, ...]


@dataclass
class Tally:
    """How far a run has come."""

    total: int = 0
    done: int = 0
    failed: int = 0
    gone: list[str] = field(default_factory=list)


def plan(submissions: Sequence[Handed], store: Store, grader: str, force: bool) -> Plan:
    """Find out what stands in the store and is still right."""
    tasks, gone, kept = [], [], 0
    why: collections.Counter[str] = collections.Counter()
    for handed in submissions:
        try:
            digest = parcel.digest(handed.parcel)
        except (Gone, OSError) as error:
            gone.append(f"{handed.id}: {error}")
            continue
        reason = _reason(store.header(handed.id), digest, grader, force)
        if reason:
            why[reason] += 1
            tasks.append(Task(handed, digest))
        else:
            kept += 1
    return Plan(tuple(tasks), kept, why, tuple(gone))


def _reason(header: Header | None, digest: str, grader: str, force: bool) -> str:
    """Why a submission is to be graded; "" if what stands is right."""
    if header is None:
        return NEW
    if force:
        return FORCED
    if header.submission != digest:
        return CHANGED
    if header.grader != grader:
        return OTHER_GRADER
    return "" if header.whole else NOT_WHOLE


def run(tasks: Sequence[Task], crew: Crew, store: Store, grader: str, display: Display, tally: Tally) -> None:
    """Grade them all and store each as soon as it is done.

    Where a process is lost, what it and its neighbours were grading is graded again, each alone; one that takes its
    process down alone twice is stored as not gradable, for staff to look at.

    Raises:
        UsageError: it cannot go on: student code is not confined, the store cannot be written to, the submissions or
            the cluster are gone. What was stored stands.
    """
    work = _Work(crew, store, grader, tally, collections.deque(tasks))
    while work.left:
        work.give_out()
        display.update(tally.done, len(work.running), tally.failed)
        work.take_in()
    display.update(tally.done, 0, tally.failed)


@dataclass
class _Work:
    """What is still to be done, and who does it.

    Attributes:
        waiting: not given out yet.
        running: given out.
        suspects: given out when a process was lost; each is given out again alone.
        alone: how often each has lost its process alone.
    """

    crew: Crew
    store: Store
    grader: str
    tally: Tally
    waiting: collections.deque[Task]
    running: dict[Future[Done], Task] = field(default_factory=dict)
    suspects: collections.deque[Task] = field(default_factory=collections.deque)
    alone: collections.Counter[str] = field(default_factory=collections.Counter)

    @property
    def left(self) -> bool:
        """Whether anything is."""
        return bool(self.waiting or self.suspects or self.running)

    def give_out(self) -> None:
        """Keep the crew busy; with one at a time while it is not known which lost a process."""
        source, room = (self.suspects, 1) if self.suspects else (self.waiting, self.crew.room)
        while source and len(self.running) < room:
            task = source.popleft()
            try:
                with _gone(task, self.tally):
                    self.running[self.crew.grade(task.handed)] = task
            except BrokenExecutor:  # a process ended since the last look
                source.appendleft(task)
                self._start_again([])
                return

    def take_in(self) -> None:
        """Store what is done, and start again where a process was lost."""
        finished, _ = wait(self.running, timeout=0.5, return_when=FIRST_COMPLETED)
        lost: list[Task] = []
        for future in finished:
            task = self.running.pop(future)
            try:
                with _gone(task, self.tally):
                    self._store(task, _result(future, task))
            except BrokenExecutor:
                lost.append(task)
            except _Killer as error:
                self._give_up(task, str(error))
        if lost:
            self._start_again(lost)

    def _start_again(self, lost: list[Task]) -> None:
        lost = [*lost, *self.running.values()]
        self.running.clear()
        self.crew.renew()
        self.suspects.extend(sorted(lost, key=lambda task: task.handed.id))
        if len(lost) == 1:
            (task,) = lost
            self.alone[task.handed.id] += 1
            if self.alone[task.handed.id] > 1:
                self.suspects.remove(task)
                self._give_up(task, "the process that graded it ended twice, with nothing else to blame")

    def _give_up(self, task: Task, why: str) -> None:
        self._store(task, self.crew.could_not(task.handed, why).result())

    def _store(self, task: Task, done: Done) -> None:
        report = done.report
        whole = report.complete and not report.ungraded
        header = Header(task.digest, self.grader, whole, report.score, report.extra, report.seconds)
        self.store.put(task.handed.id, header, report, done.results, done.page)
        self.tally.done += 1
        self.tally.failed += not whole


class _Killer(Exception):
    """A submission took down several workers of a cluster; `str()` says so."""


def _result(future: Future[Done], task: Task) -> Done:
    """What a submission came to.

    Raises:
        BrokenExecutor: a process was lost, not necessarily its own.
        Gone: it is not there any more.
        UsageError: the run cannot go on.
    """
    try:
        return future.result()
    except (UsageError, Gone, BrokenExecutor):
        raise
    except CancelledError:
        raise UsageError(
            "the connection to the scheduler was lost; what was graded stands: give the same command again."
        ) from None
    except OtherGrader as error:
        raise UsageError(str(error)) from None
    except ModuleNotFoundError as error:
        raise UsageError(
            f"a worker of the cluster has no {error.name}; start the workers in a folder that holds the grader."
        ) from None
    except Exception as error:
        if type(error).__name__ == "KilledWorker":  # of Dask, which need not be installed
            raise _Killer(str(error)) from error
        raise UsageError(f"grading {task.handed.id} failed: {''.join(traceback.format_exception(error))}") from error


@contextlib.contextmanager
def _gone(task: Task, tally: Tally) -> Iterator[None]:
    """Note a submission that is not there any more; stop where they all are."""
    try:
        yield
    except (Gone, FileNotFoundError) as error:
        root = task.handed.parcel.root
        if not root.exists():
            raise UsageError(
                f"{root} is not there any more; what was graded stands: when it is back, give the same command again."
            ) from None
        tally.gone.append(f"{task.handed.id}: {error}")
