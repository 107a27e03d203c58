"""`python -m autograder doctor`: what confines student code on this machine, what is missing, and what that means."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.worker import kernel, landlock, sandbox, seatbelt, seccomp
from autograder.worker.errors import AskError
from autograder.worker.probe import Finding, machine, probe
from autograder.worker.warm import Warm


@dataclass(frozen=True)
class Layer:
    """One layer as it is here.

    Attributes:
        name: as people call it.
        there: "yes", "no", or "not needed".
        meaning: what that means, in plain words.
    """

    name: str
    there: str
    meaning: str


def layers() -> tuple[Layer, ...]:
    """Every layer, and whether this machine has it."""
    if not kernel.LINUX:
        return (_seatbelt(), _limits())
    return (_user(), _seccomp(), _landlock(), _limits())


def _user() -> Layer:
    if sandbox.can_change_user():
        return Layer("own user", "yes", "each worker is a user of its own; it may touch nothing of yours or of others'")
    if os.geteuid() == 0:
        return Layer("own user", "no", "this root has no other user ids; the other layers must hold, as for a user")
    return Layer("own user", "not needed", "you are not root: workers run as you, and the other layers must hold")


def _seccomp() -> Layer:
    if seccomp.supported():
        return Layer("seccomp", "yes", "only a short list of system calls is let through: no files, sockets, processes")
    return Layer("seccomp", "no", f"the system calls of {kernel.MACHINE} are not listed; nothing will be graded here")


def _landlock() -> Layer:
    version = landlock.version()
    if version:
        return Layer(
            "Landlock", "yes", f"version {version}: the kernel denies files (and more) by itself, a second lock"
        )
    return Layer(
        "Landlock", "no", "this kernel has none; seccomp alone keeps files closed, for it allows no open at all"
    )


def _limits() -> Layer:
    told = "memory, processor time, files and processes are bounded"
    if not kernel.LINUX:
        told = "processor time and files are bounded; the grader watches the memory"
    return Layer("resource limits", "yes", told)


def _seatbelt() -> Layer:
    if seatbelt.available():
        return Layer("Seatbelt", "yes", "macOS denies files, network and processes (not tested on a Mac by us)")
    return Layer("Seatbelt", "no", "nothing confines student code here; grade in Docker")


def run(console: Console, warm: Warm | None = None) -> bool:
    """Print both tables and the verdict; whether student code is confined here."""
    console.print(machine(), highlight=False)
    table = Table("layer", "here", "what that means")
    for layer in layers():
        colour = {"yes": "green", "no": "red"}.get(layer.there, "")
        table.add_row(layer.name, Text(layer.there, colour), layer.meaning)
    console.print(table)
    try:
        if warm is not None:
            findings = probe(warm)
        else:
            with Warm() as started:
                findings = probe(started)
    except AskError as error:
        console.print(Text(f"No worker could be confined: {error}", "bold red"))
        console.print(_remedy())
        return False
    console.print(_tried(findings))
    if all(finding.held for finding in findings):
        console.print(Text("Student code is confined here. Grading works as it should.", "bold green"))
        return True
    console.print(Text("Student code is NOT confined here, so grading refuses to start.", "bold red"))
    console.print(_remedy())
    return False


def _tried(findings: tuple[Finding, ...]) -> Table:
    table = Table("a canary tried to", "held", "how", "otherwise")
    for finding in findings:
        held = Text("yes", "green") if finding.held else Text("NO", "bold red")
        table.add_row(finding.what, held, Text(finding.detail), finding.meaning)
    return table


def _remedy() -> Text:
    where = "in Docker, or on Linux" if sys.platform != "linux" else "as root in Docker's default container"
    return Text(f"Grade {where}; or, for code you trust, with --unsafe, which marks every report as no grade.")
