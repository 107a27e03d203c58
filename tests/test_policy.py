"""The policies of an assignment: what the file may say, what counts and what is shown, by Gradescope's metadata."""

from __future__ import annotations

import json
import re
from dataclasses import fields, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from autograder import assignment as loader
from autograder.__main__ import main
from autograder.assignment import ROOT, load, tomllib
from autograder.build import prove
from autograder.errors import AssignmentError
from autograder.gradescope.container import grade_in
from autograder.grading import Settings, grade_submission
from autograder.policy import apply, dates, metadata
from autograder.policy import policy as policies
from autograder.policy.apply import Ruling, counted, rule
from autograder.policy.metadata import Metadata
from autograder.policy.policy import Late, Policy
from autograder.report import gradescope, rows
from autograder.results import LeaderboardRow, Outcome, Report, Status
from autograder.submission.load import load as load_submission
from autograder.worker.student import Limits
from autograder.worker.warm import Warm
from tests.assignments import ALL, KNN, PROJECT1
from tests.submissions import notebook_of

DETROIT = ZoneInfo("America/Detroit")
DUE = "2026-09-09T23:59:00.000000-04:00"
LATE_DUE = "2026-09-12T23:59:00.000000-04:00"
MADE = "2026-09-09T17:12:43.921648-07:00"  # 20:12 in Detroit
PERCENT = Late("percent", per_day=10)
TOKENS = Late("tokens", per_day=10, days=2)


def told(
    created: Any = MADE, due: Any = DUE, late_due: Any = None, earlier: list[Any] | tuple[Any, ...] = (), **more: Any
) -> dict[str, Any]:
    """Metadata of the form that Gradescope writes."""
    return {
        "id": 123456,
        "created_at": created,
        "assignment": {
            "due_date": due,
            "group_size": 2,
            "group_submission": True,
            "id": 25828,
            "course_id": 1234,
            "late_due_date": late_due,
            "release_date": "2026-08-31T00:00:00.000000-04:00",
            "title": "An assignment",
            "total_points": "100.0",
        },
        "submission_method": "upload",
        "users": [{"email": "student@example.edu", "id": 1, "name": "A Student"}],
        "previous_submissions": [
            {"submission_time": time, "score": 3.0, "autograder_error": False, "results": {"output": "old words"}}
            for time in earlier
        ],
        **more,
    }


def ruled(policy: Policy, data: dict[str, Any], now: str | None = None) -> Ruling:
    """What holds for this submission when the grader runs then, or at once."""
    found = metadata.of(data)
    at = metadata.moment_of(now) if now else found.created_at or datetime.now(timezone.utc)
    return rule(policy, found, at)


def at(text: str) -> str:
    """A local time of Detroit as Gradescope writes it."""
    return datetime.fromisoformat(text).replace(tzinfo=DETROIT).isoformat(timespec="microseconds")


# ---- what the file may say


def of(text: str) -> Policy:
    return policies.read(tomllib.loads(text), "nine/assignment.toml, policy")


def test_an_empty_table_and_none_change_nothing() -> None:
    assert of("") == Policy() == PROJECT1.policy
    assert rule(Policy(), metadata.of(told(created=at("2026-10-01T12:00:00"))), datetime.now(timezone.utc)) == Ruling(
        late_by=timedelta(days=21, hours=12, minutes=1), days_late=22
    )


def test_the_defaults_are_the_graders_own() -> None:
    for of_ in ALL:
        usual = Settings(of_)
        assert Settings.of(replace(of_, policy=Policy())) == usual
        assert usual.limits == Limits()


