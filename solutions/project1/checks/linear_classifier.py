"""Graded checks of the linear-classifier part: 45 points."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import torch
from gradescope_utils.autograder_utils.decorators import number, weight
from torch import Tensor

from autograder.checks import expect
from autograder.checks.case import CheckCase
from autograder.checks.expect import CheckFailed
from autograder.checks.gradient import check_gradient
from autograder.checks.pencil import Small
from autograder.checks.relation import made_of
from coursekit.pencil import shown
from coursekit.stability import why_not_finite
from solutions.project1.checks.bans import AUTOGRAD, LOSSES

Problem = tuple[Tensor, Tensor, Tensor, float]
REGULARIZERS = ("l1_regularization", "l2_regularization")


class LinearCase(CheckCase):
    """Checks of the linear-classifier part."""

    part = "linear_classifier"


class RegularizationCase(LinearCase):
    """A regularizer `(W, reg) -> (R, dR)`."""

    bans = (AUTOGRAD,)
    returns = ("R", "dR")
    small_axes = ("D C", "")

    def small_questions(self) -> Iterator[tuple[Any, ...]]:
        """One number, then two in a row or a column, then four."""
        for W in Small().tensors(((1, 1), (1, 2), (2, 1), (2, 2)), 6):
            yield from ((W, 1.0), (W, 2.0))

    def check_regularization(self) -> None:
        """R and dR for weights of several shapes, of both signs and zero."""
        zeros = self.randn(4, 3)
        zeros[1, 2] = zeros[3, 0] = 0
        problems = [(self.randn(7, 4), 0.3), (self.randn(3, 5), 1.7), (self.randn(1, 6), 0.0), (zeros, 0.05)]
        for (W, reg), answer in zip(problems, self.ask_many(problems), strict=True):
            R, dR = expect.pair(self.function, answer, ("R", "dR"))
            expected_R, expected_dR = self.expected(W, reg)
            expect.scalar("R", R, expected_R)
            expect.close("dR", dR, expected_dR)
        W = self.randn(3, 4)
        _, after = self.student.call_keeping(self.function, W, 0.3)
        expect.unchanged("W", W, after[0])


class L1Regularization(RegularizationCase):
    """l1_regularization."""

    function = "l1_regularization"

    @number("2.1")
    @weight(1)
    def test_regularization(self) -> None:
        """l1_regularization: the penalty and its gradient"""
        self.check_regularization()


class L2Regularization(RegularizationCase):
    """l2_regularization."""

    function = "l2_regularization"

    @number("2.2")
    @weight(1)
    def test_regularization(self) -> None:
        """l2_regularization: the penalty and its gradient"""
        self.check_regularization()


class NumericGradient(LinearCase):
    """numeric_gradient."""

    function = "numeric_gradient"
    bans = (AUTOGRAD,)
    small_axes = ("m n", "")

    def small_questions(self) -> Iterator[tuple[Any, ...]]:
        """One number, then more, and steps so long that a difference of one side shows."""
        for W in Small((0, 1, 2)).tensors(((1, 1), (1, 2), (2, 2)), 4):
            yield from ((W, 1.0), (W, 0.5))

    def fits_small(self, question: tuple[Any, ...]) -> bool:
        """There is a step."""
        return bool(question[1] > 0)

    def ask_small(self, question: tuple[Any, ...]) -> Any:
        """The gradient of a cubic."""
        return self.small_student.call(self.function, _cube, *question)

    def expected_small(self, question: tuple[Any, ...]) -> Any:
        """What is right by the formula of centred differences."""
        return self.expected(_cube, question[0].clone(), question[1])

    def said_small(self, question: tuple[Any, ...]) -> str:
        """With the cubic in words."""
        return f"f(w) = sum(w) ** 3, w = {shown(question[0])}, h = {shown(question[1])}"

    @number("2.3")
    @weight(1)
    def test_centred(self) -> None:
        """numeric_gradient: centred differences"""

        shape: tuple[int, ...] = ()

        def cubic(w: Tensor) -> Tensor:
            expect.tensor("the w handed to f", w, shape)
            return (w**3).sum() + w.flatten()[0] * w.flatten()[-1]

        for w, h in ((self.randn(3), 0.1), (self.randn(2, 2), 1e-3), (self.randn(1), 0.1)):
            shape = tuple(w.shape)
            expect.close(
                f"the gradient at w of shape {shape} with h = {h}",
                self.ask(cubic, w, h),
                self.expected(cubic, w.clone(), h),
                help_line="Centred: the difference of f at w + h and at w - h in one entry, over 2 h.",
            )

    @number("2.4")
    @weight(1)
    def test_default_step(self) -> None:
        """numeric_gradient: a small step by default, and w as it was"""

        w = self.randn(1, 3)
        moved = [0.0]

        def wave(at: Tensor) -> Tensor:
            expect.tensor("the w handed to f", at, (1, 3))
            moved.append(float((at - w).abs().max()))
            return torch.sin(16 * at).sum() * at.abs().sum()

        gradient, after = self.student.call_keeping(self.function, wave, w)
        farthest = max(moved)
        expect.close("the gradient with the default h", gradient, self.expected(wave, w.clone()))
        expect.unchanged("w", w, after[1], rounding=1e-12)
        if not 0.99e-5 < farthest < 1.01e-5:
            raise CheckFailed(f"f was asked up to {farthest:.2g} away from w; h is 1e-5 by default.")


def _cube(w: Tensor) -> Tensor:
    return w.sum() ** 3


class LossCase(LinearCase):
    """A loss `(W, X, y, reg) -> (loss, dW)`."""

    bans = (AUTOGRAD, LOSSES)
    needs = REGULARIZERS
    sizes = {"N": 5, "D": 4, "C": 3}  # noqa: RUF012

    def of_size(self, sizes: Mapping[str, int], rng: torch.Generator) -> tuple[Any, ...]:
        """N inputs of D numbers, and C classes."""
        N, D, C = (sizes[axis] for axis in ("N", "D", "C"))
        W, X = torch.randn(D, C, generator=rng), torch.randn(N, D, generator=rng)
        return W, X, torch.randint(C, (N,), generator=rng), 0.1

    returns = ("loss", "dW")
    small_axes = ("D C", "N D", "N =C", "")

    def small_questions(self) -> Iterator[tuple[Any, ...]]:
        """One number and two classes, first without regularization; then more examples, classes and numbers.

        No margin of the hinge loss is exactly 0: there any subgradient is right.
        """
        small = Small()
        for N, D, C, reg in ((1, 1, 2, 0.0), (1, 1, 2, 1.0), (2, 1, 2, 0.0), (1, 2, 2, 0.0), (2, 2, 3, 1.0)):
            for _ in range(8):
                question = small.tensor(D, C), small.tensor(N, D), small.labels(C, N), reg
                if self.fits_small(question):
                    yield question

    def fits_small(self, question: tuple[Any, ...]) -> bool:
        """Labels that are classes, and no margin of 0."""
        W, X, y, reg = question
        if int(y.min()) < 0 or int(y.max()) >= W.shape[1] or W.shape[1] < 2 or reg < 0:
            return False
        scores = X @ W
        return bool((scores - scores[torch.arange(len(y)), y, None] + 1 != 0).all())

    def problems(self) -> list[tuple[str, Problem]]:
        """Problems at a scale where every term shows: D, C and N all different, a class absent, one example alone."""
        absent = self.randint(2, 8) * 2
        return [
            ("N = 5, D = 7, C = 4", (self.randn(7, 4), self.randn(5, 7), self.randint(4, 5), 0.1)),
            ("N = 9, D = 3, C = 6, no regularization", (self.randn(3, 6), self.randn(9, 3), self.randint(6, 9), 0.0)),
            ("a single example", (self.randn(6, 3), self.randn(1, 6), self.randint(3, 1), 0.4)),
            ("classes of which some never occur", (self.randn(4, 5), self.randn(8, 4), absent, 0.25)),
            ("two classes", (self.randn(5, 2), self.randn(6, 5), self.randint(2, 6), 1.3)),
            (
                "float32",
                (self.randn(5, 4, dtype=torch.float32), self.randn(7, 5, dtype=torch.float32), self.randint(4, 7), 0.1),
            ),
        ]

    def answers(self, problems: list[tuple[str, Problem]]) -> list[tuple[str, Any, Any, Any, Any]]:
        """For each problem its name, the student's loss and dW, and the reference's."""
        found = []
        for (name, problem), answer in zip(problems, self.ask_many([p for _, p in problems]), strict=True):
            loss, dW = expect.pair(self.function, answer, ("loss", "dW"))
            found.append((name, loss, dW, *self.expected(*problem)))
        return found

    def check_loss(self) -> None:
        """The loss of every problem, and the inputs left alone."""
        self.check_part(0, "the loss", expect.scalar)
        W, X, y, reg = self.problems()[0][1]
        _, after = self.student.call_keeping(self.function, W, X, y, reg)
        for what, before, now in (("W", W, after[0]), ("X", X, after[1]), ("y", y, after[2])):
            expect.unchanged(what, before, now)

    def check_dW(self) -> None:
        """The gradient of every problem."""
        self.check_part(1, "dW", expect.close)

    def check_part(self, part: int, what: str, compare: Callable[[str, Any, Tensor], None]) -> None:
        """One part of the answer to every problem, 0 for the loss and 1 for the gradient."""
        problems = self.problems()
        answers = self.answers(problems)
        try:
            for name, *parts in answers:
                compare(f"{what} ({name})", parts[part], parts[2 + part])
        except CheckFailed as failure:
            your = f"your {what.removeprefix('the ')}"
            made_of = self.made_of(your, problems, [parts[part] for _, *parts in answers], part)
            raise CheckFailed(str(failure), made_of or failure.diagnosis) from None

    def made_of(self, what: str, problems: list[tuple[str, Problem]], got: list[Any], part: int) -> str:
        """What the answers in float64 are made of, the data's term and the regularization's, as far as that can be had.

        Args:
            what: the answers' name.
            problems: what was asked.
            got: the answers.
            part: 0 for losses, 1 for gradients.
        """
        exact = [i for i, (_, (W, *_)) in enumerate(problems) if W.dtype == torch.float64]
        asked = [problems[i][1] for i in exact]
        data = [self.expected(W, X, y, 0.0)[part] for W, X, y, _ in asked]
        penalty = [(reg * (W * W).sum(), 2 * reg * W)[part] for W, _, _, reg in asked]
        N, C = [len(y) for _, _, y, _ in asked], [W.shape[1] for W, *_ in asked]
        loss, reg = ("the data loss", "the regularization") if part == 0 else ("the data gradient", "that of reg")
        choices: list[dict[str, list[Tensor]]] = [
            {loss: data, reg: penalty},
            {f"{loss} summed over the N examples": _times(data, N), reg: penalty},
            {f"{loss} divided by N twice": _over(data, N), reg: penalty},
            {f"{loss} divided by C": _over(data, C), reg: penalty},
            {loss: data, f"{reg} divided by N": _over(penalty, N)},
            {**_ends("example", [self.shares(*problem[:3], part) for problem in asked]), reg: penalty},
        ]
        if part == 1:
            classes = [self.true_and_others(*problem[:3]) for problem in asked]
            true, others = "the true classes' share of the data gradient", "the other classes' share"
            choices += [
                {true: [mine for mine, _ in classes], others: [rest for _, rest in classes], reg: penalty},
                {**_ends("class", [_columns(dW) for dW in data]), reg: penalty},
            ]
        return made_of(what, [got[i] for i in exact], choices)

    def shares(self, W: Tensor, X: Tensor, y: Tensor, part: int) -> list[Tensor]:
        """What each example adds to the data loss (part 0) or to its gradient (part 1)."""
        return [self.expected(W, X[i : i + 1], y[i : i + 1], 0.0)[part] / len(y) for i in range(len(y))]

    def true_and_others(self, W: Tensor, X: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """The data gradient in two: by way of each example's own score, and by way of its other scores."""
        _, ds = self.expected(X @ W, torch.eye(len(y), dtype=X.dtype), y, 0.0)
        own = torch.zeros_like(ds)
        own[torch.arange(len(y)), y] = 1.0
        return X.T @ (ds * own), X.T @ (ds * (1 - own))

    def check_slope(self) -> None:
        """dW is the slope of the loss that comes with it."""
        X, y, reg = self.randn(6, 5), self.randint(4, 6), 0.1
        W = self.away_from_kinks(X, y)
        check_gradient(lambda many: self.ask_many([(at, X, y, reg) for at in many]), W)

    def away_from_kinks(self, X: Tensor, y: Tensor) -> Tensor:
        """Weights at which no margin of the hinge loss is near 0."""
        while True:
            W = self.randn(X.shape[1], 4)
            scores = X @ W
            margins = scores - scores[torch.arange(len(y)), y, None] + 1
            if float(margins.abs().min()) > 0.01:
                return W


