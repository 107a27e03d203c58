"""Slices for the worker's tests, made from plain source: every top-level statement, every function graded."""

from __future__ import annotations

import ast
import textwrap

from autograder.submission.source import FunctionSlice, Origin, Slice, Statement


def slice_of(source: str, file: str = "knn.ipynb", cell: int = 3, **functions: FunctionSlice) -> Slice:
    """The slice that holds all of a source, as if it stood in one cell; `functions` replace what is found there."""
    source = textwrap.dedent(source).strip("\n")
    statements = []
    found: dict[str, FunctionSlice] = {}
    for node in ast.parse(source).body:
        origin = Origin(file, cell, node.lineno)
        names = _binds(node)
        statements.append(Statement(ast.get_source_segment(source, node) or "", origin, frozenset(names)))
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = FunctionSlice(node.name, "present", origin, (len(statements) - 1,))
    return Slice("knn", tuple(statements), {**found, **functions})


def _binds(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name.partition(".")[0] for alias in node.names}
    return {name.id for name in ast.walk(node) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)}
