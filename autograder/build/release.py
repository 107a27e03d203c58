"""The zip that students get: `dist/project1-student.zip`."""

from __future__ import annotations

import argparse
import io
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

from autograder.build import archive, leaks, master, notebooks
from autograder.build.archive import Entry
from autograder.build.master import ROOT, SOLUTIONS, MasterError

TARGET = ROOT / "dist" / "project1-student.zip"

README = """\
# Project 1: kNN, linear classifiers, optimizers

Three notebooks, in this order:

| notebook | you build |
|---|---|
| `knn.ipynb` | a nearest-neighbour classifier, and cross-validation to choose its k |
| `linear_classifier.ipynb` | the hinge and softmax losses with their gradients, and the loop that trains with them |
| `optimizers.ipynb` | the update rules from plain SGD to AdamW, raced against each other |

## Start in Colab

1. Unzip, and upload the whole folder `project1` to the top of your Google Drive ("My Drive").
2. Open `knn.ipynb` from there with Google Colaboratory.
3. Run the first cells. They mount your Drive; if the folder is elsewhere, change the one path in the first cell.

On your own machine you need Python 3.10 or newer with `torch`, `numpy`, `matplotlib` and Jupyter; open the notebooks
from this folder.

## Work

- Write only between `your code starts here` and `your code ends here`. Keep names and arguments as they are.
- Every task has a check in the cell after it. Run it as often as you like. It asks less than the grader does.
- Before you hand in: Runtime, Restart and run all. Keep the outputs.

## Hand in

The last cell of each notebook makes `{uniquename}_{umid}_P1.zip` once you have typed your names into it. It holds the
three notebooks and, once trained, `svm_best_model.pt` and `softmax_best_model.pt`. Upload that zip to Gradescope. You
may hand in before every part is done: what is missing costs only its own points.

The folder `project1/` beside the notebooks holds the data, the pictures and the checks. Read it if you like; changing
it does not change how you are graded.
"""


def build(solutions: Path = SOLUTIONS, package: Path = ROOT / "project1") -> bytes:
    """The student zip: the notebooks, the package and a README under one folder, searched for solutions when done.

    Raises:
        MasterError: a master breaks a rule.
        leaks.LeakError: a solution stands somewhere in it.
    """
    entries = {f"project1/{name}": Entry(data) for name, data in notebooks.build_all(solutions).items()}
    entries |= archive.tree(package, "project1/project1/")
    entries["project1/README.md"] = Entry(README.encode())
    data = archive.pack(entries)
    search(data, leaks.Secrets.of(master.read_all(solutions), solutions))
    return data


def write(target: Path = TARGET, solutions: Path = SOLUTIONS, package: Path = ROOT / "project1") -> bool:
    """Build the student zip and put it in place, once it has been searched; whether it has changed. See `build`."""
    return archive.write_if_changed(target, build(solutions, package))


def search(data: bytes, secrets: leaks.Secrets) -> None:
    """Search a finished zip, as students would unpack it.

    Raises:
        leaks.LeakError: naming every leak and every file that has no place in it.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        files = {name: zipped.read(name) for name in zipped.namelist()}
    strangers = [name for name in files if not _belongs(name)]
    if strangers:
        raise leaks.LeakError(f"the student zip would hold {', '.join(strangers)}, which have no place in it")
    leaks.refuse(files, secrets)


def _belongs(name: str) -> bool:
    top, _, rest = name.partition("/")
    folder, _, below = rest.partition("/")
    if top != "project1":
        return False
    return folder == "project1" if below else rest == "README.md" or rest.endswith(".ipynb")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; the exit code is 1 when nothing could be released."""
    parser = argparse.ArgumentParser(prog="autograder release", description="Build the zip students get.")
    parser.add_argument("--target", type=Path, default=TARGET, help="where it goes (default: %(default)s)")
    options = parser.parse_args(arguments)
    try:
        written = write(options.target)
    except (MasterError, leaks.LeakError) as error:
        print(f"release: {error}", file=sys.stderr)
        return 1
    print(f"{'wrote' if written else 'up to date:'} {options.target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
