"""Dates as people count them: days of 23, 24 and 25 hours, and moments and spans in words."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone, tzinfo
from itertools import pairwise

DAY = timedelta(days=1)


def placed(at: datetime, zone: tzinfo) -> datetime:
    """A moment in this time zone; one without an offset is meant there."""
    return at.astimezone(zone) if at.tzinfo else at.replace(tzinfo=zone)


def elapsed(start: datetime, end: datetime) -> timedelta:
    """The time from one moment to another, as a clock that is never changed would measure it."""
    return end.astimezone(timezone.utc) - start.astimezone(timezone.utc)


def after(moment: datetime, other: datetime | None) -> bool:
    """Whether a moment is after another, which may be unknown."""
    return other is not None and elapsed(other, moment) > timedelta(0)


def days_late(created: datetime, due: datetime, zone: tzinfo) -> int:
    """How many days late: each ends at the due date's time of day in this time zone, whatever its hours.

    A moment after the due date is one day late, and the same time on the next day still is.
    """
    if not after(created, due):
        return 0
    due = due.astimezone(zone)
    days = max((created.astimezone(zone).date() - due.date()).days - 1, 1)
    while after(created, due + days * DAY):  # within one zone Python adds days to the clock on the wall
        days += 1
    return days


def next_midnight(at: datetime, zone: tzinfo) -> datetime:
    """When the day of a moment ends in this time zone."""
    return datetime.combine(day_of(at, zone) + DAY, time(), tzinfo=zone)


def day_of(at: datetime, zone: tzinfo) -> date:
    """The calendar day of a moment in this time zone."""
    return at.astimezone(zone).date()


def said(at: datetime, zone: tzinfo) -> str:
    """A moment in words: "9 Sep 2026, 23:59 EDT"."""
    local = at.astimezone(zone)
    clock = local.strftime("%H:%M:%S" if local.second else "%H:%M")
    return f"{said_day(local.date())}, {clock} {local.tzname()}"


def said_day(day: date) -> str:
    """A day in words: "9 Sep 2026"."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def said_span(span: timedelta) -> str:
    """A time in words, its two largest units: "5 s", "3 min", "1 h 20 min", "2 days 3 h"."""
    seconds = int(span.total_seconds())
    units = (("day", 86_400), ("h", 3600), ("min", 60), ("s", 1))
    for (unit, size), (below, smaller) in pairwise(units):
        if seconds >= size:
            count, rest = divmod(seconds, size)
            head = f"{count} {unit}{'s' if unit == 'day' and count > 1 else ''}"
            return f"{head} {rest // smaller} {below}" if rest // smaller and unit != "min" else head
    return f"{seconds} s" if seconds else "less than 1 s"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
