"""`python -m autograder similar`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.progress import track

from autograder.assignment import Assignment
from autograder.batch import inbox
from autograder.batch.inbox import Handed
from autograder.build.archive import write_if_changed
from autograder.build.master import MasterError
from autograder.errors import UsageError
from autograder.report import plain
from autograder.similar.given import Given, given
from autograder.similar.mistakes import mistakes
from autograder.similar.page import page
from autograder.similar.pairs import ALIKE, Pair, Scored, score
from autograder.similar.table import table
from autograder.similar.work import Unreadable, Work, read

TABLE, PAGE = "similar.csv", "similar.html"
NOT_PROOF = "Likeness is not proof: read both sides, and talk with both students before you conclude anything."


@dataclass(frozen=True)
class Options:
    """What was asked.

    Attributes:
        submissions: a folder with one file, zip or folder for each submission, or an export: see `batch.inbox`.
        out: the folder to write to.
        results: a folder with ID/report.json for each submission that was graded, or None.
        top: how many pairs to show side by side.
        anonymous: number the submissions, in the order of their names, instead of naming them.
    """

    submissions: Path
    out: Path
    results: Path | None = None
    top: int = 20
    anonymous: bool = False


def similar(assignment: Assignment, options: Options, console: Console) -> None:
    """Compare the submissions of a class, and write `similar.csv` and `similar.html`.

    Raises:
        UsageError: there are not two submissions to compare, a folder is not there, or nothing can be written.
    """
    if options.top < 0:
        raise UsageError(f"--top takes a number of pairs, 0 or more, not {options.top}.")
    found = inbox.read(options.submissions, [part.name for part in assignment.parts], [options.out])
    entries, skipped = found.submissions, found.notes
    if len(entries) < 2:
        raise UsageError(
            f"two submissions or more are compared, but {options.submissions} holds {entries[0].id} alone; give "
            "a folder with a notebook, module, zip or folder for each."
        )
    _make(options.out)
    known = _given(assignment)
    numbered = {handed.id: f"submission {number}" for number, handed in enumerate(entries, 1)}
    names = numbered if options.anonymous else {}
    works, unread = _read(entries, names, assignment, known)
    if len(works) < 2:
        raise UsageError(
            f"of {len(entries)} submissions {len(works) or 'none'} can be compared; {plain.line(unread[0], 400)}."
        )
    scored = score(works, dict(known.prints), _mistakes(works, options.results))
    scored = replace(scored, pairs=tuple(pair for pair in scored.pairs if not _same_student(works, pair)))
    called = [names.get(work.handed.id, _name(work.handed)) for work in works]
    left_out = [] if options.anonymous else [*skipped, *unread]
    _write(options.out / TABLE, table(scored.pairs, called))
    _write(options.out / PAGE, page(assignment.title, works, scored, called, left_out, options.top))
    _say(console, works, scored, (*skipped, *unread), options.out / PAGE)


def _make(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot write to {out}: {error.strerror}; give another folder with --out.") from None


def _given(assignment: Assignment) -> Given:
    try:
        return given(assignment)
    except MasterError as error:
        raise UsageError(str(error)) from None


def _read(
    entries: Sequence[Handed], names: dict[str, str], assignment: Assignment, known: Given
) -> tuple[list[Work], list[str]]:
    """Every submission that can be compared, and a line on each that cannot."""
    works, unread = [], []
    for handed in track(entries, "reading", console=Console(stderr=True), transient=True):
        try:
            works.append(read(handed, assignment, known))
        except Unreadable as error:
            unread.append(f"{names.get(handed.id, handed.parcel.name)}: {error}")
    return works, unread


def _name(handed: Handed) -> str:
    """Whose a submission is, for people, and its id."""
    names = ", ".join(student.name for student in handed.students if student.name)
    return f"{names} ({handed.id})" if names and names != handed.id else handed.id


def _same_student(works: Sequence[Work], pair: Pair) -> bool:
    """Whether one student handed in both, who may be like themselves."""
    one, other = (works[index].handed.students for index in (pair.first, pair.second))
    return bool({student.key for student in one} & {student.key for student in other})


def _mistakes(works: Sequence[Work], results: Path | None) -> list[frozenset[str]]:
    """What the results of each submission name; nothing for one that has none."""
    if results is None:
        return [frozenset()] * len(works)
    made, graded = [], 0
    for work in works:
        try:
            made.append(mistakes(results / work.handed.id / "report.json", work.attempted))
            graded += 1
        except OSError:
            made.append(frozenset())
    if not graded:
        raise UsageError(
            f"{results} holds no results of these submissions: no {works[0].handed.id}/report.json, for one; give "
            "the folder that the class was graded to."
        )
    return made


def _write(path: Path, text: str) -> None:
    try:
        write_if_changed(path, text.encode("utf-8", "replace"))
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}; give another folder with --out.") from None


def _say(console: Console, works: Sequence[Work], scored: Scored, skipped: Sequence[str], written: Path) -> None:
    count = sum(pair.score >= ALIKE for pair in scored.pairs)
    verb = "pair is" if count == 1 else "pairs are"
    for line in (
        *(f"not compared: {plain.line(line, 400)}" for line in skipped),
        f"{len(works)} submissions were compared; {count or 'no'} {verb} alike. {NOT_PROOF}",
        f"Page: {written}",
    ):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
