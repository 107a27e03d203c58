"""The leak gate: nothing is written for students in which a solution stands.

Two searches. For text: every line of every solution block that says something (see `telling`), compared as a sequence
of tokens, so that spacing, line breaks, quotes and markup do not hide it; in code, text, outputs, metadata and
attachments alike. For definitions: every graded name, wherever it is bound, must be exactly the stub.

A solution line that must also stand elsewhere is listed in the assignment's `allowed.txt`, one line each, by a person.
"""

from __future__ import annotations

import ast
import base64
import binascii
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.assignment import ROOT, SOLUTIONS
from autograder.build import master
from autograder.build.master import Definition, Master

ALLOWED = "allowed.txt"
FORBIDDEN_WORDS = (
    *("BEGIN SOLUTION", "END SOLUTION", "import autograder", "from autograder"),
    *("import solutions", "from solutions", "known/mistakes"),
)

_TOKEN = re.compile(r"\w+|[^\w\s]")
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_QUIET_CALLS = frozenset({"range", "len", "enumerate", "zip", "list", "dict", "tuple", "float", "int", "str"})


class LeakError(Exception):
    """What was to be released gives a solution away; `str()` says what, where, and what to do."""


@dataclass(frozen=True)
class Secrets:
    """What no student file may hold.

    Attributes:
        lines: solution lines by their tokens, each with the line as written.
        stubs: for each graded name, `ast.dump` of the definition students get.
        files: contents that may not be handed out whole (everything of solutions/ and autograder/), by path.
    """

    lines: Mapping[str, str]
    stubs: Mapping[str, str]
    files: Mapping[str, bytes]

    @staticmethod
    def of(masters: Iterable[Master], others: Iterable[Master] = (), solutions: Path = SOLUTIONS) -> Secrets:
        """The secrets of these masters and of everything beside them.

        Args:
            masters: of the assignment that is released.
            others: of other assignments; where both grade one name, it is the stub of the one released that may stand.
            solutions: where all of them lie.
        """
        masters, others = tuple(masters), tuple(others)
        everything = (*others, *masters)
        blocks = [block for source in everything for block in source.solutions]
        lines = {_tokens(line): line.strip() for block in blocks for line in telling(block)}
        for name in {source.part.assignment for source in everything}:
            path = solutions / name / ALLOWED
            for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
                lines.pop(_tokens(line), None)
        stubs = {
            name: ast.dump(ast.parse(stub).body[0]) for source in everything for name, stub in source.stubs.items()
        }
        files = {
            str(path.relative_to(folder.parent)): path.read_bytes()
            for folder in (solutions, ROOT / "autograder")
            for path in sorted(folder.rglob("*"))
            if path.is_file() and "__pycache__" not in path.parts and path.stat().st_size > 200
        }
        return Secrets(lines, stubs, files)


def telling(block: str) -> Iterator[str]:
    """The lines of a solution block that give something away, and its statements that span several lines.

    Not telling: blank lines and brackets; `else:`; `return loss, dW`; a name bound to a name, a constant, a shape or
    an entry with a constant index; a loop over names, `range` or `enumerate`; a bare condition; a comment of fewer
    than four words. Everything else tells: arithmetic, a call, a comparison, a list of numbers, writing to an entry.
    """
    for line in block.splitlines():
        text = line.strip()
        if text.startswith("#"):
            if len(re.findall(r"[A-Za-z]{2,}", text)) >= 4:
                yield text
            continue
        code = _without_comment(text)
        if code and _tells(code):
            yield code
        comment = text[len(code) :].strip() if text.startswith(code) else ""
        if len(re.findall(r"[A-Za-z]{2,}", comment)) >= 4:
            yield comment
    for node in ast.walk(ast.parse(_dedented(block))):
        if isinstance(node, ast.stmt) and not hasattr(node, "body") and node.end_lineno != node.lineno:
            statement = ast.get_source_segment(_dedented(block), node) or ""
            if _tells(" ".join(statement.split())):
                yield statement


def refuse(files: Mapping[str, bytes], secrets: Secrets) -> None:
    """Raise if any of these files gives a solution away.

    Args:
        files: what is to be released, by its path; `.ipynb` files are notebooks, `.py` files modules, others text.
        secrets: what must not be in them.

    Raises:
        LeakError: naming each leak (ten at most), its file and cell, and the remedy.
    """
    found = [leak for path, data in files.items() for leak in _search(path, data, secrets)]
    if found:
        shown = "\n  ".join(found[:10]) + (f"\n  and {len(found) - 10} more" if len(found) > 10 else "")
        raise LeakError(
            f"nothing was written, for it would give solutions away:\n  {shown}\n"
            f"take it out, or, where a line gives nothing away, add the line to solutions/{ALLOWED}"
        )