def test_every_setting_is_read() -> None:
    policy = of(
        """
        time_zone = "Europe/Berlin"
        due = 2026-09-30T23:59:00
        late_due = 2026-10-03T23:59:00-04:00
        late = { rule = "tokens", days = 2, per_day = 12.5 }
        feedback_per_day = 5
        hints = "after_due_date"
        visibility = { one = "hidden", "2.10" = "after_published" }
        leaderboard = { "accuracy (%)" = "accuracy" }
        budget = 300
        call_seconds = 2.5
        memory = 256
        required_files = ["one", "best.pt"]
        scale_to = 95
        """
    )
    assert policy == Policy(
        "Europe/Berlin",
        datetime(2026, 9, 30, 23, 59),
        datetime.fromisoformat("2026-10-03T23:59:00-04:00"),
        Late("tokens", 12.5, 2),
        5,
        "after_due_date",
        (("one", "hidden"), ("2.10", "after_published")),
        (("accuracy (%)", "accuracy"),),
        300,
        2.5,
        256,
        ("one", "best.pt"),
        95,
    )
    changed = [field.name for field in fields(Policy) if getattr(policy, field.name) == getattr(Policy(), field.name)]
    assert changed == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("feedback_a_day = 5", "there is no setting 'feedback_a_day'; did you mean 'feedback_per_day'?"),
        ("xyzzy = 5", "there is no setting 'xyzzy'; there are time_zone, due, late_due, late, "),
        ('feedback_per_day = "5"', "feedback_per_day should be a number, but is '5'."),
        ("feedback_per_day = true", "feedback_per_day should be a number, but is True."),
        ("feedback_per_day = 0", "feedback_per_day should be 1 to 1,000 submissions a day, but is 0."),
        ("due = 2026-09-30", "due should be a date with a time, as 2026-09-30T23:59:00, but is 2026-09-30."),
        ('due = "tomorrow"', "due should be a date with a time, as 2026-09-30T23:59:00, but is 'tomorrow'."),
        ("due = 0206-09-30T23:59:00", "due should be a date that is meant, but is 0206-09-30 23:59:00."),
        (
            "due = 2026-09-30T23:59:00\nlate_due = 2026-09-30T23:58:00-04:00",
            "late_due should not be before due, but is 2026-09-30 23:58:00-04:00, and due is 2026-09-30 23:59:00.",
        ),
        (
            'time_zone = "America/Detriot"',
            "there is no time zone 'America/Detriot'; did you mean 'America/Detroit'?",
        ),
        ('time_zone = "../etc/passwd"', "there is no time zone '../etc/passwd'"),
        ('time_zone = "America"', "there is no time zone 'America'"),
        ('late = "percent"', "late should be a table, but is 'percent'."),
        ("late = { per_day = 10 }", "policy, late: the setting 'rule' is missing; it is one of none, percent, tokens."),
        ('late = { rule = "precent", per_day = 10 }', "but is 'precent'; did you mean 'percent'?"),
        ('late = { rule = "percent" }', "the rule 'percent' takes per_day; 'per_day' is missing."),
        ('late = { rule = "tokens", per_day = 10 }', "the rule 'tokens' takes days and per_day; 'days' is missing."),
        ('late = { rule = "none", per_day = 10 }', "the rule 'none' takes nothing else, not 'per_day'."),
        ('late = { rule = "percent", per_day = 110 }', "per_day should be 0 to 100 percent, but is 110."),
        ('late = { rule = "percent", per_day = nan }', "per_day should be 0 to 100 percent, but is nan."),
        ('hints = "of"', "hints should be one of on, off, after_due_date, but is 'of'; did you mean 'off'?"),
        (
            'visibility = { one = "after due date" }',
            "policy, visibility: one should be one of visible, after_due_date, after_published, hidden, but is "
            "'after due date'; did you mean 'after_due_date'?",
        ),
        ('visibility = { 2.10 = "hidden" }', "a check's number or a file's name stands in quotes: \"2.10\" = "),
        ('leaderboard = "no"', "leaderboard should be one of on, off, but is 'no'"),
        ("leaderboard = false", "leaderboard should be a text or a table, but is False."),
        ('leaderboard = { a = "x", b = "x" }', "two columns have the name 'x'"),
        ("leaderboard = { a = 1 }", "policy, leaderboard: a should be a text, but is 1."),
        ("budget = 3600", "budget should be 10 to 2,400 seconds"),
        ("call_seconds = 0", "call_seconds should be 0.1 to 2,400 seconds, but is 0."),
        ("memory = 8", "memory should be 128 to 1,048,576 MB, but is 8."),
        ("memory = 512.5", "memory should be a number, but is 512.5."),
        ("required_files = [1]", "required_files should be a list of texts, but holds 1."),
        ("scale_to = 0", "scale_to should be 0.01 to 100,000 points, but is 0."),
    ],
)
def test_a_wrong_setting_is_named_with_what_was_expected(text: str, message: str) -> None:
    with pytest.raises(AssignmentError) as caught:
        of(text)
    assert str(caught.value).startswith("nine/assignment.toml, policy")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'visibility = { onne = "hidden" }',
            "visibility: there is no part, function or check 'onne'; did you mean 'one'?",
        ),
        (
            'visibility = { "9.99" = "hidden" }',
            "there is no part, function or check '9.99'; its parts are one, best.pt.",
        ),
        ('required_files = ["best.pth"]', "there is no part or file of weights 'best.pth'; did you mean 'best.pt'?"),
        ('leaderboard = { "acuracy" = "a" }', "no check gives a value 'acuracy'; did you mean 'accuracy'?"),
    ],
)
def test_a_policy_names_only_what_there_is(text: str, message: str) -> None:
    with pytest.raises(AssignmentError) as caught:
        policies.refuse_strangers(of(text), ["one", "best.pt", "1.1"], ["one", "best.pt"], ["accuracy"], "here")
    assert message in str(caught.value)


def test_an_assignment_is_loaded_with_its_policy_and_not_with_one_that_names_a_stranger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "project1" / "assignment.toml"
    file.parent.mkdir()
    text = (PROJECT1.folder / "assignment.toml").read_text()
    modules = [f"solutions.project1.checks.{path.stem}" for path in (PROJECT1.folder / "checks").glob("*.py")]
    monkeypatch.setattr(loader, "SOLUTIONS", tmp_path)
    monkeypatch.setattr(loader, "modules", lambda name: modules)
    table = """
        [policy]
        visibility = { knn = "hidden", sgd = "visible", "svm_best_model.pt" = "after_due_date", "2.10" = "hidden" }
        leaderboard = { "SVM test accuracy (%)" = "SVM" }
        required_files = ["optimizers", "svm_best_model.pt"]
        """
    file.write_text(text + table)
    assert load.__wrapped__("project1").policy.leaderboard == (("SVM test accuracy (%)", "SVM"),)
    file.write_text(text + table.replace("sgd", "sgdd"))
    with pytest.raises(AssignmentError, match=r"project1/assignment.toml, policy, visibility: .* did you mean 'sgd'\?"):
        load.__wrapped__("project1")
    file.write_text(text + table.replace('"SVM test', '"SVM tset'))
    with pytest.raises(AssignmentError, match=r"no check gives a value .* did you mean 'SVM test accuracy \(%\)'\?"):
        load.__wrapped__("project1")


def test_the_limits_of_the_file_are_those_of_the_grading() -> None:
    policy = of('budget = 300\ncall_seconds = 2.5\nmemory = 256\nhints = "off"')
    settings = Settings.of(replace(PROJECT1, policy=policy))
    assert (settings.budget, settings.hints) == (300, "off")
    assert settings.limits == Limits(seconds=2.5, memory=256 << 20)


# ---- late work


