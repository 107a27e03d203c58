"""Each kind of bad input: what it costs, and what the student reads."""

from __future__ import annotations

import json
import time
import zipfile
from pathlib import Path

import pytest
import torch

from autograder.report.gradescope import dumps
from autograder.results import Report, Status
from tests.assignments import KNN, PROJECT1
from tests.conftest import Grade, lost, outcomes_of
from tests.submissions import definitions, notebook_of, with_body, write_notebook

RIGHT_KNN = float(KNN.points)


def messages(report: Report, function: str) -> str:
    return "\n".join(outcome.message for outcome in outcomes_of(report, function))


def everything(report: Report) -> str:
    return "\n".join([*report.notes, *(outcome.message for outcome in report.outcomes)])


def replaced(tmp_path: Path, name: str, body: str) -> Path:
    return notebook_of(tmp_path, "knn", {name: with_body("knn", name, body)})


# ---- files that are no notebooks


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "empty"),
        ("this is not json", "JSON"),
        ('{"cells": [], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "no cells"),
    ],
)
def test_a_notebook_that_cannot_be_used_scores_0_and_says_why(
    tmp_path: Path, grade_parts: Grade, content: str, said: str
) -> None:
    (tmp_path / "knn.ipynb").write_text(content)
    report = grade_parts(tmp_path, "knn")
    assert report.score == 0
    assert len(report.outcomes) == 15
    assert any("knn.ipynb" in note and said in note for note in report.notes), report.notes


def test_a_file_of_200_mb_is_refused_quickly(tmp_path: Path, grade_parts: Grade) -> None:
    with (tmp_path / "knn.ipynb").open("wb") as file:
        file.truncate(200 << 20)
    started = time.monotonic()
    report = grade_parts(tmp_path, "knn")
    assert time.monotonic() - started < 60
    assert any("knn.ipynb" in note and "MB" in note for note in report.notes), report.notes


# ---- notebooks as they really come


def test_a_syntax_error_in_one_cell_costs_only_the_functions_of_that_cell(tmp_path: Path, grade_parts: Grade) -> None:
    path = notebook_of(tmp_path, "knn", {"predict_labels": "def predict_labels(dists, y_train, k=1)\n    return 1"})
    report = grade_parts(path, "knn")
    assert lost(report) == {"predict_labels"}
    assert "syntax error" in messages(report, "predict_labels").lower()
    assert "knn.ipynb, cell" in messages(report, "predict_labels")


def test_magics_shell_lines_and_drive_mounts_cost_nothing(tmp_path: Path, grade_parts: Grade) -> None:
    first = (
        "%matplotlib inline\n!pip install something-odd\n"
        "from google.colab import drive\ndrive.mount('/content/drive')\n"
        "%cd /content/drive\nfiles = !ls"
    )
    path = notebook_of(tmp_path, "knn", first=first, last="%%bash\necho done")
    assert grade_parts(path, "knn").score == RIGHT_KNN


def test_colab_imported_beside_torch_costs_nothing(tmp_path: Path, grade_parts: Grade) -> None:
    found = definitions("knn")
    cells = ["from google.colab import drive\nimport torch\nfrom torch import Tensor"]
    cells += [source for name, source in found.items() if name not in ("import torch", "from torch import Tensor")]
    assert grade_parts(write_notebook(tmp_path / "knn.ipynb", cells), "knn").score == RIGHT_KNN


def test_prints_and_warnings_cost_nothing(tmp_path: Path, grade_parts: Grade) -> None:
    body = (
        "import sys, warnings\nprint('here', x_train.shape)\nprint('there', file=sys.stderr)\nwarnings.warn('slow')\n"
    )
    body += "return ((x_train[:, None] - x_test[None]) ** 2).flatten(2).sum(2)"
    report = grade_parts(replaced(tmp_path, "compute_distances_two_loops", body), "knn")
    assert report.score == RIGHT_KNN
    assert "here" not in everything(report)


