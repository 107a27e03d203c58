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


def test_hints_can_be_turned_off(warm: Warm) -> None:
    assert hints(warm, "off", "sgd", TRIPLED) == {""}
