"""Fingerprints of code: the hash of every short stretch of it, names replaced, by copydetect.

copydetect replaces the names of variables, functions and attributes, so renaming changes nothing; and as a fingerprint
knows no place, neither does reordering. Of its parts the tokens, the k-grams and the stretches are used. Its winnowing,
which keeps some of the fingerprints, is not: which ones would depend on the process, and a class is small enough for
all. Nor is its way to leave boilerplate out, which also loses fingerprints that occur twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate

import numpy as np
from copydetect.utils import filter_code, get_copied_slices, hashed_kgrams

from autograder.similar.canonical import Line

LENGTH = 20
"""Characters of a fingerprint, names being one each: a statement of arithmetic and the beginning of the next."""

Prints = np.ndarray[tuple[int], np.dtype[np.int64]]


def fingerprints(lines: Iterable[Line]) -> Prints:
    """The fingerprints of some lines, sorted and each once; comparable within one process."""
    return np.unique(_hashes(_text(lines)))


def joined(prints: Iterable[Prints]) -> Prints:
    """All of several sets of fingerprints, sorted and each once."""
    return np.unique(np.concatenate([np.empty(0, np.int64), *prints]))


def alike(lines: tuple[Line, ...], shared: Prints) -> list[bool]:
    """Of each line, whether at least half of it lies in stretches whose fingerprints are all among `shared`."""
    pieces = [_renamed(line.text) for line in lines]
    text = "".join(pieces)
    covered = np.zeros(len(text), dtype=bool)
    found = np.flatnonzero(np.isin(_hashes(text), shared))
    for start, end in get_copied_slices(found, LENGTH).astype(int).T:
        covered[start:end] = True
    ends = list(accumulate(map(len, pieces)))
    return [
        bool(covered[end - len(piece) : end].mean() >= 0.5) if piece else False
        for piece, end in zip(pieces, ends, strict=True)
    ]


def _hashes(text: str) -> Prints:
    return np.asarray(hashed_kgrams(text, LENGTH), dtype=np.int64)


def _text(lines: Iterable[Line]) -> str:
    return "".join(_renamed(line.text) for line in lines)


@lru_cache(maxsize=1 << 16)
def _renamed(line: str) -> str:
    """A line with its names replaced and its white space gone; `;` stands for the end of the line."""
    text, _ = filter_code(line, "line.py", language="python")
    return f"{text};"
