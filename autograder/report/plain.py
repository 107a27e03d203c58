"""What every renderer needs first: a Report whose texts, numbers and order can be trusted.

Messages carry the text of students' exceptions and names of students' files. Escape sequences, control characters and
characters that reorder or hide text go before any renderer sees them; each renderer then escapes for its own medium.
Only the standard library is imported here, for Gradescope's container has little else.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from autograder.results import LeaderboardRow, Outcome, Report, Status, number_key

Kind = Literal["passed", "lost", "untouched", "ungraded", "unreached", "optional"]

LINE = 200  # characters in a title, a file's name and the like
BLOCK = 4_000  # characters in a message
NOTES = 50  # notes shown of one report
NAMES = 4  # functions named in one line

_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor, erase
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?"  # OSC, DCS and kin: titles, links
    r"|\x1b[ -/]*[0-~]?"  # the two-character ones, and a lone ESC
)
_BREAKS = re.compile(r"\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_DROPPED = {"Cc", "Cf", "Co"}  # control; format (bidi, zero width, tags); private use
_VISIBILITIES = {"visible", "after_due_date", "after_published", "hidden"}

UNGRADED = (
    "could not be graded. this is the grader's fault, not yours. it counts 0 for now; the staff are told and will "
    "grade it again."
)
UNREACHED = "not reached: the time for the whole run was spent before this check. it counts 0."
OPTIONAL = "extra credit, not attempted"


def block(text: object, limit: int = BLOCK) -> str:
    """The text without control characters, escape sequences and bidi controls, lines kept, at most `limit` characters.

    A text that is longer keeps its beginning and its end, with a note between them of how much was left out.
    """
    raw = clip(str(text), 4 * max(limit, 50))  # what is cleaned is bounded too
    if raw.isprintable():  # so one line, with nothing to take out: most texts are
        return clip(raw.rstrip(), limit)
    raw = _BREAKS.sub("\n", _ESCAPES.sub("", raw)).translate(_SAFE)
    lines = (line.rstrip() for line in raw.split("\n"))
    return clip("\n".join(lines).strip("\n"), limit)


def line(text: object, limit: int = LINE) -> str:
    """The text as `block` gives it, on one line."""
    return clip(" ".join(block(text, 2 * limit).split()), limit)


class _Safe(dict[int, str]):
    """What each character met so far turns into, by code point, as `str.translate` asks."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)
        safe = character if character in "\n\t" or category not in _DROPPED else ""
        if category == "Cs":  # half a surrogate pair: no encoding can write it
            safe = "\N{REPLACEMENT CHARACTER}"
        self[code] = safe
        return safe


_SAFE = _Safe()


def clip(text: str, limit: int) -> str:
    """At most `limit` characters: beginning and end, with the number left out between them."""
    if len(text) <= limit:
        return text
    note = f" [... {len(text) - limit:,} characters or more left out ...] "
    if limit < 2 * len(note):
        return text[: max(limit - 3, 0)] + "..."[:limit]
    room = limit - len(note)
    head = room - room // 4
    return text[:head] + note + text[len(text) - (room - head) :]


def number(value: object) -> float | None:
    """A Python float of any real number (NumPy's and torch's scalars too), or None if it is no finite number."""
    scalar: Any = value.item() if hasattr(value, "item") else value
    try:
        result = float(scalar)
    except (TypeError, ValueError, OverflowError):
        return None
    return result if math.isfinite(result) else None


def points(value: float) -> str:
    """Points as people write them: 3, 2.5, 0.33."""
    return f"{round(value, 2):g}" if abs(value) < 1e5 else f"{value:.0f}"


def settle(report: Report) -> Report:
    """The same report, fit to be shown: clean bounded texts, plain finite numbers, checks in the order of number.

    Points that are no finite number cannot come from a student's answer, so such a check could not be graded. Points
    beyond the maximum, or below 0, are brought back to it.
    """
    rows = (_settle_row(row) for row in report.leaderboard)
    return replace(
        report,
        submission=line(report.submission),
        files={line(part): line(file) for part, file in report.files.items()},
        notes=_settle_notes(report.notes),
        staff_notes=_settle_notes(report.staff_notes),
        outcomes=tuple(sorted(map(_settle_outcome, report.outcomes), key=lambda o: number_key(o.number))),
        leaderboard=tuple(row for row in rows if row is not None),
        seconds=max(number(report.seconds) or 0.0, 0.0),
        confinement=line(report.confinement),
    )


