"""The proof of the grader zip: `python -m autograder prove`.

Runs the finished zip, as Gradescope would, on submissions whose scores are known: the finished reference notebooks, the
untouched starter notebooks, where there are several parts each of them done alone, and one in which every function has
a known mistake.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import sys
import tempfile
import time
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timezone
from pathlib import Path
from typing import Any

from autograder.assignment import ROOT, Assignment, load, named
from autograder.audit import subjects
from autograder.audit.subjects import Subject
from autograder.build import archive, gradescope, harness, notebooks, reference
from autograder.build.master import MasterError
from autograder.build.reference import Finished
from autograder.policy.dates import placed
from autograder.policy.policy import zone_of
from autograder.report import results_format
from autograder.report.rows import checks

PROOFS = harness.CACHE / "proofs"
ALL_WRONG = "a mistake in each"
MEMORY = 768 << 20  # of Gradescope's smallest container
CLOSE = 1e-3
"""Points that rounding may make of a difference, where the policy scales them."""


@dataclass(frozen=True)
class Row:
    """One submission and what it must score.

    Attributes:
        name: for the table.
        files: what is handed in, by name.
        points: what each part must score.
        extra: what extra credit must score.
        wrong: functions in which there is a known mistake, by name the mistake's. Each must score below full marks, and
            `points` and `extra` do not matter.
    """

    name: str
    files: Mapping[str, bytes]
    points: Mapping[str, float]
    extra: float
    wrong: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Scored:
    """What a row scored.

    Attributes:
        row: which.
        points: each part's points, extra credit aside.
        extra: points of extra credit.
        problems: why this is not as it must be, one line each; empty when it is.
        seconds: wall time of run_autograder.
        peak: the most memory that it and all it started took together, in bytes; 0 where that is not known.
        cached: whether the result is that of an earlier run of the same zip on the same files.
        results: the results.json.
    """

    row: Row
    points: Mapping[str, float]
    extra: float
    problems: tuple[str, ...]
    seconds: float
    peak: int
    cached: bool
    results: Mapping[str, Any]


def rows(assignment: Assignment, finished: Sequence[Finished], starter: Mapping[str, bytes]) -> tuple[Row, ...]:
    """The submissions to prove the zip with.

    Args:
        assignment: what the zip grades.
        finished: the executed reference notebooks with the weights they wrote, one for each part.
        starter: the notebooks as students get them, by file name.
    """
    full = {part.name: part.points for part in assignment.parts}
    none = dict.fromkeys(full, 0.0)
    everything = {name: data for notebook in finished for name, data in notebook.files.items()}
    alone = [
        Row(
            f"{notebook.part.name} only",
            {**starter, **notebook.files},
            {**none, notebook.part.name: notebook.part.points},
            notebook.part.extra,
        )
        for notebook in finished
    ]
    return (
        Row("finished reference", everything, full, assignment.extra),
        Row("untouched starter", starter, none, 0.0),
        *(alone if len(alone) > 1 else ()),
        *_all_wrong(assignment),
    )


def _all_wrong(assignment: Assignment) -> Iterator[Row]:
    """A submission with a known mistake in every function that has one: the shortest, so that it takes seconds."""
    files: dict[str, bytes] = {}
    wrong: dict[str, str] = {}
    for part in assignment.parts:
        chosen: dict[str, Subject] = {}
        for mistake in subjects.wrong(part):
            held = chosen.setdefault(mistake.function, mistake)
            if len(mistake.source) < len(held.source):
                chosen[mistake.function] = mistake
        wrong |= {function: mistake.name for function, mistake in chosen.items()}
        held_in = subjects.with_functions(part, {name: mistake.source for name, mistake in chosen.items()})
        source = held_in.parts[part.name]
        files[source.name] = notebooks.encode(notebooks.of_code([cell.source for cell in source.cells]))
    if wrong:
        yield Row(ALL_WRONG, files, dict.fromkeys((part.name for part in assignment.parts), 0.0), 0.0, wrong)


def hand_in(assignment: Assignment, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """What Gradescope unpacks of these files, zipped by the student's own last cell.

    Raises:
        ValueError: that cell made no zip; the message is what it printed.
    """
    from coursekit.submit import HandIn  # takes torch

    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            (Path(folder) / name).write_bytes(data)
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            listed = HandIn.read(ROOT / assignment.name / notebooks.TASKS)
            made = listed.make_zip(uniquename="uniqname", umid="12345678", folder=folder)
        if made is None:
            raise ValueError(f"the students' submission cell made no zip: {said.getvalue().strip()}")
        with zipfile.ZipFile(made) as zipped:
            return {name: zipped.read(name) for name in zipped.namelist()}


def judge(
    assignment: Assignment, row: Row, results: Mapping[str, Any], seconds: float, peak: int, cached: bool
) -> Scored:
    """Compare a results.json with what a row must score, in the checks' own points whatever scale the policy sets."""
    scale = (assignment.policy.scale_to or assignment.points) / assignment.points
    tests = list(checks(results))
    extras = {function.name for function in assignment.functions if function.extra}
    earned = dict.fromkeys(row.points, 0.0)
    extra = 0.0
    for test in tests:
        part, function = test["tags"][:2]
        if function in extras:
            extra += float(test["score"]) / scale
        else:
            earned[part] += float(test["score"]) / scale
    earned, extra = {name: round(value, 3) for name, value in earned.items()}, round(extra, 3)
    if row.wrong:
        problems = list(_not_caught(row.wrong, tests))
    else:
        problems = list(_not_as_known(row, tests, extras, earned, extra))
    for of, total in (("checks", tests), ("cards", results.get("tests") or [])):
        come_to = sum(float(test["score"]) for test in total)
        if abs(float(results.get("score", come_to)) - come_to) > 1e-6:
            problems.append(f"the score says {results['score']:g}, the {of} add up to {come_to:g}")
    if not tests or (results.get("extra_data") or {}).get("complete") is False:
        problems.append(f"the grader stopped before the end: {str(results.get('output', ''))[:300]}")
    ungraded = (results.get("extra_data") or {}).get("ungraded") or []
    if ungraded:
        problems.append(f"{len(ungraded)} checks could not be graded; run_autograder's log says why")
    if wrong := results_format.problem(results):
        problems.append(f"results.json is not of Gradescope's format: {wrong}")
    if seconds > assignment.policy.budget:
        problems.append(f"it took {seconds:.0f} s; {assignment.policy.budget:.0f} are allowed")
    if peak > MEMORY:
        problems.append(f"it took {peak >> 20} MB of memory; the smallest container has {MEMORY >> 20}")
    return Scored(row, earned, extra, tuple(problems), seconds, peak, cached, results)


