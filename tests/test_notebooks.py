"""The masters and what is built of them: student notebooks, the leak gate, the executed reference."""

from __future__ import annotations

import ast
import base64
import copy
import io
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import pytest
import torch
from PIL import Image

from autograder import catalog
from autograder.assignment import SOLUTIONS, load
from autograder.build import leaks, master, notebooks, reference, tasks
from autograder.build.leaks import LeakError, Secrets
from autograder.build.master import MasterError
from coursekit import settings
from project1.targets import OURS, compare
from tests.assignments import ALL, KNN, PARTS, PROJECT1

LONGEST = 180.0
"""Seconds of processor time that a finished notebook may take from its first cell to its last."""
each = pytest.mark.parametrize("part", [part for of in ALL for part in of.parts], ids=lambda part: part.name)


@pytest.fixture(scope="module")
def masters() -> tuple[master.Master, ...]:
    return master.read_all(PROJECT1)


@pytest.fixture(scope="module")
def secrets(masters) -> Secrets:
    return Secrets.of(masters)


@pytest.fixture(scope="module")
def built() -> dict[str, bytes]:
    return notebooks.build_all(PROJECT1)


@cache
def built_of(part: catalog.Part) -> bytes:
    return notebooks.build_all(load(part.assignment))[f"{part.name}.ipynb"]


def cells(data: bytes, kind: str = "code") -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(data)["cells"] if cell["cell_type"] == kind]


# The student notebooks


def test_the_same_masters_give_the_same_bytes_in_another_process(built, tmp_path):
    command = [sys.executable, "-m", "autograder", "notebooks", "--project", "project1", "--folder", tmp_path]
    subprocess.run(command, check=True)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == built


def test_nothing_is_written_when_nothing_has_changed(tmp_path):
    assert len(notebooks.write(PROJECT1, tmp_path)) == len(PARTS)
    assert notebooks.write(PROJECT1, tmp_path) == []


@each
def test_a_notebook_is_valid_with_fixed_ids_and_no_outputs(part):
    data = built_of(part)
    notebook = json.loads(data)
    ids = [cell["id"] for cell in notebook["cells"]]
    assert ids == [f"cell-{index:03d}" for index in range(len(ids))]
    assert all(not cell["outputs"] for cell in notebook["cells"] if cell["cell_type"] == "code")
    assert b"jupytext" not in data and b"lines_to_next_cell" not in data
    assert data.endswith(b"}\n")
    nbformat.validate(nbformat.reads(data.decode(), as_version=4))


