"""`python -m autograder audit`."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console

from autograder.assignment import Assignment
from autograder.audit import pairs_file, show, stamp, subjects, tables
from autograder.audit.excused import excused
from autograder.audit.run import Verdict, paired, verdicts
from autograder.audit.strays import strays
from autograder.audit.subjects import Subject
from autograder.catalog import Part
from autograder.errors import AssignmentError


def audit(
    assignment: Assignment,
    parts: tuple[Part, ...] | None = None,
    sample: int | None = None,
    pairs: int | None = None,
    function: str | None = None,
    page: Path | None = None,
    processes: int | None = None,
    console: Console | None = None,
) -> bool:
    """Grade every right, wrong and mutated version and show what came of it.

    Args:
        assignment: whose checks.
        parts: the parts to audit; None for all.
        sample: how many mutants to grade, the same ones each time; None for all.
        pairs: how many pairs of known mistakes to grade of each function, the same ones each time; None for all.
        function: audit this function alone.
        page: where to write the tables as a page.
        processes: how many to use; None for one for each processor.
        console: where to print.

    Returns:
        Whether everything is as it must be.

    Raises:
        AssignmentError: something is known of a function that is graded nowhere.
        OSError: the file of pairs is out of date and cannot be written.
    """
    if lost := strays(assignment.folder, [graded.name for graded in assignment.functions]):
        raise AssignmentError(f"{'; '.join(lost)}. Mend the name or take it away.")
    console = console or Console()
    parts = assignment.parts if parts is None else parts
    started = time.monotonic()
    with console.status("putting known mistakes together, two at once"):
        written = pairs_file.write(assignment)
    if written is not None:
        console.print(f"wrote {written}", highlight=False, soft_wrap=True)
    mutants = tuple(s for part in parts for s in subjects.mutated(part) if function in (None, s.function))
    chosen = mutants if sample is None else subjects.sample(mutants, sample)
    known = (s for part in parts for s in (*subjects.right(part), *subjects.wrong(part)))
    answers = tuple(s for s in known if function in (None, s.function))
    found = _graded((*answers, *chosen), processes, console)
    right, wrong, mutated = (tuple(v for v in found if v.subject.kind == kind) for kind in ("right", "wrong", "mutant"))

    wanted = [(part, f.name) for part in parts for f in part.functions if function in (None, f.name)]
    with console.status("grading two mistakes at once"):
        two = tuple(paired(wanted, pairs, processes))
    functions = [function] if function else [f.name for part in parts for f in part.functions]
    made = (
        tables.right_answers(right, functions),
        tables.wrong_answers(wrong, functions),
        tables.pairs(two),
        tables.mutants(mutated, mutants, functions, excused(assignment.folder)),
        tables.tolerances(right, wrong, mutated),
    )
    show.show(made, console)
    seconds = time.monotonic() - started
    if page is not None:
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(show.page(made, seconds), encoding="utf-8")
        console.print(f"wrote {page}", highlight=False, soft_wrap=True)
    as_it_must_be = not any(table.failures for table in made)
    if as_it_must_be and parts == assignment.parts and function is None:
        stamp.write(assignment.name, stamp.Stamp(len(right), len(wrong), len(mutated)))
    verdict = "everything is as it must be" if as_it_must_be else "not everything is as it must be"
    console.print(f"{verdict} ({seconds:.0f} s)", highlight=False)
    return as_it_must_be


def _graded(wanted: tuple[Subject, ...], processes: int | None, console: Console) -> Iterable[Verdict]:
    """The verdicts in the order of the subjects; in a terminal, with how far it has come."""
    order = {subject: i for i, subject in enumerate(wanted)}
    found: list[Verdict] = []
    with console.status("grading") as status:
        for verdict in verdicts(wanted, processes):
            found.append(verdict)
            status.update(f"{len(found):,} of {len(wanted):,} versions graded")
    return sorted(found, key=lambda verdict: order[verdict.subject])
