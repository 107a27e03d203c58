"""Known mistakes, recognised by what a function says in a public check, and the hint that each has earned.

A project ships `known.json`: for each known wrong version the hint that the graded checks give it, and what it says in
each public check that it fails, as two numbers. So the notebook and the grader say the same of the same mistake, in the
same words.
Of a mistake the file holds nothing else, and of the right answer nothing at all.
"""

from __future__ import annotations

import functools
import hashlib
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from coursekit import pencil

Row = tuple[str, float, float]  # the attributes of a Sketch
MOST = 100_000  # numbers of one check that are looked at
FEWEST = 3  # with fewer numbers, mistakes agree by chance
DIGITS = 9
HUGE = 10**300  # a whole number beyond a float's range


@dataclass(frozen=True)
class Sketch:
    """What a function said in one failed check.

    Attributes:
        key: a digest of the types, shapes, dtypes and exceptional values, and of how the check failed.
        one: all the numbers, weighed and summed.
        other: the same with other weights.
    """

    key: str
    one: float
    other: float

    def fits(self, row: Sequence[Any]) -> bool:
        """Whether a row of a table is the same, to rounding."""
        key, one, other = row
        return bool(key == self.key) and _near(self.one, one) and _near(self.other, other)


@dataclass
class Listener:
    """Passes calls on to a function and keeps what comes back.

    Attributes:
        said: what came back.
        asked: the arguments of the last call, in words; "" where they are too large for that.
    """

    said: list[Any] = field(default_factory=list)
    asked: str = ""

    def to(self, function: Callable[..., Any], made: str | None = None) -> Callable[..., Any]:
        """The function, listened to.

        Args:
            function: what to listen to.
            made: of a method, the arguments that its object was made with, in words.
        """

        @functools.wraps(function, updated=() if isinstance(function, type) else functools.WRAPPER_UPDATES)
        def heard(*args: Any, **kwargs: Any) -> Any:
            asked = pencil.question(function, args, kwargs)
            if made is not None:
                asked = f"{made}, then {function.__name__}({asked})" if asked and made else ""
            self.asked = asked
            answer = function(*args, **kwargs)
            self.said.append(_kept(answer))
            return _Heard(answer, self, asked) if isinstance(function, type) else answer

        return heard

    def sketch(self, message: str) -> Sketch:
        """What was said, in a check that failed with this message; one with no key where that was next to nothing."""
        shape: list[str] = [re.sub(r"[-+]?\d[\d.e+-]*|nan|inf", "#", message.split("\n")[0])]
        numbers: list[float] = []
        _take(self.said, shape, numbers)
        if len(numbers) < FEWEST:
            return Sketch("", 0.0, 0.0)
        values = torch.tensor(numbers[:MOST], dtype=torch.float64)
        index = torch.arange(len(values), dtype=torch.float64)
        one, other = (float((values * torch.cos(a * index + b)).sum()) for a, b in ((0.7, 0.3), (1.9, 1.1)))
        key = hashlib.blake2s("\n".join(shape).encode(), digest_size=6).hexdigest()
        return Sketch(key, _short(one), _short(other))


class _Heard:
    """An object whose methods' answers are kept."""

    def __init__(self, target: Any, listener: Listener, made: str) -> None:
        object.__setattr__(self, "_target", target)
        object.__setattr__(self, "_listener", listener)
        object.__setattr__(self, "_made", made)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._target, name)
        return self._listener.to(value, self._made) if callable(value) else value

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._target, name, value)


class Known:
    """The table of one project: for each function its known mistakes, each with its hint and a row for each check."""

    def __init__(self, table: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        """From what `known.json` holds."""
        self._table = table

    @classmethod
    def read(cls, path: Path) -> Known:
        """From a project's file; an empty one where there is none."""
        return cls(json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {})

    def hint(self, function: str, sketches: Mapping[str, Sketch | None]) -> str:
        """The hint of the known mistake that says what was said; "" if none or several do.

        The evidence of all checks counts: a mistake must fail those that were failed, in the same way, and hold where
        they held. One check may go another way where two or more agree.

        Args:
            function: its name.
            sketches: what it said in every check, by title; None where it holds.
        """
        weighed = [(*_weight(mistake["rows"], sketches), mistake["hint"]) for mistake in self._table.get(function, ())]
        fitting = [(agree - against, hint) for agree, against, hint in weighed if agree and against <= (agree > 1)]
        best = max((score for score, _ in fitting), default=0)
        hints = {hint for score, hint in fitting if score == best}
        return hints.pop() if len(hints) == 1 else ""


def _weight(rows: Mapping[str, Row], sketches: Mapping[str, Sketch | None]) -> tuple[int, int]:
    """In how many checks a mistake fails as the function did, and in how many it went another way."""
    agree = against = 0
    for title, sketch in sketches.items():
        row = rows.get(title)
        if sketch is not None and row is not None and sketch.fits(row):
            agree += sketch.key != ""
        elif sketch is not None or row is not None:
            against += 1
    return agree, against


def _kept(value: Any) -> Any:
    """A copy, for the function or the check may go on to change it."""
    if isinstance(value, Tensor):
        return value.detach().cpu().clone()
    if isinstance(value, (list, tuple)):
        return [type(value).__name__, *map(_kept, value)]
    if isinstance(value, dict):
        return [sorted(map(str, value)), *(_kept(value[key]) for key in sorted(value, key=str))]
    return value


def _take(value: Any, shape: list[str], numbers: list[float]) -> None:
    """Add what a value is to `shape`, and its finite numbers to `numbers`."""
    if isinstance(value, Tensor):
        flat = value.flatten()[:MOST].to(torch.float64)
        finite = torch.isfinite(flat)
        shape.append(f"{tuple(value.shape)} {value.dtype} {_exceptions(flat)}")
        numbers += torch.where(finite, flat, torch.zeros_like(flat)).tolist()
    elif isinstance(value, list):
        shape.append(f"[{len(value)}")
        for item in value:
            _take(item, shape, numbers)
    elif not isinstance(value, bool) and isinstance(value, (int, float, np.number)):
        number = math.inf if isinstance(value, int) and abs(value) > HUGE else float(value)
        shape.append("number" if math.isfinite(number) else str(number))
        numbers.append(number if math.isfinite(number) else 0.0)
    else:
        shape.append(repr(value) if value is None or isinstance(value, (bool, str)) else type(value).__name__)


def _exceptions(values: Tensor) -> str:
    return " ".join(str(int(test(values).sum())) for test in (torch.isnan, torch.isposinf, torch.isneginf))


def _short(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def _near(mine: float, theirs: float) -> bool:
    return abs(mine - theirs) <= 2e-5 * max(1.0, abs(theirs))
