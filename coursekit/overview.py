"""All public checks of a notebook at once: a table of its tasks, with the points that each stands for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from coursekit.tasks import Part, Task

Found = tuple[int, int, str]
"""How many of a function's public checks hold, of how many, and what is said of the first that does not."""


def show(parts: Sequence[Part], namespace: Mapping[str, Any], ask: Callable[[str], Found]) -> None:
    """Print the table, a row as soon as it is known.

    Args:
        parts: of the project.
        namespace: where the functions are looked for. Parts of which none is there are named only.
        ask: runs the public checks of a function that is there.
    """
    here = [part for part in parts if any(task.function in namespace for task in part.tasks)]
    if not here:
        print("None of the project's functions is defined here yet: run the cells above first.")
        return
    for part in here:
        print(f"{part.name}\n  {'task':6}{'function':32}{'points':>6}   public checks")
        done = [task for task in part.tasks if _row(task, namespace, ask)]
        for weights in part.weights:
            state = "a file: graded as it is handed in" if Path(weights.file).is_file() else "no such file yet"
            print(f"  {'':6}{weights.file:32}{weights.points:>6g}   {state}", flush=True)
        worth, of = (sum(task.points for task in tasks if not task.extra) for tasks in (done, part.tasks))
        print(f"  {len(done)} of {len(part.tasks)} tasks hold here, which stand for {worth:g} of {of:g} points.")
    others = [f"{part.name}.ipynb ({part.points:g} points)" for part in parts if part not in here]
    if others:
        print(f"In notebooks of their own: {', '.join(others)}.")
    print("These are the public checks only. Gradescope runs hidden ones too, which ask more: this is no grade.")


def _row(task: Task, namespace: Mapping[str, Any], ask: Callable[[str], Found]) -> bool:
    extra = "+" if task.extra else " "
    print(f"  {task.number:6}{task.function:32}{task.points:>6g}{extra}  ", end="", flush=True)
    if task.function not in namespace:
        print("✗ not defined here: run its cell", flush=True)
        return False
    held, of, wrong = ask(task.function)
    print("✓" if held == of else "✗", f"{held} of {of}" + (f": {wrong}" if wrong else ""), flush=True)
    return held == of
