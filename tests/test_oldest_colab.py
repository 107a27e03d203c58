"""The notebooks on the oldest libraries that Colab still offers, in an environment of their own.

Colab lets a notebook be pinned to a past runtime. The oldest one that it lists (googlecolab/backend-info) is 2025.07,
and every runtime has IPython 7.34. The environment takes gigabytes, for the wheel of torch brings CUDA with it: it is
made once, in `build/`.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder import catalog
from autograder.assignment import ROOT, load
from autograder.build import master, notebooks, release
from tests.assignments import ALL_PARTS

pytestmark = pytest.mark.colab

PINNED = ("torch==2.6.0", "numpy==2.0.2", "matplotlib==3.10.0", "ipython==7.34.0")
PLACE = ROOT / "build" / "oldest-colab"
ROOM = 12 << 30  # bytes, while it is installed
RUN = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell
sys.path = [entry for entry in sys.path if entry]
shell = InteractiveShell.instance(colors="nocolor")
for number, cell in enumerate(json.load(sys.stdin)):
    if shell.run_cell(cell, store_history=True).error_in_exec is not None:
        print(f"STOPPED in {number}")
"""


@pytest.fixture(scope="module")
def python() -> Path:
    """The interpreter of the environment; the tests are skipped, and say why, where it cannot be made."""
    found, made = PLACE / "bin" / "python", PLACE / "made"
    if made.is_file() and made.read_text() == repr(PINNED):
        return found
    free = shutil.disk_usage(ROOT).free
    if free < ROOM:
        pytest.skip(f"{', '.join(PINNED)} need {ROOM >> 30} GB of disk to be installed; {free >> 30} GB are free")
    shutil.rmtree(PLACE, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", PLACE], check=True)
    command = [found, "-m", "pip", "install", "--quiet", *PINNED]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"{', '.join(PINNED)} cannot be installed here: {done.stderr.strip().splitlines()[-1]}")
    made.write_text(repr(PINNED))
    return found


def run(python: Path, part: catalog.Part, folder: Path, solved: bool) -> str:
    """What the code cells of a notebook print there, run in the folder of the unpacked student zip, one by one."""
    zipfile.ZipFile(io.BytesIO(release.build(load(part.assignment)))).extractall(folder)
    make = notebooks.reference_notebook if solved else notebooks.student_notebook
    cells = ["".join(c["source"]) for c in make(master.read(part))["cells"] if c["cell_type"] == "code"]
    environment = {**os.environ, "IPYTHONDIR": str(folder), "MPLBACKEND": "agg", "OMP_NUM_THREADS": "1"}
    environment.pop("PYTHONPATH", None)
    where = folder / part.assignment
    command = [str(python), "-c", RUN]
    done = subprocess.run(
        command, input=json.dumps(cells), cwd=where, env=environment, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("part", ALL_PARTS, ids=lambda part: part.name)
def test_a_filled_in_notebook_runs_and_every_public_check_holds(python, part, tmp_path) -> None:
    said = run(python, part, tmp_path, solved=True)
    assert "STOPPED" not in said and "✗" not in said, said[-3000:]
    assert ", torch 2.6.0" in said.splitlines()[0]
    for function in part.functions:
        assert f"{function.name}\n  ✓" in said, function.name


@pytest.mark.parametrize("part", ALL_PARTS, ids=lambda part: part.name)
def test_an_untouched_notebook_says_of_each_cell_that_stops_which_task_is_open(python, part, tmp_path) -> None:
    lines = run(python, part, tmp_path, solved=False).splitlines()
    before = [lines[number - 1] for number, line in enumerate(lines) if line.startswith("STOPPED")]
    assert before
    for said in before:
        assert "is still open" in said, said
