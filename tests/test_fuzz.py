"""A short run of `make fuzz`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "redteam"))

import fuzz

from autograder.worker import wire


def test_damaged_frames_are_read_or_refused_and_nothing_else():
    read = fuzz.frames(0, 10_000)
    assert 0 < read < 9_000  # some damage does not matter, most does


def test_the_frames_that_are_damaged_are_whole_before():
    assert all(wire.decode(frame) is not None for frame in fuzz.seeds())


def test_damaged_notebooks_and_archives_are_read_or_refused_and_nothing_else():
    assert 0 < fuzz.submissions(0, 150) < 150
