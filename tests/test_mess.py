"""Submissions as they really come: renamed, packed, saved by every editor; each is read or refused in a sentence."""

from __future__ import annotations

import ast
import bz2
import gzip
import io
import json
import lzma
import subprocess
import sys
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from autograder.submission.filenames import original
from autograder.submission.limits import MB, Limits
from autograder.submission.load import load
from autograder.submission.slice import slice_part
from autograder.submission.source import Cell, SourceFile, Submission
from autograder.submission.statements import scan
from tests.assignments import KNN, PARTS
from tests.conftest import Grade, lost
from tests.submissions import ROOT, definitions

SOURCES = list(definitions("knn").values())
STUBS = [f"def {function.name}(*args):\n    raise NotImplementedError" for function in KNN.functions]


def code_cell(source: str | list[str], **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source, **more}


def book_of(cells: Iterable[dict[str, Any]], metadata: dict[str, Any] | None = None, minor: int = 5) -> dict[str, Any]:
    return {"cells": list(cells), "metadata": metadata or {}, "nbformat": 4, "nbformat_minor": minor}


def plain(sources: Iterable[str] = SOURCES) -> dict[str, Any]:
    return book_of(code_cell(source) for source in sources)


def saved(book: dict[str, Any]) -> bytes:
    return json.dumps(book, indent=1, ensure_ascii=False).encode()


BOOK = saved(plain())


def handed_in(folder: Path, files: dict[str, bytes], limits: Limits | None = None) -> Submission:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    alone = len(files) == 1 and "/" not in next(iter(files))
    return load(folder / next(iter(files)) if alone else folder, PARTS, limits or Limits())


def code_of(submission: Submission) -> list[str]:
    """The sources of the file taken for kNN; none where no file was."""
    file = submission.parts.get("knn")
    return [cell.source for cell in file.cells] if file else []


def present(submission: Submission) -> set[str]:
    functions = slice_part(submission.parts["knn"], KNN).functions
    return {name for name, function in functions.items() if function.status == "present"}


