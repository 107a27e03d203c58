"""Graded checks of Project 2's linear layer, ReLU and softmax loss; and what all its layers promise alike.

A backward function is asked about caches that the grader makes as the task says, and through the student's own forward
function, whose cache never leaves the worker.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch
from gradescope_utils.autograder_utils.decorators import number, weight
from torch import Tensor

from autograder.checks import expect
from autograder.checks.case import CheckCase
from autograder.checks.expect import CheckFailed
from autograder.checks.pencil import Small
from autograder.worker.errors import Raised
from coursekit.stability import why_not_finite
from solutions.project2.checks.bans import AUTOGRAD, READY_MADE

DTYPES = (torch.float32, torch.float64)
STEP = 1e-5  # of a numeric gradient
NUMERIC = 1e-5  # the relative error allowed against one


class NetCase(CheckCase):
    """Checks of the part."""

    part = "two_layer_net"
    bans = (AUTOGRAD, READY_MADE)

    def close(self, what: str, got: Any, expected: Tensor, help_line: str = "") -> None:
        """As `expect.close`, in whatever floating dtype came back: to keep the dtype is for another check to ask."""
        expect.close(what, got, expected, help_line=help_line, any_dtype=True)


class LayerCase(NetCase):
    """A forward function `(x, ...) -> (out, cache)`, or a backward function `(dout, cache) -> gradients`."""

    loops = "none"
    gradients: tuple[str, ...] = ()  # what a backward function returns
    sizes = {"N": 5, "D": 4}  # noqa: RUF012

    def away_from_zero(self, *shape: int, dtype: torch.dtype = torch.float64) -> Tensor:
        """Numbers of both signs, none of them near 0."""
        numbers = self.randn(*shape)
        return (numbers + 0.1 * numbers.sign()).to(dtype)

    def forward_of(self, answer: Any) -> tuple[Any, Any]:
        """What a forward function returned."""
        out, cache = expect.pair(self.function, answer, ("out", "cache"))
        return out, cache

    def gradients_of(self, answer: Any) -> dict[str, Any]:
        """What a backward function returned, by name."""
        several = len(self.gradients) > 1
        parts = expect.pair(self.function, answer, self.gradients) if several else (answer,)
        return dict(zip(self.gradients, parts, strict=True))

    def check_gradients(self, problems: Sequence[tuple[str, Tensor, Any]], *names: str) -> None:
        """Some of the gradients, all of them if none is named, for each dout and cache."""
        answers = self.ask_many([(dout, cache) for _, dout, cache in problems])
        for (said, dout, cache), answer in zip(problems, answers, strict=True):
            got, expected = self.gradients_of(answer), self.gradients_of(self.expected(dout, cache))
            for name in names or self.gradients:
                self.close(f"{name} ({said})", got[name], expected[name])

    def check_backward_contract(self, dout: Tensor, cache: Any) -> None:
        """In both dtypes: the gradients keep it, and neither dout nor the cache is changed."""
        for dtype in DTYPES:
            args = (dout.to(dtype), in_dtype(cache, dtype))
            answer, after = self.student.call_keeping(self.function, *args)
            got, expected = self.gradients_of(answer), self.gradients_of(self.expected(*args))
            for name in self.gradients:
                expect.close(f"{name} for inputs of {short(dtype)}", got[name], expected[name])
            expect.unchanged("dout", args[0], after[0])
            if isinstance(args[1], Tensor):
                expect.unchanged("cache", args[1], after[1])
                continue
            for i, (before, now) in enumerate(zip(args[1], after[1], strict=True)):
                expect.unchanged(f"cache[{i}]", before, now)

    def check_numeric(self, forward: str, args: tuple[Any, ...], dout: Tensor) -> None:
        """The gradients are those of what the student's own forward function computes.

        Each entry of the first arguments, one for each gradient, is moved a little up and down, all in one request.

        Args:
            forward: the forward function.
            args: its arguments, float64, away from kinks.
            dout: the slope of some loss along its output.
        """
        wanted = args[: len(self.gradients)]
        asked = [args]
        for i, value in enumerate(wanted):
            for entry in range(value.numel()):
                for step in (STEP, -STEP):
                    point = value.clone()
                    point.view(-1)[entry] += step
                    asked.append((*args[:i], point, *args[i + 1 :]))
        answers = self.student.through(forward, self.function, [(at, dout) for at in asked])
        got = self.gradients_of(answers[0][1])
        losses = torch.stack([(self.own_out(forward, out, dout) * dout).sum() for out, _ in answers[1:]])
        slopes = torch.split((losses[::2] - losses[1::2]) / (2 * STEP), [value.numel() for value in wanted])
        for name, value, slope in zip(self.gradients, wanted, slopes, strict=True):
            expect.close(
                f"{name} against the numeric gradient",
                got[name],
                slope.view_as(value),
                rtol=NUMERIC,
                help_line=f"Each entry of {name[1:]} was moved a little to see how sum(dout * out) changes, with the "
                f"out of your {forward}.",
            )

    def own_out(self, forward: str, out: Any, like: Tensor) -> Tensor:
        """What the student's forward function returned as out."""
        return expect.tensor(f"out of {forward}", out, tuple(like.shape)).double()

    def check_refused(self, *args: Any) -> None:
        """A mode that there is not raises ValueError."""
        try:
            self.ask(*args)
        except Raised as error:
            if error.kind != "ValueError":
                raise
        except ValueError:  # a known version, asked in this process
            return
        else:
            raise CheckFailed(
                "the mode 'eval' was taken without a word; anything but 'train' and 'test' should raise a ValueError."
            )


