"""A notebook as it was saved: what it defines, what of that is a stub, and what was run. Nothing in it is run here."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Notebook:
    """One saved notebook.

    Attributes:
        path: its file.
        cells: its code cells, each with its "number" among all cells.
        defined: the last top-level definition or assignment of each name.
        broken: (cell, line) of the syntax errors.
    """

    path: Path
    cells: tuple[Mapping[str, Any], ...]
    defined: Mapping[str, ast.stmt]
    broken: tuple[tuple[int, int], ...]

    @staticmethod
    def read(path: Path) -> Notebook:
        """Read and parse it.

        Raises:
            OSError, ValueError: it cannot be read, or is no notebook; the message says why.
        """
        cells = tuple(_code_cells(path))
        defined, broken = _definitions(cells)
        return Notebook(path, cells, defined, tuple(broken))

    def unfinished(self, function: str) -> str:
        """Empty if there is something in a function's definition, else what is wrong with it."""
        return unfinished(function, self.defined.get(function))

    def written(self, functions: Iterable[str]) -> int:
        """How many of these functions are there and no stubs."""
        return sum(not self.unfinished(function) for function in functions)

    def has_outputs(self) -> bool:
        """Whether any cell has one."""
        return any(cell.get("outputs") for cell in self.cells)

    def not_run(self, aside: str) -> list[int]:
        """The numbers of the cells that were not run since they were opened.

        Args:
            aside: cells with this text in them do not count.
        """
        return [
            int(cell["number"])
            for cell in self.cells
            if cell.get("execution_count") is None
            and not cell.get("outputs")
            and _text(cell).strip()
            and aside not in _text(cell)
        ]

    def raised(self) -> list[tuple[int, str]]:
        """(cell, name of the exception) where the saved output of a cell is an error."""
        outputs = [(int(cell["number"]), output) for cell in self.cells for output in cell.get("outputs") or ()]
        return [
            (number, str(output.get("ename", "an error")))
            for number, output in outputs
            if isinstance(output, dict) and output.get("output_type") == "error"
        ]


def _text(cell: Mapping[str, Any]) -> str:
    source = cell.get("source", "")
    return "".join(source) if isinstance(source, list) else str(source)


def _code_cells(path: Path) -> Iterator[dict[str, Any]]:
    """The code cells of a notebook, each with its number among all cells; ValueError says why it is not a notebook."""
    text = path.read_bytes()
    if not text.strip():
        raise ValueError("the file is empty")
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"it is not a saved notebook (not JSON: {error})") from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise ValueError("it is not a saved notebook (it has no cells)")
    for number, cell in enumerate(cells):
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            yield {**cell, "number": number + 1}


def _definitions(cells: Iterable[Mapping[str, Any]]) -> tuple[dict[str, ast.stmt], list[tuple[int, int]]]:
    """The last top-level definition or assignment of each name, and (cell, line) of the syntax errors."""
    defined: dict[str, ast.stmt] = {}
    broken = []
    for cell in cells:
        text = _text(cell)
        if text.lstrip().startswith("%%"):
            continue
        try:
            body = _parse(text)
        except (SyntaxError, ValueError, RecursionError) as error:
            broken.append((int(cell["number"]), getattr(error, "lineno", None) or 1))
            continue
        for node in body:
            if isinstance(node, Definition):
                defined[node.name] = node
            elif isinstance(node, ast.Assign):
                defined.update({target.id: node for target in node.targets if isinstance(target, ast.Name)})
    return defined, broken


def _parse(text: str) -> list[ast.stmt]:
    """The statements of a cell; magics and shell lines count as `pass`, so that lines and blocks stay as they are."""
    try:
        return ast.parse(text).body
    except SyntaxError:
        return ast.parse(re.sub(r"(?m)^([ \t]*)[%!].*$", r"\1pass", text)).body


def unfinished(name: str, node: ast.stmt | None) -> str:
    """Empty if there is something in the definition, else what is wrong with it."""
    if node is None:
        return "missing"
    if isinstance(node, ast.ClassDef):
        methods = [child for child in node.body if isinstance(child, ast.FunctionDef)]
        stubs = [f"{name}.{method.name}" for method in methods if _is_stub(method)]
        return "still a stub" if stubs or not methods else ""
    stub = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and _is_stub(node)
    return "still a stub" if stub else ""


def _is_stub(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether it says nothing, or still raises NotImplementedError as a step of its own."""
    said = [s for s in node.body if not isinstance(s, ast.Pass) and not _is_constant(s)]
    return not said or any(_raises_not_implemented(step) for step in said)


def _is_constant(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _raises_not_implemented(node: ast.stmt) -> bool:
    if not isinstance(node, ast.Raise) or node.exc is None:
        return False
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
