"""The mistakes of each submission, read off its report: what failed, and how."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from autograder.results import Status
from autograder.submission.limits import MB

LONGEST = 300
MOST_BYTES = 8 * MB
_PLACE = re.compile(r"\S+, (?:cell \d+, )?line \d+|\bcell \d+(?:, line \d+)?")


def mistakes(report: Path, attempted: Collection[str]) -> frozenset[str]:
    """How a submission's checks failed, each as one line: its function and its hint, or its message without a hint.

    Args:
        report: a report.json of `grade-all`.
        attempted: the graded functions that the submission has; checks of others failed for want of them.

    Returns:
        The lines, without the cells and lines that messages name; none where the file is none of ours.

    Raises:
        OSError: there is no such file, or it cannot be read.
    """
    with report.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    try:
        told = json.loads(data) if len(data) <= MOST_BYTES else {}
    except (ValueError, RecursionError):
        return frozenset()
    outcomes = told.get("outcomes") if isinstance(told, dict) else None
    return frozenset(line for outcome in _dicts(outcomes) for line in _of(outcome, attempted))


def _dicts(outcomes: Any) -> Iterator[dict[str, Any]]:
    if isinstance(outcomes, list):
        yield from (outcome for outcome in outcomes if isinstance(outcome, dict))


def _of(outcome: dict[str, Any], attempted: Collection[str]) -> Iterator[str]:
    function, hint, message = (outcome.get(name) for name in ("function", "hint", "message"))
    if outcome.get("status") != Status.FAILED.value or not all(isinstance(t, str) for t in (function, hint, message)):
        return
    said = hint or " ".join(str(message).split())
    if said and function in attempted:
        yield f"{function}: {_PLACE.sub('...', str(said))[:LONGEST]}"
