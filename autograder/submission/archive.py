"""Finds what a submission holds: files of a folder or zip, listed and opened within bounds, never followed or unpacked.

A symbolic link is never followed, nothing but regular files is opened, and of a zip no declared size is believed.
"""

from __future__ import annotations

import io
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from autograder.submission.limits import Limits, human

JUNK = frozenset({"__MACOSX", "__pycache__", "node_modules", "site-packages"})
_SOME = 3
_DIRECTORY_BYTES = 8 << 20  # of a zip's table of contents, which is read whole; about 80,000 names


@dataclass(frozen=True)
class Found:
    """One file of interest, read."""

    path: str
    kind: str
    data: bytes


@dataclass
class Search:
    """Goes through a submission once, keeping count against the limits and collecting notes.

    Attributes:
        kinds: says of a file's name what it is ("notebook", "module", "weights", "zip"); "" for what is of no interest.
        others: names of files of no interest, some of them.
    """

    limits: Limits
    kinds: Callable[[str], str]
    notes: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    listed: int = 0
    opened: int = 0
    read: int = 0

    def note(self, text: str) -> None:
        """Say something once."""
        if text not in self.notes:
            self.notes.append(text)

    def file(self, path: Path, name: str) -> Iterator[Found]:
        """The file handed in by itself, under the name it was given by."""
        yield from self._one(path, name)

    def folder(self, top: Path, inside: str = "", depth: int = 0) -> Iterator[Found]:
        """Every file of interest under a folder, in the order of their names."""
        if depth > self.limits.depth:
            self.note(f"{shown(inside)}: more than {self.limits.depth} folders deep; not looked into")
            return
        try:
            entries = sorted(os.scandir(top), key=lambda entry: entry.name)
        except OSError as error:
            self.note(f"{shown(inside or top.name)}: cannot be read ({error.strerror})")
            return
        for entry in entries:
            name = _clean(f"{inside}/{entry.name}" if inside else entry.name)
            if is_junk(name):
                continue
            if not self._may_list():
                return
            if entry.is_symlink():
                self.note(f"{shown(name)} is a symbolic link; links are not followed: hand in the file itself")
            elif entry.is_dir(follow_symlinks=False):
                yield from self.folder(Path(entry.path), name, depth + 1)
            else:
                yield from self._one(Path(entry.path), name)

    def _may_list(self) -> bool:
        self.listed += 1
        if self.listed > self.limits.listed:
            self.note(f"more than {self.limits.listed:,} files; the rest was not looked at: hand in the notebooks only")
        return self.listed <= self.limits.listed

    def _may_open(self) -> bool:
        self.opened += 1
        if self.opened > self.limits.entries:
            self.note(f"more than {self.limits.entries:,} notebooks and modules; the rest was not opened")
        return self.opened <= self.limits.entries

    def _kind(self, name: str) -> str:
        kind = self.kinds(name)
        if not kind and len(self.others) < _SOME:
            self.others.append(shown(name))
        return kind if kind and self._may_open() else ""

    def _limit(self, kind: str) -> int:
        limits = self.limits
        sizes = {"notebook": limits.notebook, "module": limits.module, "weights": limits.weights}
        return sizes.get(kind, limits.archive)

    def _one(self, path: Path, name: str) -> Iterator[Found]:
        kind = self._kind(name)
        if not kind:
            return
        try:
            data = _read_regular(path, self._limit(kind))
        except OSError as error:
            self.note(f"{shown(name)}: cannot be read ({error.strerror or error})")
            return
        if isinstance(data, bytes) and kind != "zip":
            if self.read + len(data) > self.limits.total:
                self.note(f"more than {human(self.limits.total)} in all; {shown(name)} was not read: hand in less")
                return
            self.read += len(data)
        yield from self._take(name, kind, data, 0)

    def _take(self, name: str, kind: str, data: bytes | int, zips: int) -> Iterator[Found]:
        """A file's bytes, or its size where that is too large."""
        if isinstance(data, int):
            limit = human(self._limit(kind))
            what = {"zip": "zips", "weights": "files of weights", "module": "modules"}.get(kind, "notebooks")
            size = f"{human(data)}" if data > self._limit(kind) else f"more than {limit}"
            self.note(f"{shown(name)} is too large ({size}); {what} of up to {limit} are read: {_smaller(kind)}")
        elif kind == "zip":
            yield from self._zip(name, data, zips)
        else:
            yield Found(name, kind, data)

    def _zip(self, name: str, data: bytes, zips: int) -> Iterator[Found]:
        if zips > self.limits.zips:
            self.note(f"{shown(name)}: a zip in a zip in a zip is not looked into; put the notebooks in one zip")
            return
        if not data:
            self.note(f"{shown(name)} is empty (0 bytes); a zip of your notebooks was expected: make it again")
            return
        if _directory_size(data) > _DIRECTORY_BYTES:
            self.note(f"{shown(name)}: its list of contents is too long; make a zip of the notebooks only")
            return
        try:
            archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, struct.error, EOFError) as error:
            self.note(f"{shown(name)} is not a zip that can be read ({error}); make the zip again and hand it in")
            return
        with archive:
            yield from self._entries(name, archive, zips)

    def _entries(self, zip_name: str, archive: zipfile.ZipFile, zips: int) -> Iterator[Found]:
        last = {info.filename: info for info in archive.infolist()}  # unpacking would leave the last of a name
        if len(last) < len(archive.infolist()):
            self.note(f"{shown(zip_name)} holds several files of one name; the last of each was taken")
        for info in last.values():
            name = _clean(info.filename)
            if info.is_dir() or is_junk(name):
                continue
            if not self._may_list():
                return
            refused = _refused(info)
            if refused:
                self.note(f"{shown(name)} in {shown(zip_name)}: {refused}")
                continue
            kind = self._kind(name)
            if not kind:
                continue
            content = self._content(zip_name, name, kind, archive, info)
            if content is not None:
                yield from self._take(name, kind, content, zips + 1)

    def _content(
        self, zip_name: str, name: str, kind: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo
    ) -> bytes | int | None:
        """What an entry unpacks to; its size if too large; None with a note if it cannot be had."""
        room = self.limits.total - self.read
        limit = min(self._limit(kind), room, max(1 << 20, self.limits.ratio * info.compress_size))
        try:
            with archive.open(info) as stream:
                data = stream.read(limit + 1)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, struct.error, RuntimeError) as error:
            self.note(f"{shown(name)} in {shown(zip_name)} is damaged ({error}); make the zip again")
            return None
        self.read += min(len(data), limit)
        if len(data) <= limit:
            return data
        if limit == self._limit(kind):
            return max(info.file_size, limit + 1)
        if limit == room:
            self.note(f"more than {human(self.limits.total)} in all; {shown(name)} was not read: hand in less")
        else:
            times = f"more than {self.limits.ratio} times its packed size"
            self.note(f"{shown(name)} in {shown(zip_name)} unpacks to {times}, as a zip bomb does; it was not read")
        return None


