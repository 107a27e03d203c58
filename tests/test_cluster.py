"""The same class on a real Dask cluster: a scheduler and two workers, each a process of its own."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.build import gradescope
from tests.assignments import PROJECT1
from tests.classes import grade_all, said, scores, some, started, until, whole

DASK = str(Path(sys.executable).with_name("dask"))


class Machines:
    """A scheduler, and workers that have nothing but what stands in the grader zip."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.grader = folder / "grader"
        with zipfile.ZipFile(io.BytesIO(gradescope.build(PROJECT1))) as archive:
            archive.extractall(self.grader)
        self.file = folder / "scheduler.json"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.start("scheduler", "--port", "0", "--no-dashboard", "--host", "127.0.0.1")
        until(self.file.exists)
        self.address = json.loads(self.file.read_text())["address"]

    def start(self, what: str, *options: str) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{what}-{len(self.processes)}.log").open("wb")
        with log:
            process = subprocess.Popen(
                [DASK, what, "--scheduler-file", str(self.file), *options],
                cwd=self.grader,
                env=dict(os.environ, PYTHONPATH=str(self.grader)),
                stdout=log,
                stderr=log,
            )
        self.processes.append(process)
        return process

    def worker(self) -> subprocess.Popen[bytes]:
        scratch = str(self.folder / "scratch")
        return self.start("worker", "--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", scratch)

    def logs(self) -> str:
        return "\n".join(path.read_text() for path in self.folder.glob("*.log"))


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    found = Machines(tmp_path_factory.mktemp("cluster"))
    yield found
    for process in found.processes:
        process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)


def test_a_worker_that_is_killed_in_the_middle_loses_nothing(machines: Machines, tmp_path: Path) -> None:
    submissions, here, there = some(tmp_path / "class", 12), tmp_path / "here", tmp_path / "there"
    grade_all(submissions, here)
    one, _two = machines.worker(), machines.worker()
    process = started(submissions, there, "--scheduler", machines.address)
    until(lambda: len(list(there.glob("*/graded.json"))) >= 3)
    one.kill()
    printed, _ = process.communicate(timeout=300)
    assert process.returncode == 0, printed + machines.logs()
    assert len(scores(there)) == 12 and whole(there)
    assert said(there) == said(here), "graded there as here"
    again = grade_all(submissions, there)
    assert "12 graded before and unchanged" in again.stdout, "results are the same, wherever they were made"


def test_a_worker_with_another_grader_is_refused(machines: Machines, tmp_path: Path) -> None:
    for process in machines.processes[1:]:
        process.kill()
        process.wait()
    changed = machines.grader / "autograder" / "grading.py"
    text = changed.read_text()
    changed.write_text(text + "\n# another version\n")
    try:
        machines.worker()
        submissions, out = some(tmp_path / "class", 2), tmp_path / "out"
        run = grade_all(submissions, out, "--scheduler", machines.address, check=False)
    finally:
        changed.write_text(text)
    assert run.returncode == 2 and "another version" in run.stderr and "Traceback" not in run.stderr
    assert not scores(out)


def test_a_scheduler_that_is_not_there_is_told(tmp_path: Path) -> None:
    submissions, out = some(tmp_path / "class", 1), tmp_path / "out"
    began = time.monotonic()
    run = grade_all(submissions, out, "--scheduler", "tcp://127.0.0.1:1", check=False)
    assert run.returncode == 2 and "no Dask scheduler answers at tcp://127.0.0.1:1" in run.stderr
    assert "Grades:" not in run.stdout and "submissions 0" not in run.stdout  # nothing was graded: no summary of it
    assert time.monotonic() - began < 90
    run = grade_all(submissions, out, "--scheduler", "nonsense", check=False)
    assert run.returncode == 2 and "no Dask scheduler answers at nonsense" in run.stderr
    assert "Traceback" not in run.stderr
