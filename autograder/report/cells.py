"""Texts in the cells of a CSV, such that no spreadsheet takes one for a formula."""

from __future__ import annotations

import unicodedata

_BEGINS = frozenset("=+-@|;%\t\r")  # what some spreadsheet calculates, or cuts a cell in two at
MARK = "'"


def safe(text: str) -> str:
    """The text, with an apostrophe before what could be a formula; full-width and small signs are signs too."""
    first = unicodedata.normalize("NFKC", text.lstrip(" ")[:1])
    return f"{MARK}{text}" if first[:1] in _BEGINS else text


def meant(text: str) -> str:
    """What `safe` made the text of."""
    bare = text.removeprefix(MARK)
    return bare if safe(bare) == text else text
