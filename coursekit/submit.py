"""Look at the work as it was saved, say what is ready and what is missing, and zip it for handing in.

Nothing that a notebook holds is run: its code cells are only parsed.
"""

from __future__ import annotations

import importlib
import json
import os
import pickle
import re
import sys
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from coursekit import tasks, unsaved
from coursekit.saved import Notebook

_YEAR_2000 = 946_684_800  # seconds since 1970


@dataclass(frozen=True)
class Item:
    """One thing to hand in, and how it stands.

    Attributes:
        name: what it is called in the zip.
        path: where it is, None if it is missing or cannot be read and so will not be zipped.
        state: one line: ready, what is still to do, or what is wrong.
        notes: more lines on the same.
    """

    name: str
    path: Path | None
    state: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """One notebook to hand in.

    Attributes:
        name: of its file, without the ending.
        functions: what it must define, in its order.
        extra: those of them that are extra credit.
        weights: for each file of trained weights that it writes, the shape of each tensor in it.
    """

    name: str
    functions: tuple[str, ...]
    extra: frozenset[str]
    weights: Mapping[str, Mapping[str, tuple[int, ...]]]


@dataclass(frozen=True)
class HandIn:
    """What is to be handed in for a project.

    Attributes:
        suffix: the end of the zip's name.
        parts: its notebooks, in order.
    """

    suffix: str
    parts: tuple[Part, ...]

    @staticmethod
    def read(path: Path) -> HandIn:
        """Read it from a project's `tasks.json`."""
        parts = tuple(
            Part(
                part.name,
                tuple(task.function for task in part.tasks),
                frozenset(task.function for task in part.tasks if task.extra),
                {weights.file: weights.holds for weights in part.weights},
            )
            for part in tasks.read(path)
        )
        return HandIn(json.loads(path.read_text(encoding="utf-8"))["zip"], parts)

    def make_zip(self, uniquename: str, umid: str, folder: str | Path = ".") -> Path | None:
        """Make {uniquename}_{umid}_P1.zip, or as the project calls it, of notebooks and weights, and say what is in it.

        Parts that are unfinished or missing do not stop it: what is there is zipped, and what is not is named.

        Args:
            uniquename: letters, digits, dots, dashes and underscores.
            umid: eight digits.
            folder: where the notebooks (there or in notebooks/ below) and models are; the zip is written there.

        Returns:
            The path of the zip; None when there is none, and a message says why.
        """
        uniquename, umid, folder = str(uniquename).strip(), str(umid).strip(), Path(folder)
        refusal = _refuse(uniquename, umid, folder)
        if refusal:
            print(f"no zip was made: {refusal}")
            return None
        items = self.look(folder)
        _show(items)
        if all(item.path is None for item in items):
            print(f"\nno zip was made: nothing to hand in was found in {folder.resolve()}.")
            return None
        path = folder / f"{uniquename}_{umid}_{self.suffix}.zip"
        try:
            contents = _write(path, items)
        except OSError as error:
            print(f"\nno zip was made: {path} could not be written ({error.strerror or error}).")
            return None
        print(f"\nwrote {path.resolve()}, with")
        for name, size in contents:
            print(f"    {name:<24} {size:>9,} bytes")
        print(
            "It holds the notebooks as they were last saved. Changed one since? File > Save, then run this cell again."
        )
        _offer(path)
        return path

    def look(self, folder: Path) -> list[Item]:
        """How each thing to hand in stands, in the order of the zip."""
        notebooks = [_notebook(part, folder, self._notebooks()) for part in self.parts]
        weights = [
            _weights(name, holds, f"{part.name}.ipynb", folder)
            for part in self.parts
            for name, holds in part.weights.items()
        ]
        return notebooks + weights

    def _notebooks(self) -> frozenset[str]:
        return frozenset(f"{part.name}.ipynb" for part in self.parts)


def _refuse(uniquename: str, umid: str, folder: Path) -> str:
    if not uniquename or not umid:
        empty = " and ".join(n for n, v in (("uniquename", uniquename), ("umid", umid)) if not v)
        verb = "is" if uniquename or umid else "are"
        return f"{empty} {verb} empty. Put yours between the quotes and run this cell again."
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}", uniquename):
        return (
            f"uniquename {uniquename!r} should be letters and digits only, like the first part of your email address."
        )
    if not re.fullmatch(r"[0-9]{8}", umid):
        return f"umid {umid!r} should be eight digits."
    if not folder.is_dir():
        return f"there is no folder {folder}."
    return ""


# --- notebooks -----------------------------------------------------------------------------------------------------


