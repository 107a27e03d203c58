"""Whether two files of weights are the same, told without opening them as what they are."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from pathlib import PurePosixPath

from autograder.submission.limits import MB

MOST_ENTRIES, MOST_BYTES = 1_000, 64 * MB
_BROKEN = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, struct.error, RuntimeError)


def digest(data: bytes) -> str:
    """A digest of the tensors of a file of weights, or of the whole file if it is none that torch writes.

    torch writes a zip, whose other entries hold the name it was saved under. "" where all values are one and the same:
    zeros are nobody's own.
    """
    blobs = _storages(data) or [data]
    if all(len(set(blob)) <= 4 and blob == blob[:4] * (len(blob) // 4) for blob in blobs):
        return ""
    return hashlib.sha256(b"".join(sorted(hashlib.sha256(blob).digest() for blob in blobs))).hexdigest()


def _storages(data: bytes) -> list[bytes]:
    """The bytes of each tensor's storage; none where this is no such zip, or more than is read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [info for info in archive.infolist() if PurePosixPath(info.filename).parent.name == "data"]
            if len(entries) > MOST_ENTRIES:
                return []
            blobs, room = [], MOST_BYTES
            for info in entries:
                with archive.open(info) as stream:
                    blobs.append(stream.read(room + 1))
                room -= len(blobs[-1])
                if room < 0:
                    return []
            return blobs
    except _BROKEN:
        return []
