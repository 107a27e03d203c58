"""What counts as a loop is measured: every disguise is one, and what does not grow with the data is none."""

from __future__ import annotations

from textwrap import indent

import pytest

from autograder.worker.warm import Warm
from tests.assignments import ALL, KNN
from tests.test_fairness import report_on

NONE, ONE = "compute_distances_no_loops", "compute_distances_one_loop"
ROW = "((x_train[i].reshape(1, -1) - x_test.flatten(1)) ** 2).sum(1)"
RIGHT = "a, b = x_train.flatten(1), x_test.flatten(1)\n"
SQUARES = "return (a * a).sum(1)[:, None] + (b * b).sum(1) - 2 * a @ b.T"


def verdict(warm: Warm, function: str, body: str, before: str = "") -> str:
    """What the grader says of the function's first check, "" where it passes."""
    source = f"import torch\n{before}\ndef {function}(x_train, x_test):\n{indent(body, '    ')}\n"
    first = next(o for o in report_on(warm, KNN, {function: source}, frozenset({function})).outcomes)
    return "" if first.points == first.max_points else first.message


DISGUISES = {
    "an object that is indexed": (
        "",
        f"class Q:\n    def __getitem__(self, i):\n        if i >= len(x_train):\n            raise IndexError\n"
        f"        return {ROW}\nreturn torch.stack(list(Q()))",
    ),
    "an object that is its own iterator": (
        "",
        f"class Q:\n    i = -1\n    def __iter__(self):\n        return self\n    def __next__(self):\n"
        f"        self.i += 1\n        if self.i == len(x_train):\n            raise StopIteration\n"
        f"        i = self.i\n        return {ROW}\nreturn torch.stack([*Q()])",
    ),
    "a function that calls itself": (
        "",
        f"def rows(i):\n    return [] if i == len(x_train) else [{ROW}, *rows(i + 1)]\nreturn torch.stack(rows(0))",
    ),
    "map": ("", f"return torch.stack(list(map(lambda i: {ROW}, range(len(x_train)))))"),
    "map of torch's own": (
        "",
        f"{RIGHT}c = list(map(torch.sub, a[:, None], [b] * len(a)))\nreturn (torch.stack(c) ** 2).sum(2)",
    ),
    "a key to sort by": (
        "",
        f"kept = []\nsorted(range(len(x_train)), key=lambda i: kept.append({ROW}) or i)\nreturn torch.stack(kept)",
    ),
    "a callable until it ends": (
        "",
        f"left = list(range(len(x_train)))\ndef row():\n    if not left:\n        return None\n    i = left.pop(0)\n"
        f"    return {ROW}\nreturn torch.stack(list(iter(row, None)))",
    ),
    "a comparison in a search": (
        "",
        f"kept = []\nclass Q:\n    def __eq__(self, i):\n        kept.append({ROW})\n        return False\n"
        "Q() in range(0)\nlist(range(len(x_train))).count(Q())\nreturn torch.stack(kept)",
    ),
    "a text that is replaced": (
        "import re",
        f"kept = []\ndef row(m):\n    i = len(kept)\n    kept.append({ROW})\n    return ''\n"
        "re.sub('x', row, 'x' * len(x_train))\nreturn torch.stack(kept)",
    ),
    "map of numpy's own": (
        "import numpy as np",
        f"{RIGHT}c = list(map(np.subtract, np.asarray(a)[:, None], [np.asarray(b)] * len(a)))\n"
        "return torch.tensor(np.stack(c) ** 2).sum(2)",
    ),
    "map of an operator over Python's numbers": (
        "import operator",
        f"{RIGHT}n = (a * a).sum(1).tolist()\nm = torch.tensor(list(map(operator.mul, n, [1.0] * len(n))))\n"
        "return m.to(a)[:, None] + (b * b).sum(1) - 2 * a @ b.T",
    ),
    "a key that is an object": (
        "import operator",
        f"class K:\n    __call__ = operator.neg\nn = sorted((x_train.flatten(1) ** 2).sum(1).tolist(), key=K())\n"
        f"{RIGHT}{SQUARES}",
    ),
    "a loop in a helper of a class": (
        f"class Rows:\n    def all(self, x_train, x_test):\n        return [{ROW} for i in range(len(x_train))]",
        "return torch.stack(Rows().all(x_train, x_test))",
    ),
    "rows by while": (
        "",
        f"i, kept = 0, []\nwhile i < len(x_train):\n    kept.append({ROW})\n    i += 1\nreturn torch.stack(kept)",
    ),
}
HARMLESS = {
    "a comprehension over axes": (
        "axes = tuple(i for i in range(1, x_train.dim()))\nD = 1\nfor size in x_train.shape[1:]:\n    D *= size\n"
        f"a, b = x_train.reshape(-1, D), x_test.reshape(-1, D)\n{SQUARES}"
    ),
    "map over the sizes of the axes": (
        "D = __import__('math').prod(map(int, x_train.shape[1:]))\n"
        f"a, b = x_train.reshape(-1, D), x_test.reshape(-1, D)\n{SQUARES}"
    ),
    "a loop over the two inputs": f"a, b = [x.flatten(1) for x in (x_train, x_test)]\n{SQUARES}",
    "a while that runs once": f"{RIGHT}done = False\nwhile not done:\n    done = True\n{SQUARES}",
    "a print": f"{RIGHT}print(a, b)\n{SQUARES}",
    "a generator of two": f"a, b = (x.flatten(1) for x in (x_train, x_test))\n{SQUARES}",
}


