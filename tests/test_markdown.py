"""Plain text as Markdown: it shows as it is, whatever it holds."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from autograder.report import markdown, plain
from tests.reports import HOSTILE

HARMLESS = {"p", "br", "code"}


def shown(text: str) -> tuple[set[str], str]:
    """The elements and the text that Markdown gives which lets HTML through; its lines as lines."""
    page = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)
    tags = set(re.findall(r"</?(\w+)", page))
    words = re.sub(r"<br />\n?|</p>\n<p>", "\n", page)
    return tags, html.unescape(re.sub(r"</?(p|code)>", "", words)).replace("\xa0", " ").strip("\n")


@pytest.mark.parametrize(
    "text",
    [
        "- no list",
        "+ no list",
        "1. no list",
        "2) no list",
        "# no heading",
        "no heading\n---",
        "no heading\n===",
        "*no* _em_phasis_ __b__ ~~gone~~",
        "`no code` ``x``",
        "```\nno fence\n```",
        "~~~\nno fence",
        "| no | table |\n|---|---|\n| a | b |",
        "[no link](javascript:alert(1)) ![no picture](http://example.com/x.png)",
        "[x]: http://example.com",
        "<b>no html</b> <script>alert(1)</script> <!-- nor this -->",
        "&lt; &amp; &#60; stay as they are",
        "a \\ backslash \\* and \\\\ two",
        "> no quotation",
        "$x_1$ \\(x\\)",
        "    indented code\n  def f(a_b):",
        "softmax_loss_naive: dW is off at [3, 1]; W_out.shape is (3, 4)",
        "_private_name and __dunder__ and x_",
        "X @ W + reg * W ** 2",
        "a<a_b>c_d`e_f`",
        plain.block(HOSTILE),
    ],
)
def test_a_text_shows_as_it_is(text: str) -> None:
    tags, words = shown(markdown.text(text))
    assert tags <= HARMLESS
    assert words == text


@pytest.mark.parametrize("rows", [". + -\n- . +", "`\n``` ~~~\n\n# a\n- b", "<b>\n</code></pre>", plain.block(HOSTILE)])
def test_rows_are_one_block_of_code_that_shows_them_as_they_are(rows: str) -> None:
    page = MarkdownIt("commonmark", {"html": True}).render(f"above\n\n{markdown.block(rows)}\n\nbelow")
    found = re.fullmatch(r"<p>above</p>\n<pre><code>(.*)\n</code></pre>\n<p>below</p>\n", page, re.S)
    assert found and "<" not in found[1] and html.unescape(found[1]) == rows


@given(st.lists(st.text(r"\`*_[]{}()#+-.!|~<>&:/@$=ab1 " + '"', max_size=40), max_size=4))
def test_whatever_stands_in_a_text_only_lines_and_code_come_of_it(lines: list[str]) -> None:
    text = "\n".join(line.rstrip() for line in lines)
    tags, words = shown(markdown.text(text))
    assert tags <= HARMLESS
    assert words.split() == text.split()


def test_bare_addresses_do_not_become_links_where_markdown_makes_them() -> None:
    made = markdown.text("http://example.com www.example.com ada@example.com")
    assert "://" not in made and "www." not in made and "a@e" not in made


def test_a_name_is_code_and_anything_else_is_text() -> None:
    assert markdown.code("function_2") == "`function_2`"
    assert markdown.code("a`b") == "a\\`b"
    assert markdown.text("no file that defines softmax_loss was") == "no file that defines `softmax_loss` was"
