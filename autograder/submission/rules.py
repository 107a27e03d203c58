"""Finds what a graded function may not use: forbidden names and modules, and loops, also in the helpers it calls."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from autograder.catalog import Ban, Function
from autograder.submission.loops import loops
from autograder.submission.resolve import (
    FUNCTIONS,
    Instance,
    Member,
    Own,
    OwnClass,
    Path,
    Scope,
    function_scope,
    notebook_scope,
    resolve,
)
from autograder.submission.source import Origin, Slice

_HIDES = re.compile(
    r"settrace|setprofile|gettrace|f_trace|_getframe|currentframe|sys\.monitoring|[a-z]+_frame|f_back|ctypes|gc\."
    r"|TorchFunctionMode|DisableTorchFunction|__torch_function__"
)
_FROM_TEXT = frozenset({"builtins.exec", "builtins.eval", "builtins.compile"})


@dataclass(frozen=True)
class Violation:
    """One thing a graded function uses and may not. The message is a full sentence with its place.

    Attributes:
        countable: it is a loop whose steps can be counted where the function runs; whether it is one too many, the
            count decides.
    """

    message: str
    origin: Origin
    countable: bool = False


def violations(code: Slice, function: Function) -> tuple[Violation, ...]:
    """What a graded function uses although its bans or its limit on loops forbid it.

    Args:
        code: the slice it is in.
        function: which, with its bans and loops.

    Returns:
        One violation for each thing and place, in the order of the code; none if the function is not there.
    """
    if function.loops == "any" and not function.bans:
        return ()
    top = notebook_scope(code)
    found: list[Violation] = []
    try:
        for ban in function.bans:
            found += _Walk(ban, function.name).start(top)
        if function.loops != "any":
            hidden = hides_steps(code)
            found += [
                Violation(message, loop.origin, loop.countable and not hidden) for message, loop in loops(top, function)
            ]
    except RecursionError:
        origin = code.functions[function.name].origin or Origin("", 0, 1)
        found.append(
            Violation(f"{function.name} is too tangled to be checked for what it uses ({origin}); simplify it", origin)
        )
    return tuple(dict.fromkeys(found))


def hides_steps(code: Slice) -> bool:
    """Whether a slice names anything by which its steps could go uncounted: tracing, or frames."""
    return any(_HIDES.search(statement.code) for statement in code.statements)


@dataclass
class _Walk:
    """Goes through all code a graded function can reach and collects what one ban forbids."""

    ban: Ban
    name: str
    found: list[Violation] = field(default_factory=list)
    seen: set[ast.AST] = field(default_factory=set)
    classes: dict[ast.ClassDef, OwnClass] = field(default_factory=dict)
    attributes: set[str] = field(default_factory=set)

    def start(self, top: Scope) -> list[Violation]:
        for what, where in top.lookup(self.name)[-1:]:
            if isinstance(what, ast.AST):
                self.expression(what, where)
            elif isinstance(what, Own):
                self.function(what)
            elif isinstance(what, OwnClass):
                self.attributes |= {child.name for child in what.node.body if isinstance(child, ast.FunctionDef)}
                self.own_class(what)
        return sorted(self.found, key=lambda at: (at.origin.cell, at.origin.line))

    def function(self, own: Own) -> None:
        if own.node in self.seen:
            return
        self.seen.add(own.node)
        scope = function_scope(own)
        body = [own.node.body] if isinstance(own.node, ast.Lambda) else own.node.body
        for node in (*body, *_around(own.node)):
            self.expression(node, scope)

    def own_class(self, own: OwnClass) -> None:
        """A class counts with what makes its objects, and with those methods that are called by name anywhere."""
        if own.node not in self.classes:
            self.classes[own.node] = own
            for part in (*own.node.bases, *own.node.decorator_list):
                self.expression(part, own.scope)
            for child in own.node.body:
                if not isinstance(child, FUNCTIONS):
                    self.expression(child, own.scope)
        for child in own.node.body:
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
                special = child.name.startswith("__") and child.name.endswith("__")
                if special or child.name in self.attributes:
                    self.function(Own(child, own.scope, own))

    def expression(self, node: ast.AST, scope: Scope) -> None:
        """Look at a node and all under it that runs."""
        if isinstance(node, ast.Lambda):
            self.function(Own(node, scope))
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for part in _around(node):  # its body counts where it is used
                self.expression(part, scope)
        elif isinstance(node, ast.Name):
            self.use(node, scope)
        elif isinstance(node, ast.Attribute):
            self.attribute(node, scope)
        elif isinstance(node, ast.Subscript):
            self.report_values(node, scope)
            self.children(node, scope)
        elif isinstance(node, ast.Call):
            self.call(node, scope)
        elif isinstance(node, ast.Assign):
            self.assign(node, scope)
        else:
            self.children(node, scope)

    def children(self, node: ast.AST, scope: Scope) -> None:
        for child in _running(node):
            self.expression(child, scope)

    def use(self, node: ast.Name, scope: Scope) -> None:
        """A name: what it stands for is reached too."""
        if not isinstance(node.ctx, ast.Load):
            return
        for what, where in scope.lookup(node.id):
            if isinstance(what, Path):
                self.path(what.dotted, node, scope)
            elif isinstance(what, Own):
                self.function(what)
            elif isinstance(what, OwnClass):
                self.own_class(what)
            elif isinstance(what, ast.Lambda):
                self.function(Own(what, where))
            elif isinstance(what, ast.expr) and what not in self.seen:
                self.seen.add(what)
                self.expression(what, where)

    def attribute(self, node: ast.Attribute, scope: Scope) -> None:
        if node.attr not in self.attributes:
            self.attributes.add(node.attr)
            for own in list(self.classes.values()):
                self.own_class(own)
        if self.report_values(node, scope):
            return
        self.expression(node.value, scope)

    def assign(self, node: ast.Assign, scope: Scope) -> None:
        """An assignment; `W.requires_grad = True` is a use without a call."""
        for target in node.targets:
            tracked = isinstance(target, ast.Attribute) and target.attr == "requires_grad"
            if tracked and "requires_grad" in self.ban.names and not _is_no(node.value):
                self.report("requires_grad = True", target, scope)
        self.children(node, scope)

    def report_values(self, node: ast.expr, scope: Scope) -> bool:
        """Whether an expression is something of a module's; if it is a forbidden one, say so."""
        values = resolve(node, scope)
        for value in values:
            if isinstance(value, Path):
                self.path(value.dotted, node, scope)
            elif isinstance(value, Own):
                self.function(value)
            elif isinstance(value, Instance):
                self.own_class(value.of)
        return any(isinstance(value, Path) for value in values)

    def call(self, node: ast.Call, scope: Scope) -> None:
        values = resolve(node.func, scope)
        for value in values:
            if isinstance(value, Member) and value.name in self.ban.names and not _switches_off(value.name, node):
                self.report(f"{_shown(node.func, value.name)}()", node.func, scope)
        for keyword in node.keywords:
            if keyword.arg == "requires_grad" and "requires_grad" in self.ban.names and not _is_no(keyword.value):
                self.report("requires_grad=True", keyword.value, scope)
        self.report_values(node, scope)
        self.children(node, scope)

    def path(self, dotted: str, node: ast.AST, scope: Scope) -> None:
        if dotted in _FROM_TEXT:
            self.report(f"{dotted.split('.')[1]}, which runs code from text", node, scope, code=False)
        elif _forbidden(dotted, self.ban):
            self.report(dotted, node, scope)

    def report(self, what: str, node: ast.AST, scope: Scope, code: bool = True) -> None:
        origin = scope.at(node)
        what = f"`{what}`" if code else what
        self.found.append(Violation(f"{self.name} may not use {self.ban.why}: {what} ({origin})", origin))


