"""One worker process as the grader holds it: frames out, frames in, a deadline, and a sure end."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import time
from dataclasses import dataclass
from typing import Any, Literal

from autograder.worker import sandbox, wire
from autograder.worker.warm import Warm

_PIPE_SIZE = 1 << 20
_SIGNALS = {
    "SIGSEGV": "segmentation fault",
    "SIGBUS": "bus error",
    "SIGFPE": "arithmetic error",
    "SIGILL": "illegal instruction",
    "SIGABRT": "aborted",
    "SIGXCPU": "out of processor time",
    "SIGSYS": "a forbidden system call",
}


class Stopped(Exception):
    """The process is gone, or had to be ended.

    Attributes:
        why: "time" (its own limit), "budget" (the run's), "output" (it printed too much), "died" (by itself),
            "garbled" (what it sent is no frame).
        status: its wait status, None if that was not to be had.
        out_of_memory: it was killed and not by us, as the system does when memory runs out.
        detail: for "garbled": what is wrong with it.
    """

    def __init__(self, why: Literal["time", "budget", "output", "died", "garbled"], detail: str = "") -> None:
        super().__init__(f"{why}: {detail}" if detail else why)
        self.why, self.detail = why, detail
        self.status: int | None = None
        self.out_of_memory = False

    @property
    def lost(self) -> bool:
        """Whether it died with the fork server, which is not its own doing."""
        return self.why == "died" and self.status is None


@dataclass
class Clock:
    """Time that one request may still spend waiting for the worker; time in the grader's own functions is not counted.

    Attributes:
        left: seconds left of the request's own limit.
        deadline: when the whole run's budget ends, on the monotonic clock.
    """

    left: float
    deadline: float | None = None

    def end(self, now: float) -> tuple[float, Literal["time", "budget"]]:
        """The moment at which to stop waiting, and which of the two limits that is."""
        own = now + self.left
        if self.deadline is not None and self.deadline < own:
            return self.deadline, "budget"
        return own, "time"


class Process:
    """A forked worker.

    Attributes:
        pid: its process id.
        memory: bytes it may use beyond the warm process.
        printed: what it printed and nobody took yet.
        requests: how many it was sent, which numbers them.
    """

    def __init__(self, warm: Warm, memory: int, imports: list[str]) -> None:
        """Fork it; the first frame it sends says that it is confined and ready.

        Raises:
            GraderFault: the fork server cannot be had.
        """
        request_read, self._requests = os.pipe()
        self._replies, reply_write = os.pipe()
        self._output, output_write = os.pipe()
        theirs = [request_read, reply_write, output_write]
        for fd in (self._requests, self._replies, self._output):
            os.set_blocking(fd, False)
        _widen(self._requests, self._replies)
        self._warm = warm
        self._poll = select.poll()
        self._poll.register(self._replies, select.POLLIN)
        self._poll.register(self._output, select.POLLIN)
        self._buffer = bytearray()
        self._open = True
        self._killed = False
        self.printed = bytearray()
        self.requests = 0
        try:
            self.memory = sandbox.memory_allowance(memory)
            self.pid, self._pidfd = warm.spawn(self.memory, imports, theirs)
        except BaseException:
            self._close_fds()
            raise
        finally:
            for fd in theirs:
                os.close(fd)

    @property
    def alive(self) -> bool:
        """Whether it has not been ended yet."""
        return self._open

    def exchange(self, frame: bytes, clock: Clock, output_limit: int) -> bytearray:
        """Send a frame (or none, if empty) and wait for one.

        Args:
            frame: what to send.
            clock: how long to wait; what was waited is taken off it.
            output_limit: bytes of printed text at which to stop it.

        Raises:
            Stopped: there is no frame to be had; the process is ended.
        """
        started = time.monotonic()
        try:
            return self._pump(memoryview(frame), clock, output_limit)
        except Stopped as stopped:
            stopped.status = self.end()
            stopped.out_of_memory = not self._killed and _was_killed(stopped.status)
            raise
        finally:
            clock.left -= time.monotonic() - started

    def _pump(self, left: memoryview, clock: Clock, output_limit: int) -> bytearray:
        end, which = clock.end(time.monotonic())
        poll = self._poll
        if left:
            left = self._write(left)  # most frames fit into the pipe at once
        if left:
            poll.register(self._requests, select.POLLOUT)
        while True:
            reply = self._whole_frame()
            if reply is not None and not left:
                self._drain()
                return reply
            wait = end - time.monotonic()
            if wait <= 0:
                raise Stopped(which)
            for fd, event in poll.poll(min(wait, 60.0) * 1000 + 1):
                if fd == self._requests:
                    if event & (select.POLLERR | select.POLLHUP):
                        raise Stopped("died")
                    left = self._write(left)
                    if not left:
                        poll.unregister(self._requests)
                elif fd == self._replies:
                    self._read()
                elif fd == self._output and not self._read_output(output_limit):
                    poll.unregister(self._output)

    def _write(self, left: memoryview) -> memoryview:
        try:
            return left[os.write(self._requests, left[:_PIPE_SIZE]) :]
        except BlockingIOError:
            return left
        except BrokenPipeError:
            raise Stopped("died") from None

    def _read(self) -> None:
        data = os.read(self._replies, _PIPE_SIZE)
        if not data:
            raise Stopped("died")
        self._buffer += data

    def _whole_frame(self) -> bytearray | None:
        """A frame out of what was read, if it is complete."""
        size = wire.HEADER.size
        if len(self._buffer) < size:
            return None
        try:
            skeleton, blob = wire.parse_header(bytes(self._buffer[:size]), wire.MAX_REPLY + wire.MAX_SKELETON)
        except wire.WireError as error:
            raise Stopped("garbled", str(error)) from None
        size += skeleton + blob
        if len(self._buffer) < size:
            return None
        frame, self._buffer = self._buffer, self._buffer[size:]
        del frame[size:]
        return frame

    def _read_output(self, limit: int) -> bool:
        try:
            data = os.read(self._output, 1 << 16)
        except BlockingIOError:
            return True
        self.printed += data
        if len(self.printed) > limit:
            raise Stopped("output")
        return bool(data)

    def _drain(self) -> None:
        """Take the printed text that is there."""
        for _ in range(64):
            try:
                data = os.read(self._output, 1 << 16)
            except BlockingIOError:
                return
            if not data:
                return
            self.printed += data

    def end(self) -> int | None:
        """Kill it if it still lives, and see that nothing of it is left; its wait status if that is to be had."""
        if not self._open:
            return None
        self._open = False
        if not self._has_ended():
            self._kill()
        status = self._warm.reap(self.pid)
        self._drain()
        self._close_fds()
        return status

    def _has_ended(self) -> bool:
        """Whether it ended by itself; one that has hung up is given a moment for it."""
        patience = 0.05 if self._hung_up() else 0.0
        if self._pidfd is not None:
            return _ended(self._pidfd, patience)
        time.sleep(patience)
        return self._warm.ended(self.pid)

    def _hung_up(self) -> bool:
        poll = select.poll()
        poll.register(self._replies, 0)
        return any(event & select.POLLHUP for _, event in poll.poll(0))

    def _kill(self) -> None:
        self._killed = True
        try:
            if self._pidfd is not None:
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
            else:
                os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            return

    def _close_fds(self) -> None:
        for fd in (self._requests, self._replies, self._output, getattr(self, "_pidfd", None)):
            if fd is not None:
                os.close(fd)
        self._open = False


def _ended(pidfd: int, seconds: float) -> bool:
    """Whether the process ends within some seconds."""
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


def _widen(*fds: int) -> None:
    """Larger pipes, so that a tensor takes fewer turns; whoever may not have them does with the usual ones."""
    setting: Any = getattr(fcntl, "F_SETPIPE_SZ", None)
    for fd in fds if setting is not None else ():
        try:
            fcntl.fcntl(fd, setting, _PIPE_SIZE)
        except OSError:
            return


def how_it_ended(status: int | None) -> str:
    """A wait status in words for a student: `it crashed: segmentation fault`."""
    if status is None:
        return "the process that ran it ended"
    if os.WIFEXITED(status):
        return f"it ended the process that ran it (exit status {os.WEXITSTATUS(status)})"
    number = os.WTERMSIG(status)
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = f"signal {number}"
    return f"it crashed: {_SIGNALS.get(name, name)}"


def _was_killed(status: int | None) -> bool:
    return status is not None and os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
