"""`python -m autograder similar`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import track

from autograder.assignment import Assignment
from autograder.build.archive import write_if_changed
from autograder.build.master import MasterError
from autograder.errors import UsageError
from autograder.report import plain
from autograder.similar.given import Given, given
from autograder.similar.listing import Entry, listing
from autograder.similar.mistakes import mistakes
from autograder.similar.page import page
from autograder.similar.pairs import ALIKE, Scored, score
from autograder.similar.table import table
from autograder.similar.work import Unreadable, Work, read

TABLE, PAGE = "similar.csv", "similar.html"
NOT_PROOF = "Likeness is not proof: read both sides, and talk with both students before you conclude anything."


@dataclass(frozen=True)
class Options:
    """What was asked.

    Attributes:
        submissions: a folder with one file, zip or folder for each submission.
        out: the folder to write to.
        results: a folder with ID/results.json for each submission that was graded, or None.
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
    entries, skipped = listing(options.submissions, options.out)
    if len(entries) < 2:
        found = entries[0].name + " alone" if entries else "none"
        raise UsageError(
            f"two submissions or more are compared, but {options.submissions} holds {found}; give a folder with a "
            "notebook, module, zip or folder for each."
        )
    _make(options.out)
    known = _given(assignment)
    names = {entry: f"submission {number}" for number, entry in enumerate(entries, 1)} if options.anonymous else {}
    works, unread = _read(entries, names, assignment, known)
    if len(works) < 2:
        raise UsageError(
            f"of {len(entries)} submissions {len(works) or 'none'} can be compared; {plain.line(unread[0], 400)}."
        )
    scored = score(works, dict(known.prints), _mistakes(works, options.results))
    called = [names.get(work.entry, work.entry.name) for work in works]
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
    entries: Sequence[Entry], names: dict[Entry, str], assignment: Assignment, known: Given
) -> tuple[list[Work], list[str]]:
    """Every submission that can be compared, and a line on each that cannot."""
    works, unread = [], []
    for entry in track(entries, "reading", console=Console(stderr=True), transient=True):
        try:
            works.append(read(entry, assignment, known))
        except Unreadable as error:
            unread.append(f"{names.get(entry, entry.name)}: {error}")
    return works, unread


def _mistakes(works: Sequence[Work], results: Path | None) -> list[frozenset[str]]:
    """What the results of each submission name; nothing for one that has none."""
    if results is None:
        return [frozenset()] * len(works)
    made, graded = [], 0
    for work in works:
        try:
            made.append(mistakes(results / work.entry.ident / "results.json", work.attempted))
            graded += 1
        except OSError:
            made.append(frozenset())
    if not graded:
        raise UsageError(
            f"{results} holds no results of these submissions: no {works[0].entry.ident}/results.json, for one; give "
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
