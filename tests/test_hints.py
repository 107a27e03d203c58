"""A wrong answer is named in real code too, by the weight of the evidence and by what it is made of."""

from __future__ import annotations

import pytest
import torch

from autograder.audit.subjects import with_functions
from autograder.catalog import Part
from autograder.checks import hints
from autograder.checks.hints import known, together
from autograder.checks.known import Misconception
from autograder.checks.pairs import TWO, one_by_one
from autograder.checks.reference import load_reference
from autograder.checks.relation import made_of
from autograder.grading import Settings, grade_submission
from autograder.results import Outcome
from autograder.worker.warm import Warm
from tests.assignments import KNN, LINEAR_CLASSIFIER, OPTIMIZERS, PROJECT1
from tests.versions import outcome, same

ADAPTIVE = """
import torch
def {name}(w, dw, config=None):
    config = dict(config or {{}})
    for key, value in {defaults}.items():
        config.setdefault(key, value)
    {body}
"""
RMSPROP = """c = config.get("cache", torch.zeros_like(w))
    c = config["decay_rate"] * c + (1 - config["decay_rate"]) * dw ** 2
    config["cache"] = c
    return w - config["learning_rate"] * dw / {divisor}, config"""
ADAM = """b1, b2 = config["beta1"], config["beta2"]
    config["t"] = config.get("t", 0) + 1
    config["m"] = b1 * config.get("m", 0) + (1 - b1) * dw
    config["v"] = b2 * config.get("v", 0) + (1 - b2) * dw ** 2
    m, v = config["m"] / (1 - b1 ** config["t"]), config["v"] / (1 - b2 ** config["t"])
    return w - config["learning_rate"] * m / {divisor}, config"""
RMSPROP_DEFAULTS = {"learning_rate": 1e-2, "decay_rate": 0.99}
ADAM_DEFAULTS = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999}

ROOT_OF_A_PRODUCT = """
import torch
def compute_distances_no_loops(x_train, x_test):
    a, b = x_train.flatten(1), x_test.flatten(1)
    return ((a * a).sum(1)[:, None] + (b * b).sum(1) - 2 * a @ b.T - 1e-12).sqrt()
"""
PERCENT_AND_ROUNDED = """
def test_one_param_set(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, reg=reg, num_iters=num_iters)
    right = lambda split: (cls.predict(data_dict["X_" + split]) == data_dict["y_" + split]).float().mean().item() * 100
    return cls, right("train"), right("val")
"""

CASES: dict[str, tuple[Part, str, str, str]] = {
    "a root of a product that is nan where points coincide": (
        *(KNN, "compute_distances_no_loops", ROOT_OF_A_PRODUCT),
        "square roots",
    ),
    "rmsprop with another epsilon by default": (
        *(OPTIMIZERS, "rmsprop"),
        ADAPTIVE.format(
            name="rmsprop",
            defaults={**RMSPROP_DEFAULTS, "epsilon": 1e-8},
            body=RMSPROP.format(divisor='(c.sqrt() + config["epsilon"])'),
        ),
        "epsilon = 1e-08",
    ),
    "rmsprop with epsilon inside the root": (
        *(OPTIMIZERS, "rmsprop"),
        ADAPTIVE.format(
            name="rmsprop",
            defaults={**RMSPROP_DEFAULTS, "epsilon": 1e-7},
            body=RMSPROP.format(divisor='(c + config["epsilon"]).sqrt()'),
        ),
        "epsilon stands inside the square root",
    ),
    "adam with another epsilon by default": (
        *(OPTIMIZERS, "adam"),
        ADAPTIVE.format(
            name="adam",
            defaults={**ADAM_DEFAULTS, "epsilon": 1e-8},
            body=ADAM.format(divisor='(v.sqrt() + config["epsilon"])'),
        ),
        "epsilon = 1e-08",
    ),
    "adam with epsilon inside the root": (
        *(OPTIMIZERS, "adam"),
        ADAPTIVE.format(
            name="adam",
            defaults={**ADAM_DEFAULTS, "epsilon": 1e-7},
            body=ADAM.format(divisor='(v + config["epsilon"]).sqrt()'),
        ),
        "epsilon stands inside the square root",
    ),
    "percent where fractions are asked": (
        *(LINEAR_CLASSIFIER, "test_one_param_set", PERCENT_AND_ROUNDED),
        "percent",
    ),
}


def lost(warm: Warm, part: Part, function: str, source: str) -> list[Outcome]:
    settings = Settings(PROJECT1, parts=(part,), functions=frozenset({function}))
    report = grade_submission(with_functions(part, {function: source}), warm, settings)
    return [outcome for outcome in report.outcomes if outcome.points < outcome.max_points]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_mistake_in_real_code_is_named(warm: Warm, case: str) -> None:
    part, function, source, said = CASES[case]
    outcomes = lost(warm, part, function, source)
    assert outcomes
    named = [outcome.hint for outcome in outcomes if outcome.hint]
    assert named and all(said in hint for hint in named), named


