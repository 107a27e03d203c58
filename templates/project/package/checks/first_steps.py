"""Public checks of the part first_steps: small questions with published answers, which a student runs under each task."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from coursekit import compare
from NAME.checks import public_check


@public_check("class_accuracies")
def class_accuracies_by_hand(class_accuracies: Callable[..., Any]) -> None:
    """six examples of three classes, to count with a pencil"""
    y_true, y_pred = torch.tensor([0, 0, 0, 1, 1, 2]), torch.tensor([0, 1, 0, 1, 1, 0])
    compare.close(
        "the accuracies",
        class_accuracies(y_pred, y_true, 3),
        torch.tensor([2 / 3, 1.0, 0.0], dtype=torch.float64),
        1e-9,
        "of the examples that truly are of a class, the share that was called so: 2 of 3, 2 of 2, 0 of 1.",
    )


@public_check("class_accuracies")
def class_accuracies_of_an_absent_class(class_accuracies: Callable[..., Any]) -> None:
    """a class without examples counts as 0"""
    y_true, y_pred = torch.tensor([0, 2]), torch.tensor([0, 1])
    expected = torch.tensor([1.0, 0.0, 0.0, 0.0], dtype=torch.float64)
    got = class_accuracies(y_pred, y_true, 4)
    compare.close("the accuracies", got, expected, 1e-9, "classes 1 and 3 have no examples here: 0, not 0 / 0.")
