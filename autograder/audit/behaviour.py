"""What a version of a graded function does in every check of it: by this, and not by its text, two are the same one."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator, Sequence

from autograder.assignment import load
from autograder.catalog import Part
from autograder.checks import hints
from autograder.checks.case import CheckCase
from autograder.checks.known import Misconception
from autograder.checks.transcript import alike

Said = tuple[list[object], Exception | None]
"""What was said in one check, and how it failed, if it did."""


def checks_of(part: Part, function: str) -> tuple[tuple[type[CheckCase], str], ...]:
    """The checks of a graded function, each its case and its method."""
    found = load(part.assignment).checks_of([part])
    return tuple((case, method) for about, case, method in found if about.function == function)


def behaviour(part: Part, version: Misconception) -> Iterator[Said]:
    """What a version says in each check of its function, one after the other; it runs in this process."""
    for case, method in checks_of(part, version.function):
        with contextlib.redirect_stdout(io.StringIO()):
            yield hints.put_to(case, method, part, version)


def is_right(part: Part, version: Misconception) -> bool:
    """Whether a version passes every check of its function."""
    return all(failure is None for _, failure in behaviour(part, version))


def same(one: Sequence[Said], other: Sequence[Said]) -> bool:
    """Whether two versions say the same in every check, and fail the same ones in the same way."""
    return len(one) == len(other) and all(
        type(failure) is type(another) and alike(said, told)
        for (said, failure), (told, another) in zip(one, other, strict=True)
    )
