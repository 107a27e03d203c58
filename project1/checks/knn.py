"""Public checks of the knn part: points on integer grids, whose answers can be worked out with a pencil."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from coursekit import compare
from project1.checks import public_check

Function = Callable[..., Any]

# Three training points and two test points of the plane, as tuples (x, y).
PLANE_TRAIN = ((0, 0), (3, 4), (6, 8))
PLANE_TEST = ((0, 0), (3, 0))
PLANE_DISTANCES = ((0, 9), (25, 16), (100, 73))
FORMULA = "dists[i, j] is the sum of (a - b)^2 over all coordinates."
PLANE_MISTAKES = {
    "these are the distances themselves: leave the square root out.": ((0, 3), (5, 4), (10, 73**0.5)),
    "this is the mean of the squared differences; their sum is wanted.": ((0, 4.5), (12.5, 8), (50, 36.5)),
    "these are sums of absolute differences (L1); the differences have to be squared.": ((0, 3), (7, 4), (14, 11)),
    "the product term is added: |a - b|^2 = |a|^2 + |b|^2 - 2 a . b.": ((0, 9), (25, 52), (100, 145)),
    "the product term counts twice: |a - b|^2 = |a|^2 + |b|^2 - 2 a . b.": ((0, 9), (25, 25), (100, 91)),
}

# Six training points, four test points; k = 2 has ties, no column has two equal distances.
VOTE_LABELS = (3, 1, 1, 0, 3, 0)
VOTE_DISTANCES = ((1, 5, 4, 9), (9, 2, 1, 7), (4, 3, 9, 2), (6, 1, 2, 8), (2, 9, 3, 1), (8, 8, 7, 6))

# Eight points of the line, in this order, in four folds of two.
LINE = (0, 1, 10, 12, 3, 14, 4, 9)
LINE_LABELS = (0, 0, 1, 1, 0, 0, 1, 1)
LINE_ACCURACIES = {1: (100, 50, 0, 50), 3: (0, 100, 50, 50)}
LINE_MISTAKES: dict[str, dict[int, tuple[float, ...]]] = {
    "the fold that is measured must not be trained on.": {1: (100, 100, 100, 100), 3: (100, 100, 50, 50)},
    "these are fractions; accuracies are in percent.": {1: (1, 0.5, 0, 0.5), 3: (0, 1, 0.5, 0.5)},
    "fold f is rows f * n to (f + 1) * n - 1: contiguous and in order.": {1: (50, 50, 50, 100), 3: (0, 50, 50, 100)},
}


def _agree(what: str, got: Any, expected: Tensor, mistakes: Mapping[str, Any], help: str = "", atol: float = 0) -> None:  # noqa: A002
    """Compare; where the answer is that of a known mistake, the help line names it."""
    if isinstance(got, Tensor) and got.shape == expected.shape and not _near(got, expected, atol):
        help = next((name for name, wrong in mistakes.items() if _near(got, torch.tensor(wrong), 1e-4)), help)  # noqa: A001
    compare.close(what, got, expected, atol=atol, help=help)


def _near(got: Tensor, expected: Tensor, atol: float) -> bool:
    return bool(((got.double() - expected.double()).abs() <= atol).all())


def _unchanged(what: str, now: Tensor, before: Tensor) -> None:
    if not torch.equal(now, before):
        raise AssertionError(f"{what} was modified: work on new tensors, not in place.")


# ---- distances, three times ------------------------------------------------------------------------------------------


def _distances(function: Function, x_train: Tensor, x_test: Tensor) -> Any:
    """Call it, and look at the orientation first: a transposed answer has a shape that says so."""
    dists = function(x_train, x_test)
    num_train, num_test = len(x_train), len(x_test)
    if isinstance(dists, Tensor) and tuple(dists.shape) == (num_test, num_train):
        raise AssertionError(
            f"dists has shape {(num_test, num_train)}; expected (num_train, num_test) = {(num_train, num_test)}.\n"
            "dists[i, j] belongs to training point i and test point j: this looks transposed."
        )
    return dists


def _check_points(function: Function) -> None:
    dists = _distances(function, torch.tensor(PLANE_TRAIN).float(), torch.tensor(PLANE_TEST).float())
    expected = torch.tensor(PLANE_DISTANCES).float()
    _agree("dists", dists, expected, PLANE_MISTAKES, FORMULA, 1e-4)


def _check_images(function: Function) -> None:
    ramp = torch.arange(12.0).reshape(3, 2, 2)
    x_train = torch.stack([torch.zeros(3, 2, 2), torch.ones(3, 2, 2), ramp])
    x_test = torch.stack([torch.full((3, 2, 2), 2.0), ramp.flatten().flip(0).reshape(3, 2, 2)])
    expected = torch.tensor([[48.0, 506.0], [12.0, 386.0], [290.0, 572.0]])
    dists = _distances(function, x_train, x_test)
    compare.close(
        "dists", dists, expected, atol=1e-3, help=f"{FORMULA[:-1]}, every channel, row and column of an image."
    )


def _check_inputs(function: Function) -> None:
    x_train = torch.tensor([[0.1, 0.2], [0.5, 0.5], [0.7, 0.1]], dtype=torch.float64)
    x_test = torch.tensor([[0.1, 0.2], [0.3, 0.9]], dtype=torch.float64)
    train_before, test_before = x_train.clone(), x_test.clone()
    dists = _distances(function, x_train, x_test)
    _unchanged("x_train", x_train, train_before)
    _unchanged("x_test", x_test, test_before)
    expected = torch.tensor([[0, 0.53], [0.25, 0.2], [0.37, 0.8]], dtype=torch.float64)
    single = isinstance(dists, Tensor) and dists.shape == expected.shape and _near(dists, expected, 1e-5)
    exact = "this is only as exact as float32: compute in the dtype of x_train." if single else FORMULA
    compare.close("dists", dists, expected, atol=1e-12, help=exact)


def _register_distances(name: str) -> None:
    """The three versions answer the same questions."""

    @public_check(name)
    def points(function: Function) -> None:
        """three training and two test points in the plane"""
        _check_points(function)

    @public_check(name)
    def images(function: Function) -> None:
        """images of shape (3, 2, 2)"""
        _check_images(function)

    @public_check(name)
    def inputs(function: Function) -> None:
        """float64 stays float64, and the inputs stay as they were"""
        _check_inputs(function)


for _name in ("compute_distances_two_loops", "compute_distances_one_loop", "compute_distances_no_loops"):
    _register_distances(_name)


class _Largest(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """While it is entered, remembers the largest memory behind any tensor that an operation returns."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.numbers = 0
        self.shape: tuple[int, ...] = ()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        returned = func(*args, **(kwargs or {}))
        for tensor in returned if isinstance(returned, (tuple, list)) else (returned,):
            if isinstance(tensor, Tensor) and tensor.layout is torch.strided:
                # Of the memory, not of the shape: an expanded view has many entries and allocates none.
                numbers = tensor.untyped_storage().nbytes() // tensor.element_size()
                if numbers > self.numbers:
                    self.numbers, self.shape = numbers, tuple(tensor.shape)
        return returned


