"""The smallest question that a function gets wrong, small enough to be followed with a pencil.

The questions are made for this, and put to a process that has met no other: nothing hidden can be shown. A list of them
is asked, smallest first, and the first that goes wrong is shrunk: as long as one of the next smaller ones goes wrong
too, that one takes its place. The same function gets the same question each time, as long as SECONDS are enough. A
larger one, drawn for this as well, is shown as a picture: where in a matrix the answer is wrong.
"""

from __future__ import annotations

import inspect
import math
import time
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

import torch
from torch import Tensor

from autograder.checks.case import CheckCase
from autograder.checks.expect import plain
from autograder.checks.picture import drawn
from autograder.checks.shrink import smaller
from autograder.worker.errors import AskError, Raised
from coursekit.pencil import LARGEST, apart, shown

MOST = 64  # questions asked of one function, before one is shrunk
MOST_SMALLER = 256  # asked to shrink it
SECONDS = 1.0  # for all of them
CLOSE = 1e-4
RAISED_LIMIT = 100  # characters of an exception's text


@dataclass(frozen=True)
class Found:
    """What was found of a function that is wrong.

    Attributes:
        smallest: the smallest question that it gets wrong, with what came and what is right; "" if none is.
        picture: where in a matrix its answer to a larger question is wrong; "" where that shows nothing.
    """

    smallest: str = ""
    picture: str = ""


def find(case: CheckCase) -> Found:
    """Look for questions that the function of a case gets wrong.

    Args:
        case: any check of the function.
    """
    student = case.context.student
    questions = list(islice(case.small_questions(), MOST))
    if not questions or student is None:
        return Found()
    kept, said, picture = student.deadline, "", ""
    try:
        prepare(case)
        until = time.monotonic() + SECONDS
        student.deadline = until if kept is None else min(until, kept)
        found = first_wrong(case, questions)
        if found is not None:
            asked, wrong = shrunk(case, *found)
            said = f"the smallest question it gets wrong: {case.said_small(asked)}: {wrong}."
        picture = _picture(case) if case.sizes else ""
    except AskError:
        pass  # what was found until then is said
    finally:
        student.deadline = kept
    return Found(said, picture)


def prepare(case: CheckCase) -> None:
    """Bring who answers into the state that the checks of the function need, in a process of its own."""
    student = case.small_student
    student.stand_in(case.always_stand_in | (case.context.lost & set(case.needs)))
    student.block(tuple(name for ban in case.bans for name in ban.blocked))
    student.renew()


def first_wrong(case: CheckCase, questions: Iterable[tuple[Any, ...]]) -> tuple[tuple[Any, ...], str] | None:
    """The first of these questions that goes wrong, with what is wrong; None if none does."""
    for question in questions:
        wrong = wrong_answer(case, question)
        if wrong:
            return question, wrong
    return None


def shrunk(case: CheckCase, question: tuple[Any, ...], wrong: str) -> tuple[tuple[Any, ...], str]:
    """A question that goes wrong while no next smaller one does, from one that does; the last found when time ends."""
    left = MOST_SMALLER
    try:
        while left > 0:
            fitting = (other for other in smaller(question, case.small_axes) if case.fits_small(other))
            for asked, other in enumerate(islice(fitting, left), start=1):
                found = wrong_answer(case, other)
                if found:
                    question, wrong, left = other, found, left - asked
                    break
            else:
                break
    except AskError:
        pass
    return question, wrong


def wrong_answer(case: CheckCase, question: tuple[Any, ...]) -> str:
    """What came and what is right, in words; "" if what came is right."""
    try:
        got = case.ask_small(question)
    except Raised as error:
        text = " ".join(error.text.split())
        said = f"it raises {error.kind}" + (f" ({text[:RAISED_LIMIT]})" if text else "")
        parts = _parts(case.right_small(question, None), case.returns)
        return f"{said}, expected {', '.join(f'{name} {shown(right)}'.strip() for name, right in parts)}"
    wrong = _wrong_parts(got, case.right_small(question, got), case.returns)
    pairs = ((name, *apart(mine, right)) for name, mine, right in wrong)
    return "; ".join(f"{name} {mine}, expected {right}" for name, mine, right in pairs)


def _parts(value: Any, names: tuple[str, ...]) -> list[tuple[str, Any]]:
    """The parts of a right answer, by name."""
    return list(zip(names, value, strict=True)) if len(names) > 1 else [(names[0] if names else "", value)]


def _picture(case: CheckCase) -> str:
    """The first matrix of an answer to a drawn question of which a picture says something."""
    sizes = {axis: 2 * size for axis, size in case.sizes.items()}
    question = tuple(_in_double(value) for value in case.of_size(sizes, torch.Generator().manual_seed(1)))
    got = case.small_student.call(case.function, *question)
    expected = case.expected(*question)
    names = case.returns or ("the answer",)
    if len(names) < 2:
        got, expected = (got,), (expected,)
    if not isinstance(got, list | tuple) or not len(got) == len(expected) == len(names):
        return ""
    asked = ", ".join(f"{name} = {value}" for name, value in (*sizes.items(), *_labels(case, question)))
    pictures = (drawn(*part, asked) for part in zip(names, got, expected, strict=True))
    return next(filter(None, pictures), "")


def _in_double(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return tuple(map(_in_double, value))
    return value.double() if isinstance(value, Tensor) and value.is_floating_point() else value


def _labels(case: CheckCase, question: tuple[Any, ...]) -> list[tuple[str, str]]:
    """The arguments of a question that are whole numbers, such as the classes of examples, by name and as written."""
    names = inspect.signature(case.reference.functions[case.function]).parameters
    found = [(name, value) for name, value in zip(names, question, strict=False) if isinstance(value, Tensor)]
    return [(name, shown(value)) for name, value in found if value.dtype == torch.int64 and value.numel() <= LARGEST]


def _wrong_parts(got: Any, expected: Any, names: tuple[str, ...]) -> list[tuple[str, Any, Any]]:
    """The parts of an answer that are wrong: name, what came, what is right."""
    if len(names) < 2:
        return [] if _same(got, expected) else [(names[0] if names else "it gives", got, expected)]
    if not isinstance(got, list | tuple) or len(got) != len(names):
        return [("it gives", got, tuple(expected))]
    found = zip(names, got, expected, strict=True)
    return [(name, mine, right) for name, mine, right in found if not _same(mine, right)]


def _same(got: Any, expected: Any) -> bool:
    """The same shape and, nearly, the same numbers; a difference of dtype is for the checks to tell."""
    got, expected = plain(got), plain(expected)
    if isinstance(expected, dict):
        return (
            isinstance(got, dict)
            and got.keys() == expected.keys()
            and all(_same(got[key], right) for key, right in expected.items())
        )
    if isinstance(expected, list | tuple):
        return (
            isinstance(got, list | tuple)
            and len(got) == len(expected)
            and all(_same(a, b) for a, b in zip(got, expected, strict=True))
        )
    if isinstance(expected, Tensor):
        if not isinstance(got, Tensor) or got.shape != expected.shape or got.is_complex():
            return False
        return torch.allclose(got.double(), expected.double(), rtol=CLOSE, atol=CLOSE, equal_nan=True)
    if isinstance(expected, int | float) and isinstance(got, int | float):
        return math.isclose(got, expected, rel_tol=CLOSE, abs_tol=CLOSE)
    return type(got) is type(expected) and bool(got == expected)
