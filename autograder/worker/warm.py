"""The fork server: a fresh interpreter that imports torch once and forks a worker whenever one is needed.

This module imports no torch, so that a grader can start the server first and import its own torch meanwhile.
"""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import tempfile
import threading
from typing import IO, Any

from autograder.worker import fresh, kernel, sandbox
from autograder.worker.branch import Branch, Watched
from autograder.worker.errors import GraderFault
from autograder.worker.fresh import BOOT

START_SECONDS = 120.0
REPLY_SECONDS = 30.0


class Warm:
    """A running fork server. Starting it costs an `import torch`; a fork from it some milliseconds.

    One Warm may serve several Students, in several threads.

    Attributes:
        confinement: what confines the workers it forks, in a few words; begins with "unsafe" where that was asked for.
        unsafe: student code runs even where it is not confined.
        proven: a canary has found its workers confined (see `probe.require`).
    """

    def __init__(
        self,
        layers: frozenset[str] = sandbox.LAYERS,
        unsafe: bool = False,
        forks: bool = kernel.LINUX,
        packages: tuple[str, ...] = (),
        branch: Branch | None = None,
    ) -> None:
        """Prepare; nothing runs yet.

        Args:
            layers: which layers of the sandbox to apply; fewer than all of them only to test what each is good for.
            unsafe: run student code even where it is not confined, leaving out whatever layer cannot be applied here.
                Every report then says so.
            forks: fork workers from one warm process. Where that is not safe (macOS) each is started afresh.
            packages: what students import of ours (see `assignment.packages`), imported before anything is forked.
            branch: use this branch of a fork server that runs already, in place of starting one; should it end, one is
                started after all.
        """
        self._branched = branch
        self._packages = packages
        self._layers = layers
        self.unsafe = unsafe
        self.proven = False
        self._fresh = None if forks else fresh.Workers(packages)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | Watched | None = None
        self._control: socket.socket | None = None
        self._errors: IO[bytes] | None = None
        self._ready = False
        self._closed = True
        self._uids: dict[int, int] = {}
        self.confinement = f"unsafe: {sandbox.describe(layers)}" if unsafe else sandbox.describe(layers)

    def __enter__(self) -> Warm:
        """Start the interpreter; it warms up while the caller goes on, and the first fork waits for it."""
        self._closed = False
        if self._fresh is None:
            with self._lock:
                if self._branched is None:
                    self._start()
                else:
                    self._control, self._process = self._branched.control, Watched(self._branched.pid)
        return self

    def __exit__(self, *_: object) -> None:
        """End the interpreter and every worker it has forked."""
        with self._lock:
            self._closed = True
            self._stop()
            if self._fresh is not None:
                self._fresh.end_all()

    @property
    def pid(self) -> int:
        """The fork server's process id."""
        if self._process is None:
            raise GraderFault("the fork server is not running")
        return self._process.pid

    def branch(self) -> Branch | None:
        """Fork the fork server itself, for another process to use; None where workers are started afresh.

        Raises:
            GraderFault: the fork server is gone and cannot be started again.
        """
        if self._fresh is not None:
            return None
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs, self._lock:
            reply, _ = self._ask({"do": "branch"}, [theirs.fileno()])
        return Branch(ours, int(reply["pid"]))

    def spawn(self, memory: int, imports: list[str], fds: list[int]) -> tuple[int, int | None]:
        """Fork a worker.

        Args:
            memory: bytes it may use beyond the warm process.
            imports: modules it may want, imported before it is confined.
            fds: the ends of the pipes it reads requests from, and writes replies and printed text to.

        Returns:
            Its process id, and a pidfd where the platform has them.

        Raises:
            GraderFault: the fork server is gone and cannot be started again.
        """
        if self._fresh is not None:
            plan = {"memory": memory, "layers": sorted(self._layers), "uid": None, "lenient": self.unsafe}
            return self._fresh.spawn(plan, imports, fds), None
        with self._lock:
            self._revive()
            uid = self._free_uid()
            plan = {"memory": memory, "layers": sorted(self._layers), "uid": uid, "lenient": self.unsafe}
            reply, received = self._ask({"do": "spawn", "plan": plan, "imports": imports}, fds)
            pid = int(reply["pid"])
            if uid is not None:
                self._uids[pid] = uid
            return pid, received[0] if received else None

    def reap(self, pid: int) -> int | None:
        """See that a worker and all that is left of it is gone; its wait status, None if that is not to be had."""
        if self._fresh is not None:
            return self._fresh.reap(pid)
        with self._lock:
            if self._closed or self._process is None or self._process.poll() is not None:
                return None
            try:
                reply, _ = self._ask({"do": "reap", "pid": pid, "uid": self._uids.pop(pid, None)}, [])
            except GraderFault:
                return None
            return reply.get("status")

    def ended(self, pid: int) -> bool:
        """Whether a worker is known to have ended by itself (where there are pidfds, they tell)."""
        return self._fresh is not None and self._fresh.ended(pid)

    def _free_uid(self) -> int | None:
        if "user" not in self._layers or not sandbox.can_change_user():
            return None
        taken = set(self._uids.values())
        for uid in sandbox.user_ids(self.pid):
            if uid not in taken:
                return uid
        raise GraderFault(f"one fork server cannot have more than {len(taken)} workers at a time")

    def _ask(self, request: dict[str, Any], fds: list[int]) -> tuple[dict[str, Any], list[int]]:
        for attempt in (1, 2):
            try:
                self._revive()
                self._wait_until_ready()
                return self._exchange(request, fds)
            except (OSError, EOFError, ValueError) as error:
                told = self._last_words()
                self._stop()
                if attempt == 2 or request["do"] == "reap":
                    raise GraderFault(f"the fork server ended and could not be started again: {error}{told}") from error
        raise AssertionError("unreachable")

    def _revive(self) -> None:
        if self._closed:
            raise GraderFault("the fork server was closed")
        if self._control is None or self._process is None or self._process.poll() is not None:
            self._start()

    def _start(self) -> None:
        self._stop()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - kept for its last words
        sandbox.hide_memory()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-s", "-B", "-c", BOOT],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                cwd="/",
                env=sandbox.ENVIRONMENT,
                start_new_session=True,
            )
        except OSError as error:
            ours.close()
            raise GraderFault(f"{sys.executable} could not be started: {error}") from error
        finally:
            theirs.close()
        self._control = ours
        self._ready = False
        ours.sendall(fresh.greeting(self._packages))

    def _wait_until_ready(self) -> None:
        if self._ready or self._control is None:
            return
        self._control.settimeout(START_SECONDS)
        message, _ = self._receive()
        if "ready" not in message:
            raise ValueError(f"it said {message!r} where it should be ready")
        self._ready = True

    def _exchange(self, request: dict[str, Any], fds: list[int]) -> tuple[dict[str, Any], list[int]]:
        assert self._control is not None
        self._control.settimeout(REPLY_SECONDS)
        line = json.dumps(request).encode() + b"\n"
        sent = socket.send_fds(self._control, [line], fds) if fds else 0
        self._control.sendall(line[sent:])
        return self._receive()

    def _receive(self) -> tuple[dict[str, Any], list[int]]:
        assert self._control is not None
        line = bytearray()
        fds: list[int] = []
        while not line.endswith(b"\n"):
            data, more, _, _ = socket.recv_fds(self._control, 1 << 16, 4)
            fds += more
            if not data:
                raise EOFError("it closed its socket")
            line += data
        message: dict[str, Any] = json.loads(line)
        return message, fds

    def _last_words(self) -> str:
        if self._errors is None or self._errors.closed:
            return ""
        self._errors.seek(0)
        words = self._errors.read()[-2000:].decode("utf-8", "replace").strip()
        return f"\n{words}" if words else ""

    def _stop(self) -> None:
        self._uids.clear()
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            if not self._ready:
                self._process.kill()  # it has nothing to end, and would only notice when it is warm
            # It ends its workers and itself when the socket closes; when it cannot, its workers die with it.
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=5)
            self._process.kill()
            self._process.wait()
            self._process = None
        if self._errors is not None:
            self._errors.close()
            self._errors = None
