"""Hostile files: notebooks that attack while they are read or defined, zips, modules, and files of weights."""

from __future__ import annotations

import io
import os
import pickle
import stat
import zipfile

import torch
from attack import Attack, notebook

RIGHT = """def knn_get_best_k(k_to_accuracies):
    return max(sorted(k_to_accuracies), key=lambda k: sum(k_to_accuracies[k]) / len(k_to_accuracies[k]))"""
WRONG = "def knn_get_best_k(k_to_accuracies):\n    return 0"
FILES = frozenset({"seccomp", "landlock", "user"})
NEVER_RUN = ("an_annotation", "a_class_getitem")  # the slice leaves annotations out, whatever layers there are


def attacks(tree: str) -> list[Attack]:
    """All of them.

    Args:
        tree: the folder that holds the grader's files.
    """
    reads = f"open({tree + '/solutions/project1/knn.py'!r}).read()"
    return [*at_definition(reads), *to_the_reader(reads), *zips(), *weights()]


def at_definition(reads: str) -> list[Attack]:
    """Code that runs while the notebook's definitions are made."""
    won = f"class Won(Exception):\n    pass\ndef win(*_, **__):\n    raise Won({reads})"
    cells = {
        "a_default_argument": ("Attack by a default argument", "def knn_get_best_k(k, x=win()):\n    return 0"),
        "a_decorator": ("Attack by a decorator", f"@win\n{WRONG}"),
        "an_annotation": ("Attack by an annotation", "def knn_get_best_k(k: win()):\n    return 0"),
        "a_class_body": ("Attack in a class body", f"class A:\n    win()\n{WRONG.replace('return 0', 'return A')}"),
        "a_metaclass": (
            "Attack by a metaclass",
            f"class M(type):\n    __call__ = __new__ = win\nclass A(metaclass=M):\n    pass\n{WRONG.replace('0', 'A')}",
        ),
        "a_class_getitem": (
            "Attack by __class_getitem__",
            "class A:\n    __class_getitem__ = win\ndef knn_get_best_k(k: A[int]):\n    return 0",
        ),
        "an_init_subclass": (
            "Attack by __init_subclass__",
            f"class A:\n    __init_subclass__ = win\nclass B(A):\n    pass\n{WRONG.replace('0', 'B')}",
        ),
    }
    found = [
        Attack(name, title, {"knn.ipynb": notebook(won, cell)}, layers=frozenset() if name in NEVER_RUN else FILES)
        for name, (title, cell) in cells.items()
    ]
    endings = {
        "a_constant": ("Attack in a constant the function needs", f"{won}\nK = [win() for _ in range(1)]"),
        "a_definition_that_never_ends": ("Define something for ever", "K = sum(iter(int, 1))"),
        "a_definition_that_takes_all_memory": ("Take all memory while it is defined", "K = bytearray(1 << 45)"),
        "a_definition_that_prints": (
            "Print without end while it is defined",
            "K = [print('x' * 10**7) for _ in range(10**6)]",
        ),
    }
    resets = (
        "import os, struct, time\n"
        's = b\'["d",[[["s","reply"],["s","loading"]],[["s","index"],["i","%s"]]]]\'\n'
        "def again(_):\n    for i in range(600):\n        t = s % hex(i if i < 3 else INDEX).encode()\n"
        "        os.write(4, struct.pack('<4sIQ', b'AGW1', len(t), 0) + t)\n        time.sleep(0.5)\n"
    )
    decorated = {
        "a_definition_that_exits": (
            "Exit while it is defined",
            f"import os\ndef again(_):\n    os._exit(0)\n@again\n{WRONG}",
        ),
        "a_definition_that_resets_the_clock": (
            "Say again and again that another definition has begun, to have its time",
            f"{resets.replace('INDEX', '2')}@again\n{WRONG}",
        ),
        "a_definition_that_is_not_there": (
            "Say that a definition beyond the last has begun, to confuse the grader's count",
            f"{resets.replace('INDEX', '10 ** 9')}@again\n{WRONG}",
        ),
    }
    found += [Attack(name, title, {"knn.ipynb": notebook(cell)}) for name, (title, cell) in decorated.items()]
    found += [
        Attack(name, title, {"knn.ipynb": notebook(cell, WRONG.replace("0", "K"))})
        for name, (title, cell) in endings.items()
    ]
    return found


