"""Public checks: small questions with published answers, run by the student under each task.

A project makes one `Checks` and registers its checks with it.

A check takes the function it is about (or any namespace that has it) and raises AssertionError with a message a
student can act on. Passing them all is necessary for full marks, not sufficient: the graded checks ask more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

PublicCheck = Callable[[Callable[..., Any]], None]
NOT_IMPLEMENTED = "not implemented yet"


@dataclass(frozen=True)
class Result:
    """What one public check found: its title, whether it passed, and the message if not."""

    title: str
    passed: bool
    message: str = ""


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

    def __init__(self) -> None:
        """Begin without any."""
        self._checks: dict[str, list[tuple[str, PublicCheck]]] = {}

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
        return [_outcome(title, check, function) for title, check in self._checks[name]]

    def check(self, function: Callable[..., Any]) -> Verdict:
        """Check one function or class by its name and print what was found, one line for each check; one for a stub.

        Returns:
            A verdict that is true if every check passed.
        """
        results = self.run(function.__name__, {function.__name__: function})
        print(function.__name__)
        if all(result.message == NOT_IMPLEMENTED for result in results):
            print(f"  ✗ {NOT_IMPLEMENTED}")
            return Verdict(False)
        for result in results:
            print(f"  {'✓' if result.passed else '✗'} {result.title}")
            for line in result.message.splitlines():
                print(f"      {line}")
        return Verdict(all(result.passed for result in results))


def _outcome(title: str, check: PublicCheck, function: Callable[..., Any]) -> Result:
    try:
        check(function)
    except NotImplementedError:
        return Result(title, False, NOT_IMPLEMENTED)
    except AssertionError as failure:
        return Result(title, False, str(failure))
    except Exception as error:  # noqa: BLE001 - whatever the student's code raises is an answer to show, not to die of
        return Result(title, False, f"it raised {type(error).__name__}: {error}")
    return Result(title, True)
