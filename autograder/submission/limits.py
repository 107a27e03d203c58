"""How much of a submission is read. An honest one comes nowhere near."""

from __future__ import annotations

from dataclasses import dataclass

MB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Bounds on what is read; whatever goes beyond is refused with a note.

    Attributes:
        notebook: bytes of one notebook, outputs included.
        inputs: bytes of one notebook without its outputs.
        module: bytes of one .py file.
        weights: bytes of one file of weights.
        archive: bytes of one zip or tar, packed.
        total: bytes read of all files together, unpacked.
        unpacked: bytes of all tars together, unpacked: they can only be read from front to back.
        ratio: how many times its packed size a file beyond 1 MB may unpack to.
        listed: entries of folders and archives looked at by name.
        entries: notebooks, modules, archives and weights opened.
        depth: folders in folders.
        zips: archives in archives (0: the one handed in; 1: one inside it).
        code: characters of code of one file.
        all_code: characters of code of all files together.
        cells: cells of one notebook.
    """

    notebook: int = 100 * MB
    inputs: int = 20 * MB
    module: int = 2 * MB
    weights: int = 10 * MB
    archive: int = 100 * MB
    total: int = 300 * MB
    unpacked: int = 400 * MB
    ratio: int = 500
    listed: int = 20_000
    entries: int = 2_000
    depth: int = 12
    zips: int = 1
    code: int = 300_000
    all_code: int = 3_000_000
    cells: int = 5_000


def human(size: int) -> str:
    """`20 MB`, `3 kB`: a size for people."""
    if size >= MB:
        return f"{size / MB:.3g} MB"
    return f"{size / 1024:.3g} kB" if size >= 1024 else f"{size} bytes"
