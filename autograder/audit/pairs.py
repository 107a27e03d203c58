"""Versions with two known mistakes in them, made of the texts of two versions with one each.

Where two such versions are the same code but for their mistakes, their texts differ in a few places. A choice of one of
the two texts in each of these places that gives a right version tells whose mistake stands where; the opposite choice
has both, unless it lacks what the two need (a name, or the return) and neither lacks alone. Where there is none, the
mistakes stand in the same place, or the two are written too differently.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import combinations, product

from autograder.audit.behaviour import Said, behaviour, is_right, same
from autograder.audit.subjects import Subject, version_of, wrong
from autograder.catalog import Part
from autograder.submission.timebox import TooLong, within

PLACES = 5  # in which the texts of two may differ: the choices double with each
TRIES = 12  # of the choices for two, that are not known from other pairs
SECONDS = 5.0  # for a version to answer every check
LINES, WORDS = re.compile(r".*\n|.+"), re.compile(r"\w+|\s+|[^\w\s]")


@dataclass
class Pairs:
    """The pairs of one function's known mistakes.

    Attributes:
        function: the graded name.
        possible: how many pairs there are.
        together: those made into a version with both mistakes.
        apart: how many of those tried cannot be: their mistakes stand in the same place, or the two are written too
            differently.
        alike: how many do what one of the two does alone, or what is right.
    """

    function: str
    possible: int = 0
    together: list[Subject] = field(default_factory=list)
    apart: int = 0
    alike: int = 0


def pairs(of: Part, function: str, most: int | None = None) -> Pairs:
    """Versions of one function that make two of its known mistakes at once.

    Args:
        of: its part.
        function: the graded name.
        most: how many to make at most, always the same ones; None for all that there are.
    """
    mistakes = [subject for subject in wrong(of) if subject.function == function]
    texts = Texts(of, function)
    chosen = _shuffled([two for two in combinations(mistakes, 2) if two[0].hints != two[1].hints])
    found = Pairs(function, len(chosen))
    alone = {subject: tuple(behaviour(of, version_of(subject))) for subject in mistakes}
    for one, other in chosen:
        if most is not None and len(found.together) == most:
            break
        made = (_subject(one, other, source) for source in opposites(one.source, other.source, texts))
        lacking = _lacking(alone[one]) | _lacking(alone[other])
        tried = ((subject, _behaviour(of, subject)) for subject in made)
        whole = ((subject, does) for subject, does in tried if does is not None and _lacking(does) <= lacking)
        subject, does = next(whole, (None, ()))
        if subject is None:
            found.apart += 1
        elif all(failure is None for _, failure in does) or any(same(does, alone[s]) for s in (one, other)):
            found.alike += 1
        else:
            found.together.append(subject)
    return found


def opposites(one: str, other: str, texts: Texts) -> Iterator[str]:
    """Texts with what is wrong in either of two texts, found line by line or word by word.

    Args:
        one, other: the two texts.
        texts: tells a right one.
    """
    choices = [choice for pieces in (LINES, WORDS) for choice in _choices(pieces.findall(one), pieces.findall(other))]
    choices.sort(key=lambda choice: choice[0] not in texts.right)
    choices = [choice for choice in choices if choice[0] not in texts.wrong][:TRIES]
    return (opposite for mixed, opposite in choices if texts.is_right(mixed))


def _choices(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each mixture of two texts, with the opposite one."""
    steps = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    places = sum(step[0] != "equal" for step in steps)
    if not 2 <= places <= PLACES:
        return
    for take in product((False, True), repeat=places):
        if any(take) and not all(take):
            mixed, opposite, turn = "", "", iter(take)
            for tag, a, b, c, d in steps:
                mine, theirs = "".join(one[a:b]), "".join(other[c:d])
                swap = tag != "equal" and next(turn)
                mixed, opposite = mixed + (theirs if swap else mine), opposite + (mine if swap else theirs)
            yield mixed, opposite


class Texts:
    """Which texts of a function are right versions; each is tried once, for most pairs come down to the same one."""

    def __init__(self, of: Part, function: str) -> None:
        self._of, self._function = of, function
        self.right: set[str] = set()
        self.wrong: set[str] = set()

    def is_right(self, text: str) -> bool:
        """Whether it passes every check."""
        if text not in self.right | self.wrong:
            (self.right if self._passes(text) else self.wrong).add(text)
        return text in self.right

    def _passes(self, text: str) -> bool:
        try:
            version = version_of(Subject("pair", self._of.assignment, self._of.name, self._function, "mixed", text))
            with within(SECONDS):
                return is_right(self._of, version)
        except (SyntaxError, NameError, TooLong):
            return False


def _behaviour(of: Part, subject: Subject) -> tuple[Said, ...] | None:
    """What a version does; None if it is no Python, or does not come to an end."""
    try:
        with within(SECONDS):
            return tuple(behaviour(of, version_of(subject)))
    except (SyntaxError, TooLong):
        return None


def _lacking(does: Sequence[Said]) -> set[str]:
    """What a version shows that it lacks: a name that is bound, or an answer."""
    name = any(isinstance(failure, NameError) for _, failure in does)
    answer = any(_has_none(said) for said, _ in does)
    return {what for what, is_lacking in (("name", name), ("answer", answer)) if is_lacking}


def _has_none(said: object) -> bool:
    items = said.values() if isinstance(said, dict) else said if isinstance(said, list | tuple) else ()
    return said is None or any(map(_has_none, items))


def _subject(one: Subject, other: Subject, source: str) -> Subject:
    name, hints = f"{one.name} + {other.name}", (*one.hints, *other.hints)
    return Subject("pair", one.assignment, one.part, one.function, name, source, hints)


def _shuffled(two: Sequence[tuple[Subject, Subject]]) -> list[tuple[Subject, Subject]]:
    """In an order of no meaning that is the same each time, and that a new mistake does not change."""
    return sorted(two, key=lambda pair: hashlib.blake2s(f"{pair[0].name} {pair[1].name}".encode()).digest())
