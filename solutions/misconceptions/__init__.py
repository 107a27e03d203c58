"""Known wrong versions of the graded functions, each with the hint it earns.

One module per part holds them as ordinary code, marked with `@misconception`. When a student's answer is wrong and the
same as that of one of these, the mistake is known by name, and the hint says so.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

FOLDER = Path(__file__).resolve().parent

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
        function: the graded name.
        hint: one line for the student.
    """

    def mark(version: Version) -> Version:
        version.misconception = (function, hint)  # type: ignore[attr-defined]
        return version

    return mark


_registry: dict[str, tuple[Misconception, ...]] = {}


def load(part: str, reference: Mapping[str, Callable[..., Any]]) -> tuple[Misconception, ...]:
    """Load a part's wrong versions, in the order of the file; from then on `of` knows them.

    Args:
        part: the part's name ("knn").
        reference: the graded functions by name; where a wrong version calls another graded function, it gets this one.

    Raises:
        ValueError: two wrong versions of the part have the same name.
        OSError: the part has no file here.
    """
    path = FOLDER / f"{part}.py"
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text, str(path))
    namespace: dict[str, Any] = {**reference, "__name__": f"{__name__}.{part}"}
    exec(compile(tree, str(path), "exec", dont_inherit=True), namespace)

    found: dict[str, Misconception] = {}
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or not hasattr(namespace[node.name], "misconception"):
            continue
        if node.name in found:
            raise ValueError(f"{path.name} has two wrong versions called {node.name}; rename one")
        version = namespace[node.name]
        function, hint = version.misconception
        source = (ast.get_source_segment(text, node) or "").replace(f" {node.name}", f" {function}", 1)
        found[node.name] = Misconception(function, node.name, hint, version, source + "\n")

    for function in {m.function for m in found.values()}:
        _registry[function] = tuple(m for m in found.values() if m.function == function)
    return tuple(found.values())


def of(function: str) -> tuple[Misconception, ...]:
    """The wrong versions of a graded function, as last loaded; none if its part has not been loaded."""
    return _registry.get(function, ())
