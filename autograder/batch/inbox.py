"""Finds the submissions of a class: in a folder, in a download from Canvas or Moodle, in Gradescope's export."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
import zipfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from autograder.batch.parcel import Parcel
from autograder.errors import UsageError
from autograder.people import Student
from autograder.report.plain import line
from autograder.submission.archive import is_junk

METADATA = "submission_metadata.yml"
ASSIGNMENT = "assignment.toml"  # of a folder of an assignment's own sources
RESERVED = frozenset({"grades.csv", "canvas.csv", "class.html", "run.json", "overrides.csv", "overridden.json"})
"""What a folder of results holds beside the submissions' own folders."""
_LEFT_BY_SYSTEMS = frozenset({"desktop.ini", "thumbs.db", METADATA})
_ID_BYTES = 100

# lastname_12345_67890_name.ipynb, lastname_LATE_12345_67890_name.ipynb: who, their id, the file's id, the file
_CANVAS = re.compile(r"(?P<who>[^_]+)_(?:LATE_)?(?P<number>\d{2,})_\d{2,}_(?P<file>.+)", re.DOTALL)
# First Last_12345_assignsubmission_file_[name.ipynb]: a folder each, or the files themselves
_MOODLE = re.compile(r"(?P<who>.+)_(?P<number>\d+)_assignsubmission_(?:file|onlinetext)(?:_(?P<file>.*))?", re.DOTALL)
# uniquename_umid_P1.zip: what the notebooks' last cell makes
_OURS = re.compile(r"(?P<who>[A-Za-z][A-Za-z0-9.-]*)_(?P<number>\d{4,})(?:_.*)?", re.DOTALL)


@dataclass(frozen=True)
class Handed:
    """One submission.

    Attributes:
        id: unique in the class, and the name of its folder of results.
        parcel: where it lies.
        students: whose it is; several of a group.
        created: when it was handed in, as it was written down; "" where that is not known.
        attempts: how many the student has made, this one included.
    """

    id: str
    parcel: Parcel
    students: tuple[Student, ...]
    created: str = ""
    attempts: int = 1


@dataclass(frozen=True)
class Inbox:
    """All submissions in the order of their ids, and what staff should know of how they were found."""

    submissions: tuple[Handed, ...]
    notes: tuple[str, ...] = ()


def read(path: Path, parts: Collection[str], leave_out: Collection[Path] = ()) -> Inbox:
    """Find the submissions at a path.

    Args:
        path: a folder of submissions (a file, zip or folder each), Gradescope's export, or a zip of either.
        parts: the names of the assignment's parts; a folder of files that are just these, or all of these beside
            others, is one submission, not a class.
        leave_out: files and folders in it that are no submissions.

    Raises:
        UsageError: there is nothing there, or it is no class.
    """
    top = _open(path)
    kept = {os.path.realpath(out) for out in leave_out}
    names = sorted(name for name in _shown(top.names) if top.zipped or os.path.realpath(top.path / name) not in kept)
    special = [name for name in names if top.is_special(name)]
    found = _found(path, top, [name for name in names if name not in special], parts)
    passed = [f"{line(name)} is neither a file nor a folder; it is passed over" for name in special]
    return replace(found, notes=(*found.notes, *passed))


def _found(path: Path, top: _Top, names: Sequence[str], parts: Collection[str]) -> Inbox:
    if top.metadata is not None:
        return _export(top, [name for name in names if top.is_folder[name]])
    if not names:
        raise UsageError(f"there are no submissions in {path}; one file, zip or folder each was expected.")
    if ASSIGNMENT in names:
        raise UsageError(f"{path} holds an assignment itself ({ASSIGNMENT}), no class; give a folder of submissions.")
    files = [name for name in names if name.endswith((".ipynb", ".py"))]
    stems = [_stem(name) for name in files]
    of_parts = len(stems) > 1 and sorted(stems) == sorted(set(stems) & set(parts))
    if len(parts) > 1 and (of_parts or set(parts) <= set(stems)):
        raise UsageError(
            f"{path} looks like one submission ({', '.join(files[:4])}); give the folder that holds it, or use grade."
        )
    return _folder(top, names)


