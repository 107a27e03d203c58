"""Slicing: what is graded is what "run all cells" would have left, without the data, the training and the plots."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder import catalog
from autograder.submission.slice import definition, slice_part
from autograder.submission.source import Cell, FunctionSlice, Slice, SourceFile
from tests.assignments import KNN, LINEAR_CLASSIFIER, PARTS

MASTERS = Path(__file__).parent.parent / "solutions" / "project1"


def notebook(*cells: str, name: str = "knn.ipynb") -> SourceFile:
    return SourceFile(name, "notebook", tuple(Cell(n, textwrap.dedent(cell)) for n, cell in enumerate(cells, 1)))


def sliced(*cells: str, part: catalog.Part = KNN, given_source: str = "") -> Slice:
    return slice_part(notebook(*cells), part, given_source)


def run(code: Slice, function: str) -> dict[str, object]:
    """Execute what one function needs, as the worker does."""
    space: dict[str, object] = {"__name__": "submission"}
    for index in code.functions[function].statements:
        statement = code.statements[index]
        line = "\n" * (statement.origin.line - 1)
        exec(compile(line + statement.code, str(statement.origin), "exec", dont_inherit=True), space)
    return space


def answer(*cells: str, function: str = "knn_get_best_k", argument: object = None) -> object:
    """What the sliced function returns for one argument."""
    code = sliced(*cells)
    assert code.functions[function].status == "present", code.functions[function].message
    return run(code, function)[function](argument)  # type: ignore[operator]


def best_k(*cells: str) -> FunctionSlice:
    return sliced(*cells).functions["knn_get_best_k"]


# -- what comes along


@pytest.mark.parametrize(
    ("before", "body", "expected"),
    [
        ("EPS = 0.5", "EPS", 0.5),
        ("import math", "math.pi > 3", True),
        ("import os.path as p", "p.sep", "/"),
        ("from math import *", "floor(2.5)", 2),
        ("import math, colorsys", "math.floor(2.5)", 2),
        ("a, (b, *c) = 1, (2, 3, 4)", "[a, b, c]", [1, 2, [3, 4]]),
        ("x = 1\nx += 2", "x", 3),
        ("x = (y := 4) + 1", "x + y", 9),
        ('P = {"lr": 1}\nP["lr"] = 2\nP.update(m=3)', "P", {"lr": 2, "m": 3}),
        ("L = []\nL.append(1)\nfor i in range(3):\n    L.append(i)", "L", [1, 0, 1, 2]),
        ("L = [3, 1, 2]\nL.sort()\ndel L[0]", "L", [2, 3]),
        ("class Box:\n    pass\ndef get(self):\n    return 7\nBox.get = get", "Box().get()", 7),
        ("class Box:\n    pass\nsetattr(Box, 'get', lambda self: 8)", "Box().get()", 8),
        ("if 1 > 2:\n    x = 'a'\nelse:\n    x = 'b'", "x", "b"),
        ("try:\n    import not_there_at_all as m\nexcept ImportError:\n    m = None", "m", None),
        ("for lr in [1, 2]:\n    pass", "lr", 2),
        ("n = 0\nwhile n < 5:\n    n += 1", "n", 5),
        ("with __import__('contextlib').suppress(ValueError):\n    pass\nx = 3", "x", 3),
        ("sq = lambda v: v * v\nC = sq(3)", "C + sq(2)", 13),
        ("def a(): return b()\ndef b(): return 5", "a()", 5),
        (
            "TABLE = {}\ndef register(f):\n    TABLE[f.__name__] = f\n    return f\n@register\ndef h(): return 6",
            "TABLE['h']()",
            6,
        ),
        ("count = 0\ndef bump():\n    global count\n    count += 1\nbump()\nbump()", "count", 2),
        ("from functools import partial\nadd = partial(pow, 2)", "add(3)", 8),
        ("from collections import namedtuple\nP = namedtuple('P', 'a b')\np = P(1, 2)", "p.b", 2),
        ("from dataclasses import dataclass\n@dataclass\nclass C:\n    a: int = 4\nc = C()", "c.a", 4),
        ("x = 1; y = x + 1; z = '''a\nb'''; w = 3", "[y, z, w]", [2, "a\nb", 3]),
        ("é = 1; b = é + 1", "b", 2),
        ("T = {n: n ** 2 for n in range(3)}", "T[2]", 4),
        ("x = 1\ny = x\nx = 5", "[x, y]", [5, 1]),
    ],
)
def test_a_function_comes_with_all_it_depends_on(before: str, body: str, expected: object) -> None:
    assert answer(before, f"def knn_get_best_k(_):\n    return {body}") == expected


def test_needs_are_found_in_defaults_decorators_annotations_bases_and_nested_functions() -> None:
    cells = """
        from math import pi
        LOW, HIGH, STEP, SCALE = 1, 2, 3, 10
        def twice(f): return lambda x: 2 * f(x)
        class Base:
            factor = LOW
        """
    code = """
        @twice
        def knn_get_best_k(x: "unquoted is needed" = HIGH, *, step: type(pi) = STEP):
            class Inner(Base):
                pass
            def deeper():
                return [f"{SCALE}" for _ in range(1)][0]
            return int(deeper()) + Inner.factor + (lambda: step)()
        """
    assert answer(cells, code) == 28


def test_a_name_that_is_a_parameter_or_local_is_no_dependency() -> None:
    found = best_k("X = load_everything()\ny = X", "def knn_get_best_k(X):\n    y = X\n    return [X for X in [y]]")
    assert found.status == "present"
    assert len(found.statements) == 1


def test_the_last_definition_wins_as_after_run_all() -> None:
    assert answer("def knn_get_best_k(x): return 1", "def knn_get_best_k(x): return 2") == 2
    assert answer("C = 1", "def knn_get_best_k(x): return C", "C = 2") == 2


def test_a_left_over_loop_variable_does_not_replace_a_built_in() -> None:
    assert answer("def knn_get_best_k(x): return sum([1, 2])", "sum = 0\nfor max in [1]:\n    sum += max") == 3
    assert answer("def sum(v): return 'mine'", "def knn_get_best_k(x): return sum([1, 2])") == "mine"


def test_settings_of_the_whole_process_come_along() -> None:
    code = sliced("import torch as t\nt.set_default_dtype(t.float64)", "def knn_get_best_k(x): return 1")
    assert [s.code for s in code.statements][:2] == ["import torch as t", "t.set_default_dtype(t.float64)"]
    setting = "torch.set_default_tensor_type(torch.DoubleTensor)"
    code = sliced(f"import torch\n{setting}", "def knn_get_best_k(x): return 1")
    assert setting in [s.code for s in code.statements]


def test_a_setting_is_found_also_where_its_value_is_kept_or_a_block_makes_it() -> None:
    code = sliced(
        "import torch\n_ = torch.set_grad_enabled(False)\nif True:\n    torch.set_default_dtype(torch.float64)"
    )
    assert code.statements == ()
    code = sliced(
        "import torch\n_ = torch.set_grad_enabled(False)\nif True:\n    torch.set_default_dtype(torch.float64)",
        "def knn_get_best_k(x): return 1",
    )
    assert len(code.statements) == 4


def test_future_annotations_are_not_evaluated() -> None:
    cells = (
        "from __future__ import annotations",
        "def knn_get_best_k(\n    x: Nowhere[\n        int\n    ] = 3,\n) -> dict[\n    Nowhere, 1\n]:\n    return x",
    )
    code = sliced(*cells)
    assert run(code, "knn_get_best_k")["knn_get_best_k"]() == 3  # type: ignore[operator]
    assert code.statements[-1].code.count("\n") == cells[1].count("\n")


def test_an_annotation_from_a_library_that_is_not_installed_costs_nothing() -> None:
    cells = (
        "from nosuchtyping import Float\nimport nosuchpandas as pd\nTable = pd.DataFrame",
        "RATE: Float = 3",
        "def knn_get_best_k(x: Float[Table, 'n d'], *rest: pd.Series, y: Float = 2, **more: Float) -> pd.DataFrame:\n"
        "    def inner(a: Float) -> Float: return a\n"
        "    return inner(RATE)",
    )
    code = sliced(*cells)
    assert code.functions["knn_get_best_k"].status == "present"
    assert [statement.origin.cell for statement in code.statements] == [2, 3]
    assert run(code, "knn_get_best_k")["knn_get_best_k"](0) == 3  # type: ignore[operator]


# -- what does not


DATA = """
    import torch
    import numpy as np
    import matplotlib.pyplot as plt
    from google.colab import drive
    drive.mount('/content/drive')
    %cd /content/drive/MyDrive
    !ls -la
    from project1 import props
    data = props.load()
    X_train, y_train = data.x_train, data.y_train
    num_train = X_train.shape[0]
    files = !ls
    with open("secret") as file:
        text = file.read()
    frame = torch.load("x.pt")
    dists = compute_distances_two_loops(X_train, X_train)
    results = {}
    for lr in [1e-3]:
        results[lr] = train_linear_classifier(None, None, X_train, y_train)
    plt.plot(results); plt.show()
    """


def test_data_training_plots_and_drive_are_never_reached() -> None:
    code = sliced(DATA, "def knn_get_best_k(x):\n    return torch.tensor(np.pi)")
    assert [statement.code for statement in code.statements] == [
        "import torch",
        "import numpy as np",
        "def knn_get_best_k(x):\n    return torch.tensor(np.pi)",
    ]


@pytest.mark.parametrize("name", ["X_train", "num_train", "data", "files", "text", "file", "frame", "dists", "lr"])
def test_a_name_only_data_loading_binds_breaks_the_function_with_its_cell(name: str) -> None:
    found = best_k("import torch", DATA, f"def knn_get_best_k(x):\n    return helper()\ndef helper(): return {name}")
    assert found.status == "broken"
    assert found.message == (
        f"knn_get_best_k uses `{name}` (through `helper`), which is only made by loading data or training "
        "(knn.ipynb, cell 2); pass it as an argument instead"
    )


def test_a_data_name_used_by_one_graded_function_does_not_break_another_that_calls_it() -> None:
    code = sliced(
        DATA, "def predict_labels(d, y, k=1): return X_train", "def knn_get_best_k(x): return predict_labels(1, 2)"
    )
    assert code.functions["predict_labels"].status == "broken"
    assert code.functions["knn_get_best_k"].status == "present"
    assert code.functions["knn_get_best_k"].reaches == {"predict_labels"}


def test_a_constant_that_training_overwrites_keeps_its_first_value() -> None:
    assert answer("lr = 0.1", "lr = tune(lr)", "def knn_get_best_k(x): return lr") == 0.1


def test_an_unknown_name_is_left_to_fail_when_it_is_used() -> None:
    assert best_k("def knn_get_best_k(x): return nowhere").status == "present"


def test_imports_and_helpers_inside_a_block_that_is_never_run_are_saved() -> None:
    cell = '''
        try:
            import math
            from google.colab import drive
            drive.mount("/content/drive")
            def helper():
                """doc
        at the margin"""
                return math.floor(2.5)
            SCALE = 3
        except ImportError:
            SCALE = None
            import math
        '''
    assert answer(cell, "def knn_get_best_k(x): return helper()") == 2


def test_a_name_that_a_block_makes_of_data_stays_unmade() -> None:
    cell = "try:\n    X = props.load()\nexcept OSError:\n    X = None"
    assert best_k(cell, "def knn_get_best_k(x): return X").status == "broken"


def test_one_missing_module_in_an_import_of_several_costs_only_itself() -> None:
    assert answer("import math, not_there_at_all", "def knn_get_best_k(x): return math.floor(2.5)") == 2


# -- notebook syntax


def test_magics_shell_lines_and_help_are_cleaned_without_moving_a_line() -> None:
    code = sliced(
        """
        %load_ext autoreload
        !pip install \\
            something
        ?print
        print?
        if True:
            !ls
        %time K = 2
        TEXT = '''
        % not a magic
        ! nor a shell line
        '''
        pip install torch
        def knn_get_best_k(x):
            return K, TEXT.count("%"), 7 % K
        """
    )
    assert run(code, "knn_get_best_k")["knn_get_best_k"](0) == (2, 1, 1)  # type: ignore[operator]
    assert code.functions["knn_get_best_k"].origin is not None
    assert code.functions["knn_get_best_k"].origin.line == 15


def test_a_python_cell_magic_keeps_its_cell_and_another_language_is_left_out() -> None:
    assert answer("%%time\nK = 4", "def knn_get_best_k(x): return K") == 4
    assert best_k("%%bash\ndef knn_get_best_k(x): return 1").status == "missing"


def test_a_cell_that_is_indented_is_read_as_a_notebook_reads_it() -> None:
    source = SourceFile("knn.ipynb", "notebook", (Cell(1, "  K = 3\n  def knn_get_best_k(x):\n    return K"),))
    assert run(slice_part(source, KNN), "knn_get_best_k")["knn_get_best_k"](0) == 3  # type: ignore[operator]


# -- states of a function


@pytest.mark.parametrize(
    "body",
    [
        '"""doc"""\n    # a comment\n    raise NotImplementedError("x")',
        "pass",
        "...",
        "raise NotImplementedError",
        '"""only"""',
    ],
)
def test_an_untouched_stub_is_a_stub(body: str) -> None:
    assert best_k(f"def knn_get_best_k(x):\n    {body}").status == "stub"


def test_a_stub_pasted_below_the_work_says_which_definition_it_replaces() -> None:
    work, stub = "def knn_get_best_k(x):\n    return 1", "def knn_get_best_k(x):\n    raise NotImplementedError"
    found = best_k("x = 1", work, "x = 2", stub)
    assert (found.status, found.message) == (
        "stub",
        "knn_get_best_k is a stub again: the definition in cell 4 replaces the one in cell 2; delete the stub",
    )
    assert "the definition in cell 1, line 3 replaces the one in cell 1, line 1" in best_k(f"{work}\n{stub}").message
    assert best_k(stub, stub).message == ""
    assert best_k(stub, work).status == "present"


def test_a_definition_under_a_magic_that_only_writes_a_file_is_pointed_out() -> None:
    found = best_k("x = 1", "%%writefile knn.py\ndef knn_get_best_k(x):\n    return 1")
    assert (found.status, found.message) == (
        "missing",
        "knn_get_best_k was found under `%%writefile` (knn.ipynb, cell 2), where it is not run: delete that line",
    )


def test_a_stub_with_work_in_it_is_present() -> None:
    assert best_k("def knn_get_best_k(x):\n    k = 1\n    raise NotImplementedError").status == "present"


def test_a_class_is_a_stub_until_one_method_is_written() -> None:
    stub = (
        "class KnnClassifier:\n    def __init__(self, x, y):\n        pass\n    def predict(self, x, k=1):\n        {}"
    )
    assert sliced(stub.format("raise NotImplementedError")).functions["KnnClassifier"].status == "stub"
    assert sliced(stub.format("return x")).functions["KnnClassifier"].status == "present"
    patched = sliced(stub.format("raise NotImplementedError"), "KnnClassifier.predict = lambda self, x, k=1: x")
    assert patched.functions["KnnClassifier"].status == "present"
    assert len(patched.functions["KnnClassifier"].statements) == 2


@pytest.mark.parametrize("wrong", ["knn_get_bestk", "KNN_get_best_k", "knn_get_best_K"])
def test_a_misspelled_name_is_asked_about(wrong: str) -> None:
    found = best_k("x = 1", f"def {wrong}(x): return 1")
    assert (found.status, found.message) == (
        "missing",
        f"found `{wrong}` (knn.ipynb, cell 2): did you mean `knn_get_best_k`?",
    )


def test_a_function_inside_another_is_pointed_out() -> None:
    found = best_k("def f():\n    def knn_get_best_k(x): return 1")
    assert (
        found.message
        == "knn_get_best_k is defined inside something else (knn.ipynb, cell 1): move it to the left margin"
    )


def test_a_function_that_is_not_there_says_so() -> None:
    assert best_k("x = 1").message == "knn_get_best_k is not defined in knn.ipynb"
    assert "is imported (knn.ipynb, cell 1)" in best_k("from mine import knn_get_best_k").message


def test_a_syntax_error_breaks_only_its_cell() -> None:
    code = sliced(
        "import math\nHELP = 2",
        "import json\ndef predict_labels(d, y, k=1):\n    return (\n",
        "def knn_get_best_k(x): return HELP, json",
    )
    assert code.functions["knn_get_best_k"].status == "present"
    broken = code.functions["predict_labels"]
    assert broken.status == "broken"
    assert broken.message == (
        "predict_labels cannot be read: knn.ipynb, cell 2, line 3 has a syntax error ('(' was never closed)"
    )
    assert code.notes == ("knn.ipynb, cell 2, line 3 has a syntax error ('(' was never closed); its code was left out",)


def test_a_syntax_error_in_a_module_costs_one_definition() -> None:
    text = """import math
