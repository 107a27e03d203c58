"""The list of a course's students: read from the CSV that Gradescope, Canvas or a registrar gives, and matched."""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.batch.inbox import Handed
from autograder.errors import UsageError
from autograder.people import Student
from autograder.report.plain import line

_COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("name", "fullname", "student", "studentname", "displayname", "legalname"),
    "first": ("firstname", "first", "givenname", "givennames", "preferredname"),
    "last": ("lastname", "last", "surname", "familyname"),
    "sid": ("sid", "studentid", "sisuserid", "umid", "idnumber", "universityid", "studentnumber"),
    "email": ("email", "emailaddress", "mail"),
    "login": ("login", "sisloginid", "uniquename", "uniqname", "username", "netid", "loginid"),
    "canvas": ("id", "canvasid", "canvasuserid"),
    "section": ("section", "sections"),
}
_CALLED = {
    **{"name": "Name", "first": "First Name", "last": "Last Name", "sid": "SID", "email": "Email", "login": "Login"},
    **{"canvas": "ID (Canvas' own)", "section": "Section"},
}
_CLOSE = 0.66  # how alike, of 1: three letters of which two are swapped
_MOST_BYTES = 50 << 20


@dataclass(frozen=True)
class Matched:
    """Submissions with their students as the roster knows them.

    Attributes:
        submissions: in the same order.
        absent: students of the roster who handed in nothing, in its order.
        notes: what staff should look at.
    """

    submissions: tuple[Handed, ...]
    absent: tuple[Student, ...]
    notes: tuple[str, ...]


def read(path: Path, notes: list[str] | None = None) -> tuple[Student, ...]:
    """The students of a roster.

    Args:
        path: a CSV with a heading and a name, a number, an email address or a login for each student.
        notes: takes a line on each column that is not read and may be a known one misspelt.

    Raises:
        UsageError: it cannot be read, or no column says who the students are.
    """
    (_, heading), *rows = lines(path, "roster")
    columns = _columns(heading)
    doubts = _doubts(heading, columns)
    if not columns.keys() & {"name", "last", "sid", "email", "login"}:
        raise UsageError(
            f"the roster {path} has the columns {', '.join(map(line, heading))}; one of name, SID, email or login was "
            f"expected. {' '.join(doubts)}".rstrip()
        )
    if notes is not None:
        notes += [f"in the roster {doubt}" for doubt in doubts]
    students = (_student(row, columns) for _, row in rows)
    return tuple(dict.fromkeys(student for student in students if student.key != ("name", "")))


def lines(path: Path, what: str) -> list[tuple[int, list[str]]]:
    """The rows of a CSV that hold anything, the heading first, each with the number of its line.

    Args:
        path: with commas, semicolons or tabs, in UTF-8, UTF-16 or Windows' own encoding.
        what: it is, for the messages.

    Raises:
        UsageError: it cannot be read, or is empty.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise UsageError(f"the {what} {path} is larger than any course needs.")
        text = _decoded(path.read_bytes())
    except OSError as error:
        raise UsageError(f"the {what} {path} cannot be read ({error.strerror}).") from None
    heading = next((text for text in text.splitlines() if text.strip()), "")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=heading.count))
    try:
        rows = [(reader.line_num, row) for row in reader if any(map(str.strip, row))]
    except csv.Error as error:
        raise UsageError(f"the {what} {path} is not a CSV that can be read ({error}).") from None
    if not rows:
        raise UsageError(f"the {what} {path} is empty; a CSV with a heading was expected.")
    return rows


def match(submissions: Sequence[Handed], roster: Sequence[Student]) -> Matched:
    """Say of each submission whose it is, going by number, address, login and, last, by name."""
    index = _index(roster)
    seen: set[tuple[str, str]] = set()
    strangers = []
    matched = []
    for handed in submissions:
        students = []
        for student in handed.students:
            known = _known(student, index)
            if known is None:
                strangers.append(student.name or handed.id)
            else:
                seen.add(known.key)
            students.append(student if known is None else _together(known, student))
        matched.append(replace(handed, students=tuple(students)))
    notes = []
    if strangers:
        few = ", ".join(strangers[:5]) + (", ..." if len(strangers) > 5 else "")
        notes.append(f"{len(strangers)} submitters are not on the roster: {few}")
    absent = tuple(student for student in roster if student.key not in seen)
    if absent:
        notes.append(f"{len(absent)} of {len(roster)} students on the roster handed in nothing")
    return Matched(tuple(matched), absent, tuple(notes))


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("cp1252", "replace")


def _bare(heading: Sequence[str]) -> list[str]:
    return [re.sub(r"[\s_-]+", "", text).lower() for text in heading]


def _doubts(heading: Sequence[str], columns: Mapping[str, int]) -> list[str]:
    """One sentence for each column that is not known, but almost the name of one that is missing."""
    there = {*columns, *(("first", "last") if "name" in columns else ()), *(("name",) if "last" in columns else ())}
    missing = {name: column for column, names in _COLUMNS.items() if column not in there for name in names}
    known = {name for names in _COLUMNS.values() for name in names}
    found = []
    for told, bare in zip(heading, _bare(heading), strict=True):
        close = [] if bare in known else difflib.get_close_matches(bare, missing, 1, _CLOSE)
        if close:
            found.append(f"the column {line(told)!r} is not known and not read; is it {_CALLED[missing[close[0]]]}?")
    return found


def _columns(heading: Sequence[str]) -> dict[str, int]:
    plain = _bare(heading)
    return {
        column: min(plain.index(name) for name in names if name in plain)
        for column, names in _COLUMNS.items()
        if set(names) & set(plain)
    }


def _student(row: Sequence[str], columns: Mapping[str, int]) -> Student:
    found = {column: line(row[at].strip()) for column, at in columns.items() if at < len(row)}
    name = found.get("name") or f"{found.get('first', '')} {found.get('last', '')}".strip()
    email = found.get("email", "")
    login = found.get("login", "") or email.partition("@")[0]
    return Student(name, found.get("sid", ""), email, login, found.get("canvas", ""), found.get("section", ""))


def _index(roster: Iterable[Student]) -> dict[tuple[str, str], Student | None]:
    """Students by all that names them; None where several share it."""
    found: dict[tuple[str, str], Student | None] = {}
    for student in roster:
        for key in dict.fromkeys(_keys(student)):
            found[key] = None if key in found else student
    return found


def _keys(student: Student) -> list[tuple[str, str]]:
    keys = [("sid", student.sid), ("email", student.email), ("login", student.login), ("canvas", student.canvas)]
    keys += [("name", _plain(student.name)), ("name", "".join(sorted(_plain(student.name))))]
    return [(kind, value.casefold()) for kind, value in keys if value]


def _plain(name: str) -> str:
    """A name whose order and blanks do not count: "Last, First" is "First Last", and Canvas' "lastfirst"."""
    last, comma, first = name.partition(",")
    return re.sub(r"[\W_]+", "", f"{first} {last}" if comma else name).casefold()


def _known(student: Student, index: Mapping[tuple[str, str], Student | None]) -> Student | None:
    for key in _keys(student):
        if (known := index.get(key)) is not None:
            return known
    return None


def _together(known: Student, told: Student) -> Student:
    fields = ("name", "sid", "email", "login", "canvas", "section")
    return Student(**{field: getattr(known, field) or getattr(told, field) for field in fields})
