"""What students get: `dist/NAME-student.zip`, and the tree of the repository that they open notebooks from."""

from __future__ import annotations

import argparse
import io
import sys
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.assignment import ROOT, SOLUTIONS, Assignment, Repository, load, named, packages
from autograder.build import archive, badge, leaks, master, notebooks
from autograder.build.archive import Entry
from autograder.build.master import MasterError

README = """\
# {title}

{intro}

| notebook | you build |
|---|---|
{rows}

## Start in Colab

{start}

On your own machine you need Python 3.10 or newer with `torch`, `numpy`, `matplotlib` and Jupyter; open the notebooks
from this folder. On Windows install all of it under WSL (`wsl --install`), and keep the folder there.

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

START_FROM_ZIP = """\
1. Unzip, and upload the whole folder `{name}` to the top of your Google Drive ("My Drive").
2. Open `{first}` from there with Google Colaboratory.
3. Run the first cells. They ask to mount your Drive, look for the folder there, and say what they found. A folder they
   do not find can be named at the top of the first cell."""

START_FROM_REPOSITORY = """\
1. [Open `{first}` in Colab]({address}) and run its first code cell. It asks to mount your Drive and copies this
   repository into it, as the folder `{name}` of "My Drive". That is needed once.
2. Close that page. Open `{first}` from the folder in your Drive with Google Colaboratory: only there is your work kept.
3. Run the first cells again. They say what they found. A folder they do not find can be named at the top of the first
   cell."""

IGNORED = "__pycache__/\n.ipynb_checkpoints/\n/data/\n*.pt\n*.zip\n"
"""What the repository's .gitignore holds: data, trained weights and submissions are everyone's own."""
PLACEHOLDER = "ORGANISATION"
"""The owner of a repository that nobody has named yet."""


def target(assignment: Assignment) -> Path:
    """Where its student zip goes."""
    return ROOT / "dist" / f"{assignment.name}-student.zip"


def readme(assignment: Assignment, repository: Repository | None = None) -> str:
    """What a student reads first, of the zip or, where one is given, of a repository."""
    rows = "\n".join(f"| `{part.name}.ipynb` | {part.summary or part.title} |" for part in assignment.parts)
    weights = [f"`{weights.file}`" for part in assignment.parts for weights in part.weights]
    many = len(assignment.parts) > 1
    contents = "the notebooks" if many else "the notebook"
    if weights:
        contents += f" and, once trained, {' and '.join(weights)}"
    shared, name = packages(assignment.name)
    first = f"{assignment.parts[0].name}.ipynb"
    if repository is None:
        start = START_FROM_ZIP.format(name=name, first=first)
    else:
        start = START_FROM_REPOSITORY.format(name=name, first=first, address=badge.address(repository, first))
    return README.format(
        title=assignment.title,
        intro=f"{len(assignment.parts)} notebooks, in this order:" if many else "One notebook:",
        rows=rows,
        name=name,
        shared=shared,
        start=start,
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
    entries = _entries(assignment, solutions, root, f"{assignment.name}/")
    data = archive.pack(entries)
    search(assignment, data, _secrets(assignment, solutions))
    return data


def _entries(assignment: Assignment, solutions: Path, root: Path, top: str) -> dict[str, Entry]:
    entries = {f"{top}{name}": Entry(data) for name, data in notebooks.build_all(assignment, solutions).items()}
    for package in packages(assignment.name):
        entries |= archive.tree(root / package, f"{top}{package}/")
    entries[f"{top}README.md"] = Entry(readme(assignment).encode())
    return entries


def _secrets(assignment: Assignment, solutions: Path) -> leaks.Secrets:
    return leaks.Secrets.of(master.read_all(assignment, solutions), master.read_others(assignment))


def write(assignment: Assignment, path: Path, root: Path = ROOT) -> bool:
    """Build the student zip and put it in place, once it has been searched; whether it has changed. See `build`."""
    return archive.write_if_changed(path, build(assignment, root=root))


def repository_files(assignment: Assignment, solutions: Path = SOLUTIONS, root: Path = ROOT) -> dict[str, bytes]:
    """Every file of the students' repository by its path: what the zip holds, with a README of its own and a license.

    Args:
        assignment: what is released; it names a repository.
        solutions: where its masters lie.
        root: where the packages lie.

    Raises:
        MasterError: a master breaks a rule.
        leaks.LeakError: a solution stands somewhere in it.
    """
    files = {name: entry.data for name, entry in _entries(assignment, solutions, root, "").items()}
    files["README.md"] = readme(assignment, assignment.repository).encode()
    if (license_ := ROOT / "LICENSE").is_file():  # a course of one's own may have none yet
        files["LICENSE"] = license_.read_bytes()
    files[".gitignore"] = IGNORED.encode()
    leaks.refuse(files, _secrets(assignment, solutions))
    return files


def lay_out(folder: Path, files: Mapping[str, bytes]) -> list[str]:
    """Make a folder hold these files and no others, but for its `.git`; the paths that were written or removed.

    Args:
        folder: where; made if it is not there.
        files: by their path below it.
    """
    there = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if not path.is_dir()}
    gone = [name for name in there if name not in files and name.split("/")[0] != ".git"]
    for name in gone:
        there[name].unlink()
    return [*gone, *(name for name in files if archive.write_if_changed(folder / name, files[name]))]


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
    parser = argparse.ArgumentParser(prog="autograder release", description="Build what students get.")
    parser.add_argument("--project", help="which assignment (default: the first)")
    parser.add_argument(
        "--target", type=Path, help="where it goes (default: dist/PROJECT-student.zip); the repository goes beside it"
    )
    options = parser.parse_args(arguments)
    try:
        assignment = load(named(options.project))
        path = options.target or target(assignment)
        files = repository_files(assignment) if assignment.repository else {}
        written = write(assignment, path)
    except (MasterError, leaks.LeakError) as error:
        print(f"release: {error}", file=sys.stderr)
        return 1
    print(f"{'wrote' if written else 'up to date:'} {path}")
    if assignment.repository:
        folder = path.with_name(f"{assignment.name}-student-repository")
        print(f"{'wrote' if lay_out(folder, files) else 'up to date:'} {folder}")
        if assignment.repository.name.startswith(f"{PLACEHOLDER}/"):
            settings = f"solutions/{assignment.name}/assignment.toml"
            print(f"note: the badges lead to {assignment.repository.name}; name your own repository in {settings}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
