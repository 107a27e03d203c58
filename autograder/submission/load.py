"""Reads what was handed in: a notebook, a module, an archive or folder of them, within bounds, without running any."""

from __future__ import annotations

import difflib
import os
import re
import stat
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from autograder.catalog import Part
from autograder.submission.archive import Found, Search, shown
from autograder.submission.filenames import PACKED, UNREAD, kind, original, weights_name
from autograder.submission.limits import Limits
from autograder.submission.notebook import Unreadable, read_module, read_notebook
from autograder.submission.slice import slice_part
from autograder.submission.source import SourceFile, Submission

__all__ = ["Limits", "NothingThere", "load"]

_MOST_CANDIDATES = 12  # files sliced for one part
_MOST_COMPARED = 200  # files, and names of a file, compared with graded names for misspellings

_DEFINES = re.compile(r"^[ \t]*(?:(?:async[ \t]+)?def|class)[ \t]+(\w+)|^(\w+)[ \t]*=(?!=)", re.MULTILINE)


class NothingThere(ValueError):
    """The path does not exist or cannot be opened. `str()` is one line for whoever typed it."""


@dataclass(frozen=True)
class _File:
    """A notebook or module that could be read, and the names it seems to define."""

    path: str
    source: SourceFile
    defined: frozenset[str]


@dataclass(frozen=True)
class _Candidate:
    """A file that may be a part's, and how much of the part it has."""

    source: SourceFile
    path: str
    written: int
    defined: int


def load(path: Path, parts: Sequence[Part], limits: Limits = Limits()) -> Submission:  # noqa: B008 - frozen
    """Read a submission.

    Args:
        path: a notebook (.ipynb, also as .json or gzipped), a module (.py), an archive of them (.zip, .tar, .tar.gz,
            .tar.bz2, .tar.xz), or a folder of them at any depth.
        parts: the parts of the assignment that it is handed in for.
        limits: how much is read.

    Returns:
        For each part the file taken, the weights, and a note on everything chosen, ignored, repaired or refused.
        However bad the content, there is a Submission.

    Raises:
        NothingThere: the path does not exist, cannot be opened, or is neither a file nor a folder.
    """
    _openable(path)
    names = tuple(weights.file for part in parts for weights in part.weights)
    search = Search(limits, lambda name: kind(name, names))
    files: dict[str, _File] = {}
    saved: dict[str, Found] = {}
    room = limits.all_code
    for item in search.folder(path) if path.is_dir() else search.file(path.resolve(), path.name):
        if item.kind == "weights":
            saved[item.where] = item
        elif (file := _read(item, limits, search)) is not None:
            room -= sum(len(cell.source) for cell in file.source.cells)
            if room < 0:
                search.note(f"more than {limits.all_code:,} characters of code in all; the rest was not looked at")
                break
            files[item.where] = file
    taken = _parts(parts, list(files.values()), search)
    weights = _weights(names, list(saved.values()), search)
    if not taken and not search.notes:
        search.note(_nothing_to_grade(search, list(files.values())))
    else:
        for unread in search.unread:
            search.note(_not_read(unread))
        if not taken and not weights:
            search.note("nothing could be graded: no notebook with this project's functions was found")
    name = path.resolve().name if path.is_dir() else path.stem
    return Submission(shown(name) or "submission", taken, weights, tuple(search.notes))


def _openable(path: Path) -> None:
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            os.scandir(path).close()
        elif stat.S_ISREG(status.st_mode):
            path.open("rb").close()
        else:
            raise NothingThere(f"{path} is neither a file nor a folder")
    except FileNotFoundError:
        raise NothingThere(f"{path} does not exist") from None
    except (OSError, ValueError) as error:
        if isinstance(error, NothingThere):
            raise
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise NothingThere(f"{path} cannot be opened ({reason})") from None


def _read(item: Found, limits: Limits, search: Search) -> _File | None:
    name = shown(PurePosixPath(item.path).name)
    reader = read_notebook if item.kind == "notebook" else read_module
    try:
        source, notes = reader(name, item.data, limits)
    except Unreadable as error:
        search.note(str(error))
        return None
    for note in notes:
        search.note(note)
    defined = {name for cell in source.cells for match in _DEFINES.findall(cell.source) for name in match if name}
    return _File(item.path, source, frozenset(defined))


# -- which file is which part


def _parts(parts: Sequence[Part], files: Sequence[_File], search: Search) -> dict[str, SourceFile]:
    graded = frozenset(function.name for part in parts for function in part.functions)
    names = Counter(file.source.name for file in files)
    taken: dict[str, _Candidate] = {}
    folders: set[str] = set()
    doubled = False
    for part in parts:
        candidates = []
        for file in _likely(part, files, graded):
            several = names[file.source.name] > 1
            source = replace(file.source, name=shown(file.path)) if several else file.source
            candidates.append(_candidate(part, file.path, source))
        if candidates:
            taken[part.name] = chosen = _choose(part, candidates, search)
            folders.add(str(PurePosixPath(chosen.path).parent))
            doubled |= len({PurePosixPath(candidate.path).parent for candidate in candidates}) > 1
    if doubled and len(folders) > 1:
        search.note(
            f"this mixes files of several folders ({', '.join(map(shown, sorted(folders)))}); if they are the work of "
            "several students, grade each folder by itself"
        )
    return {name: candidate.source for name, candidate in taken.items()}


