"""The pairs as one page: no scripts, nothing loaded from elsewhere, readable in the dark and on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from autograder.similar.pairs import ALIKE, LISTED, Scored
from autograder.similar.sides import rows
from autograder.similar.table import evidence
from autograder.similar.work import Work


def page(
    title: str, works: Sequence[Work], scored: Scored, names: Sequence[str], skipped: Sequence[str], top: int
) -> str:
    """The page as text; write it as UTF-8.

    Args:
        title: of the assignment.
        works: the submissions that were compared.
        scored: their pairs.
        names: what each submission is called on the page.
        skipped: a line on each that was not compared.
        top: how many pairs to show side by side.
    """
    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("similar.html.j2").render(
        title=title,
        names=names,
        pairs=[(pair, evidence(pair), rows(pair, works, scored)) for pair in scored.pairs[:top]],
        scored=scored,
        skipped=skipped,
        alike=ALIKE,
        listed=LISTED,
    )
