"""Graded checks of the optimizers part: 25 points, and 5 of extra credit.

An optimizer is judged by the sequence of w it makes over several steps, never by its private state: what it returns as
config is handed back as it came. The gradients are those along the reference's own path, so that one early slip is not
blown up by the problem.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import torch
from gradescope_utils.autograder_utils.decorators import number, weight
from torch import Tensor

from autograder.checks import expect
from autograder.checks.case import CheckCase
from autograder.checks.expect import CheckFailed
from autograder.checks.pencil import Small
from autograder.checks.transcript import alike
from autograder.worker.student import Run
from coursekit.pencil import shown
from solutions.project1.checks.bans import INVERSES, OPTIMIZERS

STEPS = 12
NOISY = "noisy gradients of a matrix"  # of both signs and many sizes: where all entries err alike here, it is no chance
OTHER_EPSILONS = (1e-8, 1e-10, 1e-6, 1e-5)  # of other libraries, and of slips


@dataclass(frozen=True)
class Problem:
    """Where an optimizer is run: a start and the gradient at each step."""

    name: str
    start: Tensor
    gradient: Callable[[Tensor, int], Tensor]  # at w, at step t


class OptimizersCase(CheckCase):
    """Checks of the optimizers part."""

    part = "optimizers"


class OptimizerCase(OptimizersCase):
    """An update rule `name(w, dw, config) -> (next_w, config)`."""

    bans = (OPTIMIZERS,)
    returns = ("w",)
    small_axes = ("n", "t n", "h")
    chosen: ClassVar[dict[str, float]] = {"learning_rate": 0.5}  # hyperparameters, to see whether each is used

    def small_questions(self) -> Iterator[tuple[Any, ...]]:
        """One number and one step, then two and three steps; the config is handed on. Then with hyperparameters."""
        alone = [{name: value} for name, value in self.chosen.items()]
        paths = ((1.0,), (-2.0,), (1.0, 1.0), (1.0, -2.0), (1.0, 1.0, 3.0))
        for config, steps in product((None, *alone, dict(self.chosen)), paths):
            w = torch.tensor([1.0], dtype=torch.float64)
            yield w, [torch.tensor([dw], dtype=torch.float64) for dw in steps], config
        yield torch.ones(2, dtype=torch.float64), [torch.tensor([1.0, 2.0], dtype=torch.float64)], None

    def ask_small(self, question: tuple[Any, ...]) -> Any:
        """Where the path ends."""
        ((*_, last),) = self.small_student.trajectories(self.function, [question])
        return last

    def expected_small(self, question: tuple[Any, ...]) -> Any:
        """Where the reference's ends."""
        w, gradients, config = question
        return self.steps(w, gradients, None if config is None else dict(config))[-1]

    def said_small(self, question: tuple[Any, ...]) -> str:
        """The start, the gradients and the first config."""
        w, gradients, config = question
        return f"w = {shown(w)}, dw = {', then '.join(map(shown, gradients))}, config = {shown(config)}"

    def problems(self) -> tuple[Problem, ...]:
        """A bowl whose slope varies, a saddle, noise, gradients so small that epsilon shows, and one in float32."""
        stiffness = torch.tensor([10.0, 1.0, 0.1], dtype=torch.float64)
        curvature = torch.tensor([1.0, -0.5], dtype=torch.float64)
        noise, tiny = self.randn(STEPS, 4, 3), 1e-6 * self.randn(STEPS, 5)
        return (
            Problem("an ill-conditioned bowl", self.randn(3).abs() + 1, lambda w, t: (1 + t % 2) * stiffness * w),
            Problem("a saddle", self.randn(2) + 1, lambda w, _: curvature * w),
            Problem(NOISY, self.randn(4, 3), lambda w, t: w + noise[t]),
            Problem("gradients of about 1e-6", self.randn(5), lambda _, t: tiny[t]),
            Problem("float32", self.randn(6, dtype=torch.float32), lambda w, _: 2 * w),
        )

    def compare(self, *configs: dict[str, Any] | None) -> None:
        """The same path as the reference's on every problem, from fresh state, with each choice of hyperparameters."""
        cases = [(problem, config) for config in configs for problem in self.problems()]
        paths = [self.path(problem, config) for problem, config in cases]
        runs = [
            (problem.start, gradients, None if config is None else dict(config))
            for (problem, config), (gradients, _) in zip(cases, paths, strict=True)
        ]
        answers = self.student.trajectories(self.function, runs)
        for (problem, _), (_, expected), steps in zip(cases, paths, answers, strict=True):
            wrong = expect.close_path(f"next_w on {problem.name}", steps, expected)
            if wrong is not None:
                t, failure = wrong
                noisy = [(e, s) for (p, _), (_, e), s in zip(cases, paths, answers, strict=True) if p.name == NOISY]
                said = self.other_epsilon(runs, answers) or _diagnosed(noisy)
                raise CheckFailed(f"on {problem.name}, step {t} of {STEPS}: {failure}{_until(t)}", said)

    def other_epsilon(self, runs: Sequence[Run], answers: Sequence[Sequence[Any]]) -> str:
        """What to say of steps that are those of another epsilon than the default, where none was given; else ""."""
        for epsilon in OTHER_EPSILONS:
            if all("epsilon" not in (config or {}) for *_, config in runs) and all(
                alike(list(answer), self.steps(start, gradients, {**(config or {}), "epsilon": epsilon}))
                for (start, gradients, config), answer in zip(runs, answers, strict=True)
            ):
                return f"your steps are those of epsilon = {epsilon:g}: is 1e-7 the default, where none is given?"
        return ""

    def steps(self, w: Tensor, gradients: Sequence[Tensor], config: dict[str, Any] | None) -> list[Tensor]:
        """Where the reference goes along these gradients."""
        found = []
        for gradient in gradients:
            w, config = self.expected(w.clone(), gradient.clone(), config)
            found.append(w.clone())
        return found

    def path(self, problem: Problem, config: dict[str, Any] | None) -> tuple[list[Tensor], list[Tensor]]:
        """The gradients along the reference's path, and the path."""
        w, state = problem.start.clone(), None if config is None else dict(config)
        gradients, expected = [], []
        for t in range(STEPS):
            gradients.append(problem.gradient(w, t).clone())
            w, state = self.expected(w.clone(), gradients[-1].clone(), state)
            expected.append(w.clone())
        return gradients, expected


