"""What the answers in one check say of who made them: of one known mistake, or of two at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from torch import Tensor

from autograder.checks.known import Misconception
from autograder.checks.pairs import as_two
from autograder.checks.transcript import alike

ENOUGH = 3  # answers that a mistake must explain where it does not explain all
NEARLY_ALL = 0.75


@dataclass(frozen=True)
class Told:
    """What a known mistake said.

    Attributes:
        hint: its hint.
        answers: what it said, answer by answer.
        wrong: which of them differ from the truth.
        mine: which of them the student gave, too.
    """

    hint: str
    answers: list[Any]
    wrong: frozenset[int]
    mine: frozenset[int]


@dataclass(frozen=True)
class Evidence:
    """What was said in a check, answer by answer: by the student, by the reference, and by each known mistake.

    Attributes:
        mine: the student's answers.
        truth: the right ones.
        wrong: where the two differ.
        theirs: what each mistake said.
    """

    mine: list[Any]
    truth: list[Any]
    wrong: frozenset[int]
    theirs: dict[Misconception, Told]

    @classmethod
    def of(cls, mine: Any, truth: Any, theirs: Iterable[tuple[Misconception, Any]]) -> Evidence:
        """From transcripts of the same check."""
        own, right = _answers(mine), _answers(truth)
        told = ((mistake, _answers(said)) for mistake, said in theirs)
        found = {
            mistake: Told(mistake.hint, said, _differing(said, right), _alike(said, own)) for mistake, said in told
        }
        return cls(own, right, _differing(own, right), found)

    def nearly_all(self) -> set[str]:
        """The hints of the mistakes that explain most of what is wrong, and at least nearly all of it.

        Only answers count that tell something: those that the student or the mistake has wrong.
        """
        shares: dict[str, float] = {}
        for told in self._whole():
            agree, telling = len(self.wrong & told.wrong & told.mine), len(self.wrong | told.wrong)
            if agree >= ENOUGH and agree >= NEARLY_ALL * telling:
                shares[told.hint] = max(shares.get(told.hint, 0.0), agree / telling)
        best = max(shares.values(), default=0.0)
        return {hint for hint, share in shares.items() if share == best}

    def by_two(self) -> set[str]:
        """Both hints, as one text, of each two mistakes that together explain all of what is wrong.

        Each shows where the other does not; where both do, one hides the other, or their errors add up.
        """
        if len(self.wrong) < ENOUGH:
            return set()
        some = [told for told in self._whole() if self.wrong & told.wrong & told.mine]
        both = set()
        for one, other in combinations(some, 2):
            either, apart = one.wrong | other.wrong, one.wrong - other.wrong and other.wrong - one.wrong
            if one.hint != other.hint and apart and self.wrong <= either and self._fitting(one, other) == either:
                both.add(as_two(one.hint, other.hint))
        return both

    def of_pair(self, one: Misconception, other: Misconception) -> tuple[int, int]:
        """How little it looks as if two mistakes were made at once; the smaller, the likelier.

        Where one of the two alone is wrong, both at once should say what it says; where neither is, what is right;
        where both are, nobody knows, unless their errors add up or one hides the other.

        Returns:
            How many answers speak against the two, and the negative of how many speak for them.
        """
        first, second = self.theirs[one], self.theirs[other]
        heard = frozenset(range(min(map(len, (self.mine, self.truth, first.answers, second.answers)))))
        either, fitting = (first.wrong | second.wrong) & heard, self._fitting(first, second) & heard
        against = either - fitting - (first.wrong & second.wrong) | self.wrong & heard - either
        return len(against), -len(fitting)

    def _whole(self) -> list[Told]:
        """What those said who answered as often as the student and the reference did."""
        if len(self.mine) != len(self.truth):
            return []
        return [told for told in self.theirs.values() if len(told.answers) == len(self.truth)]

    def _fitting(self, one: Told, other: Told) -> frozenset[int]:
        """Of the answers that one of two mistakes has wrong, or both, those in which the student may have made both."""
        alone = (one.wrong - other.wrong) & one.mine | (other.wrong - one.wrong) & other.mine
        hidden = one.wrong & other.wrong & (one.mine | other.mine)
        return alone | hidden | {i for i in one.wrong & other.wrong - hidden if self._is_sum(one, other, i)}

    def _is_sum(self, one: Told, other: Told, i: int) -> bool:
        """Whether the student's error is the sum of two errors."""
        if i >= len(self.mine):
            return False
        parts = (one.answers[i], other.answers[i], self.truth[i])
        if not all(isinstance(part, Tensor) and part.is_floating_point() for part in parts):
            return False
        first, second, truth = parts
        return first.shape == second.shape == truth.shape and alike(self.mine[i], first + second - truth)


def _alike(said: list[Any], other: list[Any]) -> frozenset[int]:
    return frozenset(i for i, (a, b) in enumerate(zip(said, other, strict=False)) if alike(a, b))


def _differing(said: list[Any], truth: list[Any]) -> frozenset[int]:
    return frozenset(range(min(len(said), len(truth)))) - _alike(said, truth)


def _answers(said: Any) -> list[Any]:
    """What was said, answer by answer."""
    if isinstance(said, dict):
        said = list(said.values())
    if isinstance(said, list | tuple):
        return [answer for item in said for answer in _answers(item)]
    return [said]
