"""The parts of a submission use one process in turns: what one slice leaves there does not meet the next."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import torch
from slices import slice_of

from autograder.checks.answers import stand_ins_of
from autograder.worker import columns
from autograder.worker.errors import Died, Raised
from autograder.worker.student import Student
from autograder.worker.turns import Turns
from tests.assignments import LINEAR_CLASSIFIER

Make = Callable[[str], Student]


@pytest.fixture
def sharing(warm) -> Iterator[Make]:
    """Make students that share one process."""
    turns = Turns()
    yield lambda source: Student(warm, slice_of(source), turns=turns, standing_in=stand_ins_of(LINEAR_CLASSIFIER))
    turns.end()


def test_the_process_is_handed_on_and_each_slice_meets_an_empty_namespace(sharing):
    first, second = sharing("K = 3\ndef f(): return K"), sharing("def g(): return 'K' in globals(), 'f' in globals()")
    assert first.call("f") == 3
    pid = first.pid
    assert second.call("g") == (False, False)
    assert (first.pid, second.pid) == (None, pid)
    assert first.call("f") == 3
    assert first.pid == pid


def test_settings_that_a_slice_makes_do_not_outlast_its_turn(sharing):
    first = sharing("""
        import numpy, torch
        torch.set_default_dtype(torch.float64)
        torch.set_grad_enabled(False)
        numpy.seterr(all="raise")
        def f(): return torch.ones(1)
        """)
    second = sharing("""
        import numpy, torch
        def g(): return torch.ones(1), torch.is_grad_enabled(), numpy.geterr()["divide"]
        """)
    assert first.call("f").dtype is torch.float64
    ones, grad, divide = second.call("g")
    assert (ones.dtype, grad, divide) == (torch.float32, True, "warn")
    assert first.call("f").dtype is torch.float64


LEFT_BEHIND = {
    "memory": "global kept; kept = torch.ones(400 << 18)",
    "autocast": "torch.set_autocast_enabled('cpu', True)",
    "an alarm": "import signal; signal.alarm(1)",
    "a coarse matmul": "torch.set_float32_matmul_precision('medium')",
    "a device": "torch.set_default_device('meta')",
    "determinism": "torch.use_deterministic_algorithms(True)",
    "anomaly detection": "torch.autograd.set_detect_anomaly(True)",
    "no collector": "import gc; gc.disable()",
}


@pytest.mark.parametrize("left", LEFT_BEHIND)
def test_what_a_function_leaves_behind_is_gone_with_its_turn(sharing, left):
    first = sharing(f"import torch\ndef f():\n    {LEFT_BEHIND[left]}\n    return 1")
    second = sharing("""
        import gc, time, torch
        def g():
            time.sleep(1.1)
            room = torch.ones(400 << 18).numel()
            product = (torch.full((8, 8), 1.001) @ torch.full((8, 8), 1.001))[0, 0].item()
            settings = torch.are_deterministic_algorithms_enabled(), torch.is_anomaly_enabled(), gc.isenabled()
            return room, round(product, 5), torch.get_float32_matmul_precision(), torch.ones(1).device.type, settings
        """)
    assert first.call("f") == 1
    assert second.call("g") == (400 << 18, 8.01601, "highest", "cpu", (False, False, True))


def test_random_numbers_at_definition_do_not_depend_on_whose_turn_it_was(sharing, warm):
    source = "import random\nK = random.random()\ndef f(): return K"
    first, second = sharing("import random\nrandom.seed(5)\ndef g(): return 1"), sharing(source)
    assert first.call("g") == 1
    drawn = second.call("f")
    alone = Student(warm, slice_of(source))
    assert alone.call("f") == drawn
    alone.close()


@pytest.mark.parametrize("wrong", ["def f(): return 1 / 0", "def f(): return object()", "K = 1 / 0\ndef f(): return K"])
def test_a_process_in_which_something_went_wrong_is_not_handed_on(sharing, wrong):
    first, second = sharing(wrong), sharing("def g(): return 1")
    with pytest.raises(Exception, match=r"zero|object|defined"):
        first.call("f")
    pid = first.pid
    assert pid is not None
    assert second.call("g") == 1
    assert second.pid != pid


def test_a_handle_does_not_reach_into_another_turn(sharing):
    first = sharing("class Box:\n    def get(self): return 1")
    second = sharing("class Box:\n    def get(self): return 2")
    box, other = first.new("Box"), second.new("Box")
    with pytest.raises(Died, match="the Box is gone"):
        box.call("get")
    assert other.call("get") == 2


def test_more_stand_ins_load_the_slice_anew_in_the_same_process(sharing):
    student = sharing("""
        def l2_regularization(W, reg): return "mine"
        def ask(W, reg): return l2_regularization(W, reg)
        """)
    W = torch.ones(2, 2)
    assert student.call("ask", W, 1.0) == "mine"
    pid = student.pid
    student.stand_in(frozenset({"l2_regularization"}))
    assert float(student.call("ask", W, 1.0)[0]) == 4.0
    assert student.pid == pid


def test_no_stand_in_outlasts_its_turn_to_answer_for_the_function_it_stood_in_for(sharing):
    student = sharing("""
        import torch
        def l2_regularization(W, reg): return torch.kept(W, reg)
        if not hasattr(torch, "kept"): torch.kept = l2_regularization
        def ask(W, reg): return l2_regularization(W, reg)
        """)
    other = sharing("def g(): return 1")
    W = torch.ones(2, 2)
    student.stand_in(frozenset({"l2_regularization"}))
    assert float(student.call("ask", W, 1.0)[0]) == 4.0
    pid = student.pid
    assert other.call("g") == 1
    assert other.pid == pid
    student.stand_in(frozenset())
    with pytest.raises(Raised, match="recursion"):  # it meets itself, not the stand-in
        student.call("l2_regularization", W, 1.0)
    assert student.pid != pid


def test_what_one_part_blocks_is_open_in_the_other(sharing):
    first = sharing("import torch\ndef f(x): return torch.cdist(x, x)")
    second = sharing("import torch\ndef g(x): return torch.cdist(x, x)")
    first.block(["torch.cdist"])
    x = torch.zeros(2, 2)
    with pytest.raises(Raised, match="cdist is not allowed"):
        first.call("f", x)
    assert second.call("g", x).shape == (2, 2)
    with pytest.raises(Raised, match="cdist is not allowed"):
        first.call("f", x)


ROWS = [
    [],
    [1, "a", None],
    [(1, 2), (3, 4)],
    [(1, 2), (3,)],
    [(), ()],
    [[1, 2], [3, 4]],
]


@pytest.mark.parametrize("rows", ROWS)
def test_rows_come_back_from_their_columns(rows):
    assert columns.received(columns.sent(rows), len(rows)) == rows


@pytest.mark.parametrize(
    "forged", [None, ("rows", [1]), ("columns", []), ("columns", [[1]]), ("columns", [[1, 2], [1]]), ("else", [1, 2])]
)
def test_forged_columns_are_refused(forged):
    with pytest.raises(ValueError, match="not 2 answers"):
        columns.received(forged, 2)
