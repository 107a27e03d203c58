"""`make fuzz`: damaged frames at the wire's decoder, damaged notebooks and archives at the submission reader.

Whatever arrives, the decoder gives a value or a WireError, the reader a submission or NothingThere, and neither takes
more memory than its bound. Every case follows from its number, so that one that fails can be run again.
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import io
import json
import lzma
import random
import resource
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

from attack import notebook  # noqa: E402

from autograder.assignment import load as load_assignment  # noqa: E402
from autograder.submission.limits import Limits  # noqa: E402
from autograder.submission.load import load  # noqa: E402
from autograder.worker import wire  # noqa: E402

PARTS = load_assignment("project1").parts
READ_EACH = 1000  # one submission for so many frames
GROWTH = 64 << 20  # bytes by which the process may grow while it decodes frames of some kilobytes
INTERESTING = (0, 1, 7, 8, 127, 128, 255, 1 << 15, (1 << 31) - 1, 1 << 31, (1 << 32) - 1, 1 << 62, (1 << 64) - 1)
WORDS = (
    *(b'["l",[]]', b'["t",0,false]', b'["i","0x1"]', b"null", b"NaN", b"-1", b"1e999", b'"\\ud800"', b"[[[[[[[["),
    *(b'"data_offsets"', b'"shape"', b'"dtype"', b'"F64"', b'"BOOL"', b"99999999999999", b"4611686018427387904", b"{"),
)


class Failure(AssertionError):
    """One case went wrong; the text says which, and how."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="make fuzz", description="Damage frames and submissions.")
    parser.add_argument("--frames", type=int, default=1_000_000, help="how many damaged frames (default: %(default)s)")
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    options = parser.parse_args(arguments)
    started = time.monotonic()
    read = frames(options.first, options.frames)
    print(f"{options.frames:,} damaged frames in {time.monotonic() - started:.0f} s: {read:,} were read, ", end="")
    print("the rest refused; nothing else was raised")
    started, count = time.monotonic(), max(options.frames // READ_EACH, 1)
    graded = submissions(options.first, count)
    print(f"{count:,} damaged submissions in {time.monotonic() - started:.0f} s: something was found in {graded:,}")
    return 0


def seeds() -> list[bytes]:
    """Whole frames, one of each kind of thing that crosses the wire."""
    tensors = [torch.randn(3, 2), torch.ones(2, 2, dtype=torch.complex128), torch.empty(0, 3), torch.tensor(True)]
    values = [
        {"reply": "value", "id": 3, "value": tensors},
        {"reply": "fault", "id": 1, "fault": "raised", "kind": "ValueError", "text": "x", "origin": ("knn", 1, 2)},
        [None, True, 10**30, -1, 2.5, float("nan"), "text", b"bytes", (1, [2, {3: 4}]), np.arange(3), np.float32(1)],
        {"reply": "ask", "callback": 0, "args": (torch.zeros(4),), "kwargs": {"k": wire.Held(1, "Box")}},
        [wire.Ref("f"), wire.Callback("worker", 1), wire.Opaque("set"), [[[[[[1]]]]]]],
    ]
    return [wire.encode(value) for value in values]


def frames(first: int, count: int) -> int:
    """Decode damaged frames; how many of them could still be read.

    Raises:
        Failure: something other than a WireError was raised, or memory grew.
    """
    whole = seeds()
    before = _peak()
    read = 0
    for number in range(first, first + count):
        frame = damaged(random.Random(number), whole)
        try:
            wire.parse_header(frame[: wire.HEADER.size])
            wire.decode(frame)
            read += 1
        except wire.WireError:
            continue
        except BaseException as error:
            raise Failure(f"case {number}: {type(error).__name__}: {error}\n{frame[:400]!r}") from error
    if (grown := _peak() - before) > GROWTH:
        raise Failure(f"the process grew by {grown >> 20} MB")
    return read


def damaged(rng: random.Random, whole: list[bytes]) -> bytes:
    """A frame with one to four things wrong with it, its header mostly mended so that the damage is reached."""
    data = bytearray(rng.choice(whole))
    size = wire.HEADER.size
    _, skeleton, _ = wire.HEADER.unpack(data[:size])
    boundary = size + skeleton
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(size, len(data))
        before, length = at < boundary, len(data)
        _damage(rng, data, at, whole)
        boundary += (len(data) - length) if before else 0
    boundary = min(max(boundary, size), len(data))
    if rng.random() < 0.9:
        data[:size] = wire.HEADER.pack(wire.MAGIC, boundary - size, len(data) - boundary)
    else:
        data[rng.randrange(size)] = rng.randrange(256)
    return bytes(data)


def _damage(rng: random.Random, data: bytearray, at: int, whole: list[bytes]) -> None:
    kind = rng.randrange(7)
    if kind == 0:
        data[at] ^= 1 << rng.randrange(8)
    elif kind == 1:
        data[at] = rng.randrange(256)
    elif kind == 2:
        del data[at : at + rng.randint(1, 8)]
        data += b" " * max(0, wire.HEADER.size + 1 - len(data))
    elif kind == 3:
        data[at:at] = rng.choice(WORDS)
    elif kind == 4:
        width = rng.choice((1, 2, 4, 8))
        data[at : at + width] = (rng.choice(INTERESTING) % (1 << 8 * width)).to_bytes(width, "little")
    elif kind == 5:
        other = rng.choice(whole)
        start = rng.randrange(len(other))
        data[at:at] = other[start : start + rng.randint(1, 40)]
    else:
        digits = [place for place in range(wire.HEADER.size, len(data)) if 48 <= data[place] <= 57]
        if digits:
            place = rng.choice(digits)
            data[place : place + 1] = str(rng.choice(INTERESTING)).encode()


def submissions(first: int, count: int) -> int:
    """Read damaged notebooks, modules and archives; in how many something was found.

    Raises:
        Failure: something was raised, or a reading took longer than 20 s.
    """
    limits = Limits()
    cell = "import torch\ndef knn_get_best_k(k):\n    return max(k)\n%time x = 1\n!ls\n"
    good = notebook(cell, "def predict_labels(d, y, k=1):\n    pass", "x = '''\n%%bash\n'''").encode()
    found = 0
    before = _peak()
    for number in range(first, first + count):
        rng = random.Random(number)
        name, data = _damaged_file(rng, good)
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / name).write_bytes(data)
            started = time.monotonic()
            try:
                submission = load(Path(folder), PARTS, limits)
            except BaseException as error:
                raise Failure(f"case {number}, {name}: {type(error).__name__}: {error}\n{data[:400]!r}") from error
            if time.monotonic() - started > 20:
                raise Failure(f"case {number}, {name}: it took {time.monotonic() - started:.0f} s")
            found += bool(submission.parts)
    if (grown := _peak() - before) > limits.total + GROWTH:
        raise Failure(f"the process grew by {grown >> 20} MB")
    return found


