"""Every line of advice that the public checks print below what differs, each with what makes it true.

Some only say what a task asks for, and are true of everyone (`ASKED`). The others say something of the version at
hand (`CLAIMS`): each has a predicate on what the version does, on questions of this file's own.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from tests.versions import outcome, same


@dataclass(frozen=True)
class Wrong:
    """A wrong version of a function, and the right one.

    Attributes:
        function: the graded name.
        version: the wrong version.
        right: the reference.
        source: of the wrong version, and of the right ones that it may call.
        line: the line of advice.
        differs: the line above it, which says what came.
    """

    function: str
    version: Callable[..., Any]
    right: Callable[..., Any]
    source: str = ""
    line: str = ""
    differs: str = ""

    def both(self, *args: Any) -> tuple[Any, Any]:
        """What the two say to the same question."""
        return outcome(lambda: self.version(*_own(args))), outcome(lambda: self.right(*_own(args)))


def _own(value: Any) -> Any:
    if isinstance(value, Tensor):
        return value.clone()
    if isinstance(value, tuple | list):
        return type(value)(map(_own, value))
    return {key: _own(item) for key, item in value.items()} if isinstance(value, dict) else value


def randn(*shape: int, seed: int = 1) -> Tensor:
    """Standard normal numbers, the same ones each time."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def equal(got: Any, expected: Any, rtol: float = 1e-6) -> bool:
    """The same numbers, whatever their dtype."""
    mine, theirs = (v.double() if isinstance(v, Tensor) else torch.tensor(v).double() for v in (got, expected))
    return same(mine, theirs, rtol)


# ---- distances and neighbours

TRAIN, TEST = randn(5, 3, seed=2), randn(4, 3, seed=3)


def distances(formula: Callable[[Tensor, Tensor], Tensor]) -> Callable[[Wrong], bool]:
    """Its distances are those of a formula for a training and a test point."""

    def holds(wrong: Wrong) -> bool:
        got, _ = wrong.both(TRAIN, TEST)
        return isinstance(got, Tensor) and equal(
            got, torch.stack([torch.stack([formula(a, b) for b in TEST]) for a in TRAIN])
        )

    return holds


def transposed(wrong: Wrong) -> bool:
    """Its distances have a row for each test point."""
    got, _ = wrong.both(TRAIN, TEST)
    return isinstance(got, Tensor) and got.shape == (4, 5)


DISTANCES = torch.tensor([[1.0, 6.0], [2.0, 5.0], [3.0, 4.0], [4.0, 3.0], [5.0, 2.0], [6.0, 1.0]])
LABELS = torch.tensor([3, 1, 1, 3, 3, 1])  # a tie of the two and of the four nearest, from either end


def labels(pick: Callable[[Tensor, int], int], *ks: int) -> Callable[[Wrong], bool]:
    """Its labels are those that `pick` takes of a column of distances, for some k."""

    def holds(wrong: Wrong) -> bool:
        return all(
            equal(wrong.both(DISTANCES, LABELS, k)[0], torch.tensor([pick(column, k) for column in DISTANCES.T]))
            for k in ks
        )

    return holds


def votes(column: Tensor, k: int) -> dict[int, int]:
    """How often each label is among the k nearest, the nearest one's first."""
    nearest = LABELS[column.argsort()[:k]].tolist()
    return {label: nearest.count(label) for label in nearest}


def is_fraction(wrong: Wrong) -> bool:
    """Its accuracies are shares of right predictions: of its own, or a hundredth of the right ones."""
    x, y = randn(12, 2, 2, seed=4), torch.arange(12) % 3
    if wrong.function == "KnnClassifier":
        made, asked = wrong.version(x, y), randn(6, 2, 2, seed=5)
        return equal(made.check_accuracy(asked, y[:6], 3, True), (made.predict(asked, 3) == y[:6]).double().mean())
    mine, right = wrong.both(x, y, 3, [1, 3])
    return all(equal([100 * a for a in mine[k]], right[k]) for k in (1, 3))


def best_k(choice: Callable[[dict[int, list[float]]], int]) -> Callable[[Wrong], bool]:
    """The k that it gave is, of the accuracies that it was asked about, the one of this choice."""

    def holds(wrong: Wrong) -> bool:
        asked, given = re.findall(r"the best k of (.*) is given as (\d+)", wrong.differs)[0]
        return bool(choice(ast.literal_eval(asked)) == int(given))

    return holds


