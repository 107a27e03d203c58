"""A failed check shows the smallest question that goes wrong: one made for that, to be followed with a pencil."""

from __future__ import annotations

import re

import pytest
import torch

from autograder.audit.subjects import with_functions
from autograder.catalog import Part
from autograder.checks import pencil, picture
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
LAST_LEFT_OUT = """
import torch
def svm_loss_vectorized(W, X, y, reg):
    scores, rows = X @ W, torch.arange(len(y))
    margins = (scores - scores[rows, y, None] + 1).clamp(min=0)
    margins[rows, y] = 0
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=1)
    ds[:, -1] = 0
    return margins.sum() / len(y) + reg * (W * W).sum(), X.T @ ds / len(y) + 2 * reg * W
"""
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
    shown = [outcome.example for outcome in outcomes if outcome.example]
    assert len(shown) == 1 and shown[0] == outcomes[0].example  # once for a function, where it is read first
    assert shown[0].startswith(BEGINS)
    assert said in shown[0]


def test_a_loss_is_followed_with_a_pencil(warm: Warm) -> None:
    first, *_ = lost(warm, LINEAR_CLASSIFIER, "svm_loss_vectorized", OWN_MARGIN)
    question = first.example.removeprefix(BEGINS)
    assert "N" not in question and "reg = 0: loss " in question
    values = dict(piece.split(" = ") for piece in question.split(": ")[0].replace("], ", "]; ").split("; "))
    W, X = (torch.tensor(eval(values[name])).double() for name in ("W", "X"))
    assert W.numel() == 2 and X.numel() == 1


def test_what_hangs_on_small_questions_costs_no_check_more(warm: Warm) -> None:
    outcomes = lost(warm, LINEAR_CLASSIFIER, "svm_loss_vectorized", HANGS)
    assert not any(outcome.example or outcome.picture for outcome in outcomes)
    assert not any("not called again" in outcome.message for outcome in outcomes)


def test_without_hints_there_is_none(warm: Warm) -> None:
    assert not any(outcome.example for outcome in lost(warm, OPTIMIZERS, "sgd", UPHILL, hints="off"))
    without = lost(warm, LINEAR_CLASSIFIER, "svm_loss_vectorized", LAST_LEFT_OUT, hints="off")
    assert without and not any(outcome.picture for outcome in without)


def test_only_small_questions_are_ever_answered(warm: Warm) -> None:
    """Whoever answers wrongly on purpose learns what a pencil would have told."""
    (example,) = [o.example for o in lost(warm, OPTIMIZERS, "sgd", NOTHING) if o.example]
    assert example == f"{BEGINS}w = [1], dw = [1], config = None: w [0], expected [0.99]."
    for _, case, _ in (check for of in ALL for check in of.checks):
        made = case.__new__(case)
        for question in case.small_questions(made):
            for value in question:
                several = value if isinstance(value, list | tuple) else [value]
                assert all(not isinstance(v, torch.Tensor) or v.numel() <= pencil.LARGEST for v in several)


def test_a_picture_shows_where_in_a_matrix_the_answer_is_wrong_and_no_number_of_it(warm: Warm) -> None:
    """Of a question drawn for it, which stands above: the last class is left out of the gradient."""
    outcomes = lost(warm, LINEAR_CLASSIFIER, "svm_loss_vectorized", LAST_LEFT_OUT)
    (picture,) = [outcome.picture for outcome in outcomes if outcome.picture]
    assert picture == outcomes[0].picture
    caption, *rows = picture.splitlines()
    assert re.fullmatch(
        r'where dW is wrong for N = 10, D = 8, C = 6, y = \[.*\]: "\+" is too large, "-" too small, "\." right', caption
    )
    assert len(rows) == 8 and all(re.fullmatch(r"(\. ){5}[+-]", row) for row in rows)
    assert len(picture) < 4_000


@pytest.mark.parametrize(
    ("got", "why"),
    [
        (torch.zeros(4, 5), "nothing wrong"),
        (torch.ones(4, 5), "nothing right"),
        (torch.tensor([[(i + j) % 2 * 1.0 for j in range(5)] for i in range(4)]), "scattered"),
        (torch.zeros(5, 4), "another shape"),
        (torch.zeros(4, 5, dtype=torch.complex64), "no real numbers"),
        ([[0.0] * 5] * 4, "no tensor"),
    ],
)
def test_there_is_no_picture_that_shows_nothing(got: object, why: str) -> None:
    assert picture.drawn("dW", got, torch.zeros(4, 5), "") == "", why


def test_a_picture_holds_what_the_shape_of_the_error_is_and_what_is_no_number() -> None:
    got = torch.zeros(3, 4)
    got[:, 2], got[:, 3] = -1, torch.tensor([1.0, float("nan"), float("-inf")])
    said, *rows = picture.drawn("dists", got, torch.zeros(3, 4), "3 points").splitlines()
    signs = '"+" is too large, "-" too small, "." right, "x" no finite number'
    assert said == f"where dists is wrong for 3 points: {signs}"
    assert rows == [". . - +", ". . - x", ". . - x"]
    triangle = torch.ones(6, 6).tril(-1)
    assert picture.drawn("dists", triangle, torch.zeros(6, 6), "").splitlines()[-1] == "+ + + + + ."
    for big in (torch.ones(17, 3), torch.ones(2, 3), torch.ones(5), torch.tensor(1.0)):
        right = big.clone()
        right.flatten()[0] = 2
        assert picture.drawn("dists", big, right, "") == ""


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