def _notebook(part: Part, folder: Path, notebooks: frozenset[str]) -> Item:
    name = f"{part.name}.ipynb"
    try:
        found = _candidates(part, folder, notebooks)
    except (OSError, ValueError) as error:
        return Item(name, None, "cannot be read", (f"{error}. It is not in the zip: save it again.",))
    if not found:
        return Item(name, None, "missing", (f"no {name} in {folder.resolve()}: no points for this part.",))
    chosen = found[0]
    todo = {function: chosen.unfinished(function) for function in part.functions}
    notes = _which(part, found)
    notes += [
        f"cell {cell} has a syntax error in line {line}: nothing it defines can be graded."
        for cell, line in chosen.broken
    ]
    for word in ("still a stub", "missing"):
        which = [_credited(function, part) for function, state in todo.items() if state.startswith(word)]
        if which and not all(todo.values()):
            notes.append(f"{word}: {', '.join(which)}")
    if all(todo.values()):
        state = "untouched"
        notes.append("every function is still a stub or missing: no points for this part.")
        if _dated(chosen.path):
            notes.append(
                f"saved {_age(chosen.path)}. Did you save what you wrote? File > Save, then run this cell again."
            )
    else:
        run, remarks = _how_run(chosen)
        ready = sum(not state for state in todo.values())
        state = run if ready == len(todo) else f"{ready} of {len(todo)} functions written"
        notes += [*remarks, f"saved {_ago(chosen.path)}"]
    return Item(name, chosen.path, state, (*notes, *_not_saved(part, chosen, folder)))


def _how_run(notebook: Notebook) -> tuple[str, list[str]]:
    """The state of a notebook in which everything is written, by whether it was run, and remarks on that."""
    if not notebook.has_outputs():
        return "written, not run", ["it has no outputs: run all its cells, then save it."]
    remarks = [f"cell {cell} ended in {error}." for cell, error in notebook.raised()]
    skipped = notebook.not_run(aside="make_zip(")
    if skipped:
        remarks.append(f"not run: {_cells(skipped)}. Restart and run all, then save it.")
    return "written, not all run" if skipped else "ready", remarks


def _cells(numbers: list[int]) -> str:
    shown = ", ".join(str(number) for number in numbers[:5])
    more = f" and {len(numbers) - 5} more" if len(numbers) > 5 else ""
    return f"cell{'s' if len(numbers) > 1 else ''} {shown}{more}"


def _not_saved(part: Part, notebook: Notebook, folder: Path) -> list[str]:
    """What tells that the notebook was changed after it was saved."""
    notes = []
    differing = unsaved.differing(notebook, part.functions, unsaved.kernel())
    if differing:
        cells = "its cell" if len(differing) == 1 else "their cells"
        notes.append(
            f"{', '.join(differing)}: what runs here is not what was saved. Run {cells}, then File > Save, then run "
            "this cell again."
        )
    newer = [weights for weights in part.weights if _newer(folder / weights, notebook.path)]
    if newer:
        notes.append(f"{' and '.join(newer)} came after it was saved: File > Save, then run this cell again.")
    return notes


def _credited(function: str, part: Part) -> str:
    return f"{function} (extra credit)" if function in part.extra else function


def _candidates(part: Part, folder: Path, notebooks: frozenset[str]) -> list[Notebook]:
    """The notebooks that may be a part's, by name or by what they define; that with most work, and newest, first.

    Raises:
        ValueError: there is one by its name, and neither it nor another can be read.
    """
    found, reason = [], ""
    places = (folder, folder / "notebooks")
    named = [place / f"{part.name}.ipynb" for place in places]
    others = [path for place in places for path in sorted(place.glob("*.ipynb")) if path.name not in notebooks]
    for path in [path for path in named if path.is_file()] + others:
        try:
            notebook = Notebook.read(path)
        except (OSError, ValueError) as error:
            reason = reason or (f"{path.name}: {error}" if path in named else "")
            continue
        if path in named or set(part.functions) & set(notebook.defined):
            found.append(notebook)
    if reason and not found:
        raise ValueError(reason)

    def work(notebook: Notebook) -> tuple[int, int, bool]:
        return notebook.written(part.functions), int(notebook.path.stat().st_mtime), notebook.path in named

    return sorted(found, key=work, reverse=True)


