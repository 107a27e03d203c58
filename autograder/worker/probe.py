"""A trusted canary tries, under the same layers as student code, what student code must not be able to do.

Whether a machine confines is decided by what happens here, not by the machine's name or by what it says it has.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.assignment import ROOT, SOLUTIONS
from autograder.errors import UsageError
from autograder.submission.source import FunctionSlice, Origin, Slice, Statement
from autograder.worker import kernel, sandbox
from autograder.worker.errors import AskError
from autograder.worker.student import Limits, Student
from autograder.worker.warm import Warm

_NAME = "attempt"
_CANARY = """
def attempt(hidden, grader):
    import os, resource, signal, socket

    def read(path):
        with open(path, "rb") as file:
            return len(file.read(16))

    def fork():
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)

    def limits():
        if resource.getrlimit(resource.RLIMIT_FSIZE)[1] != 0:
            return
        raise PermissionError("files of 0 bytes only")

    attempts = {
        "hidden": lambda: read(hidden),
        "folder": lambda: os.listdir("/"),
        "write": lambda: open("/tmp/autograder-canary", "w").close(),
        "memory": lambda: read(f"/proc/{grader}/mem"),
        "environment": lambda: read(f"/proc/{grader}/environ"),
        "socket": lambda: socket.socket().close(),
        "fork": fork,
        "signal": lambda: os.kill(grader, 0),
        "root": lambda: os.setuid(0),
        "limits": limits,
    }
    found = {}
    for name, attempt in attempts.items():
        try:
            attempt()
            found[name] = ""
        except Exception as error:
            found[name] = f"{type(error).__name__}: {error}"
    return found
"""
ATTEMPTS = {
    "hidden": ("read a hidden solution", "solutions, checks and seeds could be read and sent home in an answer"),
    "folder": ("list a folder", "file names, also other students', could be seen"),
    "write": ("write a file", "one submission could leave something for the next, or fill the disk"),
    "memory": ("read the grader's memory", "the reference's answers could be read"),
    "environment": ("read the grader's environment", "tokens and paths could be read"),
    "socket": ("open a socket", "hidden inputs could be sent over the network"),
    "fork": ("start a process", "a process could outlive its submission, or flood the machine"),
    "signal": ("signal the grader", "a submission could stop its own grading, or another's"),
    "root": ("become root", "nothing else would hold"),
    "limits": ("use resources without limit", "a submission could take the machine's memory, disk or time"),
}


@dataclass(frozen=True)
class Finding:
    """One thing the canary tried.

    Attributes:
        what: in words that follow "a submission could".
        held: it could not.
        detail: the error it met, or "it could".
        meaning: what it would mean if it could.
    """

    what: str
    held: bool
    detail: str
    meaning: str


def probe(warm: Warm) -> tuple[Finding, ...]:
    """Send a canary through a worker of this fork server; one finding for each thing it tried.

    Raises:
        AskError: no worker could be had, or none that is confined.
    """
    told = _ask(warm, str(hidden_file()), os.getpid())
    findings = []
    for name, (what, meaning) in ATTEMPTS.items():
        if name in ("memory", "environment") and not kernel.LINUX:
            continue  # there is no /proc to read them from
        error = str(told.get(name, ""))
        findings.append(Finding(what, bool(error), error or "it could", meaning))
    return tuple(findings)


def hidden_file() -> Path:
    """A file that no submission may read: a master where there is one, else one of the grader's own."""
    masters = sorted(SOLUTIONS.glob("*/*.py"))
    return masters[0] if masters else ROOT / "autograder" / "grading.py"


def _ask(warm: Warm, hidden: str, grader: int) -> dict[str, Any]:
    origin = Origin("canary", 0, 1)
    code = Slice(
        "canary",
        (Statement(_CANARY, origin, frozenset({_NAME})),),
        {_NAME: FunctionSlice(_NAME, "present", origin, (0,))},
    )
    with closing(Student(warm, code, limits=Limits(seconds=10))) as canary:
        told = canary.call(_NAME, hidden, grader)
    return told if isinstance(told, dict) else {}


def require(warm: Warm, examine: Callable[[Warm], tuple[Finding, ...]] = probe) -> None:
    """Refuse to grade where a canary comes through; asked once of each fork server.

    Raises:
        UsageError: student code would not be confined, and `unsafe` was not asked for.
    """
    if warm.unsafe or warm.proven:
        return
    try:
        through = [finding.what for finding in examine(warm) if not finding.held]
    except AskError as error:
        raise UsageError(
            f"student code cannot be confined on this machine ({error}); `python -m autograder doctor` shows what is "
            "missing; grade in Docker or as root on Linux, or with --unsafe, which marks every report."
        ) from error
    if through:
        raise UsageError(
            f"student code would not be confined on this machine: it could {', '.join(through)}; "
            "`python -m autograder doctor` shows what is missing; grade in Docker or as root on Linux, or with "
            "--unsafe, which marks every report."
        )
    warm.proven = True


def machine() -> str:
    """This machine in a few words."""
    return f"{sys.platform} on {kernel.MACHINE}, Python {sys.version.split()[0]}, confined by: {sandbox.describe()}"