def zipped(entries: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def tarred(entries: dict[str, bytes], layout: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=layout) as archive:
        for name, data in entries.items():
            archive.addfile(member(name, len(data)), io.BytesIO(data))
    return buffer.getvalue()


def member(name: str, size: int = 0, **fields: Any) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size = size
    for field, value in fields.items():
        setattr(info, field, value)
    return info


# -- names

NAMES = (
    *("Copy of knn.ipynb", "Copy of Copy of knn.ipynb", "knn (1).ipynb", "knn(2).ipynb", "knn - Copy.ipynb"),
    *("knn_copy.ipynb", "knn copy 2.ipynb", "knn-1.ipynb", "Kopie von knn.ipynb", "knn - Kopie.ipynb"),
    *("Copie de knn.ipynb", "Copia de knn.ipynb", "Kopia knn.ipynb", "Cópia de knn.ipynb", "Копия knn.ipynb"),
    *(
        "最近邻 作业.ipynb",
        "الجار الأقرب.ipynb",
        "👩‍🔬 my homework 🎉.ipynb",
        " knn  .ipynb",
        "knn .ipynb",
        "-rf.ipynb",
    ),
    *("%2e%2e.ipynb", "$(ls).ipynb", "a" * 194 + ".ipynb", "KNN.IPYNB", "knn.ipynb.txt", "knn.ipynb.json"),
    *("lastname_12345_67890_knn-1.ipynb", "lastname_LATE_12345_67890_knn.ipynb"),
    *("Firstname Lastname_123_assignsubmission_file_knn.ipynb", "knn.ipynb (1).ipynb", "knn..ipynb", "knn .ipynb "),
)


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_read_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    submission = handed_in(tmp_path, {name: BOOK})
    assert code_of(submission) == SOURCES
    assert submission.notes == ()


@pytest.mark.parametrize("pack", [zipped, tarred])
@pytest.mark.parametrize("name", ["клас" * 48 + ".ipynb", "🦊" * 194 + ".ipynb", *NAMES])
def test_a_notebook_in_an_archive_is_read_whatever_it_is_called(
    tmp_path: Path, name: str, pack: Callable[[dict[str, bytes]], bytes]
) -> None:
    archive = {zipped: "work.zip", tarred: "work.tar"}[pack]
    submission = handed_in(tmp_path, {archive: pack({f"Firstname Lastname_1_assignsubmission_file_/{name}": BOOK})})
    assert code_of(submission) == SOURCES
    assert submission.notes == ()


@pytest.mark.parametrize("files", [{"knn.ipynb": STUBS, "KNN.ipynb": SOURCES}, {"knn.ipynb": SOURCES, "KNN.ipynb": []}])
def test_names_with_only_upper_case_apart_are_two_files(tmp_path: Path, files: dict[str, list[str]]) -> None:
    books = {name: saved(plain(sources or STUBS)) for name, sources in files.items()}
    submission = handed_in(tmp_path, {"work.zip": zipped(books)})
    assert code_of(submission) == SOURCES
    (note,) = submission.notes
    assert "(7 of 7 functions written), because it has the most functions written; not taken: " in note


@pytest.mark.parametrize("copy", ["Copy of knn.ipynb", "Kopie von knn.ipynb", "knn (1).ipynb", "a_1_2_knn-1.ipynb"])
def test_of_the_untouched_original_and_a_copy_filled_in_the_copy_is_taken(tmp_path: Path, copy: str) -> None:
    submission = handed_in(tmp_path, {"w/knn.ipynb": saved(plain(STUBS)), f"w/{copy}": BOOK})
    assert code_of(submission) == SOURCES
    assert submission.notes == (
        f"knn: took `{copy}` (7 of 7 functions written), because it has the most functions written; "
        "not taken: `knn.ipynb` (0 of 7)",
    )


@pytest.mark.parametrize("copy", ["Copy of knn.ipynb", "a_1_2_knn-1.ipynb", "knn (1).ipynb", "Kopie von knn.ipynb"])
def test_of_two_that_are_equally_full_the_original_is_taken(tmp_path: Path, copy: str) -> None:
    submission = handed_in(tmp_path, {f"w/{copy}": BOOK, "w/knn.ipynb": BOOK})
    assert submission.notes == (
        f"knn: took `knn.ipynb` (7 of 7 functions written), because its name fits best; not taken: `{copy}` (7 of 7)",
    )


@pytest.mark.parametrize(
    "name",
    [
        "svm_best_model.pt",
        "SVM_Best_Model.PT",
        "svm_best_model.pth",
        *("Copy of svm_best_model.pt", "Copy of Copy of svm_best_model.pt", "Kopie von svm_best_model.pt"),
        *("Copie de svm_best_model.pt", "Copia de svm_best_model.pt", "Kopia svm_best_model.pt"),
        *("Cópia de svm_best_model.pt", "Копия svm_best_model.pt", "svm_best_model – Kopie.pt"),
        *("svm_best_model (1).pt", "svm_best_model(12).pt", "svm_best_model - Copy.pt", "svm_best_model_copy.pt"),
        *("svm_best_model - Copy (2).pt", "svm_best_model copy 2.pt", "svm_best_model-1.pt", "svm_best_model.pt.gz"),
        *("lastname_12345_67890_svm_best_model-1.pt", "lastname_LATE_12345_67890_svm_best_model.pt"),
        "Firstname Lastname_123_assignsubmission_file_svm_best_model.pt",
    ],
)
def test_weights_are_known_by_their_name_however_it_was_changed(tmp_path: Path, name: str) -> None:
    data = gzip.compress(b"weights") if name.endswith(".gz") else b"weights"
    submission = handed_in(tmp_path, {f"w/{name}": data})
    assert submission.weights == {"svm_best_model.pt": b"weights"}


@pytest.mark.parametrize("name", ["my_svm_best_model.pt", "svm_best_model2.pt", "svm_best_model.txt", "copy.pt"])
def test_weights_of_another_name_are_not_taken(tmp_path: Path, name: str) -> None:
    assert handed_in(tmp_path, {f"w/{name}": b"weights"}).weights == {}


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("knn", "knn"),
        ("Copy of", "Copy of"),
        ("a_1_2_", "a_1_2_"),
        ("(1)", "(1)"),
        ("Kopie von Copy of model-2 (3) - Copy", "model"),
        ("_assignsubmission_file_", "_assignsubmission_file_"),
        ("1_2_3_4_5_six", "4_5_six"),
        ("_1" * 40_000 + "!", "_1" * 40_000 + "!"),
    ],
    ids=range(8),
)
def test_what_copies_and_downloads_add_to_a_name_is_taken_off(name: str, stem: str) -> None:
    assert original(name) == stem


