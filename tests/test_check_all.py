"""What the table of all public checks promises: every task with its points, what holds, and that this is no grade."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from torch import Tensor

import project1
from coursekit.checks import Checks


def l1_regularization(W: Tensor, reg: float) -> tuple[Tensor, Tensor]:
    return reg * W.abs().sum(), reg * W.sign()


def wrong(W: Tensor, reg: float) -> tuple[Tensor, Tensor]:
    return 7 * reg * W.abs().sum(), reg * W


def stub(*args: Any) -> None:
    raise NotImplementedError("numeric_gradient is not implemented yet")


@pytest.fixture
def table(capsys) -> Callable[..., list[str]]:
    def show(**functions: Any) -> list[str]:
        project1.check_all(functions)
        return capsys.readouterr().out.splitlines()

    return show


def row(lines: list[str], function: str) -> str:
    (found,) = [line for line in lines if f" {function} " in line]
    return " ".join(found.split())


def test_each_task_has_a_row_with_its_points_and_what_holds(table):
    lines = table(l1_regularization=l1_regularization, l2_regularization=wrong, numeric_gradient=stub)
    assert lines[0] == "linear_classifier"
    assert row(lines, "l1_regularization") == "2.2 l1_regularization 1 ✓ 1 of 1"
    assert row(lines, "l2_regularization").startswith("2.3 l2_regularization 1 ✗ 0 of 1: reg = ")
    assert row(lines, "numeric_gradient") == "2.5 numeric_gradient 2 ✗ 0 of 2: not implemented yet"
    assert row(lines, "svm_loss_naive") == "2.7 svm_loss_naive 5 ✗ not defined here: run its cell"
    assert row(lines, "svm_best_model.pt").startswith("svm_best_model.pt 2 ")
    assert "  1 of 14 tasks hold here, which stand for 1 of 41 points." in lines


def test_it_names_the_other_notebooks_and_says_that_hidden_checks_remain(table):
    *_, others, last = table(l1_regularization=l1_regularization)
    assert others == "In notebooks of their own: knn.ipynb (30 points), optimizers.ipynb (25 points)."
    assert (
        last == "These are the public checks only. Gradescope runs hidden ones too, which ask more: this is no grade."
    )


def test_extra_credit_is_marked_and_not_counted(table):
    lines = table(newton_step=stub)
    assert "+ ✗ 0 of" in row(lines, "newton_step")
    assert any("stand for 0 of 25 points" in line for line in lines)


def test_before_anything_is_run_it_says_to_run_the_cells(table):
    assert table(x=1) == ["None of the project's functions is defined here yet: run the cells above first."]


def test_checks_without_a_list_of_tasks_say_what_is_missing():
    with pytest.raises(ValueError, match=r"give Checks the path of tasks\.json"):
        Checks().check_all({})
