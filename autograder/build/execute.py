"""Run a notebook from top to bottom in a real kernel: `python execute.py NOTEBOOK RESULT`, in the folder it works in.

It prints the seconds of processor time that the kernel took.
Started by reference.py as a script, by its path, so that the kernel sees nothing of the repository.
"""

from __future__ import annotations

import resource
import sys

import nbformat
from nbclient.exceptions import CellExecutionError
from nbconvert.preprocessors import ExecutePreprocessor

SECONDS_PER_CELL = 300


def main(source: str, target: str) -> int:
    """Execute; 1, and the error of the cell that failed, if one did."""
    notebook = nbformat.read(source, as_version=4)  # type: ignore[no-untyped-call]
    options = {"timeout": SECONDS_PER_CELL, "kernel_name": "python3", "record_timing": False}
    executor = ExecutePreprocessor(**options)  # type: ignore[no-untyped-call]
    try:
        executor.preprocess(notebook, {"metadata": {"path": "."}})
    except CellExecutionError as error:
        print(error, file=sys.stderr)
        return 1
    except (RuntimeError, TimeoutError) as error:  # the kernel died, or a cell ran for too long
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    nbformat.write(notebook, target)  # type: ignore[no-untyped-call]
    took = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(took.ru_utime + took.ru_stime)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
