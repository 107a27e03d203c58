"""Time and memory of processes, and two pieces of work measured in turns."""

from __future__ import annotations

import gc
import os
import resource
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from autograder.assignment import ROOT
from autograder.build.memory import of_tree
from autograder.results import Report


def in_turns(one: Callable[[], object], other: Callable[[], object], runs: int) -> tuple[list[float], list[float]]:
    """CPU seconds of each of two pieces of work in this process, done in turns; the first turn is thrown away."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs + 1):
        for work, seconds in zip((one, other), taken, strict=True):
            started = time.process_time()
            work()
            seconds.append(time.process_time() - started)
    return taken[0][1:], taken[1][1:]


def wall(command: Sequence[str]) -> float:
    """Wall seconds of a command."""
    started = time.monotonic()
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - started


def cpu_of(command: Sequence[str]) -> float:
    """CPU seconds of a command and of all that it started and saw to the end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def cpu_of_grading(work: Callable[[], Report], server: int) -> float:
    """CPU seconds of this process and of the fork server with the workers it has reaped."""
    gc.collect()  # what one run leaves behind is not the next one's to clear
    before = time.process_time() + server_cpu(server)
    report = work()
    assert not report.ungraded, report.ungraded[0].staff
    return time.process_time() + server_cpu(server) - before


def server_cpu(pid: int) -> float:
    """CPU seconds of a process and of the children it has reaped; it counts in hundredths."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def peak_of(process: subprocess.Popen[bytes], every: float = 0.02) -> int:
    """The highest proportional set size of a process and all it started, until it ends; in bytes.

    Args:
        process: what to watch.
        every: seconds between two looks.
    """
    peak = 0
    while process.poll() is None:
        peak = max(peak, of_tree(process.pid))
        time.sleep(every)
    return peak
