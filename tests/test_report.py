"""What the renderers promise of any Report: Gradescope's JSON, the terminal, the HTML page."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
import torch
from markdown_it import MarkdownIt
from rich.console import Console

from autograder.policy.apply import Ruling
from autograder.report import card, gradescope, html, plain, rows, staff_card, terminal
from autograder.results import LeaderboardRow, Report, Status
from tests.reports import EXAMPLE, HINT, PICTURE, SECRET, UNSAFE, Page, check, hostile, sample


@pytest.fixture
def report() -> Report:
    return sample()


def with_message(report: Report, text: str) -> Report:
    return replace(report, outcomes=tuple(replace(o, message=text) for o in report.outcomes))


def strict(text: str) -> dict:
    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is not JSON")

    return json.loads(text, parse_constant=refuse)


def cards(report: Report) -> dict[str, dict]:
    """The cards by the function's name, extra credit with a + before it."""
    tests = strict(gradescope.dumps(report))["tests"]
    return {("+" if "extra credit" in test["tags"] else "") + test["name"]: test for test in tests}


def output(report: Report) -> str:
    """What the one card says, its escapes undone."""
    (test,) = gradescope.render(report)["tests"]
    return unescaped(test["output"])


def unescaped(text: str) -> str:
    return re.sub(r"\\([^\w\s])|`", r"\1", text)


def checks(report: Report) -> dict[str, dict]:
    """The single checks of the cards by their numbers."""
    tests = strict(gradescope.dumps(report))["tests"]
    return {check["number"]: check for test in tests for check in test["extra_data"]["checks"]}


def terminal_text(report: Report, width: int = 100, *, staff: bool = False, colour: bool = False) -> str:
    file = io.StringIO()
    console = Console(file=file, width=width, force_terminal=colour, color_system="truecolor" if colour else None)
    terminal.show(report, console, staff=staff)
    return file.getvalue()


def rendered(text: str) -> Page:
    """What Markdown gives that lets HTML through."""
    return Page(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text))


# Gradescope


def test_a_card_is_a_functions_and_every_check_is_in_one_in_the_order_of_its_number(report):
    assert list(cards(report)) == ["function_1", "function_2", "function_3", "+function_3"]
    assert list(checks(report)) == ["1.1", "2.9", "2.10", "2.11", "2.12", "3.1", "3.2", "3.9", "3.10"]


def test_a_card_has_its_points_tags_and_visibility(report):
    card = cards(report)["function_2"]
    assert (card["score"], card["max_score"], card["status"]) == (4.0, 15.0, "failed")
    assert card["tags"] == ["linear_classifier", "function_2"]
    assert card["visibility"] == "visible"
    assert cards(report)["+function_3"]["tags"] == ["optimizers", "function_3", "extra credit"]
    assert cards(report)["+function_3"]["status"] == cards(report)["function_1"]["status"] == "passed"


def test_a_card_says_of_each_check_what_it_is_worth_and_whether_it_held(report):
    listed = unescaped(cards(report)["function_2"]["output"]).partition("\n\n")[0].splitlines()
    assert listed == [
        "✓ 2.9 check 2.9: 3 / 3  ",
        "✗ 2.10 check 2.10: 0 / 4  ",
        "✗ 2.11 check 2.11: 1 / 3  ",
        "? 2.12 check 2.12: 0 / 5",
    ]
    check = checks(report)["2.11"]
    assert check == {"number": "2.11", "title": "check 2.11", "score": 1.0, "max_score": 3.0, "status": "failed"}


def test_a_card_says_once_what_failed_then_the_hint_then_where_it_shows(report):
    about = {"function": "f", "task": "2.4", "message": "off by 2", "hint": "twice"}
    lost = [
        check("2.1", 0, 1, Status.FAILED, title="f: loss", example="w = [1]: [2]", picture="where:\n. +\n+ .", **about),
        check("2.2", 0, 1, Status.FAILED, title="f: gradient", **about),
        check("2.3", 0, 1, Status.FAILED, title="f: dtype", **{**about, "message": "float64"}),
        check("2.4", 1, 1, title="f: shape", function="f", task="2.4"),
    ]
    said = output(replace(report, outcomes=tuple(lost)))
    assert said.partition("\n\n")[2] == (
        "**loss, gradient**\n\noff by 2\n\n**hint:** twice\n\nw = [1]: [2]\n\nwhere:\n\n    . +\n    + .\n\n"
        "**dtype**\n\nfloat64"
    )


