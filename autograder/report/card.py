"""The card on top of a student's results, in Markdown: the score by part, what to do next, what is not shown yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from autograder.report import markdown, plain
from autograder.results import Outcome, Report

NEXT = 3  # functions named as the next to work on
_LATER = {
    "hidden": "for the staff alone",
    "after_due_date": "shown after the due date",
    "after_published": "shown once the grades are published",
}


def markdown_of(report: Report, most: int, lines: Sequence[str] = ()) -> str:
    """The card.

    Args:
        report: a settled one.
        most: characters; notes beyond them are counted instead of shown.
        lines: what the assignment's policy says of this submission, shown first.
    """
    sections = [*_head(report, lines)]
    if _all_visible(report):  # else Gradescope hides the total, and so must this
        sections.append(markdown.section("score by part", _score(report)))
    sections.append(markdown.section("what to do next", _next(report)))
    sections.append(markdown.section("what remains hidden", _hidden(report)))
    sections.append(markdown.section("what was read", _read(report)))
    text = "\n\n".join(filter(None, sections))
    return plain.clip(text + _notes(report, most - len(text) - 100), most)


def waiting(report: Report, lines: Sequence[str], most: int) -> str:
    """The card of a submission whose feedback waits: what must not be missed and what the policy says, and no more."""
    return plain.clip("\n\n".join(_head(report, lines)), most)


def _head(report: Report, lines: Sequence[str]) -> Iterator[str]:
    yield from (f"**{markdown.text(warning)}**" for warning in plain.warnings(report))
    yield from map(markdown.text, lines)


def _all_visible(report: Report) -> bool:
    return all(outcome.visibility == "visible" for outcome in report.outcomes)


def _score(report: Report) -> Iterator[str]:
    for group in plain.groups(report):
        name = markdown.code(group.name) if group.outcomes[0].part == group.name else group.name
        yield f"{name}: {plain.points(group.points)} / {plain.points(group.max_points)}"


def _next(report: Report) -> Iterator[str]:
    """The first functions that cost points, with what there is to gain; only of checks that the student can see."""
    open_checks: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in report.outcomes:
        if outcome.visibility == "visible" and plain.kind(outcome) in ("lost", "untouched"):
            open_checks.setdefault((outcome.part, outcome.function), []).append(outcome)
    for checks in list(open_checks.values())[:NEXT]:
        yield _to_gain(checks)
    if len(open_checks) > NEXT:
        yield f"then {len(open_checks) - NEXT} more, each with a card below"
    if not open_checks and report.complete and _all_visible(report):
        left = any(plain.kind(outcome) == "optional" for outcome in report.outcomes)
        done = all(plain.kind(outcome) in ("passed", "optional") for outcome in report.outcomes)
        if done and report.outcomes:
            yield "nothing: every check holds" + (", and there is extra credit left" if left else "")
    if not open_checks and plain.ungraded_numbers(report):
        yield "wait: the staff will grade again what could not be graded"


def _to_gain(checks: Sequence[Outcome]) -> str:
    first = checks[0]
    gain = plain.points(sum(outcome.max_points - outcome.points for outcome in checks))
    where = f"{markdown.text(first.label)} " if first.task else ""
    count = "one check" if len(checks) == 1 else f"{len(checks)} checks"
    state = "not written yet" if all(not outcome.attempted for outcome in checks) else f"{count} lost points"
    return f"{where}{markdown.code(first.function)}: {state}, {gain} to gain"


def _hidden(report: Report) -> Iterator[str]:
    counts = Counter(outcome.visibility for outcome in report.outcomes if outcome.visibility in _LATER)
    for visibility, when in _LATER.items():
        if count := counts[visibility]:
            yield f"{count} {'check' if count == 1 else 'checks'} {when}"


def _read(report: Report) -> Iterator[str]:
    for part, file in plain.files_by_part(report).items():
        yield f"{markdown.code(part)}: {markdown.text(file)}"


def _notes(report: Report, room: int) -> str:
    """The notes that there is room for, as more entries of the last list."""
    found = ""
    for shown, note in enumerate(report.notes):
        entry = "\n- note: " + markdown.text(note).replace("\n", "\n  ")
        if len(found) + len(entry) > room:
            return f"{found}\n- and {len(report.notes) - shown} more notes"
        found += entry
    return found
