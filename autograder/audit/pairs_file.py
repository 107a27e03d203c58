"""The file of pairs, `known/pairs.json`: versions with two known mistakes, by which the grader recognises both at once.

Making them takes two minutes, so those of a function are made anew only where what they are made of has changed.
"""

from __future__ import annotations

import hashlib
import inspect
import json
from pathlib import Path
from typing import Any

from autograder.assignment import Assignment
from autograder.audit import pairs as composed
from autograder.audit.behaviour import checks_of
from autograder.audit.subjects import reference_sources
from autograder.build import archive
from autograder.catalog import Part
from autograder.checks.hints import known
from autograder.checks.pairs import FILE, read

MOST = 200  # of each function; most have fewer


def table(assignment: Assignment) -> dict[str, dict[str, dict[str, Any]]]:
    """By part and by graded function, the hash of what its pairs are made of, and the pairs (see `FILE`).

    What the assignment's file holds already, of the same sources, is taken from it.
    """
    try:
        there = read(assignment.folder / FILE)
    except ValueError:
        there = {}
    return {
        part.name: {f.name: _entry(part, f.name, there.get(part.name, {}).get(f.name)) for f in part.functions}
        for part in assignment.parts
    }


def write(assignment: Assignment) -> Path | None:
    """Bring an assignment's file up to date; its path where it was not.

    Raises:
        OSError: it cannot be written.
    """
    path = assignment.folder / FILE
    return path if archive.write_if_changed(path, encode(table(assignment))) else None


def encode(found: dict[str, dict[str, dict[str, Any]]]) -> bytes:
    """The table as the bytes of its file."""
    return (json.dumps(found, indent=1, ensure_ascii=False) + "\n").encode()


def _entry(part: Part, function: str, there: dict[str, Any] | None) -> dict[str, Any]:
    of = _hash(part, function)
    if there is not None and there["of"] == of:
        return there
    made = composed.pairs(part, function, MOST).together
    names = [subject.name.split(" + ") for subject in made]
    return {
        "of": of,
        "pairs": [
            {"one": one, "other": other, "source": subject.source}
            for (one, other), subject in zip(names, made, strict=True)
        ],
    }


def _hash(part: Part, function: str) -> str:
    """Of the function's known mistakes, the reference's code, the function's checks, and how pairs are made."""
    found = hashlib.blake2s(f"{MOST} {inspect.getsource(composed)}".encode(), digest_size=16)
    for mistake in known(part)[function]:
        found.update(repr((mistake.name, mistake.hint, mistake.source)).encode())
    found.update(repr(list(reference_sources(part).values())).encode())
    cases = {case for case, _ in checks_of(part, function)}
    layers = {layer for case in cases for layer in case.__mro__ if layer.__module__.startswith("solutions.")}
    for layer in sorted(layers, key=lambda layer: (layer.__module__, layer.__qualname__)):
        found.update(inspect.getsource(layer).encode())
    return found.hexdigest()