@pytest.mark.parametrize(
    ("created", "due", "days"),
    [
        (at("2026-09-09T23:58:59"), DUE, 0),
        (DUE, DUE, 0),
        ("2026-09-09T20:59:00.000000-07:00", DUE, 0),  # the same moment
        ("2026-09-10T03:59:00.000001Z", DUE, 1),
        (at("2026-09-10T23:59:00"), DUE, 1),
        (at("2026-09-10T23:59:01"), DUE, 2),
        (at("2026-09-12T12:00:00"), DUE, 3),
        # the day of 25 hours: 31 October 2026, 23:59 EDT to 1 November, 23:59 EST
        (at("2026-11-01T23:59:00"), at("2026-10-31T23:59:00"), 1),
        (at("2026-11-01T23:59:01"), at("2026-10-31T23:59:00"), 2),
        ("2026-11-02T04:58:59.000000Z", at("2026-10-31T23:59:00"), 1),
        # the hour that comes twice: 1:30 EDT is due, 1:30 EST is an hour late
        ("2026-11-01T01:30:00.000000-05:00", "2026-11-01T01:30:00.000000-04:00", 1),
        ("2026-11-01T01:30:00.000000-04:00", "2026-11-01T01:30:00.000000-05:00", 0),
        # the day of 23 hours: 13 March 2027, 23:59 EST to 14 March, 23:59 EDT
        (at("2027-03-14T23:59:00"), at("2027-03-13T23:59:00"), 1),
        (at("2027-03-14T23:59:01"), at("2027-03-13T23:59:00"), 2),
        # due at an hour that the next day does not have: it ends when the clock has jumped over it
        ("2027-03-14T07:30:00.000000Z", at("2027-03-13T02:30:00"), 1),
        ("2027-03-14T07:30:01.000000Z", at("2027-03-13T02:30:00"), 2),
        # Gradescope's offset is another zone's; the days are Detroit's
        ("2026-11-02T04:59:00.000000Z", "2026-10-31T20:59:00.000000-07:00", 1),
        (at("2036-09-10T00:00:00"), DUE, 3654),
    ],
)
def test_a_day_late_ends_at_the_same_time_of_day_however_many_hours_it_has(created: str, due: str, days: int) -> None:
    ruling = ruled(Policy(late=Late("percent", per_day=1)), told(created, due))
    assert ruling.days_late == days
    assert ruling.factor == pytest.approx(max(0, 1 - 0.01 * days))


@pytest.mark.parametrize(("created", "late"), [("2026-11-01T05:59:59.500000Z", 0), ("2026-11-01T06:00:00.500000Z", 1)])
def test_half_a_second_counts_also_while_the_clock_is_turned_back(created: str, late: int) -> None:
    due = "2026-11-01T01:00:00.000000-05:00"  # 6:00 UTC, the second 1:00 of that night
    assert ruled(Policy(late=PERCENT), told(created, due)).days_late == late


@pytest.mark.parametrize(
    ("late", "factors"),
    [
        (Late(), [1, 1, 1, 1, 1]),
        (PERCENT, [1, 0.9, 0.8, 0.7, 0.6]),
        (TOKENS, [1, 1, 1, 0.9, 0.8]),
        (Late("percent", per_day=40), [1, 0.6, 0.2, 0, 0]),
        (Late("tokens", per_day=100, days=1), [1, 1, 0, 0, 0]),
    ],
)
def test_what_a_day_costs(late: Late, factors: list[float]) -> None:
    made = [at(f"2026-09-{9 + days:02}T23:00:00") for days in range(5)]
    assert [ruled(Policy(late=late), told(created)).factor for created in made] == factors


def test_a_late_day_is_said_in_one_line_and_no_line_says_what_costs_nothing_by_rule() -> None:
    created = at("2026-09-11T08:00:00")
    assert ruled(Policy(late=PERCENT), told(created)).lines == (
        "late: handed in 1 day 8 h after the due date (9 Sep 2026, 23:59 EDT), which counts as 2 days: 20 % is taken "
        "off the score.",
    )
    assert ruled(Policy(late=TOKENS), told(created)).lines == (
        "late: handed in 1 day 8 h after the due date (9 Sep 2026, 23:59 EDT), which counts as 2 days, 2 of 2 free "
        "days used: nothing is taken off the score.",
    )
    assert ruled(Policy(), told(created)).lines == ()
    assert ruled(Policy(late=PERCENT), told(MADE)).lines == ()


def test_after_the_last_date_for_late_work_it_is_graded_and_said_so() -> None:
    ruling = ruled(Policy(), told(at("2026-09-12T23:59:01"), late_due=LATE_DUE))
    assert ruling.factor == 1
    assert ruling.lines == (
        "too late: handed in after the last date for late work (12 Sep 2026, 23:59 EDT). it was graded all the same; "
        "whether it counts is for the staff to say.",
    )
    assert ruled(Policy(), told(LATE_DUE, late_due=LATE_DUE)).lines == ()


def test_dates_of_the_file_win_over_gradescopes() -> None:
    later = Policy(due=datetime(2026, 9, 10, 23, 59), late=PERCENT)  # local: Detroit's
    assert ruled(later, told(at("2026-09-10T23:59:00"))).days_late == 0
    assert ruled(later, told(at("2026-09-10T23:59:01"))).days_late == 1
    assert ruled(later, told(at("2026-09-10T23:59:01"), due=None)).days_late == 1
    berlin = replace(later, time_zone="Europe/Berlin")
    assert ruled(berlin, told(at("2026-09-10T17:59:01"))).days_late == 1
    offset = replace(later, due=metadata.moment_of("2026-09-10T23:59:00-12:00"))
    assert ruled(offset, told(at("2026-09-11T07:59:00"))).days_late == 0


def test_a_late_date_of_gradescopes_before_the_files_due_date_does_not_count() -> None:
    later = Policy(due=datetime(2026, 9, 20, 23, 59))
    assert ruled(later, told(at("2026-09-19T12:00:00"), late_due=LATE_DUE)).lines == ()


def test_without_a_due_date_nothing_is_late() -> None:
    assert ruled(Policy(late=PERCENT), told(due=None)) == Ruling()


# ---- feedback

FIVE = Policy(feedback_per_day=5)
MORNING = [at(f"2026-09-08T0{hour}:30:00") for hour in range(5)]


