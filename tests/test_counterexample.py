"""A failed check shows the smallest question that goes wrong: one made for that, to be followed with a pencil."""

from __future__ import annotations

import pytest
import torch

from autograder.audit.subjects import with_functions
from autograder.catalog import Part
from autograder.checks import pencil
from autograder.grading import Settings, grade_submission
from autograder.results import Outcome
from autograder.worker.warm import Warm
from tests.assignments import ALL, KNN, LINEAR_CLASSIFIER, OPTIMIZERS, PROJECT1

BEGINS = "the smallest question it gets wrong: "
OWN_MARGIN = """
import torch
def svm_loss_vectorized(W, X, y, reg):
    scores = X @ W
    margins = (scores - scores[torch.arange(len(y)), y, None] + 1).clamp(min=0)
    ds = (margins > 0).to(W.dtype)
    ds[torch.arange(len(y)), y] = 1 - ds.sum(dim=1)
    return margins.sum() / len(y) + reg * (W * W).sum(), X.T @ ds / len(y) + 2 * reg * W
"""
ROOT = """
def compute_distances_two_loops(x_train, x_test):
    dists = x_train.new_zeros(len(x_train), len(x_test))
    for i in range(len(x_train)):
        for j in range(len(x_test)):
            dists[i, j] = ((x_train[i] - x_test[j]) ** 2).sum().sqrt()
    return dists
"""
UPHILL = "def sgd(w, dw, config=None):\n    return w + 1e-2 * dw, config"
FORGETS = """
def sgd_momentum(w, dw, config=None):
    return w - 1e-2 * dw, config
"""
NOTHING = "def sgd(w, dw, config=None):\n    return w * 0, config"
HANGS = """
def svm_loss_vectorized(W, X, y, reg):
    while X.numel() < 5:
        pass
    return W.sum(), W
"""


def lost(warm: Warm, part: Part, function: str, source: str, hints: str = "on") -> list[Outcome]:
    settings = Settings(PROJECT1, parts=(part,), functions=frozenset({function}), hints=hints)  # type: ignore[arg-type]
    report = grade_submission(with_functions(part, {function: source}), warm, settings)
    return [outcome for outcome in report.outcomes if outcome.points < outcome.max_points]


@pytest.mark.parametrize(
    ("part", "function", "source", "said"),
    [
        (KNN, "compute_distances_two_loops", ROOT, "x_train = [[1]], x_test = [[3]]: dists [[2]], expected [[4]]."),
        (OPTIMIZERS, "sgd", UPHILL, "w = [1], dw = [1], config = None: w [1.01], expected [0.99]."),
        (OPTIMIZERS, "sgd_momentum", FORGETS, "dw = [1], then [1], config = None: w [0.98], expected [0.971]."),
    ],
)
def test_the_smallest_question_is_shown_with_what_came_and_what_is_right(
    warm: Warm, part: Part, function: str, source: str, said: str
) -> None:
    outcomes = lost(warm, part, function, source)
    shown = [outcome.message for outcome in outcomes if BEGINS in outcome.message]
    assert len(shown) == 1 and shown[0] == outcomes[0].message  # once for a function, where it is read first
    assert said in shown[0]


def test_a_loss_is_followed_with_a_pencil(warm: Warm) -> None:
    first, *_ = lost(warm, LINEAR_CLASSIFIER, "svm_loss_vectorized", OWN_MARGIN)
    question = first.message.split(BEGINS)[1]
    assert "N" not in question and "reg = 0: loss " in question
    values = dict(piece.split(" = ") for piece in question.split(": ")[0].replace("], ", "]; ").split("; "))
    W, X = (torch.tensor(eval(values[name])).double() for name in ("W", "X"))
    assert W.numel() == 2 and X.numel() == 1


def test_what_hangs_on_small_questions_costs_no_check_more(warm: Warm) -> None:
    outcomes = lost(warm, LINEAR_CLASSIFIER, "svm_loss_vectorized", HANGS)
    assert not any(BEGINS in outcome.message for outcome in outcomes)
    assert not any("not called again" in outcome.message for outcome in outcomes)


def test_without_hints_there_is_none(warm: Warm) -> None:
    assert not any(BEGINS in outcome.message for outcome in lost(warm, OPTIMIZERS, "sgd", UPHILL, hints="off"))


def test_only_small_questions_are_ever_answered(warm: Warm) -> None:
    """Whoever answers wrongly on purpose learns what a pencil would have told."""
    (message,) = [o.message for o in lost(warm, OPTIMIZERS, "sgd", NOTHING) if BEGINS in o.message]
    assert message.split(BEGINS)[1] == "w = [1], dw = [1], config = None: w [0], expected [0.99]."
    for _, case, _ in (check for of in ALL for check in of.checks):
        made = case.__new__(case)
        for question in case.small_questions(made):
            for value in question:
                several = value if isinstance(value, list | tuple) else [value]
                assert all(not isinstance(v, torch.Tensor) or v.numel() <= pencil.LARGEST for v in several)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (torch.tensor([[1.0, -2.5]]), "[[1, -2.5]]"),
        (torch.tensor(0.1234567), "0.1235"),
        (torch.zeros(5, 5), "a tensor of shape (5, 5)"),
        (float("nan"), "nan"),
        (None, "None"),
        (True, "True"),
        ((torch.tensor(1), 2), "(1, 2)"),
        ({}, "a dict"),
    ],
)
def test_a_value_is_written_as_by_hand(value: object, written: str) -> None:
    assert pencil.shown(value) == written
