"""What the reference solutions are measured against by `make bench`: torch's own functions for the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from autograder.catalog import Rival

NUM_TRAIN, NUM_TEST, D = 5000, 500, 3072  # the images of part 1
N, C, REG = 4096, 10, 0.1
PARAMETERS = 10_000_000

OPTIMIZERS: dict[str, Callable[[list[Tensor]], torch.optim.Optimizer]] = {
    "sgd": lambda w: torch.optim.SGD(w, lr=1e-2, foreach=True),
    "sgd_momentum": lambda w: torch.optim.SGD(w, lr=1e-2, momentum=0.9, foreach=True),
    "nesterov_momentum": lambda w: torch.optim.SGD(w, lr=1e-2, momentum=0.9, nesterov=True, foreach=True),
    "adagrad": lambda w: torch.optim.Adagrad(w, lr=1e-2, foreach=True),
    "rmsprop": lambda w: torch.optim.RMSprop(w, lr=1e-2, foreach=True),
    "adam": lambda w: torch.optim.Adam(w, lr=1e-3, foreach=True),
    "adamw": lambda w: torch.optim.AdamW(w, lr=1e-3, foreach=True),
}


def rivals(reference: Mapping[str, Callable[..., Any]]) -> Iterator[Rival]:
    """Distances, losses with their gradients, and a step of each optimizer, one after another.

    Args:
        reference: the reference's functions, by name.
    """
    generator = torch.Generator().manual_seed(0)
    yield from _distances(reference, generator)
    yield from _losses(reference, generator)
    for name, optimizer in OPTIMIZERS.items():
        yield _step(name, reference[name], optimizer, generator)


def _distances(reference: Mapping[str, Callable[..., Any]], generator: torch.Generator) -> Iterator[Rival]:
    x_test = torch.rand(NUM_TEST, D, generator=generator)
    x_train = torch.rand(NUM_TRAIN, D, generator=generator)
    distances = reference["compute_distances_no_loops"]
    yield Rival(
        f"compute_distances_no_loops / cdist squared, {NUM_TEST} x {NUM_TRAIN} x {D}",
        lambda: distances(x_test, x_train),
        lambda: torch.cdist(x_test, x_train) ** 2,
        bound=1.3,
    )


def _losses(reference: Mapping[str, Callable[..., Any]], generator: torch.Generator) -> Iterator[Rival]:
    W = 1e-2 * torch.randn(D + 1, C, generator=generator)
    X = torch.randn(N, D + 1, generator=generator)
    y = torch.randint(C, (N,), generator=generator)

    def by_autograd(loss: Callable[[Tensor, Tensor], Tensor]) -> Tensor | None:
        w = W.clone().requires_grad_()
        total = loss(X @ w, y) + REG * (w * w).sum()
        total.backward()
        return w.grad

    for name, said, loss in (
        # multi_margin_loss divides by the number of classes as well
        ("svm_loss_vectorized", "multi_margin_loss", lambda s, y: C * F.multi_margin_loss(s, y)),
        ("softmax_loss_vectorized", "cross_entropy", F.cross_entropy),
    ):
        yield Rival(
            f"{name} / {said} and autograd, {N} x {D + 1} x {C}",
            lambda name=name: reference[name](W, X, y, REG),
            lambda loss=loss: by_autograd(loss),
            bound=1.0,
        )


def _step(
    name: str,
    step: Callable[..., Any],
    optimizer: Callable[[list[Tensor]], torch.optim.Optimizer],
    generator: torch.Generator,
) -> Rival:
    """One step after another, each from where the last one ended."""
    start, gradient = (torch.randn(PARAMETERS, generator=generator) for _ in range(2))
    state: list[Any] = [start.clone(), None]
    theirs = start.requires_grad_()
    theirs.grad = gradient.clone()  # torch's Nesterov momentum adds to it

    def ours() -> None:
        state[:] = step(state[0], gradient, state[1])

    return Rival(
        f"{name} / torch.optim with foreach, {PARAMETERS:,} parameters", ours, optimizer([theirs]).step, bound=1.5
    )
