"""What the first cell of a notebook does once it has found the project folder: verify, prepare, say so in a line."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PYTHON = (3, 10)
NEEDED = ("torch", "numpy", "matplotlib")


class SetUpError(Exception):
    """The notebook cannot be worked with here; the message says why and what to do."""

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the message alone."""
        return [str(self)]


def begin(project: str, found: Sequence[Path]) -> None:
    """Make the project folder the working directory, verify what is in it, and print one line. May be called again.

    Edited modules are loaded anew from then on, and where a notebook stops at a stub, its task is named.

    Args:
        project: the name of its package.
        found: the folders that hold it, the one to be used first; already on `sys.path`.

    Raises:
        SetUpError: Python, a library or a file is missing or of the wrong kind.
    """
    folder = found[0].resolve()
    _refuse_machine()
    _refuse_other_copy(folder, project)
    os.chdir(folder)
    _refuse_incomplete(folder, project)
    shell = _shell()
    if shell is not None:
        _reload_edited(shell)
        _name_open_tasks(shell, folder / project / "tasks.json")
    print(f"found {folder}, {_versions()}, data: {_data()}")
    for line in _remarks(folder, found[1:]):
        print(line)


# --- what is verified ----------------------------------------------------------------------------------------------


def _refuse_machine() -> None:
    if os.name == "nt":
        raise SetUpError("This course does not run on Windows itself: use Colab, or Python under WSL.")
    if sys.version_info < PYTHON:
        raise SetUpError(f"Python {sys.version.split()[0]} is too old: use Python 3.10 or newer, or Colab.")
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise SetUpError(
            f"{' and '.join(missing)} cannot be imported by {sys.executable}: install with "
            f"`python -m pip install {' '.join(missing)}`, restart, and run this cell again."
        )


def _refuse_other_copy(folder: Path, project: str) -> None:
    """What was imported from another folder before stays imported until the restart."""
    for name in ("coursekit", project):
        module = sys.modules.get(name)
        file = getattr(module, "__file__", None)
        if module is not None and file is None:  # a folder of the same name that is no package
            del sys.modules[name]
        elif file is not None and Path(file).resolve().parents[1] != folder:
            raise SetUpError(
                f"{name} was imported from {Path(file).resolve().parents[1]} before, and {folder} is another copy: "
                "restart the runtime (or kernel) and run this cell again."
            )


def _refuse_incomplete(folder: Path, project: str) -> None:
    importlib.invalidate_caches()
    try:
        importlib.import_module(project)
        importlib.import_module("coursekit.stops")
        props = importlib.import_module("coursekit.props")
        whole = props.MEAN_IMAGE.is_file()
        reason = "" if whole else f"{props.MEAN_IMAGE.name} is missing"
    except (ImportError, SyntaxError, OSError, ValueError, AttributeError, KeyError) as error:
        reason = f"{type(error).__name__}: {error}"
    if reason:
        raise SetUpError(
            f"The folder {folder} is not whole ({reason}): unzip the student zip again, put the whole folder in its "
            "place (keep your notebooks), restart the runtime, and run this cell again."
        )


# --- what is prepared ----------------------------------------------------------------------------------------------


def _shell() -> Any:
    """The shell of the notebook; None in plain Python."""
    ipython = sys.modules.get("IPython")
    return None if ipython is None else ipython.get_ipython()


def _reload_edited(shell: Any) -> None:
    if not {"autoreload", "IPython.extensions.autoreload"} & shell.extension_manager.loaded:  # either, by its version
        shell.run_line_magic("load_ext", "autoreload")
    shell.run_line_magic("autoreload", "2")


def _name_open_tasks(shell: Any, listing: Path) -> None:
    from coursekit import stops, tasks  # only now is it known that they are there

    stops.name_open_tasks(shell, tasks.read(listing))


# --- what is said --------------------------------------------------------------------------------------------------


def _versions() -> str:
    import torch

    device = f"GPU {torch.cuda.get_device_name(0)}" if torch.cuda.is_available() else "CPU"
    return f"Python {sys.version.split()[0]}, torch {torch.__version__}, {device}"


def _data() -> str:
    from coursekit import props

    return props.source()


def _remarks(folder: Path, others: Sequence[Path]) -> list[str]:
    remarks = []
    if others:
        remarks.append(f"Not used: {', '.join(str(other) for other in others)}. If that is yours, give it as FOLDER.")
    if not os.access(folder, os.W_OK):
        remarks.append(f"{folder} cannot be written to: copy it into your own Drive, or nothing you make can be saved.")
    return remarks
