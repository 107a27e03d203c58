"""Look at the work as it was saved, say what is ready and what is missing, and zip it for handing in.

Nothing that a notebook holds is run: its code cells are only parsed.
"""

from __future__ import annotations

import ast
import json
import os
import re
import sys
import time
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


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
        told = json.loads(path.read_text(encoding="utf-8"))
        parts = tuple(
            Part(
                part["name"],
                tuple(task["function"] for task in part["tasks"]),
                frozenset(task["function"] for task in part["tasks"] if task["extra"]),
                {w["file"]: {name: tuple(shape) for name, shape in w["holds"].items()} for w in part["weights"]},
            )
            for part in told["parts"]
        )
        return HandIn(told["zip"], parts)

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
    path = _find_notebook(part, folder, notebooks)
    if path is None:
        return Item(name, None, "missing", (f"no {name} in {folder.resolve()}: no points for this part.",))
    try:
        cells = list(_code_cells(path))
    except (OSError, ValueError) as error:
        return Item(name, None, "cannot be read", (f"{path.name}: {error}. It is not in the zip: save it again.",))
    defined, broken = _definitions(cells)
    todo = {function: _unfinished(function, defined.get(function)) for function in part.functions}
    notes = [
        f"cell {cell} has a syntax error in line {line}: nothing it defines can be graded." for cell, line in broken
    ]
    if path.name != name:
        notes.insert(0, f"{path.name} goes into the zip as {name}.")
    if all(todo.values()):
        return Item(
            name, path, "untouched", (*notes, "every function is still a stub or missing: no points for this part.")
        )
    for word in ("still a stub", "missing"):
        which = [_credited(function, part) for function, state in todo.items() if state.startswith(word)]
        if which:
            notes.append(f"{word}: {', '.join(which)}")
    if not any(cell.get("outputs") for cell in cells):
        notes.append("it has no outputs: run all its cells, then save it.")
    notes.append(f"saved {_ago(path)}")
    newer = [weights for weights in part.weights if _newer(folder / weights, path)]
    if newer:
        notes.append(f"{' and '.join(newer)} came after it was saved: File > Save, then run this cell again.")
    ready = sum(not state for state in todo.values())
    return Item(name, path, f"{ready} of {len(todo)} functions written" if ready < len(todo) else "ready", tuple(notes))


def _credited(function: str, part: Part) -> str:
    return f"{function} (extra credit)" if function in part.extra else function


def _find_notebook(part: Part, folder: Path, notebooks: frozenset[str]) -> Path | None:
    """The part's notebook by its name, or else one under another name that defines its functions."""
    places = (folder, folder / "notebooks")
    for place in places:
        if (place / f"{part.name}.ipynb").is_file():
            return place / f"{part.name}.ipynb"
    others = [path for place in places for path in sorted(place.glob("*.ipynb")) if path.name not in notebooks]
    for path in others:
        try:
            defined, _ = _definitions(list(_code_cells(path)))
        except (OSError, ValueError):
            continue
        if set(part.functions) & set(defined):
            return path
    return None


def _code_cells(path: Path) -> Iterator[dict[str, Any]]:
    """The code cells of a notebook, each with its number among all cells; ValueError says why it is not a notebook."""
    text = path.read_bytes()
    if not text.strip():
        raise ValueError("the file is empty")
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"it is not a saved notebook (not JSON: {error})") from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise ValueError("it is not a saved notebook (it has no cells)")
    for number, cell in enumerate(cells):
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            yield {**cell, "number": number + 1}


def _definitions(cells: list[dict[str, Any]]) -> tuple[dict[str, ast.stmt], list[tuple[int, int]]]:
    """The last top-level definition or assignment of each name, and (cell, line) of the syntax errors."""
    defined: dict[str, ast.stmt] = {}
    broken = []
    for cell in cells:
        source = cell.get("source", "")
        text = "".join(source) if isinstance(source, list) else str(source)
        if text.lstrip().startswith("%%"):
            continue
        try:
            body = _parse(text)
        except (SyntaxError, ValueError, RecursionError) as error:
            broken.append((int(cell["number"]), getattr(error, "lineno", None) or 1))
            continue
        for node in body:
            if isinstance(node, Definition):
                defined[node.name] = node
            elif isinstance(node, ast.Assign):
                defined.update({target.id: node for target in node.targets if isinstance(target, ast.Name)})
    return defined, broken


def _parse(text: str) -> list[ast.stmt]:
    """The statements of a cell; magics and shell lines count as `pass`, so that lines and blocks stay as they are."""
    try:
        return ast.parse(text).body
    except SyntaxError:
        return ast.parse(re.sub(r"(?m)^([ \t]*)[%!].*$", r"\1pass", text)).body


def _unfinished(name: str, node: ast.stmt | None) -> str:
    """Empty if there is something in the definition, else what is wrong with it."""
    if node is None:
        return "missing"
    if isinstance(node, ast.ClassDef):
        methods = [child for child in node.body if isinstance(child, ast.FunctionDef)]
        stubs = [f"{name}.{method.name}" for method in methods if _is_stub(method)]
        return "still a stub" if stubs or not methods else ""
    stub = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and _is_stub(node)
    return "still a stub" if stub else ""


def _is_stub(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether it says nothing, or still raises NotImplementedError as a step of its own."""
    said = [s for s in node.body if not isinstance(s, ast.Pass) and not _is_constant(s)]
    return not said or any(_raises_not_implemented(step) for step in said)


def _is_constant(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _raises_not_implemented(node: ast.stmt) -> bool:
    if not isinstance(node, ast.Raise) or node.exc is None:
        return False
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"


def _newer(weights: Path, notebook: Path) -> bool:
    return weights.is_file() and weights.stat().st_mtime > notebook.stat().st_mtime + 60


def _ago(path: Path) -> str:
    minutes = int(max(time.time() - path.stat().st_mtime, 0) // 60)
    if minutes < 2:
        return "just now"
    # In Colab the page keeps its changes until it saves, so an old file often means unsaved work.
    unsaved = ": is it really saved? File > Save" if "google.colab" in sys.modules and minutes >= 10 else ""
    return (f"{minutes} minutes ago" if minutes < 120 else f"{minutes // 60} hours ago") + unsaved


# --- best models ---------------------------------------------------------------------------------------------------


def _weights(name: str, holds: Mapping[str, tuple[int, ...]], notebook: str, folder: Path) -> Item:
    path = next((place / name for place in (folder, folder / "notebooks") if (place / name).is_file()), None)
    if path is None:
        return Item(name, None, "missing", (f"no points for it: run the cell of {notebook} that saves it.",))
    try:
        held = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the file is the answer
        reason = (str(error).strip().splitlines() or [""])[0][:120]
        return Item(name, None, "cannot be read", (f"{type(error).__name__}: {reason}. It is not in the zip.",))
    wrong = next(filter(None, (_wrong_tensor(held, tensor, shape) for tensor, shape in holds.items())), "")
    return Item(name, path, "wrong content" if wrong else "ready", (wrong,) if wrong else ())


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