def _times(values: list[Tensor], counts: list[int]) -> list[Tensor]:
    return [value * count for value, count in zip(values, counts, strict=True)]


def _ends(one: str, shares: list[list[Tensor]]) -> dict[str, list[Tensor]]:
    """The shares of the first, the last, and all others, named; where there is but one it is the first."""
    ends = {f"the first {one}'s share": slice(0, 1), f"the last {one}'s": slice(-1, None), "the others'": slice(1, -1)}
    nothing = [torch.zeros_like(found[0]) for found in shares]
    return {
        name: [sum(found[which] if len(found) > 1 or which.start == 0 else [], zero) for found, zero in pairs]
        for name, which in ends.items()
        for pairs in [list(zip(shares, nothing, strict=True))]
    }


def _columns(dW: Tensor) -> list[Tensor]:
    """The columns of a gradient, each as a gradient that is 0 elsewhere."""
    return [dW * (torch.arange(dW.shape[1]) == column) for column in range(dW.shape[1])]


def _over(values: list[Tensor], counts: list[int]) -> list[Tensor]:
    return [value / count for value, count in zip(values, counts, strict=True)]


class SoftmaxCase(LossCase):
    """A softmax loss, which must also be stable."""

    def small_questions(self) -> Iterator[tuple[Any, ...]]:
        """Those of every loss, and scores that are far apart."""
        yield from super().small_questions()
        W, X = torch.tensor([[1000.0, 0.0]], dtype=torch.float64), torch.ones(1, 1, dtype=torch.float64)
        yield from ((W, X, torch.tensor([label]), 0.0) for label in (0, 1))

    def check_stability(self) -> None:
        """Scores of around a thousand, of either sign, give a finite and right loss and gradient; no regularization."""
        problems = []
        for name, offset in (("scores of about 1,000", 1000.0), ("scores of about -1,000", -1000.0)):
            W, X = self.randn(7, 4), self.randn(5, 7)
            W[6], X[:, 6] = offset, 1.0  # a bias that all classes share
            problems.append((name, (W, X, self.randint(4, 5), 0.0)))
        W, X = self.randn(7, 4), self.randn(5, 7)
        W[6, 0], X[:, 6] = 1000.0, 1.0  # class 0 far ahead, though it is never right
        problems.append(("a wrong class ahead by 1,000", (W, X, self.randint(4, 5, low=1), 0.0)))
        nothing = torch.zeros(6, 3, dtype=torch.float64)
        problems.append(("all scores equal", (nothing, self.randn(4, 6), self.randint(3, 4), 0.0)))
        for (_, (W, X, *_)), (name, loss, dW, expected_loss, expected_dW) in zip(
            problems, self.answers(problems), strict=True
        ):
            stable = why_not_finite(X @ W, loss, dW)
            expect.scalar(f"the loss ({name})", loss, expected_loss, help_line=stable)
            expect.close(f"dW ({name})", dW, expected_dW, help_line=stable)