def to_the_reader(reads: str) -> list[Attack]:
    """Notebooks and modules that are hard to read, or to slice."""
    confused = [
        WRONG,
        "%%bash\ncat /autograder/source/solutions/project1/knn.py",
        f"!cp -r /autograder/source . ; echo '{RIGHT[:20]}",
        "get_ipython().system('id')",
        "if False:\n    " + RIGHT.replace("\n", "\n    "),
        "# %%\n'''\n# Cell 1\n" + RIGHT + "\n'''",
    ]
    deep = "(" * 3000 + "1" + ")" * 3000
    chain = "\n".join(f"def h{i}():\n    return h{i + 1}()" for i in range(1000)) + "\ndef h1000():\n    return 0"
    found = {
        "cells_that_confuse": ("Shell cells, magics, dead code and texts that look like code", confused),
        "a_gigantic_integer": ("An integer of a billion digits", ["K = 10 ** 10 ** 9", WRONG.replace("0", "K")]),
        "a_gigantic_literal": (
            "A literal of a hundred thousand digits",
            ["K = " + "9" * 100_000, WRONG.replace("0", "K")],
        ),
        "deep_nesting": ("Brackets nested three thousand deep", [f"K = {deep}", WRONG.replace("0", "K")]),
        "deep_operators": ("Ten thousand operators in a row", ["K = " + "-" * 10_000 + "1", WRONG.replace("0", "K")]),
        "deep_attributes": ("Twenty thousand attributes in a row", ["K = a" + ".a" * 20_000, WRONG.replace("0", "K")]),
        "a_chain_of_helpers": (
            "A thousand helpers, each calling the next",
            [chain, "def knn_get_best_k(k):\n    return h0()"],
        ),
        "star_imports": ("Star imports over the function's names", [WRONG, "from os import *\nfrom torch import *"]),
        "code_as_text": ("Code executed from text, which no slicer can see", [f"exec({('x = ' + reads)!r})\n" + WRONG]),
        "characters_that_hide": (
            "Null characters, half surrogates and controls in the code",
            ["x = '\x00\ud800\u202e'\n" + WRONG],
        ),
        "a_name_of_a_megabyte": ("Names of a hundred thousand characters", ["x" * 100_000 + " = 1\n" + WRONG]),
        "its_own_exceptions": (
            "A graded function that is replaced after the slice by a class with __call__ and __eq__",
            [WRONG, "class A:\n    __eq__ = __call__ = lambda *_: True\nknn_get_best_k = A()"],
        ),
    }
    attacks = [Attack(name, title, {"knn.ipynb": notebook(*cells)}) for name, (title, cells) in found.items()]
    files: dict[str, tuple[str, dict[str, str | bytes]]] = {
        "json_a_million_deep": (
            "A notebook of lists in lists, a million deep",
            {"knn.ipynb": "[" * 1_000_000, "knn.py": WRONG},
        ),
        "json_of_the_wrong_kind": (
            "A notebook whose cells are numbers, texts and nothing",
            {
                "knn.ipynb": '{"cells": [1, "a", null, {"cell_type": 3, "source": {"a": 1}}], "nbformat": "x"}',
                "knn.py": WRONG,
            },
        ),
        "a_notebook_that_is_none": ("A notebook of random bytes", {"knn.ipynb": os.urandom(10_000), "knn.py": WRONG}),
        "a_module_named_torch": (
            "Modules of the student's named torch, json and sitecustomize",
            {
                "knn.ipynb": notebook("import torch", WRONG.replace("0", "torch.HACKED")),
                "torch.py": "HACKED = 1\nprint('redteam was here')",
                "json.py": "raise SystemExit",
                "sitecustomize.py": "raise SystemExit",
                "conftest.py": "raise SystemExit",
                "autograder/__init__.py": "raise SystemExit",
            },
        ),
        "names_of_markup": (
            "Files whose names are HTML, escapes and Gradescope's fields",
            {'<img src=x onerror=alert(1)>\x1b[2J", "score": 100.ipynb': notebook(WRONG)},
        ),
        "a_file_of_results": (
            "Files named as the grader's own: results.json, submission_metadata.json, run_autograder",
            {"knn.ipynb": notebook(WRONG), "results.json": '{"score": 100}', "run_autograder": "#!/bin/sh"},
        ),
    }
    return attacks + [Attack(name, title, given) for name, (title, given) in files.items()]


