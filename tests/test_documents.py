"""What the documents promise: every command in them works, every file that they name is there, every line is found.

In a block without a language each line is a command. It stands in one of two tables: COMMANDS says how it is run here,
on a class of two small submissions, and ELSEWHERE which test, or `.ci/run`, runs it, or a small one of its kind: it
takes minutes, or make.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from autograder.__main__ import main, parser, run_module
from autograder.assignment import ROOT, names
from tests.classes import RIGHT, WRONG, folder_of
from tests.submissions import definitions, notebook_of, write_notebook

README = ROOT / "README.md"
CHANGELOG = ROOT / "CHANGELOG.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]
FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w*)\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"(?<=\n\n)(?: {4}\S.*\n)+")
ENGINE = re.compile(r"(?:\.venv/bin/)?python -m autograder ")


@dataclass(frozen=True)
class Block:
    """A block of a page: its language, "" where it has none, and its lines."""

    page: str
    language: str
    lines: tuple[str, ...]


def blocks(page: Path) -> Iterator[Block]:
    name, text = page.relative_to(ROOT).as_posix(), page.read_text(encoding="utf-8")
    for fence in FENCE.finditer(text):
        lines = tuple(line.strip() for line in fence["text"].splitlines())
        yield Block(name, fence["language"], lines)
    for indented in INDENTED.finditer(FENCE.sub("", text)):
        yield Block(name, "", tuple(line.strip() for line in indented[0].splitlines()))


def prose(page: Path) -> str:
    """A page without its blocks."""
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def bare(line: str) -> str:
    """A command without the words beside it and the marks of what may be left out."""
    return re.sub(r"[\[\]]| \.\.\.", "", re.sub(r" +# .*$", "", line)).strip()


def commands() -> list[str]:
    """Every command in a block of a page, once."""
    lines = [line for page in PAGES for block in blocks(page) if not block.language for line in block.lines]
    return list(dict.fromkeys(bare(line) for line in lines if bare(line)))


def spans() -> list[str]:
    """Every command that stands in a sentence, once."""
    found = [span for page in PAGES for span in re.findall(r"`([^`]+)`", prose(page))]
    return list(dict.fromkeys(bare(" ".join(s.split())) for s in found if re.match(r"make( |$)|(\S+/)?python -m ", s)))


# --- how each is run -------------------------------------------------------------------------------------------------

STRACE = (
    "strace -f -e 'trace=all' -e 'status=failed' .venv/bin/python -m autograder grade submission.ipynb "
    "2>&1 | grep EPERM"
)
"""Of this the grading is run, for not every machine has strace."""

COMMANDS: dict[str, dict[str, str]] = {
    ".venv/bin/python -m autograder grade path --out folder --project project2": {
        "path": "class/ada.py",
        "folder": "graded",
        "project2": "project1",
    },
    ".venv/bin/python -m autograder grade notebook.ipynb --out out": {"notebook.ipynb": "one.ipynb", "out": "of"},
    STRACE: {"submission.ipynb": "one.ipynb"},
    ".venv/bin/python -m autograder preview folder/results.json": {"folder/results.json": "results.json"},
    ".venv/bin/python -m autograder preview out/results.json": {"out/results.json": "results.json"},
    ".venv/bin/python -m autograder preview out/ada/results.json": {"out/ada/results.json": "results.json"},
    ".venv/bin/python -m autograder regrade out/before out/class": {"out/before": "before", "out/class": "after"},
    ".venv/bin/python -m autograder regrade OLD NEW --csv file": {"OLD": "before", "NEW": "after", "file": "new.csv"},
    ".venv/bin/python -m autograder similar path --out folder --results OUT --top 20 --anonymous": {
        "path": "class",
        "folder": "alike",
        "OUT": "after",
    },
    '.venv/bin/python -m autograder policy --at "2026-10-01 23:59" --submissions-today N --metadata file.json': {
        "N": "3",
        "file.json": "submission_metadata.json",
    },
}
"""By the command: what stands in place of its words, below a folder that has what it needs; others stay."""

OF_MAKE, OF_NEW, OF_DASK = "tests/test_makefile.py", "tests/test_new.py", "tests/test_cluster.py"
OF_GUIDE = "tests/test_writing_an_assignment.py"
OF_COURSE = (OF_NEW, r'"docs" / "starting-a-course\.md"')
ELSEWHERE: dict[str, tuple[str, str]] = {
    "make": (".ci/run", r"^step make$"),
    "make lint": (".ci/run", r"^step make lint$"),
    "make test": (".ci/run", r"^step make test$"),
    "make test-deep": (".ci/run", r"^step make test-deep$"),
    "make test-colab": ("tests/test_oldest_colab.py", r"^pytestmark = pytest\.mark\.colab"),
    "make audit": (".ci/run", r"^step make audit$"),
    "make redteam": (".ci/run", r"^step make redteam$"),
    "make help": (OF_MAKE, r'make\("help"\)'),
    "make clean": ("tests/test_documents.py", r"^def test_clean_removes_only_what_was_built"),
    "make grade SUBMISSION=path OUT=folder": (OF_MAKE, r'make\("grade", f"SUBMISSION='),
    "make grade SUBMISSION=path OUT=folder PROJECT=project2": (OF_MAKE, r'make\("grade", f"SUBM'),
    "make grade-all SUBMISSIONS=export.zip OUT=out/class": (OF_MAKE, r'\("grade-all", f"SUBMISSIONS='),
    "make grade-all SUBMISSIONS=path OUT=folder JOBS=n SCHEDULER=tcp://host:port ROSTER=file.csv PROJECT=project2": (
        OF_MAKE,
        r'f"ROSTER=',
    ),
    "make grade-all SUBMISSIONS=export.zip OUT=out/class SCHEDULER=tcp://HOST:8786": (
        OF_DASK,
        r'"--scheduler", machines\.address',
    ),
    "make similar SUBMISSIONS=export.zip OUT=out/alike": (OF_MAKE, r'make\("similar", f"SUBMISSIONS='),
    'make similar SUBMISSIONS=path OUT=folder ARGS="--results OUT"': (OF_MAKE, r'make\("similar", f"SUBM'),
    "make bench": ("tests/test_bench.py", r'main\(\["bench"'),
    ".venv/bin/python -m autograder bench --only profile": ("tests/test_bench.py", r'main\(\["bench", "--only"'),
    "make fuzz FRAMES=100000": ("tests/test_fuzz.py", r"fuzz\.frames\("),
    ".venv/bin/python -m autograder bench --only classes": ("tests/test_bench.py", r"classes\.figures\("),
    ".venv/bin/python -m autograder bench --only thousand": ("tests/test_bench.py", r"thousand\.figures\("),
    "make soak COUNT=100": ("tests/test_soak.py", r'"tests/soak\.py", "--count", "20"'),
    "make new-project NAME=project3": (OF_NEW, r'"new", "project", "project3"'),
    "make PROJECT=project3": (OF_NEW, r'\("release", "zip", "prove"\)'),
    ".venv/bin/python -m autograder new task cubic_decay --part optimizers --extra": (
        OF_GUIDE,
        r"begin, _ = COMMAND\.findall",
    ),
    ".venv/bin/python -m autograder audit --function cubic_decay": (OF_GUIDE, r"_, command = COMMAND\.findall"),
    "dask scheduler": (OF_DASK, r'self\.start\("scheduler"'),
    "dask worker tcp://HOST:8786 --nworkers auto --nthreads 1": (OF_DASK, r'self\.start\("worker"'),
    "pip install -r requirements.txt distributed": (
        "requirements-dev.txt",
        r"^-r requirements\.txt$(?s:.*)^distributed==",
    ),
    "rm -r project1 project2 solutions/project1 solutions/project2 notebooks/project1 notebooks/project2": OF_COURSE,
    "make new-project NAME=homework1": OF_COURSE,
    "make PROJECT=homework1": OF_COURSE,
    "make audit PROJECT=homework1": OF_COURSE,
}
"""By the command: the file that runs it, or what it stands for, and how it says so."""


def test_every_command_in_a_block_is_run_here_or_elsewhere() -> None:
    found = commands()
    assert len(found) > 20
    assert sorted({*found} ^ {*COMMANDS, *ELSEWHERE}) == [], "not in a table, or in none of the pages any more"
    assert not {*COMMANDS} & {*ELSEWHERE}


@pytest.mark.parametrize("command", ELSEWHERE)
def test_what_is_run_elsewhere_is_run_there(command: str) -> None:
    file, pattern = ELSEWHERE[command]
    assert re.search(pattern, (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE), f"{file} does not run it"


# --- the targets of make ---------------------------------------------------------------------------------------------


def variables(makefile: str, target: str) -> set[str]:
    """The variables that a target of the Makefile looks at, and those that all do."""
    rules = "".join(re.findall(rf"(?m)^{target}:.*\n(?:\t.*\n)*", makefile))
    return {*re.findall(r"(?m)^(\w+) \?=", makefile), *re.findall(r"\$\((?:value )?([A-Z]+)\)", rules)}


def makes() -> list[str]:
    return [command for command in (*commands(), *spans()) if re.match(r"make( |$)", command)]


@pytest.mark.parametrize("command", makes())
def test_a_target_is_there_and_takes_the_variables_that_are_named(command: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony
    words = shlex.split(command)[1:]
    targets = [word for word in words if "=" not in word] or ["all"]
    assert {*targets} <= {*phony[1].split()}
    taken = set().union(*(variables(makefile, target) for target in targets))
    assert {word.partition("=")[0] for word in words if "=" in word} <= taken


# --- the command line ------------------------------------------------------------------------------------------------


class Parsed(Exception):
    """The arguments could be read; nothing is to be done with them."""


def read(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Read arguments with the parser that reads them, and do nothing.

    Raises:
        SystemExit: an argument that there is not, or one missing.
    """
    arguments, rest = parser().parse_known_args(words)
    if arguments.run is not run_module:
        assert rest == []
        return
    real = argparse.ArgumentParser.parse_args

    def and_stop(self: argparse.ArgumentParser, args: list[str]) -> None:
        real(self, args)
        raise Parsed

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", and_stop)
    arguments.rest = rest
    with pytest.raises(Parsed):
        run_module(arguments)


