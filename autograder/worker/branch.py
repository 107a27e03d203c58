"""A fork server that was forked from another: one import of torch serves every grading process of a machine."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
from dataclasses import dataclass


@dataclass(frozen=True)
class Branch:
    """One branch of a fork server, to be handed to the process that will use it: its socket and its process id."""

    control: socket.socket
    pid: int


class Watched:
    """A process that this one did not start, with what is needed of `subprocess.Popen`; its exit code stays unknown."""

    def __init__(self, pid: int) -> None:
        """Watch a process; one that has ended already counts as ended."""
        self.pid = pid
        try:
            self._pidfd: int | None = os.pidfd_open(pid)
        except ProcessLookupError:
            self._pidfd = None

    def poll(self) -> int | None:
        """None while it runs, 0 when it has ended."""
        return 0 if self._over(0) else None

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end.

        Raises:
            subprocess.TimeoutExpired: it still runs.
        """
        if not self._over(timeout):
            raise subprocess.TimeoutExpired("a branch of the fork server", timeout or 0.0)
        if self._pidfd is not None:
            os.close(self._pidfd)
            self._pidfd = None
        return 0

    def kill(self) -> None:
        """End it, if it has not ended."""
        if self._pidfd is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    def _over(self, seconds: float | None) -> bool:
        if self._pidfd is None:
            return True
        poll = select.poll()
        poll.register(self._pidfd, select.POLLIN)
        return bool(poll.poll(None if seconds is None else 1000 * seconds))
