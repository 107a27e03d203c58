"""What a worker costs before it is asked anything."""

from __future__ import annotations

import time
from collections.abc import Iterator
from statistics import median

from autograder.bench.figure import Figure
from autograder.bench.subject import Subject
from autograder.worker.process import Clock, Process
from autograder.worker.warm import Warm

TIMES = 40


def figures(_: Subject) -> Iterator[Figure]:
    """Wall time from asking for a worker to its being confined and ready, with all layers and with none, in turns."""
    taken: tuple[list[float], list[float]] = ([], [])
    with Warm() as confined, Warm(layers=frozenset()) as bare:
        for _turn in range(TIMES + 5):
            for warm, seconds in zip((confined, bare), taken, strict=True):
                started = time.perf_counter()
                process = Process(warm, 1 << 30, [])
                process.exchange(b"", Clock(30.0), 1 << 20)
                seconds.append(1000 * (time.perf_counter() - started))
                process.end()
    with_layers, without = (median(seconds[5:]) for seconds in taken)
    yield Figure("fork to sandboxed and ready (wall)", with_layers, 25.0, " ms", f"median of {TIMES}")
    yield Figure(
        *("all layers of the sandbox over none (wall)", with_layers - without, 3.0, " ms"),
        f"{with_layers:.1f} ms over {without:.1f} ms",
    )
