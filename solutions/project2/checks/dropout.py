"""Graded checks of Project 2's dropout. What it draws is random: its promises are judged, never single entries.

Every call gets a generator of its own with a fixed seed, so that the same submission always gets the same score.
"""

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
from solutions.project2.checks.layers import DTYPES, LayerCase, short

INVERTED = "Kept entries are divided by 1 - p, where p is the probability that an entry is dropped; dropped ones are 0."


def seeded(seed: int) -> torch.Generator:
    """A fresh generator."""
    return torch.Generator().manual_seed(seed)


class DropoutCase(LayerCase):
    """What forward and backward are asked alike."""

    def factor(self, out: Tensor, x: Tensor, p: float) -> Tensor:
        """What each entry of x must have been multiplied with, 0 or 1 / (1 - p), whichever is nearer."""
        scale = 1 / (1 - p)
        return (out.double() / x.double() > scale / 2).double() * scale


class DropoutForward(DropoutCase):
    """dropout_forward."""

    function = "dropout_forward"
    returns = ("out", "cache")
    small_axes = ("n", "", "")

    def small_questions(self) -> Iterator[tuple[Any, ...]]:
        """One to three numbers: in test mode, with nothing to drop, and with a share to drop."""
        small = Small((-1, 1, 2))
        for n, (p, mode) in product((1, 2, 3), ((0.5, "test"), (0, "train"), (0.25, "train"), (0.75, "train"))):
            for _ in range(4):
                yield small.tensor(n), p, mode

    def fits_small(self, question: tuple[Any, ...]) -> bool:
        """No number is 0, so that it shows which are dropped."""
        return bool((question[0] != 0).all())

    def ask_small(self, question: tuple[Any, ...]) -> Any:
        """With a generator whose first draws are large, small and large again."""
        return self.small_student.call(self.function, *question, seeded(2))

    def said_small(self, question: tuple[Any, ...]) -> str:
        """What is dropped is drawn, and not at issue."""
        drawn = " (what is right drops what yours drops)" if question[2] == "train" and question[1] else ""
        return f"{super().said_small(question)}{drawn}"

    def right_small(self, question: tuple[Any, ...], got: Any) -> Any:
        """In train mode the same entries dropped as in what came; none if that cannot be seen."""
        x, p, mode = question
        factor = torch.ones_like(x)
        if mode == "train":
            out = got[0] if isinstance(got, list | tuple) and len(got) == 2 else None
            factor = factor / (1 - p)
            if isinstance(out, Tensor) and out.shape == x.shape and p > 0:
                factor = self.factor(out, x, p)
        return x * factor, factor

    def of_size(self, sizes: Mapping[str, int], rng: torch.Generator) -> tuple[Any, ...]:
        """x, and the rest of a train pass."""
        return torch.randn(sizes["N"], sizes["D"], generator=rng), 0.5, "train", seeded(5)

    def trained(self, x: Tensor, *choices: tuple[float, torch.Generator | None]) -> list[tuple[Any, Any]]:
        """Out and cache in train mode for some p and generators, all asked in one request."""
        answers = self.ask_many([(x, p, "train", generator) for p, generator in choices])
        return [self.forward_of(answer) for answer in answers]

    @number("1.18")
    @weight(3)
    def test_train(self) -> None:
        """dropout_forward: in train mode each entry is dropped, or kept and scaled; the cache"""
        x = self.away_from_zero(40, 30)
        choices = (0.25, 0.5, 0.8, 0.0)
        for p, (out, cache) in zip(choices, self.trained(x, *((p, seeded(7)) for p in choices)), strict=True):
            said = f"(train mode, p = {p})"
            factor = self.factor(expect.tensor(f"out {said}", out, tuple(x.shape)), x, p)
            self.close(f"out {said}", out, x * factor, INVERTED)
            self.close(
                f"the cache {said}",
                cache,
                factor,
                "The cache is the factor of each entry, 0 or 1 / (1 - p): a tensor of floats.",
            )

    @number("1.19")
    @weight(2)
    def test_share(self) -> None:
        """dropout_forward: p is the probability that an entry is dropped, each on its own"""
        x = self.away_from_zero(400, 400, dtype=torch.float32)
        for p, (out, _) in zip((0.1, 0.75), self.trained(x, (0.1, seeded(3)), (0.75, seeded(4))), strict=True):
            dropped = expect.tensor("out", out, tuple(x.shape)) == 0
            for what, alike in (("row", dropped[:1] == dropped), ("column", dropped[:, :1] == dropped)):
                if bool(alike.all()):
                    raise CheckFailed(f"every {what} has its zeros in the same places; draw for each entry of x.")
            share = float(dropped.double().mean())  # its standard deviation is 0.001
            expect.tell("the share dropped", abs(share - p) / 0.03)
            if abs(share - p) > 0.03:
                raise CheckFailed(
                    f"with p = {p}, {100 * share:.1f} % of {x.numel():,} entries are 0.\n"
                    "p is the probability that an entry is dropped, not that it is kept."
                )

    @number("1.20")
    @weight(2)
    def test_generator(self) -> None:
        """dropout_forward: draws from the generator it is handed, else from torch's own, and nowhere else"""
        x = self.away_from_zero(30, 30)
        choices = ((0.5, seeded(1)), (0.5, seeded(1)), (0.5, seeded(2)), (0.5, None), (0.5, None))
        one, same, other, first, second = (self.zeros(out) for out, _ in self.trained(x, *choices))
        if not torch.equal(one, same):
            raise CheckFailed(
                "two generators with the same seed drop different entries; are the draws made from the generator?"
            )
        if torch.equal(one, other):
            raise CheckFailed("generators with different seeds drop the same entries; do not set a seed inside.")
        if torch.equal(first, second):
            raise CheckFailed("without a generator, two calls drop the same entries; do not set a seed inside.")
        ((alone, _),) = self.trained(x, (0.5, None))
        if not torch.equal(self.zeros(alone), first):  # the worker seeds torch before each request
            raise CheckFailed(
                "the call draws from torch's global generator although it was handed another, or sets its seed."
            )

    def zeros(self, out: Any) -> Tensor:
        """Where out is 0."""
        return expect.tensor("out", out, (30, 30)) == 0

    @number("1.21")
    @weight(1)
    def test_test_mode(self) -> None:
        """dropout_forward: in test mode nothing happens"""
        x = self.away_from_zero(6, 5)
        problems = [(x, 0.5, "test"), (x, 0.9, "test", seeded(5))]
        for (_, p, *_), answer in zip(problems, self.ask_many(problems), strict=True):
            out, cache = self.forward_of(answer)
            self.close(f"out (test mode, p = {p})", out, x, "In test mode out equals x: it was scaled in training.")
            self.close(f"the cache (test mode, p = {p})", cache, torch.ones_like(x))

    @number("1.22")
    @weight(1)
    def test_contract(self) -> None:
        """dropout_forward: keeps the dtype, leaves x alone, trains by default, refuses other modes"""
        for dtype in DTYPES:
            x = self.away_from_zero(20, 10, dtype=dtype)
            for choice in ((0.5, "train", seeded(6)), (0.5, "test")):
                answer, after = self.student.call_keeping(self.function, x, *choice)
                out, cache = self.forward_of(answer)
                expect.tensor(f"out for x of {short(dtype)}", out, tuple(x.shape), dtype)
                expect.tensor(f"the cache for x of {short(dtype)}", cache, tuple(x.shape), dtype)
                expect.unchanged("x", x, after[0])
            out, _ = self.forward_of(self.ask(x, 0.5))
            if not bool((expect.tensor("out", out, tuple(x.shape)) == 0).any()):
                raise CheckFailed("without a mode, nothing is dropped; the default is mode='train'.")
        self.check_refused(self.away_from_zero(3, 2), 0.5, "eval")