class SvmLossNaive(LossCase):
    """svm_loss_naive."""

    function = "svm_loss_naive"

    @number("2.5")
    @weight(2)
    def test_loss(self) -> None:
        """svm_loss_naive: loss"""
        self.check_loss()

    @number("2.6")
    @weight(2)
    def test_gradient(self) -> None:
        """svm_loss_naive: gradient"""
        self.check_dW()

    @number("2.7")
    @weight(1)
    def test_slope(self) -> None:
        """svm_loss_naive: analytic gradient agrees with the numeric one"""
        self.check_slope()


class SvmLossVectorized(LossCase):
    """svm_loss_vectorized."""

    function = "svm_loss_vectorized"
    loops = "none"

    @number("2.8")
    @weight(2)
    def test_loss(self) -> None:
        """svm_loss_vectorized: loss"""
        self.check_loss()

    @number("2.9")
    @weight(3)
    def test_gradient(self) -> None:
        """svm_loss_vectorized: gradient"""
        self.check_dW()

    @number("2.10")
    @weight(1)
    def test_slope(self) -> None:
        """svm_loss_vectorized: analytic gradient agrees with the numeric one"""
        self.check_slope()


class SoftmaxLossNaive(SoftmaxCase):
    """softmax_loss_naive."""

    function = "softmax_loss_naive"

    @number("2.11")
    @weight(2)
    def test_loss(self) -> None:
        """softmax_loss_naive: loss"""
        self.check_loss()

    @number("2.12")
    @weight(1)
    def test_gradient(self) -> None:
        """softmax_loss_naive: gradient"""
        self.check_dW()

    @number("2.13")
    @weight(1)
    def test_slope(self) -> None:
        """softmax_loss_naive: analytic gradient agrees with the numeric one"""
        self.check_slope()

    @number("2.14")
    @weight(1)
    def test_stability(self) -> None:
        """softmax_loss_naive: stable at large scores"""
        self.check_stability()


