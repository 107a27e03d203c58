"""What the known wrong and the known right versions of the linear-classifier functions promise."""

from __future__ import annotations

import copy
import random
from functools import cache
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from autograder.audit.variants import Variant
from autograder.checks.expect import plain
from autograder.checks.known import Misconception
from autograder.checks.reference import load_reference
from tests.assignments import LINEAR_CLASSIFIER
from tests.versions import alike, answers, from_source, mistakes_of, of, outcome, same, sharing_hints, variants_of

REFERENCE = load_reference(LINEAR_CLASSIFIER).functions
NAMES = [function.name for function in LINEAR_CLASSIFIER.functions]
LOSSES = [name for name in NAMES if "_loss_" in name]
GRIDS = [name for name in NAMES if name.endswith("search_params")]
WRONG = mistakes_of(LINEAR_CLASSIFIER)
RIGHT = variants_of(LINEAR_CLASSIFIER)


def randn(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def labels(num_classes: int, num: int, seed: int = 0) -> Tensor:
    return torch.randint(num_classes, (num,), generator=torch.Generator().manual_seed(seed))


def seeded() -> None:
    random.seed(1)
    np.random.seed(1)
    torch.manual_seed(1)


def penalty_inputs() -> list[tuple[Any, ...]]:
    with_zeros = randn(3, 4) * torch.tensor([1.0, 0.0, 1.0, 1.0], dtype=torch.float64)
    return [(randn(5, 3), 0.3), (with_zeros, 1.7), (-randn(2, 6).abs(), 0.05), (randn(4, 4, seed=1).float(), 0.2)]


def wave(w: Tensor) -> Tensor:
    return (w**3).sum() + torch.sin(2 * w).sum() * w.flatten()[0]


def numeric_inputs() -> list[tuple[Any, ...]]:
    return [(wave, randn(*shape), *h) for shape in ((4,), (3, 2), (2, 2, 2)) for h in ((), (0.1,), (1e-3,))]


def loss_inputs(large: bool) -> list[tuple[Any, ...]]:
    even = labels(2, 8) * 2
    inputs = [
        (randn(7, 4), randn(5, 7, seed=1), labels(4, 5), 0.1),
        (randn(3, 6), randn(9, 3, seed=1), labels(6, 9), 0.0),
        (randn(4, 5), randn(8, 4, seed=1), even, 0.25),
        (randn(6, 3), randn(1, 6, seed=1), labels(3, 1), 0.4),
    ]
    if large:
        inputs.append((400 * randn(5, 4), randn(6, 5, seed=1), labels(4, 6), 1e-7))
    return [*inputs, (randn(5, 4).float(), randn(7, 5, seed=1).float(), labels(4, 7), 0.1)]


def scenes() -> dict[str, Tensor]:
    sizes = {"train": 40, "val": 30, "test": 20}
    data = {f"X_{split}": randn(n, 5, seed=n).float() for split, n in sizes.items()}
    return data | {f"y_{split}": labels(3, n, seed=n) for split, n in sizes.items()}


INPUTS: dict[str, list[tuple[Any, ...]]] = {
    **dict.fromkeys(("l1_regularization", "l2_regularization"), penalty_inputs()),
    "numeric_gradient": numeric_inputs(),
    **{name: loss_inputs(large=name.startswith("softmax")) for name in LOSSES},
    "predict_linear_classifier": [
        (randn(d, c), randn(n, d, seed=1)) for d, c, n in ((7, 4, 5), (3, 6, 9), (4, 13, 40), (5, 2, 1))
    ],
}


class Watched:
    """A loss function that keeps what it is asked: a bowl around a target."""

    def __init__(self, target: Tensor) -> None:
        self.target = target
        self.asked: list[tuple[Tensor, Tensor, Tensor, float]] = []

    def __call__(self, W: Tensor, X: Tensor, y: Tensor, reg: float) -> tuple[Tensor, Tensor]:
        self.asked.append((W.clone(), X.clone(), y.clone(), reg))
        return ((W - self.target) ** 2).sum() + reg * (W**2).sum() + 1, 2 * (W - self.target) + 2 * reg * W


def search(version: Any) -> tuple[Any, Watched]:
    bowl = Watched(0.1 * randn(4, 3))
    return outcome(lambda: version(bowl, randn(6, 4), labels(3, 6), 3, num_tries=30, scale=0.1, reg=0.5)), bowl


def train(version: Any, W: Tensor | None, num_iters: int) -> tuple[Any, Watched]:
    """Train, on examples of which number 4 has the largest class, with all settings away from their defaults."""
    X, y = randn(25, 8), labels(6, 25)
    y[4] = 5
    bowl = Watched(randn(8, 6, seed=2))
    settings = {"learning_rate": 0.05, "reg": 0.3, "num_iters": num_iters, "batch_size": 10}
    return outcome(lambda: version(bowl, None if W is None else W.clone(), X, y, **settings)), bowl


def one_pair(version: Any, kind: str) -> list[Any]:
    """What comes back, and what the classifier then knows; with the given classes and the reference's training."""
    namespace: dict[str, Any] = {"torch": torch, "Tensor": Tensor, **REFERENCE}
    exec(load_reference(LINEAR_CLASSIFIER).given, namespace)
    classifier = namespace[kind]()
    drawn: list[Tensor] = []

    def train(X_train: Tensor, y_train: Tensor, *args: Any, **kwargs: Any) -> list[float]:
        drawn.append(torch.tensor([len(X_train), *y_train.tolist()]))
        return type(classifier).train(classifier, X_train, y_train, *args, **kwargs)

    classifier.train = train
    given = outcome(lambda: version(classifier, scenes(), 0.2, 0.01, num_iters=9))
    if isinstance(given, tuple | list):
        given = ["the classifier" if item is classifier else item for item in given]
    return [given, classifier.W, drawn]


@cache
def said(function: str, version: Any) -> list[Any]:
    """All that a version answers; for what draws at random, from one seed, also what it asks a loss function."""
    seeded()
    if function == "random_search":
        given, bowl = search(version)
        if isinstance(given, tuple):
            given = [
                torch.tensor([plain(item)]) if isinstance(plain(item), float) else item for item in given
            ]  # it may be infinite
        return [given, bowl.asked]
    if function == "train_linear_classifier":
        runs = [train(version, W, n) for W, n in ((randn(8, 6), 12), (None, 3))]
        starts = [1e6 * bowl.asked[0][0] for _, bowl in runs if bowl.asked]
        return [starts, *([given, bowl.asked] for given, bowl in runs)]
    if function == "sample_batch":
        return [
            batch
            for size in (1, 7, 20, 45)
            for batch in answers(version, [(randn(20, 3), labels(4, 20), 20, size)] * 20)
        ]
    if function == "test_one_param_set":
        return [one_pair(version, kind) for kind in ("LinearSVM", "Softmax")]
    return answers(version, [()] if function in GRIDS else INPUTS[function]) + kept(function, version)


def kept(function: str, version: Any) -> list[Any]:
    """The tensors handed in, as they are after the call."""
    if function in GRIDS:
        return []
    args = copy.deepcopy(INPUTS[function][1])
    outcome(lambda: version(*args))
    return [arg for arg in args if isinstance(arg, Tensor)]


def loaded(right: Variant) -> Any:
    return from_source(right.source, right.function, REFERENCE)


def sensible(grid: Any) -> bool:
    """Two lists (or tensors, arrays) of numbers, rates above zero, strengths not below, with 5 to 25 combinations."""
    if not isinstance(grid, list | tuple) or len(grid) != 2:
        return False
    grid = [values.tolist() if isinstance(values, Tensor | np.ndarray) else values for values in grid]
    if not all(isinstance(values, list | tuple) and all(type(v) in (int, float) for v in values) for values in grid):
        return False
    rates, strengths = map(set, grid)
    return min(rates) > 0 and min(strengths) >= 0 and 5 <= len(rates) * len(strengths) <= 25


def styles_of(*functions: str) -> Any:
    return pytest.mark.parametrize(
        "right", [v for v in RIGHT if v.function in functions], ids=lambda v: f"{v.function}-{v.style}"
    )


@pytest.mark.parametrize("wrong", WRONG, ids=lambda m: m.name)
def test_a_known_mistake_gives_a_wrong_answer(wrong: Misconception) -> None:
    if wrong.function in GRIDS:
        assert not sensible(wrong.version())
    else:
        assert not same(said(wrong.function, wrong.version), said(wrong.function, REFERENCE[wrong.function]), rtol=1e-3)


@pytest.mark.parametrize("name", NAMES)
def test_no_two_mistakes_in_one_function_give_the_same_answers(name: str) -> None:
    assert alike(of(name, WRONG), said, rtol=1e-5) == []


@pytest.mark.parametrize("wrong", WRONG, ids=lambda m: m.name)
def test_a_mistake_handed_in_as_source_answers_like_the_version_itself(wrong: Misconception) -> None:
    handed_in = from_source(wrong.source, wrong.function, REFERENCE)
    assert same(said(wrong.function, handed_in), said(wrong.function, wrong.version), rtol=0)
    assert "misconception" not in wrong.source


@pytest.mark.parametrize("name", NAMES)
def test_no_two_mistakes_in_one_function_share_a_hint(name: str) -> None:
    assert sharing_hints(of(name, WRONG)) == []


@styles_of(*INPUTS)
def test_a_right_version_in_any_style_answers_like_the_reference(right: Variant) -> None:
    version, reference = loaded(right), REFERENCE[right.function]
    for mine, theirs in zip(said(right.function, version), said(right.function, reference), strict=True):
        first = theirs[0] if isinstance(theirs, tuple) else theirs
        assert same(mine, theirs, rtol=1e-5 if first.dtype == torch.float32 else 1e-9)


@styles_of(*INPUTS)
def test_a_right_version_leaves_its_inputs_alone(right: Variant) -> None:
    version = loaded(right)
    before = copy.deepcopy(INPUTS[right.function])
    for args in INPUTS[right.function]:
        version(*args)
    assert same([list(args[-1:0:-1]) for args in INPUTS[right.function]], [list(a[-1:0:-1]) for a in before], rtol=0)


@styles_of("test_one_param_set")
def test_a_right_version_trains_and_measures_like_the_reference(right: Variant) -> None:
    for mine, theirs in zip(
        said(right.function, loaded(right)), said(right.function, REFERENCE["test_one_param_set"]), strict=True
    ):
        assert same([*mine[0]], [*theirs[0]], rtol=1e-6)
        assert same(mine[1:], theirs[1:], rtol=0)


@styles_of("random_search")
def test_a_right_search_returns_the_best_of_its_own_draws(right: Variant) -> None:
    seeded()
    given, bowl = search(loaded(right))
    losses = [float(Watched(bowl.target)(*asked)[0]) for asked in bowl.asked]
    assert len(bowl.asked) == 30
    assert same(list(given), [bowl.asked[losses.index(min(losses))][0], min(losses)], rtol=1e-9)
    draws = torch.stack([W for W, *_ in bowl.asked]) / 0.1
    assert abs(float(draws.mean())) < 0.2 and abs(float(draws.std()) - 1) < 0.2


@styles_of("sample_batch")
def test_a_right_sampler_draws_every_row_with_its_label(right: Variant) -> None:
    seeded()
    version, X, y = loaded(right), torch.arange(6.0)[:, None] + torch.zeros(1, 3), torch.arange(6) + 10
    X_batch, y_batch = version(X, y, 6, 3000)
    assert X_batch.shape == (3000, 3)
    assert torch.equal(X_batch[:, 0].long() + 10, y_batch)
    assert (y_batch.bincount(minlength=16)[10:] - 500).abs().max() < 150


@styles_of("train_linear_classifier")
def test_a_right_training_walks_the_same_path_as_the_reference(right: Variant) -> None:
    (W, losses), bowl = train(loaded(right), randn(8, 6), 12)
    (expected_W, expected_losses), expected = train(REFERENCE["train_linear_classifier"], randn(8, 6), 12)
    assert same([W, losses], [expected_W, expected_losses], rtol=1e-9)
    assert same([asked[0] for asked in bowl.asked], [asked[0] for asked in expected.asked], rtol=1e-9)
    assert all(isinstance(plain(loss), float) for loss in losses)


@styles_of("train_linear_classifier")
def test_a_right_training_without_a_W_starts_small_and_at_random(right: Variant) -> None:
    seeded()
    _, bowl = train(loaded(right), None, 2)
    assert bowl.asked[0][0].shape == (8, 6)
    assert 0.5e-6 < float(bowl.asked[0][0].std()) < 1.6e-6


@styles_of(*GRIDS)
def test_a_right_grid_has_five_to_twenty_five_pairs(right: Variant) -> None:
    assert sensible(loaded(right)())