def words_of(command: str) -> list[str]:
    """What follows `python -m autograder`, up to a pipe."""
    words = shlex.split(ENGINE.split(command, maxsplit=1)[1])
    return words[: words.index("2>&1")] if "2>&1" in words else words


ENGINES = [command for command in commands() if ENGINE.search(command)]


@pytest.mark.parametrize("command", ENGINES)
def test_a_command_of_the_grader_has_the_options_that_it_names(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read([re.sub(r"^N$", "3", word) for word in words_of(command)], monkeypatch)


@pytest.mark.parametrize(
    "words", [["grade", "path", "--fast"], ["release", "--fast"], ["new", "task", "name", "--fast"]]
)
def test_an_option_that_there_is_not_is_noticed(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises((SystemExit, AssertionError)):
        read(words, monkeypatch)


@pytest.mark.parametrize("span", [span for span in spans() if "python" in span])
def test_a_command_in_a_sentence_is_one_of_the_graders(span: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = words_of(f"{span} ")
    with pytest.raises(SystemExit) as stopped:
        parser().parse_args([*words[:1], "--help"])
    assert stopped.value.code == 0
    said = capsys.readouterr().out
    assert [word for word in words if word.startswith("--") and word not in said] == []


# --- run -------------------------------------------------------------------------------------------------------------


def python(*arguments: object, columns: int = 100) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "autograder", *map(str, arguments)]
    env = dict(os.environ, COLUMNS=str(columns))
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300, check=False)


TOO_BIG = """
def compute_distances_no_loops(x_train, x_test):
    a, b = x_train.reshape(x_train.shape[0], -1), x_test.reshape(x_test.shape[0], -1)
    return ((a[:, None] - b[None]) ** 2).sum(dim=2)
"""


def of_the_readme(folder: Path) -> Path:
    """The submission whose report the README shows."""
    folder.mkdir()
    softmax = definitions("linear_classifier")["softmax_loss_vectorized"].replace(" + 2 * reg * W ", " ")
    adam = definitions("optimizers")["adam"]
    adam = adam.replace("v / (1 - beta2**t)", "v / 1").replace("-alpha / (1 - beta1**t)", "-alpha")
    notebook_of(folder, "knn", {"compute_distances_no_loops": TOO_BIG})
    notebook_of(folder, "linear_classifier", {"softmax_loss_vectorized": softmax})
    extra = dict.fromkeys(("newton_step", "lbfgs_direction", "bfgs_update"), "")
    notebook_of(folder, "optimizers", {"adam": adam, **extra})
    return folder


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the commands need: submissions, and a class graded from its export, twice the same."""
    folder = tmp_path_factory.mktemp("documents")
    folder_of(folder / "class", ada=RIGHT, bob=WRONG)
    write_notebook(folder / "one.ipynb", ["import torch", RIGHT])
    created = {
        "created_at": "2026-09-29T12:00:00.000000-04:00",
        "assignment": {"due_date": "2026-09-30T23:59:00-04:00"},
    }
    (folder / "submission_metadata.json").write_text(json.dumps(created))
    with zipfile.ZipFile(folder / "export.zip", "w") as archive:
        for path in (folder / "class").iterdir():
            archive.write(path, path.name)
    done = python("grade-all", folder / "export.zip", "--out", folder / "after", "--jobs", 1)
    assert done.returncode == 0, done.stdout + done.stderr
    shutil.copytree(folder / "after", folder / "before")
    (folder / "results.json").write_bytes((folder / "after" / "ada" / "results.json").read_bytes())
    return folder


KEPT = ("3", *names())
"""Words that are no paths."""


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_does_what_it_is_shown_for(command: str, place: Path) -> None:
    paths = {word: value if value in KEPT else str(place / value) for word, value in COMMANDS[command].items()}
    words = [paths.get(word, word) for word in words_of(command)]
    said = io.StringIO()
    if words[0] == "grade":
        done = python(*words)
        assert (done.returncode, done.stderr) == (0, "")
        said.write(done.stdout)
    else:
        with contextlib.redirect_stdout(said):
            assert main(words) == 0
    assert said.getvalue().strip()
    for word, after in pairwise(words):
        if word in ("--out", "--csv"):
            assert Path(after).exists()


def test_doctor_and_projects_answer(capsys: pytest.CaptureFixture[str]) -> None:
    """They stand in sentences: what a person is told to run when in doubt."""
    assert "python -m autograder doctor" in "\n".join(spans())
    assert main(["doctor"]) in (0, 1), "1 where this machine does not confine student code"
    capsys.readouterr()
    assert main(["projects"]) == 0
    assert capsys.readouterr().out.split() == list(names())


def test_the_report_in_the_readme_is_a_real_one(tmp_path: Path) -> None:
    (shown,) = [block for block in blocks(README) if block.language == "text"]
    done = python("grade", of_the_readme(tmp_path / "ada"), "--project", "project1", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr

    def untimed(line: str) -> str:
        """Without the seconds, which differ, and the blanks that make room for them."""
        return re.sub(r" {2,}", "  ", re.sub(r"  +\S+ s$", "", line.strip()))

    real = {untimed(line) for line in done.stdout.splitlines()}
    lines = [untimed(line) for line in shown.lines[1:-1]]
    assert [line for line in lines if line != "..." and line not in real] == []
    assert len(lines) > 15


def test_clean_removes_only_what_was_built() -> None:
    """What `make clean` removes is nothing of the repository's: git ignores it."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    removed = re.search(r"(?m)^clean:.*\n\trm -rf (.+)$", makefile)
    assert removed
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    for name in removed[1].replace("$(VENV)", ".venv").split():
        assert f"{name}/" in ignored or f"/{name}/" in ignored or name in ignored, f"{name} is not ignored by git"


# --- what students are shown -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["README.md", "docs/students.md"])
def test_what_students_are_told_to_type_stands_in_their_notebooks(page: str) -> None:
    notebooks = [path.read_text(encoding="utf-8") for path in (ROOT / "notebooks" / "project1").glob("*.ipynb")]
    cells = "\n".join(
        "".join(cell["source"])
        for text in notebooks
        for cell in json.loads(text)["cells"]
        if cell["cell_type"] == "code"
    )
    lines = [line for block in blocks(ROOT / page) if block.language == "python" for line in block.lines]
    assert lines
    assert [line for line in lines if re.sub(r" +# .*$", "", line) not in cells.splitlines()] == []


# --- the formats of results ------------------------------------------------------------------------------------------


def keys(value: object) -> set[str]:
    """The names of the fields of an object, and of the objects of a list."""
    return set().union(*map(keys, value)) if isinstance(value, list) else {*value} if isinstance(value, dict) else set()


def written(place: Path) -> dict[str, set[str]]:
    """By the sections of the page: the fields that stand in what was written."""
    one = place / "after" / "ada"
    results, report, graded = (
        json.loads((one / name).read_text(encoding="utf-8")) for name in ("results.json", "report.json", "graded.json")
    )
    listed = json.loads((ROOT / "project1" / "tasks.json").read_text(encoding="utf-8"))
    known = json.loads((ROOT / "project1" / "known.json").read_text(encoding="utf-8"))
    with (place / "after" / "grades.csv").open(newline="", encoding="utf-8") as file:
        columns = {column for column in next(csv.reader(file)) if not column[0].isdigit()}
    parts = listed["parts"]
    return {
        "results.json": {*results, *keys(results["tests"]), *results["extra_data"], *keys(results["leaderboard"])},
        "report.json": {*report, *keys(report["outcomes"])},
        "graded.json": {*graded},
        "grades.csv": columns,
        "tasks.json": {*listed, *keys(parts), *keys([task for part in parts for task in part["tasks"]])},
        "known.json": keys([mistake for mistakes in known.values() for mistake in mistakes]),
    }


def test_the_page_of_the_formats_names_every_field_that_is_written(place: Path) -> None:
    text = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"(?ms)^## (.+?)\n(.*?)(?=^## |\Z)", text))
    assert {*sections} == {*written(place)}
    for name, fields in written(place).items():
        assert len(fields) > 1
        assert sorted(fields - {*re.findall(r"`([^`]+)`", sections[name])}) == [], (
            f"{name} has fields of which nothing is said"
        )


