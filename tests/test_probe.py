"""The canary, the doctor, and what happens where student code would not be confined."""

from __future__ import annotations

import io
import json
import re
import sys

import pytest
from rich.console import Console
from slices import slice_of
from submissions import notebook_of

from autograder.__main__ import main
from autograder.errors import UsageError
from autograder.grading import Settings, grade
from autograder.report import gradescope, html, terminal
from autograder.worker import doctor, probe, sandbox, seatbelt
from autograder.worker.errors import OutOfMemory
from autograder.worker.student import Limits, Student
from autograder.worker.warm import Warm
from tests.assignments import KNN, PROJECT1

linux = pytest.mark.skipif(sys.platform != "linux", reason="these layers are Linux's")
QUICK = Settings(PROJECT1, parts=(KNN,), functions=frozenset({"knn_get_best_k"}))


@pytest.fixture(scope="module")
def unsafe():
    """A fork server that was asked to go on without confinement."""
    with Warm(layers=frozenset({"session"}), unsafe=True) as server:
        yield server


def shown_by(warm) -> tuple[bool, str]:
    file = io.StringIO()
    return doctor.run(Console(file=file, width=200), warm), file.getvalue()


def test_the_canary_is_held_by_the_whole_sandbox(warm):
    findings = probe.probe(warm)
    assert [finding.what for finding in findings if not finding.held] == []
    assert len(findings) >= 8


@linux
def test_the_canary_comes_through_where_nothing_holds_it(unsafe):
    through = {finding.what for finding in probe.probe(unsafe) if not finding.held}
    assert {"read a hidden solution", "open a socket", "start a process", "signal the grader"} <= through


@linux
def test_grading_refuses_where_the_canary_comes_through(tmp_path):
    notebook_of(tmp_path, "knn")
    with (
        Warm(layers=frozenset({"session"})) as server,
        pytest.raises(UsageError, match=r"would not be confined .*: it could read a hidden solution, .*--unsafe"),
    ):
        grade(tmp_path, server, QUICK)


def test_grading_refuses_where_a_layer_cannot_be_applied(tmp_path):
    notebook_of(tmp_path, "knn")
    with (
        Warm(layers=frozenset({"session", "moat"})) as server,
        pytest.raises(
            UsageError, match=r"cannot be confined on this machine .*'moat'.*; `python -m autograder doctor`"
        ),
    ):
        grade(tmp_path, server, QUICK)


def test_the_canary_is_sent_once_for_each_fork_server():
    sent = []

    class Server:
        unsafe, proven = False, False

    def examine(warm):
        sent.append(warm)
        return (probe.Finding("x", True, "", ""),)

    server = Server()
    probe.require(server, examine)
    probe.require(server, examine)
    assert sent == [server]


@linux
def test_an_unsafe_report_says_so_wherever_it_is_shown(unsafe, tmp_path):
    notebook_of(tmp_path, "knn")
    report = grade(tmp_path, unsafe, QUICK)
    assert report.score == report.max_score > 0
    assert report.confinement.startswith("unsafe")
    file = io.StringIO()
    terminal.show(report, Console(file=file, width=300))
    for text in (file.getvalue(), html.page(report), json.dumps(gradescope.render(report))):
        assert "ran without confinement" in text and "do not use these results as grades" in text


def test_the_command_line_marks_unsafe_reports(tmp_path, capsys):
    notebook_of(tmp_path, "knn")
    main(["grade", "--unsafe", str(tmp_path), "--out", str(tmp_path / "out")])
    assert "ran without confinement" in " ".join(capsys.readouterr().out.split())
    assert "ran without confinement" in (tmp_path / "out" / "results.json").read_text()


@linux
def test_the_doctor_names_every_layer_and_what_the_canary_met(warm):
    fine, text = shown_by(warm)
    assert fine
    for word in (
        "own user",
        "seccomp",
        "Landlock",
        "resource limits",
        "read a hidden solution",
        "Student code is confined",
    ):
        assert word in text


@linux
def test_the_doctor_says_what_is_missing_and_what_to_do(unsafe):
    fine, text = shown_by(unsafe)
    assert not fine
    assert "Student code is NOT confined here" in text and "--unsafe" in text


# --- macOS: what can be tried elsewhere


def test_the_seatbelt_profile_denies_everything_and_allows_no_data():
    lines = seatbelt.PROFILE.splitlines()
    assert lines[:2] == ["(version 1)", "(deny default)"]
    assert {"(deny file-read-data)", "(deny file-write*)", "(deny process-fork)", "(deny network*)"} <= set(lines)
    allowed = [line for line in lines if line.startswith("(allow")]
    assert all(
        re.match(r"\(allow (sysctl-read|signal \(target self\)|file-read-metadata)\)$", line) for line in allowed
    )
    assert all(line.count("(") == line.count(")") for line in lines)


@linux
def test_seatbelt_is_not_taken_for_there_where_it_is_not():
    assert not seatbelt.available()
    with pytest.raises(seatbelt.SeatbeltError, match=r"there is no /usr/lib/libsandbox\.dylib here"):
        seatbelt.restrict()
    assert "Seatbelt" not in sandbox.describe()


@pytest.fixture(scope="module")
def fresh():
    """Workers started afresh, as on macOS; the memory is watched by the grader alone."""
    layers = sandbox.LAYERS - {"user", "rlimits"}
    with Warm(layers=layers, forks=False) as server:
        yield server


def test_a_worker_started_afresh_answers_and_is_confined(fresh):
    student = Student(fresh, slice_of("import os\ndef double(x): return 2 * x\ndef f(): return os.listdir('/')"))
    assert student.call("double", 21) == 42
    with pytest.raises(Exception, match="PermissionError"):
        student.call("f")
    first = student.pid
    student.close()
    assert fresh.ended(first)


def test_a_worker_started_afresh_that_eats_memory_is_ended_by_the_grader(fresh):
    hungry = "import time\ndef f():\n    held = b'x' * (700 << 20)\n    time.sleep(60)\n    return len(held)"
    student = Student(fresh, slice_of(hungry), limits=Limits(seconds=60, memory=300 << 20))
    with pytest.raises(OutOfMemory):
        student.call("f")
    student.close()
