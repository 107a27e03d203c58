"""The audit's tables for people: in the terminal, and as one page that loads nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from rich.console import Console
from rich.markup import escape
from rich.table import Table as RichTable

from autograder.audit.tables import Table


def show(tables: Sequence[Table], console: Console) -> None:
    """Print each table, a line for each function, and below it what is not as it must be."""
    for table in tables:
        shown = RichTable(title=table.title, title_justify="left", title_style="bold")
        shown.add_column("function")
        shown.add_column("rows", justify="right")
        shown.add_column("as they must be", justify="right")
        for function, count, good in by_function(table):
            style = "" if good == count else "red"
            shown.add_row(escape(function), str(count), str(good), style=style)
        console.print(shown)
        console.print(table.summary, highlight=False, markup=False)
        for failure in table.failures:
            console.print(f"  {failure}", style="red", highlight=False, markup=False, soft_wrap=True)
        console.print()


def show_details(table: Table, console: Console) -> None:
    """Print every row of a table."""
    shown = RichTable(title=table.title, title_justify="left", title_style="bold")
    for column in ("function", *table.columns):
        shown.add_column(column, overflow="fold")
    for row in table.rows:
        shown.add_row(escape(row.function), *map(escape, row.cells), style="red" if row.wrong else "")
    console.print(shown)


def by_function(table: Table) -> list[tuple[str, int, int]]:
    """For each function, in order: how many rows it has, and how many are as they must be."""
    functions = dict.fromkeys(row.function for row in table.rows)
    rows = {function: [row for row in table.rows if row.function == function] for function in functions}
    return [(function, len(found), sum(not row.wrong for row in found)) for function, found in rows.items()]


def page(tables: Sequence[Table], seconds: float) -> str:
    """The page as text; write it as UTF-8."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("audit.html.j2").render(tables=tables, by_function=by_function, seconds=seconds)
