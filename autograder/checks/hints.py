"""Which known mistake a wrong answer is: each known wrong version takes the same check, and their answers compared.

One that says the same throughout is the mistake. Failing that, the weight of the evidence decides: real code has
details of its own, and one answer that differs must not silence what all the others say.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Sequence
from functools import cache
from typing import Any

from autograder.assignment import SOLUTIONS
from autograder.catalog import Part
from autograder.checks.answers import answers_for
from autograder.checks.case import CheckCase, Context
from autograder.checks.evidence import Evidence
from autograder.checks.expect import CheckFailed, heard_by
from autograder.checks.inprocess import InProcess
from autograder.checks.kept import Kept
from autograder.checks.known import Misconception
from autograder.checks.known import load as load_known
from autograder.checks.pairs import FILE as PAIRS_FILE
from autograder.checks.pairs import Pair
from autograder.checks.pairs import load as load_pairs
from autograder.checks.pairs import read as read_pairs
from autograder.checks.reference import load_reference
from autograder.checks.transcript import alike
from autograder.submission.source import Submission
from autograder.worker.errors import Raised
from autograder.worker.student import Student

KEPT_BYTES = 64 << 20  # of what known mistakes say; the smallest container has 768 MB for everything
PAIRS = 24  # with two known mistakes, to which a check is put: as many as there are with one, or nearly
PAIR_SECONDS = 1.0  # of processor time, for all of them


@cache
def known(part: Part) -> dict[str, tuple[Misconception, ...]]:
    """Every known wrong version of each graded function of a part."""
    found = load_known(SOLUTIONS / part.assignment / "known" / "mistakes", load_reference(part).functions)
    return {f.name: tuple(m for m in found if m.function == f.name) for f in part.functions}


@cache
def _pairs_of(assignment: str) -> dict[str, dict[str, dict[str, Any]]]:
    """What an assignment's file of pairs holds: some hundred kilobytes, read once for all its functions."""
    return read_pairs(SOLUTIONS / assignment / PAIRS_FILE)


@cache
def together(part: Part, function: str) -> tuple[Pair, ...]:
    """The versions of a graded function that make two of its known mistakes at once."""
    there = _pairs_of(part.assignment).get(part.name, {}).get(function, {"pairs": ()})
    return tuple(load_pairs(there["pairs"], known(part).get(function, ())))


@cache
def at_once(part: Part, pair: Pair) -> Misconception:
    """The version of a pair."""
    return pair.version(load_reference(part).functions)


def hint_for(case: CheckCase, fault: BaseException) -> str:
    """The hint of the one known mistake that fails this check as the student's version did, or nearly so, or "".

    One that does so exactly comes first, then two at once that do, then the weight of the evidence. Mistakes or pairs
    that cannot be told apart, by this check and the student's earlier ones, give no hint, unless it is the same one.

    Args:
        case: the check, after it has failed.
        fault: how: CheckFailed, or the exception that the student's code raised.
    """
    if case._testMethodName in case.without_hints:
        return ""
    mistakes = known(case.context.part).get(case.function, ())
    same = [mistake for mistake in mistakes if _fails_alike(case, mistake, fault)]
    if len({mistake.hint for mistake in same}) > 1:
        same = [mistake for mistake in same if not _ruled_out(case, mistake)]
    hints = {mistake.hint for mistake in same}
    if mistakes and not hints:
        evidence = _evidence(case, mistakes)
        hints = _of_two(case, fault, evidence)
        if not hints and isinstance(fault, CheckFailed):
            hints = evidence.nearly_all() or evidence.by_two()
    return hints.pop() if len(hints) == 1 else ""


def _of_two(case: CheckCase, fault: BaseException, evidence: Evidence) -> set[str]:
    """The hints of the pairs that fail this check alike, and no check that the student's version has passed.

    The likeliest are asked first, as many as PAIRS, and PAIR_SECONDS, allow.
    """
    part, started = case.context.part, time.thread_time()
    hidden = {mistake for mistake in known(part).get(case.function, ()) if _ruled_out(case, mistake)}

    def unlikely(pair: Pair) -> tuple[int, int]:
        against, support = evidence.of_pair(pair.one, pair.other)
        return against + len(hidden & {pair.one, pair.other}), support

    found = set()
    for pair in sorted(together(part, case.function), key=unlikely)[:PAIRS]:
        if time.thread_time() - started > PAIR_SECONDS:
            break
        both = at_once(part, pair)
        if _fails_alike(case, both, fault) and not _ruled_out(case, both):
            found.add(pair.hint)
    return found


def _evidence(case: CheckCase, mistakes: Sequence[Misconception]) -> Evidence:
    """What the student, the reference and each known mistake said in a check."""
    right = Misconception(case.function, "", "", case.reference.functions[case.function], "")
    return Evidence.of(case.said, _said(case, right), ((mistake, _said(case, mistake)) for mistake in mistakes))


def _said(case: CheckCase, mistake: Misconception) -> list[object]:
    return _put_to(type(case), case._testMethodName, case.context.part, mistake)[0]


def _fails_alike(case: CheckCase, mistake: Misconception, fault: BaseException) -> bool:
    """A known wrong version says the same throughout the same check, and fails it in the same way."""
    said, failure = _put_to(type(case), case._testMethodName, case.context.part, mistake)
    if isinstance(fault, Raised):
        return _raised_alike(fault, failure, mistake) and alike(case.said, said)
    return isinstance(failure, CheckFailed) and bool(said) and alike(case.said, said)


def _raised_alike(fault: Raised, failure: Exception | None, mistake: Misconception) -> bool:
    """The same exception with the same first line; the names under which the two were defined aside."""
    if type(failure).__name__ != fault.kind:
        return False
    theirs = str(failure).replace(getattr(mistake.version, "__name__", mistake.function), mistake.function)
    return fault.text.partition("\n")[0] == theirs.partition("\n")[0]


def _ruled_out(case: CheckCase, mistake: Misconception) -> bool:
    """Whether a mistake fails an earlier check of the function, which the student's version has passed."""
    passed = [(type_, method) for type_, method in case.context.passed if type_.function == case.function]
    part = case.context.part
    return any(_put_to(type_, method, part, mistake)[1] for type_, method in passed)


_kept: Kept[tuple[list[object], Exception | None]] = Kept(KEPT_BYTES)


def _put_to(
    case: type[CheckCase], method: str, part: Part, mistake: Misconception
) -> tuple[list[object], Exception | None]:
    """As `put_to`; it is the same for every submission, and kept for the next one while there is room."""
    return _kept.get((case, method, part, mistake), lambda: put_to(case, method, part, mistake))


def put_to(
    case: type[CheckCase], method: str, part: Part, mistake: Misconception
) -> tuple[list[object], Exception | None]:
    """What a known wrong version says in a check, and how it fails it, if it does.

    Args:
        case: the check's case.
        method: the check.
        part: the case's.
        mistake: the version; it runs in this process.
    """
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