@each
def test_every_graded_function_is_a_documented_stub_that_says_it_is_not_implemented(part):
    namespace: dict[str, Any] = {}
    code = "\n".join(cells(built_of(part)))
    found = {node.name: node for node in ast.parse(code).body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    exec("import torch\nfrom torch import Tensor\nfrom collections.abc import *\nfrom typing import *", namespace)
    for function in part.functions:
        node = found[function.name]
        methods = [n for n in node.body if isinstance(n, ast.FunctionDef)] if isinstance(node, ast.ClassDef) else [node]
        for method in methods:
            if method.name != "__init__":
                assert ast.get_docstring(method), f"{method.name} has no docstring"
            assert isinstance(method.body[-1], ast.Raise)
            assert "is not implemented yet" in ast.unparse(method.body[-1])
            assert len(method.body) <= 2
    for name in part.given:
        assert "is not implemented yet" not in ast.unparse(found[name]), f"{name} is given complete"


@each
def test_every_notebook_begins_with_its_title_and_ends_with_the_submission_zip(part):
    notebook = json.loads(built_of(part))
    assert "".join(notebook["cells"][0]["source"]).startswith("# ")
    assert "submit.make_zip(" in "".join(notebook["cells"][-1]["source"])


@each
def test_a_public_check_follows_every_stub(part):
    code = "\n".join(cells(built_of(part)))
    missing = [f.name for f in part.functions if f"{part.assignment}.check({f.name})" not in code]
    assert not missing


@each
def test_the_table_at_the_top_lists_every_task_with_its_number_and_points(part):
    (top,) = [text for text in cells(built_of(part), "markdown") if "| task |" in text]
    source = master.read(part)
    for function in part.functions:
        row = next(line for line in top.splitlines() if f"`{function.name}`" in line)
        assert row.startswith(f"| {source.tasks[function.name].number} |")
        assert f"| {function.points:g}{', extra credit' if function.extra else ''} |" in row
    for weights in part.weights:
        assert f"`{weights.file}` | {weights.points:g} |" in top
    assert "| points | minutes |" in top
    times = dict(re.findall(r"(?m)^\| ([\d.]+) \|.*\| about (\d+) \|$", top))
    assert times == {task.number: str(task.minutes) for task in source.tasks.values()}
    assert not [text for text in cells(built_of(part), "markdown") if re.search(r"\{(tasks|points|extra)\}", text)]


def test_where_no_task_tells_its_time_the_table_has_no_column_for_it():
    small = master.parse(SMALL, GOOD, "small.py")
    assert tasks.table(small).splitlines()[0] == "| task | | function | points |"
    assert tasks.table(small).splitlines()[2] == "| 1.1 | Twice | `double` | 0 |"
    timed = master.parse(SMALL, GOOD.replace("Twice\n", "Twice\n#\n# *About 5 minutes.*\n", 1), "small.py")
    assert timed.tasks["double"].minutes == 5
    assert tasks.table(timed).splitlines()[2] == "| 1.1 | Twice | `double` | 0 | about 5 |"


@each
def test_above_every_stub_two_hints_unfold_a_question_and_a_formula_and_no_code(part):
    source = master.read(part)
    text = [cell for cell in cells(built_of(part), "markdown") if "<details>" in cell]
    for number in {task.number for task in source.tasks.values()}:
        assert re.search(rf"(?m)^#+ {re.escape(number)} ", "\n".join(cells(built_of(part), "markdown")))
    assert len(text) == len({task.number for task in source.tasks.values()})
    for cell in text:
        hints = dict(re.findall(r"(?s)<details>\n<summary>Hint: (.*?)</summary>\n\n(.*?)\n\n</details>", cell))
        assert list(hints) == ["a question", "a formula"]
        assert "?" in hints["a question"] and "$" in hints["a formula"]
        assert not any(sign in hint for hint in hints.values() for sign in ("torch.", "```", "dim=", "return "))


@each
def test_a_notebook_ends_with_two_or_more_questions_to_think_about_and_something_to_go_further_with(part):
    (end,) = [text for text in cells(built_of(part), "markdown") if "Questions to think about" in text]
    questions, _, further = end.partition("Questions to think about")[2].partition("**To go further**")
    assert len(re.findall(r"(?m)^\d\. ", questions)) >= 2
    assert len(re.findall(r"(?m)^- ", further)) >= 2
    assert "not graded" in questions


@each
def test_no_line_of_a_text_becomes_a_list_by_chance(part):
    for text in cells(built_of(part), "markdown"):
        assert not re.search(r"(?m)^ *(\d{2,}|[2-9]0+)\. ", text)


@each
def test_what_to_expect_is_announced_in_one_way(part):
    text = "\n".join(cells(built_of(part), "markdown"))
    assert not re.search(r"you should (see|find|get)", text, re.IGNORECASE)
    assert "Expected" in text


# Reading masters


SMALL = catalog.Part("project1", "small", "small", (catalog.Function("double"), catalog.Function("Box")))
GOOD = '''\
# %% [markdown]
# # Small
#
# ### 1.1 Twice

# %%
# !pip list
# %matplotlib inline
# copy the tensor
import torch


# %%
def double(x):
    """Twice x."""
    # BEGIN SOLUTION
    twice = x * 2 + 0 * x
    return twice
    # END SOLUTION


# %%
class Box:
    """A box."""

    def __init__(self, x):
        # BEGIN SOLUTION
        self.content = double(x) - x
        # END SOLUTION

    def open(self):
        """Its content."""
        # BEGIN SOLUTION
        return self.content + 0
        # END SOLUTION
'''


def test_a_block_gives_way_to_a_stub_and_nothing_else_changes():
    small = master.parse(SMALL, GOOD, "small.py")
    code = cells(notebooks.encode(notebooks.student_notebook(small)))
    assert code[1] == (
        'def double(x):\n    """Twice x."""\n    # ----- your code starts here -----\n'
        '    raise NotImplementedError("double is not implemented yet")\n    # ----- your code ends here -----'
    )
    assert 'raise NotImplementedError("Box.open is not implemented yet")' in code[2]
    solved = cells(notebooks.encode(notebooks.reference_notebook(small)))
    assert "    twice = x * 2 + 0 * x\n    return twice" in solved[1]
    assert "SOLUTION" not in "".join(solved)


def test_magics_become_magics_and_comments_stay_comments():
    small = master.parse(SMALL, GOOD, "small.py")
    assert small.cells[1].source == "!pip list\n%matplotlib inline\n# copy the tensor\nimport torch"


@each
def test_jupytext_reads_the_same_cells(part):
    text = (SOLUTIONS / part.assignment / f"{part.name}.py").read_text()
    theirs = jupytext.reads(text, fmt={"extension": ".py", "format_name": "percent", "comment_magics": False})
    ours = master.parse(part, text, part.name).cells
    assert [(cell.kind, cell.source.strip()) for cell in ours] == [
        (cell.cell_type, "\n".join(line.rstrip() for line in cell.source.splitlines()).strip()) for cell in theirs.cells
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("    return twice\n    # END SOLUTION", "    return twice", "small.py, line 16: # BEGIN SOLUTION without"),
        ("    # BEGIN SOLUTION\n    twice", "    twice", "small.py, line 18: # END SOLUTION without # BEGIN"),
        (
            "    return twice\n",
            "    return twice\n    # BEGIN SOLUTION\n",
            "small.py, line 19: # BEGIN SOLUTION inside",
        ),
        ("# # Small", "# # Small\n# BEGIN SOLUTION", "line 2: a solution marker in a text cell"),
        (
            "    return twice\n    # END SOLUTION",
            "    # END SOLUTION\n    return twice",
            "the body of double is not one",
        ),
        ("import torch\n", "import torch\n# BEGIN SOLUTION\nx = 1\n# END SOLUTION\n", "outside a graded function"),
        ("def double", "def treble", "small.py, line 16: a solution block outside a graded function"),
        ("# BEGIN SOLUTION\n    twice", "# Begin solution\n    twice", "# END SOLUTION without # BEGIN SOLUTION"),
        ("# BEGIN SOLUTION\n    twice", "#BEGIN SOLUTION\n    twice", "looks like a solution marker"),
        ("import torch", "import torch as", "small.py, line 10: "),
        ("class Box:", "def double(x):\n    pass\n\n\nclass Box:", "the body of double is not one solution block"),
    ],
)
def test_a_master_that_breaks_a_rule_is_refused_with_its_line(old, new, message):
    assert GOOD.count(old) >= 1
    with pytest.raises(MasterError) as caught:
        master.parse(SMALL, GOOD.replace(old, new, 1), "small.py")
    assert message in str(caught.value)


