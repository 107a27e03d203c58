"""Grading inside Gradescope's container: its folders in, results.json out, whatever happens in between."""

from __future__ import annotations

import traceback
from pathlib import Path

from autograder.checks import all_cases
from autograder.checks.case import manifest
from autograder.grading import Settings, grade, not_graded
from autograder.report import gradescope
from autograder.results import Report
from autograder.worker.warm import Warm


def grade_in(root: Path, settings: Settings = Settings()) -> int:
    """Grade `root`/submission and write `root`/results/results.json, anew after every check and whole each time.

    What staff need to know is printed: Gradescope shows the output of the harness to instructors only.

    Returns:
        0, also when the grader failed: the results say so, and Gradescope shows them only after a clean exit.
    """
    results = root / "results" / "results.json"
    results.parent.mkdir(parents=True, exist_ok=True)

    def write(report: Report) -> None:
        gradescope.write(report, results)

    try:
        with Warm() as warm:
            report = grade(root / "submission", warm, settings, write)
    except Exception:  # noqa: BLE001 - a student must get results that say so, and staff the traceback
        report = not_graded("submission", manifest(all_cases(settings.parts)), traceback.format_exc())
    write(report)
    print(gradescope.staff_text(report))
    return 0
