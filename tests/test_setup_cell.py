"""What the first cell of a notebook promises: it finds the folder wherever it is, or says in a sentence what to do.

It is run as it stands in the notebooks, by IPython's shell. Colab itself cannot be had here: a module of the name
`google.colab` stands in for its call that mounts a Drive, and "/content" is a folder of the test.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.build import notebooks, release, setup_cell
from tests.assignments import PROJECT1

KNN = json.loads(notebooks.build_all(PROJECT1)["knn.ipynb"])
CELLS = ["".join(cell["source"]) for cell in KNN["cells"] if cell["cell_type"] == "code"]
CELL = CELLS[0]
RUN = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell
sys.path = [entry for entry in sys.path if entry]
shell = InteractiveShell.instance(colors="nocolor")
for cell in json.load(sys.stdin):
    if shell.run_cell(cell).error_in_exec is not None:
        print("STOPPED")
        break
"""
STAND_IN = """
import os, sys, types
def mount(where):
    {mount}
colab = types.ModuleType("google.colab")
colab.drive = types.SimpleNamespace(mount=mount)
sys.modules["google"], sys.modules["google.colab"] = types.ModuleType("google"), colab
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("student")
    zipfile.ZipFile(io.BytesIO(release.build(PROJECT1))).extractall(folder)
    return folder / "project1"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """What is /content in Colab, with a Drive that is there once it is mounted."""
    (tmp_path / "content").mkdir()
    (tmp_path / "Drive" / "MyDrive").mkdir(parents=True)
    return tmp_path / "content"


def put(unpacked: Path, target: Path) -> Path:
    shutil.copytree(unpacked, target)
    return target


def in_ipython(folder: Path, *cells: str) -> list[str]:
    """The lines that cells print, run from a folder; STOPPED comes after one that raised."""
    environment = {**os.environ, "IPYTHONDIR": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("PYTHONPATH", None)
    command = [sys.executable, "-c", RUN]
    done = subprocess.run(
        command, input=json.dumps(cells), cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def in_colab(content: Path, *more: str, cell: str = CELL, denied: bool = False) -> list[str]:
    """The same as in Colab: google.colab is imported, and mounting makes the Drive appear."""
    mount = f"os.path.exists(where) or os.symlink({str(content.parent / 'Drive')!r}, where)"
    if denied:
        mount = "raise ValueError('mount failed')"
    return in_ipython(content, STAND_IN.format(mount=mount), cell.replace("/content", str(content)), *more)


@pytest.fixture(autouse=True)
def github(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which git looks for what it would look for on GitHub; nothing is there."""
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", f"url.file://{tmp_path}/github/.insteadOf")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "https://github.com/")
    return tmp_path / "github"


@pytest.mark.parametrize(
    "place",
    ["MyDrive/Colab Notebooks/robots/project1", "MyDrive/deep rob (1)/unzipped", "Shareddrives/our class/project1"],
)
def test_in_colab_the_folder_is_found_wherever_it_was_put_in_the_drive(unpacked, content, place):
    put(unpacked, content.parent / "Drive" / place)
    lines = in_colab(content, "from project1 import plots; print(plots.__name__)")
    assert lines[0].startswith(f"found {content.parent / 'Drive' / place}, Python 3.")
    assert ", torch " in lines[0] and "data: the synthetic stand-in for PROPS" in lines[0]
    assert lines[1:] == ["project1.plots"]


def test_a_folder_unzipped_into_one_of_the_same_name_is_the_inner_one(unpacked, content):
    put(unpacked, content.parent / "Drive/MyDrive/project1/project1")
    lines = in_colab(content, "from project1 import plots, props, submit")
    assert len(lines) == 1 and "/MyDrive/project1/project1, Python" in lines[0]


def test_of_two_copies_the_other_is_named(unpacked, content):
    put(unpacked, content.parent / "Drive/MyDrive/a")
    put(unpacked, content.parent / "Drive/MyDrive/b")
    lines = in_colab(content)
    assert "/MyDrive/a, Python" in lines[0]
    assert lines[1].startswith("Not used: ") and lines[1].endswith("/MyDrive/b. If that is yours, give it as FOLDER.")
    chosen = CELL.replace('FOLDER = ""', 'FOLDER = "/content/drive/MyDrive/b"')
    assert "/MyDrive/b, Python" in in_colab(content, cell=chosen)[0]


def test_what_is_found_without_the_drive_is_not_asked_for_it(unpacked, content):
    put(unpacked, content / "project1")
    assert "content/project1, Python" in in_colab(content, denied=True)[0]


def test_a_folder_that_is_nowhere_is_one_sentence_that_says_where_to_put_it(content):
    lines = in_colab(content)
    assert lines[-1] == "STOPPED" and len(lines) == 2
    assert lines[0].startswith(f"No folder with coursekit and project1 in it was found in {content}, {content}/drive/")
    assert lines[0].endswith("or give its path as FOLDER at the top of this cell.")


def test_opened_from_the_repository_it_copies_the_project_to_the_drive_and_says_where_to_go_on(github, content):
    assert PROJECT1.repository is not None
    source = github / PROJECT1.repository.name
    release.lay_out(source, release.repository_files(PROJECT1))
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (
        ["init", "--quiet", "--initial-branch", "main"],
        ["add", "."],
        [*author, "commit", "-qm", "Released"],
    ):
        subprocess.run(["git", *command], cwd=source, check=True)
    lines = in_colab(content)
    assert lines[-1] == "STOPPED" and len(lines) == 2
    assert lines[0].startswith("The project is now in your Drive, in the folder project1 of My Drive.")
    assert "/MyDrive/project1, Python" in in_colab(content)[0]


