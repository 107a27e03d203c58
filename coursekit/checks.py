"""Public checks: small questions with published answers, run by the student under each task.

A project makes one `Checks` and registers its checks with it.

A check takes the function it is about (or any namespace that has it) and raises AssertionError with a message a
student can act on. Passing them all is necessary for full marks, not sufficient: the graded checks ask more.
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import indent
from typing import Any

import torch
from torch import Tensor

from coursekit import compare, overview, pencil, tasks
from coursekit.known import Known, Listener, Sketch
from coursekit.raised import what_raised

PublicCheck = Callable[[Callable[..., Any]], None]
SEED = 598
RAISED = "it raised "  # how the message of an exception begins
NOT_IMPLEMENTED = "not implemented yet"


@dataclass(frozen=True)
class Result:
    """What one public check found.

    Attributes:
        title: the check's.
        passed: whether it did.
        message: what differs, if it did not.
        example: the question that went wrong, what came and what is right, where they are small enough to write down.
    """

    title: str
    passed: bool
    message: str = ""
    example: str = ""


@dataclass(frozen=True)
class Verdict:
    """Whether every check of a function passed; true or false, and shown by nothing but the lines already printed."""

    passed: bool

    def __bool__(self) -> bool:
        return self.passed

    def _ipython_display_(self) -> None:
        """A notebook shows the last value of a cell; this one has been said."""


class Checks:
    """The public checks of one project, by the function that they are about."""

    def __init__(self, known: Path | None = None, listing: Path | None = None) -> None:
        """Begin without any.

        Args:
            known: the project's table of known mistakes (see `coursekit.known`).
            listing: the project's `tasks.json`, for `check_all`.
        """
        self._listing = listing
        self._checks: dict[str, list[tuple[str, PublicCheck]]] = {}
        self._known = Known({}) if known is None else Known.read(known)

    def public_check(self, function: str) -> Callable[[PublicCheck], PublicCheck]:
        """Register a check of the function of that name; its docstring's first line is the title a student sees."""

        def register(check: PublicCheck) -> PublicCheck:
            title = (check.__doc__ or check.__name__).strip().splitlines()[0]
            self._checks.setdefault(function, []).append((title, check))
            return check

        return register

    def names(self) -> tuple[str, ...]:
        """The functions that have public checks, in the order of the notebooks."""
        return tuple(self._checks)

    def run(self, name: str, namespace: Any) -> list[Result]:
        """Run the public checks of one function.

        Args:
            name: the function's name, one of `names()`.
            namespace: where to find it: a mapping (a notebook's `globals()`) or any object with it as an attribute.

        Returns:
            One Result for each check. Nothing the function does raises out of here, KeyboardInterrupt aside.

        Raises:
            ValueError: there are no public checks of that name.
        """
        if name not in self._checks:
            raise ValueError(f"there is no public check for {name!r}; there are checks for {', '.join(self._checks)}")
        function = namespace.get(name) if isinstance(namespace, Mapping) else getattr(namespace, name, None)
        if function is None:
            return [Result("defined", False, f"{name} is not defined yet: run the cell that defines it first.")]
        asked = [_outcome(title, check, function) for title, check in self._checks[name]]
        hint = self._known.hint(name, {found.title: sketch for found, sketch in asked})
        return [
            replace(result, message=_with_hint(result.message, hint)) if sketch else result for result, sketch in asked
        ]

    def sketches(self, name: str, function: Callable[..., Any]) -> dict[str, Sketch | None]:
        """What a function says in each of its public checks, by title; None of those that it passes."""
        return {title: _outcome(title, check, function)[1] for title, check in self._checks[name]}

    def check(self, function: Callable[..., Any] | str | None = None) -> Verdict:
        """Check one function or class by its name and print what was found, one line for each check; one for a stub.

        Args:
            function: it, or the name that it has in the notebook. Anything else is answered with a sentence.

        Returns:
            A verdict that is true if every check passed.
        """
        name = function if isinstance(function, str) else getattr(function, "__name__", "")
        if name not in self._checks:
            print(self._no_check(function, name))
            return Verdict(False)
        results = self.run(name, vars(sys.modules["__main__"]) if isinstance(function, str) else {name: function})
        if all(result.message == NOT_IMPLEMENTED for result in results):
            print(f"{name}\n  ✗ {NOT_IMPLEMENTED}")
            return Verdict(False)
        wrong = [result for result in results if not result.passed]
        held = f": {len(results) - len(wrong)} of {len(results)} hold; look at the first that does not" if wrong else ""
        print(f"{name}{held}")
        for result in results:
            print(f"  {'✓' if result.passed else '✗'} {result.title}")
            if wrong and result is wrong[0]:
                print(indent(result.message, "      "))
        examples = [result.example for result in wrong if result.example]
        if examples:
            print(indent(min(examples, key=len), "  "))
        return Verdict(not wrong)

    def _no_check(self, given: Any, name: str) -> str:
        """Why what was handed to `check` has no checks, and what to hand instead."""
        if given is None or not name:
            kind = type(given).__name__
            what = "nothing" if given is None else f"an object of {kind}" if kind in self._checks else f"a {kind}"
            example = kind if kind in self._checks else next(iter(self._checks), "")
            return f"check takes the function or class itself, not {what}: check({example})"
        near = difflib.get_close_matches(name, self._checks, 1)
        return f"there is no public check for {name!r}" + (
            f"; is it {near[0]}?" if near else ": check takes a function that a task asks for; check_all() lists them"
        )

    def check_all(self, namespace: Mapping[str, Any] | None = None) -> None:
        """Run all public checks of the functions that are there, and print a table of the tasks and their points.

        Args:
            namespace: where the functions are; those of the notebook by default.

        Raises:
            ValueError: the project has no list of its tasks.
        """
        if self._listing is None:
            raise ValueError("there is no list of the tasks: give Checks the path of tasks.json")
        there = vars(sys.modules["__main__"]) if namespace is None else namespace

        def ask(name: str) -> overview.Found:
            results = self.run(name, there)
            wrong = [result for result in results if not result.passed]
            said = wrong[0].title if wrong else ""
            if all(result.message == NOT_IMPLEMENTED for result in results):
                said = NOT_IMPLEMENTED
            return len(results) - len(wrong), len(results), said

        overview.show(tasks.read(self._listing), there, ask)