def test_a_mixture_of_dtypes_is_told_which_tensor_is_float32_and_what_to_do(warm: Warm) -> None:
    source = """
import torch
def svm_loss_vectorized(W, X, y, reg):
    scores = X @ W
    margins = (scores - scores[torch.arange(len(y)), y, None] + 1).clamp(min=0)
    mask = torch.zeros(scores.shape)
    mask[margins > 0] = 1
    return margins.sum() / len(y) - 1 + reg * (W * W).sum(), X.T @ mask / len(y) + 2 * reg * W
"""
    outcomes = lost(warm, LINEAR_CLASSIFIER, "svm_loss_vectorized", source)
    message = outcomes[0].message
    assert "mask (5, 4) float32" in message and "X (5, 7) float64" in message
    assert "mask is float32" in message and "give dtype=W.dtype" in message


def test_a_float32_tensor_in_a_line_that_failed_for_another_reason_is_not_blamed(warm: Warm) -> None:
    source = """
import torch
def predict_linear_classifier(W, X):
    y_pred = torch.zeros(X.shape[0])
    for i in range(X.shape[0]):
        y_pred[i] = (X[i] @ W)[:, :10].argmax()
    return y_pred
"""
    message = lost(warm, LINEAR_CLASSIFIER, "predict_linear_classifier", source)[0].message
    assert "too many indices" in message and "y_pred (" in message
    assert "float32" not in message


LOSS = """
import torch
def softmax_loss_vectorized(W, X, y, reg):
    N, C = len(y), W.shape[1]
    scores = X @ W
    p = torch.softmax(scores, dim=1)
    data = (torch.logsumexp(scores, dim=1) - scores[torch.arange(N), y]).mean()
    penalty, slope = reg * (W * W).sum(), 2 * reg * W
    p[torch.arange(N), y] -= 1
    dW = X.T @ p / N
    {change}
"""
MADE_OF = {
    "return data + 0.16 * penalty, dW + slope": "your loss is the data loss + 0.16 times the regularization.",
    "return data + penalty, dW + slope / 4": "your dW is the data gradient + 0.25 times that of reg.",
    "return data * N + 3 * penalty, dW + slope": (
        "your loss is the data loss summed over the N examples + 3 times the regularization."
    ),
    "return data + penalty, dW / C + slope": "your dW is the data gradient divided by C + that of reg.",
    "return data + penalty, 3 * slope": "your dW is 3 times that of reg, without the data gradient.",
    "return 2 * data - penalty, dW + slope": "your loss is 2 times the data loss - the regularization.",
    "return data - (torch.logsumexp(scores[-1], 0) - scores[-1, y[-1]]) / N * (N > 1) + 3 * penalty, dW + slope": (
        "your loss is the first example's share + the others' + 3 times the regularization, without the last example's."
    ),
    "dW[:, 0] /= 2; return data + penalty, dW + slope / 2": (
        "your dW is 0.5 times the first class's share + the last class's + the others' + 0.5 times that of reg."
    ),
    "p[torch.arange(N), y] *= 3; return data + penalty, X.T @ p / N + slope / 2": (
        "your dW is 3 times the true classes' share of the data gradient + the other classes' share + 0.5 times that "
        "of reg."
    ),
}


@pytest.mark.parametrize("change", MADE_OF, ids=str)
def test_a_loss_that_is_a_relation_of_its_terms_is_named(warm: Warm, change: str) -> None:
    outcomes = lost(warm, LINEAR_CLASSIFIER, "softmax_loss_vectorized", LOSS.format(change=change))
    assert MADE_OF[change] in [outcome.hint for outcome in outcomes]


def test_nothing_is_said_of_what_no_relation_explains() -> None:
    data = [torch.tensor([1.0, 2.0], dtype=torch.float64), torch.tensor([3.0, -1.0], dtype=torch.float64)]
    terms = [{"a": data, "b": [torch.tensor([0.5, 4.0]), torch.tensor([1.5, 2.5])]}]
    assert made_of("it", [torch.tensor([9.0, 1.0]), torch.tensor([2.0, 7.0])], terms) == ""
    assert made_of("it", [None, data[1]], terms) == ""
    assert made_of("it", data, terms) == "it is a, without b."
    assert made_of("it", [a + b for a, b in zip(*terms[0].values(), strict=True)], terms) == ""


