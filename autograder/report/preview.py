"""results.json as Gradescope would show it, to students and to staff: one HTML page without scripts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from autograder.report import plain
from autograder.report.formatted import as_html
from autograder.report.function_card import EXTRA

MOST_TESTS = 2_000


@dataclass(frozen=True)
class Test:
    """One card.

    Attributes:
        name, output: as safe HTML.
        points: "3 / 4", "3", or "".
        state: "passed", "failed" or "", where neither a status nor points say.
        tags: as they stand.
        visibility: Gradescope's.
    """

    name: Markup
    output: Markup
    points: str
    state: str
    tags: tuple[str, ...]
    visibility: str


@dataclass(frozen=True)
class View:
    """What somebody sees at some time.

    Attributes:
        key, title: short, and for people.
        staff: whether it is the staff's.
        shown: whether anything of the results is.
        total: "34 / 70", out of the points of all tests but extra credit (Gradescope has these in its settings); ""
            where Gradescope keeps it back.
        tests: the cards.
        kept_back: how many are not among them.
    """

    key: str
    title: str
    staff: bool
    shown: bool
    total: str
    tests: tuple[Test, ...]
    kept_back: int


_EVERYTHING = frozenset({"visible", "after_due_date", "after_published", "hidden"})
_VIEWS = (
    ("student", "student", frozenset({"visible"})),
    ("due", "student, after the due date", frozenset({"visible", "after_due_date"})),
    ("published", "student, grades published", frozenset({"visible", "after_due_date", "after_published"})),
    ("staff", "staff", _EVERYTHING),
)
_NEEDED_FOR = {"due": "after_due_date", "published": "after_published"}


def page(results: Mapping[str, Any], name: str) -> str:
    """The page as text; write it as UTF-8.

    Args:
        results: of Gradescope's format (`results_format`).
        name: of what is shown, for the title.
    """
    tests = tuple(_test(test, results) for test in (results.get("tests") or [])[:MOST_TESTS])
    used = {results.get("visibility", "visible"), *(test.visibility for test in tests)}
    views = [
        _view(results, tests, key, title, visible)
        for key, title, visible in _VIEWS
        if _NEEDED_FOR.get(key, "visible") in used | {"visible"}
    ]
    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("preview.html.j2").render(
        name=plain.line(name),
        views=views,
        output=as_html(results.get("output", ""), results.get("output_format", "text")),
        board=[(plain.line(row["name"]), plain.line(row["value"])) for row in results.get("leaderboard") or []],
        extra=_data(results.get("extra_data")),
        seconds=results.get("execution_time"),
        stdout=results.get("stdout_visibility", "hidden"),
    )


def _test(told: Mapping[str, Any], results: Mapping[str, Any]) -> Test:
    score, most = told.get("score"), told.get("max_score")
    points = "" if score is None else plain.points(score) + ("" if most is None else f" / {plain.points(most)}")
    state = told.get("status") or ("" if score is None or most is None else "passed" if score >= most else "failed")
    number = f"{told['number']}) " if "number" in told else ""
    name_format = told.get("name_format", results.get("test_name_format", "text"))
    output_format = told.get("output_format", results.get("test_output_format", "text"))
    return Test(
        name=as_html(f"{number}{told.get('name', '')}", name_format),
        output=as_html(told.get("output", ""), output_format) if told.get("output") else Markup(""),
        points=points,
        state=state,
        tags=tuple(map(plain.line, told.get("tags") or ())),
        visibility=told.get("visibility", "visible"),
    )


def _view(results: Mapping[str, Any], tests: tuple[Test, ...], key: str, title: str, visible: frozenset[str]) -> View:
    staff = visible == _EVERYTHING
    shown = results.get("visibility", "visible") in visible
    cards = tuple(test for test in tests if test.visibility in visible) if shown else ()
    told = results.get("tests") or []
    score = results.get("score", sum(test.get("score", 0) for test in told))
    most = sum(test.get("max_score", 0) for test in told if EXTRA not in (test.get("tags") or ()))
    total = plain.points(score) + (f" / {plain.points(most)}" if most else "")
    return View(
        key, title, staff, shown, total if len(cards) == len(tests) and shown else "", cards, len(tests) - len(cards)
    )


def _data(extra: Any) -> str:
    return plain.block(json.dumps(extra, indent=1, ensure_ascii=False)) if extra else ""