# ---- losses and regularization

W, X, Y, REG = randn(4, 3, seed=6), 2 * randn(5, 4, seed=7), torch.tensor([0, 2, 1, 1, 2]), 0.3
SQUARES = (W * W).sum()


def terms(wrong: Wrong) -> tuple[Any, Any, Any, Any, Any, Any, Any, Any]:
    """Loss and gradient with reg and without, of the version and of the reference."""
    (loss, dW), (right, right_dW) = wrong.both(W, X, Y, REG)
    (data, data_dW), (right_data, right_data_dW) = wrong.both(W, X, Y, 0.0)
    return loss, dW, data, data_dW, right, right_dW, right_data, right_data_dW


def loss_is(expected: Callable[[Tensor], Tensor]) -> Callable[[Wrong], bool]:
    """Its data loss is made of the right one so."""
    return lambda wrong: equal(terms(wrong)[2], expected(terms(wrong)[6]))


def penalty_is(factor: float) -> Callable[[Wrong], bool]:
    """What reg adds to its loss is so many times what it should."""
    return lambda wrong: equal(terms(wrong)[0] - terms(wrong)[2], factor * REG * SQUARES)


def slope_is(factor: float) -> Callable[[Wrong], bool]:
    """What reg adds to its gradient is so many times what it should."""
    return lambda wrong: equal(terms(wrong)[1] - terms(wrong)[3], factor * 2 * REG * W)


def data_right(wrong: Wrong) -> bool:
    """Its loss is right with reg = 0."""
    return equal(terms(wrong)[2], terms(wrong)[6])


def data_gradient_right(wrong: Wrong) -> bool:
    """Its gradient is right with reg = 0."""
    return equal(terms(wrong)[3], terms(wrong)[7])


def apart(wrong: Wrong) -> bool:
    """Its gradient is not the slope of its own loss."""
    index = 0 if wrong.function == "softmax_loss" else None
    at = randn(5, 4, seed=8) if index == 0 else W
    ask = (lambda v: wrong.version(v, Y)) if index == 0 else (lambda v: wrong.version(v, X.clone(), Y.clone(), REG))
    gradient, h, numeric = ask(at.clone())[1], 1e-6, torch.zeros_like(at)
    for i in range(at.numel()):
        step = torch.zeros_like(at)
        step.view(-1)[i] = h
        numeric.view(-1)[i] = float(ask(at + step)[0] - ask(at - step)[0]) / (2 * h)
    return not equal(gradient, numeric, 1e-5)


NETS: tuple[dict[str, Any], ...] = ({"reg": REG}, {"batchnorm": True}, {"batchnorm": True, "dropout": 0.4})


def net_apart(wrong: Wrong) -> bool:
    """A gradient of a net is not the slope of its own loss, which is the same for the same net, along some entry."""
    return any(_net_apart(wrong, options) for options in NETS)


def _net_apart(wrong: Wrong, options: dict[str, Any]) -> bool:
    def asked(name: str = "", i: int = 0, step: float = 0.0) -> Any:
        net = wrong.version(
            4, 6, 3, weight_scale=1.0, dtype=torch.float64, generator=torch.Generator().manual_seed(1), **options
        )
        for key in net.params:
            net.params[key] = net.params[key] + 0.1
        if name:
            net.params[name].view(-1)[i] += step
        return net.loss(X.clone(), Y)

    (loss, grads), h = asked(), 1e-6
    if not equal(loss, asked()[0]):
        return False
    for name, grad in grads.items():
        slopes = [float(asked(name, i, h)[0] - asked(name, i, -h)[0]) / (2 * h) for i in range(grad.numel())]
        if not equal(grad.flatten(), torch.tensor(slopes), 1e-4):
            return True
    return False


def overflows(wrong: Wrong) -> bool:
    """Its loss or its gradient is not finite where a score is large, though no probability is near 0."""
    large = torch.full((2, 3), 1000.0, dtype=torch.float64)
    if wrong.function == "softmax_loss":
        got = wrong.both(large, Y[:2])[0]
    else:
        got = wrong.both(large, torch.eye(2, dtype=torch.float64), Y[:2], 0.0)[0]
    return not all(bool(torch.isfinite(torch.as_tensor(v)).all()) for v in got)


