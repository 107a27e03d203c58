"""The cell that every notebook begins with: it finds the project folder, in Colab or on a student's own machine."""

from __future__ import annotations

import re

from autograder.assignment import ROOT, Repository

PLACE = "# {set-up}"
"""What stands in a master where the cell goes."""
FETCH = re.compile(r"    if not found and not FOLDER:\n(?:(?: {8}.*)?\n)+")
"""What in the template fetches the folder from a repository."""
TEMPLATE = ROOT / "templates" / "notebook" / "setup.py"


def filled_in(source: str, assignment: str, repository: Repository | None = None) -> str:
    """The set-up cell of an assignment in place of its placeholder; any other cell as it is.

    Args:
        source: a cell of a master.
        assignment: its name.
        repository: where Colab fetches the project folder from if the Drive holds none; None leaves that out.
    """
    if source.strip() != PLACE:
        return source
    text = TEMPLATE.read_text(encoding="utf-8")
    if repository is None:
        text = FETCH.sub("", text)
    else:
        text = text.replace("REPOSITORY", repository.name).replace("BRANCH", repository.branch)
    return re.sub(r"\bNAME\b", assignment, text).rstrip()