def test_the_sixth_submission_of_a_day_waits_and_says_when_and_why() -> None:
    created = at("2026-09-08T20:00:00")
    fifth = ruled(FIVE, told(created, earlier=MORNING[:4]))
    assert (fifth.feedback, fifth.used, fifth.factor) == (True, 5, 1.0)
    assert fifth.lines == (
        "feedback: this is submission 5 of the 5 a day that are answered at once (8 Sep 2026, America/Detroit).",
    )
    sixth = ruled(FIVE, told(created, earlier=MORNING))
    assert (sixth.feedback, sixth.used, sixth.factor) == (False, 6, 1.0)
    assert sixth.lines == (
        "no details yet: this is submission 6 of the day (8 Sep 2026, America/Detroit), and 5 a day are answered at "
        "once; the next day begins at 9 Sep 2026, 00:00 EDT. it was graded and its score counts; the details follow "
        "when the staff run the grader again after the due date, 9 Sep 2026, 23:59 EDT.",
    )


def test_without_a_limit_nothing_waits_and_nothing_is_said() -> None:
    ruling = ruled(Policy(), told(earlier=[MADE[:20] + f"{i:06}-07:00" for i in range(50)]))
    assert (ruling.feedback, ruling.lines) == (True, ())


@pytest.mark.parametrize("now", [at("2026-09-08T20:01:00"), DUE])
def test_a_rerun_before_the_due_date_agrees_whatever_was_handed_in_since(now: str) -> None:
    created = at("2026-09-08T04:30:00")
    first = ruled(FIVE, told(created, earlier=MORNING[:4]))
    since = [created, at("2026-09-08T04:30:01"), *(at(f"2026-09-08T{hour}:00:00") for hour in range(10, 20))]
    assert ruled(FIVE, told(created, earlier=[*MORNING[:4], *since]), now) == first
    assert first.feedback
    sixth = ruled(FIVE, told(at("2026-09-08T05:30:00"), earlier=MORNING))
    assert ruled(FIVE, told(at("2026-09-08T05:30:00"), earlier=[*MORNING, *since[2:]]), now) == sixth
    assert not sixth.feedback


def test_a_rerun_after_the_due_date_shows_what_had_to_wait_and_the_score_stands() -> None:
    data = told(at("2026-09-08T20:00:00"), earlier=MORNING)
    late = replace(FIVE, late=PERCENT)
    assert not ruled(late, data, DUE).feedback
    after = ruled(late, data, "2026-09-10T03:59:00.000001Z")
    assert after == Ruling()
    assert ruled(FIVE, told(at("2026-09-10T08:00:00"), earlier=[at("2026-09-10T07:00:00")] * 9)).feedback


@pytest.mark.parametrize(
    ("created", "earlier", "used"),
    [
        # midnight in Detroit, in whatever zone Gradescope writes it
        ("2026-09-08T04:00:00.000000Z", ["2026-09-08T03:59:59.999999Z"], 1),
        ("2026-09-08T04:00:00.000001Z", ["2026-09-08T04:00:00.000000Z"], 2),
        ("2026-09-07T21:30:00.000000-07:00", ["2026-09-07T20:30:00.000000-07:00"], 1),
        ("2026-09-07T23:30:00.000000-07:00", ["2026-09-07T21:30:00.000000-07:00"], 2),
        # the day of 25 hours: both hours of 1:30, and its last one
        ("2026-11-02T04:59:59.000000Z", ["2026-11-01T05:30:00.000000Z", "2026-11-01T06:30:00.000000Z"], 3),
        ("2026-11-02T04:59:59.000000Z", ["2026-11-01T04:00:00.000000Z"], 2),
        ("2026-11-02T04:59:59.000000Z", ["2026-11-01T03:59:59.000000Z"], 1),
        ("2026-11-02T05:00:00.000000Z", ["2026-11-02T04:59:59.000000Z"], 1),
        # the day of 23 hours
        ("2027-03-15T03:59:59.000000Z", ["2027-03-14T05:00:00.000000Z"], 2),
        ("2027-03-15T03:59:59.000000Z", ["2027-03-14T04:59:59.000000Z"], 1),
        ("2027-03-15T04:00:00.000000Z", ["2027-03-15T03:59:59.000000Z"], 1),
    ],
)
def test_a_day_is_a_calendar_day_of_the_assignments_time_zone(created: str, earlier: list[str], used: int) -> None:
    assert ruled(FIVE, told(created, due=None, earlier=earlier)).used == used


def test_another_time_zone_has_other_days() -> None:
    data = told("2026-09-08T15:30:00.000000Z", earlier=["2026-09-08T14:30:00.000000Z"])  # midnight in Tokyo between
    assert ruled(FIVE, data).used == 2
    assert ruled(replace(FIVE, time_zone="Asia/Tokyo"), data).used == 1


def test_without_a_due_date_it_is_said_that_the_details_will_not_follow() -> None:
    ruling = ruled(FIVE, told(at("2026-09-08T20:00:00"), due=None, earlier=MORNING))
    assert not ruling.feedback
    assert ruling.lines[0].endswith("this assignment has no due date after which the details would follow.")


# ---- hints


@pytest.mark.parametrize(
    ("created", "due", "after"),
    [
        ("2024-09-20T10:00:00.000000-04:00", "2024-09-20T11:00:00.000000-04:00", False),
        ("2024-09-20T10:00:00.000000-04:00", "2024-09-20T09:59:59.000000-04:00", True),
        ("2024-09-20T10:00:00Z", "2024-09-20T10:00:00.000000-04:00", False),
        ("2024-09-20T15:00:00Z", "2024-09-20T10:00:00.000000-04:00", True),
        ("2024-09-20T15:00:00Z", None, False),
    ],
)
def test_hints_after_the_due_date_go_by_when_the_submission_was_made(
    created: str, due: str | None, after: bool
) -> None:
    data = told(created, due)
    assert ruled(Policy(hints="after_due_date"), data).hints is after
    assert ruled(Policy(hints="after_due_date"), data, "2030-01-01T00:00:00Z").hints is after
    assert ruled(Policy(hints="on"), data).hints is True
    assert ruled(Policy(hints="off"), data).hints is False


