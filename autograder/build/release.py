"""The zip that students get: `dist/NAME-student.zip`."""

from __future__ import annotations

import argparse
import io
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

from autograder.assignment import ROOT, SOLUTIONS, Assignment, load, named, packages
from autograder.build import archive, leaks, master, notebooks
from autograder.build.archive import Entry
from autograder.build.master import MasterError

README = """\
# {title}

{intro}

| notebook | you build |
|---|---|
{rows}

## Start in Colab

1. Unzip, and upload the whole folder `{name}` to the top of your Google Drive ("My Drive").
2. Open `{first}` from there with Google Colaboratory.
3. Run the first cells. They ask to mount your Drive, look for the folder there, and say what they found. A folder they
   do not find can be named at the top of the first cell.

On your own machine you need Python 3.10 or newer with `torch`, `numpy`, `matplotlib` and Jupyter; open the notebooks
from this folder.

## Work

- Write only between `your code starts here` and `your code ends here`. Keep names and arguments as they are.
- Every task has a check in the cell after it. Run it as often as you like. It asks less than the grader does.
- Before you hand in: Runtime, Restart and run all. Keep the outputs.

## Hand in

The last cell of each notebook makes `{{uniquename}}_{{umid}}_{zip}.zip` once you have typed your names into it. It
holds {contents}. Upload that zip to Gradescope. You may hand in before everything is done: what is missing costs only
its own points.

The folders `{name}/` and `{shared}/` beside the notebooks hold the data, the pictures and the checks. Read them if you
like; changing them does not change how you are graded.
"""


def target(assignment: Assignment) -> Path:
    """Where its student zip goes."""
    return ROOT / "dist" / f"{assignment.name}-student.zip"


def readme(assignment: Assignment) -> str:
    """What a student reads first."""
    rows = "\n".join(f"| `{part.name}.ipynb` | {part.summary or part.title} |" for part in assignment.parts)
    weights = [f"`{weights.file}`" for part in assignment.parts for weights in part.weights]
    many = len(assignment.parts) > 1
    contents = "the notebooks" if many else "the notebook"
    if weights:
        contents += f" and, once trained, {' and '.join(weights)}"
    shared, name = packages(assignment.name)
    return README.format(
        title=assignment.title,
        intro=f"{len(assignment.parts)} notebooks, in this order:" if many else "One notebook:",
        rows=rows,
        name=name,
        shared=shared,
        first=f"{assignment.parts[0].name}.ipynb",
        zip=assignment.zip,
        contents=contents,
    )


def build(assignment: Assignment, solutions: Path = SOLUTIONS, root: Path = ROOT) -> bytes:
    """The student zip: the notebooks, the packages and a README under one folder, searched for solutions when done.

    Args:
        assignment: what is released.
        solutions: where its masters lie.
        root: where the packages lie.

    Raises:
        MasterError: a master breaks a rule.
        leaks.LeakError: a solution stands somewhere in it.
    """
    top = assignment.name
    entries = {f"{top}/{name}": Entry(data) for name, data in notebooks.build_all(assignment, solutions).items()}
    for package in packages(assignment.name):
        entries |= archive.tree(root / package, f"{top}/{package}/")
    entries[f"{top}/README.md"] = Entry(readme(assignment).encode())
    data = archive.pack(entries)
    search(assignment, data, leaks.Secrets.of(master.read_all(assignment, solutions), master.read_others(assignment)))
    return data


def write(assignment: Assignment, path: Path, root: Path = ROOT) -> bool:
    """Build the student zip and put it in place, once it has been searched; whether it has changed. See `build`."""
    return archive.write_if_changed(path, build(assignment, root=root))


def search(assignment: Assignment, data: bytes, secrets: leaks.Secrets) -> None:
    """Search a finished zip, as students would unpack it.

    Raises:
        leaks.LeakError: naming every leak and every file that has no place in it.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        files = {name: zipped.read(name) for name in zipped.namelist()}
    strangers = [name for name in files if not _belongs(name, assignment)]
    if strangers:
        raise leaks.LeakError(f"the student zip would hold {', '.join(strangers)}, which have no place in it")
    leaks.refuse(files, secrets)


def _belongs(name: str, assignment: Assignment) -> bool:
    top, _, rest = name.partition("/")
    folder, _, below = rest.partition("/")
    if top != assignment.name:
        return False
    return folder in packages(assignment.name) if below else rest == "README.md" or rest.endswith(".ipynb")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; the exit code is 1 when nothing could be released."""
    parser = argparse.ArgumentParser(prog="autograder release", description="Build the zip students get.")
    parser.add_argument("--project", help="which assignment (default: the first)")
    parser.add_argument("--target", type=Path, help="where it goes (default: dist/PROJECT-student.zip)")
    options = parser.parse_args(arguments)
    try:
        assignment = load(named(options.project))
        path = options.target or target(assignment)
        written = write(assignment, path)
    except (MasterError, leaks.LeakError) as error:
        print(f"release: {error}", file=sys.stderr)
        return 1
    print(f"{'wrote' if written else 'up to date:'} {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
