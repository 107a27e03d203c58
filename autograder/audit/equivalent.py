"""Mutants that are as right as the reference, each with the reason.

Keyed by the function and the change, as the audit prints it. An excuse for a mutant that there is not, or that does not
survive, is an error: it would hide a hole later.
"""

from __future__ import annotations

EQUIVALENT: dict[tuple[str, str], str] = {}
