"""What a file was called before copies and downloads changed its name, and what its name says that it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

ARCHIVES = (".zip", ".tar", ".tgz", ".tar.gz", ".tbz2", ".tar.bz2", ".txz", ".tar.xz")
PACKED = (".gz", ".bz2", ".xz")
UNREAD = (".rar", ".7z", ".zst")
"""Archives that are not read here."""

_LONGEST = 300  # characters of a name that are looked at: no system has longer ones
_NOTEBOOK = re.compile(r".+\.ipynb(?:\.(?:txt|json))?$", re.IGNORECASE | re.DOTALL)
_WEIGHTS = re.compile(r"(.+)\.pth?$", re.IGNORECASE | re.DOTALL)

# `Firstname Lastname_123_assignsubmission_file_knn` (Moodle), `lastname_LATE_12345_67890_knn` (Canvas)
_DOWNLOADED = re.compile(r"^.*?_(?:assignsubmission_file|\d+_\d+)_(?=.)", re.DOTALL)
_COPY_OF = re.compile(r"^(?:cop(?:y of|ie de|ia d[ei])|cópia de|kopie von|kopia|копия) +(?=.)", re.IGNORECASE)
_COPY = r"(?:copy|kopie?|kopia|copie|copia|cópia|копия)"
_COPIED = re.compile(rf"(?<=.)(?: *\(\d{{1,3}}\)| *[-_–—] *{_COPY}| {_COPY}|[-_]\d{{1,2}}| \d{{1,2}})$", re.IGNORECASE)


def original(stem: str) -> str:
    """The name without what copying (`Copy of x`, `x (1)`, `x - Kopie`) and Canvas or Moodle added to it.

    Args:
        stem: a file's name without its suffix.
    """
    if len(stem) > _LONGEST:
        return stem
    stem = _DOWNLOADED.sub("", stem.strip(), count=1)
    before = ""
    while stem != before:
        before = stem
        stem = _COPIED.sub("", _COPY_OF.sub("", stem)).strip() or stem
    return stem


def kind(path: str, weights: Sequence[str]) -> str:
    """What a file is, going by its name.

    Args:
        path: of the file.
        weights: the canonical names of files of weights.

    Returns:
        "notebook", "module", "weights", "archive", "json" (it may be a notebook), "unread" (an archive that is not read
        here), or "" if it is nothing that is read.
    """
    name = PurePosixPath(path).name.strip()
    lower = name.lower()
    if lower.endswith(ARCHIVES):
        return "archive"
    if lower.endswith(UNREAD):
        return "unread"
    if lower.endswith(PACKED):
        name = PurePosixPath(name).stem
    if _NOTEBOOK.match(name):
        return "notebook"
    if weights_name(name, weights):
        return "weights"
    return {".py": "module", ".json": "json"}.get(PurePosixPath(name).suffix.lower(), "")


def weights_name(name: str, weights: Sequence[str]) -> str:
    """The canonical name of a file of weights, also of a copy such as `model (1).pt`; "" if it is none of `weights`."""
    if name.lower().endswith(PACKED):
        name = PurePosixPath(name).stem
    match = _WEIGHTS.match(name)
    if not match:
        return ""
    stems = {PurePosixPath(canonical).stem: canonical for canonical in weights}
    return next((stems[stem] for stem in (match[1].lower(), original(match[1]).lower()) if stem in stems), "")
