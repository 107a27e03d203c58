"""The warm process: started by exec in a fresh interpreter, it imports torch once and forks a worker when asked.

It never loads a check or a solution, and its one channel is the socket it was started with as file descriptor 0.
Requests and replies are JSON lines; a request to spawn brings the worker's three pipe ends along.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import sys
from typing import Any

from autograder.worker import child, preload, sandbox, seccomp

MAX_LINE = 1 << 20


def main(control: socket.socket, root: str) -> None:
    """Warm up, say so, and serve until the grader closes the socket.

    Args:
        control: the socket to the grader.
        root: the folder on sys.path that the grader's packages were imported from; forgotten after the warm-up.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the grader's to handle; it then closes the socket
    sandbox.hide_memory()
    seccomp.prepare()
    troubles = preload.warm_up(project1=os.path.isdir(os.path.join(root, "project1")))
    forget(root)
    _send(control, {"ready": os.getpid(), "troubles": troubles})
    children: dict[int, int | None] = {}
    try:
        while (received := _receive(control)) is not None:
            request, fds = received
            try:
                _send(control, *_serve(request, fds, children, control))
            finally:
                for fd in fds:
                    os.close(fd)
    finally:
        for pid in children:
            os.kill(pid, signal.SIGKILL)
        os._exit(0)


def forget(root: str) -> None:
    """Leave no way to import the grader's packages by name."""
    sys.path[:] = [entry for entry in sys.path if entry not in ("", root)]
    for name in [name for name in sys.modules if name.partition(".")[0] in ("autograder", "solutions")]:
        del sys.modules[name]
    sys.path_importer_cache.pop(root, None)
    sys.argv[:] = [""]
    sys.orig_argv[:] = []
    vars(sys.modules["__main__"]).clear()
    vars(sys.modules["__main__"])["__name__"] = "__main__"


def _serve(
    request: dict[str, Any], fds: list[int], children: dict[int, int | None], control: socket.socket
) -> tuple[dict[str, Any], list[int]]:
    if request["do"] == "spawn":
        pid = _spawn(request, fds, children, control)
        return {"pid": pid}, [fd] if (fd := children[pid]) is not None else []
    pid = request["pid"]
    status = _end(pid, children.pop(pid))
    sandbox.sweep(pid, request["uid"])
    return {"status": status}, []


def _spawn(request: dict[str, Any], fds: list[int], children: dict[int, int | None], control: socket.socket) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        code = 90
        try:
            control.close()
            plan = request["plan"]
            layers = frozenset(plan["layers"])
            confinement = sandbox.Plan(plan["memory"], layers, plan["uid"], parent, plan["lenient"])
            code = child.run(confinement, request["imports"], fds)
        finally:
            os._exit(code)
    children[pid] = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None
    return pid


def _end(pid: int, pidfd: int | None) -> int:
    """See a child to its end; its wait status."""
    # A child that has just closed its pipes by dying is given the time to show how it died.
    if pidfd is None or not _ended(pidfd):
        os.kill(pid, signal.SIGKILL)
    if pidfd is not None:
        os.close(pidfd)
    return os.waitpid(pid, 0)[1]


def _ended(pidfd: int) -> bool:
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    return bool(poll.poll(200))


def _send(control: socket.socket, message: dict[str, Any], fds: list[int] | tuple[int, ...] = ()) -> None:
    line = json.dumps(message).encode() + b"\n"
    sent = socket.send_fds(control, [line], list(fds)) if fds else 0
    control.sendall(line[sent:])


def _receive(control: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """The next request with its file descriptors; None at the end."""
    line = bytearray()
    fds: list[int] = []
    while not line.endswith(b"\n"):
        data, more, _, _ = socket.recv_fds(control, 1 << 16, 8)
        fds += more
        if not data or len(line) > MAX_LINE:
            return None
        line += data
    return json.loads(line), fds
