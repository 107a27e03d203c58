"""The warm process: started by exec in a fresh interpreter, it imports torch once and forks a worker when asked.

It never loads a check or a solution, and its one channel is the socket it was started with as file descriptor 0.
Requests and replies are JSON lines; a request to spawn brings the worker's three pipe ends along.
"""

from __future__ import annotations

import functools
import gc
import json
import linecache
import os
import select
import signal
import socket
import sys
import time
import types
from collections.abc import Callable
from typing import Any

from autograder.worker import child, preload, sandbox, seccomp

MAX_LINE = 1 << 20


def prepare(control: socket.socket, root: str, packages: tuple[str, ...]) -> Callable[[], None]:
    """Warm up and forget where the grader lies; what is returned says so and serves until the grader closes the socket.

    Args:
        control: the socket to the grader.
        root: the folder on sys.path that the grader's packages were imported from.
        packages: what students import of ours; those that are there are imported too.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the grader's to handle; it then closes the socket
    sandbox.hide_memory()
    seccomp.prepare()
    troubles = preload.warm_up([name for name in packages if os.path.isdir(os.path.join(root, name))])
    forget(root, packages)
    # A partial looks its function's code up only now, after the paths were taken out of it.
    return functools.partial(serve, control, troubles)


def serve(control: socket.socket, troubles: list[str]) -> None:
    """Answer the grader's requests, and end everything when there are no more."""
    _send(control, {"ready": os.getpid(), "troubles": troubles})
    children: dict[int, int | None] = {}
    branches: set[int] = set()
    try:
        while (received := _receive(control)) is not None:
            request, fds = received
            if request["do"] == "become":
                control.close()
                os._exit(_confined(request, fds, os.getppid()))
            if request["do"] == "branch":
                _branch(control, fds[0], children, branches)
                continue
            try:
                _send(control, *_serve(request, fds, children, control))
            finally:
                for fd in fds:
                    os.close(fd)
    finally:
        for pid in children:
            os.kill(pid, signal.SIGKILL)
        _see_off(branches)
        os._exit(0)


def forget(root: str, packages: tuple[str, ...]) -> None:
    """Leave no way to import the grader's packages by name, and no mention of where they lie."""
    linecache.clearcache()
    _take_paths_out(root, packages)
    sys.path[:] = [entry for entry in sys.path if entry not in ("", root)]
    gone = {"autograder", "solutions", "coursekit"} - set(packages)
    for name in [name for name in sys.modules if name.partition(".")[0] in gone]:
        del sys.modules[name]
    for folder in [folder for folder in sys.path_importer_cache if folder.startswith(root)]:
        del sys.path_importer_cache[folder]
    sys.argv[:] = [""]
    sys.orig_argv[:] = []
    vars(sys.modules["__main__"]).clear()
    vars(sys.modules["__main__"])["__name__"] = "__main__"
    gc.collect()
    gc.freeze()
    gc.enable()  # it was off while everything was imported


def _take_paths_out(root: str, packages: tuple[str, ...]) -> None:
    """Replace the path in every module and function of the grader's and the students' packages by its last part."""
    ours = tuple(os.path.join(root, package, "") for package in ("autograder", "coursekit", *packages))
    for thing in gc.get_objects():
        if type(thing) is types.FunctionType and thing.__code__.co_filename.startswith(ours):
            thing.__code__ = _without_path(thing.__code__)
    for module in list(sys.modules.values()):
        spec = getattr(module, "__spec__", None)
        if spec is None or not str(spec.origin).startswith(ours):
            continue
        spec.loader = spec.loader_state = spec.origin = spec.cached = None
        if spec.submodule_search_locations is not None:
            spec.submodule_search_locations[:] = []
        vars(module).update(__file__=None, __cached__=None, __loader__=None)


def _without_path(code: types.CodeType) -> types.CodeType:
    constants = tuple(_without_path(c) if isinstance(c, types.CodeType) else c for c in code.co_consts)
    return code.replace(co_filename=os.path.basename(code.co_filename), co_consts=constants)


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


def _branch(control: socket.socket, fd: int, children: dict[int, int | None], branches: set[int]) -> None:
    """Fork a server like this one, to answer another grader over its own socket until that closes it."""
    branches -= {pid for pid in branches if os.waitpid(pid, os.WNOHANG)[0]}
    pid = os.fork()
    if pid == 0:
        control.close()
        for pidfd in filter(None, children.values()):
            os.close(pidfd)
        serve(socket.socket(fileno=fd), [])  # never returns
    os.close(fd)
    branches.add(pid)
    _send(control, {"pid": pid})


def _see_off(branches: set[int]) -> None:
    """Give the branches, whose graders end before this one's, a moment to end too."""
    deadline = time.monotonic() + 2.0
    while branches and time.monotonic() < deadline:
        branches -= {pid for pid in branches if os.waitpid(pid, os.WNOHANG)[0]}
        time.sleep(0.01)


def _spawn(request: dict[str, Any], fds: list[int], children: dict[int, int | None], control: socket.socket) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        code = 90
        try:
            control.close()
            code = _confined(request, fds, parent)
        finally:
            os._exit(code)
    children[pid] = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None
    return pid


def _confined(request: dict[str, Any], fds: list[int], parent: int) -> int:
    """Be a worker; returns its exit status."""
    plan = request["plan"]
    confinement = sandbox.Plan(plan["memory"], frozenset(plan["layers"]), plan["uid"], parent, plan["lenient"])
    return child.run(confinement, request["imports"], fds)


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