# -- packed


def twice(data: bytes) -> bytes:
    """As one file made of two gzip members, which is allowed."""
    half = len(data) // 2
    return gzip.compress(data[:half]) + gzip.compress(data[half:])


PACKED = {
    "work.zip": lambda files: zipped(files),
    "outer.zip": lambda files: zipped({"inner.zip": zipped(files)}),
    "work.tar": lambda files: tarred(files),
    "ustar.tar": lambda files: tarred(files, tarfile.USTAR_FORMAT),
    "gnu.tar": lambda files: tarred(files, tarfile.GNU_FORMAT),
    "work.tar.gz": lambda files: gzip.compress(tarred(files)),
    "work.tgz": lambda files: twice(tarred(files)),
    "work.tar.bz2": lambda files: bz2.compress(tarred(files)),
    "work.tar.xz": lambda files: lzma.compress(tarred(files)),
    "Copy of work (1).TAR.GZ": lambda files: gzip.compress(tarred(files)),
    "tar_in_a.zip": lambda files: zipped({"work.tar.gz": gzip.compress(tarred(files))}),
    "zip_in_a.tgz": lambda files: gzip.compress(tarred({"./work.zip": zipped(files)})),
    "really_a_tar.zip": lambda files: gzip.compress(tarred(files)),
    "really_a_zip.tar.gz": lambda files: zipped(files),
}


@pytest.mark.parametrize("name", PACKED)
def test_an_archive_of_any_common_kind_is_read(tmp_path: Path, name: str) -> None:
    files = {"./P1/knn.ipynb": BOOK, "./P1/._knn.ipynb": b"\0", "P1/svm_best_model.pt": b"svm", "P1/notes.txt": b"x"}
    submission = handed_in(tmp_path, {name: PACKED[name](files)})
    assert code_of(submission) == SOURCES
    assert submission.weights == {"svm_best_model.pt": b"svm"}
    assert submission.notes == ()
    assert submission.parts["knn"].name == "knn.ipynb"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("knn.json", BOOK),
        ("knn.json", b"\xef\xbb\xbf" + BOOK),
        ("knn.ipynb.gz", gzip.compress(BOOK)),
        ("knn.json.gz", gzip.compress(BOOK)),
        ("knn.ipynb", gzip.compress(BOOK)),
        ("knn.ipynb.gz", BOOK),
        ("knn.ipynb.bz2", bz2.compress(BOOK)),
        ("knn.py.gz", gzip.compress("\n".join(SOURCES).encode())),
    ],
    ids=["json", "json with a mark", "gz", "json.gz", "only by content", "only by name", "bz2", "module"],
)
def test_a_notebook_saved_as_json_or_gzipped_is_read(tmp_path: Path, name: str, data: bytes) -> None:
    submission = handed_in(tmp_path, {name: data})
    assert "\n".join(code_of(submission)) == "\n".join(SOURCES)
    assert submission.notes == ()


def test_other_json_files_are_passed_over_without_a_word(tmp_path: Path) -> None:
    others = {
        **{f"w/data/{number}.json": b'{"metadata": [1, 2]}' for number in range(3_000)},
        "w/a.json": b'{"cells": [1, 2, 3]}',
        "w/b.json": b'{"metadata": ',
        "w/c.json": b"",
        "w/d.json": b'["cells", "nbformat"]',
        "w/e.json": b'{"cells": {}, "nbformat": 4}',
    }
    submission = handed_in(tmp_path, {**others, "w/z/knn.ipynb": BOOK})
    assert code_of(submission) == SOURCES
    assert submission.notes == ()
    assert handed_in(tmp_path / "alone", {"package.json": b"{}"}).notes == (
        "nothing to grade: no .ipynb, .py or .zip was found, only package.json",
    )


