"""Progress of whatever takes longer than a moment: tqdm's bar where there is one and a screen for it, else lines."""

from __future__ import annotations

import importlib.util
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO

DELAY = 1.0
"""Seconds before anything is shown: what is done by then needs no bar."""
EVERY = 5.0
"""Seconds between two lines, where there is no bar."""

Advance = Callable[[int], Any]


@contextmanager
def progress(what: str, total: int | None, unit: str, done: int = 0) -> Iterator[Advance]:
    """Show how far something has come while the block runs; nothing if that is within a second.

    Args:
        what: what is going on ("downloading PROPS").
        total: how many there are to do, None if that is not known.
        unit: of what; "B" for bytes, which are shown in millions.
        done: how many of them were done before.

    Yields:
        A function to call with the number done since the last call.
    """
    bar = _tqdm()
    if bar is None:
        lines = _Lines(what, total, unit, done)
        yield lines.advance
        lines.close()
        return
    scale = unit == "B"
    with bar(desc=what, total=total, initial=done, unit=unit, unit_scale=scale, delay=DELAY, leave=False) as shown:
        yield shown.update


def say(line: str) -> None:
    """Print a line where progress is shown; nothing happens where there is no such place."""
    stream = _stream()
    if stream is None:
        return
    try:
        print(line, file=stream, flush=True)
    except (OSError, ValueError):  # closed, or a pipe that nobody reads any more
        return


class _Lines:
    """A line now and then."""

    def __init__(self, what: str, total: int | None, unit: str, done: int) -> None:
        self._what, self._total, self._unit, self._done = what, total, unit, done
        self._next = time.monotonic() + DELAY
        self._said = False

    def advance(self, number: int) -> None:
        self._done += number
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + EVERY
            self._said = True
            of = "" if self._total is None else f" of {self._count(self._total)}"
            say(f"{self._what}: {self._count(self._done)}{of} {'MB' if self._unit == 'B' else self._unit}")

    def close(self) -> None:
        if self._said:
            say(f"{self._what}: done")

    def _count(self, number: int) -> str:
        return f"{number / 1e6:,.0f}" if self._unit == "B" else f"{number:,}"


def in_notebook() -> bool:
    """Whether this runs in a notebook's kernel."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and getattr(ipython.get_ipython(), "kernel", None) is not None


def _stream() -> TextIO | None:
    # A notebook shows stderr in red, as if something were wrong.
    return sys.stdout if in_notebook() else sys.stderr


def _tqdm() -> Any:
    """The class of tqdm's bar; None where tqdm is missing or there is nothing to draw it on."""
    try:
        # A bar of characters fills a notebook that is run without a page: each step of it is an output.
        drawable = importlib.util.find_spec("ipywidgets") is not None if in_notebook() else sys.stderr.isatty()
        if not drawable:
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # tqdm warns where a notebook has no widgets, and draws with characters
            from tqdm.auto import tqdm
    except (ImportError, AttributeError, OSError, ValueError):  # no tqdm; no stderr, or a closed one
        return None
    return tqdm
