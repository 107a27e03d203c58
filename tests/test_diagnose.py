"""A wrong answer is told the general shape of its error, and nothing where there is none."""

from __future__ import annotations

import re

import pytest
import torch
from torch import Tensor

from autograder.audit.subjects import with_functions
from autograder.checks import expect
from autograder.checks.diagnose import shape_of_error
from autograder.checks.expect import CheckFailed
from autograder.grading import Settings, grade_submission
from autograder.worker.warm import Warm
from tests.assignments import OPTIMIZERS, PROJECT1

ALLOWED = 1e-6


def randn(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


RIGHT = randn(5, 4)
SQUARE = randn(4, 4, seed=1)
VECTOR = randn(6, seed=2)
LOSS = torch.tensor(2.3025, dtype=torch.float64)

SHAPES: list[tuple[str, Tensor, Tensor, str]] = [
    ("twice", 2 * RIGHT, RIGHT, "2 times what is expected"),
    ("half", RIGHT / 2, RIGHT, "1/2 of what is expected"),
    ("a sum for a mean", 5 * RIGHT, RIGHT, "5 times what is expected"),
    ("divided by N twice", VECTOR / 50, VECTOR, "1/50 of what is expected"),
    ("a scalar twice", 2 * LOSS, LOSS, "it is 2 times what is expected"),
    ("minus a half", -RIGHT / 2, RIGHT, "1/2 of the negative of what is expected"),
    ("some factor", 1.37 * RIGHT, RIGHT, "one and the same factor"),
    ("sign", -RIGHT, RIGHT, "the negative of what is expected"),
    ("sign of a scalar", -LOSS, LOSS, "the negative of what is expected"),
    ("offset", RIGHT + 0.25, RIGHT, "one and the same amount"),
    ("transpose", SQUARE.T, SQUARE, "the transpose"),
    ("shifted on", torch.cat([VECTOR[:1] * 0, VECTOR[:-1]]), VECTOR, "along axis 0 every entry stands one place off"),
    ("shifted back", torch.cat([VECTOR[1:], VECTOR[:1]]), VECTOR, "along axis 0 every entry stands one place off"),
    ("columns shifted", RIGHT.roll(1, 1), RIGHT, "along axis 1 every entry stands one place off"),
    ("rows in another order", RIGHT[[3, 0, 4, 2, 1]], RIGHT, "the rows are right"),
    ("columns in another order", RIGHT[:, [2, 0, 3, 1]], RIGHT, "the columns are right"),
    ("entries sorted", VECTOR.sort().values, VECTOR, "the values are right, but in other places"),
]


@pytest.mark.parametrize(("got", "expected", "said"), [case[1:] for case in SHAPES], ids=[case[0] for case in SHAPES])
def test_a_general_shape_of_error_is_named(got: Tensor, expected: Tensor, said: str) -> None:
    assert said in shape_of_error(got.contiguous(), expected, ALLOWED)


@pytest.mark.parametrize(("got", "expected"), [case[1:3] for case in SHAPES], ids=[case[0] for case in SHAPES])
def test_a_diagnosis_is_one_line_and_shows_no_expected_value(got: Tensor, expected: Tensor) -> None:
    said = shape_of_error(got.contiguous(), expected, ALLOWED)
    assert "\n" not in said
    assert not re.search(r"\d\.\d", said)


@pytest.mark.parametrize("seed", range(40))
def test_an_answer_related_to_the_right_one_by_nothing_simple_gets_no_diagnosis(seed: int) -> None:
    for shape in ((5, 4), (4, 4), (6,), (3,), ()):
        expected, noise = randn(*shape, seed=seed), randn(*shape, seed=seed + 1000)
        for got in (noise, expected + 0.3 * noise, expected * (1 + 0.1 * noise), expected**2):
            assert shape_of_error(got, expected, ALLOWED) == ""


def test_an_expected_zero_is_no_factor() -> None:
    assert shape_of_error(RIGHT, torch.zeros_like(RIGHT), ALLOWED) == ""
    assert shape_of_error(torch.zeros_like(RIGHT), RIGHT, ALLOWED) == ""


def diagnosis_of(got: Tensor, expected: Tensor) -> str:
    with pytest.raises(CheckFailed) as caught:
        expect.close("dW", got, expected)
    return caught.value.diagnosis


def test_right_in_float64_but_not_in_float32_is_said_only_once_float64_agreed_in_the_same_check() -> None:
    single = RIGHT.float()
    rounded = single + 2e-3 * randn(5, 4, seed=9).float()
    expect.begin()
    assert diagnosis_of(rounded, single) == ""
    expect.close("dW", RIGHT.clone(), RIGHT)
    assert "right in float64" in diagnosis_of(rounded, single)
    assert "right in float64" not in diagnosis_of(single + 3 * randn(5, 4, seed=9).float(), single)
    expect.begin()
    assert diagnosis_of(rounded, single) == ""


def test_an_answer_of_the_transposes_shape_is_told_whether_its_values_are_right() -> None:
    assert "rows and columns swapped" in diagnosis_of(RIGHT.T.contiguous(), RIGHT)
    assert diagnosis_of(randn(4, 5, seed=8), RIGHT) == ""


def test_a_percentage_for_a_fraction_is_a_factor_too() -> None:
    with pytest.raises(CheckFailed) as caught:
        expect.number("the accuracy", 0.625, 62.5)
    assert "1/100 of what is expected" in caught.value.diagnosis


def test_the_same_amount_of_few_entries_is_chance() -> None:
    assert shape_of_error(VECTOR[:3] + 0.25, VECTOR[:3], ALLOWED) == ""


def test_a_dtype_that_was_changed_is_not_called_right() -> None:
    with pytest.raises(CheckFailed) as caught:
        expect.close("dists", RIGHT.float() + 1, RIGHT, any_dtype=True)
    assert "has the right shape (5, 4), but is off" in str(caught.value)
    with pytest.raises(CheckFailed, match=r"right shape .* and dtype, but is off"):
        expect.close("dists", RIGHT + 1, RIGHT, any_dtype=True)


def test_a_number_that_is_cut_says_so() -> None:
    assert expect.describe(10**76) == f"the int 1{'0' * 71}..."
    assert expect.describe(10**20) == f"the int 1{'0' * 20}"


# ---- in a report

TRIPLED = """def sgd(w, dw, config=None):
    config = {"learning_rate": 1e-2, **(config or {})}
    return -(w - config["learning_rate"] * dw) / 7, config
"""


def hints(warm: Warm, setting: str, function: str, source: str) -> set[str]:
    settings = Settings(PROJECT1, parts=(OPTIMIZERS,), functions=frozenset({function}), hints=setting)  # type: ignore[arg-type]
    report = grade_submission(with_functions(OPTIMIZERS, {function: source}), warm, settings)
    assert report.score == 0
    return {outcome.hint for outcome in report.outcomes}


def test_a_diagnosis_stands_in_the_report_where_no_known_mistake_fits(warm: Warm) -> None:
    assert {hint.partition(":")[0] for hint in hints(warm, "on", "sgd", TRIPLED)} == {
        "every entry is 1/7 of the negative of what is expected"
    }


ADAPTIVE = """
import torch
def {name}(w, dw, config=None):
    config = {{**{defaults}, **(config or {{}})}}
    {body}
"""
RMSPROP_SWAPPED = ADAPTIVE.format(
    name="rmsprop",
    defaults={"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-7},
    body="""d = config["decay_rate"]
    config["cache"] = (1 - d) * config.get("cache", torch.zeros_like(w)) + d * dw**2
    return w - config["learning_rate"] * dw / config["cache"].sqrt() + config["epsilon"], config""",
)
ADAMW_UNCORRECTED = ADAPTIVE.format(
    name="adamw",
    defaults={
        **{"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7},
        **{"weight_decay": 0.01, "schedule_multiplier": 1.0},
    },
    body="""b1, b2 = config["beta1"], config["beta2"]
    config["t"] = config.get("t", 0) + 1
    config["m"] = b1 * config.get("m", 0) + (1 - b1) * dw
    config["v"] = b2 * config.get("v", 0) + (1 - b2) * dw**2
    step = config["learning_rate"] * config["m"] / (1 - b1 ** config["t"]) / (config["v"].sqrt() + config["epsilon"])
    return w - config["schedule_multiplier"] * (step + config["learning_rate"] * config["weight_decay"] * w), config""",
)
ADDS_ONE = """def sgd(w, dw, config=None):
    config = {"learning_rate": 1e-2, **(config or {})}
    return w - config["learning_rate"] * dw + 1, config
"""


def test_an_amount_that_is_alike_because_the_gradients_are_is_no_constant(warm: Warm) -> None:
    for name, source in (("rmsprop", RMSPROP_SWAPPED), ("adamw", ADAMW_UNCORRECTED)):
        assert not any("same amount" in hint for hint in hints(warm, "on", name, source)), name
    assert all("same amount" in hint for hint in hints(warm, "on", "sgd", ADDS_ONE))


DECAYS = ADAPTIVE.format(
    name="adagrad",
    defaults={"learning_rate": 1e-2, "epsilon": 1e-7},
    body="""config["cache"] = 0.9 * config.get("cache", torch.zeros_like(w)) + dw**2
    return w - config["learning_rate"] * dw / (config["cache"].sqrt() + config["epsilon"]), config""",
)


def test_steps_that_are_right_are_counted_and_nothing_is_said_of_what_is_kept(warm: Warm) -> None:
    settings = Settings(PROJECT1, parts=(OPTIMIZERS,), functions=frozenset({"adagrad"}))
    report = grade_submission(with_functions(OPTIMIZERS, {"adagrad": DECAYS}), warm, settings)
    (first, *_) = [outcome.message for outcome in report.outcomes]
    assert "Step 1 is right, step 2 is not: is it what config holds by then, or " in first


def test_hints_can_be_turned_off(warm: Warm) -> None:
    assert hints(warm, "off", "sgd", TRIPLED) == {""}
