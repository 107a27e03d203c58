"""Graded checks of the part PART."""

from __future__ import annotations

from gradescope_utils.autograder_utils.decorators import number, weight

from autograder.checks import expect
from autograder.checks.case import CheckCase