def _diagnosed(paths: Sequence[tuple[Sequence[Tensor], Any]]) -> str:
    """What the first of these paths that is wrong looks like; each is what is expected, and what came."""
    with expect.heard_by(None):  # the check has failed already
        wrong = (expect.close_path("next_w", steps, expected) for expected, steps in paths)
        return next((found[1].diagnosis for found in wrong if found is not None), "")


def _until(t: int) -> str:
    """What to say of the steps before t, the first wrong one."""
    if t == 1:
        return ""
    before = "Step 1 is" if t == 2 else f"Steps 1 to {t - 1} are"
    return f" {before} right, step {t} is not: is it what config holds by then, or what is made of this gradient?"


class Sgd(OptimizerCase):
    """sgd."""

    function = "sgd"

    @number("3.1")
    @weight(1)
    def test_defaults(self) -> None:
        """sgd: steps with the default learning rate"""
        self.compare(None, {})

    @number("3.2")
    @weight(1)
    def test_hyperparameters(self) -> None:
        """sgd: steps with another learning rate"""
        self.compare({"learning_rate": 0.15})


class SgdMomentum(OptimizerCase):
    """sgd_momentum."""

    function = "sgd_momentum"
    needs = ("sgd",)
    chosen = {"learning_rate": 0.5, "momentum": 0.5}  # noqa: RUF012

    @number("3.3")
    @weight(1.5)
    def test_defaults(self) -> None:
        """sgd_momentum: steps with the default hyperparameters"""
        self.compare(None, {})

    @number("3.4")
    @weight(1.5)
    def test_hyperparameters(self) -> None:
        """sgd_momentum: steps with other hyperparameters"""
        self.compare({"learning_rate": 0.08, "momentum": 0.6})