@pytest.mark.parametrize("name", ["p1.7z", "p1.rar", "p1.RAR", "p1.tar.zst"])
def test_an_archive_that_is_not_read_is_named_also_beside_a_notebook(tmp_path: Path, name: str) -> None:
    sentence = f"{name} is an archive that is not read here; hand in a .zip instead"
    assert handed_in(tmp_path / "alone", {name: b"?"}).notes == (f"nothing to grade: {sentence}",)
    submission = handed_in(tmp_path / "beside", {name: b"?", "knn.ipynb": BOOK})
    assert code_of(submission) == SOURCES
    assert submission.notes == (sentence,)


# -- archives that mean harm, or are damaged


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (member("/etc/knn.ipynb"), "/etc/knn.ipynb in a.tar: its path is absolute; only paths inside the tar are read"),
        (member("../knn.ipynb"), "../knn.ipynb in a.tar: its path leads out of the tar (..); only paths inside are"),
        (member("a/../../x.py"), "a/../../x.py in a.tar: its path leads out of the tar (..); only paths inside are"),
        (
            member("x.ipynb", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
            "x.ipynb in a.tar: it is a symbolic link; links are not followed: put the file itself into the tar",
        ),
        (
            member("x.ipynb", type=tarfile.LNKTYPE, linkname="/etc/passwd"),
            "x.ipynb in a.tar: it is a hard link; links are not followed: put the file itself into the tar",
        ),
        (member("x.ipynb", type=tarfile.CHRTYPE, devmajor=1, devminor=5), "x.ipynb in a.tar: it is not a regular file"),
        (member("x.ipynb", type=tarfile.FIFOTYPE), "x.ipynb in a.tar: it is not a regular file"),
        (member("x.ipynb", type=tarfile.GNUTYPE_SPARSE), "x.ipynb in a.tar: it is not a regular file"),
    ],
    ids=range(8),
)
def test_what_is_no_file_inside_a_tar_is_refused_and_the_rest_is_read(
    tmp_path: Path, bad: tarfile.TarInfo, why: str
) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.addfile(bad)
        archive.addfile(member("w/knn.ipynb", len(BOOK)), io.BytesIO(BOOK))
    submission = handed_in(tmp_path, {"a.tar": buffer.getvalue()})
    assert code_of(submission) == SOURCES
    (note,) = submission.notes
    assert note.startswith(why)