def test_a_master_without_a_graded_function_is_refused_by_name():
    with pytest.raises(MasterError, match="no definition of the graded Box"):
        master.parse(SMALL, GOOD[: GOOD.index("# %%\nclass Box")], "small.py")


def test_a_missing_master_is_one_line_and_exit_code_1(tmp_path):
    with pytest.raises(MasterError, match=r"cannot read the master .*knn\.py: No such file"):
        master.read(KNN, tmp_path)


# The leak gate


def plant(data: bytes, change: Any) -> bytes:
    notebook = copy.deepcopy(json.loads(data))
    change(notebook)
    return json.dumps(notebook).encode()


def solution(masters, part: str = "knn") -> str:
    """The whole solution of a part's first function, as an instructor might leave it lying about."""
    text = (SOLUTIONS / "project1" / f"{part}.py").read_text()
    function = PROJECT1.part(part).functions[0].name
    tree = ast.parse(text)
    node = next(n for n in tree.body if getattr(n, "name", "") == function)
    return ast.get_source_segment(text, node).replace("    # BEGIN SOLUTION\n", "")


def refused(path: str, data: bytes, secrets: Secrets) -> str:
    with pytest.raises(LeakError) as caught:
        leaks.refuse({path: data}, secrets)
    return str(caught.value)


def code_cell(source: str, **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "id": "x", "metadata": {}, "source": source, "outputs": [], **more}


def markdown_cell(source: str, **more: Any) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": "x", "metadata": {}, "source": source, **more}


def test_the_notebooks_as_built_give_nothing_away(built, secrets):
    leaks.refuse(built, secrets)