class NesterovMomentum(OptimizerCase):
    """nesterov_momentum."""

    function = "nesterov_momentum"
    needs = ("sgd",)
    chosen = {"learning_rate": 0.5, "momentum": 0.5}  # noqa: RUF012

    @number("3.5")
    @weight(1.5)
    def test_defaults(self) -> None:
        """nesterov_momentum: steps with the default hyperparameters"""
        self.compare(None, {})

    @number("3.6")
    @weight(1.5)
    def test_hyperparameters(self) -> None:
        """nesterov_momentum: steps with other hyperparameters"""
        self.compare({"learning_rate": 0.08, "momentum": 0.6})


class Adagrad(OptimizerCase):
    """adagrad."""

    function = "adagrad"
    needs = ("sgd",)
    chosen = {"learning_rate": 0.5, "epsilon": 0.5}  # noqa: RUF012

    @number("3.7")
    @weight(1.5)
    def test_defaults(self) -> None:
        """adagrad: steps with the default hyperparameters"""
        self.compare(None, {})

    @number("3.8")
    @weight(1.5)
    def test_hyperparameters(self) -> None:
        """adagrad: steps with other hyperparameters"""
        self.compare({"learning_rate": 0.3, "epsilon": 1e-2})


class ExponentialMovingAverage(OptimizersCase):
    """exponential_moving_average."""

    function = "exponential_moving_average"
    returns = ("averages",)
    small_axes = ("t", "", "")

    def small_questions(self) -> Iterator[tuple[Any, ...]]:
        """One to three values, without and with the correction."""
        for corrected, values in product((False, True), Small((0, 1, 2, 4)).tensors(((1,), (2,), (3,)), 4)):
            yield values, 0.75, corrected

    def compare(self, *options: bool) -> None:
        """The same averages for several values, betas and lengths, a single value among them."""
        problems: list[tuple[Any, ...]] = [
            (values, beta, *options)
            for values in (self.randn(30) * 10 + 40, self.randn(7), self.randn(1) + 3)
            for beta in (0.9, 0.98, 0.5)
        ]
        for problem, averages in zip(problems, self.ask_many(problems), strict=True):
            what = f"the averages of {len(problem[0])} values with beta {problem[1]}"
            expect.close(what, averages, self.expected(*problem))
        values = self.randn(9)
        _, after = self.student.call_keeping(self.function, values, 0.9)
        expect.unchanged("values", values, after[0])

    @number("3.9")
    @weight(1)
    def test_plain(self) -> None:
        """exponential_moving_average: from V_0 = 0"""
        self.compare()
        self.compare(False)

    @number("3.10")
    @weight(1)
    def test_bias_correction(self) -> None:
        """exponential_moving_average: with bias correction"""
        self.compare(True)


class Rmsprop(OptimizerCase):
    """rmsprop."""

    function = "rmsprop"
    needs = ("sgd",)
    chosen = {"learning_rate": 0.5, "decay_rate": 0.75, "epsilon": 0.5}  # noqa: RUF012

    @number("3.11")
    @weight(1.5)
    def test_defaults(self) -> None:
        """rmsprop: steps with the default hyperparameters"""
        self.compare(None, {})

    @number("3.12")
    @weight(1.5)
    def test_hyperparameters(self) -> None:
        """rmsprop: steps with other hyperparameters"""
        self.compare({"learning_rate": 0.05, "decay_rate": 0.8, "epsilon": 1e-2})


class Adam(OptimizerCase):
    """adam."""

    function = "adam"
    needs = ("sgd",)
    chosen = {"learning_rate": 0.5, "beta1": 0.5, "beta2": 0.75, "epsilon": 0.5}  # noqa: RUF012

    @number("3.13")
    @weight(2)
    def test_defaults(self) -> None:
        """adam: steps with the default hyperparameters"""
        self.compare(None, {})

    @number("3.14")
    @weight(2)
    def test_hyperparameters(self) -> None:
        """adam: steps with other hyperparameters"""
        self.compare({"learning_rate": 0.05, "beta1": 0.7, "beta2": 0.95, "epsilon": 1e-2})

    @number("3.15")
    @weight(1)
    def test_first_step(self) -> None:
        """adam: the first step is as long as the learning rate, whatever the gradient's size"""
        directions = torch.tensor([1.0, -1.0, 2.0, -0.5, 3.0, -4.0], dtype=torch.float64)
        starts = [(self.randn(6), scale * directions) for scale in (1e-2, 1.0, 1e3)]
        paths = self.student.trajectories(self.function, [(w, [dw], {"learning_rate": 0.1}) for w, dw in starts])
        for (w, dw), (step,) in zip(starts, paths, strict=True):
            expect.close(
                "next_w",
                step,
                self.expected(w.clone(), dw, {"learning_rate": 0.1})[0],
                help_line="At t = 1 the corrected moments are the gradient and its square: the step is lr * sign(dw).",
            )


