"""A Report on a terminal: one line for each part, then what was lost and why."""

from __future__ import annotations

from typing import Literal

from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from autograder.report import plain
from autograder.results import Report

BAR = 10  # cells of a full bar
_EIGHTHS = " ▏▎▍▌▋▊▉"
_MARKS = {
    "lost": ("✗", "red"),
    "untouched": ("–", "yellow"),
    "unreached": ("–", "yellow"),
    "ungraded": ("?", "magenta"),
}
_ASCII = str.maketrans({"✗": "x", "–": "-", "·": "-", "█": "#", **dict.fromkeys(_EIGHTHS[1:], "#")})


def show(report: Report, console: Console, *, staff: bool = False) -> None:
    """Print the report.

    Every text goes to the console as rich Text, never as markup: brackets in a student's message stay brackets.

    Args:
        report: what grading found.
        console: where to; its width, colours and encoding are respected.
        staff: show staff notes, tracebacks of the grader's faults and the messages of hidden checks too.
    """
    report = plain.settle(report)
    page = _Page(console)
    for warning in plain.warnings(report):
        page.put(page.text(warning, "bold red"))
    page.put(page.head(report))
    page.put(page.parts(report))
    for note in report.notes:
        page.put(page.indented(f"note: {note}", 2, "dim"))
    for entry in plain.entries(plain.group("", report.outcomes).open):
        page.put(Text())
        page.put(page.entry(entry, staff))
    if staff:
        if report.staff_notes or any(o.staff for o in report.outcomes):
            page.put(Text())
        for note in report.staff_notes:
            page.put(page.text(f"staff: {note}", "magenta"))
        for outcome in report.outcomes:
            if outcome.staff:
                page.put(page.text(f"staff: {outcome.label} {outcome.title}", "magenta"))
                page.put(page.indented(outcome.staff, 8))


class _Page:
    """A console together with what it can write: without Unicode, marks and bars turn into ASCII."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.ascii = console.options.ascii_only
        self.narrow = console.width < 60

    def put(self, what: Text | Table | Padding | Group) -> None:
        self.console.print(what)

    def text(self, text: str, style: str = "", justify: Literal["default", "right"] = "default") -> Text:
        if self.ascii:
            text = text.translate(_ASCII).encode("ascii", "replace").decode("ascii")
        return Text(text, style=style, justify=justify, overflow="fold")

    def indented(self, text: str, spaces: int, style: str = "") -> Padding:
        return Padding(self.text(text, style), (0, 0, 0, 2 if self.narrow else spaces))

    def row(self, *cells: Text, stretch: int) -> Table:
        """Cells side by side; the one at `stretch` takes what is left and wraps there."""
        table = Table.grid(padding=(0, 2, 0, 0), expand=True, pad_edge=False)
        for index in range(len(cells)):
            table.add_column(ratio=1 if index == stretch else None, no_wrap=index != stretch, overflow="fold")
        table.add_row(*cells)
        return table

    def head(self, report: Report) -> Table | Group:
        names = ", ".join(report.files.values()) or "no file taken"
        title = self.text(f"{report.assignment} · {report.submission} · {names}", "bold")
        score = f"{plain.points(report.score)} / {plain.points(report.max_score)}"
        total = self.text(f"{score}   {report.seconds:.1f} s", "bold", "right")
        return Group(title, total) if self.narrow else self.row(title, total, stretch=0)

    def parts(self, report: Report) -> Group:
        groups = plain.groups(report)
        if self.narrow:
            return Group(*(each for group in groups for each in self.stacked(group)))
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(overflow="fold")
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True, min_width=BAR)
        table.add_column(overflow="fold")
        for group in groups:
            bar = self.text(_bar(group.share), _colour(group))
            table.add_row(self.text(f"  {group.name}"), self.text(_score(group)), bar, self.text(group.remark, "dim"))
        return Group(table)

    def stacked(self, group: plain.Group) -> list[Text | Padding]:
        line = self.text(f"  {group.name} {_score(group).strip()}", _colour(group))
        return [line, self.indented(group.remark, 4, "dim")] if group.remark else [line]

    def entry(self, entry: plain.Group, staff: bool) -> Group:
        kind = plain.kind(entry.outcomes[0])
        mark, colour = _MARKS[kind]
        number = self.text(f"{mark} {entry.labels}", colour)
        score = self.text(f"{plain.points(entry.points)} / {plain.points(entry.max_points)}", justify="right")
        said = plain.said(entry.outcomes[0], staff)
        body = [self.indented(said, 8, "bold magenta" if kind == "ungraded" else "")] if said else []
        if picture := plain.picture(entry.outcomes[0], staff):
            body.append(self.indented(picture, 8, "dim"))
        if self.narrow:
            return Group(number, self.indented(entry.name, 2), score, *body)
        return Group(self.row(number, self.text(entry.name), score, stretch=1), *body)


def _score(group: plain.Group) -> str:
    return f"{plain.points(group.points):>5} / {plain.points(group.max_points)}"


def _colour(group: plain.Group) -> str:
    if group.share >= 1:
        return "green"
    if group.share > 0:
        return "yellow"
    return "dim" if group.outcomes[0].extra else "red"


def _bar(share: float) -> str:
    eighths = round(min(max(share, 0.0), 1.0) * BAR * 8)
    return ("█" * (eighths // 8) + _EIGHTHS[eighths % 8]).strip()
