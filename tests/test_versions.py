"""What holds of the known right and wrong versions of every graded function."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder.catalog import PARTS
from autograder.checks.reference import load_reference
from solutions import misconceptions, variants
from solutions.misconceptions import Misconception

FUNCTIONS = [function.name for part in PARTS for function in part.functions]
WRONG = [wrong for part in PARTS for wrong in misconceptions.load(part.name, load_reference(part).functions)]
RIGHT = [right for part in PARTS for right in variants.read(Path(variants.__file__).with_name(f"{part.name}.py"))]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_at_least_four_known_mistakes(name: str) -> None:
    assert len({wrong.name for wrong in WRONG if wrong.function == name}) >= 4


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_right_versions_in_several_styles(name: str) -> None:
    styles = [right.style for right in RIGHT if right.function == name]
    assert len(set(styles)) == len(styles) >= 3


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.name)
def test_a_hint_is_one_line_without_a_number_in_it(wrong: Misconception) -> None:
    assert wrong.hint == wrong.hint.strip()
    assert "\n" not in wrong.hint
    assert len(wrong.hint) <= 120
    assert not re.search(r"\d\d|\d\.\d", wrong.hint)