def _forbidden(dotted: str, ban: Ban) -> bool:
    pieces = dotted.split(".")
    if dotted in ban.allowed:
        return False
    if any(dotted == module or dotted.startswith(f"{module}.") for module in ban.modules):
        return True
    if any(piece in ban.names for piece in pieces[1:]):
        return True
    # torch's inner names for the same things: torch._cdist_forward, torch.ops.aten.linalg_vector_norm
    inner = pieces[0] == "torch" and ("ops" in pieces or any(piece.startswith("_") for piece in pieces))
    return inner and any(word in ban.names for piece in pieces[1:] for word in piece.split("_"))


def _around(node: ast.AST) -> list[ast.expr]:
    """What runs when a function is defined: decorators and defaults."""
    arguments = getattr(node, "args", None)
    defaults: list[ast.expr] = []
    if isinstance(arguments, ast.arguments):
        defaults = [*arguments.defaults, *(default for default in arguments.kw_defaults if default)]
    return [*getattr(node, "decorator_list", []), *defaults]


def _running(node: ast.AST) -> Iterator[ast.AST]:
    """The children of a node that run: not annotations."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield child


def _switches_off(method: str, node: ast.Call) -> bool:
    """Whether it is `x.requires_grad_(False)`."""
    values = [*node.args, *(keyword.value for keyword in node.keywords)]
    return method == "requires_grad_" and len(values) == 1 and _is_no(values[0])


def _is_no(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not node.value


def _shown(node: ast.expr, name: str) -> str:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    return f"....{name}" if isinstance(node, ast.Attribute) else name
