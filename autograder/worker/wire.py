"""The wire between grader and worker: plain values in bounded frames, never pickle.

A frame is a header (magic and two lengths), a skeleton (JSON: a tree of tagged nodes) and a blob (safetensors: the
tensors that the skeleton names by number). Whoever decodes believes nothing: lengths, nesting, counts, dtypes, shapes
and declared sizes are checked before anything of that size is made, and whatever is wrong is a WireError.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch

HEADER = struct.Struct("<4sIQ")
MAGIC = b"AGW1"
MAX_SKELETON = 8 << 20
MAX_BLOB = 512 << 20
MAX_REPLY = 16 << 20  # of what a worker sends, which the grader has to keep
MAX_NODES = 200_000
MAX_DEPTH = 32
MAX_TENSORS = 10_000
MAX_DIMS = 16
MAX_SIZE = 1 << 31
MAX_INT_DIGITS = 68  # hexadecimal, a sign and 0x among them: every whole number that crosses fits a float
MAX_TEXT = 1 << 20
ALIGNMENT = 16  # of what a bytearray begins with, and the most that a dtype asks for (complex128)

# What safetensors calls each dtype. complex128, which it lacks, travels as pairs of float64.
_DTYPES = {
    getattr(torch, name): code
    for name, code in {
        **{"float64": "F64", "float32": "F32", "float16": "F16", "bfloat16": "BF16"},
        **{"int64": "I64", "int32": "I32", "int16": "I16", "int8": "I8"},
        **{"uint64": "U64", "uint32": "U32", "uint16": "U16", "uint8": "U8", "bool": "BOOL"},
        **{"complex64": "C64", "complex128": "C128"},
    }.items()
    if hasattr(torch, name)
}
_NAMES = {code: dtype for dtype, code in _DTYPES.items() if dtype is not torch.complex128}
_BY_NAME: dict[str, torch.dtype] = {str(dtype).removeprefix("torch."): dtype for dtype in _DTYPES}


class WireError(ValueError):
    """The value cannot be sent, or the bytes are not a frame."""


@dataclass(frozen=True)
class Ref:
    """Names one of the student's own functions or classes; it is looked up in the worker."""

    name: str


@dataclass(frozen=True)
class Callback:
    """A function that lives on the given side; the other side calls it by number."""

    side: Literal["grader", "worker"]
    number: int


@dataclass(frozen=True)
class Held:
    """An object that lives in the worker, of the class named kind."""

    number: int
    kind: str


@dataclass(frozen=True)
class Opaque:
    """Stands where a value was that cannot be sent: a thing of the class named kind."""

    kind: str


@dataclass(frozen=True)
class Seed:
    """Stands for a fresh random generator with that seed; goes to the worker only."""

    number: int


@dataclass(frozen=True)
class Dtype:
    """Stands for the dtype of that name; goes to the worker only."""

    name: str

    @property
    def dtype(self) -> torch.dtype:
        """The dtype itself."""
        return _BY_NAME[self.name]


Tag = Ref | Callback | Held | Opaque | Seed | Dtype


def encode(value: Any, foreign: Callable[[Any], Tag] | None = None, max_blob: int = MAX_BLOB) -> bytes:
    """The frame that carries a value.

    Args:
        value: None, bool, int, float, str, bytes, lists, tuples, dicts, tensors, numpy arrays and scalars, tags.
        foreign: what to send in place of anything else. Without it, anything else is an error.
        max_blob: bytes that its tensors may have.

    Raises:
        WireError: it holds something that cannot be sent, or too much.
    """
    encoder = _Encoder(foreign, max_blob)
    tree = encoder.node(value, 0)
    skeleton = _WRITER.encode(tree).encode("ascii")
    skeleton += b" " * (-len(skeleton) % ALIGNMENT)  # so that tensors begin where their dtypes may
    if len(skeleton) > MAX_SKELETON:
        raise WireError(f"it is too large: {len(skeleton)} characters, {MAX_SKELETON} at most")
    blob, size = _save(encoder.tensors) if encoder.tensors else ([], 0)
    return b"".join((HEADER.pack(MAGIC, len(skeleton), size), skeleton, *blob))


