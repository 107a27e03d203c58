"""Which submissions there are: one file, zip or folder of a folder each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.errors import UsageError
from autograder.submission.archive import is_junk, shown

SUFFIXES = frozenset({".ipynb", ".py", ".zip"})


@dataclass(frozen=True)
class Entry:
    """One submission before it is read.

    Attributes:
        ident: unique in its class; also the name of its folder of results.
        name: for people.
        path: the file, zip or folder.
    """

    ident: str
    name: str
    path: Path


def listing(folder: Path, out: Path) -> tuple[list[Entry], list[str]]:
    """The submissions in a folder, by name, and a line on everything in it that is none.

    Args:
        folder: where they lie.
        out: a folder that is no submission, should it lie among them.

    Raises:
        UsageError: the folder is not there, is no folder or cannot be read.
    """
    try:
        paths = sorted(path for path in folder.iterdir() if not is_junk(path.name))
    except OSError as error:
        raise UsageError(f"cannot read the folder {folder} ({error.strerror}); give a folder of submissions.") from None
    entries: list[Entry] = []
    skipped: list[str] = []
    taken: set[str] = set()
    for path in paths:
        if path.resolve() == out.resolve():
            continue
        if path.is_symlink():
            skipped.append(f"{shown(path.name)}: a symbolic link, which is not followed")
        elif path.is_dir() or path.suffix.lower() in SUFFIXES:
            ident = path.name if path.is_dir() or path.stem in taken else path.stem
            taken.add(ident)
            entries.append(Entry(ident, shown(ident), path))
        else:
            skipped.append(f"{shown(path.name)}: not a notebook, module, zip or folder")
    return entries, skipped
