"""Unpacks what gzip, bzip2 or xz packed: once, from front to back, and within bounds."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable
from typing import IO, Any

from autograder.submission.limits import MB, human

_OPEN: dict[bytes, Callable[[IO[bytes]], Any]] = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ\x00": lzma.open}

DAMAGE = (zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, MemoryError)
"""What reading damaged data may raise; MemoryError, because xz says itself how much memory unpacking it takes."""


class TooMuch(Exception):
    """It unpacks to more than is read. `str()` goes on a sentence that begins with the file's name."""


def is_compressed(head: bytes) -> bool:
    """Whether a file that begins so is one of gzip, bzip2 or xz."""
    return head.startswith(tuple(_OPEN))


class Unpacked:
    """The content of a file, unpacked if it is compressed, to be read once.

    Attributes:
        count: bytes read so far.
    """

    def __init__(self, file: IO[bytes], room: int, ratio: int) -> None:
        """Begin to read.

        Args:
            file: what was packed, at its start.
            room: bytes that may be read.
            ratio: how many times its packed size a file beyond 1 MB may unpack to.
        """
        head = file.read(max(map(len, _OPEN)))
        file.seek(0)
        opener = next((opener for magic, opener in _OPEN.items() if head.startswith(magic)), None)
        self._file, self._content = file, opener(file) if opener else file
        self._room, self._ratio = room, ratio
        self.count = 0

    def read(self, size: int) -> bytes:
        """The next so many bytes, fewer at the end.

        Raises:
            TooMuch: they would be more than the bounds allow.
            DAMAGE: they cannot be had.
        """
        data: bytes = self._content.read(size)
        self.count += len(data)
        if self.count > max(MB, self._ratio * self._file.tell()):
            raise TooMuch(
                f"unpacks to more than {self._ratio} times its packed size, as a zip bomb does; "
                "it was not read to its end"
            )
        if self.count > self._room:
            raise TooMuch(
                f"unpacks to more than {human(self._room)}; the rest was not read: hand in the notebooks only"
            )
        return data