@public_check("compute_distances_no_loops")
def memory(function: Function) -> None:
    """40 x 30 points of 500 numbers: no tensor with an entry for every coordinate of every pair"""
    num_train, num_test, D = 40, 30, 500
    x_train = torch.linspace(0, 1, num_train * D).reshape(num_train, D)
    x_test = torch.linspace(1, 2, num_test * D).reshape(num_test, D)
    with _Largest() as largest:  # of what is computed in this process; elsewhere it sees nothing
        function(x_train, x_test)
    if largest.numbers >= num_train * num_test * D:  # inputs and dists, and all of them together, are far smaller
        raise AssertionError(
            f"a tensor of shape {largest.shape} was made on the way, {largest.numbers:,} numbers: "
            f"one for each coordinate of each pair.\n"
            f"for 2000 training and 1000 test images that would be {2000 * 1000 * 3072 * 4 / 1e9:.0f} GB. "
            "|a - b|^2 = |a|^2 + |b|^2 - 2 a . b needs only a product of two matrices."
        )


# ---- votes -----------------------------------------------------------------------------------------------------------


def _labels(function: Function, k: int, expected: Sequence[int], mistakes: Mapping[str, Sequence[int]]) -> None:
    dists = torch.tensor(VOTE_DISTANCES).float()
    y_train = torch.tensor(VOTE_LABELS)
    dists_before, labels_before = dists.clone(), y_train.clone()
    y_pred = function(dists, y_train, k=k)
    _unchanged("dists", dists, dists_before)
    _unchanged("y_train", y_train, labels_before)
    if isinstance(y_pred, Tensor) and tuple(y_pred.shape) == (len(y_train),):
        raise AssertionError(
            f"y_pred has shape {(len(y_train),)}; expected (num_test,) = {(dists.shape[1],)}.\n"
            "the training points are the rows of dists, the test points its columns."
        )
    _agree(f"y_pred for k = {k}", y_pred, torch.tensor(expected), mistakes)


