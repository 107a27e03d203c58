"""Notebook syntax that is not Python: magics, shell lines and help, replaced without moving any line.

Done by hand, because the machine that grades has no IPython.
"""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass

# Cell magics whose body runs as Python in the notebook's own namespace; any other cell magic's body is not Python.
PYTHON_CELL_MAGICS = frozenset({"time", "timeit", "capture", "prun", "debug", "memit", "mprun", "snakeviz", "heat"})

_CELL_MAGIC = re.compile(r"%%(\w+)")
_LINE_MAGIC = re.compile(r"(\s*)(?:%%?\w|!|\?)")
_TIMED = re.compile(r"(\s*)%time\s+(?=[^-\s])")
_HELP = re.compile(r"(\s*)[\w.*\[\]]+\?{1,2}\s*$")
_ASSIGNED = re.compile(r"(\s*[\w.,* \[\]\"']+?=)\s*(?:!(?!=)|%\w)")
_AUTOMAGIC = re.compile(
    r"(?:pip3?|conda|mamba|apt|apt-get)\s+(?:install|uninstall|list|show|update|upgrade|freeze)\b"
    r"|(?:cd|ls|ll|pwd|mkdir|rmdir|rm|cp|mv|cat|less|more|man|clear)(?:\s+[-~./\w*\"'$][^=(]*)?$"
)


@dataclass(frozen=True)
class Cleaned:
    """A cell as plain Python, line for line.

    Attributes:
        code: the Python; "" where the whole cell is another language.
        unrun: line numbers whose assignment got its value from a shell or a magic (`files = !ls`).
    """

    code: str
    unrun: frozenset[int] = frozenset()


def parse(code: str) -> ast.Module:
    """Parse Python; whatever is wrong with it comes as a SyntaxError.

    Invalid escapes and the like are the student's to be warned of, not the grader's: warnings are ignored.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(code)
    except SyntaxError:
        raise
    except (RecursionError, MemoryError) as error:
        raise SyntaxError("nested too deeply", ("", None, None, None)) from error
    except (ValueError, OverflowError) as error:
        raise SyntaxError(f"not text that Python can read ({error})", ("", None, None, None)) from error


def clean(source: str) -> Cleaned:
    """The cell with every magic, shell line and help line replaced by `pass`.

    Code that is already Python comes back untouched, so a `%` or `!` that begins a line of a string stays.
    """
    source = _dedent(source)
    first = next((line for line in source.split("\n") if line.strip()), "")
    magic = _CELL_MAGIC.match(first)
    if magic:
        if magic[1] not in PYTHON_CELL_MAGICS:
            return Cleaned("")
        source = source.replace(first, "", 1)
    try:
        parse(source)
    except SyntaxError:
        return _replaced(source)
    return Cleaned(source)


def _dedent(source: str) -> str:
    """A cell that begins indented is moved to the left, as a notebook does."""
    lines = source.split("\n")
    first = next((line for line in lines if line.strip()), "")
    margin = first[: len(first) - len(first.lstrip(" \t"))]
    if not margin:
        return source
    return "\n".join(line.removeprefix(margin) for line in lines)


def _replaced(source: str) -> Cleaned:
    lines, unrun = source.split("\n"), set()
    state = _State()
    index = 0
    while index < len(lines):
        line = lines[index]
        plain = None if state.inside else _plain(line)
        if plain is None:
            state.read(line)
            index += 1
            continue
        lines[index] = plain
        if _ASSIGNED.match(line):
            unrun.add(index + 1)
        if plain.strip() and _TIMED.match(line):
            state.read(plain)
        else:
            while line.endswith("\\") and index + 1 < len(lines):  # a shell line may go on
                index += 1
                line, lines[index] = lines[index], ""
        index += 1
    return Cleaned("\n".join(lines), frozenset(unrun))


def _plain(line: str) -> str | None:
    """What stands for a line of notebook syntax; None if it is not one."""
    if timed := _TIMED.match(line):
        return timed[1] + line[timed.end() :]
    if assigned := _ASSIGNED.match(line):
        return f"{assigned[1]} None"
    if (other := _LINE_MAGIC.match(line)) or (other := _HELP.match(line)):
        return f"{other[1]}pass"
    if _AUTOMAGIC.match(line.strip()):
        return line[: len(line) - len(line.lstrip())] + "pass"
    return None


class _State:
    """Whether the next line begins inside a string, a bracket or a continued line."""

    def __init__(self) -> None:
        self.quote, self.depth, self.continued = "", 0, False

    @property
    def inside(self) -> bool:
        return bool(self.quote) or self.depth > 0 or self.continued

    def read(self, line: str) -> None:
        """Move on past one line."""
        at = 0
        self.continued = False
        while at < len(line):
            char = line[at]
            if self.quote:
                if char == "\\":
                    at += 1
                elif line.startswith(self.quote, at):
                    at += len(self.quote) - 1
                    self.quote = ""
            elif char == "#":
                return
            elif char in "\"'":
                self.quote = char * 3 if line.startswith(char * 3, at) else char
                at += len(self.quote) - 1
            elif char in "([{":
                self.depth += 1
            elif char in ")]}":
                self.depth = max(0, self.depth - 1)
            at += 1
        ends_continued = line.endswith("\\")
        if len(self.quote) == 1 and not ends_continued:
            self.quote = ""  # an unterminated string: a syntax error that ends with its line
        self.continued = ends_continued and not self.quote
