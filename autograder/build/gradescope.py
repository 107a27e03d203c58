"""The zip an instructor uploads to Gradescope: `dist/project1-autograder.zip`."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from pathlib import Path

from autograder.build import archive, master
from autograder.build.archive import Entry
from autograder.build.master import ROOT, SOLUTIONS, MasterError
from project1 import settings

TARGET = ROOT / "dist" / "project1-autograder.zip"
NOT_NEEDED = ("build", "bench.py", "bench", "audit")
TEST_SCENES = "autograder/data/props_test.npz"
"""Where the grader finds the real test scenes, when the course uses the real data set."""


class DataError(Exception):
    """The real data set was chosen but is not here; `str()` says how to get it."""


def build(solutions: Path = SOLUTIONS) -> bytes:
    """The grader zip: Gradescope's two scripts, the pinned requirements, the grader, the package and the masters.

    Raises:
        MasterError: a master breaks a rule.
        DataError: the course uses the real data set and it cannot be had.
    """
    master.read_all(solutions)
    scripts = ROOT / "autograder" / "gradescope"
    entries = {
        "setup.sh": Entry((scripts / "setup.sh").read_bytes(), executable=True),
        "run_autograder": Entry((scripts / "run_autograder").read_bytes(), executable=True),
        "requirements.txt": Entry((ROOT / "requirements.txt").read_bytes()),
    }
    entries |= archive.tree(ROOT / "autograder", "autograder/", NOT_NEEDED)
    entries |= archive.tree(ROOT / "project1", "project1/")
    entries |= archive.tree(solutions, "solutions/", ("variants",))
    if settings.DATASET == "props":
        entries[TEST_SCENES] = Entry(test_scenes())
    return archive.pack(entries)


def test_scenes() -> bytes:
    """The real data set's test scenes and mean training image as an npz: x_test uint8, y_test int64, mean float32.

    Raises:
        DataError: the data set is not here and could not be downloaded.
    """
    import numpy as np  # with torch: only a course that uses the real data waits for them here

    from project1 import props

    try:
        data = props.load()
        mean = props.mean_image()
    except (OSError, ValueError, RuntimeError) as error:
        raise DataError(
            f"project1.settings.DATASET is 'props', but the images could not be loaded: {error}. "
            "Fetch them once on this machine, as the notebooks do, or set DATASET to 'stand-in'"
        ) from error
    buffer = io.BytesIO()
    np.savez(buffer, x_test=data.x_test.numpy(), y_test=data.y_test.numpy(), mean=mean.numpy())
    return buffer.getvalue()


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; the exit code is 1 when the zip could not be built."""
    parser = argparse.ArgumentParser(prog="autograder zip", description="Build the zip for Gradescope.")
    parser.add_argument("--target", type=Path, default=TARGET, help="where it goes (default: %(default)s)")
    options = parser.parse_args(arguments)
    try:
        written = archive.write_if_changed(options.target, build())
    except (MasterError, DataError) as error:
        print(f"zip: {error}", file=sys.stderr)
        return 1
    print(f"{'wrote' if written else 'up to date:'} {options.target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
