"""Arguments that are no plain data, and what comes back of them: dtypes and random generators go to the worker only."""

from __future__ import annotations

import pytest
import torch
from slices import slice_of

from autograder.worker import wire
from autograder.worker.errors import BadAnswer
from autograder.worker.student import Student


@pytest.fixture
def student(warm):
    """A student whose functions show what they were handed."""
    source = """
        import torch
        class Zeros:
            def __init__(self, size, dtype=None): self.values = torch.zeros(size, dtype=dtype)
        def zeros(size, dtype): return torch.zeros(size, dtype=dtype)
        def back(value): return value
        """
    student = Student(warm, slice_of(source))
    yield student
    student.close()


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16, torch.int64, torch.bool])
def test_a_dtype_is_handed_over_as_it_is(student, dtype):
    assert student.call("zeros", 3, dtype).dtype == dtype
    assert student.call("zeros", 3, dtype=dtype).dtype == dtype
    assert [values.dtype for values in student.call_many("zeros", [(2, dtype), (3, torch.float16)])] == [
        dtype,
        torch.float16,
    ]
    assert student.new("Zeros", 2, dtype=dtype).get("values").dtype == dtype


def test_a_dtype_does_not_come_back(student):
    with pytest.raises(BadAnswer, match="dtype"):
        student.call("back", torch.float64)


def test_a_forged_dtype_is_none():
    name = wire.encode(wire.Dtype("float64"))
    assert wire.decode(name) == wire.Dtype("float64")
    for forged in (wire.Dtype("Tensor"), wire.Dtype("float65"), wire.Dtype("")):
        with pytest.raises(wire.WireError, match="dtype"):
            wire.decode(wire.encode(forged))
