"""A class that is stopped, killed or cut off at any moment: nothing is lost, graded twice or half written."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import time
from pathlib import Path

from tests.classes import (
    HANGS,
    command,
    descendants,
    folder_of,
    grade_all,
    module,
    running,
    said,
    scores,
    some,
    started,
    until,
    whole,
)
from tests.submissions import ROOT


def test_killed_at_any_moment_it_goes_on_where_it_stopped(graded: tuple[Path, Path], tmp_path: Path) -> None:
    submissions, undisturbed = graded
    out = tmp_path / "out"
    for enough in (1, 5):
        process = started(submissions, out)
        until(lambda enough=enough: len(list(out.glob("*/graded.json"))) >= enough)
        tree = {process.pid, *descendants(process.pid)}
        assert len(tree) > 4
        process.kill()
        process.communicate()
        assert whole(out)
        until(lambda tree=tree: not running(tree), 20)
    stood = {path: path.stat().st_mtime_ns for path in out.glob("*/graded.json")}
    run = grade_all(submissions, out)
    assert f"{len(stood)} graded before and unchanged" in run.stdout
    assert {path: path.stat().st_mtime_ns for path in stood} == stood, "nothing is graded twice"
    assert said(out) == said(undisturbed)
    assert (out / "grades.csv").read_bytes() == (undisturbed / "grades.csv").read_bytes()


def test_any_other_process_of_it_may_be_killed(graded: tuple[Path, Path], tmp_path: Path) -> None:
    submissions, undisturbed = graded
    out = tmp_path / "out"
    process = started(submissions, out)
    until(lambda: len(list(out.glob("*/graded.json"))) >= 1)
    for _ in range(3):
        victims = sorted(descendants(process.pid))
        if victims:  # the workers of one moment are others the next
            os.kill(victims[-1], signal.SIGKILL)
            os.kill(victims[len(victims) // 2], signal.SIGKILL)
        time.sleep(1.0)
    printed, _ = process.communicate(timeout=300)
    assert "Traceback" not in printed
    if process.returncode:  # the one that gives out the work may have to stop; then it goes on
        grade_all(submissions, out)
    assert scores(out) == scores(undisturbed) and whole(out), printed


def test_ctrl_c_ends_it_with_a_summary_and_leaves_nothing_behind(graded: tuple[Path, Path], tmp_path: Path) -> None:
    submissions, undisturbed = graded
    slow = shutil.copytree(submissions, tmp_path / "slow")
    (slow / "s0025.py").write_text(module(HANGS))
    out = tmp_path / "out"
    process = started(slow, out)
    until(lambda: len(list(out.glob("*/graded.json"))) >= 3)
    tree = set(descendants(process.pid))
    process.send_signal(signal.SIGINT)
    printed, _ = process.communicate(timeout=30)
    assert process.returncode == 130 and "Traceback" not in printed
    assert "the same command goes on from here" in printed and "Grades: " in printed
    until(lambda: not running(tree), 20)
    assert whole(out) and (out / "class.html").is_file()
    grade_all(slow, out)
    assert {name: score for name, score in scores(out).items() if name != "s0025"} == scores(undisturbed)


def test_two_runs_do_not_write_to_one_folder(tmp_path: Path) -> None:
    submissions, out = folder_of(tmp_path / "class", ann=HANGS), tmp_path / "out"
    process = started(submissions, out)
    until(lambda: (out / "run.json").exists())
    second = grade_all(submissions, out, check=False)
    process.kill()
    process.communicate()
    assert second.returncode == 2 and "another grade-all is writing" in second.stderr


def test_a_full_disk_loses_nothing(tmp_path: Path, graded: tuple[Path, Path]) -> None:
    """A limit on the size of files stands for the full disk: both fail in the middle of a write."""
    submissions, undisturbed = graded
    out = tmp_path / "out"
    largest = max(path.stat().st_size for path in undisturbed.glob("*/*"))

    def small_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest - 100, resource.RLIM_INFINITY))

    run = subprocess.run(
        command("grade-all", submissions, "--out", out, "--jobs", 2),
        cwd=ROOT,
        capture_output=True,
        text=True,
        preexec_fn=small_files,
        timeout=300,
        check=False,
    )
    assert run.returncode == 2 and "what was graded before stands" in run.stderr and "Traceback" not in run.stderr
    assert whole(out)
    grade_all(submissions, out)
    assert said(out) == said(undisturbed)


def test_submissions_that_vanish_stop_it_and_what_was_graded_stands(tmp_path: Path) -> None:
    submissions, out = some(tmp_path / "class", 9), tmp_path / "out"
    process = started(submissions, out)
    until(lambda: len(list(out.glob("*/graded.json"))) >= 1)
    aside = submissions.rename(tmp_path / "aside")
    printed, _ = process.communicate(timeout=120)
    assert process.returncode == 2 and "is not there any more" in printed and "Traceback" not in printed
    aside.rename(submissions)
    grade_all(submissions, out)
    assert len(scores(out)) == 9 and whole(out)
