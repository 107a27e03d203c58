"""Mutants that may survive, each with the reason, from an assignment's `known/equivalent.py`.

An excuse for a mutant that there is not, or that does not survive, is an error: it would hide a hole later.
"""

from __future__ import annotations

import runpy
from collections.abc import Mapping
from pathlib import Path


def excused(folder: Path) -> Mapping[tuple[str, str], str]:
    """By function and change, as the audit prints it, why a mutant may survive; empty where nothing is excused.

    Args:
        folder: the assignment's.
    """
    path = folder / "known" / "equivalent.py"
    if not path.is_file():
        return {}
    found: Mapping[tuple[str, str], str] = runpy.run_path(str(path))["EXCUSED"]
    return found