@public_check("predict_labels")
def nearest_neighbour(predict_labels: Function) -> None:
    """k = 1 gives the label of the nearest training point"""
    mistakes = {
        "these are the positions of the nearest points; their labels, from y_train, are wanted.": (0, 3, 1, 4),
        "these are the labels of the points farthest away: the nearest has the smallest distance.": (1, 3, 1, 3),
    }
    _labels(predict_labels, 1, (3, 0, 1, 3), mistakes)


@public_check("predict_labels")
def majority(predict_labels: Function) -> None:
    """k = 4 and k = 6: the label with the most votes wins"""
    mistakes = {
        "this is the label of the nearest point alone: all k neighbours vote.": (3, 0, 1, 3),
        "these are numbers of votes; the label that has them is wanted.": (2, 2, 2, 2),
    }
    _labels(predict_labels, 4, (3, 1, 3, 1), mistakes)
    dists, y_train = torch.tensor(VOTE_DISTANCES).float(), torch.tensor([3, 1, 1, 0, 1, 0])
    y_pred = predict_labels(dists, y_train, k=6)
    compare.close(
        "y_pred for k = 6, all the training points,",
        y_pred,
        torch.tensor([1, 1, 1, 1]),
        atol=0,
        help="with k = num_train every test point gets the most frequent label.",
    )


@public_check("predict_labels")
def vote_tie(predict_labels: Function) -> None:
    """k = 2: a tie in votes gives the smallest label"""
    mistakes = {
        "in a tie this takes the label of the nearest point; the smallest label is wanted.": (3, 0, 1, 3),
        "in a tie this takes the largest label; the smallest is wanted.": (3, 1, 1, 3),
    }
    _labels(predict_labels, 2, (3, 0, 0, 1), mistakes)


@public_check("predict_labels")
def one_point(predict_labels: Function) -> None:
    """one test point and three training points, to follow with a pencil"""
    dists, y_train = torch.tensor([[4.0], [1.0], [9.0]]), torch.tensor([2, 0, 2])
    for k, label in ((1, 0), (2, 0), (3, 2)):
        compare.close(f"y_pred for k = {k}", predict_labels(dists, y_train, k=k), torch.tensor([label]), atol=0)


# ---- the classifier --------------------------------------------------------------------------------------------------


