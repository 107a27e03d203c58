"""Which grader this is: a hash of all that decides on a grade, the same on every machine that has the same grader."""

from __future__ import annotations

import hashlib
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from autograder.assignment import ROOT, SOLUTIONS, packages

_DECIDING = frozenset({".py", ".toml", ".json"})
_NOT_DECIDING = ("audit", "batch", "bench", "build", "similar", "gradescope")
"""Of the engine: what no grade depends on."""
_NOT_DECIDING_OF_AN_ASSIGNMENT = ("known/variants", "known/equivalent.py", "bench.py")
_LIBRARIES = ("torch", "numpy", "nbformat")


@cache
def grader(project: str, unsafe: bool = False) -> str:
    """A hash of the engine's files, the assignment's, the students' packages' and the libraries' versions."""
    found = hashlib.sha256()
    folders = [(ROOT / "autograder", _NOT_DECIDING), (SOLUTIONS / project, _NOT_DECIDING_OF_AN_ASSIGNMENT)]
    folders += [(ROOT / package, ()) for package in packages(project)]
    for folder, left_out in folders:
        for path in sorted(folder.rglob("*")):
            below = path.relative_to(folder).as_posix()
            if path.suffix not in _DECIDING or any(below == out or below.startswith(f"{out}/") for out in left_out):
                continue
            data = path.read_bytes()
            found.update(f"{path.relative_to(ROOT).as_posix()}:{len(data)}:".encode() + data)
    libraries = [f"{name} {_version(name)}" for name in _LIBRARIES]
    found.update(f"{sys.version_info[:2]} {libraries} {unsafe}".encode())
    return found.hexdigest()


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "none"
