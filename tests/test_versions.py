"""What holds of the known right and wrong versions of every graded function."""

from __future__ import annotations

import re

import pytest

from autograder.checks.known import Misconception
from tests.assignments import ALL
from tests.versions import mistakes_of, variants_of

PARTS = [part for assignment in ALL for part in assignment.parts]
FUNCTIONS = [function.name for part in PARTS for function in part.functions]
WRONG = [wrong for part in PARTS for wrong in mistakes_of(part)]
RIGHT = [right for part in PARTS for right in variants_of(part)]


def test_no_file_of_known_versions_is_longer_than_a_hall() -> None:
    lengths = {
        path: len(path.read_text(encoding="utf-8").splitlines())
        for assignment in ALL
        for path in (assignment.folder / "known").rglob("*.py")
    }
    assert {path: length for path, length in lengths.items() if length > 600} == {}


def test_every_known_version_is_of_a_graded_function() -> None:
    for assignment in ALL:
        graded = {function.name for function in assignment.functions}
        marked = re.compile(r'^@misconception\(\s*"(\w+)"|^# %% (\w+):', re.MULTILINE)
        for path in (assignment.folder / "known").rglob("*.py"):
            named = {a or b for a, b in marked.findall(path.read_text(encoding="utf-8"))}
            assert named <= graded, f"{path} is of {named - graded}"


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
