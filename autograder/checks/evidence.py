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
    """

    hint: str
    answers: list[Any]
    wrong: frozenset[int]


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
        found = {mistake: Told(mistake.hint, said, _differing(said, right)) for mistake, said in told}
        return cls(own, right, _differing(own, right), found)

    def nearly_all(self) -> set[str]:
        """The hints of the mistakes that explain most of what is wrong, and at least nearly all of it.

        Only answers count that tell something: those that the student or the mistake has wrong.
        """
        shares: dict[str, float] = {}
        for told in self._whole():
            agree = sum(alike(self.mine[i], told.answers[i]) for i in self.wrong & told.wrong)
            if agree >= ENOUGH and agree >= NEARLY_ALL * len(self.wrong | told.wrong):
                shares[told.hint] = max(shares.get(told.hint, 0.0), agree / len(self.wrong | told.wrong))
        best = max(shares.values(), default=0.0)
        return {hint for hint, share in shares.items() if share == best}

    def by_two(self) -> set[str]:
        """Both hints, as one text, of each two mistakes that together explain all of what is wrong.

        Each shows where the other does not; where both do, one hides the other, or their errors add up.
        """
        if len(self.wrong) < ENOUGH:
            return set()
        some = [t for t in self._whole() if any(alike(self.mine[i], t.answers[i]) for i in self.wrong & t.wrong)]
        both = set()
        for one, other in combinations(some, 2):
            if one.hint != other.hint and self.wrong <= one.wrong | other.wrong and self._explained(one, other):
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
        against = support = 0
        for i in range(min(map(len, (self.mine, self.truth, first.answers, second.answers)))):
            likely = any(alike(self.mine[i], choice) for choice in self._choices(first, second, i))
            told = i in first.wrong or i in second.wrong
            support += likely and told
            against += not likely and not (i in first.wrong and i in second.wrong)
        return against, -support

    def _whole(self) -> list[Told]:
        """What those said who answered as often as the student and the reference did."""
        if len(self.mine) != len(self.truth):
            return []
        return [told for told in self.theirs.values() if len(told.answers) == len(self.truth)]

    def _choices(self, one: Told, other: Told, i: int) -> list[Any]:
        """What two mistakes at once may answer, judged by what each answers alone."""
        if i in one.wrong and i in other.wrong:
            return [one.answers[i], other.answers[i], *_added(one.answers[i], other.answers[i], self.truth[i])]
        return [one.answers[i] if i in one.wrong else other.answers[i]]

    def _explained(self, one: Told, other: Told) -> bool:
        if not one.wrong - other.wrong or not other.wrong - one.wrong:
            return False
        return all(
            any(alike(self.mine[i], choice) for choice in self._choices(one, other, i)) for i in one.wrong | other.wrong
        )


def _differing(said: list[Any], truth: list[Any]) -> frozenset[int]:
    return frozenset(i for i, (a, b) in enumerate(zip(said, truth, strict=False)) if not alike(a, b))


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
