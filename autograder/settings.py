"""What an instructor may want to set, in one place. Rebuild the grader zip (`make zip`) after a change."""

from __future__ import annotations

from typing import Literal

Hints = Literal["on", "off", "after_due_date"]

HINTS: Hints = "on"
"""Whether a wrong answer is told what it looks like: the known mistake it matches, or the general shape of its error.

"on": always. "off": never. "after_due_date": only in submissions made after the assignment's due date on Gradescope.
"""