def test_a_renamed_function_is_asked_about(tmp_path: Path, grade_parts: Grade) -> None:
    renamed = definitions("knn")["compute_distances_no_loops"].replace(
        "compute_distances_no_loops", "compute_distance_no_loops"
    )
    report = grade_parts(notebook_of(tmp_path, "knn", {"compute_distances_no_loops": renamed}), "knn")
    said = messages(report, "compute_distances_no_loops")
    assert "compute_distance_no_loops" in said
    assert "did you mean" in said
    assert lost(report) == {"compute_distances_no_loops"}


# ---- answers that are no answers


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return None", "None (is a return missing?)"),
        ("return 'far'", "a str"),
        ("return torch.zeros(len(x_test), len(x_train), dtype=x_train.dtype)", "transpose"),
        ("return torch.zeros(len(x_train), len(x_test), dtype=torch.int32)", "int32"),
        ("return torch.full((len(x_train), len(x_test)), float('nan'), dtype=x_train.dtype)", "nan or infinite"),
        ("return torch.zeros(len(x_train), len(x_test), dtype=x_train.dtype)", "off by up to"),
        ("import numpy\nreturn numpy.zeros((len(x_train), len(x_test)))", "numpy"),
    ],
)
def test_a_wrong_answer_says_what_came_and_costs_only_its_function(
    tmp_path: Path, grade_parts: Grade, body: str, said: str
) -> None:
    report = grade_parts(replaced(tmp_path, "compute_distances_one_loop", body), "knn")
    assert said in messages(report, "compute_distances_one_loop")
    assert lost(report) == {"compute_distances_one_loop"}


def test_an_exception_shows_its_text_cell_and_line_and_no_frames_of_the_grader(
    tmp_path: Path, grade_parts: Grade
) -> None:
    body = "y = 1\nraise ValueError('my own words')"
    report = grade_parts(replaced(tmp_path, "predict_labels", body), "knn")
    said = messages(report, "predict_labels")
    assert "ValueError" in said
    assert "my own words" in said
    assert "knn.ipynb, cell" in said
    assert "line 3" in said
    assert "autograder" not in said
    assert "Traceback" not in said


def test_inputs_that_come_back_changed_are_named(tmp_path: Path, grade_parts: Grade) -> None:
    body = "x_train -= 1\nx_test -= 1\nreturn ((x_train[:, None] - x_test[None]) ** 2).flatten(2).sum(2)"
    report = grade_parts(replaced(tmp_path, "compute_distances_two_loops", body), "knn")
    assert "x_train was modified" in messages(report, "compute_distances_two_loops")
    assert [o.points for o in outcomes_of(report, "compute_distances_two_loops")] == [3, 0]


# ---- code that does not come back


@pytest.mark.parametrize(
    ("body", "said", "fault"),
    [
        ("import ctypes\nctypes.string_at(0)", "segmentation fault", "its process ended"),
        ("import os\nos._exit(0)", "ended", "its process ended"),
        ("import sys\nsys.exit(0)", "SystemExit", ""),
        ("return predict_labels(dists, y_train, k)", "RecursionError", ""),
        ("return torch.zeros(50 << 30, dtype=torch.uint8)", "memory", "out of memory"),
        ("while True:\n    print('x' * 1000)", "print", "its process ended"),
    ],
)
def test_code_that_does_not_come_back_costs_only_its_function(
    tmp_path: Path, grade_parts: Grade, body: str, said: str, fault: str
) -> None:
    report = grade_parts(replaced(tmp_path, "predict_labels", body), "knn", seconds=5)
    assert said in messages(report, "predict_labels")
    assert {outcome.fault for outcome in outcomes_of(report, "predict_labels")} == {fault}
    assert lost(report) == {"predict_labels"}
    assert not report.ungraded


