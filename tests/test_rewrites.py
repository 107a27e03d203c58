"""Fairness the other way: a right answer stays right however it is written."""

from __future__ import annotations

import pytest

from autograder.audit.run import verdicts
from autograder.audit.subjects import Subject, reference_sources, right
from tests.assignments import ALL_PARTS
from tests.rewrites import rewrites

LEAST = 1000


def rewritten() -> list[Subject]:
    """Every right version of every function, the reference's too, after each change that applies."""
    found = []
    for part in ALL_PARTS:
        sources = [(v.function, v.name, v.source) for v in right(part) if "numpy" not in v.source]
        reference = reference_sources(part)
        sources += [(f.name, "the reference", reference[f.name]) for f in part.functions]
        for function, style, source in sources:
            for change, new in rewrites(source, function):
                code = new if "import torch" in new else f"import torch\nfrom torch import Tensor\n{new}"
                found.append(Subject("mutant", part.assignment, part.name, function, f"{style}: {change}", code))
    return found


@pytest.mark.deep
def test_a_right_answer_is_right_however_it_is_written() -> None:
    subjects = rewritten()
    assert len(subjects) >= LEAST
    wrong = {
        f"{verdict.subject.function}, {verdict.subject.name}": [o.message for o in verdict.outcomes if o.message][:1]
        for verdict in verdicts(subjects)
        if verdict.lost or verdict.ungraded
    }
    assert wrong == {}
