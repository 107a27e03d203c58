"""What a name or expression in student code stands for, as far as it can be told without running it.

An alias (`d = torch.cdist`), an import under another name, `getattr` with a constant, `torch.__dict__["norm"]`,
`globals()["helper"]`, `importlib.import_module("torch")` all resolve to what they mean.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from autograder.submission.ipython import parse
from autograder.submission.names import import_paths
from autograder.submission.source import Origin, Slice

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)

_DEEPEST = 12  # aliases of aliases; beyond that a value is unknown
_MOST_STEPS = 300_000
_LOOKUPS = ("get", "pop", "setdefault", "__getitem__")
_LONGEST = 200  # characters of a folded string


@dataclass(frozen=True)
class Path:
    """Something of a module: `torch.cdist`, `builtins.map`."""

    dotted: str


@dataclass(frozen=True)
class Members:
    """The dictionary of what a module holds, by name: `torch.__dict__`, `vars(torch)`; "" is the notebook's own."""

    dotted: str


@dataclass(frozen=True)
class Member:
    """An attribute of a value nobody knows: `x.norm`."""

    name: str


@dataclass(frozen=True)
class Const:
    """A constant."""

    value: object


@dataclass(frozen=True, eq=False)
class Own:
    """A function of the student's own, with the class it is a method of, if any."""

    node: FunctionNode
    scope: Scope
    owner: OwnClass | None = None


@dataclass(frozen=True, eq=False)
class OwnClass:
    """A class of the student's own."""

    node: ast.ClassDef
    scope: Scope

    def method(self, name: str) -> Own | None:
        """Its method of that name, if the class itself defines it."""
        for child in self.node.body:
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)) and child.name == name:
                return Own(child, self.scope, self)
        return None


@dataclass(frozen=True, eq=False)
class Instance:
    """An object of a class of the student's own."""

    of: OwnClass


@dataclass(frozen=True, eq=False)
class Items:
    """A tuple, list or dictionary written out."""

    node: ast.Tuple | ast.List | ast.Dict
    scope: Scope

    def at(self, key: object) -> ast.expr | None:
        """The item at a position or key; None if there is none or it cannot be told."""
        if isinstance(self.node, ast.Dict):
            pairs = zip(self.node.keys, self.node.values, strict=True)
            found = [value for name, value in pairs if isinstance(name, ast.Constant) and name.value == key]
            return found[-1] if found else None
        items = self.node.elts
        if not isinstance(key, int) or any(isinstance(item, ast.Starred) for item in items):
            return None
        return items[key] if -len(items) <= key < len(items) else None


Value = Path | Members | Member | Const | Own | OwnClass | Instance | Items


@dataclass(eq=False)
class Scope:
    """The names of one function, or of the notebook.

    Attributes:
        origin: where the statement stands that the code is from; its nodes' line 1 is this line.
        outer: the scope around; None for the notebook's own.
        bound: for every name bound here the values and expressions it is bound to; none for a parameter, which may
            be anything.
        stars: modules everything is imported from.
        steps: how much has been resolved in the notebook so far.
    """

    origin: Origin
    outer: Scope | None = None
    bound: dict[str, list[tuple[Value | ast.expr, Scope]]] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    steps: int = 0

    def at(self, node: ast.AST) -> Origin:
        """Where a node stands."""
        line = self.origin.line + getattr(node, "lineno", 1) - 1
        return Origin(self.origin.file, self.origin.cell, line)

    @property
    def top(self) -> Scope:
        """The notebook's own scope."""
        return self if self.outer is None else self.outer.top

    def lookup(self, name: str) -> list[tuple[Value | ast.expr, Scope]]:
        """What a name is bound to, seen from here; a name bound nowhere may be a built-in's."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.bound:
                return scope.bound[name]
            scope = scope.outer
        if hasattr(builtins, name):
            return [(Path(f"builtins.{name}"), self)]
        return [(Path(f"{module}.{name}"), self) for module in self.top.stars]

    def bind(self, name: str, what: Value | ast.expr | None, scope: Scope) -> None:
        """Add one thing a name is bound to; None for something unknown."""
        self.bound.setdefault(name, [])
        if what is not None:
            self.bound[name].append((what, scope))


def notebook_scope(code: Slice) -> Scope:
    """The scope of all statements of a slice."""
    top = Scope(Origin("", 0, 1))
    for statement in code.statements:
        here = Scope(statement.origin, top)  # only to know where its nodes stand
        body = parse(statement.code).body
        for name in _whole(body[0]):
            top.bound.pop(name, None)  # what the name stood for before is gone
        _fill(top, body, here)
        top.stars += [
            node.module
            for node in own_nodes(body)
            if isinstance(node, ast.ImportFrom) and node.module and node.names[0].name == "*"
        ]
    return top


def _whole(node: ast.stmt) -> list[str]:
    """The names a statement binds anew, whatever they were before."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [node.name]
    if not isinstance(node, ast.Assign):
        return []
    used = {inner.id for inner in ast.walk(node.value) if isinstance(inner, ast.Name)}
    return [target.id for target in node.targets if isinstance(target, ast.Name) and target.id not in used]