def zips() -> list[Attack]:
    """Zips that bite who unpacks them."""
    good = notebook(WRONG)
    out = {"../../../tmp/redteam-was-here": b"x", "/tmp/redteam-was-here": b"x", "..\\..\\redteam-was-here.py": b"x"}
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as file:
        for number in range(5):
            file.writestr(f"bomb{number}.ipynb", bytes(30 << 20))
    link = zipfile.ZipInfo("solution.py")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    linked = io.BytesIO()
    with zipfile.ZipFile(linked, "w") as file:
        file.writestr(link, "/autograder/source/solutions/project1/knn.py")
        file.writestr("knn.ipynb", good)
    nested = _zip({"knn.ipynb": good.encode()})
    for _ in range(10):
        nested = _zip({"inner.zip": nested})
    damaged = bytearray(_zip({"knn.ipynb": good.encode()}))
    damaged[40:60] = b"\xff" * 20
    found = {
        "a_zip_that_leads_out": ("A zip with paths that lead out of it", _zip({**out, "knn.ipynb": good.encode()})),
        "a_zip_bomb": ("A zip that unpacks to 150 MB", bomb.getvalue()),
        "a_zip_of_links": ("A zip with a symbolic link to the solutions", linked.getvalue()),
        "zips_in_zips": ("A zip in a zip in a zip, ten deep", nested),
        "a_damaged_zip": ("A zip whose lengths are lies", bytes(damaged)),
        "a_zip_of_many": (
            "A zip of 30,000 files",
            _zip({f"{n}.txt": b"" for n in range(30_000)} | {"knn.ipynb": good.encode()}),
        ),
    }
    return [Attack(name, title, {"work.zip": data, "knn.py": WRONG}) for name, (title, data) in found.items()]


def weights() -> list[Attack]:
    """Files of weights that do more than hold weights."""

    class Runs:
        def __reduce__(self) -> tuple[object, ...]:
            return os.system, ("touch /tmp/redteam-was-here",)

    saved = io.BytesIO()
    torch.save({"W": Runs()}, saved)
    honest = io.BytesIO()
    torch.save({"W": torch.full((3073, 10), torch.nan)}, honest)
    expanded = io.BytesIO()
    torch.save({"W": torch.zeros(1).expand(1 << 20, 1 << 20)}, expanded)
    found = {
        "weights_that_run_code": ("Weights that run a command where they are loaded", saved.getvalue()),
        "weights_that_are_a_pickle": ("A plain pickle that runs a command", pickle.dumps(Runs())),
        "weights_of_nan": ("Weights of NaN", honest.getvalue()),
        "weights_that_grow": ("Weights of 10^12 numbers in one", expanded.getvalue()),
        "weights_cut_short": ("Half a file of weights", honest.getvalue()[:5000]),
    }
    return [
        Attack(name, title, {"svm_best_model.pt": data, "linear_classifier.py": "x = 1\n"}, "svm_best_model.pt")
        for name, (title, data) in found.items()
    ]


def _zip(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, data in files.items():
            file.writestr(name, data)
    return buffer.getvalue()
