"""Mutants of a function: each differs from it in one place, as a slip of the pen would.

A mutant that passes every check of its function shows that the checks would not see such a slip.
"""

from __future__ import annotations

import ast
import copy
import difflib
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

# An operator becomes each of these.
OPERATORS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.FloorDiv: (ast.Div, ast.Mult),
    ast.Mod: (ast.Mult,),
}
COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
PAIRS = (
    ("min", "max"),
    ("argmin", "argmax"),
    ("amin", "amax"),
    ("sum", "mean"),
    ("zeros", "ones"),
    ("zeros_like", "ones_like"),
    ("new_zeros", "new_ones"),
    ("rand", "randn"),
    ("exp", "log"),
    ("argsort", "sort"),
    ("append", "extend"),
    ("add_", "sub_"),
    ("mul_", "div_"),
    ("addcmul_", "addcdiv_"),
)
NAMES = {a: b for pair in PAIRS for a, b in (pair, pair[::-1])}
NO_VALUE = ("device", "strict")
NOT_CODE = ("annotation", "returns", "decorator_list", "bases", "type_params", "ctx")
DROPPED = (ast.Expr, ast.Assign, ast.AugAssign, ast.If, ast.For, ast.Assert)


@dataclass(frozen=True)
class Mutant:
    """One mutant.

    Attributes:
        change: the lines that differ, as the formatted source has them: "- old" over "+ new".
        source: the whole function.
    """

    change: str
    source: str


def mutants_of(source: str, numbers: bool = True) -> tuple[Mutant, ...]:
    """Every mutant of the one function or class that a source defines, in the order of the source.

    Those that read alike are one; those that do not compile are left out.

    Args:
        source: the definition.
        numbers: whether its numbers are mutated; where they are free to choose, another is as right.
    """
    tree = ast.parse(source)
    original = ast.unparse(tree)
    found: dict[str, Mutant] = {}
    for i, (_, node) in enumerate(places(tree)):
        if isinstance(node, ast.Constant) and not numbers:
            continue
        for change in changes(node):
            mutated = copy.deepcopy(tree)
            put, here = list(places(mutated))[i]
            put(change(here))
            text = ast.unparse(ast.fix_missing_locations(mutated))
            if text != original and text not in found and _compiles(text):
                found[text] = Mutant(difference(original, text), text)
    return tuple(found.values())


def difference(old: str, new: str) -> str:
    """The lines in which two sources differ."""
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), n=0, lineterm="")
    shown = [f"{line[0]} {line[1:].strip()}" for line in lines if line[:3] not in ("---", "+++") and line[0] in "+-"]
    return "\n".join(shown)


Put = Callable[[Any], None]


def places(node: ast.AST) -> Iterator[tuple[Put, ast.AST]]:
    """Every place in the code below a node, with what puts something else there.

    Docstrings, types, what is printed and what no value hangs on here are passed over: nothing is graded by them.
    """
    for field, value in ast.iter_fields(node):
        if field in NOT_CODE:
            continue
        for put, item in _items(node, field, value):
            if isinstance(item, ast.AST) and not _without_value(item):
                yield put, item
                yield from places(item)


def _items(node: ast.AST, field: str, value: Any) -> Iterator[tuple[Put, Any]]:
    if isinstance(value, list):
        for i, item in enumerate(value):
            yield _into_list(value, i), item
    else:
        yield _into_field(node, field), value


def _into_list(items: list[Any], i: int) -> Put:
    return lambda new: items.__setitem__(i, new)


def _into_field(node: ast.AST, field: str) -> Put:
    return lambda new: setattr(node, field, new)


def _without_value(node: ast.AST) -> bool:
    """A docstring, a statement that only prints, or an argument that decides no value on the CPU of the grader."""
    if isinstance(node, ast.keyword):
        return node.arg in NO_VALUE
    if isinstance(node, ast.If):
        return not node.orelse and all(map(_without_value, node.body))
    if not isinstance(node, ast.Expr):
        return False
    value = node.value
    printing = isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "print"
    return printing or isinstance(value, ast.Constant)