@each
def test_every_reference_notebook_would_be_refused(part):
    source, name = master.read(part), f"{part.name}.ipynb"
    secrets = Secrets.of(master.read_all(load(part.assignment)))
    message = refused(name, notebooks.encode(notebooks.reference_notebook(source)), secrets)
    assert f"{name}, cell" in message and "more than its stub" in message and "solution line" in message


def test_a_solution_in_an_unmarked_cell_is_refused(built, masters, secrets):
    bad = plant(built["knn.ipynb"], lambda n: n["cells"].append(code_cell(solution(masters))))
    message = refused("knn.ipynb", bad, secrets)
    assert "the graded compute_distances_two_loops is more than its stub" in message


def test_a_solution_under_another_name_is_refused(built, masters, secrets):
    renamed = solution(masters).replace("def compute_distances_two_loops", "def helper")
    bad = plant(built["knn.ipynb"], lambda n: n["cells"].append(code_cell(renamed)))
    assert "the solution line" in refused("knn.ipynb", bad, secrets)


def test_every_telling_line_alone_is_refused_wherever_it_is_put(built, secrets):
    places = {
        "code": lambda line: code_cell(f"# {line}"),
        "markdown": lambda line: markdown_cell(f"one writes `{line}`, that is all"),
        "output": lambda line: code_cell("1", outputs=[{"output_type": "stream", "name": "stdout", "text": [line]}]),
        "metadata": lambda line: code_cell("1", metadata={"note": [line]}),
    }
    for number, line in enumerate(secrets.lines.values()):
        kind = list(places)[number % len(places)]
        cell = places[kind](line if kind != "code" else line.replace("\n", "\n# "))
        if kind == "code" and "\n" in line:
            cell = markdown_cell(line)
        message = refused("knn.ipynb", json.dumps({"cells": [cell]}).encode(), secrets)
        assert "knn.ipynb, cell 1" in message, line
    assert len(secrets.lines) > 100


def test_a_line_is_found_whatever_its_spacing_quotes_and_markup(masters, secrets):
    line = "dists[i, j] = ((x_train[i] - x_test[j]) ** 2).sum()"
    line = next((text for text in secrets.lines.values() if "**" in text and "[" in text), line)
    for disguise in (
        line.replace(" ", ""),
        line.replace(" ", "\n    "),
        "<b>" + line.replace("-", "</b>-<b>") + "</b>",
        line.replace("[", "&#91;"),
        f"\x1b[31m{line}\x1b[0m",
        json.dumps(f"x\n{line}\ny"),
    ):
        message = refused("knn.ipynb", json.dumps({"cells": [markdown_cell(disguise)]}).encode(), secrets)
        assert "the solution line" in message


def test_a_solution_in_an_output_metadata_or_attachment_is_refused(built, masters, secrets):
    text = solution(masters)
    encoded = base64.b64encode(text.encode()).decode()
    for change in (
        lambda n: n["cells"][-1].update(outputs=[{"output_type": "stream", "text": text.splitlines(keepends=True)}]),
        lambda n: n["cells"][-1].update(
            outputs=[{"output_type": "execute_result", "data": {"text/html": f"<pre>{text}</pre>"}, "metadata": {}}]
        ),
        lambda n: n["cells"][-1].update(outputs=[{"output_type": "error", "traceback": [f"\x1b[1m{text}\x1b[0m"]}]),
        lambda n: n["cells"][0]["metadata"].update(hint=text),
        lambda n: n["metadata"].update({text: 1}),
        lambda n: n["cells"][0].update(attachments={"a.txt": {"text/plain": encoded}}),
    ):
        message = refused("knn.ipynb", plant(built["knn.ipynb"], change), secrets)
        assert "a definition of the graded compute_distances_two_loops" in message or "the solution line" in message


def test_a_stub_that_was_filled_in_otherwise_than_the_reference_is_refused(built, secrets):
    own = "def knn_get_best_k(k_to_accuracies):\n    return 17"
    bad = plant(built["knn.ipynb"], lambda n: n["cells"].append(code_cell(own)))
    assert "the graded knn_get_best_k is more than its stub" in refused("knn.ipynb", bad, secrets)
    bad = plant(built["knn.ipynb"], lambda n: n["cells"].append(markdown_cell(f"```python\n{own}\n```")))
    assert "a definition of the graded knn_get_best_k that is not its stub" in refused("knn.ipynb", bad, secrets)


