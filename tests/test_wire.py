"""The wire: what crosses arrives as it was, and no bytes whatever do more than raise a WireError."""

from __future__ import annotations

import json
import math
import random
import struct

import numpy as np
import pytest
import safetensors.torch
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.worker import wire

DTYPES = [
    *(torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.complex64, torch.complex128),
    *(torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool),
]


def round_trip(value, **options):
    return wire.decode(wire.encode(value), **options)


def same(a, b) -> bool:
    """Equal in type, value, dtype and shape, with NaN equal to itself."""
    if type(a) is not type(b):
        return False
    if isinstance(a, torch.Tensor):
        return a.dtype == b.dtype and a.shape == b.shape and torch.equal(a.nan_to_num(7), b.nan_to_num(7))
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and bool(np.array_equal(a, b, equal_nan=a.dtype.kind == "f"))
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict):
        return len(a) == len(b) and all(same(k, m) and same(a[k], b[m]) for k, m in zip(a, b, strict=True))
    if isinstance(a, float) and math.isnan(a):
        return math.isnan(b)
    return bool(a == b)


shapes = st.lists(st.integers(0, 4), max_size=3)
tensors = st.builds(lambda shape, dtype: torch.ones(shape).mul(3).to(dtype), shapes, st.sampled_from(DTYPES))
arrays = st.builds(
    lambda shape, dtype: np.ones(shape, dtype=dtype),
    shapes,
    st.sampled_from(["f8", "f4", "i8", "i2", "u1", "?", ">f8", "c16"]),
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(1 << 200), 1 << 200),
    st.floats(),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=20),
    st.binary(max_size=20),
)
keys = st.one_of(
    st.integers(), st.text(st.characters(exclude_categories=("Cs",)), max_size=5), st.booleans(), st.none()
)
values = st.recursive(
    st.one_of(scalars, tensors),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(keys, inner, max_size=4),
    ),
    max_leaves=15,
)


@settings(max_examples=150, deadline=None)
@given(values)
def test_plain_values_arrive_as_they_were(value):
    assert same(round_trip(value), value)


@settings(max_examples=60, deadline=None)
@given(arrays)
def test_numpy_arrays_arrive_as_numpy_arrays(array):
    arrived = round_trip(array)
    assert isinstance(arrived, np.ndarray)
    assert arrived.dtype == array.dtype.newbyteorder("=")
    assert arrived.shape == array.shape
    assert np.array_equal(arrived, array)


def test_numpy_scalars_arrive_as_numpy_scalars():
    arrived = round_trip([np.float64(2.5), np.int64(3), np.bool_(True)])
    assert [type(value) for value in arrived] == [np.float64, np.int64, np.bool_]
    assert arrived == [2.5, 3, True]


@pytest.mark.parametrize("dtype", DTYPES)
def test_tensors_of_every_usual_dtype_arrive_whatever_their_strides(dtype):
    square = torch.arange(12).reshape(3, 4).to(dtype)
    for tensor in (square, square.t(), square[:, ::2], square[1, 2], square[:0], square.expand(2, 3, 4)):
        assert same(round_trip(tensor), tensor.contiguous())


@pytest.mark.parametrize("size", [0, 1, 2, 3, 5, 16])
def test_every_tensor_lies_where_its_dtype_may(size):
    """complex128 is read and written 16 bytes at a time: elsewhere that ends the process."""
    for before in range(4):
        for dtype in DTYPES:
            sent = [torch.ones(before, dtype=torch.uint8), torch.ones(size).to(dtype), [torch.ones(size).to(dtype)] * 3]
            arrived = round_trip(sent)
            assert same(arrived, sent)
            for tensor in (arrived[1], *arrived[2]):
                assert tensor.data_ptr() % min(tensor.element_size(), wire.ALIGNMENT) == 0
                assert same(tensor.clone(), tensor)


