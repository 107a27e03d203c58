"""A Report as Gradescope's results.json.

What students read is Markdown: a card on top, and one card a function, with what held and what did not. Texts of
students' are escaped, so that they show as they are. The single checks of a card that students see now stand in its
`extra_data` as well, for programs; of the others only the card itself, which Gradescope keeps back.

Nothing for the staff's eyes goes into what students may see, and nothing secret into `extra_data`: it is stored with
the results, the documentation promises nobody that students cannot see it, and the next run of the same student finds
it again in submission_metadata.json. A hidden card for staff is there only where a check is hidden anyway: it would
hide the total from students. `staff_text` belongs on standard output, which Gradescope keeps in the autograder output
that only instructors see (`stdout_visibility` "hidden").

Format: https://gradescope-autograders.readthedocs.io/en/latest/specs/
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder.policy.apply import Ruling
from autograder.report import card, function_card, plain
from autograder.report.function_card import FunctionCard
from autograder.results import Report

TOP = 8_000  # characters of the output above the tests
TOTAL = 200_000  # characters of all tests' outputs together
LEAST = 60  # characters of a message, however many there are
STAFF = "for staff"
UNCHANGED = Ruling()


def render(report: Report, ruling: Ruling = UNCHANGED, staff: str = "") -> dict[str, Any]:
    """The results object: plain dicts, lists, strings, ints, bools and finite floats, in Gradescope's names.

    Args:
        report: what grading found.
        ruling: what the assignment's policy says of this submission. Where its feedback waits, the object has the score
            and the ruling's sentences, and nothing of what was found.
        staff: what a card says that only staff see, Markdown (`staff_card`); left out where no check is hidden.
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
    return {**result, **_details(report, ruling, staff)} if ruling.feedback else result


def _details(report: Report, ruling: Ruling, staff: str) -> dict[str, Any]:
    """Everything that is feedback."""
    cards = function_card.cards(report)
    tests = [_test(one, text) for one, text in zip(cards, _texts(cards), strict=True)]
    if staff and any(outcome.visibility == "hidden" for outcome in report.outcomes):
        tests.append(_for_staff(staff))
    return {
        "output": card.markdown_of(report, TOP, ruling.lines),
        "test_output_format": "md",
        "test_name_format": "text",
        "tests": tests,
        "leaderboard": [{"name": row.name, "value": row.value, "order": row.order} for row in report.leaderboard],
        "extra_data": {"complete": report.complete, "ungraded": plain.ungraded_numbers(report)},
    }


def _texts(cards: Sequence[FunctionCard]) -> list[str]:
    """What the cards say; their messages cut shorter until there is room for all of them."""
    room = plain.BLOCK
    texts = [function_card.markdown_of(one, room) for one in cards]
    while sum(map(len, texts)) > TOTAL and room > LEAST:
        room //= 2
        texts = [function_card.markdown_of(one, room) for one in cards]
    return texts


def dumps(report: Report, ruling: Ruling = UNCHANGED, staff: str = "") -> str:
    """`render` as strict JSON in ASCII."""
    return json.dumps(render(report, ruling, staff), allow_nan=False, indent=1) + "\n"


def write(report: Report, path: str | os.PathLike[str], ruling: Ruling = UNCHANGED, staff: str = "") -> None:
    """Write results.json whole: whoever reads `path` finds the old file or the new one, never a part of it.

    Raises:
        OSError: the folder cannot be written to; what stood at `path` stands as it was.
    """
    target = Path(path)
    text = dumps(report, ruling, staff)
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


def _test(of: FunctionCard, text: str) -> dict[str, Any]:
    visibility = of.outcomes[0].visibility
    return {
        "score": of.score,
        "max_score": of.max_score,
        "status": "passed" if of.passed else "failed",
        "name": of.name,
        "name_format": "text",
        **({"number": of.number} if of.number else {}),
        "output": text,
        "output_format": "md",
        "tags": of.tags,
        "visibility": visibility,
        **({"extra_data": {"checks": of.checks}} if visibility == "visible" else {}),
    }


def _for_staff(text: str) -> dict[str, Any]:
    return {
        "score": 0.0,
        "max_score": 0.0,
        "status": "passed",
        "name": STAFF,
        "name_format": "text",
        "output": plain.clip(text, TOP),
        "output_format": "md",
        "visibility": "hidden",
    }