def _compiles(text: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # "x is 0" compiles, with a warning that a student would see
        try:
            compile(text, "<mutant>", "exec")
        except SyntaxError:
            return False
    return True


Change = Callable[[Any], Any]


def changes(node: ast.AST) -> Iterator[Change]:
    """The ways to change one node; each takes a copy of the node and gives what to put in its place."""
    if isinstance(node, ast.BinOp | ast.AugAssign):
        for operator in OPERATORS.get(type(node.op), ()):
            yield _with(op=operator())
    for kind, found in _CHANGES.items():
        if isinstance(node, kind):
            yield from found(node)
    if isinstance(node, DROPPED):
        yield lambda _: ast.Pass()


def _with(**fields: Any) -> Change:
    def change(node: ast.AST) -> ast.AST:
        for name, value in fields.items():
            setattr(node, name, value)
        return node

    return change


def _binary(node: ast.BinOp) -> Iterator[Change]:
    yield lambda n: n.left
    if isinstance(node.op, ast.Add | ast.Sub | ast.Mult | ast.Div):
        yield lambda n: n.right
    if isinstance(node.op, ast.Sub | ast.Div | ast.Pow | ast.MatMult):
        yield lambda n: ast.BinOp(n.right, n.op, n.left)


def _augmented(_: ast.AugAssign) -> Iterator[Change]:
    yield lambda n: ast.Assign([n.target], n.value)


def _unary(_: ast.UnaryOp) -> Iterator[Change]:
    yield lambda n: n.operand


def _compare(node: ast.Compare) -> Iterator[Change]:
    if len(node.ops) == 1:
        for operator in COMPARISONS.get(type(node.ops[0]), ()):
            yield _with(ops=[operator()])


def _boolean(node: ast.BoolOp) -> Iterator[Change]:
    yield _with(op=ast.Or() if isinstance(node.op, ast.And) else ast.And())


def _constant(node: ast.Constant) -> Iterator[Change]:
    value = node.value
    if isinstance(value, bool):
        yield _with(value=not value)
    elif isinstance(value, int):
        yield _with(value=value + 1)
        yield _with(value=value - 1)
    elif isinstance(value, float):
        yield _with(value=value * 2 if value else 1.0)
        yield _with(value=value / 10 if value else -1.0)
    elif isinstance(value, str) and value.isidentifier():
        yield _with(value=f"another_{value}")


def _attribute(node: ast.Attribute) -> Iterator[Change]:
    if node.attr in NAMES:
        yield _with(attr=NAMES[node.attr])
    if node.attr in ("T", "mT"):
        yield lambda n: n.value


def _name(node: ast.Name) -> Iterator[Change]:
    if node.id in NAMES and isinstance(node.ctx, ast.Load):
        yield _with(id=NAMES[node.id])


def _call(node: ast.Call) -> Iterator[Change]:
    if isinstance(node.func, ast.Attribute) and not _is_module(node.func.value):
        yield lambda n: n.func.value  # the method dropped
    elif len(node.args) == 1 and not node.keywords:
        yield lambda n: n.args[0]  # the function dropped
    if len(node.args) >= 2:
        yield lambda n: ast.Call(n.func, [n.args[1], n.args[0], *n.args[2:]], n.keywords)
    if len(node.args) >= 3:
        yield lambda n: ast.Call(n.func, [n.args[0], n.args[2], n.args[1], *n.args[3:]], n.keywords)
    for i, keyword in enumerate(node.keywords):
        if keyword.arg in NO_VALUE:
            continue
        yield _without_keyword(i)
    if isinstance(node.func, ast.Name) and node.func.id == "range":
        yield lambda n: ast.Call(n.func, [*n.args[:-1], _minus_one(n.args[-1])], [])
        if len(node.args) == 1:
            yield lambda n: ast.Call(n.func, [ast.Constant(1), *n.args], [])


def _without_keyword(i: int) -> Change:
    return lambda n: ast.Call(n.func, n.args, n.keywords[:i] + n.keywords[i + 1 :])


def _slice(node: ast.Slice) -> Iterator[Change]:
    if node.lower is None:
        yield _with(lower=ast.Constant(1))
    else:
        yield _with(lower=None)
        yield lambda n: ast.Slice(_minus_one(n.lower), n.upper, n.step)
    if node.upper is None:
        yield _with(upper=ast.Constant(-1))
    else:
        yield _with(upper=None)
        yield lambda n: ast.Slice(n.lower, _minus_one(n.upper), n.step)


def _tuple(node: ast.Tuple) -> Iterator[Change]:
    if len(node.elts) == 2:
        yield lambda n: ast.Tuple(n.elts[::-1], n.ctx)


def _if(node: ast.If | ast.IfExp | ast.While) -> Iterator[Change]:
    if not isinstance(node, ast.While):
        yield _with(test=ast.Constant(True))
    yield _with(test=ast.Constant(False))


def _comprehension(node: ast.comprehension) -> Iterator[Change]:
    if node.ifs:
        yield _with(ifs=[])


def _jump(node: ast.Continue | ast.Break) -> Iterator[Change]:
    yield lambda _: ast.Break() if isinstance(node, ast.Continue) else ast.Continue()


def _minus_one(node: ast.expr) -> ast.expr:
    return ast.BinOp(node, ast.Sub(), ast.Constant(1))


def _is_module(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("torch", "math", "F")


_CHANGES: dict[Any, Callable[[Any], Iterator[Change]]] = {
    ast.BinOp: _binary,
    ast.AugAssign: _augmented,
    ast.UnaryOp: _unary,
    ast.Compare: _compare,
    ast.BoolOp: _boolean,
    ast.Constant: _constant,
    ast.Attribute: _attribute,
    ast.Name: _name,
    ast.Call: _call,
    ast.Slice: _slice,
    ast.Tuple: _tuple,
    (ast.If, ast.IfExp, ast.While): _if,
    ast.comprehension: _comprehension,
    (ast.Continue, ast.Break): _jump,
}
