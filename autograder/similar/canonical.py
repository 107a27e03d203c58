"""Code in one canonical form, statement by statement, so that only what it does is compared.

Layout, parentheses, comments, docstrings, annotations, imports and prints are gone: all that can be changed without
thinking. Names are left to the fingerprints.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.submission.ipython import parse

NESTED = ("body", "handlers", "cases", "orelse", "finalbody")
BETWEEN = {"orelse": "else:", "finalbody": "finally:"}


@dataclass(frozen=True)
class Line:
    """One statement, or the head of one that holds others.

    Attributes:
        text: its canonical form, on one line.
        first: its first line in the source, from 1; 0 where it has none of its own (`else:`).
        last: its last line.
    """

    text: str
    first: int
    last: int


def canonical(code: str) -> tuple[Line, ...]:
    """The statements of some source in order; none where it is not Python or nested too deeply."""
    try:
        return tuple(_statements(parse(code).body))
    except (SyntaxError, RecursionError, ValueError):
        return ()


def _statements(body: list[ast.stmt]) -> Iterator[Line]:
    for node in body:
        if not _says_nothing(node):
            yield from _statement(node)


def _statement(node: ast.AST) -> Iterator[Line]:
    node = _plain(node)
    inner = {name: found for name in NESTED if isinstance(found := getattr(node, name, None), list) and found}
    first, last = _lines(node)
    if inner:
        last = max(first, min(_lines(found)[0] for found in inner[next(iter(inner))]) - 1)
        for name in inner:
            setattr(node, name, [])
    yield Line(" ".join(ast.unparse(node).split("\n")), first, last)
    for name, found in inner.items():
        if name in BETWEEN:
            yield Line(BETWEEN[name], 0, 0)
        if name in ("handlers", "cases"):
            for branch in found:
                yield from _statement(branch)
        else:
            yield from _statements(found)


def _lines(node: ast.AST) -> tuple[int, int]:
    """First and last line, decorators included."""
    at = node.pattern if isinstance(node, ast.match_case) else node
    starts = [getattr(at, "lineno", 0), *(mark.lineno for mark in getattr(node, "decorator_list", ()))]
    return min(starts), getattr(at, "end_lineno", 0) or 0


def _says_nothing(node: ast.stmt) -> bool:
    """Imports, `pass`, docstrings and prints."""
    if isinstance(node, (ast.Import, ast.ImportFrom, ast.Pass)):
        return True
    if not isinstance(node, ast.Expr):
        return False
    called = node.value.func if isinstance(node.value, ast.Call) else None
    return isinstance(node.value, ast.Constant) or (isinstance(called, ast.Name) and called.id == "print")


def _plain(node: ast.AST) -> ast.AST:
    """The node without annotations."""
    if isinstance(node, ast.AnnAssign) and node.value is not None:
        return ast.copy_location(ast.Assign([node.target], node.value), node)
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        node.returns = None
        for inner in ast.walk(node.args):
            if isinstance(inner, ast.arg):
                inner.annotation = None
    return node
