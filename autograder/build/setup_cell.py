"""The cell that every notebook begins with: it finds the project folder, in Colab or on a student's own machine."""

from __future__ import annotations

import re

from autograder.assignment import ROOT

PLACE = "# {set-up}"
"""What stands in a master where the cell goes."""
TEMPLATE = ROOT / "templates" / "notebook" / "setup.py"


def filled_in(source: str, assignment: str) -> str:
    """The set-up cell of an assignment in place of its placeholder; any other cell as it is."""
    if source.strip() != PLACE:
        return source
    return re.sub(r"\bNAME\b", assignment, TEMPLATE.read_text(encoding="utf-8")).rstrip()
