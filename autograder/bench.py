"""`make bench`: what grading costs, as ratios within one run, because machines differ and drift.

Prints one row for each figure with its bound; exits 1 if a figure is over it.
"""

from __future__ import annotations

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

from autograder.build import reference
from autograder.grading import grade_submission
from autograder.results import Report
from autograder.submission.load import load
from autograder.submission.source import Slice, Submission
from autograder.worker.student import Limits, Student
from autograder.worker.warm import Warm

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Figure:
    """One measured figure and the bound it must keep."""

    name: str
    value: float
    bound: float
    unit: str = ""
    detail: str = ""


def main(runs: int = 5) -> int:
    """Measure, print the table, and say whether every bound is kept."""
    with TemporaryDirectory() as folder:
        path = finished_submission(Path(folder))
        figures = [cold(path, runs), warm_cpu(load(path), runs), peak_memory(path)]
    print(f"medians of {runs} runs on {os.cpu_count()} cores, torch {torch.__version__}")
    for figure in figures:
        verdict = "ok" if figure.value <= figure.bound else "OVER"
        print(
            f"  {figure.name:<66} {figure.value:7.2f}{figure.unit}  (at most {figure.bound:g}{figure.unit})  {verdict}"
        )
        print(f"      {figure.detail}")
    return int(any(figure.value > figure.bound for figure in figures))


def finished_submission(folder: Path) -> Path:
    """The executed reference notebooks and their weights, as a student would hand them in."""
    for finished in reference.run_all():
        for name, data in finished.files.items():
            (folder / name).write_bytes(data)
    return folder


def cold(path: Path, runs: int) -> Figure:
    """Wall time of grading from a cold start, over that of `import torch`."""
    grading, importing = [], []
    for _ in range(runs + 1):
        importing.append(_wall([sys.executable, "-c", "import torch"]))
        grading.append(_wall([sys.executable, "-m", "autograder", "grade", str(path)]))
    ratio = median(a / b for a, b in zip(grading[1:], importing[1:], strict=True))
    detail = f"{median(grading[1:]):.2f} s over {median(importing[1:]):.2f} s"
    return Figure("grade the reference once, cold / import torch (wall)", ratio, 4.0, detail=detail)


def warm_cpu(submission: Submission, runs: int) -> Figure:
    """CPU of grading in a warm process, over that of the same calls made in this process."""
    torch.set_num_threads(1)
    apart, inside = [], []
    with Warm() as warm:
        for _ in range(runs + 1):
            apart.append(_cpu(lambda: grade_submission(submission, warm), warm.pid))
            inside.append(_cpu(lambda: grade_submission(submission, warm, student_type=InProcess), warm.pid))
    ratio = median(a / b for a, b in zip(apart[1:], inside[1:], strict=True))
    detail = f"{median(apart[1:]):.2f} s over {median(inside[1:]):.2f} s"
    return Figure("grade it again, warm / the same calls in-process (CPU)", ratio, 1.5, detail=detail)


def peak_memory(path: Path) -> Figure:
    """Highest proportional set size of the grader and everything it started, while it grades."""
    command = [sys.executable, "-m", "autograder", "grade", str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        peak = 0
        while process.poll() is None:
            peak = max(peak, sum(map(_pss, _tree(process.pid))))
            time.sleep(0.02)
    return Figure("whole-tree peak memory while grading (PSS)", peak / 2**20, 700.0, " MB", "sampled every 20 ms")


class InProcess(Student):
    """The same questions asked without a worker: what isolation costs is measured against this. Never for grading."""

    def __init__(
        self,
        warm: Warm,  # noqa: ARG002 - the signature is Student's
        code: Slice,
        given: str = "",
        answers: Mapping[str, Callable[..., Any]] | None = None,
        limits: Limits = Limits(),  # noqa: ARG002
    ) -> None:
        self.names: dict[str, Any] = {"__name__": "submission"}
        self.answers = answers or {}
        for statement in code.statements:
            exec(compile(statement.code, "<submission>", "exec"), self.names)
        exec(compile(given, "<given>", "exec"), self.names)

    def stand_in(self, names: frozenset[str]) -> None:
        """A function that always has a stand-in answers from the grader here too."""
        if "train_linear_classifier" in names:
            self.names["train_linear_classifier"] = lambda *args: self.answers["train_linear_classifier"](*args)

    def block(self, names: Sequence[str]) -> None:
        """Nothing is blocked here."""

    def call(self, name: str, *args: Any, limits: Limits | None = None, **kwargs: Any) -> Any:  # noqa: ARG002
        """Call it."""
        value = self.names[name](*_copied(args), **kwargs)
        if isinstance(value, tuple):
            return tuple(
                InProcessHandle(v) if hasattr(v, "train") and not isinstance(v, torch.Tensor) else v for v in value
            )
        return value

    def call_many(self, name: str, arguments: Sequence[tuple[Any, ...]], limits: Limits | None = None) -> list[Any]:
        """Call it once for each."""
        return [self.call(name, *args, limits=limits) for args in arguments]

    def call_keeping(self, name: str, *args: Any, limits: Limits | None = None) -> tuple[Any, tuple[Any, ...]]:  # noqa: ARG002
        """Call it and keep its arguments."""
        kept = _copied(args)
        return self.names[name](*kept), kept

    def trajectory(
        self, name: str, w: torch.Tensor, gradients: Sequence[torch.Tensor], config: dict[str, Any] | None
    ) -> tuple[list[Any], Any]:
        """Run the optimizer."""
        steps, w = [], w.clone()
        for dw in gradients:
            w, config = self.names[name](w, dw.clone(), config)
            steps.append(w.clone())
        return steps, config

    def new(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Make it."""
        return InProcessHandle(self.names[name](*_copied(args), **kwargs))

    def load_weights(self, data: bytes) -> Any:
        """Open it."""
        import io

        return torch.load(io.BytesIO(data), weights_only=True)

    def close(self) -> None:
        """Nothing is open."""


class InProcessHandle:
    """The object itself, with a handle's methods."""

    def __init__(self, target: Any) -> None:
        self.target = target

    def __getattr__(self, name: str) -> Any:
        return getattr(self.target, name)

    def get(self, attribute: str) -> Any:
        """One attribute."""
        return getattr(self.target, attribute)

    def call(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call one method."""
        return getattr(self.target, method)(*args, **kwargs)


def _copied(args: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(a.clone() if isinstance(a, torch.Tensor) else a for a in args)


def _wall(command: Sequence[str]) -> float:
    started = time.monotonic()
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - started


def _cpu(work: Callable[[], Report], server: int) -> float:
    """CPU seconds of this process and of the fork server with the workers it has reaped."""
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
