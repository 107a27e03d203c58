"""The grader is fair: no mark for what is not a student's work, none lost twice, none by luck."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from functools import cache
from multiprocessing import get_context
from typing import Any

import pytest

from autograder.assignment import load, packages
from autograder.audit.run import touched
from autograder.audit.subjects import Subject, reference_sources, with_functions
from autograder.catalog import Function, Part
from autograder.checks.answers import answers_for
from autograder.checks.case import Context
from autograder.checks.reference import load_reference
from autograder.checks.runner import run
from autograder.grading import Settings, grade_submission
from autograder.results import Report, Status
from autograder.submission.source import Cell, FunctionSlice, Origin, Slice, SourceFile, Statement, Submission
from autograder.worker.errors import GraderFault
from autograder.worker.student import Limits, Student
from autograder.worker.warm import Warm
from tests.assignments import ALL_PARTS, KNN, LINEAR_CLASSIFIER, OPTIMIZERS, PROJECT1

EVERY_FUNCTION = [pytest.param(part, function, id=function.name) for part in ALL_PARTS for function in part.functions]


def report_on(warm: Warm, part: Part, replaced: dict[str, str], functions: frozenset[str] | None = None) -> Report:
    functions = functions or frozenset(function.name for function in part.functions)
    settings = Settings(load(part.assignment), parts=(part,), functions=functions, hints="off")
    return grade_submission(with_functions(part, replaced), warm, settings)


def losers(report: Report) -> set[str]:
    return {outcome.function for outcome in report.outcomes if outcome.points < outcome.max_points}


# ---- nothing that is handed out earns marks


@cache
def handed_out(assignment: str) -> dict[str, Any]:
    """Every function and class that a module of the students' packages defines, private ones too, by dotted name."""
    found = {}
    for package in packages(assignment):
        for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            for name, value in vars(importlib.import_module(module.name)).items():
                if callable(value) and getattr(value, "__module__", "") == module.name:
                    found[f"{module.name}.{name}"] = value
    return found


