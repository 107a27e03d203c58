"""Graded checks of the part first_steps.

One case class for each graded function. Its attributes are the function's rules: `bans` (what it may not call),
`loops`, `needs` (earlier functions that a stand-in replaces where a student got them wrong), `extra` (extra credit).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import torch
from gradescope_utils.autograder_utils.decorators import number, weight

from autograder.checks import expect
from autograder.checks.case import CheckCase


class FirstStepsCase(CheckCase):
    """Checks of the part first_steps."""

    part = "first_steps"


class ClassAccuracies(FirstStepsCase):
    """class_accuracies."""

    function = "class_accuracies"
    returns = ("accuracies",)
    small_axes = ("N", "N", "")

    def small_questions(self) -> Iterator[tuple[Any, ...]]:
        """One or two examples of two classes: the first that goes wrong is made smaller, and shown."""
        for N in (1, 2):
            for y_pred, y_true in product(product((0, 1), repeat=N), repeat=2):
                yield torch.tensor(y_pred), torch.tensor(y_true), 2

    def fits_small(self, question: tuple[Any, ...]) -> bool:
        """Every number is that of a class."""
        y_pred, y_true, C = question
        y = torch.cat([y_pred, y_true])
        return bool(0 <= int(y.min()) <= int(y.max()) < C)

    @number("1.1")
    @weight(8)
    def test_values(self) -> None:
        """class_accuracies: the share of right predictions in each class"""
        problems = [(self.randint(C, N), self.randint(C, N), C) for N, C in ((40, 3), (60, 5), (7, 2), (30, 9))]
        for problem, accuracies in zip(problems, self.ask_many(problems), strict=True):
            said = f"the accuracies of {len(problem[0])} examples of {problem[2]} classes"
            expect.close(said, accuracies, self.expected(*problem))
        y_pred, y_true, C = problems[0]
        _, after = self.student.call_keeping(self.function, y_pred, y_true, C)
        expect.unchanged("y_pred", y_pred, after[0])
        expect.unchanged("y_true", y_true, after[1])

    @number("1.2")
    @weight(2)
    def test_absent(self) -> None:
        """class_accuracies: a class without examples counts as 0"""
        y_true = torch.tensor([2, 2, 5, 2])
        for y_pred in (torch.tensor([2, 0, 5, 7]), torch.tensor([1, 1, 1, 1])):
            expect.close("the accuracies", self.ask(y_pred, y_true, 8), self.expected(y_pred, y_true, 8))