# ---- metadata


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "[]",
        "null",
        "{}",
        "[" * 100_000,
        '{"created_at": 3, "assignment": {"due_date": null}}',
        '{"created_at": "yesterday", "assignment": {"due_date": "2026-09-09T23:59:00-04:00"}}',
        '{"created_at": "2026-09-10T12:00:00", "assignment": {"due_date": "2026-09-09T23:59:00-04:00"}}',
        '{"created_at": "0001-01-01T00:00:00+00:00", "assignment": {"due_date": "2026-09-09T23:59:00-04:00"}}',
        '{"created_at": "9999-12-31T23:59:59-12:00", "assignment": {"due_date": "2026-09-09T23:59:00-04:00"}}',
        "\ufeff{}",
    ],
)
def test_damaged_metadata_cost_nothing_hide_nothing_and_staff_are_told(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "submission_metadata.json"
    if text is not None:
        path.write_text(text)
    ruling = rule(replace(FIVE, late=PERCENT, hints="after_due_date"), metadata.read(path), datetime.now(timezone.utc))
    assert (ruling.factor, ruling.feedback, ruling.hints, ruling.lines) == (1.0, True, False, ())
    assert ruling.staff_notes and all(note.endswith("does not apply.") for note in ruling.staff_notes)
    assert rule(Policy(), metadata.read(path), datetime.now(timezone.utc)) == Ruling()  # nobody needs them


def test_what_is_damaged_costs_only_what_depends_on_it() -> None:
    policy = replace(FIVE, late=PERCENT)
    damaged = told(at("2026-09-08T20:00:00"), earlier=[*MORNING, None, 7, "soon"])
    damaged["previous_submissions"] += ["what is this", {}]
    assert not ruled(policy, damaged).feedback
    assert ruled(policy, damaged).staff_notes
    no_list = ruled(policy, told(at("2026-09-10T20:00:00"), previous_submissions={"a": 1}))
    assert (no_list.days_late, no_list.feedback) == (1, True)
    assert "previous_submissions is no list" in no_list.staff_notes[0]
    assert ruled(policy, told(at("2026-09-08T20:00:00"), due="soon", earlier=MORNING)).feedback is False


def test_a_machine_without_time_zones_takes_gradescopes_offset_and_tells_staff(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apply, "zone_of", lambda _: None)
    data = told("2026-09-08T20:00:00.000000-04:00", earlier=["2026-09-08T03:59:59Z", "2026-09-08T04:00:00Z"])
    ruling = ruled(FIVE, data)
    assert ruling.used == 2
    assert ruling.staff_notes == (
        "this machine does not know the time zone America/Detroit; days are those of UTC-04:00.",
    )


def test_a_policy_is_read_on_a_machine_without_time_zones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policies, "zone_of", lambda _: None)
    monkeypatch.setattr(policies, "available_timezones", set)
    assert of("due = 2026-09-30T23:59:00\nlate_due = 2026-10-01T23:59:00").time_zone == "America/Detroit"


# ---- points, leaderboard, visibility, files


def check(number: str, points: float, most: float, extra: bool = False) -> Outcome:
    status = Status.PASSED if points == most else Status.FAILED
    return Outcome(number, f"check {number}", "one", f"f{number}", points, most, status, extra=extra)


@pytest.mark.parametrize("total", [95, 1, 100 / 3, 20.5, 1000])
@pytest.mark.parametrize("weights", [[1, 2, 3, 0.5], [1] * 7, [1 / 3] * 3, [2.5, 0.1, 0.1, 0.1]])
def test_scaled_points_add_up_to_the_scale_and_rows_to_the_score(total: float, weights: list[float]) -> None:
    checks = [check(f"1.{i}", w, w) for i, w in enumerate(weights)]
    extra = [check("1.98", 1, 1, extra=True), check("1.99", 0, 1, extra=True)]
    policy = Policy(scale_to=total)
    full = gradescope.render(counted(policy, Report("ada", outcomes=(*checks, *extra)), sum(weights)))
    by = total / sum(weights)
    assert full["score"] == pytest.approx(round(total, 4) + round(by, 4), abs=1e-9)
    assert sum(row["max_score"] for row in full["tests"][: len(checks)]) == pytest.approx(round(total, 4), abs=1e-9)
    assert [row["score"] for row in full["tests"]] == [row["max_score"] for row in full["tests"][:-1]] + [0.0]
    half = tuple(replace(c, points=c.max_points / 2) for c in checks)
    some = gradescope.render(counted(policy, Report("ada", outcomes=(*half, *extra)), sum(weights)))
    assert some["score"] == pytest.approx(sum(row["score"] for row in some["tests"]), abs=1e-9)
    assert some["score"] == pytest.approx(total / 2 + by, abs=1e-3)


def test_the_real_assignments_come_to_exactly_95() -> None:
    for of_ in ALL:
        outcomes = tuple(
            Outcome(a.number, a.title, a.part, a.function, a.points, a.points, Status.PASSED, extra=a.extra)
            for a, *_ in of_.checks
        )
        report = counted(Policy(scale_to=95), Report("ada", outcomes=outcomes), of_.points)
        assert (report.score, report.max_score) == (95, 95)
        assert report.extra == pytest.approx(of_.extra * 95 / of_.points, abs=1e-4)


def test_late_work_lowers_the_score_and_no_check() -> None:
    report = Report("ada", outcomes=(check("1.1", 6, 6), check("1.2", 0, 4), check("1.3", 2, 2, extra=True)))
    result = gradescope.render(report, Ruling(factor=0.8, lines=("late: so it is.",)))
    assert result["score"] == pytest.approx(6.4)
    assert [row["score"] for row in result["tests"]] == [6, 0, 2]
    assert result["output"].startswith("late: so it is.\n")