def in_dtype(value: Any, dtype: torch.dtype) -> Any:
    """A tensor, or a tuple of them, in another dtype."""
    return value.to(dtype) if isinstance(value, Tensor) else tuple(in_dtype(item, dtype) for item in value)


def short(dtype: torch.dtype) -> str:
    """A dtype without its module."""
    return str(dtype).removeprefix("torch.")


def pieces(cache: Any, names: tuple[str, ...]) -> tuple[Any, ...]:
    """The things that a cache should be made of."""
    if not isinstance(cache, list | tuple) or len(cache) != len(names):
        raise CheckFailed(f"the cache should be ({', '.join(names)}), but is {expect.describe(cache)}.")
    return tuple(cache)


# --- linear


def small_linear() -> Iterator[tuple[Tensor, ...]]:
    """x, w and b of small whole numbers."""
    small = Small()
    for N, D, M in ((1, 1, 1), (1, 2, 1), (1, 1, 2), (2, 1, 1), (2, 2, 2)):
        for _ in range(4):
            yield small.tensor(N, D), small.tensor(D, M), small.tensor(M)


def linear_inputs(sizes: Mapping[str, int], rng: torch.Generator) -> tuple[Tensor, ...]:
    """x, w and b of a linear layer."""
    N, D, M = (sizes[axis] for axis in ("N", "D", "M"))
    return tuple(torch.randn(*shape, generator=rng) for shape in ((N, D), (D, M), (M,)))


class LinearForward(LayerCase):
    """linear_forward."""

    function = "linear_forward"
    returns = ("out", "cache")
    small_axes = ("N D", "D M", "M")
    sizes = {"N": 5, "D": 4, "M": 3}  # noqa: RUF012

    def of_size(self, sizes: Mapping[str, int], rng: torch.Generator) -> tuple[Any, ...]:
        """x, w and b."""
        return linear_inputs(sizes, rng)

    def small_questions(self) -> Iterator[tuple[Any, ...]]:
        """One number in and out, then more of either."""
        yield from small_linear()

    @number("1.1")
    @weight(4)
    def test_values(self) -> None:
        """linear_forward: x @ w + b"""
        sizes = ((5, 7, 4), (3, 2, 6), (1, 5, 3), (6, 1, 2), (4, 3, 1))
        problems = [(self.randn(n, d), self.randn(d, m), 2 * self.randn(m)) for n, d, m in sizes]
        for (x, w, b), answer in zip(problems, self.ask_many(problems), strict=True):
            out, _ = self.forward_of(answer)
            self.close(f"out for x {tuple(x.shape)}, w {tuple(w.shape)}", out, self.expected(x, w, b)[0])

    @number("1.2")
    @weight(2)
    def test_contract(self) -> None:
        """linear_forward: the cache; keeps the dtype and leaves its inputs alone"""
        for dtype in DTYPES:
            args = tuple(self.randn(*shape, dtype=dtype) for shape in ((5, 3), (3, 4), (4,)))
            answer, after = self.student.call_keeping(self.function, *args)
            out, cache = self.forward_of(answer)
            expect.close(f"out for inputs of {short(dtype)}", out, self.expected(*args)[0])
            for name, cached, before, now in zip("xwb", pieces(cache, ("x", "w", "b")), args, after, strict=True):
                expect.close(f"{name} in the cache", cached, before)
                expect.unchanged(name, before, now)


