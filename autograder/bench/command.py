"""`python -m autograder bench`: measure, and print one row for each figure with its bound."""

from __future__ import annotations

import os
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from autograder.assignment import Assignment
from autograder.bench.figure import table
from autograder.bench.subject import Subject


def bench(assignment: Assignment, kinds: Iterable[str]) -> bool:
    """Measure, print the figures of each kind as they come, and say whether every bound is kept.

    Args:
        assignment: whose reference is graded.
        kinds: names of the modules beside this one that have `figures`.
    """
    kept = True
    with TemporaryDirectory() as folder:
        subject = Subject(assignment, Path(folder))
        print(f"medians of {subject.runs} runs on {os.cpu_count()} cores, torch {torch.__version__}")
        for name in kinds:
            figures = tuple(import_module(f"autograder.bench.{name}").figures(subject))
            print(f"{name}\n{table(figures)}" if figures else f"{name}: {assignment.name} has none", flush=True)
            kept &= all(figure.kept for figure in figures)
    return kept
