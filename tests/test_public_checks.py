"""What a student sees when running a public check."""

from __future__ import annotations

import contextlib
import importlib
import io
import sys
import warnings

import nbformat
import pytest
import torch
from nbclient import NotebookClient

import project1
from autograder.catalog import Part
from autograder.checks.hints import known
from coursekit import pencil
from project1 import checks
from tests.assignments import ALL_PARTS, PARTS
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


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((), "check takes the function or class itself, not nothing: check(compute_distances_two_loops)"),
        ((torch.zeros(2),), "not a Tensor: check("),
        ((type("KnnClassifier", (), {})(),), "not an object of KnnClassifier: check(KnnClassifier)"),
        ((len,), "there is no public check for 'len': check takes a function that a task asks for"),
        (("knn_get_best_kk",), "there is no public check for 'knn_get_best_kk'; is it knn_get_best_k?"),
        (("sgd",), "sgd is not defined yet: run the cell that defines it first."),
    ],
)
def test_what_is_no_function_of_a_task_is_answered_in_a_sentence(
    given: tuple[object, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not project1.check(*given)
    assert said in capsys.readouterr().out


def test_a_name_in_quotes_is_looked_up_in_the_notebook(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.modules["__main__"], "sgd", sgd, raising=False)
    project1.check("sgd")
    assert capsys.readouterr().out.startswith("sgd: 0 of 2 hold")


SAYS_IT = {"knn_get_best_k", "svm_get_search_params", "softmax_get_search_params", "test_one_param_set"}
"""Functions whose checks name the question, if there is one, and both answers in their own sentence."""


def test_a_failed_check_shows_a_small_case_with_what_came_and_what_is_right(capsys: pytest.CaptureFixture[str]) -> None:
    def svm_loss_vectorized(
        W: torch.Tensor, X: torch.Tensor, y: torch.Tensor, reg: float
    ) -> tuple[torch.Tensor, torch.Tensor]:
        return reg * (W * W).sum(), 2 * reg * W

    assert not project1.check(svm_loss_vectorized)
    assert capsys.readouterr().out.splitlines()[-1] == (
        "  a small case: W = [[1, 0]], X = [[2], [0]], y = [1, 0], reg = 0.5: loss 0.5, expected 2.5"
    )


@pytest.mark.parametrize("part", ALL_PARTS, ids=lambda part: part.name)
def test_every_function_has_a_wrong_version_of_which_a_small_case_is_shown(part: Part) -> None:
    of = importlib.import_module(f"{part.assignment}.checks")
    without = set()
    for function, mistakes in known(part).items():
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            shown = (
                result.example
                for mistake in mistakes
                for result in of.run(function, {function: mistake.version})
                if result.example
            )
            example = next(shown, "")
        if example:
            assert example.startswith("a small case: ")
        else:
            without.add(function)
    assert without <= SAYS_IT


def test_a_question_is_written_only_where_it_is_small() -> None:
    def forward(x: torch.Tensor, *, mode: str = "train") -> None:
        """A function of two arguments."""

    assert pencil.question(forward, [torch.zeros(2, 1)], {"mode": "test"}) == "x = [[0], [0]], mode = test"
    assert pencil.question(forward, [torch.zeros(5, 5)], {}) == ""
    assert pencil.question(forward, [[torch.zeros(4, 4)] * 3], {}) == ""
    assert pencil.question(max, [1, 2.5], {}) == "argument 1 = 1, argument 2 = 2.5"


def test_two_numbers_that_differ_are_written_so_that_it_shows() -> None:
    assert pencil.apart(1.00001, 1) == ("1.00001", "1")
    assert pencil.apart(torch.tensor([0.25, 1.0]), torch.tensor([0.25, 2.0])) == ("[0.25, 1]", "[0.25, 2]")
