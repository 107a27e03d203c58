"""The entries of a tar, compressed or not, read from front to back; nothing is unpacked to disk."""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Iterator
from functools import partial
from typing import IO, cast

from autograder.submission import compressed
from autograder.submission.compressed import TooMuch, Unpacked
from autograder.submission.entries import Entry, Readable, Unusable, clean, is_link, leads_out

DAMAGE = (tarfile.TarError, *compressed.DAMAGE, RecursionError)
"""What reading a damaged tar may raise."""

_MAGIC = slice(257, 262)
_HEADER_BYTES = 64 << 10  # of a long name or of further attributes, which tarfile reads whole
_HEADERS = (
    *(tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE),
    *(tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK),
)


def is_tar(head: bytes) -> bool:
    """Whether a file that begins so (512 bytes) is a tar, or compressed as one may be."""
    return head[_MAGIC] == b"ustar" or compressed.is_compressed(head)


def entries(unpacked: Unpacked) -> Iterator[Entry]:
    """The files of a tar, in their order, each to be read before the next is asked for.

    Raises:
        Unusable: it is no tar, or no further entry can be had.
    """
    try:
        archive = tarfile.open(fileobj=cast(IO[bytes], unpacked), mode="r|", tarinfo=_Header)  # noqa: SIM115
    except TooMuch as error:
        raise Unusable(str(error)) from None
    except DAMAGE as error:
        raise Unusable(f"is not a tar that can be read ({error}); make the tar again and hand it in") from None
    with archive:
        while (info := _following(archive)) is not None:
            archive.members.clear()  # type: ignore[attr-defined]  # tarfile keeps all that went by
            if not info.isdir():
                content = cast(Callable[[], Readable], partial(archive.extractfile, info))
                yield Entry(clean(info.name), info.size, info.size, _refused(info), content)


def damaged(error: BaseException) -> Unusable:
    """That no more can be had of a tar."""
    return Unusable(f"is damaged ({error}), and was read up to there; make the tar again and hand it in")


def _following(archive: tarfile.TarFile) -> tarfile.TarInfo | None:
    try:
        return archive.next()
    except TooMuch as error:
        raise Unusable(str(error)) from None
    except DAMAGE as error:
        raise damaged(error) from None


class _Header(tarfile.TarInfo):
    """A header that may not ask for more memory than a header needs."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _Header:
        header = super().frombuf(buf, encoding, errors)
        if header.type in _HEADERS and not 0 <= header.size <= _HEADER_BYTES:
            raise tarfile.ReadError(f"a header of {header.size:,} bytes")
        return header


def _refused(info: tarfile.TarInfo) -> str:
    """Why an entry is not read; "" if it is."""
    if why := leads_out(clean(info.name), "tar"):
        return why
    if info.issym() or info.islnk():
        return is_link("symbolic" if info.issym() else "hard", "tar")
    return "" if info.isreg() and not info.issparse() else "it is not a regular file"
