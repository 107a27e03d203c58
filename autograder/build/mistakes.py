"""Whether every known mistake scores below full marks: each is graded on its function and on all that calls it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from autograder.assignment import Assignment
from autograder.batch import version
from autograder.build import archive, harness

KEPT = harness.CACHE / "mistakes"


@dataclass(frozen=True)
class Mistakes:
    """What came of grading them.

    Attributes:
        count: how many there are.
        full: those that lost nothing, or could not be graded, by function and name.
    """

    count: int
    full: tuple[str, ...]


def graded(assignment: Assignment, folder: Path = KEPT) -> Mistakes:
    """Grade every known mistake, unless this grader has done so before and found them all below full marks."""
    from autograder.audit import subjects
    from autograder.audit.run import verdicts

    wrong = [subject for part in assignment.parts for subject in subjects.wrong(part)]
    key = hashlib.sha256(repr((version.grader(assignment.name), wrong)).encode()).hexdigest()
    kept = folder / f"{key}.json"
    if kept.is_file():
        return Mistakes(int(json.loads(kept.read_text())), ())
    full = [
        f"{verdict.subject.function}: {verdict.subject.name}"
        for verdict in verdicts(wrong)
        if not verdict.lost or verdict.ungraded
    ]
    if not full:
        archive.write_if_changed(kept, json.dumps(len(wrong)).encode())
    return Mistakes(len(wrong), tuple(sorted(full)))
