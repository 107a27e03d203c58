"""What Gradescope says of a submission: its submission_metadata.json, read so that nothing in it can stop the grading.

Format: https://gradescope-autograders.readthedocs.io/en/latest/submission_metadata/
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from autograder.policy.policy import YEARS


@dataclass(frozen=True)
class Metadata:
    """When a submission was made and was due. Every moment has an offset from UTC; None where Gradescope names none.

    Attributes:
        created_at: when it was handed in; a rerun keeps it.
        due: the assignment's due date.
        late_due: the last date for late work.
        earlier: when the same student or group handed in before.
        problems: what is missing or damaged, one sentence each, for staff.
        unreadable: there was no file, or it is something else; the problems say why.
    """

    created_at: datetime | None = None
    due: datetime | None = None
    late_due: datetime | None = None
    earlier: tuple[datetime, ...] = ()
    problems: tuple[str, ...] = ()
    unreadable: bool = False


def read(path: Path) -> Metadata:
    """The file's moments. What cannot be read is left out and named among the problems; nothing is raised."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        return Metadata(problems=(f"{path.name} cannot be read ({type(error).__name__}: {error})",), unreadable=True)
    if not isinstance(told, dict):
        return Metadata(problems=(f"{path.name} holds no table",), unreadable=True)
    found = of(told)
    return found if told.keys() & {"created_at", "assignment"} else replace(found, unreadable=True)


def of(told: Mapping[str, Any]) -> Metadata:
    """The moments of metadata that are read already; see `read`."""
    problems: list[str] = []

    def moment(value: object, what: str) -> datetime | None:
        if value is None:
            return None
        try:
            return moment_of(value)
        except ValueError as error:
            problems.append(f"{what} is not understood: {error}")
            return None

    assignment = told.get("assignment")
    if not isinstance(assignment, dict):
        problems.append("nothing is said of the assignment")
        assignment = {}
    created_at = moment(told.get("created_at"), "created_at")
    if told.get("created_at") is None:
        problems.append("created_at is missing")
    previous = told.get("previous_submissions", [])
    if not isinstance(previous, list):
        problems.append("previous_submissions is no list")
        previous = []
    earlier = []
    for each in previous:
        time = each.get("submission_time") if isinstance(each, dict) else None
        at = moment(time, "a previous submission's submission_time")
        if at is not None:
            earlier.append(at)
        elif time is None:
            problems.append("a previous submission has no submission_time")
    return Metadata(
        created_at,
        moment(assignment.get("due_date"), "due_date"),
        moment(assignment.get("late_due_date"), "late_due_date"),
        tuple(earlier),
        tuple(dict.fromkeys(problems)),
    )


def moment_of(value: object) -> datetime:
    """A moment as Gradescope writes it, "2026-09-09T17:12:43.921648-07:00".

    Raises:
        ValueError: it is no text of that form, has no offset, or lies in no year that is meant.
    """
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no text")
    at = datetime.fromisoformat(value.replace("Z", "+00:00"))
    if at.tzinfo is None or at.utcoffset() is None:
        raise ValueError(f"{value!r} has no offset from UTC")
    if at.year not in YEARS:
        raise ValueError(f"{value!r} is too far away")
    return at
