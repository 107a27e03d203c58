"""A class that does harm is graded, all of it, and nothing is wrong or left behind."""

from __future__ import annotations

import pytest

from tests.soak import soak


@pytest.mark.deep
def test_a_class_of_which_four_of_ten_do_harm_is_graded(capfd: pytest.CaptureFixture[str]) -> None:
    failed = soak(20, jobs=2)
    assert not failed, capfd.readouterr().out