class SoftmaxLossVectorized(SoftmaxCase):
    """softmax_loss_vectorized."""

    function = "softmax_loss_vectorized"
    loops = "none"

    @number("2.15")
    @weight(2)
    def test_loss(self) -> None:
        """softmax_loss_vectorized: loss"""
        self.check_loss()

    @number("2.16")
    @weight(2)
    def test_gradient(self) -> None:
        """softmax_loss_vectorized: gradient"""
        self.check_dW()

    @number("2.17")
    @weight(1)
    def test_slope(self) -> None:
        """softmax_loss_vectorized: analytic gradient agrees with the numeric one"""
        self.check_slope()

    @number("2.18")
    @weight(1)
    def test_stability(self) -> None:
        """softmax_loss_vectorized: stable at large scores"""
        self.check_stability()


def one_is_highest(scores: Tensor) -> bool:
    """Whether one score of each row is above all others."""
    return scores.shape[1] == 1 or bool((scores.topk(2, dim=1).values.diff(dim=1) != 0).all())


class PredictLinearClassifier(LinearCase):
    """predict_linear_classifier."""

    function = "predict_linear_classifier"
    returns = ("labels",)
    small_axes = ("D C", "N D")

    def small_questions(self) -> Iterator[tuple[Any, ...]]:
        """One number and two classes, then more of either; no two scores are equal and highest."""
        small = Small()
        for N, D, C in ((1, 1, 2), (1, 2, 2), (1, 1, 3), (2, 2, 3), (3, 2, 2)):
            for _ in range(10):
                question = small.tensor(D, C), small.tensor(N, D)
                if self.fits_small(question):
                    yield question

    def fits_small(self, question: tuple[Any, ...]) -> bool:
        """One score is the highest, for each input."""
        return one_is_highest(question[1] @ question[0])

    @number("2.26")
    @weight(2)
    def test_predictions(self) -> None:
        """predict_linear_classifier: the class of the highest score"""
        problems = [(self.randn(d, c), self.randn(n, d)) for d, c, n in ((7, 4, 5), (3, 6, 9), (5, 2, 1), (4, 11, 30))]
        for (W, X), labels in zip(problems, self.ask_many(problems), strict=True):
            expect.same_labels(f"the labels for W {tuple(W.shape)}, X {tuple(X.shape)}", labels, self.expected(W, X))
        W, X = problems[0]
        _, after = self.student.call_keeping(self.function, W, X)
        expect.unchanged("W", W, after[0])
        expect.unchanged("X", X, after[1])


