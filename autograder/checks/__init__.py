"""The graded checks: what is asked of each function, and how an answer is judged."""

from __future__ import annotations

from importlib import import_module

from autograder.catalog import PARTS, Part
from autograder.checks.case import CheckCase


def all_cases(parts: tuple[Part, ...] = PARTS) -> tuple[type[CheckCase], ...]:
    """Every case of these parts: the CheckCases that the module of each part defines."""
    return tuple(
        case
        for part in parts
        for case in vars(import_module(f"autograder.checks.{part.name}")).values()
        if isinstance(case, type) and issubclass(case, CheckCase) and "function" in vars(case)
    )
