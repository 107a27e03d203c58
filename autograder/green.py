"""Checks that passed in the notebook and fail on the code as it was saved: told to the student, who wonders why.

The saved outputs are what a student could have typed, so nothing but a note comes of them.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from typing import Any

from autograder.assignment import public_checks
from autograder.checks.case import Context
from autograder.results import Outcome
from coursekit.checks import RAISED


def notes(assignment: str, contexts: Mapping[str, Context], outcomes: Iterable[Outcome]) -> tuple[str, ...]:
    """A note for each function whose public checks passed in the saved notebook and fail on the saved code.

    Only functions that lost points are asked again.

    Args:
        assignment: its name.
        contexts: by part, their students still there to be asked.
        outcomes: of all checks.
    """
    lost = {outcome.function for outcome in outcomes if outcome.attempted and outcome.points < outcome.max_points}
    found = []
    for context in contexts.values():
        source = context.submission.parts.get(context.part.name)
        if source is None or context.student is None:
            continue
        for function, cell in source.passed:
            if function in lost and _fails(assignment, context, function):
                found.append(
                    f"{function}: its public check passed when you ran it ({source.name}, cell {cell}), but the code "
                    "that was saved does not pass it. A cell was changed after that, or cells were run in another "
                    "order: restart, run all cells, and look again before you hand in."
                )
    return tuple(found)


def _fails(assignment: str, context: Context, function: str) -> bool:
    """Whether a public check of a function, asked in the worker, does not hold; an exception says nothing."""
    checks, student = public_checks(assignment), context.student
    assert student is not None
    if function not in checks.names() or inspect.isclass(context.reference.functions.get(function)):
        return False  # objects stay in the worker, where a public check cannot look into them
    student.stand_in(frozenset())
    student.block(())

    def ask(*args: Any, **kwargs: Any) -> Any:
        return student.call(function, *args, **kwargs)

    ask.remote = True  # type: ignore[attr-defined]  # for checks that cannot ask another process everything
    results = checks.run(function, {function: ask})
    return any(not result.passed and not result.message.startswith(RAISED) for result in results)
