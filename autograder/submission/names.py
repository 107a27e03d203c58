"""Which names a top-level statement binds, changes and needs. The scoping is Python's own: `symtable` decides it."""

from __future__ import annotations

import ast
import re
import symtable
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MOST_SCOPES = 1000  # functions, classes and comprehensions in one statement: symtable's time grows with their square
_SCOPES = re.compile(r"\b(?:def|lambda|class|for)\b")


def words(text: str) -> frozenset[str]:
    """A set of words written as one text."""
    return frozenset(text.split())


# Methods that change the object they are called on. Torch's in-place methods (`mul_`) are known by their last letter.
MUTATORS = words("append extend insert pop popitem remove clear update setdefault sort reverse add discard appendleft")
# Calls that leave their arguments alone, so a line that only does this changes nothing.
HARMLESS = frozenset({"print", "display", "type", "len", "help", "repr", "str"})

_ACTS = (ast.Call, ast.Await, ast.Yield, ast.YieldFrom)
_COMPREHENSIONS = frozenset({"listcomp", "setcomp", "dictcomp", "genexpr"})


@dataclass(frozen=True)
class Names:
    """The names of one top-level statement.

    Attributes:
        binds: names it binds at top level, or deletes.
        changes: names through which it stores (`P["lr"] = 1`, `Class.method = f`, `del x[0]`).
        may_change: names whose object a call may change (`x.append(1)`, `register(x)`); of modules it does not.
        now: names it loads while it runs: also defaults, decorators, annotations, base classes.
        later: names that the functions in it load when they are called.
        later_binds: names that the functions in it bind at top level (`global`) when they are called.
        later_changes: names that the functions in it bind or change when they are called.
        calls: names it calls while it runs.
        stars: modules it imports everything from.
        imports: names its imports bind, each with the dotted thing it stands for.
        acts: the nodes that run now and may do something: calls, awaits, yields.
        later_acts: those that run when a function in it is called.
    """

    binds: frozenset[str]
    changes: frozenset[str]
    may_change: frozenset[str]
    now: frozenset[str]
    later: frozenset[str]
    later_binds: frozenset[str]
    later_changes: frozenset[str]
    calls: frozenset[str]
    stars: tuple[str, ...]
    imports: tuple[tuple[str, str], ...]
    acts: tuple[ast.AST, ...]
    later_acts: tuple[ast.AST, ...]

    @property
    def loads(self) -> frozenset[str]:
        """All names it deals in, now or later."""
        return self.now | self.later | self.later_binds

    @property
    def reads(self) -> frozenset[str]:
        """The names it cannot do without: not those it only binds."""
        return self.now | self.later


def names(code: str, node: ast.stmt) -> Names:
    """The names of one top-level statement.

    Args:
        code: the statement's own source.
        node: the same, parsed.

    Raises:
        SyntaxError: Python's compiler refuses it although it parses (`return` at top level, say).
    """
    if len(_SCOPES.findall(code)) > MOST_SCOPES:
        raise SyntaxError(f"more than {MOST_SCOPES} functions in one statement", ("", None, None, None))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            table = symtable.symtable(code, "cell", "exec")
        except (ValueError, RecursionError, MemoryError, OverflowError) as error:
            raise SyntaxError("nested too deeply", ("", None, None, None)) from error
    binds: set[str] = set()
    now: set[str] = set()
    later: set[str] = set()
    written: set[str] = set()
    for symbol in table.get_symbols():
        if symbol.is_assigned() or symbol.is_imported():
            binds.add(symbol.get_name())
        if symbol.is_referenced():
            now.add(symbol.get_name())
    for child in table.get_children():
        _scope(child, now, later, binds, written, deferred=False)
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        now.add(node.target.id)
    at_once, deferred = list(now_nodes(node)), list(later_nodes(node))
    return Names(
        binds=frozenset(binds),
        changes=frozenset(_stored(at_once)) - {""},
        may_change=frozenset([*_mutated(at_once), *_handed_over(at_once)]) - {""},
        now=frozenset(now),
        later=frozenset(later),
        later_binds=frozenset(written),
        later_changes=frozenset(written | ({*_stored(deferred), *_mutated(deferred)} & later)),
        calls=frozenset(_called(at_once)) - {""},
        stars=tuple(
            n.module
            for n in at_once
            if isinstance(n, ast.ImportFrom) and n.module and not n.level and n.names[0].name == "*"
        ),
        imports=tuple(import_paths(at_once)),
        acts=tuple(n for n in at_once if isinstance(n, _ACTS)),
        later_acts=tuple(n for n in deferred if isinstance(n, _ACTS)),
    )


