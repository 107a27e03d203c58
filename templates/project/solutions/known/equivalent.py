"""Mutants of NAME's functions that may survive, each with the reason: as right as the reference.

Keyed by the function and the change, as the audit prints it.
"""

from __future__ import annotations

EXCUSED: dict[tuple[str, str], str] = {}
