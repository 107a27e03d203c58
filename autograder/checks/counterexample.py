"""The smallest question that a function gets wrong, small enough to be followed with a pencil.

The questions are made for this, smallest first; none is one that a check asks, so nothing hidden is shown.
"""

from __future__ import annotations

import math
from itertools import islice
from typing import Any

import torch
from torch import Tensor

from autograder.checks.case import CheckCase
from autograder.checks.expect import plain
from autograder.checks.pencil import shown
from autograder.worker.errors import AskError

MOST = 64  # questions asked of one function
CLOSE = 1e-4


def smallest(case: CheckCase) -> str:
    """The smallest question that the function of a case gets wrong, with what came and what is right; "" if none is.

    Args:
        case: any check of the function, its worker in the state that the check left.
    """
    questions = list(islice(case.small_questions(), MOST))
    if not questions or case.context.student is None:
        return ""
    case.context.student.stand_in(case.always_stand_in | (case.context.lost & set(case.needs)))
    case.context.student.block(tuple(name for ban in case.bans for name in ban.blocked))
    try:
        answers = case.ask_small(questions)
    except AskError:
        return ""
    for question, got in zip(questions, answers, strict=True):
        expected = case.expected_small(question)
        wrong = _wrong_parts(got, expected, case.returns)
        if wrong:
            said = "; ".join(f"{name} {shown(mine)}, expected {shown(right)}" for name, mine, right in wrong)
            return f"the smallest question it gets wrong: {case.said_small(question)}: {said}."
    return ""


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