def import_paths(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str]]:
    """The names the imports among these nodes bind, each with the dotted thing it stands for."""
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield (alias.asname, alias.name) if alias.asname else (alias.name.split(".")[0],) * 2
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, f"{'.' * node.level}{node.module or ''}.{alias.name}"


def _scope(
    table: symtable.SymbolTable, now: set[str], later: set[str], binds: set[str], written: set[str], deferred: bool
) -> None:
    """Collect the global names of an inner scope; a comprehension or class body runs at once, a function's later."""
    runs_later = deferred or (table.get_type() == "function" and table.get_name() not in _COMPREHENSIONS)
    for symbol in table.get_symbols():
        if not symbol.is_global():
            continue
        if symbol.is_referenced():
            (later if runs_later else now).add(symbol.get_name())
        if symbol.is_assigned() or symbol.is_imported():
            (written if runs_later else binds).add(symbol.get_name())
    for child in table.get_children():
        _scope(child, now, later, binds, written, runs_later)


def now_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Every node that runs when the statement runs: not the bodies of functions and lambdas."""
    waiting = [node]
    while waiting:
        at = waiting.pop()
        yield at
        if isinstance(at, ast.Lambda):
            waiting.extend(_defaults(at.args))
        elif isinstance(at, (ast.FunctionDef, ast.AsyncFunctionDef)):
            waiting.extend([*at.decorator_list, *_defaults(at.args)])
        else:
            waiting.extend(ast.iter_child_nodes(at))


def later_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Every node that runs only when a function in the statement is called."""
    for at in now_nodes(node):
        if isinstance(at, ast.Lambda):
            yield from ast.walk(at.body)
        elif isinstance(at, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for statement in at.body:
                yield from ast.walk(statement)


def _defaults(arguments: ast.arguments) -> list[ast.expr]:
    return [*arguments.defaults, *(default for default in arguments.kw_defaults if default is not None)]


def _called(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Names that are called: decorators are too."""
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield from map(root, node.decorator_list)


def root(node: ast.AST) -> str:
    """The name at the root of `a.b[0].c(...)`; "" if it has none."""
    while True:
        if isinstance(node, (ast.Attribute, ast.Subscript, ast.Starred)):
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        else:
            return node.id if isinstance(node, ast.Name) else ""


def _stored(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Names through which something is stored or deleted."""
    for node in nodes:
        if isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, (ast.Store, ast.Del)):
            yield root(node)


def _mutated(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Names of which a method is called that changes its object."""
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            method = node.func.attr
            if method in MUTATORS or (method.endswith("_") and not method.endswith("__")):
                yield root(node.func)


def _handed_over(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Names that a call standing on its own may change: its receiver and its arguments.

    The value of such a call is thrown away, so it was made for what it does.
    """
    for at in nodes:
        if not (isinstance(at, ast.Expr) and isinstance(at.value, ast.Call)):
            continue
        call = at.value
        if isinstance(call.func, ast.Name) and call.func.id in HARMLESS:
            continue
        if isinstance(call.func, ast.Attribute):
            yield root(call.func)
        for argument in [*call.args, *(keyword.value for keyword in call.keywords)]:
            if isinstance(argument, (ast.Name, ast.Attribute, ast.Subscript, ast.Starred)):
                yield root(argument)