class DropoutBackward(DropoutCase):
    """dropout_backward."""

    function = "dropout_backward"
    needs = ("dropout_forward",)
    gradients = returns = ("dx",)
    small_axes = ("n", "n")

    def small_questions(self) -> Iterator[tuple[Any, ...]]:
        """One number, then two, with the factors of a share of one half."""
        small, factors = Small((-1, 1, 2)), Small((0, 2))
        for dout in small.tensors(((1,), (2,)), 6):
            yield dout, factors.tensor(*dout.shape)

    def fits_small(self, question: tuple[Any, ...]) -> bool:
        """Factors that a forward pass can give: those of one half, or of test mode."""
        factors = question[1]
        return bool(((factors == 0) | (factors == 2)).all() or (factors == 1).all())

    def of_size(self, sizes: Mapping[str, int], rng: torch.Generator) -> tuple[Any, ...]:
        """dout, and a cache."""
        N, D = sizes["N"], sizes["D"]
        return torch.randn(N, D, generator=rng), 2 * torch.randint(2, (N, D), generator=rng).float()

    def cache(self, p: float, *shape: int) -> Tensor:
        """The factors of a train pass."""
        return (torch.rand(*shape, generator=self.rng, dtype=torch.float64) >= p).double() / (1 - p)

    @number("1.23")
    @weight(3)
    def test_values(self) -> None:
        """dropout_backward: dx"""
        problems: list[tuple[str, Tensor, Any]] = [
            (f"p = {p}", self.randn(8, 6), self.cache(p, 8, 6)) for p in (0.25, 0.5, 0.8)
        ]
        problems.append(("a pass in test mode", self.randn(4, 3), torch.ones(4, 3, dtype=torch.float64)))
        self.check_gradients(problems)

    @number("1.24")
    @weight(2)
    def test_own_mask(self) -> None:
        """dropout_backward: dx is 0 where dropout_forward dropped, and scaled where it kept"""
        x, dout = self.away_from_zero(20, 15), self.away_from_zero(20, 15)
        choices = ((0.3, "train", 0.3), (0.7, "train", 0.7), (0.7, "test", 0.0))  # p, the mode, the share dropped
        runs = [((x, p, mode, seeded(8)), dout) for p, mode, _ in choices]
        pairs = self.student.through("dropout_forward", self.function, runs)
        for (p, mode, share), (out, dx) in zip(choices, pairs, strict=True):
            factor = self.factor(self.own_out("dropout_forward", out, x), x, share)
            self.close(
                f"dx ({mode} mode, p = {p})",
                dx,
                dout * factor,
                "What was dropped on the way forward passes no gradient back; what was kept passes it "
                "multiplied by the same factor.",
            )

    @number("1.25")
    @weight(1)
    def test_contract(self) -> None:
        """dropout_backward: keeps the dtype and leaves its inputs alone"""
        self.check_backward_contract(self.randn(6, 5), self.cache(0.5, 6, 5))