# -- what stands at the path


@dataclass(frozen=True)
class _Top:
    """The folder, or the folder in a zip, that holds the submissions."""

    path: Path
    inside: str
    zipped: bool
    is_folder: Mapping[str, bool]
    metadata: bytes | None

    @property
    def names(self) -> Iterable[str]:
        return self.is_folder

    def is_special(self, name: str) -> bool:
        """Whether it is a pipe, a socket or a device."""
        at = self.path / name
        return not (self.zipped or at.is_symlink() or at.is_dir() or at.is_file()) and at.exists()

    def parcel(self, name: str, members: Sequence[str], called: Sequence[str] = ()) -> Parcel:
        paths = tuple(f"{self.inside}{member}" for member in members)
        return Parcel(name, self.path, paths, tuple(called), self.zipped)


def _open(path: Path) -> _Top:
    try:
        if path.is_dir():
            metadata = path / METADATA
            entries = {entry.name: entry.is_dir() for entry in path.iterdir()}
            if METADATA not in entries and len(_shown(entries)) == 1:  # unpacked, with its one top folder
                (only,) = _shown(entries)
                if entries[only] and not (path / only).is_symlink() and (path / only / METADATA).is_file():
                    return _open(path / only)
            return _Top(path, "", False, entries, metadata.read_bytes() if metadata.is_file() else None)
        if path.is_file() and zipfile.is_zipfile(path):
            return _open_zip(path)
    except (OSError, zipfile.BadZipFile) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UsageError(f"{path} cannot be read ({reason}).") from None
    if not path.exists():
        raise UsageError(f"there is nothing at {path}; give a folder of submissions, or Gradescope's export.")
    raise UsageError(f"{path} is neither a folder nor a zip; give a folder of submissions, or Gradescope's export.")


def _open_zip(path: Path) -> _Top:
    with zipfile.ZipFile(path) as archive:
        names = [info.filename for info in archive.infolist() if not is_junk(info.filename)]
        inside = ""
        tops = {name.partition("/")[0] for name in names}
        if len(tops) == 1 and all("/" in name for name in names):
            inside = f"{next(iter(tops))}/"
        entries: dict[str, bool] = {}
        for name in names:
            first, below, _ = name[len(inside) :].partition("/")
            if first:
                entries[first] = entries.get(first, False) or bool(below)
        metadata = archive.read(f"{inside}{METADATA}") if METADATA in entries else None
    return _Top(path, inside, True, entries, metadata)


def _shown(entries: Iterable[str]) -> list[str]:
    return [name for name in entries if not is_junk(name) and name.lower() not in _LEFT_BY_SYSTEMS]


# -- Gradescope's export


def _export(top: _Top, folders: Sequence[str]) -> Inbox:
    notes: list[str] = []
    told = _metadata(top.metadata or b"", notes)
    found = []
    for name in folders:
        entry = told.pop(name, None)
        if entry is None:
            notes.append(f"{METADATA} does not mention {line(name)}; it is graded without a name")
            entry = {}
        found.append(
            Handed(
                name,
                top.parcel(name, [name]),
                tuple(map(_submitter, _list(entry.get(":submitters")))) or (Student(name=line(name)),),
                str(entry.get(":created_at") or ""),
                1 + len(_list(entry.get(":history"))),
            )
        )
    if told:
        notes.append(
            f"{METADATA} lists {len(told)} submissions without a folder: {', '.join(map(line, list(told)[:3]))}"
        )
    if not found:
        raise UsageError(f"there is a {METADATA} in {top.path}, but no folder of a submission beside it.")
    return Inbox(tuple(_with_ids(found)), tuple(notes))


