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


@pytest.fixture
def asked(warm):
    """A student with a forward and a backward function, and one that draws."""
    source = """
        import torch
        class Kept:
            def __init__(self, x): self.x = x
        def forward(x): return 2 * x, Kept(x)
        def backward(dout, cache): return dout * cache.x
        def alone(x): return x
        def draw(g): return torch.rand(3, generator=g)
        """
    student = Student(warm, slice_of(source))
    yield student
    student.close()


def test_a_fresh_generator_is_handed_over_by_its_seed_and_never_comes_back(asked):
    expected = torch.rand(3, generator=torch.Generator().manual_seed(7))
    assert torch.equal(asked.call("draw", torch.Generator().manual_seed(7)), expected)
    with pytest.raises(BadAnswer):
        asked.call("alone", torch.Generator().manual_seed(7))


def test_a_forward_and_a_backward_function_are_asked_together_and_the_cache_stays_there(asked):
    x, dout = torch.tensor([1.0, 2.0]), torch.tensor([3.0, 5.0])
    ((out, dx), (again, _)) = asked.through("forward", "backward", [((x,), dout), ((out_of := 3 * x,), dout)])
    assert torch.equal(out, 2 * x) and torch.equal(dx, dout * x) and torch.equal(again, 2 * out_of)
    with pytest.raises(BadAnswer, match=r"returned Tensor where \(out, cache\) was expected"):
        asked.through("alone", "backward", [((x,), dout)])
