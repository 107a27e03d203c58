"""Alike submissions: copies are found however they are disguised, independent work is not called alike."""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path

import pytest
import torch

from autograder.__main__ import main
from autograder.similar.canonical import canonical
from autograder.similar.fingerprints import fingerprints
from autograder.similar.pairs import ALIKE
from autograder.similar.weights import digest
from tests import copies
from tests.assignments import KNN, PROJECT1
from tests.classes import export, submitter
from tests.submissions import ROOT, notebook_of, with_body, write_notebook

FUNCTION = "compute_distances_two_loops"
REWRITTEN = ("functions for methods", "torch.matmul", "factors swapped", "the result kept", "a print", "inside an if")


def compare(submissions: Path, out: Path, *more: str) -> tuple[dict[frozenset[str], dict[str, str]], str]:
    """Run the command; the rows of its table by pair, in order, and its page."""
    assert main(["similar", str(submissions), "--out", str(out), "--project", "project1", *more]) == 0
    with (out / "similar.csv").open(encoding="utf-8", newline="") as file:
        rows = {frozenset((row["first"], row["second"])): row for row in csv.DictReader(file)}
    return rows, (out / "similar.html").read_text(encoding="utf-8")


def alike(rows: dict[frozenset[str], dict[str, str]]) -> list[set[str]]:
    return [set(pair) for pair, row in rows.items() if float(row["score"]) >= ALIKE]


def invented(seed: int, helper: str = "") -> str:
    """A module with one graded function that nobody else would write, which may call a helper."""
    generator = random.Random(seed)
    names = [f"v{number}" for number in range(6)]
    lines = []
    for _ in range(30):
        a, b, c = (generator.choice(names) for _ in range(3))
        first, second = (generator.choice(["+", "-", "*", "/", "@", "**", "%"]) for _ in range(2))
        call = generator.choice(["abs({})", "({}).sum(dim={n})", "max({}, {n})", "({})[{n}:]", "len({}) + {n}"])
        lines.append(f"{a} = " + call.format(f"{b} {first} {c} {second} {generator.randrange(9)}", n=len(lines) % 7))
    body = "\n".join(f"    {line}" for line in [*(["v0 = helper(x_train)"] if helper else []), *lines])
    return f"import torch\n\n\n{helper}\n\n\ndef {FUNCTION}(x_train, x_test):\n{body}\n    return v0\n"


# -- copies and independent work


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[frozenset[str], dict[str, str]], str]:
    """A class of independent submissions, a disguised copy of one and a rewritten copy of another."""
    folder = tmp_path_factory.mktemp("class")
    for number in range(copies.INDEPENDENT):
        copies.write(folder / "in" / f"own{number}", copies.independent(number))
    copies.write(folder / "in" / "copy0", copies.disguised(copies.independent(0)))
    copies.write(folder / "in" / "copy1", copies.disguised(copies.independent(1), REWRITTEN, seed=1))
    return compare(folder / "in", folder / "out")


def test_a_copy_with_other_names_and_another_order_is_found_at_the_top(compared) -> None:
    rows, _ = compared
    first = next(iter(rows.values()))
    assert {first["first"], first["second"]} == {"own0", "copy0"}
    assert float(first["code"]) > 0.9
    for part in PROJECT1.parts:
        assert f"{part.name}: code alike to" in first["evidence"]


def test_a_copy_with_every_function_rewritten_is_found_too(compared) -> None:
    rows, _ = compared
    assert float(rows[frozenset({"own1", "copy1"})]["code"]) > 0.4


def test_independent_right_answers_are_not_alike(compared) -> None:
    rows, _ = compared
    assert copies.INDEPENDENT >= 3
    own = [frozenset(pair) for pair in combinations([f"own{n}" for n in range(copies.INDEPENDENT)], 2)]
    assert [rows[pair] for pair in own if pair in rows] == []
    assert alike(rows) == [{"own0", "copy0"}, {"own1", "copy1"}]