def test_an_endless_loop_costs_only_its_function_and_is_met_once(tmp_path: Path, grade_parts: Grade) -> None:
    started = time.monotonic()
    report = grade_parts(replaced(tmp_path, "predict_labels", "while True:\n    pass"), "knn", seconds=2)
    assert time.monotonic() - started < 90
    assert "no answer within 2 s" in messages(report, "predict_labels")
    assert {outcome.fault for outcome in outcomes_of(report, "predict_labels")} == {"no answer in time"}
    assert "not called again" in messages(report, "predict_labels")
    assert lost(report) == {"predict_labels"}


def test_a_submission_whose_every_function_loops_has_a_whole_report_in_time(tmp_path: Path, grade_parts: Grade) -> None:
    for part in ("knn", "linear_classifier", "optimizers"):
        loops = {
            function.name: with_body(part, function.name, "while True:\n    pass")
            for function in PROJECT1.part(part).functions
            if function.name.islower()
        }
        if part == "knn":
            loops["KnnClassifier"] = "class KnnClassifier:\n    def __init__(self, *args):\n        while True: pass"
        notebook_of(tmp_path, part, loops)
    started = time.monotonic()
    report = grade_parts(tmp_path, seconds=2, budget=9)
    assert time.monotonic() - started < 90
    assert report.score == 0
    assert report.complete
    assert {outcome.status for outcome in report.outcomes} >= {Status.FAILED, Status.UNREACHED}
    assert json.loads(dumps(report))["score"] == 0


# ---- weights


@pytest.mark.parametrize("name", ["svm_best_model.pt", "softmax_best_model.pt"])
def test_weights_that_cannot_be_read_say_so(tmp_path: Path, grade_parts: Grade, name: str) -> None:
    (tmp_path / name).write_bytes(b"no weights at all")
    report = grade_parts(tmp_path, "linear_classifier")
    (outcome,) = outcomes_of(report, name)
    assert outcome.points == 0
    assert outcome.status is Status.FAILED
    assert "not one that torch.save wrote" in outcome.message, outcome.message


class Evil:
    """Pickles into a call."""

    def __reduce__(self) -> tuple[object, ...]:
        return (print, ("run",))


def test_weights_with_code_in_them_are_refused_and_not_run(tmp_path: Path, grade_parts: Grade) -> None:
    torch.save({"W": Evil()}, tmp_path / "svm_best_model.pt")
    report = grade_parts(tmp_path, "linear_classifier")
    (outcome,) = outcomes_of(report, "svm_best_model.pt")
    assert outcome.points == 0
    assert "code or objects" in outcome.message, outcome.message


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ({"W": torch.zeros(10, 3073)}, "transpose"),
        (torch.zeros(3073, 10), '{"W": tensor}'),
        ({"W": torch.full((3073, 10), float("nan"))}, "finite"),
    ],
)
def test_weights_of_the_wrong_form_say_what_came(
    tmp_path: Path, grade_parts: Grade, weights: object, said: str
) -> None:
    torch.save(weights, tmp_path / "svm_best_model.pt")
    (outcome,) = outcomes_of(grade_parts(tmp_path, "linear_classifier"), "svm_best_model.pt")
    assert outcome.points == 0 and said in outcome.message, outcome.message


# ---- archives


