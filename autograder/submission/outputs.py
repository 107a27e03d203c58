"""Leaves large outputs out of a notebook before it is parsed: pictures and pages are most of a large one."""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST_STRING = 20_000  # bytes of one string among the outputs; what public checks print is far shorter
LARGEST = 200_000  # bytes of the outputs of one cell, without its long strings

_QUOTE, _OPENING, _BACKSLASH = b'"[\\'

# Inside a JSON string a quote has a backslash before it, so this is never found there.
_OUTPUTS = re.compile(rb'"outputs"\s*:\s*(?=\[)')
# A bracket, a string, or of one with many escapes the first quote, since matching those would take memory.
_TOKEN = re.compile(rb'[\[\]]|"(?:[^"\\]*(?:\\.[^"\\]*){0,50}")?', re.DOTALL)


def without_large(data: bytes) -> bytes:
    """A notebook with long strings among its outputs emptied, and the outputs of a cell left out if still too large.

    Args:
        data: JSON, in an encoding that contains ASCII. What is no JSON comes back damaged in another way.
    """
    pieces: list[bytes] = []
    at = 0
    while match := _OUTPUTS.search(data, at):
        pieces.append(data[at : match.end()])
        thinned, at = _outputs(data, match.end())
        pieces.append(thinned)
    pieces.append(data[at:])
    return b"".join(pieces)


def _outputs(data: bytes, start: int) -> tuple[bytes, int]:
    """The list that begins at a bracket, made small, and where it ends."""
    pieces: list[bytes] = []
    size = depth = 0
    taken = last = start  # what stands before `taken` is in `pieces`
    for begin, end in _tokens(data, start):
        last = end
        if data[begin] == _QUOTE:
            if end - begin > LONGEST_STRING and size <= LARGEST:
                pieces.append(data[taken : begin + 1])
                size += begin + 1 - taken
                taken = end - 1
            continue
        depth += 1 if data[begin] == _OPENING else -1
        if depth == 0:
            break
    else:
        last = len(data)
    if size + last - taken > LARGEST:
        return b"[]", last
    return b"".join([*pieces, data[taken:last]]), last


def _tokens(data: bytes, at: int) -> Iterator[tuple[int, int]]:
    """Where each bracket and string begins and ends."""
    while True:
        for found in _TOKEN.finditer(data, at):
            begin, at = found.span()
            if at - begin == 1 and data[begin] == _QUOTE:
                at = _string_end(data, at)
                yield begin, at
                break  # the search goes on after the string
            yield begin, at
        else:
            return


def _string_end(data: bytes, at: int) -> int:
    """Where the string ends whose first character stands here: after its closing quote, or at the end of the data."""
    while (quote := data.find(b'"', at)) >= 0:
        before = quote
        while before > at and data[before - 1] == _BACKSLASH:
            before -= 1
        at = quote + 1
        if (quote - before) % 2 == 0:
            return at
    return len(data)
