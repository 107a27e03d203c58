"""What the known wrong and the known right versions of the optimizers promise."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

import pytest
import torch
from torch import Tensor

from autograder.audit.variants import Variant
from autograder.checks.known import Misconception
from autograder.checks.reference import load_reference
from tests.assignments import OPTIMIZERS
from tests.versions import alike, answers, from_source, mistakes_of, of, outcome, same, sharing_hints, variants_of

REFERENCE = load_reference(OPTIMIZERS).functions
NAMES = [function.name for function in OPTIMIZERS.functions]
STEPPING = ("sgd", "sgd_momentum", "nesterov_momentum", "adagrad", "rmsprop", "adam", "adamw")
WRONG = mistakes_of(OPTIMIZERS)
RIGHT = variants_of(OPTIMIZERS)

# other values than the defaults, so strong that every term shows
STRONG: dict[str, dict[str, float]] = {
    "sgd": {"learning_rate": 0.3},
    "sgd_momentum": {"learning_rate": 0.2, "momentum": 0.6},
    "nesterov_momentum": {"learning_rate": 0.2, "momentum": 0.6},
    "adagrad": {"learning_rate": 0.5, "epsilon": 0.05},
    "rmsprop": {"learning_rate": 0.2, "decay_rate": 0.8, "epsilon": 0.05},
    "adam": {"learning_rate": 0.2, "beta1": 0.7, "beta2": 0.9, "epsilon": 0.05},
    "adamw": {"learning_rate": 0.2, "beta1": 0.7, "epsilon": 0.05, "weight_decay": 0.1, "schedule_multiplier": 0.4},
}


def randn(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def path(optimizer: Any, start: Tensor, gradients: Tensor, config: dict[str, float] | None) -> Any:
    """The points that an optimizer visits; it is handed back its config as it came."""

    def walk() -> list[Tensor]:
        w, state, points = start.clone(), None if config is None else dict(config), []
        for gradient in gradients:
            w, state = optimizer(w, gradient.clone(), state)
            points.append(w.clone())
        return points

    return outcome(walk)


def problems() -> list[tuple[Tensor, Tensor]]:
    """Starts, and the gradients of eight steps: of order one and a hundredth, too small for epsilon, in float32."""
    return [
        (randn(4, 3), randn(8, 4, 3, seed=1) + 0.5),
        (randn(3, seed=2), 0.01 * randn(8, 3, seed=3)),
        (randn(3, seed=6), 1e-7 * randn(8, 3, seed=7)),
        (randn(5, seed=4).float(), randn(8, 5, seed=5).float()),
    ]


def average_inputs() -> list[tuple[Any, ...]]:
    temperatures = torch.linspace(40, 52, 9, dtype=torch.float64) + randn(9)
    values = (temperatures, randn(5, seed=1))
    return [(v, beta, *rest) for v in values for beta in (0.9, 0.3) for rest in ((), (False,), (True,))]


def newton_inputs() -> list[tuple[Any, ...]]:
    found = []
    for n in (2, 5):
        root = randn(n, n, seed=n)
        found.append((randn(n, seed=1), randn(n, seed=2), root @ root.T + torch.eye(n, dtype=torch.float64)))
    return [*found, (randn(2, seed=3), randn(2, seed=4), torch.tensor([[2.0, 0.5], [0.5, -1.0]], dtype=torch.float64))]


def lbfgs_inputs() -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = [(randn(4), [], [])]
    for n, pairs in ((4, 1), (6, 3), (5, 5)):
        root = randn(n, n, seed=n)
        steps = [randn(n, seed=10 * n + i) for i in range(pairs)]
        found.append((randn(n, seed=n + 50), steps, [root @ (root.T @ s) + 0.5 * s for s in steps]))
    return found


def bfgs_inputs() -> list[tuple[Any, ...]]:
    """Estimates of an inverse Hessian, and pairs of another problem's."""
    found = []
    for n in (1, 3, 6):
        root, other = randn(n, n, seed=n), randn(n, n, seed=n + 20)
        s = randn(n, seed=n + 40)
        eye = torch.eye(n, dtype=torch.float64)
        found.append((root @ root.T + eye, s, (other @ other.T + 0.5 * eye) @ s))
    return found


INPUTS = {
    "exponential_moving_average": average_inputs(),
    "newton_step": newton_inputs(),
    "lbfgs_direction": lbfgs_inputs(),
    "bfgs_update": bfgs_inputs(),
}


def left_behind(version: Any, inputs: list[tuple[Any, ...]]) -> list[Tensor]:
    """The tensors handed in, as they are after the calls."""
    for args in inputs:
        outcome(lambda args=args: version(*args))
    return [arg for args in inputs for arg in args if isinstance(arg, Tensor)]


@cache
def said(function: str, version: Any) -> list[Any]:
    """All that a version answers: the paths of an update rule; another function's values, and what it leaves behind."""
    if function not in STEPPING:
        inputs = copy.deepcopy(INPUTS[function])
        return [*answers(version, inputs), *left_behind(version, inputs)]
    return [
        path(version, start, gradients, config)
        for config in (None, {}, STRONG[function])
        for start, gradients in problems()
    ]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda m: m.name)
def test_a_known_mistake_gives_a_wrong_answer(wrong: Misconception) -> None:
    assert not same(said(wrong.function, wrong.version), said(wrong.function, REFERENCE[wrong.function]), rtol=1e-3)


@pytest.mark.parametrize("name", NAMES)
def test_no_two_mistakes_in_one_function_give_the_same_answers(name: str) -> None:
    assert alike(of(name, WRONG), said, rtol=1e-3) == []


@pytest.mark.parametrize("wrong", WRONG, ids=lambda m: m.name)
def test_a_mistake_handed_in_as_source_answers_like_the_version_itself(wrong: Misconception) -> None:
    handed_in = from_source(wrong.source, wrong.function, REFERENCE)
    assert same(said(wrong.function, handed_in), said(wrong.function, wrong.version), rtol=0)
    assert "misconception" not in wrong.source


@pytest.mark.parametrize("name", NAMES)
def test_no_two_mistakes_in_one_function_share_a_hint(name: str) -> None:
    assert sharing_hints(of(name, WRONG)) == []


@pytest.mark.parametrize("right", RIGHT, ids=lambda v: f"{v.function}-{v.style}")
def test_a_right_version_in_any_style_answers_like_the_reference(right: Variant) -> None:
    version = from_source(right.source, right.function, REFERENCE)
    given, expected = said(right.function, version), said(right.function, REFERENCE[right.function])
    for mine, theirs in zip(given, expected, strict=True):
        single = isinstance(theirs, list) and theirs[0].dtype == torch.float32
        assert same(mine, theirs, rtol=1e-5 if single else 1e-9)


@pytest.mark.parametrize("right", [v for v in RIGHT if v.function in INPUTS], ids=lambda v: f"{v.function}-{v.style}")
def test_a_right_version_leaves_its_inputs_alone(right: Variant) -> None:
    version = from_source(right.source, right.function, REFERENCE)
    before = copy.deepcopy(INPUTS[right.function])
    for args in INPUTS[right.function]:
        version(*args)
    assert same(INPUTS[right.function], before, rtol=0)