def _settle_outcome(outcome: Outcome) -> Outcome:
    earned, most = number(outcome.points), number(outcome.max_points)
    status = outcome.status
    staff = outcome.staff
    if earned is None or most is None:
        status = Status.UNGRADED
        staff = f"points are no finite number: {outcome.points!r} of {outcome.max_points!r}\n{staff}"
    most = max(most or 0.0, 0.0)
    if status in (Status.UNGRADED, Status.UNREACHED):
        earned = 0.0
    return replace(
        outcome,
        title=line(outcome.title),
        part=line(outcome.part),
        function=line(outcome.function),
        points=round(min(max(earned or 0.0, 0.0), most), 4),
        max_points=round(most, 4),
        status=status,
        message=block(outcome.message),
        hint=line(outcome.hint, 500),
        example=block(outcome.example, 1_000),
        picture=block(outcome.picture, 1_000),
        visibility=outcome.visibility if outcome.visibility in _VISIBILITIES else "hidden",
        seconds=max(number(outcome.seconds) or 0.0, 0.0),
        staff=block(staff),
    )


def _settle_row(row: LeaderboardRow) -> LeaderboardRow | None:
    value = number(row.value)
    if value is None:
        return None
    return LeaderboardRow(line(row.name), value, "asc" if row.order == "asc" else "desc")


def _settle_notes(notes: Sequence[str]) -> tuple[str, ...]:
    shown = [text for text in (block(note, 1_000) for note in notes[:NOTES]) if text]
    if len(notes) > NOTES:
        shown.append(f"{len(notes) - NOTES} more notes are left out")
    return tuple(shown)


def kind(outcome: Outcome) -> Kind:
    """How a check is to be shown. Untouched extra credit is "optional": never a failure."""
    if outcome.extra and not outcome.attempted:
        return "optional"
    if outcome.status is Status.UNGRADED:
        return "ungraded"
    if outcome.status is Status.UNREACHED:
        return "unreached"
    if outcome.status is Status.PASSED:
        return "passed"
    return "lost" if outcome.attempted else "untouched"


def said(outcome: Outcome, staff: bool = False) -> str:
    """What a check says below its title.

    Args:
        outcome: a check of a settled report.
        staff: True for the staff's eyes: with the messages of checks that students cannot see (yet).
    """
    shown = kind(outcome)
    if shown == "ungraded":
        return UNGRADED
    if shown == "optional":
        return OPTIONAL
    if outcome.visibility != "visible" and not staff:
        return WITHHELD[outcome.visibility]
    hint = f"hint: {outcome.hint}" if outcome.hint else ""
    message = outcome.message or (UNREACHED if shown == "unreached" else "")
    caption = outcome.picture.partition("\n")[0]
    return "\n".join(text for text in (message, hint, outcome.example, caption) if text)


def picture(outcome: Outcome, staff: bool = False) -> str:
    """The rows of a check's picture, whose caption `said` ends with: for a font of characters of one width."""
    shown = kind(outcome) == "lost" and (staff or outcome.visibility == "visible")
    return outcome.picture.partition("\n")[2] if shown else ""


WITHHELD = {
    "hidden": "the details of this check are for the staff.",
    "after_due_date": "the details of this check are shown after the due date.",
    "after_published": "the details of this check are shown once the grades are published.",
}


@dataclass(frozen=True)
class Group:
    """Checks under one name, with what they earned: a part, all extra credit, or one entry of a list."""

    name: str
    outcomes: tuple[Outcome, ...]
    points: float
    max_points: float

    @property
    def share(self) -> float:
        """Earned over possible, 0 to 1."""
        return self.points / self.max_points if self.max_points else 0.0

    @property
    def seconds(self) -> float:
        """What the checks took together."""
        return sum(o.seconds for o in self.outcomes)

    @property
    def labels(self) -> str:
        """Where to look, in short: the tasks, or the checks' own numbers."""
        labels = list(dict.fromkeys(o.label for o in self.outcomes))
        return ranges(labels, labels)

    @property
    def open(self) -> tuple[Outcome, ...]:
        """The checks that need a look: neither passed nor extra credit left alone."""
        return tuple(o for o in self.outcomes if kind(o) not in ("passed", "optional"))

    @property
    def calm(self) -> tuple[Outcome, ...]:
        """The others."""
        return tuple(o for o in self.outcomes if kind(o) in ("passed", "optional"))

    @property
    def remark(self) -> str:
        """What is missing, in one line: by cause, and each misconception with how many checks show it."""

        def of(shown: Kind) -> str:
            return names([o for o in self.outcomes if kind(o) == shown], self.outcomes)

        causes: tuple[tuple[Kind, str], ...] = (
            ("ungraded", "could not be graded"),
            ("lost", "lost"),
            ("untouched", "not attempted"),
            ("unreached", "not reached"),
            ("optional", "not attempted"),
        )
        found = [f"{of(shown)} {words}" for shown, words in causes if of(shown)]
        hints = [o.hint for o in self.outcomes if o.hint and o.visibility == "visible" and kind(o) == "lost"]
        for hint in dict.fromkeys(hints):
            count = hints.count(hint)
            found.append(f"misconception: {hint} ({count} {'check' if count == 1 else 'checks'})")
        return "; ".join(found)


