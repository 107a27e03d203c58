"""Scores the pairs of a class.

Code counts by its fingerprints, those given left out. In a class of ten or more, those that more than a third of it
holds are left out too, for that is how this task is solved; and the likeness of two is corrected for chance as Cohen's
kappa is: (share - expected) / (1 - expected), where a submission is expected to share with another what it shares with
the rest of the class on average.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from autograder.similar.fingerprints import Prints
from autograder.similar.work import Work

ENOUGH, COMMON = 10, 1 / 3
LEAST = 200.0
"""Fingerprints that a part is taken to have at least: a few lines that are alike are no evidence."""

LISTED, ALIKE = 0.1, 0.3
"""From which score on a pair is listed, and from which it is called alike.

Independent right answers to all tasks of a part stay below 0.1; copies with other names and another order come out
above 0.9, and copies with every statement rewritten as well around 0.5.
"""

WEIGHTS, MISTAKE, REMARK = 0.5, 0.15, 0.15
"""What one identical file of weights, rare mistake or rare remark weighs, as a probability is."""

MOST_COUNTED = 3
_BLOCK = 20_000  # fingerprints multiplied at a time

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


@dataclass
class Pair:
    """Two submissions and what they share.

    Attributes:
        first: the index of one in its class.
        second: the index of the other, which is greater.
        parts: of each part that both have, the share of the smaller one's code that stands in the other, 0 to 1, less
            what is expected by chance.
        weights: names of identical files of weights.
        mistakes: mistakes that only these two make, or hardly anybody else.
        remarks: comments and strings that only these two have, or hardly anybody else.
    """

    first: int
    second: int
    parts: dict[str, float] = field(default_factory=dict)
    weights: list[str] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def code(self) -> float:
        """The likeness of the code, 0 to 1: that of the part in which it is greatest."""
        return max(self.parts.values(), default=0.0)

    @property
    def score(self) -> float:
        """All evidence together, 0 to 1, each piece taken for independent of the others (a noisy or)."""
        counted = [
            (WEIGHTS, len(self.weights)),
            (MISTAKE, len(self.mistakes)),
            (REMARK, len(self.remarks)),
        ]
        chance = 1.0 - self.code
        for weight, count in counted:
            chance *= (1.0 - weight) ** min(count, MOST_COUNTED)
        return 1.0 - chance


@dataclass(frozen=True)
class Scored:
    """A class with its pairs.

    Attributes:
        pairs: those worth listing, the most alike first.
        typical: the likeness of the code of a pair in the middle of all pairs.
        high: the likeness of the code that one pair in a hundred exceeds.
        telling: of each part, the fingerprints that count, for each submission; empty where it has no such part.
    """

    pairs: tuple[Pair, ...]
    typical: float
    high: float
    telling: dict[str, list[Prints]]


def score(works: Sequence[Work], known: dict[str, Prints], mistakes: Sequence[frozenset[str]]) -> Scored:
    """Compare every submission of a class with every other.

    Args:
        works: the submissions, at least two.
        known: the fingerprints of each part that were given.
        mistakes: of each submission, the mistakes that its results name.
    """
    size = len(works)
    telling, likeness = {}, {}
    for part, given in known.items():
        prints = [np.setdiff1d(w.prints.get(part, given), given, assume_unique=True) for w in works]
        telling[part], likeness[part] = _of_part(prints)
    code = np.maximum.reduce([*likeness.values(), np.zeros((size, size))])
    all_pairs = code[np.triu_indices(size, 1)]
    pairs = {(i, j): Pair(i, j) for i, j in map(tuple, np.argwhere(np.triu(code, 1) >= LISTED).tolist())}

    def add(to: Callable[[Pair], list[str]], held: Iterable[Iterable[tuple[str, str]]], most: float) -> None:
        for said, holders in _rare(held, most):
            for i, j in combinations(holders, 2):
                to(pairs.setdefault((i, j), Pair(i, j))).append(said)

    rare = max(2, 0.03 * size)
    add(lambda pair: pair.weights, [[(name, d) for name, d in w.weights.items()] for w in works], max(4, 0.1 * size))
    add(lambda pair: pair.mistakes, [[(text, "") for text in sorted(made)] for made in mistakes], rare)
    add(lambda pair: pair.remarks, [[(text, "") for text in sorted(w.remarks)] for w in works], rare)
    for (i, j), pair in pairs.items():
        pair.parts = {part: float(found[i, j]) for part, found in likeness.items() if found[i, j] > 0}
    listed = sorted((pair for pair in pairs.values() if pair.score >= LISTED), key=_rank)
    return Scored(tuple(listed), float(np.quantile(all_pairs, 0.5)), float(np.quantile(all_pairs, 0.99)), telling)


def _rank(pair: Pair) -> tuple[float, float, int, int]:
    """The most alike first; of two equals, the one with more parts alike."""
    return -round(pair.score, 3), -sum(pair.parts.values()), pair.first, pair.second


def _rare(held: Iterable[Iterable[tuple[str, str]]], most: float) -> list[tuple[str, list[int]]]:
    """What two or more submissions hold, but no more than `most`: each with who holds it."""
    holders: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, things in enumerate(held):
        for thing in things:
            holders[thing].append(index)
    return [(said, found) for (said, _), found in holders.items() if 2 <= len(found) <= most]


def _of_part(prints: list[Prints]) -> tuple[list[Prints], Floats]:
    """What counts of each submission's fingerprints, and for each two the likeness of their code.

    Args:
        prints: of each submission, sorted; empty for those without this part.
    """
    size = sum(len(found) > 0 for found in prints)
    values, held_by = np.unique(np.concatenate(prints), return_counts=True)
    if size >= ENOUGH:
        common = values[held_by > COMMON * size]
        prints = [np.setdiff1d(found, common, assume_unique=True) for found in prints]
    shared, with_others = _shared(prints)
    lengths = np.array([max(len(found), LEAST) for found in prints])
    smaller = np.minimum.outer(lengths, lengths)
    share = shared / smaller
    if size < ENOUGH:
        return prints, share
    others = np.where(lengths[:, None] <= lengths, with_others[:, None], with_others) - shared
    by_chance = np.minimum(others / ((size - 2) * smaller), 0.99)
    return prints, np.clip((share - by_chance) / (1 - by_chance), 0.0, 1.0)


def _shared(prints: list[Prints]) -> tuple[Floats, Floats]:
    """How many fingerprints each two have in common (0 with oneself), and how many each has with all others."""
    owners = np.repeat(np.arange(len(prints)), [len(found) for found in prints])
    values, at, held_by = np.unique(np.concatenate(prints), return_inverse=True, return_counts=True)
    several = np.flatnonzero(held_by > 1)
    shared = np.zeros((len(prints), len(prints)))
    for start in range(0, len(several), _BLOCK):
        block = several[start : start + _BLOCK]
        column = np.full(len(values), -1)
        column[block] = np.arange(len(block))
        inside = column[at] >= 0
        has = np.zeros((len(prints), len(block)), dtype=np.float32)
        has[owners[inside], column[at][inside]] = 1.0
        shared += has @ has.T
    np.fill_diagonal(shared, 0.0)
    return shared, shared.sum(axis=1)
