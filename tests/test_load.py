"""Reading what is handed in: whatever it is, there is a submission, within bounds, and notes that say what to do."""

from __future__ import annotations

import io
import json
import os
import struct
import time
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import nbformat
import pytest
from nbformat import v3, v4

from autograder.catalog import Function, Part
from autograder.submission import load as loading
from autograder.submission.limits import MB, Limits
from autograder.submission.load import NothingThere
from autograder.submission.slice import slice_part
from autograder.submission.source import Submission
from tests.assignments import KNN, LINEAR_CLASSIFIER, OPTIMIZERS, PARTS


def load(path: Path, limits: Limits | None = None) -> Submission:
    return loading.load(path, PARTS, limits or Limits())


def is_class(function: Function) -> bool:
    return function.name[0].isupper()


def code_of(part: Part, written: int = 99) -> list[str]:
    """A cell for each function of a part, the first so many of them written."""
    cells = []
    for number, function in enumerate(part.functions):
        head = f"class {function.name}:\n    def predict(self)" if is_class(function) else f"def {function.name}(x)"
        body = "return 1" if number < written else "raise NotImplementedError"
        cells.append(f"{head}:\n{'        ' if is_class(function) else '    '}{body}")
    return cells


def notebook(cells: Iterable[str]) -> bytes:
    book = v4.new_notebook(cells=[v4.new_markdown_cell("# Title"), *(v4.new_code_cell(cell) for cell in cells)])
    return nbformat.writes(book).encode()


KNN_BOOK = notebook(code_of(KNN))