def test_of_two_files_of_one_name_in_a_tar_the_last_counts(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for data in (saved(plain(STUBS)), BOOK):
            archive.addfile(member("knn.ipynb", len(data)), io.BytesIO(data))
    submission = handed_in(tmp_path, {"a.tar": buffer.getvalue()})
    assert code_of(submission) == SOURCES
    assert submission.notes == ("a.tar holds several files of one name; the last of each was taken",)


@pytest.mark.parametrize(
    ("name", "data", "note"),
    [
        ("a.tar.gz", b"", "a.tar.gz is empty (0 bytes); a tar of your notebooks was expected: make it again"),
        ("a.tar.gz", b"hello", "a.tar.gz is not a tar that can be read ("),
        ("a.tar.gz", gzip.compress(b"hello" * 200), "a.tar.gz is not a tar that can be read ("),
        (
            "a.tar.gz",
            gzip.compress(tarred({"knn.ipynb": BOOK}))[:-400],
            "a.tar.gz is not a tar that can be read (Compressed",
        ),
        (
            "a.tar.xz",
            lzma.compress(tarred({"knn.ipynb": BOOK}))[:-400],
            "a.tar.xz is not a tar that can be read (Compressed file ended",
        ),
        (
            "a.tar.bz2",
            bz2.compress(tarred({"knn.ipynb": BOOK}))[:-400],
            "a.tar.bz2 is not a tar that can be read (Compressed file ended",
        ),
        ("a.tar", tarred({"knn.ipynb": BOOK})[:2_000], "a.tar is damaged ("),
        ("a.zip", b"Rar!\x1a\x07\x00" + b"x" * 50, "a.zip is not a zip that can be read (File is not a zip file); "),
        ("knn.ipynb.gz", gzip.compress(BOOK)[:-400], "knn.ipynb.gz is damaged ("),
        ("knn.ipynb", b"\x1f\x8b" + b"?" * 50, "knn.ipynb is damaged ("),
    ],
    ids=range(10),
)
def test_a_damaged_archive_says_what_is_wrong_and_what_to_do(tmp_path: Path, name: str, data: bytes, note: str) -> None:
    submission = handed_in(tmp_path, {name: data})
    assert submission.parts == {}
    assert submission.notes[0].startswith(note)
    assert "again" in submission.notes[0]


def test_an_entry_without_a_name_is_passed_over(tmp_path: Path) -> None:
    data = zipped({"x.ipynb": b"{}", "knn.ipynb": BOOK}).replace(b"x.ipynb", b"\0.ipynb")
    submission = handed_in(tmp_path, {"a.zip": data})
    assert code_of(submission) == SOURCES
    assert submission.notes == ()


def test_a_tar_bomb_is_not_unpacked(tmp_path: Path) -> None:
    for name, pack in (("a.tar.gz", gzip.compress), ("a.tar.bz2", bz2.compress), ("a.tar.xz", lzma.compress)):
        bomb = pack(tarred({"a.bin": bytes(30 * MB)}))
        tracemalloc.start()
        submission = handed_in(tmp_path / name, {name: bomb})
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert submission.notes[0] == (
            f"{name} unpacks to more than 500 times its packed size, as a zip bomb does; it was not read to its end"
        )
        assert peak < 20 * MB


def test_a_tar_is_gone_through_only_so_far(tmp_path: Path) -> None:
    data = tarred({f"{number}.bin": bytes(MB) for number in range(40)} | {"knn.ipynb": BOOK})
    few = handed_in(tmp_path, {"a.tar": data}, Limits(unpacked=10 * MB))
    assert few.notes[0] == "a.tar unpacks to more than 10 MB; the rest was not read: hand in the notebooks only"
    assert code_of(handed_in(tmp_path, {"a.tar": data})) == SOURCES
    listed = handed_in(tmp_path, {"a.tar": data}, Limits(listed=3))
    assert listed.notes[0] == "more than 3 files; the rest was not looked at: hand in the notebooks only"


def test_a_file_in_a_tar_is_bounded_as_one_by_itself(tmp_path: Path) -> None:
    data = tarred({"knn.py": b"x = 1\n" * MB, "w/knn.ipynb": BOOK})
    submission = handed_in(tmp_path, {"a.tar": data})
    assert code_of(submission) == SOURCES
    assert submission.notes == ("knn.py is too large (6 MB); modules of up to 2 MB are read: hand in a smaller one",)
    packed = handed_in(tmp_path / "gz", {"knn.ipynb.gz": gzip.compress(b" " * (30 * MB))})
    assert packed.notes[0].startswith("knn.ipynb.gz unpacks to more than 500 times its packed size, as a zip bomb does")


def test_gzipped_files_that_are_refused_count_too(tmp_path: Path) -> None:
    bombs = {f"{number}.ipynb.gz": gzip.compress(b" " * (5 * MB)) for number in range(3)}
    submission = handed_in(tmp_path, {**bombs, "z.ipynb": BOOK}, Limits(ratio=50, total=11 * MB))
    assert submission.parts == {}
    assert submission.notes[-2] == "more than 11 MB in all; z.ipynb was not read: hand in less"


def test_a_tar_whose_headers_have_no_end_is_given_up(tmp_path: Path) -> None:
    header = member("x", 60 * MB, type=tarfile.XHDTYPE).tobuf(tarfile.USTAR_FORMAT)
    long = handed_in(tmp_path, {"a.tar.gz": gzip.compress(header + b"1" * (60 * MB), 1)})
    assert long.notes[0].startswith("a.tar.gz is not a tar that can be read (a header of 62,914,560 bytes)")
    empty = member("x", 0, type=tarfile.XHDTYPE).tobuf(tarfile.USTAR_FORMAT)
    chained = handed_in(tmp_path, {"b.tar": tarred({"knn.ipynb": BOOK})[:-10_240] + empty * 3_000})
    assert chained.notes[0].startswith(("b.tar is damaged (", "b.tar is not a tar"))


# -- saved by every editor


def in_lines(source: str) -> list[str]:
    return source.splitlines(keepends=True)


COLAB = book_of(
    (code_cell(in_lines(source), metadata={"id": f"c{at}", "colab": {"base_uri": "https://localhost:8080/"}})
     for at, source in enumerate(SOURCES)),
    {
        "colab": {"provenance": [{"file_id": "1x", "timestamp": 1}], "gpuType": "T4", "toc_visible": True},
        "accelerator": "GPU",
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
        "widgets": {"application/vnd.jupyter.widget-state+json": {"0a": {"model_module": "@jupyter-widgets/base"}}},
    },
    0,
)  # fmt: skip
KAGGLE = book_of(
    (code_cell(source, metadata={"_uuid": "d629", "_cell_guid": "b1076", "trusted": True, "execution": {}})
     for source in SOURCES),
    {"kaggle": {"accelerator": "none", "dataSources": [], "isGpuEnabled": False}, "papermill": {"exception": True}},
    4,
)  # fmt: skip
VS_CODE = book_of(
    (code_cell(in_lines(source), metadata={"vscode": {"languageId": "python"}}) for source in SOURCES),
    {"kernelspec": {"display_name": ".venv", "language": "python", "name": "python3"}, "orig_nbformat": 4},
    2,
)
JUPYTERLAB = book_of(
    (code_cell(in_lines(source), id=f"0000-{at}", metadata={"editable": True, "slideshow": {"slide_type": ""}})
     for at, source in enumerate(SOURCES)),
    {"widgets": {"application/vnd.jupyter.widget-state+json": {"version_major": 2, "version_minor": 0}}},
)  # fmt: skip
DEEPNOTE = book_of(
    ({"cell_type": "code", "metadata": {"cell_id": f"e{at}", "deepnote_cell_type": "code", "source_hash": "b6"},
      "source": source, "block_group": "1d", "execution_count": at, "outputs_reference": "s3:1", "outputs": None}
     for at, source in enumerate(SOURCES)),
    {"deepnote_notebook_id": "x", "deepnote_execution_queue": [], "deepnote_persisted_session": {}},
    0,
)  # fmt: skip
SAME_IDS = book_of(code_cell(source, id="same") for source in SOURCES)
NO_IDS = book_of(({"cell_type": "code", "source": source} for source in SOURCES), minor=5)
CLASSIC = book_of((code_cell(in_lines(source), metadata={"collapsed": True}) for source in SOURCES), minor=0)

EDITORS = {
    "colab": COLAB,
    "kaggle": KAGGLE,
    "vs code": VS_CODE,
    "jupyterlab": JUPYTERLAB,
    "deepnote": DEEPNOTE,
    "same ids": SAME_IDS,
    "no ids": NO_IDS,
    "classic": CLASSIC,
}


@pytest.mark.parametrize("editor", EDITORS)
def test_a_notebook_is_read_whichever_editor_saved_it(tmp_path: Path, editor: str) -> None:
    submission = handed_in(tmp_path, {"knn.ipynb": saved(EDITORS[editor])})
    assert code_of(submission) == SOURCES
    assert submission.notes == ()


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.encode("utf-16-be"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: f"\n\n  {text}\n\n".encode(),
    ],
    ids=["utf-8 mark", "utf-16", "utf-16 be", "le bare", "be bare", "crlf", "cr", "blanks around"],
)
def test_a_notebook_is_read_in_any_encoding_and_with_any_line_ends(
    tmp_path: Path, encode: Callable[[str], bytes]
) -> None:
    sources = [*SOURCES, "note = 'größer, больше, 更大, 🎉'"]
    submission = handed_in(tmp_path, {"knn.ipynb": encode(saved(plain(sources)).decode())})
    assert code_of(submission) == sources