def _metadata(text: bytes, notes: list[str]) -> dict[str, dict[str, Any]]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        told = yaml.load(text, Loader=loader)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        reason = str(error).splitlines()[0]
        notes.append(f"{METADATA} cannot be read ({reason}); the submissions are graded without names")
        return {}
    if not isinstance(told, dict):
        notes.append(f"{METADATA} holds no table of submissions; they are graded without names")
        return {}
    return {str(name): entry for name, entry in told.items() if isinstance(entry, dict)}


def _submitter(told: Any) -> Student:
    fields = told if isinstance(told, dict) else {}
    name, sid, email = (line("" if fields.get(key) is None else fields[key]) for key in (":name", ":sid", ":email"))
    return Student(name, sid, email, login=email.partition("@")[0])


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


# -- folders


def _folder(top: _Top, names: Sequence[str]) -> Inbox:
    for pattern, label in ((_CANVAS, "Canvas"), (_MOODLE, "Moodle")):
        matches = {name: match for name in names if (match := pattern.fullmatch(name))}
        if len(matches) == len(names):
            return _download(top, matches, label)
    found = []
    for name in names:
        match = _OURS.fullmatch(_stem(name))
        student = Student(name=line(_stem(name)))
        if match:
            student = Student(name=line(match["who"]), sid=match["number"], login=match["who"].lower())
        found.append(Handed(_stem(name), top.parcel(name, [name]), (student,)))
    stems = [handed.id for handed in found]
    found = [
        replace(handed, id=handed.parcel.name) if stems.count(handed.id) > 1 else handed for handed in found
    ]  # a.zip beside a.ipynb
    return Inbox(tuple(_with_ids(found)))


def _download(top: _Top, matches: Mapping[str, re.Match[str]], label: str) -> Inbox:
    """Files that a learning platform prefixed with whose they are: all of one student's are one submission."""
    files: dict[tuple[str, str], list[str]] = {}
    for name, match in matches.items():
        files.setdefault((match["who"], match["number"]), []).append(name)
    found = []
    for (who, number), members in files.items():
        student = Student(name=line(who), canvas=number if label == "Canvas" else "")
        own = [matches[name]["file"] or name for name in members]
        called = [name if own.count(name) == 1 else whole for name, whole in zip(own, members, strict=True)]
        found.append(Handed(f"{who}_{number}", top.parcel(f"{who}_{number}", members, called), (student,)))
    note = f"read as a download from {label}: {len(matches)} files of {len(found)} students"
    return Inbox(tuple(_with_ids(found)), (note,))


def _stem(name: str) -> str:
    """A file's name without the ending that says what it is."""
    lower = name.lower()
    for ending in (".tar.gz", ".tar.bz2", ".tar.xz", ".ipynb.gz", ".ipynb.txt", ".ipynb.json"):
        if lower.endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)]
    suffix = PurePosixPath(name).suffix
    return name[: -len(suffix)] if 1 < len(suffix) <= 6 and len(name) > len(suffix) else name


# -- ids


def _with_ids(found: Iterable[Handed]) -> list[Handed]:
    """The same with ids that every file system can tell apart, in their order."""
    listed = list(found)
    folded: dict[str, int] = {}
    for handed in listed:
        folded[_folded(handed.id)] = folded.get(_folded(handed.id), 0) + 1
    safe = [replace(handed, id=_safe(handed.id, folded[_folded(handed.id)] > 1)) for handed in listed]
    return sorted(safe, key=lambda handed: handed.id)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def _safe(name: str, shared: bool) -> str:
    """A folder's name: the submission's own, or one like it with some of its hash where that cannot be one."""
    clean = line(name, 10_000).replace("/", "-").replace("\\", "-").replace(":", "-").rstrip(". ")
    clean = clean.lstrip(".")
    short = clean.encode("utf-8")[:_ID_BYTES].decode("utf-8", "ignore")
    if short == name and not shared and name.lower() not in RESERVED:
        return name
    mark = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{short or 'submission'}-{mark}"
