"""A failed check shows the smallest question that goes wrong: one made for that, to be followed with a pencil."""

from __future__ import annotations

import contextlib
import io
import re
import warnings
from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np
import pytest
import torch

from autograder.audit.subjects import with_functions
from autograder.audit.variants import read as read_variants
from autograder.catalog import Part
from autograder.checks import picture
from autograder.checks.answers import answers_for
from autograder.checks.case import CheckCase, Context
from autograder.checks.counterexample import MOST, MOST_SMALLER, Found, find, first_wrong, prepare, shrunk, wrong_answer
from autograder.checks.hints import known
from autograder.checks.inprocess import InProcess
from autograder.checks.reference import load_reference
from autograder.checks.shrink import size, smaller
from autograder.checks.transcript import alike
from autograder.grading import Settings, grade_submission
from autograder.results import Outcome
from autograder.submission.source import Submission
from autograder.worker.errors import Raised
from autograder.worker.warm import Warm
from coursekit import pencil
from tests.assignments import ALL, ALL_PARTS, KNN, LINEAR_CLASSIFIER, OPTIMIZERS, PROJECT1

BEGINS = "the smallest question it gets wrong: "
FOUND = 0.85  # of the known mistakes of functions that have small questions; the others change a dtype or draw wrongly
ROOT = """
def compute_distances_two_loops(x_train, x_test):
    dists = x_train.new_zeros(len(x_train), len(x_test))
    for i in range(len(x_train)):
        for j in range(len(x_test)):
            dists[i, j] = ((x_train[i] - x_test[j]) ** 2).sum().sqrt()
    return dists
"""
OWN_MARGIN = """
import torch
def svm_loss_vectorized(W, X, y, reg):
    scores = X @ W
    margins = (scores - scores[torch.arange(len(y)), y, None] + 1).clamp(min=0)
    ds = (margins > 0).to(W.dtype)
    ds[torch.arange(len(y)), y] = 1 - ds.sum(dim=1)
    return margins.sum() / len(y) + reg * (W * W).sum(), X.T @ ds / len(y) + 2 * reg * W
"""
FRACTIONS = """
class KnnClassifier:
    def __init__(self, x_train, y_train):
        self.x_train, self.y_train = x_train, y_train
    def predict(self, x_test, k=1):
        return predict_labels(compute_distances_no_loops(self.x_train, x_test), self.y_train, k)
    def check_accuracy(self, x_test, y_test, k=1, quiet=False):
        return (self.predict(x_test, k) == y_test).double().mean().item()
"""
NO_FOLDS = """
def knn_cross_validate(x_train, y_train, num_folds=5, k_choices=(1, 3, 5, 8, 10, 12, 15, 20, 50, 100)):
    return {k: [0.0] * num_folds for k in k_choices}
"""
UPHILL_TRAINING = """
def train_linear_classifier(loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200,
                            verbose=False):
    losses = []
    for _ in range(num_iters):
        loss, dW = loss_func(W, *sample_batch(X, y, len(X), batch_size), reg)
        losses.append(float(loss))
        W = W + learning_rate * dW
    return W, losses
"""
UPHILL = "def sgd(w, dw, config=None):\n    return w + 1e-2 * dw, config"
FORGETS = "def sgd_momentum(w, dw, config=None):\n    return w - 1e-2 * dw, config"
ONE_RATE = "def sgd(w, dw, config=None):\n    return w - 1e-2 * dw, config"
NEWTON_UPHILL = "import torch\ndef newton_step(w, grad, hessian):\n    return w + torch.linalg.solve(hessian, grad)"
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
RAISES = "def knn_get_best_k(k_to_accuracies):\n    return k_to_accuracies[0]"
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
        (KNN, "compute_distances_two_loops", ROOT, "x_train = [[0]], x_test = [[2]]: dists [[2]], expected [[4]]."),
        (KNN, "knn_get_best_k", RAISES, "k_to_accuracies = {1: [0]}: it raises KeyError (0), expected 1."),
        (OPTIMIZERS, "sgd", UPHILL, "w = [0], dw = [1], config = None: w [0.01], expected [-0.01]."),
        (OPTIMIZERS, "sgd_momentum", FORGETS, "dw = [1], then [0], config = None: w [-0.01], expected [-0.019]."),
        (OPTIMIZERS, "newton_step", NEWTON_UPHILL, "w = [0], grad = [1], hessian = [[1]]: w [1], expected [-1]."),
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


