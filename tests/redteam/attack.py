"""An attack as data, and how the functions in `attacks/` become some."""

from __future__ import annotations

import ast
import importlib
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
FUNCTION = "knn_get_best_k"  # what most attacks hand in: it has no bans, so that nothing stops them before they run
GROUPS = ("reading", "processes", "network", "resources", "forging", "asking")


@dataclass(frozen=True)
class Attack:
    """One hostile submission.

    Attributes:
        name: a short one, unique.
        title: what it tries.
        files: what is handed in, by path.
        function: the graded function it attacks by.
        layers: the layers of the sandbox that stop it, each by itself; empty where the design does.
        ordinary: whether leaving the layers out lets it win where grader and worker are one ordinary user.
        right: its answers are right, so it earns its points.
    """

    name: str
    title: str
    files: Mapping[str, str | bytes]
    function: str = FUNCTION
    layers: frozenset[str] = field(default_factory=frozenset)
    ordinary: bool = True
    right: bool = False


def notebook(*cells: str) -> str:
    """The text of a notebook with these code cells."""
    found = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": cell} for cell in cells
    ]
    return json.dumps({"cells": found, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def from_functions(known: Mapping[str, object]) -> list[Attack]:
    """One attack for each public function in `attacks/`.

    Args:
        known: what the attacker knows, by the names in `known.py`.
    """
    sys.path.insert(0, str(HERE))
    first = "\n".join(f"{name} = {value!r}" for name, value in known.items())
    first += "\nclass Won(Exception):\n    pass\n"
    found = []
    for group in GROUPS:
        text = (HERE / "attacks" / f"{group}.py").read_text(encoding="utf-8")
        module = importlib.import_module(f"attacks.{group}")
        public, others = {}, [first]
        for node in ast.parse(text).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                public[node.name] = node
            elif not (isinstance(node, ast.ImportFrom) and node.module == "known"):
                others.append(ast.get_source_segment(text, node) or "")
        for name, node in public.items():
            function = getattr(module, name)
            found.append(
                Attack(
                    name,
                    function.__doc__.strip(),
                    {"knn.ipynb": notebook(*others, _as_submission(node))},
                    layers=frozenset(getattr(function, "layers", ())),
                    ordinary=getattr(function, "ordinary", True),
                    right=getattr(function, "right", False),
                )
            )
    return found


def _as_submission(node: ast.FunctionDef) -> str:
    """The attacking function under the graded name, without its marks."""
    node.name, node.decorator_list = FUNCTION, []
    return ast.unparse(node)
