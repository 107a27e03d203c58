"""One card a function, in Markdown: what held and what did not, and once what went wrong and why.

A function whose checks are not all seen at the same time has a card for each time, so that what students may not see
(yet) stands in no card that they see.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from autograder.report import markdown, plain
from autograder.results import Outcome, Report

HINT = "**hint:** "
EXTRA = "extra credit"  # the tag
MARKS = {"passed": "✓", "lost": "✗", "untouched": "–", "unreached": "–", "ungraded": "?", "optional": "·"}
_WHEN = {"after_due_date": "after the due date", "after_published": "with the grades", "hidden": "for staff"}


@dataclass(frozen=True)
class FunctionCard:
    """The checks of one function that are seen at the same time.

    Attributes:
        outcomes: of a settled report, in the order of their numbers.
        whole: all checks of the function are among them.
    """

    outcomes: tuple[Outcome, ...]
    whole: bool

    @property
    def number(self) -> str:
        """The notebook's task; "" for what belongs to none, a file of weights say."""
        task = self.outcomes[0].task
        return task if task[:1].isdigit() else ""

    @property
    def name(self) -> str:
        """Of the function or the file; where it has several cards, with the time at which this one is seen."""
        first = self.outcomes[0]
        name = f"{first.task} {first.function}" if first.task and not self.number else first.function
        return name if self.whole or first.visibility == "visible" else f"{name} ({_WHEN[first.visibility]})"

    @property
    def score(self) -> float:
        """Points earned."""
        return round(sum(outcome.points for outcome in self.outcomes), 4)

    @property
    def max_score(self) -> float:
        """Points there are; those of extra credit that was not attempted do not count."""
        return round(sum(worth(outcome) for outcome in self.outcomes), 4)

    @property
    def passed(self) -> bool:
        """Whether all of it held, extra credit that was not attempted aside."""
        return all(holds(outcome) for outcome in self.outcomes)

    @property
    def tags(self) -> list[str]:
        """The part, the function, and whether it is extra credit."""
        first = self.outcomes[0]
        return [first.part, first.function, *([EXTRA] if first.extra else [])]

    @property
    def checks(self) -> list[dict[str, Any]]:
        """The single checks, as plain data."""
        return [
            {
                "number": outcome.number,
                "title": outcome.title,
                "score": outcome.points,
                "max_score": worth(outcome),
                "status": "passed" if holds(outcome) else "failed",
            }
            for outcome in self.outcomes
        ]


def worth(outcome: Outcome) -> float:
    """The points of a check; 0 for extra credit that was not attempted, which must not look lost."""
    return 0.0 if plain.kind(outcome) == "optional" else outcome.max_points


def holds(outcome: Outcome) -> bool:
    """Whether nothing was lost by a check."""
    return plain.kind(outcome) in ("passed", "optional")


def cards(report: Report) -> list[FunctionCard]:
    """The cards of a settled report, in the order of the first check of each function."""
    functions: dict[tuple[str, str, bool], dict[str, list[Outcome]]] = {}
    for outcome in report.outcomes:
        of = functions.setdefault((outcome.part, outcome.function, outcome.extra), {})
        of.setdefault(outcome.visibility, []).append(outcome)
    return [
        FunctionCard(tuple(outcomes), len(by_time) == 1)
        for by_time in functions.values()
        for outcomes in by_time.values()
    ]


def markdown_of(card: FunctionCard, room: int = plain.BLOCK) -> str:
    """What a card says, of texts that are cut to so many characters each."""
    if all(plain.kind(outcome) == "optional" for outcome in card.outcomes):
        return plain.OPTIONAL
    listed = markdown.BREAK.join(f"{MARKS[plain.kind(outcome)]} {_line(outcome)}" for outcome in card.outcomes)
    return "\n\n".join((listed, *_told(card.outcomes, room)))


def _line(outcome: Outcome) -> str:
    earned = f"{plain.points(outcome.points)} / {plain.points(outcome.max_points)}"
    return f"{_title(outcome)}: {plain.OPTIONAL if plain.kind(outcome) == 'optional' else earned}"


def _title(outcome: Outcome) -> str:
    """What was checked, without the function, which stands above; with the check's own number where no task says it."""
    title = outcome.title.removeprefix(f"{outcome.function}: ")
    return markdown.text(title if outcome.task else f"{outcome.number} {title}")


def _told(outcomes: Sequence[Outcome], room: int) -> Iterator[str]:
    """What is said of the checks, each text and each hint once: of which, what, why, and where it shows."""
    alike: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        said = plain.said(_bare(outcome), staff=True)  # Gradescope applies the visibility
        if said and plain.kind(outcome) != "optional":
            alike.setdefault(said, []).append(outcome)
    hinted: set[str] = set()
    for said, about in alike.items():
        if len(about) < len(outcomes):
            yield f"**{', '.join(map(_title, about))}**"
        yield markdown.text(plain.clip(said, room))
        for outcome in about:
            if outcome.hint and outcome.hint not in hinted and plain.kind(outcome) != "ungraded":
                hinted.add(outcome.hint)
                yield HINT + markdown.text(plain.clip(outcome.hint, room))
            if plain.kind(outcome) == "lost":
                yield from _shown(outcome, room)


def _bare(outcome: Outcome) -> Outcome:
    """The outcome without what is shown below its message."""
    return replace(outcome, hint="", example="", picture="")


def _shown(outcome: Outcome, room: int) -> Iterator[str]:
    if outcome.example:
        yield markdown.text(plain.clip(outcome.example, room))
    if outcome.picture:
        caption, _, rows = outcome.picture.partition("\n")
        yield markdown.text(plain.clip(caption, room))
        if rows:
            yield markdown.block(plain.clip(rows, room))