def test_what_is_untouched_is_said_once_for_all_checks_of_a_function(report):
    left = [
        check(f"3.{i}", 0, 2, Status.FAILED, attempted=False, message="not implemented yet (cell 12)") for i in (1, 2)
    ]
    said = output(replace(report, outcomes=tuple(left)))
    assert said.endswith("– 3.2 check 3.2: 0 / 2\n\nnot implemented yet (cell 12)")


def test_a_task_numbers_its_card_and_a_file_of_weights_is_named(report):
    of = (check("2.1", 1, 1, task="2.10", function="f"), check("2.2", 1, 1, task="weights", function="best.pt"))
    tests = gradescope.render(replace(report, outcomes=of))["tests"]
    assert [(test.get("number"), test["name"]) for test in tests] == [("2.10", "f"), (None, "weights best.pt")]


def test_a_function_of_several_visibilities_has_a_card_for_each_and_nothing_hidden_is_in_one_that_is_seen(report):
    kinds = ("visible", "hidden", "after_due_date", "after_published", "visible")
    mixed = [
        check(f"1.{i}", i, 9, Status.FAILED, visibility=kind, message=f"said {i}", title=f"title {i}", hint=f"why {i}")
        for i, kind in enumerate(kinds)
    ]
    result = gradescope.render(replace(report, outcomes=tuple(mixed)))
    by_kind = {test["visibility"]: test for test in result["tests"]}
    assert len(by_kind) == len(result["tests"]) == 4
    assert result["score"] == sum(range(5)) == sum(test["score"] for test in result["tests"])
    assert sum(test["max_score"] for test in result["tests"]) == 45
    for kind, test in by_kind.items():
        seen = {int(i) for i in re.findall(r"(?:said|title|why) (\d)", json.dumps(test))}
        assert seen == {i for i, of in enumerate(kinds) if of == kind}
        assert ("extra_data" in test) == (kind == "visible")  # whoever reads what Gradescope stores reads that, too
    names = [test["name"] for test in result["tests"]]
    assert names == [f"function_1{of}" for of in ("", " (for staff)", " (after the due date)", " (with the grades)")]


def test_the_score_is_the_points_plus_extra_credit_and_the_sum_of_the_cards_and_of_the_checks(report):
    result = gradescope.render(report)
    assert result["score"] == 30 + 3 + 1 + 2.5
    assert result["score"] == sum(test["score"] for test in result["tests"])
    assert result["score"] == sum(check["score"] for check in rows.checks(result))


def test_points_cannot_leave_the_range_of_their_check(report):
    odd = replace(report, outcomes=(check("1.1", 99, 30), check("2.1", -5, 3, Status.FAILED)))
    assert [test["score"] for test in gradescope.render(odd)["tests"]] == [30.0, 0.0]
    assert gradescope.render(odd)["score"] == 30.0


def test_the_single_checks_can_be_read_back_and_those_of_one_test_a_check_too(report):
    assert [check["name"] for check in rows.checks(gradescope.render(report))][:2] == ["check 1.1", "check 2.9"]
    old = {"score": 1.0, "max_score": 2.0, "status": "failed", "name": "task 2.10 f: loss", "tags": ["part", "f"]}
    assert list(rows.checks({"tests": [old]})) == [old]
    secret = replace(report, outcomes=(check("1.1", 7, 30, Status.FAILED, visibility="hidden"),))
    hidden = gradescope.render(secret, staff="for staff")
    assert len(hidden["tests"]) == 2
    assert [(check["name"], check["score"]) for check in rows.checks(hidden)] == [("function_1", 7.0)]


def test_untouched_extra_credit_is_never_a_failure(report):
    card = cards(replace(report, outcomes=report.outcomes[-2:-1]))["+function_3"]
    assert (card["score"], card["max_score"], card["status"]) == (0.0, 0.0, "passed")
    assert card["output"] == "extra credit, not attempted"
    assert cards(report)["+function_3"]["max_score"] == 2.5
    assert checks(report)["3.9"]["status"] == "passed" and checks(report)["3.9"]["max_score"] == 0
    assert "✗ 3.9" not in terminal_text(report)
    assert "– 3.9" not in terminal_text(report)
    assert "3.9 not attempted" in terminal_text(report)
    assert "1 passed, 1 not attempted" in Page(html.page(report)).text


