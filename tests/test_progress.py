"""Whatever takes longer than a moment shows how far it has come, wherever there is a place to show it."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios

import pytest

from autograder.assignment import ROOT

SLOW = """
import sys, time
from coursekit import progress
progress.DELAY, progress.EVERY = 0.05, 0.1
{before}
with progress.progress("counting", 40, "{unit}") as advance:
    for _ in range(8):
        time.sleep(0.05)
        advance(5)
print("counted")
"""
WITHOUT_TQDM = "sys.modules['tqdm'] = None"


def run(before: str = "", unit: str = "steps", **options) -> subprocess.CompletedProcess[str]:
    code = SLOW.format(before=before, unit=unit)
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, text=True, check=True, timeout=60, **options)


def test_where_stderr_is_no_screen_there_are_lines_now_and_then():
    done = run(capture_output=True)
    lines = done.stderr.splitlines()
    assert done.stdout == "counted\n"
    assert lines[0].startswith("counting: ") and lines[0].endswith(" of 40 steps")
    assert lines[-1] == "counting: done"
    assert 3 <= len(lines) <= 6


def test_in_a_notebook_without_widgets_there_are_lines_on_stdout():
    done = run("from ipykernel.kernelapp import IPKernelApp; app = IPKernelApp.instance(); app.initialize([]); sys.modules['ipywidgets'] = None", capture_output=True)
    assert done.stderr == ""
    assert done.stdout.startswith("counting: ") and done.stdout.endswith("counting: done\ncounted\n")


def test_bytes_are_shown_in_millions():
    assert "counting: 0 of 0 MB" in run(unit="B", capture_output=True).stderr


def test_what_is_done_in_a_moment_shows_nothing():
    assert run("progress.DELAY = 60", capture_output=True).stderr == ""


@pytest.mark.parametrize("stream", ["sys.stderr = None", "sys.stderr.close()"])
def test_without_a_stderr_the_work_is_done_in_silence(stream):
    done = run(stream, capture_output=True)
    assert (done.stdout, done.stderr) == ("counted\n", "")


@pytest.mark.parametrize(("before", "said"), [("", "40/40"), (WITHOUT_TQDM, "of 40 steps")], ids=["tqdm", "no tqdm"])
def test_on_a_screen_there_is_a_bar_if_tqdm_is_installed_and_lines_if_it_is_not(before, said):
    pytest.importorskip("tqdm")
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))  # a screen without columns shows nothing
    done = run(before, stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    screen = os.read(ours, 1 << 16).decode()
    os.close(ours)
    assert done.stdout == "counted\n"
    assert "counting" in screen and (said in screen or "35/40" in screen)
