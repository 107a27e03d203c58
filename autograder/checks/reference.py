"""The hidden reference: the graded functions sliced out of a master, loaded in the grader and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from autograder.assignment import SOLUTIONS
from autograder.catalog import Part
from autograder.submission.slice import definition, slice_part
from autograder.submission.source import Cell, SourceFile


@dataclass(frozen=True)
class Reference:
    """One part's reference.

    Attributes:
        functions: every graded function, by name.
        given: source of the part's given classes.
    """

    functions: dict[str, Callable[..., Any]]
    given: str

    def __getattr__(self, name: str) -> Callable[..., Any]:
        try:
            return self.functions[name]
        except KeyError:
            raise AttributeError(f"the reference has no function {name!r}") from None


@cache
def load_reference(part: Part, solutions: Path = SOLUTIONS) -> Reference:
    """Load a part's reference from its master.

    Raises:
        ValueError: the master lacks a graded function or a given class.
        OSError: there is no master.
    """
    path = solutions / part.assignment / f"{part.name}.py"
    master = SourceFile(path.name, "module", (Cell(0, path.read_text(encoding="utf-8")),))
    given = [definition(master, name) for name in part.given]
    code = slice_part(master, part, given_source="\n\n".join(text or "" for text in given))
    lost = [name for name, found in code.functions.items() if found.status != "present"]
    lost += [name for name, text in zip(part.given, given, strict=True) if text is None]
    if lost:
        raise ValueError(f"{path.name} does not define {', '.join(lost)}")
    namespace: dict[str, Any] = {"__name__": f"reference_{part.name}"}
    for statement in code.statements:
        exec(compile(statement.code, str(path), "exec", dont_inherit=True), namespace)
    return Reference({name: namespace[name] for name in code.functions}, "\n\n\n".join(text or "" for text in given))
