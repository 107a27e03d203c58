"""A submission that is hard to go through costs a bounded time, a message, and nobody else's points."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from submissions import write_notebook

from autograder.grading import Settings, grade
from autograder.submission.timebox import TooLong, within
from tests.assignments import KNN, PROJECT1

LAMBDAS = (
    "def compute_distances_no_loops(x_train, x_test):\n    f0 = 1\n"
    + "".join(f"    f{i} = lambda: f{i - 1}\n" for i in range(1, 9000))
    + "    return f8999()\n"
)
TANGLED = (
    "".join(f"def h{i}(): return [{','.join(f'h{j}()' for j in range(max(0, i - 12), i))}]\n" for i in range(2500))
    + "def compute_distances_no_loops(x_train, x_test):\n    return h2499()\n"
)


def endless() -> None:
    while True:
        sum(range(100))


def test_a_block_that_takes_too_long_is_interrupted():
    started = time.monotonic()
    with pytest.raises(TooLong), within(0.1):
        endless()
    assert time.monotonic() - started < 30


PROFILED = """
import cProfile
from autograder.submission.timebox import within
def work():
    return sum(i for i in range(1000))
with within(60):
    work()
profile = cProfile.Profile()
profile.runcall(work)
"""


def test_the_interpreter_is_as_quick_after_it_as_before():
    """An interruption taken back leaves CPython looking for it at every step; 3.11's profiler then never gets on."""
    root = Path(__file__).parents[1]
    subprocess.run([sys.executable, "-c", PROFILED], cwd=root, check=True, timeout=60)


def test_it_is_interrupted_in_any_thread_and_although_it_catches_exceptions():
    caught = []

    def stubborn() -> None:
        while True:
            try:
                endless()
            except Exception:  # noqa: BLE001 - as careless code does
                continue

    def work() -> None:
        try:
            with within(0.1):
                stubborn()
        except TooLong as error:
            caught.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(10)
    assert len(caught) == 1


def test_what_is_done_in_time_is_left_alone_also_afterwards():
    with within(0.05):
        done = sum(range(10))
    time.sleep(0.2)
    assert done == 45


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # it may fall into a finalizer first
def test_a_tangled_notebook_is_given_up_and_told_so(warm, tmp_path):
    write_notebook(tmp_path / "knn.ipynb", [TANGLED])
    started = time.monotonic()
    report = grade(tmp_path, warm, Settings(PROJECT1, reading=0.3, parts=(KNN,)))
    assert time.monotonic() - started < 30  # the machine may be busy; alone it is 2
    assert report.score == 0 and report.complete and not report.ungraded
    assert any("could not be gone through within" in note and "Simplify it" in note for note in report.notes)


def test_a_statement_of_nine_thousand_functions_is_refused_at_once(warm, tmp_path):
    write_notebook(tmp_path / "knn.ipynb", [LAMBDAS])
    report = grade(tmp_path, warm, Settings(PROJECT1, parts=(KNN,)))
    assert report.score == 0
    assert any("more than 1000 functions in one statement" in outcome.message for outcome in report.outcomes)
