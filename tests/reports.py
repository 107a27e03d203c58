"""Reports for the tests of what renders them: one of every outcome, and one whose every text is hostile."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

from autograder.results import LeaderboardRow, Outcome, Report, Status

HINT = "the regularization is left out of the gradient: add 2 * reg * W"
EXAMPLE = "the smallest question it gets wrong: W = [[2]]: dW [[0]], expected [[4]]."
PICTURE = 'where dW is wrong: "+" is too large, "-" too small, "." right\n. . . +\n. . . -\n. . + +'
SECRET = "Traceback: KeyError in the hidden reference"
HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)> **bold** [link](javascript:alert(3)) [red]rich[/red] [/] "
    "{{ 7 * 7 }} \x1b[31mred\x1b[0m \x1b]8;;http://evil.example\x07click\x1b]8;;\x07 \x1b[2J\x1b[H \x9b31m \x07\x08\x00"
    'a\u202eb\u2066c\u200bd\ufeff \ud800 ", "score": 100, "x": "\r overwritten \u2028 end'
)
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def check(number: str, points: float, most: float, status: Status = Status.PASSED, **more: object) -> Outcome:
    part = {"1": "knn", "2": "linear_classifier", "3": "optimizers"}[number.split(".")[0]]
    plain_check = Outcome(number, f"check {number}", part, f"function_{number.split('.')[0]}", points, most, status)
    return replace(plain_check, **more)


def sample() -> Report:
    """One check of every outcome there is."""
    return Report(
        assignment="project1",
        submission="ada",
        files={"knn": "knn.ipynb", "linear_classifier": "linear.ipynb"},
        notes=("knn.ipynb was taken, not knn.py, whose stubs are untouched",),
        staff_notes=("staff alone read this note",),
        outcomes=(
            check(
                "2.10", 0, 4, Status.FAILED, message="off by up to 0.42", hint=HINT, example=EXAMPLE, picture=PICTURE
            ),
            check("2.9", 3, 3),
            check("1.1", 30, 30),
            check("2.11", 1, 3, Status.FAILED, message="half right", hint=HINT),
            check("2.12", 0, 5, Status.UNGRADED, message="an internal message", staff=SECRET),
            check("3.1", 0, 20, Status.UNREACHED),
            check("3.2", 0, 5, Status.FAILED, attempted=False, message="not implemented yet (cell 12)"),
            check("3.9", 0, 2.5, Status.FAILED, extra=True, attempted=False),
            check("3.10", 2.5, 2.5, extra=True),
        ),
        leaderboard=(LeaderboardRow("validation accuracy", 0.51),),
        seconds=4.123,
        confinement="its own user, no network",
    )


def hostile(report: Report) -> Report:
    outcomes = tuple(
        replace(o, message=HOSTILE, hint=HOSTILE, staff=HOSTILE, example=HOSTILE, picture=f"{HOSTILE}\n{HOSTILE}")
        if o.number == "2.10"
        else o
        for o in report.outcomes
    )
    return replace(
        report,
        submission=HOSTILE,
        files={"knn": HOSTILE},
        notes=(HOSTILE,),
        staff_notes=(HOSTILE,),
        outcomes=outcomes,
        confinement=HOSTILE,
    )


class Page(HTMLParser):
    """The elements, attributes and texts that a browser would find."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data
