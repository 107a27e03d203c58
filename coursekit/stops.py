"""What a notebook says below an error that an open task brings about: which task that is, and what to do."""

from __future__ import annotations

import re
import symtable
import traceback
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any

from coursekit.tasks import Part, Task


def name_open_tasks(shell: Any, parts: Sequence[Part]) -> None:
    """Have the shell print, below the traceback of a stub or of a name that is not there, what is to be done.

    Args:
        shell: of the notebook.
        parts: of the project.
    """
    listed = {task.function: task for part in parts for task in part.tasks}
    waiting: dict[str, Task] = {}  # for a name, the open task that stopped the cell that would have made it

    def tell(shell: Any, kind: type, error: BaseException, trace: TracebackType, tb_offset: int | None = None) -> None:
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
        if isinstance(error, NameError):
            task, said = waiting.get(str(error.name)), _missing(error, trace, waiting, listed)
        else:
            task = _open(error, trace, listed)
            said = "" if task is None else _what_to_do(task)
        if task is not None:
            made = _names_made(shell.user_ns.get("In", [""])[-1])
            waiting.update({name: task for name in made if name not in shell.user_ns})
        if said:
            print(said)

    shell.set_custom_exc((NotImplementedError, NameError), tell)


def _open(error: BaseException, trace: TracebackType | None, listed: Mapping[str, Task]) -> Task | None:
    """The task whose stub raised an error, by its text or else by the functions on the way to it; None if none did."""
    said = re.match(r"(\w+)(\.\w+)? is not implemented", str(error))
    names = [said[1]] if said else [frame.name for frame in reversed(traceback.extract_tb(trace))]
    return next((listed[name] for name in names if name in listed), None)


def _what_to_do(task: Task) -> str:
    points = f"{task.points:g} point{'' if task.points == 1 else 's'}{', extra credit' if task.extra else ''}"
    return (
        f"Task {task.number} is still open: {task.function} ({points}). Write it between its two marked lines, run "
        "that cell and the check below it, then go on from here. To hand in what there is, run the last cell by itself."
    )


def _missing(
    error: NameError, trace: TracebackType | None, waiting: Mapping[str, Task], listed: Mapping[str, Task]
) -> str:
    """What to say of a name that is not there; "" where a function of the student's own looked for it."""
    name = str(error.name)
    if name in waiting:
        task = waiting[name]
        return (
            f"{name} comes from a cell above, which stopped because task {task.number} ({task.function}) is still "
            "open. Write that first, then run its cell and those below it."
        )
    if name in listed:
        return f"{name} is task {listed[name].number}: run the cell that defines it, then this one again."
    if isinstance(error, UnboundLocalError) or not traceback.extract_tb(trace)[-1].name.startswith("<"):
        return ""
    return f"No cell that was run makes {name}: run the cells above this one first, in their order."


def _names_made(source: str) -> list[str]:
    """The names that a cell would make at its top level."""
    try:
        table = symtable.symtable(source, "cell", "exec")
    except (SyntaxError, ValueError):
        return []
    return [symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()]
