"""What there is to do and what it is worth: the table at the top of each notebook, and the listing that ships with it.

Read off the checks and the masters' headings, so that no number stands twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from autograder.assignment import Assignment
from autograder.build.master import Master

TABLE, POINTS, EXTRA = "{tasks}", "{points}", "{extra}"


def filled_in(text: str, source: Master) -> str:
    """A text cell with its placeholders replaced: the table of tasks, the part's points and its extra credit."""
    lines = [table(source) if line.strip() == TABLE else line for line in text.splitlines()]
    return "\n".join(lines).replace(POINTS, f"{source.part.points:g}").replace(EXTRA, f"{source.part.extra:g}")


def table(source: Master) -> str:
    """The tasks of a part as a Markdown table: number, title, function, points, and minutes where they are told."""
    rows = ["| task | | function | points | minutes |", "|---|---|---|---|---|"]
    counted = set()
    for function in source.part.functions:
        task = source.tasks[function.name]
        points = f"{function.points:g}, extra credit" if function.extra else f"{function.points:g}"
        minutes = "" if task.minutes is None or task.number in counted else f"about {task.minutes}"
        counted.add(task.number)
        title = task.title.removeprefix("Extra credit: ")
        rows.append(f"| {task.number} | {title[:1].upper()}{title[1:]} | `{function.name}` | {points} | {minutes} |")
    rows += [f"| | a trained model | `{weights.file}` | {weights.points:g} | |" for weights in source.part.weights]
    if not any(task.minutes for task in source.tasks.values()):
        rows = [row.rpartition("|")[0].rpartition("|")[0] + "|" for row in rows]
    return "\n".join(rows)


def listing(assignment: Assignment, masters: Iterable[Master]) -> dict[str, Any]:
    """Everything that the students' side knows of an assignment, as plain data."""
    return {
        "project": assignment.name,
        "title": assignment.title,
        "zip": assignment.zip,
        "points": assignment.points,
        "parts": [
            {
                "name": source.part.name,
                "title": source.part.title,
                "points": source.part.points,
                "tasks": [
                    {
                        "function": function.name,
                        "number": source.tasks[function.name].number,
                        "points": function.points,
                        "extra": function.extra,
                    }
                    for function in source.part.functions
                ],
                "weights": [
                    {"file": w.file, "points": w.points, "holds": {name: list(shape) for name, shape in w.holds}}
                    for w in source.part.weights
                ],
            }
            for source in masters
        ],
    }


def encode(listed: dict[str, Any]) -> bytes:
    """The listing as the bytes of its file; whole numbers of points are written as such."""
    return (json.dumps(_whole(listed), indent=2, ensure_ascii=False) + "\n").encode()


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
