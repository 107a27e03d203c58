"""Runs checks with gradescope-utils' JSONTestRunner and turns what happens into Outcomes.

The stock result class loses rows (skips, failed subtests, checks with both partial credit and a leaderboard), keeps a
score set before an exception or for an earlier submission, gives full marks where `set_score` is never called, makes
two rows where a tear-down fails too, lets an error outside a check end the run, and prints unbounded text. Here every
check has exactly one Outcome whatever happens.
"""

from __future__ import annotations

import io
import math
import time
import traceback
import unittest
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from gradescope_utils.autograder_utils.json_test_runner import JSONTestResult, JSONTestRunner

from autograder.checks.case import CheckCase, CheckInfo, NotAttempted, info
from autograder.checks.expect import CheckFailed
from autograder.checks.hints import hint_for
from autograder.results import LeaderboardRow, Outcome, Status
from autograder.worker.errors import (
    BadAnswer,
    Died,
    GraderFault,
    OutOfMemory,
    OutOfTime,
    Raised,
    StudentFault,
    TimedOut,
)

MESSAGE_LIMIT = 2000
FAULTS: dict[type[BaseException], str] = {
    TimedOut: "no answer in time",
    OutOfMemory: "out of memory",
    Died: "its process ended",
    BadAnswer: "an answer that is no plain data",
}


class OutcomeResult(JSONTestResult):  # type: ignore[misc]  # gradescope-utils has no types
    """Collects one Outcome for each check, and tells a listener after each."""

    def __init__(self, *args: Any, on_outcome: Callable[[Outcome, tuple[LeaderboardRow, ...]], None]) -> None:
        super().__init__(*args)
        self._on_outcome = on_outcome
        self._fault: BaseException | None = None
        self._started = 0.0

    def startTest(self, test: CheckCase) -> None:
        """Forget what an earlier submission left on the check's decorators."""
        super().startTest(test)
        self._fault, self._started = None, time.monotonic()
        for layer in _layers(test):
            for name in ("__score__", "__leaderboard_value__"):
                if hasattr(layer, name):
                    delattr(layer, name)

    def addSuccess(self, test: CheckCase) -> None:
        """Nothing to keep: the outcome is made when the check has wholly stopped."""

    def addFailure(self, test: CheckCase, err: Any) -> None:
        """Keep the first thing that went wrong; a second one (in a tear-down) says no more."""
        self._fault = self._fault or err[1]

    addError = addFailure

    def addSkip(self, test: CheckCase, reason: str) -> None:
        """No check may skip itself: it would have no row."""
        self._fault = self._fault or GraderFault(f"the check skipped itself: {reason}")

    def addSubTest(self, test: CheckCase, subtest: Any, err: Any) -> None:
        """A failed subtest fails its check."""
        if err is not None:
            self._fault = self._fault or err[1]

    def addExpectedFailure(self, test: CheckCase, err: Any) -> None:
        """As a failure: a check has no expected ones."""
        self.addFailure(test, err)

    def addUnexpectedSuccess(self, test: CheckCase) -> None:
        """As a success."""

    def stopTest(self, test: CheckCase) -> None:
        """The check is over: make its outcome."""
        super().stopTest(test)
        outcome = judge(test, self._fault, time.monotonic() - self._started)
        if outcome.points < outcome.max_points:
            test.context.lost.add(outcome.function)
        else:
            test.context.passed.add((type(test), test._testMethodName))
        test.forget()
        if self._fault is not None:
            self._fault.with_traceback(None)  # which keeps alive what its frames hold
        self._on_outcome(outcome, _leaderboard(test))