class AdamW(OptimizerCase):
    """adamw."""

    function = "adamw"
    needs = ("sgd", "adam")
    chosen = {  # noqa: RUF012
        **{"learning_rate": 0.5, "beta1": 0.5, "beta2": 0.75, "epsilon": 0.5},
        **{"weight_decay": 0.5, "schedule_multiplier": 0.5},
    }

    @number("3.16")
    @weight(1)
    def test_defaults(self) -> None:
        """adamw: steps with the default hyperparameters"""
        self.compare(None, {})

    @number("3.17")
    @weight(2)
    def test_hyperparameters(self) -> None:
        """adamw: decoupled weight decay, with other hyperparameters"""
        self.compare(
            {"learning_rate": 0.05, "weight_decay": 0.1},
            {"learning_rate": 0.02, "beta1": 0.7, "beta2": 0.95, "epsilon": 1e-2, "weight_decay": 0.03},
        )

    @number("3.18")
    @weight(1)
    def test_schedule(self) -> None:
        """adamw: the schedule multiplier scales the step and the decay"""
        self.compare({"learning_rate": 0.05, "weight_decay": 0.1, "schedule_multiplier": 0.4})


def symmetric(matrix: Tensor) -> Tensor:
    """The matrix with its upper half mirrored into the lower."""
    return matrix.triu() + matrix.triu(1).T


def determinant(matrix: Tensor) -> float:
    """Of a matrix of one or two rows."""
    rows = matrix.tolist()
    return float(rows[0][0] if len(rows) == 1 else rows[0][0] * rows[1][1] - rows[0][1] * rows[1][0])


class NewtonStep(OptimizersCase):
    """newton_step."""

    function = "newton_step"
    bans = (INVERSES,)
    extra = True
    returns = ("w",)
    small_axes = ("n", "n", "n n")

    def small_questions(self) -> Iterator[tuple[Any, ...]]:
        """One parameter, then two."""
        small = Small()
        for n in (1, 2):
            for _ in range(12):
                question = small.tensor(n), small.tensor(n), symmetric(small.tensor(n, n))
                if self.fits_small(question):
                    yield question

    def fits_small(self, question: tuple[Any, ...]) -> bool:
        """The matrix can be solved for."""
        return determinant(question[2]) != 0

    @number("3.19")
    @weight(2)
    def test_step(self) -> None:
        """newton_step: lands on the stationary point of a quadratic (extra credit)"""
        problems = []
        for n in (1, 2, 5):
            root = self.randn(n, n)
            problems.append((self.randn(n), self.randn(n), root @ root.T + torch.eye(n, dtype=torch.float64)))
        saddle = torch.diag(torch.tensor([2.0, -1.0, 0.5], dtype=torch.float64))
        problems.append((self.randn(3), self.randn(3), saddle))
        for problem, w in zip(problems, self.ask_many(problems), strict=True):
            expect.close(f"the step for n = {len(problem[0])}", w, self.expected(*problem))


