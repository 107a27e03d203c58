"""A Report as Gradescope's results.json.

What students read is Markdown: a card on top, and one row a check, its message and its hint. Texts of students' are
escaped, so that they show as they are.

Nothing for the staff's eyes goes into it. A hidden test row would hide the total from students, and `extra_data` is
stored with the results: the documentation promises nobody that students cannot see it, and the next run of the same
student finds it again in submission_metadata.json. `staff_text` belongs on standard output, which Gradescope keeps in
the autograder output that only instructors see (`stdout_visibility` "hidden").

Format: https://gradescope-autograders.readthedocs.io/en/latest/specs/
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.policy.apply import Ruling
from autograder.report import card, markdown, plain
from autograder.results import Outcome, Report

TOP = 8_000  # characters of the output above the tests
TOTAL = 200_000  # characters of all tests' outputs together
HINT = "**hint:** "
LEAST = 60  # characters of a message, however many there are
UNCHANGED = Ruling()


def render(report: Report, ruling: Ruling = UNCHANGED) -> dict[str, Any]:
    """The results object: plain dicts, lists, strings, ints, bools and finite floats, in Gradescope's names.

    Args:
        report: what grading found.
        ruling: what the assignment's policy says of this submission. Where its feedback waits, the object has the score
            and the ruling's sentences, and nothing of what was found.
    """
    report = plain.settle(report)
    result: dict[str, Any] = {
        "score": round((report.score + report.extra) * ruling.factor, 4),
        "execution_time": round(report.seconds, 2),
        "output": card.waiting(report, ruling.lines, TOP),
        "output_format": "md",
        "stdout_visibility": "hidden",
        "visibility": "visible",
        "tests": [],
    }
    return {**result, **_details(report, ruling)} if ruling.feedback else result


def _details(report: Report, ruling: Ruling) -> dict[str, Any]:
    """Everything that is feedback."""
    shown = [_said(outcome) for outcome in report.outcomes]  # Gradescope applies the visibility
    room = plain.BLOCK
    while sum(map(len, shown)) > TOTAL and room > LEAST:
        room //= 2
        shown = [_said(outcome, room) for outcome in report.outcomes]
    return {
        "output": card.markdown_of(report, TOP, ruling.lines),
        "test_output_format": "md",
        "test_name_format": "text",
        "tests": [_test(outcome, text) for outcome, text in zip(report.outcomes, shown, strict=True)],
        "leaderboard": [{"name": row.name, "value": row.value, "order": row.order} for row in report.leaderboard],
        "extra_data": {"complete": report.complete, "ungraded": plain.ungraded_numbers(report)},
    }


def dumps(report: Report, ruling: Ruling = UNCHANGED) -> str:
    """`render` as strict JSON in ASCII."""
    return json.dumps(render(report, ruling), allow_nan=False, indent=1) + "\n"


def write(report: Report, path: str | os.PathLike[str], ruling: Ruling = UNCHANGED) -> None:
    """Write results.json whole: whoever reads `path` finds the old file or the new one, never a part of it.

    Raises:
        OSError: the folder cannot be written to; what stood at `path` stands as it was.
    """
    target = Path(path)
    text = dumps(report, ruling)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
        os.chmod(name, 0o644)  # mkstemp's 0600 would keep it from a harness that reads as another user
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def staff_text(report: Report) -> str:
    """What only staff may read, as text: their notes, and what went wrong in each check that could not be graded.

    Empty if there is nothing to say. Print it on standard output; never put it where a student reads.
    """
    report = plain.settle(report)
    sections = [f"note: {note}" for note in report.staff_notes]
    for outcome in report.outcomes:
        if outcome.staff or plain.kind(outcome) == "ungraded":
            texts = (f"{outcome.label} {outcome.title}: {outcome.status.value}", outcome.message, outcome.staff)
            sections.append("\n".join(text for text in texts if text))
    if not sections:
        return ""
    head = f"for staff: {report.submission} (confinement: {report.confinement or 'not stated'})"
    return plain.clip("\n\n".join((head, *sections)), TOTAL)


def _test(outcome: Outcome, text: str) -> dict[str, Any]:
    untouched = plain.kind(outcome) == "optional"
    return {
        "score": 0.0 if untouched else outcome.points,
        "max_score": 0.0 if untouched else outcome.max_points,
        "status": "passed" if plain.kind(outcome) in ("passed", "optional") else "failed",
        "name": f"{outcome.label} {outcome.title}" if outcome.task else outcome.title,
        "name_format": "text",
        **({} if outcome.task else {"number": outcome.number}),
        "output": text,
        "output_format": "md",
        "tags": [outcome.part, outcome.function] + (["extra credit"] if outcome.extra else []),
        "visibility": outcome.visibility,
    }


def _said(outcome: Outcome, room: int = plain.BLOCK) -> str:
    """What a check says, as Markdown made of at most so many characters."""
    hint = HINT if outcome.hint and plain.kind(outcome) not in ("ungraded", "optional") else ""
    said = plain.said(replace(outcome, hint="") if hint else outcome, staff=True)
    paragraphs = [markdown.text(plain.clip(said, room)), hint and hint + markdown.text(plain.clip(outcome.hint, room))]
    return "\n\n".join(filter(None, paragraphs))
