"""What stands in an archive, whatever kind of archive it is; zips and tars are read into it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Protocol


class Unusable(Exception):
    """An archive cannot be read, or no further. `str()` goes on a sentence that begins with the archive's name."""


class Readable(Protocol):
    """What the content of an entry is read from."""

    def read(self, size: int, /) -> bytes:
        """The next so many bytes, fewer at the end."""


@dataclass(frozen=True)
class Entry:
    """One file in an archive.

    Attributes:
        path: its name as it stands there, with `/`.
        size: bytes that it says it has; it may lie.
        most: bytes beyond which it counts as a bomb.
        refused: why it is not read; "" if it is.
        open: gives its content, to be read before the next entry is asked for.
    """

    path: str
    size: int
    most: int
    refused: str
    open: Callable[[], Readable]


def clean(name: str) -> str:
    """A path with `/`, without half characters and a `./` before it."""
    name = name.replace("\\", "/").encode("utf-8", "replace").decode("utf-8")
    return re.sub(r"^(?:\./+)+", "", name)


def leads_out(path: str, archive: str) -> str:
    """Why a path inside an archive is not read, where it does not stay inside; "" if it does."""
    if path.startswith("/") or re.match(r"[A-Za-z]:", path):
        return f"its path is absolute; only paths inside the {archive} are read"
    if ".." in PurePosixPath(path).parts:
        return f"its path leads out of the {archive} (..); only paths inside are read"
    return ""


def is_link(kind: str, archive: str) -> str:
    """Why a link in an archive is not read."""
    return f"it is a {kind} link; links are not followed: put the file itself into the {archive}"