# --- files, links and doors ------------------------------------------------------------------------------------------

MADE = re.compile(r"(data|dist|build|OUT|NAME)/|.*/cubic_decay\.py$|asm-generic/")
"""What is there only once something was built or graded, or is the kernel's."""


@pytest.mark.parametrize("page", NAMES)
def test_every_file_that_a_page_names_is_there(page: str) -> None:
    text = prose(ROOT / page)
    folders = [ROOT, (ROOT / page).parent, ROOT / "autograder", *(ROOT / "solutions").glob("project*")]
    links = [target for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text) if "://" not in target]
    assert [link for link in links if not ((ROOT / page).parent / link).exists()] == []
    named = re.findall(r"`([\w.<>*-]+/[\w./<>*-]*|[\w-]+\.md)`", text)
    left = [name for name in named if not MADE.match(name) and not any(found(folder, name) for folder in folders)]
    assert left == []


def found(folder: Path, name: str) -> bool:
    pattern = re.sub(r"<\w+>|\bNAME\b|\bPART\b", "*", name).rstrip("/")
    return any(True for _ in folder.glob(pattern))


def test_every_page_is_named_by_the_readme_or_by_another() -> None:
    for page in PAGES[1:]:
        others = "\n".join(prose(other) for other in PAGES if other != page)
        assert re.search(rf"[(`/]{re.escape(page.name)}[)`#]", others), f"nothing leads to {page.name}"


