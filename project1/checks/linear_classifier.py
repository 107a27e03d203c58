"""Public checks of the linear_classifier part: regularization, gradients and losses, on one small published problem.

Those of searching, training and predicting are in `linear_training`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from coursekit import compare
from coursekit.stability import why_not_finite
from project1.checks import public_check

Function = Callable[..., Any]
Matrix = tuple[tuple[float, ...], ...]

# Five inputs of four numbers, three classes. The scores X W are of order 1, and no margin lies near a kink.
W: Matrix = ((0.9, -0.4, 0.3), (-1.1, 0.7, 0.2), (0.5, 1.2, -0.8), (-0.2, 0.6, 1.3))
X: Matrix = (
    (1.0, -0.5, 0.8, 0.3),
    (-0.7, 1.2, 0.4, -1.0),
    (0.2, 0.9, -1.1, 0.6),
    (1.4, 0.3, -0.2, -0.9),
    (-0.6, -0.8, 0.5, 1.1),
)
Y = (1, 0, 2, 2, 0)
REG = 0.1

# Two inputs of one number, two classes, to be followed with a pencil.
SMALL_X: Matrix = ((2.0,), (0.0,))
SMALL_Y = (1, 0)
SMALL_REG = 0.5
DIRECTION: Matrix = ((1.0, 0.3, -0.6), (-0.2, 0.8, 0.5), (0.7, -1.0, 0.1), (0.4, 0.9, -0.3))


@dataclass(frozen=True)
class Answers:
    """What a loss says to the problem above.

    Attributes:
        loss: with reg = 0.
        dW: its gradient.
        loss_reg: with reg = 0.1.
        dW_reg: its gradient.
        one: the loss of the third input alone, with reg = 0.1.
        loss_mistakes: what known slips make of `loss`, with a help line each.
        reg_mistakes: the same for `loss_reg`.
        small: a W for the inputs and classes of SMALL_X and SMALL_Y, with SMALL_REG; the loss there, and its gradient.
    """

    loss: float
    dW: Matrix
    loss_reg: float
    dW_reg: Matrix
    one: float
    loss_mistakes: tuple[tuple[float, str], ...]
    reg_mistakes: tuple[tuple[float, str], ...]
    small: tuple[Matrix, float, Matrix]


SVM = Answers(
    loss=2.66,
    dW=((1.0, -0.38, -0.62), (-0.2, 0.34, -0.14), (-0.24, -0.18, 0.42), (-0.16, -0.28, 0.44)),
    loss_reg=3.382,
    dW_reg=((1.18, -0.46, -0.56), (-0.42, 0.48, -0.1), (-0.14, 0.06, 0.26), (-0.2, -0.16, 0.7)),
    one=0.722,
    loss_mistakes=(
        (3.66, "it is 1 too large: is the true class counted among the margins? its own margin is always 1."),
        (13.3, "this is the sum over the inputs; divide by N."),
        (2.66 / 3, "the mean is over the N inputs only: the margins of one input are added up."),
    ),
    reg_mistakes=(
        (2.66, "the regularization term is missing: add reg * sum(W * W)."),
        (3.021, "the regularization term is reg * sum(W * W), without a factor 1/2."),
    ),
    small=(((1.0, 0.0),), 2.5, ((2.0, -1.0),)),
)
SOFTMAX = Answers(
    loss=1.5613271302779812,
    dW=(
        (0.5752852106, -0.3092716652, -0.2660135454),
        (-0.1230474829, 0.243403178, -0.1203556951),
        (-0.0732528372, -0.0426936513, 0.1159464885),
        (-0.0693063039, -0.134462548, 0.2037688519),
    ),
    loss_reg=2.283327130277981,
    dW_reg=(
        (0.7552852106, -0.3892716652, -0.2060135454),
        (-0.3430474829, 0.383403178, -0.0803556951),
        (0.0267471628, 0.1973063487, -0.0440535115),
        (-0.1093063039, -0.014462548, 0.4637688519),
    ),
    one=0.8471414129775396,
    loss_mistakes=(
        (7.806635651389906, "this is the sum over the inputs; divide by N."),
        (-1.5613271302779812, "the sign is wrong: the loss is minus the logarithm of the true class's probability."),
        (0.6780757567, "take the natural logarithm, torch.log."),
    ),
    reg_mistakes=(
        (1.5613271302779812, "the regularization term is missing: add reg * sum(W * W)."),
        (1.922327130277981, "the regularization term is reg * sum(W * W), without a factor 1/2."),
    ),
    small=(((1.0, 1.0),), 1.6931471805599453, ((1.5, 0.5),)),
)
# The softmax loss of the inputs times 1000: exp of such scores overflows, the loss does not.
LARGE_LOSS = 1212.0
LARGE_DW: Matrix = ((740.0, -460.0, -280.0), (-120.0, 180.0, -60.0), (-60.0, 20.0, 40.0), (-140.0, -40.0, 180.0))


def _problem(dtype: torch.dtype = torch.float64) -> tuple[Tensor, Tensor, Tensor]:
    return torch.tensor(W, dtype=dtype), torch.tensor(X, dtype=dtype), torch.tensor(Y)


def _float64(rows: Sequence[Any] | float) -> Tensor:
    return torch.tensor(rows, dtype=torch.float64)


def _loss_and_gradient(function: Function, *args: Any) -> tuple[Any, Any]:
    loss, dW = compare.several(function(*args), "loss, dW")
    return loss, dW


# ---- regularization --------------------------------------------------------------------------------------------------


def _check_regularization(function: Function, value: float, gradient: Matrix, hint: str, half: str = "") -> None:
    weights = _float64([[0.5, -2.0, 0.0], [1.5, -0.25, 3.0]])
    before = weights.clone()
    R, dR = compare.several(function(weights, 0.4), "R, dR")
    compare.unchanged("W", weights, before)
    compare.close("R", R, _float64(value), atol=1e-9, help=hint)
    expected, gradient_hint = _float64(gradient), "dR is the derivative of R by each entry of W."
    if half and isinstance(dR, Tensor) and dR.shape == expected.shape and torch.allclose(2 * dR.double(), expected):
        gradient_hint = half
    compare.close("dR", dR, expected, atol=1e-9, help=gradient_hint)


@public_check("l1_regularization")
def _l1(function: Function) -> None:
    """reg = 0.4 and a W of shape (2, 3): R = 2.9"""
    _check_regularization(
        function, 2.9, ((0.4, -0.4, 0.0), (0.4, -0.4, 0.4)), "R is reg times the sum of the absolute values of W."
    )


@public_check("l2_regularization")
def _l2(function: Function) -> None:
    """reg = 0.4 and a W of shape (2, 3): R = 6.225"""
    _check_regularization(
        function,
        6.225,
        ((0.4, -1.6, 0.0), (1.2, -0.2, 2.4)),
        "R is reg times the sum of the squares of W, without a factor 1/2.",
        half="half of dR is missing: the derivative of w * w is 2 * w, and here no factor 1/2 cancels the 2.",
    )


# ---- numeric gradient ------------------------------------------------------------------------------------------------

CUBIC_AT: Matrix = ((1.0, -2.0, 0.5), (0.0, 3.0, -1.0))
CUBIC_FACTORS: Matrix = ((1.0, 2.0, -1.0), (0.5, -1.0, 3.0))
CUBIC_CENTRED: Matrix = ((3.01, 24.02, -0.76), (0.005, -27.01, 9.03))
CUBIC_ONE_SIDED: Matrix = ((3.31, 22.82, -0.91), (0.005, -27.91, 8.13))


@public_check("numeric_gradient")
def _numeric_centred(function: Function) -> None:
    """a cubic with the large step h = 0.1, where centred and one-sided differences disagree"""
    factors, at = _float64(CUBIC_FACTORS), _float64(CUBIC_AT)
    got = function(lambda w: (factors * w**3).sum(), at, 0.1)
    tensor = compare.tensor("the gradient", got, (2, 3), torch.float64)
    help_line = "(f(w + h) - f(w - h)) / (2 h), with only one entry of w moved at a time."
    if torch.allclose(tensor, _float64(CUBIC_ONE_SIDED)):
        help_line = "these are one-sided differences: step to both sides of w, and divide by 2 h."
    elif torch.allclose(tensor, 2 * _float64(CUBIC_CENTRED)):
        help_line = "twice too large: the two points lie 2 h apart."
    compare.close("the gradient", got, _float64(CUBIC_CENTRED), atol=1e-9, help=help_line)


@public_check("numeric_gradient")
def _numeric_product(function: Function) -> None:
    """w[0] * w[1] * w[2] with the default step, and w as before when it returns"""
    w = _float64([2.0, -3.0, 0.5])
    before = w.clone()
    got = function(lambda v: v[0] * v[1] * v[2], w)
    if not torch.allclose(w, before, rtol=0, atol=1e-12):
        raise AssertionError(
            f"w is not as before: {w.tolist()} instead of {before.tolist()}.\nundo each step, or step on a new tensor."
        )
    compare.close(
        "the gradient", got, _float64([-1.5, 1.0, -6.0]), atol=1e-6, help="put each entry back before the next."
    )


LOSS_TERM, GRADIENT_TERM = "reg * sum(W * W)", "2 * reg * W"

# ---- losses, two times two -------------------------------------------------------------------------------------------


def _known(got: Any, mistakes: tuple[tuple[float, str], ...], otherwise: str) -> str:
    """The help line of the known mistake that gives this loss."""
    if isinstance(got, Tensor) and got.dim() == 0:
        for value, hint in mistakes:
            if abs(float(got) - value) < 1e-4:
                return hint
    return otherwise


def _off_with_reg(now: Tensor, plain: Tensor, expected: Tensor, expected_plain: Tensor, term: str) -> str:
    """What is off with reg = 0.1, from what the same function says with reg = 0.

    Args:
        now: the answer with reg = 0.1.
        plain: its answer with reg = 0.
        expected: the right answer to the one.
        expected_plain: to the other.
        term: what the regularization adds, in words.
    """
    if torch.allclose(plain, expected_plain, atol=1e-6):
        return f"it is right with reg = 0, so look at the regularization: {term}."
    if torch.allclose(now - plain, expected - expected_plain, atol=1e-6):
        return f"what reg adds is right, {term}; the rest is wrong with reg = 0 already, so look there first."
    return f"it is wrong with reg = 0 already, so look there first; then reg is to add {term}."


def _known_gradient(got: Any, answers: Answers) -> str:
    """The help line of the known mistake that gives this gradient of the loss with reg = 0.1, or ""."""
    if isinstance(got, Tensor) and got.shape == (4, 3):
        plain, full = _float64(answers.dW), _float64(answers.dW_reg)
        if torch.allclose(got.double(), plain, atol=1e-4):
            return "it equals the right gradient without its regularization term: is 2 * reg * W added?"
        if torch.allclose(got.double(), (plain + full) / 2, atol=1e-4):
            return "half of the regularization term is missing: the derivative of reg * W * W is 2 * reg * W."
    return ""


def _register_loss(name: str, answers: Answers, formula: str) -> None:
    """The version with loops and the one without answer the same questions."""

    @public_check(name)
    def plain(function: Function) -> None:
        """five inputs, four numbers each, three classes, reg = 0"""
        loss, dW = _loss_and_gradient(function, *_problem(), 0.0)
        hint = _known(loss, answers.loss_mistakes, formula)
        compare.close("loss", loss, torch.tensor(answers.loss, dtype=torch.float64), atol=1e-7, help=hint)
        hint = "the loss is right; its gradient is the sum over the inputs of x_i times ds_i, divided by N."
        if isinstance(dW, Tensor) and dW.shape == (4, 3) and torch.allclose(dW.double(), 5 * _float64(answers.dW)):
            hint = "it is five times too large: is the gradient divided by N, as the loss is?"
        compare.close("dW", dW, _float64(answers.dW), atol=1e-7, help=hint)

    @public_check(name)
    def regularized(function: Function) -> None:
        """the same with reg = 0.1"""
        loss, dW = _loss_and_gradient(function, *_problem(), REG)
        plain, plain_dW = _loss_and_gradient(function, *_problem(), 0.0)
        for what, now, at_0, right, right_at_0, known, term in (
            ("loss", loss, plain, answers.loss_reg, answers.loss, _known(loss, answers.reg_mistakes, ""), LOSS_TERM),
            ("dW", dW, plain_dW, answers.dW_reg, answers.dW, _known_gradient(dW, answers), GRADIENT_TERM),
        ):
            expected, expected_at_0 = _float64(right), _float64(right_at_0)
            alike = all(isinstance(v, Tensor) and v.shape == expected.shape for v in (now, at_0))
            hint = known
            if alike and not known:
                hint = _off_with_reg(now.double(), at_0.double(), expected, expected_at_0, term)
            compare.close(what, now, expected, atol=1e-7, help=hint)

    @public_check(name)
    def slope(function: Function) -> None:
        """dW is the slope of the loss along a given direction, at another W"""
        weights, inputs, y = _problem()
        weights, along, h = 0.5 * weights, _float64(DIRECTION), 1e-6
        above, _ = _loss_and_gradient(function, weights + h * along, inputs, y, 0.3)
        below, _ = _loss_and_gradient(function, weights - h * along, inputs, y, 0.3)
        _, dW = _loss_and_gradient(function, weights, inputs, y, 0.3)
        predicted = (compare.tensor("dW", dW, (4, 3), torch.float64) * along).sum()
        measured = (compare.number("loss", above) - compare.number("loss", below)) / (2 * h)
        compare.close(
            "the slope that dW predicts",
            predicted,
            torch.tensor(measured, dtype=torch.float64),
            atol=1e-6,
            help="the expected value was measured on your own loss; loss and dW do not belong together.",
        )

    @public_check(name)
    def one_input(function: Function) -> None:
        """a single input, so that two classes are absent"""
        weights, inputs, y = _problem()
        loss, dW = _loss_and_gradient(function, weights, inputs[2:3], y[2:3], REG)
        compare.close("loss", loss, torch.tensor(answers.one, dtype=torch.float64), atol=1e-7)
        compare.tensor("dW", dW, (4, 3), torch.float64)

    @public_check(name)
    def inputs(function: Function) -> None:
        """float32 stays float32, and the inputs stay as they were"""
        weights, inputs, y = _problem(torch.float32)
        before = weights.clone(), inputs.clone(), y.clone()
        loss, dW = _loss_and_gradient(function, weights, inputs, y, REG)
        for what, now, then in zip(("W", "X", "y"), (weights, inputs, y), before, strict=True):
            compare.unchanged(what, now, then)
        compare.close("loss", loss, torch.tensor(answers.loss_reg), atol=1e-4)
        compare.close("dW", dW, torch.tensor(answers.dW_reg), atol=1e-4)


def _register_small(name: str, W: Matrix, expected: float, expected_dW: Matrix) -> None:
    @public_check(name)
    def small(function: Function) -> None:
        """two inputs of one number, two classes, to follow with a pencil"""
        loss, dW = _loss_and_gradient(function, _float64(W), _float64(SMALL_X), torch.tensor(SMALL_Y), SMALL_REG)
        compare.close("loss", loss, _float64(expected), atol=1e-9)
        compare.close("dW", dW, _float64(expected_dW), atol=1e-9)


def _register_large(name: str) -> None:
    @public_check(name)
    def large(function: Function) -> None:
        """scores in the thousands"""
        weights, inputs, y = _problem()
        # A constant added to all scores changes nothing: the bias of every class is 1,000.
        bias, ones = torch.full((1, 3), 1000.0, dtype=torch.float64), torch.ones(5, 1, dtype=torch.float64)
        problems = (
            (torch.cat([weights, bias]), torch.cat([inputs, ones], dim=1), SOFTMAX.loss, SOFTMAX.dW),
            (weights, 1000 * inputs, LARGE_LOSS, LARGE_DW),
        )
        for W_, X_, expected, expected_dW in problems:
            loss, dW = _loss_and_gradient(function, W_, X_, y, 0.0)
            hint = why_not_finite(X_ @ W_, loss, dW)
            compare.close("loss", loss, torch.tensor(expected, dtype=torch.float64), atol=1e-6, help=hint)
            compare.tensor("dW", dW, tuple(W_.shape), torch.float64)
            compare.close("dW", dW[:4], _float64(expected_dW), atol=1e-6, help=hint)


_HINGE = "for each input, add max(0, s_j - s_y + 1) over the wrong classes j; then the mean over the inputs."
_CROSS_ENTROPY = "for each input, minus the logarithm of the true class's probability; then the mean over the inputs."
for _name, _answers, _formula in (
    ("svm_loss_naive", SVM, _HINGE),
    ("svm_loss_vectorized", SVM, _HINGE),
    ("softmax_loss_naive", SOFTMAX, _CROSS_ENTROPY),
    ("softmax_loss_vectorized", SOFTMAX, _CROSS_ENTROPY),
):
    _register_loss(_name, _answers, _formula)
    _register_small(_name, *_answers.small)
    if _name.startswith("softmax"):
        _register_large(_name)


from project1.checks import linear_training  # noqa: E402, F401 - registers the rest, in notebook order