@pytest.mark.parametrize(
    ("part", "function", "source", "said"),
    [
        (
            KNN,
            "KnnClassifier",
            FRACTIONS,
            "x_train = [0], y_train = [1], x_test = [0], y_test = [1], k = 1 (images of one pixel, which have that "
            "much red): check_accuracy 1, expected 100.",
        ),
        (
            KNN,
            "knn_cross_validate",
            NO_FOLDS,
            "x_train = [0, 0], y_train = [0, 0], num_folds = 2, k_choices = [1] (images of one pixel, which have that "
            "much red): it gives {1: [0, 0]}, expected {1: [100, 100]}.",
        ),
        (
            LINEAR_CLASSIFIER,
            "svm_loss_vectorized",
            OWN_MARGIN,
            "W = [[0, 0]], X = [[0]], y = [0], reg = 0: loss 2, expected 1.",
        ),
        (
            LINEAR_CLASSIFIER,
            "train_linear_classifier",
            UPHILL_TRAINING,
            "loss_func gives reg * sum(W * W) and dW = 2 * reg * W, W = [[1]], X = [[1]], y = [0], "
            "learning_rate = 0.25, reg = 1, num_iters = 1, batch_size = 2: W [[1.5]], expected [[0.5]].",
        ),
        (OPTIMIZERS, "sgd", ONE_RATE, "w = [0], dw = [1], config = {learning_rate: 0.5}: w [-0.01], expected [-0.5]."),
    ],
)
def test_what_is_shown_of_a_wrong_version(part: Part, function: str, source: str, said: str) -> None:
    (case,) = (case for case in cases_of(part) if case.function == function)
    assert find(asked(part, case, defined(part, function, source))).smallest == f"{BEGINS}{said}"


def test_what_hangs_on_small_questions_costs_no_check_more(warm: Warm) -> None:
    outcomes = lost(warm, LINEAR_CLASSIFIER, "svm_loss_vectorized", HANGS)
    assert not any(outcome.example or outcome.picture for outcome in outcomes)
    assert not any("not called again" in outcome.message for outcome in outcomes)


@pytest.mark.parametrize(("right_on_small", "points"), [(False, 2.0), (True, 0.0)])
def test_to_tell_a_small_question_from_a_checks_gains_nothing(warm: Warm, right_on_small: bool, points: float) -> None:
    source = f"""
def knn_get_best_k(k_to_accuracies):
    small = set(k_to_accuracies) <= {{1, 2, 3}} and max(map(max, k_to_accuracies.values())) <= 3
    best = max(sorted(k_to_accuracies), key=lambda k: sum(k_to_accuracies[k]) / len(k_to_accuracies[k]))
    return best if small == {right_on_small} else -1
"""
    settings = Settings(PROJECT1, parts=(KNN,), functions=frozenset({"knn_get_best_k"}))
    report = grade_submission(with_functions(KNN, {"knn_get_best_k": source}), warm, settings)
    assert report.score == points
    assert not any(outcome.example for outcome in report.outcomes)


def test_without_hints_there_is_none(warm: Warm) -> None:
    assert not any(outcome.example for outcome in lost(warm, OPTIMIZERS, "sgd", UPHILL, hints="off"))
    without = lost(warm, LINEAR_CLASSIFIER, "svm_loss_vectorized", LAST_LEFT_OUT, hints="off")
    assert without and not any(outcome.picture for outcome in without)


# ---- what holds for every graded function


def test_every_graded_function_has_small_questions_or_a_reason_why_not() -> None:
    for part in ALL_PARTS:
        for case in cases_of(part):
            made = asked(part, case)
            questions = list(made.small_questions())
            assert bool(questions) != bool(case.no_small), (
                f"{case.function}: give its case small_questions and small_axes, or say in no_small why there are none"
            )
            assert len(questions) <= MOST
            assert all(len(question) == len(case.small_axes) for question in questions), case.function