def _damaged_file(rng: random.Random, good: bytes) -> tuple[str, bytes]:
    kind = rng.randrange(6)
    if kind == 0:
        return rng.choice(("knn.ipynb", "knn.json")), _scratched(rng, good)
    if kind == 1:
        return "knn.ipynb", json.dumps(_shuffled(rng, json.loads(good))).encode()
    if kind == 2:
        return "knn.py", _scratched(rng, b"# coding: utf-8\n" + json.loads(good)["cells"][0]["source"].encode())
    if kind == 3:
        return "knn.ipynb.gz", _scratched(rng, gzip.compress(good))
    inside = _scratched(rng, good) if rng.random() < 0.5 else good
    if kind == 4:
        return _damaged_tar(rng, inside)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as file:
        file.writestr("work/knn.ipynb", inside)
        file.writestr(
            rng.choice(("../out.py", "/out.py", "a" * 300 + ".py", "x.pt", "a\x00.py", "inner.zip")), b"PK\x03\x04"
        )
    return "work.zip", _scratched(rng, buffer.getvalue())


def _damaged_tar(rng: random.Random, inside: bytes) -> tuple[str, bytes]:
    """A tar of any format with any kind of member in it, damaged before or after it is compressed."""
    buffer = io.BytesIO()
    layout = rng.choice((tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT))
    with tarfile.open(fileobj=buffer, mode="w", format=layout) as file:
        for name, data in (
            (rng.choice(("../out.py", "a" * 90 + ".py", "inner.tar.gz", "ä.py")), b"x"),
            ("w/a.ipynb", inside),
        ):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            info.type = rng.choice(
                (tarfile.REGTYPE,) * 9 + tuple(b"%d" % kind for kind in range(8)) + (b"S", b"x", b"L")
            )
            info.linkname = "/etc/passwd"
            file.addfile(info, io.BytesIO(data))
    whole = buffer.getvalue()
    name, pack = rng.choice(
        (("a.tar", bytes), ("a.tgz", gzip.compress), ("a.tar.bz2", bz2.compress), ("a.tar.xz", lzma.compress))
    )
    return name, (pack(_scratched(rng, whole)) if rng.random() < 0.5 else _scratched(rng, pack(whole)))


def _scratched(rng: random.Random, data: bytes) -> bytes:
    scratched = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(scratched) + 1)
        choice = rng.randrange(5)
        if choice == 0:
            scratched[at : at + 1] = bytes([rng.randrange(256)])
        elif choice == 1:
            del scratched[at : at + rng.randint(1, 30)]
        elif choice == 2:
            scratched[at:at] = rng.choice(
                (b"\x00", b"'''", b"{", b"[" * 50, b"\\u0000", b"\xff\xfe", b"\n%%", b"lambda:")
            )
        elif choice == 3:
            scratched[at : at + 4] = rng.choice(INTERESTING).to_bytes(8, "little")[:4]
        else:
            start = rng.randrange(len(scratched) + 1)
            scratched[at:at] = scratched[start : start + rng.randint(1, 200)]
    return bytes(scratched)


def _shuffled(rng: random.Random, value: object) -> object:
    """JSON of the right syntax and the wrong shape."""
    if rng.random() < 0.08:
        return rng.choice((None, -1, 1e308, "x" * 1000, [], {}, [[]], {"cells": []}, True, "\ud800", {"source": 3}))
    if isinstance(value, dict):
        return {key: _shuffled(rng, item) for key, item in value.items() if rng.random() > 0.05}
    if isinstance(value, list):
        return [_shuffled(rng, item) for item in value for _ in range(rng.choice((1, 1, 1, 2, 0)))]
    return value


def _peak() -> int:
    """Bytes of the process's largest resident set so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1024 if sys.platform == "linux" else 1)


if __name__ == "__main__":
    sys.exit(main())