def test_extra_credit_that_was_tried_and_failed_says_so(report):
    tried = replace(report, outcomes=(check("3.9", 0, 2.5, Status.FAILED, extra=True, message="wrong direction"),))
    card = cards(tried)["+function_3"]
    assert (card["score"], card["max_score"], card["status"]) == (0.0, 2.5, "failed")


def test_a_check_that_could_not_be_graded_blames_the_grader_and_shows_no_traceback(report):
    only = replace(report, outcomes=tuple(o for o in report.outcomes if o.number == "2.12"))
    card = cards(only)["function_2"]
    assert (card["score"], card["status"]) == (0.0, "failed")
    assert "grader's fault, not yours" in card["output"]
    assert "grader's fault, not yours" in cards(report)["function_2"]["output"]
    assert "2.12" in gradescope.render(report)["output"]
    assert SECRET not in gradescope.dumps(report)


def test_points_of_a_check_that_could_not_be_graded_do_not_count(report):
    odd = replace(report, outcomes=(check("1.1", 30, 30, Status.UNGRADED),))
    assert gradescope.render(odd)["score"] == 0.0


def test_staff_text_is_nowhere_in_what_students_get(report):
    for text in (gradescope.dumps(report), terminal_text(report), html.page(report)):
        assert SECRET not in text
        assert "staff alone" not in text
        assert "internal message" not in text


def test_staff_find_their_text_where_they_look(report):
    shown = (gradescope.staff_text(report), terminal_text(report, 200, staff=True), html.page(report, staff=True))
    for text in shown:
        assert SECRET in text
        assert "staff alone read this note" in text
    assert "an internal message" in gradescope.staff_text(report)


def test_staff_text_is_empty_when_there_is_nothing_to_tell(report):
    assert gradescope.staff_text(replace(report, staff_notes=(), outcomes=(check("1.1", 30, 30),))) == ""


def test_no_card_is_hidden_so_that_students_see_their_total(report):
    result = gradescope.render(report, staff="for staff alone")
    assert all(test["visibility"] == "visible" for test in result["tests"])
    assert "for staff alone" not in json.dumps(result)


@pytest.mark.parametrize("visibility", ["hidden", "after_due_date", "after_published"])
def test_a_card_for_staff_is_there_only_where_a_check_is_hidden_for_ever(report, visibility):
    secret = replace(report, outcomes=(*report.outcomes, check("1.2", 0, 3, Status.FAILED, visibility=visibility)))
    tests = gradescope.render(secret, staff="**policy**")["tests"]
    mine = [test for test in tests if test["name"] == "for staff"]
    assert [(test["visibility"], test["output"], test["max_score"]) for test in mine] == (
        [("hidden", "**policy**", 0.0)] if visibility == "hidden" else []
    )
    waits = gradescope.render(secret, Ruling(feedback=False), staff="**policy**")
    assert waits["tests"] == []


def test_the_card_for_staff_has_policy_time_memory_mistakes_and_faults_and_no_traceback(report):
    slow = check("1.3", 0, 1, Status.FAILED, fault="no answer in time", seconds=10.0)
    ruling = Ruling(late_by=timedelta(hours=3), days_late=1, factor=0.9, hints=False, staff_notes=("no zone",))
    said = unescaped(
        staff_card.markdown_of(replace(report, outcomes=(*report.outcomes, slow)), ruling, {"2.10": "no_reg"}, "99 MB")
    )
    for line in (
        "late by 3 h, 1 counted; the score counts 90 %",
        "hints are not shown",
        "no zone",
        "4.1 s in all\n- function_1: 10.0 s",
        "99 MB",
        "function_2: no_reg (1 check)",
        "function_1: no answer in time (1)",
        "function_2: could not be graded (1)",
        "function_3: not reached in time (1)",
    ):
        assert f"- {line}" in said
    assert SECRET not in said and "staff alone read this note" not in said  # these are printed