@pytest.mark.parametrize(
    ("leaderboard", "names"),
    [
        ("", ["accuracy (%)", "steps"]),
        ('leaderboard = "on"', ["accuracy (%)", "steps"]),
        ('leaderboard = "off"', []),
        ('leaderboard = { steps = "fewest steps", "accuracy (%)" = "best", time = "t" }', ["fewest steps", "best"]),
    ],
)
def test_the_leaderboard_has_the_rows_that_the_file_names(leaderboard: str, names: list[str]) -> None:
    rows = (LeaderboardRow("accuracy (%)", 51.0), LeaderboardRow("steps", 7.0, "asc"))
    found = gradescope.render(counted(of(leaderboard), Report("ada", leaderboard=rows), 1))["leaderboard"]
    assert [row["name"] for row in found] == names
    assert {"fewest steps": "asc", "steps": "asc"}.get(names[0] if names else "", "desc") == (
        found[0]["order"] if found else "desc"
    )


def test_the_most_exact_word_on_a_checks_visibility_wins() -> None:
    policy = of('visibility = { one = "hidden", f = "after_due_date", "1.2" = "visible", "1.9" = "after_published" }')
    assert policy.visibility_of("1.1", "f", "one") == "after_due_date"
    assert policy.visibility_of("1.2", "f", "one") == "visible"
    assert policy.visibility_of("1.3", "g", "one") == "hidden"
    assert policy.visibility_of("2.1", "h", "two") == "visible"
    assert policy.visibility_of("1.4", "f", "one", own="after_published") == "after_published"  # it stands on the check
    assert policy.visibility_of("1.2", "f", "one", own="hidden") == "visible"


def test_required_files_that_are_missing_are_named() -> None:
    def line(policy: str, *handed_in: str) -> tuple[str, ...]:
        outcomes = tuple(
            Outcome(f"{i}.1", name, part, name, 0, 1, Status.FAILED, attempted=part in handed_in and name in handed_in)
            for i, (name, part) in enumerate([("f", "one"), ("best.pt", "one"), ("g", "two")], start=1)
        )
        files = {part: f"{part}.ipynb" for part in ("one", "two") if part in handed_in}
        return apply.missing(of(policy), Report("ada", files=files, outcomes=outcomes))

    assert line("", "two", "g") == ()
    assert line('required_files = ["one", "best.pt"]', "one", "f", "best.pt") == ()
    assert line('required_files = ["two"]', "two") == ()  # handed in, with nothing in it
    assert line('required_files = ["two", "best.pt"]', "one", "f") == (
        "MISSING: two.ipynb, best.pt. what belongs to it counts 0; hand in all files together, in one submission.",
    )


# ---- in the container

ROOTS = """def compute_distances_two_loops(x_train, x_test):
    return ((x_train[:, None] - x_test[None]) ** 2).flatten(2).sum(2).sqrt()
"""
WRONG = "def compute_distances_two_loops(x_train, x_test):\n    raise ValueError('SECRET of a student')\n"


def in_container(root: Path, data: dict[str, Any] | None) -> Path:
    (root / "submission").mkdir(parents=True)
    notebook_of(root / "submission", "knn", {"compute_distances_two_loops": WRONG})
    if data is not None:
        (root / "submission_metadata.json").write_text(json.dumps(data))
    return root


def graded(warm: Warm, root: Path, now: str = MADE, **policy: Any) -> dict[str, Any]:
    settings = replace(Settings.of(replace(PROJECT1, policy=Policy(**policy))), parts=(KNN,))
    assert grade_in(root, warm, settings, metadata.moment_of(now)) == 0
    found: dict[str, Any] = json.loads((root / "results" / "results.json").read_text())
    return found


def words(report: Report) -> set[str]:
    """Every text of what was found that a student could learn from."""
    found = {report.submission, *report.notes, *report.staff_notes, *report.files.values()}
    for outcome in report.outcomes:
        found |= {outcome.title, outcome.function, outcome.message, outcome.hint, outcome.staff}
    return {word for word in found if word and word != "submission"}


