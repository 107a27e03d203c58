"""Versions of a graded function with two of its known mistakes at once, and how two are named in one hint.

They are made beforehand (see `autograder.audit.pairs_file`) and lie in an assignment's `known/pairs.json`, hidden like
the mistakes themselves.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from autograder.checks.known import Misconception

FILE = "known/pairs.json"
"""Below an assignment's folder: by part and by graded function, `of` (a hash of what its pairs were made of) and
`pairs`, each with the names of its two mistakes, `one` and `other`, and its `source`."""
TWO, AND = "two things are wrong here:", "; and: "


@dataclass(frozen=True)
class Pair:
    """Two known mistakes of a graded function, and a version that makes both.

    Attributes:
        one, other: the two.
        source: the version's definition, under the graded name.
    """

    one: Misconception
    other: Misconception
    source: str

    @property
    def hint(self) -> str:
        """What names both."""
        return as_two(self.one.hint, self.other.hint)

    def version(self, reference: Mapping[str, Callable[..., Any]]) -> Misconception:
        """The version, as a mistake of its own.

        Args:
            reference: the part's graded functions by name; where the version calls one of them, it gets this one.
        """
        name, function = f"{self.one.name} + {self.other.name}", self.one.function
        namespace: dict[str, Any] = {**reference, "torch": torch, "__name__": "pair"}
        exec(compile(self.source, f"<{name}>", "exec", dont_inherit=True), namespace)
        return Misconception(function, name, self.hint, namespace[function], self.source)


def as_two(one: str, other: str) -> str:
    """The hint of two mistakes at once, from the hint of each."""
    return f"{TWO} {one}{AND}{other}"


def one_by_one(hint: str) -> tuple[str, ...]:
    """The hints that a hint is made of: two where two mistakes are named at once, else itself."""
    return tuple(hint.removeprefix(TWO).strip().split(AND)) if hint.startswith(TWO) else (hint,)


def read(path: Path) -> dict[str, dict[str, dict[str, Any]]]:
    """What a file of pairs holds, by part and by function (see FILE); nothing where there is no such file.

    Raises:
        ValueError: it is not as it was made.
    """
    if not path.is_file():
        return {}
    try:
        found = json.loads(path.read_bytes())
        for functions in found.values():
            for entry in functions.values():
                _ = entry["of"], [(pair["one"], pair["other"], pair["source"]) for pair in entry["pairs"]]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        said = f"{path} is not a file of pairs of known mistakes; delete it, and `make notebooks` makes it anew"
        raise ValueError(said) from error
    return found  # type: ignore[no-any-return]  # as looked at above


def load(pairs: Sequence[Mapping[str, str]], mistakes: Sequence[Misconception]) -> Iterator[Pair]:
    """One function's pairs.

    Args:
        pairs: as they stand in the file; one of a mistake that there is no more is passed over.
        mistakes: the function's known ones.
    """
    by_name = {mistake.name: mistake for mistake in mistakes}
    for pair in pairs:
        if pair["one"] in by_name and pair["other"] in by_name:
            yield Pair(by_name[pair["one"]], by_name[pair["other"]], pair["source"])
