"""`grade-all` and `regrade`: the commands for a class."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from rich.console import Console

from autograder.assignment import outline
from autograder.batch import inbox, overrides, roster, run, store, version
from autograder.batch.cluster import Cluster
from autograder.batch.crew import Crew, Local, cores
from autograder.batch.inbox import Handed
from autograder.batch.overrides import Overrides
from autograder.batch.process import Job
from autograder.batch.progress import display
from autograder.batch.store import Store
from autograder.errors import UsageError
from autograder.people import Student
from autograder.report import classroom, grades, html, plain
from autograder.report.grades import Graded
from autograder.report.marks import Mark, applied
from autograder.results import Report

NICE = 5  # so that the machine stays usable meanwhile


@dataclass(frozen=True)
class Options:
    """What was asked for; see the command line's help."""

    project: str
    submissions: Path
    out: Path
    jobs: int | None = None
    scheduler: str | None = None
    roster: Path | None = None
    overrides: Path | None = None
    force: bool = False
    anonymous: bool = False
    unsafe: bool = False


def grade_all(options: Options, console: Console) -> bool:
    """Grade a class, and write its grades and its page; whether every check of every submission could be graded.

    Raises:
        UsageError: it cannot start or go on; what was graded before stands.
        KeyboardInterrupt: it was stopped; the grades and the page are of what was graded until then.
    """
    if options.jobs is not None and options.jobs < 1:
        raise UsageError(f"--jobs takes a number from 1 on, not {options.jobs}.")
    title, parts = outline(options.project)
    doubts: list[str] = []
    students = roster.read(options.roster, doubts) if options.roster else ()
    left_out = [path for path in (options.out, options.roster, options.overrides) if path is not None]
    found = inbox.read(options.submissions, parts, left_out)
    submissions, absent, notes = found.submissions, students[:0], [*doubts, *found.notes]
    if options.roster:
        matched = roster.match(submissions, students)
        submissions, absent = matched.submissions, matched.absent
        notes += matched.notes
    if (by_hand := overrides.find(options.out, options.overrides)) is not None:
        overrides.read(by_hand)  # a file that is none must not cost a night of grading
    say = _Voice(console)
    say.line(f"{len(submissions):,} submissions in {options.submissions}")
    for note in notes:
        say.line(f"note: {note}")
    with Store(options.out, options.project) as results, _stoppable():
        os.nice(NICE)
        grader = version.grader(options.project, options.unsafe)
        todo = run.plan(submissions, results, grader, options.force)
        if todo.kept:
            say.line(f"{todo.kept:,} graded before and unchanged")
        for reason, count in todo.why.items():
            say.line(f"{count:,} {reason}")
        tally = run.Tally(total=len(todo.tasks))
        whole, begun = False, not todo.tasks
        try:
            if todo.tasks:
                crew = _crew(options, Job(options.project, grader, options.unsafe), len(todo.tasks))
                with crew, display(len(todo.tasks), console) as shown:
                    begun = True
                    run.run(todo.tasks, crew, results, grader, shown, tally)
        finally:
            if begun:  # also of a run that was stopped: what is there is worth reading
                whole = _summary(options, title, submissions, absent, results, say, [*todo.gone, *tally.gone])
            if begun and tally.done < tally.total - len(tally.gone):
                say.line(f"stopped with {tally.total - tally.done:,} to go; the same command goes on from here.")
    return whole and not todo.gone and not tally.gone


def regrade(old: Path, new: Path, table: Path | None, console: Console) -> None:
    """Compare two folders of results; see `batch.regrade`."""
    from autograder.batch.regrade import compare, show

    changes = compare(old, new)
    if table is not None:
        try:
            store.write_whole(table, changes.as_csv())
        except OSError as error:
            raise UsageError(f"cannot write {table} ({error.strerror}).") from None
    show(changes, console)


def _crew(options: Options, job: Job, tasks: int) -> Crew:
    if options.scheduler is not None:
        return Cluster(job, options.scheduler)
    return Local(job, min(options.jobs or cores(), tasks))


