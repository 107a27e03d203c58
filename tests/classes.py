"""Makes classes for the tests: small submissions that are graded quickly, in the shapes that they come in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.submissions import ROOT, definitions, with_body

RIGHT = definitions("optimizers")["sgd"]
WRONG = with_body("optimizers", "sgd", "return w + 0.01 * dw, config or {}")
HANGS = "def sgd(w, dw, config=None):\n    while True:\n        pass\n"


def module(code: str) -> str:
    """A module with one graded function."""
    return f"import torch\n\n\n{code}\n"


def folder_of(folder: Path, **codes: str) -> Path:
    """A folder of submissions, one module each, by the names of the students."""
    folder.mkdir(parents=True)
    for name, code in codes.items():
        (folder / f"{name}.py").write_text(module(code))
    return folder


def some(folder: Path, count: int) -> Path:
    """A folder of so many submissions, every third of them wrong."""
    return folder_of(folder, **{f"s{i:03d}": WRONG if i % 3 == 2 else RIGHT for i in range(count)})


def export(path: Path, entries: dict[str, dict[str, Any]], codes: dict[str, str]) -> Path:
    """Gradescope's export: a zip with one top folder, the metadata, and a folder for each submission."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("assignment_1_export/submission_metadata.yml", yaml.safe_dump(entries, allow_unicode=True))
        for name, code in codes.items():
            archive.writestr(f"assignment_1_export/{name}/optimizers.py", module(code))
    return path


def submitter(name: str, sid: str = "", email: str = "") -> dict[str, str]:
    """One entry of `:submitters`."""
    return {":name": name, ":sid": sid, ":email": email}


def command(*arguments: object) -> list[str]:
    """The command line of the grader."""
    return [sys.executable, "-m", "autograder", *map(str, arguments)]


def grade_all(submissions: Path, out: Path, *more: object, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Grade a class in a process of its own."""
    run = subprocess.run(
        command("grade-all", submissions, "--out", out, "--jobs", 2, *more),
        cwd=ROOT,
        env=dict(os.environ, COLUMNS="200"),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert not check or run.returncode == 0, run.stdout + run.stderr
    return run


def scores(out: Path) -> dict[str, float]:
    """The score in each results.json of a folder of results."""
    return {path.parent.name: json.loads(path.read_text())["score"] for path in out.glob("*/results.json")}


FILES = {"graded.json", "report.json", "results.json", "report.html"}
"""What every folder of a submission holds."""


def said(out: Path) -> dict[str, object]:
    """Everything in every results.json but the time it took."""
    found = {}
    for path in sorted(out.glob("*/results.json")):
        told = json.loads(path.read_text())
        del told["execution_time"]
        found[path.parent.name] = told
    return found


def whole(out: Path) -> bool:
    """Every folder holds all its files, and nothing half-written lies about."""
    folders = [path for path in out.iterdir() if path.is_dir()]
    return all({file.name for file in path.iterdir()} == FILES for path in folders if not path.name.startswith("."))


def started(submissions: Path, out: Path, *more: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command("grade-all", submissions, "--out", out, "--jobs", 2, *more),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def until(what: Callable[[], bool], seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)


def descendants(pid: int) -> Iterator[int]:
    """All that a process started, and what those started."""
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        for child in map(int, children):
            yield child
            yield from descendants(child)


def running(pids: set[int]) -> set[int]:
    alive = set()
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if state != "Z":
            alive.add(pid)
    return alive
