"""Two folders of results compared: whose grade changes, by how much and on which checks."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.batch import store
from autograder.report import cells, plain
from autograder.results import Report, number_key

MOST_ROWS = 50  # on the terminal


@dataclass(frozen=True)
class Change:
    """One submission whose points are not the same.

    Attributes:
        name: of its folder.
        before, after: points, extra credit included.
        checks: the checks that changed: number, title, points before and after; None where there was no such check.
    """

    name: str
    before: float
    after: float
    checks: tuple[tuple[str, str, float | None, float | None], ...]

    @property
    def by(self) -> float:
        """How much the grade changed."""
        return round(self.after - self.before, 4)


@dataclass(frozen=True)
class Changes:
    """The changed submissions, those that lose most first; how many are unchanged; ids that only one folder has."""

    changed: tuple[Change, ...]
    same: int
    only_old: tuple[str, ...]
    only_new: tuple[str, ...]

    def as_csv(self) -> str:
        """One row for each changed check of each changed submission."""
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
        writer.writerow(["Submission ID", "Before", "After", "Change", "Check", "Title", "Check Before", "Check After"])
        for change in self.changed:
            for number, title, before, after in change.checks:
                points = ["" if value is None else value for value in (before, after)]
                writer.writerow(
                    [
                        cells.safe(change.name),
                        change.before,
                        change.after,
                        change.by,
                        number,
                        cells.safe(title),
                        *points,
                    ]
                )
        return buffer.getvalue()


def compare(old: Path, new: Path) -> Changes:
    """Compare the results of the same submissions.

    Raises:
        StoreError: one of the two is no folder of results.
    """
    before, after = dict(store.reports(old)), dict(store.reports(new))
    both = before.keys() & after.keys()
    changes = [change for name in both if (change := _change(name, before[name], after[name])).checks]
    changes.sort(key=lambda change: (change.by, change.name))
    return Changes(
        tuple(changes),
        len(both) - len(changes),
        tuple(sorted(before.keys() - both)),
        tuple(sorted(after.keys() - both)),
    )


def _change(name: str, before: Report, after: Report) -> Change:
    old, new = ({o.number: o for o in report.outcomes} for report in (before, after))
    checks = []
    for number in sorted(old.keys() | new.keys(), key=number_key):
        was, came = old.get(number), new.get(number)
        points = tuple(None if o is None else o.points for o in (was, came))
        if points[0] != points[1]:
            shown = came or was
            assert shown is not None
            checks.append((number, plain.line(shown.title), *points))
    return Change(
        name,
        round(before.score + before.extra, 4),
        round(after.score + after.extra, 4),
        tuple(checks),  # type: ignore[arg-type]
    )


def show(changes: Changes, console: Console) -> None:
    """Print the changed submissions, and which checks they come from."""
    table = Table(box=None, pad_edge=False)
    for heading, justify in (("submission", "left"), ("before", "right"), ("after", "right"), ("change", "right")):
        table.add_column(heading, justify=justify)  # type: ignore[arg-type]
    table.add_column("checks", overflow="fold")
    for change in changes.changed[:MOST_ROWS]:
        checks = ", ".join(f"{number} {_moved(was, came)}" for number, _, was, came in change.checks)
        row = (change.name, plain.points(change.before), plain.points(change.after), f"{change.by:+g}", checks)
        table.add_row(*(Text(cell, overflow="fold") for cell in row))
    if changes.changed:
        console.print(table)
    if len(changes.changed) > MOST_ROWS:
        _say(console, f"and {len(changes.changed) - MOST_ROWS} more; --csv writes them all")
    moved = Counter((number, title) for change in changes.changed for number, title, *_ in change.checks)
    for (number, title), count in moved.most_common():
        _say(console, f"check {number} {title}: {count} changed")
    down = sum(change.by < 0 for change in changes.changed)
    up = sum(change.by > 0 for change in changes.changed)
    _say(
        console,
        f"{up} up, {down} down, {len(changes.changed) - up - down} moved between checks, {changes.same} the same",
    )
    for ids, where in ((changes.only_old, "the old"), (changes.only_new, "the new")):
        if ids:
            few = ", ".join(ids[:5]) + (", ..." if len(ids) > 5 else "")
            _say(console, f"only in {where} folder: {len(ids)} ({few})")


def _moved(was: float | None, came: float | None) -> str:
    return " to ".join("none" if value is None else plain.points(value) for value in (was, came))


def _say(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
