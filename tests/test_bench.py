"""`make bench`: what it measures is what it says, and a figure over its bound is not passed over."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from autograder.__main__ import FIGURES, main
from autograder.assignment import ROOT, rivals
from autograder.bench.figure import Figure, table
from autograder.bench.measure import in_turns
from autograder.checks.reference import load_reference
from solutions.project1 import bench as rivals_of_project1
from tests.assignments import PROJECT1


def test_each_kind_of_figure_is_a_module_and_one_can_be_measured_alone(capsys: pytest.CaptureFixture[str]) -> None:
    modules = {path.stem for path in (ROOT / "autograder" / "bench").glob("*.py")}
    assert set(FIGURES) <= modules
    assert main(["bench", "--only", "forks"]) in (0, 1)  # this machine may be busy
    printed = capsys.readouterr().out
    assert "fork to sandboxed and ready" in printed
    assert "import torch" not in printed


def test_a_figure_over_its_bound_says_so_and_one_without_a_bound_is_only_told() -> None:
    over, kept, told = Figure("one", 2.0, 1.5), Figure("two", 1.0, 1.5), Figure("three", 9.0)
    assert (over.kept, kept.kept, told.kept) == (False, True, True)
    lines = table((over, kept, told)).splitlines()
    assert lines[0].endswith("2.00  (at most 1.5)  OVER")
    assert lines[2].endswith("1.00  (at most 1.5)  ok")
    assert lines[4].endswith("9.00")


def test_two_pieces_of_work_are_done_in_turns() -> None:
    done: list[str] = []
    taken = in_turns(lambda: done.append("a"), lambda: done.append("b"), 3)
    assert done == ["a", "b"] * 4
    assert [len(seconds) for seconds in taken] == [3, 3]


def test_a_rival_of_the_reference_computes_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, size in {"NUM_TRAIN": 6, "NUM_TEST": 5, "D": 7, "N": 8, "C": 3, "PARAMETERS": 10}.items():
        monkeypatch.setattr(rivals_of_project1, name, size)
    functions = {name: f for part in PROJECT1.parts for name, f in load_reference(part).functions.items()}
    distances, svm, softmax, *steps = rivals(PROJECT1.name, functions)
    assert torch.allclose(distances.ours(), distances.theirs(), atol=1e-4)
    for loss in (svm, softmax):
        _, dW = loss.ours()
        assert torch.allclose(dW, loss.theirs(), atol=1e-5)
    assert [step.name.partition(" ")[0] for step in steps] == list(rivals_of_project1.OPTIMIZERS)
    for step, _ in itertools.product(steps, range(2)):
        step.ours()
        step.theirs()


def test_an_assignment_without_rivals_has_none() -> None:
    assert list(rivals("project2", {})) == []


SMALL_CLASSES = """
import pathlib, sys
from autograder.assignment import load
from autograder.bench import classes, thousand
from autograder.bench.subject import Subject
classes.COUNT, classes.FRESH, thousand.COUNT = 2, 1, 1
subject = Subject(load("project1"), pathlib.Path(sys.argv[1]), runs=1)
for figure in (*classes.figures(subject), *thousand.figures(subject)):
    print(figure.name, figure.value)
"""


@pytest.mark.deep
def test_a_class_is_measured_with_the_command_that_people_use(tmp_path: Path) -> None:
    """Classes of two, and of ten beside one: in a process of its own, for it waits for every child."""
    command = [sys.executable, "-c", SMALL_CLASSES, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    names = [line.rpartition(" ")[0] for line in done.stdout.splitlines()]
    values = [float(line.rpartition(" ")[2]) for line in done.stdout.splitlines()]
    assert [name.partition(" / ")[0] for name in names] == [
        "2 submissions, each",
        "2 submissions, two jobs",
        "a submission of 2",
        "10 submissions",
        "10 submissions",
    ]
    assert all(value > 0 for value in values)
