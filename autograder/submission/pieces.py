"""Cuts a cell with a syntax error at its left margin, so that the error costs only the piece that has it."""

from __future__ import annotations

import re
import sys

from autograder.submission.conflicts import within_conflicts
from autograder.submission.ipython import parse

MOST_PIECES = 3000
"""A cell is cut into no more than these; what is left stays one piece."""

_MOST_JOINED = 60  # lines at the left margin inside one string or bracket
_START = re.compile(r"[^\s#)\]}]")
_GOES_ON = re.compile(r"(?:else|elif|except|finally)\b")
_DEFINES = re.compile(r"(?:async\s+def|def|class)\b|@")
_BEGINS = re.compile(r"(?:async\s+def|def|class|import|from|if|for|while|with|try)\b|@|[\w.]+\s*=(?!=)")
_UNFINISHED = re.compile(r"never closed|unterminated triple-quoted|unexpected EOF|expected an indented block")

# What Python 3.12 understands and its predecessors do not.
_NEW_STATEMENT = re.compile(r"\s*(?:type\s+\w+.*=|(?:async\s+def|def|class)\s+\w+\s*\[)")
_STRING_OF_EXPRESSIONS = re.compile(r"\b(?:[rR]?[fF]|[fF][rR])[\"'].*\{")


def pieces(code: str) -> list[tuple[int, str]]:
    """A cell or module whole if it parses, else in pieces that begin at the left margin, each with its first line - 1.

    A piece is one statement or a few, right or wrong. A line at the margin inside a string or bracket begins none.
    """
    if _error(code) is None:
        return [(0, code)]
    lines = code.split("\n")
    bounds = [0, *_starts(lines), len(lines)]
    room = len(code) + 50_000  # characters parsed: joining takes no longer than a reading or two
    found: list[tuple[int, int, bool]] = []
    index = 0
    while index < len(bounds) - 1:
        last, right, read = _piece(lines, bounds, index, room)
        room -= read
        start, end = bounds[index], bounds[last]
        if not right and found and _belongs_to_the_last(lines, start, end, found[-1]):
            start = found.pop()[0]
        found.append((start, end, right))
        index = last
    return [(start, "\n".join(lines[start:end])) for start, end, _ in found if start < end]


def _starts(lines: list[str]) -> list[int]:
    """The lines after the first at which a statement may begin; not those under a decorator or within a conflict."""
    conflicts = within_conflicts(lines)
    starts = [
        n
        for n, line in enumerate(lines)
        if n and _START.match(line) and not _GOES_ON.match(line) and not lines[n - 1].startswith("@")
        if n not in conflicts
    ]
    return starts[:MOST_PIECES]


def _piece(lines: list[str], bounds: list[int], index: int, room: int) -> tuple[int, bool, int]:
    """Where the piece that begins at a bound ends, whether it is right, and how much was read to know it."""
    start, read = bounds[index], 0
    wrong = index + 1
    for end in range(index + 1, min(index + 1 + _MOST_JOINED, len(bounds))):
        text = "\n".join(lines[start : bounds[end]])
        read += len(text)
        error = _error(text)
        if error is None:
            return end, True, read
        unfinished = lines[start].startswith("@") or _UNFINISHED.search(error.msg)
        # The string or bracket ended and something else is wrong: believe that, unless it may be of what comes after.
        its_own = (error.lineno or 1) <= bounds[index + 1] - start
        if not unfinished and (its_own or not any(_BEGINS.match(lines[at]) for at in bounds[index + 1 : end])):
            wrong = end
        if not unfinished or read > room:
            break
    return wrong, False, read


def _belongs_to_the_last(lines: list[str], start: int, end: int, last: tuple[int, int, bool]) -> bool:
    """Whether a wrong piece is the rest of the one before: of a wrong one, or of a body cut by a line at the margin."""
    if not last[2]:
        return not _BEGINS.match(lines[start])
    error = _error("\n".join(lines[start:end]))
    cut = isinstance(error, IndentationError) and error.msg == "unexpected indent"
    return cut and _DEFINES.match(lines[last[0]]) is not None


def _error(code: str) -> SyntaxError | None:
    try:
        parse(code)
    except SyntaxError as error:
        return error
    return None


def syntax_error(error: SyntaxError, code: str) -> str:
    """What Python says of an error in this code; of syntax newer than this Python, also which Python this is."""
    said = error.msg
    lines = code.split("\n")
    number = error.lineno or 1
    line = lines[number - 1] if 0 < number <= len(lines) else ""
    in_string = said.startswith("f-string") and _STRING_OF_EXPRESSIONS.search(code)
    if sys.version_info < (3, 12) and (in_string or _NEW_STATEMENT.match(line) or _STRING_OF_EXPRESSIONS.search(line)):
        said += f"; this grader runs Python {sys.version_info.major}.{sys.version_info.minor}"
    return said
