"""Fetch the real PROPS Classification data set and read it, trusting nothing that it holds.

The archive is one folder of pickles: `meta.pkl` says which instances are test scenes, and `<class>_<instance>.pkl`
holds the images of one object in one scene. Nothing is unpacked to disk, and the unpickler admits arrays and plain
data only.
"""

from __future__ import annotations

import hashlib
import http.client
import io
import os
import pickle
import tarfile
import urllib.error
import urllib.parse
import urllib.request
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from coursekit.props.objects import CLASSES

URL = "https://drive.google.com/uc?export=download&id=1C8_JFsnPVm392C-S1rH0y4HFfNkdMlXi"
ARCHIVE = "Progress-Objects-Sample.tar.gz"
MD5 = "b32c587684bb54a9f918b6b081a18e28"
FOLDER = "Progress-Objects-Sample"
CACHE = "props.npz"
PATIENCE = 30
"""Seconds without an answer after which a download is given up."""


class DatasetError(RuntimeError):
    """The data set cannot be had; the message says why and what to do."""


@dataclass(frozen=True, eq=False)
class Arrays:
    """The whole data set: images uint8 (N, 3, 32, 32), classes int64 (N,), mean training image float32 (3, 32, 32)."""

    x_train: NDArray[np.uint8]
    y_train: NDArray[np.int64]
    x_test: NDArray[np.uint8]
    y_test: NDArray[np.int64]
    mean: NDArray[np.float32]


def props(folder: Path, url: str = URL, md5: str = MD5) -> Arrays:
    """The real data set: from the folder if it is there, else downloaded into it.

    Args:
        folder: where the archive and the arrays read from it are kept; made if need be.
        url: where to fetch the archive.
        md5: what the archive's checksum must be.

    Raises:
        DatasetError: no network, a wrong checksum, a damaged archive, or one that holds what it should not.
    """
    cache = folder / CACHE
    if cache.is_file():
        try:
            with cache.open("rb") as file, np.load(file, allow_pickle=False) as held:
                if str(held["md5"]) == md5:
                    return Arrays(*(held[name] for name in Arrays.__dataclass_fields__))
        except (OSError, ValueError, KeyError, EOFError, zlib.error, zipfile.BadZipFile):
            cache.unlink()  # cut short while it was written; it is made again from the archive
    arrays = read(fetch(folder, url, md5))
    partial = folder / f"{CACHE}.partial"
    with partial.open("wb") as out:
        np.savez(out, md5=np.array(md5), **{name: getattr(arrays, name) for name in Arrays.__dataclass_fields__})
    os.replace(partial, cache)
    return arrays


# --- fetching ------------------------------------------------------------------------------------------------------


def fetch(folder: Path, url: str = URL, md5: str = MD5) -> Path:
    """The path of the verified archive in the folder, downloaded if it is not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / ARCHIVE
    if path.is_file():
        _verify(path, md5)
        return path
    partial = path.with_name(path.name + ".partial")
    try:
        with _open(url) as response, partial.open("wb") as file:
            for block in iter(lambda: response.read(1 << 20), b""):
                file.write(block)
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise DatasetError(
            f"PROPS could not be downloaded from {url} ({reason}). Check the network and try again, or put "
            f"{ARCHIVE} into {folder.resolve()} yourself."
        ) from error
    _verify(partial, md5)
    os.replace(partial, path)
    return path


def _verify(path: Path, md5: str) -> None:
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    if digest.hexdigest() != md5:
        raise DatasetError(
            f"{path} has the wrong checksum: {digest.hexdigest()}, not {md5}, at {path.stat().st_size:,} bytes. The "
            "download was cut short, or it is another file. Delete it and try again."
        )


def _open(url: str) -> IO[bytes]:
    """Open a download; where Google Drive first asks whether a big file is really wanted, say yes."""
    response: IO[bytes] = urllib.request.urlopen(url, timeout=PATIENCE)
    if "text/html" not in str(getattr(response, "headers", {}).get("Content-Type", "")):
        return response
    with response:
        page = _Form()
        page.feed(response.read(1 << 20).decode("utf-8", "replace"))
    if not page.action:
        raise OSError("a web page came instead of the file; it may have been downloaded too often today")
    action = urllib.parse.urljoin(url, page.action)
    answer: IO[bytes] = urllib.request.urlopen(f"{action}?{urllib.parse.urlencode(page.fields)}", timeout=PATIENCE)
    return answer


class _Form(HTMLParser):
    """The first form of a page: where it goes and its hidden fields."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and not self.action:
            self.action = given.get("action", "")
        elif tag == "input" and given.get("type") == "hidden" and self.action:
            self.fields[given.get("name", "")] = given.get("value", "")


# --- reading -------------------------------------------------------------------------------------------------------


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
    for name in sorted(pickles):
        data = _images(pickles.pop(name), name)
        images[name in test].append(data)
        labels[name in test].append(np.full(len(data), CLASSES.index(name.rpartition("_")[0]), np.int64))
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
        with tarfile.open(archive, "r:gz") as tar:
            for member in tar:
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
