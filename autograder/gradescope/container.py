"""Grading inside Gradescope's container: its folders in, results.json out, whatever happens in between."""

from __future__ import annotations

import resource
import traceback
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

from autograder.assignment import Assignment
from autograder.checks.hints import known
from autograder.grading import Settings, grade, not_graded
from autograder.policy import metadata
from autograder.policy.apply import counted, missing, rule
from autograder.report import gradescope, staff_card
from autograder.results import Report
from autograder.worker.warm import Warm

_PEAKS = (Path("/sys/fs/cgroup/memory.peak"), Path("/sys/fs/cgroup/memory/memory.max_usage_in_bytes"))
"""What a container tells of its memory, by the version of its control groups."""


def grade_in(root: Path, warm: Warm, settings: Settings, now: datetime | None = None) -> int:
    """Grade `root`/submission and write `root`/results/results.json, anew after every check and whole each time.

    What counts and what is shown is for the assignment's policy to say, by `root`/submission_metadata.json. What staff
    need to know is printed: Gradescope shows the output of the harness to instructors only.

    Args:
        root: Gradescope's folder.
        warm: a running fork server.
        settings: what to grade, and how.
        now: the time; None for this machine's clock.

    Returns:
        0, also when the grader failed: the results say so, and Gradescope shows them only after a clean exit.
    """
    results = root / "results" / "results.json"
    results.parent.mkdir(parents=True, exist_ok=True)

    assignment = settings.assignment
    policy = assignment.policy
    ruling = rule(policy, metadata.read(root / "submission_metadata.json"), now or datetime.now(timezone.utc))
    settings = replace(
        settings,
        hints="on" if ruling.hints else "off",
        visibility={
            about.number: policy.visibility_of(about.number, about.function, about.part, about.visibility)
            for about, *_ in assignment.checks
        },
    )

    def write(report: Report, staff: str = "") -> None:
        lines = (*ruling.lines, *missing(policy, report))
        gradescope.write(counted(policy, report, assignment.points), results, replace(ruling, lines=lines), staff)

    try:
        report = grade(root / "submission", warm, settings, write)
    except Exception:  # noqa: BLE001 - a student must get results that say so, and staff the traceback
        report = not_graded("submission", settings, traceback.format_exc())
    for_staff = staff_card.markdown_of(report, ruling, _recognised(assignment, report), _memory())
    write(report, for_staff)
    print(gradescope.staff_text(replace(report, staff_notes=(*ruling.staff_notes, *report.staff_notes))))
    print(for_staff)
    return 0


def _recognised(assignment: Assignment, report: Report) -> dict[str, str]:
    """By the number of a check, the known mistake whose hint it got, by name; two where they were made together."""
    found = {}
    for outcome in report.outcomes:
        mistakes = known(assignment.part(outcome.part)).get(outcome.function, ()) if outcome.hint else ()
        if names := [mistake.name for mistake in mistakes if mistake.hint in outcome.hint]:
            found[outcome.number] = ", ".join(names)
    return found


def _memory() -> str:
    """What the grader needed at most, and where the container tells it, everything in it; in words."""
    said = f"the grader's own process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MB at most"
    for path in _PEAKS:
        try:
            return f"{said}; the container: {int(path.read_text()) >> 20} MB at most"
        except (OSError, ValueError):
            continue
    return said