@pytest.mark.parametrize(
    "source",
    [
        "sgd = lambda w, dw, config=None: (w, config)",
        "if True:\n    def sgd(w, dw, config=None):\n        return w, config",
        "from somewhere import step as sgd",
        "KnnClassifier.predict = lambda self, x: x",
    ],
)
def test_a_graded_name_bound_to_anything_else_is_refused(source, secrets):
    message = refused("optimizers.ipynb", json.dumps({"cells": [code_cell(source)]}).encode(), secrets)
    assert "stub" in message


def test_a_module_of_the_package_that_defines_a_graded_function_is_refused(secrets):
    message = refused("project1/project1/extra.py", b"def sgd(w, dw, config=None):\n    return w, config\n", secrets)
    assert "project1/project1/extra.py: the graded sgd is more than its stub" in message


def test_a_copy_of_the_graders_files_is_refused(secrets):
    data = (SOLUTIONS / "project1" / "knn.py").read_bytes()
    message = refused("project1/project1/data/notes.txt", data, secrets)
    assert "is a copy of solutions/project1/knn.py" in message and "'BEGIN SOLUTION'" in message


def test_a_cell_that_cannot_be_read_as_python_is_refused(secrets):
    message = refused("knn.ipynb", json.dumps({"cells": [code_cell("def f(:")]}).encode(), secrets)
    assert "cannot be read as Python" in message


def test_lines_that_say_nothing_are_no_leak():
    quiet = (
        "else:\nreturn loss, dW\nfor i in range(N):\nN, D = X.shape\nloss = 0.0\nself.x_train = x_train\n)\nlosses = []"
    )
    assert [line for line in quiet.splitlines() if leaks._tells(line)] == []
    for telling in ("loss /= N", "scores = X @ W", "return X[rows], y[rows]", "margins[rows, y] = 0", "x.clamp(min=0)"):
        assert leaks._tells(telling), telling


def test_a_line_that_a_person_has_allowed_may_stand(tmp_path):
    small = master.parse(SMALL, GOOD, "small.py")
    line = "twice = x * 2 + 0 * x"
    page = json.dumps({"cells": [markdown_cell(line)]}).encode()
    assert repr(line) in refused("small.ipynb", page, Secrets.of([small], (), tmp_path))
    (tmp_path / "project1").mkdir()
    (tmp_path / "project1" / leaks.ALLOWED).write_text(f"{line}\n")
    leaks.refuse({"small.ipynb": page}, Secrets.of([small], (), tmp_path))


def test_the_build_writes_nothing_when_it_finds_a_leak(tmp_path):
    solutions = tmp_path / "solutions"
    (solutions / "project1").mkdir(parents=True)
    for part in PARTS:
        text = (SOLUTIONS / "project1" / f"{part.name}.py").read_text()
        line = next(iter(Secrets.of([master.parse(part, text, part.name)], (), tmp_path).lines.values()))
        (solutions / "project1" / f"{part.name}.py").write_text(
            f"{text}\n# %% [markdown]\n# One writes {line.splitlines()[0]}\n"
        )
    with pytest.raises(LeakError, match="nothing was written"):
        notebooks.write(PROJECT1, tmp_path / "notebooks", solutions)
    assert not (tmp_path / "notebooks").exists()


# The reference notebooks, run


@each
def test_the_reference_notebook_runs_from_top_to_bottom_in_a_real_kernel_without_network(part, record_property):
    finished = reference.run_all(load(part.assignment), parts=[part])[0]
    record_property("processor seconds", f"{finished.cpu_seconds:.0f}")
    assert 1 < finished.cpu_seconds < LONGEST, "on one core, without a GPU: two cores need no longer than that"
    notebook = json.loads(finished.files[f"{part.name}.ipynb"])
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    assert not [out for cell in code for out in cell["outputs"] if out["output_type"] == "error"]
    printed = "".join("".join(out.get("text", "")) for cell in code for out in cell["outputs"])
    assert "✗" not in printed, "a public check fails on the reference"
    for function in part.functions:
        assert f"{function.name}\n  ✓" in printed, f"the public check of {function.name} did not run"
    for weights in part.weights:
        held = torch.load(io.BytesIO(finished.files[weights.file]), weights_only=True)
        assert {name: tuple(tensor.shape) for name, tensor in held.items()} == dict(weights.holds)


