"""What confines a worker, layer by layer; applied in the forked child before the student's code is read.

A worker opens no file: everything it needs is imported before. So the layers have no exceptions to keep apart, and
the same submission meets the same world on every machine. Each layer has a name, so that a test can leave one out and
see what it alone stops. A layer that cannot be applied ends the worker before any of the student's code is read.

On Linux all layers apply but "seatbelt"; "user" where the grader is root, "landlock" where the kernel has it. On macOS
these are the session, the resource limits and "seatbelt". Whether that confines is for `probe` to find out.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.worker import kernel, landlock, seatbelt, seccomp

ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/nonexistent",
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "",
}
CPU_SECONDS = 1800
OPEN_FILES = 64
LEAST_MEMORY = 128 << 20
_KEPT_FREE = 100 << 20
# User ids of workers, where every id exists: above those that people, services and containers use.
_FIRST_USER, _USERS_EACH = 0x40000000, 64
_FIRST_MAPPED_USER, _MAPPED_USERS = 20_000, 40_000


class SandboxError(RuntimeError):
    """A layer could not be applied: nothing of the student's may run."""


@dataclass(frozen=True)
class Plan:
    """How to confine one worker.

    Attributes:
        memory: bytes it may use beyond what the warm process uses.
        layers: names of the layers to apply.
        uid: the user it becomes, where the grader is root.
        parent: the process it must not outlive.
        lenient: leave out a layer that cannot be applied here.
    """

    memory: int
    layers: frozenset[str]
    uid: int | None = None
    parent: int = 0
    lenient: bool = False


def confine(plan: Plan) -> None:
    """Apply the layers of the plan to this process, for good.

    Raises:
        SandboxError: one of them could not be applied.
    """
    if unknown := plan.layers - LAYERS:
        raise SandboxError(f"the sandbox has no layer {min(unknown)!r}")
    for name, apply in _IN_ORDER:
        if name in plan.layers:
            try:
                apply(plan)
            except (OSError, ValueError, OverflowError) as error:
                if plan.lenient:
                    continue
                raise SandboxError(f"the layer {name!r} of the sandbox could not be applied: {error}") from error


def _session(_: Plan) -> None:
    os.setsid()
    os.umask(0o077)
    os.chdir("/")
    os.environ.clear()


def _rlimits(plan: Plan) -> None:
    if kernel.LINUX:
        size = int(_read("/proc/self/statm").split()[0]) * resource.getpagesize()
        _limit(resource.RLIMIT_AS, size + plan.memory)
        with contextlib.suppress(OSError):  # where it may not be said, the system has to guess
            _write("/proc/self/oom_score_adj", b"1000")
    _limit(resource.RLIMIT_CPU, CPU_SECONDS)
    _limit(resource.RLIMIT_NOFILE, OPEN_FILES)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)
    for name in ("RLIMIT_MEMLOCK", "RLIMIT_MSGQUEUE", "RLIMIT_NICE", "RLIMIT_RTPRIO"):
        if hasattr(resource, name):
            _limit(getattr(resource, name), 0)
    # It is one process, and stays one. (Root is not held by this limit; the user it becomes is.)
    _limit(resource.RLIMIT_NPROC, 1)


def _limit(which: int, value: int) -> None:
    """Set a limit for good, or keep a lower one that is there."""
    hard = resource.getrlimit(which)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (value, value))


def _user(plan: Plan) -> None:
    if plan.uid is None:
        if os.geteuid() == 0 and can_change_user():
            raise ValueError("no user id was given")
        return
    os.setgroups([])
    os.setresgid(plan.uid, plan.uid, plan.uid)
    os.setresuid(plan.uid, plan.uid, plan.uid)
    if os.getresuid() != (plan.uid,) * 3 or os.getresgid() != (plan.uid,) * 3 or os.getgroups():
        raise ValueError("the change of user did not hold")
    try:
        os.setuid(0)
    except PermissionError:
        return
    raise ValueError("root could be had again")


def _ties(plan: Plan) -> None:
    if not kernel.LINUX:
        return
    # After the change of user, which would clear it.
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    if plan.parent and os.getppid() != plan.parent:
        raise ValueError("the fork server has ended")


def _privileges(_: Plan) -> None:
    if kernel.LINUX:
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
        kernel.prctl(kernel.PR_SET_DUMPABLE, 0)


def _landlock(_: Plan) -> None:
    if landlock.version():
        landlock.restrict()


def _seccomp(_: Plan) -> None:
    if kernel.LINUX:
        seccomp.restrict()


def _seatbelt(_: Plan) -> None:
    if sys.platform == "darwin":
        seatbelt.restrict()


_IN_ORDER = (
    ("session", _session),
    ("rlimits", _rlimits),
    ("user", _user),
    ("ties", _ties),
    ("privileges", _privileges),
    ("landlock", _landlock),
    ("seccomp", _seccomp),
    ("seatbelt", _seatbelt),
)
LAYERS = frozenset(name for name, _ in _IN_ORDER)


def describe(layers: frozenset[str] = LAYERS) -> str:
    """What confines a worker on this machine, in a few words: "own user, seccomp, Landlock, resource limits"."""
    found = []
    if "user" in layers and can_change_user():
        found.append("own user")
    if "seccomp" in layers and seccomp.supported():
        found.append("seccomp")
    if "landlock" in layers and landlock.version():
        found.append("Landlock")
    if "seatbelt" in layers and seatbelt.available():
        found.append("Seatbelt")
    if "rlimits" in layers:
        found.append("resource limits")
    return ", ".join(found) or "none"