def rows_apart(wrong: Wrong) -> bool:
    """Its loss or its gradient is not finite where the rows' scores lie far apart, though those of each row do not."""
    far = torch.tensor([[1000.0, 1001.0, 999.0], [-3000.0, -3001.0, -3000.0]], dtype=torch.float64)
    eye = torch.eye(2, dtype=torch.float64)
    got, _ = wrong.both(far, Y[:2]) if wrong.function == "softmax_loss" else wrong.both(far, eye, Y[:2], 0.0)
    return not all(bool(torch.isfinite(torch.as_tensor(v)).all()) for v in got)


def net_varies(wrong: Wrong) -> bool:
    """With dropout, two nets whose generators have one seed have different losses."""
    nets = [
        wrong.version(4, 30, 3, dropout=0.5, weight_scale=1.0, generator=torch.Generator().manual_seed(2)) for _ in "ab"
    ]
    return not equal(*(net.loss(X.float(), Y)[0] for net in nets))


# ---- optimizers

OPTIMIZER_CHOICES = (
    {},
    {"learning_rate": 0.05, "epsilon": 0.2, "momentum": 0.5, "decay_rate": 0.7, "beta1": 0.6, "beta2": 0.7},
)


def first_step_right(wrong: Wrong) -> bool:
    """Its first step is right, with the defaults or with values that were handed in."""
    answers = [wrong.both(W, X[:4, :3], dict(choice)) for choice in OPTIMIZER_CHOICES]
    return any(equal(mine[0], right[0]) for mine, right in answers)


def goes_back(wrong: Wrong) -> bool:
    """Its first step is the negative of the right one, or a later one goes against the right one's direction."""
    answers = [wrong.both(W, X[:4, :3], dict(choice)) for choice in OPTIMIZER_CHOICES]
    return any(equal(mine[0] - W, W - right[0]) for mine, right in answers)


# ---- the numeric gradient, layers


def numeric(formula: Callable[[Callable[[Tensor], Tensor], Tensor, float], Tensor]) -> Callable[[Wrong], bool]:
    """Its gradient of a sum of cubes is that of a formula."""
    return lambda wrong: equal(
        wrong.both(lambda w: (w**3).sum(), randn(3, seed=9), 1e-2)[0],
        formula(lambda w: w**3, randn(3, seed=9), 1e-2),
        1e-6,
    )


def variance_over_n_minus_one(wrong: Wrong) -> bool:
    """It normalizes by the variance that is divided by N - 1."""
    x, ones, zeros = randn(5, 2, seed=10), torch.ones(2).double(), torch.zeros(2).double()
    (out, _), _ = wrong.both(x, ones, zeros, {"mean": zeros, "var": ones})
    return equal(out, (x - x.mean(0)) / (x.var(0) + 1e-5).sqrt())


def linear_bias_sum(wrong: Wrong) -> bool:
    """Its db is the mean over the rows of dout."""
    dout = randn(5, 2, seed=11)
    (_, _, db), _ = wrong.both(dout, (randn(5, 3), randn(3, 2), randn(2)))
    return equal(db, dout.mean(0))


def without_bias(wrong: Wrong) -> bool:
    """Its out is the product alone."""
    return equal(wrong.both(X, W, randn(3))[0][0], X @ W)


def softmax_is(index: int, factor: float) -> Callable[[Wrong], bool]:
    """Its loss (0) or its gradient (1) is so many times the right one."""

    def holds(wrong: Wrong) -> bool:
        mine, right = wrong.both(randn(5, 4, seed=8), Y)
        return equal(mine[index], factor * right[index])

    return holds


def names_stand_in_source(wrong: Wrong) -> bool:
    """Every tensor that met there is one of its own."""
    return all(re.search(rf"\b{name}\b", wrong.source) for name in re.findall(r"(\w+) \(", wrong.line))


STEP_ONE = (
    "step 1 is right, so look at what is kept from step to step: is the new state written into config?",
    "step 1 is right; adagrad forgets nothing: the squared gradients of all steps are summed in config.",
    "step 1 is right; are m, v (uncorrected) and t all written into config?",
    "step 1 is right; does the cache keep decay_rate times its old value, and is it written into config?",
)