def pictures(cell: dict[str, Any]) -> list[tuple[bytes, dict[str, Any]]]:
    """The pictures that a run cell shows, and what is said of each."""
    shown = [output for output in cell.get("outputs", ()) if "image/png" in output.get("data", {})]
    return [
        (base64.b64decode("".join(output["data"]["image/png"])), output["metadata"].get("image/png", {}))
        for output in shown
    ]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_after_every_task_there_is_a_picture_with_its_size_and_its_words(part):
    run = json.loads(reference.run_all(PROJECT1, parts=[part])[0].files[f"{part.name}.ipynb"])["cells"]
    source = master.read(part)
    stub = re.compile(rf"(?m)^(?:def|class) ({'|'.join(source.tasks)})\b")
    stubs = [(i, stub.search("".join(cell["source"]))) for i, cell in enumerate(run) if cell["cell_type"] == "code"]
    begins = [(i, source.tasks[found[1]].number) for i, found in stubs if found]
    seen = dict.fromkeys((number for _, number in begins), 0)
    for (begin, number), (end, _) in zip(begins, [*begins[1:], (len(run), "")], strict=True):
        seen[number] += sum(len(pictures(cell)) for cell in run[begin:end])
    assert [number for number, count in seen.items() if not count] == []
    for cell in run:
        for data, about in pictures(cell):
            assert about["width"] <= 1400 and about["height"] <= 1400 and len(about["alt"]) > 20
            with Image.open(io.BytesIO(data)) as image:
                assert image.width >= 1.5 * about["width"], "a screen of today shows it blurred"
                assert image.convert("RGBA").getpixel((0, 0))[3] == 0, "it has a page of its own"
    assert sum(len(data) for cell in run for data, _ in pictures(cell)) < 3_000_000


@pytest.mark.parametrize("part", [part for part in PARTS if part.name != "optimizers"], ids=lambda part: part.name)
def test_the_reference_reaches_what_the_notebooks_say_ours_reached(part):
    run = reference.run_all(PROJECT1, parts=[part])[0].files[f"{part.name}.ipynb"]
    said = re.findall(r"Yours ([\d.]+) %; ours reached ([\d.]+) % on this data", run.decode())
    wanted = [percent for what, percent in OURS["stand-in"].items() if (what == "knn") == (part.name == "knn")]
    assert [float(ours) for _, ours in said] == wanted
    assert all(abs(float(yours) - float(ours)) <= 0.3 for yours, ours in said)


def test_whoever_beats_ours_is_told_and_whoever_does_not_how_much_is_missing(capsys, monkeypatch):
    for percent, verdict in ((51.0, "You beat it."), (49.7, "Level: "), (40.0, "There are 9.6 points to gain.")):
        compare("knn", percent)
        said = capsys.readouterr().out
        assert said.startswith(f"Yours {percent:.1f} %; ours reached 49.6 % on this data. {verdict}")
    monkeypatch.setattr(settings, "DATASET", "props")
    compare("knn", 52.0)
    assert "ours was measured on the synthetic images only" in capsys.readouterr().out


def test_a_reference_notebook_that_fails_names_the_error(tmp_path):
    broken = master.parse(SMALL, GOOD.replace("# !pip list\n", "raise RuntimeError('out of ideas')\n"), "small.py")
    with pytest.raises(reference.NotebookError, match=r"(?s)small\.ipynb does not run.*out of ideas"):
        reference.run(broken, tmp_path)
    assert not list(Path(tmp_path).rglob("key"))


def test_a_reference_that_fails_a_public_check_is_not_built_upon(tmp_path):
    """It is graded against itself, so it would score full marks, and every right answer would lose them."""
    wrong = "import project1\ndef sgd(w, dw, config=None):\n    return w + dw, config\nproject1.check(sgd)\n"
    source = master.parse(SMALL, GOOD.replace("# !pip list\n", wrong), "small.py")
    with pytest.raises(reference.NotebookError, match=r"(?s)reference in \w+\.py fails public checks.*\nsgd: "):
        reference.run(source, tmp_path)
    assert not list(Path(tmp_path).rglob("key"))
