"""The certificate of a grader zip: what was proven of it, on one page of plain text that is the same in every build."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.assignment import Assignment, named
from autograder.audit.stamp import Stamp
from autograder.build import gradescope, prove
from autograder.build.archive import Entry
from autograder.build.prove import Scored
from autograder.report import results_format


@dataclass(frozen=True)
class Proof:
    """Everything that was found out about a zip before it is put in place.

    Attributes:
        assignment: whose it is.
        entries: its files, without the certificate.
        scored: the submissions whose scores are known.
        audited: what the last audit of this very grader found, or why that is not known.
        student_zip: the bytes of what students get, searched for solutions.
        same_twice: whether a second build gave the same bytes.
    """

    assignment: Assignment
    entries: Mapping[str, Entry]
    scored: Sequence[Scored]
    audited: Stamp | str
    student_zip: bytes
    same_twice: bool

    @property
    def warning(self) -> str:
        """What is not shown of the zip, though it may be shipped; "" if nothing."""
        if isinstance(self.audited, Stamp):
            return ""
        project = "" if self.assignment.name == named(None) else f" PROJECT={self.assignment.name}"
        return (
            f"not shown: that each known mistake by itself scores below full marks ({self.audited}); "
            f"run `make audit{project}`, then `make zip{project}` again"
        )

    @property
    def problems(self) -> tuple[str, ...]:
        """Why the zip may not be shipped, one line each; empty when it may."""
        found = [f"{scored.row.name}: {problem}" for scored in self.scored for problem in scored.problems]
        if not self.scored:
            found.append("no submission was graded with it")
        if not self.same_twice:
            found.append("two builds of the same sources gave different bytes")
        return tuple(found)


def text(proof: Proof) -> str:
    """The page. It is not dated, and no time, place or machine stands in it, so that equal sources give equal bytes.

    Raises:
        ValueError: the zip is not proven.
    """
    if proof.problems:
        raise ValueError(f"the zip is not proven: {proof.problems[0]}")
    of, entries = proof.assignment, proof.entries
    size = sum(len(entry.data) for entry in entries.values())
    lines = [
        f"CERTIFICATE of {gradescope.target(of).name}",
        "",
        f"{of.title}: {of.points:g} points" + (f" and {of.extra:g} of extra credit" if of.extra else ""),
        f"{len(entries)} files besides this one, {size:,} bytes",
        f"sha256 of these     {fingerprint(entries)}",
        f"sha256 of what students get     {hashlib.sha256(proof.student_zip).hexdigest()}",
        "",
        "Run as Gradescope would run it, before it was put in place:",
        "",
        *prove.scores(of, proof.scored),
        "",
        "Proven:",
        "",
        *(f"  - {line}" for line in _proven(proof)),
        *(f"  - {line}" for line in _audited(proof)),
        "",
        "Made for:",
        "",
        *(f"  {line}" for line in _requirements(entries)),
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def fingerprint(entries: Mapping[str, Entry]) -> str:
    """One hash of files by their paths, contents and modes, the certificate aside."""
    found = hashlib.sha256()
    for path, entry in sorted(entries.items()):
        if path != gradescope.CERTIFICATE:
            content = hashlib.sha256(entry.data).hexdigest()
            found.update(f"{content} {'x' if entry.executable else '-'} {path}\n".encode())
    return found.hexdigest()


def _proven(proof: Proof) -> list[str]:
    schema = hashlib.sha256(results_format.SCHEMA.read_bytes()).hexdigest()[:12]
    parts = [f"{part.name} {part.points:g}" for part in proof.assignment.parts]
    alone = ["each part done alone scores its own points and no others: " + ", ".join(parts)] if len(parts) > 1 else []
    measured = all(scored.peak for scored in proof.scored)
    return [
        "the finished reference scores full marks",
        "the untouched starter scores 0, and untouched extra credit is no failure",
        *alone,
        *_mistaken(proof),
        "no line of a solution stands in what students get",
        f"every results.json is valid against the JSON Schema of its format ({schema})",
        f"every run ended within {proof.assignment.policy.budget:.0f} s"
        + (f" and {prove.MEMORY >> 20} MB of memory" if measured else " (memory could not be measured)"),
        "built twice, the zip has the same bytes",
    ]


def _mistaken(proof: Proof) -> list[str]:
    """That the zip itself catches a known mistake in every function that has one."""
    functions = len(proof.assignment.functions)
    return [
        f"with a known mistake in {len(scored.row.wrong)} of {functions} functions, handed in together, each loses"
        for scored in proof.scored
        if scored.row.wrong
    ]


def _audited(proof: Proof) -> list[str]:
    stamp = proof.audited
    if not isinstance(stamp, Stamp):
        said, advice = proof.warning.split("; ")
        return [f"{said.replace('not shown', 'NOT SHOWN')};", f"  {advice}"]
    return [
        f"by the audit of this very grader: each of {stamp.mistakes:,} known mistakes scores below full marks,",
        f"  each of {stamp.right:,} right answers scores full marks, {stamp.mutants:,} mutants were graded",
    ]


def _requirements(entries: Mapping[str, Entry]) -> list[str]:
    lines = entries["requirements.txt"].data.decode().splitlines()
    return [line for line in lines if line and not line.startswith("#")]
