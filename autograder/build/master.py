"""Masters: percent scripts with solution blocks, read and checked.

A master (`solutions/<assignment>/<part>.py`) is at once the source of a student notebook and the hidden reference. Its
cells begin with `# %%` (code) or `# %% [markdown]` (text); in a graded function everything after the docstring stands
between `# BEGIN SOLUTION` and `# END SOLUTION`.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from autograder.assignment import SOLUTIONS, Assignment, load, names
from autograder.catalog import Part

BEGIN = "# BEGIN SOLUTION"
END = "# END SOLUTION"
MARKERS = re.compile(r"#\s*(BEGIN|END)\s+SOLUTION")
MAGIC = re.compile(r"^# (?=[%!][A-Za-z])")
HEADING = re.compile(
    r"^#{2,4} (?P<number>\d+(?:\.\d+)+) (?P<title>.+)$(?:\n+\*About (?P<minutes>\d+) minutes\.\*$)?", re.MULTILINE
)

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class MasterError(Exception):
    """A master breaks a rule; `str()` names the file, the line and the remedy."""


@dataclass(frozen=True)
class MasterCell:
    """One cell as it stands in the master.

    Attributes:
        kind: "code" or "markdown".
        source: its text, without the leading `# ` for markdown.
        line: the line of the master on which the source begins.
    """

    kind: Literal["code", "markdown"]
    source: str
    line: int


@dataclass(frozen=True)
class Task:
    """What the notebook calls the task of a graded function: the heading above it.

    Attributes:
        number: "2.10".
        title: the rest of the heading.
        minutes: how long it takes, as the line "*About 20 minutes.*" below the heading says; None where there is none.
    """

    number: str
    title: str
    minutes: int | None = None


@dataclass(frozen=True)
class Master:
    """One master, checked.

    Attributes:
        part: the part it is for.
        cells: in order.
        solutions: the text of each solution block, in order, without its markers.
        stubs: what each graded name is defined as in the student's notebook, by name, as source.
        tasks: what the notebook calls the task of each graded name.
    """

    part: Part
    cells: tuple[MasterCell, ...]
    solutions: tuple[str, ...]
    stubs: dict[str, str]
    tasks: dict[str, Task]


def read(part: Part, solutions: Path = SOLUTIONS) -> Master:
    """Read and check the master of one part.

    Raises:
        MasterError: there is none, or it breaks a rule (unbalanced markers, a block outside a graded function, a
            graded function missing, defined twice, with more than its docstring outside the block, or under no
            numbered heading).
    """
    path = solutions / part.assignment / f"{part.name}.py"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise MasterError(f"cannot read the master {path}: {error.strerror}") from error
    return parse(part, text, path.name)


def read_all(assignment: Assignment, solutions: Path = SOLUTIONS) -> tuple[Master, ...]:
    """Read and check the masters of all parts of an assignment, in order."""
    return tuple(read(part, solutions) for part in assignment.parts)


def read_others(assignment: Assignment) -> tuple[Master, ...]:
    """The masters of every other assignment there is: nothing of theirs may be handed out with this one either."""
    return tuple(source for name in names() if name != assignment.name for source in read_all(load(name)))


def parse(part: Part, text: str, filename: str) -> Master:
    """Check the text of one master; see `read`."""
    if "\t" in text:
        raise MasterError(
            f"{filename}, line {text[: text.index(chr(9))].count(chr(10)) + 1}: a tab; indent with spaces"
        )
    cells = _cells(text)
    stubs: dict[str, str] = {}
    solutions: list[str] = []
    tasks: dict[str, Task] = {}
    heading: Task | None = None
    graded = {function.name for function in part.functions}
    for cell in cells:
        if cell.kind == "markdown":
            for found in HEADING.finditer(cell.source):
                heading = Task(
                    found["number"], found["title"].strip(), int(found["minutes"]) if found["minutes"] else None
                )
            if re.search(r"(BEGIN|END)\s+SOLUTION", cell.source):
                raise MasterError(f"{filename}, line {cell.line}: a solution marker in a text cell; take it out")
            continue
        blocks = _blocks(cell, filename)
        owned = _check_cell(cell, blocks, graded, filename)
        for name, source in owned.items():
            if name in stubs:
                raise MasterError(f"{filename}, line {cell.line}: {name} is defined twice; keep one definition")
            if heading is None:
                raise MasterError(f"{filename}, line {cell.line}: {name} stands under no heading like '### 1.2 Title'")
            stubs[name], tasks[name] = source, heading
        lines = cell.source.splitlines()
        solutions += ["\n".join(lines[begin + 1 : end]) for begin, end in blocks]
    missing = [function.name for function in part.functions if function.name not in stubs]
    if missing:
        raise MasterError(f"{filename}: no definition of the graded {', '.join(missing)}; checks/ has checks of them")
    return Master(part, cells, tuple(solutions), stubs, tasks)


def with_stubs(source: str) -> str:
    """One code cell as students get it: each solution block gives way to a stub that raises NotImplementedError."""
    lines: list[str] = []
    owner = ""
    inside = False
    for line in source.splitlines():
        head = re.match(r"(\s*)(?:def|class)\s+(\w+)", line)
        if head and not inside:
            owner = head[2] if not head[1] or not owner else f"{owner.split('.')[0]}.{head[2]}"
        if line.strip() == BEGIN:
            inside = True
            indent = line[: len(line) - len(line.lstrip())]
            lines += [
                f"{indent}# ----- your code starts here -----",
                f'{indent}raise NotImplementedError("{owner} is not implemented yet")',
                f"{indent}# ----- your code ends here -----",
            ]
        elif line.strip() == END:
            inside = False
        elif not inside:
            lines.append(line)
    return "\n".join(lines)


def without_markers(source: str) -> str:
    """One code cell with its solution, the marker lines taken out."""
    return "\n".join(line for line in source.splitlines() if line.strip() not in (BEGIN, END))


def parsable(source: str) -> str:
    """The source of a cell with its magic and shell lines blanked, so that `ast` can read it."""
    return "\n".join("" if re.match(r"\s*[%!]", line) else line for line in source.splitlines())


def _cells(text: str) -> tuple[MasterCell, ...]:
    """Split at `# %%` lines. Text before the first one is ignored if blank, else a code cell."""
    cells: list[MasterCell] = []
    kind: Literal["code", "markdown"] = "code"
    lines: list[str] = []
    start = 1

    def close() -> None:
        body = [re.sub(r"^# ?", "", line) if kind == "markdown" else MAGIC.sub("", line) for line in lines]
        lead = next((i for i, line in enumerate(body) if line.strip()), len(body))
        source = "\n".join(line.rstrip() for line in body[lead:]).rstrip()
        if source:
            cells.append(MasterCell(kind, source, start + lead))

    for number, line in enumerate(text.splitlines(), start=1):
        if re.match(r"# %%(\s|$)", line):
            close()
            kind = "markdown" if re.match(r"# %%.*\[(markdown|md)\]", line) else "code"
            lines, start = [], number + 1
        else:
            lines.append(line)
    close()
    return tuple(cells)


def _blocks(cell: MasterCell, filename: str) -> list[tuple[int, int]]:
    """Each solution block of a cell as (index of its BEGIN line, index of its END line)."""
    blocks: list[tuple[int, int]] = []
    begin: int | None = None
    for index, line in enumerate(cell.source.splitlines()):
        where = f"{filename}, line {cell.line + index}"
        text = line.strip()
        if text == BEGIN:
            if begin is not None:
                raise MasterError(f"{where}: {BEGIN} inside a block; close the one before with {END}")
            begin = index
        elif text == END:
            if begin is None:
                raise MasterError(f"{where}: {END} without {BEGIN}")
            blocks.append((begin, index))
            begin = None
        elif MARKERS.search(line):
            raise MasterError(f"{where}: {text!r} looks like a solution marker; write {BEGIN} or {END} alone")
    if begin is not None:
        raise MasterError(f"{filename}, line {cell.line + begin}: {BEGIN} without {END} in the same cell")
    return blocks


def _check_cell(cell: MasterCell, blocks: list[tuple[int, int]], names: set[str], filename: str) -> dict[str, str]:
    """Check that the blocks of a code cell are the whole bodies of graded functions; their stubs by name."""
    try:
        tree = ast.parse(parsable(cell.source))
    except SyntaxError as error:
        line = cell.line + (error.lineno or 1) - 1
        raise MasterError(f"{filename}, line {line}: {error.msg}") from error
    stubbed = with_stubs(cell.source)
    stubs = {
        node.name: ast.get_source_segment(stubbed, node) or "" for node in _definitions(ast.parse(parsable(stubbed)))
    }
    unused = list(blocks)
    owned: dict[str, str] = {}
    for node in _definitions(tree):
        if node.name not in names:
            continue
        for body in _bodies(node):
            block = _block_of(body, unused)
            if block is None:
                raise MasterError(
                    f"{filename}, line {cell.line + body.lineno - 1}: the body of {body.name} is not one solution "
                    f"block; put {BEGIN} after its docstring and {END} after its last line"
                )
            unused.remove(block)
        owned[node.name] = stubs[node.name]
    if unused:
        line = cell.line + unused[0][0]
        raise MasterError(
            f"{filename}, line {line}: a solution block outside a graded function; students would lose it"
        )
    return owned


def _definitions(tree: ast.Module) -> list[Definition]:
    return [n for n in tree.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)]


def _bodies(node: Definition) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions whose bodies must be solution blocks: the function itself, or each method of a class."""
    if isinstance(node, ast.ClassDef):
        return [n for n in node.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [node]


def _block_of(
    function: ast.FunctionDef | ast.AsyncFunctionDef, blocks: list[tuple[int, int]]
) -> tuple[int, int] | None:
    """The block that holds every statement of the body but the docstring, and nothing else."""
    body = function.body
    if ast.get_docstring(function) is not None:
        head_end, body = body[0].end_lineno or 0, body[1:]
    else:
        head_end = function.lineno
    if not body:
        return None
    first, last = body[0].lineno - 1, (body[-1].end_lineno or 0) - 1
    for begin, end in blocks:
        if head_end - 1 < begin < first and last < end:
            return begin, end
    return None
