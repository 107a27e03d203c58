"""Known versions and excuses that belong to no graded function: a slip of the pen, or left behind by a function.

They would stand there unread: a part takes what is of its own functions.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from autograder.audit import variants
from autograder.audit.excused import excused
from autograder.checks import known


def strays(folder: Path, graded: Collection[str]) -> tuple[str, ...]:
    """What is known of functions that are graded nowhere, a line each.

    Args:
        folder: the assignment's.
        graded: the names of all its graded functions.
    """
    named = {
        **{f"mistakes/{name}": found for name, found in known.functions(folder / "known" / "mistakes").items()},
        **{f"variants/{name}": found for name, found in variants.functions(folder / "known" / "variants").items()},
        "equivalent.py": {function for function, _ in excused(folder)},
    }
    return tuple(
        f"{folder.name}/known/{file} is of {function}, which is graded nowhere"
        for file, found in named.items()
        for function in sorted(found - set(graded))
    )