def test_without_a_repository_nothing_is_fetched_and_the_rest_of_the_cell_is_the_same(unpacked, content):
    cell = setup_cell.filled_in(setup_cell.PLACE, "project1", None)
    assert "subprocess" not in cell and "subprocess" in CELL
    assert set(cell.splitlines()) < set(CELL.splitlines())
    assert in_colab(content, cell=cell)[0].startswith("No folder with coursekit and project1 in it was found in ")
    put(unpacked, content.parent / "Drive/MyDrive/project1")
    assert "/MyDrive/project1, Python" in in_colab(content, cell=cell)[0]


def test_a_drive_that_was_not_allowed_is_one_sentence(unpacked, content):
    lines = in_colab(content, denied=True)
    said = "Your Drive was not mounted (mount failed): run this cell again and allow Colab to use it."
    assert lines == [said, "STOPPED"]


def test_it_may_be_run_again_from_anywhere(unpacked, content):
    put(unpacked, content.parent / "Drive/MyDrive/project1")
    cell = CELL.replace("/content", str(content))
    lines = in_colab(content, cell, f"import os; os.chdir({str(content)!r})", cell)
    assert len(lines) == 3 and len(set(lines)) == 1


@pytest.mark.parametrize("below", ["", "notebooks/project1"])
def test_on_ones_own_machine_it_is_found_from_the_notebooks_folder(unpacked, tmp_path, below):
    folder = put(unpacked, tmp_path / "work")
    (folder / below).mkdir(parents=True, exist_ok=True)
    lines = in_ipython(folder / below, CELL, "import os; print(os.getcwd())")
    assert lines[0].startswith(f"found {folder.resolve()}, Python")
    assert lines[1] == str(folder.resolve())


def test_an_edited_module_is_loaded_anew(unpacked, tmp_path):
    folder = put(unpacked, tmp_path / "work")
    (folder / "coursekit" / "extra.py").write_text("value = 1\n")
    edit = "import pathlib; _ = pathlib.Path('coursekit/extra.py').write_text('value = 1234\\n')"
    lines = in_ipython(folder, CELL, "from coursekit import extra; print(extra.value)", edit, "print(extra.value)")
    assert lines[1:] == ["1", "1234"]


@pytest.mark.parametrize("lost", ["project1/plots", "coursekit/props/mean_image.npy"])
def test_a_folder_of_which_a_file_did_not_arrive_is_said_to_be_not_whole(unpacked, tmp_path, lost):
    folder = put(unpacked, tmp_path / "work")
    gone = folder / lost
    shutil.rmtree(gone) if gone.is_dir() else gone.unlink()
    lines = in_ipython(folder, CELL)
    assert lines[-1] == "STOPPED" and len(lines) == 2
    assert lines[0].startswith(f"The folder {folder.resolve()} is not whole (")
    assert "unzip the student zip again" in lines[0]


def test_windows_itself_and_missing_libraries_are_one_sentence(unpacked, tmp_path):
    """A module of the name os that says "nt" stands in for Windows, which cannot be had here."""
    folder = put(unpacked, tmp_path / "work")
    before = "import sys, types; sys.path.insert(0, '.'); from coursekit import setup; "
    lines = in_ipython(folder, before + "setup.os = types.SimpleNamespace(name='nt')", CELL)
    assert lines == ["This course does not run on Windows itself: use Colab, or Python under WSL.", "STOPPED"]
    lines = in_ipython(folder, before + "setup.NEEDED = ('torch', 'no_such')", CELL)
    assert lines[0].startswith("no_such cannot be imported by ") and "pip install no_such" in lines[0]


def test_another_copy_that_was_imported_before_asks_for_a_restart(unpacked, tmp_path):
    first, second = put(unpacked, tmp_path / "a/work"), put(unpacked, tmp_path / "b/work")
    lines = in_ipython(first, CELL, f"import os; os.chdir({str(second)!r})", CELL)
    assert lines[1].startswith(f"coursekit was imported from {first.resolve()} before") and "restart" in lines[1]
    assert lines[2] == "STOPPED"


def test_a_name_that_is_not_there_is_said_to_come_from_a_cell_that_was_not_run(unpacked, tmp_path):
    folder = put(unpacked, tmp_path / "work")
    assert in_ipython(folder, CELL, "x_train")[-2:] == [
        "No cell that was run makes x_train: run the cells above this one first, in their order.",
        "STOPPED",
    ]
    assert in_ipython(folder, CELL, "import project1; project1.check(sgd)")[-2] == (
        "sgd is task 3.1: run the cell that defines it, then this one again."
    )
    own = "def sgd(w, dw, config=None):\n    return wieghts, config\nsgd(1, 2)"
    assert in_ipython(folder, CELL, own)[-2] == "NameError: name 'wieghts' is not defined"


def test_where_a_stub_stops_a_run_the_last_line_says_which_task_is_open(unpacked, tmp_path):
    folder = put(unpacked, tmp_path / "work")
    stub = next(cell for cell in CELLS if "def compute_distances_one_loop" in cell)
    lines = in_ipython(folder, CELL, "from torch import Tensor", stub, "compute_distances_one_loop(1, 2)")
    assert lines[-1] == "STOPPED"
    assert lines[-3] == "NotImplementedError: compute_distances_one_loop is not implemented yet"
    assert lines[-2].startswith("Task 1.4 is still open: compute_distances_one_loop (4 points). Write it between")
