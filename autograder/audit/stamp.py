"""That the audit of a whole assignment found all as it must be, and with which grader: a certificate names it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from autograder.assignment import ROOT
from autograder.batch import version

FOLDER = ROOT / "build" / "audit"


@dataclass(frozen=True)
class Stamp:
    """What an audit graded: how many right answers, known mistakes and mutants, all of them as they must be."""

    right: int
    mistakes: int
    mutants: int


def write(project: str, stamp: Stamp, folder: Path = FOLDER) -> None:
    """Write down what was found with the grader that there is now.

    Raises:
        OSError: it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    told = {"grader": version.grader(project), **asdict(stamp)}
    (folder / f"{project}.json").write_text(json.dumps(told) + "\n", encoding="utf-8")


def read(project: str, folder: Path = FOLDER) -> Stamp | str:
    """What the last audit found with the grader that there is now, or in a few words why that is not known."""
    try:
        told = json.loads((folder / f"{project}.json").read_text(encoding="utf-8"))
        grader = told.pop("grader")
        found = Stamp(**told)
    except FileNotFoundError:
        return "no audit has passed here"
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return "what the last audit left cannot be read"
    return found if grader == version.grader(project) else "the grader has changed since the last audit"