def run(
    checks: Sequence[CheckCase], on_outcome: Callable[[Outcome, tuple[LeaderboardRow, ...]], None] = lambda *_: None
) -> tuple[Outcome, ...]:
    """Run checks in the order given; one Outcome for each."""
    outcomes: list[Outcome] = []

    def collect(outcome: Outcome, rows: tuple[LeaderboardRow, ...]) -> None:
        outcomes.append(outcome)
        on_outcome(outcome, rows)

    runner = JSONTestRunner(stream=io.StringIO())
    runner.resultclass = partial(OutcomeResult, on_outcome=collect)
    runner.run(unittest.TestSuite(checks))
    return tuple(outcomes)


def judge(test: CheckCase, fault: BaseException | None, seconds: float) -> Outcome:
    """What a check that ended with this exception, or none, is worth, and what it says."""
    about = info(type(test), test._testMethodName)
    visibility = test.context.visibility.get(about.number, about.visibility)
    points, message, hint, status, staff = 0.0, "", "", Status.FAILED, ""
    if fault is None:
        points, status = _points(test, about)
        message = getattr(test, "message", "")
        if status is Status.UNGRADED:
            staff = "the check set no score, or one that is not between 0 and its points"
    elif isinstance(fault, OutOfTime):
        status, message = Status.UNREACHED, "the time for the whole run was spent before this check; run it again."
    elif isinstance(fault, Raised) and visibility != "visible":
        message = str(Raised(fault.kind, "", fault.origin))  # its text could show the hidden input
    elif isinstance(fault, StudentFault | AssertionError):
        message = str(fault)
        if isinstance(fault, CheckFailed | Raised) and test.context.hints:
            hint = hint_for(test, fault) or getattr(fault, "diagnosis", "")
    else:
        status, staff = Status.UNGRADED, _traceback(fault)
        message = "the grader itself failed here; this is not your fault, and the staff can see why."
    return Outcome(
        number=about.number,
        title=about.title,
        part=about.part,
        function=about.function,
        points=points,
        max_points=about.points,
        status=status,
        message=bounded(message),
        hint=hint,
        fault=FAULTS.get(type(fault), "") if fault else "",
        visibility=visibility,
        extra=about.extra,
        attempted=not isinstance(fault, NotAttempted),
        task=test.context.part.task_of(about.function),
        seconds=seconds,
        staff=staff,
    )


def bounded(text: str, limit: int = MESSAGE_LIMIT) -> str:
    """A message cut to a length a person would read, saying that it was cut."""
    return text if len(text) <= limit else text[:limit] + f"\n... ({len(text) - limit} more characters)"


def _points(test: CheckCase, about: CheckInfo) -> tuple[float, Status]:
    """Full points, or those the check set itself where it gives partial credit."""
    scores = [layer.__dict__["__score__"] for layer in _layers(test) if "__score__" in layer.__dict__]
    if not any(_gives_partial_credit(layer) for layer in _layers(test)):
        return about.points, Status.PASSED
    if not scores or not math.isfinite(scores[0]) or not 0 <= scores[0] <= about.points:
        return 0.0, Status.UNGRADED
    points = float(scores[0])
    return points, Status.PASSED if points == about.points else Status.FAILED


def _layers(test: CheckCase) -> Iterator[Any]:
    """The check's function and, under each decorator that wraps it, the function wrapped."""
    layer = getattr(type(test), test._testMethodName)
    while layer is not None:
        yield layer
        layer = getattr(layer, "__wrapped__", None)


def _gives_partial_credit(layer: Any) -> bool:
    return "set_score" in getattr(getattr(layer, "__code__", None), "co_freevars", ())


def _leaderboard(test: CheckCase) -> tuple[LeaderboardRow, ...]:
    return tuple(
        LeaderboardRow(
            layer.__leaderboard_column__,
            float(layer.__dict__["__leaderboard_value__"]),
            layer.__leaderboard_sort_order__,
        )
        for layer in _layers(test)
        if "__leaderboard_value__" in layer.__dict__ and math.isfinite(layer.__dict__["__leaderboard_value__"])
    )


def _traceback(fault: BaseException) -> str:
    return "".join(traceback.format_exception(type(fault), fault, fault.__traceback__))[-8000:]
