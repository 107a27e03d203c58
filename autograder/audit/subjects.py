"""What the audit grades: a part's reference with one function replaced by a right, a wrong or a mutated version,
or one with two known mistakes (see `pairs`).
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import torch

from autograder.assignment import SOLUTIONS, load
from autograder.audit import variants
from autograder.audit.mutants import mutants_of
from autograder.catalog import Part
from autograder.checks.hints import known
from autograder.checks.known import Misconception
from autograder.checks.pairs import AND
from autograder.checks.reference import load_reference
from autograder.submission.slice import slice_part
from autograder.submission.source import Cell, SourceFile, Submission

Kind = Literal["right", "wrong", "pair", "mutant"]


@dataclass(frozen=True)
class Subject:
    """One version of one graded function.

    Attributes:
        kind: what is known of it.
        assignment: the assignment's name.
        part: its part's name.
        function: the graded name.
        name: of the style, of the mistake, or the lines of source that a mutant changes ("- old" over "+ new").
        source: module-level code that defines the function.
        hints: what a known mistake should be told; each of two.
    """

    kind: Kind
    assignment: str
    part: str
    function: str
    name: str
    source: str
    hints: tuple[str, ...] = ()


def right(of: Part) -> tuple[Subject, ...]:
    """Every right version of a part's functions."""
    mine = {function.name for function in of.functions}
    found = variants.read(SOLUTIONS / of.assignment / "known" / "variants")
    return tuple(
        Subject("right", of.assignment, of.name, v.function, v.style, v.source) for v in found if v.function in mine
    )


def wrong(of: Part) -> tuple[Subject, ...]:
    """Every known wrong version of a part's functions."""
    return tuple(
        Subject("wrong", of.assignment, of.name, m.function, m.name, m.source, (m.hint,))
        for found in known(of).values()
        for m in found
    )


def mutated(of: Part) -> tuple[Subject, ...]:
    """Every mutant of a part's reference functions."""
    sources = reference_sources(of)
    return tuple(
        Subject("mutant", of.assignment, of.name, function.name, mutant.change, mutant.source)
        for function in of.functions
        for mutant in mutants_of(sources[function.name], numbers=not function.free_numbers)
    )


def sample(subjects: tuple[Subject, ...], size: int) -> tuple[Subject, ...]:
    """At most `size` of them, spread evenly over all: the same ones each time."""
    if size >= len(subjects):
        return subjects
    return tuple(subjects[i * len(subjects) // size] for i in range(size))


@cache
def reference_sources(of: Part) -> dict[str, str]:
    """The statements that the reference is made of, in order: graded functions by name, others by their own text."""
    path = SOLUTIONS / of.assignment / f"{of.name}.py"
    master = SourceFile(path.name, "module", (Cell(0, path.read_text(encoding="utf-8")),))
    code = slice_part(master, of, given_source=load_reference(of).given)
    return {_name(statement.code): statement.code for statement in code.statements}


def version_of(subject: Subject) -> Misconception:
    """The version itself, to run in this process; the other functions of its part are the reference's."""
    of = load(subject.assignment).part(subject.part)
    namespace: dict[str, Any] = {**load_reference(of).functions, "torch": torch, "__name__": "version"}
    exec(compile(subject.source, f"<{subject.name}>", "exec", dont_inherit=True), namespace)
    version = namespace[subject.function]
    return Misconception(subject.function, subject.name, AND.join(subject.hints), version, subject.source)


def submission_of(subject: Subject) -> Submission:
    """A notebook that holds the part's reference, the subject in place of its function."""
    return with_functions(load(subject.assignment).part(subject.part), {subject.function: subject.source}, subject.name)


def with_functions(of: Part, replaced: dict[str, str], name: str = "audit") -> Submission:
    """A notebook that holds a part's reference, one statement to a cell, with these functions' sources replaced."""
    sources = {**reference_sources(of), **replaced}
    cells = tuple(Cell(number, source) for number, source in enumerate(sources.values(), start=1))
    return Submission(name, {of.name: SourceFile(f"{of.name}.ipynb", "notebook", cells)})


def _name(source: str) -> str:
    (node,) = ast.parse(source).body
    return node.name if isinstance(node, ast.FunctionDef | ast.ClassDef) else source
