"""Which known mistake a wrong answer is: each known wrong version takes the same check, and their answers compared."""

from __future__ import annotations

import warnings
from functools import cache, lru_cache
from typing import Any

from autograder.assignment import SOLUTIONS
from autograder.catalog import Part
from autograder.checks.answers import answers_for
from autograder.checks.case import CheckCase, Context
from autograder.checks.expect import CheckFailed, heard_by
from autograder.checks.inprocess import InProcess
from autograder.checks.known import Misconception
from autograder.checks.known import load as load_known
from autograder.checks.reference import load_reference
from autograder.checks.transcript import alike
from autograder.submission.source import Submission
from autograder.worker.errors import Raised
from autograder.worker.student import Student


@cache
def known(part: Part) -> dict[str, tuple[Misconception, ...]]:
    """Every known wrong version of each graded function of a part."""
    found = load_known(SOLUTIONS / part.assignment / "known" / "mistakes", load_reference(part).functions)
    return {f.name: tuple(m for m in found if m.function == f.name) for f in part.functions}


def hint_for(case: CheckCase, fault: BaseException) -> str:
    """The hint of the one known mistake that fails this check as the student's version did, or "".

    Two mistakes that cannot be told apart by this check give no hint, unless it is the same one.

    Args:
        case: the check, after it has failed.
        fault: how: CheckFailed, or the exception that the student's code raised.
    """
    if case._testMethodName in case.without_hints:
        return ""
    hints = {
        mistake.hint
        for mistake in known(case.context.part).get(case.function, ())
        if _fails_alike(case, mistake, fault)
    }
    return hints.pop() if len(hints) == 1 else ""


def _fails_alike(case: CheckCase, mistake: Misconception, fault: BaseException) -> bool:
    """A known wrong version says the same throughout the same check, and fails it in the same way."""
    said, failure = _put_to(type(case), case._testMethodName, case.context.part, mistake)  # type: ignore[arg-type]  # a class is hashable
    if isinstance(fault, Raised):
        return type(failure).__name__ == fault.kind and alike(case.said, said)
    return isinstance(failure, CheckFailed) and bool(said) and alike(case.said, said)


@lru_cache(maxsize=4096)
def _put_to(
    case: type[CheckCase], method: str, part: Part, mistake: Misconception
) -> tuple[list[object], Exception | None]:
    """What a known wrong version says in a check, and how it fails it, if it does; the same for every submission."""
    reference = load_reference(part)
    answers = answers_for(part, reference)
    trusted = InProcess({**reference.functions, mistake.function: mistake.version}, reference.given, answers)
    nothing = Submission(mistake.name)
    context = Context(part, reference, nothing, _nobody, None, trusted, answers=answers, trusted=True)
    again = case(method, context)
    failure: Exception | None = None
    with heard_by(None), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as in the worker
        try:
            again.setUp()
            getattr(again, method)()
        except Exception as error:  # noqa: BLE001 - a wrong version may raise anything, as a student's may
            failure = error.with_traceback(None)  # which would keep everything alive that it touched
    again.doCleanups()
    return again.said, failure


def _nobody(*_: Any) -> Student:
    raise AssertionError("a check of a known wrong version asks for a worker")
