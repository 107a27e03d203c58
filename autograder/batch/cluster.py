"""The machines of a Dask cluster as a crew: submissions travel to its workers, results come back.

A worker needs the grader installed and nothing else. One that is lost in the middle loses nothing: Dask gives its work
to another.
"""

from __future__ import annotations

import logging
import socket
import time
from concurrent.futures import Future
from typing import Any
from urllib.parse import urlsplit

from autograder.batch import parcel, process
from autograder.batch.inbox import Handed
from autograder.batch.process import Done, Job
from autograder.errors import UsageError

_AHEAD = 2  # submissions that wait at each worker, so that none waits for the network
_CONNECT_SECONDS = 15
_WORKER_SECONDS = 60


class Cluster:
    """See `crew.Crew`."""

    def __init__(self, job: Job, scheduler: str) -> None:
        """Prepare to use the cluster of the scheduler at an address ("tcp://host:8786")."""
        self._job = job
        self._scheduler = scheduler
        self._client: Any = None
        self._executor: Any = None

    def __enter__(self) -> Cluster:
        """Reach the scheduler.

        Raises:
            UsageError: Dask is not installed, nothing answers at the address, or there are no workers.
        """
        try:
            import dask
            from distributed import Client
        except ModuleNotFoundError:
            raise UsageError("a cluster needs Dask; install it with: pip install distributed") from None
        _reach(self._scheduler)
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what it has to say is said here
        dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"})  # a submission travels whole
        connect: Any = Client
        try:
            self._client = connect(self._scheduler, timeout=_CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise _silent(self._scheduler, error) from None
        until = time.monotonic() + _WORKER_SECONDS
        while not self._client.nthreads() and time.monotonic() < until:
            time.sleep(0.2)
        if not self._client.nthreads():
            self._client.close()
            raise UsageError(
                f"the scheduler at {self._scheduler} has no workers; start some where the grader is installed, with: "
                f"dask worker {self._scheduler} --nworkers auto --nthreads 1"
            )
        self._executor = self._client.get_executor(pure=False)
        return self

    def __exit__(self, *_: object) -> None:
        """Take back what was not done, and leave."""
        self._executor.shutdown(wait=False)
        self._client.close()

    @property
    def room(self) -> int:
        """A few for each thread that there is now."""
        threads: dict[str, int] = self._client.nthreads()
        return max(_AHEAD * sum(threads.values()), 1)

    def grade(self, handed: Handed) -> Future[Done]:
        """See `crew.Crew`."""
        done: Future[Done] = self._executor.submit(process.grade_received, self._job, parcel.packed(handed.parcel))
        return done

    def could_not(self, handed: Handed, why: str) -> Future[Done]:
        """See `crew.Crew`."""
        done: Future[Done] = self._executor.submit(process.could_not_received, self._job, handed.id, why)
        return done

    def renew(self) -> None:
        """Nothing to do: the scheduler sees to its workers."""


def _reach(scheduler: str) -> None:
    """See that something listens at the address, which Dask's client would only find out after half a minute."""
    try:
        address = urlsplit(scheduler)
        if address.scheme not in ("tcp", "tls") or not address.hostname or not address.port:
            raise ValueError("an address such as tcp://host:8786 was expected")
        socket.create_connection((address.hostname, address.port), _CONNECT_SECONDS).close()
    except (OSError, ValueError) as error:
        raise _silent(scheduler, error) from None


def _silent(scheduler: str, error: Exception) -> UsageError:
    return UsageError(f"no Dask scheduler answers at {scheduler} ({error}); start one with: dask scheduler")
