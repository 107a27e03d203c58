"""A public check that is green in the saved notebook and red on the saved code is pointed out."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from autograder.assignment import load
from autograder.grading import Settings, grade
from autograder.results import Report
from autograder.submission.limits import Limits
from autograder.submission.notebook import read_notebook
from autograder.worker.warm import Warm
from tests.submissions import ROOT

RIGHT = "def l2_regularization(W, reg):\n    return reg * (W * W).sum(), 2 * reg * W"
WRONG = "def l2_regularization(W, reg):\n    return reg * (W * W).sum() / 2, reg * W"
CHECK = "import project1\nproject1.check(l2_regularization)"


@pytest.fixture(scope="module")
def ran() -> nbformat.NotebookNode:
    """A notebook in which a check was run, in a real kernel, on a right function and on a wrong one."""
    cells = [nbformat.v4.new_code_cell(source) for source in (RIGHT, CHECK)]
    other = [nbformat.v4.new_code_cell(source) for source in (WRONG, CHECK)]
    for part in (cells, other):
        notebook = nbformat.v4.new_notebook(cells=part)
        NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": str(ROOT)}}).execute()
    return nbformat.v4.new_notebook(cells=[*cells, *other])


def report_on(warm: Warm, folder: Path, cells: list[nbformat.NotebookNode]) -> Report:
    path = folder / "linear_classifier.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    project = load("project1")
    return grade(path, warm, Settings(project, parts=project.parts[1:2], functions=frozenset({"l2_regularization"})))


def test_a_cell_that_was_changed_after_its_check_passed_is_pointed_out(
    warm: Warm, tmp_path: Path, ran: nbformat.NotebookNode
) -> None:
    right, green, wrong, red = ran.cells
    changed = report_on(warm, tmp_path, [wrong, green])
    (note,) = [note for note in changed.notes if "public check" in note]
    assert note.startswith(
        "l2_regularization: its public check passed when you ran it (linear_classifier.ipynb, cell 2)"
    )
    assert changed.score == 0
    for cells in ([right, green], [wrong, red], [wrong, green, nbformat.v4.new_code_cell(WRONG), red]):
        assert not any("public check" in note for note in report_on(warm, tmp_path, cells).notes)


@pytest.mark.parametrize(
    "outputs",
    [
        None,
        "text",
        [1, None, "x"],
        [{"text": 5}],
        [{"text": [5, "l2_regularization\n  ✓ a\n"]}],
        [{"text": ["a\n  ✓ b"] * 9}],
    ],
)
def test_outputs_of_any_form_are_read_without_harm(outputs: object, ran: nbformat.NotebookNode) -> None:
    raw = {"cells": [{"cell_type": "code", "source": RIGHT, "outputs": outputs}], "nbformat": 4, "nbformat_minor": 5}
    source, _ = read_notebook("a.ipynb", nbformat.writes(ran).encode(), Limits())
    assert source.passed == ()  # red came last
    read_notebook("a.ipynb", json.dumps(raw).encode(), Limits())
