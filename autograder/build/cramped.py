"""A small container's limits on this machine, for measuring: by cgroup, or a duty cycle where that may not be made."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from autograder.assignment import ROOT

GROUPS = Path("/sys/fs/cgroup")
PERIOD = 100_000  # microseconds
BEAT = 0.05  # seconds between stopping and going on, where there is no cgroup
_JOIN = 'for group in $GROUPS_TO_JOIN; do echo $$ >"$group/cgroup.procs" || exit 97; done; exec "$@"'


@dataclass(frozen=True)
class Cramped:
    """What holds a command down.

    Attributes:
        folders: cgroups to join.
        share: of one processor, where that is left to a duty cycle; otherwise 0.
        how: in words.
    """

    folders: tuple[Path, ...]
    share: float
    how: str


@contextmanager
def groups(cpus: float, memory: int) -> Iterator[Cramped]:
    """Make what holds commands to so much of a processor and so much memory, and remove it afterwards."""
    made: list[Path] = []
    try:
        for controller, settings in (
            ("cpu", {"cpu.cfs_period_us": PERIOD, "cpu.cfs_quota_us": int(cpus * PERIOD)}),
            ("memory", {"memory.limit_in_bytes": memory}),
        ):
            with contextlib.suppress(OSError):
                folder = _own_group(controller) / f"autograder-{os.getpid()}"
                folder.mkdir()
                made.append(folder)
                for name, value in settings.items():
                    (folder / name).write_text(str(value))
        held = {folder.relative_to(GROUPS).parts[0] for folder in made}
        share = 0.0 if "cpu" in held else cpus
        how = "processor by cgroup" if "cpu" in held else "processor by SIGSTOP and SIGCONT in turns"
        how += ", memory by cgroup" if "memory" in held else ", memory not limited: no cgroup may be made here"
        yield Cramped(tuple(made), share, how)
    finally:
        for folder in made:
            folder.rmdir()


def _own_group(controller: str) -> Path:
    """The folder of this process's cgroup of a controller (version 1)."""
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, names, path = line.split(":", 2)
        if controller in names.split(","):
            return GROUPS / controller / path.strip("/")
    raise FileNotFoundError(controller)


@contextmanager
def start(cramped: Cramped, command: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    """Start a command under those limits, in a session of its own; it is waited for at the end."""
    environment = {**os.environ, "GROUPS_TO_JOIN": " ".join(map(str, cramped.folders))}
    joined = ["sh", "-c", _JOIN, "sh", *command]
    over = threading.Event()
    with subprocess.Popen(
        joined, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, start_new_session=True
    ) as process:
        beater = threading.Thread(target=_beat, args=(process.pid, cramped.share, over), daemon=True)
        if cramped.share:
            beater.start()
        try:
            yield process
        finally:
            process.wait()
            over.set()


def _beat(leader: int, share: float, over: threading.Event) -> None:
    """Let a process and all it started run for a share of the time."""
    while not over.wait(BEAT * share):
        stopped = _tree(leader)
        for number, pause in ((signal.SIGSTOP, BEAT * (1 - share)), (signal.SIGCONT, 0.0)):
            for pid in stopped:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
            over.wait(pause)


def _tree(pid: int) -> list[int]:
    found = [pid]
    with contextlib.suppress(OSError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            found += _tree(int(child))
    return found
