"""The entries of a zip; of its declared sizes none is believed."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from typing import IO

from autograder.submission.entries import Entry, Unusable, clean, is_link, leads_out
from autograder.submission.limits import MB

DAMAGE = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, struct.error, RuntimeError)
"""What reading a damaged zip may raise."""

_DIRECTORY_BYTES = 8 * MB  # of the table of contents, which is read whole; about 80,000 names
_END_BYTES = 65_557  # of the record at a zip's end, with the longest comment
_WIDE_BYTES = 200  # before it, where a large zip has a record of its own


def entries(file: IO[bytes], ratio: int) -> Iterator[Entry]:
    """The files of a zip, in the order of its table of contents.

    Args:
        file: the zip, open.
        ratio: how many times its packed size an entry beyond 1 MB may unpack to.

    Raises:
        Unusable: it is no zip.
    """
    if _directory_size(file) > _DIRECTORY_BYTES:
        raise Unusable("has a list of contents that is too long; make a zip of the notebooks only")
    try:
        archive = zipfile.ZipFile(file)
    except DAMAGE as error:
        raise Unusable(f"is not a zip that can be read ({error}); make the zip again and hand it in") from None
    with archive:
        for info in archive.infolist():
            if info.filename and not info.is_dir():
                most = max(MB, ratio * info.compress_size)
                yield Entry(clean(info.filename), info.file_size, most, _refused(info), partial(archive.open, info))


def _directory_size(file: IO[bytes]) -> int:
    """How long a zip says its table of contents is; 0 if it does not say."""
    file.seek(0, 2)
    file.seek(max(0, file.tell() - _END_BYTES - _WIDE_BYTES))
    data = file.read()
    file.seek(0)
    at = data.rfind(b"PK\x05\x06")
    if at < 0 or at + 16 > len(data):
        return 0
    size = int(struct.unpack_from("<L", data, at + 12)[0])
    wide = data.find(b"PK\x06\x06", max(0, at - _WIDE_BYTES), at)
    if wide >= 0 and wide + 48 <= at:
        size = max(size if size != 0xFFFFFFFF else 0, int(struct.unpack_from("<Q", data, wide + 40)[0]))
    return size


def _refused(info: zipfile.ZipInfo) -> str:
    """Why an entry is not read; "" if it is."""
    for name in (info.filename, info.orig_filename):
        if why := leads_out(clean(name), "zip"):
            return why
    mode = info.external_attr >> 16
    if stat.S_ISLNK(mode):
        return is_link("symbolic", "zip")
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "it is not a regular file"
    if info.flag_bits & 1:
        return "it is encrypted; make a zip without a password"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return f"it is packed in a way that is not read here (method {info.compress_type}); make an ordinary zip"
    return ""