class LinearBackward(LayerCase):
    """linear_backward."""

    function = "linear_backward"
    needs = ("linear_forward",)
    gradients = returns = ("dx", "dw", "db")
    small_axes = ("N M", ("N D", "D M", "M"))
    sizes = LinearForward.sizes

    def of_size(self, sizes: Mapping[str, int], rng: torch.Generator) -> tuple[Any, ...]:
        """dout, and a cache."""
        return torch.randn(sizes["N"], sizes["M"], generator=rng), linear_inputs(sizes, rng)

    def small_questions(self) -> Iterator[tuple[Any, ...]]:
        """The same, with a dout."""
        small = Small((1, 2, 3))
        for x, w, b in small_linear():
            yield small.tensor(len(x), w.shape[1]), (x, w, b)

    def problems(self) -> list[tuple[str, Tensor, Any]]:
        """dout and cache for N, D and M all different, and each of them 1."""
        sizes = ((5, 7, 4), (3, 2, 6), (1, 5, 3), (6, 1, 2), (4, 3, 1))
        return [
            (f"N = {n}, D = {d}, M = {m}", self.randn(n, m), (self.randn(n, d), self.randn(d, m), self.randn(m)))
            for n, d, m in sizes
        ]

    @number("1.3")
    @weight(3)
    def test_dx(self) -> None:
        """linear_backward: dx"""
        self.check_gradients(self.problems(), "dx")

    @number("1.4")
    @weight(2)
    def test_dw(self) -> None:
        """linear_backward: dw"""
        self.check_gradients(self.problems(), "dw")

    @number("1.5")
    @weight(2)
    def test_db(self) -> None:
        """linear_backward: db"""
        self.check_gradients(self.problems(), "db")

    @number("1.6")
    @weight(2)
    def test_numeric(self) -> None:
        """linear_backward: the gradients of linear_forward, numerically"""
        args = (self.randn(4, 3), self.randn(3, 5), self.randn(5))
        self.check_numeric("linear_forward", args, self.randn(4, 5))

    @number("1.7")
    @weight(1)
    def test_contract(self) -> None:
        """linear_backward: keeps the dtype and leaves its inputs alone"""
        self.check_backward_contract(self.randn(5, 4), (self.randn(5, 3), self.randn(3, 4), self.randn(4)))


# --- ReLU

SHAPES = ((6,), (5, 7), (1, 4), (2, 3, 4), (3, 1, 2, 2))


class ReluForward(LayerCase):
    """relu_forward."""

    function = "relu_forward"
    returns = ("out", "cache")
    small_axes = ("n",)

    def small_questions(self) -> Iterator[tuple[Any, ...]]:
        """One number, then two."""
        for x in Small((-2, -1, 1, 2)).tensors(((1,), (2,)), 6):
            yield (x,)

    def of_size(self, sizes: Mapping[str, int], rng: torch.Generator) -> tuple[Any, ...]:
        """x."""
        return (torch.randn(sizes["N"], sizes["D"], generator=rng),)

    @number("1.8")
    @weight(3)
    def test_values(self) -> None:
        """relu_forward: max(0, x), for any shape"""
        problems = [(3 * self.randn(*shape),) for shape in SHAPES]
        for (x,), answer in zip(problems, self.ask_many(problems), strict=True):
            out, _ = self.forward_of(answer)
            self.close(f"out for x of shape {tuple(x.shape)}", out, self.expected(x)[0])

    @number("1.9")
    @weight(1)
    def test_contract(self) -> None:
        """relu_forward: the cache; keeps the dtype and leaves its input alone"""
        for dtype in DTYPES:
            x = self.randn(5, 6, dtype=dtype)
            answer, after = self.student.call_keeping(self.function, x)
            out, cache = self.forward_of(answer)
            expect.close(f"out for x of {short(dtype)}", out, self.expected(x)[0])
            expect.close("the cache", cache, x, help_line="The cache is x itself: what the backward pass needs.")
            expect.unchanged("x", x, after[0])