def test_only_small_questions_are_ever_asked() -> None:
    """Whoever answers wrongly on purpose learns what a pencil would have told."""
    for part in ALL_PARTS:
        for case in cases_of(part):
            for question in asked(part, case).small_questions():
                count, far = size(question)
                assert count <= 2 * pencil.LARGEST, case.function
                assert all(number in (1000, 0.25, 0.5, 0.75) or number in range(-5, 9) for number in numbers(question))
                assert all(size(other) < (count, far) for other in islice(smaller(question, case.small_axes), 40))


def test_no_small_question_is_one_that_a_check_asks() -> None:
    for part in ALL_PARTS:
        for case in cases_of(part):
            questions = [question for question in asked(part, case).small_questions() if size(question)[0] > 3]
            reference = load_reference(part).functions
            heard = Hears({**reference}, load_reference(part).given, answers_for(part, load_reference(part)))
            for _, other, method in checks_of(part):
                if other is case:
                    checked = other(method, context(part, heard))
                    with contextlib.redirect_stdout(io.StringIO()):
                        checked.setUp()
                        getattr(checked, method)()
                        checked.doCleanups()
            assert not [q for q in questions if any(alike(list(q), list(h)) for h in heard.heard)], case.function


def test_right_answers_are_never_called_wrong() -> None:
    """Those of the reference, which is asked some smaller questions too, and of right versions in other styles."""
    for of in ALL:
        variants = read_variants(of.folder / "known" / "variants")
        for part in of.parts:
            for case in cases_of(part):
                made = asked(part, case)
                assert find(made) == Found(), case.function
                for question in islice(made.small_questions(), 0, None, 7):
                    others = (other for other in smaller(question, case.small_axes) if made.fits_small(other))
                    assert first_wrong(made, islice(others, 20)) is None, case.function
                for variant in (v for v in variants if v.function == case.function):
                    made = asked(part, case, defined(part, case.function, variant.source))
                    assert first_wrong(made, made.small_questions()) is None, variant.style


def test_what_is_shown_cannot_be_made_smaller_and_is_the_same_each_time() -> None:
    counts = [0, 0]
    for part in ALL_PARTS:
        for case in cases_of(part):
            for number, mistake in enumerate(known(part)[case.function] if not case.no_small else ()):
                made = asked(part, case, mistake.version)
                found = first_wrong(made, made.small_questions())
                counts[0] += found is not None
                counts[1] += 1
                if found is None:
                    continue
                question, wrong = shrunk(made, *found)
                assert size(question) <= size(found[0])
                next_smaller = [other for other in smaller(question, case.small_axes) if made.fits_small(other)]
                assert len(next_smaller) <= MOST_SMALLER
                assert [other for other in next_smaller if wrong_answer(made, other)] == [], mistake.name
                if number % 5 == 0:
                    assert find(made).smallest == f"{BEGINS}{made.said_small(question)}: {wrong}.", mistake.name
    assert counts[0] >= FOUND * counts[1], counts


def test_a_question_gets_smaller_by_rows_then_classes_then_numbers() -> None:
    W, X, y = torch.tensor([[1.0, 0.0, 0.0]]), torch.tensor([[0.0], [0.0]]), torch.tensor([2, 0])
    found = list(smaller((W, X, y, 0.5), ("D C", "N D", "N =C", "")))
    assert [(tuple(w.shape), x.tolist(), labels.tolist()) for w, x, labels, _ in found[:3]] == [
        ((1, 3), [[0.0]], [2]),
        ((1, 3), [[0.0]], [0]),
        ((1, 2), [[0.0], [0.0]], [1, 0]),  # class 1, which is no label; a label beyond it counts one less
    ]
    assert [w.tolist() for w, *_ in found[3:4]] == [[[0.0, 0.0, 0.0]]]
    assert {label for *_, y, _ in found[4:] for label in y.tolist()} == {0, 1, -1}  # whether -1 fits, the case says
    assert all(reg == 0.5 for *_, reg in found)  # no whole number


def test_a_symmetric_matrix_stays_so_and_a_large_number_goes_by_powers_of_ten() -> None:
    (*_, last) = smaller((torch.tensor([[1.0, 1.0], [1.0, 1.0]]),), ("n n",))
    assert all(torch.equal(matrix, matrix.T) for (matrix,) in smaller((torch.ones(2, 2),), ("n n",)))
    assert last[0].tolist() == [[1.0, 1.0], [1.0, 0.0]]
    assert [number for (number,) in smaller((1000,), ("",)) if abs(number) > 9] == [10, -10, 100, -100]
    assert [number for (number,) in smaller((-2,), ("",))] == [0, 1, -1, 2]


