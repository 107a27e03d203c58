"""What a newcomer meets: each student notebook as it is handed out, every cell run in a real kernel, then filled in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

from autograder import catalog
from autograder.assignment import load
from autograder.build import master, notebooks, release
from tests.assignments import ALL_PARTS

each = pytest.mark.parametrize("part", ALL_PARTS, ids=lambda part: part.name, indirect=True)


class Walk:
    """A notebook that was run whole as it is handed out, then filled in function by function, in one kernel.

    Attributes:
        untouched: its code cells, with what each printed.
        filled: for each function, what its check printed once its cell was filled in.
    """

    def __init__(self, part: catalog.Part, folder: Path) -> None:
        self.part = part
        notebook = nbformat.read(folder / f"{part.name}.ipynb", as_version=4)
        self.untouched = [cell for cell in notebook.cells if cell.cell_type == "code"]
        first = len(notebook.cells)
        reference = {name: cell for cell in solved(part) for name in part_names(part) if defines(cell, name)}
        for name, source in reference.items():
            notebook.cells += [new_code_cell(source), new_code_cell(f"{part.assignment}.check({name})")]
        where = {"metadata": {"path": str(folder)}}
        NotebookClient(notebook, kernel_name="python3", allow_errors=True, resources=where).execute()
        assert not [cell for cell in notebook.cells[first::2] if cell.outputs], "a filled in cell prints nothing"
        self.filled = dict(zip(reference, map(printed, notebook.cells[first + 1 :: 2]), strict=True))


def part_names(part: catalog.Part) -> list[str]:
    return [function.name for function in part.functions]


def solved(part: catalog.Part) -> list[str]:
    """The code cells of the reference."""
    cells = notebooks.reference_notebook(master.read(part))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def defines(source: str, name: str) -> bool:
    return any(line.startswith((f"def {name}(", f"class {name}:")) for line in source.splitlines())


def printed(cell: Any) -> str:
    return "".join(output.get("text", "") for output in cell.outputs)


def errors(cell: Any) -> list[Any]:
    return [output for output in cell.outputs if output.output_type == "error"]


def last_line(cell: Any) -> str:
    """The last line that a cell shows, if that is text it printed."""
    after = [number for number, output in enumerate(cell.outputs, start=1) if output.output_type != "stream"][-1]
    lines = "".join(output.text for output in cell.outputs[after:]).splitlines()
    return lines[-1] if lines else ""


@pytest.fixture(scope="module")
def part(request: pytest.FixtureRequest) -> catalog.Part:
    return request.param


@pytest.fixture(scope="module")
def walk(part: catalog.Part, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    top = tmp_path_factory.mktemp(part.name)
    zipfile.ZipFile(io.BytesIO(release.build(load(part.assignment)))).extractall(top)
    with pytest.MonkeyPatch.context() as patch:  # the kernel's settings and its caches are its own
        for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR"):
            patch.setenv(name, str(top / "home"))
        yield Walk(part, top / part.assignment)


@each
def test_untouched_every_cell_runs_or_ends_with_the_task_that_is_open(walk: Walk) -> None:
    numbers = {f"task {number} ({name})" for name, number in numbers_of(walk.part).items()}
    for cell in walk.untouched:
        for error in errors(cell):
            said = last_line(cell)
            if error.ename == "NotImplementedError":
                assert said.startswith("Task ") and "is still open: " in said, (cell.source, error, said)
            else:
                assert error.ename == "NameError", (cell.source, error.ename, error.evalue)
                assert " comes from a cell above, which stopped because task " in said, (cell.source, said)
                assert any(f"because {task} is still open" in said for task in numbers), said
    assert any(map(errors, walk.untouched)), "stubs stop what they must"


def numbers_of(part: catalog.Part) -> dict[str, str]:
    return {name: task.number for name, task in master.read(part).tasks.items()}


@each
def test_untouched_no_cell_warns_and_none_shows_a_picture_of_nothing(walk: Walk) -> None:
    for cell in walk.untouched:
        warned = [output.text for output in cell.outputs if output.get("name") == "stderr"]
        assert warned == [], cell.source


@each
def test_untouched_the_first_error_that_run_all_stops_at_names_the_first_open_task(walk: Walk) -> None:
    first = next(cell for cell in walk.untouched if errors(cell))
    name, number = next(iter(numbers_of(walk.part).items()))
    assert last_line(first).startswith(f"Task {number} is still open: {name} (")


@each
def test_untouched_the_checks_say_not_implemented_and_the_table_counts_none(walk: Walk) -> None:
    for name in part_names(walk.part):
        check = next(cell for cell in walk.untouched if f"{walk.part.assignment}.check({name})" in cell.source)
        assert printed(check) == f"{name}\n  ✗ not implemented yet\n"
    (table,) = [cell for cell in walk.untouched if ".check_all()" in cell.source]
    assert f"  0 of {len(walk.part.functions)} tasks hold here" in printed(table)


@each
def test_untouched_the_last_cell_asks_for_the_names(walk: Walk) -> None:
    assert printed(walk.untouched[-1]).startswith("no zip was made: uniquename and umid are empty. Put yours between ")


@each
def test_filled_in_part_by_part_its_checks_turn_green_in_order(walk: Walk) -> None:
    assert list(walk.filled) == part_names(walk.part)
    for name, said in walk.filled.items():
        assert said.startswith(f"{name}\n  ✓ ") and "✗" not in said, said
