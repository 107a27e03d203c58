"""Counts the Python loops that one call of a graded function goes through, its helpers' included."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace

from autograder.catalog import Function
from autograder.submission.names import words
from autograder.submission.resolve import (
    FunctionNode,
    Instance,
    Member,
    Own,
    OwnClass,
    Path,
    Scope,
    function_scope,
    resolve,
)
from autograder.submission.source import Origin

# Functions that are a loop in other words.
LOOPING = words("""
    builtins.map builtins.filter functools.reduce itertools.starmap itertools.accumulate
    torch.vmap torch.func.vmap functorch.vmap torch._vmap_internals.vmap
    numpy.vectorize numpy.apply_along_axis numpy.apply_over_axes numpy.frompyfunc numpy.nditer numpy.ndenumerate
""")
# Those whose steps show where what they call is Python of the submission's, or does no more than convert.
STEPPING = words("builtins.map builtins.filter functools.reduce itertools.starmap itertools.accumulate")
CONVERTING = words("builtins.int builtins.float builtins.str builtins.len")
# Functions and methods that call a function they are handed for each entry: with one of the student's own, a loop.
CALLING = words("""
    builtins.sorted builtins.min builtins.max builtins.iter re.sub re.subn heapq.nlargest heapq.nsmallest heapq.merge
    itertools.groupby itertools.takewhile itertools.dropwhile itertools.filterfalse
