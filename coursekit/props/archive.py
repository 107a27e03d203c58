"""Read the archive of the PROPS Classification data set, trusting nothing that it holds.

It is one folder of pickles: `meta.pkl` says which instances are test scenes, and `<class>_<instance>.pkl` holds the
images of one object in one scene. Nothing is unpacked to disk, and the unpickler admits arrays and plain data only.
"""

from __future__ import annotations

import io
import pickle
import tarfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coursekit.progress import progress
from coursekit.props.errors import DatasetError
from coursekit.props.objects import CLASSES

FOLDER = "Progress-Objects-Sample"


@dataclass(frozen=True, eq=False)
class Arrays:
    """The whole data set: images uint8 (N, 3, 32, 32), classes int64 (N,), mean training image float32 (3, 32, 32)."""

    x_train: NDArray[np.uint8]
    y_train: NDArray[np.int64]
    x_test: NDArray[np.uint8]
    y_test: NDArray[np.int64]
    mean: NDArray[np.float32]


def read(archive: Path) -> Arrays:
    """Read the archive; instances come in the order of their sorted names, so it is the same on every machine.

    Raises:
        DatasetError: it is damaged, a member would land outside its folder, or a pickle holds more than data.
    """
    pickles = _pickles(archive)
    if "meta" not in pickles:
        raise DatasetError(f"{archive} holds no {FOLDER}/meta.pkl: it is not the PROPS Classification archive.")
    meta = _unpickle(pickles.pop("meta"), "meta.pkl")
    if not isinstance(meta, dict) or "test_split" not in meta:
        raise DatasetError("meta.pkl does not say which instances are the test split.")
    if not isinstance(meta["test_split"], (list, tuple, set, frozenset, np.ndarray)):
        raise DatasetError(f"meta.pkl's test split should be a list of names, not {type(meta['test_split']).__name__}.")
    test = {PurePosixPath(str(name)).stem for name in meta["test_split"]}
    unknown = test - set(pickles)
    if unknown:
        raise DatasetError(f"meta.pkl names instances that are not in the archive: {', '.join(sorted(unknown)[:5])}.")
    images: dict[bool, list[NDArray[np.uint8]]] = {False: [], True: []}
    labels: dict[bool, list[NDArray[np.int64]]] = {False: [], True: []}
    with progress("reading the images", len(pickles), "objects") as advance:
        for name in sorted(pickles):
            data = _images(pickles.pop(name), name)
            images[name in test].append(data)
            labels[name in test].append(np.full(len(data), CLASSES.index(name.rpartition("_")[0]), np.int64))
            advance(1)
    if not images[False] or not images[True]:
        raise DatasetError("the archive needs images of both the training and the test split.")
    x_train = np.concatenate(images[False])
    mean = (x_train.sum(0, dtype=np.int64) / len(x_train)).astype(np.float32)
    return Arrays(
        x_train, np.concatenate(labels[False]), np.concatenate(images[True]), np.concatenate(labels[True]), mean
    )


def _pickles(archive: Path) -> dict[str, bytes]:
    """The pickles of meta and of each instance by their names without suffix."""
    found: dict[str, bytes] = {}
    try:
        with tarfile.open(archive, "r:gz") as tar, progress("unpacking the archive", None, "files") as advance:
            for member in tar:
                advance(1)
                path = PurePosixPath(member.name)
                if path.is_absolute() or ".." in path.parts:
                    raise DatasetError(f"{archive} has a member that points outside its folder: {member.name!r}.")
                if not (member.isfile() or member.isdir()):
                    raise DatasetError(f"{archive} has a member that is neither a file nor a folder: {member.name!r}.")
                known = path.stem == "meta" or path.stem.rpartition("_")[0] in CLASSES
                file = tar.extractfile(member)
                if file and known and path.suffix == ".pkl" and path.parts[:-1] in ((FOLDER,), (".", FOLDER)):
                    found[path.stem] = file.read()
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        raise DatasetError(f"{archive} is damaged or cut short ({error}). Delete it and try again.") from error
    return found


def _images(pickled: bytes, name: str) -> NDArray[np.uint8]:
    # The class is told by the file's name, so the labels beside the images need not be trusted.
    held = _unpickle(pickled, f"{name}.pkl")
    data = held.get("data") if isinstance(held, dict) else None
    if not isinstance(data, np.ndarray) or data.dtype != np.uint8 or data.ndim != 4 or data.shape[1:] != (32, 32, 3):
        came = f"{data.dtype} {data.shape}" if isinstance(data, np.ndarray) else type(data).__name__
        raise DatasetError(f"{name}.pkl should hold images, uint8 (n, 32, 32, 3), not {came}.")
    return np.ascontiguousarray(data.transpose(0, 3, 1, 2))


def _unpickle(pickled: bytes, name: str) -> Any:
    try:
        return _DataUnpickler(io.BytesIO(pickled), encoding="latin1").load()
    except DatasetError:
        raise
    except Exception as error:  # a damaged pickle can raise anything
        raise DatasetError(f"{name} in the archive is damaged ({type(error).__name__}: {error}).") from error


_RECONSTRUCT: Any = np.zeros(0).__reduce__()[0]
_FROM_BUFFER: Any = np.zeros(0).__reduce_ex__(5)[0]
_SCALAR: Any = np.float64(0).__reduce__()[0]
_NUMPY: dict[tuple[str, str], Callable[..., Any]] = {("numpy", "ndarray"): np.ndarray, ("numpy", "dtype"): np.dtype}
for _core in ("numpy.core", "numpy._core"):  # what NumPy 1 and NumPy 2 write
    _NUMPY[f"{_core}.multiarray", "_reconstruct"] = _RECONSTRUCT
    _NUMPY[f"{_core}.multiarray", "scalar"] = _SCALAR
    _NUMPY[f"{_core}.numeric", "_frombuffer"] = _FROM_BUFFER
_PLAIN: dict[str, Callable[..., Any]] = {
    kind.__name__: kind
    for kind in (bool, int, float, complex, str, bytes, bytearray, list, tuple, dict, set, frozenset)
}


class _DataUnpickler(pickle.Unpickler):
    """Admits NumPy arrays and plain built-in types, so that loading runs nothing of the file's choosing."""

    def find_class(self, module: str, name: str) -> Any:
        if module in ("builtins", "__builtin__") and name in _PLAIN:
            return _PLAIN[name]
        if (module, name) in _NUMPY:
            return _NUMPY[module, name]
        if (module, name) == ("_codecs", "encode"):  # how protocol 2 writes the bytes of an array
            return _latin1
        raise DatasetError(f"a pickle in the archive asks for {module}.{name}, which data does not need: not loaded.")


def _latin1(text: str, encoding: str) -> bytes:
    if encoding != "latin1":
        raise ValueError(f"bytes are written as latin1, not {encoding!r}")
    return text.encode("latin1")