CLAIMS: dict[str, Callable[[Wrong], bool]] = {
    "b is not added: it belongs to every row.": without_bias,
    "dists[i, j] belongs to training point i and test point j: this looks transposed.": transposed,
    "exp of a score of about # is too large for a number: subtract each row's own largest score from the row first, "
    "which changes no probability.": overflows,
    "a network made anew with a generator of the same seed drops the same units: draw from the generator.": net_varies,
    "the rows lie far apart: an exp is too large for a number, or, where one score is subtracted from all rows, every "
    "exp of another row rounds to 0: subtract each row's own largest score from the row first, which changes no "
    "probability.": rows_apart,
    "half of dR is missing: the derivative of w * w is 2 * w, and here no factor 1/2 cancels the 2.": lambda wrong: (
        equal(wrong.both(W, REG)[0][1], REG * W)
    ),
    "half of the regularization term is missing: the derivative of reg * W * W is 2 * reg * W.": slope_is(0.5),
    "in a tie this takes the label of the nearest point; the smallest label is wanted.": labels(
        lambda column, k: max(votes(column, k), key=lambda label: votes(column, k)[label]), 2, 4
    ),
    "in a tie this takes the largest label; the smallest is wanted.": labels(
        lambda column, k: max(votes(column, k), key=lambda label: (votes(column, k)[label], label)), 2, 4
    ),
    "in that line: #": names_stand_in_source,
    "it equals the right gradient without its regularization term: is 2 * reg * W added?": lambda wrong: (
        data_gradient_right(wrong) and slope_is(0.0)(wrong)
    ),
    "it has the highest accuracy in one fold; the mean over the folds decides.": best_k(
        lambda asked: max(asked, key=lambda k: max(asked[k]))
    ),
    "it has the highest worst fold; the mean over the folds decides.": best_k(
        lambda asked: max(asked, key=lambda k: min(asked[k]))
    ),
    "the highest mean wins, not the smallest k.": best_k(min),
    "it is 1 too large: is the true class counted among the margins? its own margin is always 1.": loss_is(
        lambda right: right + 1
    ),
    "it is five times too large: is the gradient divided by N, as the loss is?": lambda wrong: equal(
        terms(wrong)[3], 5 * terms(wrong)[7]
    ),
    "it is right with reg = 0, so look at the regularization: reg * sum(W * W).": data_right,
    "it is wrong with reg = 0 already, so look there first; then reg is to add 2 * reg * W.": lambda wrong: (
        not data_gradient_right(wrong) and not slope_is(1.0)(wrong)
    ),
    "it is wrong with reg = 0 already, so look there first; then reg is to add reg * sum(W * W).": lambda wrong: (
        not data_right(wrong) and not penalty_is(1.0)(wrong)
    ),
    **dict.fromkeys(STEP_ONE, first_step_right),
    "this step is as long as it should be, but goes the opposite way: is a sign turned?": goes_back,
    "the expected value was measured on your own loss; loss and dW do not belong together.": apart,
    "the slope of the loss that you return, along each score, is expected here.": apart,
    "the slope of the loss that your network returns, along each entry, is expected here.": net_apart,
    "the loss is right; its gradient is the sum over the inputs of x_i times ds_i, divided by N.": data_right,
    "the mean is over the N inputs only: the margins of one input are added up.": loss_is(lambda right: right / 3),
    "the product term counts twice: |a - b|^2 = |a|^2 + |b|^2 - 2 a . b.": distances(
        lambda a, b: a @ a + b @ b - a @ b
    ),
    "the product term is added: |a - b|^2 = |a|^2 + |b|^2 - 2 a . b.": distances(
        lambda a, b: a @ a + b @ b + 2 * a @ b
    ),
    "these are sums of absolute differences (L1); the differences have to be squared.": distances(
        lambda a, b: (a - b).abs().sum()
    ),
    "this is the mean of the squared differences; their sum is wanted.": distances(lambda a, b: ((a - b) ** 2).mean()),
    "these are the distances themselves: leave the square root out.": distances(lambda a, b: (a - b).norm()),
    "the regularization term is missing: add reg * sum(W * W).": penalty_is(0.0),
    "the regularization term is reg * sum(W * W), without a factor 1/2.": penalty_is(0.5),
    "the sign is wrong: the loss is minus the logarithm of the true class's probability.": loss_is(
        lambda right: -right
    ),
    "this is the sum over the inputs; divide by N.": loss_is(lambda right: 5 * right),
    "what reg adds is right, 2 * reg * W; the rest is wrong with reg = 0 already, so look there first.": lambda wrong: (
        slope_is(1.0)(wrong) and not data_gradient_right(wrong)
    ),
    "what reg adds is right, reg * sum(W * W); the rest is wrong with reg = 0 already, so look there first.": (
        lambda wrong: penalty_is(1.0)(wrong) and not data_right(wrong)
    ),
    "these are fractions; accuracies are in percent.": is_fraction,
    "this is a fraction; the accuracy is in percent.": is_fraction,
    "these are one-sided differences: step to both sides of w, and divide by 2 h.": numeric(
        lambda f, w, h: (f(w + h) - f(w)) / h
    ),
    "twice too large: the two points lie 2 h apart.": numeric(lambda f, w, h: (f(w + h) - f(w - h)) / h),
    "these are the labels of the points farthest away: the nearest has the smallest distance.": labels(
        lambda column, _: int(LABELS[column.argmax()]), 1
    ),
    "these are the positions of the nearest points; their labels, from y_train, are wanted.": labels(
        lambda column, _: int(column.argmin()), 1
    ),
    "this is the label of the nearest point alone: all k neighbours vote.": labels(
        lambda column, _: int(LABELS[column.argmin()]), 1, 3, 4
    ),
    "this is the gradient of the sum over the rows: the loss is their mean.": softmax_is(1, 5.0),
    "this is the sum over the rows: their mean is asked for.": softmax_is(0, 5.0),
    "this is the mean over the rows: their sum is asked for.": linear_bias_sum,
    "this variance is divided by N - 1: the biased one, divided by N, is asked for.": variance_over_n_minus_one,
}