def test_with_a_hidden_check_the_output_does_not_give_the_total_away(report):
    secret = replace(report, outcomes=(check("1.1", 7, 30, Status.FAILED, visibility="hidden"), check("2.9", 3, 3)))
    assert "`knn`: 7 / 30" not in gradescope.render(secret)["output"]
    assert "`knn`: 30 / 30" in gradescope.render(report)["output"]


def test_a_hidden_checks_message_is_for_staff_alone(report):
    secret = replace(
        report, outcomes=(check("1.1", 0, 30, Status.FAILED, visibility="hidden", message="the inputs", hint=HINT),)
    )
    for text in (terminal_text(secret), Page(html.page(secret)).text):
        assert "the inputs" not in text
        assert HINT not in text
    assert "the inputs" in terminal_text(secret, staff=True)
    assert "the inputs" in html.page(secret, staff=True)
    assert cards(secret)["function_1"]["visibility"] == "hidden"


def test_a_visibility_that_gradescope_does_not_know_hides_the_check(report):
    odd = replace(report, outcomes=(check("1.1", 0, 30, visibility="staff"),))
    assert cards(odd)["function_1"]["visibility"] == "hidden"


def test_the_output_names_the_files_the_notes_and_the_part_without_a_file(report):
    output = gradescope.render(report)["output"]
    assert "- `knn`: `knn.ipynb`\n- `linear_classifier`: `linear.ipynb`\n- `optimizers`: no file found" in output
    assert "note: `knn.ipynb` was taken, not `knn.py`" in output


def test_outputs_are_declared_markdown_and_names_plain_text(report):
    result = gradescope.render(report)
    formats = {result[name] for name in ("output_format", "test_output_format")}
    formats |= {test["output_format"] for test in result["tests"]}
    assert formats == {"md"}
    assert {result["test_name_format"], *(test["name_format"] for test in result["tests"])} == {"text"}
    assert result["stdout_visibility"] == "hidden"


def test_the_card_on_top_gives_the_score_by_part_what_to_do_next_and_what_was_read(report):
    headings = re.findall(r"^\*\*(.*)\*\*$", gradescope.render(report)["output"], re.M)
    assert headings[1:] == ["score by part", "what to do next", "what was read"]
    output = unescaped(gradescope.render(report)["output"])
    assert "- linear_classifier: 4 / 15\n- optimizers: 0 / 25\n- extra credit: 2.5 / 5" in output
    assert "- function_2: 2 checks lost points, 6 to gain\n- function_3: not written yet, 5 to gain" in output


def test_of_many_functions_the_card_names_the_first_to_work_on(report):
    lost = [check(f"2.{i}", 0, 2, Status.FAILED, function=f"f{i}", task=f"2.{i}") for i in range(1, 10)]
    output = gradescope.render(replace(report, outcomes=tuple(lost)))["output"]
    assert "task 2.1 `f1`: one check lost points, 2 to gain" in output
    assert "`f4`" not in output and "then 6 more" in output


def test_what_the_rules_say_of_a_submission_stands_above_its_score(report):
    text = card.markdown_of(plain.settle(report), 8_000, ("late by 2 days: 20 % less <b>", "the 3rd of 5"))
    assert "\n\nlate by 2 days: 20 % less &lt;b&gt;\n\nthe 3rd of 5\n\n**score by part**" in text


def test_with_everything_right_the_card_says_that_nothing_is_left(report):
    full = replace(report, outcomes=(check("1.1", 30, 30), check("3.9", 0, 2.5, extra=True, attempted=False)))
    output = gradescope.render(full)["output"]
    assert "nothing: every check holds, and there is extra credit left" in output
    assert "nothing:" not in gradescope.render(report)["output"]


def test_the_card_counts_what_is_not_shown_and_gives_none_of_it_away(report):
    secret = [check(f"1.{i}", 0, 7, Status.FAILED, visibility="hidden", function="never_named") for i in range(2)]
    later = check("2.1", 0, 3, Status.FAILED, visibility="after_due_date", function="not_named_yet")
    output = gradescope.render(replace(report, outcomes=(*secret, later)))["output"]
    assert "- 2 checks for the staff alone\n- 1 check shown after the due date" in output
    assert "never_named" not in output and "not_named_yet" not in output
    assert "remains hidden" not in gradescope.render(report)["output"]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), torch.tensor(float("nan")), None, "many", 1j])