@pytest.mark.parametrize("disguise", DISGUISES, ids=str)
def test_a_loop_in_any_disguise_is_a_loop(warm: Warm, disguise: str) -> None:
    before, body = DISGUISES[disguise]
    assert f"{NONE} may not loop" in verdict(warm, NONE, body, before)


@pytest.mark.parametrize("way", HARMLESS, ids=str)
def test_what_does_not_grow_with_the_data_is_no_loop(warm: Warm, way: str) -> None:
    assert verdict(warm, NONE, HARMLESS[way]) == ""


def test_axes_are_free_beside_the_one_loop(warm: Warm) -> None:
    body = (
        "axes = tuple(i for i in range(1, x_train.dim()))\ndists = x_train.new_zeros(len(x_train), len(x_test))\n"
        "for i in range(len(x_train)):\n    dists[i] = ((x_test - x_train[i]) ** 2).sum(axes)\nreturn dists"
    )
    assert verdict(warm, ONE, body) == ""


def test_two_axes_are_one_loop_too_many(warm: Warm) -> None:
    body = (
        "class Row:\n    def __getitem__(self, j):\n        return ((x_test[j] - x_train[self.i]) ** 2).sum()\n"
        "dists, row = x_train.new_zeros(len(x_train), len(x_test)), Row()\n"
        "for row.i in range(len(x_train)):\n    dists[row.i] = torch.stack(list(row))\nreturn dists"
    )
    said = verdict(warm, ONE, body)
    assert "one Python loop only, but the more num_train and num_test, the more Python steps it takes" in said
    assert "cell" in said


def test_a_count_that_could_be_tampered_with_decides_nothing(warm: Warm) -> None:
    body = (
        f"import sys\nsys.settrace(None)\nkept = []\nfor i in range(len(x_train)):\n    kept.append({ROW})\n"
        "return torch.stack(kept)"
    )
    assert f"{NONE} may not loop: `for` loop" in verdict(warm, NONE, body)


def test_every_function_that_may_not_loop_as_it_likes_has_its_loops_counted() -> None:
    limited = [case for of in ALL for case in {case for _, case, _ in of.checks} if case.loops != "any"]
    assert len(limited) >= 12
    assert [case.__name__ for case in limited if len(case.sizes) < 2] == []


def test_only_the_loop_that_grows_is_named(warm: Warm) -> None:
    body = (
        "axes = [i for i in range(x_train.dim())]\nkept = []\n"
        f"for i in range(len(x_train)):\n    kept.append(\n        {ROW}\n    )\nreturn torch.stack(kept)"
    )
    said = verdict(warm, NONE, body)
    assert "`for` loop" in said and "comprehension" not in said
