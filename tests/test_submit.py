"""What the submission zip promises a student: an honest look at the work, then a zip of exactly that."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import time
import types
import zipfile
from pathlib import Path

import pytest
import torch

from autograder.assignment import ROOT
from autograder.build import master, notebooks
from coursekit.submit import HandIn
from project1 import submit
from tests.assignments import ALL, PROJECT1

FUNCTIONS = {part.name: part.functions for part in submit.HAND_IN.parts}
STUB = "raise NotImplementedError('not implemented yet')"


def write_notebook(path: Path, *sources: str, outputs: bool = True) -> None:
    shown = [{"output_type": "stream", "name": "stdout", "text": ["1\n"]}] if outputs else []
    cells = [{"cell_type": "markdown", "metadata": {}, "source": ["# Title"]}]
    cells += [
        {"cell_type": "code", "metadata": {}, "execution_count": 1, "outputs": shown, "source": s.splitlines(True)}
        for s in sources
    ]
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))


def part_cells(part: str, body: str) -> list[str]:
    return [
        f"class {name}:\n    def predict(self, x):\n        {body}\n"
        if name == "KnnClassifier"
        else f'def {name}(*args):\n    """Docstring."""\n    {body}\n'
        for name in FUNCTIONS[part]
    ]


@pytest.fixture
def finished(tmp_path: Path) -> Path:
    for part in submit.HAND_IN.parts:
        write_notebook(tmp_path / f"{part.name}.ipynb", *part_cells(part.name, "return 1"))
        for name in part.weights:
            torch.save({"W": torch.zeros(3073, 10)}, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize("of", ALL, ids=lambda of: of.name)
def test_what_it_looks_for_is_what_is_graded(of):
    listed = HandIn.read(Path(__file__).parents[1] / of.name / notebooks.TASKS)
    assert listed.suffix == of.zip
    for mine, theirs in zip(listed.parts, of.parts, strict=True):
        assert mine.name == theirs.name
        assert mine.functions == tuple(function.name for function in theirs.functions)
        assert mine.extra == {function.name for function in theirs.functions if function.extra}
        assert {name: tuple(holds.items()) for name, holds in mine.weights.items()} == {
            weights.file: weights.holds for weights in theirs.weights
        }


def test_finished_work_is_zipped_whole_and_the_contents_are_listed(finished, capsys):
    path = submit.make_zip("ada", "12345678", finished)
    said = capsys.readouterr().out
    assert path == finished / "ada_12345678_P1.zip"
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == [
            "knn.ipynb",
            "linear_classifier.ipynb",
            "optimizers.ipynb",
            "svm_best_model.pt",
            "softmax_best_model.pt",
        ]
        for name in archive.namelist():
            assert archive.read(name) == (finished / name).read_bytes()
            assert f"{name} " in said
    assert said.count("✓") == 5
    assert str(path.resolve()) in said
    assert [entry.name for entry in finished.iterdir() if "partial" in entry.name] == []


@pytest.mark.parametrize(("solved", "state"), [(True, "ready"), (False, "untouched")])
def test_the_real_notebooks_are_told_apart_solved_and_as_handed_out(tmp_path, solved, state):
    for part in FUNCTIONS:
        source = master.read(PROJECT1.part(part))
        make = notebooks.reference_notebook if solved else notebooks.student_notebook
        notebook = make(source)
        for cell in notebook["cells"]:  # as after "run all"
            if cell["cell_type"] == "code":
                cell |= {"execution_count": 1, "outputs": [{"output_type": "stream", "name": "stdout", "text": ["1"]}]}
        (tmp_path / f"{part}.ipynb").write_bytes(notebooks.encode(notebook))
    assert [item.state for item in submit.look(tmp_path)[:3]] == [state] * 3


def test_the_same_work_gives_the_same_bytes(finished):
    first = submit.make_zip("ada", "12345678", finished).read_bytes()
    os.utime(finished / "knn.ipynb", (1e9, 1e9))
    assert submit.make_zip("ada", "12345678", finished).read_bytes() == first


@pytest.mark.parametrize(
    ("uniquename", "umid", "said"),
    [
        ("", "", "uniquename and umid are empty"),
        ("ada", "", "umid is empty"),
        ("ada", "1234567", "'1234567' should be eight digits"),
        ("ada", "1234567a", "'1234567a' should be eight digits"),
        ("../ada", "12345678", "'../ada' should be letters and digits"),
        ("ada lovelace", "12345678", "'ada lovelace' should be letters and digits"),
    ],
)
def test_a_name_or_number_that_is_not_one_gives_a_message_and_no_zip(finished, capsys, uniquename, umid, said):
    assert submit.make_zip(uniquename, umid, finished) is None
    assert said in capsys.readouterr().out
    assert list(finished.glob("*.zip")) == []


def test_a_number_typed_without_quotes_is_understood(finished):
    assert submit.make_zip("ada", 12345678, finished).name == "ada_12345678_P1.zip"  # type: ignore[arg-type]


def test_a_stub_is_named_and_the_rest_counts_as_ready(finished, capsys):
    cells = part_cells("knn", "return 1")
    cells[3] = f'def predict_labels(dists, y_train, k=1):\n    """Vote."""\n    {STUB}\n'
    write_notebook(finished / "knn.ipynb", *cells)
    assert submit.make_zip("ada", "12345678", finished)
    said = capsys.readouterr().out
    assert "6 of 7 functions written" in said
    assert "still a stub: predict_labels\n" in said


def test_an_untouched_part_is_allowed_but_said(finished, capsys):
    write_notebook(finished / "optimizers.ipynb", *part_cells("optimizers", STUB))
    path = submit.make_zip("ada", "12345678", finished)
    assert "optimizers.ipynb" in zipfile.ZipFile(path).namelist()
    said = capsys.readouterr().out
    assert "untouched" in said
    assert "no points for this part" in said


def test_an_untouched_part_that_was_saved_long_ago_is_asked_about(finished, capsys):
    write_notebook(finished / "optimizers.ipynb", *part_cells("optimizers", STUB))
    earlier = time.time() - 3 * 3600
    os.utime(finished / "optimizers.ipynb", (earlier, earlier))
    submit.make_zip("ada", "12345678", finished)
    assert "saved 3 hours ago. Did you save what you wrote? File > Save" in capsys.readouterr().out
    os.utime(finished / "optimizers.ipynb", (315_532_800, 315_532_800))  # 1980, as our zips have it
    submit.make_zip("ada", "12345678", finished)
    said = capsys.readouterr().out
    assert "every function is still a stub" in said and "ago" not in said and "Did you save" not in said


@pytest.mark.parametrize(("stubs", "chosen"), [(7, "copy"), (5, "copy"), (0, "named")])
def test_of_a_notebook_and_its_copy_the_one_with_more_work_is_zipped_and_the_other_named(
    finished, capsys, stubs, chosen
):
    copy, named = finished / "Copy of knn.ipynb", finished / "knn.ipynb"
    cells = part_cells("knn", STUB)[:stubs] + part_cells("knn", "return 2")[stubs:]
    write_notebook(named, *cells)
    write_notebook(copy, *part_cells("knn", "return 1"))
    os.utime(copy, (1e9, 1e9))
    path = submit.make_zip("ada", "12345678", finished)
    said = capsys.readouterr().out
    with zipfile.ZipFile(path) as archive:
        assert archive.read("knn.ipynb") == (copy if chosen == "copy" else named).read_bytes()
    if chosen == "copy":
        assert "Copy of knn.ipynb goes into the zip as knn.ipynb." in said
        assert f"left out: knn.ipynb ({7 - stubs} of 7 functions written, saved just now)" in said
    else:
        assert "left out: Copy of knn.ipynb (7 of 7 functions written, saved " in said


def test_of_two_finished_copies_the_newer_is_zipped(finished):
    write_notebook(finished / "Copy of knn.ipynb", *part_cells("knn", "return 1"), "print('newer')")
    os.utime(finished / "knn.ipynb", (1e9, 1e9))
    path = submit.make_zip("ada", "12345678", finished)
    with zipfile.ZipFile(path) as archive:
        assert archive.read("knn.ipynb") == (finished / "Copy of knn.ipynb").read_bytes()


def test_a_missing_part_is_allowed_but_said(finished, capsys):
    (finished / "linear_classifier.ipynb").unlink()
    path = submit.make_zip("ada", "12345678", finished)
    assert "linear_classifier.ipynb" not in zipfile.ZipFile(path).namelist()
    assert "linear_classifier.ipynb  missing" in capsys.readouterr().out


def test_code_in_a_notebook_is_never_run(finished):
    marker = finished / "was_run"
    write_notebook(finished / "knn.ipynb", f"open({str(marker)!r}, 'w')", *part_cells("knn", "return 1"))
    assert submit.make_zip("ada", "12345678", finished)
    assert not marker.exists()


def test_magics_and_shell_lines_do_not_hide_a_cell(finished, capsys):
    cells = part_cells("knn", "return 1")
    cells[0] = "%matplotlib inline\n!ls\nif True:\n    %time 1\n" + cells[0]
    write_notebook(finished / "knn.ipynb", "%%bash\nls -la | wc", *cells)
    submit.make_zip("ada", "12345678", finished)
    assert "✓ knn.ipynb" in capsys.readouterr().out


def test_a_syntax_error_is_named_with_its_cell_and_line(finished, capsys):
    cells = part_cells("knn", "return 1")
    cells[2] = "x = 1\ndef compute_distances_no_loops(x_train, x_test:\n    return 1\n"
    write_notebook(finished / "knn.ipynb", *cells)
    assert submit.make_zip("ada", "12345678", finished)
    said = capsys.readouterr().out
    assert "cell 4 has a syntax error in line 2" in said
    assert "missing: compute_distances_no_loops" in said


def test_the_last_definition_of_a_function_counts(finished, capsys):
    stub_then_work = [*part_cells("knn", STUB), *part_cells("knn", "return 1")]
    write_notebook(finished / "knn.ipynb", *stub_then_work)
    submit.make_zip("ada", "12345678", finished)
    assert "✓ knn.ipynb" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "the file is empty"),
        ("not json", "not JSON"),
        ("[]", "it has no cells"),
        ('{"metadata": {}}', "it has no cells"),
    ],
)
def test_a_file_that_is_no_notebook_is_named_and_left_out(finished, capsys, content, said):
    (finished / "knn.ipynb").write_text(content)
    path = submit.make_zip("ada", "12345678", finished)
    assert "knn.ipynb" not in zipfile.ZipFile(path).namelist()
    assert said in capsys.readouterr().out


def test_a_notebook_under_another_name_is_recognised_by_its_functions(finished, capsys):
    (finished / "knn.ipynb").rename(finished / "Copy of knn (1).ipynb")
    path = submit.make_zip("ada", "12345678", finished)
    assert "knn.ipynb" in zipfile.ZipFile(path).namelist()
    assert "Copy of knn (1).ipynb goes into the zip as knn.ipynb" in capsys.readouterr().out


def test_notebooks_may_be_in_a_folder_of_their_own(finished):
    (finished / "notebooks").mkdir()
    for part in FUNCTIONS:
        (finished / f"{part}.ipynb").rename(finished / "notebooks" / f"{part}.ipynb")
    path = submit.make_zip("ada", "12345678", finished)
    assert path.parent == finished
    assert len(zipfile.ZipFile(path).namelist()) == 5


def test_a_notebook_without_outputs_is_said_to_have_none(finished, capsys):
    write_notebook(finished / "knn.ipynb", *part_cells("knn", "return 1"), outputs=False)
    submit.make_zip("ada", "12345678", finished)
    said = capsys.readouterr().out
    assert "✗ knn.ipynb                written, not run" in said
    assert "it has no outputs: run all its cells" in said


def test_cells_that_were_not_run_and_cells_that_failed_are_named(finished, capsys):
    write_notebook(finished / "knn.ipynb", *part_cells("knn", "return 1"), "print(1)", "1 / 0", "submit.make_zip()")
    notebook = json.loads((finished / "knn.ipynb").read_text())
    unrun, failed, last = notebook["cells"][-3:]
    for cell in (unrun, last):  # the last cell is running while it looks
        cell |= {"execution_count": None, "outputs": []}
    failed["outputs"] = [{"output_type": "error", "ename": "ZeroDivisionError", "evalue": "", "traceback": []}]
    (finished / "knn.ipynb").write_text(json.dumps(notebook))
    submit.make_zip("ada", "12345678", finished)
    said = capsys.readouterr().out
    number = len(notebook["cells"])
    assert "✗ knn.ipynb                written, not all run" in said
    assert f"not run: cell {number - 2}. Restart and run all" in said
    assert f"cell {number - 1} ended in ZeroDivisionError." in said


UNSAVED = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
for cell in {cells!r}:
    shell.run_cell(cell)
shell.run_cell("from project1 import submit; _ = submit.make_zip('ada', '12345678', {folder!r})")
"""


