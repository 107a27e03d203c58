"""What runs in the kernel and was not saved: a page keeps its changes to itself until it is."""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from coursekit.saved import Definition, Notebook


def kernel() -> Mapping[str, Any]:
    """The names of the notebook that this runs in; none outside of one."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    return {} if shell is None else dict(shell.user_ns)


def differing(notebook: Notebook, functions: Iterable[str], live: Mapping[str, Any]) -> list[str]:
    """Those of the functions that run in the kernel with other code than was saved.

    Args:
        notebook: as it was saved.
        functions: names of functions and classes.
        live: the names of the kernel. What is not among them, or has no source, says nothing.
    """
    return [name for name in functions if _differs(notebook.defined.get(name), live.get(name))]


def _differs(saved: ast.stmt | None, live: Any) -> bool:
    if inspect.isclass(live):
        methods = {name: value for name, value in vars(live).items() if inspect.isfunction(value)}
        if not isinstance(saved, ast.ClassDef):
            return any(_parsed(value) is not None for value in methods.values())
        there = {node.name: node for node in saved.body if isinstance(node, Definition)}
        return any(_other(there.get(name), value) for name, value in methods.items())
    return inspect.isfunction(live) and _other(saved, live)


def _other(saved: ast.stmt | None, live: Callable[..., Any]) -> bool:
    now = _parsed(live)
    return now is not None and (saved is None or ast.dump(now) != ast.dump(saved))


def _parsed(live: Callable[..., Any]) -> ast.stmt | None:
    """The definition of a function that came from a cell; None if its source is not to be had."""
    if live.__module__ != "__main__":
        return None
    try:
        body = ast.parse(textwrap.dedent(inspect.getsource(live))).body
    except (OSError, TypeError, SyntaxError, ValueError):
        return None
    return body[0] if len(body) == 1 and isinstance(body[0], Definition) else None