def test_the_blob_is_what_safetensors_reads():
    sent = [torch.ones(2, 3), torch.arange(3), torch.tensor([True]), torch.zeros(0, 2), torch.tensor(1.5)]
    frame = wire.encode(sent)
    skeleton, blob = wire.parse_header(frame[: wire.HEADER.size])
    found = safetensors.torch.load(frame[-blob:])
    assert wire.HEADER.size + skeleton + blob == len(frame)
    assert same([found[str(number)] for number in range(5)], sent)


@pytest.mark.parametrize("dtype", DTYPES)
def test_many_tensors_alike_travel_as_one_and_arrive_as_many(dtype):
    row = torch.arange(4).to(dtype)
    alike = [row.roll(k) for k in range(5)]
    arrived = round_trip([alike, [row, row, row[:2]], [row[0], row[1], row[2]], [row[:0]] * 3])
    assert same(arrived, [alike, [row, row, row[:2]], [row[0], row[1], row[2]], [row[:0]] * 3])
    assert wire.encode(alike).count(b"data_offsets") == 1
    assert len({piece.untyped_storage().data_ptr() for piece in arrived[0]}) == 5


def test_tensors_alike_that_are_more_than_plain_arrive_one_by_one():
    graded = [torch.ones(2, requires_grad=True) for _ in range(3)]
    assert all(tensor.requires_grad for tensor in round_trip(graded, keep_grad=True))
    assert same(round_trip([torch.tensor([1 + 2j]).conj()] * 3), [torch.tensor([1 - 2j])] * 3)


def test_lazy_conjugates_and_negations_arrive_resolved():
    z = torch.tensor([1 + 2j, 3 - 1j])
    assert same(round_trip(z.conj()), torch.tensor([1 - 2j, 3 + 1j]))
    assert same(round_trip(z.conj().imag), torch.tensor([-2.0, 1.0]))


def test_one_tensor_sent_twice_arrives_as_two():
    tensor = torch.zeros(4)
    first, second, part = round_trip((tensor, tensor, tensor[1:]))
    first += 1
    assert same(second, torch.zeros(4))
    assert same(part, torch.zeros(3))


def test_requires_grad_is_dropped_unless_asked_for():
    tensor = torch.ones(2, requires_grad=True)
    assert not round_trip(tensor).requires_grad
    assert round_trip(tensor, keep_grad=True).requires_grad
    assert not round_trip(torch.ones(2), keep_grad=True).requires_grad


def test_subclasses_arrive_as_what_they_are_made_of():
    class Lying(torch.Tensor):
        @property
        def __class__(self):
            return int

        @classmethod
        def __torch_function__(cls, *_, **__):
            raise RuntimeError("no torch here")

    class Celsius(float):
        def hex(self):
            return "junk"

    lying = torch.arange(3.0).as_subclass(Lying)
    parameter = torch.nn.Parameter(torch.ones(2))
    arrived = round_trip([lying, parameter, Celsius(3.5), torch.Size([1, 2])])
    assert same(arrived, [torch.arange(3.0), torch.ones(2), 3.5, (1, 2)])


def test_tags_arrive_and_can_be_resolved():
    tags = [wire.Ref("f"), wire.Callback("grader", 2), wire.Held(1, "KnnClassifier"), wire.Opaque("set")]
    assert round_trip(tags) == tags
    assert round_trip(tags, resolve=lambda tag: type(tag).__name__) == ["Ref", "Callback", "Held", "Opaque"]


def test_half_a_surrogate_pair_arrives_printable():
    round_trip("\ud800").encode("utf-8")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (object(), "an object, which is not plain data"),
        ({1, 2}, "a set, which is not plain data"),
        ((i for i in ()), "a generator"),
        (torch.zeros(2).to_sparse(), "layout torch.sparse_coo"),
        (torch.zeros(2, device="meta"), "device meta"),
        (torch.zeros(1).expand(1 << 40), "more than 512 MiB"),
        (np.array(["a"]), "dtype <U1"),
        (np.array([{}]), "dtype object"),
        (1 << 100_000, "an integer of 100001 bits"),
        ("x" * (wire.MAX_TEXT + 1), "a text of 1048577 characters"),
        ([0] * (wire.MAX_NODES + 1), "more than 200000 values"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 60 else "",
)
def test_what_cannot_be_sent_is_refused_by_name(value, words):
    with pytest.raises(wire.WireError, match=r"it (holds|is too large)") as refused:
        wire.encode(value)
    assert words in str(refused.value)


