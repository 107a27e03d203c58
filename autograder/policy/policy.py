"""An assignment's policies: the table `[policy]` of its assignment.toml, checked, with defaults that change nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from autograder.errors import AssignmentError
from autograder.settings import Kind, given, instead, one_of, shown

Hints = Literal["on", "off", "after_due_date"]
Visibility = Literal["visible", "after_due_date", "after_published", "hidden"]
Rule = Literal["none", "percent", "tokens"]

HINTS = ("on", "off", "after_due_date")
VISIBILITIES = ("visible", "after_due_date", "after_published", "hidden")
LATE: dict[str, tuple[str, ...]] = {"none": (), "percent": ("per_day",), "tokens": ("days", "per_day")}
"""Each late rule and the settings it takes."""
YEARS = range(2000, 3000)
"""Of dates that are meant."""
LEAST_MEMORY, MOST_MEMORY = 128, 1 << 20


@dataclass(frozen=True)
class Late:
    """What late work costs.

    Attributes:
        rule: "none"; "percent": `per_day` for each day; "tokens": the same, but the first `days` days cost nothing.
        per_day: percent of the score that a day late takes off, 0 to 100.
        days: days that cost nothing.
    """

    rule: Rule = "none"
    per_day: float = 0.0
    days: int = 0

    def factor(self, days_late: int) -> float:
        """What the score is multiplied by, 0 to 1, for work that is so many days late."""
        if self.rule == "none":
            return 1.0
        return max(0.0, round(1.0 - self.per_day / 100.0 * max(days_late - self.days, 0), 10))


@dataclass(frozen=True)
class Policy:
    """The policies of an assignment; each default changes nothing.

    Attributes:
        time_zone: of days and of dates without an offset, by its name in the IANA database.
        due, late_due: dates that win over Gradescope's; without an offset they are in the time zone.
        late: what late work costs.
        feedback_per_day: how many submissions of a calendar day are answered at once; None for all.
        hints: whether a wrong answer is told what it looks like: the known mistake it matches, or the general shape of
            its error. "after_due_date": only in submissions made after the due date.
        visibility: pairs of a part, a function, a file of weights or a check's number, and who sees those checks when.
        leaderboard: pairs of a check's column and its name on the leaderboard; None for all under their own names.
        budget: seconds for the whole run; Gradescope stops at 600 by default and then shows nothing.
        call_seconds: wall time that one call of a student's function may take.
        memory: MB that the student's code may use beyond what the libraries do.
        required_files: parts and files of weights that are missed loudly.
        scale_to: what all checks come to in the results, extra credit aside; None for their own points.
    """

    time_zone: str = "America/Detroit"
    due: datetime | None = None
    late_due: datetime | None = None
    late: Late = Late()
    feedback_per_day: int | None = None
    hints: Hints = "on"
    visibility: tuple[tuple[str, Visibility], ...] = ()
    leaderboard: tuple[tuple[str, str], ...] | None = None
    budget: float = 480.0
    call_seconds: float = 10.0
    memory: int = 512
    required_files: tuple[str, ...] = ()
    scale_to: float | None = None

    @property
    def goes_by_dates(self) -> bool:
        """Whether anything depends on when a submission was made."""
        return self.late.rule != "none" or self.feedback_per_day is not None or self.hints == "after_due_date"

    def visibility_of(self, number: str, function: str, part: str, own: str = "visible") -> str:
        """The visibility of a check. The most exact word wins: its number, what it says itself, its function, its part.

        Args:
            number, function, part: of the check.
            own: what stands on the check.
        """
        told = dict(self.visibility)
        if own != "visible":
            return told.get(number, own)
        return next((told[name] for name in (number, function, part) if name in told), own)


_KINDS: dict[str, Kind] = {
    "time_zone": str,
    "due": datetime,
    "late_due": datetime,
    "late": dict,
    "feedback_per_day": int,
    "hints": str,
    "visibility": dict,
    "leaderboard": (str, dict),
    "budget": (int, float),
    "call_seconds": (int, float),
    "memory": int,
    "required_files": list,
    "scale_to": (int, float),
}
_LATE: dict[str, Kind] = {"rule": str, "per_day": (int, float), "days": int}


def read(told: Any, where: str) -> Policy:
    """The table `[policy]` as plain data.

    Args:
        told: what the file holds there; an empty table says nothing.
        where: the file in words, for the message.

    Raises:
        AssignmentError: a setting is not known, of another type, or out of its range.
    """
    found = given(told, _KINDS, where)
    if "time_zone" in found:
        _known_zone(found["time_zone"], where)
    for name in ("due", "late_due"):
        if name in found and found[name].year not in YEARS:
            raise AssignmentError(f"{where}: {name} should be a date that is meant, but is {shown(found[name])}.")
    _number(found, "feedback_per_day", 1, 1000, "submissions a day", where)
    _number(found, "budget", 10, 2400, "seconds (Gradescope allows 600, or up to 2400 when told so)", where)
    _number(found, "call_seconds", 0.1, 2400, "seconds", where)
    _number(found, "memory", LEAST_MEMORY, MOST_MEMORY, "MB", where)
    _number(found, "scale_to", 0.01, 100_000, "points", where)
    if "late" in found:
        found["late"] = _late(found["late"], f"{where}, late")
    if "hints" in found:
        one_of(found["hints"], HINTS, "hints", where)
    if "visibility" in found:
        found["visibility"] = _visibility(found["visibility"], f"{where}, visibility")
    if "leaderboard" in found:
        found["leaderboard"] = _leaderboard(found["leaderboard"], where)
    if "required_files" in found:
        found["required_files"] = _required(found["required_files"], where)
    policy = Policy(**found)
    _in_order(policy, where)
    return policy


def refuse_strangers(
    policy: Policy, groups: Collection[str], files: Collection[str], columns: Collection[str], where: str
) -> None:
    """See that a policy names nothing that the assignment does not have.

    Args:
        policy: as it was read.
        groups: the assignment's parts, functions, files of weights and numbers of checks.
        files: its parts and files of weights.
        columns: what its checks put on the leaderboard.
        where: the file in words.

    Raises:
        AssignmentError: it names something else; the message has the nearest name there is.
    """
    for name, _ in policy.visibility:
        if name not in groups:
            near = instead(name, groups)
            meant = near if "did you mean" in near else f"; its parts are {', '.join(files)}."
            raise AssignmentError(f"{where}, visibility: there is no part, function or check {name!r}{meant}")
    for name in policy.required_files:
        if name not in files:
            raise AssignmentError(
                f"{where}, required_files: there is no part or file of weights {name!r}{instead(name, files)}"
            )
    for name, _ in policy.leaderboard or ():
        if name not in columns:
            there = instead(name, columns) if columns else "; no check of it has a column there."
            raise AssignmentError(f"{where}, leaderboard: no check gives a value {name!r}{there}")


def zone_of(name: str) -> tzinfo | None:
    """The time zone of that name; None where there is none, or this machine has no database of time zones."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # of a name that is a folder, the system says so
        return None


