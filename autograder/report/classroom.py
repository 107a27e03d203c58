"""A whole class as one HTML page: who stands where, which checks are hard, and what was not understood."""

from __future__ import annotations

import collections
import itertools
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from autograder.report import plain
from autograder.report.grades import Graded
from autograder.results import Outcome, number_key

BINS = 20
MOST_ROWS = 400  # of the heat map; of a larger class every so many-th is shown
MOST_HINTS = 40
MOST_SLOW = 10
CELL, ROW = 11, 16  # pixels of the heat map

NO_FILE = "no file of this project was found"
_PARTLY = "partly"
KINDS = ("passed", _PARTLY, "lost", "untouched", "unreached", "ungraded", "optional")
_SHAPES = {  # a cell's drawing on no ground, from its upper left corner: told apart by shape, not by colour
    _PARTLY: "m1 13h9v-6z",
    "lost": "m1 1h9v13h-9z",
    "untouched": "m1 1h9v13h-9zm1.5 1.5v10h6v-10z",
    "unreached": "m1 6h9v3h-9z",
    "ungraded": "m1 1l9 13m0 -13l-9 13",
}


@dataclass
class Check:
    """How a class did on one check."""

    number: str
    label: str
    title: str
    part: str
    extra: bool
    max_points: float
    counts: collections.Counter[str] = field(default_factory=collections.Counter)
    points: float = 0.0

    @property
    def short(self) -> str:
        """Its label where room is short."""
        return self.label.removeprefix("task ")[:8]

    @property
    def tried(self) -> int:
        """How many are counted: all but untouched extra credit."""
        return self.counts.total() - self.counts["optional"]

    @property
    def rate(self) -> float:
        """The share that passed, 0 to 1; 1 where nobody tried."""
        return self.counts["passed"] / self.tried if self.tried else 1.0


@dataclass(frozen=True)
class Row:
    """One submission in short.

    Attributes:
        id: the name of its folder.
        name: whose it is, for people; "" where names are left out.
        total: points, extra credit included.
        full: all points, extra credit aside.
        seconds: wall time.
        kinds: for each check by its number how it came out, one of KINDS.
        trouble: why staff should look at it, or "".
    """

    id: str
    name: str
    total: float
    full: bool
    seconds: float
    kinds: dict[str, str]
    trouble: str

    @property
    def link(self) -> str:
        """Its report, from where the page lies."""
        return f"{quote(self.id)}/report.html"


@dataclass(frozen=True)
class Misconception:
    """A hint that was given, and to how many submissions."""

    function: str
    hint: str
    count: int


@dataclass(frozen=True)
class Class:
    """What the page shows."""

    title: str
    rows: tuple[Row, ...]
    checks: tuple[Check, ...]
    misconceptions: tuple[Misconception, ...]
    max_points: float
    absent: int

    @property
    def hardest_first(self) -> list[Check]:
        """The checks by the share that passed."""
        return sorted(self.checks, key=lambda check: (check.rate, number_key(check.number)))

    @property
    def missed(self) -> list[Check]:
        """The checks that somebody did not pass, hardest first."""
        return [check for check in self.hardest_first if check.rate < 1]

    @property
    def never_missed(self) -> list[Check]:
        """The others."""
        return [check for check in self.hardest_first if check.rate >= 1]

    @property
    def bins(self) -> list[tuple[str, int, float]]:
        """The distribution of points: a label, how many, and the share of the fullest."""
        most = max([self.max_points, *(row.total for row in self.rows)])
        width = most / BINS or 1.0
        counts = collections.Counter(min(int(row.total / width), BINS - 1) for row in self.rows)
        fullest = max(counts.values(), default=1)
        labels = [f"{plain.points(i * width)} to {plain.points((i + 1) * width)}" for i in range(BINS)]
        return [(label, counts[i], counts[i] / fullest) for i, label in enumerate(labels)]

    @property
    def shown(self) -> list[Row]:
        """The rows of the heat map, best first; of a large class evenly chosen ones."""
        ranked = sorted(self.rows, key=lambda row: (-row.total, row.id))
        if len(ranked) <= MOST_ROWS:
            return ranked
        return [ranked[round(i * (len(ranked) - 1) / (MOST_ROWS - 1))] for i in range(MOST_ROWS)]

    def kinds(self, row: Row) -> list[str]:
        """How a submission came out in each check, in their order."""
        return [row.kinds.get(check.number, "optional") for check in self.checks]

    @property
    def slowest(self) -> list[Row]:
        """The submissions that took longest."""
        return sorted(self.rows, key=lambda row: -row.seconds)[:MOST_SLOW]

    @property
    def troubled(self) -> list[Row]:
        """The submissions that staff should look at."""
        return [row for row in self.rows if row.trouble]

    def summary(self) -> dict[str, str]:
        """The numbers above the distribution."""
        totals = [row.total for row in self.rows]
        seconds = sorted(row.seconds for row in self.rows)
        if not totals:
            return {"submissions": "0"}
        found = {
            "submissions": f"{len(totals):,}",
            "mean": f"{statistics.fmean(totals):.1f}",
            "median": plain.points(statistics.median(totals)),
            "full marks": str(sum(row.full for row in self.rows)),
        }
        if self.absent:
            found["handed in nothing"] = str(self.absent)
        found["grading took"] = f"{_time(sum(seconds))} in all"
        found["each"] = f"{statistics.median(seconds):.1f} s, at most {seconds[-1]:.1f} s"
        return found