""")
CALLING_METHODS = frozenset({"sort", "sub", "subn"})
LOOPING_METHODS = frozenset({"apply_", "map_", "map2_"})

_COMPREHENSIONS: dict[type[ast.AST], str] = {
    ast.ListComp: "list comprehension",
    ast.SetComp: "set comprehension",
    ast.DictComp: "dict comprehension",
    ast.GeneratorExp: "generator expression",
}
_LOOPS: dict[type[ast.AST], str] = {ast.For: "`for` loop", ast.AsyncFor: "`for` loop", ast.While: "`while` loop"}
_ENOUGH = 3


@dataclass(frozen=True)
class Loop:
    """One loop, and the helper it stands in, if any.

    Attributes:
        countable: its steps show when the function runs (see `worker.steps`), so that running it decides.
    """

    what: str
    origin: Origin
    helper: str = ""
    recursive: bool = False
    countable: bool = True


def loops(top: Scope, function: Function) -> list[tuple[str, Loop]]:
    """Loops beyond what a function may have, each with a message.

    One call of a helper counts as if the helper's loops stood there; of the two branches of an `if` the worse counts.
    A graded function that this one's task builds on may loop as its own task allows, and is not followed.

    Args:
        top: the scope of the slice the function is in.
        function: with `loops` "one" or "none".
    """
    needed = frozenset(what.node for name in function.needs for what, _ in top.lookup(name) if isinstance(what, Own))
    counter = _Counter(function.name, needed)
    found: list[Loop] = []
    for what, where in top.lookup(function.name)[-1:]:
        found = counter.visit(what, where) if isinstance(what, ast.AST) else counter.reached(what)
    allowed = 1 if function.loops == "one" else 0
    messages = []
    for position, loop in enumerate(found):
        if position < allowed and not loop.recursive:
            continue
        may = "may have one Python loop only; a second" if function.loops == "one" else "may not loop"
        inside = f" in `{loop.helper}`, which it uses" if loop.helper else ""
        messages.append((f"{function.name} {may}: {loop.what}{inside} ({loop.origin})", loop))
    return messages


@dataclass
class _Counter:
    name: str
    needed: frozenset[FunctionNode] = frozenset()
    known: dict[FunctionNode, list[Loop]] = field(default_factory=dict)
    active: list[FunctionNode] = field(default_factory=list)
    classes: list[OwnClass] = field(default_factory=list)

    def reached(self, value: object) -> list[Loop]:
        """The loops of one use of a function or class."""
        if isinstance(value, Own):
            return self.function(value)
        if isinstance(value, OwnClass):
            if value not in self.classes:
                self.classes.append(value)
            made = [method for name in ("__new__", "__init__", "__call__") if (method := value.method(name))]
            return [loop for method in made for loop in self.function(method)][:_ENOUGH]
        if isinstance(value, Instance):
            if value.of not in self.classes:
                self.classes.append(value.of)
            called = value.of.method("__call__")
            return self.function(called) if called else []
        if isinstance(value, Path) and value.dotted in LOOPING:
            return [Loop(f"`{value.dotted.removeprefix('builtins.')}`", Origin("", 0, 1), countable=False)]
        return []

    def function(self, own: Own) -> list[Loop]:
        node = own.node
        if node in self.needed:
            return []
        if node in self.active:
            name = getattr(node, "name", "lambda")
            return [Loop(f"recursion (`{name}` comes back to itself)", own.scope.at(node), recursive=True)]
        if node not in self.known:
            self.active.append(node)
            scope = function_scope(own)
            body = [node.body] if isinstance(node, ast.Lambda) else [*node.decorator_list, *node.body]
            found = [loop for child in body for loop in self.visit(child, scope)][:_ENOUGH]
            helper = getattr(node, "name", "")
            if helper and helper != self.name:
                found = [replace(loop, helper=loop.helper or helper) for loop in found]
            self.active.pop()
            self.known[node] = found
        return self.known[node]

    def visit(self, node: ast.AST, scope: Scope) -> list[Loop]:
        """The loops of a node and all under it that runs, in order, at most a few."""
        here: list[Loop] = []
        if type(node) in _LOOPS:
            here.append(Loop(_LOOPS[type(node)], scope.at(node)))
        elif type(node) in _COMPREHENSIONS:
            here += [Loop(_COMPREHENSIONS[type(node)], scope.at(node))] * len(getattr(node, "generators", [None]))
        elif isinstance(node, ast.Name):
            return self.use(node, scope)
        elif isinstance(node, ast.Attribute):
            here += self.attribute(node, scope)
        elif isinstance(node, ast.Call):
            here += self.handed_over(node, scope)
        elif isinstance(node, ast.Subscript) and (found := self.use(node, scope)):
            return [*found, *self.visit(node.slice, scope)][:_ENOUGH]
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            return []  # counted where it is used
        elif isinstance(node, ast.Lambda):
            return self.function(Own(node, scope))
        elif isinstance(node, (ast.If, ast.IfExp)):
            return self.branches(node, scope)
        elif isinstance(node, ast.Assign) and isinstance(node.value, (ast.Lambda, ast.Name, ast.Attribute)):
            return []  # another name for it: counted where that is used
        for name, value in ast.iter_fields(node):
            if name not in ("annotation", "returns"):
                here += self.visit_all(value if isinstance(value, list) else [value], scope)
        if not here and isinstance(node, ast.Call) and isinstance(node.func, ast.Call):  # `getattr(torch, "vmap")(f)`
            here += [loop for value in resolve(node.func, scope) for loop in self.placed(value, node, scope)]
        if isinstance(node, ast.Call) and self.steps(node, scope):
            place = scope.at(node.func)
            here = [replace(loop, countable=True) if loop.origin == place else loop for loop in here]
        return here[:_ENOUGH]

    def steps(self, node: ast.Call, scope: Scope) -> bool:
        """Whether a call of `map` or its like shows its steps: it hands over a function of the submission's own."""
        if not any(isinstance(of, Path) and of.dotted in STEPPING for of in resolve(node.func, scope)):
            return False
        handed = [(at, resolve(at, scope)) for at in node.args]
        return any(
            isinstance(at, ast.Lambda)
            or (found and all(isinstance(f, Own) or (isinstance(f, Path) and f.dotted in CONVERTING) for f in found))
            for at, found in handed
        )

    def visit_all(self, nodes: list[ast.AST], scope: Scope) -> list[Loop]:
        return [loop for node in nodes if isinstance(node, ast.AST) for loop in self.visit(node, scope)]

    def branches(self, node: ast.If | ast.IfExp, scope: Scope) -> list[Loop]:
        body = node.body if isinstance(node.body, list) else [node.body]
        orelse = node.orelse if isinstance(node.orelse, list) else [node.orelse]
        sides = (self.visit_all([*body], scope), self.visit_all([*orelse], scope))
        return [*self.visit(node.test, scope), *max(sides, key=len)][:_ENOUGH]

    def use(self, node: ast.expr, scope: Scope) -> list[Loop]:
        """The loops behind a name."""
        if not isinstance(getattr(node, "ctx", None), ast.Load):
            return []
        return [loop for value in resolve(node, scope) for loop in self.placed(value, node, scope)][:_ENOUGH]

    def placed(self, value: object, node: ast.expr, scope: Scope) -> list[Loop]:
        """The loops of one use, each with its place, which is the use itself where there is no other."""
        return [loop if loop.origin.file else replace(loop, origin=scope.at(node)) for loop in self.reached(value)]

    def handed_over(self, node: ast.Call, scope: Scope) -> list[Loop]:
        """The loop that a call is because it calls a function of the student's own for each entry."""
        for value in resolve(node.func, scope):
            if isinstance(value, Path) and value.dotted in CALLING:
                what = f"`{value.dotted.removeprefix('builtins.')}`"
            elif isinstance(value, Member) and value.name in CALLING_METHODS:
                what = f"`.{value.name}()`"
            else:
                continue
            arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
            called = [found for at in arguments for found in resolve(at, scope)]
            called = [found for found in called if isinstance(found, (Own, OwnClass, Instance))]
            if called:
                own = all(isinstance(found, Own) for found in called)  # of an object, what is called may be no Python
                return [Loop(f"{what}, which calls Python for each entry", scope.at(node), countable=own)]
        return []

    def attribute(self, node: ast.Attribute, scope: Scope) -> list[Loop]:
        found = self.use(node, scope)
        if found or not isinstance(node.ctx, ast.Load):
            return found
        if node.attr in LOOPING_METHODS:
            what = f"`.{node.attr}()`, which calls Python for each entry"
            return [Loop(what, scope.at(node), countable=False)]
        methods = [method for own in self.classes if (method := own.method(node.attr))]
        return [loop for method in methods for loop in self.function(method)][:_ENOUGH]
