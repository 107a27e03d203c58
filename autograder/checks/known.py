"""Known wrong versions of graded functions, each with the hint it earns.

They stand as ordinary code in an assignment's `known/mistakes/*.py`, one file a function family, marked with
`@misconception`. When a student's answer is wrong in the same way as one of these, the mistake is known by name.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

Version = TypeVar("Version", bound=Callable[..., Any])


@dataclass(frozen=True)
class Misconception:
    """One wrong version of a graded function.

    Attributes:
        function: the graded name.
        name: of the mistake, unique within the part.
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
        function: the graded name, in quotes, for it is read without running the file.
        hint: one line for the student.
    """

    def mark(version: Version) -> Version:
        version.misconception = (function, hint)  # type: ignore[attr-defined]
        return version

    return mark


def load(folder: Path, reference: Mapping[str, Callable[..., Any]]) -> tuple[Misconception, ...]:
    """The wrong versions of one part's functions, file by file, in the order of each file.

    Args:
        folder: an assignment's `known/mistakes`; those of other parts' functions are passed over, and not even defined.
        reference: the part's graded functions by name; where a wrong version calls one of them, it gets this one.

    Raises:
        ValueError: two wrong versions of the part have the same name, or one does not say what it is a version of.
    """
    found: dict[str, Misconception] = {}
    for path in _files(folder):
        for mistake in _of_file(path, reference):
            if mistake.name in found:
                raise ValueError(f"{path.name} has a second wrong version called {mistake.name}; rename one of the two")
            found[mistake.name] = mistake
    return tuple(found.values())


def functions(folder: Path) -> dict[str, set[str]]:
    """By file, the functions that the wrong versions in a folder `known/mistakes` are of, graded or not.

    Raises:
        ValueError: one does not say what it is a version of.
    """
    return {path.name: {function for _, function in _definitions(path) if function} for path in _files(folder)}


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.py"))


def _of_file(path: Path, reference: Mapping[str, Callable[..., Any]]) -> Iterator[Misconception]:
    mine = [(node, function) for node, function in _definitions(path) if function is None or function in reference]
    namespace: dict[str, Any] = {**reference, "__name__": f"known_{path.stem}"}
    tree = ast.Module([node for node, _ in mine], type_ignores=[])
    exec(compile(tree, str(path), "exec", dont_inherit=True), namespace)
    lines = path.read_text(encoding="utf-8").split("\n")
    for node, function in mine:
        if function and isinstance(node, ast.FunctionDef | ast.ClassDef):
            version = namespace[node.name]
            source = "\n".join(lines[node.lineno - 1 : node.end_lineno]).replace(f" {node.name}", f" {function}", 1)
            yield Misconception(function, node.name, version.misconception[1], version, source + "\n")


def _definitions(path: Path) -> Iterator[tuple[ast.stmt, str | None]]:
    """The statements of a file, each with the function that it is marked as a wrong version of, or None."""
    for node in ast.parse(path.read_text(encoding="utf-8"), str(path)).body:
        function = None
        for mark in getattr(node, "decorator_list", ()):
            if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "misconception":
                first = mark.args[0] if mark.args else None
                if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
                    raise ValueError(f'{path.name}, line {mark.lineno}: begin with a name, @misconception("relu", ...)')
                function = first.value
        yield node, function