def look(graded: Iterable[Graded], title: str, absent: int, anonymous: bool) -> Class:
    """Go through a class once.

    Args:
        graded: the submissions.
        title: the assignment's.
        absent: how many handed in nothing.
        anonymous: leave out names, and links, whose addresses hold them.
    """
    checks: dict[str, Check] = {}
    hints: collections.Counter[tuple[str, str]] = collections.Counter()
    rows = []
    most = 0.0
    for one in graded:
        report = one.shown
        most = max(most, report.max_score)
        kinds = {}
        for outcome in report.outcomes:
            check = checks.get(outcome.number) or checks.setdefault(outcome.number, _check(outcome))
            kinds[outcome.number] = shown = _kind(outcome)
            check.counts[shown] += 1
            check.points += outcome.points
        hints.update({(outcome.function, outcome.hint) for outcome in report.outcomes if outcome.hint})
        names = ", ".join(plain.line(student.name or student.email or student.sid) for student in one.students)
        rows.append(
            Row(
                "" if anonymous else one.id,
                "" if anonymous else names or one.id,
                one.total,
                report.score >= report.max_score,
                report.seconds,
                kinds,
                _trouble(one, anonymous),
            )
        )
    found = tuple(Misconception(function, hint, count) for (function, hint), count in hints.most_common(MOST_HINTS))
    ordered = tuple(checks[number] for number in sorted(checks, key=number_key))
    return Class(title, tuple(rows), ordered, found, most, absent)


def page(of: Class) -> str:
    """The page as text; write it as UTF-8 beside the folders of the submissions."""
    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.get_template("class.html.j2")
    return template.render(of=of, points=plain.points, drawn=_drawn, cell=CELL, row=ROW, told=_told, percent=_percent)


def _check(outcome: Outcome) -> Check:
    return Check(outcome.number, outcome.label, outcome.title, outcome.part, outcome.extra, outcome.max_points)


def _kind(outcome: Outcome) -> str:
    kind = plain.kind(outcome)
    return _PARTLY if kind == "lost" and outcome.points > 0 else kind


def _trouble(one: Graded, anonymous: bool) -> str:
    report = one.shown
    ungraded = plain.ungraded_numbers(report)
    if ungraded:
        few = plain.ranges(ungraded, [outcome.number for outcome in report.outcomes])
        return f"checks {few} could not be graded"
    if not report.complete:
        return "grading was cut short"
    if not report.files:
        why = "" if anonymous else next(iter(report.notes), "").removeprefix("nothing to grade: ")  # it names files
        return f"{NO_FILE}: {why}" if why else NO_FILE
    unreached = sum(plain.kind(outcome) == "unreached" for outcome in report.outcomes)
    return f"{unreached} checks were not reached in time" if unreached else ""


def _drawn(kinds: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What a row of cells is drawn with: the ground of what earned points, and a path for each other kind in it."""
    ground, at = "", 0
    for earned, cells in itertools.groupby(kinds, lambda kind: kind in ("passed", _PARTLY)):
        width = CELL * len(list(cells))
        ground += f"M{at} 1h{width}v13h-{width}z" if earned else ""
        at += width
    if ground:
        yield "passed", ground
    for kind, shape in _SHAPES.items():
        if kind in kinds:
            yield kind, "".join(f"M{i * CELL} 0{shape}" for i, shown in enumerate(kinds) if shown == kind)


def _told(row: Row) -> str:
    """The same in words."""
    counts = collections.Counter(row.kinds.values())
    words = {"partly": "partly right", "untouched": "not attempted", "optional": "extra credit not attempted"}
    return ", ".join(f"{counts[kind]} {words.get(kind, kind)}" for kind in KINDS if counts[kind])


def _percent(share: float) -> str:
    """A share in percent that says 0 and 100 only where it is none and all."""
    shown = min(max(round(100 * share), 1), 99) if 0 < share < 1 else 100 * share
    return f"{shown:.0f} %"


def _time(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole} s" if whole < 120 else f"{whole // 60} min" if whole < 7200 else f"{whole / 3600:.1f} h"
