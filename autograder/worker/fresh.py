"""Workers that are started afresh, one by one, where a process that has imported torch cannot be forked: on macOS.

A fresh interpreter warms up as the fork server does, is handed its pipes, confines itself and becomes the worker. No
address-space limit holds on macOS, so the grader watches the memory. The parts run, and are tested, on Linux too; the
whole has never run on a Mac.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from autograder.worker import sandbox
from autograder.worker.errors import GraderFault

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 120.0
LOOK_SECONDS = 0.25

# The whole program is the package's; only the socket that stands for its standard input tells it where that is.
BOOT = """
import gc, socket, sys
gc.disable()
control = socket.socket(fileno=0)
root, *packages = control.recv(65536).decode().rstrip("\\n").split("\\t")
sys.path[:] = [root] + [entry for entry in sys.path if entry]
from autograder.worker import forkserver
forkserver.prepare(control, root, tuple(packages))()
"""


@dataclass
class _Worker:
    process: subprocess.Popen[bytes]
    over: threading.Event = field(default_factory=threading.Event)


class Workers:
    """The workers started and not yet reaped. One may serve several threads."""

    def __init__(self, packages: tuple[str, ...] = ()) -> None:
        """Prepare; `packages` are what students import of ours, imported in every worker."""
        self._packages = packages
        self._lock = threading.Lock()
        self._workers: dict[int, _Worker] = {}

    def spawn(self, plan: dict[str, Any], imports: list[str], fds: list[int]) -> int:
        """Start a worker; its process id.

        Args:
            plan: how to confine it, and how much memory it may use beyond what it uses when it is warm.
            imports: modules it may want.
            fds: the ends of the pipes it reads requests from, and writes replies and printed text to.

        Raises:
            GraderFault: it did not start.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with ours, theirs, tempfile.TemporaryFile() as errors:
            sandbox.hide_memory()
            try:
                process = subprocess.Popen(
                    [sys.executable, "-s", "-B", "-c", BOOT],
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=errors,
                    cwd="/",
                    env=sandbox.ENVIRONMENT,
                )
            except OSError as error:
                raise GraderFault(f"{sys.executable} could not be started: {error}") from error
            theirs.close()
            try:
                ours.settimeout(START_SECONDS)
                ours.sendall(greeting(self._packages))
                _read_line(ours)
                request = {"do": "become", "plan": plan, "imports": imports}
                socket.send_fds(ours, [json.dumps(request).encode() + b"\n"], fds)
            except (OSError, EOFError) as error:
                process.kill()
                process.wait()
                raise GraderFault(f"a worker did not start: {error}{_last_words(errors)}") from error
        worker = _Worker(process)
        with self._lock:
            self._workers[process.pid] = worker
        allowed = memory_of(process.pid) + plan["memory"]
        threading.Thread(target=_watch, args=(worker, allowed), daemon=True).start()
        return process.pid

    def ended(self, pid: int) -> bool:
        """Whether it has ended."""
        worker = self._workers.get(pid)
        return worker is None or worker.process.poll() is not None

    def reap(self, pid: int) -> int | None:
        """Kill it if it lives, and all of its session; its wait status."""
        with self._lock:
            worker = self._workers.pop(pid, None)
        if worker is None:
            return None
        worker.over.set()
        worker.process.kill()
        code = worker.process.wait()
        sandbox.sweep(pid, None)
        return -code if code < 0 else code << 8

    def end_all(self) -> None:
        """Reap every worker."""
        for pid in list(self._workers):
            self.reap(pid)


def greeting(packages: tuple[str, ...]) -> bytes:
    """The line that tells a fresh interpreter where the packages are, and which of them students import."""
    return "\t".join((str(ROOT), *packages)).encode() + b"\n"


def memory_of(pid: int) -> int:
    """Bytes a process holds in memory, as ps tells on Linux and macOS; 0 if it has ended."""
    command = ["ps", "-o", "rss=", "-p", str(pid)]
    told = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"})
    return int(told.stdout.strip() or 0) << 10


def _watch(worker: _Worker, allowed: int) -> None:
    """Kill a worker that holds more than it may."""
    while not worker.over.wait(LOOK_SECONDS) and worker.process.poll() is None:
        if memory_of(worker.process.pid) > allowed:
            worker.process.kill()
            return


def _read_line(control: socket.socket) -> bytes:
    line = bytearray()
    while not line.endswith(b"\n"):
        data = control.recv(1 << 16)
        if not data:
            raise EOFError("it closed its socket")
        line += data
    return bytes(line)


def _last_words(errors: IO[bytes]) -> str:
    errors.seek(0)
    words = errors.read()[-2000:].decode("utf-8", "replace").strip()
    return f"\n{words}" if words else ""
