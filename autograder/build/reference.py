"""The finished reference notebooks: the masters with their solutions, run from top to bottom in a real kernel.

Each runs in a folder of its own that holds the notebook and copies of the students' packages, as a student's does; what
it leaves there (trained weights) is kept with it. Nothing is run again while the master and the packages stay the same.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from autograder.assignment import ROOT, SOLUTIONS, Assignment, packages
from autograder.build import archive, master, notebooks
from autograder.build.archive import Entry
from autograder.build.master import Master
from autograder.catalog import Part

FOLDER = ROOT / "build" / "reference"
EXECUTE = Path(__file__).with_name("execute.py")
SECONDS = 600
FAILED = "  ✗ "  # how a public check begins the line of one that failed
DATA = "data"
"""Where data sets are kept beside the packages: downloaded once, by whoever needs them first."""


class NotebookError(Exception):
    """A reference notebook does not run, fails a public check or leaves no weights; `str()` shows what happened."""


@dataclass(frozen=True)
class Finished:
    """One executed notebook.

    Attributes:
        part: which.
        files: the notebook with its outputs, and the weights it wrote, by file name.
        seconds: how long it ran; 0 when it was kept from an earlier run.
        cpu_seconds: the processor time that it took when it ran.
    """

    part: Part
    files: dict[str, bytes]
    seconds: float
    cpu_seconds: float


def run_all(
    assignment: Assignment,
    folder: Path = FOLDER,
    solutions: Path = SOLUTIONS,
    parts: Sequence[Part] | None = None,
) -> tuple[Finished, ...]:
    """Execute what is not already executed, two at a time; all of them in the order of the parts.

    Args:
        assignment: whose notebooks.
        folder: where they are kept.
        solutions: where the masters lie.
        parts: only these.

    Raises:
        MasterError: a master breaks a rule.
        NotebookError: a notebook does not run from top to bottom, or leaves no weights where it must.
    """
    masters = [master.read(part, solutions) for part in (assignment.parts if parts is None else parts)]
    with ThreadPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        return tuple(pool.map(lambda source: run(source, folder), masters))


def run(source: Master, folder: Path = FOLDER) -> Finished:
    """Execute one master's notebook unless that has been done; see `run_all`."""
    name, folder = source.part.name, folder / source.part.assignment
    notebook = notebooks.encode(notebooks.reference_notebook(source))
    package: dict[str, Entry] = {}
    for own in packages(source.part.assignment):
        package |= archive.tree(ROOT / own, f"{own}/")
    versions = [sys.version, *(version(library) for library in ("torch", "numpy", "nbconvert", "ipykernel"))]
    key = hashlib.sha256(
        repr((notebook, sorted(package.items(), key=lambda item: item[0]), versions, EXECUTE.read_bytes())).encode()
    ).hexdigest()
    kept = folder / name
    if (kept / "key").is_file() and (kept / "key").read_text() == key:
        return Finished(source.part, _files(source.part, kept), 0.0, float((kept / "cpu_seconds").read_text()))

    started = time.monotonic()
    work = folder / f"{name}.work"
    shutil.rmtree(work, ignore_errors=True)
    shutil.rmtree(kept, ignore_errors=True)
    work.mkdir(parents=True)
    for path, entry in package.items():
        (work / path).parent.mkdir(parents=True, exist_ok=True)
        (work / path).write_bytes(entry.data)
    (work / "unrun.ipynb").write_bytes(notebook)
    (ROOT / DATA).mkdir(exist_ok=True)
    (work / DATA).symlink_to(ROOT / DATA)
    took = _execute(work, "unrun.ipynb", f"{name}.ipynb")
    files = _files(source.part, work)
    failed = failed_checks(files[f"{name}.ipynb"])
    if failed:
        raise NotebookError(
            f"the reference in {name}.py fails public checks that students are shown; one of the two is wrong:\n"
            + "\n".join(failed)
        )
    kept.mkdir(parents=True)
    for file_name, data in files.items():
        (kept / file_name).write_bytes(data)
    (kept / "cpu_seconds").write_text(str(took))
    (kept / "key").write_text(key)
    shutil.rmtree(work)
    return Finished(source.part, files, time.monotonic() - started, took)


def _execute(work: Path, notebook: str, result: str) -> float:
    """Run a notebook in its folder, with an environment of its own; the user's Jupyter settings play no part.

    Returns:
        The seconds of processor time that it took.
    """
    home = work.parent / f"{work.name}.home"
    home.mkdir(exist_ok=True)
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "MPLCONFIGDIR": str(home / "matplotlib"),
        **{f"JUPYTER_{kind}_DIR": str(home / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")},
        "PYTHONHASHSEED": "0",
        "OMP_NUM_THREADS": "1",  # the same sums in the same order on every machine
        # No notebook may need the network: whatever asks for it is sent to a port where nobody answers.
        **dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9"),
    }
    command = [sys.executable, str(EXECUTE), notebook, result]
    try:
        done = subprocess.run(
            command, cwd=work, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise NotebookError(f"the reference notebook {result} ran for more than {SECONDS} s") from error
    if done.returncode != 0:
        raise NotebookError(f"the reference notebook {result} does not run:\n{done.stderr.strip()[-4000:]}")
    shutil.rmtree(home)
    return float(done.stdout.split()[-1])


def failed_checks(notebook: bytes) -> list[str]:
    """What an executed notebook printed of the public checks that failed, each with its function."""
    failed = []
    for cell in json.loads(notebook)["cells"]:
        printed = "".join("".join(output.get("text", "")) for output in cell.get("outputs", ()))
        about = ""
        for line in printed.splitlines():
            if line.startswith(FAILED):
                failed.append(f"{about}: {line.removeprefix(FAILED)}")
            elif line and not line[0].isspace():
                about = line
    return failed


def _files(part: Part, folder: Path) -> dict[str, bytes]:
    names = (f"{part.name}.ipynb", *(weights.file for weights in part.weights))
    missing = [name for name in names if not (folder / name).is_file()]
    if missing:
        raise NotebookError(f"the reference notebook {part.name}.ipynb ran, but wrote no {', '.join(missing)}")
    return {name: (folder / name).read_bytes() for name in names}
