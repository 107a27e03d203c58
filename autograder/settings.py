"""What a table of settings may hold, and one clear sentence where it holds something else."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from autograder.errors import AssignmentError

Kind = type | tuple[type, ...]

_WORDS: dict[type, str] = {
    str: "a text",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "a table",
    datetime: "a date with a time, as 2026-09-30T23:59:00",
}


def fields(told: Any, known: Mapping[str, tuple[Kind, Any]], where: str) -> dict[str, Any]:
    """A table with the keys it may have, each of its type.

    Args:
        told: what came; a table is expected.
        known: the type of each key and its default; None as a default means that the key must be there.
        where: the place in words, for the message.

    Raises:
        AssignmentError: it is no table, has a key that is not known or lacks one, or a value is of another type.
    """
    found = given(told, {key: kind for key, (kind, _) in known.items()}, where)
    for key, (_, default) in known.items():
        if key not in found:
            if default is None:
                raise AssignmentError(f"{where}: the setting {key!r} is missing.")
            found[key] = default
    return found


def given(told: Any, kinds: Mapping[str, Kind], where: str) -> dict[str, Any]:
    """The keys that a table has, each known and of its type.

    Raises:
        AssignmentError: it is no table, has a key that is not known, or a value is of another type.
    """
    if not isinstance(told, dict):
        raise AssignmentError(f"{where}: a table was expected, not {told!r}.")
    for key, value in told.items():
        if key not in kinds:
            raise AssignmentError(f"{where}: there is no setting {key!r}{instead(key, kinds)}")
        kind = kinds[key]
        if not isinstance(value, kind) or isinstance(value, bool):
            raise AssignmentError(f"{where}: {key} should be {expected(kind)}, but is {shown(value)}.")
    return dict(told)


def one_of(value: Any, choices: Iterable[str], what: str, where: str) -> str:
    """The value, which is one of these words.

    Raises:
        AssignmentError: it is another one, or no word.
    """
    words = tuple(choices)
    if not isinstance(value, str) or value not in words:
        near = difflib.get_close_matches(value, words, 1) if isinstance(value, str) else []
        meant = f"; did you mean {near[0]!r}?" if near else "."
        raise AssignmentError(f"{where}: {what} should be one of {', '.join(words)}, but is {shown(value)}{meant}")
    return value


def expected(kind: Kind) -> str:
    """The types in words: "a number", "a text or a table"."""
    kinds = kind if isinstance(kind, tuple) else (kind,)
    return " or ".join(dict.fromkeys(_WORDS[each] for each in kinds))


def instead(key: str, known: Iterable[str]) -> str:
    """The end of a sentence about a name that is not known: the nearest that is, or all of them."""
    names = tuple(known)
    near = difflib.get_close_matches(key, names, 1)
    return f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(names)}."


def shown(value: Any) -> str:
    """A value as the file says it."""
    return str(value) if isinstance(value, date) else repr(value)