def test_the_page_says_that_likeness_is_no_proof_and_marks_what_is_alike_on_both_sides(compared) -> None:
    _, page = compared
    assert "Likeness is not proof" in page
    sides = page.split("<figure>")[1:]
    assert len(sides) % 2 == 0
    assert all("<mark" in side for side in sides)
    assert "prefers-color-scheme: dark" in page
    assert "border-left-color" in page


def test_the_page_is_whole_and_loads_nothing(compared) -> None:
    _, page = compared
    read = Page()
    read.feed(page)
    read.close()
    assert read.open == []
    assert read.mistakes == []
    assert [name for name, count in Counter(read.ids).items() if count > 1] == []
    assert {link.removeprefix("#") for link in read.links} <= set(read.ids)
    assert not {"script", "link", "img", "iframe", "object"} & read.tags
    assert not read.tags & {"form", "input"}


class Page(HTMLParser):
    """Whether every element of a page is closed where it must be, and what it refers to."""

    EMPTY = frozenset({"meta", "br", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.mistakes: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag not in self.EMPTY:
            self.open.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in ("href", "src", "srcset", "action"):
                self.links.append(value or "")
            if name.startswith("on"):
                self.mistakes.append(f"{name} on {tag}")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.mistakes.append(f"</{tag}>")


# -- what says nothing


def test_starter_code_says_nothing(tmp_path: Path) -> None:
    for name in "abc":
        shutil.copytree(ROOT / "notebooks" / "project1", tmp_path / "in" / name)
    rows, page = compare(tmp_path / "in", tmp_path / "out")
    assert rows == {}
    assert "None: no two submissions are more alike" in page


def test_right_answers_that_are_the_references_say_nothing(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / "in" / name).mkdir(parents=True)
        for part in PROJECT1.parts:
            notebook_of(tmp_path / "in" / name, part.name)
    rows, _ = compare(tmp_path / "in", tmp_path / "out")
    assert rows == {}


HELPER = "def helper(x):\n" + "\n".join(
    f"    {a} = {a}.reshape(len({b}), -1)[{n}:] + {b}.mean(dim={n})" for n, (a, b) in enumerate([("x", "y")] * 24)
)


@pytest.mark.parametrize(("holders", "found"), [(2, True), (5, False)])
def test_what_more_than_a_third_of_a_class_has_says_nothing(tmp_path: Path, holders: int, found: bool) -> None:
    (tmp_path / "in").mkdir()
    for number in range(12):
        source = invented(number, HELPER if number < holders else "")
        (tmp_path / "in" / f"s{number:02}.py").write_text(source, encoding="utf-8")
    rows, _ = compare(tmp_path / "in", tmp_path / "out")
    assert ({"s00", "s01"} in alike(rows)) is found
    assert len(rows) == (1 if found else 0)


def test_layout_comments_annotations_and_prints_make_no_difference() -> None:
    plain = "def f(a, b):\n    if a:\n        b = (a + 1) * 2\n    else:\n        b += a\n    return [a, b]\n"
    other = (
        'def f(  a: int, b: "T" = 3 ) -> list :\n    """What it does."""\n    print(a)\n    if (a):  # so\n'
        "        b: float = ((a+1)\n          *2)\n        pass\n    else: b += a\n    return [a,\n            b]\n"
    ).replace(" = 3", "")
    assert [line.text for line in canonical(plain)] == [line.text for line in canonical(other)]
    assert canonical("def f(:") == ()


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("for i in x:\n    a = 1\nelse:\n    b = 2\n", ["for i in x:", "a = 1", "else:", "b = 2"]),
        (
            "try:\n    a = 1\nexcept E as e:\n    b = 2\nfinally:\n    c = 3\n",
            ["try:", "a = 1", "except E as e:", "b = 2", "finally:", "c = 3"],
        ),
        ("match x:\n    case [1, y] if y:\n        a = y\n", ["match x:", "case [1, y] if y:", "a = y"]),
        ("@decorated\nclass A(B):\n    '''Doc.'''\n    x = 1\n", ["@decorated class A(B):", "x = 1"]),
        ("if a:\n    b = 1\nelif c:\n    d = 2\n", ["if a:", "b = 1", "else:", "if c:", "d = 2"]),
    ],
)
def test_every_statement_is_one_line_of_the_canonical_form(source: str, lines: list[str]) -> None:
    assert [line.text for line in canonical(source)] == lines