def _search(path: str, data: bytes, secrets: Secrets) -> Iterator[str]:
    for secret, content in secrets.files.items():
        if data == content:
            yield f"{path}: is a copy of {secret}"
    yield from _search_text(f"{path} (its name)", path, secrets)
    if path.endswith(".ipynb"):
        yield from _search_notebook(path, json.loads(data), secrets)
        return
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return
    yield from _search_text(path, text, secrets)
    if path.endswith(".py"):
        yield from _search_code(path, text, secrets, allowed=frozenset())
    else:
        yield from _search_definitions_in_text(path, text, secrets)


def _search_notebook(path: str, notebook: dict[str, Any], secrets: Secrets) -> Iterator[str]:
    seen: dict[str, str] = {}
    for index, cell in enumerate(notebook.get("cells", []), start=1):
        where = f"{path}, cell {index}"
        source = "".join(cell.get("source", ""))
        yield from _search_text(where, source, secrets)
        if cell.get("cell_type") == "code":
            yield from _search_code(where, source, secrets, allowed=frozenset(secrets.stubs), seen=seen)
        else:
            yield from _search_definitions_in_text(where, source, secrets)
        for key, value in cell.items():
            if key not in ("source", "cell_type"):
                yield from _search_tree(f"{where}, {key}", value, secrets)
    yield from _search_tree(f"{path}, metadata", {k: v for k, v in notebook.items() if k != "cells"}, secrets)


def _search_tree(where: str, value: Any, secrets: Secrets) -> Iterator[str]:
    """Search every string of a JSON value, keys too. A list of strings is one text, as in outputs."""
    if isinstance(value, str):
        yield from _search_text(where, value, secrets)
        yield from _search_definitions_in_text(where, value, secrets)
        hidden = _from_base64(value)
        if hidden:
            yield from _search_text(f"{where} (base64)", hidden, secrets)
            yield from _search_definitions_in_text(f"{where} (base64)", hidden, secrets)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _search_tree(where, str(key), secrets)
            yield from _search_tree(where, item, secrets)
    elif isinstance(value, list):
        if value and all(isinstance(item, str) for item in value):
            yield from _search_tree(where, "".join(value), secrets)
        for item in value:
            if not isinstance(item, str):
                yield from _search_tree(where, item, secrets)


def _search_text(where: str, text: str, secrets: Secrets) -> Iterator[str]:
    for word in FORBIDDEN_WORDS:
        if word in text:
            yield f"{where}: the words {word!r}, which belong to the grader's side"
    variants = {text, _plain(text), _plain(text).replace("\\n", "\n")}
    haystacks = {f" {_tokens(variant)} " for variant in variants}
    for tokens, line in secrets.lines.items():
        if any(f" {tokens} " in haystack for haystack in haystacks):
            yield f"{where}: the solution line {line!r}"


def _search_code(
    where: str, source: str, secrets: Secrets, allowed: frozenset[str], seen: dict[str, str] | None = None
) -> Iterator[str]:
    """Search a code cell or module for graded names bound to anything but their stub.

    Args:
        where: for messages.
        source: Python, magics allowed.
        secrets: with the stubs.
        allowed: names whose stub may stand here; in a notebook all of them, in a module none.
        seen: where each stub of this notebook was seen first.
    """
    try:
        tree = ast.parse(master.parsable(source))
    except SyntaxError as error:
        yield f"{where}: cannot be read as Python ({error.msg}), so it cannot be searched"
        return
    for name, node in _bindings(tree):
        graded = name.split(".")[0]
        if graded not in secrets.stubs:
            continue
        if not isinstance(node, Definition) or "." in name:
            yield f"{where}: {name} is bound to something other than its stub"
        elif graded not in allowed or ast.dump(node) != secrets.stubs[graded]:
            yield f"{where}: the graded {graded} is more than its stub"
        elif seen is not None and seen.setdefault(graded, where) != where:
            yield f"{where}: {graded} stands twice (also in {seen[graded]})"


