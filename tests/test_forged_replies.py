"""Student code that writes to the reply pipe itself: whatever it says there is its own fault, never the grader's."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from slices import slice_of

from autograder.grading import Settings, grade_submission
from autograder.submission.source import Cell, SourceFile, Submission
from autograder.worker import wire
from autograder.worker.errors import StudentFault
from autograder.worker.student import Student
from autograder.worker.warm import Warm
from tests.assignments import PROJECT1

ARRAY = np.ones(2)
REPLIES: dict[str, Any] = {
    "a number": {"reply": "value", "id": 1, "value": 5},
    "no dict": {"reply": "value", "id": 1, "value": [1, 2]},
    "given classes that failed": {"reply": "value", "id": 1, "value": {"failed": {}, "given": "made up"}},
    "a tensor for what failed": {"reply": "value", "id": 1, "value": {"failed": torch.ones(3), "given": ""}},
    "an array for what failed": {"reply": "value", "id": 1, "value": {"failed": {}, "given": ARRAY}},
    "an array for its kind": {"reply": ARRAY},
    "an array for its number": {"reply": "value", "id": ARRAY, "value": 1},
    "an array for its fault": {"reply": "fault", "id": 1, "fault": ARRAY},
    "a true for its number": {"reply": "value", "id": True, "value": 1},
}


def forge(reply: Any) -> str:
    """A statement that sends a reply and waits to be believed."""
    return f"import os, time; os.write(4, {wire.encode(reply)!r}); time.sleep(60)"


def workers_of(warm: Warm) -> set[str]:
    return set(Path(f"/proc/{warm.pid}/task/{warm.pid}/children").read_text().split())


@pytest.mark.parametrize("name", REPLIES)
def test_a_reply_forged_while_it_is_loaded_costs_the_student_and_leaves_no_process(warm, name):
    before = workers_of(warm)
    student = Student(warm, slice_of(f"class A:\n    {forge(REPLIES[name])}\ndef f(): return 1"))
    with suppress(StudentFault):
        student.call("f")
    student.close()
    assert workers_of(warm) == before


@pytest.mark.parametrize(
    "value", [5, ARRAY, [ARRAY] * 2, [5, 5], [[torch.ones(2)], [torch.ones(2)] * 3], wire.Held(0, "A")], ids=repr
)
def test_forged_trajectories_are_no_answer(warm, value):
    forged = {"reply": "value", "id": 2, "value": value}  # the load was the first request
    student = Student(warm, slice_of(f"def sgd(w, dw, config=None):\n    {forge(forged)}"))
    w = torch.ones(2)
    with pytest.raises(StudentFault):
        student.trajectories("sgd", [(w, [w], None), (w, [w], None)])
    student.close()


@pytest.mark.parametrize("value", [5, (1, 2), (1, (2, 3)), ARRAY], ids=repr)
def test_forged_arguments_are_no_answer(warm, value):
    forged = {"reply": "value", "id": 2, "value": value}
    student = Student(warm, slice_of(f"def f(x):\n    {forge(forged)}"))
    with pytest.raises(StudentFault):
        student.call_keeping("f", torch.ones(2))
    student.close()


def test_an_answer_of_complex_numbers_costs_its_function_and_no_report(warm):
    wrong = {
        "knn": "import torch\ndef compute_distances_two_loops(x, y):\n"
        "    return torch.ones(len(x), len(y), dtype=torch.complex128)\n",
        "optimizers": "import torch\ndef sgd(w, dw, config=None):\n    return (w - dw).to(torch.complex128), config\n",
    }
    parts = {name: SourceFile(f"{name}.py", "module", (Cell(0, code),)) for name, code in wrong.items()}
    report = grade_submission(
        Submission("complex", parts=parts),
        warm,
        Settings(PROJECT1, functions=frozenset({"sgd", "compute_distances_two_loops"})),
    )
    assert not report.ungraded
    assert all("complex128" in outcome.message for outcome in report.outcomes)
