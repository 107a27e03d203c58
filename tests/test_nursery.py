"""What grading processes share: the process they are forked from has done once what each of them would do."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path

from autograder.assignment import ROOT, load
from autograder.batch import nursery, process
from autograder.batch.crew import Local
from autograder.batch.parcel import Parcel
from autograder.batch.process import Job
from autograder.checks.reference import load_reference


def loaded() -> tuple[int, int]:
    """In a grading process that has graded nothing: how many references it has, and that of its parent."""
    return load_reference.cache_info().currsize, os.getppid()


def tell() -> None:
    """Ask two grading processes, and say how many references and parents they have."""
    with Local(Job("project1", "any"), 2) as crew:
        assert crew._pool is not None
        told = [future.result() for future in [crew._pool.submit(loaded) for _ in range(8)]]
    print(*{references for references, _ in told}, len({parent for _, parent in told}))


def test_a_grading_process_begins_with_its_references_loaded() -> None:
    command = [sys.executable, "-c", "from tests.test_nursery import tell; tell()"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert run.stdout.split() == [str(len(load("project1").parts)), "1"], run.stderr


def looked_through() -> int:
    """In a grading process: how many objects a full collection looks through."""
    return len(gc.get_objects())


def tell_collected(folder: str) -> None:
    """Grade two submissions in one process, and say how much is left to look through before and after each."""
    with Local(Job("project1", "any"), 1) as crew:
        assert crew._pool is not None
        someone = Parcel("someone", Path(folder), ("someone",))
        print(crew._pool.submit(looked_through).result())
        for _ in range(2):
            crew._pool.submit(process.grade, someone).result()
            print(crew._pool.submit(looked_through).result())


def test_what_a_grading_process_keeps_is_not_looked_through_with_each_submission(tmp_path: Path) -> None:
    (tmp_path / "someone").mkdir()
    (tmp_path / "someone" / "knn.ipynb").write_bytes((ROOT / "notebooks" / "project1" / "knn.ipynb").read_bytes())
    script = f"from tests.test_nursery import tell_collected; tell_collected({str(tmp_path)!r})"
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=300)
    before, *after = map(int, run.stdout.split())
    assert len(after) == 2 and max(after) < before, run.stderr


def test_preparing_starts_no_thread_of_torch() -> None:
    """Numpy's own starts with its import, and minds forks; torch's would be missing in whoever is forked."""
    count = "len(os.listdir('/proc/self/task'))"
    script = f"import os, numpy; before = {count}; import autograder.batch.nursery; print({count} - before)"
    environment = {**os.environ, nursery.PROJECT: "project1"}
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert run.stdout.strip() == "0", run.stderr


def test_a_project_that_cannot_be_loaded_is_left_to_the_first_grading() -> None:
    environment = {**os.environ, nursery.PROJECT: "no-such-project"}
    command = [sys.executable, "-c", "import autograder.batch.nursery"]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")


def test_a_grader_that_cannot_be_set_up_is_told_in_a_sentence() -> None:
    script = (
        "from autograder.batch import process\n"
        "from autograder.errors import UsageError\n"
        "class Broken:\n"
        "    def get(self): raise SyntaxError('invalid syntax')\n"
        "process.start(process.Job('project1', 'any'), Broken())\n"
        "try: process.grade(None)\n"
        "except UsageError as error: print(error)\n"
    )
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert run.stdout.strip() == "the grader itself could not be set up: SyntaxError: invalid syntax.", run.stderr