def _save(tensors: dict[str, torch.Tensor]) -> tuple[list[Any], int]:
    """Contiguous tensors as safetensors lays them out, in pieces, and how long those are together.

    `safetensors.torch.save` does the same through ctypes and with much more care, which takes longer than a small call.
    """
    entries, pieces, end = [], [], 0
    for name, tensor in tensors.items():
        start, end = end, end + tensor.nbytes
        code, shape = _DTYPES[tensor.dtype], ",".join(map(str, tensor.shape))
        entries.append(f'"{name}":{{"dtype":"{code}","shape":[{shape}],"data_offsets":[{start},{end}]}}')
        if end > start:
            known = tensor.dtype is not torch.bfloat16  # to numpy
            pieces.append(tensor.numpy() if known else tensor.reshape(-1).view(torch.uint8).numpy())
    header = f"{{{','.join(entries)}}}".encode("ascii")
    header += b" " * (-(8 + len(header)) % ALIGNMENT)
    return [len(header).to_bytes(8, "little"), header, *pieces], 8 + len(header) + end


class _Encoder:
    def __init__(self, foreign: Callable[[Any], Tag] | None, max_blob: int) -> None:
        self.tensors: dict[str, torch.Tensor] = {}
        self._max = max_blob
        self._size = 0
        self._nodes = 0
        self._foreign = foreign

    def node(self, value: Any, depth: int) -> list[Any]:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise WireError(f"it holds more than {MAX_NODES} values")
        if depth > MAX_DEPTH:
            raise WireError(f"it is nested more than {MAX_DEPTH} deep")
        # type() cannot be lied to, isinstance can; the base class's own methods are used on subclasses for that reason.
        kind = type(value)
        write = _KINDS.get(kind)
        if write is None:
            write = next((_KINDS[known] for known in _KINDS if issubclass(kind, known)), None)
        return self._tag(value, kind) if write is None else write(self, value, depth)

    def _none(self, _: None, __: int) -> list[Any]:
        return ["n"]

    def _bool(self, value: bool, _: int) -> list[Any]:
        return ["b", value]

    def _int(self, value: int, _: int) -> list[Any]:
        value = int.__int__(value)
        if value.bit_length() > 4 * (MAX_INT_DIGITS - 4):
            raise WireError(f"it holds an integer of {value.bit_length()} bits")
        return ["i", hex(value)]

    def _float(self, value: float, _: int) -> list[Any]:
        return ["f", float.__float__(value).hex()]

    def _str(self, value: str, _: int) -> list[Any]:
        return ["s", _bounded(str.__str__(value))]

    def _bytes(self, value: bytes | bytearray, _: int) -> list[Any]:
        return ["y", self._keep(torch.frombuffer(bytearray(value), dtype=torch.uint8) if value else torch.empty(0))]

    def _list(self, value: list[Any], depth: int) -> list[Any]:
        items = list(list.__iter__(value))
        if 2 < len(items) <= MAX_TENSORS and _alike(items):
            self._nodes += len(items)
            return ["k", self._keep(torch.stack(items))]
        return ["l", [self.node(item, depth + 1) for item in items]]

    def _tuple(self, value: tuple[Any, ...], depth: int) -> list[Any]:
        return ["u", [self.node(item, depth + 1) for item in tuple.__iter__(value)]]

    def _dict(self, value: dict[Any, Any], depth: int) -> list[Any]:
        items = list(dict.items(value))
        if all(type(key) is str for key, _ in items):
            return ["o", {_bounded(key): self.node(item, depth + 1) for key, item in items}]
        return ["d", [[self.node(key, depth + 1), self.node(item, depth + 1)] for key, item in items]]

    def _tensor(self, value: torch.Tensor, _: int) -> list[Any]:
        if _is_plain(value):
            return ["t", self._keep(value), False]
        with torch._C.DisableTorchFunctionSubclass():
            if value.layout is not torch.strided:
                raise WireError(f"it holds a tensor of layout {value.layout}; make it dense")
            if value.device.type != "cpu":
                raise WireError(f"it holds a tensor on device {value.device}; it must be on the CPU")
            if value.dtype not in _DTYPES:
                raise WireError(f"it holds a tensor of dtype {value.dtype}")
            plain = value
            if type(value) is not torch.Tensor or value.requires_grad or value.is_conj() or value.is_neg():
                plain = value.detach().as_subclass(torch.Tensor).resolve_conj().resolve_neg()
            return ["t", self._keep(plain), bool(value.requires_grad)]

    def _array(self, value: Any, _: int) -> list[Any]:
        array = np.array(value, order="C")  # a plain array of its own, whatever the subclass, strides or flags
        if not array.dtype.isnative:
            array = array.astype(array.dtype.newbyteorder("="))
        try:
            tensor = torch.from_numpy(array)
        except TypeError:
            raise WireError(f"it holds a numpy array of dtype {array.dtype}, which is not numbers") from None
        return ["a" if issubclass(type(value), np.ndarray) else "g", self._keep(tensor)]

    def _tag(self, value: Any, kind: type) -> list[Any]:
        if kind is Ref:
            return ["R", _bounded(value.name)]
        if kind is Callback:
            return ["C", value.side, value.number]
        if kind is Held:
            return ["H", value.number, _bounded(value.kind)]
        if kind is Opaque:
            return ["O", _bounded(value.kind)]
        if kind is Seed:
            return ["S", value.number]
        if kind is Dtype:
            return ["D", _bounded(value.name)]
        if self._foreign is None:
            raise WireError(f"it holds {an(type_name(value))}, which is not plain data")
        return self._tag(tag := self._foreign(value), type(tag))

    def _keep(self, tensor: torch.Tensor) -> int:
        self._size += tensor.nbytes
        if self._size > self._max:
            raise WireError(f"it is too large: more than {self._max >> 20} MiB")
        if len(self.tensors) >= MAX_TENSORS:
            raise WireError(f"it holds more than {MAX_TENSORS} tensors")
        if tensor.dim() > MAX_DIMS:
            raise WireError(f"it holds a tensor of {tensor.dim()} dimensions")
        number = len(self.tensors)
        name = str(number)
        if tensor.dtype is torch.complex128:
            tensor, name = torch.view_as_real(tensor), name + "z"
        self.tensors[name] = tensor.contiguous()
        return number


