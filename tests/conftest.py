"""What every test module may use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.assignment import packages
from autograder.grading import Settings, grade
from autograder.results import Outcome, Report
from autograder.worker.student import Limits
from autograder.worker.warm import Warm
from tests.assignments import ALL, PARTS, PROJECT1
from tests.classes import grade_all, some

Grade = Callable[..., Report]


@pytest.fixture(scope="session")
def warm() -> Iterator[Warm]:
    """One fork server for the whole session."""
    with Warm(packages=tuple(dict.fromkeys(p for of in ALL for p in packages(of.name)))) as server:
        yield server


@pytest.fixture
def grade_parts(warm: Warm) -> Grade:
    """Grade a path with short limits; only the parts named, or all."""

    def run(path: Path, *parts: str, seconds: float = 10.0, budget: float = 120.0) -> Report:
        chosen = tuple(map(PROJECT1.part, parts)) or PARTS
        return grade(path, warm, Settings(PROJECT1, budget=budget, limits=Limits(seconds=seconds), parts=chosen))

    return run


def outcomes_of(report: Report, function: str) -> list[Outcome]:
    """The outcomes of one function's checks."""
    return [outcome for outcome in report.outcomes if outcome.function == function]


def lost(report: Report) -> set[str]:
    """The functions that lost points."""
    return {outcome.function for outcome in report.outcomes if outcome.points < outcome.max_points}


@pytest.fixture(scope="session")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A class of twelve and its results, from a run that nothing disturbed."""
    top = tmp_path_factory.mktemp("batch")
    submissions, out = some(top / "class", 12), top / "out"
    grade_all(submissions, out)
    return submissions, out
