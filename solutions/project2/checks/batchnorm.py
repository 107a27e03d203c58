"""Graded checks of Project 2's batch norm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import torch
from gradescope_utils.autograder_utils.decorators import number, weight
from torch import Tensor

from autograder.checks import expect
from autograder.checks.expect import CheckFailed
from autograder.checks.pencil import Small
from coursekit.pencil import shown
from solutions.project2.checks.layers import DTYPES, LayerCase, pieces, short

Running = dict[str, Tensor]
EPS = "The root is taken of var + eps, with the variance divided by N (biased)."


class BatchnormCase(LayerCase):
    """What forward and backward are asked alike."""

    def inputs(self, n: int, d: int, dtype: torch.dtype = torch.float64) -> tuple[Tensor, Tensor, Tensor, Running]:
        """x, gamma, beta and running: columns of different mean and size, the first so small that eps shows."""
        size = torch.linspace(0.01, 3, d, dtype=torch.float64) if d > 1 else torch.full((1,), 0.5, dtype=torch.float64)
        x = size * self.randn(n, d) + self.randn(d)
        running = {"mean": self.randn(d).to(dtype), "var": (self.randn(d) ** 2 + 0.5).to(dtype)}
        return x.to(dtype), self.randn(d).to(dtype) + 2, self.randn(d).to(dtype), running


class BatchnormForward(BatchnormCase):
    """batchnorm_forward."""

    function = "batchnorm_forward"
    returns = ("out", "cache", 'running["mean"]', 'running["var"]')
    small_axes = ("N D", "D", "D", "D", "D", "", "", "")

    def small_questions(self) -> Iterator[tuple[Any, ...]]:
        """Two examples of one number, in train and in test mode; then with an eps that shows, and two numbers."""
        small, spread = Small((0, 1, 2)), Small((1, 2, 4))
        for (n, d), mode, eps in product(((2, 1), (2, 2), (3, 1)), ("train", "test"), (0.0, 3.0)):
            for _ in range(5):
                parameters = spread.tensor(d), small.tensor(d), small.tensor(d), spread.tensor(d)
                question = (2 * small.tensor(n, d), *parameters, mode, 0.75, eps)
                if self.fits_small(question):
                    yield question

    def fits_small(self, question: tuple[Any, ...]) -> bool:
        """The root is not of 0."""
        x, _, _, _, var, mode, _, eps = question
        used = x.var(dim=0, unbiased=False) if mode == "train" else var
        return bool((var >= 0).all()) and eps >= 0 and bool((used + eps > 0.1).all())

    def ask_small(self, question: tuple[Any, ...]) -> Any:
        """Out, the cache of train mode, and the running statistics after the call."""
        x, gamma, beta, mean, var, mode, *others = question
        given = (x, gamma, beta, {"mean": mean, "var": var}, mode, *others)
        answer, after = self.small_student.call_keeping(self.function, *given)
        if not isinstance(answer, list | tuple) or len(answer) != 2 or not isinstance(after[3], dict):
            return answer
        return answer[0], answer[1] if mode == "train" else None, after[3].get("mean"), after[3].get("var")

    def expected_small(self, question: tuple[Any, ...]) -> Any:
        """Likewise; what the cache is in test mode is not said."""
        x, gamma, beta, mean, var, mode, *others = question
        running = {"mean": mean.clone(), "var": var.clone()}
        out, cache = self.expected(x, gamma, beta, running, mode, *others)
        return out, cache if mode == "train" else None, running["mean"], running["var"]

    def said_small(self, question: tuple[Any, ...]) -> str:
        """With the running statistics as the dictionary that they are."""
        x, gamma, beta, mean, var, mode, momentum, eps = question
        return (
            f"x = {shown(x)}, gamma = {shown(gamma)}, beta = {shown(beta)}, running = {{mean: {shown(mean)}, var: "
            f"{shown(var)}}}, mode = {mode}, momentum = {shown(momentum)}, eps = {shown(eps)}"
        )

    def of_size(self, sizes: Mapping[str, int], rng: torch.Generator) -> tuple[Any, ...]:
        """x, gamma, beta and running."""
        N, D = sizes["N"], sizes["D"]
        x, gamma, beta = (torch.randn(*shape, generator=rng) for shape in ((N, D), (D,), (D,)))
        return x, gamma, beta, {"mean": torch.zeros(D), "var": torch.ones(D)}

    def train_problems(self) -> list[tuple[str, tuple[Any, ...]]]:
        """Batches of several sizes, a single example among them, and another eps."""
        sizes = ((7, 5), (12, 3), (3, 4), (1, 3), (6, 1))
        problems: list[tuple[str, tuple[Any, ...]]] = [(f"x {size}", self.inputs(*size)) for size in sizes]
        return [*problems, ("x (5, 4), eps = 0.1", (*self.inputs(5, 4), "train", 0.9, 0.1))]

    @number("1.26")
    @weight(4)
    def test_train(self) -> None:
        """batchnorm_forward: train mode normalizes by the batch"""
        problems = self.train_problems()
        for (said, args), answer in zip(problems, self.ask_many([args for _, args in problems]), strict=True):
            out, _ = self.forward_of(answer)
            self.close(f"out ({said})", out, self.reference_answer(args)[0], EPS)

    @number("1.27")
    @weight(3)
    def test_cache(self) -> None:
        """batchnorm_forward: the cache is (x_hat, gamma, std)"""
        problems = self.train_problems()
        names = ("x_hat", "gamma", "std")
        for (said, args), answer in zip(problems, self.ask_many([args for _, args in problems]), strict=True):
            cache = pieces(self.forward_of(answer)[1], names)
            for name, got, expected in zip(names, cache, self.reference_answer(args)[1], strict=True):
                self.close(f"{name} in the cache ({said})", got, expected, EPS if name == "std" else "")

    @number("1.28")
    @weight(3)
    def test_running(self) -> None:
        """batchnorm_forward: train mode moves the running mean and variance"""
        choices: tuple[tuple[Any, ...], ...] = ((), ("train", 0.6), ("train", 0.0))
        for choice in choices:
            args = (*self.inputs(6, 4), *choice)
            _, after = self.student.call_keeping(self.function, *args)
            expected = copied(args[3])
            self.expected(*args[:3], expected, *choice)
            momentum = choice[1] if choice else 0.9
            for name, got in self.running_of(after[3]).items():
                self.close(
                    f'running["{name}"] (momentum {momentum})',
                    got,
                    expected[name],
                    "momentum * old + (1 - momentum) * that of the batch; the variance is divided by N.",
                )

    @number("1.29")
    @weight(2)
    def test_test_mode(self) -> None:
        """batchnorm_forward: test mode normalizes by the running statistics, and leaves them alone"""
        choices: tuple[tuple[Any, ...], ...] = ((), (0.9, 0.1))
        for choice in choices:
            args = (*self.inputs(6, 4), "test", *choice)
            args[3]["var"] = 1e-2 * args[3]["var"]  # so small that the default eps shows
            answer, after = self.student.call_keeping(self.function, *args)
            out, _ = self.forward_of(answer)
            self.close("out (test mode)", out, self.reference_answer(args)[0])
            for name, got in self.running_of(after[3]).items():
                expect.unchanged(f'running["{name}"] (test mode)', args[3][name], got)

    @number("1.30")
    @weight(1)
    def test_contract(self) -> None:
        """batchnorm_forward: keeps the dtype, leaves x, gamma and beta alone, refuses other modes"""
        for dtype in DTYPES:
            for mode in ("train", "test"):
                args = (*self.inputs(6, 4, dtype), mode)
                answer, after = self.student.call_keeping(self.function, *args)
                out, cache = self.forward_of(answer)
                said = f"for x of {short(dtype)} ({mode} mode)"
                expect.tensor(f"out {said}", out, (6, 4), dtype)
                for name, got, shape in zip(
                    ("x_hat", "gamma", "std"),
                    pieces(cache, ("x_hat", "gamma", "std")),
                    ((6, 4), (4,), (4,)),
                    strict=True,
                ):
                    expect.tensor(f"{name} {said}", got, shape, dtype)
                for name, got in self.running_of(after[3]).items():
                    expect.tensor(f'running["{name}"] {said}', got, (4,), dtype)
                for name, before, now in zip(("x", "gamma", "beta"), args[:3], after[:3], strict=True):
                    expect.unchanged(name, before, now)
        self.check_refused(*self.inputs(3, 2), "eval")

    def reference_answer(self, args: tuple[Any, ...]) -> Any:
        """What the reference answers; it gets a dictionary of its own to change."""
        x, gamma, beta, running, *choice = args
        return self.expected(x, gamma, beta, copied(running), *choice)

    def running_of(self, running: Any) -> dict[str, Any]:
        """The running statistics as a call left them."""
        if not isinstance(running, dict) or not {"mean", "var"} <= running.keys():
            raise CheckFailed('running should be a dictionary that holds "mean" and "var" after the call.')
        return {name: running[name] for name in ("mean", "var")}


class BatchnormBackward(BatchnormCase):
    """batchnorm_backward."""

    function = "batchnorm_backward"
    needs = ("batchnorm_forward",)
    gradients = returns = ("dx", "dgamma", "dbeta")
    small_axes = ("N D", ("N D", "D", "D"))

    def small_questions(self) -> Iterator[tuple[Any, ...]]:
        """Two examples of one number, then of two, and four of one."""
        small, spread = Small(), Small((1, 2))
        for rows in ([[-1.0], [1.0]], [[1.0, -1.0], [-1.0, 1.0]], [[-1.0], [1.0], [1.0], [-1.0]]):
            x_hat = torch.tensor(rows, dtype=torch.float64)
            for _ in range(10):
                yield small.tensor(*x_hat.shape), (x_hat, spread.tensor(x_hat.shape[1]), spread.tensor(x_hat.shape[1]))

    def fits_small(self, question: tuple[Any, ...]) -> bool:
        """A cache as a forward pass makes it: columns of mean 0 and variance 1."""
        _, (x_hat, _, std) = question
        normal = bool((x_hat.sum(dim=0) == 0).all()) and bool(((x_hat**2).mean(dim=0) == 1).all())
        return normal and bool((std > 0).all())

    def of_size(self, sizes: Mapping[str, int], rng: torch.Generator) -> tuple[Any, ...]:
        """dout, and a cache."""
        N, D = sizes["N"], sizes["D"]
        dout, x_hat = (torch.randn(N, D, generator=rng) for _ in range(2))
        return dout, (x_hat, torch.randn(D, generator=rng), torch.rand(D, generator=rng) + 0.5)

    def problems(self) -> list[tuple[str, Tensor, Any]]:
        """dout and cache of train passes of several sizes, and with an eps that shows."""
        found: list[tuple[str, Tensor, Any]] = []
        for n, d, eps in ((7, 5, 1e-5), (12, 3, 1e-5), (3, 4, 1e-5), (6, 1, 1e-5), (5, 4, 0.1)):
            _, cache = self.reference.batchnorm_forward(*self.inputs(n, d), "train", 0.9, eps)
            found.append((f"N = {n}, D = {d}", self.randn(n, d), cache))
        return found

    @number("1.31")
    @weight(6)
    def test_dx(self) -> None:
        """batchnorm_backward: dx"""
        self.check_gradients(self.problems(), "dx")

    @number("1.32")
    @weight(3)
    def test_parameters(self) -> None:
        """batchnorm_backward: dgamma and dbeta"""
        self.check_gradients(self.problems(), "dgamma", "dbeta")

    @number("1.33")
    @weight(4)
    def test_numeric(self) -> None:
        """batchnorm_backward: the gradients of batchnorm_forward, numerically"""
        x, gamma, beta, running = self.inputs(6, 3)
        x[:, 0] = self.randn(6)  # so that a small step is small for every column
        self.check_numeric("batchnorm_forward", (x, gamma, beta, running), self.randn(6, 3))

    @number("1.34")
    @weight(1)
    def test_contract(self) -> None:
        """batchnorm_backward: keeps the dtype and leaves its inputs alone"""
        x, gamma, beta, running = self.inputs(6, 4)
        x[:, 0] = self.randn(6)  # float32 could not tell a column that hardly varies from one that does not
        _, cache = self.reference.batchnorm_forward(x, gamma, beta, running)
        self.check_backward_contract(self.randn(6, 4), cache)


def copied(running: Running) -> Running:
    """A dictionary of its own, which a call may change."""
    return {name: value.clone() for name, value in running.items()}