# In this order: a number of numpy's may be a float too.
_KINDS: dict[type, Callable[[_Encoder, Any, int], list[Any]]] = {
    type(None): _Encoder._none,
    torch.Tensor: _Encoder._tensor,
    np.ndarray: _Encoder._array,
    np.generic: _Encoder._array,
    bool: _Encoder._bool,
    int: _Encoder._int,
    float: _Encoder._float,
    str: _Encoder._str,
    bytes: _Encoder._bytes,
    bytearray: _Encoder._bytes,
    list: _Encoder._list,
    tuple: _Encoder._tuple,
    dict: _Encoder._dict,
}


def _bounded(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise WireError(f"it holds a text of {len(text)} characters; {MAX_TEXT} at most")
    return text


def _alike(items: list[Any]) -> bool:
    """Whether all are plain tensors of one shape and dtype, so that one tensor can carry them."""
    first = items[0]
    if type(first) is not torch.Tensor or first.dim() == MAX_DIMS:
        return False
    shape, dtype = first.shape, first.dtype
    return all(_is_plain(item) and item.dtype is dtype and item.shape == shape for item in items)


def _is_plain(value: Any) -> bool:
    """Whether a value is a tensor that can be sent as it is."""
    return (
        type(value) is torch.Tensor
        and value.layout is torch.strided
        and value.is_cpu
        and value.dtype in _DTYPES
        and not (value.requires_grad or value.is_conj() or value.is_neg())
    )


def parse_header(header: bytes, max_blob: int = MAX_BLOB) -> tuple[int, int]:
    """Lengths of skeleton and blob that a header declares.

    Raises:
        WireError: it is no header, or declares more than a frame may have.
    """
    if len(header) != HEADER.size:
        raise WireError("the header is cut short")
    magic, skeleton, blob = HEADER.unpack(header)
    if magic != MAGIC:
        raise WireError("it does not begin like a frame")
    if skeleton > MAX_SKELETON or blob > max_blob:
        raise WireError(f"it declares {skeleton} and {blob} bytes; at most {MAX_SKELETON} and {max_blob} are read")
    return skeleton, blob


def decode(frame: bytes | bytearray, resolve: Callable[[Tag], Any] | None = None, keep_grad: bool = False) -> Any:
    """The value that a whole frame carries.

    Args:
        frame: header, skeleton and blob. The tensors keep the memory of a bytearray: it is theirs from then on.
        resolve: what a tag stands for on this side. Without it, tags stay as they are.
        keep_grad: let tensors that required gradients require them again. They never do otherwise.

    Raises:
        WireError: the frame is malformed or beyond the bounds.
    """
    try:
        skeleton, blob = parse_header(bytes(frame[: HEADER.size]))
        begin = HEADER.size + skeleton
        if len(frame) != begin + blob:
            raise WireError("its length is not what the header declares")
        tree = _parse_json(bytes(frame[HEADER.size : begin]), MAX_NODES)
        tensors = _tensors(frame if isinstance(frame, bytearray) else bytearray(frame), begin)
        decoder = _Decoder(tensors, resolve, keep_grad)
        value = decoder.node(tree, 0)
        decoder.finish()
        return value
    except WireError:
        raise
    except (
        *(ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError),
        *(RuntimeError, MemoryError),
    ) as error:
        raise WireError(f"malformed: {type(error).__name__}: {str(error)[:200]}") from None


def _parse_json(text: bytes, max_nodes: int) -> Any:
    """JSON of lists, dicts, strings, booleans and small integers, not more of it than asked for."""
    if text.count(b"[") + text.count(b"{") > 3 * max_nodes or text.count(b",") > 6 * max_nodes:
        raise WireError("it holds too many values")
    return _READER.decode(text.decode("ascii"))


def _no_number(text: str) -> Any:
    raise WireError(f"the number {text[:20]} has no place here")


def _small_integer(text: str) -> int:
    if len(text) > 15:
        raise WireError("a number is out of bounds")
    return int(text)


_WRITER = json.JSONEncoder(separators=(",", ":"), allow_nan=False)
_READER = json.JSONDecoder(parse_constant=_no_number, parse_float=_no_number, parse_int=_small_integer)


def _tensors(frame: bytearray, begin: int) -> dict[int, torch.Tensor]:
    """The tensors of a frame whose blob begins there; each has its own part of the frame's memory.

    `safetensors.torch.load` would copy everything twice and hand out bytes as bool that are neither 0 nor 1.
    """
    tensors: dict[int, torch.Tensor] = {}
    for name, dtype, shape, start, end in _entries(frame, begin):
        count = (end - start) // dtype.itemsize
        if not count:
            tensor = torch.empty(shape, dtype=dtype)
        elif start % dtype.itemsize or name.endswith("z"):  # complex128 asks for more than the float64 it travels as
            tensor = torch.frombuffer(frame, dtype=torch.uint8, count=end - start, offset=start).clone()
            tensor = tensor.view(dtype).reshape(shape)
        else:
            tensor = torch.frombuffer(frame, dtype=dtype, count=count, offset=start)
            tensor = tensor if len(shape) == 1 else tensor.view(shape)
        if dtype is torch.bool:
            tensor = tensor.view(torch.uint8) != 0  # a byte beyond 0 and 1 is no bool
        if name.endswith("z"):
            if dtype is not torch.float64:
                raise WireError("a complex tensor is not made of float64")
            tensor = torch.view_as_complex(tensor)
        tensors[int(name.removesuffix("z"))] = tensor
    return tensors


def _entries(frame: bytearray, begin: int) -> list[tuple[str, torch.dtype, list[int], int, int]]:
    """Name, dtype, shape, first byte and end of each tensor: exactly as those of an honest frame, or a WireError."""
    if begin == len(frame):
        return []
    if len(frame) < begin + 8:
        raise WireError("the tensors are cut short")
    length = int.from_bytes(frame[begin : begin + 8], "little")
    if length > min(len(frame) - begin - 8, MAX_SKELETON):
        raise WireError("the tensors' header is cut short")
    data = begin + 8 + length
    # Trailing spaces are safetensors' own padding; JSON takes them.
    entries = _parse_json(bytes(frame[begin + 8 : data]), 2 * MAX_TENSORS)
    if type(entries) is not dict or len(entries) > MAX_TENSORS:
        raise WireError("the tensors' header is not a dict of bounded size")
    found: list[tuple[str, torch.dtype, list[int], int, int]] = []
    reached = 0
    for name, entry in entries.items():
        if type(entry) is not dict or entry.keys() != _ENTRY:
            raise WireError("a tensor's entry is malformed")
        if name.removesuffix("z") != str(len(found)):
            raise WireError("the tensors are not numbered from 0")
        dtype, shape, (start, end) = _NAMES[entry["dtype"]], entry["shape"], entry["data_offsets"]
        if type(shape) is not list or len(shape) > MAX_DIMS + 1:
            raise WireError("a tensor's shape is malformed")
        size = dtype.itemsize
        for extent in shape:
            if type(extent) is not int or not 0 <= extent < MAX_SIZE:
                raise WireError(f"a tensor's extent is {extent!r}")
            size *= extent
        if type(start) is not int or type(end) is not int or end - start != size:
            raise WireError("a tensor's size is not what its shape needs")
        if start != reached:
            raise WireError("the tensors overlap or leave gaps")
        reached = end
        found.append((name, dtype, shape, data + start, data + end))
    if data + reached != len(frame):
        raise WireError("the tensors do not fill the blob")
    return found


_ENTRY = {"dtype", "shape", "data_offsets"}


class _Decoder:
    def __init__(self, tensors: dict[int, torch.Tensor], resolve: Callable[[Tag], Any] | None, keep_grad: bool) -> None:
        self._tensors = tensors
        self._resolve = resolve
        self._keep_grad = keep_grad
        self._nodes = 0

    def finish(self) -> None:
        if self._tensors:
            raise WireError(f"{len(self._tensors)} of its tensors are used nowhere")

    def node(self, tree: Any, depth: int) -> Any:
        self._nodes += 1
        if self._nodes > MAX_NODES or depth > MAX_DEPTH:
            raise WireError("it holds too many values, or too deep")
        if type(tree) is not list or not tree or type(tree[0]) is not str:
            raise WireError("a node is not a tagged list")
        read = _TAGS.get(tree[0])
        if read is not None:
            return read(self, tree, depth)
        found = _read_tag(tree)
        return found if self._resolve is None else self._resolve(found)

    def _none(self, tree: list[Any], _: int) -> None:
        _typed(tree)

    def _bool(self, tree: list[Any], _: int) -> Any:
        return _only(tree, bool)

    def _int(self, tree: list[Any], _: int) -> int:
        digits = _only(tree, str)
        if len(digits) > MAX_INT_DIGITS:
            raise WireError("an integer is out of bounds")
        return int(digits, 16)

    def _float(self, tree: list[Any], _: int) -> float:
        digits = _only(tree, str)
        if len(digits) > 40:
            raise WireError("a float is malformed")
        return float.fromhex(digits)

    def _str(self, tree: list[Any], _: int) -> str:
        return _text(_only(tree, str))

    def _tensor(self, tree: list[Any], _: int) -> torch.Tensor:
        number, requires_grad = _typed(tree, int, bool)
        tensor = self._take(number)
        return tensor.requires_grad_(requires_grad) if self._keep_grad else tensor

    def _pieces(self, tree: list[Any], _: int) -> list[torch.Tensor]:
        """The tensors that one carries, each with memory of its own."""
        tensor = self._take(_only(tree, int))
        self._nodes += tensor.shape[0]  # a tensor of no dimensions has none: an IndexError
        if self._nodes > MAX_NODES or tensor.shape[0] > MAX_TENSORS:
            raise WireError("it holds too many values")
        return [piece.clone() for piece in tensor.unbind()]

    def _array(self, tree: list[Any], _: int) -> Any:
        return self._take(_only(tree, int)).numpy()

    def _scalar(self, tree: list[Any], _: int) -> Any:
        array = self._take(_only(tree, int)).numpy()
        if array.shape != ():
            raise WireError("a numpy scalar has dimensions")
        return array[()]

    def _bytes(self, tree: list[Any], _: int) -> bytes:
        tensor = self._take(_only(tree, int))
        return bytes(tensor.to(torch.uint8).numpy().data) if tensor.numel() else b""

    def _list(self, tree: list[Any], depth: int) -> list[Any]:
        return [self.node(item, depth + 1) for item in _only(tree, list)]

    def _tuple(self, tree: list[Any], depth: int) -> tuple[Any, ...]:
        return tuple(self._list(tree, depth))

    def _named(self, tree: list[Any], depth: int) -> dict[str, Any]:
        return {_text(key): self.node(item, depth + 1) for key, item in _only(tree, dict).items()}

    def _dict(self, tree: list[Any], depth: int) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for pair in _only(tree, list):
            if type(pair) is not list or len(pair) != 2:
                raise WireError("an entry of a dict is not a pair")
            key = self.node(pair[0], depth + 1)
            if not _is_key(key):
                raise WireError(f"{an(type_name(key))} cannot be the key of a dict here")
            found[key] = self.node(pair[1], depth + 1)
        return found

    def _take(self, number: int) -> torch.Tensor:
        # Each tensor is handed out once, so that no two values share memory.
        return self._tensors.pop(number)


_TAGS: dict[str, Callable[[_Decoder, list[Any], int], Any]] = {
    "n": _Decoder._none,
    "b": _Decoder._bool,
    "i": _Decoder._int,
    "f": _Decoder._float,
    "s": _Decoder._str,
    "t": _Decoder._tensor,
    "k": _Decoder._pieces,
    "a": _Decoder._array,
    "g": _Decoder._scalar,
    "y": _Decoder._bytes,
    "l": _Decoder._list,
    "u": _Decoder._tuple,
    "o": _Decoder._named,
    "d": _Decoder._dict,
}


def _read_tag(tree: list[Any]) -> Tag:
    tag: str = tree[0]
    if tag == "R":
        return Ref(_text(_only(tree, str)))
    if tag == "C":
        side, number = _typed(tree, str, int)
        if side not in ("grader", "worker"):
            raise WireError("a callback is on neither side")
        return Callback(side, number)
    if tag == "H":
        number, kind = _typed(tree, int, str)
        return Held(number, _text(kind))
    if tag == "O":
        return Opaque(_text(_only(tree, str)))
    if tag == "S":
        return Seed(_only(tree, int))
    if tag == "D":
        name = _only(tree, str)
        if name not in _BY_NAME:
            raise WireError("a dtype is none that is known here")
        return Dtype(name)
    raise WireError(f"a node has the unknown tag {tag[:10]!r}")


def _typed(tree: list[Any], *types: type) -> list[Any]:
    """What a node holds beside its tag, if that is of these types."""
    rest = tree[1:]
    if [*map(type, rest)] != [*types]:
        raise WireError("a node does not hold what its tag says")
    return rest


def _only(tree: list[Any], kind: type) -> Any:
    """The one thing that a node holds beside its tag, if it is of this type."""
    if len(tree) != 2 or type(tree[1]) is not kind:
        raise WireError("a node does not hold what its tag says")
    return tree[1]


def _text(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise WireError("a text is too long")
    # Half a surrogate pair could not be printed.
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _is_key(key: Any) -> bool:
    if type(key) is tuple:
        return all(_is_key(item) for item in key)
    return key is None or type(key) in (bool, int, float, str) or issubclass(type(key), np.generic)


def type_name(value: object) -> str:
    """The name of a value's class, short and printable whatever the class does to hide it."""
    name: Any = type.__dict__["__name__"].__get__(type(value))
    return ascii(str.__str__(name))[1:-1][:80]


def an(name: str) -> str:
    """A name with its article."""
    return f"an {name}" if name[:1].lower() in "aeiou" else f"a {name}"
