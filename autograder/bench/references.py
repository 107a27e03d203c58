"""The reference solutions against what others wrote for the same: pairs that an assignment lists in its `bench.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

import torch

from autograder.assignment import rivals
from autograder.bench.figure import Figure
from autograder.bench.measure import in_turns
from autograder.bench.subject import Subject
from autograder.checks.reference import load_reference


def figures(subject: Subject) -> Iterator[Figure]:
    """CPU time of each call of a reference's over that of its rival, one thread each, in turns."""
    torch.set_num_threads(1)
    functions: dict[str, Callable[..., Any]] = {}
    for part in subject.assignment.parts:
        functions |= load_reference(part).functions
    for rival in rivals(subject.assignment.name, functions):
        ours, theirs = (median(seconds) for seconds in in_turns(rival.ours, rival.theirs, subject.runs))
        detail = f"{1000 * ours:.1f} ms over {1000 * theirs:.1f} ms"
        yield Figure(f"{rival.name} (CPU)", ours / theirs, rival.bound, detail=detail)
