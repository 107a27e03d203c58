"""A text in one of Gradescope's output formats as HTML that can do no harm: no scripts, no links, nothing loaded."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable

import bleach
from bleach.css_sanitizer import CSSSanitizer
from markdown_it import MarkdownIt
from markupsafe import Markup
from rich.console import Console
from rich.text import Text

from autograder.report import plain

MOST = 400_000  # characters of one text
_TAGS = frozenset(
    (
        *("a", "abbr", "b", "blockquote", "br", "code", "dd", "del", "details", "div", "dl", "dt", "em"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "ol", "p", "pre", "s", "small"),
        *("span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul"),
    )
)
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*")
_STYLES = ("color", "background-color", "font-weight", "font-style", "text-decoration", "text-align")


def as_html(text: str, form: str) -> Markup:
    """A text as safe HTML.

    Args:
        text: as it stands in results.json.
        form: text, html, simple_format, md or ansi.

    Raises:
        KeyError: there is no such format.
    """
    cleaned = _clean(_FORMATS[form](plain.clip(text, MOST)))
    return Markup(plain.block(cleaned, len(cleaned)))


def _text(text: str) -> str:
    return f'<div class="plain">{html.escape(text)}</div>'


def _simple(text: str) -> str:
    """As Rails' simple_format: an empty line begins a paragraph, and every other break is one."""
    paragraphs = re.split(r"\n{2,}", text)
    return "".join("<p>" + paragraph.replace("\n", "<br>") + "</p>" for paragraph in paragraphs)


def _markdown(text: str) -> str:
    made: str = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).render(text)
    return made


def _ansi(text: str) -> str:
    console = Console(record=True, file=io.StringIO(), width=1_000, force_terminal=True, color_system="truecolor")
    console.print(Text.from_ansi(text), soft_wrap=True, end="")
    return f'<div class="plain">{console.export_html(inline_styles=True, code_format="{code}")}</div>'


_FORMATS: dict[str, Callable[[str], str]] = {
    "text": _text,
    "html": str,
    "simple_format": _simple,
    "md": _markdown,
    "ansi": _ansi,
}


def _clean(made: str) -> str:
    """HTML without anything that runs, loads or leads elsewhere; pictures only where they stand in it whole."""
    cleaned: str = bleach.clean(
        made, tags=_TAGS, attributes=_may, protocols={"data"}, css_sanitizer=CSSSanitizer(_STYLES), strip_comments=True
    )
    return cleaned


def _may(tag: str, name: str, value: str) -> bool:
    if tag == "img":
        return name == "alt" or (name == "src" and _PICTURE.fullmatch(value) is not None)
    return name == "style" or (tag == "div" and name == "class" and value == "plain")
