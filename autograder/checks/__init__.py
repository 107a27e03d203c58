"""The graded checks: what is asked of each function, and how an answer is judged."""

from __future__ import annotations

from importlib import import_module

from autograder.catalog import PARTS, Part
from autograder.checks.case import CheckCase

MODULES = {
    "knn": ("knn",),
    "linear_classifier": ("linear_classifier", "training", "best_models"),
    "optimizers": ("optimizers",),
}


def all_cases(parts: tuple[Part, ...] = PARTS) -> tuple[type[CheckCase], ...]:
    """Every case of these parts: the CheckCases that the modules of each part define."""
    return tuple(
        case
        for part in parts
        for module in MODULES[part.name]
        for case in vars(import_module(f"autograder.checks.{module}")).values()
        if isinstance(case, type) and issubclass(case, CheckCase) and "function" in vars(case)
    )
