"""Which known mistake a wrong answer is: each known wrong version takes the same check, and their answers compared.

One that says the same throughout is the mistake. Failing that, the weight of the evidence decides: real code has
details of its own, and one answer that differs must not silence what all the others say.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations
from typing import Any

from torch import Tensor

from autograder.assignment import SOLUTIONS
from autograder.catalog import Part
from autograder.checks.answers import answers_for
from autograder.checks.case import CheckCase, Context
from autograder.checks.expect import CheckFailed, heard_by
from autograder.checks.inprocess import InProcess
from autograder.checks.kept import Kept
from autograder.checks.known import Misconception
from autograder.checks.known import load as load_known
from autograder.checks.pairs import FILE as PAIRS
from autograder.checks.pairs import as_two
from autograder.checks.pairs import load as load_pairs
from autograder.checks.pairs import read as read_pairs
from autograder.checks.reference import load_reference
from autograder.checks.transcript import alike
from autograder.submission.source import Submission
from autograder.worker.errors import Raised
from autograder.worker.student import Student

ENOUGH = 3  # answers that a mistake must explain where it does not explain all
NEARLY_ALL = 0.75
KEPT_BYTES = 64 << 20  # of what known mistakes say; the smallest container has 768 MB for everything
PAIR_SECONDS = 1.0  # of processor time, for a check to be put to versions with two known mistakes


@cache
def known(part: Part) -> dict[str, tuple[Misconception, ...]]:
    """Every known wrong version of each graded function of a part."""
    found = load_known(SOLUTIONS / part.assignment / "known" / "mistakes", load_reference(part).functions)
    return {f.name: tuple(m for m in found if m.function == f.name) for f in part.functions}


@cache
def together(part: Part, function: str) -> tuple[Misconception, ...]:
    """The versions of a graded function that make two of its known mistakes at once; each hint names both."""
    there = read_pairs(SOLUTIONS / part.assignment / PAIRS).get(part.name, {}).get(function, {"pairs": ()})
    return tuple(load_pairs(there["pairs"], known(part).get(function, ()), load_reference(part).functions))


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
    hints = {mistake.hint for mistake in same} or _of_two(case, fault)
    if not hints and isinstance(fault, CheckFailed):
        evidence = _Evidence.of(case, mistakes)
        hints = evidence.nearly_all() or evidence.by_two() if evidence else set()
    return hints.pop() if len(hints) == 1 else ""


def _of_two(case: CheckCase, fault: BaseException) -> set[str]:
    """The hints of the pairs that fail this check alike, and no check that the student's version has passed."""
    pairs = _in_time(type(case), case._testMethodName, case.context.part)  # type: ignore[arg-type]  # a class is hashable
    return {pair.hint for pair in pairs if _fails_alike(case, pair, fault) and not _ruled_out(case, pair)}


@lru_cache(maxsize=1024)
def _in_time(case: type[CheckCase], method: str, part: Part) -> tuple[Misconception, ...]:
    """The pairs of a check's function that take it in PAIR_SECONDS; the same ones for every submission."""
    found: list[Misconception] = []
    started = time.thread_time()
    for pair in together(part, case.function):
        if time.thread_time() - started > PAIR_SECONDS:
            break
        _put_to(case, method, part, pair)
        found.append(pair)
    return tuple(found)


@dataclass(frozen=True)
class _Evidence:
    """What was said in a check, answer by answer: by the student, by the reference, and by each known mistake.

    Attributes:
        mine: the student's answers.
        truth: the right ones.
        wrong: where the two differ.
        theirs: of each mistake that gives as many answers, its hint, its answers, and where they are wrong.
    """

    mine: list[Any]
    truth: list[Any]
    wrong: frozenset[int]
    theirs: list[tuple[str, list[Any], frozenset[int]]]

    @classmethod
    def of(cls, case: CheckCase, mistakes: Sequence[Misconception]) -> _Evidence | None:
        """None where there is nothing to compare."""
        if not mistakes:
            return None
        version = case.reference.functions[case.function]
        truth = _answers(_said(case, Misconception(case.function, "", "", version, "")))
        mine = _answers(case.said)
        if len(mine) != len(truth):
            return None
        answers = [(mistake.hint, _answers(_said(case, mistake))) for mistake in mistakes]
        theirs = [(hint, said, _differing(said, truth)) for hint, said in answers if len(said) == len(truth)]
        return cls(mine, truth, _differing(mine, truth), theirs)

    def nearly_all(self) -> set[str]:
        """The hints of the mistakes that explain most of what is wrong, and at least nearly all of it.

        Only answers count that tell something: those that the student or the mistake has wrong.
        """
        shares: dict[str, float] = {}
        for hint, said, changed in self.theirs:
            agree = sum(alike(self.mine[i], said[i]) for i in self.wrong & changed)
            if agree >= ENOUGH and agree >= NEARLY_ALL * len(self.wrong | changed):
                shares[hint] = max(shares.get(hint, 0.0), agree / len(self.wrong | changed))
        best = max(shares.values(), default=0.0)
        return {hint for hint, share in shares.items() if share == best}

    def by_two(self) -> set[str]:
        """Both hints, as one text, of each two mistakes that together explain all of what is wrong.

        Each shows where the other does not; where both do, one hides the other, or their errors add up.
        """
        if len(self.wrong) < ENOUGH:
            return set()
        some = [one for one in self.theirs if any(alike(self.mine[i], one[1][i]) for i in self.wrong & one[2])]
        both = set()
        for one, other in combinations(some, 2):
            if one[0] != other[0] and self.wrong <= one[2] | other[2] and self._explained(one, other):
                both.add(as_two(one[0], other[0]))
        return both

    def _explained(
        self, one: tuple[str, list[Any], frozenset[int]], other: tuple[str, list[Any], frozenset[int]]
    ) -> bool:
        alone = [0, 0]
        for i in one[2] | other[2]:
            mine, choices = self.mine[i], []
            if i not in other[2]:
                choices, alone[0] = [one[1][i]], alone[0] + 1
            elif i not in one[2]:
                choices, alone[1] = [other[1][i]], alone[1] + 1
            else:
                choices = [one[1][i], other[1][i], *_added(one[1][i], other[1][i], self.truth[i])]
            if not any(alike(mine, choice) for choice in choices):
                return False
        return min(alone) > 0


def _differing(said: list[Any], truth: list[Any]) -> frozenset[int]:
    return frozenset(i for i, (a, b) in enumerate(zip(said, truth, strict=True)) if not alike(a, b))


def _added(one: Any, other: Any, truth: Any) -> list[Any]:
    """What two errors come to that add up."""
    tensors = all(isinstance(value, Tensor) and value.is_floating_point() for value in (one, other, truth))
    return [one + other - truth] if tensors and one.shape == other.shape == truth.shape else []


def _answers(said: Any) -> list[Any]:
    """What was said, answer by answer."""
    if isinstance(said, dict):
        said = list(said.values())
    if isinstance(said, list | tuple):
        return [answer for item in said for answer in _answers(item)]
    return [said]


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
