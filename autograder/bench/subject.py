"""What is graded over and over: the reference handed in, read once."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from autograder.assignment import Assignment
from autograder.build import reference
from autograder.checks.inprocess import InProcess
from autograder.submission.load import load
from autograder.submission.source import Slice, Submission


@dataclass(frozen=True)
class Subject:
    """An assignment, and a folder that fills as it is needed.

    Attributes:
        assignment: which.
        folder: empty at first.
        runs: how often each thing is measured.
    """

    assignment: Assignment
    folder: Path
    runs: int = 9

    @cached_property
    def path(self) -> Path:
        """The executed reference notebooks and their weights, as a student would hand them in."""
        for finished in reference.run_all(self.assignment):
            for name, data in finished.files.items():
                (self.folder / name).write_bytes(data)
        return self.folder

    @cached_property
    def submission(self) -> Submission:
        """The same, read."""
        return load(self.path, self.assignment.parts)

    @property
    def command(self) -> Sequence[str]:
        """What grades it from a cold start."""
        return [*self.grading, str(self.path)]

    @property
    def grading(self) -> Sequence[str]:
        """What grades a path that is still to be given."""
        return [sys.executable, "-m", "autograder", "grade", "--project", self.assignment.name]


def in_process(_warm: Any, code: Slice, given: str, answers: Mapping[str, Any], *_: Any) -> InProcess:
    """The submission's functions without a worker: what isolation costs is measured against this. Never for grading."""
    names: dict[str, Any] = {"__name__": "submission"}
    for statement in code.statements:
        exec(compile(statement.code, "<submission>", "exec"), names)
    return InProcess(names, given, answers)
