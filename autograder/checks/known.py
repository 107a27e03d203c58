"""Known wrong versions of graded functions, each with the hint it earns.

They stand as ordinary code in an assignment's `known/mistakes/*.py`, one file a function family, marked with
`@misconception`. When a student's answer is wrong in the same way as one of these, the mistake is known by name.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

Version = TypeVar("Version", bound=Callable[..., Any])


@dataclass(frozen=True)
class Misconception:
    """One wrong version of a graded function.

    Attributes:
        function: the graded name.
        name: of the mistake, unique within the assignment.
        hint: one line for the student; names the mistake, shows no expected value.
        version: the function or class itself. It may change its arguments in place, and may raise an exception on some
            inputs, as a student's would: hand it copies.
        source: its definition under the graded name, as a student would have handed it in. It needs `import torch` and
            may call other graded functions of the part.
    """

    function: str
    name: str
    hint: str
    version: Callable[..., Any]
    source: str


def misconception(function: str, hint: str) -> Callable[[Version], Version]:
    """Mark the definition below as a wrong version of a graded function.

    Args:
        function: the graded name.
        hint: one line for the student.
    """

    def mark(version: Version) -> Version:
        version.misconception = (function, hint)  # type: ignore[attr-defined]
        return version

    return mark


def load(folder: Path, reference: Mapping[str, Callable[..., Any]]) -> tuple[Misconception, ...]:
    """The wrong versions of one part's functions, file by file, in the order of each file.

    Args:
        folder: an assignment's `known/mistakes`; those of other parts' functions are passed over.
        reference: the part's graded functions by name; where a wrong version calls one of them, it gets this one.

    Raises:
        ValueError: two wrong versions have the same name.
    """
    found: dict[str, Misconception] = {}
    for path in sorted(folder.glob("*.py")):
        for mistake in _of_file(path, reference):
            if mistake.name in found:
                raise ValueError(
                    f"{path.name} has a wrong version called {mistake.name}, as there is already; rename it"
                )
            found[mistake.name] = mistake
    return tuple(mistake for mistake in found.values() if mistake.function in reference)


def _of_file(path: Path, reference: Mapping[str, Callable[..., Any]]) -> list[Misconception]:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text, str(path))
    namespace: dict[str, Any] = {**reference, "__name__": f"known_{path.stem}"}
    exec(compile(tree, str(path), "exec", dont_inherit=True), namespace)
    found: list[Misconception] = []
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or not hasattr(namespace[node.name], "misconception"):
            continue
        if any(mistake.name == node.name for mistake in found):
            raise ValueError(f"{path.name} has two wrong versions called {node.name}; rename one")
        version = namespace[node.name]
        function, hint = version.misconception
        source = (ast.get_source_segment(text, node) or "").replace(f" {node.name}", f" {function}", 1)
        found.append(Misconception(function, node.name, hint, version, source + "\n"))
    return found
