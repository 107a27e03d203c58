"""How much memory a process and all it started take, while they run. Linux counts it; elsewhere it is 0."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType


class Watch:
    """The highest proportional set size of a tree of processes, looked at every so often; use as a context manager.

    Attributes:
        peak: bytes, so far.
    """

    def __init__(self, pid: int, every: float = 0.1) -> None:
        """Watch `pid` and its descendants, with `every` seconds between two looks."""
        self.peak = 0
        self._pid, self._every = pid, every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        """End."""
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(self._every):
            self.peak = max(self.peak, of_tree(self._pid))


def of_tree(pid: int) -> int:
    """The proportional set sizes of a process and all it started together; in bytes."""
    return sum(map(_pss, _tree(pid)))


def _tree(pid: int) -> Iterator[int]:
    """A process and all its descendants."""
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from _tree(int(child))


def _pss(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass  # it ended between being listed and being read
    return 0