def test_points_that_are_no_number_are_the_graders_fault(report, value):
    odd = replace(report, outcomes=(check("1.1", value, 30), check("2.9", 3, 3)))
    assert cards(odd)["function_1"]["score"] == 0.0
    assert "grader's fault" in cards(odd)["function_1"]["output"]
    assert gradescope.render(odd)["score"] == 3.0
    assert "no finite number" in gradescope.staff_text(odd)
    assert "could not be graded" in terminal_text(odd)


def test_numbers_of_numpy_and_torch_become_plain_floats(report):
    odd = replace(
        report,
        outcomes=(check("1.1", np.float32(1.5), np.int64(3)), check("2.9", torch.tensor(2.0, requires_grad=True), 3)),
        leaderboard=(LeaderboardRow("a", torch.tensor(0.5)), LeaderboardRow("b", float("nan"))),
        seconds=np.float64(2.0),
    )
    result = gradescope.render(odd)
    assert result["score"] == 3.5
    assert [type(test["score"]) for test in result["tests"]] == [float, float]
    assert result["leaderboard"] == [{"name": "a", "value": 0.5, "order": "desc"}]
    assert strict(gradescope.dumps(odd))["execution_time"] == 2.0


def test_an_oversize_message_is_cut_with_a_note_and_keeps_both_ends(report):
    big = with_message(report, "first words " + "x" * 1_000_000 + " last words")
    card = replace(big, outcomes=tuple(o for o in big.outcomes if o.number == "2.11"))
    said = output(card).partition("\n\n")[2]
    assert len(said) <= plain.BLOCK + len("\n\n**hint:** ") + 2 * len(HINT)
    assert "left out" in said
    assert said.startswith("first words")
    assert "last words" in said
    assert len(html.page(big)) < 100_000


def test_all_outputs_together_are_bounded(report):
    many = replace(
        report,
        outcomes=tuple(check(f"1.{i}", 0, 1, Status.FAILED, message="y" * 9_999, function=f"f{i}") for i in range(400)),
    )
    result = gradescope.render(many)
    assert len(result["tests"]) == 400
    assert sum(len(test["output"]) for test in result["tests"]) <= gradescope.TOTAL
    assert all("left out" in test["output"] for test in result["tests"])


def test_the_top_output_is_bounded(report):
    noisy = replace(report, notes=("z" * 5_000,) * 500)
    assert len(gradescope.render(noisy)["output"]) <= gradescope.TOP


def test_writing_replaces_the_file_whole_and_leaves_nothing_else(report, tmp_path):
    path = tmp_path / "results.json"
    path.write_text("placeholder")
    gradescope.write(report, path)
    assert strict(path.read_text())["score"] == 36.5
    assert os.listdir(tmp_path) == ["results.json"]
    assert path.stat().st_mode & 0o777 == 0o644


def test_a_write_that_fails_leaves_what_was_there(report, tmp_path):
    path = tmp_path / "results.json"
    path.mkdir()
    (path / "kept").write_text("kept")
    with pytest.raises(OSError, match=r"results\.json"):
        gradescope.write(report, path)
    assert (path / "kept").read_text() == "kept"
    assert os.listdir(tmp_path) == ["results.json"]


@pytest.mark.parametrize("text", ["", "W is 3", "two  blanks, two at the end  ", "größer ≠ 小さい 🙂", "x" * 300])
def test_a_line_that_is_clean_is_cleaned_as_any_other(text):
    """It takes a shorter way, which a bell before it bars."""
    assert plain.block(text, 200) == plain.block(f"\a{text}", 200)


def test_gradescopes_renderer_needs_neither_rich_nor_jinja2_nor_torch():
    code = (
        "import sys, autograder.report.gradescope; print([m for m in ('rich', 'jinja2', 'torch') if m in sys.modules])"
    )
    root = Path(__file__).parent.parent
    found = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


# All three


def test_the_smallest_question_and_the_picture_are_shown_by_all_of_them_and_hidden_with_their_check(report):
    hidden = replace(report, outcomes=tuple(replace(o, visibility="hidden") for o in report.outcomes))
    staff = (terminal_text(hidden, 200, staff=True), Page(html.page(hidden, staff=True)).text)
    shown = (terminal_text(report, 200), Page(html.page(report)).text, unescaped(cards(report)["function_2"]["output"]))
    for text in (*shown, *staff):
        at = [text.index(line) for line in (HINT, EXAMPLE, *PICTURE.splitlines())]
        assert at == sorted(at)
    for text in (terminal_text(hidden, 200), Page(html.page(hidden)).text):
        assert EXAMPLE not in text and ". . . +" not in text
    assert re.search(r"<pre class=.picture.>\. \. \. \+\n", html.page(report))  # all characters equally wide


