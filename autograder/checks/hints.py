"""Which known mistake a wrong answer is: each known wrong version takes the same check, and their answers compared.

One that says the same throughout is the mistake. Failing that, the weight of the evidence decides: real code has
details of its own, and one answer that differs must not silence what all the others say.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
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

ENOUGH = 3  # answers that a mistake must explain where it does not explain all
NEARLY_ALL = 0.75


@cache
def known(part: Part) -> dict[str, tuple[Misconception, ...]]:
    """Every known wrong version of each graded function of a part."""
    found = load_known(SOLUTIONS / part.assignment / "known" / "mistakes", load_reference(part).functions)
    return {f.name: tuple(m for m in found if m.function == f.name) for f in part.functions}


def hint_for(case: CheckCase, fault: BaseException) -> str:
    """The hint of the one known mistake that fails this check as the student's version did, or nearly so, or "".

    Two mistakes that cannot be told apart by this check give no hint, unless it is the same one.

    Args:
        case: the check, after it has failed.
        fault: how: CheckFailed, or the exception that the student's code raised.
    """
    if case._testMethodName in case.without_hints:
        return ""
    mistakes = known(case.context.part).get(case.function, ())
    hints = {mistake.hint for mistake in mistakes if _fails_alike(case, mistake, fault)}
    if not hints and isinstance(fault, CheckFailed):
        hints = _by_weight(case, mistakes)
    return hints.pop() if len(hints) == 1 else ""


def _by_weight(case: CheckCase, mistakes: Sequence[Misconception]) -> set[str]:
    """The hints of the mistakes that explain most of what is wrong in a check, and at least nearly all of it.

    Only answers count that tell something: those that the student or the mistake has wrong.
    """
    version = case.reference.functions.get(case.function)
    if version is None or not mistakes:
        return set()
    truth = _answers(_said(case, Misconception(case.function, "", "", version, "")))
    mine = _answers(case.said)
    if len(mine) != len(truth):
        return set()
    wrong = {i for i, (a, b) in enumerate(zip(mine, truth, strict=True)) if not alike(a, b)}
    shares: dict[str, float] = {}
    for mistake in mistakes:
        theirs = _answers(_said(case, mistake))
        if len(theirs) != len(truth):
            continue
        changed = {i for i, (a, b) in enumerate(zip(theirs, truth, strict=True)) if not alike(a, b)}
        agree = sum(alike(mine[i], theirs[i]) for i in wrong & changed)
        if agree >= ENOUGH and agree >= NEARLY_ALL * len(wrong | changed):
            shares[mistake.hint] = max(shares.get(mistake.hint, 0.0), agree / len(wrong | changed))
    best = max(shares.values(), default=0.0)
    return {hint for hint, share in shares.items() if share == best}


def _answers(said: Any) -> list[Any]:
    """What was said, answer by answer."""
    if isinstance(said, dict):
        said = list(said.values())
    if isinstance(said, list | tuple):
        return [answer for item in said for answer in _answers(item)]
    return [said]


def _said(case: CheckCase, mistake: Misconception) -> list[object]:
    return _put_to(type(case), case._testMethodName, case.context.part, mistake)[0]  # type: ignore[arg-type]  # a class is hashable


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