def test_what_runs_in_the_notebook_and_was_not_saved_is_named(finished):
    cells = part_cells("knn", "return 1")
    for changed in (3, 4):
        cells[changed] = cells[changed].replace("return 1", "return 3 - 2")
    code = UNSAVED.format(cells=cells, folder=str(finished))
    environment = {**os.environ, "IPYTHONDIR": str(finished)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert [line.strip() for line in done.stdout.splitlines() if "what runs here" in line] == [
        "predict_labels, KnnClassifier: what runs here is not what was saved. Run their cells, then File > Save, then "
        "run this cell again."
    ]


def test_in_colab_the_browser_downloads_the_zip(finished, capsys, monkeypatch):
    """A module of the name google.colab.files stands in for Colab's own, which cannot be had here."""
    asked: list[str] = []
    colab, files = types.ModuleType("google.colab"), types.ModuleType("google.colab.files")
    files.download = asked.append  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "google", types.ModuleType("google"))
    monkeypatch.setitem(sys.modules, "google.colab", colab)
    monkeypatch.setitem(sys.modules, "google.colab.files", files)
    path = submit.make_zip("ada", "12345678", finished)
    assert asked == [str(path)]
    assert "Your browser downloads it now" in capsys.readouterr().out

    def refuse(path: str) -> None:
        raise RuntimeError("no third-party cookies")

    files.download = refuse  # type: ignore[attr-defined]
    assert submit.make_zip("ada", "12345678", finished) == path
    assert "The download did not start (no third-party cookies): fetch the zip from" in capsys.readouterr().out


