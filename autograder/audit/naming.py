"""Which known mistakes a version was told that it makes, and which of them it does not make.

A hint is true of a version that was made with its mistake, and of one that no check can tell from its mistake.
"""

from __future__ import annotations

from collections.abc import Iterable

from autograder.audit.behaviour import behaviour, same
from autograder.audit.subjects import Subject, version_of
from autograder.catalog import Part
from autograder.checks.hints import known
from autograder.checks.pairs import one_by_one
from autograder.results import Outcome


def told(outcomes: Iterable[Outcome]) -> frozenset[str]:
    """Every hint given; two at once are two."""
    return frozenset(hint for outcome in outcomes if outcome.hint for hint in one_by_one(outcome.hint))


def named_falsely(subject: Subject, of: Part, outcomes: Iterable[Outcome]) -> tuple[str, ...]:
    """The hints of known mistakes that a version was given and that are not true of it."""
    mistakes = [mistake for found in known(of).values() for mistake in found]
    strange = (told(outcomes) & {mistake.hint for mistake in mistakes}) - set(subject.hints)
    if not strange:
        return ()
    mine = tuple(behaviour(of, version_of(subject)))
    alike = {
        mistake.hint
        for mistake in known(of)[subject.function]
        if mistake.hint in strange and same(mine, tuple(behaviour(of, mistake)))
    }
    return tuple(sorted(strange - alike))
