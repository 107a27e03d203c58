"""Makes classes of submissions for the tests: independent right ones out of the known right variants, and copies."""

from __future__ import annotations

import ast
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from autograder.audit import variants
from tests.assignments import PROJECT1
from tests.rewrites import CHANGES
from tests.submissions import write_notebook

Work = dict[str, str]
"""The source of each part."""

GRADED = frozenset(function.name for function in PROJECT1.functions)


@cache
def versions() -> dict[str, list[str]]:
    """The known right variants of each function."""
    found = defaultdict(list)
    for variant in variants.read(PROJECT1.folder / "known" / "variants"):
        found[variant.function].append(variant.source)
    return found


INDEPENDENT = min(map(len, versions().values()))
"""How many submissions can be made that have no function in common."""


def independent(number: int) -> Work:
    """A right submission; no two of the first INDEPENDENT have the version of a function in common."""
    return mixed(dict.fromkeys(versions(), number))


def mixed(chosen: dict[str, int]) -> Work:
    """A right submission of these versions."""
    return {
        part.name: "\n\n\n".join(versions()[f.name][chosen[f.name]] for f in part.functions) for part in PROJECT1.parts
    }


def at_random(generator: random.Random) -> Work:
    """A right submission of versions that others of the class may have too."""
    return mixed({name: generator.randrange(len(found)) for name, found in versions().items()})


def disguised(work: Work, changes: Iterable[str] = (), seed: int = 0) -> Work:
    """A copy: variables, parameters and helpers have other names, the order is another, comments are gone.

    Args:
        work: what is copied.
        changes: what else is done to every function, by its name in `tests.rewrites`.
        seed: of the order.
    """
    return {part: _disguised(source, list(changes), random.Random(seed)) for part, source in work.items()}


def _disguised(source: str, changes: Sequence[str], generator: random.Random) -> str:
    tree = ast.parse(source)
    nodes = list(ast.walk(tree))
    own = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    own |= {n.arg for n in nodes if isinstance(n, ast.arg)} | {n.name for n in nodes if isinstance(n, ast.FunctionDef)}
    own -= GRADED | {n.arg for n in nodes if isinstance(n, ast.keyword) and n.arg} | {"self"}
    names = {name: f"{'abcdefg'[number % 7] * 4}_{number}" for number, name in enumerate(sorted(own))}
    for node in nodes:
        for field in ("id", "arg", "name"):
            if isinstance(node, ast.Name | ast.arg | ast.FunctionDef) and getattr(node, field, None) in names:
                setattr(node, field, names[getattr(node, field)])
    for change in changes:
        tree = CHANGES[change](tree, "")
    generator.shuffle(tree.body)
    tree.body.sort(key=lambda node: not isinstance(node, ast.Import | ast.ImportFrom))
    return ast.unparse(ast.fix_missing_locations(tree))


def write(folder: Path, work: Work) -> Path:
    """A submission: a folder with a notebook for each part, each top-level statement in a cell of its own."""
    folder.mkdir(parents=True)
    for part, source in work.items():
        lines = source.splitlines()
        ends = [node.end_lineno or 0 for node in ast.parse(source).body]
        cells = ["\n".join(lines[start:end]).strip() for start, end in zip([0, *ends], ends, strict=False)]
        write_notebook(folder / f"{part}.ipynb", [cell for cell in cells if cell])
    return folder