def test_windows_line_ends_inside_cells_are_read_as_any_other(tmp_path: Path) -> None:
    book = plain(source.replace("\n", "\r\n") for source in SOURCES)
    assert code_of(handed_in(tmp_path, {"knn.ipynb": saved(book)})) == SOURCES


# -- git conflict markers


def conflict(ours: str, theirs: str, base: str | None = None) -> str:
    middle = "" if base is None else f"||||||| 1a2b3c4\n{base}"
    return f"<<<<<<< HEAD\n{ours}{middle}=======\n{theirs}>>>>>>> 1a2b3c4 (my work)\n"


def test_a_notebook_with_a_conflict_in_its_code_is_refused_and_its_cell_named(tmp_path: Path) -> None:
    text = saved(plain()).decode()
    line = next(line for line in text.split("\n") if "def predict_labels" in line) + "\n"
    broken = text.replace(line, conflict(line, line.replace("return", "return 1 +")))
    cell = next(at for at, source in enumerate(SOURCES, 1) if source.startswith("def predict_labels"))
    submission = handed_in(tmp_path, {"knn.ipynb": broken.encode()})
    assert submission.parts == {}
    assert submission.notes[0] == (
        f"knn.ipynb holds git conflict markers (<<<<<<<) in cell {cell}, and which side is yours cannot be known: "
        "choose one side, save the notebook, and hand it in again"
    )