@pytest.mark.parametrize(
    ("door", "page"),
    [("Student", "students.md"), ("Instructor", "instructors.md"), ("TA", "grading-a-class.md")],
)
def test_each_door_has_at_most_five_commands_and_a_page(door: str, page: str) -> None:
    sections = dict(re.findall(r"(?ms)^## (.+?)\n(.*?)(?=^## |\Z)", README.read_text(encoding="utf-8")))
    lines = [line for block in FENCE.finditer(sections[door]) for line in block["text"].splitlines()]
    assert 1 <= len(lines) <= 5
    assert f"](docs/{page})" in sections[door]


def test_the_readme_keeps_to_its_width() -> None:
    assert [line for line in README.read_text(encoding="utf-8").splitlines() if len(line) > 120] == []


# --- the changelog ---------------------------------------------------------------------------------------------------


def test_a_line_of_the_changelog_says_what_changed() -> None:
    """Each line of a list begins with handout, starter or grader, and no list is broken by an empty line."""
    text = CHANGELOG.read_text(encoding="utf-8")
    items = re.findall(r"(?m)^- .*$", text)
    words = r"(?:handout|starter|grader)"
    assert len(items) > 20
    assert [item for item in items if not re.match(rf"- {words}(?:, {words})*: \S", item)] == []
    assert not re.search(r"(?m)^(?:- |  ).*\n\n+(?=- )", text)


def test_there_is_a_license() -> None:
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")
    assert "](LICENSE)" in README.read_text(encoding="utf-8")
