"""Grading in a warm process: what isolation costs."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from statistics import median

import torch

from autograder.assignment import packages
from autograder.bench.figure import Figure
from autograder.bench.measure import cpu_of_grading
from autograder.bench.subject import Subject, in_process
from autograder.grading import Settings, grade_submission
from autograder.worker.warm import Warm


def figures(subject: Subject) -> Iterator[Figure]:
    """CPU of grading in a warm process, over that of the same calls made in this process."""
    torch.set_num_threads(1)
    gc.freeze()  # as a grader does when it has imported everything
    submission, settings = subject.submission, Settings.of(subject.assignment)
    apart, inside = [], []
    with Warm(packages=packages(subject.assignment.name)) as warm:
        for _ in range(subject.runs + 1):
            apart.append(cpu_of_grading(lambda: grade_submission(submission, warm, settings), warm.pid))
            inside.append(
                cpu_of_grading(lambda: grade_submission(submission, warm, settings, student_type=in_process), warm.pid)
            )
    ratio = median(a / b for a, b in zip(apart[1:], inside[1:], strict=True))
    detail = f"{median(apart[1:]):.2f} s over {median(inside[1:]):.2f} s"
    yield Figure("grade it again, warm / the same calls in-process (CPU)", ratio, 1.3, detail=detail)
