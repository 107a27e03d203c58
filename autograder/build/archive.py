"""Zip files that are the same, byte for byte, wherever and whenever they are made."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

SUFFIXES = frozenset(
    {".py", ".toml", ".typed", ".npz", ".html", ".js", ".css", ".json", ".svg", ".png", ".md", ".npy", ".j2"}
)


@dataclass(frozen=True)
class Entry:
    """One file of an archive: its bytes, and whether it may be executed."""

    data: bytes
    executable: bool = False


def pack(entries: Mapping[str, Entry]) -> bytes:
    """A zip of these files by path: sorted, one fixed time, fixed modes, stored as they are.

    Nothing is compressed, for compressed bytes depend on the version of zlib.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(entries):
            info = zipfile.ZipInfo(path, date_time=(1980, 1, 1, 0, 0, 0))
            info.create_system = 3  # Unix, so that the modes count
            info.external_attr = (0o100755 if entries[path].executable else 0o100644) << 16
            archive.writestr(info, entries[path].data)
    return buffer.getvalue()


def unpack(data: bytes) -> dict[str, Entry]:
    """The files of a zip that `pack` made, by path."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {
            info.filename: Entry(archive.read(info), bool(info.external_attr >> 16 & 0o111))
            for info in archive.infolist()
        }


def tree(folder: Path, prefix: str, leave_out: Iterable[str] = ()) -> dict[str, Entry]:
    """The source files under a folder, by their path below it after a prefix.

    Args:
        folder: where to look. Caches, hidden files and files of other kinds than SUFFIXES are passed over.
        prefix: put before each path ("package/").
        leave_out: paths below the folder, of files or folders, that stay behind.
    """
    out = tuple(leave_out)
    entries: dict[str, Entry] = {}
    for path in sorted(folder.rglob("*")):
        below = path.relative_to(folder)
        names = below.as_posix()
        if any(part.startswith((".", "__pycache__")) for part in below.parts) or path.suffix not in SUFFIXES:
            continue
        if any(names == left or names.startswith(f"{left}/") for left in out) or not path.is_file():
            continue
        entries[f"{prefix}{names}"] = Entry(path.read_bytes())
    return entries


def write_if_changed(path: Path, data: bytes) -> bool:
    """Write a file whole, by rename, unless it already has these bytes; whether it was written."""
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.part")
    scratch.write_bytes(data)
    scratch.replace(path)
    return True
