"""One submission as it is compared: of each part the code of its graded functions, and what counts beside code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.assignment import Assignment
from autograder.batch import parcel
from autograder.batch.inbox import Handed
from autograder.catalog import Part
from autograder.similar import weights
from autograder.similar.canonical import Line, canonical
from autograder.similar.fingerprints import Prints, fingerprints, joined
from autograder.similar.given import Given
from autograder.similar.remarks import remarks
from autograder.submission.load import NothingThere, load
from autograder.submission.slice import slice_part
from autograder.submission.source import Origin, Slice, SourceFile
from autograder.submission.timebox import TooLong, within

SECONDS = 30.0
"""For reading one submission, which takes well below one."""


class Unreadable(Exception):
    """A submission cannot be compared; `str()` says why."""


@dataclass(frozen=True)
class Piece:
    """One top-level statement that the graded functions need.

    Attributes:
        owner: the graded function that it defines; "" for helpers, constants and the like.
        code: its source.
        origin: where it stands.
        lines: it in canonical form.
    """

    owner: str
    code: str
    origin: Origin
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Work:
    """What is compared of one submission.

    Attributes:
        handed: the submission.
        pieces: its code, by part, in order.
        prints: the fingerprints of each part.
        attempted: the graded functions that are more than their stubs.
        weights: a digest of each file of weights, by its name.
        remarks: the comments and strings, those given left out.
    """

    handed: Handed
    pieces: Mapping[str, tuple[Piece, ...]]
    prints: Mapping[str, Prints]
    attempted: frozenset[str]
    weights: Mapping[str, str]
    remarks: frozenset[str]


def read(handed: Handed, assignment: Assignment, known: Given) -> Work:
    """Read a submission, without running any of it.

    Raises:
        Unreadable: there is nothing in it to compare, or reading it takes too long.
    """
    try:
        with within(SECONDS), parcel.unpacked(handed.parcel) as path:
            return _read(handed, path, assignment, known)
    except (NothingThere, parcel.Gone) as error:
        raise Unreadable(str(error)) from None
    except TooLong:
        raise Unreadable(f"reading it takes longer than {SECONDS:g} s") from None


def _read(handed: Handed, path: Path, assignment: Assignment, known: Given) -> Work:
    submission = load(path, assignment.parts)
    if not submission.parts and not submission.weights:
        raise Unreadable("; ".join(submission.notes) or "nothing to grade")
    pieces: dict[str, tuple[Piece, ...]] = {}
    attempted: set[str] = set()
    for part in assignment.parts:
        if part.name in submission.parts:
            code = slice_part(submission.parts[part.name], part, known.classes[part.name])
            attempted |= {name for name, found in code.functions.items() if found.status == "present"}
            pieces[part.name] = _pieces(code, part)
    return Work(
        handed,
        pieces,
        {name: joined(fingerprints(piece.lines) for piece in found) for name, found in pieces.items()},
        frozenset(attempted),
        {name: found for name, data in submission.weights.items() if (found := weights.digest(data))},
        remarks(_sources(submission.parts.values())) - known.remarks,
    )


def _pieces(code: Slice, part: Part) -> tuple[Piece, ...]:
    graded = {function.name for function in part.functions}
    return tuple(
        Piece(min(made.binds & graded, default=""), made.code, made.origin, canonical(made.code))
        for made in code.statements
    )


def _sources(files: Iterable[SourceFile]) -> list[str]:
    return list({(file.name, cell.number): cell.source for file in files for cell in file.cells}.values())
