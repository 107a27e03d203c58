"""The real PROPS Classification data set: fetched once, read once, and from then on mapped from one file."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from coursekit.progress import say
from coursekit.props import archive, download
from coursekit.props.archive import Arrays
from coursekit.props.errors import DatasetError

CACHE = "props.pt"


def load(folder: Path, url: str = download.URL, md5: str = download.MD5) -> Arrays:
    """The real data set: from the folder if it is there, else downloaded into it.

    The arrays are mapped from the file: what is not looked at is not read, and changing them changes no file.

    Args:
        folder: where the archive and the file made of it are kept; made if need be.
        url: where to fetch the archive.
        md5: what the archive's checksum must be.

    Raises:
        DatasetError: no network, a wrong checksum, a damaged archive, or one that holds what it should not.
    """
    held = _mapped(folder / CACHE, md5)
    if held is not None:
        return held
    download.make(folder)
    with _alone(folder):
        held = _mapped(folder / CACHE, md5)  # another notebook may have been at it
        if held is not None:
            return held
        arrays = archive.read(download.fetch(folder, url, md5))
        store(folder / CACHE, arrays, md5)
    return _mapped(folder / CACHE, md5) or arrays


def is_here(folder: Path) -> bool:
    """Whether it has been fetched into the folder before."""
    return (folder / CACHE).is_file()


def store(path: Path, arrays: Arrays, md5: str = download.MD5) -> None:
    """Write the file that is mapped from then on, whole, by rename.

    Args:
        path: of the file.
        arrays: what goes into it.
        md5: of the archive they were read from.

    Raises:
        DatasetError: it cannot be written.
    """
    partial = path.with_name(f"{path.name}.partial")
    held = {name: torch.from_numpy(getattr(arrays, name)) for name in Arrays.__dataclass_fields__}
    try:
        torch.save({"md5": md5, **held}, partial)
        os.replace(partial, path)
    except (OSError, RuntimeError) as error:  # torch says RuntimeError where a disk is full
        partial.unlink(missing_ok=True)
        raise DatasetError(f"{path} could not be written ({error}): make room there and try again.") from error


def _mapped(path: Path, md5: str) -> Arrays | None:
    """What the file holds; None if there is none, or it is damaged or of another archive: then it is made again."""
    if not path.is_file():
        return None
    try:
        held = torch.load(path, mmap=True, weights_only=True)
        if held["md5"] != md5:
            return None
        return Arrays(*(held[name].numpy() for name in Arrays.__dataclass_fields__))
    except (OSError, RuntimeError, ValueError, KeyError, TypeError, AttributeError, EOFError, pickle.UnpicklingError):
        return None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep a second notebook from downloading into the same folder: it waits for the first, and finds it done."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    with (folder / f"{CACHE}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another notebook is fetching PROPS: waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError:
            pass  # a file system without locks, as a mounted drive may be
        yield
