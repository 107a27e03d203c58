"""Where one submission of many lies, and its files: to be told apart by their bytes, to be graded, and to travel."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import stat
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO

from autograder.submission.limits import Limits

_BLOCK = 1 << 20
_MOST_FILES = Limits().listed
_MOST_BYTES = max(Limits().notebook, Limits().weights, Limits().archive) + 1  # of one file: beyond, none is graded
_NAME_BYTES = 200  # of one folder's or file's name, when it is written anew


class Gone(Exception):
    """The submission is not there any more, or cannot be read; `str()` is one line."""


@dataclass(frozen=True)
class Parcel:
    """One submission as it lies.

    Attributes:
        name: what it is called: the name of its file or folder.
        root: the folder or the zip that it lies in.
        members: paths below the root: one file or folder, or several that together are one submission.
        called: what several members are called in the submission.
        zipped: the root is a zip.
    """

    name: str
    root: Path
    members: tuple[str, ...]
    called: tuple[str, ...] = ()
    zipped: bool = False


@dataclass(frozen=True)
class _File:
    """One file of a parcel: its path there, and whether it is a link, which is never followed."""

    path: str
    at: Path | zipfile.ZipInfo
    link: bool = False


def digest(parcel: Parcel) -> str:
    """A hash of every file's path and bytes: what is graded is the same where it is the same.

    Raises:
        Gone: it cannot be read.
    """
    found = hashlib.sha256()
    with _opened(parcel) as archive:
        for file in _files(parcel, archive):
            found.update(f"{len(file.path)}:{file.path}:{file.link}:".encode("utf-8", "surrogateescape"))
            for block in _blocks(file, archive):
                found.update(block)
    return found.hexdigest()


@contextlib.contextmanager
def unpacked(parcel: Parcel) -> Iterator[Path]:
    """The path to grade: where the submission lies, or a copy for as long as the block lasts.

    Raises:
        Gone: it cannot be read.
    """
    if not parcel.zipped and len(parcel.members) == 1:
        path = parcel.root / parcel.members[0]
        if not os.path.lexists(path):
            raise Gone(f"{path} is not there any more")
        if not path.is_symlink():
            yield path
            return
    with tempfile.TemporaryDirectory(prefix="submission-") as scratch, _opened(parcel) as archive:
        top = Path(scratch, _short(parcel.name))
        one = len(parcel.members) == 1
        for file in _files(parcel, archive):
            alone = one and not file.path and not file.link  # a link is put into a folder, where grading refuses it
            _write(top if alone else top / _within(file.path or parcel.name), file, archive)
        yield top if top.exists() else _empty(top)


def packed(parcel: Parcel) -> bytes:
    """The submission as a tar, to be sent to another machine and opened there by `received`.

    Raises:
        Gone: it cannot be read.
    """
    buffer = io.BytesIO()
    with unpacked(parcel) as path, tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        lying = Parcel(path.name, path.parent, (path.name,))
        with _opened(lying) as archive:
            if path.is_dir():
                folder = tarfile.TarInfo(_short(parcel.name))
                folder.type, folder.mode = tarfile.DIRTYPE, 0o755
                tar.addfile(folder)
            for file in _files(lying, archive):
                entry = tarfile.TarInfo(str(PurePosixPath(_short(parcel.name), _within(file.path))))
                if file.link:
                    entry.type, entry.linkname = tarfile.SYMTYPE, "nowhere"
                    tar.addfile(entry)
                    continue
                content = b"".join(_blocks(file, archive))
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


@contextlib.contextmanager
def received(data: bytes) -> Iterator[Path]:
    """The path to grade of what `packed` sent, for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="submission-") as scratch:
        with tarfile.open(fileobj=io.BytesIO(data)) as tar:
            tar.extractall(scratch, filter="data")
        yield next(Path(scratch).iterdir())


@contextlib.contextmanager
def _opened(parcel: Parcel) -> Iterator[zipfile.ZipFile | None]:
    try:
        if not parcel.zipped:
            yield None
            return
        with zipfile.ZipFile(parcel.root) as archive:
            yield archive
    except (OSError, zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise Gone(f"{parcel.name} cannot be read ({reason})") from error


def _files(parcel: Parcel, archive: zipfile.ZipFile | None) -> Iterator[_File]:
    """The files in the order of their paths; of one member the paths below it, of several with their own names."""
    several = len(parcel.members) > 1
    count = 0
    for index, member in enumerate(parcel.members):
        found = _below(parcel.root / member) if archive is None else _entries(archive, member)
        for file in found:
            count += 1
            if count > _MOST_FILES:
                return
            yield replace(file, path=str(PurePosixPath(parcel.called[index], file.path))) if several else file


def _below(top: Path) -> Iterator[_File]:
    mode = top.lstat().st_mode
    if not stat.S_ISDIR(mode):
        if not stat.S_ISREG(mode) and not stat.S_ISLNK(mode):
            raise Gone(f"{top.name} is neither a file nor a folder")
        yield _File("", top, stat.S_ISLNK(mode))
        return
    for folder, folders, names in os.walk(top):
        folders.sort()
        links = [name for name in folders if Path(folder, name).is_symlink()]
        for name in sorted([*names, *links]):
            path = Path(folder, name)
            mode = path.lstat().st_mode
            if stat.S_ISLNK(mode) or stat.S_ISREG(mode):
                yield _File(path.relative_to(top).as_posix(), path, stat.S_ISLNK(mode))


def _entries(archive: zipfile.ZipFile, member: str) -> Iterator[_File]:
    last = {info.filename: info for info in archive.infolist()}
    for name in sorted(last):
        info = last[name]
        if info.is_dir() or not (name == member or name.startswith(f"{member}/")):
            continue
        below = name[len(member) + 1 :]
        if ".." not in PurePosixPath(below).parts:
            yield _File(below, info, stat.S_ISLNK(info.external_attr >> 16))


def _blocks(file: _File, archive: zipfile.ZipFile | None) -> Iterator[bytes]:
    """A file's bytes; of one that is too large to be graded the first, which show that it is."""
    if file.link:
        return
    stream: IO[bytes]
    if isinstance(file.at, Path):
        stream = file.at.open("rb")
    else:
        assert archive is not None
        stream = archive.open(file.at)
    left = _MOST_BYTES
    with stream:
        while left > 0 and (block := stream.read(min(_BLOCK, left))):
            left -= len(block)
            yield block


def _write(path: Path, file: _File, archive: zipfile.ZipFile | None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if file.link:
        path.symlink_to("nowhere")
        return
    with path.open("wb") as to:
        for block in _blocks(file, archive):
            to.write(block)


def _empty(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def _within(path: str) -> PurePosixPath:
    """The path with names that every file system can hold."""
    return PurePosixPath(*(_short(piece) for piece in PurePosixPath(path).parts))


def _short(name: str) -> str:
    """A name of bounded length that keeps its beginning and its ending."""
    data = name.replace("\0", "?").encode("utf-8", "surrogateescape")
    if len(data) <= _NAME_BYTES:
        return data.decode("utf-8", "replace")
    ending = PurePosixPath(name).suffix.encode("utf-8", "replace")[:20]
    return data[: _NAME_BYTES - len(ending)].decode("utf-8", "ignore") + ending.decode("utf-8", "ignore")
