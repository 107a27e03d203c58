"""Marks that staff gave by hand, over what the grader found; the results themselves stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from autograder.report import plain
from autograder.results import Outcome, Report, Status


@dataclass(frozen=True)
class Mark:
    """One mark by hand.

    Attributes:
        check: the number of the check, or "" for the total.
        points: instead of the grader's.
        reason: why, for the student and for the next reader.
        by: whose it is.
    """

    check: str
    points: float
    reason: str
    by: str

    def said(self, before: float) -> str:
        """In one line, with the points of the grader's."""
        return (
            f"overridden by staff: {self.reason} ({self.by}; {plain.points(self.points)} points instead of "
            f"{plain.points(before)})"
        )


def applied(report: Report, marks: Sequence[Mark]) -> Report:
    """A report with the marks of single checks in place of its own points, each said where it stands.

    A mark of the total is said in a note; `total` gives it.
    """
    by_check = {mark.check: mark for mark in marks}
    outcomes = tuple(
        _overridden(outcome, by_check[outcome.number]) if outcome.number in by_check else outcome
        for outcome in report.outcomes
    )
    notes = report.notes
    if "" in by_check:
        notes = (f"the total is {by_check[''].said(report.score + report.extra)}", *notes)
    return replace(report, outcomes=outcomes, notes=notes)


def total(report: Report, marks: Sequence[Mark]) -> float:
    """Points with extra credit of a report whose marks of single checks are `applied`: its own, or the mark's."""
    by_hand = [mark.points for mark in marks if not mark.check]
    return by_hand[0] if by_hand else round(report.score + report.extra, 4)


def _overridden(outcome: Outcome, mark: Mark) -> Outcome:
    """The status follows the points, for a check that could not be graded has points now."""
    return replace(
        outcome,
        points=mark.points,
        status=Status.PASSED if mark.points >= outcome.max_points else Status.FAILED,
        attempted=True,
        message="\n".join(text for text in (mark.said(outcome.points), outcome.message) if text),
    )