def _summary(
    options: Options,
    title: str,
    submissions: Sequence[Handed],
    absent: Sequence[Student],
    results: Store,
    say: _Voice,
    gone: Sequence[str],
) -> bool:
    """Write what is of the whole class, of all that stands graded; whether all of that could be graded."""
    there = [handed for handed in submissions if results.header(handed.id) is not None]
    marks = _marks(options, there, absent, results)

    def reports() -> Iterator[tuple[Handed, Report]]:
        for handed in there:
            yield handed, store.report(results.folder, handed.id)

    def of_students() -> Iterator[Graded]:
        for handed, report in reports():
            for student in handed.students:
                by_hand = marks.of(handed.id, student)
                yield Graded(handed.id, (student,), handed.created, handed.attempts, report, by_hand)

    def of_submissions() -> Iterator[Graded]:
        for handed, report in reports():
            yield Graded(handed.id, handed.students, handed.created, handed.attempts, report, _of_all(marks, handed))

    rows, columns, notes = grades.grades(of_students(), absent, marks.of_student)
    of = classroom.look(of_submissions(), title, len(absent), options.anonymous)
    results.write("grades.csv", grades.as_csv(rows, columns, of.max_points))
    results.write("canvas.csv", grades.for_canvas(rows, title, of.max_points))
    page = results.write("class.html", classroom.page(of))
    _override_pages(marks, there, results, say)
    for note in notes:
        say.line(f"note: {note}")
    for problem in marks.problems:
        say.line(f"overrides: {problem}")
    for text in gone:
        say.line(f"not graded: {text}")
    for row in of.troubled:
        say.line(f"look at {row.name or row.id or 'one of them'}: {row.trouble}")
    if of.rows and all(row.trouble.startswith(classroom.NO_FILE) for row in of.rows):
        say.line(f"no submission holds a file of {options.project}: is it of another project? Say so with --project.")
    summary = of.summary()
    say.line(", ".join(f"{name} {value}" for name, value in summary.items()))
    say.line(f"Grades: {page.with_name('grades.csv')}")
    say.line(f"The class: {page}")
    whole = all(header is not None and header.whole for header in map(results.header, (h.id for h in there)))
    return whole and not marks.problems


def _marks(options: Options, there: Sequence[Handed], absent: Sequence[Student], results: Store) -> Overrides:
    """The marks by hand, seen to be of somebody and of a check that there is."""
    path = overrides.find(options.out, options.overrides)
    checks: dict[str, float] = {}
    if path is not None and there:
        report = store.report(results.folder, there[0].id)
        checks = {outcome.number: outcome.max_points for outcome in report.outcomes}
    return overrides.settle(path, there, absent, checks)


def _of_all(marks: Overrides, handed: Handed) -> tuple[Mark, ...]:
    """The marks that count for everybody who handed a submission in."""
    students = handed.students
    return marks.of(handed.id, students[0]) if len(students) == 1 else marks.of_submission(handed.id)


def _override_pages(marks: Overrides, there: Sequence[Handed], results: Store, say: _Voice) -> None:
    """Say the marks on the pages of their submissions, and take them off where they are none any more."""
    marked = {handed.id: by_hand for handed in there if (by_hand := _of_all(marks, handed))}
    before = results.overridden()
    pages = {}
    for name in sorted(before & {handed.id for handed in there} | marked.keys()):
        report = applied(plain.settle(store.report(results.folder, name)), marked.get(name, ()))
        pages[name] = html.page(report, staff=True)
    results.override(pages, marked)
    if marked:
        say.line(f"{len(marked):,} submission{' has' if len(marked) == 1 else 's have'} marks by hand")
    if dropped := sorted(before - marked.keys()):
        say.line(f"note: marks by hand do not count any more for {', '.join(dropped)}: no file of overrides has them")


class _Voice:
    """Says lines as they are: no markup, no wrapping."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def line(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)


@contextlib.contextmanager
def _stoppable() -> Iterator[None]:
    """Let a request to end (SIGTERM, SIGHUP) stop the run as Ctrl-C does: cleanly, with a summary."""

    def stop(_: int, __: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