def predict_labels(d, y, k=1):
    return (

@staticmethod
def knn_get_best_k(x):
    return math.floor(2.5)
"""
    code = slice_part(SourceFile("knn.py", "module", (Cell(0, text),)), KNN)
    assert code.functions["predict_labels"].message == (
        "predict_labels cannot be read: knn.py, line 3 has a syntax error ('(' was never closed)"
    )
    best = code.functions["knn_get_best_k"]
    assert (best.status, str(best.origin)) == ("present", "knn.py, line 6")
    assert run(code, "knn_get_best_k")["knn_get_best_k"](0) == 2  # type: ignore[operator]


def test_a_syntax_error_in_a_cell_costs_only_the_piece_that_has_it() -> None:
    cell = """
        def predict_labels(dists, y_train, k=1)
            '''Labels.

        K = 3 is not code here
            '''
            return dists
        LIST = [
        4,
        ]
        def knn_get_best_k(x):
            return LIST[0]
        print(knn_get_best_k({}) +)
        LIST.append(5)
    """
    code = sliced(cell)
    assert run(code, "knn_get_best_k")["knn_get_best_k"](0) == 4  # type: ignore[operator]
    assert code.functions["predict_labels"].status == "broken"
    assert code.functions["predict_labels"].message == (
        "predict_labels cannot be read: knn.ipynb, cell 1, line 2 has a syntax error (expected ':')"
    )
    assert [note.partition(" has a ")[0] for note in code.notes] == [
        "knn.ipynb, cell 1, line 2",
        "knn.ipynb, cell 1, line 13",
    ]
    assert "LIST.append(5)" in [statement.code for statement in code.statements]


def test_a_body_cut_by_a_line_at_the_margin_is_not_taken_for_the_whole_function() -> None:
    code = sliced(
        "def knn_get_best_k(x):\n    y = 1\nprint(y)\n    return y\n\ndef predict_labels(d, y, k=1): return 1"
    )
    assert code.functions["knn_get_best_k"].status == "broken"
    assert code.functions["knn_get_best_k"].message == (
        "knn_get_best_k cannot be read: knn.ipynb, cell 1, line 4 has a syntax error (unexpected indent)"
    )
    assert code.functions["predict_labels"].status == "present"


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python reads it")
@pytest.mark.parametrize(
    "definition",
    [
        "def knn_get_best_k(x):\n    return f'{x['a']}'",
        "def knn_get_best_k[T](x: T):\n    return x",
        "class knn_get_best_k[T]:\n    pass",
    ],
)
def test_syntax_newer_than_the_grader_is_called_so(definition: str) -> None:
    code = sliced(f"def predict_labels(d, y, k=1):\n    return 1\n{definition}")
    assert code.functions["predict_labels"].status == "present"
    assert code.functions["knn_get_best_k"].status == "broken"
    runs = f"; this grader runs Python {sys.version_info.major}.{sys.version_info.minor})"
    assert code.functions["knn_get_best_k"].message.endswith(runs)


def test_a_print_in_newer_syntax_below_a_function_costs_nothing() -> None:
    code = sliced('type Pair = tuple\ndef knn_get_best_k(x):\n    return 1\nd = {\'a\': 1}\nprint(f"{d["a"]}")')
    assert code.functions["knn_get_best_k"].status == "present"
    assert run(code, "knn_get_best_k")["knn_get_best_k"](0) == 1  # type: ignore[operator]


def test_a_function_that_only_writes_a_name_of_the_training_is_not_broken() -> None:
    cells = ("best = tune()", "def knn_get_best_k(x):\n    global best\n    best = 3\n    return x")
    assert best_k(*cells).status == "present"


def test_a_helper_in_a_cell_with_a_syntax_error_is_named() -> None:
    found = best_k("def helper(:\n  pass", "def knn_get_best_k(x): return helper()")
    assert found.status == "broken"
    assert found.message.startswith("knn_get_best_k uses `helper`, but knn.ipynb, cell 1, line 1 has a syntax error (")


@pytest.mark.parametrize(
    "cell",
    [
        "x = " + "(" * 500 + ")" * 500,
        "x = " + "-" * 5000 + "1",
        "x = " + "+".join("1" * 3000),
        "x = a" + ".b" * 2000,
        "x = '\0'",
        "x = " + "9" * 100_000,
        "return 3",
        "def f(a, a): pass",
        "nonlocal x",
        "if x:\n" * 1000,
        "\f\n\x0c",
    ],
)
def test_code_made_to_break_a_parser_costs_only_its_cell(cell: str) -> None:
    assert answer(cell, "def knn_get_best_k(x): return 1") == 1


def test_statements_beyond_any_notebook_are_not_looked_at() -> None:
    code = sliced("def knn_get_best_k(x): return 1", "x = 1\n" * 4000)
    assert code.functions["knn_get_best_k"].status == "present"
    assert code.notes == ("knn.ipynb has more than 3000 statements; the rest of it was not looked at",)


# -- given classes, reaches, definition


GIVEN = """
import torch
class LinearSVM:
    def loss(self, X, y, reg):
        return svm_loss_vectorized(self.W, X, y, reg)
"""


def test_a_given_class_is_left_to_the_grader_and_what_it_needs_comes_along() -> None:
    code = sliced(
        "import torch\nclass LinearSVM:\n    edited = 1",
        "def svm_loss_vectorized(W, X, y, reg): return helper()\ndef helper(): return 1",
        "def test_one_param_set(cls, d, lr, reg, num_iters=1): return LinearSVM()",
        part=LINEAR_CLASSIFIER,
        given_source=GIVEN,
    )
    found = code.functions["test_one_param_set"]
    assert found.reaches == {"svm_loss_vectorized"}
    names = set().union(*(code.statements[index].binds for index in found.statements))
    assert names == {"svm_loss_vectorized", "helper", "test_one_param_set"}


def test_a_given_class_comes_along_where_a_statement_cannot_run_without_it() -> None:
    code = sliced(
        "class LinearClassifier: pass\nclass LinearSVM(LinearClassifier): pass",
        "TABLE = {'svm': LinearSVM}",
        "def test_one_param_set(cls: LinearClassifier, d, lr, reg): return TABLE",
        part=LINEAR_CLASSIFIER,
        given_source=GIVEN,
    )
    assert "TABLE" in run(code, "test_one_param_set")


def test_reaches_goes_through_helpers_and_other_graded_functions() -> None:
    code = sliced(
        "def predict_labels(d, y, k=1): return 1\ndef h(x): return predict_labels(x, x)",
        "def knn_cross_validate(x, y): return h(x)",
        "def knn_get_best_k(x): return knn_cross_validate(x, x)",
    )
    assert code.functions["knn_get_best_k"].reaches == {"knn_cross_validate", "predict_labels"}


def test_the_text_of_a_definition_is_its_last() -> None:
    source = notebook("def f(): return 1", "if True:\n    class f:\n        a = 1")
    assert definition(source, "f") == "    class f:\n        a = 1"
    assert definition(source, "g") is None


# -- places


def test_lines_are_those_of_the_cell() -> None:
    cell = "\n\n@decorate\n\ndef knn_get_best_k(x):\n    return 1 / 0"
    code = sliced("import math\ndef decorate(f): return f", cell)
    with pytest.raises(ZeroDivisionError) as caught:
        run(code, "knn_get_best_k")["knn_get_best_k"](0)  # type: ignore[operator]
    assert caught.traceback[-1].lineno + 1 == 6
    assert str(code.functions["knn_get_best_k"].origin) == "knn.ipynb, cell 2, line 5"


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_every_graded_function_can_be_sliced_out_of_its_master(part: catalog.Part) -> None:
    source = SourceFile(f"{part.name}.py", "module", (Cell(0, (MASTERS / f"{part.name}.py").read_text()),))
    code = slice_part(source, part)
    assert {name: function.status for name, function in code.functions.items()} == {
        function.name: "present" for function in part.functions
    }
    assert all(s.code.startswith(("import ", "from ", "def ", "class ", "@")) for s in code.statements)
    space = run(code, part.functions[-1].name)
    assert callable(space[part.functions[-1].name])


# -- the promise itself


@st.composite
def notebooks(draw: st.DrawFn) -> list[str]:
    """Cells of statements that bind, rebind, change and use each other's names at random."""
    names: list[str] = []  # plain values
    functions: list[str] = []
    lists: list[str] = []
    cells: list[list[str]] = [[]]

    def value() -> str:
        pieces = [str(draw(st.integers(0, 9)))]
        if names:
            pieces.append(draw(st.sampled_from(names)))
        if functions and draw(st.booleans()):
            pieces.append(f"{draw(st.sampled_from(functions))}({draw(st.integers(0, 3))})")
        if lists and draw(st.booleans()):
            pieces.append(f"len({draw(st.sampled_from(lists))})")
        return " + ".join(pieces)

    for number in range(draw(st.integers(4, 14))):
        kind = draw(st.sampled_from(["assign", "assign", "def", "def", "again", "list", "change", "block", "global"]))
        if kind == "assign":
            line = f"v{number} = {value()}"
            names.append(f"v{number}")
        elif kind == "again" and names:
            line = f"{draw(st.sampled_from(names))} {draw(st.sampled_from(['=', '+=', '*=']))} {value()}"
        elif kind == "list":
            line = f"l{number} = [{value()}]"
            lists.append(f"l{number}")
        elif kind == "change" and lists:
            line = f"{draw(st.sampled_from(lists))}.append({value()})"
        elif kind == "block" and names:
            line = f"if {value()} > 8:\n    {draw(st.sampled_from(names))} = {value()}\nelse:\n    {names[0]} -= 1"
        elif kind == "global" and names:
            name = draw(st.sampled_from(names))
            line = f"def g{number}():\n    global {name}\n    {name} = {value()}\ng{number}()"
        else:
            body = f"a + {value()}"
            fresh = not functions or draw(st.booleans())
            name = f"f{number}" if fresh else draw(st.sampled_from(functions))
            if not fresh:
                body = "a * 2"  # a later definition may not call itself through others without end
            line = f"def {name}(a):\n    return {body}"
            if fresh:
                functions.append(name)
        if draw(st.booleans()):
            cells.append([])
        cells[-1].append(line)
    graded = [function.name for function in KNN.functions if function.name.islower()][:4]
    for name in graded:
        cells.insert(draw(st.integers(0, len(cells))), [f"def {name}(a=1):\n    return [a, {value()}]"])
    return ["\n".join(cell) for cell in cells]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(notebooks())
def test_the_slice_computes_what_the_whole_notebook_would(cells: list[str]) -> None:
    whole: dict[str, object] = {}
    for cell in cells:
        exec(cell, whole)
    code = sliced(*cells)
    for function in KNN.functions[:4]:
        assert code.functions[function.name].status == "present", code.functions[function.name].message
        alone = run(code, function.name)[function.name]
        assert alone() == whole[function.name]()  # type: ignore[operator]