def function_scope(function: Own) -> Scope:
    """The scope inside a function: its parameters, and what its body binds."""
    scope = Scope(function.scope.origin, function.scope)
    arguments = function.node.args
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        scope.bind(argument.arg, None, scope)
    for extra in (arguments.vararg, arguments.kwarg):
        if extra:
            scope.bind(extra.arg, None, scope)
    if function.owner and arguments.args:
        scope.bind(arguments.args[0].arg, Instance(function.owner), scope)
    if not isinstance(function.node, ast.Lambda):
        _fill(scope, function.node.body, scope)
        for node in own_nodes(function.node.body):
            if isinstance(node, (ast.Global, ast.Nonlocal)):
                for name in node.names:
                    scope.bound.pop(name, None)
    return scope


def own_nodes(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """The nodes of a body that belong to it: not those inside its functions and classes."""
    waiting = list(body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            waiting.extend(ast.iter_child_nodes(node))


def _fill(scope: Scope, body: Sequence[ast.stmt], here: Scope) -> None:
    """Bind what a body binds. Order does not matter: a name stands for all it is ever bound to."""
    for node in own_nodes(body):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            scope.bind(node.name, Own(node, here), here)
        elif isinstance(node, ast.ClassDef):
            scope.bind(node.name, OwnClass(node, here), here)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                _assign(scope, target, node.value, here)
        elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)):
            _assign(scope, node.target, node.value, here)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for name, path in import_paths(iter([node])):
                scope.bind(name, Path(path), here)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            scope.bind(node.id, None, here)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            scope.bind(node.name, None, here)


def _assign(scope: Scope, target: ast.expr, value: ast.expr | None, here: Scope) -> None:
    if isinstance(target, ast.Name):
        scope.bind(target.id, value, here)
    elif isinstance(target, (ast.Tuple, ast.List)):
        values = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
        for position, element in enumerate(target.elts):
            same = len(values) == len(target.elts)
            _assign(scope, element, values[position] if same else None, here)


def resolve(node: ast.AST, scope: Scope, depth: int = 0) -> list[Value]:
    """Everything an expression may stand for; an empty list if nothing can be told.

    Raises:
        RecursionError: the code is so tangled that this would take for ever.
    """
    if depth > _DEEPEST:
        return []
    scope.top.steps += 1
    if scope.top.steps > _MOST_STEPS:
        raise RecursionError
    if isinstance(node, ast.Constant):
        return [Const(node.value)]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        return [Const(-node.operand.value)] if isinstance(node.operand.value, int) else []
    if isinstance(node, ast.Lambda):
        return [Own(node, scope)]
    if isinstance(node, (ast.Tuple, ast.List, ast.Dict)):
        return [Items(node, scope)]
    if isinstance(node, ast.Name):
        values: list[Value] = []
        for what, where in scope.lookup(node.id)[:8]:
            values += resolve(what, where, depth + 1) if isinstance(what, ast.AST) else [what]
        return values
    if isinstance(node, ast.Attribute):
        return _attribute(resolve(node.value, scope, depth + 1), node.attr)
    if isinstance(node, ast.Subscript):
        return _item(resolve(node.value, scope, depth + 1), node.slice, scope, depth)
    if isinstance(node, ast.Call):
        return _call(node, scope, depth)
    if isinstance(node, ast.IfExp):
        return resolve(node.body, scope, depth + 1) + resolve(node.orelse, scope, depth + 1)
    if isinstance(node, ast.NamedExpr):
        return resolve(node.value, scope, depth + 1)
    text = _text(node, scope, depth)
    return [] if text is None else [Const(text)]


def _attribute(bases: list[Value], name: str) -> list[Value]:
    found: list[Value] = []
    for base in bases:
        if isinstance(base, Path):
            found.append(Members(base.dotted) if name == "__dict__" else Path(f"{base.dotted}.{name}"))
        elif isinstance(base, (OwnClass, Instance)):
            method = (base.of if isinstance(base, Instance) else base).method(name)
            found += [method] if method else []
        elif (isinstance(base, (Members, Items)) and name in _LOOKUPS) or (
            isinstance(base, Own) and name == "__call__"
        ):
            found.append(base)
    return found or [Member(name)]


