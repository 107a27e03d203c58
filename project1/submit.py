"""Look at the work, then zip it."""

from __future__ import annotations

from pathlib import Path


def make_zip(uniquename: str, umid: str, folder: str | Path = ".") -> Path | None:
    """Make {uniquename}_{umid}_P1.zip of the notebooks and weights; None, and a message, when it cannot."""
    if not uniquename or not umid:
        print("fill in your uniquename and umid, then run this cell again")
        return None
    raise NotImplementedError("coming")
