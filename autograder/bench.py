"""`make bench`: what grading costs, as ratios within one run, because machines differ and drift.

Prints one row for each figure with its bound; exits 1 if a figure is over it.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import torch

from autograder.assignment import ROOT, SOLUTIONS, Assignment, packages
from autograder.build import cramped, reference
from autograder.checks.inprocess import InProcess
from autograder.grading import Settings, grade_submission
from autograder.results import Report
from autograder.submission.load import load
from autograder.submission.source import Slice, Submission
from autograder.worker.process import Clock, Process
from autograder.worker.student import Limits
from autograder.worker.turns import Turns
from autograder.worker.warm import Warm


@dataclass(frozen=True)
class Figure:
    """One measured figure and the bound it must keep."""

    name: str
    value: float
    bound: float
    unit: str = ""
    detail: str = ""


def main(assignment: Assignment, runs: int = 9) -> int:
    """Measure, print the table, and say whether every bound is kept."""
    with TemporaryDirectory() as folder:
        path = finished_submission(assignment, Path(folder))
        grading = [sys.executable, "-m", "autograder", "grade", "--project", assignment.name]
        figures = [
            cold([*grading, str(path)], runs),
            warm_cpu(assignment, load(path, assignment.parts), runs),
            peak_memory([*grading, str(path)]),
            *forks(),
            *small_container(assignment, grading, path),
        ]
    print(f"medians of {runs} runs on {os.cpu_count()} cores, torch {torch.__version__}")
    for figure in figures:
        verdict = "ok" if figure.value <= figure.bound else "OVER"
        print(
            f"  {figure.name:<66} {figure.value:7.2f}{figure.unit}  (at most {figure.bound:g}{figure.unit})  {verdict}"
        )
        print(f"      {figure.detail}")
    return int(any(figure.value > figure.bound for figure in figures))


def finished_submission(assignment: Assignment, folder: Path) -> Path:
    """The executed reference notebooks and their weights, as a student would hand them in."""
    for finished in reference.run_all(assignment):
        for name, data in finished.files.items():
            (folder / name).write_bytes(data)
    return folder


def cold(command: Sequence[str], runs: int) -> Figure:
    """Wall time of grading from a cold start, over that of `import torch`."""
    grading, importing = [], []
    for _ in range(runs + 1):
        importing.append(_wall([sys.executable, "-c", "import torch"]))
        grading.append(_wall(command))
    ratio = median(a / b for a, b in zip(grading[1:], importing[1:], strict=True))
    detail = f"{median(grading[1:]):.2f} s over {median(importing[1:]):.2f} s"
    return Figure("grade the reference once, cold / import torch (wall)", ratio, 4.0, detail=detail)


def warm_cpu(assignment: Assignment, submission: Submission, runs: int) -> Figure:
    """CPU of grading in a warm process, over that of the same calls made in this process."""
    torch.set_num_threads(1)
    gc.freeze()  # as a grader does when it has imported everything
    apart, inside = [], []
    settings = Settings(assignment)
    with Warm(packages=packages(assignment.name)) as warm:
        for _ in range(runs + 1):
            apart.append(_cpu(lambda: grade_submission(submission, warm, settings), warm.pid))
            inside.append(_cpu(lambda: grade_submission(submission, warm, settings, student_type=in_process), warm.pid))
    ratio = median(a / b for a, b in zip(apart[1:], inside[1:], strict=True))
    detail = f"{median(apart[1:]):.2f} s over {median(inside[1:]):.2f} s"
    return Figure("grade it again, warm / the same calls in-process (CPU)", ratio, 1.5, detail=detail)


def peak_memory(command: Sequence[str]) -> Figure:
    """Highest proportional set size of the grader and everything it started, while it grades."""
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        peak = _peak_of(process)
    return Figure("whole-tree peak memory while grading (PSS)", peak / 2**20, 700.0, " MB", "sampled every 20 ms")


def forks(times: int = 40) -> list[Figure]:
    """Wall time from asking for a worker to its being confined and ready, with all layers and with none, in turns."""
    taken: tuple[list[float], list[float]] = ([], [])
    with Warm() as confined, Warm(layers=frozenset()) as bare:
        for _ in range(times + 5):
            for warm, seconds in zip((confined, bare), taken, strict=True):
                started = time.perf_counter()
                process = Process(warm, 1 << 30, [])
                process.exchange(b"", Clock(30.0), 1 << 20)
                seconds.append(1000 * (time.perf_counter() - started))
                process.end()
    with_layers, without = (median(seconds[5:]) for seconds in taken)
    return [
        Figure("fork to sandboxed and ready (wall)", with_layers, 25.0, " ms", f"median of {times}"),
        Figure(
            *("all layers of the sandbox over none (wall)", with_layers - without, 3.0, " ms"),
            f"{with_layers:.1f} ms over {without:.1f} ms",
        ),
    ]


def small_container(assignment: Assignment, grading: Sequence[str], path: Path) -> list[Figure]:
    """The reference, and a submission that eats memory, in the smallest Gradescope container: half a CPU, 768 MB."""
    part = assignment.parts[0]
    eater = part.functions[0].name
    with TemporaryDirectory() as folder, cramped.groups(0.5, 768 << 20) as group:
        out = Path(folder)
        started = time.monotonic()
        with cramped.start(group, [*grading, str(path), "--out", str(out)]) as process:
            peak = _peak_of(process)
        seconds = time.monotonic() - started
        graded = json.loads((out / "results.json").read_text())
        lost = [test["name"] for test in graded["tests"] if test["score"] < test["max_score"]]
        assert not lost, f"the reference lost points: {lost}"
        (out / "hungry").mkdir()
        master = (SOLUTIONS / assignment.name / f"{part.name}.py").read_text()
        (out / "hungry" / f"{part.name}.py").write_text(master + HUNGRY.format(name=eater))
        with cramped.start(group, [*grading, str(out / "hungry"), "--out", str(out)]) as process:
            process.wait()
        eaten = {
            test["name"]
            for test in json.loads((out / "results.json").read_text())["tests"]
            if test["tags"][0] == part.name and test["score"] < test["max_score"]
        }
        others = len([name for name in eaten if eater not in name])
        assert eaten, "eating memory lost no points"
    return [
        Figure("half a CPU, 768 MB: the whole reference (wall)", seconds, 120.0, " s", group.how),
        Figure("half a CPU, 768 MB: whole-tree peak memory (PSS)", peak / 2**20, 700.0, " MB", group.how),
        Figure(
            *("half a CPU, 768 MB: other functions' checks lost by one that eats memory", others, 0.0),
            detail=f"its own: {len(eaten) - others}; {group.how}",
        ),
    ]


HUNGRY = """

