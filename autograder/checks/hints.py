"""Which known mistake a wrong answer is: each known wrong version takes the same check, and their answers compared."""

from __future__ import annotations

import contextlib
from functools import cache

from autograder.catalog import Part
from autograder.checks.answers import answers_for
from autograder.checks.case import CheckCase, Context
from autograder.checks.expect import heard_by
from autograder.checks.inprocess import InProcess
from autograder.checks.reference import SOLUTIONS, load_reference
from autograder.checks.transcript import alike
from solutions import misconceptions
from solutions.misconceptions import Misconception


@cache
def known(part: Part) -> dict[str, tuple[Misconception, ...]]:
    """Every known wrong version of each graded function of a part."""
    if not (SOLUTIONS / "misconceptions" / f"{part.name}.py").is_file():
        return {}
    found = misconceptions.load(part.name, load_reference(part).functions)
    return {f.name: tuple(m for m in found if m.function == f.name) for f in part.functions}


def hint_for(case: CheckCase) -> str:
    """The hint of the one known mistake that says throughout this check what the student's version said, or "".

    Two mistakes that cannot be told apart by this check give no hint, unless it is the same one.
    """
    said = case.said
    if not said or case._testMethodName in case.without_hints:
        return ""
    hints = {
        mistake.hint for mistake in known(case.part).get(case.function, ()) if alike(said, _said_by(case, mistake))
    }
    return hints.pop() if len(hints) == 1 else ""


def _said_by(case: CheckCase, mistake: Misconception) -> list[object]:
    """What a known wrong version says in the same check, up to where it fails as the student's did."""
    reference = load_reference(case.part)
    answers = answers_for(case.part, reference)
    trusted = InProcess({**reference.functions, mistake.function: mistake.version}, reference.given, answers)
    context = Context(
        case.part, reference, case.context.submission, case.context.make_student, None, trusted, answers, trusted=True
    )
    again = type(case)(case._testMethodName, context)
    # Whatever a wrong version raises, it says no more after that.
    with contextlib.suppress(Exception), heard_by(None):
        again.setUp()
        getattr(again, case._testMethodName)()
    again.doCleanups()
    return again.said
