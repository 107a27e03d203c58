"""The reference optimizers against oracles that were written by others: torch.optim, and the full BFGS matrices."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from autograder.checks.reference import load_reference
from tests.assignments import OPTIMIZERS

REFERENCE = load_reference(OPTIMIZERS)
STEPS = 20
OPTIMIZERS = tuple(f.name for f in OPTIMIZERS.functions if not f.extra and f.name != "exponential_moving_average")

SAME_RULE: list[tuple[str, dict[str, Any], type[torch.optim.Optimizer], dict[str, Any]]] = [
    ("sgd", {}, torch.optim.SGD, {"lr": 1e-2}),
    ("sgd", {"learning_rate": 0.05}, torch.optim.SGD, {"lr": 0.05}),
    ("sgd_momentum", {}, torch.optim.SGD, {"lr": 1e-2, "momentum": 0.9}),
    ("sgd_momentum", {"learning_rate": 0.03, "momentum": 0.5}, torch.optim.SGD, {"lr": 0.03, "momentum": 0.5}),
    ("nesterov_momentum", {}, torch.optim.SGD, {"lr": 1e-2, "momentum": 0.9, "nesterov": True}),
    ("adagrad", {}, torch.optim.Adagrad, {"lr": 1e-2, "eps": 1e-7}),
    ("adagrad", {"learning_rate": 0.3, "epsilon": 0.1}, torch.optim.Adagrad, {"lr": 0.3, "eps": 0.1}),
    ("rmsprop", {}, torch.optim.RMSprop, {"lr": 1e-2, "alpha": 0.99, "eps": 1e-7}),
    ("rmsprop", {"decay_rate": 0.8, "epsilon": 0.1}, torch.optim.RMSprop, {"lr": 1e-2, "alpha": 0.8, "eps": 0.1}),
    ("adam", {}, torch.optim.Adam, {"lr": 1e-3, "eps": 1e-7}),
    (
        "adam",
        {"learning_rate": 0.1, "beta1": 0.8, "beta2": 0.9, "epsilon": 0.1},
        torch.optim.Adam,
        {"lr": 0.1, "betas": (0.8, 0.9), "eps": 0.1},
    ),
    ("adamw", {}, torch.optim.AdamW, {"lr": 1e-3, "eps": 1e-7, "weight_decay": 1e-5 / 1e-3}),
    (
        "adamw",
        {"learning_rate": 0.1, "weight_decay": 0.03, "schedule_multiplier": 0.5},
        torch.optim.AdamW,
        {"lr": 0.5 * 0.1, "eps": 1e-7, "weight_decay": 0.03 / 0.1},
    ),
]


def gradient(w: Tensor) -> Tensor:
    """Of a smooth function that is not a quadratic, with curvatures from small to large and a flat stretch."""
    return torch.tensor([[1.0, 10.0, 0.1], [3.0, 0.5, 1e-4]], dtype=w.dtype) * w + torch.sin(2 * w)


def start(dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.tensor([[1.0, -2.0, 0.5], [3.0, 1e-3, -1.0]], dtype=dtype)


@pytest.mark.parametrize(("name", "config", "oracle", "options"), SAME_RULE)
def test_the_reference_takes_the_steps_of_torch_optim(
    name: str, config: dict[str, Any], oracle: type[torch.optim.Optimizer], options: dict[str, Any]
) -> None:
    w, state = start(), config or None
    theirs = start()
    optimizer = oracle([theirs], **options)
    for step in range(STEPS):
        w, state = REFERENCE.functions[name](w, gradient(w), state)
        theirs.grad = gradient(theirs)
        optimizer.step()
        assert torch.allclose(w, theirs, rtol=0, atol=1e-12), f"{name} parts from torch at step {step + 1}"


def test_both_forms_of_nesterov_momentum_describe_one_walk() -> None:
    alpha, rho = 0.03, 0.8
    x, v = start(), torch.zeros_like(start())
    w, config = start(), {"learning_rate": alpha, "momentum": rho}
    for _ in range(STEPS):
        v = rho * v - alpha * gradient(x + rho * v)
        x = x + v
        w, config = REFERENCE.nesterov_momentum(w, gradient(w), config)
        assert torch.allclose(w, x + rho * v, rtol=0, atol=1e-12)


def test_adamw_follows_a_schedule_multiplier_that_changes() -> None:
    w, config = start(), {"weight_decay": 0.01}
    theirs = start()
    optimizer = torch.optim.AdamW([theirs], lr=1e-3, eps=1e-7, weight_decay=0.01 / 1e-3)
    for step in range(STEPS):
        eta = 1 - step / STEPS
        w, config = REFERENCE.adamw(w, gradient(w), {**config, "schedule_multiplier": eta})
        optimizer.param_groups[0]["lr"] = eta * 1e-3
        theirs.grad = gradient(theirs)
        optimizer.step()
    assert torch.allclose(w, theirs, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_reference_changes_w_and_its_own_state_only_and_keeps_the_dtype(name: str) -> None:
    for dtype in (torch.float32, torch.float64):
        w, dw, config = start(dtype), gradient(start(dtype)), {"learning_rate": 0.1}
        next_w, _ = REFERENCE.functions[name](w, dw, config)
        assert next_w.dtype == dtype
        assert next_w.data_ptr() == w.data_ptr()
        assert torch.equal(dw, gradient(start(dtype)))
        assert config == {"learning_rate": 0.1}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_two_walks_of_the_reference_from_one_config_do_not_disturb_each_other(name: str) -> None:
    def walk(points: list[Tensor], config: dict[str, Any]) -> list[Tensor]:
        states = [config] * len(points)
        for _ in range(4):
            for i, point in enumerate(points):
                points[i], states[i] = REFERENCE.functions[name](point, gradient(point), states[i])
        return points

    config = {"learning_rate": 0.1}
    together = walk([start(), -start()], config)
    apart = [walk([point], config)[0] for point in (start(), -start())]
    assert all(torch.equal(one, other) for one, other in zip(together, apart, strict=True))


def test_the_moving_average_is_the_weighted_sum_it_stands_for() -> None:
    values, beta = torch.randn(30, generator=torch.Generator().manual_seed(0), dtype=torch.float64), 0.9
    for t in range(1, 31):
        weights = (1 - beta) * beta ** torch.arange(t - 1, -1, -1, dtype=torch.float64)
        plain, corrected = (REFERENCE.exponential_moving_average(values, beta, flag)[t - 1] for flag in (False, True))
        assert abs(plain - (weights * values[:t]).sum()) < 1e-12
        assert abs(corrected - (weights * values[:t]).sum() / weights.sum()) < 1e-12


def test_newtons_step_ends_in_the_minimum_of_a_bowl() -> None:
    factor = torch.randn(6, 6, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    hessian, minimum = factor @ factor.T + torch.eye(6, dtype=torch.float64), torch.arange(6, dtype=torch.float64)
    w = torch.full((6,), -3.0, dtype=torch.float64)
    assert torch.allclose(REFERENCE.newton_step(w, hessian @ (w - minimum), hessian), minimum, atol=1e-10)


def bfgs_matrix(steps: list[Tensor], grad_changes: list[Tensor]) -> Tensor:
    """The inverse Hessian that BFGS builds from all pairs, from the scale that L-BFGS starts from."""
    eye = torch.eye(len(steps[0]), dtype=torch.float64)
    H = (steps[-1] @ grad_changes[-1]) / (grad_changes[-1] @ grad_changes[-1]) * eye
    for s, y in zip(steps, grad_changes, strict=True):
        V = eye - torch.outer(s, y) / (y @ s)
        H = V @ H @ V.T + torch.outer(s, s) / (y @ s)
    return H


def test_lbfgs_with_all_pairs_is_bfgs_from_the_same_start() -> None:
    steepness = torch.logspace(0, 2, 10, dtype=torch.float64)
    w = torch.ones(10, dtype=torch.float64)
    steps: list[Tensor] = []
    grad_changes: list[Tensor] = []
    heights = []
    for _ in range(24):
        direction = REFERENCE.lbfgs_direction(steepness * w, steps, grad_changes)
        expected = -bfgs_matrix(steps, grad_changes) @ (steepness * w) if steps else -steepness * w
        assert torch.allclose(direction, expected, rtol=1e-6, atol=1e-9)
        step = direction if steps else 0.01 * direction
        w = w + step
        steps, grad_changes = [*steps, step], [*grad_changes, steepness * step]
        heights.append(float(0.5 * (steepness * w * w).sum()))
    # The row "BFGS" that the notebook prints.
    assert [f"{height:.2e}" for height in heights[3::4]] == [
        "3.49e+00",
        "5.46e-01",
        "1.99e-02",
        "1.35e-03",
        "4.50e-05",
        "3.77e-11",
    ]
