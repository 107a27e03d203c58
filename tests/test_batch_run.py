"""A process that is lost takes nobody with it but, at most, the submission that took it down."""

from __future__ import annotations

import json
import multiprocessing
import os
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from autograder.batch import run, store
from autograder.batch.crew import Local
from autograder.batch.inbox import Handed
from autograder.batch.parcel import Parcel
from autograder.batch.process import Done, Job
from autograder.batch.run import Tally, Task
from autograder.batch.store import Header, Store
from autograder.errors import UsageError
from autograder.report import gradescope, html
from autograder.results import Outcome, Report, Status

FORKSERVER = multiprocessing.get_context("forkserver")


def graded(name: str, killer: str, marks: Path) -> Done:
    """Stands for grading: what kills its process does so each time, or only once and is right afterwards."""
    if name == killer or (name.startswith("once") and not (marks / name).exists()):
        (marks / name).touch()
        os._exit(1)
    return done(name, Status.PASSED)


def done(name: str, status: Status) -> Done:
    points = 1.0 if status is Status.PASSED else 0.0
    report = Report(name, outcomes=(Outcome("1.1", "one", "part", "f", points, 1.0, status),))
    return Done(report, gradescope.dumps(report), html.page(report))


class Pool:
    """A crew of real processes that do as `graded` says."""

    def __init__(self, killer: str, marks: Path, jobs: int) -> None:
        self.killer, self.marks, self.room = killer, marks, jobs
        self.renewed = 0
        self.pool = ProcessPoolExecutor(jobs, mp_context=FORKSERVER)

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.pool.shutdown()

    def grade(self, handed: Handed) -> Future[Done]:
        return self.pool.submit(graded, handed.id, self.killer, self.marks)

    def could_not(self, handed: Handed, why: str) -> Future[Done]:
        assert "ended twice" in why
        return self.pool.submit(done, handed.id, Status.UNGRADED)

    def renew(self) -> None:
        self.renewed += 1
        self.pool.shutdown()
        self.pool = ProcessPoolExecutor(self.room, mp_context=FORKSERVER)


class Idle(Pool):
    """A crew of which a process ends once while there is nothing given out."""

    def grade(self, handed: Handed) -> Future[Done]:
        if handed.id == "c" and not self.renewed:
            raise BrokenProcessPool("a process ended")
        return super().grade(handed)


class Silent:
    """A display that shows nothing."""

    def __enter__(self) -> Silent:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def update(self, done: int, running: int, failed: int) -> None:
        assert done >= failed and running >= 0


def grade(
    tmp_path: Path, names: list[str], killer: str, crew_type: type[Pool] = Pool
) -> tuple[dict[str, bool], Tally, Pool]:
    (tmp_path / "marks").mkdir()
    tasks = [Task(Handed(name, Parcel(name, tmp_path, (name,)), ()), "digest") for name in names]
    tally = Tally(len(tasks))
    with Store(tmp_path / "out", "project1") as store, crew_type(killer, tmp_path / "marks", 3) as crew:
        run.run(tasks, crew, store, "grader", Silent(), tally)
        headers = {name: store.header(name) for name in names}
    assert all(header is not None for header in headers.values())
    return {name: header.whole for name, header in headers.items() if header}, tally, crew


def test_what_takes_its_process_down_is_marked_and_its_neighbours_are_graded(tmp_path: Path) -> None:
    names = [f"s{i}" for i in range(12)]
    whole, tally, _ = grade(tmp_path, names, "s5")
    assert whole == {name: name != "s5" for name in names}
    assert (tally.done, tally.failed) == (12, 1)


def test_a_process_that_was_killed_once_costs_nobody_anything(tmp_path: Path) -> None:
    names = ["a", "b", "once-1", "c", "once-2", "d"]
    whole, tally, crew = grade(tmp_path, names, "")
    assert all(whole.values()) and tally.failed == 0 and crew.renewed >= 1


def test_a_process_that_ends_before_it_is_given_anything_costs_nobody_anything(tmp_path: Path) -> None:
    whole, tally, crew = grade(tmp_path, ["a", "b", "c", "d"], "", Idle)
    assert all(whole.values()) and (tally.done, tally.failed) == (4, 0) and crew.renewed == 1


def test_what_fails_when_a_process_is_set_up_is_told_in_its_own_words(tmp_path: Path) -> None:
    with Local(Job("physics", "grader"), 1) as crew, pytest.raises(UsageError, match="there is no project 'physics'"):
        crew.grade(Handed("a", Parcel("a", tmp_path, ("a",)), ())).result(timeout=120)


def test_force_grades_everything_again(tmp_path: Path) -> None:
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "a.py").write_text("x = 1\n")
    handed = Handed("a", Parcel("a.py", tmp_path / "class", ("a.py",)), ())
    with Store(tmp_path / "out", "project1") as results:
        (task,) = run.plan([handed], results, "grader", force=False).tasks
        made = done("a", Status.PASSED)
        results.put("a", Header(task.digest, "grader", True, 1.0, 0.0, 0.1), made.report, made.results, made.page)
        assert run.plan([handed], results, "grader", force=False).kept == 1
        again = run.plan([handed], results, "grader", force=True)
    assert (again.kept, len(again.tasks), dict(again.why)) == (0, 1, {run.FORCED: 1})


def test_what_an_earlier_grader_wrote_is_read_and_graded_again(tmp_path: Path) -> None:
    """A check had neither an example, nor a picture, nor a fault, and results.json one test a check."""
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "a.py").write_text("x = 1\n")
    handed = Handed("a", Parcel("a.py", tmp_path / "class", ("a.py",)), ())
    with Store(tmp_path / "out", "project1") as results:
        (task,) = run.plan([handed], results, "new", force=False).tasks
        made = done("a", Status.PASSED)
        results.put("a", Header(task.digest, "old", True, 1.0, 0.0, 0.1), made.report, made.results, made.page)
        written = tmp_path / "out" / "a" / "report.json"
        told = json.loads(written.read_text())
        for outcome in told["outcomes"]:
            for later in ("example", "picture", "fault"):
                del outcome[later]
        written.write_text(json.dumps(told))
        assert store.report(tmp_path / "out", "a") == made.report
        assert [again.handed.id for again in run.plan([handed], results, "new", force=False).tasks] == ["a"]
