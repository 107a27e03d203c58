"""Grading inside Gradescope's container: its folders in, results.json out, whatever happens in between."""

from __future__ import annotations

import json
import traceback
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from autograder.grading import Settings, grade, not_graded
from autograder.report import gradescope
from autograder.results import Report
from autograder.worker.warm import Warm


def grade_in(root: Path, warm: Warm, settings: Settings) -> int:
    """Grade `root`/submission and write `root`/results/results.json, anew after every check and whole each time.

    What staff need to know is printed: Gradescope shows the output of the harness to instructors only.

    Returns:
        0, also when the grader failed: the results say so, and Gradescope shows them only after a clean exit.
    """
    results = root / "results" / "results.json"
    results.parent.mkdir(parents=True, exist_ok=True)

    def write(report: Report) -> None:
        gradescope.write(report, results)

    if settings.hints == "after_due_date" and not after_due_date(root / "submission_metadata.json"):
        settings = replace(settings, hints="off")
    try:
        report = grade(root / "submission", warm, settings, write)
    except Exception:  # noqa: BLE001 - a student must get results that say so, and staff the traceback
        report = not_graded("submission", settings, traceback.format_exc())
    write(report)
    print(gradescope.staff_text(report))
    return 0


def after_due_date(metadata: Path) -> bool:
    """Whether the submission was made after the assignment's due date; False where Gradescope does not say."""
    try:
        told = json.loads(metadata.read_text(encoding="utf-8"))
        made, due = told["created_at"], told["assignment"]["due_date"]
        return _time(made) > _time(due)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        print(f"no hints are shown: {metadata.name} does not tell when the submission was made and was due: {error!r}")
        return False


def _time(text: str) -> datetime:
    """A moment as Gradescope writes it: ISO 8601 with an offset from UTC."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
