"""A Report as one HTML page: no scripts, nothing loaded from elsewhere, readable on paper and in the dark."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from autograder.report import plain
from autograder.results import Report

_LABELS = {
    "passed": ("✓", "passed"),
    "lost": ("✗", "points lost"),
    "untouched": ("–", "not attempted"),
    "unreached": ("–", "not reached"),
    "ungraded": ("?", "could not be graded"),
    "optional": ("·", "not attempted"),
}


def page(report: Report, *, staff: bool = False) -> str:
    """The page as text; write it as UTF-8.

    Args:
        report: what grading found.
        staff: False gives a page that may be handed to the student; True adds staff notes, the tracebacks of the
            grader's faults and the messages of checks that students cannot see (yet).
    """
    report = plain.settle(report)
    return _template().render(
        report=report,
        groups=plain.groups(report),
        warnings=plain.warnings(report),
        files=plain.files_taken(report),
        staff=staff,
        kind=plain.kind,
        entries=plain.entries,
        said=plain.said,
        picture=plain.picture,
        points=plain.points,
        labels=_LABELS,
    )


@cache
def _template() -> Template:
    """Compiled once, which takes several times as long as filling it in."""
    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("report.html.j2")
