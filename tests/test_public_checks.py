"""What a student sees when running a public check."""

from __future__ import annotations

import nbformat
import pytest
import torch
from nbclient import NotebookClient

import project1
from project1 import checks
from tests.assignments import PARTS
from tests.submissions import ROOT


def sgd(
    w: torch.Tensor, dw: torch.Tensor, config: dict[str, float] | None = None
) -> tuple[torch.Tensor, dict[str, float]]:
    return w, config or {}


def test_every_graded_function_has_a_public_check_in_the_order_of_the_notebooks() -> None:
    assert list(checks.names()) == [function.name for part in PARTS for function in part.functions]


def test_a_check_prints_one_line_for_each_and_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert not project1.check(sgd)
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "sgd: 0 of 2 hold; look at the first that does not"
    assert any(line.startswith("  ✗ ") for line in printed)


def test_a_stub_is_called_not_implemented_once(capsys: pytest.CaptureFixture[str]) -> None:
    def sgd(w: torch.Tensor, dw: torch.Tensor, config: dict[str, float] | None = None) -> None:
        raise NotImplementedError("sgd is not implemented yet")

    assert not project1.check(sgd)
    assert capsys.readouterr().out == "sgd\n  ✗ not implemented yet\n"


def test_a_check_that_ends_a_cell_shows_nothing_more() -> None:
    source = "import project1\ndef sgd(w, dw, config=None):\n    return w, {}\nproject1.check(sgd)"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": str(ROOT)}}).execute()
    assert [output.output_type for output in notebook.cells[0].outputs] == ["stream"]


def test_a_name_without_checks_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(ValueError, match=r"no public check for 'sgdd'; there are checks for .*sgd_momentum"):
        checks.run("sgdd", {})
