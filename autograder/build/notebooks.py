"""Student notebooks from the masters: `python -m autograder notebooks [--check]`.

Built the same, byte for byte, every time: fixed cell ids, no outputs, only the metadata Colab and Jupyter need.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder.build import leaks, master
from autograder.build.master import ROOT, SOLUTIONS, Master, MasterError

NOTEBOOKS = ROOT / "notebooks"


def student_notebook(source: Master) -> dict[str, Any]:
    """The notebook a student gets: each solution block replaced by a stub, no outputs."""
    return _notebook(source, solved=False)


def reference_notebook(source: Master) -> dict[str, Any]:
    """The same notebook with its solutions, as a finished submission has them, not yet run."""
    return _notebook(source, solved=True)


def encode(notebook: dict[str, Any]) -> bytes:
    """A notebook as the bytes of its file."""
    return (json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


def build_all(solutions: Path = SOLUTIONS) -> dict[str, bytes]:
    """Every student notebook by its file name, searched for solutions.

    Raises:
        MasterError: a master breaks a rule.
        leaks.LeakError: a solution, or a graded function that is more than its stub, stands in a notebook.
    """
    masters = master.read_all(solutions)
    files = {f"{source.part.name}.ipynb": encode(student_notebook(source)) for source in masters}
    leaks.refuse(files, leaks.Secrets.of(masters, solutions))
    return files


def write(folder: Path = NOTEBOOKS, solutions: Path = SOLUTIONS) -> list[Path]:
    """Write the student notebooks that are not already as they should be; those written."""
    written = []
    for name, data in build_all(solutions).items():
        path = folder / name
        if not path.is_file() or path.read_bytes() != data:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            written.append(path)
    return written


def stale(folder: Path = NOTEBOOKS, solutions: Path = SOLUTIONS) -> list[str]:
    """File names of the notebooks in a folder that differ from what the masters give."""
    return [
        name
        for name, data in build_all(solutions).items()
        if not (folder / name).is_file() or (folder / name).read_bytes() != data
    ]


def _notebook(source: Master, solved: bool) -> dict[str, Any]:
    cells: list[dict[str, Any]] = []
    for index, cell in enumerate(source.cells):
        text = cell.source
        if cell.kind == "code":
            text = master.without_markers(text) if solved else master.with_stubs(text)
        entry: dict[str, Any] = {
            "cell_type": cell.kind,
            "id": f"cell-{index:03d}",
            "metadata": {},
            "source": text.splitlines(keepends=True),
        }
        if cell.kind == "code":
            entry |= {"execution_count": None, "outputs": []}
        cells.append(entry)
    return {
        "cells": cells,
        "metadata": {
            "colab": {"provenance": [], "toc_visible": True},
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; the exit code is 1 when a master or a notebook is not as it must be."""
    parser = argparse.ArgumentParser(prog="autograder notebooks", description="Build the student notebooks.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a notebook is not up to date")
    parser.add_argument("--folder", type=Path, default=NOTEBOOKS, help="where they go (default: %(default)s)")
    options = parser.parse_args(arguments)
    try:
        if options.check:
            names = stale(options.folder)
            if names:
                print(f"out of date: {', '.join(names)}; run `make notebooks` and commit", file=sys.stderr)
            return 1 if names else 0
        for path in write(options.folder):
            print(f"wrote {path}")
    except (MasterError, leaks.LeakError) as error:
        print(f"notebooks: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
