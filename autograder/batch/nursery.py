"""Imported once by the process that a class' grading processes are forked from: all that each of them would repeat."""

from __future__ import annotations

import contextlib
import importlib
import os
import signal

from autograder.assignment import load, modules
from autograder.heap import importing

PROJECT = "AUTOGRADER_NURSERY_PROJECT"
"""The environment variable that names the project, for an import takes no arguments."""


def prepare(project: str) -> None:
    """Import what grading takes, and load the project's references and stand-ins.

    Nothing is computed with torch here: threads that it started would be missing in a forked process.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that gives out the work
    with importing():
        for name in (
            *("autograder.grading", "autograder.report.html", "autograder.report.gradescope"),
            "torch.fx.experimental.symbolic_shapes",  # which gradcheck imports when it is first used, with sympy
            *modules(project),
        ):
            importlib.import_module(name)
        from autograder.checks.answers import stand_ins_of
        from autograder.checks.reference import load_reference

        for part in load(project).parts:
            load_reference(part)
            stand_ins_of(part)


if PROJECT in os.environ:
    with contextlib.suppress(Exception):  # the first grading meets it again, and tells it where somebody hears it
        prepare(os.environ.pop(PROJECT))