def zipped(entries: dict[str, bytes], **options: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", **({"compression": zipfile.ZIP_DEFLATED} | options)) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def handed_in(folder: Path, files: dict[str, bytes]) -> Submission:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return load(folder / next(iter(files)) if len(files) == 1 and "/" not in next(iter(files)) else folder)


def written(submission: Submission, part: Part) -> int:
    code = slice_part(submission.parts[part.name], part)
    return sum(function.status == "present" for function in code.functions.values())


# -- the ordinary ways to hand in


def test_a_notebook_is_read_with_its_cells_numbered_from_one(tmp_path: Path) -> None:
    submission = handed_in(tmp_path, {"ada.ipynb": KNN_BOOK})
    assert (submission.name, submission.notes) == ("ada", ())
    cells = submission.parts["knn"].cells
    assert [cell.number for cell in cells] == list(range(2, 2 + len(KNN.functions)))
    assert cells[0].source.startswith("def compute_distances_two_loops")


@pytest.mark.parametrize("make", [v4.new_markdown_cell, v4.new_raw_cell])
def test_a_function_in_a_cell_that_is_not_code_is_pointed_out(tmp_path: Path, make: Callable[[str], object]) -> None:
    *written, last = code_of(KNN)
    book = v4.new_notebook(cells=[*(v4.new_code_cell(cell) for cell in written), make(f"```python\n{last}\n```")])
    submission = handed_in(tmp_path, {"knn.ipynb": nbformat.writes(book).encode()})
    found = slice_part(submission.parts["knn"], KNN).functions["knn_get_best_k"]
    assert found.status == "missing"
    assert found.message == (
        f"knn_get_best_k was found in a text cell (knn.ipynb, cell {len(KNN.functions)}): make it a code cell"
    )


def test_a_module_is_one_cell_numbered_zero(tmp_path: Path) -> None:
    submission = handed_in(tmp_path, {"mine.py": "\n".join(code_of(KNN)).encode()})
    assert submission.parts["knn"].kind == "module"
    assert [cell.number for cell in submission.parts["knn"].cells] == [0]
    assert submission.notes == ()


@pytest.mark.parametrize("wrap", [0, 1, 2])
def test_notebooks_and_weights_are_found_at_any_depth_of_a_folder_a_zip_and_a_zip_in_a_zip(
    tmp_path: Path, wrap: int
) -> None:
    files = {
        "P1/knn.ipynb": KNN_BOOK,
        "P1/deep/er/Linear_Classifier.ipynb": notebook(code_of(LINEAR_CLASSIFIER)),
        "P1/optimizers.py": "\n".join(code_of(OPTIMIZERS)).encode(),
        "P1/models/SVM_best_model.pt": b"svm",
        "P1/softmax_best_model.pt": b"softmax",
        "P1/picture.png": b"...",
    }
    for _ in range(wrap):
        files = {"ada_123_P1.zip": zipped(files)}
    submission = handed_in(tmp_path, files)
    assert {name: written(submission, part) for name, part in _by_name(submission)} == {
        "knn": 7,
        "linear_classifier": 14,
        "optimizers": 11,
    }
    assert submission.weights == {"svm_best_model.pt": b"svm", "softmax_best_model.pt": b"softmax"}
    assert submission.notes == ("svm_best_model.pt: took `P1/models/SVM_best_model.pt` for it",)


def _by_name(submission: Submission) -> list[tuple[str, Part]]:
    parts = {part.name: part for part in (KNN, LINEAR_CLASSIFIER, OPTIMIZERS)}
    return [(name, parts[name]) for name in submission.parts]


def test_one_notebook_may_hold_all_parts_whatever_it_is_called(tmp_path: Path) -> None:
    cells = code_of(KNN) + code_of(LINEAR_CLASSIFIER) + code_of(OPTIMIZERS)
    submission = handed_in(tmp_path, {"Untitled7.ipynb": notebook(cells)})
    assert set(submission.parts) == {"knn", "linear_classifier", "optimizers"}
    assert submission.notes == ()


def test_a_part_with_misspelled_functions_is_still_taken_so_that_they_can_be_asked_about(tmp_path: Path) -> None:
    submission = handed_in(tmp_path, {"work.ipynb": notebook(["def compute_distance_no_loops(x, y): return 1"])})
    found = slice_part(submission.parts["knn"], KNN).functions["compute_distances_no_loops"]
    assert found.message == (
        "found `compute_distance_no_loops` (work.ipynb, cell 2): did you mean `compute_distances_no_loops`?"
    )
    assert submission.notes == (
        "knn: took `work.ipynb`, which defines none of its functions under their names; keep the names of the stubs",
    )


# -- two candidates for one part


@pytest.mark.parametrize(
    ("files", "taken", "note"),
    [
        (
            {"knn.ipynb": notebook(code_of(KNN, 3)), "a.py": "\n".join(code_of(KNN)).encode()},
            "knn.ipynb",
            "knn: took `knn.ipynb` (3 of 7 functions written), because a notebook comes before a module; "
            "not taken: `a.py` (7 of 7)",
        ),
        (
            {"knn.ipynb": notebook(code_of(KNN, 0)), "a.py": "\n".join(code_of(KNN, 2)).encode()},
            "a.py",
            "knn: took `a.py` (2 of 7 functions written), because the stubs of the notebook are untouched; "
            "not taken: `knn.ipynb` (0 of 7)",
        ),
        (
            {"knn.ipynb": notebook(code_of(KNN, 3)), "Copy of knn.ipynb": notebook(code_of(KNN, 5))},
            "Copy of knn.ipynb",
            "knn: took `Copy of knn.ipynb` (5 of 7 functions written), because it has the most functions written; "
            "not taken: `knn.ipynb` (3 of 7)",
        ),
        (
            {"knn (1).ipynb": KNN_BOOK, "knn.ipynb": KNN_BOOK, "old.ipynb": KNN_BOOK},
            "knn.ipynb",
            "knn: took `knn.ipynb` (7 of 7 functions written), because its name fits best; "
            "not taken: `knn (1).ipynb` (7 of 7), `old.ipynb` (7 of 7)",
        ),
        (
            {"a/knn.ipynb": notebook(code_of(KNN, 1)), "b/knn.ipynb": notebook(code_of(KNN, 2))},
            "b/knn.ipynb",
            "knn: took `b/knn.ipynb` (2 of 7 functions written), because it has the most functions written; "
            "not taken: `a/knn.ipynb` (1 of 7)",
        ),
    ],
)
def test_of_two_files_for_one_part_one_is_taken_and_a_note_says_why(
    tmp_path: Path, files: dict[str, bytes], taken: str, note: str
) -> None:
    submission = handed_in(tmp_path, files)
    assert submission.parts["knn"].name == taken
    assert submission.notes == (note,)


def test_the_projects_own_package_handed_in_along_is_not_taken_for_a_part(tmp_path: Path) -> None:
    package = b"def check_two_loops(function):\n    return function\n"
    submission = handed_in(tmp_path, {"p/knn.ipynb": KNN_BOOK, "p/project1/checks/knn.py": package})
    assert submission.parts["knn"].kind == "notebook"
    assert submission.notes == ()


# -- notebooks in a bad state


@pytest.mark.parametrize(
    ("data", "note"),
    [
        (b"", "a.ipynb is empty (0 bytes of text); a notebook was expected: download it again and hand it in"),
        (b" \n", "a.ipynb is empty (0 bytes of text); a notebook was expected: download it again and hand it in"),
        (b"hello", "a.ipynb is not JSON (Expecting value: line 1 column 1 (char 0)), so it is no notebook; "),
        (b"<!doctype html>", "a.ipynb is a web page, not a notebook; use File, Download, Download .ipynb in Colab"),
        (b"PK\x03\x04...", "a.ipynb is a zip archive by its content, not a notebook; unpack it or call it .zip"),
        (b"\x00\xff" * 50, "a.ipynb is not JSON (Expecting value: line 1 column 1 (char 0)), so it is no notebook; "),
        (b"[1, 2]", "a.ipynb is JSON but no notebook: cells were expected, a list came"),
        (b"{}", "a.ipynb is JSON but no notebook: cells were expected, a dict came"),
        (b'{"kind": 1}', "a.ipynb is JSON but no notebook: cells were expected, an object with 'kind' came"),
        (
            b'{"cells": []}',
            "a.ipynb has no cells; a notebook with your code was expected: save it again and hand it in",
        ),
        (
            b'{"cells": [{"cell_type": "markdown", "source": "x"}]}',
            "a.ipynb has no code cells; a notebook with your code was expected: save it again and hand it in",
        ),
        (b"[" * 200_000, "a.ipynb is nested too deeply to be a notebook; save it again from Colab or Jupyter"),
        (b"[" * 500_000, "a.ipynb holds too many values to be a notebook; clear its outputs and save it again"),
        (
            b'{"cells": [{"a',
            "a.ipynb is cut off or damaged (Unterminated string starting at: line 1 column 13 (char 12))",
        ),
        (b'{"metadata"', "a.ipynb is cut off or damaged (Expecting ':' delimiter: line 1 column 12 (char 11)) before"),
    ],
    ids=range(15),
)
def test_a_file_that_is_no_notebook_gets_a_note_that_says_what_came(tmp_path: Path, data: bytes, note: str) -> None:
    submission = handed_in(tmp_path, {"a.ipynb": data})
    assert submission.parts == {}
    assert submission.notes[0].startswith(note)
    assert submission.notes[-1] == "nothing could be graded: no notebook with this project's functions was found"


def test_a_notebook_that_is_cut_off_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    submission = handed_in(tmp_path, {"knn.ipynb": KNN_BOOK[: KNN_BOOK.index(b"predict_labels")]})
    assert written(submission, KNN) == 3
    assert submission.notes[0].startswith("knn.ipynb is cut off or damaged (Unterminated string starting at")
    assert submission.notes[0].endswith("the 4 cells before that were read: download it again and hand it in")


def test_an_old_notebook_of_nbformat_3_is_read(tmp_path: Path) -> None:
    sheets = [v3.new_worksheet(cells=[v3.new_code_cell(input=cell) for cell in code_of(KNN)])]
    book = v3.new_notebook(worksheets=sheets)
    submission = handed_in(tmp_path, {"knn.ipynb": v3.writes_json(book).encode()})
    assert written(submission, KNN) == 7
    assert submission.parts["knn"].cells[0].number == 1


def test_cells_with_missing_or_odd_keys_are_read_as_well_as_can_be(tmp_path: Path) -> None:
    one, two, three, *_ = code_of(KNN)
    cells = [
        {"cell_type": "code", "source": one.splitlines(keepends=True)},
        {"source": two, "outputs": []},
        {"cell_type": "code"},
        {"cell_type": "code", "source": [three, 3, None]},
        {"cell_type": "code", "source": {"a": 1}},
        {"cell_type": ["code"], "source": "x"},
        {"cell_type": "raw", "source": "raw"},
        "not a cell",
        None,
        {},
    ]
    submission = handed_in(tmp_path, {"knn.ipynb": json.dumps({"cells": cells}).encode()})
    assert written(submission, KNN) == 3
    assert [cell.number for cell in submission.parts["knn"].cells] == [1, 2, 3, 4, 5]
    assert submission.notes == (
        "knn.ipynb, cell 8 is damaged (str instead of a cell) and was left out",
        "knn.ipynb, cell 9 is damaged (NoneType instead of a cell) and was left out",
    )


def test_a_number_of_a_million_digits_does_not_stop_the_reading(tmp_path: Path) -> None:
    data = json.loads(KNN_BOOK)
    data["metadata"] = {"n": 0}
    text = json.dumps(data).replace('"n": 0', f'"n": {"9" * 1_000_000}, "m": {"9" * 1_000_000}.5e{"9" * 1000}')
    start = time.perf_counter()
    submission = handed_in(tmp_path, {"knn.ipynb": text.encode()})
    assert time.perf_counter() - start < 5
    assert written(submission, KNN) == 7


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le-bom", "latin-1"])
@pytest.mark.parametrize("suffix", [".ipynb", ".py"])
def test_any_common_encoding_is_read(tmp_path: Path, encoding: str, suffix: str) -> None:
    code = code_of(KNN)
    code[0] += "  # größer"
    text = notebook(code).decode() if suffix == ".ipynb" else "\r\n".join(code)
    data = b"\xff\xfe" + text.encode("utf-16-le") if encoding == "utf-16-le-bom" else text.encode(encoding)
    submission = handed_in(tmp_path, {f"knn{suffix}": data})
    assert written(submission, KNN) == 7
    assert "größer" in submission.parts["knn"].cells[0].source
    latin = f"knn{suffix} is not valid UTF-8; it was read as Latin-1, so letters beyond ASCII may be wrong"
    assert submission.notes == ((latin,) if encoding == "latin-1" else ())


def test_a_module_may_declare_its_encoding_and_hold_half_characters(tmp_path: Path) -> None:
    data = "# -*- coding: cp1252 -*-\n# €\n".encode("cp1252") + "\n".join(code_of(KNN)).encode()
    assert "€" in handed_in(tmp_path, {"knn.py": data}).parts["knn"].cells[0].source
    half = json.dumps({"cells": [{"cell_type": "code", "source": code_of(KNN)[0] + "# \ud800"}]})
    submission = handed_in(tmp_path / "b", {"knn.ipynb": half.encode(), "b/x.txt": b""})
    assert written(submission, KNN) == 1


# -- size and count


def test_a_sparse_file_of_200_mb_is_refused_without_reading_it(tmp_path: Path) -> None:
    for name in ("knn.ipynb", "svm_best_model.pt", "all.zip", "knn.py"):
        with (tmp_path / name).open("wb") as file:
            file.truncate(200 * MB)
    start = time.perf_counter()
    submission = load(tmp_path)
    assert time.perf_counter() - start < 1
    assert submission.notes[:4] == (
        "all.zip is too large (200 MB); archives of up to 100 MB are read: hand in a smaller one",
        "knn.ipynb is too large (200 MB); notebooks of up to 100 MB are read: "
        "clear its outputs, save it, and hand it in again",
        "knn.py is too large (200 MB); modules of up to 2 MB are read: hand in a smaller one",
        "svm_best_model.pt is too large (200 MB); files of weights of up to 10 MB are read: hand in a smaller one",
    )


@pytest.mark.parametrize("packed", [False, True])
def test_ten_thousand_other_files_do_not_hide_the_notebook(tmp_path: Path, packed: bool) -> None:
    files = {f"junk/{number}.txt": b"" for number in range(10_000)} | {"z/knn.ipynb": KNN_BOOK}
    if packed:
        files = {"all.zip": zipped(files, compression=zipfile.ZIP_STORED)}
    submission = handed_in(tmp_path, files)
    assert written(submission, KNN) == 7
    assert submission.notes == ()


def test_of_ten_thousand_modules_only_the_first_are_opened(tmp_path: Path) -> None:
    files = {"a/knn.ipynb": KNN_BOOK} | {f"b/{number}.py": b"x = 1" for number in range(10_000)}
    submission = handed_in(tmp_path, {"all.zip": zipped(files, compression=zipfile.ZIP_STORED)})
    assert written(submission, KNN) == 7
    assert submission.notes == ("more than 2,000 notebooks and modules; the rest was not opened",)


def test_files_and_folders_beyond_the_limits_are_not_looked_at(tmp_path: Path) -> None:
    deep = "/".join("d" for _ in range(20))
    handed_in(tmp_path, {f"{deep}/knn.ipynb": KNN_BOOK, "z.ipynb": KNN_BOOK})
    submission = load(tmp_path)
    assert submission.parts["knn"].name == "z.ipynb"
    assert submission.notes == (f"{'/'.join('d' * 13)}: more than 12 folders deep; not looked into",)
    few = load(tmp_path, Limits(listed=3))
    assert few.notes[0] == "more than 3 files; the rest was not looked at: hand in the notebooks only"


def test_all_files_together_are_bounded_too(tmp_path: Path) -> None:
    folder = {f"a/{n}.py": b"x = 1\n" * 10_000 for n in range(5)}
    handed_in(tmp_path, folder | {"a/knn.ipynb": KNN_BOOK})
    total = load(tmp_path, Limits(total=200_000))
    assert total.notes[0] == "more than 195 kB in all; a/3.py was not read: hand in less"
    assert written(total, KNN) == 7
    code = load(tmp_path, Limits(all_code=100_000))
    assert code.notes[0] == "more than 100,000 characters of code in all; the rest was not looked at"


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = zipped({"knn.ipynb": b" " * (300 * MB), "b.ipynb": KNN_BOOK})
    start = time.perf_counter()
    submission = handed_in(tmp_path, {"all.zip": bomb})
    assert time.perf_counter() - start < 3
    assert written(submission, KNN) == 7
    assert submission.notes == (
        "knn.ipynb is too large (300 MB); notebooks of up to 100 MB are read: "
        "clear its outputs, save it, and hand it in again",
    )


def test_a_small_zip_bomb_and_a_nested_one_are_not_unpacked(tmp_path: Path) -> None:
    ratio = load(_file(tmp_path, "a.zip", zipped({"knn.ipynb": b" " * (10 * MB)})), Limits(ratio=100))
    assert ratio.notes[0] == (
        "knn.ipynb unpacks to more than 100 times its packed size, as a zip bomb does; it was not read"
    )
    nested = zipped({"0.zip": zipped({"1.zip": zipped({"knn.ipynb": KNN_BOOK})})})
    assert load(_file(tmp_path, "b.zip", nested)).notes[0] == (
        "1.zip: a zip in a zip in a zip is not looked into; put the notebooks in one zip"
    )
    many = zipped({f"{n}.ipynb": b"[" + os.urandom(MB) for n in range(6)})
    assert "more than 4 MB in all; 3.ipynb was not read: hand in less" in (
        load(_file(tmp_path, "c.zip", many), Limits(total=4 * MB)).notes
    )


def _file(folder: Path, name: str, data: bytes) -> Path:
    (folder / name).write_bytes(data)
    return folder / name


def test_a_zip_that_lies_about_its_sizes_is_still_bounded(tmp_path: Path) -> None:
    data = bytearray(zipped({"knn.ipynb": b" " * (30 * MB)}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<L", data, data.index(signature) + offset, 100)
    notes = load(_file(tmp_path, "lies.zip", bytes(data))).notes
    assert notes[0].startswith("knn.ipynb in lies.zip is damaged (Bad CRC-32 for file 'knn.ipynb'); make the zip again")


# -- zips and folders that mean harm, or are merely odd


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("/etc/knn.ipynb", "its path is absolute; only paths inside the zip are read"),
        ("C:\\work\\knn.ipynb", "its path is absolute; only paths inside the zip are read"),
        ("../knn.ipynb", "its path leads out of the zip (..); only paths inside are read"),
        ("a/../../knn.ipynb", "its path leads out of the zip (..); only paths inside are read"),
    ],
)
def test_a_path_that_leads_out_of_the_zip_is_refused(tmp_path: Path, name: str, why: str) -> None:
    submission = handed_in(tmp_path, {"all.zip": zipped({name: KNN_BOOK, "ok/knn.ipynb": KNN_BOOK})})
    assert submission.parts["knn"].name == "knn.ipynb"
    shown = name.replace("\\", "/")
    assert submission.notes == (f"{shown} in all.zip: {why}",)


def test_a_symlink_is_never_followed(tmp_path: Path) -> None:
    outside = _file(tmp_path, "secret.ipynb", KNN_BOOK)
    folder = tmp_path / "handed_in"
    folder.mkdir()
    (folder / "knn.ipynb").symlink_to(outside)
    (folder / "loop").symlink_to(folder)
    info = zipfile.ZipInfo("linear_classifier.ipynb")
    info.external_attr = 0o120777 << 16
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.writestr(info, str(outside))
    submission = load(folder)
    assert submission.parts == {}
    assert submission.notes[:3] == (
        "linear_classifier.ipynb in a.zip: it is a symbolic link; "
        "links are not followed: put the file itself into the zip",
        "knn.ipynb is a symbolic link; links are not followed: hand in the file itself",
        "loop is a symbolic link; links are not followed: hand in the file itself",
    )


def test_a_pipe_called_a_notebook_does_not_stop_the_reading(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "knn.ipynb")
    assert load(tmp_path).notes[0] == "knn.ipynb: cannot be read (it is not a regular file)"


def test_what_systems_leave_behind_is_ignored(tmp_path: Path) -> None:
    junk = ("__MACOSX/._knn.ipynb", ".ipynb_checkpoints/knn-checkpoint.ipynb", ".knn.ipynb", "a/.git/x.py", "._b.ipynb")
    submission = handed_in(tmp_path, {"all.zip": zipped(dict.fromkeys(junk, b"x") | {"knn.ipynb": KNN_BOOK})})
    assert written(submission, KNN) == 7
    assert submission.notes == ()


@pytest.mark.parametrize(
    ("change", "note"),
    [
        (lambda data: b"", "all.zip is empty (0 bytes); a zip of your notebooks was expected: make it again"),
        (
            lambda data: data[: len(data) // 2],
            "all.zip is not a zip that can be read (File is not a zip file); make the zip again and hand it in",
        ),
        (lambda data: b"Rar!" + data[4:50], "all.zip is not a zip that can be read (File is not a zip file)"),
        (lambda data: data[:60] + b"\xff" * 20 + data[80:], "knn.ipynb in all.zip is damaged (Error -3 while"),
        (
            lambda data: data.replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"),
            "knn.ipynb in all.zip: it is encrypted; make a zip without a password",
        ),
        (
            lambda data: data[:-10] + struct.pack("<L", 0x7FFFFFFF) + data[-6:],
            "all.zip has a list of contents that is too long; make a zip of the notebooks only",
        ),
    ],
    ids=["empty", "half", "rar", "damaged", "encrypted", "directory"],
)
def test_a_bad_zip_says_what_is_wrong(tmp_path: Path, change: object, note: str) -> None:
    data = change(zipped({"knn.ipynb": KNN_BOOK}))  # type: ignore[operator]
    submission = handed_in(tmp_path, {"all.zip": data})
    assert submission.parts == {}
    assert submission.notes[0].startswith(note)


def test_a_packing_that_is_not_read_is_named(tmp_path: Path) -> None:
    submission = handed_in(tmp_path, {"a.zip": zipped({"knn.ipynb": KNN_BOOK}, compression=zipfile.ZIP_LZMA)})
    assert submission.notes[0] == (
        "knn.ipynb in a.zip: it is packed in a way that is not read here (method 14); make an ordinary zip"
    )


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_two_files_of_one_name_in_a_zip_the_last_counts(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("knn.ipynb", notebook(code_of(KNN, 2)))
        archive.writestr("knn.ipynb", KNN_BOOK)
    submission = load(tmp_path / "a.zip")
    assert written(submission, KNN) == 7
    assert submission.notes == ("a.zip holds several files of one name; the last of each was taken",)


def test_a_name_that_would_garble_a_terminal_is_shown_harmless(tmp_path: Path) -> None:
    submission = handed_in(tmp_path, {"d/\x1b[31m\n.ipynb": b"", "d/x": b""})
    assert submission.notes[0].startswith("?[31m?.ipynb is empty")


# -- weights


def test_a_copy_from_colab_stands_in_for_weights_and_the_exact_name_comes_first(tmp_path: Path) -> None:
    copy = handed_in(tmp_path / "a", {"x/svm_best_model (1).pt": b"1", "x/softmax_best_model.pt": b""})
    assert copy.weights == {"svm_best_model.pt": b"1"}
    assert copy.notes[:2] == (
        "svm_best_model.pt: took `x/svm_best_model (1).pt` for it",
        "x/softmax_best_model.pt is empty (0 bytes); save the best model again and hand it in",
    )
    both = handed_in(tmp_path / "b", {"svm_best_model (1).pt": b"1", "m/svm_best_model.pt": b"2"})
    assert both.weights == {"svm_best_model.pt": b"2"}
    assert both.notes[0] == "svm_best_model.pt: took `m/svm_best_model.pt`; not taken: svm_best_model (1).pt"


# -- nothing there


def test_a_path_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(NothingThere, match=r"missing\.ipynb does not exist$"):
        load(tmp_path / "missing.ipynb")
    os.mkfifo(tmp_path / "pipe.ipynb")
    with pytest.raises(NothingThere, match=r"pipe\.ipynb is neither a file nor a folder$"):
        load(tmp_path / "pipe.ipynb")
    with pytest.raises(NothingThere, match="cannot be opened"):
        load(Path("a\0b"))


@pytest.mark.parametrize(
    ("files", "note"),
    [
        ({"d/.keep": b""}, "nothing to grade: there are no files; hand in the notebooks (.ipynb) or a .zip of them"),
        ({"report.pdf": b"%PDF"}, "nothing to grade: no .ipynb, .py or .zip was found, only report.pdf"),
        ({"p1.rar": b"Rar!"}, "nothing to grade: p1.rar is an archive that is not read here; hand in a .zip instead"),
        (
            {"other.ipynb": notebook(["print(1)"])},
            "nothing to grade: none of this project's functions is defined in other.ipynb; hand in its notebooks",
        ),
    ],
)
def test_a_submission_with_nothing_to_grade_says_what_was_there(
    tmp_path: Path, files: dict[str, bytes], note: str
) -> None:
    submission = handed_in(tmp_path, files)
    assert (submission.parts, submission.notes) == ({}, (note,))


def test_two_students_in_one_folder_are_told_apart(tmp_path):
    """Each part is taken from where most of it is written, so the note says that this may be nobody's work."""
    sources = {
        part.name: (Path(__file__).parents[1] / "solutions" / "project1" / f"{part.name}.py").read_text()
        for part in PARTS
    }
    starter = "def {0}(*args):\n    raise NotImplementedError\n"
    for student, finished in (("ada", {"knn"}), ("bob", {"linear_classifier", "optimizers"})):
        for part in PARTS:
            stubs = "\n\n".join(starter.format(function.name) for function in part.functions)
            file = tmp_path / student / f"{part.name}.py"
            file.parent.mkdir(exist_ok=True)
            file.write_text(sources[part.name] if part.name in finished else stubs)
    notes = load(tmp_path).notes
    assert any("several folders (ada, bob)" in note and "grade each folder by itself" in note for note in notes)
    assert not any("several folders" in note for note in load(tmp_path / "ada").notes)
