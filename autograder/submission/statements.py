"""A file as its top-level statements, in order: where each stands, its own source, and the names it deals in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from autograder.submission.conflicts import MARKER, has_conflict
from autograder.submission.ipython import clean, parse
from autograder.submission.names import Names, names
from autograder.submission.pieces import pieces, syntax_error
from autograder.submission.source import Origin, SourceFile

MOST_STATEMENTS = 3000
"""A file's statements beyond these are left out: no notebook written by hand comes near."""

DEEPEST = 150
"""Code nested deeper than this counts as a syntax error, so that whoever walks it later need not fear."""

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
IMPORTS = (ast.Import, ast.ImportFrom)
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try)

_DEFINED = re.compile(r"^(?:(?:async\s+)?def|class)\s+(\w+)|^(\w+)\s*=(?!=)", re.MULTILINE)
_IMPORT_LINE = re.compile(r"(?:import|from)\s")


@dataclass(frozen=True, eq=False)
class Top:
    """One top-level statement.

    Attributes:
        node: parsed from `code`, so its line 1 is `origin.line`.
        code: its own source, compilable by itself, the annotations of functions blanked.
        origin: its first line.
        names: what it binds, changes and needs.
        unrun: its value comes from a shell or a magic, so it is never run.
        block: of a statement taken out of a block that is never run, the number of that block; 0 elsewhere.
    """

    node: ast.stmt
    code: str
    origin: Origin
    names: Names
    unrun: bool = False
    block: int = 0


@dataclass(frozen=True)
class BrokenCell:
    """A cell, or a statement of one, that Python cannot compile."""

    origin: Origin
    reason: str
    defines: frozenset[str]


@dataclass(frozen=True)
class Scan:
    """What a file holds."""

    tops: tuple[Top, ...]
    broken: tuple[BrokenCell, ...]
    notes: tuple[str, ...]


def place(origin: Origin) -> str:
    """`notebook.ipynb, cell 9`, or `module.py, line 80`."""
    return f"{origin.file}, cell {origin.cell}" if origin.cell else str(origin)


@lru_cache(maxsize=8)
def scan(source: SourceFile) -> Scan:
    """Read every cell on its own: what is wrong with one leaves the others alone. Nothing raises."""
    reader = _Reader(source.name)
    for cell in source.cells:
        cleaned = clean(cell.source)
        for offset, code in pieces(cleaned.code):
            reader.read(code, cell.number, offset, cleaned.unrun)
    tops, broken = reader.tops, reader.broken
    notes = [f"{item.reason}; its code was left out" for item in broken]
    if len(tops) > MOST_STATEMENTS:
        notes.append(f"{source.name} has more than {MOST_STATEMENTS} statements; the rest of it was not looked at")
    return Scan(tuple(tops[:MOST_STATEMENTS]), tuple(broken), tuple(notes))