@pytest.mark.parametrize("base", [None, '   "execution_count": 1,\n'])
def test_a_conflict_that_leaves_the_code_alone_does_not_matter(tmp_path: Path, base: str | None) -> None:
    text = saved(plain()).decode()
    line = '   "execution_count": null,\n'
    broken = text.replace(line, conflict(line, line.replace("null", "7"), base), 1)
    submission = handed_in(tmp_path, {"knn.ipynb": broken.encode()})
    assert code_of(submission) == SOURCES
    assert submission.notes == (
        "knn.ipynb holds git conflict markers (<<<<<<<); both sides have the same code, which was read",
    )


@pytest.mark.parametrize("markers", ["<<<<<<< HEAD\n" * 200_000 + ">>>>>>> x\n", conflict("{", "[")])
def test_conflict_markers_without_end_are_refused_in_the_same_words(tmp_path: Path, markers: str) -> None:
    submission = handed_in(tmp_path, {"knn.ipynb": b'{"cells": [\n' + markers.encode() + b"]}"})
    assert submission.notes[0] == (
        "knn.ipynb holds git conflict markers (<<<<<<<), and which side is yours cannot be known: "
        "choose one side, save the notebook, and hand it in again"
    )


def test_conflict_markers_in_one_cell_cost_only_its_function(tmp_path: Path, grade_parts: Grade) -> None:
    sources = dict(definitions("knn"))
    body = sources["predict_labels"]
    head, _, last = body.rpartition("\n")
    sources["predict_labels"] = f"{head}\n{conflict(f'{last}{chr(10)}', '    return None' + chr(10))}"
    submission = handed_in(tmp_path, {"knn.ipynb": saved(plain(sources.values()))})
    cell = list(sources).index("predict_labels") + 1
    said = (
        f"knn.ipynb, cell {cell} holds git conflict markers (<<<<<<<): choose one side, delete the markers, save, "
        "and hand it in again"
    )
    code = slice_part(submission.parts["knn"], KNN)
    assert [note for note in code.notes if "conflict" in note] == [f"{said}; its code was left out"]
    assert present(submission) == {function.name for function in KNN.functions} - {"predict_labels"}
    assert code.functions["predict_labels"].status == "broken"
    assert said in code.functions["predict_labels"].message
    report = grade_parts(tmp_path / "knn.ipynb", "knn")
    assert lost(report) == {"predict_labels"}
    assert any(said in note for note in report.notes)