def _classifier_problem() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Two groups in the plane, and one point of class 1 in the middle of the class 0 group."""
    x_train = torch.tensor([[0, 0], [1, 0], [0, 2], [1, 1], [9, 9], [9, 7]]).float()
    y_train = torch.tensor([0, 0, 0, 1, 1, 1])
    x_test = torch.tensor([[0.2, 0.1], [1.2, 1.2], [8.0, 9.0], [2.0, 1.5]])
    y_test = torch.tensor([0, 0, 1, 1])
    return _as_images(x_train), y_train, _as_images(x_test), y_test


def _as_images(points: Tensor) -> Tensor:
    """Images of 3 channels and one pixel, (N, 3, 1, 1): a point's coordinates, and zeros after them."""
    return torch.nn.functional.pad(points, (0, 3 - points.shape[1]))[:, :, None, None]


@public_check("KnnClassifier")
def predictions(classifier: Function) -> None:
    """predict gives the labels for k = 1 and k = 3"""
    x_train, y_train, x_test, _ = _classifier_problem()
    knn = classifier(x_train, y_train)
    compare.close("predict(x_test)", knn.predict(x_test), torch.tensor([0, 1, 1, 1]), atol=0)
    compare.close(
        "predict(x_test, k=3)",
        knn.predict(x_test, k=3),
        torch.tensor([0, 0, 1, 0]),
        atol=0,
        help="is k handed on to predict_labels?",
    )


@public_check("KnnClassifier")
def accuracy(classifier: Function) -> None:
    """check_accuracy gives percent for k = 1 and k = 3"""
    x_train, y_train, x_test, y_test = _classifier_problem()
    knn = classifier(x_train, y_train)
    with redirect_stdout(io.StringIO()):
        one = knn.check_accuracy(x_test, y_test)
        three = knn.check_accuracy(x_test[1:], y_test[1:], k=3, quiet=True)
    _percent("check_accuracy(x_test, y_test)", one, 75.0)
    _percent("check_accuracy(x_test, y_test, k=3, quiet=True) of three points", three, 200 / 3)


def _percent(what: str, got: Any, expected: float) -> None:
    value = compare.number(what, got)
    hint = "this is a fraction; the accuracy is in percent." if abs(100 * value - expected) < 1e-3 else ""
    compare.close(what, got, expected, atol=1e-3, help=hint)


@public_check("KnnClassifier")
def three_pixels(classifier: Function) -> None:
    """three images of one pixel, to follow with a pencil"""
    knn = classifier(_as_images(torch.tensor([[0.0], [1.0], [5.0]])), torch.tensor([1, 0, 0]))
    x_test, y_test = _as_images(torch.tensor([[0.0]])), torch.tensor([0])
    for k, label, percent in ((1, 1, 0.0), (3, 0, 100.0)):
        compare.close(f"predict(x_test, k={k})", knn.predict(x_test, k=k), torch.tensor([label]), atol=0)
        _percent(f"the accuracy for k = {k}", knn.check_accuracy(x_test, y_test, k=k, quiet=True), percent)


@public_check("KnnClassifier")
def quiet(classifier: Function) -> None:
    """check_accuracy with quiet=True prints nothing"""
    x_train, y_train, x_test, y_test = _classifier_problem()
    with redirect_stdout(io.StringIO()) as printed:
        classifier(x_train, y_train).check_accuracy(x_test, y_test, k=3, quiet=True)
    if printed.getvalue():
        raise AssertionError(f"with quiet=True it printed {printed.getvalue()[:60]!r}; nothing was expected.")


# ---- cross-validation ------------------------------------------------------------------------------------------------


@public_check("knn_cross_validate")
def four_folds(cross_validate: Function) -> None:
    """eight points on a line, in four folds, for k = 1 and k = 3"""
    x, y = _as_images(torch.tensor(LINE).float()[:, None]), torch.tensor(LINE_LABELS)
    x_before, y_before = x.clone(), y.clone()
    accuracies = _lists(cross_validate(x, y, num_folds=4, k_choices=[1, 3]), k_choices=(1, 3), num_folds=4)
    _unchanged("x_train", x, x_before)
    _unchanged("y_train", y, y_before)
    wrong = [name for name, answer in LINE_MISTAKES.items() if all(_same(accuracies[k], answer[k]) for k in (1, 3))]
    for k, expected in LINE_ACCURACIES.items():
        if not _same(accuracies[k], expected):
            help_line = wrong[0] if wrong else "train on the other three folds, measure on fold f."
            raise compare.Differs(
                f"the accuracies for k = {k} are {_listed(accuracies[k])}; expected {_listed(expected)} "
                f"for folds 0 to 3.\n{help_line}",
                f"the accuracies for k = {k}",
                accuracies[k],
                list(expected),
            )


