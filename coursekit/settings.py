"""The one setting a course chooses: which images its projects are about."""

from typing import Literal

DATASET: Literal["stand-in", "props"] = "stand-in"
"""`stand-in`: synthetic scenes made on the spot, nothing to download. `props`: the real PROPS Classification data set.

The notebooks train on it, and the grader scores best models on its test scenes.
"""
