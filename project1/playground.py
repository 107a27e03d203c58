"""The interactive page of Project 1, shown under a notebook's cell."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parent / "demo" / "linear_classify.html"
"""One file that needs no network: open it in any browser."""


def demo(height: int = 1100) -> Any:
    """Show the linear classifier of the plane, to be played with, under the cell.

    Args:
        height: of the frame, in pixels.

    Returns:
        What a notebook shows: the whole page in a frame that can reach nothing outside it. Where there is no IPython,
        None, and the path of the page is printed.
    """
    try:
        from IPython.display import HTML
    except ImportError:
        print(f"open this page in a browser: {PAGE}")
        return None
    page = html.escape(PAGE.read_text(encoding="utf-8"))
    frame = f'<iframe srcdoc="{page}" title="A linear classifier in the plane" sandbox="allow-scripts"'
    return HTML(f'<div>{frame} style="width: 100%; height: {height}px; border: 0"></iframe></div>')  # type: ignore[no-untyped-call]