def zip_of(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


def test_a_zip_as_macos_makes_it_is_graded(tmp_path: Path, grade_parts: Grade) -> None:
    notebook = notebook_of(tmp_path, "knn").read_bytes()
    archive = zip_of(
        tmp_path / "work.zip", {"P1/deep/knn.ipynb": notebook, "__MACOSX/P1/deep/._knn.ipynb": b"\0\5\x16\7"}
    )
    report = grade_parts(archive, "knn")
    assert report.score == RIGHT_KNN
    assert report.files == {"knn": "knn.ipynb"}


def test_entries_that_climb_out_of_a_zip_are_refused_and_the_rest_is_graded(tmp_path: Path, grade_parts: Grade) -> None:
    notebook = notebook_of(tmp_path, "knn").read_bytes()
    archive = zip_of(
        tmp_path / "work.zip", {"knn.ipynb": notebook, "../../evil.py": b"x = 1", "/etc/evil.py": b"x = 1"}
    )
    report = grade_parts(archive, "knn")
    assert report.score == RIGHT_KNN
    assert sum("evil.py" in note for note in report.notes) == 2, report.notes


def test_a_zip_bomb_costs_neither_memory_nor_time(tmp_path: Path, grade_parts: Grade) -> None:
    archive = zip_of(tmp_path / "work.zip", {"knn.ipynb": b"0" * (300 << 20)})
    started = time.monotonic()
    report = grade_parts(archive, "knn")
    assert time.monotonic() - started < 60
    assert report.score == 0
    assert any("knn.ipynb" in note for note in report.notes), report.notes


def test_10_000_files_do_not_hide_the_notebook(tmp_path: Path, grade_parts: Grade) -> None:
    notebook = notebook_of(tmp_path, "knn").read_bytes()
    entries = {f"junk/{i}.txt": b"" for i in range(10_000)}
    report = grade_parts(zip_of(tmp_path / "work.zip", {"knn.ipynb": notebook, **entries}), "knn")
    assert report.score == RIGHT_KNN


# ---- two candidates


def test_a_notebook_wins_over_a_module_of_its_part(tmp_path: Path, grade_parts: Grade) -> None:
    notebook_of(tmp_path, "knn")
    (tmp_path / "old_knn.py").write_text("import torch\ndef predict_labels(dists, y_train, k=1):\n    return 0\n")
    report = grade_parts(tmp_path, "knn")
    assert report.score == RIGHT_KNN
    assert any("knn.ipynb" in note and "old_knn.py" in note for note in report.notes), report.notes


def test_a_module_wins_over_a_notebook_whose_stubs_are_untouched(tmp_path: Path, grade_parts: Grade) -> None:
    stubs = {
        name: with_body("knn", name, "raise NotImplementedError('not yet')")
        for name, source in definitions("knn").items()
        if source.startswith("def ")
    }
    stubs["KnnClassifier"] = (
        "class KnnClassifier:\n    def __init__(self, x_train, y_train):\n        raise NotImplementedError"
    )
    notebook_of(tmp_path, "knn", stubs)
    (tmp_path / "answers.py").write_text("\n\n".join(definitions("knn").values()))
    report = grade_parts(tmp_path, "knn")
    assert report.score == RIGHT_KNN
    assert report.files == {"knn": "answers.py"}
    assert any("knn.ipynb" in note and "answers.py" in note for note in report.notes), report.notes


def test_a_part_is_known_by_its_functions_whatever_its_file_is_called(tmp_path: Path, grade_parts: Grade) -> None:
    notebook_of(tmp_path, "knn").rename(tmp_path / "Untitled3 (2).ipynb")
    report = grade_parts(tmp_path, "knn")
    assert report.score == RIGHT_KNN
    assert report.files == {"knn": "Untitled3 (2).ipynb"}


def test_a_symlink_is_not_followed(tmp_path: Path, grade_parts: Grade) -> None:
    elsewhere, handed_in = tmp_path / "elsewhere", tmp_path / "handed_in"
    elsewhere.mkdir()
    handed_in.mkdir()
    (handed_in / "knn.ipynb").symlink_to(notebook_of(elsewhere, "knn"))
    report = grade_parts(handed_in, "knn")
    assert report.score == 0
    assert any("link" in note for note in report.notes), report.notes


def test_a_whole_number_beyond_a_floats_range_costs_its_function_alone(tmp_path: Path, grade_parts: Grade) -> None:
    path = tmp_path / "linear_classifier.py"
    source = "def {}_regularization(W, reg):\n    return 10**{}, W\n"
    path.write_text(source.format("l1", 400) + source.format("l2", 70))
    outcomes = {o.function: o for o in grade_parts(path, "linear_classifier").outcomes}
    assert "it holds an integer of 1329 bits" in outcomes["l1_regularization"].message
    assert "R should be a tensor" in outcomes["l2_regularization"].message
    assert all(o.status is not Status.UNGRADED for o in outcomes.values())