class ReluBackward(LayerCase):
    """relu_backward; at exactly 0 either subgradient is right, so nothing here is 0."""

    function = "relu_backward"
    needs = ("relu_forward",)
    gradients = returns = ("dx",)
    small_axes = ("n", "n")

    def small_questions(self) -> Iterator[tuple[Any, ...]]:
        """One number, then two; none is 0, where either subgradient is right."""
        small = Small((-2, -1, 1, 2))
        for x in small.tensors(((1,), (2,)), 6):
            yield small.tensor(*x.shape), x

    def fits_small(self, question: tuple[Any, ...]) -> bool:
        """No input is 0."""
        return bool((question[1] != 0).all())

    def of_size(self, sizes: Mapping[str, int], rng: torch.Generator) -> tuple[Any, ...]:
        """dout, and a cache."""
        return tuple(torch.randn(sizes["N"], sizes["D"], generator=rng) for _ in range(2))

    @number("1.10")
    @weight(3)
    def test_values(self) -> None:
        """relu_backward: dx, for any shape"""
        problems: list[tuple[str, Tensor, Any]] = [
            (f"shape {shape}", self.randn(*shape), self.away_from_zero(*shape)) for shape in SHAPES
        ]
        self.check_gradients(problems)

    @number("1.11")
    @weight(2)
    def test_numeric(self) -> None:
        """relu_backward: the gradient of relu_forward, numerically"""
        self.check_numeric("relu_forward", (self.away_from_zero(5, 4),), self.randn(5, 4))

    @number("1.12")
    @weight(1)
    def test_contract(self) -> None:
        """relu_backward: keeps the dtype and leaves its inputs alone"""
        self.check_backward_contract(self.randn(6, 5), self.away_from_zero(6, 5))


# --- softmax


