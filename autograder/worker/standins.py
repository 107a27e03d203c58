"""Stand-ins: what takes the place, in the worker, of an earlier function that a check must not depend on.

Their code comes with the slice, and only that of the functions stood in for. Each is one public call of the library;
whatever is more than one such call (votes, sampling, training) asks the grader.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from autograder.worker.loader import MODULE

Ask = Callable[..., Any]


def build(
    names: Iterable[str],
    code: Iterable[bytes],
    graded: Iterable[str],
    ask: Callable[[str], Ask],
    namespace: dict[str, Any],
) -> dict[str, Any]:
    """The stand-ins for some graded functions, by name.

    Args:
        names: which.
        code: the statements that define them, in order. In these, `ask(name, ...)` asks the grader's answer of that
            name, and `name_of(value)` is the graded name that a function of the submission goes by, or None. A
            function that they do not define asks the grader's answer of its own name.
        graded: the names that `name_of` knows.
        ask: for a name, the function that asks the grader's answer of that name.
        namespace: where `name_of` looks a function up.
    """
    graded = tuple(graded)

    def ask_of(name: str, *args: Any, **kwargs: Any) -> Any:
        return ask(name)(*args, **kwargs)

    def name_of(value: Any) -> str | None:
        return next((name for name in graded if namespace.get(name) is value), None)

    # Never the submission's namespace: what the two define must not meet.
    own: dict[str, Any] = {"__name__": MODULE, "ask": ask_of, "name_of": name_of}
    for statement in code:
        exec(compile(statement, "<stand-in>", "exec", dont_inherit=True), own)
    return {name: own[name] if name in own else _asking(name, ask) for name in sorted(names)}


def _asking(name: str, ask: Callable[[str], Ask]) -> Ask:
    answer = ask(name)

    def function(*args: Any, **kwargs: Any) -> Any:
        return answer(*args, **kwargs)

    function.__name__ = function.__qualname__ = name
    return function