def _which(part: Part, found: list[Notebook]) -> list[str]:
    """Which notebook was taken, where that is not plain."""
    chosen, *others = found
    name = f"{part.name}.ipynb"
    notes = [] if chosen.path.name == name else [f"{chosen.path.name} goes into the zip as {name}."]
    for other in others:
        work = f"{other.written(part.functions)} of {len(part.functions)} functions written"
        notes.append(
            f"left out: {other.path.name} ({work}, saved {_age(other.path)}). If it is yours, move the other away."
        )
    return notes


def _newer(weights: Path, notebook: Path) -> bool:
    return weights.is_file() and weights.stat().st_mtime > notebook.stat().st_mtime + 60


def _ago(path: Path) -> str:
    """When it was saved. In Colab the page keeps its changes until it saves: an old file often means unsaved work."""
    old = _dated(path) and time.time() - path.stat().st_mtime >= 600
    return _age(path) + (": is it really saved? File > Save" if old and "google.colab" in sys.modules else "")


def _dated(path: Path) -> bool:
    """Whether it has a real date; a zip that was made without any gives its files 1980."""
    return path.stat().st_mtime >= _YEAR_2000


def _age(path: Path) -> str:
    if not _dated(path):
        return "at a time that is not known"
    minutes = int(max(time.time() - path.stat().st_mtime, 0) // 60)
    if minutes < 2:
        return "just now"
    return f"{minutes} minutes ago" if minutes < 120 else f"{minutes // 60} hours ago"


# --- best models ---------------------------------------------------------------------------------------------------


def _weights(name: str, holds: Mapping[str, tuple[int, ...]], notebook: str, folder: Path) -> Item:
    path = next((place / name for place in (folder, folder / "notebooks") if (place / name).is_file()), None)
    if path is None:
        return Item(name, None, "missing", (f"no points for it: run the cell of {notebook} that saves it.",))
    try:
        held = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the file is the answer
        return Item(name, None, "cannot be read", (f"{_damage(path, error)} It is not in the zip.",))
    wrong = next(filter(None, (_wrong_tensor(held, tensor, shape) for tensor, shape in holds.items())), "")
    return Item(name, path, "wrong content" if wrong else "ready", (wrong,) if wrong else ())


def _damage(path: Path, error: Exception) -> str:
    """What is wrong with a file of weights, and what to do; torch's own words are for its developers."""
    again = "run the cell that saves it again."
    if path.stat().st_size == 0:
        return f"it is empty: {again}"
    if isinstance(error, pickle.UnpicklingError) and zipfile.is_zipfile(path):
        return "it holds other things than tensors, which are not loaded: save a dict of tensors, as the notebook does."
    return f"it is damaged, cut short, or no file of torch.save's ({path.stat().st_size:,} bytes): {again}"


def _wrong_tensor(held: Any, name: str, shape: tuple[int, ...]) -> str:
    tensor = held.get(name) if isinstance(held, dict) else None
    if not isinstance(tensor, torch.Tensor):
        return f"it should hold {{{name!r}: a tensor}}, not {type(held).__name__}: no points for it as it is."
    if tuple(tensor.shape) != shape:
        return f"{name} should have shape {shape}, not {tuple(tensor.shape)}: no points for it as it is."
    if not torch.isfinite(tensor).all():
        return f"{name} has entries that are not finite: no points for it as it is."
    return ""


# --- the table and the zip -----------------------------------------------------------------------------------------


def _show(items: list[Item]) -> None:
    for item in items:
        print(f"{'✓' if item.state == 'ready' else '✗'} {item.name:<24} {item.state}")
        for note in item.notes:
            print(f"      {note}")


def _write(path: Path, items: list[Item]) -> list[tuple[str, int]]:
    """Write the zip whole, read it again, and return the names and sizes that are in it.

    The same work gives the same bytes. Raises OSError when it cannot be written or does not hold what went in.
    """
    files = [(item.name, item.path.read_bytes()) for item in items if item.path is not None]
    partial = path.with_name(path.name + ".partial")
    with zipfile.ZipFile(partial, "w") as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, content)
    os.replace(partial, path)
    with zipfile.ZipFile(path) as archive:
        for name, content in files:
            if archive.read(name) != content:
                raise OSError(f"{name} was not written as it is")
        return [(entry.filename, entry.file_size) for entry in archive.infolist()]


def _offer(path: Path) -> None:
    """In Colab, have the browser download the zip."""
    if "google.colab" not in sys.modules:
        return
    try:
        importlib.import_module("google.colab.files").download(str(path))
    except Exception as error:  # noqa: BLE001 - Colab's errors are of no fixed kind, and the zip is there all the same
        print(f"The download did not start ({error}): fetch the zip from the folder named above.")
    else:
        print("Your browser downloads it now; it stays in the folder named above as well.")
