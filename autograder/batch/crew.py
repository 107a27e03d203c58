"""Who grades: an executor, how much it takes at a time, and how a submission gets to it. Here, this machine's own."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext
from typing import Protocol

from autograder.assignment import packages
from autograder.batch import nursery, process
from autograder.batch.inbox import Handed
from autograder.batch.process import Done, Job
from autograder.worker.warm import Warm


class Crew(Protocol):
    """Processes that grade. Use as a context manager."""

    def __enter__(self) -> Crew:
        """Start or reach them."""

    def __exit__(self, *_: object) -> None:
        """End what was started, whatever it is doing."""

    @property
    def room(self) -> int:
        """How many submissions they take at a time."""

    def grade(self, handed: Handed) -> Future[Done]:
        """Give a submission out.

        Raises:
            Gone: it cannot be read any more.
        """

    def could_not(self, handed: Handed, why: str) -> Future[Done]:
        """Ask for the results of a submission that no process came through."""

    def renew(self) -> None:
        """Start again after a process was lost."""


class Local:
    """Processes of this machine, which share one fork server."""

    def __init__(self, job: Job, jobs: int) -> None:
        """Prepare `jobs` processes; nothing runs yet."""
        self._job = job
        self._jobs = jobs
        self._warm = Warm(unsafe=job.unsafe, packages=packages(job.project))
        self._context: ForkServerContext = multiprocessing.get_context("forkserver")
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Local:
        """Start the fork server and the pool; both warm up while the caller goes on."""
        self._warm.__enter__()
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        """End every process."""
        self._end()
        self._warm.__exit__()

    @property
    def room(self) -> int:
        """One for each process; giving out takes no time that would be worth a queue."""
        return self._jobs

    def grade(self, handed: Handed) -> Future[Done]:
        """See `Crew`."""
        assert self._pool is not None
        return self._pool.submit(process.grade, handed.parcel)

    def could_not(self, handed: Handed, why: str) -> Future[Done]:
        """See `Crew`."""
        assert self._pool is not None
        return self._pool.submit(process.could_not, handed.id, why)

    def renew(self) -> None:
        """See `Crew`."""
        self._end()
        self._start()

    def _hatch(self) -> None:
        """Start the process that the pool's are forked from: it imports what they need while the fork server does too.

        Told by name only, for this process needs none of it.
        """
        self._context.set_forkserver_preload([nursery.__name__])
        os.environ[nursery.PROJECT] = self._job.project
        try:
            forkserver.ensure_running()
        finally:
            del os.environ[nursery.PROJECT]

    def _start(self) -> None:
        self._hatch()
        branches = self._context.SimpleQueue()
        for _ in range(self._jobs):
            branch = self._warm.branch()
            branches.put(branch)
            if branch is not None:
                branch.control.close()  # the process that takes it out of the queue has its own
        self._pool = ProcessPoolExecutor(
            self._jobs, mp_context=self._context, initializer=process.start, initargs=(self._job, branches)
        )

    def _end(self) -> None:
        if self._pool is None:
            return
        processes = list((self._pool._processes or {}).values())
        results = self._pool._result_queue
        self._pool.shutdown(wait=False, cancel_futures=True)
        for one in processes:  # what they are doing is not finished, and will be done again
            one.kill()
        for one in processes:
            one.join()
        # The thread that reads their results would wait for ever for the rest of one that was being sent, for this
        # process could send it, too; and Python waits for the thread when it ends.
        with contextlib.suppress(OSError):  # closed already
            results._writer.close()  # type: ignore[attr-defined]
        self._pool = None


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