def groups(report: Report) -> tuple[Group, ...]:
    """One group for each part, in the order of the checks, then one named "extra credit" if there is any."""
    parts = dict.fromkeys(o.part for o in report.outcomes if not o.extra)
    found = [group(part, (o for o in report.outcomes if o.part == part and not o.extra)) for part in parts]
    extra = group("extra credit", (o for o in report.outcomes if o.extra))
    return (*found, extra) if extra.outcomes else tuple(found)


def group(name: str, outcomes: Iterable[Outcome]) -> Group:
    """These checks under one name, added up."""
    members = tuple(outcomes)
    earned, most = sum(o.points for o in members), sum(o.max_points for o in members)
    return Group(name, members, round(earned, 4), round(most, 4))


def entries(outcomes: Iterable[Outcome]) -> tuple[Group, ...]:
    """Checks as a list shows them: each for itself, named by its title, but for what was left undone or not reached.

    There, neighbours about the same function that say the same are one entry, named by the function.
    """
    found: list[list[Outcome]] = []
    for outcome in outcomes:
        if found and kind(outcome) in ("untouched", "unreached") and _alike(found[-1][-1]) == _alike(outcome):
            found[-1].append(outcome)
        else:
            found.append([outcome])
    return tuple(group(o[0].title if len(o) == 1 else o[0].function, o) for o in found)


def _alike(outcome: Outcome) -> tuple[str, ...]:
    return (kind(outcome), outcome.part, outcome.function, outcome.visibility, outcome.message, outcome.hint)


def names(chosen: Sequence[Outcome], among: Sequence[Outcome]) -> str:
    """Checks in short: by the functions that they are about, or by their own numbers where there are no tasks."""
    if not all(o.task for o in chosen):
        return ranges([o.number for o in chosen], [o.number for o in among])
    functions = list(dict.fromkeys(o.function for o in chosen))
    if len(functions) > NAMES and len(chosen) == len(among):
        return "everything"
    return ", ".join(functions[:NAMES]) + (f" and {len(functions) - NAMES} more" if len(functions) > NAMES else "")


def ranges(chosen: Sequence[str], among: Sequence[str]) -> str:
    """Numbers in short: three or more neighbours of `among` as "3.4 - 3.9", others with commas."""
    places = {name: index for index, name in enumerate(among)}
    runs: list[list[str]] = []
    for name in chosen:
        if runs and places[name] == places[runs[-1][-1]] + 1:
            runs[-1].append(name)
        else:
            runs.append([name])
    return ", ".join(f"{run[0]} - {run[-1]}" if len(run) > 2 else ", ".join(run) for run in runs)


def files_taken(report: Report) -> str:
    """Each part and the file it was graded from, in one line; a part without a file says so."""
    return ", ".join(f"{part}: {file}" for part, file in files_by_part(report).items())


def files_by_part(report: Report) -> dict[str, str]:
    """The file that each part was graded from, or that there is none."""
    parts = dict.fromkeys([*(o.part for o in report.outcomes), *report.files])
    return {part: report.files.get(part, "no file found") for part in parts}


def ungraded_numbers(report: Report) -> list[str]:
    """Numbers of the checks shown as "could not be graded"."""
    return [o.number for o in report.outcomes if kind(o) == "ungraded"]


def warnings(report: Report) -> tuple[str, ...]:
    """What must not be missed, most grave first; each is one line to be shown loudly."""
    found = []
    unconfined = report.confinement.lower()
    if unconfined.startswith("none") or "unsafe" in unconfined:
        found.append(
            f"WARNING: student code ran without confinement ({report.confinement}). do not use these results as grades."
        )
    if not report.complete:
        found.append("NOT COMPLETE: grading was cut short or is still running. what was not reached counts 0 here.")
    ungraded = [o for o in report.outcomes if kind(o) == "ungraded"]
    if ungraded:
        these = names(ungraded, report.outcomes)
        found.append(f"COULD NOT BE GRADED: {these}. the grader is at fault, not the student; these count 0 for now.")
    return tuple(found)
