"""The markers that git leaves in a file where two versions could not be merged."""

from __future__ import annotations

import re

MARKER = "<<<<<<<"

_OPENS = re.compile(r"^<{7}(?: |$)", re.MULTILINE)
_MARKS = re.compile(r"^(?:(<{7}|\|{7}|>{7})(?: [^\n]*)?|(={7}))(?:\n|\Z)", re.MULTILINE)
_FOLLOWS = {"": "<", "<": "|=", "|": "=", "=": ">"}
_SIDES = {"": (0, 1), "<": (0,), "|": (), "=": (1,)}  # `|||||||` begins what both versions came from


def has_conflict(text: str) -> bool:
    """Whether a line begins as a conflict does."""
    return _OPENS.search(text) is not None


def sides(text: str) -> tuple[str, str]:
    """A text with each conflict resolved for the one side, and for the other.

    Raises:
        ValueError: the markers do not make whole conflicts.
    """
    taken: tuple[list[str], list[str]] = ([], [])
    at, inside = 0, ""
    for found in _MARKS.finditer(text):
        mark = (found[1] or found[2])[0]
        if mark not in _FOLLOWS[inside]:
            raise ValueError(f"{mark * 7} after {inside * 7 or 'none'}")
        for number in _SIDES[inside]:
            taken[number].append(text[at : found.start()])
        at, inside = found.end(), "" if mark == ">" else mark
    if inside:
        raise ValueError(f"{inside * 7} without an end")
    for side in taken:
        side.append(text[at:])
    return "".join(taken[0]), "".join(taken[1])


def within_conflicts(lines: list[str]) -> frozenset[int]:
    """The indices of the lines that begin no statement, because they belong to a conflict.

    The first line of a conflict begins one where both sides stand at the left margin: then what is before it is whole.
    """
    found: set[int] = set()
    first: int | None = None
    for number, line in enumerate(lines):
        if first is None and _OPENS.match(line):
            first = number
        if first is not None:
            found.add(number)
            if line.startswith(">>>>>>>"):
                if not any(_indented_after(lines, at) for at in range(first, number)):
                    found.remove(first)
                first = None
    return frozenset(found)


def _indented_after(lines: list[str], at: int) -> bool:
    """Whether a marker stands here and the side that it begins does so with an indented line."""
    return lines[at].startswith((MARKER, "=" * 7, "|" * 7)) and lines[at + 1].startswith((" ", "\t"))