def _likely(part: Part, files: Sequence[_File], graded: frozenset[str]) -> list[_File]:
    """The files that define functions of a part; failing that, those that look like it by name or by misspellings.

    A file that defines a graded function of another part is that part's.
    """
    mine = {function.name for function in part.functions}
    likely = [file for file in files if mine & file.defined]
    if not likely:
        others = [file for file in files if not file.defined & graded]
        likely = [file for file in others[:_MOST_COMPARED] if _looks_like(part, file)]
    return sorted(likely, key=lambda file: -_name_fits(part, file.path))[:_MOST_CANDIDATES]


def _looks_like(part: Part, file: _File) -> bool:
    if file.source.kind == "notebook" and _name_fits(part, file.source.name) >= 0.8:
        return True
    lower = sorted(name.lower() for name in file.defined if len(name) > 4)[:_MOST_COMPARED]
    return any(difflib.get_close_matches(function.name.lower(), lower, 1, 0.85) for function in part.functions)


def _name_fits(part: Part, path: str) -> float:
    """How well a file's name says which part it is, from 0 to 1."""
    stem = original(PurePosixPath(path).name.lower().split(".")[0])
    return difflib.SequenceMatcher(None, part.name, stem).ratio()


def _candidate(part: Part, path: str, source: SourceFile) -> _Candidate:
    statuses = [function.status for function in slice_part(source, part).functions.values()]
    written = sum(status in ("present", "broken") for status in statuses)
    return _Candidate(source, path, written, len(statuses) - statuses.count("missing"))


def _choose(part: Part, candidates: list[_Candidate], search: Search) -> _Candidate:
    """The one to grade: a notebook with work in it before a module, then the fuller, then the better named."""

    def rank(at: _Candidate) -> tuple[bool, bool, int, int, float, int, int, str]:
        notebook = at.source.kind == "notebook"
        depth = at.path.count("/")
        fits = _name_fits(part, at.path)
        name = PurePosixPath(at.path).name  # a copy's is longer
        return (at.written == 0, not notebook, -at.written, -at.defined, -fits, len(name), depth, at.path)

    chosen, *others = sorted(candidates, key=rank)
    total = len(part.functions)
    if others:
        rest = ", ".join(f"`{other.source.name}` ({other.written} of {total})" for other in others)
        search.note(
            f"{part.name}: took `{chosen.source.name}` ({chosen.written} of {total} functions written), "
            f"because {_reason(chosen, others)}; not taken: {rest}"
        )
    elif not chosen.defined:
        search.note(
            f"{part.name}: took `{chosen.source.name}`, which defines none of its functions under their names; "
            "keep the names of the stubs"
        )
    return chosen


def _reason(chosen: _Candidate, others: list[_Candidate]) -> str:
    best = others[0]
    if chosen.source.kind != best.source.kind:
        if chosen.source.kind == "notebook":
            return "a notebook comes before a module"
        return "the stubs of the notebook are untouched"
    if chosen.written != best.written:
        return "it has the most functions written"
    return "its name fits best"


# -- weights


def _weights(names: Sequence[str], found: Sequence[Found], search: Search) -> dict[str, bytes]:
    weights: dict[str, bytes] = {}
    for canonical in names:
        mine = [item for item in found if weights_name(PurePosixPath(item.path).name, names) == canonical]
        full = [item for item in mine if item.data]
        if mine and not full:
            search.note(f"{shown(mine[0].path)} is empty (0 bytes); save the best model again and hand it in")
        if not full:
            continue
        full.sort(key=lambda item: (PurePosixPath(item.path).name != canonical, item.path.count("/"), item.path))
        chosen = full[0]
        weights[canonical] = chosen.data
        if len(full) > 1:
            rest = ", ".join(shown(item.path) for item in full[1:])
            search.note(f"{canonical}: took `{shown(chosen.path)}`; not taken: {rest}")
        elif PurePosixPath(chosen.path).name != canonical:
            search.note(f"{canonical}: took `{shown(chosen.path)}` for it")
    return weights


def _not_read(archive: str) -> str:
    return f"{archive} is an archive that is not read here; hand in a .zip instead"


def _nothing_to_grade(search: Search, files: Sequence[_File]) -> str:
    if files:
        names = ", ".join(file.source.name for file in files[:3])
        return f"nothing to grade: none of this project's functions is defined in {names}; hand in its notebooks"
    packed = [name for name in search.others if name.lower().endswith((*UNREAD, *PACKED))]
    if packed:
        return f"nothing to grade: {_not_read(packed[0])}"
    if search.others:
        return f"nothing to grade: no .ipynb, .py or .zip was found, only {', '.join(search.others)}"
    return "nothing to grade: there are no files; hand in the notebooks (.ipynb) or a .zip of them"
