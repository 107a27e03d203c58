"""A policy put to one submission: what counts, what is shown, and the sentences that say so. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone, tzinfo

from autograder.policy.dates import after, day_of, days_late, elapsed, next_midnight, placed, said, said_day, said_span
from autograder.policy.metadata import Metadata
from autograder.policy.policy import Policy, zone_of
from autograder.results import LeaderboardRow, Outcome, Report, Status

PLACES = 4  # decimals of scaled points


@dataclass(frozen=True)
class Ruling:
    """What holds for one submission; the default changes nothing.

    Attributes:
        late_by: how long after the due date it was made; 0 where it was in time or no due date is known.
        days_late: the days of it, each begun one whole; see `dates.days_late`.
        factor: what the score is multiplied by, 0 to 1.
        used: how many submissions the same day has seen, this one included; 0 where nobody asks.
        feedback: False where everything but the score waits.
        hints: whether wrong answers are told what they look like.
        lines: for the student, on top of the results.
        staff_notes: for staff only.
    """

    late_by: timedelta = timedelta(0)
    days_late: int = 0
    factor: float = 1.0
    used: int = 0
    feedback: bool = True
    hints: bool = True
    lines: tuple[str, ...] = ()
    staff_notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dates:
    """The dates that hold for a submission, and the time zone they are said in; None where there are none."""

    due: datetime | None
    late_due: datetime | None
    zone: tzinfo


def rule(policy: Policy, metadata: Metadata, now: datetime) -> Ruling:
    """What the policy says of a submission.

    Everything but the end of the wait for feedback goes by when the submission was made and what was handed in before,
    so that a rerun agrees. Where the metadata do not say when that was, nothing is late and everything is shown.

    Args:
        policy: of the assignment.
        metadata: Gradescope's.
        now: when the grader runs: feedback that had to wait is shown by a rerun after the due date.
    """
    dates, notes = dates_of(policy, metadata)
    created = metadata.created_at
    if policy.goes_by_dates and metadata.problems:
        notes += tuple(f"{problem}; what depends on it does not apply." for problem in metadata.problems)
    if created is None:
        return Ruling(hints=policy.hints == "on", staff_notes=notes)
    used = submissions_of_the_day(metadata.earlier, created, dates.zone) + 1
    ruling = replace(on(policy, dates, created, now, used), staff_notes=notes)
    if policy.hints == "after_due_date" and dates.due is None:
        ruling = replace(ruling, staff_notes=(*notes, "no hints are shown: no due date is known."))
    return ruling


def on(policy: Policy, dates: Dates, created: datetime, now: datetime, used: int) -> Ruling:
    """What the policy says of a submission made at a moment, the `used`-th of its day; see `rule`."""
    late_by = max(elapsed(dates.due, created), timedelta(0)) if dates.due else timedelta(0)
    days = days_late(created, dates.due, dates.zone) if dates.due else 0
    factor = policy.late.factor(days)
    limited = policy.feedback_per_day is not None and not after(now, dates.due)
    feedback = not limited or used <= (policy.feedback_per_day or 0)
    lines = [*_late_lines(policy, dates, created, late_by, days, factor)]
    if limited:
        lines.append(_feedback_line(policy, dates, created, used, feedback))
    return Ruling(
        late_by=late_by,
        days_late=days,
        factor=factor,
        used=used if limited else 0,
        feedback=feedback,
        hints=policy.hints == "on" or (policy.hints == "after_due_date" and after(created, dates.due)),
        lines=tuple(lines),
    )


def dates_of(policy: Policy, metadata: Metadata) -> tuple[Dates, tuple[str, ...]]:
    """The dates that hold, the policy's before Gradescope's, and notes for staff.

    Where this machine has no database of time zones, Gradescope's offset from UTC stands in for the time zone.
    """
    notes: tuple[str, ...] = ()
    zone = zone_of(policy.time_zone)
    if zone is None:
        known = metadata.created_at or metadata.due
        offset = known.utcoffset() if known else None
        zone = timezone(offset) if offset is not None else timezone.utc
        if policy.goes_by_dates:
            notes = (f"this machine does not know the time zone {policy.time_zone}; days are those of {zone}.",)
    due = placed(policy.due, zone) if policy.due else metadata.due
    late_due = placed(policy.late_due, zone) if policy.late_due else metadata.late_due
    if due and late_due and late_due < due:  # one of the file's and one of Gradescope's
        late_due = None
    return Dates(due, late_due, zone), notes


def submissions_of_the_day(earlier: Iterable[datetime], created: datetime, zone: tzinfo) -> int:
    """How many submissions came before this one on the same calendar day. Those made after it do not matter."""
    day = day_of(created, zone)
    return sum(at < created and day_of(at, zone) == day for at in earlier)


def counted(policy: Policy, report: Report, full: float) -> Report:
    """The report as it goes to Gradescope: points on the policy's scale, the leaderboard as the policy wants it.

    Args:
        policy: of the assignment.
        report: what grading found.
        full: what all checks of the assignment come to, extra credit aside.
    """
    if policy.leaderboard is not None:
        report = replace(report, leaderboard=_renamed(report.leaderboard, policy.leaderboard))
    if policy.scale_to is None or full <= 0:
        return report
    return replace(report, outcomes=scaled(report.outcomes, policy.scale_to / full))


def scaled(outcomes: Iterable[Outcome], by: float) -> tuple[Outcome, ...]:
    """The checks with their points scaled, and rounded so that together they, and extra credit, come out exactly."""
    before = {False: 0.0, True: 0.0}
    found = []
    for outcome in outcomes:
        after = before[outcome.extra] + outcome.max_points
        most = round(round(after * by, PLACES) - round(before[outcome.extra] * by, PLACES), PLACES)
        before[outcome.extra] = after
        share = outcome.points / outcome.max_points if outcome.max_points else 0.0
        found.append(replace(outcome, points=round(most * share, PLACES), max_points=most))
    return tuple(found)


def missing(policy: Policy, report: Report) -> tuple[str, ...]:
    """A line that names the required files that were not handed in; none before the submission has been read."""
    if not report.outcomes or all(outcome.status is Status.UNGRADED for outcome in report.outcomes):
        return ()
    parts = {outcome.part for outcome in report.outcomes}
    not_handed_in = {outcome.function for outcome in report.outcomes if not outcome.attempted}
    absent = [
        f"{name}.ipynb" if name in parts else name
        for name in policy.required_files
        if (name in parts and name not in report.files) or name in not_handed_in
    ]
    if not absent:
        return ()
    return (
        f"MISSING: {', '.join(absent)}. what belongs to it counts 0; hand in all files together, in one submission.",
    )


def _late_lines(
    policy: Policy, dates: Dates, created: datetime, late_by: timedelta, days: int, factor: float
) -> Iterable[str]:
    late = policy.late
    if dates.due and days and late.rule != "none":
        cost = f"{100 * (1 - factor):g} % is taken off the score" if factor < 1 else "nothing is taken off the score"
        free = f", {min(days, late.days)} of {late.days} free days used" if late.rule == "tokens" else ""
        yield (
            f"late: handed in {said_span(late_by)} after the due date ({said(dates.due, dates.zone)}), which counts as "
            f"{_days(days)}{free}: {cost}."
        )
    if dates.late_due and after(created, dates.late_due):
        yield (
            f"too late: handed in after the last date for late work ({said(dates.late_due, dates.zone)}). it was "
            "graded all the same; whether it counts is for the staff to say."
        )


def _feedback_line(policy: Policy, dates: Dates, created: datetime, used: int, feedback: bool) -> str:
    limit = policy.feedback_per_day or 0
    day = f"{said_day(day_of(created, dates.zone))}, {policy.time_zone}"
    if feedback:
        return f"feedback: this is submission {used} of the {limit} a day that are answered at once ({day})."
    until = (
        f"the details follow when the staff run the grader again after the due date, {said(dates.due, dates.zone)}"
        if dates.due
        else "this assignment has no due date after which the details would follow"
    )
    again = said(next_midnight(created, dates.zone), dates.zone)
    return (
        f"no details yet: this is submission {used} of the day ({day}), and {limit} a day are answered at once; the "
        f"next day begins at {again}. it was graded and its score counts; {until}."
    )


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"


def _renamed(rows: Iterable[LeaderboardRow], names: Iterable[tuple[str, str]]) -> tuple[LeaderboardRow, ...]:
    there = {row.name: row for row in rows}
    return tuple(replace(there[column], name=name) for column, name in names if column in there)
