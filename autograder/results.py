"""What grading finds, as plain data: an Outcome for each check, a Report for each submission."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class Status(str, Enum):
    """The three outcomes a check can have, and the state before it has one."""

    PASSED = "passed"
    FAILED = "failed"
    UNGRADED = "could not be graded"  # the grader's own fault, never the student's
    UNREACHED = "not reached"  # the run's time budget was spent before this check


@dataclass(frozen=True)
class Outcome:
    """One check of one submission.

    Attributes:
        number: "2.10", sorted by its numbers, not as text; the grader's own, shown where there is no task.
        task: the number of the notebook's task that it belongs to ("2.4"), "weights" for a file of weights, or "".
        title: what was checked, in words ("the_function: its gradient").
        part, function: where it belongs.
        points: earned, between 0 and max_points.
        max_points: for extra credit too.
        status: see Status. An extra-credit check whose stub is untouched has attempted False and is never a failure.
        message: for the student: what was checked, what came, what was expected, one line of help. Plain text.
        hint: the misconception the answer matches, one line, or "".
        example: the smallest question that goes wrong, with what came and what is right, or "". None of a check's own.
        picture: where the answer to a drawn question is wrong, as text: a line that says what it shows, then its rows.
        fault: what ended the student's process in this check ("no answer in time", "out of memory", ...), or "".
        visibility: Gradescope's: visible, after_due_date, after_published or hidden.
        extra: extra credit, on top of the rest.
        attempted: False where the function is missing or its stub untouched.
        seconds: wall time the check took.
        staff: for staff only (the traceback of a grader's fault); never rendered for students.
    """

    number: str
    title: str
    part: str
    function: str
    points: float
    max_points: float
    status: Status
    message: str = ""
    hint: str = ""
    example: str = ""
    picture: str = ""
    fault: str = ""
    visibility: str = "visible"
    extra: bool = False
    attempted: bool = True
    seconds: float = 0.0
    staff: str = ""
    task: str = ""

    @property
    def label(self) -> str:
        """Where to look, for people: the notebook's task."""
        return (f"task {self.task}" if self.task[0].isdigit() else self.task) if self.task else self.number


@dataclass(frozen=True)
class LeaderboardRow:
    """One column value on the leaderboard."""

    name: str
    value: float
    order: str = "desc"


@dataclass(frozen=True)
class Report:
    """One graded submission. Every check of every part has an Outcome, in the order of its number.

    Attributes:
        submission: its name for people (a folder's or file's stem).
        assignment: the name of what it was graded as.
        files: file taken for each part, by the part's name; a part with no file is absent.
        notes: for the student: which file was taken and why, what was repaired or ignored, an edited given class.
        staff_notes: for staff only.
        outcomes: all of them.
        leaderboard: rows for Gradescope.
        seconds: wall time of the whole.
        complete: False in the placeholder and in what is written while checks are still running.
        confinement: what confined the student's code, in a few words; "none" is shown loudly.
    """

    submission: str
    assignment: str = ""
    files: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    staff_notes: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    leaderboard: tuple[LeaderboardRow, ...] = ()
    seconds: float = 0.0
    complete: bool = True
    confinement: str = ""

    @property
    def score(self) -> float:
        """Points without extra credit."""
        return round(sum(o.points for o in self.outcomes if not o.extra), 4)

    @property
    def max_score(self) -> float:
        """Points there are without extra credit."""
        return round(sum(o.max_points for o in self.outcomes if not o.extra), 4)

    @property
    def extra(self) -> float:
        """Extra-credit points."""
        return round(sum(o.points for o in self.outcomes if o.extra), 4)

    @property
    def max_extra(self) -> float:
        """Extra-credit points there are."""
        return round(sum(o.max_points for o in self.outcomes if o.extra), 4)

    @property
    def ungraded(self) -> tuple[Outcome, ...]:
        """Checks the grader itself could not carry out."""
        return tuple(o for o in self.outcomes if o.status is Status.UNGRADED)


def number_key(number: str) -> tuple[int, ...]:
    """Sort key of a check's number: "2.9" before "2.10"."""
    return tuple(int(piece) for piece in number.split("."))
