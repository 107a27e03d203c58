"""Makes submissions for the tests out of the masters: right ones, and right ones with something done to them."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


def master(part: str) -> str:
    """The text of a master."""
    return (ROOT / "solutions" / "project1" / f"{part}.py").read_text(encoding="utf-8")


@cache
def definitions(part: str) -> dict[str, str]:
    """The source of every top-level import, function and class of a master, in order; imports under their text."""
    text = master(part)
    lines = text.splitlines()
    found: dict[str, str] = {}
    for node in ast.parse(text).body:
        source = "\n".join(lines[node.lineno - 1 : node.end_lineno])
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = source
        elif isinstance(node, ast.Import | ast.ImportFrom) and "project1" not in source:
            found[source] = source
    return found


def write_notebook(path: Path, cells: list[str]) -> Path:
    """A notebook of code cells, with a text cell before the first."""
    notebook: Any = new_notebook(cells=[new_markdown_cell("# My work"), *map(new_code_cell, cells)])
    nbformat.write(notebook, path)
    return path


def notebook_of(
    folder: Path, part: str, replaced: dict[str, str] | None = None, first: str = "", last: str = ""
) -> Path:
    """A notebook with the reference's definitions, one to a cell, some of them replaced.

    Args:
        folder: where to write `<part>.ipynb`.
        part: whose definitions.
        replaced: by function name, the source to put in its place ("" leaves the cell out).
        first: source of a cell before all others.
        last: source of a cell after all others.
    """
    found = {**definitions(part), **(replaced or {})}
    cells = [source for source in (first, *found.values(), last) if source]
    return write_notebook(folder / f"{part}.ipynb", cells)


def with_body(part: str, name: str, body: str) -> str:
    """The reference's function of that name with this body put in its place."""
    (function,) = ast.parse(definitions(part)[name]).body
    assert isinstance(function, ast.FunctionDef)
    return f"def {name}({ast.unparse(function.args)}):\n" + "\n".join(f"    {line}" for line in body.splitlines())
