"""`overrides.csv`: marks that staff give by hand, kept apart from the results, so that no regrade loses them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder.batch import roster
from autograder.batch.inbox import Handed
from autograder.batch.store import OF_STAFF
from autograder.errors import UsageError
from autograder.people import Student
from autograder.report.cells import meant
from autograder.report.marks import Mark
from autograder.report.plain import line, number, points

COLUMNS = ("submission", "sid", "email", "check", "points", "reason", "by")

Who = tuple[str, str]
"""("submission", its id), ("sid", the number) or ("email", the address), folded."""


@dataclass(frozen=True)
class Row:
    """One row of the file: where it stands, whose it is, and the mark."""

    line: int
    who: Who
    mark: Mark


@dataclass(frozen=True)
class Overrides:
    """Marks by hand, by whose they are, and what could not be applied.

    Attributes:
        marks: in the order of the file.
        problems: one line for each row that does not count.
    """

    marks: Mapping[Who, tuple[Mark, ...]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    def of_submission(self, name: str) -> tuple[Mark, ...]:
        """Those that are of a submission, whoever handed it in."""
        return self.marks.get(("submission", name.casefold()), ())

    def of_student(self, student: Student) -> tuple[Mark, ...]:
        """Those that are of one student alone."""
        marks = [mark for who in _known_as(student) for mark in self.marks.get(who, ())]
        return tuple({mark.check: mark for mark in reversed(marks)}.values())

    def of(self, name: str, student: Student) -> tuple[Mark, ...]:
        """Those that count for a student's submission: where both have one of a check, the student's own."""
        own = self.of_student(student)
        taken = {mark.check for mark in own}
        return (*own, *(mark for mark in self.of_submission(name) if mark.check not in taken))


def find(folder: Path, given: Path | None) -> Path | None:
    """Which file holds the marks: the one given, or the one in the folder of results, or none.

    Raises:
        UsageError: there are both, and they are not the same.
    """
    kept = folder / OF_STAFF
    if given is None:
        return kept if kept.is_file() else None
    try:
        differ = kept.is_file() and not kept.samefile(given) and kept.read_bytes() != given.read_bytes()
    except OSError as error:
        raise UsageError(f"the overrides {given} cannot be read ({error.strerror}).") from None
    if differ:
        raise UsageError(f"{given} and {kept} hold different marks; put all of them into one, and remove the other.")
    return given


def read(path: Path) -> tuple[tuple[Row, ...], dict[int, str]]:
    """The rows of a file, and by its line what is wrong with each that is none.

    Args:
        path: a CSV with a heading: submission, or sid, or email; check (empty for the total; its number, or its
            heading in grades.csv), points, reason, by.

    Raises:
        UsageError: it cannot be read, or a column that must be there is missing.
    """
    heading, *lines = roster.lines(path, "overrides")
    columns = {re.sub(r"[\s_]+", "", name).lower(): at for at, name in enumerate(heading[1])}
    if "submissionid" in columns:  # as grades.csv has it
        columns["submission"] = columns["submissionid"]
    missing = [name for name in ("points", "reason", "by") if name not in columns]
    if missing or not columns.keys() & {"submission", "sid", "email"}:
        raise UsageError(
            f"the overrides {path} have the columns {', '.join(map(line, heading[1]))}; submission, sid or email, and "
            "check, points, reason and by were expected."
        )
    rows, problems = [], {}
    for at, cells in lines:
        told = {
            name: line(cells[columns[name]].strip()) if columns.get(name, len(cells)) < len(cells) else ""
            for name in COLUMNS
        }
        who = [(kind, told[kind].casefold()) for kind in ("submission", "sid", "email") if told[kind]]
        earned = number(told["points"]) if told["points"] else None
        if problem := _problem(told, who, earned):
            problems[at] = problem
        else:
            check = told["check"].partition(":")[0]  # of a heading of grades.csv
            rows.append(Row(at, who[0], Mark(check, earned or 0.0, told["reason"], told["by"])))
    return tuple(rows), problems


def _problem(told: Mapping[str, str], who: Sequence[Who], earned: float | None) -> str:
    if not who:
        return "it says neither a submission nor a sid nor an email"
    if earned is None or earned < 0:
        return f"points are {told['points']!r}; a number from 0 on was expected"
    missing = [name for name in ("reason", "by") if not told[name]]
    return f"it has no {' and no '.join(missing)}" if missing else ""


def settle(
    path: Path | None, submissions: Iterable[Handed], absent: Iterable[Student], checks: Mapping[str, float]
) -> Overrides:
    """The marks of a file that name somebody and a check that there are.

    Args:
        path: see `read`; None for no marks.
        submissions, absent: who and what there is.
        checks: what each check is worth, by its number.
    """
    if path is None:
        return Overrides()
    rows, problems = read(path)
    submissions = tuple(submissions)
    known = {("submission", handed.id.casefold()) for handed in submissions}
    students = [*absent, *(student for handed in submissions for student in handed.students)]
    known |= {who for student in students for who in _known_as(student)}
    marks: dict[Who, tuple[Mark, ...]] = {}
    for written in rows:
        row = written if written.who in known else replace(written, who=(written.who[0], meant(written.who[1])))
        if problem := _misplaced(row, known, checks, marks.get(row.who, ())):
            problems[row.line] = problem
        else:
            marks[row.who] = (*marks.get(row.who, ()), row.mark)
    told = (f"{path.name}, line {at}: {problem}; the row does not count" for at, problem in sorted(problems.items()))
    return Overrides(marks, tuple(told))


def _misplaced(row: Row, known: set[Who], checks: Mapping[str, float], before: Sequence[Mark]) -> str:
    kind, name = row.who
    mark = row.mark
    if row.who not in known:
        return f"there is no {kind} {name}"
    if mark.check and mark.check not in checks:
        return f"there is no check {mark.check}; the headings of grades.csv give their numbers"
    if mark.check and mark.points > checks[mark.check] + 1e-9:
        return f"check {mark.check} is worth {points(checks[mark.check])}, not {points(mark.points)}"
    if any(other.check == mark.check for other in before):
        return f"a line above has a mark of {f'check {mark.check}' if mark.check else 'the total'} for {name} already"
    return ""


def _known_as(student: Student) -> list[Who]:
    return [(kind, value.casefold()) for kind, value in (("sid", student.sid), ("email", student.email)) if value]
