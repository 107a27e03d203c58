"""The garbage collector, kept away from what stays for good: some hundred thousand objects that importing makes."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

YOUNG = 5_000
"""New objects that may hold others, more than were freed, before the collector runs; Python's own choice is 700."""


@contextmanager
def importing() -> Iterator[None]:
    """Import without collecting; what is there at the end is never looked through again."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def settle() -> None:
    """In a process that does one piece of work after another, once it has done the first: what it keeps, it keeps.

    Left to itself the collector would look through those caches with each piece of work. It also runs less often from
    now on: what a piece of work makes is nearly all freed without it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)
