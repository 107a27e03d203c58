"""Plain text as Markdown that shows it as it is, whatever it holds."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

BREAK = "  \n"
_NAME = re.compile(
    r"(?<![\w.])[A-Za-z]\w*_\w*(?:\.\w+)*(?!\w)|(?<![\w./-])[A-Za-z]\w*\.(?:ipynb|pt|py|zip)(?![\w.-])", re.ASCII
)
_MARKS = re.compile(r"[\\`*_\[\]{}#|~!$]")
_STARTS = re.compile(r"^(?=[-+=:])|^(\d+)(?=[.)])")
_LINKS = re.compile(r":(?=//)|(?<=www)\.|(?<=\w)@(?=\w)", re.IGNORECASE)


def text(plain: str) -> str:
    """A text as Markdown: its lines stay lines, its marks stay characters, its names of code become code.

    No HTML, link, picture, list or heading can come of it, in any flavour of Markdown: characters that mean something
    are escaped by a backslash or an entity, and a code span holds nothing but a name.
    """
    return BREAK.join(map(_line, plain.split("\n")))


def code(name: str) -> str:
    """A name as a code span; as `text` where it is more than letters, digits, dots and underscores."""
    return f"`{name}`" if re.fullmatch(r"[\w.]+", name, re.ASCII) else text(name)


def section(title: str, entries: Iterable[str]) -> str:
    """A heading in bold and a list of entries, Markdown already; "" where there are no entries."""
    listed = "\n".join(f"- {entry}" for entry in entries)
    return listed and f"**{title}**\n\n{listed}"


def block(rows: str) -> str:
    """Lines as a code block by indentation, which every flavour of Markdown knows: all characters are equally wide."""
    return "\n".join(f"    {row}" for row in rows.split("\n"))


def _line(line: str) -> str:
    indent = len(line) - len(line.lstrip(" \t"))
    pieces, at = ["&nbsp;" * indent], indent
    for name in _NAME.finditer(line, indent):
        pieces += [_escaped(line[at : name.start()], at == indent), f"`{name[0]}`"]
        at = name.end()
    pieces.append(_escaped(line[at:], at == indent))
    return "".join(pieces)


def _escaped(piece: str, first: bool) -> str:
    """A piece of a line; the first one must not begin a list or a heading."""
    piece = _MARKS.sub(lambda mark: "\\" + mark[0], html.escape(piece, quote=False))
    piece = _LINKS.sub(lambda mark: f"&#{ord(mark[0])};", piece)
    return _STARTS.sub(lambda start: f"{start[1] or ''}\\", piece) if first else piece
