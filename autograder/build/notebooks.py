"""Student notebooks from the masters: `python -m autograder notebooks [--check]`.

Built the same, byte for byte, every time: fixed cell ids, no outputs, only the metadata Colab and Jupyter need. With
them go `tasks.json`, from which the students' package knows what is to be handed in, `known.json`, by which its public
checks recognise known mistakes, and, hidden, `known/pairs.json`, by which the grader recognises two at once.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder.assignment import ROOT, SOLUTIONS, Assignment, load, named, repository
from autograder.audit import pairs_file
from autograder.build import archive, badge, known, leaks, master, setup_cell, tasks
from autograder.build.master import Master, MasterError
from autograder.checks.pairs import FILE as PAIRS

NOTEBOOKS = ROOT / "notebooks"
TASKS = "tasks.json"


def student_notebook(source: Master) -> dict[str, Any]:
    """The notebook a student gets: each solution block replaced by a stub, no outputs."""
    return _notebook(source, solved=False)


def reference_notebook(source: Master) -> dict[str, Any]:
    """The same notebook with its solutions, as a finished submission has them, not yet run."""
    return _notebook(source, solved=True)


def of_code(cells: Sequence[str]) -> dict[str, Any]:
    """A notebook of these code cells and nothing else, not run."""
    return _of([_cell(index, "code", text) for index, text in enumerate(cells)])


def encode(notebook: dict[str, Any]) -> bytes:
    """A notebook as the bytes of its file."""
    return (json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


def build_all(assignment: Assignment, solutions: Path = SOLUTIONS) -> dict[str, bytes]:
    """Every student notebook of an assignment by its file name, searched for solutions.

    Raises:
        MasterError: a master breaks a rule.
        leaks.LeakError: a solution, or a graded function that is more than its stub, stands in a notebook.
    """
    masters = master.read_all(assignment, solutions)
    files = {f"{source.part.name}.ipynb": encode(student_notebook(source)) for source in masters}
    leaks.refuse(files, leaks.Secrets.of(masters, master.read_others(assignment), solutions))
    return files


def generated(assignment: Assignment, folder: Path | None = None, solutions: Path = SOLUTIONS) -> dict[Path, bytes]:
    """Every file that is made from the masters and kept with the sources, by its path.

    Args:
        assignment: whose.
        folder: where its notebooks go; `notebooks/NAME` by default.
        solutions: where its masters lie.
    """
    files = _from_masters(assignment, folder, solutions)
    table = ROOT / assignment.name / known.FILE
    files[table] = known.encode(known.table(assignment))
    if table.is_file() and known.same(table.read_bytes(), files[table]):
        files[table] = table.read_bytes()
    files[assignment.folder / PAIRS] = pairs_file.encode(pairs_file.table(assignment))
    return files


def _from_masters(assignment: Assignment, folder: Path | None, solutions: Path) -> dict[Path, bytes]:
    folder = NOTEBOOKS / assignment.name if folder is None else folder
    files = {folder / name: data for name, data in build_all(assignment, solutions).items()}
    listed = tasks.listing(assignment, master.read_all(assignment, solutions))
    return {**files, ROOT / assignment.name / TASKS: tasks.encode(listed)}


def write(assignment: Assignment, folder: Path | None = None, solutions: Path = SOLUTIONS) -> list[Path]:
    """Write what is not already as it should be; the paths written."""
    listing = ROOT / assignment.name / TASKS
    if not listing.is_file():  # a new project's: its package, whose checks are asked next, reads it
        archive.write_if_changed(listing, _from_masters(assignment, folder, solutions)[listing])
    files = generated(assignment, folder, solutions)
    return [path for path, data in files.items() if archive.write_if_changed(path, data)]


def stale(assignment: Assignment, folder: Path | None = None, solutions: Path = SOLUTIONS) -> list[str]:
    """File names of what differs from what the masters give."""
    files = generated(assignment, folder, solutions)
    return [path.name for path, data in files.items() if not path.is_file() or path.read_bytes() != data]


def _notebook(source: Master, solved: bool) -> dict[str, Any]:
    cells: list[dict[str, Any]] = []
    opened_from = repository(source.part.assignment)
    for index, cell in enumerate(source.cells):
        text = cell.source
        if cell.kind == "code":
            text = setup_cell.filled_in(text, source.part.assignment, opened_from)
            text = master.without_markers(text) if solved else master.with_stubs(text)
        else:
            text = tasks.filled_in(text, source)
            if index == 0:
                text = badge.below_title(text, opened_from, f"{source.part.name}.ipynb")
        cells.append(_cell(index, cell.kind, text))
    return _of(cells)


def _cell(index: int, kind: str, text: str) -> dict[str, Any]:
    entry = {
        "cell_type": kind,
        "id": f"cell-{index:03d}",
        "metadata": {},
        "source": text.splitlines(keepends=True),
    }
    return {**entry, "execution_count": None, "outputs": []} if kind == "code" else entry


def _of(cells: list[dict[str, Any]]) -> dict[str, Any]:
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
    parser.add_argument("--project", help="which assignment (default: the first)")
    parser.add_argument("--folder", type=Path, help="where they go (default: notebooks/PROJECT)")
    options = parser.parse_args(arguments)
    try:
        assignment = load(named(options.project))
        if options.check:
            names = stale(assignment, options.folder)
            if names:
                print(f"out of date: {', '.join(names)}; run `make notebooks` and commit", file=sys.stderr)
            return 1 if names else 0
        for path in write(assignment, options.folder):
            print(f"wrote {path}")
    except (MasterError, leaks.LeakError) as error:
        print(f"notebooks: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
