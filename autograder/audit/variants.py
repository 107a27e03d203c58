"""Right versions of graded functions in many styles, as students write them.

They stand in an assignment's `known/variants/*.py`, percent scripts, one file a function family. Every cell begins with
`# %% function: what is different in style` and defines that function together with all it needs (imports, helpers,
constants), except for other graded functions of the part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CELL = re.compile(r"^# %%(.*)$", re.MULTILINE)
TITLE = re.compile(r" (\w+): (\S.*)")


@dataclass(frozen=True)
class Variant:
    """One right version.

    Attributes:
        function: the graded name that it defines.
        style: what is different, in a few words; unique within the function.
        source: module-level code.
    """

    function: str
    style: str
    source: str


def read(folder: Path) -> tuple[Variant, ...]:
    """The variants of an assignment, file by file, in the order of each; what stands before a first cell is left out.

    Raises:
        ValueError: a cell's first line does not name a function and a style.
    """
    return tuple(variant for path in _files(folder) for variant in _of_file(path))


def functions(folder: Path) -> dict[str, set[str]]:
    """By file, the functions that the variants in a folder `known/variants` are of, graded or not."""
    return {path.name: {variant.function for variant in _of_file(path)} for path in _files(folder)}


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.py"))


def _of_file(path: Path) -> Iterator[Variant]:
    _, *pieces = CELL.split(path.read_text(encoding="utf-8"))
    for title, source in zip(pieces[::2], pieces[1::2], strict=True):
        match = TITLE.fullmatch(title)
        if match is None:
            raise ValueError(f"{path.name}: the cell '# %%{title}' should begin like '# %% function: its style'")
        yield Variant(match[1], match[2].strip(), source.strip("\n") + "\n")
