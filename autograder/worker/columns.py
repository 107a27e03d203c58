"""Many tuples of one length travel by columns: a column of tensors alike is one tensor on the wire, not hundreds."""

from __future__ import annotations

from typing import Any

Sent = tuple[str, list[Any]]


def sent(rows: list[Any]) -> Sent:
    """Rows as they travel: by columns where all of them are tuples of one length, else as they are."""
    if rows and all(type(row) is tuple and len(row) == len(rows[0]) for row in rows) and rows[0]:
        return "columns", [list(column) for column in zip(*rows, strict=True)]
    return "rows", list(rows)


def received(message: Any, count: int) -> list[Any]:
    """The rows again.

    Raises:
        ValueError: it is not what `sent` makes of so many rows.
    """
    if type(message) is tuple and len(message) == 2 and type(message[1]) is list:
        how, parts = message
        if how == "rows" and len(parts) == count:
            return list(parts)
        if how == "columns" and parts and all(type(part) is list and len(part) == count for part in parts):
            return list(zip(*parts, strict=True))
    raise ValueError(f"there are not {count} answers")
