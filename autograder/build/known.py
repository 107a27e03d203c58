"""What the students' package knows of mistakes: what each known wrong version says in the public checks, with its hint.

See `coursekit.known`.
"""

from __future__ import annotations

import contextlib
import io
import json
import warnings
from functools import cache
from typing import Any

from autograder.assignment import Assignment, public_checks
from autograder.checks.hints import known
from autograder.checks.transcript import alike

FILE = "known.json"


@cache
def table(assignment: Assignment) -> dict[str, list[dict[str, Any]]]:
    """For each function its known mistakes that a public check catches, as plain data."""
    checks = public_checks(assignment.name)
    found: dict[str, list[dict[str, Any]]] = {}
    for part in assignment.parts:
        for function, mistakes in known(part).items():
            for mistake in mistakes:
                rows = _said(checks, function, mistake.version)
                if rows:
                    found.setdefault(function, []).append({"hint": mistake.hint, "rows": rows})
    return found


def encode(found: dict[str, list[dict[str, Any]]]) -> bytes:
    """The table as the bytes of its file, a mistake to a line."""
    functions = (
        f" {json.dumps(function)}: [\n  " + ",\n  ".join(json.dumps(m, ensure_ascii=False) for m in mistakes) + "\n ]"
        for function, mistakes in found.items()
    )
    return ("{\n" + ",\n".join(functions) + "\n}\n").encode()


def same(mine: bytes, theirs: bytes) -> bool:
    """Whether two files hold the same table: another machine may round the last digits otherwise."""
    return alike(json.loads(mine), json.loads(theirs), 1e-6)


def _said(checks: Any, function: str, version: Any) -> dict[str, list[Any]]:
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sketches = checks.sketches(function, version)
    return {title: [said.key, said.one, said.other] for title, said in sketches.items() if said is not None}
