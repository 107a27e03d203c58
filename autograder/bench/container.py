"""The smallest Gradescope container: half a CPU, 768 MB."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from autograder.assignment import SOLUTIONS
from autograder.bench.figure import Figure
from autograder.bench.measure import peak_of
from autograder.bench.subject import Subject
from autograder.build import cramped
from autograder.report import rows

HUNGRY = """

def {name}(*_, **__):
    held = []
    while True:
        held.append(b"x" * (16 << 20))
"""


def figures(subject: Subject) -> Iterator[Figure]:
    """The reference, and a submission that eats memory, in such a container."""
    part, grading = subject.assignment.parts[0], subject.grading
    eater = part.functions[0].name
    path = subject.path
    with TemporaryDirectory() as folder, cramped.groups(0.5, 768 << 20) as group:
        out = Path(folder)
        started = time.monotonic()
        with cramped.start(group, [*grading, str(path), "--out", str(out)]) as process:
            peak = peak_of(process)
        seconds = time.monotonic() - started
        graded = json.loads((out / "results.json").read_text())
        lost = [check["name"] for check in rows.checks(graded) if check["score"] < check["max_score"]]
        assert not lost, f"the reference lost points: {lost}"
        (out / "hungry").mkdir()
        master = (SOLUTIONS / subject.assignment.name / f"{part.name}.py").read_text()
        (out / "hungry" / f"{part.name}.py").write_text(master + HUNGRY.format(name=eater))
        with cramped.start(group, [*grading, str(out / "hungry"), "--out", str(out)]) as process:
            process.wait()
        eaten = {
            check["name"]
            for check in rows.checks(json.loads((out / "results.json").read_text()))
            if check["tags"][0] == part.name and check["score"] < check["max_score"]
        }
        others = len([name for name in eaten if eater not in name])
        assert eaten, "eating memory lost no points"
    yield Figure("half a CPU, 768 MB: the whole reference (wall)", seconds, 120.0, " s", group.how)
    yield Figure("half a CPU, 768 MB: whole-tree peak memory (PSS)", peak / 2**20, 700.0, " MB", group.how)
    yield Figure(
        *("half a CPU, 768 MB: other functions' checks lost by one that eats memory", others, 0.0),
        detail=f"its own: {len(eaten) - others}; {group.how}",
    )
