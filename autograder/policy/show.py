"""What a student would see at given dates: the table of `python -m autograder policy`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autograder.assignment import Assignment
from autograder.errors import UsageError
from autograder.policy import metadata
from autograder.policy.apply import Dates, Ruling, dates_of, on, submissions_of_the_day
from autograder.policy.dates import after, placed, said, said_span
from autograder.policy.metadata import Metadata
from autograder.policy.policy import YEARS, Policy

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


@dataclass(frozen=True)
class Options:
    """What is asked.

    Attributes:
        at: moments to look at, as people write them; none for those around the due dates.
        metadata: a submission_metadata.json, whose dates and submissions count.
        submissions_today: how many came before on the same day; None to take the metadata's.
    """

    at: Sequence[str] = ()
    metadata: Path | None = None
    submissions_today: int | None = None


def show(assignment: Assignment, options: Options, console: Console) -> None:
    """Print the policy's dates, then a row for each moment: what a submission made then gets.

    Raises:
        UsageError: a moment is no date, a number is below 0, or the file of the metadata holds none.
    """
    if options.submissions_today is not None and options.submissions_today < 0:
        raise UsageError(f"--submissions-today takes a number from 0 on, not {options.submissions_today}.")
    told = _metadata(options.metadata)
    policy = assignment.policy
    dates, notes = dates_of(policy, told)
    console.print(f"{assignment.title}: what a submission gets, by when it is made", style="bold", highlight=False)
    for line in (*_head(policy, dates, told), *notes):
        console.print(line, highlight=False, markup=False)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("made at", "late by", "counts", "feedback", "hints", "checks that are shown"):
        table.add_column(heading, overflow="fold", no_wrap=heading == "made at")
    for at in _moments(options.at, dates, told):
        used = options.submissions_today
        used = submissions_of_the_day(told.earlier, at, dates.zone) if used is None else used
        table.add_row(*_row(assignment, dates, at, on(policy, dates, at, at, used + 1)))
    console.print(table, highlight=False, markup=False)


def seen(assignment: Assignment, after_due: bool) -> str:
    """Which groups of checks a student sees before the grades are published, in words.

    Args:
        assignment: whose checks.
        after_due: whether Gradescope's due date, or the one for late work, has passed.
    """
    policy = assignment.policy
    opened = {"visible", "after_due_date"} if after_due else {"visible"}
    withheld: dict[str, list[str]] = {}
    for part in assignment.parts:
        checks = [
            (
                about.function,
                about.number,
                policy.visibility_of(about.number, about.function, part.name, about.visibility),
            )
            for about, *_ in assignment.checks_of([part])
        ]
        for name, visibility in _groups(part.name, checks):
            if visibility not in opened:
                withheld.setdefault(visibility, []).append(name)
    if not withheld:
        return "all"
    return "all but " + "; ".join(f"{', '.join(names)} ({_WHEN[visibility]})" for visibility, names in withheld.items())


_WHEN = {"after_due_date": "after the due date", "after_published": "when published", "hidden": "never"}


def _groups(part: str, checks: Sequence[tuple[str, str, str]]) -> Iterable[tuple[str, str]]:
    """The largest groups of a part that are of one visibility, by name: the part, its functions, or single checks."""
    if len({visibility for *_, visibility in checks}) == 1:
        return [(part, checks[0][2])]
    found = []
    for function in dict.fromkeys(function for function, *_ in checks):
        mine = [(number, visibility) for name, number, visibility in checks if name == function]
        found += [(function, mine[0][1])] if len({visibility for _, visibility in mine}) == 1 else mine
    return found


def _row(assignment: Assignment, dates: Dates, at: datetime, ruling: Ruling) -> tuple[str, ...]:
    late = "in time" if dates.due else "no due date"
    if ruling.days_late:
        late = f"{said_span(ruling.late_by)} ({ruling.days_late} {'day' if ruling.days_late == 1 else 'days'})"
    counts = f"{100 * ruling.factor:g} %"
    last = dates.late_due or dates.due
    if after(at, dates.late_due):
        counts += ", too late"
    limit = assignment.policy.feedback_per_day
    feedback = "shown" if ruling.feedback else "waits"
    if ruling.used:
        feedback += f" ({ruling.used} of {limit} a day)"
    hints = "shown" if ruling.hints else "no"
    if not ruling.feedback:
        return said(at, dates.zone), late, counts, feedback, "wait", "none: the score only"
    return said(at, dates.zone), late, counts, feedback, hints, seen(assignment, after(at, last))


def _head(policy: Policy, dates: Dates, told: Metadata) -> Iterable[str]:
    """The dates and where each is from."""
    for what, at, own in (("due", dates.due, policy.due), ("late work until", dates.late_due, policy.late_due)):
        if at is not None:
            yield f"{what} {said(at, dates.zone)} ({'assignment.toml' if own else 'Gradescope'})"
    if dates.due is None:
        yield "no due date: assignment.toml names none, and no metadata do (--metadata). On Gradescope, its own counts."
    for problem in told.problems:
        yield f"metadata: {problem}"


def _moments(asked: Iterable[str], dates: Dates, told: Metadata) -> list[datetime]:
    moments = [_moment(text, dates.zone) for text in asked]
    if moments:
        return moments
    if told.created_at:
        return [told.created_at]
    if dates.due is None:
        return [datetime.now(timezone.utc).replace(microsecond=0)]
    found = [dates.due - DAY, dates.due, dates.due + SECOND, dates.due + DAY, dates.due + DAY + SECOND]
    if dates.late_due:
        found += [dates.late_due, dates.late_due + SECOND]
    return sorted(set(found))


def _moment(text: str, zone: tzinfo) -> datetime:
    try:
        at = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError:
        raise UsageError(f"--at takes a date and a time as 2026-10-01 23:59, not {text!r}.") from None
    if at.year not in YEARS:
        raise UsageError(f"--at takes a date that is meant, not {text!r}.")
    return placed(at, zone)


def _metadata(path: Path | None) -> Metadata:
    if path is None:
        return Metadata()
    if not path.is_file():
        raise UsageError(f"there is no file {path}; give a submission_metadata.json with --metadata.")
    told = metadata.read(path)
    if told.unreadable:
        raise UsageError(
            f"{path} is no submission_metadata.json of Gradescope's: {told.problems[0]}; give one with --metadata."
        )
    return told
