"""Public checks of the linear_classifier part: random search, minibatches, training, prediction, hyperparameters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from coursekit import compare
from project1.checks import public_check

Function = Callable[..., Any]
Matrix = tuple[tuple[float, ...], ...]


def _float64(rows: Sequence[Any]) -> Tensor:
    return torch.tensor(rows, dtype=torch.float64)


# ---- random search ---------------------------------------------------------------------------------------------------


@public_check("random_search")
def _search_best(function: Function) -> None:
    """the best of 50 tries comes back with its loss"""
    tries: list[tuple[Tensor, float]] = []

    def distance(weights: Tensor, inputs: Tensor, y: Tensor, reg: float) -> tuple[Tensor, Tensor]:  # noqa: ARG001
        loss = ((weights - 0.1) ** 2).sum()
        tries.append((weights.clone(), float(loss)))
        return loss, torch.zeros_like(weights)

    inputs, y = _float64([[1.0, 2.0, 3.0], [0.0, 1.0, 0.5]]), torch.tensor([3, 0])
    got = function(distance, inputs, y, 4, 50, 0.5, 0.25)
    best_W, best_loss = compare.several(got, "best W, best loss")
    if len(tries) != 50:
        raise AssertionError(
            f"loss_func was asked {len(tries)} times; expected 50.\nask it once for each of num_tries."
        )
    expected_W, expected_loss = min(tries, key=lambda tried: tried[1])
    compare.close("the best W", best_W, expected_W, 0, "keep the W of the lowest loss; copy it if W is reused.")
    compare.close(
        "the best loss", best_loss, expected_loss, atol=1e-9, help="it is the loss of the W that is returned."
    )


@public_check("random_search")
def _search_draws(function: Function) -> None:
    """each try draws W of shape (D, C) anew, scale * randn, and reg reaches loss_func"""
    drawn: list[Tensor] = []
    regs: list[float] = []

    def watch(weights: Tensor, inputs: Tensor, y: Tensor, reg: float) -> tuple[Tensor, Tensor]:  # noqa: ARG001
        drawn.append(weights.clone())
        regs.append(float(reg))
        return weights.sum(), torch.zeros_like(weights)

    function(watch, torch.ones(2, 3), torch.tensor([4, 0]), 5, 80, 0.02, 0.25)
    if not drawn:
        raise AssertionError("loss_func was not asked once in 80 tries.\nask it once for each of num_tries.")
    for weights in drawn:
        compare.tensor("W", weights, (3, 5), torch.float32)
    if set(regs) != {0.25}:
        raise AssertionError(f"loss_func was given reg = {sorted(set(regs))}; expected 0.25.")
    if torch.equal(drawn[0], drawn[-1]):
        raise AssertionError("the first and the last W are the same.\ndraw a new W in each try.")
    every = torch.stack(drawn)
    compare.close("the mean of W's entries", float(every.mean()), 0.0, atol=0.004, help="torch.randn draws around 0.")
    compare.close(
        "the spread (std) of W's entries", float(every.std()), 0.02, atol=0.004, help="W = scale * torch.randn."
    )


def _is_remote(function: Function) -> bool:
    """Whoever checks a function that runs in another process marks its proxy with a true attribute `remote`."""
    return bool(getattr(function, "remote", False))


# ---- minibatches, training, prediction -------------------------------------------------------------------------------


def _rows() -> tuple[Tensor, Tensor]:
    """Six rows that tell which class they belong to: row i is (i, -i), of class i."""
    y = torch.arange(6)
    return torch.stack([y, -y], dim=1).float(), y


def _belong_together(batch: Any, batch_size: int) -> tuple[Tensor, Tensor]:
    X_batch, y_batch = compare.several(batch, "X_batch, y_batch")
    inputs = compare.tensor("X_batch", X_batch, (batch_size, 2), torch.float32)
    y = compare.tensor("y_batch", y_batch, (batch_size,), torch.int64)
    if not torch.equal(inputs, torch.stack([y, -y], dim=1).float()):
        raise AssertionError(
            "X_batch and y_batch are not the same rows.\ndraw the row numbers once, and use them for both."
        )
    return inputs, y


@public_check("sample_batch")
def _batch_pairs(function: Function) -> None:
    """four of six rows: X_batch and y_batch belong together, another call draws others

    A function in another process (a true attribute `remote`) may start each call from the same seed, so of it the
    second is not asked.
    """
    inputs, y = _rows()
    drawn = [_belong_together(function(inputs, y, 6, 4), 4)[1] for _ in range(20)]
    compare.unchanged("X", inputs, _rows()[0])
    compare.unchanged("y", y, _rows()[1])
    if not _is_remote(function) and all(torch.equal(drawn[0], other) for other in drawn):
        raise AssertionError("twenty calls drew the same rows.\ndraw new row numbers in each call.")


@public_check("sample_batch")
def _batch_uniform(function: Function) -> None:
    """6,000 draws from six rows: with replacement, every row about 1,000 times"""
    inputs, y = _rows()
    _, drawn = _belong_together(function(inputs, y, 6, 6000), 6000)
    counts = torch.bincount(drawn, minlength=6).tolist()
    if min(counts) < 800 or max(counts) > 1200:
        raise AssertionError(
            f"rows 0 to 5 were drawn {counts} times; about 1000 each was expected.\n"
            "every row is equally likely, the first and the last too."
        )
    if torch.equal(drawn.reshape(1000, 6).sort(dim=1).values, torch.arange(6).expand(1000, 6)):
        raise AssertionError("every six draws hold each row once.\ndraw with replacement: torch.randint.")


BOWL_BOTTOM: Matrix = ((1.0, -1.0, 0.5), (2.0, 0.0, -3.0))
BOWL_START: Matrix = ((3.0, -3.0, 2.5), (2.0, -2.0, -3.0))
BOWL_END: Matrix = ((1.03125, -1.03125, 0.53125), (2.0, -0.03125, -3.0))
BOWL_LOSSES = (16.0, 4.0, 1.0, 0.25, 0.0625, 0.015625)


@public_check("train_linear_classifier")
def _train_bowl(function: Function) -> None:
    """six steps of 0.25 down a bowl: each halves the distance to its bottom"""
    bottom = _float64(BOWL_BOTTOM)

    def bowl(weights: Tensor, inputs: Tensor, y: Tensor, reg: float) -> tuple[Tensor, Tensor]:  # noqa: ARG001
        return ((weights - bottom) ** 2).sum(), 2 * (weights - bottom)

    inputs, y = _rows()
    got = function(bowl, _float64(BOWL_START), inputs, y, learning_rate=0.25, reg=0.0, num_iters=6, batch_size=3)
    weights, losses = compare.several(got, "W, losses")
    compare.unchanged("X", inputs, _rows()[0])
    compare.unchanged("y", y, _rows()[1])
    hint = "W goes down the gradient: W - learning_rate * dW, num_iters times."
    compare.close("W", weights, _float64(BOWL_END), atol=1e-9, help=hint)
    if not isinstance(losses, list) or len(losses) != 6:
        size = f" of length {len(losses)}" if isinstance(losses, list | tuple) else ""
        raise AssertionError(f"losses is a {type(losses).__name__}{size}; expected a list of 6 numbers, one a step.")
    for t, (loss, expected) in enumerate(zip(losses, BOWL_LOSSES, strict=True)):
        compare.close(f"losses[{t}]", loss, expected, 1e-9, "the loss of a step is the one before W moves.")


@public_check("train_linear_classifier")
def _train_batches(function: Function) -> None:
    """every step draws a new minibatch, larger than the data if asked, and hands reg on"""
    batches: list[Tensor] = []

    def watch(weights: Tensor, inputs: Tensor, y: Tensor, reg: float) -> tuple[Tensor, Tensor]:
        batches.append(_belong_together((inputs, y), 9)[1].clone())
        compare.close("the reg that loss_func is given", reg, 0.125, atol=0)
        return weights.sum(), torch.zeros_like(weights)

    inputs, y = _rows()
    function(watch, torch.zeros(2, 6), inputs, y, learning_rate=0.1, reg=0.125, num_iters=12, batch_size=9)
    if len(batches) != 12:
        raise AssertionError(f"loss_func was asked {len(batches)} times in 12 steps.\nask it once a step.")
    if all(torch.equal(batches[0], other) for other in batches):
        raise AssertionError("all 12 steps had the same minibatch.\ncall sample_batch inside the loop.")


@public_check("train_linear_classifier")
def _train_from_nothing(function: Function) -> None:
    """W = None starts near zero, with max(y) + 1 classes"""
    starts: list[Tensor] = []

    def watch(weights: Tensor, inputs: Tensor, y: Tensor, reg: float) -> tuple[Tensor, Tensor]:  # noqa: ARG001
        starts.append(weights.clone())
        return weights.sum(), torch.zeros_like(weights)

    inputs, y = _rows()
    function(watch, None, inputs, y, num_iters=2, batch_size=1)
    if not starts:
        raise AssertionError("loss_func was not asked once in 2 steps.\nask it once a step.")
    start = compare.tensor("the first W", starts[0], (2, 6), starts[0].dtype)
    if not 0 < float(start.abs().max()) < 1e-4:
        raise AssertionError(f"the largest entry of the first W is {float(start.abs().max()):g}; expected about 1e-6.")


@public_check("predict_linear_classifier")
def _predict(function: Function) -> None:
    """five inputs, three classes"""
    weights = torch.tensor([[0.9, -0.4, 0.3], [-1.1, 0.7, 0.2], [0.5, 1.2, -0.8], [-0.2, 0.6, 1.3]])
    inputs = torch.tensor(
        [
            [1, -0.5, 0.8, 0.3],
            [-0.7, 1.2, 0.4, -1],
            [0.2, 0.9, -1.1, 0.6],
            [1.4, 0.3, -0.2, -0.9],
            [-0.6, -0.8, 0.5, 1.1],
        ]
    )
    before = weights.clone(), inputs.clone()
    hint = "the predicted class is the column of the highest score."
    compare.close("the prediction", function(weights, inputs), torch.tensor([0, 1, 2, 0, 1]), 0, hint)
    compare.close("the prediction for -X", function(weights, -inputs), torch.tensor([2, 2, 0, 1, 0]), 0, hint)
    compare.unchanged("W", weights, before[0])
    compare.unchanged("X", inputs, before[1])


@public_check("predict_linear_classifier")
def _predict_small(function: Function) -> None:
    """two inputs of one number, two classes, to follow with a pencil"""
    labels = function(_float64([[1.0, -1.0]]), _float64([[2.0], [-3.0]]))
    compare.close("the prediction", labels, torch.tensor([0, 1]), 0, "the scores are 2 and -2, then -3 and 3.")


# ---- hyperparameters -------------------------------------------------------------------------------------------------


def _search_params(function: Function) -> None:
    rates, strengths = compare.several(function(), "learning rates, regularization strengths")
    for what, values, lowest in (("learning rate", rates, 0.0), ("regularization strength", strengths, -1e-300)):
        if not isinstance(values, list | tuple) or not values:
            raise AssertionError(f"the {what}s are of type {type(values).__name__}; a list of numbers was expected.")
        for value in values:
            if not compare.number(f"a {what}", value) > lowest:
                raise AssertionError(
                    f"a {what} of {value} makes no sense.\nit must be {'positive' if not lowest else 'at least 0'}."
                )
    combinations = len(rates) * len(strengths)
    if not 5 <= combinations <= 25:
        raise AssertionError(
            f"{len(rates)} learning rates times {len(strengths)} strengths are {combinations} combinations; "
            "between 5 and 25 were expected."
        )


@public_check("svm_get_search_params")
def _svm_params(function: Function) -> None:
    """5 to 25 combinations"""
    _search_params(function)


@public_check("softmax_get_search_params")
def _softmax_params(function: Function) -> None:
    """5 to 25 combinations"""
    _search_params(function)


class AlwaysOne:
    """Stands for LinearSVM or Softmax: answers class 1 always, and remembers how it was trained."""

    def __init__(self) -> None:
        self.trained: dict[str, Any] = {}

    def train(
        self,
        X_train: Tensor,
        y_train: Tensor,
        learning_rate: float = 1e-3,
        reg: float = 1e-5,
        num_iters: int = 100,
        batch_size: int = 200,
        verbose: bool = False,
    ) -> list[float]:
        """Learn nothing."""
        self.trained = {"X": X_train, "y": y_train, "learning_rate": learning_rate, "reg": reg, "num_iters": num_iters}
        self.trained |= {"batch_size": batch_size, "verbose": verbose}
        return [0.0] * num_iters

    def predict(self, X: Tensor) -> Tensor:
        """Class 1 for every input."""
        return torch.ones(len(X), dtype=torch.int64)


@public_check("test_one_param_set")
def _one_param_set(function: Function) -> None:
    """a classifier that always answers class 1: trained once as asked, right on 3 of 4 and on 2 of 5

    Such an object cannot be sent to another process: a proxy has a true attribute `remote`, and nothing is asked.
    """
    if _is_remote(function):
        return
    data = {
        "X_train": torch.rand(4, 3),
        "y_train": torch.tensor([1, 1, 0, 1]),
        "X_val": torch.rand(5, 3),
        "y_val": torch.tensor([0, 1, 2, 0, 1]),
        "X_test": torch.rand(2, 3),
        "y_test": torch.tensor([0, 0]),
    }
    got = function(AlwaysOne(), data, 0.02, 0.3, num_iters=7)
    names = "classifier, training accuracy, validation accuracy"
    classifier, train_accuracy, val_accuracy = compare.several(got, names)
    if not isinstance(classifier, AlwaysOne):
        raise AssertionError(
            f"the first value is of type {type(classifier).__name__}; the trained classifier was expected."
        )
    asked = classifier.trained
    if not asked:
        raise AssertionError(
            "the classifier that came back was never trained.\ncall its train method on the training set."
        )
    for name, value in (("learning_rate", 0.02), ("reg", 0.3), ("num_iters", 7)):
        compare.close(f"the {name} it was trained with", asked[name], value, atol=0)
    if asked["X"] is not data["X_train"] and not torch.equal(asked["X"], data["X_train"]):
        raise AssertionError(
            "it was trained on other inputs than X_train.\nvalidation and test sets are for measuring only."
        )
    hint = "a fraction in [0, 1], not a percentage: the mean of (prediction == truth)."
    compare.close("the training accuracy", train_accuracy, 0.75, atol=1e-6, help=hint)
    compare.close("the validation accuracy", val_accuracy, 0.4, atol=1e-6, help=hint)