def _outcome(title: str, check: PublicCheck, function: Callable[..., Any]) -> tuple[Result, Sketch | None]:
    """What a check found, and what the function said where it was wrong."""
    listener = Listener()
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(SEED)  # that a mistake says the same each time
            check(listener.to(function))
    except NotImplementedError:
        return Result(title, False, NOT_IMPLEMENTED), Sketch("", 0.0, 0.0)
    except AssertionError as failure:
        example = _example(listener.asked, failure)
        return Result(title, False, str(failure), example), listener.sketch(str(failure))
    except Exception as error:  # noqa: BLE001 - whatever the student's code raises is an answer to show, not to die of
        return Result(title, False, what_raised(error), _example(listener.asked, error)), Sketch("", 0.0, 0.0)
    return Result(title, True), None


def _example(asked: str, failure: Exception) -> str:
    """What was asked last, what came and what is right; "" where that is too large to write down, or is not known."""
    if not asked or (isinstance(failure, AssertionError) and not isinstance(failure, compare.Differs)):
        return ""
    if not isinstance(failure, compare.Differs):
        return f"a small case: {asked}: it raises {type(failure).__name__}"
    if isinstance(failure.expected, Tensor) and failure.expected.numel() > pencil.LARGEST:
        return ""
    got, expected = pencil.apart(failure.got, failure.expected)
    return f"a small case: {asked}: {failure.what} {got}, expected {expected}"


def _with_hint(message: str, hint: str) -> str:
    """What differs, and the hint of a known mistake in place of the check's own line of help."""
    return f"{message.splitlines()[0]}\n{hint}" if hint else message
