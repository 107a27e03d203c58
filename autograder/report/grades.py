"""The grades of a class as CSV: one row a student, a column a check; and as Canvas reads them back."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from autograder.people import Student
from autograder.report import cells, plain
from autograder.report.marks import Mark, applied, total
from autograder.results import Report, number_key

MISSING = "nothing handed in"
OVERRIDDEN = "Overridden by staff"
WHO = ("Name", "SID", "Email", "Section")
WORK = ("Submission ID", "Submission Time", "Submission Count", "Status", "Total Score", "Max Points")


@dataclass(frozen=True)
class Graded:
    """One submission of a class with its report.

    Attributes:
        id: the name of its folder of results.
        students: whose it is.
        created: when it was handed in, as it was written down.
        attempts: how many the student made.
        report: what grading found.
        marks: that staff gave by hand.
    """

    id: str
    students: tuple[Student, ...]
    created: str
    attempts: int
    report: Report
    marks: tuple[Mark, ...] = ()

    @cached_property
    def shown(self) -> Report:
        """The report, fit to be shown, with the marks of single checks."""
        return applied(plain.settle(self.report), self.marks)

    @property
    def total(self) -> float:
        """Points, extra credit included, as the marks have them."""
        return total(self.shown, self.marks)


@dataclass(frozen=True)
class Column:
    """One check: its number, its title and the points it is worth."""

    number: str
    title: str
    max_points: float

    @property
    def heading(self) -> str:
        """As Gradescope's own export has it."""
        return f"{self.number}: {self.title} ({plain.points(self.max_points)} pts)"


@dataclass(frozen=True)
class Grade:
    """One student's grade: what counts of one submission.

    Attributes:
        student: who.
        id, created, attempts, status: of the submission that counts; "" and 0 where there is none.
        total: points, extra credit included.
        points: by the checks' numbers.
        overridden: what staff marked by hand, and why.
    """

    student: Student
    id: str
    created: str
    attempts: int
    status: str
    total: float
    points: dict[str, float]
    overridden: str = ""


def grades(
    graded: Iterable[Graded], absent: Sequence[Student], by_hand: Callable[[Student], tuple[Mark, ...]] = lambda _: ()
) -> tuple[tuple[Grade, ...], tuple[Column, ...], tuple[str, ...]]:
    """One grade for each student in the order of their names, the checks, and notes.

    Of a student with several submissions the best counts, and a note says so. `by_hand` gives the marks of a
    student who handed in nothing.
    """
    found: dict[tuple[str, str], Grade] = {}
    several: dict[tuple[str, str], list[str]] = {}
    columns: dict[str, Column] = {}
    for one in graded:
        report = one.shown
        for outcome in report.outcomes:
            columns.setdefault(outcome.number, Column(outcome.number, outcome.title, outcome.max_points))
        points = {outcome.number: outcome.points for outcome in report.outcomes}
        earned = total(report, one.marks)
        status = "Graded" if report.complete and not plain.ungraded_numbers(report) else "could not be graded wholly"
        for student in one.students:
            several.setdefault(student.key, []).append(f"{one.id} ({plain.points(earned)})")
            by_staff = _by_staff(one.marks)
            grade = Grade(student, one.id, one.created, one.attempts, status, earned, points, by_staff)
            if student.key not in found or earned > found[student.key].total:
                found[student.key] = grade
    notes = tuple(
        f"{found[key].student.name or key[1]} has several submissions, {', '.join(ids)}; the best counts"
        for key, ids in several.items()
        if len(ids) > 1
    )
    rows = [*found.values(), *(_of_absent(student, by_hand(student)) for student in absent)]
    rows.sort(key=lambda grade: (grade.student.name.casefold(), grade.student.key, grade.id))
    ordered = tuple(columns[number] for number in sorted(columns, key=number_key))
    return tuple(rows), ordered, notes


def _of_absent(student: Student, marks: Sequence[Mark]) -> Grade:
    points = {mark.check: mark.points for mark in marks if mark.check}
    earned = total(Report(""), marks) or sum(points.values())
    return Grade(student, "", "", 0, MISSING, earned, points, _by_staff(marks))


def _by_staff(marks: Sequence[Mark]) -> str:
    return "; ".join(
        f"{f'check {mark.check}' if mark.check else 'total'} {plain.points(mark.points)}: {mark.reason} ({mark.by})"
        for mark in marks
    )


def as_csv(rows: Sequence[Grade], columns: Sequence[Column], max_points: float) -> str:
    """All of it: texts are quoted, so that a number with leading zeros stays a text; points are not."""
    headings = [*WHO, *WORK, *(column.heading for column in columns)]
    if not any(grade.overridden for grade in rows):
        return _csv(headings, (_row(grade, columns, max_points) for grade in rows))
    marked = ([*_row(grade, columns, max_points), grade.overridden] for grade in rows)
    return _csv([*headings, OVERRIDDEN], marked)


def for_canvas(rows: Sequence[Grade], title: str, max_points: float) -> str:
    """What Canvas' gradebook imports: its own five columns, and one of this assignment's points."""
    headings = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", title]
    possible: list[str | float] = ["    Points Possible", "", "", "", "", max_points]
    lines = [possible]
    for grade in rows:
        student = grade.student
        lines.append([student.name, student.canvas, student.sid, student.login, student.section, grade.total])
    return _csv(headings, lines)


def _row(grade: Grade, columns: Sequence[Column], max_points: float) -> list[str | float]:
    student = grade.student
    return [
        *(student.name, student.sid, student.email, student.section),
        *(grade.id, grade.created, grade.attempts, grade.status, grade.total, max_points),
        *(grade.points.get(column.number, "" if not grade.id else 0.0) for column in columns),
    ]


def _csv(headings: Sequence[str], rows: Iterable[Sequence[str | float]]) -> str:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return buffer.getvalue()


def _cell(value: str | float) -> str | float:
    """A text that no spreadsheet takes for a formula; points without a needless ".0"."""
    if isinstance(value, str):
        value = plain.line(value, 500) if value.strip() == value else value
        return cells.safe(value)
    return int(value) if value == int(value) else value
