"""The card that staff alone see on Gradescope, in Markdown: the policy's decisions, time, memory, mistakes and faults.

Gradescope keeps it from students, and the next run of the same student finds it in submission_metadata.json, which no
student's code can read. All the same there is no traceback and no line of a solution in it: these are printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from autograder.policy.apply import Ruling
from autograder.policy.dates import said_span
from autograder.report import markdown, plain
from autograder.results import Outcome, Report

SLOWEST = 8  # functions named with the time they took


def markdown_of(report: Report, ruling: Ruling, recognised: Mapping[str, str], memory: str) -> str:
    """The card.

    Args:
        report: what grading found.
        ruling: what the policy says of the submission.
        recognised: by the number of a check, the name of the known mistake that its answer was.
        memory: how much was needed at most, in words; "" where that is not known.
    """
    report = plain.settle(report)
    sections = (
        ("policy", [*_policy(ruling), *map(markdown.text, ruling.staff_notes)]),
        ("time and memory", [*_time(report), *([markdown.text(memory)] if memory else [])]),
        ("known mistakes", _mistakes(report, recognised)),
        ("ended by a fault", _faults(report)),
    )
    return "\n\n".join(filter(None, (markdown.section(title, lines) for title, lines in sections)))


def _policy(ruling: Ruling) -> Iterator[str]:
    late = f"late by {said_span(ruling.late_by)}, {ruling.days_late} counted" if ruling.days_late else "in time"
    yield f"{late}; the score counts {100 * ruling.factor:g} %"
    if ruling.used:
        yield f"submission {ruling.used} of its day"
    yield f"hints are {'shown' if ruling.hints else 'not shown'}"


def _time(report: Report) -> Iterator[str]:
    yield f"{report.seconds:.1f} s in all"
    slowest = sorted(_by_function(report.outcomes), key=lambda group: -group.seconds)[:SLOWEST]
    yield from (f"{markdown.code(group.name)}: {group.seconds:.1f} s" for group in slowest)


def _mistakes(report: Report, recognised: Mapping[str, str]) -> list[str]:
    found: dict[tuple[str, str], int] = {}
    for outcome in report.outcomes:
        if name := recognised.get(outcome.number):
            found[outcome.function, name] = found.get((outcome.function, name), 0) + 1
    return [
        f"{markdown.code(function)}: {markdown.text(name)} ({count} {'check' if count == 1 else 'checks'})"
        for (function, name), count in found.items()
    ]


def _faults(report: Report) -> list[str]:
    """What stopped a check: the student's process, the time for the whole run, or the grader."""
    kinds = {"ungraded": "could not be graded", "unreached": "not reached in time"}
    found: dict[tuple[str, str], int] = {}
    for outcome in report.outcomes:
        if fault := kinds.get(plain.kind(outcome)) or outcome.fault:
            found[outcome.function, fault] = found.get((outcome.function, fault), 0) + 1
    return [f"{markdown.code(function)}: {fault} ({count})" for (function, fault), count in found.items()]


def _by_function(outcomes: Sequence[Outcome]) -> list[plain.Group]:
    names = dict.fromkeys(outcome.function for outcome in outcomes)
    return [plain.group(name, (o for o in outcomes if o.function == name)) for name in names]
