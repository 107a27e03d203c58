"""A class of a thousand beside one of a hundred: cost grows with it, memory does not. Takes a quarter of an hour."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from autograder.bench.classes import COUNT, copies, cost
from autograder.bench.figure import Figure
from autograder.bench.subject import Subject


def figures(subject: Subject) -> Iterator[Figure]:
    """Wall time and memory of ten times the class."""
    with tempfile.TemporaryDirectory() as folder:
        small, large = (
            cost(subject, copies(subject, Path(folder), count), 2, sampled=True) for count in (COUNT, 10 * COUNT)
        )
    detail = f"{large.wall:.0f} s over {small.wall:.0f} s (9 to 11 is linear)"
    yield Figure(f"{10 * COUNT} submissions / {COUNT} (wall)", large.wall / small.wall, 11.0, detail=detail)
    detail = f"{large.peak >> 20} MB over {small.peak >> 20} MB"
    yield Figure(f"{10 * COUNT} submissions / {COUNT} (peak PSS)", large.peak / small.peak, 1.15, detail=detail)