@public_check("knn_cross_validate")
def own_choices(cross_validate: Function) -> None:
    """the keys are the k_choices asked for, and each list has one accuracy for each fold"""
    x, y = _as_images(torch.tensor(LINE).float()[:, None]), torch.tensor(LINE_LABELS)
    for num_folds in (2, 4):
        _lists(cross_validate(x, y, num_folds=num_folds, k_choices=[4, 2, 1]), (1, 2, 4), num_folds)


def _lists(got: Any, k_choices: tuple[int, ...], num_folds: int) -> dict[int, list[float]]:
    """Raise unless it is {k: [num_folds numbers]}; give it with plain floats."""
    if not isinstance(got, Mapping):
        raise AssertionError(f"a dict {{k: [accuracy of each fold]}} was expected; got {type(got).__name__}.")
    if set(got) != set(k_choices):
        raise AssertionError(f"the keys are {sorted(got, key=str)}; expected {list(k_choices)}, the k_choices.")
    for k in k_choices:
        if not isinstance(got[k], (list, tuple)) or len(got[k]) != num_folds:
            raise AssertionError(
                f"under k = {k} is {str(got[k])[:60]}; expected a list of {num_folds} accuracies, one for each fold."
            )
    return {k: [compare.number(f"an accuracy of k = {k}", accuracy) for accuracy in got[k]] for k in k_choices}


def _same(got: Sequence[float], expected: Sequence[float]) -> bool:
    return all(abs(a - b) < 1e-3 for a, b in zip(got, expected, strict=True))


def _listed(accuracies: Sequence[float]) -> str:
    return "[" + ", ".join(f"{accuracy:g}" for accuracy in accuracies) + "]"


# ---- the best k ------------------------------------------------------------------------------------------------------


def _best(best_k: Function, accuracies: dict[int, list[float]], expected: int, mistakes: Mapping[Any, str]) -> None:
    got = best_k(accuracies)
    if isinstance(got, bool) or not isinstance(got, int):
        raise AssertionError(f"the best k is {got!r}, of type {type(got).__name__}; expected the int {expected}.")
    if got != expected:
        help_line = mistakes.get(got, "the best k has the highest mean accuracy over its folds.")
        raise AssertionError(f"the best k of {accuracies} is given as {got}; expected {expected}.\n{help_line}")


@public_check("knn_get_best_k")
def highest_mean(best_k: Function) -> None:
    """the highest mean accuracy wins"""
    accuracies = {1: [50.0, 60.0], 3: [70.0, 66.0], 8: [90.0, 20.0], 20: [67.0, 66.5]}
    mistakes = {
        8: "it has the highest accuracy in one fold; the mean over the folds decides.",
        20: "it has the highest worst fold; the mean over the folds decides.",
        1: "the highest mean wins, not the smallest k.",
    }
    _best(best_k, accuracies, 3, mistakes)


@public_check("knn_get_best_k")
def mean_tie(best_k: Function) -> None:
    """a tie gives the smallest k, in whatever order they stand"""
    _best(best_k, {12: [60.0, 70.0], 5: [70.0, 60.0], 1: [40.0, 50.0]}, 5, {12: "of equal means the smallest k wins."})
    _best(best_k, {5: [70.0, 60.0], 12: [60.0, 70.0], 1: [40.0, 50.0]}, 5, {12: "of equal means the smallest k wins."})