def _not_as_known(
    row: Row, tests: Sequence[Mapping[str, Any]], extras: Collection[str], earned: Mapping[str, float], extra: float
) -> Iterator[str]:
    """Why checks are not as they must be in a submission that is right in some parts and untouched in the others."""
    for test in tests:
        part, function = test["tags"][:2]
        must_pass = row.points[part] > 0
        if must_pass and (test["status"] != "passed" or test["score"] != test["max_score"]):
            yield f"lost: {_line(test)}"
        if not must_pass and test["score"] > 0:
            yield f"earned without work: {_line(test)}"
        if not must_pass and function in extras and test["status"] != "passed":
            yield f"shown as a failure though untouched extra credit: {_line(test)}"
    for part_name, must in row.points.items():
        if abs(earned[part_name] - must) > CLOSE:
            yield f"{part_name}: {earned[part_name]:g} points, must be {must:g}"
    if abs(extra - row.extra) > CLOSE:
        yield f"extra credit: {extra:g} points, must be {row.extra:g}"


def _not_caught(wrong: Mapping[str, str], tests: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The known mistakes that cost their functions nothing."""
    for function, mistake in wrong.items():
        mine = [test for test in tests if test["tags"][1] == function]
        if sum(test["score"] for test in mine) >= sum(test["max_score"] for test in mine):
            yield f"{function} has full marks with the known mistake {mistake}"


def prove(assignment: Assignment, zip_path: Path) -> list[Scored]:
    """Run an assignment's grader zip on every row, unless the same zip has already scored the same files as it must.

    Raises:
        HarnessError, MasterError, NotebookError: something that the proof needs could not be made.
        ValueError: the student's own zip cell refused the notebooks.
        OSError: there is no grader zip.
    """
    data = zip_path.read_bytes()
    finished = reference.run_all(assignment)
    scored = []
    with contextlib.ExitStack() as stack:
        ready: harness.Harness | None = None
        for row in rows(assignment, finished, notebooks.build_all(assignment)):
            files = hand_in(assignment, row.files)
            kept = PROOFS / f"{_key(data, files)}.json"
            if kept.is_file():
                found = json.loads(kept.read_text())
                scored.append(judge(assignment, row, found["results"], found["seconds"], found["peak"], cached=True))
                continue
            ready = ready or stack.enter_context(harness.set_up(zip_path))
            started = time.monotonic()
            results, peak = ready.measured(files, in_time(assignment))
            outcome = judge(assignment, row, results, time.monotonic() - started, peak, cached=False)
            if outcome.problems:
                outcome = replace(outcome, problems=(*outcome.problems, f"log: {_keep_log(ready, row)}"))
            else:
                entry = json.dumps({"results": results, "seconds": outcome.seconds, "peak": peak})
                archive.write_if_changed(kept, entry.encode())
            scored.append(outcome)
    return scored


def in_time(assignment: Assignment) -> dict[str, Any]:
    """Metadata of a first submission that is made when it is due, so that no policy changes its score or hides it."""
    policy = assignment.policy
    if policy.due is None:
        return harness.METADATA
    due = placed(policy.due, zone_of(policy.time_zone) or timezone.utc)
    return {**harness.METADATA, "created_at": due.isoformat(timespec="microseconds")}


def _keep_log(ready: harness.Harness, row: Row) -> Path:
    """Keep what run_autograder printed for a row, which the next row's would replace; where it is kept."""
    kept = PROOFS / f"{row.name.replace(' ', '-')}.log"
    archive.write_if_changed(kept, (ready.autograder / "run_autograder.log").read_bytes())
    return kept


def _key(zip_data: bytes, files: Mapping[str, bytes]) -> str:
    """What a result depends on, as a name for its file; the certificate of an earlier proof changes nothing."""
    held = {path: entry for path, entry in archive.unpack(zip_data).items() if path != gradescope.CERTIFICATE}
    everything = (
        sorted(held.items(), key=lambda item: item[0]),
        sorted(files.items()),
        harness.best_isolation(),
        harness.system_python(),
    )
    return hashlib.sha256(repr(everything).encode()).hexdigest()


def table(assignment: Assignment, scored: Sequence[Scored]) -> str:
    """The proof as text: a line for each row, and under it what is wrong with any."""
    heading, *lines = scores(assignment, scored)
    shown = [f"{heading}{'time':>9}"]
    for line, found in zip(lines, scored, strict=True):
        shown.append(
            f"{line}{found.seconds:>7.1f} s"
            + (" (cached)" if found.cached else "")
            + ("  NOT as it must be" if found.problems else "")
        )
        shown += [f"    {problem}" for problem in found.problems]
    return "\n".join(shown)


def scores(assignment: Assignment, scored: Sequence[Scored]) -> list[str]:
    """What each row scored, as the lines of a table, its heading first."""
    wide = max((len(found.row.name) for found in scored), default=0) + 2
    parts = [part.name for part in assignment.parts]
    lines = [f"{'submission':<{wide}}" + "".join(f"{name:>19}" for name in parts) + f"{'total':>12}{'extra':>10}"]
    for found in scored:
        cells = [f"{found.points[part.name]:g} / {part.points:g}" for part in assignment.parts]
        total = f"{sum(found.points.values()):g} / {assignment.points:g}"
        lines.append(
            f"{found.row.name:<{wide}}"
            + "".join(f"{cell:>19}" for cell in cells)
            + f"{total:>12}{f'{found.extra:g} / {assignment.extra:g}':>10}"
        )
    return lines


def _line(test: Mapping[str, Any]) -> str:
    return f"{test['name']} ({test['score']:g} / {test['max_score']:g})"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; the exit code is 1 unless every row scores as it must."""
    parser = argparse.ArgumentParser(prog="autograder prove", description="Prove the grader zip.")
    parser.add_argument("--project", help="which assignment (default: the first)")
    parser.add_argument("--zip", type=Path, help="which zip (default: dist/PROJECT-autograder.zip)")
    options = parser.parse_args(arguments)
    assignment = load(named(options.project))
    zip_path = options.zip or gradescope.target(assignment)
    isolation = {
        "root": "in a mount namespace of its own",
        "user": "in a user namespace of its own",
        "none": "in a plain folder: namespaces are not allowed here, so the repository is within reach",
    }[harness.best_isolation()]
    print(f"proving {zip_path.name} as Gradescope would run it, {isolation}")
    print("this takes minutes where the reference notebooks or the zip are new, and seconds where they are not")
    sys.stdout.flush()
    try:
        scored = prove(assignment, zip_path)
    except (harness.HarnessError, MasterError, reference.NotebookError, ValueError, OSError) as error:
        print(f"prove: {error}", file=sys.stderr)
        return 1
    print(table(assignment, scored))
    wrong = [found.row.name for found in scored if found.problems]
    if wrong:
        print(f"prove: not as it must be: {', '.join(wrong)}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
