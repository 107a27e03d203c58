"""Two submissions side by side, function by function, with the stretches marked that are alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from autograder.report import plain
from autograder.similar.fingerprints import Prints, alike
from autograder.similar.pairs import Pair, Scored
from autograder.similar.work import Piece, Work

MOST_LINES, LONGEST = 400, 300
HELPERS = "helpers and constants"


@dataclass(frozen=True)
class Stretch:
    """Some lines of code, all alike or none of them."""

    text: str
    alike: bool


@dataclass(frozen=True)
class Side:
    """What one submission has for a function.

    Attributes:
        place: where it stands.
        stretches: its code in order.
        lines: how many of its lines are alike.
    """

    place: str
    stretches: tuple[Stretch, ...]
    lines: int


@dataclass(frozen=True)
class Row:
    """One function of one part, of both submissions."""

    part: str
    function: str
    left: Side
    right: Side


def rows(pair: Pair, works: Sequence[Work], scored: Scored) -> tuple[Row, ...]:
    """The functions that have lines alike on both sides, those with most of them first."""
    found = []
    for part in pair.parts:
        prints = scored.telling[part]
        shared = np.intersect1d(prints[pair.first], prints[pair.second], assume_unique=True)
        left, right = (_by_owner(works[index].pieces.get(part, ())) for index in (pair.first, pair.second))
        for owner in left:
            if owner in right:
                found.append(Row(part, owner or HELPERS, _side(left[owner], shared), _side(right[owner], shared)))
    both = {row: min(row.left.lines, row.right.lines) for row in found}
    return tuple(sorted((row for row in found if both[row]), key=lambda row: -both[row]))


def _by_owner(pieces: Iterable[Piece]) -> dict[str, list[Piece]]:
    """The pieces of each function, helpers last."""
    found: dict[str, list[Piece]] = {}
    for piece in sorted(pieces, key=lambda piece: not piece.owner):
        if piece.lines:  # imports have none
            found.setdefault(piece.owner, []).append(piece)
    return found


def _side(pieces: list[Piece], shared: Prints) -> Side:
    marked = [line for piece in pieces for line in (*_marked(piece, shared), ("", False))][:-1]
    count = sum(hit for text, hit in marked if text.strip())
    if len(marked) > MOST_LINES:
        marked = [*marked[:MOST_LINES], (f"... {len(marked) - MOST_LINES} more lines", False)]
    stretches = [
        Stretch("\n".join(plain.block(text, LONGEST) for text, _ in lines), hit)
        for hit, lines in groupby(marked, key=lambda line: line[1])
    ]
    cells = sorted({piece.origin.cell for piece in pieces})
    place = f"cell {', '.join(map(str, cells))}" if cells[-1] else f"line {pieces[0].origin.line}"
    return Side(place, tuple(stretches), count)


def _marked(piece: Piece, shared: Prints) -> list[tuple[str, bool]]:
    """The lines of a piece's source, each with whether it is alike; blank ones and comments between such are too."""
    source = piece.code.splitlines()
    hits = [False] * (len(source) + 1)
    said = [False] * (len(source) + 1)
    for line, hit in zip(piece.lines, alike(piece.lines, shared), strict=True):
        for number in range(max(line.first, 1), min(line.last, len(source)) + 1):
            said[number], hits[number] = True, hits[number] or hit
    for number in range(1, len(source) + 1):
        if not said[number]:
            hits[number] = hits[number - 1] and any(said[number:]) and hits[said.index(True, number)]
    return list(zip(source, hits[1:], strict=True))
