"""Every check has exactly one outcome, whatever happens in it and whatever was graded before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from gradescope_utils.autograder_utils.decorators import leaderboard, number, partial_credit, visibility, weight

from autograder.checks.case import CheckCase, Context, info, manifest, seed_of
from autograder.checks.expect import CheckFailed
from autograder.checks.runner import MESSAGE_LIMIT, run
from autograder.results import LeaderboardRow, Outcome, Status
from autograder.submission.source import Origin, Submission
from autograder.worker.errors import OutOfTime, Raised, TimedOut
from tests.assignments import KNN, PROJECT1

Score = Callable[[float], None]


class Sample(CheckCase):
    """Checks that end in every way a check can."""

    part = KNN
    function = "sample"
    needs_function = False

    @number("9.1")
    @weight(2)
    def test_right(self) -> None:
        """sample: right"""

    @number("9.2")
    @weight(2)
    def test_wrong(self) -> None:
        """sample: wrong"""
        raise CheckFailed("dists is off by up to 3.")

    @number("9.3")
    @weight(2)
    def test_our_fault(self) -> None:
        """sample: the grader's own fault"""
        raise KeyError("secret of the grader")

    @number("9.4")
    @weight(2)
    def test_skips_itself(self) -> None:
        """sample: skips itself"""
        self.skipTest("no reason")

    @number("9.5")
    @weight(2)
    def test_subtest(self) -> None:
        """sample: a subtest fails"""
        for i in range(3):
            with self.subTest(i=i):
                if i == 1:
                    raise CheckFailed("the second is wrong")

    @number("9.6")
    @weight(2)
    def test_prints(self) -> None:
        """sample: prints, then fails"""
        print("noise " * 100_000)
        raise CheckFailed("wrong " * 10_000)

    @number("9.7")
    @weight(2)
    @visibility("after_published")
    def test_hidden_exception(self) -> None:
        """sample: a hidden check meets an exception"""
        raise Raised("ValueError", "tensor([1., 2.]) is bad", Origin("knn.ipynb", 4, 2))

    @number("9.8")
    @weight(2)
    def test_time(self) -> None:
        """sample: no time is left"""
        raise OutOfTime("no time is left")

    @number("9.9")
    @weight(2)
    def test_too_slow(self) -> None:
        """sample: too slow"""
        raise TimedOut("stopped after 10 seconds.")

    @number("9.10")
    @partial_credit(4)
    @leaderboard("speed", "asc")
    def test_partial(self, set_score: Score, set_leaderboard_value: Score) -> None:
        """sample: partial credit and a leaderboard at once"""
        set_score(3)
        set_leaderboard_value(0.5)

    @number("9.11")
    @partial_credit(4)
    def test_no_score(self, set_score: Score) -> None:
        """sample: partial credit that is never given"""

    @number("9.12")
    @partial_credit(4)
    def test_score_then_error(self, set_score: Score) -> None:
        """sample: a score, then an exception"""
        set_score(4)
        raise CheckFailed("wrong after all.")

    @number("9.13")
    @partial_credit(4)
    def test_nan(self, set_score: Score) -> None:
        """sample: a score that is no number"""
        set_score(float("nan"))


def context() -> Context:
    nothing: Any = None
    return Context(KNN, nothing, Submission("sample"), nothing)


@pytest.fixture(scope="module")
def found() -> dict[str, Outcome]:
    shared = context()
    cases = [case(method, shared) for _, case, method in manifest([Sample])]
    return {outcome.number: outcome for outcome in run(cases)}


def test_every_check_has_one_outcome_in_the_order_of_its_number(found: dict[str, Outcome]) -> None:
    assert list(found) == [f"9.{i}" for i in range(1, 14)]


def test_a_right_answer_earns_its_points(found: dict[str, Outcome]) -> None:
    assert (found["9.1"].status, found["9.1"].points) == (Status.PASSED, 2)


def test_a_wrong_answer_shows_its_message(found: dict[str, Outcome]) -> None:
    assert (found["9.2"].status, found["9.2"].points) == (Status.FAILED, 0)
    assert found["9.2"].message == "dists is off by up to 3."


