"""Grades the audit's subjects in parallel: each process has a fork server of its own."""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass

import torch

from autograder.assignment import load
from autograder.audit import naming
from autograder.audit.pairs import Pairs, pairs
from autograder.audit.subjects import Subject, submission_of
from autograder.catalog import Part
from autograder.checks.expect import heard_by
from autograder.checks.reference import load_reference
from autograder.grading import Settings, grade_submission
from autograder.policy.policy import Hints
from autograder.results import Outcome, Report
from autograder.submission.slice import slice_part
from autograder.worker.student import Limits
from autograder.worker.warm import Warm

MUTANT_SECONDS = 4.0  # a mutant may never end; a right answer takes some milliseconds
CHUNK = 8


@dataclass(frozen=True)
class Comparison:
    """One comparison that the grader made: in which check, of what, and its error over the error allowed."""

    number: str
    what: str
    ratio: float


@dataclass(frozen=True)
class Verdict:
    """What grading a subject gave.

    Attributes:
        subject: the version.
        outcomes: those looked at.
        comparisons: every comparison behind them.
        named_falsely: hints of known mistakes that it was given and that are not true of it.
    """

    subject: Subject
    outcomes: tuple[Outcome, ...]
    comparisons: tuple[Comparison, ...]
    named_falsely: tuple[str, ...] = ()

    @property
    def lost(self) -> frozenset[str]:
        """The functions that lost points."""
        return frozenset(o.function for o in self.outcomes if o.points < o.max_points)

    @property
    def named(self) -> frozenset[str]:
        """Of the hints that are true of it, those given."""
        return naming.told(self.outcomes) & frozenset(self.subject.hints)

    @property
    def ungraded(self) -> tuple[Outcome, ...]:
        """What the grader itself failed at or did not reach."""
        return tuple(o for o in self.outcomes if o.status.value in ("could not be graded", "not reached"))


def verdicts(subjects: Sequence[Subject], processes: int | None = None) -> Iterator[Verdict]:
    """Grade all of them, in whatever order they come to an end."""
    chunks = [subjects[i : i + CHUNK] for i in range(0, len(subjects), CHUNK)]
    with _pool(processes) as pool:
        for done in as_completed([pool.submit(_grade_all, chunk) for chunk in chunks]):
            yield from done.result()


@dataclass(frozen=True)
class Paired:
    """The pairs of one function's known mistakes, and what grading those that could be made gave."""

    pairs: Pairs
    verdicts: tuple[Verdict, ...]


def paired(functions: Sequence[tuple[Part, str]], most: int | None, processes: int | None = None) -> Iterator[Paired]:
    """Make and grade the pairs of these functions' known mistakes, in the order of the functions.

    Args:
        functions: each its part and its graded name.
        most: how many pairs of each to make at most; None for all.
        processes: how many to use; None for one for each processor.
    """
    with _pool(processes) as pool:
        yield from pool.map(_grade_pairs, *zip(*((part, name, most) for part, name in functions), strict=True))


def _grade_pairs(part: Part, function: str, most: int | None) -> Paired:
    made = pairs(part, function, most)
    return Paired(made, tuple(judge(subject, _warm) for subject in made.together))


_warm: Warm


def _pool(processes: int | None) -> ProcessPoolExecutor:
    context = multiprocessing.get_context("spawn")  # a fork would share the pipes of other fork servers
    return ProcessPoolExecutor(processes or os.cpu_count() or 1, context, initializer=_begin)


def _begin() -> None:
    """Once in each process: one thread, as in Gradescope's container, and a fork server that lives as long as it."""
    global _warm
    gc.freeze()
    torch.set_num_threads(1)
    _warm = Warm().__enter__()


def _grade_all(subjects: Sequence[Subject]) -> list[Verdict]:
    return [judge(subject, _warm) for subject in subjects]


def judge(subject: Subject, warm: Warm) -> Verdict:
    """Grade one subject: a right answer on every function of its part, a wrong one on its own and on all that call it,
    a pair or a mutant on its own.
    """
    assignment = load(subject.assignment)
    of = assignment.part(subject.part)
    submission = submission_of(subject)
    functions = frozenset(f.name for f in of.functions)
    limits = Settings.of(assignment).limits
    if subject.kind == "wrong":
        functions = touched(subject, of)
    elif subject.kind in ("pair", "mutant"):
        functions, limits = frozenset({subject.function}), Limits(seconds=MUTANT_SECONDS)
    hints: Hints = "off" if subject.kind == "mutant" else "on"
    settings = Settings(assignment, limits=limits, parts=(of,), functions=functions, hints=hints)

    comparisons: list[Comparison] = []
    heard: list[tuple[str, float]] = []
    checks_done = 0

    def after_check(report: Report) -> None:
        nonlocal checks_done
        number = report.outcomes[checks_done].number
        comparisons.extend(Comparison(number, what, ratio) for what, ratio in heard)
        heard.clear()
        checks_done += 1

    with heard_by(lambda what, ratio: heard.append((what, ratio))):
        report = grade_submission(submission, warm, settings, after_check)
    falsely = () if hints == "off" else naming.named_falsely(subject, of, report.outcomes)
    return Verdict(subject, report.outcomes, tuple(comparisons), falsely)


def touched(subject: Subject, of: Part) -> frozenset[str]:
    """The function and every other it could touch: one whose code reaches it, or whose task builds on it."""
    source = submission_of(subject).parts[of.name]
    code = slice_part(source, of, given_source=load_reference(of).given)
    callers = {name for name, found in code.functions.items() if subject.function in found.reaches}
    builders = {function.name for function in of.functions if subject.function in function.needs}
    return frozenset({subject.function} | callers | builders)