def test_endless_nesting_is_refused():
    nested: list = []
    nested.append(nested)
    with pytest.raises(wire.WireError, match="nested more than 32 deep"):
        wire.encode(nested)


def frame(tree, blob=b"", **lengths) -> bytes:
    skeleton = tree if isinstance(tree, bytes) else json.dumps(tree).encode()
    header = wire.HEADER.pack(wire.MAGIC, lengths.get("skeleton", len(skeleton)), lengths.get("blob", len(blob)))
    return header + skeleton + blob


def raw_blob(header: object, data: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def entry(dtype="F32", shape=(2,), offsets=(0, 8)) -> dict:
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}


TENSOR = ["t", 0, False]
HOSTILE = {
    "nothing": b"",
    "junk": b"x" * 100,
    "a header alone": wire.HEADER.pack(wire.MAGIC, 5, 0),
    "a skeleton longer than may be": wire.HEADER.pack(wire.MAGIC, (1 << 32) - 1, 0),
    "a blob longer than may be": wire.HEADER.pack(wire.MAGIC, 0, 1 << 60),
    "another length than declared": frame(["n"], skeleton=4),
    "no JSON": frame(b"["),
    "not ASCII": frame("é".encode()),
    "JSON a mile deep": frame(b"[" * 100_000 + b"]" * 100_000),
    "a dict": frame({"n": 1}),
    "an unknown tag": frame(["x"]),
    "a tag that is no text": frame([["n"]]),
    "values where none belong": frame(["n", 1]),
    "no value": frame(["i"]),
    "a bare number": frame(["f", 1]),
    "a float literal": frame(b'["i",1.5]'),
    "NaN": frame(b'["f",NaN]'),
    "a gigantic literal": frame(b'["i",' + b"9" * 1_000_000 + b"]"),
    "a gigantic integer": frame(["i", "0x" + "f" * 100_000]),
    "a float that is none": frame(["f", "hello"]),
    "a float beyond all": frame(["f", "0x1p99999999999999"]),
    "a true that is 1": frame(["b", 1]),
    "a list that is none": frame(["l", "abc"]),
    "a dict of triples": frame(["d", [[["n"], ["n"], ["n"]]]]),
    "a dict with a list as key": frame(["d", [[["l", []], ["n"]]]]),
    "a dict with a tensor as key": frame(["d", [[TENSOR, ["n"]]]], safetensors.torch.save({"0": torch.ones(1)})),
    "pieces of a tensor of no dimensions": frame(["k", 0], raw_blob({"0": entry(shape=())}, bytes(8))),
    "two thousand million pieces of nothing": frame(
        ["k", 0], raw_blob({"0": entry(shape=((1 << 31) - 1, 0), offsets=(0, 0))})
    ),
    "more pieces than tensors may be": frame(
        ["k", 0], raw_blob({"0": entry(shape=(wire.MAX_TENSORS + 1, 0), offsets=(0, 0))})
    ),
    "too many values": frame(["l", [["n"]] * (wire.MAX_NODES + 1)]),
    "a tensor that is not there": frame(TENSOR),
    "a tensor of a negative number": frame(["t", -1, False]),
    "a tensor used twice": frame(["l", [TENSOR, TENSOR]], safetensors.torch.save({"0": torch.ones(1)})),
    "a tensor used nowhere": frame(["n"], safetensors.torch.save({"0": torch.ones(1)})),
    "tensors numbered from 1": frame(["t", 1, False], safetensors.torch.save({"1": torch.ones(1)})),
    "integers that require gradients": frame(["t", 0, True], safetensors.torch.save({"0": torch.ones(1).int()})),
    "a callback on no side": frame(["C", "nobody", 1]),
    "a blob too short": frame(TENSOR, b"\x01"),
    "a blob header too long": frame(TENSOR, struct.pack("<Q", 1 << 62) + b"{}"),
    "a blob header that is a list": frame(TENSOR, raw_blob([])),
    "a tensor of dtype nothing": frame(TENSOR, raw_blob({"0": entry(dtype="F99")}, bytes(8))),
    "a tensor of 2^62 nothings": frame(TENSOR, raw_blob({"0": entry(shape=(1 << 62, 0), offsets=(0, 0))})),
    "a negative extent": frame(TENSOR, raw_blob({"0": entry(shape=(-2, -1))}, bytes(8))),
    "an extent that is true": frame(TENSOR, raw_blob({"0": entry(shape=(True, 2))}, bytes(8))),
    "forty dimensions": frame(TENSOR, raw_blob({"0": entry(shape=[1] * 40, offsets=(0, 4))}, bytes(4))),
    "less data than the shape": frame(TENSOR, raw_blob({"0": entry(shape=(9,))}, bytes(8))),
    "data beyond the end": frame(TENSOR, raw_blob({"0": entry(offsets=(0, 8))}, bytes(4))),
    "data before the start": frame(TENSOR, raw_blob({"0": entry(offsets=(-8, 0))}, bytes(8))),
    "a gap in the data": frame(TENSOR, raw_blob({"0": entry(offsets=(8, 16))}, bytes(16))),
    "tensors that overlap": frame(
        ["l", [TENSOR, ["t", 1, False]]], raw_blob({"0": entry(), "1": entry(offsets=(4, 12))}, bytes(12))
    ),
    "two tensors of one number": frame(TENSOR, raw_blob({"0": entry(), "0z": entry(offsets=(8, 16))}, bytes(16))),
    "complex numbers made of integers": frame(TENSOR, raw_blob({"0z": entry("I64", (1, 2), (0, 16))}, bytes(16))),
    "complex numbers of three parts": frame(TENSOR, raw_blob({"0z": entry("F64", (3,), (0, 24))}, bytes(24))),
    "a scalar with dimensions": frame(["g", 0], raw_blob({"0": entry()}, bytes(8))),
    "a numpy array of bfloat16": frame(["a", 0], raw_blob({"0": entry("BF16", (4,))}, bytes(8))),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_frame_is_refused(name):
    with pytest.raises(wire.WireError):
        wire.decode(HOSTILE[name], keep_grad=True)


def test_mutated_frames_do_no_more_than_raise_a_wire_error():
    honest = wire.encode({"id": 3, "value": [torch.ones(2, 3), np.arange(4), {"k": (1.5, "text", None)}, b"bytes"]})
    rng = random.Random(0)
    refused = 0
    for _ in range(4000):
        mutated = bytearray(honest)
        for _ in range(rng.choice((1, 1, 2, 8))):
            where = rng.randrange(len(mutated))
            kind = rng.randrange(4)
            if kind == 0:
                mutated[where] = rng.randrange(256)
            elif kind == 1:
                del mutated[where : where + rng.randrange(1, 9)]
            elif kind == 2:
                mutated[where:where] = mutated[rng.randrange(len(mutated)) :][: rng.randrange(1, 9)]
            else:
                mutated[where] ^= 1 << rng.randrange(8)
            if not mutated:
                break
        # The lengths are put right half of the time, so that what lies behind them is reached.
        if rng.random() < 0.5 and len(mutated) > wire.HEADER.size:
            skeleton = min(wire.HEADER.unpack(honest[: wire.HEADER.size])[1], len(mutated) - wire.HEADER.size)
            mutated[: wire.HEADER.size] = wire.HEADER.pack(
                wire.MAGIC, skeleton, len(mutated) - wire.HEADER.size - skeleton
            )
        try:
            wire.decode(bytes(mutated), keep_grad=True)
        except wire.WireError:
            refused += 1
    assert refused > 2000
