"""Grading one submission from a cold start."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from statistics import median

from autograder.bench.figure import Figure
from autograder.bench.measure import wall
from autograder.bench.subject import Subject


def figures(subject: Subject) -> Iterator[Figure]:
    """Wall time of grading from a cold start, over that of `import torch`."""
    grading, importing = [], []
    for _ in range(subject.runs + 1):
        importing.append(wall([sys.executable, "-c", "import torch"]))
        grading.append(wall(subject.command))
    ratio = median(a / b for a, b in zip(grading[1:], importing[1:], strict=True))
    detail = f"{median(grading[1:]):.2f} s over {median(importing[1:]):.2f} s"
    yield Figure("grade the reference once, cold / import torch (wall)", ratio, 4.0, detail=detail)
