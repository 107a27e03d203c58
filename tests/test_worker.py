"""What a submission may do to the process that runs it, and what the grader still gets: real workers throughout."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from slices import slice_of

from autograder.checks.answers import stand_ins_of
from autograder.submission.source import FunctionSlice, Origin, Slice, Statement
from autograder.worker.errors import BadAnswer, Died, GraderFault, Missing, OutOfMemory, OutOfTime, Raised, TimedOut
from autograder.worker.student import Limits, Ref, Student
from autograder.worker.wire import Opaque
from tests.assignments import KNN, LINEAR_CLASSIFIER


@pytest.fixture
def student_of(warm):
    """Make students of sources; their workers are ended afterwards."""
    made = []

    def make(source: str | Slice, seconds: float = 10.0, **options) -> Student:
        code = slice_of(source) if isinstance(source, str) else source
        options = {"limits": Limits(seconds=seconds), "standing_in": stand_ins_of(LINEAR_CLASSIFIER), **options}
        student = Student(warm, code, **options)
        made.append(student)
        return student

    yield make
    for student in made:
        student.close()


def is_alive(pid: int) -> bool:
    """Whether the process exists and is no zombie that waits for whoever adopted it."""
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] not in "ZX"


def until_gone(pid: int) -> None:
    deadline = time.monotonic() + 10
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not is_alive(pid)


# --- values


def test_values_cross_both_ways_as_they_are(student_of):
    student = student_of("def echo(*values, **named): return values, named")
    values = (None, True, 3, 2.5, "text", [1, (2, 3)], {1: torch.ones(2), "b": None}, np.arange(3))
    returned, named = student.call("echo", *values, k=5)
    assert named == {"k": 5}
    assert returned[:6] == values[:6]
    assert torch.equal(returned[6][1], torch.ones(2))
    assert isinstance(returned[7], np.ndarray)


def test_many_calls_in_one_request_give_the_values_in_order(student_of):
    student = student_of("def square(x): return x * x")
    assert student.call_many("square", [(float(i),) for i in range(50)]) == [float(i * i) for i in range(50)]


def test_what_a_function_did_to_its_inputs_shows(student_of):
    student = student_of("""
        def tidy(x): return x + 1
        def messy(x, options):
            x += 1
            options["seen"] = {1, 2}
            return x
        """)
    x = torch.zeros(2)
    _, (after,) = student.call_keeping("tidy", x)
    assert torch.equal(after, torch.zeros(2))
    _, (after, options) = student.call_keeping("messy", x, {})
    assert torch.equal(after, torch.ones(2))
    assert options == {"seen": Opaque("set")}
    assert torch.equal(x, torch.zeros(2))


def test_an_optimizer_that_updates_in_place_shows_every_step(student_of):
    student = student_of("""
        def sgd(w, dw, config=None):
            config = config if config is not None else {"t": 0, "private": object()}
            config["t"] += 1
            w -= 0.5 * dw
            return w, config
        """)
    start = torch.zeros(2)
    paths = student.trajectories("sgd", [(start, [torch.ones(2)] * 3, None), (start, [torch.ones(2)] * 2, {"t": 8})])
    assert [w.tolist() for w in paths[0]] == [[-0.5, -0.5], [-1.0, -1.0], [-1.5, -1.5]]
    assert [w.tolist() for w in paths[1]] == [[-0.5, -0.5], [-1.0, -1.0]]
    assert start.tolist() == [0.0, 0.0]


def test_an_optimizer_that_forgets_the_config_is_told_so(student_of):
    student = student_of("def sgd(w, dw, config=None): return w - dw")
    with pytest.raises(BadAnswer, match=r"step 1 returned a?.*Tensor where \(next_w, config\) was expected"):
        student.trajectories("sgd", [(torch.zeros(2), [torch.ones(2)], None)])


def test_objects_stay_in_the_worker_behind_handles(student_of):
    student = student_of("""
        class Adder:
            def __init__(self, base): self.base = base
            def add(self, x, times=1): return self.base + x * times
            def grow(self):
                self.base += 1
                return self
        def make(x): return Adder(x), 0.5
        """)
    adder = student.new("Adder", torch.ones(2))
    assert torch.equal(adder.add(torch.ones(2), times=3), torch.full((2,), 4.0))
    adder.call("grow")
    assert torch.equal(adder.get("base"), torch.full((2,), 2.0))
    made, number = student.call("make", 7)
    assert (made.add(1), number) == (8, 0.5)
    student.close()
    with pytest.raises(Died, match="the Adder is gone"):
        adder.get("base")


def test_handles_and_the_students_own_functions_can_be_arguments(student_of):
    student = student_of("""
        class Box:
            def __init__(self, content): self.content = content
        def double(x): return 2 * x
        def apply(function, box): return function(box.content)
        """)
    assert student.call("apply", Ref("double"), student.new("Box", 21)) == 42


def test_the_same_call_draws_the_same_numbers_every_time(student_of):
    student = student_of("""
        import random
        import numpy as np
        import torch
        def draw(): return torch.rand(3), np.random.rand(3), random.random()
        """)
    first, second = student.call("draw"), student.call("draw")
    student.close()
    third = student.call("draw")
    for other in (second, third):
        assert torch.equal(first[0], other[0])
        assert np.array_equal(first[1], other[1])
        assert first[2] == other[2]
    a, b = student.call_many("draw", [(), ()])
    assert not torch.equal(a[0], b[0])


def test_settings_of_the_notebook_hold_and_those_of_a_call_do_not(student_of):
    student = student_of("""
        import torch
        torch.set_default_dtype(torch.float64)
        def zeros(): return torch.zeros(1)
        def spoil():
            torch.set_default_dtype(torch.float16)
            torch.set_grad_enabled(False)
            import sys, warnings
            warnings.simplefilter("error")
            sys.stdout.close()
        def grad():
            x = torch.ones(1, requires_grad=True)
            (x * 2).backward()
            print("fine")
            return x.grad
        """)
    student.call("spoil")
    assert student.call("zeros").dtype == torch.float64
    assert torch.equal(student.call("grad"), torch.full((1,), 2.0, dtype=torch.float64))
    assert student.printed == "fine\n"


# --- callbacks


def test_a_grader_function_can_be_called_by_the_students(student_of):
    student = student_of("def total(f, n): return sum(f(i) for i in range(n))")
    calls = []
    assert student.call("total", lambda i: calls.append(i) or 10 * i, 4) == 60
    assert calls == [0, 1, 2, 3]


def test_callbacks_nest_both_ways(student_of):
    student = student_of("""
        def inner(x): return x + 1
        def outer(f, x): return f(lambda y: y * 2, x) + 1
        """)

    def asked(function, x):
        return function(x) + function(function(x)) + student.call("inner", 100)

    assert student.call("outer", asked, 3) == (6 + 12 + 101) + 1


def test_an_exception_of_a_callback_goes_through_the_students_code_and_back(student_of):
    student = student_of("""
        def careless(f): return f(1)
        def careful(f):
            try:
                return f(1)
            except ValueError as error:
                return "caught " + str(error)
        def loses(f): return f(lambda: [][1])
        """)

    def refuses(_):
        raise ValueError("not a number")

    assert student.call("careful", refuses) == "caught not a number"
    with pytest.raises(Raised, match="not a number") as raised:
        student.call("careless", refuses)
    assert raised.value.kind == "ValueError"
    with pytest.raises(Raised) as raised:
        student.call("loses", lambda function: function())
    assert raised.value.kind == "IndexError"
    assert str(raised.value.origin) == "knn.ipynb, cell 3, line 7"


def test_a_checks_own_verdict_inside_a_callback_is_not_the_students_to_catch(student_of):
    student = student_of("""
        def greedy(f):
            try:
                while True: f()
            except BaseException:
                return "nothing happened"
        """)

    def counted():
        raise AssertionError("it asked too often")

    with pytest.raises(AssertionError, match="it asked too often"):
        student.call("greedy", counted)


def test_time_in_the_graders_own_functions_is_not_the_students(student_of):
    student = student_of("def ask(f): return f()", seconds=0.6)
    assert student.call("ask", lambda: time.sleep(1.0) or 5) == 5


def test_callbacks_without_end_are_stopped(student_of):
    student = student_of("def again(f): return f(again_with(f))\ndef again_with(f): return lambda: f(again_with(f))")
    with pytest.raises(Raised) as raised:
        student.call("again", lambda function: function())
    assert raised.value.kind == "RecursionError"


# --- what goes wrong


def test_an_exception_names_cell_and_line_of_the_innermost_own_code(student_of):
    code = slice_of(
        """
        import torch
        def helper(x):
            y = x
            return torch.stack(y)
        def f(x):
            return helper(x)
        """,
        cell=12,
    )
    with pytest.raises(Raised) as raised:
        student_of(code).call("f", 3)
    assert raised.value.kind == "TypeError"
    assert raised.value.origin == Origin("knn.ipynb", 12, 4)
    assert "knn.ipynb, cell 12, line 4" in str(raised.value)
    assert "autograder" not in str(raised.value)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("import sys; sys.exit(3)", "SystemExit"),
        ("exit()", "NameError|SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("raise GeneratorExit", "GeneratorExit"),
        ("return f()", "RecursionError"),
        ("raise type('Odd', (Exception,), {'__str__': lambda self: 1 / 0})", "Odd"),
    ],
)
def test_whatever_is_raised_costs_that_call_only(student_of, body, kind):
    student = student_of(f"def f(): {body}\ndef fine(): return 1")
    pid = student.call("fine") and student.pid
    with pytest.raises(Raised) as raised:
        student.call("f")
    assert raised.value.kind in kind.split("|")
    assert student.call("fine") == 1
    assert student.pid == pid


def test_an_unfinished_function_is_missing_and_says_where(student_of):
    student = student_of("""
        def todo(x):
            raise NotImplementedError
        def uses(x): return todo(x)
        """)
    with pytest.raises(Missing, match=r"^todo is not implemented yet \(knn.ipynb, cell 3, line 2\)$"):
        student.call("uses", 1)


@pytest.mark.parametrize(
    ("status", "message", "expected"),
    [
        ("stub", "", r"f is not implemented yet \(knn.ipynb, cell 12, line 1\)"),
        ("missing", "found `g`: did you mean f?", "did you mean f"),
        ("broken", "the cell has a syntax error", "syntax error"),
    ],
)
def test_what_the_slice_lacks_is_said_without_a_worker(student_of, status, message, expected):
    found = FunctionSlice("f", status, Origin("knn.ipynb", 12, 1), message=message)
    student = student_of(slice_of("def g(x): return x", f=found))
    with pytest.raises(Missing, match=expected):
        student.call("f", 1)
    with pytest.raises(Missing, match=expected):
        student.call("g", Ref("f"))
    assert student.pid is None


def test_a_missing_module_costs_only_the_functions_that_use_it(student_of):
    student = student_of("""
        import nosuchmodule
        from nosuchmodule import thing
        LIMIT = thing(3)
        def uses(x): return nosuchmodule.work(x)
        def limited(x): return x < LIMIT
        def fine(x): return x
        """)
    assert student.call("fine", 3) == 3
    story = r"No module named 'nosuchmodule' \(knn.ipynb, cell 3, line 1\)"
    with pytest.raises(Missing, match=rf"nosuchmodule could not be defined: ModuleNotFoundError: {story}"):
        student.call("uses", 3)
    with pytest.raises(Missing, match=r"thing could not be defined: .* \(knn.ipynb, cell 3, line 2\)"):
        student.call("limited", 3)


def test_a_function_whose_own_definition_fails_says_why(student_of):
    student = student_of("def f(x=1/0): return x\ndef fine(): return 1")
    with pytest.raises(Missing, match=r"f could not be defined: ZeroDivisionError: division by zero \(knn.ipynb, cell"):
        student.call("f")
    assert student.call("fine") == 1


def test_a_definition_that_never_ends_or_crashes_costs_what_it_binds(student_of):
    student = student_of(
        """
        import ctypes
        def forever():
            while True: pass
        A = forever()
        B = ctypes.string_at(0)
        def a(): return A + 1
        def b(): return B + 1
        def fine(): return 1
        """,
        seconds=0.5,
    )
    assert student.call("fine") == 1
    with pytest.raises(Missing, match=r"A could not be defined: no answer within 0.5 s.*line 4"):
        student.call("a")
    with pytest.raises(Missing, match=r"B could not be defined: it crashed: segmentation fault.*line 5"):
        student.call("b")


def test_future_imports_hold_for_later_statements_as_in_a_notebook(student_of):
    student = student_of("""
        from __future__ import annotations
        def f(x: Undefined) -> AlsoUndefined: return x
        """)
    assert student.call("f", 2) == 2


def test_plots_and_progress_bars_are_always_there(student_of):
    student = student_of("""
        import matplotlib.pyplot as plt
        from matplotlib import cm
        from tqdm import trange
        from tqdm.auto import tqdm
        plt.rcParams["figure.figsize"] = (10, 8)
        figure, axes = plt.subplots()
        def total(values):
            bar = tqdm(values, desc="sum")
            bar.set_postfix(n=1)
            return sum(bar) + sum(trange(3)) + len(tqdm(range(4)))
        """)
    assert student.call("total", [1, 2]) == 10


def test_the_students_package_can_be_imported(student_of):
    student = student_of("import project1.plots, coursekit.settings\ndef name(): return coursekit.settings.__name__")
    assert student.call("name") == "coursekit.settings"


def test_prints_and_warnings_are_harmless_and_kept(student_of):
    student = student_of("""
        import sys, warnings, os
        def f(x):
            print("hello", x)
            print("err", file=sys.stderr)
            os.write(1, b"raw\\n")
            warnings.warn("careful")
            return x
        """)
    assert student.call("f", 3) == 3
    assert student.printed == "hello 3\nerr\nraw\n"
    assert student.printed == ""


def test_what_is_printed_is_kept_within_bounds(student_of):
    student = student_of("def f(): print('x' * 3_000_000)")
    student.call("f")
    assert len(student.printed) < 40_000


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("(i for i in x)", "it holds a generator"),
        ("{1, 2}", "it holds a set"),
        ("lambda: 1", "it holds a function"),
        ("object()", "it holds an object"),
        ("[[open]]", "it holds a builtin_function_or_method"),
    ],
)
def test_an_answer_that_is_not_plain_data_is_named(student_of, value, words):
    with pytest.raises(BadAnswer, match=words):
        student_of(f"def f(x): return {value}").call("f", [1])


# --- the end of a process


def test_a_segmentation_fault_loses_only_that_call(student_of):
    student = student_of("import ctypes\ndef crash(): return ctypes.string_at(0)\ndef fine(): return 1")
    with pytest.raises(Died, match="it crashed: segmentation fault"):
        student.call("crash")
    assert student.call("fine") == 1


def test_an_exit_of_the_process_loses_only_that_call(student_of):
    student = student_of("import os\ndef leave(): os._exit(0)\ndef abort(): os.abort()\ndef fine(): return 1")
    with pytest.raises(Died, match=r"ended the process .*exit status 0"):
        student.call("leave")
    with pytest.raises(Died, match="it crashed: aborted"):
        student.call("abort")
    assert student.call("fine") == 1


def test_an_endless_loop_is_killed_and_not_run_again(student_of):
    student = student_of("def loop():\n    while True: pass\ndef fine(): return 1", seconds=0.5)
    pid = student.call("fine") and student.pid
    started = time.monotonic()
    with pytest.raises(TimedOut, match=r"no answer within 0.5 s"):
        student.call("loop")
    assert time.monotonic() - started < 30
    assert not is_alive(pid)
    started = time.monotonic()
    with pytest.raises(TimedOut, match="not called again"):
        student.call("loop")
    assert time.monotonic() - started < 0.45
    assert student.call("fine") == 1


def test_a_long_computation_outside_python_is_killed_too(student_of):
    student = student_of("import torch\ndef f():\n    x = torch.ones(4000, 4000)\n    return (x @ x @ x @ x @ x).sum()")
    started = time.monotonic()
    with pytest.raises(TimedOut):
        student.call("f", limits=Limits(seconds=0.3))
    assert time.monotonic() - started < 30


def test_a_method_that_hangs_is_not_called_again_but_the_others_are(student_of):
    student = student_of(
        "class K:\n    def hang(self):\n        while True: pass\n    def fine(self): return 1", seconds=0.5
    )
    with pytest.raises(TimedOut):
        student.new("K").hang()
    with pytest.raises(TimedOut, match="not called again"):
        student.new("K").hang()
    assert student.new("K").fine() == 1


def test_endless_output_is_stopped_and_says_so(student_of):
    student = student_of("def f():\n    while True: print('again' * 100)\ndef fine(): return 1")
    with pytest.raises(Died, match="it printed more than 8 MB and was stopped"):
        student.call("f")
    assert 0 < len(student.printed) < 40_000
    assert student.call("fine") == 1


@pytest.mark.parametrize(
    "huge", ["torch.ones(50 * 10**9 // 4)", "bytearray(50 * 10**9)", "numpy.ones(50 * 10**9 // 8)"]
)
def test_fifty_gigabytes_are_refused_and_the_worker_lives(student_of, huge):
    student = student_of(f"import torch, numpy\ndef f(): return {huge}\ndef fine(): return 1")
    pid = student.call("fine") and student.pid
    with pytest.raises(OutOfMemory, match="more memory than the 512 MB it may use"):
        student.call("f")
    assert student.call("fine") == 1
    assert student.pid == pid


def test_memory_eaten_bit_by_bit_is_refused_and_a_larger_limit_allows_it(student_of):
    student = student_of("""
        import torch
        def eat(): return len([torch.ones(1 << 20) for _ in range(100)])
        def fine(): return 1
        """)
    with pytest.raises(OutOfMemory, match="256 MB"):
        student.call("eat", limits=Limits(memory=256 << 20))
    assert student.call("fine", limits=Limits(memory=256 << 20)) == 1
    assert student.call("eat", limits=Limits(memory=800 << 20)) == 100


def test_recursion_without_bound_is_survived(student_of):
    student = student_of("""
        import sys
        def deep(n):
            sys.setrecursionlimit(10**9)
            return dive(n)
        def dive(n): return [dive(n + 1)]
        def fine(): return 1
        """)
    with pytest.raises((OutOfMemory, Died, Raised, TimedOut)):
        student.call("deep", 0, limits=Limits(seconds=2))
    assert student.call("fine") == 1


def test_forged_and_malformed_replies_are_bad_answers(student_of):
    student = student_of("""
        import os
        def junk(): os.write(4, b"x" * 5000)
        def oversized(): os.write(4, b"AGW1" + b"\\xff" * 12)
        def mute():
            os.close(4)
            while True: pass
        def fine(): return 1
        """)
    for name in ("junk", "oversized"):
        with pytest.raises(BadAnswer, match="what came back is not an answer"):
            student.call(name)
    started = time.monotonic()
    with pytest.raises(Died):
        student.call("mute")
    assert time.monotonic() - started < 30
    assert student.call("fine") == 1


def test_nothing_is_left_alive_after_close(student_of):
    student = student_of("def fine(): return 1")
    student.call("fine")
    pid = student.pid
    assert is_alive(pid)
    student.close()
    assert not is_alive(pid)
    assert student.pid is None


def test_a_fork_server_that_died_is_started_again(student_of, warm):
    student = student_of("def fine(): return 1")
    assert student.call("fine") == 1
    worker, server = student.pid, warm.pid
    os.kill(server, 9)
    until_gone(worker)
    assert student.call("fine") == 1
    assert warm.pid != server
    assert student.pid != worker


# --- the budget of the run


def test_no_call_runs_after_the_budget(student_of):
    student = student_of("def fine(): return 1")
    student.deadline = time.monotonic() - 1
    with pytest.raises(OutOfTime, match="the time for the whole run is spent"):
        student.call("fine")
    assert student.pid is None


def test_a_call_cut_by_the_budget_is_not_the_functions_fault(student_of):
    student = student_of("import time\ndef slow(): time.sleep(1.5); return 7\ndef fine(): return 1")
    student.call("fine")
    student.deadline = time.monotonic() + 0.5
    with pytest.raises(OutOfTime):
        student.call("slow")
    student.deadline = None
    assert student.call("slow") == 7


# --- stand-ins


def test_distances_are_stood_in_for(student_of):
    student = student_of(
        """
        import torch
        def compute_distances_no_loops(a, b): return torch.zeros(1)
        def nearest(a, b): return compute_distances_no_loops(a, b)
        """,
        standing_in=stand_ins_of(KNN),
    )
    a, b = torch.randn(5, 2, 3), torch.randn(4, 2, 3)
    assert student.call("nearest", a, b).shape == (1,)
    student.stand_in(frozenset({"compute_distances_no_loops"}))
    expected = (a.flatten(1)[:, None] - b.flatten(1)[None]).square().sum(-1)
    assert torch.allclose(student.call("nearest", a, b), expected, atol=1e-5)
    assert student.call("nearest", a.to(torch.uint8), b.to(torch.uint8)).dtype == torch.uint8
    with pytest.raises(GraderFault, match="stood in for"):
        student.call("compute_distances_no_loops", a, b)
    student.stand_in(frozenset())
    assert student.call("nearest", a, b).shape == (1,)


@pytest.mark.parametrize(
    "name", ["svm_loss_vectorized", "softmax_loss_naive", "l1_regularization", "l2_regularization"]
)
def test_losses_are_stood_in_for_with_their_gradients(student_of, name):
    student = student_of("def wrong(*_): return 0\ndef ask(f, *args): return f(*args)")
    student.stand_in(frozenset({name}))
    W = torch.randn(4, 3, dtype=torch.float64, requires_grad=True)
    X, y, reg = torch.randn(6, 4, dtype=torch.float64), torch.tensor([0, 1, 2, 2, 1, 0]), 0.3
    if name.startswith("l"):
        loss, dW = student.call("ask", Ref(name), W, reg)
        expected = reg * (W.abs() if name.startswith("l1") else W.square()).sum()
    else:
        loss, dW = student.call("ask", Ref(name), W, X, y, reg)
        scores = X @ W
        right = scores.gather(1, y[:, None])
        if name.startswith("svm"):
            data = ((scores - right + 1).clamp(min=0).sum(1) - 1).mean()
        else:
            data = (scores.logsumexp(1) - right[:, 0]).mean()
        expected = data + reg * W.square().sum()
    expected.backward()
    assert torch.allclose(loss, expected.detach())
    assert torch.allclose(dW, W.grad)


def test_votes_and_training_are_asked_of_the_grader(student_of):
    asked = []

    def train(loss_func, W, X, y, **options):
        asked.append((loss_func if isinstance(loss_func, str) else loss_func(1.0), options))
        return W + 1, [0.5]

    student = student_of(
        """
        def svm_loss_naive(W, X, y, reg): return 0
        def run(W, X, y): return train_linear_classifier(svm_loss_naive, W, X, y, num_iters=3)
        def run_own(W, X, y): return train_linear_classifier(lambda x: x + 1, W, X, y)
        def vote(d, y): return predict_labels(d, y, k=2)
        """,
        answers={"train_linear_classifier": train, "predict_labels": lambda dists, y, k=1: y[:k]},
    )
    student.stand_in(frozenset({"train_linear_classifier", "predict_labels"}))
    W, history = student.call("run", torch.zeros(2), torch.ones(2), torch.ones(2))
    assert torch.equal(W, torch.ones(2))
    assert history == [0.5]
    student.call("run_own", torch.zeros(2), torch.ones(2), torch.ones(2))
    assert asked == [("svm_loss_naive", {"num_iters": 3}), (2.0, {})]
    assert student.call("vote", torch.ones(2, 2), torch.tensor([4, 5, 6])).tolist() == [4, 5]


def test_a_numeric_gradient_of_the_graders_calls_the_students_function(student_of):
    def numeric_gradient(f, w, h=1e-5):
        return torch.stack([(f(w + h * e) - f(w - h * e)) / (2 * h) for e in torch.eye(len(w), dtype=w.dtype)])

    student = student_of(
        "def slope(w): return numeric_gradient(lambda v: (v * v).sum(), w)",
        answers={"numeric_gradient": numeric_gradient},
    )
    student.stand_in(frozenset({"numeric_gradient"}))
    w = torch.tensor([1.0, -2.0], dtype=torch.float64)
    assert torch.allclose(student.call("slope", w), 2 * w)


def test_a_classifier_stood_in_for_predicts_by_asking(student_of):
    student = student_of(
        "def accuracy(x, y): return KnnClassifier(x, y).check_accuracy(x, y, k=1, quiet=True)",
        standing_in=stand_ins_of(KNN),
        answers={"KnnClassifier": lambda x_train, y_train, x_test, k: torch.zeros(len(x_test), dtype=torch.int64)},
    )
    student.stand_in(frozenset({"KnnClassifier"}))
    assert student.call("accuracy", torch.ones(4, 2), torch.tensor([0, 0, 0, 1])) == 75.0


def test_what_the_graders_answers_draw_is_the_same_every_time(student_of):
    student = student_of(
        "def draw(): return sample_batch(), sample_batch()", answers={"sample_batch": lambda: torch.rand(3)}
    )
    student.stand_in(frozenset({"sample_batch"}))
    torch.manual_seed(1)
    before = torch.random.get_rng_state()
    first, second = student.call("draw"), student.call("draw")
    assert torch.equal(first[0], second[0])
    assert not torch.equal(first[0], first[1])
    assert torch.equal(before, torch.random.get_rng_state())


def test_given_classes_replace_the_students_copies(student_of):
    student = student_of(
        """
        def helper(x): return x + 1
        class Given:
            def run(self, x): return "edited"
        """,
        given="class Given:\n    def run(self, x: Tensor) -> Tensor:\n        return helper(x)\n",
    )
    assert student.new("Given").run(1) == 2


# --- forbidden calls


def test_blocked_calls_raise_and_stand_ins_keep_theirs(student_of):
    student = student_of(
        """
        import torch
        from torch import cdist as alias
        def plain(a): return torch.cdist(a, a)
        def renamed(a): return alias(a, a)
        def method(a): return a.norm()
        def module(a): return torch.nn.CrossEntropyLoss()(a, torch.tensor([0]))
        def stood(a): return compute_distances_no_loops(a, a)
        """,
        standing_in=stand_ins_of(KNN),
    )
    a = torch.ones(1, 2)
    student.stand_in(frozenset({"compute_distances_no_loops"}))
    student.block(["torch.cdist", "torch.Tensor.norm", "torch.nn.CrossEntropyLoss.forward", "torch.nosuch.thing"])
    for name, blocked in [("plain", "torch.cdist"), ("renamed", "torch.cdist"), ("method", "torch.Tensor.norm")]:
        with pytest.raises(Raised, match=f"{blocked} is not allowed here"):
            student.call(name, a)
    with pytest.raises(Raised, match=r"torch.nn.CrossEntropyLoss.forward is not allowed here"):
        student.call("module", a)
    assert torch.equal(student.call("stood", a), torch.zeros(1, 1))
    student.block([])
    assert torch.equal(student.call("plain", a), torch.zeros(1, 1))
    assert student.call("module", a).shape == ()


# --- weights


def saved(value: object) -> bytes:
    buffer = io.BytesIO()
    torch.save(value, buffer)
    return buffer.getvalue()


class Evil:
    def __reduce__(self):
        return (os.system, ("true",))


def test_weights_are_loaded_in_the_worker(student_of):
    student = student_of("def f(): return 1")
    loaded = student.load_weights(saved({"W": torch.eye(3)}))
    assert torch.equal(loaded["W"], torch.eye(3))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the file is empty"),
        (b"hello, I am no weights", "not one that torch.save wrote"),
        (b"PK\x03\x04" + bytes(100), "not one that torch.save wrote, or is damaged"),
        (saved({"W": torch.eye(3)})[:300], "not one that torch.save wrote, or is damaged"),
        (saved({"W": Evil()}), "the file holds code or objects"),
    ],
    ids=["empty", "text", "a broken zip", "cut short", "code"],
)
def test_a_file_that_is_not_weights_is_refused_in_words(student_of, data, words):
    student = student_of("def f(): return 1")
    with pytest.raises(BadAnswer, match=words):
        student.load_weights(data)
    assert student.call("f") == 1


def test_a_huge_statement_is_loaded(student_of):
    student = student_of(f"DATA = '{'x' * 3_000_000}'\ndef size(): return len(DATA)")
    assert student.call("size") == 3_000_000


def test_a_statement_that_does_not_parse_costs_only_its_names(student_of):
    good = Statement("def fine(): return 1", Origin("knn.py", 0, 5), frozenset({"fine"}))
    bad = Statement("def f(:", Origin("knn.py", 0, 2), frozenset({"f"}))
    functions = {name: FunctionSlice(name, "present") for name in ("f", "fine")}
    student = student_of(Slice("knn", (bad, good), functions))
    with pytest.raises(Missing, match=r"f could not be defined: SyntaxError: .*\(knn.py, line 2\)"):
        student.call("f")
    assert student.call("fine") == 1
