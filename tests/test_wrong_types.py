"""A value of a wrong type, handed to a function that a check hands out, costs the points and says what it should be."""

from __future__ import annotations

import pytest

from autograder.audit.subjects import with_functions
from autograder.grading import Settings, grade_submission
from autograder.results import Outcome, Status
from autograder.worker.warm import Warm
from tests.assignments import LINEAR_CLASSIFIER, PROJECT1

SEARCH = """
import torch
def random_search(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    best, best_W = float("inf"), None
    for _ in range(num_tries):
        W = scale * torch.randn(X.shape[1], num_classes, dtype=X.dtype)
        loss, _ = loss_func({handed})
        if float(loss) < best:
            best, best_W = float(loss), W
    return best_W, best
"""
TRAINING = """
import torch
def train_linear_classifier(loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200,
                            verbose=False):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, len(X), batch_size)
        loss, dW = loss_func({handed})
        losses.append(float(loss))
        W = W - learning_rate * dW
    return W, losses
"""
ONE_PAIR = """
import torch
def test_one_param_set(cls, data_dict, lr, reg, num_iters=2000):
    X, y = data_dict["X_train"], data_dict["y_train"]
    cls.W, _ = train_linear_classifier({handed})
    pairs = [(data_dict[f"X_{{s}}"], data_dict[f"y_{{s}}"]) for s in ("train", "val")]
    train, val = (float((predict_linear_classifier(cls.W, X) == y).double().mean()) for X, y in pairs)
    return cls, train, val * {factor}
"""
BY_NAME = "cls.loss, None, X=X, y=y, learning_rate=lr, reg=reg, num_iters=num_iters"


def outcomes(warm: Warm, function: str, source: str) -> list[Outcome]:
    settings = Settings(PROJECT1, parts=(LINEAR_CLASSIFIER,), functions=frozenset({function}))
    submission = with_functions(LINEAR_CLASSIFIER, {function: source})
    return list(grade_submission(submission, warm, settings).outcomes)


@pytest.mark.parametrize(
    ("function", "template", "handed", "said"),
    [
        (
            "random_search",
            SEARCH,
            "W, X.numpy(), y, reg",
            "the X handed to loss_func should be a tensor of shape (N, 40)",
        ),
        (
            "random_search",
            SEARCH,
            "W, X, y.tolist(), reg",
            "the y handed to loss_func should be a tensor of shape (9,)",
        ),
        ("random_search", SEARCH, "W.to(torch.int64), X, y, reg", "the W handed to loss_func should be of floats"),
        ("random_search", SEARCH, "W, X, y, torch.full_like(W, reg)", "the reg handed to loss_func should be a number"),
        (
            "train_linear_classifier",
            TRAINING,
            "W, X_batch, y_batch, torch.full_like(W, reg)",
            "the reg handed to loss_func should be a number",
        ),
        (
            "train_linear_classifier",
            TRAINING,
            "W, X_batch[0], y_batch, reg",
            "the X handed to loss_func should be a tensor of shape (N, 30)",
        ),
        (
            "test_one_param_set",
            ONE_PAIR.replace("{factor}", "1"),
            "cls.loss, None, X, y, torch.tensor([lr, lr]), reg, num_iters",
            "trained with learning_rate = [0.5, 0.5], not the 0.5",
        ),
    ],
)
def test_what_is_wrong_is_said_by_name(warm: Warm, function: str, template: str, handed: str, said: str) -> None:
    found = outcomes(warm, function, template.format(handed=handed))
    assert all(outcome.status is not Status.UNGRADED for outcome in found)
    assert any(said in outcome.message for outcome in found)


@pytest.mark.parametrize(
    ("function", "source"),
    [
        ("random_search", SEARCH.format(handed="W=W, X=X, y=y, reg=torch.tensor(reg)")),
        ("train_linear_classifier", TRAINING.format(handed="W, X_batch, y=y_batch, reg=torch.tensor(reg)")),
        ("test_one_param_set", ONE_PAIR.format(handed=BY_NAME, factor=1)),
    ],
)
def test_arguments_by_name_and_numbers_in_tensors_are_right(warm: Warm, function: str, source: str) -> None:
    assert all(outcome.status is Status.PASSED for outcome in outcomes(warm, function, source))


def test_a_training_asked_by_name_is_read_by_name_in_the_smallest_question(warm: Warm) -> None:
    found = outcomes(warm, "test_one_param_set", ONE_PAIR.format(handed=BY_NAME, factor=100))
    (smallest,) = {outcome.example for outcome in found if outcome.example}
    assert smallest.endswith("num_iters = 1: validation accuracy 100, expected 1.")
