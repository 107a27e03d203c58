"""What a submission says is bounded, let go of, and kept apart: of memory, of hidden questions, of other functions."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.audit.subjects import with_functions
from autograder.grading import Settings, grade_submission
from autograder.worker.warm import Warm
from tests.assignments import LINEAR_CLASSIFIER, OPTIMIZERS, PROJECT1
from tests.submissions import ROOT

LARGE = """
import torch
def {name}(*args, **kwargs):
    return torch.zeros({numbers}), torch.zeros({numbers})
"""
FUNCTIONS = ("svm_loss_vectorized", "softmax_loss_vectorized", "svm_loss_naive", "softmax_loss_naive")
MEMORY = """
import resource, sys
from pathlib import Path
from autograder.assignment import load as assignment
from autograder.grading import Settings, grade
from autograder.worker.warm import Warm
with Warm() as warm:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    report = grade(Path(sys.argv[1]), warm, Settings.of(assignment("project1")))
print(report.complete, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) >> 10)
"""


@pytest.mark.parametrize("numbers", [270_000, 4_000_000])
def test_answers_of_many_megabytes_do_not_pile_up_in_the_grader(tmp_path: Path, numbers: int) -> None:
    """Most checks of four functions get 13 MB each, a little less than an answer may have; or 190, which none may."""
    path = tmp_path / "linear_classifier.py"
    path.write_text("\n".join(LARGE.format(name=name, numbers=numbers) for name in FUNCTIONS))
    command = [sys.executable, "-c", MEMORY, str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    complete, grown = done.stdout.split()
    assert complete == "True"
    assert int(grown) < 400, "MB beyond the warm process; the smallest container has 768"


def test_an_answer_that_is_too_large_says_so(warm: Warm) -> None:
    source = "import torch\ndef l2_regularization(W, reg):\n    return torch.zeros(5_000_000).double(), W"
    settings = Settings(PROJECT1, parts=(LINEAR_CLASSIFIER,), functions=frozenset({"l2_regularization"}))
    report = grade_submission(with_functions(LINEAR_CLASSIFIER, {"l2_regularization": source}), warm, settings)
    assert report.score == 0
    assert any("it is too large: more than 16 MiB" in outcome.message for outcome in report.outcomes)


def test_a_question_in_which_too_much_is_sent_says_so(warm: Warm) -> None:
    source = """
import torch
def random_search(loss_func, X, y, num_classes, num_tries=100, scale=1e-4, reg=0.0, generator=None):
    for _ in range(99):
        loss_func(torch.zeros(40, 5, dtype=X.dtype), X.repeat(1000, 1), y.repeat(1000), reg)
"""
    settings = Settings(PROJECT1, parts=(LINEAR_CLASSIFIER,), functions=frozenset({"random_search"}))
    report = grade_submission(with_functions(LINEAR_CLASSIFIER, {"random_search": source}), warm, settings)
    assert report.score == 0
    assert any(
        "handed more than 32 MiB to the functions it was given" in outcome.message for outcome in report.outcomes
    )


TELLS = """
heard = []
def sgd(w, dw, config=None):
    config = {} if config is None else config
    heard.append(config)
    return w - config.setdefault("learning_rate", 1e-2) * dw, config

def sgd_momentum(w, dw, config=None):
    raise ValueError(f"heard {heard}")
"""


@pytest.mark.parametrize(("visibility", "told"), [("visible", True), ("hidden", False), ("after_published", False)])
def test_what_a_hidden_check_asks_is_told_in_no_visible_message(warm: Warm, visibility: str, told: bool) -> None:
    functions = frozenset({"sgd", "sgd_momentum"})
    hidden = {about.number: visibility for about, *_ in PROJECT1.checks if about.function == "sgd"}
    settings = Settings(PROJECT1, parts=(OPTIMIZERS,), functions=functions, visibility=hidden)
    replaced = {"sgd": TELLS, "sgd_momentum": ""}
    report = grade_submission(with_functions(OPTIMIZERS, replaced), warm, settings)
    shown = "\n".join(o.message + o.example for o in report.outcomes if o.visibility == "visible")
    assert report.score > 0 and "heard [" in shown
    assert ("learning_rate" in shown) == told


def test_advice_that_fails_for_one_function_is_given_for_the_others(
    warm: Warm, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = next(case for about, case, _ in PROJECT1.checks if about.function == "sgd")

    def fails(self: object) -> None:
        raise IndexError("of advice")

    monkeypatch.setattr(case, "small_questions", fails)
    wrong = "def {name}(w, dw, config=None):\n    return w + dw, {{}} if config is None else config"
    functions = frozenset({"sgd", "sgd_momentum"})
    settings = Settings(PROJECT1, parts=(OPTIMIZERS,), functions=functions)
    replaced = {name: wrong.format(name=name) for name in functions}
    report = grade_submission(with_functions(OPTIMIZERS, replaced), warm, settings)
    assert {outcome.function for outcome in report.outcomes if outcome.example} == {"sgd_momentum"}
    assert report.staff_notes == ("advice on sgd failed: IndexError('of advice')",)