def _known_zone(name: str, where: str) -> None:
    if zone_of(name) is None and (there := available_timezones()):
        near = instead(name, sorted(there))
        meant = near if "did you mean" in near else "; take one as America/Detroit or Europe/Berlin."
        raise AssignmentError(f"{where}: time_zone: there is no time zone {name!r}{meant}")


def _number(found: Mapping[str, Any], key: str, least: float, most: float, unit: str, where: str) -> None:
    if key in found and not least <= found[key] <= most:  # nan is in no range
        raise AssignmentError(f"{where}: {key} should be {least:,} to {most:,} {unit}, but is {found[key]!r}.")


def _late(told: Mapping[str, Any], where: str) -> Late:
    found = given(told, _LATE, where)
    if "rule" not in found:
        raise AssignmentError(f"{where}: the setting 'rule' is missing; it is one of {', '.join(LATE)}.")
    rule = one_of(found["rule"], LATE, "rule", where)
    for key in LATE[rule]:
        if key not in found:
            raise AssignmentError(f"{where}: the rule {rule!r} takes {' and '.join(LATE[rule])}; {key!r} is missing.")
    for key in found:
        if key not in ("rule", *LATE[rule]):
            takes = " and ".join(LATE[rule]) or "nothing else"
            raise AssignmentError(f"{where}: the rule {rule!r} takes {takes}, not {key!r}.")
    _number(found, "per_day", 0, 100, "percent", where)
    _number(found, "days", 0, 365, "days", where)
    return Late(cast("Rule", rule), float(found.get("per_day", 0.0)), found.get("days", 0))


def _visibility(told: Mapping[str, Any], where: str) -> tuple[tuple[str, Visibility], ...]:
    for name, value in told.items():
        if isinstance(value, dict):
            raise AssignmentError(
                f"{where}: {name} should be a text, but is a table; a check's number or a file's name stands in "
                f'quotes: "{name}.{next(iter(value), "1")}" = "hidden".'
            )
    return tuple((name, cast("Visibility", one_of(value, VISIBILITIES, name, where))) for name, value in told.items())


def _leaderboard(told: str | Mapping[str, Any], where: str) -> tuple[tuple[str, str], ...] | None:
    if isinstance(told, str):
        return None if one_of(told, ("on", "off"), "leaderboard", where) == "on" else ()
    found = given(told, dict.fromkeys(told, str), f"{where}, leaderboard")
    twice = sorted({name for name in found.values() if list(found.values()).count(name) > 1})
    if twice:
        raise AssignmentError(f"{where}, leaderboard: two columns have the name {twice[0]!r}; give each its own.")
    return tuple(found.items())


def _required(told: list[Any], where: str) -> tuple[str, ...]:
    for name in told:
        if not isinstance(name, str):
            raise AssignmentError(f"{where}: required_files should be a list of texts, but holds {shown(name)}.")
    return tuple(dict.fromkeys(told))


def _in_order(policy: Policy, where: str) -> None:
    zone = zone_of(policy.time_zone)
    if policy.due is None or policy.late_due is None or zone is None:
        return
    due, late_due = (at if at.tzinfo else at.replace(tzinfo=zone) for at in (policy.due, policy.late_due))
    if late_due < due:
        raise AssignmentError(
            f"{where}: late_due should not be before due, but is {shown(policy.late_due)}, and due is "
            f"{shown(policy.due)}."
        )