def closes_files(layers: frozenset[str]) -> bool:
    """Whether a worker under these layers can open no file."""
    return kernel.LINUX and ("seccomp" in layers or ("landlock" in layers and landlock.version() > 0))


def hide_memory() -> None:
    """Keep other processes of the same user from reading this one's memory."""
    if kernel.LINUX:
        kernel.prctl(kernel.PR_SET_DUMPABLE, 0)


def can_change_user() -> bool:
    """Whether workers can have user ids of their own here: as root, where the ids exist."""
    return kernel.LINUX and os.geteuid() == 0 and _mapped_users() > _FIRST_MAPPED_USER + _USERS_EACH


def user_ids(server: int) -> Iterator[int]:
    """The user ids for the workers of one fork server, by its process id: no two servers' overlap.

    (Where a container has only some 65,000 ids, two of many servers may meet; their workers still cannot signal,
    read or outlive each other.)
    """
    mapped = _mapped_users()
    if mapped > _FIRST_USER + (1 << 22) * _USERS_EACH:
        first = _FIRST_USER + server * _USERS_EACH
    else:
        slots = min(_MAPPED_USERS, mapped - _FIRST_MAPPED_USER) // _USERS_EACH
        first = _FIRST_MAPPED_USER + server % slots * _USERS_EACH
    yield from range(first, first + _USERS_EACH)


def _mapped_users() -> int:
    """How many user ids from 0 on exist in this user namespace."""
    try:
        lines = _read("/proc/self/uid_map").splitlines()
    except OSError:
        return 0
    spans = [(int(line.split()[0]), int(line.split()[2])) for line in lines]
    return max((count for start, count in spans if start == 0), default=0)


def memory_allowance(wanted: int) -> int:
    """How much of the wanted memory a worker can be allowed here without endangering the grader, in bytes."""
    free = [_available()]
    for folder, limit, used in _memory_groups():
        most, now = _number(f"{folder}/{limit}"), _number(f"{folder}/{used}")
        if most is not None and now is not None:
            free.append(most - now + _reclaimable(f"{folder}/memory.stat"))
    left = min((room for room in free if room is not None), default=wanted + _KEPT_FREE) - _KEPT_FREE
    return max(min(wanted, left), LEAST_MEMORY)


def _memory_groups() -> list[tuple[str, str, str]]:
    """Folders of the cgroups that bound this process's memory, with the names of limit and use in each.

    In a container the top of what it sees is its own; elsewhere /proc/self/cgroup says where its own is.
    """
    own = {"0": "", "memory": ""}
    with contextlib.suppress(OSError):
        for line in _read("/proc/self/cgroup").splitlines():
            number, names, path = line.split(":", 2)
            for name in names.split(",") if names else [number]:
                own[name] = path.rstrip("/")
    new, old = ("memory.max", "memory.current"), ("memory.limit_in_bytes", "memory.usage_in_bytes")
    tops = (("/sys/fs/cgroup", own["0"], *new), ("/sys/fs/cgroup/memory", own["memory"], *old))
    return [(f"{top}{place}", *names) for top, inside, *names in tops for place in dict.fromkeys(("", inside))]  # type: ignore[misc]


def _read(path: str) -> str:
    """The beginning of a small file of the kernel's."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(fd, 1 << 16).decode("utf-8", "replace")
    finally:
        os.close(fd)


def _write(path: str, data: bytes) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(fd, data)
    finally:
        os.close(fd)


def _number(path: str) -> int | None:
    try:
        return int(_read(path))
    except (OSError, ValueError):  # not there, or "max"
        return None


def _field(path: str, name: str) -> int | None:
    try:
        for line in _read(path).splitlines():
            words = line.replace(":", " ").split()
            if words and words[0] == name:
                return int(words[1])
    except (OSError, ValueError, IndexError):
        return None
    return None


def _available() -> int | None:
    kibibytes = _field("/proc/meminfo", "MemAvailable")
    return None if kibibytes is None else kibibytes << 10


def _reclaimable(path: str) -> int:
    """Bytes of cached files that a cgroup counts as used, and gives back when asked."""
    found = _field(path, "total_inactive_file")
    return found if found is not None else _field(path, "inactive_file") or 0


def sweep(session: int, uid: int | None) -> None:
    """Kill whatever is left of a worker: its session's processes and, where it had a user of its own, that user's."""
    if not kernel.LINUX:
        return
    for look in range(10):
        left = [pid for pid in _processes() if _belongs(pid, session, uid)]
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if not left:
            return
        time.sleep(0.001 * 2**look)  # what was killed takes its time to end, a second in all


def _processes() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdecimal() and int(name) != os.getpid()]


def _belongs(pid: int, session: int, uid: int | None) -> bool:
    try:
        of_session = os.getsid(pid) == session
        if not of_session and uid is None:
            return False
        status = _read(f"/proc/{pid}/status")  # as long as all else together, and there may be hundreds
        if not of_session and str(uid) not in _words(status, "Uid"):
            return False
        return _words(status, "State")[0] not in ("Z", "X")  # those are dead already
    except (OSError, IndexError):
        return False  # it has just ended


def _words(status: str, name: str) -> list[str]:
    return status.partition(f"\n{name}:")[2].partition("\n")[0].split()