def row(line: str) -> str:
    """The key of a line: where a number or a list of tensors differs from run to run, # stands for it."""
    line = re.sub(r"^in that line: .*", "in that line: #", line)
    return re.sub(r"(?<=a score of about )\d+", "#", line)


def holds(wrong: Wrong) -> bool:
    """Whether a line is true of a version."""
    return row(wrong.line) in ASKED or CLAIMS[row(wrong.line)](wrong)


def has_row(line: str) -> bool:
    """Whether the table has a line."""
    return row(line) in ASKED or row(line) in CLAIMS


ASKED = frozenset(
    {
        "(f(w + h) - f(w - h)) / (2 h), with only one entry of w moved at a time.",
        "R is reg times the sum of the absolute values of W.",
        "R is reg times the sum of the squares of W, without a factor 1/2.",
        "V_0 is 0, and today's value counts 1 - beta: V_1 is 0.02 * 40.",
        "V_t is divided by 1 - beta^t for the answer only: the uncorrected V_t is what the next day builds on.",
        "W = scale * torch.randn.",
        "W goes down the gradient: W - learning_rate * dW, num_iters times.",
        "a fraction in [0, 1], not a percentage: the mean of (prediction == truth).",
        "an inverse Hessian is symmetric: is it?",
        "are all three used, and is epsilon added to the square root, not under it?",
        "are both kept in the config that is returned?",
        'are config["learning_rate"] and config["epsilon"] used where there are such?',
        'are config["learning_rate"] and config["momentum"] used where there are such?',
        "are learning_rate, beta1, beta2 and epsilon each read from config, and used where they should be?",
        "ask it once a step.",
        "ask it once for each of num_tries.",
        "at test time nothing is dropped and nothing is scaled.",
        "b[m] is added in every row, so its gradient is a sum over the rows.",
        "before gamma and beta.",
        "beta is added in every row of its column.",
        "between the loops stands the initial scale s.y / y.y of the newest pair; the direction is minus the result.",
        "call its train method on the training set.",
        "call sample_batch inside the loop.",
        "dR is the derivative of R by each entry of W.",
        "dists[i, j] is the sum of (a - b)^2 over all coordinates, every channel, row and column of an image.",
        "dists[i, j] is the sum of (a - b)^2 over all coordinates.",
        "do beta1 and beta2 each stand where they should?",
        "do not set a seed yourself.",
        "does every way through the function end in a return?",
        "draw a new W in each try.",
        "draw from generator.",
        "draw from it, and do not seed it anew.",
        "draw new row numbers in each call.",
        "draw the row numbers once, and use them for both.",
        "each class gets 1/4; the loss is the mean of -log of the true class's share, log 4.",
        "each entry times its factor, and no new draws.",
        "epsilon is added to the square root of the corrected second moment, not under the root.",
        "end it with a return.",
        "epsilon is added to the square root, not under it.",
        "every entry of a column moves its mean and its variance, and through them all the others.",
        "every row is equally likely, the first and the last too.",
        "fold f is rows f * n to (f + 1) * n - 1: contiguous and in order.",
        "for each input, add max(0, s_j - s_y + 1) over the wrong classes j; then the mean over the inputs.",
        "for each input, minus the logarithm of the true class's probability; then the mean over the inputs.",
        "gamma is multiplied with x_hat, in every row of its column.",
        "go against the gradient, learning_rate (default 1e-2) times its length.",
        "hand the generator to the function that draws: generator=generator.",
        "in step 1 every coordinate moves by the learning rate, whatever its gradient: it is divided by its own root.",
        "in test mode the running mean and variance take the batch's place.",
        "in test mode: nothing is dropped; the class of the highest score.",
        "is beta used as it is given?",
        'is config["learning_rate"] used where there is one?',
        'is config["momentum"] used, and does the velocity keep momentum times its old value?',
        "is k handed on to predict_labels?",
        "it is a step of adam, less weight_decay (default 1e-5) times w.",
        "it is the loss of the W that is returned.",
        "it must be at least 0.",
        "it must be positive.",
        "it should be s: the secant equation.",
        "keep the W of the lowest loss; copy it if W is reused.",
        "less the column's mean, over the root of its variance, times gamma, plus beta.",
        "linear, relu, linear, softmax loss.",
        "make new tensors with the dtype of the inputs (torch.zeros_like, or dtype=X.dtype).",
        "max(0, x), entry by entry.",
        "momentum * the old + (1 - momentum) * the batch's, and the variance is the biased one here too.",
        "no learning rate is needed: the step is the whole way.",
        "nothing is known of the curvature: H is the identity.",
        "of equal means the smallest k wins.",
        "out is x w + b: rows of x times columns of w, and b added to every row.",
        "put each entry back before the next.",
        "reg * (the sum of squares of W1 + that of W2), without a factor 1/2, biases left out.",
        "sgd has no state: every step is the same formula.",
        "solve hessian @ step = grad, and go against that step.",
        "step 1 goes (1 + momentum) times as far as sgd: w is the look-ahead point (the changed variable).",
        "step 1 is as long as the learning rate in every coordinate; without bias correction, 3.16 times as long.",
        "t is 0 before the first step and is raised before it is used.",
        "test mode learns nothing.",
        "the backward pass must know where x was positive: keep x itself.",
        "the best k has the highest mean accuracy over its folds.",
        "the cache is the factor of each entry: 0, or 1 / (1 - p).",
        "the cache starts at zero and takes in 1 - decay_rate of the squared gradient before it divides the step.",
        "the config that is returned must still hold the learning rate.",
        "the decay never enters the gradient, nor is it multiplied by the learning rate;",
        "the fold that is measured must not be trained on.",
        "the hidden unit is 2, both scores are 0: log 2, and 0.25 times 1 + 2.",
        "the lists are oldest first: the first loop goes from the newest pair to the oldest, the second loop back.",
        "the loss of a step is the one before W moves.",
        "the predicted class is the column of the highest score.",
        "the root of var + eps.",
        "the scores are 2 and -2, then -3 and 3.",
        "the schedule multiplier scales both the step and the decay.",
        "the shares, less 1 at the true class, over the number of rows.",
        "the step is the new velocity plus momentum times the change of the velocity: which one is old, which new?",
        "the velocity starts at zero, so step 1 is a step of plain sgd.",
        "torch.randn draws around 0.",
        "train on the other three folds, measure on fold f.",
        "undo each step, or step on a new tensor.",
        "validation and test sets are for measuring only.",
        "w[d, m] is multiplied with column d of x, once in every row: add them up.",
        "weight_scale times standard normal numbers.",
        "what is kept is divided by 1 - p, a quarter.",
        "what is kept is divided by 1 - p, so that the mean stays what it was.",
        "where x is positive dx is dout, elsewhere it is 0: the sign of dout itself plays no part.",
        "work on new tensors: an in-place operation changes the caller's too.",
        "x[n, d] is multiplied with row d of w: which outputs does it move, and how?",
        "y.s is 2: the left bracket is [[0, -1/2], [0, 1]], the right its transpose, the last term [[1/2, 0], [0, 0]].",
    }
)