def test_a_partial_report_says_so_everywhere(report):
    partial = replace(report, complete=False)
    for text in (gradescope.render(partial)["output"], terminal_text(partial), Page(html.page(partial)).text):
        assert "NOT COMPLETE" in text
    for text in (gradescope.render(report)["output"], terminal_text(report), html.page(report)):
        assert "NOT COMPLETE" not in text


@pytest.mark.parametrize("confinement", ["none", "None", "unsafe: same user"])
def test_grading_without_confinement_is_said_loudly(report, confinement):
    unsafe = replace(report, confinement=confinement)
    for text in (gradescope.render(unsafe)["output"], terminal_text(unsafe), Page(html.page(unsafe)).text):
        assert "WARNING: student code ran without confinement" in text
    assert "WARNING" not in gradescope.render(report)["output"]


def test_an_empty_report_can_be_shown():
    empty = Report("nobody", complete=False)
    assert gradescope.render(empty)["tests"] == []
    assert gradescope.render(empty)["score"] == 0
    assert "0 / 0" in terminal_text(empty)
    assert "nobody" in html.page(empty)


def test_hostile_text_stays_text_in_gradescopes_json(report):
    result = strict(gradescope.dumps(hostile(report)))
    assert set(result) == set(gradescope.render(report))
    assert result["score"] == 36.5
    card = next(test for test in result["tests"] if test["name"] == "function_2")
    assert card["score"] == 4.0
    shown = rendered(card["output"] + "\n\n" + result["output"])
    assert set(shown.tags) <= {"p", "br", "strong", "code", "ul", "li", "pre"} and not shown.attributes
    assert "<script>alert(1)</script><img src=x onerror=alert(2)> **bold** [link](javascript:alert(3))" in shown.text
    assert not UNSAFE.search(card["output"] + result["output"])
    assert "evil.example" not in card["output"]


@pytest.mark.parametrize("staff", [False, True])
def test_hostile_text_stays_text_on_the_page(report, staff):
    calm, page = Page(html.page(report, staff=staff)), Page(html.page(hostile(report), staff=staff))
    assert set(page.tags) == set(calm.tags)
    assert {name for name, _ in page.attributes} == {name for name, _ in calm.attributes}
    assert "<script>alert(1)</script><img src=x onerror=alert(2)>" in page.text
    assert "{{ 7 * 7 }}" in page.text
    assert not UNSAFE.search(page.text)
    html.page(hostile(report), staff=staff).encode("utf-8")


def test_hostile_text_stays_text_on_the_terminal(report):
    text = terminal_text(hostile(report), 2_000, staff=True)
    assert "[red]rich[/red] [/]" in text
    assert not UNSAFE.search(text)
    coloured = terminal_text(hostile(report), 2_000, colour=True)
    sent = set(re.findall(r"\x1b.[^m]*m?", coloured))
    assert all(re.fullmatch(r"\x1b\[[\d;]*m", escape) for escape in sent)


@pytest.mark.parametrize(
    "text", ["\x1b[", "\x1b]0;title", "\x1b" * 50_000, "\x1b]" * 50_000, "\x9b" + "0" * 90_000, "\x90"]
)
def test_broken_and_repeated_escape_sequences_vanish(text):
    assert not UNSAFE.search(plain.block(text + "\nkept"))
    assert plain.block(text + "\nkept").endswith("kept")


def test_a_file_name_cannot_start_a_line_of_its_own(report):
    odd = replace(report, files={"knn": "knn.ipynb\nWARNING: all points given"})
    assert "\nWARNING" not in gradescope.render(odd)["output"]


def test_ordinary_text_is_kept_as_it_is():
    text = "dW is off by 0.42 (worst at [3, 1]):\n\n    expected  ≈ 1e-6, got naïve 数 ½\n\ttabbed"
    assert plain.block(text) == text


# The terminal