def test_feedback_that_waits_is_nowhere_in_the_results_and_the_score_stands(
    warm: Warm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = told(at("2026-09-08T20:00:00"), earlier=MORNING)
    root = in_container(tmp_path, data)
    everything = words(
        grade_submission(load_submission(root / "submission", PROJECT1.parts), warm, Settings(PROJECT1, parts=(KNN,)))
    )
    assert any("SECRET" in word for word in everything)
    shown = graded(warm, root, now="2026-09-10T04:00:00Z", feedback_per_day=5)
    assert "SECRET" in json.dumps(shown) and len(list(rows.checks(shown))) == 15

    written: list[str] = []
    write = gradescope.write

    def spy(report: Report, path: Path, ruling: Ruling, staff: str) -> None:
        write(report, path, ruling, staff)
        written.append(path.read_text())

    monkeypatch.setattr(gradescope, "write", spy)
    waiting = graded(warm, root, now="2026-09-09T04:00:00Z", feedback_per_day=5)
    assert waiting["score"] == shown["score"] > 0
    assert waiting["tests"] == []
    assert set(waiting) == {
        "score",
        "execution_time",
        "output",
        "output_format",
        "stdout_visibility",
        "visibility",
        "tests",
    }
    assert waiting["output"].startswith("no details yet: this is submission 6 of the day")
    assert len(written) == 16
    for text in written:  # after every check, too
        assert [word for word in everything if word in text] == []
        assert "old words" not in text


def test_in_the_container_points_are_scaled_late_days_cost_and_a_missing_file_is_named(
    warm: Warm, tmp_path: Path
) -> None:
    root = in_container(tmp_path, told(at("2026-09-10T08:00:00"), late_due=LATE_DUE))
    plain = graded(warm, root)
    found = graded(warm, root, scale_to=95, late=PERCENT, required_files=("knn", "optimizers"), leaderboard=())
    assert sum(row["score"] for row in found["tests"]) == pytest.approx(0.95 * plain["score"], abs=1e-3)
    assert found["score"] == pytest.approx(0.9 * sum(row["score"] for row in found["tests"]), abs=1e-3)
    assert "10 % is taken off the score." in found["output"].splitlines()[0]
    assert "MISSING" not in found["output"] and "late" not in plain["output"]


def test_in_the_container_groups_of_checks_have_the_files_visibility_and_hidden_inputs_stay_hidden(
    warm: Warm, tmp_path: Path
) -> None:
    function = "compute_distances_two_loops"
    root = in_container(tmp_path, told())
    found = graded(warm, root, visibility=(("knn", "after_published"), (function, "hidden"), ("1.3", "visible")))
    *cards, staff = found["tests"]
    seen = {(card["tags"][1], card["visibility"]) for card in cards}
    assert (function, "hidden") in seen and len(seen) == len(cards) == len(KNN.functions) + 1
    assert {visibility for name, visibility in seen if name != function} == {"after_published", "visible"}
    (visible,) = [card for card in cards if card["visibility"] == "visible"]
    assert [check["number"] for check in visible["extra_data"]["checks"]] == ["1.3"]
    assert sum(card["score"] for card in cards) == found["score"]
    assert sum(card["max_score"] for card in cards) == KNN.points
    hidden = [card for card in cards if card["visibility"] == "hidden"]
    assert hidden and all("SECRET" not in card["output"] for card in hidden)  # its text could show the inputs
    assert "/ 30" not in found["output"]  # else the sum would tell what the cards do not
    assert (staff["name"], staff["visibility"]) == ("for staff", "hidden")
    assert "MB at most" in staff["output"] and "s in all" in staff["output"]
    only_later = graded(warm, root, visibility=(("knn", "after_published"),))
    assert {card["visibility"] for card in only_later["tests"]} == {"after_published"}


@pytest.mark.parametrize(("created", "hinted"), [("2026-09-10T08:00:00", True), ("2026-09-09T08:00:00", False)])
def test_in_the_container_hints_after_the_due_date_are_there_after_it(
    warm: Warm, tmp_path: Path, created: str, hinted: bool
) -> None:
    root = in_container(tmp_path, told(at(created)))
    notebook_of(root / "submission", "knn", {"compute_distances_two_loops": ROOTS})
    found = graded(warm, root, hints="after_due_date", visibility=(("1.9", "hidden"),))
    assert ("hint:" in json.dumps(found["tests"][0])) is hinted
    assert ("two_loops_square_root" in found["tests"][-1]["output"]) is hinted  # for staff, by its name


def test_without_metadata_everything_is_shown_and_only_staff_read_why(
    warm: Warm, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = graded(warm, in_container(tmp_path, None), feedback_per_day=5, late=PERCENT)
    assert len(list(rows.checks(found))) == 15
    assert "submission_metadata.json cannot be read" not in json.dumps(found)
    assert "submission_metadata.json cannot be read (FileNotFoundError" in capsys.readouterr().out


# ---- the proof of the zip


def test_the_proof_of_the_zip_holds_on_another_scale_and_notices_what_is_wrong_on_it() -> None:
    policy = Policy(scale_to=95, due=datetime(2026, 9, 9, 23, 59), late=PERCENT, feedback_per_day=1)
    of_ = replace(PROJECT1, policy=policy)
    ruling = ruled(policy, prove.in_time(of_))
    assert (ruling.factor, ruling.feedback) == (1.0, True)
    outcomes = tuple(
        Outcome(a.number, a.title, a.part, a.function, a.points, a.points, Status.PASSED, extra=a.extra)
        for a, *_ in of_.checks
    )
    row = prove.Row("all", {}, {part.name: part.points for part in of_.parts}, of_.extra)

    def judged(outcomes: tuple[Outcome, ...]) -> prove.Scored:
        results = gradescope.render(counted(policy, Report("ada", outcomes=outcomes), of_.points))
        return prove.judge(of_, row, results, 1.0, 0, cached=False)

    right = judged(outcomes)
    assert (right.problems, right.points, right.extra) == ((), row.points, of_.extra)
    lost = replace(outcomes[0], points=outcomes[0].points - 0.1)
    assert any("29.9 points, must be 30" in problem for problem in judged((lost, *outcomes[1:])).problems)


# ---- the command


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["policy", "--project", "project1", *arguments]) == 0
    return capsys.readouterr().out


@pytest.fixture
def policy_of_project1(monkeypatch: pytest.MonkeyPatch) -> Policy:
    policy = Policy(
        due=datetime(2026, 9, 9, 23, 59),
        late_due=datetime(2026, 9, 12, 23, 59),
        late=PERCENT,
        feedback_per_day=5,
        hints="after_due_date",
        visibility=(("knn", "after_due_date"), ("sgd", "after_published"), ("2.10", "hidden")),
    )
    monkeypatch.setattr(loader, "load", lambda _: replace(PROJECT1, policy=policy))
    monkeypatch.setenv("COLUMNS", "200")
    return policy


def test_the_command_prints_what_a_student_would_see(
    capsys: pytest.CaptureFixture[str], policy_of_project1: Policy
) -> None:
    rows = printed(
        capsys, "--at", "2026-09-09 23:59", "--at", "2026-09-11T00:00", "--at", "2026-09-13 00:00"
    ).splitlines()
    assert "due 9 Sep 2026, 23:59 EDT (assignment.toml)" in rows
    assert "late work until 12 Sep 2026, 23:59 EDT (assignment.toml)" in rows
    in_time, late, too_late = (" ".join(row.split()) for row in rows[-3:])
    groups = "(after the due date); 2.10 (never); sgd (when published)"
    assert in_time == f"9 Sep 2026, 23:59 EDT in time 100 % shown (1 of 5 a day) no all but knn {groups}"
    assert late == f"11 Sep 2026, 00:00 EDT 1 day (2 days) 80 % shown shown all but knn {groups}"
    assert too_late.startswith(
        "13 Sep 2026, 00:00 EDT 3 days (4 days) 60 %, too late shown shown all but 2.10 (never); sgd"
    )


def test_the_command_says_what_waits(capsys: pytest.CaptureFixture[str], policy_of_project1: Policy) -> None:
    row = printed(capsys, "--at", "2026-09-09 20:00", "--submissions-today", "5").splitlines()[-1]
    assert " ".join(row.split()) == "9 Sep 2026, 20:00 EDT in time 100 % waits (6 of 5 a day) wait none: the score only"


def test_the_command_takes_dates_and_submissions_from_metadata(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], policy_of_project1: Policy
) -> None:
    file = tmp_path / "metadata.json"
    file.write_text(json.dumps(told(at("2026-09-08T20:00:00"), earlier=MORNING)))
    assert "waits (6 of 5 a day)" in printed(capsys, "--metadata", str(file))
    assert "shown (2 of 5 a day)" in printed(capsys, "--metadata", str(file), "--submissions-today", "1")