# ---- helpers


class Asked(InProcess):
    """Functions of this process, whose exceptions come as a student's do."""

    def call(self, *args: Any, **kwargs: Any) -> Any:
        with told():
            return super().call(*args, **kwargs)

    def call_keeping(self, *args: Any, **kwargs: Any) -> Any:
        with told():
            return super().call_keeping(*args, **kwargs)

    def trajectories(self, *args: Any, **kwargs: Any) -> Any:
        with told():
            return super().trajectories(*args, **kwargs)

    def new(self, *args: Any, **kwargs: Any) -> Any:
        with told():
            return super().new(*args, **kwargs)


class Hears(InProcess):
    """Keeps what it is asked."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.heard: list[tuple[Any, ...]] = []

    def call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        self.heard.append(args)
        return super().call(name, *args, **kwargs)

    def call_many(self, name: str, arguments: Any, limits: Any = None) -> Any:
        self.heard += arguments
        return super().call_many(name, arguments, limits)

    def trajectories(self, name: str, runs: Any) -> Any:
        self.heard += runs
        return super().trajectories(name, runs)


@contextlib.contextmanager
def told() -> Iterator[None]:
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            yield
        except Exception as error:
            raise Raised(type(error).__name__, str(error), None) from error


def checks_of(part: Part) -> list[tuple[Any, type[CheckCase], str]]:
    return [check for of in ALL if part in of.parts for check in of.checks_of([part])]


def cases_of(part: Part) -> list[type[CheckCase]]:
    """Its cases that are of a function."""
    return list({case: None for _, case, _ in checks_of(part) if case.needs_function})


def context(part: Part, student: InProcess) -> Context:
    return Context(
        part, load_reference(part), Submission("x"), None, None, student, None, student.answers, trusted=True
    )  # type: ignore[arg-type]


def asked(part: Part, case: type[CheckCase], version: Any = None) -> CheckCase:
    """A case whose questions go to a version of its function, to the reference without one."""
    reference = load_reference(part)
    functions = {**reference.functions, **({case.function: version} if version else {})}
    student = Asked(functions, reference.given, answers_for(part, reference))
    method = next(method for _, other, method in checks_of(part) if other is case)
    made = case(method, context(part, student))
    prepare(made)
    return made


def defined(part: Part, function: str, source: str) -> Any:
    """What a source defines under the function's name, which may call the reference's functions."""
    names: dict[str, Any] = {**load_reference(part).functions}
    exec(source, names)
    return names[function]


def numbers(value: Any) -> Iterator[float]:
    if isinstance(value, torch.Tensor):
        value = value.flatten().tolist()
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from numbers(item)
    elif isinstance(value, int | float):
        yield value


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
        ({1: [0.5]}, "{1: [0.5]}"),
        ([["ab" * 30] * 16] * 16, f"[[{', '.join(['ab' * 20 + '...'] * 16)}"[:240] + "..."),
    ],
)
def test_a_value_is_written_as_by_hand(value: object, written: str) -> None:
    assert pencil.shown(value) == written


class Mine:
    in_words = "an object of the submission's own"


@pytest.mark.parametrize(
    ("got", "expected", "written"),
    [
        ([[0.0]], torch.zeros(1, 1), ("a list [[0]]", "a tensor [[0]]")),
        (np.zeros((1, 1)), torch.zeros(1, 1), ("an array [[0]]", "a tensor [[0]]")),
        ({1: torch.tensor([1.0])}, {1: [1.0]}, ("a dict of a tensor {1: [1]}", "a dict of a list {1: [1]}")),
        ("1", 1, ("a string 1", "an int 1")),
        (Mine(), 1, ("an object of the submission's own", "1")),
        (0.5, 0.50001, ("0.5", "0.50001")),
        (torch.ones(1), torch.zeros(1), ("[1]", "[0]")),
    ],
)
def test_two_values_that_differ_are_written_so_that_it_shows(
    got: object, expected: object, written: tuple[str, str]
) -> None:
    assert pencil.apart(got, expected) == written