def {name}(*_, **__):
    held = []
    while True:
        held.append(b"x" * (16 << 20))
"""


def in_process(
    warm: Warm,  # noqa: ARG001 - the signature is Student's
    code: Slice,
    given: str,
    answers: Mapping[str, Callable[..., Any]],
    limits: Limits,  # noqa: ARG001
    turns: Turns,  # noqa: ARG001
    standing_in: Slice,  # noqa: ARG001
) -> InProcess:
    """The submission's functions without a worker: what isolation costs is measured against this. Never for grading."""
    names: dict[str, Any] = {"__name__": "submission"}
    for statement in code.statements:
        exec(compile(statement.code, "<submission>", "exec"), names)
    return InProcess(names, given, answers)


def _peak_of(process: subprocess.Popen[bytes]) -> int:
    """The highest proportional set size of a process and all it started, until it ends."""
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(map(_pss, _tree(process.pid))))
        time.sleep(0.02)
    return peak


def _wall(command: Sequence[str]) -> float:
    started = time.monotonic()
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - started


def _cpu(work: Callable[[], Report], server: int) -> float:
    """CPU seconds of this process and of the fork server with the workers it has reaped."""
    gc.collect()  # what one run leaves behind is not the next one's to clear
    before = time.process_time() + _server_cpu(server)
    report = work()
    assert not report.ungraded, report.ungraded[0].staff
    return time.process_time() + _server_cpu(server) - before


def _server_cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def _tree(pid: int) -> Iterator[int]:
    """A process and all its descendants."""
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from _tree(int(child))


def _pss(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass  # it ended between being listed and being read
    return 0
