"""What is nobody's own work: the notebooks as they were handed out, and the reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autograder.assignment import Assignment
from autograder.build import master
from autograder.build.master import Master
from autograder.similar.canonical import canonical
from autograder.similar.fingerprints import Prints, fingerprints, joined
from autograder.similar.remarks import remarks
from autograder.submission.slice import definition
from autograder.submission.source import Cell, SourceFile


@dataclass(frozen=True)
class Given:
    """What two submissions may have in common without it saying anything.

    Attributes:
        classes: of each part, the source of the classes that students were given whole.
        prints: of each part, the fingerprints of the notebook handed out and of the reference.
        remarks: the comments and strings of both, of all parts.
    """

    classes: Mapping[str, str]
    prints: Mapping[str, Prints]
    remarks: frozenset[str]


def given(assignment: Assignment) -> Given:
    """Read an assignment's masters.

    Raises:
        MasterError: one breaks a rule.
    """
    classes, prints, texts = {}, {}, []
    for source in master.read_all(assignment):
        cells = _cells(source)
        texts += cells
        prints[source.part.name] = joined(fingerprints(canonical(text)) for text in cells)
        classes[source.part.name] = _classes(source)
    return Given(classes, prints, remarks(texts))


def _cells(source: Master) -> list[str]:
    """Every code cell twice: as it was handed out, and with its solution."""
    code = [cell.source for cell in source.cells if cell.kind == "code"]
    return [master.parsable(made(text)) for made in (master.with_stubs, master.without_markers) for text in code]


def _classes(source: Master) -> str:
    cells = (Cell(number, cell.source) for number, cell in enumerate(source.cells, 1) if cell.kind == "code")
    whole = SourceFile(source.part.name, "notebook", tuple(cells))
    return "\n\n\n".join(definition(whole, name) or "" for name in source.part.given)