def is_junk(name: str) -> bool:
    """Whether a path is of the kind that systems and editors leave behind: hidden, caches, `__MACOSX`."""
    return any(piece in JUNK or (piece.startswith(".") and piece != "..") for piece in PurePosixPath(name).parts)


def shown(name: str) -> str:
    """A file's name for people: printable and not too long."""
    name = "".join(char if char.isprintable() else "?" for char in name)
    return name if len(name) <= 80 else f"{name[:38]}...{name[-38:]}"


def _clean(name: str) -> str:
    return name.replace("\\", "/").encode("utf-8", "replace").decode("utf-8")


def _smaller(kind: str) -> str:
    if kind == "notebook":
        return "clear its outputs, save it, and hand it in again"
    return "hand in a smaller one"


def _read_regular(path: Path, limit: int) -> bytes | int:
    """A regular file's bytes; its size if it is larger than the limit. OSError for anything else."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    with open(handle, "rb") as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise OSError("it is not a regular file")
        if status.st_size > limit:
            return status.st_size
        data = file.read(limit + 1)
        return data if len(data) <= limit else len(data)


def _directory_size(data: bytes) -> int:
    """How long a zip says its table of contents is; 0 if it does not say."""
    at = data.rfind(b"PK\x05\x06", -65557)
    if at < 0 or at + 16 > len(data):
        return 0
    size = int(struct.unpack_from("<L", data, at + 12)[0])
    wide = data.find(b"PK\x06\x06", max(0, at - 200), at)
    if wide >= 0 and wide + 48 <= at:
        size = max(size if size != 0xFFFFFFFF else 0, int(struct.unpack_from("<Q", data, wide + 40)[0]))
    return size


def _refused(info: zipfile.ZipInfo) -> str:
    """Why an entry is not read; "" if it is."""
    names = (_clean(info.filename), _clean(info.orig_filename))
    if any(name.startswith("/") or re.match(r"[A-Za-z]:", name) for name in names):
        return "its path is absolute; only paths inside the zip are read"
    if any(".." in PurePosixPath(name).parts for name in names):
        return "its path leads out of the zip (..); only paths inside are read"
    mode = info.external_attr >> 16
    if stat.S_ISLNK(mode):
        return "it is a symbolic link; links are not followed: put the file itself into the zip"
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "it is not a regular file"
    if info.flag_bits & 1:
        return "it is encrypted; make a zip without a password"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return f"it is packed in a way that is not read here (method {info.compress_type}); make an ordinary zip"
    return ""