def test_a_model_newer_than_its_notebook_hints_that_the_notebook_is_not_saved(finished, capsys):
    earlier = time.time() - 7200
    os.utime(finished / "linear_classifier.ipynb", (earlier, earlier))
    submit.make_zip("ada", "12345678", finished)
    said = capsys.readouterr().out
    assert "saved 2 hours ago" in said
    assert "svm_best_model.pt and softmax_best_model.pt came after it was saved: File > Save" in said


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ({"W": torch.zeros(3072, 10)}, "W should have shape (3073, 10), not (3072, 10)"),
        ({"weights": torch.zeros(3073, 10)}, "it should hold {'W': a tensor}, not dict"),
        (torch.zeros(3073, 10), "it should hold {'W': a tensor}, not Tensor"),
        ({"W": torch.full((3073, 10), torch.nan)}, "not finite"),
    ],
)
def test_a_model_of_the_wrong_form_is_said_to_earn_nothing(finished, capsys, held, said):
    torch.save(held, finished / "svm_best_model.pt")
    submit.make_zip("ada", "12345678", finished)
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda content: b"", "it is empty: run the cell that saves it again. It is not in the zip."),
        (lambda content: content[: len(content) // 2], "it is damaged, cut short, or no file of torch.save's (6"),
        (lambda content: b"<html>sign in</html>", "it is damaged, cut short, or no file of torch.save's (20 bytes)"),
        (lambda content: pickle.dumps({"W": 1}), "it is damaged, cut short, or no file of torch.save's"),
    ],
    ids=["empty", "half", "page", "pickle"],
)
def test_a_damaged_model_says_so_in_plain_words(finished, capsys, damage, said):
    path = finished / "svm_best_model.pt"
    path.write_bytes(damage(path.read_bytes()))
    submit.make_zip("ada", "12345678", finished)
    printed = capsys.readouterr().out
    assert "svm_best_model.pt        cannot be read" in printed
    assert said in printed
    assert "Unpickling" not in printed and "archive" not in printed


def test_a_model_with_code_in_it_is_neither_run_nor_zipped(finished, capsys):
    marker = finished / "was_run"

    class Trap:
        def __reduce__(self):
            return os.mkdir, (str(marker),)

    torch.save({"W": Trap()}, finished / "svm_best_model.pt")
    path = submit.make_zip("ada", "12345678", finished)
    assert not marker.exists()
    assert "svm_best_model.pt" not in zipfile.ZipFile(path).namelist()
    assert "it holds other things than tensors, which are not loaded" in capsys.readouterr().out


def test_an_empty_folder_gives_a_message_and_no_zip(tmp_path, capsys):
    assert submit.make_zip("ada", "12345678", tmp_path) is None
    assert "nothing to hand in was found" in capsys.readouterr().out
    assert submit.make_zip("ada", "12345678", tmp_path / "nowhere") is None
    assert "there is no folder" in capsys.readouterr().out
