"""Which modules a slice imports, found in its source: a worker needs them before it is confined."""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Iterable

from autograder.submission.source import Statement

# In the standard library, but they act on the machine, on the screen or on import itself.
_NOT_WANTED = frozenset(
    {"antigravity", "this", "idlelib", "turtle", "turtledemo", "tkinter", "lib2to3", "ensurepip", "venv", "site"}
)
_LIBRARIES = frozenset({"torch", "numpy"})


def wanted(statements: Iterable[Statement]) -> list[str]:
    """Modules of the standard library, torch and numpy that the statements import anywhere, sorted."""
    found: set[str] = set()
    for statement in statements:
        if "import" not in statement.code:
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(statement.code)
            for node in ast.walk(tree):
                if isinstance(node, ast.Import):
                    found.update(alias.name for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    found.add(node.module)
                    found.update(f"{node.module}.{alias.name}" for alias in node.names)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue  # the worker will say so when it loads the statement
    return sorted(name for name in found if len(name) < 100 and _is_wanted(name))[:200]


def _is_wanted(name: str) -> bool:
    top, *_ = parts = name.split(".")
    # Names with an underscore are not for homework, and some (`unittest.__main__`) do something when imported.
    public = name.isascii() and not any(part.startswith("_") for part in parts)
    return public and (top in sys.stdlib_module_names or top in _LIBRARIES) and top not in _NOT_WANTED