class _Reader:
    """Collects the statements of a file's cells."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.tops: list[Top] = []
        self.broken: list[BrokenCell] = []

    def read(self, code: str, cell: int, offset: int, unrun: frozenset[int]) -> None:
        """Read one cell, or the piece of one that begins after its line `offset`."""
        start = Origin(self.file, cell, offset + 1)
        try:
            nodes = parse(code).body
        except SyntaxError as error:
            self.tops += _imports_of_broken(code, start)
            self.broken.append(_broken(error, start, code))
            return
        lines = code.split("\n")
        for node in nodes:
            if len(self.tops) > MOST_STATEMENTS:
                return
            origin = replace(start, line=offset + _first_line(node))
            skipped = bool(unrun.intersection(range(origin.line, offset + (node.end_lineno or 0) + 1)))
            for piece in _singly(node, lines):
                try:
                    self.tops.append(top(piece, origin, unrun=skipped))
                except SyntaxError as error:
                    self.broken.append(_broken(error, origin, piece))


def top(code: str, origin: Origin, *, unrun: bool = False, block: int = 0) -> Top:
    """Make a statement of its source; SyntaxError if it does not compile."""
    node = parse(code).body[0]
    blanked = _without_annotations(code, node)
    if blanked != code:
        code, node = blanked, parse(blanked).body[0]
    if _deeper_than(node, DEEPEST):
        raise SyntaxError("nested too deeply", ("", None, None, None))
    return Top(node, code, origin, names(code, node), unrun, block)


def _deeper_than(node: ast.AST, depth: int) -> bool:
    level = [node]
    while level and depth:
        level = [child for at in level for child in ast.iter_child_nodes(at)]
        depth -= 1
    return bool(level)


def definitions(node: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """The functions and classes a statement defines at top level, also inside its `if`, `try` or `with`."""
    if isinstance(node, DEFINITIONS):
        yield node
    elif isinstance(node, (*BLOCKS, ast.ExceptHandler)):
        for child in ast.iter_child_nodes(node):
            yield from definitions(child)


def children(at: Top, block: int) -> Iterator[Top]:
    """The statements inside a block, as statements of their own that keep their lines.

    Of a loop, only imports and definitions: what it assigns depends on how it ran.
    """
    lines = at.code.split("\n")
    looping = isinstance(at.node, (ast.For, ast.AsyncFor, ast.While))
    inner = at.node.body[0] if _is_wrapper(at) and isinstance(at.node, ast.If) else at.node
    for node in _inside(inner):
        if looping and not isinstance(node, (*IMPORTS, *DEFINITIONS)):
            continue
        first = _first_line(node)
        code = _text(node, lines)
        line = at.origin.line + first - 1
        if isinstance(node, (*DEFINITIONS, *BLOCKS)):
            # Its lines are indented and must stay as they are, for strings run over them: give it something to be in.
            code = "if True:\n" + "\n".join(lines[first - 1 : node.end_lineno])
            line -= 1
        try:
            yield top(code, Origin(at.origin.file, at.origin.cell, line), block=block)
        except SyntaxError:
            continue


def _is_wrapper(at: Top) -> bool:
    return at.code.startswith("if True:\n") and at.block > 0


def _inside(node: ast.AST) -> Iterator[ast.stmt]:
    for field in ("body", "handlers", "orelse", "finalbody"):
        for child in getattr(node, field, []):
            if isinstance(child, ast.ExceptHandler):
                yield from child.body
            else:
                yield child


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _text(node: ast.stmt, lines: list[str]) -> str:
    """The source of one statement: of its first and last line only what is its own."""
    first, last = _first_line(node), node.end_lineno or node.lineno
    taken = lines[first - 1 : last]
    taken[-1] = taken[-1].encode()[: node.end_col_offset].decode()
    if first == node.lineno:
        taken[0] = taken[0].encode()[node.col_offset :].decode()
    return "\n".join(taken)


def _singly(node: ast.stmt, lines: list[str]) -> list[str]:
    """The source of a statement; of an import of several names one piece each: one missing costs only itself."""
    if isinstance(node, ast.Import) and len(node.names) > 1:
        return [ast.unparse(ast.Import([alias])) for alias in node.names]
    if isinstance(node, ast.ImportFrom) and len(node.names) > 1:
        return [ast.unparse(ast.ImportFrom(node.module, [alias], node.level)) for alias in node.names]
    return [_text(node, lines)]


def _without_annotations(code: str, statement: ast.stmt) -> str:
    """Annotations of functions blanked, every line kept: a type nobody installed here is no reason to lose a function.

    Also that of an assignment at top level. Those in classes stay: a dataclass is made of them.
    """
    spans: list[ast.expr] = []
    for node in ast.walk(statement):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.returns:
            spans.append(node.returns)
        elif isinstance(node, ast.arg) and node.annotation:
            spans.append(node.annotation)
    if isinstance(statement, ast.AnnAssign):
        spans.append(statement.annotation)
    lines = code.split("\n")
    for span in sorted(spans, key=lambda at: (at.lineno, at.col_offset), reverse=True):
        first, last = span.lineno - 1, (span.end_lineno or span.lineno) - 1
        before = lines[first].encode()[: span.col_offset].decode()
        after = lines[last].encode()[span.end_col_offset :].decode()
        blank = f"(None{chr(10) * (last - first)})" if last > first else "None"
        lines[first : last + 1] = f"{before}{blank}{after}".split("\n")
    return "\n".join(lines)


def _broken(error: SyntaxError, origin: Origin, code: str) -> BrokenCell:
    line = origin.line + (error.lineno or 1) - 1
    at = Origin(origin.file, origin.cell, line)
    defines = {name for match in _DEFINED.findall(code) for name in match if name}
    reason = f"{at} has a syntax error ({syntax_error(error, code)})"
    if has_conflict(code):
        reason = (
            f"{place(origin)} holds git conflict markers ({MARKER}): choose one side, delete the markers, save, "
            "and hand it in again"
        )
    return BrokenCell(at, reason, frozenset(defines))


def _imports_of_broken(code: str, origin: Origin) -> list[Top]:
    """The import lines of a cell that does not parse: the other cells need them and cannot help it."""
    found = []
    for number, line in enumerate(code.split("\n"), origin.line):
        if _IMPORT_LINE.match(line):
            try:
                found.append(top(line, replace(origin, line=number)))
            except SyntaxError:
                continue
    return found
