"""How far a run has come, on a terminal as a line that moves, elsewhere as plain lines."""

from __future__ import annotations

import collections
import time
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

PLAIN_SECONDS = 10.0
_RECENT = 30  # finished submissions that the rate is taken of


class Display(Protocol):
    """What a run tells how far it has come. Use as a context manager."""

    def __enter__(self) -> Display:
        """Begin."""

    def __exit__(self, *_: object) -> None:
        """End."""

    def update(self, done: int, running: int, failed: int) -> None:
        """Show these counts."""


class _Rate:
    """Submissions a second, of the last ones."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._times = collections.deque([time.monotonic()], _RECENT + 1)
        self._done = 0

    def told(self, done: int) -> str:
        """ "2.1 a second, 1 min 40 s left"."""
        now = time.monotonic()
        self._times.extend([now] * (done - self._done))
        self._done = done
        if len(self._times) < 2 or now <= self._times[0]:
            return "starting"
        rate = (len(self._times) - 1) / (now - self._times[0])
        return f"{rate:.2g} a second, {clock((self._total - done) / rate)} left"


class Live:
    """A bar on a terminal."""

    def __init__(self, total: int, console: Console) -> None:
        self._rate = _Rate(total)
        self._bar = Progress(
            TextColumn("{task.completed:.0f} of {task.total:.0f}"),
            BarColumn(),
            TextColumn("{task.description}"),
            console=console,
        )
        self._task = self._bar.add_task("starting", total=total)

    def __enter__(self) -> Live:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def update(self, done: int, running: int, failed: int) -> None:
        """See `Display`."""
        self._bar.update(self._task, completed=done, description=_counts(running, failed, self._rate.told(done)))


class Plain:
    """A line now and then."""

    def __init__(self, total: int, console: Console) -> None:
        self._total = total
        self._console = console
        self._rate = _Rate(total)
        self._last = time.monotonic()

    def __enter__(self) -> Plain:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def update(self, done: int, running: int, failed: int) -> None:
        """See `Display`."""
        told = self._rate.told(done)
        if time.monotonic() - self._last < PLAIN_SECONDS and done < self._total:
            return
        if done == self._total:
            told = "done"
        self._last = time.monotonic()
        self._console.print(
            f"{done} of {self._total} graded, {_counts(running, failed, told)}",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )


def display(total: int, console: Console) -> Live | Plain:
    """The display that a console can show."""
    return Live(total, console) if console.is_terminal else Plain(total, console)


def clock(seconds: float) -> str:
    """A time for people: 42 s, 3 min 20 s, 2 h 5 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def _counts(running: int, failed: int, rate: str) -> str:
    return f"{running} running, {failed} failed, {rate}"
