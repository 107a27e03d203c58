"""results.json as Gradescope would show it: who sees what, in each format, and nothing hostile comes alive."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.by import By

from autograder.__main__ import main
from autograder.report import gradescope, preview
from autograder.report.formatted import as_html
from tests.browser import chromium, needs_chromium
from tests.reports import EXAMPLE, HINT, HOSTILE, UNSAFE, Page, hostile, sample

FORMATS = ("text", "html", "simple_format", "md", "ansi")
DOT = "data:image/png;base64,iVBORw0KGgo="


def views(results: dict[str, Any]) -> dict[str, str]:
    """The text of each view by its title."""
    parts = preview.page(results, "ada").split("seen by: ")[1:]
    return {part.partition("</h2>")[0]: Page(part).text for part in parts}


def test_a_student_sees_the_score_every_visible_test_and_its_hint() -> None:
    """Extra credit, 2.5 points of it, is in the score and not in what it is out of."""
    seen = views(gradescope.render(sample()))
    assert list(seen) == ["student", "staff"]
    for text in (
        "36.5 / 70",
        "2.5 / 2.5",
        "check 2.10",
        "off by up to 0.42",
        HINT,
        "score by part",
        "validation accuracy",
    ):
        assert text in seen["student"]
    cards = {title: text.partition("failed tests")[2] for title, text in seen.items()}
    assert "linear_classifier" in cards["staff"] and "linear_classifier" not in cards["student"]  # the tags
    assert "function_2" in cards["student"] and EXAMPLE in cards["student"]
    assert "<pre><code>. . . +\n. . . -\n. . + +" in preview.page(gradescope.render(sample()), "ada")


def test_each_view_holds_what_gradescope_shows_then_and_no_total_while_a_test_is_hidden() -> None:
    kinds = ("visible", "after_due_date", "after_published", "hidden")
    tests = [{"score": 1, "max_score": 2, "name": f"<{kind}>", "visibility": kind} for kind in kinds]
    seen = views({"tests": tests})
    cards = {title: {kind for kind in kinds if f"<{kind}>" in text} for title, text in seen.items()}
    assert cards == {
        "student": {"visible"},
        "student, after the due date": {"visible", "after_due_date"},
        "student, grades published": {"visible", "after_due_date", "after_published"},
        "staff": set(kinds),
    }
    assert {title for title, text in seen.items() if "4 / 8" in text} == {"staff"}
    assert "3 are" in seen["student"] and "1 is" in seen["student, grades published"]


def test_results_that_are_hidden_as_a_whole_are_shown_to_staff_alone() -> None:
    seen = views({"score": 3, "output": "the whole", "visibility": "hidden", "tests": [{"score": 3, "name": "one"}]})
    assert "the whole" not in seen["student"] and "one" not in seen["student"] and "not shown" in seen["student"]
    assert "the whole" in seen["staff"] and "one" in seen["staff"]


def test_a_test_passes_by_its_status_or_else_by_its_points() -> None:
    tests = [
        {"score": 0, "max_score": 2, "status": "passed", "name": "by status"},
        {"score": 1, "max_score": 2, "name": "by points"},
        {"score": 2, "max_score": 2, "name": "full"},
        {"name": "neither"},
    ]
    failed, _, rest = views({"score": 3, "tests": tests})["student"].partition("passed tests")
    passed, _, other = rest.partition("other tests")
    assert ("by points" in failed, "by status" in passed, "full" in passed, "neither" in other) == (True,) * 4


def test_each_format_is_shown_as_what_it_is() -> None:
    assert as_html("a <b>\n  c", "text") == '<div class="plain">a &lt;b&gt;\n  c</div>'
    assert as_html("a\nb\n\n<b>c</b>", "simple_format") == "<p>a<br>b</p><p><b>c</b></p>"
    assert as_html("a  \nb **c** <b>d</b>", "md") == "<p>a<br>\nb <strong>c</strong> &lt;b&gt;d&lt;/b&gt;</p>"
    assert as_html("<table><tr><td>a</td></tr></table>", "html").count("<td>a</td>") == 1
    assert '<span style="color: #800000;' in as_html("\x1b[31mred\x1b[0m", "ansi")
    assert DOT in as_html(f"![a dot]({DOT})", "md") and DOT in as_html(f'<img src="{DOT}">', "html")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "text",
    [
        HOSTILE,
        "<a href='javascript:alert(1)' onclick=alert(2)>x</a><svg onload=alert(3)><style>*{display:none}</style>",
        "<img src=http://example.com/x.png><iframe src=//example.com></iframe><form action=/><input name=a>",
        "![x](http://example.com/x.png) [x](javascript:alert(1)) <http://example.com>",
        f"<img src='{DOT}' onerror=alert(1)><img src='data:image/svg+xml;base64,AA'>",
        "<div style='background: url(http://example.com); position: fixed; color: red'>x</div>",
        "</div></article></section></main><h1>all points</h1><script>alert(1)",
        "\x1b]8;;http://example.com\x07link\x1b]8;;\x07 \x1b[31m<b onmouseover=alert(1)>\x1b[0m",
        "{{ 7 * 7 }} {% raw %}",
    ],
)
def test_nothing_in_a_text_runs_loads_or_leads_elsewhere(form: str, text: str) -> None:
    results = {"score": 1, "output": text, "output_format": form, "tests": []}
    test = {"score": 0, "name": text, "output": text, "output_format": form, "name_format": form, "tags": [text]}
    results["tests"] = [test, {**test, "number": text, "visibility": "hidden"}]
    page = Page(preview.page(results, text))
    assert not {"script", "iframe", "object", "svg", "form", "link", "base"} & set(page.tags)
    assert page.tags.count("style") == 1 and page.tags.count("main") == 1
    names = {name for name, _ in page.attributes}
    assert not [name for name in names if name.startswith("on")] and not names & {"href", "action", "srcset"}
    assert {value for name, value in page.attributes if name == "src"} <= {DOT}
    styles = [value or "" for name, value in page.attributes if name == "style"]
    assert not [style for style in styles if "url" in style or "position" in style]
    assert not UNSAFE.search(page.text)


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main(["preview", *map(str, arguments)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_command_writes_one_page_beside_the_results(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = tmp_path / "results.json"
    gradescope.write(hostile(sample()), results)
    assert run(capsys, results) == (0, f"Preview: {tmp_path / 'preview.html'}\n", "")
    assert run(capsys, results, "--out", tmp_path / "other.html")[0] == 0
    assert (tmp_path / "other.html").read_bytes() == (tmp_path / "preview.html").read_bytes()


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (None, "cannot be read"),
        ("not json", "it is not JSON"),
        ('{"score": NaN}', "NaN is no number of JSON"),
        ("[]", "the document is []; an object was expected"),
        ('{"score": 1, "tests": [{"status": "ok"}]}', 'tests[0].status is "ok"; one of passed, failed was expected'),
        ("\udcff", "it is not JSON"),
    ],
)
def test_what_is_no_results_json_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], written: str | None, said: str
) -> None:
    results = tmp_path / "results.json"
    if written is not None:
        results.write_text(written, encoding="utf-8", errors="surrogateescape")
    code, _, printed = run(capsys, results)
    assert code == 2 and said in printed and str(results) in printed and printed.count("\n") == 1
    assert not (tmp_path / "preview.html").exists()


def test_a_page_that_cannot_be_written_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = tmp_path / "results.json"
    results.write_text(json.dumps({"score": 1}))
    for out, said in [(tmp_path / "no" / "page.html", "cannot write"), (results, "the results themselves")]:
        code, _, printed = run(capsys, results, "--out", out)
        assert code == 2 and said in printed and printed.count("\n") == 1
    assert json.loads(results.read_text()) == {"score": 1}


@needs_chromium
def test_in_a_browser_one_view_shows_at_a_time_and_nothing_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "preview.html"
    results = gradescope.render(sample())
    results["tests"][0]["visibility"] = "hidden"
    path.write_text(preview.page(results, "ada"), encoding="utf-8")
    with chromium() as driver:
        driver.get(path.as_uri())
        for view in ("student", "staff", "student"):
            driver.find_element(By.ID, f"show-{view}").click()
            shown = [part for part in driver.find_elements(By.CSS_SELECTOR, "main > section") if part.is_displayed()]
            assert [part.get_attribute("class") for part in shown] == [view]
            assert ("check 1.1" in shown[0].text) == (view == "staff")
        assert driver.get_log("browser") == []
        assert driver.execute_script("return performance.getEntriesByType('resource').length") == 0
