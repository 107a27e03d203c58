"""What the students' package knows of mistakes: what each known wrong version says in the public checks, with its hint.

See `coursekit.known`.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import warnings
from functools import cache
from typing import Any

from autograder.assignment import Assignment
from autograder.checks.hints import known
from coursekit.known import Known, Row, stored

FILE = "known.json"


@cache
def table(assignment: Assignment) -> dict[str, Any]:
    """The rows of every public check of an assignment, as plain data."""
    checks = importlib.import_module(f"{assignment.name}.checks")
    rows: dict[str, dict[str, set[Row]]] = {}
    for part in assignment.parts:
        for function, mistakes in known(part).items():
            for mistake in mistakes:
                for title, sketch in _said(checks, function, mistake.version).items():
                    row = (sketch.key, sketch.one, sketch.other, mistake.hint)
                    rows.setdefault(function, {}).setdefault(title, set()).add(row)
    return stored(rows)


def encode(rows: dict[str, Any]) -> bytes:
    """The table as the bytes of its file: one row to a line."""
    text = json.dumps(rows, indent=None, ensure_ascii=False)
    return (text.replace("]], ", "]],\n ").replace("], [", "],\n  [").replace('"}, "', '"},\n"') + "\n").encode()


def same(mine: bytes, theirs: bytes) -> bool:
    """Whether two files hold the same table: another machine may round the last digit otherwise."""
    one, other = json.loads(mine), json.loads(theirs)
    if one.keys() != other.keys() or any(one[name]["hints"] != other[name]["hints"] for name in one):
        return False
    for function, about in one.items():
        theirs_by_title = other[function]["checks"]
        if about["checks"].keys() != theirs_by_title.keys():
            return False
        for title, rows in about["checks"].items():
            if len(rows) != len(theirs_by_title[title]):
                return False
            for a, b in zip(rows, theirs_by_title[title], strict=True):
                if a[0] != b[0] or a[3] != b[3] or any(abs(a[i] - b[i]) > 1e-6 * max(1, abs(b[i])) for i in (1, 2)):
                    return False
    return True


def _said(checks: Any, function: str, version: Any) -> dict[str, Any]:
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {title: sketch for title, sketch in checks.sketches(function, version).items() if sketch is not None}


__all__ = ["FILE", "Known", "encode", "same", "table"]
