"""Every word that a person is shown is spelled as a dictionary has it, or stands in the project's own list of words.

Read are the notebooks, the documents, the pages and, of Python files, docstrings, comments and every string of several
words. Code in them (between backticks, in formulas, beside brackets, dots and underscores) is passed over, and so are
names with capitals inside.
"""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from spellchecker import SpellChecker

from autograder.assignment import ROOT, SHARED_PACKAGE, names

LISTED = Path(__file__).with_name("words.txt")
"""The project's words, one a line: of the field, of its libraries, people's names, British spellings."""
AMERICAN = re.compile(
    r"\b(?:colors?|colored|(?<!upper )(?<!right )centers?|centered|neighbors?|neighboring|behaviors?|recogniz\w+"
    r"|gray)\b",
    re.IGNORECASE,
)
"""What is spelled otherwise here; "upper center" and "right center" are matplotlib's."""
FOLDERS = (SHARED_PACKAGE, *names(), "solutions", "autograder", "templates/project", "templates/notebook")
NOT_PROSE = re.compile(
    r"```.*?```"  # blocks
    r"|\$\$.*?\$\$|\$[^$]*\$"  # formulas
    r"|`[^`]*`|\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}"  # code
    r"|<(style|script)\b.*?</\1>|<[^>]+>|&\w+;"  # markup
    r"|\]\([^)]*\)|\w+://\S+",  # links
    re.DOTALL,
)
WORD = re.compile(r"(?<![\w/.\\@'%{-])[A-Za-z]+(?:'[a-z]+)?(?![\w/\\@=({}\[:]*[\w/\\@=({\[]|\.\w)")
SEVERAL = re.compile(r"[A-Za-z]+ [a-z]+ [a-z]+")


def texts() -> Iterator[tuple[str, str]]:
    """Everything that is read, with its path."""
    for path in sorted((ROOT / "notebooks").rglob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            yield str(path), "\n".join(of_python(source)) if cell["cell_type"] == "code" else source
    for path in (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))):
        yield str(path), re.sub(r"(?m)^ {4,}\S.*$", "", path.read_text(encoding="utf-8"))
    for path in sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*")):
        if path.suffix == ".py":
            yield str(path), "\n\n".join(of_python(path.read_text(encoding="utf-8")))
        elif path.suffix in (".html", ".j2", ".md"):
            yield str(path), path.read_text(encoding="utf-8")


def of_python(source: str) -> Iterator[str]:
    """The strings and comments of several words."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SEVERAL.search(node.value):
            yield node.value
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and SEVERAL.search(token.string):
            yield token.string


def words(text: str) -> Iterator[str]:
    for found in WORD.findall(NOT_PROSE.sub(" ", text)):
        word = found.removesuffix("'s")
        if len(word) > 2 and word[1:].islower():
            yield word


@cache
def used() -> dict[str, str]:
    """Every word, and a path where it stands."""
    return {word: path for path, text in texts() for word in words(text)}


@pytest.fixture(scope="module")
def strange() -> dict[str, str]:
    """The words that no dictionary has."""
    unknown = SpellChecker(language="en").unknown(used())
    return {word: path for word, path in used().items() if word.lower() in unknown}


def listed() -> list[str]:
    return LISTED.read_text(encoding="utf-8").split()


def test_every_word_is_in_the_dictionary_or_in_the_projects_list(strange: dict[str, str]) -> None:
    found = {word: path for word, path in strange.items() if word.lower() not in listed()}
    assert found == {}, "spell them as a dictionary does, or add them to tests/words.txt"


def test_the_list_is_in_order_and_holds_each_word_once() -> None:
    assert listed() == sorted({word.lower() for word in listed()})


def test_a_wrong_word_is_found_where_it_stands() -> None:
    found = "\n".join(
        of_python('"""Looks at the neigbours of `teh` x, and $teh$ more."""\nx = 1  # as was recieved before\n')
    )
    assert SpellChecker(language="en").unknown(words(found)) == {"neigbours", "recieved"}


def test_british_words_are_spelled_as_the_british_do() -> None:
    held = {path: AMERICAN.search(NOT_PROSE.sub(" ", text)) for path, text in texts()}
    assert {path: found[0] for path, found in held.items() if found} == {}
