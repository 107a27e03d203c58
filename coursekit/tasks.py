"""What there is to do in a project and what it is worth, as its `tasks.json` tells."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Task:
    """One graded function.

    Attributes:
        function: its name.
        number: of the task in the notebook ("2.10").
        points: what it is worth.
        extra: whether that is extra credit.
    """

    function: str
    number: str
    points: float
    extra: bool


@dataclass(frozen=True)
class Weights:
    """A file of trained weights that is graded.

    Attributes:
        file: its name.
        points: what it is worth.
        holds: the shape of each tensor in it, by name.
    """

    file: str
    points: float
    holds: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class Part:
    """One notebook.

    Attributes:
        name: of its file, without the ending.
        points: what it is worth, extra credit aside.
        tasks: in its order.
        weights: the files that it writes.
    """

    name: str
    points: float
    tasks: tuple[Task, ...]
    weights: tuple[Weights, ...]


def read(path: Path) -> tuple[Part, ...]:
    """The parts of a project, in order, from its `tasks.json`."""
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return tuple(
        Part(
            part["name"],
            part["points"],
            tuple(Task(task["function"], task["number"], task["points"], task["extra"]) for task in part["tasks"]),
            tuple(
                Weights(w["file"], w["points"], {name: tuple(shape) for name, shape in w["holds"].items()})
                for w in part["weights"]
            ),
        )
        for part in told["parts"]
    )
