"""What a student wrote in words into the code: comments and strings, which two people rarely word alike."""

from __future__ import annotations

from collections.abc import Iterable

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, String

WORDS, CHARACTERS, LONGEST = 3, 15, 300
"""A remark has at least so many words and characters; of a longer one the beginning counts."""


def remarks(sources: Iterable[str]) -> frozenset[str]:
    """The comments and strings of some cells that are long enough to be somebody's own, in lower case."""
    lexer = PythonLexer()
    found = set()
    for source in sources:
        for kind, text in lexer.get_tokens(source):
            if kind in Comment or kind in String:
                words = text.strip("#'\" \t\n").lower().split()
                remark = " ".join(words)[:LONGEST]
                if len(words) >= WORDS and len(remark) >= CHARACTERS and any(map(str.isalpha, remark)):
                    found.add(remark)
    return frozenset(found)