def test_training_by_the_function_on_the_classifiers_own_loss_is_right(warm: Warm) -> None:
    source = """
import torch


def test_one_param_set(cls, data_dict, lr, reg, num_iters=2000):
    X, y = data_dict["X_train"], data_dict["y_train"]
    cls.W, _ = train_linear_classifier(cls.loss, None, X, y, learning_rate=lr, reg=reg, num_iters=num_iters)
    scores = [(predict_linear_classifier(cls.W, data_dict[f"X_{s}"]), data_dict[f"y_{s}"]) for s in ("train", "val")]
    accuracies = [float((y_pred == y).sum()) / len(y) for y_pred, y in scores]
    return cls, accuracies[0], accuracies[1]
"""
    assert lost(warm, LINEAR_CLASSIFIER, "test_one_param_set", source) == []


def at_once(one: Misconception, other: Misconception) -> str:
    """A loss that makes the one mistake in its loss and the other in its gradient."""
    first, second = (m.source.replace(f"def {m.function}", f"def {name}") for m, name in ((one, "a_"), (other, "b_")))
    return f"""
import torch
{first}
{second}
def {one.function}(W, X, y, reg):
    return a_(W, X, y, reg)[0], b_(W, X, y, reg)[1]
"""


def test_two_mistakes_at_once_are_named_as_two_and_no_other_is_named(warm: Warm) -> None:
    function, rng = "svm_loss_vectorized", torch.Generator().manual_seed(1)
    W, X = (torch.randn(*shape, generator=rng, dtype=torch.float64) for shape in ((4, 3), (5, 4)))
    problem = (W, X, torch.tensor([0, 2, 1, 1, 0]), 0.3)
    right = load_reference(LINEAR_CLASSIFIER).functions[function](*problem)
    answers = {m: outcome(lambda m=m: m.version(*problem)) for m in known(LINEAR_CLASSIFIER)[function]}

    def differs(part: int) -> list[Misconception]:
        """Mistakes in one part of the answer alone."""
        own = {m: a for m, a in answers.items() if isinstance(a, tuple) and isinstance(a[0], torch.Tensor)}
        return [
            m
            for m, a in own.items()
            if not same(a[part], right[part], 1e-9) and same(a[1 - part], right[1 - part], 1e-9)
        ]

    pairs = [(one, other) for one in differs(0) for other in differs(1)]
    assert len(pairs) >= 8
    named = 0
    for one, other in pairs:
        made = answers[one][0], answers[other][1]
        possible = {m.hint for m, a in answers.items() if any(same(a[i], made[i], 1e-9) for i in (0, 1))}
        given = [o.hint for o in lost(warm, LINEAR_CLASSIFIER, function, at_once(one, other))]
        told = [set(one_by_one(hint)) for hint in given if hint.startswith(TWO)]
        assert all(two <= possible for two in told), (one.name, other.name, told)
        named += any(told) or any(hint in possible for hint in given)
    assert named >= 0.8 * len(pairs), (named, len(pairs))


def test_a_version_with_two_known_mistakes_is_told_both_and_never_others(warm: Warm) -> None:
    told = []
    for name in ("sgd", "exponential_moving_average"):
        pairs = together(OPTIMIZERS, name)
        assert len(pairs) >= 8
        for pair in pairs:
            given = {o.hint for o in lost(warm, OPTIMIZERS, name, pair.source) if o.hint}
            wrong = {hint for found in given for hint in one_by_one(found)} - {pair.one.hint, pair.other.hint}
            assert not wrong, (pair.one.name, pair.other.name, wrong)
            told.append(pair.hint in given)
    assert sum(told) >= 0.8 * len(told), told


def test_a_known_mistake_alone_is_never_told_as_two(warm: Warm) -> None:
    for mistake in known(OPTIMIZERS)["sgd"]:
        assert not any(o.hint.startswith(TWO) for o in lost(warm, OPTIMIZERS, "sgd", mistake.source)), mistake.name


def test_of_more_pairs_than_are_asked_the_likeliest_are_asked(warm: Warm) -> None:
    pairs = together(LINEAR_CLASSIFIER, "svm_loss_vectorized")
    assert len(pairs) > 4 * hints.PAIRS
    last = pairs[-5:]  # which would not be reached in the order in which they stand
    told = [
        pair.hint in {o.hint for o in lost(warm, LINEAR_CLASSIFIER, pair.one.function, pair.source)} for pair in last
    ]
    assert sum(told) >= 4, told


def test_without_time_for_pairs_none_is_asked(warm: Warm, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = together(OPTIMIZERS, "sgd")[0]
    monkeypatch.setattr(hints, "PAIR_SECONDS", -1.0)
    assert pair.hint not in {o.hint for o in lost(warm, OPTIMIZERS, "sgd", pair.source)}
