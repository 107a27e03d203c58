"""Finds what a submission holds: files of a folder or archive, listed and read within bounds, never unpacked to disk.

A symbolic link is never followed, nothing but regular files is opened, and of an archive no declared size is believed.
"""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from autograder.submission import tars, zips
from autograder.submission.compressed import DAMAGE, TooMuch, Unpacked, is_compressed
from autograder.submission.entries import Entry, Readable, Unusable, clean
from autograder.submission.limits import Limits, human
from autograder.submission.notebook import is_notebook, may_begin_notebook

JUNK = frozenset({"__MACOSX", "__pycache__", "node_modules", "site-packages"})
_SOME = 3
_HEAD_BYTES = 512  # by which it is known what a file is


@dataclass(frozen=True)
class Found:
    """One file of interest, read.

    Attributes:
        path: its path in the folder or archive that holds it.
        kind: "notebook", "module" or "weights".
        data: its bytes.
        where: its path through all archives. Of two files of one such path, the later takes the other's place.
    """

    path: str
    kind: str
    data: bytes
    where: str


@dataclass
class Search:
    """Goes through a submission once, keeping count against the limits and collecting notes.

    Attributes:
        kinds: says of a file's name what it is: see `filenames.kind`.
        others: names of files that were passed over, some of them.
        unread: names of archives that are not read here, some of them.
        listed: how many files were looked at by name.
        opened: how many were opened.
        read: bytes of them all.
        unpacked: bytes that were gone through in tars.
    """

    limits: Limits
    kinds: Callable[[str], str]
    notes: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    listed: int = 0
    opened: int = 0
    read: int = 0
    unpacked: int = 0

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
            name = clean(f"{inside}/{entry.name}" if inside else entry.name)
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
        if kind == "unread":
            self.unread += [shown(name)] if len(self.unread) < _SOME else []
        if kind in ("", "unread"):
            self._other(name)
            return ""
        return kind if kind == "json" or self._may_open() else ""

    def _other(self, name: str) -> None:
        if len(self.others) < _SOME:
            self.others.append(shown(name))

    def _limit(self, kind: str) -> int:
        limits = self.limits
        sizes = {"archive": limits.archive, "module": limits.module, "weights": limits.weights}
        return sizes.get(kind, limits.notebook)

    def _one(self, path: Path, name: str) -> Iterator[Found]:
        kind = self._kind(name)
        if not kind:
            return
        try:
            with _open_regular(path) as file:
                size = os.fstat(file.fileno()).st_size
                if kind == "archive":
                    if not self._too_large(name, kind, size):
                        yield from self._archive(name, file, 0)
                    return
                data = self._content(name, kind, file, size, size)
        except OSError as error:
            self.note(f"{shown(name)}: cannot be read ({error.strerror or error})")
            return
        if data is not None:
            yield from self._found(name, kind, data, name)

    def _archive(self, name: str, file: IO[bytes], inside: int, where: str = "") -> Iterator[Found]:
        """What is of interest in an archive.

        Args:
            name: as messages call it.
            file: the archive, open.
            inside: how many archives it is in.
            where: it stands in this one; "" if in none.
        """
        if inside > self.limits.zips:
            self.note(f"{shown(name)}: a zip in a zip in a zip is not looked into; put the notebooks in one zip")
            return
        head = file.read(_HEAD_BYTES)
        file.seek(0)
        tar = tars.is_tar(head) or not (head.startswith(b"PK") or name.lower().endswith(".zip"))
        what = "tar" if tar else "zip"
        if not head:
            self.note(f"{shown(name)} is empty (0 bytes); a {what} of your notebooks was expected: make it again")
            return
        unpacked = Unpacked(file, self.limits.unpacked - self.unpacked, self.limits.ratio)
        entries = tars.entries(unpacked) if tar else zips.entries(file, self.limits.ratio)
        try:
            yield from self._entries(name, what, entries, inside, f"{where}{name}/")
        except Unusable as error:
            self.note(f"{shown(name)} {error}")
        finally:
            self.unpacked += unpacked.count

    def _entries(self, archive: str, what: str, entries: Iterator[Entry], inside: int, where: str) -> Iterator[Found]:
        met: set[str] = set()
        for entry in entries:
            if is_junk(entry.path):
                continue
            if not self._may_list():
                return
            if entry.refused:
                self.note(f"{shown(entry.path)} in {shown(archive)}: {entry.refused}")
                continue
            kind = self._kind(entry.path)
            if not kind:
                continue
            if entry.path in met:  # unpacking would leave the last of a name
                self.note(f"{shown(archive)} holds several files of one name; the last of each was taken")
            met.add(entry.path)
            data = self._entry(archive, what, kind, entry)
            if data is not None and kind == "archive":
                yield from self._archive(entry.path, io.BytesIO(data), inside + 1, where)
            elif data is not None:
                yield from self._found(entry.path, kind, data, f"{where}{entry.path}")

    def _entry(self, archive: str, what: str, kind: str, entry: Entry) -> bytes | None:
        """What an entry unpacks to; None with a note if it cannot be had."""
        try:
            return self._content(entry.path, kind, entry.open(), entry.size, entry.most)
        except TooMuch as error:
            raise Unusable(str(error)) from None
        except (*zips.DAMAGE, *tars.DAMAGE) as error:
            if what == "tar":
                raise tars.damaged(error) from None
            self.note(f"{shown(entry.path)} in {shown(archive)} is damaged ({error}); make the zip again")
            return None

    def _content(self, name: str, kind: str, file: Readable, size: int, most: int) -> bytes | None:
        """The bytes of a file that has so many of them, or says so; None, with a note, if they are too many.

        Of one that may be a notebook by its name, None without a word if it is none.
        """
        room = self.limits.total - self.read
        limit = min(self._limit(kind), room, most)
        head = file.read(min(_HEAD_BYTES, limit + 1)) if kind == "json" else b""
        if kind == "json" and not (may_begin_notebook(head) or is_compressed(head)):
            self._other(name)
            return None
        if self._too_large(name, kind, size):
            return None
        if size > room:
            self.note(f"more than {human(self.limits.total)} in all; {shown(name)} was not read: hand in less")
            return None
        data = head + file.read(limit + 1 - len(head))
        self.read += min(len(data), limit)
        if len(data) <= limit:
            return data
        if limit == most:
            times = f"more than {self.limits.ratio} times its packed size"
            self.note(f"{shown(name)} unpacks to {times}, as a zip bomb does; it was not read")
        else:
            self._too_large(name, kind, self._limit(kind) + 1)
        return None

    def _too_large(self, name: str, kind: str, size: int) -> bool:
        """Whether a file has more bytes than are read, with a note if so."""
        limit = self._limit(kind)
        if size <= limit:
            return False
        what = {"archive": "archives", "weights": "files of weights", "module": "modules"}.get(kind, "notebooks")
        size_shown = f"more than {human(limit)}" if size == limit + 1 else human(size)
        advice = "clear its outputs, save it, and hand it in again" if what == "notebooks" else "hand in a smaller one"
        self.note(f"{shown(name)} is too large ({size_shown}); {what} of up to {human(limit)} are read: {advice}")
        return True

    def _found(self, name: str, kind: str, data: bytes, where: str) -> Iterator[Found]:
        """A file of interest, once it is unpacked."""
        unpacked: bytes | None = data
        if is_compressed(data):
            unpacked = self._unpack(name, kind, data)
        if unpacked is not None and kind == "json":
            if not is_notebook(unpacked):
                self._other(name)
                return
            unpacked, kind = (unpacked, "notebook") if self._may_open() else (None, kind)
        if unpacked is not None:
            yield Found(name, kind, unpacked, where)

    def _unpack(self, name: str, kind: str, data: bytes) -> bytes | None:
        """What a file that was compressed by itself holds; None with a note if it cannot be had."""
        limit = min(self._limit(kind), self.limits.total - self.read)
        unpacked = Unpacked(io.BytesIO(data), limit, self.limits.ratio)
        try:
            return unpacked.read(limit + 1)
        except TooMuch as error:
            self.note(f"{shown(name)} {error}")
        except DAMAGE as error:
            self.note(f"{shown(name)} is damaged ({error}); save the file again, and hand it in as it is")
        finally:
            self.read += unpacked.count
        return None


def is_junk(name: str) -> bool:
    """Whether a path is of the kind that systems and editors leave behind: hidden, caches, `__MACOSX`."""
    return any(piece in JUNK or (piece.startswith(".") and piece != "..") for piece in PurePosixPath(name).parts)


def shown(name: str) -> str:
    """A file's name for people: printable and not too long."""
    name = "".join(char if char.isprintable() else "?" for char in name)
    return name if len(name) <= 80 else f"{name[:38]}...{name[-38:]}"


def _open_regular(path: Path) -> IO[bytes]:
    """A regular file, opened to be read. OSError for anything else."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError("it is not a regular file")
    return open(handle, "rb")
