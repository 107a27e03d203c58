"""Changes to the source of a right function that leave it right: what another student would have written."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterator

REDUCTIONS = frozenset({"sum", "mean", "exp", "log", "sqrt", "square", "abs", "argmax", "argsort", "matmul"})
CLONES = frozenset({"sum", "mean", "exp", "log", "sqrt", "square"})


def rewrites(source: str, function: str) -> Iterator[tuple[str, str]]:
    """Every change that applies, as its name and the source after it."""
    for name, change in CHANGES.items():
        tree = ast.parse(source)
        before = ast.dump(tree)
        changed = change(tree, function)
        if ast.dump(changed) != before:
            yield name, ast.unparse(ast.fix_missing_locations(changed)) + "\n"


def _functions(tree: ast.AST) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def _renamed(tree: ast.Module, _: str) -> ast.Module:
    """Local variables have other names; parameters keep theirs, for they may be handed over by name."""
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef) or len(_functions(node)) > 1:
            continue
        fixed = {arg.arg for inner in ast.walk(node) if isinstance(inner, ast.arguments) for arg in _arguments(inner)}
        declared = {n for inner in ast.walk(node) if isinstance(inner, ast.Global | ast.Nonlocal) for n in inner.names}
        names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        names -= fixed | declared | set(dir(builtins))
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and inner.id in names:
                inner.id = f"my_{inner.id}"
    return tree


def _arguments(found: ast.arguments) -> list[ast.arg]:
    return [*found.posonlyargs, *found.args, *found.kwonlyargs, *(a for a in (found.vararg, found.kwarg) if a)]


class _Matmul(ast.NodeTransformer):
    """`a @ b` as torch.matmul(a, b)."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.op, ast.MatMult):
            return node
        return ast.Call(ast.parse("torch.matmul", mode="eval").body, [node.left, node.right], [])


class _Methods(ast.NodeTransformer):
    """`x.sum(dim=1)` as torch.sum(x, dim=1)."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        method = node.func
        if not isinstance(method, ast.Attribute) or method.attr not in REDUCTIONS or _is_module(method.value):
            return node
        return ast.Call(ast.parse(f"torch.{method.attr}", mode="eval").body, [method.value, *node.args], node.keywords)


class _Clones(ast.NodeTransformer):
    """`x.sum()` as x.clone().sum()."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        method = node.func
        if not isinstance(method, ast.Attribute) or method.attr not in CLONES or _is_module(method.value):
            return node
        method.value = ast.Call(ast.Attribute(method.value, "clone", ast.Load()), [], [])
        return node


def _is_module(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id in ("torch", "np", "numpy", "math", "F", "random", "T")


class _Floats(ast.NodeTransformer):
    """`2 * x` as 2.0 * x, in products of which the other factor is no whole number."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        whole = isinstance(node.left, ast.Constant) and type(node.left.value) is int
        if whole and isinstance(node.op, ast.Mult) and isinstance(node.right, ast.BinOp):
            node.left = ast.Constant(float(node.left.value))  # type: ignore[attr-defined]
        return node


class _Swapped(ast.NodeTransformer):
    """`a * b` as b * a."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        texts = [n for n in (node.left, node.right) if isinstance(n, ast.List | ast.Tuple | ast.Constant)]
        if isinstance(node.op, ast.Mult) and not texts:
            node.left, node.right = node.right, node.left
        return node


class _Kept(ast.NodeTransformer):
    """`return e` as result = e; return result."""

    def visit_Return(self, node: ast.Return) -> list[ast.stmt] | ast.Return:
        if node.value is None or isinstance(node.value, ast.Name):
            return node
        kept = ast.Assign([ast.Name("result_", ast.Store())], node.value)
        return [kept, ast.Return(ast.Name("result_", ast.Load()))]


class _Once(ast.NodeTransformer):
    """The body inside `if True:`."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.body = [ast.If(ast.Constant(True), node.body, [])]
        return node


class _Printed(ast.NodeTransformer):
    """A print of the arguments at the beginning, as one looks for a mistake."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        names = [ast.Name(arg.arg, ast.Load()) for arg in node.args.args[:2]]
        node.body = [ast.Expr(ast.Call(ast.Name("print", ast.Load()), list(names), [])), *node.body]
        return node


class _Tried(ast.NodeTransformer):
    """The body inside `try:` with an `except` that raises again."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        again = ast.ExceptHandler(ast.Name("ValueError", ast.Load()), None, [ast.Raise(None, None)])
        node.body = [ast.Try(node.body, [again], [], [])]
        return node


def _helped(tree: ast.Module, function: str) -> ast.Module:
    """The function hands its arguments on to a helper that does the work."""
    for index, node in enumerate(tree.body):
        if isinstance(node, ast.FunctionDef) and node.name == function and function not in _used(node):
            given = node.args
            handed = ", ".join([*(a.arg for a in given.args), *(f"{a.arg}={a.arg}" for a in given.kwonlyargs)])
            if given.vararg or given.kwarg or given.posonlyargs:
                return tree
            caller = ast.parse(f"def {function}({ast.unparse(given)}):\n    return helper_({handed})").body[0]
            node.name = "helper_"
            tree.body.insert(index + 1, caller)
            return tree
    return tree


def _used(node: ast.AST) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def _by(transformer: type[ast.NodeTransformer]) -> Callable[[ast.Module, str], ast.Module]:
    def change(tree: ast.Module, _: str) -> ast.Module:
        changed: ast.Module = transformer().visit(tree)
        return changed

    return change


CHANGES: dict[str, Callable[[ast.Module, str], ast.Module]] = {
    "other names": _renamed,
    "torch.matmul": _by(_Matmul),
    "functions for methods": _by(_Methods),
    "clones": _by(_Clones),
    "float constants": _by(_Floats),
    "factors swapped": _by(_Swapped),
    "the result kept": _by(_Kept),
    "inside an if": _by(_Once),
    "a print": _by(_Printed),
    "inside a try": _by(_Tried),
    "a helper": _helped,
}