def could_be(helper: Any, reference: Any) -> bool:
    """Whether a helper can be called with as many arguments as the graded function needs."""
    wanted = inspect.signature(reference).parameters.values()
    needed = [p for p in wanted if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    try:
        inspect.signature(helper).bind(*needed)
    except (TypeError, ValueError):
        return False
    return True


class Instead(Student):
    """Asks one helper whatever a check asks; all helpers live in one worker, for there are many."""

    def __init__(self, student: Student, helper: str, given: tuple[str, ...]) -> None:
        self.student = student
        self.helper = helper
        self.given = given

    def call(self, name: str, *args: Any, limits: Limits | None = None, **kwargs: Any) -> Any:
        return self.student.call(self.helper, *args, limits=limits, **kwargs)

    def call_many(self, name: str, arguments: Any, limits: Limits | None = None) -> list[Any]:
        return self.student.call_many(self.helper, arguments, limits)

    def call_keeping(self, name: str, *args: Any, limits: Limits | None = None) -> Any:
        return self.student.call_keeping(self.helper, *args, limits=limits)

    def trajectories(self, name: str, runs: Any) -> Any:
        return self.student.trajectories(self.helper, runs)

    def through(self, first: str, second: str, runs: Any) -> Any:
        return self.student.through(self.helper, self.helper, runs)

    def new(self, name: str, *args: Any, **kwargs: Any) -> Any:
        return self.student.new(name if name in self.given else self.helper, *args, **kwargs)

    def stand_in(self, names: frozenset[str]) -> None:
        self.student.stand_in(names)

    def block(self, names: Any) -> None:
        self.student.block(names)


def slice_of_helpers(part: Part) -> tuple[Slice, dict[str, str]]:
    """A slice in which every helper that students get has a name of its own, and those names."""
    names = {f"helper_{i}": dotted for i, dotted in enumerate(handed_out(part.assignment))}
    modules = sorted({dotted.rpartition(".")[0] for dotted in names.values()})
    origin = Origin("handed_out.py", 0, 1)
    code = "\n".join(f"import {module}" for module in modules)
    lines = "\n".join(f"{name} = {dotted}" for name, dotted in names.items())
    statements = (
        Statement(code, origin, frozenset(packages(part.assignment))),
        Statement(lines, origin, frozenset(names)),
    )
    functions = {name: FunctionSlice(name, "present", origin, (0, 1)) for name in names}
    return Slice(part.name, statements, functions), names


@pytest.mark.parametrize("part", ALL_PARTS, ids=lambda part: part.name)
def test_nothing_that_is_handed_out_earns_a_mark_as_an_answer(warm: Warm, part: Part) -> None:
    helpers = handed_out(part.assignment)
    reference = load_reference(part)
    code, names = slice_of_helpers(part)
    answers = answers_for(part, reference)
    tried, earned = 0, []
    with closing(Student(warm, code, reference.given, answers, Limits(seconds=1.0))) as student:
        for about, case, method in load(part.assignment).checks_of([part]):
            if not case.needs_function:
                continue
            for name, dotted in names.items():
                if not could_be(helpers[dotted], reference.functions[about.function]):
                    continue
                instead = Instead(student, name, part.given)
                context = Context(part, reference, Submission("x"), None, None, instead, answers=answers, trusted=True)  # type: ignore[arg-type]
                context.hints = False
                (outcome,) = run([case(method, context)])
                tried += 1
                assert outcome.status is not Status.UNGRADED, (dotted, about.number, outcome.staff)
                if outcome.points:
                    earned.append((dotted, about.number, about.title))
    assert earned == []
    assert tried > 100


# ---- a stand-in never answers for the function it stands in for

STOOD_IN_FOR = [
    pytest.param(part, name, id=name)
    for part in ALL_PARTS
    for name in sorted({need for function in part.functions for need in function.needs})
]


@pytest.mark.parametrize(("part", "name"), STOOD_IN_FOR)
def test_a_function_that_is_stood_in_for_answers_nothing(warm: Warm, part: Part, name: str) -> None:
    origin = Origin("x.py", 0, 1)
    code = Slice(part.name, (), {name: FunctionSlice(name, "present", origin)})
    with closing(Student(warm, code)) as student:
        student.stand_in(frozenset({name}))
        with pytest.raises(GraderFault, match="stood in for"):
            student.call(name)


RAISES = "raise ValueError('broken')"
SIBLINGS = [
    ("knn", "compute_distances_one_loop", "compute_distances_no_loops", "x_train, x_test"),
    ("knn", "compute_distances_no_loops", "compute_distances_two_loops", "x_train, x_test"),
    ("knn", "compute_distances_two_loops", "compute_distances_one_loop", "x_train, x_test"),
    ("linear_classifier", "svm_loss_vectorized", "svm_loss_naive", "W, X, y, reg"),
    ("linear_classifier", "svm_loss_naive", "svm_loss_vectorized", "W, X, y, reg"),
    ("linear_classifier", "softmax_loss_vectorized", "softmax_loss_naive", "W, X, y, reg"),
    ("linear_classifier", "softmax_loss_naive", "softmax_loss_vectorized", "W, X, y, reg"),
    ("optimizers", "rmsprop", "adagrad", "w, dw, config=None"),
    ("optimizers", "nesterov_momentum", "sgd_momentum", "w, dw, config=None"),
]


@pytest.mark.parametrize(("part", "name", "other", "parameters"), SIBLINGS, ids=lambda value: str(value)[:30])
def test_a_function_that_calls_a_broken_one_of_the_same_task_earns_nothing(
    warm: Warm, part: str, name: str, other: str, parameters: str
) -> None:
    of = PROJECT1.part(part)
    calls = f"def {name}({parameters}):\n    return {other}({parameters.replace('=None', '')})\n"
    broken = f"def {other}({parameters}):\n    {RAISES}\n"
    assert other not in of.function(name).needs
    report = report_on(warm, of, {name: calls, other: broken}, frozenset({name, other}))
    assert report.score == 0


# ---- no double jeopardy

BEND = """
def _bend(value):
    import torch

    if isinstance(value, torch.Tensor):
        return value + 1
    if isinstance(value, tuple):
        return tuple(map(_bend, value))
    if isinstance(value, list):
        return [_bend(item) for item in value[:1]]
    if isinstance(value, dict):
        return {key: _bend(item) for key, item in value.items()}
    return value + 1 if isinstance(value, int | float) else value
"""
BENT_FUNCTION = """
def {name}(*args, **kwargs):
    return _bend(_right_{name}(*args, **kwargs))
"""
BENT_CLASS = """
class {name}(_right_{name}):
    def predict(self, *args, **kwargs):
        return _bend(super().predict(*args, **kwargs))
"""
BROKEN_CLASS = """
class {name}:
    def __init__(self, *args):
        raise ValueError("broken")
"""


def is_class(part: Part, function: Function) -> bool:
    return reference_sources(part)[function.name].startswith("class ")


def raising(part: Part, function: Function) -> str:
    if is_class(part, function):
        return BROKEN_CLASS.format(name=function.name)
    return f"def {function.name}(*args, **kwargs):\n    {RAISES}\n"


def bent(part: Part, function: Function) -> str:
    """The right function, whose values come back wrong, of the right kind."""
    name = function.name
    right = re.sub(rf"^(def|class) {name}\b", rf"\1 _right_{name}", reference_sources(part)[name])
    assert right.startswith((f"def _right_{name}", f"class _right_{name}"))
    return right + BEND + (BENT_CLASS if is_class(part, function) else BENT_FUNCTION).format(name=name)


@pytest.mark.parametrize("how", [raising, bent])
@pytest.mark.parametrize(("part", "function"), EVERY_FUNCTION)
def test_a_broken_function_costs_no_check_of_another(
    warm: Warm, part: Part, function: Function, how: Callable[[Part, Function], str]
) -> None:
    source = how(part, function)
    near = touched(Subject("wrong", part.assignment, part.name, function.name, "broken", source), part)
    report = report_on(warm, part, {function.name: source}, near)
    assert losers(report) == {function.name}
    for outcome in report.outcomes:
        if outcome.points < outcome.max_points:
            assert not re.search(r"tensor\(|-?\d\.\d+, -?\d", outcome.message), "a message shows values of its input"


@pytest.mark.parametrize(
    ("part", "name"),
    [(KNN, "predict_labels"), (LINEAR_CLASSIFIER, "softmax_loss_vectorized"), (OPTIMIZERS, "adam")],
    ids=lambda value: getattr(value, "name", value),
)
def test_all_other_checks_of_the_part_keep_their_points(warm: Warm, part: Part, name: str) -> None:
    assert losers(report_on(warm, part, {name: raising(part, part.function(name))})) == {name}


# ---- the same submission, the same score

FAULTY = {
    "knn": {
        "predict_labels": "def predict_labels(dists, y_train, k=1):\n    return y_train[dists.argmin(dim=0)]\n",
        "knn_get_best_k": "def knn_get_best_k(accuracies):\n    raise RuntimeError(f'of {len(accuracies)}')\n",
        "compute_distances_one_loop": "def compute_distances_one_loop(a, b):\n    return torch.randn(5, 3)\n",
    },
    "linear_classifier": {
        "sample_batch": (
            "def sample_batch(X, y, num_train, batch_size):\n"
            "    rows = torch.randperm(num_train)[:batch_size]\n"
            "    return X[rows], y[rows]\n"
        ),
        "l2_regularization": "def l2_regularization(W, reg):\n    return reg * torch.rand(()), 2 * reg * W\n",
    },
    "optimizers": {
        "sgd": "def sgd(w, dw, config=None):\n    return w + 0.01 * torch.randn(w.shape), {}\n",
        "adam": "def adam(w, dw, config=None):\n    print(w)\n    return w - 1e-3 * dw, config\n",
    },
}
QUICK = {
    "knn": frozenset({"predict_labels", "knn_get_best_k", "compute_distances_one_loop", "KnnClassifier"}),
    "linear_classifier": frozenset({"sample_batch", "l2_regularization", "train_linear_classifier", "random_search"}),
    "optimizers": frozenset({"sgd", "adam", "rmsprop"}),
}


def told(part: str, warm: Warm | None = None) -> list[tuple[Any, ...]]:
    """All that a report says of a faulty submission, times aside."""
    if warm is None:
        with Warm() as own:
            return told(part, own)
    of = PROJECT1.part(part)
    settings = Settings(PROJECT1, parts=(of,), functions=QUICK[part])
    report = grade_submission(with_functions(of, FAULTY[part]), warm, settings)
    assert report.complete
    return [(o.number, o.points, o.status, o.message, o.hint) for o in report.outcomes] + list(report.notes)


def told_of_all(order: tuple[str, ...]) -> dict[str, list[tuple[Any, ...]]]:
    with Warm() as warm:
        return {part: told(part, warm) for part in order}


@pytest.fixture
def busy_machine() -> Iterator[None]:
    """Two more processes that do nothing but keep the processors from the grader."""
    burners = [subprocess.Popen([sys.executable, "-S", "-c", "while True: pass"]) for _ in range(2)]
    yield
    for burner in burners:
        burner.kill()
        burner.wait()


@pytest.mark.deep
def test_the_same_submission_says_the_same_alone_in_any_order_and_on_a_busy_machine(
    warm: Warm, busy_machine: None
) -> None:
    parts = tuple(FAULTY)
    first = {part: told(part, warm) for part in parts}
    assert all(any(row[1] == 0 for row in first[part]) and any(row[1] > 0 for row in first[part]) for part in parts)
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        batch = [pool.submit(told_of_all, order) for order in (parts, parts[::-1], parts[1:] + parts[:1])]
        alone = [{part: told(part, warm)} for part in (*parts, *parts[::-1]) * 2]
        found = [*alone, *(each.result() for each in batch)]
    assert sum(len(each) for each in found) >= 20
    for each in found:
        assert each == {part: first[part] for part in each}


def test_a_wrong_dtype_costs_the_check_of_the_dtype_and_not_the_values_too(warm):
    code = """
import torch
def compute_distances_two_loops(x_train, x_test):
    dists = torch.zeros(len(x_train), len(x_test))
    for i in range(len(x_train)):
        for j in range(len(x_test)):
            dists[i, j] = ((x_train[i] - x_test[j]) ** 2).sum()
    return dists
"""
    parts = {"knn": SourceFile("knn.py", "module", (Cell(0, code),))}
    settings = Settings(PROJECT1, functions=frozenset({"compute_distances_two_loops"}))
    values, contract = grade_submission(Submission("float32", parts=parts), warm, settings).outcomes
    assert (values.points, contract.points) == (values.max_points, 0)
    assert "float32" in contract.message
