"""The assignments that the tests grade, loaded once."""

from __future__ import annotations

from autograder.assignment import load, names

PROJECT1 = load("project1")
PARTS = PROJECT1.parts
KNN, LINEAR_CLASSIFIER, OPTIMIZERS = PARTS

ALL = tuple(map(load, names()))
ALL_PARTS = tuple(part for of in ALL for part in of.parts)
"""Every assignment there is, and every part of one: what must hold of any is tested of each."""
