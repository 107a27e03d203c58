"""The processes of a class end when they are told to, whatever they are doing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path

from autograder.assignment import ROOT
from autograder.batch.crew import Local
from autograder.batch.process import Job


def half(mark: str) -> bytes:
    """In a grading process: what it returns is sent by half, and then it is stuck until it is killed."""
    whole = Connection._send  # type: ignore[attr-defined]

    def stuck(self: Connection, data: bytes, *_: object) -> None:
        whole(self, bytes(data)[: len(data) // 2])
        Path(mark).touch()
        time.sleep(600)

    Connection._send = stuck  # type: ignore[attr-defined]
    return os.urandom(1 << 14)


def interrupt(mark: str) -> None:
    """End a crew that is in the middle of handing a result over."""
    with Local(Job("project1", "any"), 1) as crew:
        assert crew._pool is not None
        crew._pool.submit(half, mark)
        while not Path(mark).exists():
            time.sleep(0.05)
    print("ended")


def test_a_crew_ends_that_is_handing_a_result_over(tmp_path: Path) -> None:
    script = f"from tests.test_crew import interrupt; interrupt({str(tmp_path / 'mark')!r})"
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert (run.returncode, run.stdout) == (0, "ended\n"), run.stderr
