"""What a graded function may not use is found however it is reached, and honest code is left alone."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from autograder import catalog
from autograder.submission.rules import Violation, violations
from autograder.submission.slice import slice_part
from autograder.submission.source import Cell, SourceFile
from tests.assignments import KNN, LINEAR_CLASSIFIER, OPTIMIZERS, PARTS

MASTERS = Path(__file__).parent.parent / "solutions" / "project1"


def found(part: catalog.Part, name: str, *cells: str) -> tuple[Violation, ...]:
    source = SourceFile(
        f"{part.name}.ipynb", "notebook", tuple(Cell(n, textwrap.dedent(cell)) for n, cell in enumerate(cells, 1))
    )
    code = slice_part(source, part)
    assert code.functions[name].status == "present", code.functions[name].message
    return violations(code, part.function(name))


def distances(
    body: str, before: str = "import torch", name: str = "compute_distances_two_loops"
) -> tuple[Violation, ...]:
    body = textwrap.indent(textwrap.dedent(body).strip("\n"), "    ")
    return found(KNN, name, before, f"def {name}(x_train, x_test):\n{body}")


def loss(body: str, before: str = "import torch", name: str = "softmax_loss_naive") -> tuple[Violation, ...]:
    body = textwrap.indent(textwrap.dedent(body).strip("\n"), "    ")
    return found(LINEAR_CLASSIFIER, name, before, f"def {name}(W, X, y, reg):\n{body}")


# -- forbidden names


def test_the_message_names_the_function_the_reason_the_thing_and_the_place() -> None:
    assert [v.message for v in distances("a = 1\nreturn torch.cdist(x_train, x_test) ** 2")] == [
        "compute_distances_two_loops may not use a ready-made distance or norm: "
        "`torch.cdist` (knn.ipynb, cell 2, line 3)"
    ]


@pytest.mark.parametrize(
    ("before", "body"),
    [
        ("import torch", "return torch.cdist(x_train, x_test)"),
        ("import torch as t", "return t.cdist(x_train, x_test)"),
        ("from torch import cdist", "return cdist(x_train, x_test)"),
        ("from torch import cdist as f", "return f(x_train, x_test)"),
        ("from torch import *", "return cdist(x_train, x_test)"),
        ("import torch\nd = torch.cdist", "return d(x_train, x_test)"),
        ("import torch\nd = torch.cdist\ne = d", "return e(x_train, x_test)"),
        ("import torch\nd = [torch.cdist]", "return d[0](x_train, x_test)"),
        ("import torch\nT = {'a': torch.norm}", "return T['a'](x_train)"),
        ("import torch.nn.functional as F", "return F.pairwise_distance(x_train, x_test)"),
        ("import torch.nn.functional as F", "return F.relu(x_train)"),
        ("from torch import nn", "return nn.PairwiseDistance()(x_train, x_test)"),
        ("import torch", "from torch.linalg import vector_norm as v\nreturn v(x_train)"),
        ("import torch", "return (x_train - x_test).norm() ** 2"),
        ("import torch", "f = x_train.norm\nreturn f()"),
        ("import torch", "return x_train.dist(x_test)"),
        ("import torch", "return torch.Tensor.norm(x_train)"),
        ("import torch", "return type(x_train).norm(x_train)"),
        ("import torch", "return getattr(torch, 'cdist')(x_train, x_test)"),
        ("import torch", "return getattr(torch, 'cd' + 'ist')(x_train, x_test)"),
        ("import torch", "a = 'cd'\nreturn getattr(torch, f'{a}ist')(x_train, x_test)"),
        ("import torch", "return getattr(torch, ''.join(['cd', 'ist']))(x_train, x_test)"),
        ("import torch", "return getattr(torch, 'tsidc'[::-1])(x_train, x_test)"),
        ("import torch", "return getattr(x_train, 'norm')()"),
        ("import torch", "return torch.__dict__['norm'](x_train)"),
        ("import torch", "return vars(torch)['norm'](x_train)"),
        ("import torch", "return torch.__dict__.get('norm')(x_train)"),
        ("from operator import attrgetter, methodcaller", "return methodcaller('norm')(x_train)"),
        ("import sys", "return sys.modules['torch'].cdist(x_train, x_test)"),
        ("import torch", "return __import__('torch').cdist(x_train, x_test)"),
        ("import importlib", "return importlib.import_module('torch').cdist(x_train, x_test)"),
        ("import importlib", "return importlib.import_module('scipy.spatial').distance_matrix(x_train, x_test)"),
        ("import torch", "return globals()['torch'].norm(torch.ones(3))"),
        ("import torch\ndef helper(a): return torch.norm(a)", "return helper(x_train)"),
        ("import torch\ndef a(x): return b(x)\ndef b(x): return x.norm()", "return [f(x_train) for f in (a,)]"),
        ("import torch\nh = lambda a: a.norm()", "return h(x_train)"),
        ("import torch", "def inner(a):\n    return a.norm()\nreturn inner(x_train)"),
        ("import torch", "return (lambda a: a.norm())(x_train)"),
        ("import torch\nclass H:\n    def go(self, a): return a.norm()", "return H().go(x_train)"),
        ("import torch\nclass H:\n    def __call__(self, a): return a.norm()\nh = H()", "return h(x_train)"),
        ("import torch\nclass H:\n    def norm(self): return 1", "return x_train.norm() + H().norm()"),
        ("import functools, torch", "return functools.partial(torch.norm, p=2)(x_train)"),
        ("import torch", "return list(map(torch.norm, x_train))"),
        ("import numpy as np", "return np.linalg.norm(x_train)"),
        ("import math", "return math.dist(x_train, x_test)"),
        ("from scipy.spatial import distance", "return distance.squareform(x_train)"),
        ("import torch", "return torch._cdist_forward(x_train, x_test, 2.0, None)"),
        ("import torch", "return torch.ops.aten.linalg_vector_norm(x_train)"),
        ("import torch", "return eval('torch.cdist(x_train, x_test)')"),
        ("import torch", "exec('import scipy')"),
        ("import torch", "if (d := torch.cdist) is not None:\n    return d(x_train, x_test)"),
        ("import torch\n@torch.norm\ndef helper(a): return a", "return helper(x_train)"),
        ("import torch\ndef helper(a, f=torch.norm): return f(a)", "return helper(x_train)"),
    ],
)
def test_a_forbidden_distance_is_found_however_it_is_reached(before: str, body: str) -> None:
    messages = [violation.message for violation in distances(body, before)]
    assert messages
    assert all(
        m.startswith("compute_distances_two_loops may not use a ready-made distance or norm: ") for m in messages
    )


@pytest.mark.parametrize(
    ("before", "body"),
    [
        ("import torch", '"""Like torch.cdist and x.norm()."""\n# torch.cdist\nreturn "torch.cdist"'),
        ("import torch", "dist = torch.zeros(3)\ndist[0] = 1\nreturn dist"),
        ("import torch", "dist = norm = dists = {'norm': 1, 'dist': 2}\nreturn dist['norm'] + dists['dist']"),
        ("import torch\nclass Box:\n    norm = 3", "return Box.norm + Box().norm"),
        ("import torch\nclass Box:\n    def norm(self):\n        return 3", "return Box().norm()"),
        (
            "class Box:\n    def norm(self):\n        return 3\n    def go(self):\n        return self.norm()",
            "return Box().go()",
        ),
        ("import torch\ndef dist(a, b): return ((a - b) ** 2).sum()", "return dist(x_train, x_test)"),
        ("import torch\ndef go(norm, dist=2): return norm + dist", "return go(norm=1, dist=3)"),
        ("import torch\nfrom torch import nn, cdist", "return x_train.sum()"),
        (
            "import torch\nfrom torch import nn\ndef h(x: nn.Module) -> nn.Module: return x",
            "v: nn.Module = h(x_train)\nreturn v",
        ),
        ("import torch\nfrom torch import cdist", "def inner(cdist):\n    return cdist\nreturn inner(3)"),
        ("import torch", "return torch.sqrt(((x_train[:, None] - x_test) ** 2).sum(-1))"),
        ("import torch\ndef unused(): return torch.cdist(1, 2)", "return x_train @ x_test.T"),
        ("import torch\ndef h(): return torch.norm\ndef h(): return 1", "return h()"),
        ("import torch", "return torch.nn"[:0] + "return torch.baddbmm(x_train, x_test, x_test)"),
    ],
)
def test_honest_code_with_unlucky_names_is_left_alone(before: str, body: str) -> None:
    assert distances(body, before) == ()


@pytest.mark.parametrize(
    ("before", "body"),
    [
        ("import torch", "W.requires_grad_()\nreturn W.sum().backward()"),
        ("import torch", "W.requires_grad = True"),
        ("import torch", "V = torch.tensor([1.0], requires_grad=True)"),
        ("from torch.autograd import grad", "return grad(W.sum(), W)"),
        ("from torch.autograd import Variable", "return Variable(W, requires_grad=True)"),
        ("import torch", "return torch.autograd.Variable(W).sum().backward()"),
        ("import torch", "return torch.autograd.no_grad.backward"),
        ("import torch", "return (torch.autograd,)[0].grad(W.sum(), W)"),
        ("import torch", "return torch.func.grad(lambda w: w.sum())(W)"),
        ("from torch.func import jacrev", "return jacrev(lambda w: w)(W)"),
        ("import torch", "with torch.enable_grad():\n    pass"),
        ("import torch.nn.functional as F", "return F.cross_entropy(X @ W, y)"),
        ("import torch", "return torch.nn.CrossEntropyLoss()(X @ W, y)"),
        ("from torch.nn.functional import nll_loss", "return nll_loss(X @ W, y)"),
        ("import torch", "return torch.nn.MultiMarginLoss()(X @ W, y)"),
    ],
)
def test_autograd_and_ready_made_losses_are_found(before: str, body: str) -> None:
    assert loss(body, before)


@pytest.mark.parametrize(
    ("before", "body"),
    [
        (
            "import torch\nimport torch.nn.functional as F",
            "p = F.softmax(X @ W, 1)\nq = F.one_hot(y)\nreturn F.relu(p) + torch.logsumexp(p, 1) + F.log_softmax(p, 1)",
        ),
        ("import torch", "with torch.no_grad():\n    return W.detach().requires_grad_(False)"),
        ("import torch", "with torch.autograd.no_grad():\n    return W"),
        ("from torch.autograd import Variable, no_grad as off", "with off():\n    return Variable(W)"),
        ("from torch import autograd", "autograd.set_detect_anomaly(False)\nautograd.set_grad_enabled(False)"),
        ("import torch", "if W.requires_grad:\n    W = W.detach()\nreturn W.grad"),
        ("import torch", "W.requires_grad = False\nreturn torch.zeros(3, requires_grad=False)"),
        ("import torch", "loss = cross_entropy = 0.0\nreturn loss + cross_entropy"),
    ],
)
def test_the_building_blocks_of_a_loss_are_fine(before: str, body: str) -> None:
    assert loss(body, before) == ()


def test_optimizers_may_not_come_from_torch() -> None:
    body = "def sgd(w, dw, config=None):\n    return optim.SGD([w], lr=1).step(), config"
    assert [v.message for v in found(OPTIMIZERS, "sgd", "from torch import optim", body)] == [
        "sgd may not use a ready-made optimizer: `torch.optim.SGD` (optimizers.ipynb, cell 2, line 2)"
    ]


# -- loops


ONE, NONE = "compute_distances_one_loop", "compute_distances_no_loops"


def test_the_message_of_a_loop_names_it_its_helper_and_its_place() -> None:
    helper = "def rows(x):\n    return [r for r in x]"
    assert [v.message for v in distances("return rows(x_train)", helper, NONE)] == [
        "compute_distances_no_loops may not loop: "
        "list comprehension in `rows`, which it uses (knn.ipynb, cell 1, line 2)"
    ]
    assert [v.message for v in distances("for a in x_train:\n    for b in x_test:\n        pass", "", ONE)] == [
        "compute_distances_one_loop may have one Python loop only; a second: `for` loop (knn.ipynb, cell 2, line 3)"
    ]


LOOPING = [
    ("", "for a in x_train:\n    pass"),
    ("", "while True:\n    break"),
    ("", "return [a for a in x_train]"),
    ("", "return {a for a in x_train}"),
    ("", "return {a: 1 for a in x_train}"),
    ("", "return sum(a for a in x_train)"),
    ("", "return list(map(lambda a: a, x_train))"),
    ("", "m = map\nreturn list(m(abs, x_train))"),
    ("", "return list(filter(None, x_train))"),
    ("from functools import reduce", "return reduce(max, x_train)"),
    ("import torch", "return torch.vmap(abs)(x_train)"),
    ("from torch.func import vmap as v", "return v(abs)(x_train)"),
    ("import numpy as np", "return np.vectorize(abs)(x_train)"),
    ("import numpy as np", "return np.apply_along_axis(abs, 0, x_train)"),
    ("", "return x_train.apply_(abs)"),
    ("", "return (lambda v: [a for a in v])(x_train)"),
    ("", "f = lambda v: [a for a in v]\nreturn f(x_train)"),
    ("", "def inner(v):\n    for a in v:\n        return a\nreturn inner(x_train)"),
    ("def h(v):\n    while v:\n        return v", "return h(x_train)"),
    ("def h(v): return g(v)\ndef g(v): return [a for a in v]", "return h(x_train)"),
    ("h = lambda v: [a for a in v]", "return h(x_train)"),
    ("class H:\n    def go(self, v):\n        return [a for a in v]", "return H().go(x_train)"),
    ("class H:\n    def __init__(self, v):\n        self.v = [a for a in v]", "return H(x_train).v"),
    ("class H:\n    def __call__(self, v):\n        return [a for a in v]\nh = H()", "return h(x_train)"),
    (
        "def compute_distances_two_loops(a, b):\n    for x in a:\n        pass",
        "return compute_distances_two_loops(1, 2)",
    ),
    ("import torch\n@torch.vmap\ndef h(a): return a", "return h(x_train)"),
    ("", "return sorted(range(9), key=lambda i: x_train[i])"),
    ("def h(i): return i", "return min(range(9), key=h)"),
    ("def h(i): return i", "f = h\nreturn max(range(9), key=f)"),
    ("", "rows = [1, 2]\nrows.sort(key=lambda i: x_train[i])\nreturn rows"),
    ("import re", "return re.sub('.', lambda m: str(x_train), 'aaa')"),
    ("import re\nP = re.compile('.')\ndef h(m): return ''", "return P.sub(h, 'aaa')"),
    ("import functools\ndef h(a, b): return a", "return functools.reduce(h, x_train)"),
    ("import functools\ndef h(a, b): return a", "return sorted(x_train, key=functools.cmp_to_key(h))"),
    ("class H:\n    def __call__(self, i): return i", "return sorted(x_train, key=H())"),
    ("def h(): return 0", "return list(iter(h, 3))"),
    ("import torch", "t = (torch,)[0]\nreturn t.vmap(len)(x_train)"),
    ("import torch\nT = {'a': [torch]}", "return T['a'][0].vmap(len)(x_train)"),
    ("import torch\nT = {'a': torch.vmap}", "return T.get('a')(len)(x_train)"),
    ("import torch", "return getattr(torch, 'vmap')(len)(x_train)"),
    ("import functools\ndef h(v, w):\n    return [a for a in v]", "return functools.partial(h, x_train)(3)"),
]
RECURSIVE = [
    ("", "return {name}(x_train[1:], x_test)"),
    ("def h(v): return h(v[1:])", "return h(x_train)"),
    ("def h(v): return g(v)\ndef g(v): return h(v)", "return h(x_train)"),
]


@pytest.mark.parametrize(("before", "body"), LOOPING + RECURSIVE)
def test_any_loop_counts_where_none_is_allowed(before: str, body: str) -> None:
    assert distances(body.replace("{name}", NONE), before, NONE)


@pytest.mark.parametrize(("before", "body"), LOOPING)
def test_one_loop_of_any_kind_is_allowed_where_one_is(before: str, body: str) -> None:
    assert distances(body, before, ONE) == ()


@pytest.mark.parametrize(("before", "body"), RECURSIVE)
def test_recursion_is_no_single_loop(before: str, body: str) -> None:
    assert distances(body.replace("{name}", ONE), before, ONE)


@pytest.mark.parametrize(
    ("before", "body"),
    [
        ("", "for a in x_train:\n    pass\nfor b in x_test:\n    pass"),
        ("", "return [a for a in x_train for b in x_test]"),
        ("", "for a in x_train:\n    sum(b for b in x_test)"),
        ("def h(v):\n    for a in v:\n        pass", "for a in x_train:\n    h(a)"),
        ("def h(v):\n    for a in v:\n        pass", "h(x_train)\nh(x_test)"),
        ("def h(v):\n    for a in v:\n        pass\ndef g(v):\n    for a in v:\n        pass", "h(x_train)\ng(x_test)"),
        ("", "def inner(v):\n    for a in v:\n        pass\nfor a in x_train:\n    inner(a)"),
        ("", "for a in x_train:\n    list(map(abs, x_test))"),
    ],
)
def test_a_second_loop_is_found_nested_or_after_the_first(before: str, body: str) -> None:
    assert distances(body, before, ONE)


@pytest.mark.parametrize(
    ("before", "body"),
    [
        ("import torch", "x = x_train.reshape(len(x_train), -1)\nreturn (x * x).sum(1) - 2 * x @ x.T"),
        ("import torch", "if x_train.dim() > 2:\n    x_train = x_train.flatten(1)\nreturn x_train @ x_train.T"),
        ("def h(v): return v * 2", "return h(h(x_train))"),
        ("def h(v): return v * 2\ndef unused(v): return [a for a in v]", "return h(x_train)"),
        ("def h(v):\n    return [a for a in v]\ndef h(v):\n    return v", "return h(x_train)"),
        ("import math", "return x_train.view(-1, math.prod(x_train.shape[1:]))"),
        ("", "map = filter = x_train\nreturn map @ filter"),
        ("def h(v): return v", "return max(h(x_train), sorted([3, 1], key=len), x_train.sort().values)"),
        ("def h(v): return v\nT = (h, [3])", "return T[0](x_train[T[1][0]])"),
        ("ROWS = [i for i in range(3)]", "return x_train[ROWS]"),
    ],
)
def test_honest_code_without_loops_is_left_alone(before: str, body: str) -> None:
    assert distances(body, before, NONE) == ()


REGULARIZER = "def l2_regularization(W, reg):\n    for w in W:\n        pass\n    return w, w"


def test_a_graded_function_that_the_task_builds_on_may_loop() -> None:
    assert loss("return l2_regularization(W, reg)", REGULARIZER, "svm_loss_vectorized") == ()
    assert loss("return help(W)\ndef help(W): return l2_regularization(W, 1)", REGULARIZER, "svm_loss_vectorized") == ()


def test_another_graded_function_and_a_loop_around_the_needed_one_still_count() -> None:
    naive = "def svm_loss_naive(W, X, y, reg):\n    for x in X:\n        pass"
    assert [v.message for v in loss("return svm_loss_naive(W, X, y, reg)", naive, "svm_loss_vectorized")] == [
        "svm_loss_vectorized may not loop: `for` loop in `svm_loss_naive`, which it uses "
        "(linear_classifier.ipynb, cell 1, line 2)"
    ]
    body = "for x in X:\n    l2_regularization(W, reg)"
    assert [v.message for v in loss(body, REGULARIZER, "svm_loss_vectorized")] == [
        "svm_loss_vectorized may not loop: `for` loop (linear_classifier.ipynb, cell 2, line 2)"
    ]


def test_a_function_handed_over_to_be_called_for_each_entry_is_named_as_a_loop() -> None:
    assert [v.message for v in distances("return sorted(x_train, key=lambda x: x[0])", "", NONE)] == [
        "compute_distances_no_loops may not loop: `sorted`, which calls Python for each entry "
        "(knn.ipynb, cell 2, line 2)"
    ]


def test_one_loop_in_each_branch_is_one_loop() -> None:
    body = (
        "if len(x_train) < len(x_test):\n    for a in x_train:\n        pass\nelse:\n    for b in x_test:\n        pass"
    )
    assert distances(body, "", ONE) == ()


def test_tangled_code_is_refused_in_time() -> None:
    names = "\n".join(f"a{n} = b{n} = a{n + 1}\na{n} = b{n + 1}\nb{n} = a{n + 1}" for n in range(40))
    body = "\n".join(
        f"a{n} = b{n + 1}.x or a{n + 1}.norm\nb{n} = a{n + 1}.y\na{n} = b{n + 1}\nb{n} = b{n + 1}" for n in range(40)
    )
    assert all("tangled" in v.message or "norm" in v.message for v in distances(f"{body}\nreturn a0()", names))


# -- the reference


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_the_reference_breaks_no_rule(part: catalog.Part) -> None:
    code = slice_part(
        SourceFile(f"{part.name}.py", "module", (Cell(0, (MASTERS / f"{part.name}.py").read_text()),)), part
    )
    assert {function.name: violations(code, function) for function in part.functions} == {
        function.name: () for function in part.functions
    }
