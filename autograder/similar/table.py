"""The pairs as a table: similar.csv, and the evidence in words."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from autograder.report import cells, plain
from autograder.similar.pairs import LISTED, MOST_COUNTED, Pair

COLUMNS = ("score", "first", "second", "code", "weights", "mistakes", "remarks", "evidence")
QUOTED = 120


def table(pairs: Sequence[Pair], names: Sequence[str]) -> str:
    """The pairs as CSV, in order; names by the pairs' indices."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for pair in pairs:
        counts = (len(pair.weights), len(pair.mistakes), len(pair.remarks))
        of = (names[pair.first], names[pair.second])
        row = (f"{pair.score:.3f}", *of, f"{pair.code:.3f}", *map(str, counts), "; ".join(evidence(pair)))
        writer.writerow(map(cells.safe, row))
    return buffer.getvalue()


def evidence(pair: Pair) -> list[str]:
    """What speaks for a pair, in words, the code first."""
    said = [f"{part}: code alike to {100 * share:.0f} %" for part, share in pair.parts.items() if share >= LISTED]
    said += [f"the same {name}" for name in pair.weights]
    said += _some("the same rare mistake", pair.mistakes)
    return said + _some("the same rare comment or string", pair.remarks)


def _some(what: str, found: Sequence[str]) -> list[str]:
    said = [f"{what}: {plain.line(text, QUOTED)}" for text in found[:MOST_COUNTED]]
    left = len(found) - MOST_COUNTED
    return said if left <= 0 else [*said, f"and {left} more of these"]