def test_a_fault_of_the_grader_is_shown_as_such_and_its_traceback_only_to_staff(found: dict[str, Outcome]) -> None:
    assert found["9.3"].status is Status.UNGRADED
    assert "secret" not in found["9.3"].message and "not your fault" in found["9.3"].message
    assert "KeyError" in found["9.3"].staff


def test_a_check_that_skips_itself_still_has_a_row(found: dict[str, Outcome]) -> None:
    assert found["9.4"].status is Status.UNGRADED


def test_a_failed_subtest_fails_its_check(found: dict[str, Outcome]) -> None:
    assert (found["9.5"].status, found["9.5"].message) == (Status.FAILED, "the second is wrong")


def test_messages_are_bounded_and_prints_do_not_show(found: dict[str, Outcome]) -> None:
    assert "noise" not in found["9.6"].message
    assert len(found["9.6"].message) < MESSAGE_LIMIT + 100
    assert "more characters" in found["9.6"].message


def test_a_hidden_check_shows_an_exceptions_type_and_line_but_not_its_text(found: dict[str, Outcome]) -> None:
    assert found["9.7"].message == "it raised ValueError (knn.ipynb, cell 4, line 2)"


def test_checks_after_the_budget_say_they_were_not_reached(found: dict[str, Outcome]) -> None:
    assert found["9.8"].status is Status.UNREACHED


def test_a_students_timeout_is_a_failure(found: dict[str, Outcome]) -> None:
    assert (found["9.9"].status, found["9.9"].message) == (Status.FAILED, "stopped after 10 seconds.")


def test_partial_credit_with_a_leaderboard_has_both() -> None:
    rows: list[LeaderboardRow] = []
    (outcome,) = run([Sample("test_partial", context())], lambda _, leaderboard: rows.extend(leaderboard))
    assert (outcome.points, outcome.max_points, outcome.status) == (3, 4, Status.FAILED)
    assert rows == [LeaderboardRow("speed", 0.5, "asc")]


def test_partial_credit_never_given_or_not_a_number_is_no_free_gift(found: dict[str, Outcome]) -> None:
    for number_ in ("9.11", "9.13"):
        assert (found[number_].status, found[number_].points) == (Status.UNGRADED, 0)


def test_a_score_set_before_an_exception_does_not_count(found: dict[str, Outcome]) -> None:
    assert (found["9.12"].status, found["9.12"].points) == (Status.FAILED, 0)


def test_a_score_does_not_outlive_its_submission() -> None:
    first = run([Sample("test_partial", context())])[0]
    assert first.points == 3

    class Silent(Sample):
        """The same check, which this time gives no score."""

        @number("9.10")
        @partial_credit(4)
        def test_partial(self, set_score: Score) -> None:  # type: ignore[override]
            """sample: partial credit and a leaderboard at once"""
            if self.context.submission.name == "generous":
                set_score(4)

    generous = context()
    generous.submission = Submission("generous")
    assert run([Silent("test_partial", generous)])[0].points == 4
    assert run([Silent("test_partial", context())])[0].points == 0


def test_a_function_that_lost_points_is_remembered_for_its_dependents() -> None:
    shared = context()
    run([Sample("test_right", shared)])
    assert shared.lost == set()
    run([Sample("test_wrong", shared)])
    assert shared.lost == {"sample"}


# ---- the manifest of the real checks


def test_two_checks_with_one_number_are_refused() -> None:
    class Twin(Sample):
        """A second set of the same numbers."""

    with pytest.raises(ValueError, match=r"two checks have the number 9\.1"):
        manifest([Sample, Twin])


def test_a_check_without_points_is_refused() -> None:
    class Bare(Sample):
        """One check without decorators."""

        def test_bare(self) -> None:
            """sample: bare"""

    with pytest.raises(ValueError, match=r"Bare\.test_bare needs a number"):
        info(Bare, "test_bare")


def test_each_check_has_its_own_fixed_seed() -> None:
    seeds = {about.number: seed_of(about.number) for about, *_ in PROJECT1.checks}
    assert len(set(seeds.values())) == len(seeds)
    assert seed_of("2.10") == seeds["2.10"] != seed_of("2.1")