def test_without_dates_asked_for_it_looks_around_those_there_are(
    capsys: pytest.CaptureFixture[str], policy_of_project1: Policy
) -> None:
    said = printed(capsys)
    for moment in ("8 Sep 2026, 23:59 EDT", "9 Sep 2026, 23:59:01 EDT", "10 Sep 2026, 23:59:01 EDT", "12 Sep 2026"):
        assert moment in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--at", "tomorrow"], "--at takes a date and a time as 2026-10-01 23:59, not 'tomorrow'."),
        (["--at", "0001-01-01 00:00"], "--at takes a date that is meant, not '0001-01-01 00:00'."),
        (["--submissions-today", "-1"], "--submissions-today takes a number from 0 on, not -1."),
        (["--metadata", "nowhere.json"], "there is no file nowhere.json"),
        (
            ["--metadata", "README.md"],
            "README.md is no submission_metadata.json of Gradescope's: ",
        ),
        (["--metadata", "project1/tasks.json"], "project1/tasks.json is no submission_metadata.json of Gradescope's"),
        (["--project", "project9"], "there is no project 'project9'"),
    ],
)
def test_what_cannot_be_printed_is_said_in_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["policy", *arguments]) == 2
    said = capsys.readouterr().err.strip()
    assert said.startswith("autograder: ") and "\n" not in said
    assert message in said


# ---- words


@pytest.mark.parametrize(
    ("span", "words_"),
    [
        (timedelta(microseconds=1), "less than 1 s"),
        (timedelta(seconds=59), "59 s"),
        (timedelta(seconds=61), "1 min"),
        (timedelta(hours=1, minutes=20), "1 h 20 min"),
        (timedelta(hours=25), "1 day 1 h"),
        (timedelta(days=3), "3 days"),
    ],
)
def test_spans_are_said_in_their_two_largest_units(span: timedelta, words_: str) -> None:
    assert dates.said_span(span) == words_


def test_moments_are_said_with_their_zones_name_and_seconds_only_where_there_are_some() -> None:
    assert dates.said(metadata.moment_of("2026-11-01T06:30:00Z"), DETROIT) == "1 Nov 2026, 01:30 EST"
    assert dates.said(metadata.moment_of("2026-11-01T05:30:07Z"), DETROIT) == "1 Nov 2026, 01:30:07 EDT"


def test_metadata_keep_their_moments_to_the_microsecond() -> None:
    found = metadata.of(told(MADE, late_due=LATE_DUE, earlier=["2026-09-09T17:12:43.921647-07:00"]))
    assert found == Metadata(
        metadata.moment_of("2026-09-10T00:12:43.921648Z"),
        metadata.moment_of(DUE),
        metadata.moment_of(LATE_DUE),
        (metadata.moment_of("2026-09-10T00:12:43.921647Z"),),
    )


# ---- the page and the template


def test_the_examples_of_the_page_are_right_and_it_has_every_setting_with_its_default() -> None:
    page = (ROOT / "docs" / "policies.md").read_text(encoding="utf-8")
    first, *others = re.findall(r"(?ms)^```toml\n(.*?)^```", page)
    policy = policies.read(tomllib.loads(first)["policy"], "the page")
    groups = [part.name for part in PROJECT1.parts] + [about.number for about, *_ in PROJECT1.checks]
    columns = [getattr(getattr(case, name), "__leaderboard_column__", "") for _, case, name in PROJECT1.checks]
    policies.refuse_strangers(policy, groups, groups, columns, "the page")
    assert [of(line).late.rule for other in others for line in other.splitlines()] == ["none", "percent", "tokens"]
    rows = dict(re.findall(r"(?m)^\| (`.*?`) \| (.*?) \|", page))
    listed = [name for names in rows for name in re.findall(r"`(\w+)`", names)]
    assert sorted(listed) == sorted(field.name for field in fields(Policy))
    for name in ("time_zone", "late", "hints", "leaderboard", "budget", "call_seconds", "memory"):
        assert getattr(of(f"{name} = {rows[f'`{name}`'].strip('`')}"), name) == getattr(Policy(), name)


def test_every_example_of_the_template_can_be_taken_as_it_stands() -> None:
    template = (ROOT / "templates" / "project" / "solutions" / "assignment.toml").read_text(encoding="utf-8")
    lines = template[template.index("# [policy]") :].splitlines()
    policy = policies.read(
        tomllib.loads("\n".join(line.removeprefix("# ") for line in lines))["policy"], "the template"
    )
    left = [field.name for field in fields(Policy) if f"# {field.name} = " not in "\n".join(lines)]
    assert left == []
    policies.refuse_strangers(policy, ["first_steps", "1.2"], ["first_steps"], [], "the template")