def test_the_terminal_shows_points_bars_and_what_was_lost(report):
    lines = terminal_text(report).splitlines()
    assert re.fullmatch(r"project1 · ada · knn\.ipynb, linear\.ipynb +34 / 70   4\.1 s *", lines[1])
    assert any(re.match(r"  knn +30 / 30  ██████████", line) for line in lines)
    assert any(re.match(r"✗ 2\.10 +check 2\.10 +0 / 4", line) for line in lines)
    assert "        off by up to 0.42" in [line.rstrip() for line in lines]
    assert "(2 checks)" in " ".join(lines)


def test_what_could_not_be_graded_is_marked_otherwise_than_a_failure(report):
    text = terminal_text(report)
    assert "? 2.12" in text
    assert "✗ 2.12" not in text
    assert "COULD NOT BE GRADED: 2.12" in text


def test_untouched_checks_of_one_function_are_one_entry(report):
    blank = replace(
        report,
        outcomes=tuple(
            check(f"3.{i}", 0, 2, Status.FAILED, attempted=False, message="not implemented yet") for i in range(1, 12)
        ),
    )
    text = terminal_text(blank)
    assert text.count("not implemented yet") == 1
    assert re.search(r"– 3\.1 - 3\.11 +function_3 +0 / 22", text)
    assert Page(html.page(blank)).text.count("not implemented yet") == 1


@pytest.mark.parametrize("width", [20, 40, 60, 200])
def test_any_width_shows_every_word_and_stays_within_it(report, width):
    text = terminal_text(report, width)
    assert max(map(len, text.splitlines())) <= width
    squeezed = "".join(text.split())
    for words in ("2.10", "offbyupto0.42", "halfright", "grader'sfault,notyours", "30/30"):
        assert words in squeezed


def test_without_colour_support_nothing_but_text_is_written(report, monkeypatch):
    assert "\x1b" not in terminal_text(report)
    monkeypatch.setenv("NO_COLOR", "1")
    file = io.StringIO()
    terminal.show(report, Console(file=file, width=100, force_terminal=True))
    assert not re.search(r"\x1b\[[\d;]*3[0-7]m", file.getvalue())


def test_a_terminal_that_knows_ascii_only_gets_ascii(report):
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding="ascii", errors="strict")
    terminal.show(with_message(report, "naïve ✗ 数"), Console(file=file, width=100))
    file.flush()
    text = raw.getvalue().decode("ascii")
    assert "x 2.10" in text
    assert "##########" in text


# The page


def test_the_page_loads_nothing_and_runs_nothing(report):
    page = Page(html.page(report, staff=True))
    assert not {"script", "link", "img", "iframe", "object", "base", "form"} & set(page.tags)
    assert not {"src", "href", "action"} & {name for name, _ in page.attributes}
    policies = [value for name, value in page.attributes if name == "content" and value and "default-src" in value]
    assert len(policies) == 1
    assert policies[0].startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert "url(" not in html.page(report)
    assert "@import" not in html.page(report)


def test_the_page_has_one_main_heading_a_language_and_named_columns(report):
    page = Page(html.page(report))
    assert page.tags.count("h1") == 1
    assert ("lang", "en") in page.attributes
    assert ("scope", "col") in page.attributes
    assert ("scope", "row") in page.attributes
    labels = {value for name, value in page.attributes if name == "aria-labelledby"}
    assert labels <= {value for name, value in page.attributes if name == "id"}


def test_the_page_shows_what_was_lost_and_folds_what_passed(report):
    source = html.page(report)
    lost, passed = source.index("off by up to 0.42"), source.index("check 2.9")
    assert source.rfind("<details", 0, lost) <= source.rfind("</details>", 0, lost)
    assert source.rfind("<details", 0, passed) > source.rfind("</details>", 0, passed)


# Numbers in short


@pytest.mark.parametrize(
    ("chosen", "short"),
    [
        (["3.9", "3.10", "3.11"], "3.9 - 3.11"),
        (["3.9", "3.10"], "3.9, 3.10"),
        (["3.8", "3.10", "3.12"], "3.8, 3.10, 3.12"),
        ([], ""),
    ],
)
def test_neighbouring_numbers_are_a_range(chosen, short):
    assert plain.ranges(chosen, [f"3.{i}" for i in range(8, 13)]) == short