class SoftmaxLoss(LayerCase):
    """softmax_loss."""

    function = "softmax_loss"
    returns = ("loss", "dx")
    small_axes = ("N C", "N =C")
    sizes = {"N": 5, "C": 3}  # noqa: RUF012

    def of_size(self, sizes: Mapping[str, int], rng: torch.Generator) -> tuple[Any, ...]:
        """Scores and classes."""
        N, C = sizes["N"], sizes["C"]
        return torch.randn(N, C, generator=rng), torch.randint(C, (N,), generator=rng)

    def small_questions(self) -> Iterator[tuple[Any, ...]]:
        """One example of two classes, then more of either; then scores that are far apart."""
        small = Small()
        for N, C in ((1, 2), (2, 2), (1, 3), (2, 3)):
            for _ in range(4):
                yield small.tensor(N, C), small.labels(C, N)
        far = torch.tensor([[1000.0, 0.0], [0.0, 0.0]], dtype=torch.float64)
        yield from ((far[:1], torch.tensor([0])), (far[:1], torch.tensor([1])), (far, torch.tensor([0, 0])))

    def fits_small(self, question: tuple[Any, ...]) -> bool:
        """Labels that are classes."""
        x, y = question
        return bool(0 <= int(y.min()) <= int(y.max()) < x.shape[1])

    def problems(self) -> list[tuple[str, tuple[Tensor, Tensor]]]:
        """Scores and classes: N and C different, one example, two classes, classes that never occur."""
        return [
            ("N = 5, C = 4", (2 * self.randn(5, 4), self.randint(4, 5))),
            ("N = 9, C = 6", (self.randn(9, 6), self.randint(6, 9))),
            ("a single example", (self.randn(1, 3), self.randint(3, 1))),
            ("two classes", (3 * self.randn(7, 2), self.randint(2, 7))),
            ("classes that never occur", (self.randn(8, 7), 2 * self.randint(3, 8))),
        ]

    def answers(self, problems: Sequence[tuple[str, tuple[Tensor, Tensor]]]) -> list[tuple[str, Any, Any, Any, Any]]:
        """For each problem its name, the student's loss and dx, and the reference's."""
        found = []
        for (name, problem), answer in zip(problems, self.ask_many([p for _, p in problems]), strict=True):
            loss, dx = expect.pair(self.function, answer, ("loss", "dx"))
            found.append((name, loss, dx, *self.expected(*problem)))
        return found

    @number("1.13")
    @weight(4)
    def test_loss(self) -> None:
        """softmax_loss: loss"""
        for name, loss, _, expected, _ in self.answers(self.problems()):
            self.close(f"the loss ({name})", loss, expected)

    @number("1.14")
    @weight(4)
    def test_gradient(self) -> None:
        """softmax_loss: gradient"""
        for name, _, dx, _, expected in self.answers(self.problems()):
            self.close(f"dx ({name})", dx, expected)

    @number("1.15")
    @weight(2)
    def test_numeric(self) -> None:
        """softmax_loss: the gradient is the slope of the loss, numerically"""
        x, y = self.randn(4, 3), self.randint(3, 4)
        asked = [x]
        for entry in range(x.numel()):
            for step in (STEP, -STEP):
                point = x.clone()
                point.view(-1)[entry] += step
                asked.append(point)
        answers = [expect.pair(self.function, a, ("loss", "dx")) for a in self.ask_many([(at, y) for at in asked])]
        losses = torch.stack([expect.tensor("the loss", loss, ()).double() for loss, _ in answers[1:]])
        expect.close(
            "dx against the numeric gradient",
            answers[0][1],
            ((losses[::2] - losses[1::2]) / (2 * STEP)).view_as(x),
            rtol=NUMERIC,
            help_line="Each score was moved a little to see how your loss changes: loss and dx must belong together.",
        )

    @number("1.16")
    @weight(3)
    def test_stability(self) -> None:
        """softmax_loss: stable at scores of any size"""
        ahead, behind = self.randn(5, 4), self.randn(5, 4)
        ahead[:, 0], behind[:, 0] = 1000.0, -1000.0
        apart = self.randn(5, 4) + 1000.0 * torch.arange(5, dtype=torch.float64)[:, None]
        problems = [
            ("scores of about 1,000", (1000 + self.randn(5, 4), self.randint(4, 5))),
            ("scores of about -1,000", (-1000 + self.randn(5, 4), self.randint(4, 5))),
            ("a wrong class ahead by 1,000", (ahead, self.randint(4, 5, low=1))),
            ("the right class 1,000 behind", (behind, torch.zeros(5, dtype=torch.int64))),
            ("rows 1,000 apart", (apart, self.randint(4, 5))),
            ("all scores equal", (torch.zeros(4, 3, dtype=torch.float64), self.randint(3, 4))),
        ]
        for (_, (x, _)), (name, loss, dx, expected_loss, expected_dx) in zip(
            problems, self.answers(problems), strict=True
        ):
            stable = why_not_finite(x, loss, dx)
            self.close(f"the loss ({name})", loss, expected_loss, stable)
            self.close(f"dx ({name})", dx, expected_dx, stable)

    @number("1.17")
    @weight(1)
    def test_contract(self) -> None:
        """softmax_loss: keeps the dtype and leaves its inputs alone"""
        for dtype in DTYPES:
            x, y = self.randn(6, 4, dtype=dtype), self.randint(4, 6)
            answer, after = self.student.call_keeping(self.function, x, y)
            loss, dx = expect.pair(self.function, answer, ("loss", "dx"))
            expected_loss, expected_dx = self.expected(x, y)
            expect.close(f"the loss for x of {short(dtype)}", loss, expected_loss)
            expect.close(f"dx for x of {short(dtype)}", dx, expected_dx)
            expect.unchanged("x", x, after[0])
            expect.unchanged("y", y, after[1])