def test_another_name_leaves_the_fingerprints_and_another_operator_does_not() -> None:
    one, renamed, other = (
        "total = total + rate * step.size\nreturn_value = total - 1 + 2 * rate\n",
        "t = t + r * s.size\nv = t - 1 + 2 * r\n",
        "t = t - r * s.size\nv = t - 1 + 2 * r\n",
    )
    prints = [set(fingerprints(canonical(source)).tolist()) for source in (one, renamed, other)]
    assert prints[0] == prints[1] != set()
    assert prints[0] != prints[2]


# -- evidence beside code


def test_identical_weights_count_under_whatever_name_they_were_saved(tmp_path: Path) -> None:
    name = KNN.name, PROJECT1.parts[1].weights[0].file
    trained, zeros = torch.randn(3073, 10), torch.zeros(3073, 10)
    for number, tensor in enumerate((trained, trained, trained + 1, zeros, zeros)):
        folder = tmp_path / "in" / f"s{number}"
        folder.mkdir(parents=True)
        (folder / f"{name[0]}.py").write_text(invented(number), encoding="utf-8")
        torch.save({"W": tensor}, folder / f"from{number}.pt")  # the zip holds the name that it was saved under
        (folder / f"from{number}.pt").rename(folder / name[1])
    first, second = ((tmp_path / "in" / f"s{n}" / name[1]).read_bytes() for n in (0, 1))
    assert first != second
    rows, page = compare(tmp_path / "in", tmp_path / "out")
    assert alike(rows) == [{"s0", "s1"}]
    assert len(rows) == 1
    assert f"the same {name[1]}" in page


def test_a_file_of_weights_that_is_no_zip_or_a_damaged_one_is_known_by_its_bytes() -> None:
    assert digest(b"some bytes") == digest(b"some bytes") != digest(b"other bytes")
    assert digest(b"PK\x03\x04 cut off") != digest(b"PK\x03\x04 cut off too")
    assert digest(b"") == digest(bytes(4096)) == ""


def test_a_rare_mistake_of_two_counts_and_a_common_one_does_not(tmp_path: Path) -> None:
    wrong = with_body("knn", FUNCTION, "return ((x_train[:, None] - x_test[None]) ** 2).flatten(2).sum(2).sqrt()")
    graded = notebook_of(tmp_path, "knn", {FUNCTION: wrong})
    (tmp_path / "class").mkdir()
    graded.rename(tmp_path / "class" / "ada.ipynb")
    assert main(["grade-all", str(tmp_path / "class"), "--project", "project1", "--out", str(tmp_path / "graded")]) == 0
    report = json.loads((tmp_path / "graded" / "ada" / "report.json").read_text())
    failed = [one for one in report["outcomes"] if one["status"] == "failed" and one["function"] == FUNCTION]
    assert failed
    right = {**report, "outcomes": [one for one in report["outcomes"] if one["status"] == "passed"]}
    for number in range(6):
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / f"s{number}.py").write_text(invented(number), encoding="utf-8")
    for holders in (2, 5):
        for number in range(6):
            folder = tmp_path / f"of{holders}" / f"s{number}"
            folder.mkdir(parents=True)
            (folder / "report.json").write_text(json.dumps(report if number < holders else right))
    rare, _ = compare(tmp_path / "in", tmp_path / "out", "--results", str(tmp_path / "of2"))
    assert [set(pair) for pair in rare] == [{"s0", "s1"}]
    assert f"the same rare mistake: {FUNCTION}: " in next(iter(rare.values()))["evidence"]
    common, _ = compare(tmp_path / "in", tmp_path / "out", "--results", str(tmp_path / "of5"))
    assert common == {}