@pytest.mark.parametrize(
    ("ours", "theirs", "kept"),
    [
        ("x = 1\n", "x = 2\n", {"first", "last"}),
        ("", "def middle(x):\n    return x\n", {"first", "last"}),
        ("    x = 1\n    return x\n", "", {"last"}),
        ("", "    return 2 * x\n\n\ndef middle(x):\n    return x\n", {"last"}),
    ],
    ids=range(4),
)
def test_what_stands_whole_beside_conflict_markers_is_kept(ours: str, theirs: str, kept: set[str]) -> None:
    first, last = "def first(x):\n    return x\n", "def last(x):\n    return x\n"
    scanned = scan(SourceFile("knn.py", "module", (Cell(0, first + conflict(ours, theirs) + last),)))
    assert {name for top in scanned.tops for name in top.names.binds} == kept
    (note,) = scanned.notes
    assert note.startswith("knn.py, line ") and " holds git conflict markers (<<<<<<<): choose one side" in note


def test_what_only_looks_like_a_conflict_is_no_one_s_business(tmp_path: Path) -> None:
    sources = [*SOURCES, "'''\n=======\n'''\nprint(1 <<1)\n# <<<<<<< not one"]
    submission = handed_in(tmp_path, {"knn.ipynb": saved(plain(sources))})
    assert code_of(submission) == sources
    assert submission.notes == ()


# -- large outputs


def picture(size: int) -> dict[str, Any]:
    return {
        "output_type": "display_data",
        "metadata": {},
        "data": {"image/png": "iVBO/" * (size // 5), "text/plain": "x"},
    }


CHECKED = {"output_type": "stream", "name": "stdout", "text": "predict_labels\n  ✓ it holds\n"}
LARGE = {
    "one picture": [[picture(80 * MB)]],
    "many pictures": [[CHECKED, picture(MB // 2)] for _ in range(160)],
    "a page with quotes": [[{"output_type": "display_data", "data": {"text/html": ['<a h="#">\\</a>\n'] * 2_800_000}}]],
    "printed lines": [[{"output_type": "stream", "text": [f"{at}, [{at}], {{}}\n" for at in range(2_500_000)]}]],
}  # fmt: skip


# In a process of its own, whose memory is then that of the reading.
READ = """
import resource, sys
from pathlib import Path
from autograder.submission.load import load
from tests.assignments import PARTS
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
before = peak()
submission = load(Path(sys.argv[1]), PARTS)
grown = (peak() - before) >> 20
file = submission.parts["knn"]
print([[cell.source for cell in file.cells], file.passed, submission.notes, grown])
"""


@pytest.mark.parametrize("kind", LARGE)
def test_80_mb_of_outputs_are_read_past(tmp_path: Path, kind: str) -> None:
    cells = [code_cell(source) for source in SOURCES]
    cells[2]["outputs"] = [CHECKED]
    cells += [code_cell("x = 'outputs'", outputs=outputs) for outputs in LARGE[kind]]
    path = tmp_path / "knn.ipynb"
    path.write_bytes(saved(book_of(cells)))
    assert path.stat().st_size > 75 * MB
    command = [sys.executable, "-c", READ, str(path)]
    said = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True, timeout=120).stdout
    sources, passed, notes, grown = ast.literal_eval(said)
    assert sources[: len(SOURCES)] == SOURCES
    assert notes == ()
    assert passed == (("predict_labels", len(cells) if kind == "many pictures" else 3),)
    assert grown < 200


def test_outputs_are_no_excuse_for_20_mb_of_something_else(tmp_path: Path) -> None:
    book = plain() | {"metadata": {"x": "y" * (21 * MB)}}
    notes = handed_in(tmp_path, {"knn.ipynb": saved(book)}).notes
    assert notes[0] == (
        "knn.ipynb is too large (21 MB without its outputs; 20 MB are read): take out what is no code and no text, "
        "such as pasted pictures, save it, and hand it in again"
    )