def _search_definitions_in_text(where: str, text: str, secrets: Secrets) -> Iterator[str]:
    """Search prose, outputs and metadata for a definition of a graded name that is not its stub."""
    plain = _plain(text)
    lines = plain.splitlines()
    for index, line in enumerate(lines):
        match = re.search(r"(?:(?:def|class)\s+(\w+)\s*[(:]|(\w+)\s*=\s*lambda\b)", line)
        if match is None:
            continue
        name = match[1] or match[2]
        if name not in secrets.stubs:
            continue
        if match[2]:
            yield f"{where}: {name} is bound to something other than its stub"
        elif not _is_stub(lines[index:], match.start(), secrets.stubs[name]):
            yield f"{where}: a definition of the graded {name} that is not its stub"


def _is_stub(lines: list[str], column: int, stub: str) -> bool:
    """Whether the definition that begins at a column of the first line is the stub; prose may follow it."""
    taken = [lines[0][column:]]
    for line in lines[1:]:
        if line[:column].strip() or (line.strip() and not line[column : column + 1].isspace() and line[column] != ")"):
            break
        taken.append(line[column:])
    try:
        return ast.dump(ast.parse("\n".join(taken)).body[0]) == stub
    except SyntaxError:
        return False


def _bindings(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Everything a module binds, at any depth: (name or `Class.attribute`, the node that binds it)."""
    for node in ast.walk(tree):
        if isinstance(node, Definition):
            yield node.name, node
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}", node
        elif isinstance(node, ast.alias):
            yield node.asname or node.name, node


def _tokens(text: str) -> str:
    return " ".join(_TOKEN.findall(text.replace("'", '"')))


def _plain(text: str) -> str:
    """Text without terminal colours and markup, as a reader sees it."""
    return html.unescape(_TAG.sub("", _ANSI.sub("", text)))


def _from_base64(value: str) -> str:
    compact = "".join(value.split())
    if len(compact) < 16 or not re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", compact):
        return ""
    try:
        return base64.b64decode(compact, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _without_comment(line: str) -> str:
    """A line of code without the comment at its end."""
    quote = ""
    for index, character in enumerate(line):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character == "#":
            return line[:index].rstrip()
    return line


def _dedented(block: str) -> str:
    indent = min((len(line) - len(line.lstrip()) for line in block.splitlines() if line.strip()), default=0)
    return "\n".join(line[indent:] for line in block.splitlines())


def _tells(code: str) -> bool:
    """Whether one line of code (a statement, a compound header, or a fragment of one) gives something away."""
    words = re.findall(r"[A-Za-z_]\w*|\d[\w.]*", code)
    for before, after in (("", ""), ("", "\n  pass"), ("if x:\n  pass\n", "\n  pass"), ("try:\n  pass\n", "\n  pass")):
        try:
            tree = ast.parse(f"{before}{code}{after}")
        except SyntaxError:
            continue
        return len(words) >= 2 and not _is_quiet(tree.body[-1])
    return len(words) >= 4  # a fragment of a longer statement


def _is_quiet(node: ast.AST | None) -> bool:
    """Whether a statement or expression is of a kind that anyone would write: see `telling`."""
    match node:
        case None | ast.Pass() | ast.Break() | ast.Continue() | ast.Try() | ast.Name() | ast.Constant():
            return True
        case ast.Return(value=value) | ast.UnaryOp(operand=value) | ast.Attribute(value=value):
            return _is_quiet(value)
        case ast.Expr(value=value):
            return isinstance(value, ast.Constant | ast.Name)
        case ast.Assign(targets=targets, value=value):
            return all(_is_target(target) for target in targets) and _is_quiet(value)
        case ast.AnnAssign(target=target, value=value):
            return _is_target(target) and _is_quiet(value)
        case ast.For(target=target, iter=iterable):
            return _is_target(target) and _is_quiet(iterable)
        case ast.If(test=test):
            return _is_quiet(test)
        case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot()], comparators=[ast.Constant()]):
            return _is_quiet(left)
        case ast.Subscript(value=value, slice=ast.Constant()):
            return _is_quiet(value)
        case ast.Tuple(elts=elements):
            return all(_is_quiet(element) for element in elements)
        case ast.List(elts=elements):
            return not elements
        case ast.Dict(keys=keys):
            return not keys
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            return name in _QUIET_CALLS and all(_is_quiet(argument) for argument in arguments)
    return False


def _is_target(node: ast.AST) -> bool:
    """Whether a binding is to plain names, or attributes of one."""
    if isinstance(node, ast.Tuple):
        return all(_is_target(element) for element in node.elts)
    return isinstance(node, ast.Name) or (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name))