def _item(bases: list[Value], key: ast.expr, scope: Scope, depth: int) -> list[Value]:
    if isinstance(key, ast.Slice):
        return _part(bases, key, scope, depth)
    keys = [value.value for value in resolve(key, scope, depth + 1) if isinstance(value, Const)]
    found: list[Value] = []
    for base in bases:
        for name in keys:
            if isinstance(base, Members) and isinstance(name, str):
                found += _member_of(base, name, scope, depth)
            elif isinstance(base, Items) and (item := base.at(name)) is not None:
                found += resolve(item, base.scope, depth + 1)
            elif base == Path("sys.modules") and isinstance(name, str):
                found.append(Path(name))
    return found


def _part(bases: list[Value], key: ast.Slice, scope: Scope, depth: int) -> list[Value]:
    """A piece of a constant string."""
    bounds: list[int | None] = []
    for bound in (key.lower, key.upper, key.step):
        values = (
            [value.value for value in resolve(bound, scope, depth + 1) if isinstance(value, Const)] if bound else []
        )
        if bound and not (values and isinstance(values[0], int)):
            return []
        bounds.append(values[0] if values and isinstance(values[0], int) else None)
    texts = [base.value for base in bases if isinstance(base, Const) and isinstance(base.value, str)]
    return [Const(text[slice(*bounds)]) for text in texts if bounds[2] != 0]


def _member_of(members: Members, name: str, scope: Scope, depth: int) -> list[Value]:
    if members.dotted:
        return [Path(f"{members.dotted}.{name}")]
    return resolve(ast.Name(name, ast.Load()), scope.top, depth + 1)


def _call(node: ast.Call, scope: Scope, depth: int) -> list[Value]:
    """What the calls give that look something up by name; of all others nothing is known."""
    found: list[Value] = []
    arguments = [resolve(argument, scope, depth + 1) for argument in node.args[:3]]
    names = [
        value.value
        for values in arguments
        for value in values
        if isinstance(value, Const) and isinstance(value.value, str)
    ]
    for function in resolve(node.func, scope, depth + 1):
        if isinstance(function, Members):
            for name in names:
                found += _member_of(function, name, scope, depth)
        elif isinstance(function, Items):
            for key in (value.value for values in arguments for value in values if isinstance(value, Const)):
                item = function.at(key)
                found += resolve(item, function.scope, depth + 1) if item is not None else []
        elif isinstance(function, OwnClass):
            found.append(Instance(function))
        if not isinstance(function, Path):
            continue
        last = function.dotted.split(".")[-1]
        if last in ("getattr", "__getattribute__", "getattr_static") and names and node.args:
            found += [value for name in names for value in _attribute(arguments[0], name)]
        elif last in ("attrgetter", "methodcaller"):
            found += [Member(part) for name in names for part in name.split(".")]
        elif function.dotted in ("builtins.__import__", "importlib.import_module", "importlib.__import__"):
            found += [Path(name.split(".")[0] if last == "__import__" else name) for name in names]
        elif function.dotted == "builtins.vars" and arguments:
            found += [Members(base.dotted) for base in arguments[0] if isinstance(base, Path)]
        elif function.dotted in ("builtins.globals", "builtins.vars"):
            found.append(Members(""))
        elif last in ("partial", "lru_cache", "cache", "wraps", "cmp_to_key") and arguments:
            found += arguments[0]
    text = _text(node, scope, depth)
    return found if text is None else [*found, Const(text)]


def _text(node: ast.AST, scope: Scope, depth: int) -> str | None:
    """A string put together from constants: "cd" + "ist", f"{a}ist", "".join([...]), "tsidc"[::-1]."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _joined("", [node.left, node.right], scope, depth)
    if isinstance(node, ast.JoinedStr):
        pieces = [piece.value if isinstance(piece, ast.FormattedValue) else piece for piece in node.values]
        return _joined("", pieces, scope, depth)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "join":
        between = _string(node.func.value, scope, depth)
        pieces = node.args[0].elts if node.args and isinstance(node.args[0], (ast.List, ast.Tuple)) else []
        return _joined(between, list(pieces), scope, depth) if between is not None and pieces else None
    return None


def _joined(between: str, pieces: Sequence[ast.expr], scope: Scope, depth: int) -> str | None:
    texts = [_string(piece, scope, depth) for piece in pieces[:20]]
    known = [text for text in texts if text is not None]
    whole = between.join(known)
    return whole if len(known) == len(texts) and len(whole) <= _LONGEST else None


def _string(node: ast.expr, scope: Scope, depth: int) -> str | None:
    for value in resolve(node, scope, depth + 1):
        if isinstance(value, Const) and isinstance(value.value, str):
            return value.value
    return None
