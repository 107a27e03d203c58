"""The red team, in part: `make redteam` runs all of it, as root and as an ordinary user."""

from __future__ import annotations

import ast
import os
import re
import sys
from pathlib import Path

import pytest

from autograder.grading import Settings, grade_submission
from autograder.submission.load import load
from autograder.worker.student import Student
from tests.assignments import KNN, PROJECT1

REDTEAM = Path(__file__).parent / "redteam"
sys.path.insert(0, str(REDTEAM))

import hostile  # noqa: E402
from attack import GROUPS, from_functions  # noqa: E402
from run import Skipped, run  # noqa: E402

EACH = 9  # every ninth attack is run here
ATTACKS = [*from_functions({}), *hostile.attacks("/nowhere")]
SOME = [attack.name for attack in ATTACKS[::EACH]]
ONE_OF_EACH_LAYER = ["a_solution_by_its_path", "the_graders_priority", "a_fork_bomb", "udp", "a_memory_bomb", "tcp"]
ME = "root" if os.geteuid() == 0 else "ordinary"


def run_or_skip(*arguments, **options):
    try:
        return run(*arguments, **options)
    except Skipped as reason:
        pytest.skip(str(reason))


def test_there_are_at_least_eighty_attacks_each_with_a_name_and_a_title_of_its_own():
    assert len(ATTACKS) >= 80
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)
    assert len({attack.title for attack in ATTACKS}) == len(ATTACKS)


def test_every_function_of_the_red_team_is_an_attack():
    defined = [
        node.name
        for group in GROUPS
        for node in ast.parse((REDTEAM / "attacks" / f"{group}.py").read_text()).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]
    assert sorted(defined) == sorted(attack.name for attack in from_functions({}))


class Unrenewed(Student):
    """Asks small questions of the process that the checks asked."""

    def renew(self):
        """Keep the process."""


@pytest.mark.parametrize("name", ["a_memory_of_the_checks", "a_memory_in_the_library"])
def test_what_a_process_remembers_of_the_checks_is_told_only_without_a_new_process(warm, tmp_path, name):
    (attack,) = (attack for attack in ATTACKS if attack.name == name)
    for path, content in attack.files.items():
        (tmp_path / path).write_text(content)
    settings = Settings(PROJECT1, parts=(KNN,), functions=frozenset({attack.function}))
    submission = load(tmp_path, PROJECT1.parts)
    told = {
        kind: "\n".join(o.example for o in grade_submission(submission, warm, settings, student_type=kind).outcomes)
        for kind in (Unrenewed, Student)
    }
    assert "Won" in told[Unrenewed] and "90" in told[Unrenewed], "a number of a check's question"
    assert "Won" not in told[Student] and "smallest question" in told[Student]


@pytest.mark.deep
@pytest.mark.parametrize("user", ["root", "ordinary"])
def test_no_attack_of_these_gets_anything(user):
    done = run_or_skip(user, "stopped", SOME)
    assert [found["name"] for found in done.findings] == SOME
    assert [(found["name"], found["stopped_by"], found["problems"]) for found in done.lost] == []
    assert (done.uid == 0) == (user == "root")


@pytest.mark.deep
def test_without_the_layers_that_stop_them_they_win():
    done = run_or_skip(ME, "biting", ONE_OF_EACH_LAYER)
    assert sorted(found["name"] for found in done.findings if found["won"]) == sorted(ONE_OF_EACH_LAYER)


@pytest.mark.deep
def test_an_ordinary_user_without_landlock_is_confined_by_seccomp_alone():
    """It lets no file be opened at all, so no user namespace has to hide the files."""
    reading = [attack.name for attack in ATTACKS if attack.layers >= {"seccomp", "landlock"}]
    done = run_or_skip("ordinary", "stopped", reading, without=["landlock"])
    assert len(done.findings) == len(reading) > 20
    assert "Landlock" not in done.confinement
    assert done.lost == []


def test_every_file_of_the_grader_that_an_attack_names_is_there():
    source = "".join(path.read_text() for path in (REDTEAM / "attacks").glob("*.py"))
    named = set(re.findall(r"\{TREE\}/([\w./]+\.py)", source))
    assert len(named) >= 2
    assert [name for name in named if not (REDTEAM.parents[1] / name).is_file()] == []
