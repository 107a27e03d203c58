"""What the public checks of the linear_classifier part promise: the reference passes, and a wrong answer hears why."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import matplotlib
import pytest
import torch

from autograder.assignment import SOLUTIONS
from autograder.checks.reference import load_reference
from autograder.submission.slice import slice_part
from autograder.submission.source import Cell, SourceFile
from autograder.worker.student import Student
from coursekit import compare
from project1 import checks, plots
from tests.assignments import LINEAR_CLASSIFIER

matplotlib.use("Agg")

FUNCTIONS = tuple(function.name for function in LINEAR_CLASSIFIER.functions)
SVM = ("svm_loss_naive", "svm_loss_vectorized")
SOFTMAX = ("softmax_loss_naive", "softmax_loss_vectorized")


REFERENCE = load_reference(LINEAR_CLASSIFIER).functions


def messages(name: str, answer: Callable[..., Any]) -> str:
    """Everything that the failed public checks of a function say to a wrong version of it."""
    return "\n".join(result.message for result in checks.run(name, {name: answer}) if not result.passed)


# ---- right answers ---------------------------------------------------------------------------------------------------


def test_the_checks_stand_in_the_order_of_the_notebook():
    assert [name for name in checks.names() if name in FUNCTIONS] == list(FUNCTIONS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_reference_passes_every_public_check(name):
    results = checks.run(name, REFERENCE)
    assert results
    assert [result.message for result in results if not result.passed] == []


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_stub_is_called_not_implemented_yet(name):
    def stub(*args: Any, **options: Any) -> None:
        raise NotImplementedError(f"{name} is not implemented yet")

    results = checks.run(name, {name: stub})
    assert {(result.passed, result.message) for result in results} == {(False, "not implemented yet")}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_forgetting_to_return_is_said_in_words_not_as_a_crash(name):
    results = checks.run(name, {name: lambda *args, **options: None})
    assert all(not result.passed for result in results)
    assert all("it raised" not in result.message for result in results), results
    assert any("None" in result.message for result in results)


def test_other_ways_of_writing_a_right_answer_pass_too():
    def normal_draws(X, y, num_train, batch_size):
        rows = (torch.rand(batch_size) * num_train).long()
        return [X.index_select(0, rows), y.index_select(0, rows)]

    def in_place(loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False):
        W = 1e-6 * torch.randn(X.shape[1], 1 + max(y.tolist())) if W is None else W
        losses = []
        while len(losses) < num_iters:
            loss, dW = loss_func(W, *normal_draws(X, y, len(y), batch_size), reg)
            W -= learning_rate * dW
            losses.append(loss.item())
        return W, losses

    assert messages("sample_batch", normal_draws) == ""
    assert messages("train_linear_classifier", in_place) == ""


# ---- wrong answers, and what they hear -------------------------------------------------------------------------------


def twisted(name: str, twist: Callable[..., Any]) -> Callable[..., Any]:
    """The reference, its answer changed: twist(answer, *arguments)."""
    return lambda *args, **options: twist(REFERENCE[name](*args, **options), *args)


def one_sided(f, w, h=1e-5):
    steps = torch.eye(w.numel(), dtype=w.dtype).reshape(-1, *w.shape) * h
    return torch.stack([(f(w + step) - f(w)) / h for step in steps]).reshape(w.shape)


def moves_w(f, w, h=1e-5):
    answer = REFERENCE["numeric_gradient"](f, w, h)
    w.view(-1)[0] += 0.5
    return answer


def softmax_overflowing(W, X, y, reg):
    p = (X @ W).exp()
    p = p / p.sum(dim=1, keepdim=True)
    rows = torch.arange(len(y))
    loss = -p[rows, y].log().mean() + reg * (W * W).sum()
    p[rows, y] -= 1
    return loss, X.T @ p / len(y) + 2 * reg * W


def first_try_wins(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    tries = [scale * torch.randn(X.shape[1], num_classes, dtype=X.dtype) for _ in range(num_tries)]
    losses = [float(loss_func(W, X, y, reg)[0]) for W in tries]
    return tries[0], losses[0]


def uniform_tries(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    tries = [scale * torch.rand(X.shape[1], num_classes, dtype=X.dtype) for _ in range(num_tries)]
    losses = [float(loss_func(W, X, y, reg)[0]) for W in tries]
    return tries[losses.index(min(losses))], min(losses)


def mismatched_rows(X, y, num_train, batch_size):
    return X[torch.randint(num_train, (batch_size,))], y[torch.randint(num_train, (batch_size,))]


def never_the_last(X, y, num_train, batch_size):
    rows = torch.randint(num_train - 1, (batch_size,))
    return X[rows], y[rows]


def without_replacement(X, y, num_train, batch_size):
    rows = torch.cat([torch.randperm(num_train) for _ in range(-(-batch_size // num_train))])[:batch_size]
    return X[rows], y[rows]


def uphill(loss_func, W, X, y, learning_rate=1e-3, **options):
    return REFERENCE["train_linear_classifier"](loss_func, W, X, y, -learning_rate, **options)


def one_batch(loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False):
    batch = REFERENCE["sample_batch"](X, y, len(y), batch_size)
    losses = []
    for _ in range(num_iters):
        loss, dW = loss_func(W, *batch, reg)
        losses.append(float(loss))
        W = W - learning_rate * dW
    return W, losses


def too_few_classes(loss_func, W, X, y, *args, **options):
    W = 1e-6 * torch.randn(X.shape[1], int(y.max())) if W is None else W
    return REFERENCE["train_linear_classifier"](loss_func, W, X, y, *args, **options)


def untrained(cls, data_dict, lr, reg, num_iters=2000):
    REFERENCE["test_one_param_set"](cls, data_dict, lr, reg, num_iters)
    return type(cls)(), 0.75, 0.4


def in_percent(cls, data_dict, lr, reg, num_iters=2000):
    classifier, train, val = REFERENCE["test_one_param_set"](cls, data_dict, lr, reg, num_iters)
    return classifier, 100 * train, 100 * val


def trained_on_validation(cls, data_dict, lr, reg, num_iters=2000):
    swapped = data_dict | {"X_train": data_dict["X_val"], "y_train": data_dict["y_val"]}
    return REFERENCE["test_one_param_set"](cls, swapped, lr, reg, num_iters)


def steps_ignored(cls, data_dict, lr, reg, num_iters=2000):
    return REFERENCE["test_one_param_set"](cls, data_dict, lr, reg)


WRONG: list[tuple[str, Callable[..., Any], str]] = [
    ("l1_regularization", twisted("l1_regularization", lambda out, W, reg: (out[0], out[1].abs())), "dR has the right"),
    ("l1_regularization", REFERENCE["l2_regularization"], "this is L2 regularization"),
    ("l2_regularization", lambda W, reg: (reg * (W * W).sum() / 2, reg * W), "there is no factor 1/2 here"),
    ("l2_regularization", lambda W, reg: (reg * (W * W).sum(), reg * W), "what is the derivative of a square"),
    ("l2_regularization", lambda W, reg: (reg * (W * W).sum(), W), "derivative of R"),
    ("numeric_gradient", one_sided, "your difference is one-sided"),
    ("numeric_gradient", twisted("numeric_gradient", lambda out, *_: 2 * out), "your slopes are twice too steep"),
    ("numeric_gradient", moves_w, "w is not as before"),
    ("random_search", first_try_wins, "keep the W of the lowest loss"),
    ("random_search", uniform_tries, "your W are drawn uniformly"),
    (
        "random_search",
        twisted("random_search", lambda out, *_: (out[0], [out[1]])),
        "of type list; a number was expected",
    ),
    ("sample_batch", mismatched_rows, "are not the same rows"),
    ("sample_batch", never_the_last, "the last example is never drawn"),
    ("sample_batch", without_replacement, "with replacement"),
    ("sample_batch", lambda X, y, num_train, batch_size: (X[:batch_size], y[:batch_size]), "drew the same rows"),
    ("train_linear_classifier", uphill, "your steps go uphill"),
    ("train_linear_classifier", one_batch, "inside the loop"),
    ("train_linear_classifier", too_few_classes, "the first W has shape (2, 5); expected (2, 6)"),
    (
        "train_linear_classifier",
        twisted("train_linear_classifier", lambda out, *_: (out[0], out[1][1:])),
        "a list of 6 numbers",
    ),
    ("predict_linear_classifier", lambda W, X: (X @ W).argmin(dim=1), "you take the class of the lowest score"),
    ("predict_linear_classifier", lambda W, X: (X @ W).max(dim=1).values, "dtype float32; expected int64"),
    ("predict_linear_classifier", lambda W, X: (X @ W).argmax(dim=0), "has shape (3,); expected (5,)"),
    ("svm_get_search_params", lambda: ([1e-3], [1e-2, 1e-1]), "are 2 combinations"),
    ("svm_get_search_params", lambda: ([1e-3, -1e-2], [1, 2, 3]), "a learning rate of -0.01"),
    ("softmax_get_search_params", lambda: ([0.1] * 6, [0.1] * 6), "are 36 combinations"),
    ("test_one_param_set", untrained, "was never trained"),
    ("test_one_param_set", in_percent, "not a percentage"),
    ("test_one_param_set", trained_on_validation, "other inputs than X_train"),
    ("test_one_param_set", steps_ignored, "the num_iters it was trained with is 2000; expected 7"),
]
for loss in (*SVM, *SOFTMAX):
    WRONG += [
        (
            loss,
            twisted(loss, lambda out, W, X, y, reg: (out[0] - reg * (W * W).sum(), out[1])),
            "your loss lacks its regularization term",
        ),
        (loss, twisted(loss, lambda out, W, X, y, reg: (out[0] - reg * (W * W).sum() / 2, out[1])), "a factor 1/2"),
        (
            loss,
            twisted(loss, lambda out, W, X, y, reg: (out[0], out[1] - 2 * reg * W)),
            "your gradient lacks its regularization term",
        ),
        (loss, twisted(loss, lambda out, W, X, y, reg: (out[0], out[1] - reg * W)), "in your gradient lacks a factor"),
        (loss, twisted(loss, lambda out, W, X, y, reg: (out[0] * len(y), out[1])), "divide by N"),
        (
            loss,
            twisted(loss, lambda out, W, X, y, reg: (out[0], out[1] * len(y))),
            "divided by N, as the loss is",
        ),
        (loss, twisted(loss, lambda out, W, X, y, reg: (out[0], out[1].T)), "dW has shape (3, 4); expected (4, 3)"),
        (loss, twisted(loss, lambda out, W, X, y, reg: (out[0].item(), out[1])), "loss is of type float"),
        (loss, twisted(loss, lambda out, W, X, y, reg: (out[0].double(), out[1].double())), "expected float32"),
        (loss, twisted(loss, lambda out, W, X, y, reg: (X.mul_(0).sum() + out[0], out[1])), "X was modified"),
        (loss, twisted(loss, lambda out, W, X, y, reg: (out[0] + W[0, 0], out[1])), "do not belong together"),
    ]
for loss in SVM:
    WRONG.append((loss, twisted(loss, lambda out, *_: (out[0] + 1, out[1])), "your loss counts the true class too"))
for loss in SOFTMAX:
    WRONG.append((loss, softmax_overflowing, "is too large for a number"))


@pytest.mark.parametrize(("name", "answer", "said"), WRONG, ids=[f"{name}: {said}" for name, _, said in WRONG])
def test_a_wrong_answer_hears_why(name, answer, said):
    assert said in messages(name, answer)


def test_every_function_has_a_wrong_version_that_its_checks_catch():
    assert {name for name, _, _ in WRONG} == set(FUNCTIONS)


def test_every_check_can_ask_a_function_that_lives_in_another_process(warm):
    source = (SOLUTIONS / "project1" / "linear_classifier.py").read_text(encoding="utf-8")
    master = SourceFile("linear_classifier.py", "module", (Cell(0, source),))
    student = Student(warm, slice_part(master, LINEAR_CLASSIFIER))

    def remote(name: str) -> Callable[..., Any]:
        def ask(*args: Any, **options: Any) -> Any:
            return student.call(name, *args, **options)

        ask.remote = True  # type: ignore[attr-defined]
        return ask

    try:
        failed = {name: messages(name, remote(name)) for name in FUNCTIONS}
    finally:
        student.close()
    assert failed == dict.fromkeys(FUNCTIONS, "")


def test_a_function_in_another_process_is_not_handed_an_object():
    asked = []

    def remote(*args: Any) -> None:
        asked.append(args)

    remote.remote = True  # type: ignore[attr-defined]
    assert messages("test_one_param_set", remote) == ""
    assert asked == []


# ---- comparing -------------------------------------------------------------------------------------------------------


def said_of(got: Any, expected: Any = None, **options: Any) -> str:
    expected = torch.tensor([[1.0, 2.0], [3.0, 4.0]]) if expected is None else expected
    with pytest.raises(AssertionError) as caught:
        compare.close("dW", got, expected, **options)
    return str(caught.value)


def test_type_comes_before_shape_shape_before_dtype_dtype_before_values():
    assert "is None" in said_of(None)
    assert "is of type list" in said_of([[1, 2], [3, 4]])
    assert "has shape (2,); expected (2, 2)" in said_of(torch.zeros(2, dtype=torch.int64))
    assert "dtype int64; expected float32" in said_of(torch.full((2, 2), 9))
    assert "not all of its entries are finite (the first at [0, 1]: nan)" in said_of(
        torch.tensor([[9.0, float("nan")], [3.0, 4.0]])
    )
    assert "off by up to 5 (worst at [1, 0]: got 8, expected 3" in said_of(torch.tensor([[1.0, 2.5], [8.0, 4.0]]))


def test_the_help_line_follows_where_values_differ():
    assert said_of(torch.zeros(2, 2), help="look again.").splitlines()[-1] == "look again."


def test_a_difference_within_the_tolerance_passes_and_integers_must_be_equal():
    compare.close("dW", torch.tensor([1.0, 2.0]), torch.tensor([1.0, 2.0 + 1e-7]), atol=1e-6)
    compare.close("y", torch.tensor([1, 2]), torch.tensor([1, 2]), atol=0)
    said = said_of(torch.tensor([3, 2, 0]), torch.tensor([3, 1, 1]), atol=0)
    assert "2 of its 3 entries differ (the first at [1]: got 2, expected 1)" in said


def test_an_expected_number_is_answered_by_a_number_or_a_tensor_without_dimensions():
    compare.close("loss", 2.5, 2.5)
    compare.close("loss", torch.tensor(2.5), 2.5)
    assert "is of type str" in said_of("2.5", 2.5)
    assert "is a tensor of shape (1,)" in said_of(torch.tensor([2.5]), 2.5)
    assert "is nan; a finite number was expected" in said_of(float("nan"), 2.5)
    assert "is 2.6; expected 2.5 (1e-06 is allowed)" in said_of(2.6, 2.5)


# ---- pictures --------------------------------------------------------------------------------------------------------

PICTURES: dict[str, Callable[[], Any]] = {
    "plane": lambda: plots.linear_classifier.plane(
        torch.rand(6, 2), torch.arange(6) % 3, {"a": torch.rand(3, 3), "b": torch.zeros(3, 3)}
    ),
    "plane, shaded": lambda: plots.linear_classifier.plane(
        torch.rand(6, 2), torch.arange(6) % 3, {"a": torch.rand(3, 3)}, REFERENCE["predict_linear_classifier"]
    ),
    "losses_of_points": lambda: plots.linear_classifier.losses_of_points([0.5, 2.0], [0.5, 2.1], torch.tensor([0, 1])),
    "one_penalty": lambda: plots.linear_classifier.one_penalty(*torch.rand(3, 9).unbind(), "L1"),
    "learned_weights": lambda: plots.linear_classifier.learned_weights({"L1": torch.rand(5)}, torch.zeros(5)),
    "penalties": lambda: plots.linear_classifier.penalties({"one": lambda w: float(w.abs().sum())}),
    "cliff": lambda: plots.linear_classifier.cliff(
        torch.tensor([-1.0, 1.0]),
        torch.tensor([0.0, 1.0]),
        [1, 10],
        torch.linspace(0, 1, 9),
        {"falls": torch.linspace(1, 0, 9), "turns": (torch.linspace(-1, 1, 9)) ** 2},
    ),
    "difference_errors": lambda: plots.linear_classifier.difference_errors([1e-1, 1e-2], {"a": [1e-3, 0.0]}),
    "loss_of_score": lambda: plots.linear_classifier.loss_of_score(torch.rand(5), {"a": torch.rand(5)}, [1.0, 0.5]),
    "search_history": lambda: plots.linear_classifier.search_history([3.0, 2.0, 4.0]),
    "batch_noise": lambda: plots.linear_classifier.batch_noise([1, 4, 16], [4.0, 2.0, 1.0]),
    "loss_curves": lambda: plots.linear_classifier.loss_curves({"a": [3.0, 2.0] * 20, "short": [1.0]}),
    "heat_map": lambda: plots.linear_classifier.heat_map({(0.1, 0.2): (0.5, 0.4), (0.3, 0.4): (0.6, 0.5)}, "a"),
    "templates": lambda: plots.linear_classifier.templates(
        {"a": torch.randn(3073, 3), "zeros": torch.zeros(3073, 3)}, ("a", "tomato_soup_can", "c")
    ),
}


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_draws_without_a_screen(name):
    page = io.BytesIO()
    PICTURES[name]().savefig(page, format="png")
    assert page.getvalue().startswith(b"\x89PNG")
