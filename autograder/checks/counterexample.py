"""The smallest question that a function gets wrong, small enough to be followed with a pencil.

The questions are made for this, smallest first; none is one that a check asks, so nothing hidden is shown. A larger
one, drawn for this as well, is shown as a picture: where in a matrix the answer is wrong.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import torch
from torch import Tensor

from autograder.checks.case import CheckCase
from autograder.checks.expect import plain
from autograder.checks.pencil import LARGEST, shown
from autograder.checks.picture import drawn
from autograder.worker.errors import AskError

MOST = 64  # questions asked of one function
CLOSE = 1e-4


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
        case: any check of the function, its worker in the state that the check left.
    """
    questions = list(islice(case.small_questions(), MOST))
    if not questions or case.context.student is None:
        return Found()
    case.context.student.stand_in(case.always_stand_in | (case.context.lost & set(case.needs)))
    case.context.student.block(tuple(name for ban in case.bans for name in ban.blocked))
    try:
        said = _smallest(case, questions)
    except AskError:
        return Found()
    try:
        return Found(said, _picture(case) if case.sizes else "")
    except AskError:
        return Found(said)


def _smallest(case: CheckCase, questions: Sequence[tuple[Any, ...]]) -> str:
    for question, got in zip(questions, case.ask_small(questions), strict=True):
        expected = case.expected_small(question)
        wrong = _wrong_parts(got, expected, case.returns)
        if wrong:
            said = "; ".join(f"{name} {shown(mine)}, expected {shown(right)}" for name, mine, right in wrong)
            return f"the smallest question it gets wrong: {case.said_small(question)}: {said}."
    return ""


def _picture(case: CheckCase) -> str:
    """The first matrix of an answer to a drawn question of which a picture says something."""
    sizes = {axis: 2 * size for axis, size in case.sizes.items()}
    question = tuple(_in_double(value) for value in case.of_size(sizes, torch.Generator().manual_seed(1)))
    (got,), expected = case.ask_small([question]), case.expected_small(question)
    if len(case.returns) < 2:
        got, expected = (got,), (expected,)
    if not isinstance(got, list | tuple) or len(got) != len(expected):
        return ""
    asked = ", ".join(f"{name} = {value}" for name, value in (*sizes.items(), *_labels(case, question)))
    pictures = (drawn(*part, asked) for part in zip(case.returns or ("the answer",), got, expected, strict=True))
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