def test_results_that_are_damaged_say_nothing(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number, said in enumerate(["{", '{"outcomes": [3, {"status": "failed", "function": 1}]}', "[]"]):
        (tmp_path / "in" / f"s{number}.py").write_text(invented(number), encoding="utf-8")
        (tmp_path / "results" / f"s{number}").mkdir(parents=True)
        (tmp_path / "results" / f"s{number}" / "report.json").write_text(said)
    rows, _ = compare(tmp_path / "in", tmp_path / "out", "--results", str(tmp_path / "results"))
    assert rows == {}


def test_a_comment_that_only_two_wrote_counts(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number in range(6):
        remarks = ["# first we flaten all images", *(["# teh distence to evry point"] if number in (1, 4) else [])]
        source = "\n".join(remarks) + "\n" + invented(number)
        (tmp_path / "in" / f"s{number}.py").write_text(source, encoding="utf-8")
    rows, _ = compare(tmp_path / "in", tmp_path / "out")
    assert [set(pair) for pair in rows] == [{"s1", "s4"}]
    evidence = next(iter(rows.values()))["evidence"]
    assert evidence == "the same rare comment or string: teh distence to evry point"


# -- what stands in the folder


def test_hostile_names_and_code_are_shown_as_text(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    source = invented(1).replace("import torch", "import torch\n# </pre><img src=x onerror=alert(1)> <b>") + (
        f"\n\ndef helper(x):\n    return '</mark><script>alert(2)<' + x\n\n\n{FUNCTION}.note = helper('\u202e')\n"
    )
    names = ["=HYPERLINK(1)", "<script>alert(1)<b>&'\"", "\u202egnp.\x1b[31m"]
    for name in names:
        (tmp_path / "in" / f"{name}.py").write_text(source, encoding="utf-8")
    rows, page = compare(tmp_path / "in", tmp_path / "out")
    assert len(alike(rows)) == 3
    assert "'=HYPERLINK(1)" in {name for pair in rows for name in pair}
    assert "<script" not in page and "<img" not in page
    assert "\u202e" not in page and "\x1b" not in page
    assert "&lt;script&gt;alert(1)" in page
    read = Page()
    read.feed(page)
    assert read.mistakes == [] and read.open == []


def test_anonymous_names_nobody(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("ada", "bob", "cyd"):
        write_notebook(tmp_path / "in" / f"{name}_p1.ipynb", [invented(7)])
    (tmp_path / "in" / "dan_p1.zip").write_bytes(b"no zip")
    rows, page = compare(tmp_path / "in", tmp_path / "out", "--anonymous")
    assert set().union(*rows) == {"submission 1", "submission 2", "submission 3"}
    table = (tmp_path / "out" / "similar.csv").read_text()
    assert not [name for name in ("ada", "bob", "cyd", "dan") if f"{name}_" in page + table]


def test_what_cannot_be_read_is_passed_over_with_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in" / "empty").mkdir(parents=True)
    (tmp_path / "in" / "bad.zip").write_bytes(b"not a zip")
    (tmp_path / "in" / "notes.txt").write_text("nothing")
    (tmp_path / "in" / "link.py").symlink_to(tmp_path / "in" / "half.py")
    os.mkfifo(tmp_path / "in" / "pipe.py")
    (tmp_path / "in" / "half.py").write_text(f"def {FUNCTION}(:\n")
    for number in range(2):
        (tmp_path / "in" / f"s{number}.py").write_text(invented(7), encoding="utf-8")
    rows, page = compare(tmp_path / "in", tmp_path / "in" / "out")
    printed = capsys.readouterr().out
    assert alike(rows) == [{"s0", "s1"}]
    assert "pipe.py is neither a file nor a folder; it is passed over" in printed
    for name in ("empty", "bad.zip", "notes.txt", "link.py"):
        assert f"not compared: {name}: " in printed
        assert f"<li>{name}: " in page
    assert "out" not in [line.split(": ")[1] for line in printed.splitlines() if line.startswith("not compared")]


def test_nothing_that_was_handed_in_is_run(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    mark = tmp_path / "was_run"
    for number in range(2):
        source = f"open({str(mark)!r}, 'w').close()\nP = [open({str(mark)!r}, 'w')]\n" + invented(number)
        (tmp_path / "in" / f"s{number}.py").write_text(source.replace("v0 = ", "v0 = P or ", 1), encoding="utf-8")
    compare(tmp_path / "in", tmp_path / "out")
    assert not mark.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["{here}/nowhere", "--out", "{here}/out"], "{here}/nowhere"),
        (["{here}/none", "--out", "{here}/out"], "no submissions in {here}/none"),
        (["{here}/one", "--out", "{here}/out"], "s0 alone"),
        (["{here}/broken", "--out", "{here}/out"], "of 2 submissions none can be compared"),
        (["{here}/two", "--out", "{here}/one/s0.py"], "{here}/one/s0.py"),
        (["{here}/two", "--out", "{here}/taken"], "{here}/taken/similar.csv"),
        (["{here}/two", "--out", "{here}/out", "--results", "{here}/none"], "{here}/none holds no results"),
        (["{here}/two", "--out", "{here}/out", "--top", "-1"], "-1"),
    ],
)
def test_what_cannot_start_says_so_in_one_line_and_exits_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    for folder, count in (("none", 0), ("one", 1), ("two", 2), ("broken", 0)):
        (tmp_path / folder).mkdir()
        for number in range(count):
            (tmp_path / folder / f"s{number}.py").write_text(invented(number), encoding="utf-8")
    for name in "ab":
        (tmp_path / "broken" / f"{name}.zip").write_bytes(b"")
    (tmp_path / "taken" / "similar.csv").mkdir(parents=True)
    asked = [argument.format(here=tmp_path) for argument in arguments]
    assert main(["similar", "--project", "project1", *asked]) == 2
    error = capsys.readouterr().err.strip()
    assert error.startswith("autograder: ") and "\n" not in error
    assert said.format(here=tmp_path) in error


# -- scale


def test_a_class_of_a_hundred_shows_its_one_copy_and_only_the_pairs_asked_for(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number in range(100):
        (tmp_path / "in" / f"s{number:03}.py").write_text(invented(number), encoding="utf-8")
    copied = copies.disguised({"one": invented(42)})["one"]
    (tmp_path / "in" / "s077.py").write_text(copied, encoding="utf-8")
    rows, page = compare(tmp_path / "in", tmp_path / "out", "--top", "1")
    assert alike(rows) == [{"s042", "s077"}]
    assert page.count('<section class="card" aria-labelledby="pair-') == 1


def test_a_ring_of_copies_in_a_class_is_found_whole(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number in range(20):
        copied = copies.disguised({"one": invented(0)}, seed=number)["one"] if number < 5 else invented(number)
        (tmp_path / "in" / f"s{number:02}.py").write_text(copied, encoding="utf-8")
    rows, _ = compare(tmp_path / "in", tmp_path / "out")
    assert len(alike(rows)) == 10
    assert {name for pair in alike(rows) for name in pair} == {f"s{number:02}" for number in range(5)}


def test_another_process_gives_the_same_table(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number in range(2):
        source = copies.disguised({"one": invented(0)}, REWRITTEN[:number] + REWRITTEN[2:3], seed=number)["one"]
        (tmp_path / "in" / f"s{number}.py").write_text(source, encoding="utf-8")
    compare(tmp_path / "in", tmp_path / "here")
    command = [sys.executable, "-m", "autograder", "similar", str(tmp_path / "in"), "--out", str(tmp_path / "there")]
    environment = {**os.environ, "PYTHONHASHSEED": "1"}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    here, there = ((tmp_path / where / "similar.csv").read_text() for where in ("here", "there"))
    assert "s0,s1" in here
    assert here == there


def test_an_export_is_compared_and_nobody_with_themselves(tmp_path: Path) -> None:
    entries = {
        "submission_1": {":submitters": [submitter("Name One", "001")]},
        "submission_2": {":submitters": [submitter("Name Two", "002")]},
        "submission_3": {":submitters": [submitter("Name One", "001"), submitter("Name Three", "003")]},
    }
    path = export(tmp_path / "export.zip", entries, dict.fromkeys(entries, invented(7)))
    rows, page = compare(path, tmp_path / "out")
    pairs = {frozenset(name.split(" (")[1].strip(")") for name in pair) for pair in alike(rows)}
    assert pairs == {frozenset({"submission_1", "submission_2"}), frozenset({"submission_2", "submission_3"})}
    assert "Name One (submission_1)" in page
