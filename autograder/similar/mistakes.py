"""The mistakes of each submission, read off its results: what failed, and how."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from autograder.report import markdown, plain
from autograder.submission.limits import MB

HINT = "hint: "
LONGEST = 300
MOST_BYTES = 8 * MB
_PLACE = re.compile(r"\S+, (?:cell \d+, )?line \d+|\bcell \d+(?:, line \d+)?")


def mistakes(results: Path, attempted: Collection[str]) -> frozenset[str]:
    """How a submission's checks failed, each as one line: its function and its hint, or its message without a hint.

    Args:
        results: a results.json in Gradescope's format.
        attempted: the graded functions that the submission has; checks of others failed for want of them.

    Returns:
        The lines, without the cells and lines that messages name; none where the file is none of ours.

    Raises:
        OSError: there is no such file, or it cannot be read.
    """
    with results.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    try:
        told = json.loads(data) if len(data) <= MOST_BYTES else {}
    except (ValueError, RecursionError):
        return frozenset()
    tests = told.get("tests") if isinstance(told, dict) else None
    return frozenset(line for test in _dicts(tests) for line in _of(test, attempted))


def _dicts(tests: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tests, list):
        yield from (test for test in tests if isinstance(test, dict))


def _of(test: dict[str, Any], attempted: Collection[str]) -> Iterator[str]:
    tags, output = test.get("tags"), test.get("output")
    if test.get("status") != "failed" or not isinstance(tags, list) or not isinstance(output, str):
        return
    if test.get("output_format") == "md":
        output = markdown.undone(output)
    function = next((tag for tag in tags if tag in attempted), "")
    if not function or output.startswith((plain.UNGRADED, plain.UNREACHED)):
        return
    hints = [line for line in output.splitlines() if line.startswith(HINT)]
    said = hints[0].removeprefix(HINT) if hints else " ".join(output.split())
    if said:
        yield f"{function}: {_PLACE.sub('...', said)[:LONGEST]}"
