"""What holds of the known right and wrong versions of every graded function, and what their readers promise."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder.audit import command, variants
from autograder.audit.strays import strays
from autograder.checks import known
from autograder.checks.known import Misconception
from autograder.errors import UsageError
from tests.assignments import ALL, PROJECT1
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


def test_every_known_version_and_excuse_is_of_a_graded_function() -> None:
    for assignment in ALL:
        assert strays(assignment.folder, [function.name for function in assignment.functions]) == ()


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
    assert not re.search(r"\d\d|\d\.\d", re.sub(r"\b(float|int)\d+", "", wrong.hint))


# ---- the readers


MISTAKES = """
import torch
from autograder.checks.known import misconception

BASE = 2

def shifted(x):
    return x + BASE

@misconception("double", hint="your result is shifted: is x multiplied?")
def double_shifted(x):
    return shifted(x)

@misconception("Net", hint="your net is that of an earlier part")
class NetAsBefore(Before):  # a name that only its own part knows
    pass

@misconception("double", hint="your result is halved: is x multiplied?")
def double_halved(x):
    return half(x)
"""


def double(x: float) -> float:
    return 2 * x


def half(x: float) -> float:
    return x / 2


def test_a_part_gets_the_mistakes_in_its_own_functions_in_the_order_of_the_files(tmp_path: Path) -> None:
    (tmp_path / "b.py").write_text(MISTAKES)
    (tmp_path / "a.py").write_text(MISTAKES.replace("double_", "first_"))
    found = known.load(tmp_path, {"double": double, "half": half})
    assert [m.name for m in found] == ["first_shifted", "first_halved", "double_shifted", "double_halved"]
    assert {m.function for m in found} == {"double"}
    assert [m.version(8) for m in found] == [10, 4, 10, 4]
    assert found[1].hint == "your result is halved: is x multiplied?"
    assert found[1].source == "def double(x):\n    return half(x)\n"


def test_two_mistakes_of_a_part_with_one_name_are_refused_and_of_two_parts_are_not(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(MISTAKES)
    (tmp_path / "b.py").write_text(MISTAKES)
    with pytest.raises(ValueError, match=r"b\.py has a second wrong version called double_shifted"):
        known.load(tmp_path, {"double": double})
    (tmp_path / "b.py").write_text(MISTAKES.replace('"double"', '"triple"'))
    assert len(known.load(tmp_path, {"double": double})) == len(known.load(tmp_path, {"triple": double})) == 2
    (tmp_path / "b.py").write_text(MISTAKES.replace("double_halved", "double_shifted"))
    (tmp_path / "a.py").unlink()
    with pytest.raises(ValueError, match="a second wrong version called double_shifted"):
        known.load(tmp_path, {"double": double})


def test_a_mistake_that_does_not_say_of_what_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(MISTAKES.replace('"double"', "DOUBLE"))
    with pytest.raises(ValueError, match=r"a\.py, line 10: begin with a name"):
        known.load(tmp_path, {"double": double})


def test_a_variant_whose_cell_names_no_function_is_refused(tmp_path: Path) -> None:
    (tmp_path / "knn.py").write_text("# %% no function here\nx = 1\n")
    with pytest.raises(ValueError, match="no function here"):
        variants.read(tmp_path)


def test_what_is_known_of_no_graded_function_is_named_and_stops_the_audit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("mistakes", "variants"):
        (tmp_path / "known" / folder).mkdir(parents=True)
    (tmp_path / "known" / "mistakes" / "net.py").write_text(MISTAKES)
    (tmp_path / "known" / "variants" / "net.py").write_text("# %% net: short\nnet = 1\n\n# %% double: long\n")
    (tmp_path / "known" / "equivalent.py").write_text('EXCUSED = {("doubel", "- 1\\n+ 2"): "as right"}\n')
    lost = strays(tmp_path, ["double"])
    assert [line.partition("known/")[2] for line in lost] == [
        "mistakes/net.py is of Net, which is graded nowhere",
        "variants/net.py is of net, which is graded nowhere",
        "equivalent.py is of doubel, which is graded nowhere",
    ]
    assert strays(tmp_path, ["double", "Net", "net", "doubel"]) == ()
    assert strays(tmp_path / "nothing", ["double"]) == ()
    monkeypatch.setattr(command, "strays", lambda *_: lost)
    with pytest.raises(UsageError, match="of Net, which is graded nowhere; "):
        command.audit(PROJECT1)
