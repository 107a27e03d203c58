"""The zip an instructor uploads to Gradescope: `dist/NAME-autograder.zip`."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from autograder.assignment import ROOT, SOLUTIONS, Assignment, packages
from autograder.build import archive, master
from autograder.build.archive import Entry

CERTIFICATE = "certificate.txt"
"""What was proven of the zip, in the zip."""
NOT_NEEDED = ("build", "bench", "audit", "similar")
NOT_NEEDED_OF_AN_ASSIGNMENT = ("known/variants", "known/equivalent.py", "bench.py")


class DataError(Exception):
    """A file that only the grader has could not be made; `str()` says why and what to do."""


def target(assignment: Assignment) -> Path:
    """Where its grader zip goes."""
    return ROOT / "dist" / f"{assignment.name}-autograder.zip"


def build(assignment: Assignment, solutions: Path = SOLUTIONS) -> bytes:
    """The grader zip: Gradescope's two scripts, the pinned requirements, the grader, the packages and the assignment.

    Raises:
        MasterError: a master breaks a rule.
        DataError: a file that only the grader has cannot be made.
    """
    master.read_all(assignment, solutions)
    scripts = ROOT / "autograder" / "gradescope"
    entries = {
        "setup.sh": Entry((scripts / "setup.sh").read_bytes(), executable=True),
        "run_autograder": Entry((scripts / "run_autograder").read_bytes(), executable=True),
        "requirements.txt": Entry((ROOT / "requirements.txt").read_bytes()),
    }
    entries |= archive.tree(ROOT / "autograder", "autograder/", NOT_NEEDED)
    for package in packages(assignment.name):
        entries |= archive.tree(ROOT / package, f"{package}/")
    folder = f"solutions/{assignment.name}"
    entries |= archive.tree(solutions / assignment.name, f"{folder}/", NOT_NEEDED_OF_AN_ASSIGNMENT)
    entries |= {f"{folder}/{name}": Entry(data) for name, data in hidden_files(assignment).items()}
    return archive.pack(entries)


def hidden_files(assignment: Assignment) -> dict[str, bytes]:
    """What the assignment's `hidden.py` makes for the grader alone, by name; nothing where it has none.

    Raises:
        DataError: it could not be made.
    """
    if not (assignment.folder / "hidden.py").is_file():
        return {}
    try:
        files: dict[str, bytes] = import_module(f"solutions.{assignment.name}.hidden").files()
    except RuntimeError as error:
        raise DataError(str(error)) from error
    return files