class SearchParamsCase(LinearCase):
    """A grid of hyperparameters."""

    free_numbers = True
    no_small = "it takes no arguments: there is nothing to ask that is smaller"

    def check_grid(self) -> None:
        """Two lists of numbers, with 5 to 25 combinations."""
        rates, strengths = expect.pair(self.function, self.ask(), ("learning rates", "regularization strengths"))
        rates, strengths = (v.tolist() if isinstance(v, Tensor | np.ndarray) else v for v in (rates, strengths))
        for what, values in (("the learning rates", rates), ("the regularization strengths", strengths)):
            expect.instance(what, values, (list, tuple), "a list of numbers")
            for value in values:
                expect.instance(f"an entry of {what}", value, (int, float), "a number")
                if not 0 <= value < float("inf") or (value == 0 and what == "the learning rates"):
                    raise CheckFailed(f"{value} is not sensible among {what}.")
        combinations = len(set(rates)) * len(set(strengths))
        if not 5 <= combinations <= 25:
            raise CheckFailed(
                f"{len(set(rates))} different learning rates and {len(set(strengths))} strengths make {combinations} "
                "combinations; 5 to 25 are asked for."
            )


class SvmSearchParams(SearchParamsCase):
    """svm_get_search_params."""

    function = "svm_get_search_params"

    @number("2.27")
    @weight(1)
    def test_grid(self) -> None:
        """svm_get_search_params: 5 to 25 combinations"""
        self.check_grid()


class SoftmaxSearchParams(SearchParamsCase):
    """softmax_get_search_params."""

    function = "softmax_get_search_params"

    @number("2.28")
    @weight(1)
    def test_grid(self) -> None:
        """softmax_get_search_params: 5 to 25 combinations"""
        self.check_grid()