class LbfgsDirection(OptimizersCase):
    """lbfgs_direction."""

    function = "lbfgs_direction"
    bans = (OPTIMIZERS,)
    extra = True
    returns = ("direction",)
    small_axes = ("n", "pairs n", "pairs n")

    def small_questions(self) -> Iterator[tuple[Any, ...]]:
        """No pair, one, two and three, of one or two parameters."""
        small = Small()
        for n, pairs in ((1, 0), (1, 1), (2, 1), (2, 2), (2, 3)):
            for _ in range(12):
                steps, changes = ([small.tensor(n) for _ in range(pairs)] for _ in range(2))
                question = small.tensor(n), steps, changes
                if self.fits_small(question):
                    yield question

    def fits_small(self, question: tuple[Any, ...]) -> bool:
        """The curvature along each step is positive."""
        _, steps, changes = question
        return all(float(s @ y) > 0 for s, y in zip(steps, changes, strict=True))

    @number("3.20")
    @weight(1)
    def test_no_pairs(self) -> None:
        """lbfgs_direction: without pairs, the negative gradient (extra credit)"""
        grad = self.randn(5)
        expect.close("the direction", self.ask(grad, [], []), self.expected(grad, [], []))

    @number("3.21")
    @weight(2)
    def test_direction(self) -> None:
        """lbfgs_direction: the two-loop recursion (extra credit)"""
        for n, pairs in ((4, 1), (6, 2), (5, 5)):
            root = self.randn(n, n)
            hessian = root @ root.T + torch.eye(n, dtype=torch.float64)
            steps = [self.randn(n) for _ in range(pairs)]
            changes = [hessian @ step for step in steps]
            grad = self.randn(n)
            expect.close(
                f"the direction from {pairs} pairs",
                self.ask(grad, steps, changes),
                self.expected(grad, steps, changes),
                help_line="Newest pair first, then oldest first; between them the scale s.y / y.y of the newest pair.",
            )


class BfgsUpdate(OptimizersCase):
    """bfgs_update."""

    function = "bfgs_update"
    bans = (OPTIMIZERS,)
    extra = True
    returns = ("H",)
    small_axes = ("n n", "n", "n")

    def small_questions(self) -> Iterator[tuple[Any, ...]]:
        """One parameter, then two."""
        small = Small()
        for n in (1, 2):
            for _ in range(60):
                question = symmetric(small.tensor(n, n)), small.tensor(n), small.tensor(n)
                if self.fits_small(question):
                    yield question

    def fits_small(self, question: tuple[Any, ...]) -> bool:
        """The matrix is positive definite, and the curvature along the step positive."""
        H, s, y = question
        return float(s @ y) > 0 and float(H[0, 0]) > 0 and determinant(H) > 0

    def problem(self, n: int) -> tuple[Tensor, Tensor, Tensor]:
        """An estimate of an inverse Hessian, and a pair of another problem's: nothing in it is right yet."""
        root, other = self.randn(n, n), self.randn(n, n)
        eye = torch.eye(n, dtype=torch.float64)
        s = self.randn(n)
        return root @ root.T + eye, s, (other @ other.T + 0.5 * eye) @ s

    @number("3.22")
    @weight(2)
    def test_update(self) -> None:
        """bfgs_update: the inverse Hessian after the rank-two update (extra credit)"""
        problems = [self.problem(n) for n in (1, 2, 5)]
        problems.append((torch.eye(3, dtype=torch.float64), *self.problem(3)[1:]))
        for (H, s, y), updated in zip(problems, self.ask_many(problems), strict=True):
            expect.close(
                f"the update for n = {len(s)}",
                updated,
                self.expected(H, s, y),
                help_line="(I - s y^T / y.s) H (I - y s^T / y.s) + s s^T / y.s, where s y^T is a matrix.",
            )
        H, s, y = self.problem(4)
        _, after = self.student.call_keeping(self.function, H, s, y)
        for what, before, now in zip(("H", "s", "y"), (H, s, y), after, strict=True):
            expect.unchanged(what, before, now)

    @number("3.23")
    @weight(1)
    def test_secant(self) -> None:
        """bfgs_update: symmetric, and it takes y back to s, update after update (extra credit)"""
        H, *_ = self.problem(4)
        for _ in range(4):
            _, s, y = self.problem(4)
            H = expect.tensor("the new H", self.ask(H, s, y), (4, 4), H.dtype)
            expect.close("the transpose of the new H", H.T.contiguous(), H)
            expect.close("the new H times y, which should be s,", H @ y, s)
