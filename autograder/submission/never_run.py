"""Which top-level statements the slice never runs: those that load data, train, plot or talk to the world.

A statement counts as harmless if everything it calls is: constructors and functions of torch, numpy, math and the
like, harmless built-ins, methods of such values, and the student's own helpers as long as they too call nothing else.
It is never run if it calls anything else, calls a graded function or a given class, or needs a name that only
such statements bind. Definitions and imports are always run.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Mapping, Sequence

from autograder.submission.names import now_nodes, root, words
from autograder.submission.statements import BLOCKS, DEFINITIONS, IMPORTS, Top, children

BUILTINS = frozenset(dir(builtins))

# Modules whose functions compute and do nothing else, but for the exceptions below.
PURE_MODULES = words(
    """torch numpy math cmath random itertools functools collections operator typing typing_extensions dataclasses enum
    copy string re time datetime warnings statistics fractions decimal numbers types abc contextlib sys os pathlib
    logging heapq bisect builtins gc traceback inspect textwrap pprint array"""
)
IMPURE = words(
    """torch.load torch.save torch.hub torch.utils torch.jit torch.onnx torch.multiprocessing torch.distributed
    torch.optim
    numpy.load numpy.loadtxt numpy.genfromtxt numpy.fromfile numpy.memmap numpy.save numpy.savez numpy.savetxt
    numpy.savez_compressed numpy.lib
    os.system os.popen os.listdir os.scandir os.walk os.chdir os.mkdir os.makedirs os.remove os.unlink os.rmdir
    os.rename os.replace os.open os.fork os.kill os.spawnl os.execv os._exit os.symlink os.link os.truncate
    sys.exit sys.stdin time.sleep
    builtins.open builtins.input builtins.exec builtins.eval builtins.compile builtins.__import__ builtins.exit
    builtins.quit builtins.help builtins.breakpoint builtins.globals builtins.locals"""
)
# Methods that train, predict, read, write or draw, whatever object they are called on.
IMPURE_METHODS = words(
    """train fit predict check_accuracy backward load load_state_dict save savefig show plot imshow scatter
    hist mount read readline readlines read_text read_bytes write write_text write_bytes open unlink mkdir rmdir touch
    glob rglob iterdir download extractall system run tofile dump"""
)
# Built-ins that call what they are given.
_CALLERS = frozenset({"map", "filter", "sorted", "min", "max"})
_ROUNDS = 10


def resolve(tops: Sequence[Top], answers: frozenset[str]) -> tuple[list[Top], list[bool]]:
    """Say of every statement whether it is never run.

    Out of a block that is never run come its imports and definitions, and the plain assignments of an `if`, `try` or
    `with`, as statements of their own directly after it.

    Args:
        tops: the statements of a file, in order.
        answers: graded functions and given classes; calling one is data or training.

    Returns:
        The statements with those that came out of blocks, and for each whether it is never run.
    """
    now = list(tops)
    opened: set[int] = set()
    for _ in range(_ROUNDS):
        never = _judge(now, answers)
        wider: list[Top] = []
        for at, skip in zip(now, never, strict=True):
            wider.append(at)
            if skip and isinstance(at.node, BLOCKS) and id(at) not in opened and not at.unrun:
                opened.add(id(at))
                wider.extend(children(at, block=len(opened)))
        if len(wider) == len(now):
            break
        now = wider
    return now, _with_siblings(now, _judge(now, answers))


def bindings(tops: Sequence[Top]) -> dict[str, list[int]]:
    """For every name the statements that bind it, in order."""
    found: dict[str, list[int]] = {}
    for index, at in enumerate(tops):
        for name in at.names.binds:
            found.setdefault(name, []).append(index)
    return found


def imported(tops: Sequence[Top]) -> dict[str, str]:
    """For every name that an import binds, the dotted thing it stands for."""
    return {name: path for at in tops for name, path in at.names.imports}


def _with_siblings(tops: list[Top], never: list[bool]) -> list[bool]:
    """An assignment taken out of a block is not run if another of that block that binds the same name is not."""
    spoiled: dict[int, set[str]] = {}
    for at, skip in zip(tops, never, strict=True):
        if skip and at.block:
            spoiled.setdefault(at.block, set()).update(at.names.binds)
    return [
        skip
        or (
            bool(at.block)
            and not isinstance(at.node, (*IMPORTS, *DEFINITIONS))
            and bool(at.names.binds & spoiled.get(at.block, set()))
        )
        for at, skip in zip(tops, never, strict=True)
    ]


def _judge(tops: Sequence[Top], answers: frozenset[str]) -> list[bool]:
    never = [at.unrun for at in tops]
    binders = bindings(tops)
    for _ in range(_ROUNDS):
        judge = _Judge(tops, never, binders, answers)
        before = sum(never)
        for index, at in enumerate(tops):
            if not never[index] and not isinstance(at.node, (*IMPORTS, *DEFINITIONS)):
                never[index] = not judge.harmless(index)
        if sum(never) == before:
            break
    return never


class _Judge:
    """Judges statements, given what is known so far of the others."""

    def __init__(
        self, tops: Sequence[Top], never: list[bool], binders: Mapping[str, list[int]], answers: frozenset[str]
    ) -> None:
        self.tops, self.never, self.binders, self.answers = tops, never, binders, answers
        self.imported = imported(tops)
        self.stars = [module for at in tops for module in at.names.stars]
        self.helpers: dict[str, bool] = {}
        self.reaches: dict[str, set[str] | None] = {}

    def harmless(self, index: int) -> bool:
        at = self.tops[index]
        return not any(self._unmade(name, index) for name in at.names.now) and all(
            self._harmless_act(node, at) for node in at.names.acts
        )

    def _unmade(self, name: str, before: int) -> bool:
        """Whether all that binds the name by then is never run."""
        earlier = [index for index in self.binders.get(name, ()) if index < before]
        return bool(earlier) and name not in BUILTINS and all(self.never[index] for index in earlier)

    def _harmless_act(self, node: ast.AST, at: Top, inside: bool = False) -> bool:
        if isinstance(node, (ast.Await, ast.Yield, ast.YieldFrom)):
            return inside
        if not isinstance(node, ast.Call):
            return True
        function = node.func
        if isinstance(function, ast.Name) and inside and function.id not in at.names.loads:
            return True  # a parameter or a local of the helper
        if root(function) in self.answers:
            return False
        path = self._path(function)
        if path and not (path.startswith("builtins.") and path.split(".")[1] in _CALLERS):
            return _pure(path)
        if any(name in self.answers for name in _handed(node)):
            return False
        if path:
            return True
        if inside and root(function) in self.binders:
            return not isinstance(function, ast.Attribute) or function.attr not in IMPURE_METHODS  # it is reached too
        if isinstance(function, ast.Name):
            return self._helper(function.id)
        if isinstance(function, ast.Attribute):
            return function.attr not in IMPURE_METHODS and (inside or self._own_is_clean(root(function)))
        return self._own_is_clean(root(function))

    def _path(self, node: ast.expr) -> str:
        """The dotted module path of an expression; "" if it is not one."""
        if isinstance(node, ast.Attribute):
            base = self._path(node.value)
            return f"{base}.{node.attr}" if base else ""
        if not isinstance(node, ast.Name):
            return ""
        if node.id in self.imported:
            return self.imported[node.id]
        if node.id in self.binders:
            return ""
        if node.id in BUILTINS:
            return f"builtins.{node.id}"
        return f"{self.stars[-1]}.{node.id}" if self.stars else ""

    def _own_is_clean(self, name: str) -> bool:
        """Whether a method of the value of this name may be called: it is no answer in disguise."""
        return not name or name not in self.binders or name in self.imported or self._helper(name)

    def _helper(self, name: str) -> bool:
        """Whether calling this name of the student's is harmless: everything it can reach is."""
        if name in self.answers:
            return False
        if name in self.imported:
            return _pure(self.imported[name])
        if name not in self.binders:
            return name in BUILTINS
        if name not in self.helpers:
            reached, waiting = {name}, [name]
            while waiting:
                at = waiting.pop()
                if at not in self.reaches:
                    self.reaches[at] = self._reach(at)
                more = self.reaches[at]
                if more is None:
                    self.helpers[name] = False
                    return False
                waiting.extend(more - reached)
                reached |= more
            self.helpers.update(dict.fromkeys(reached, True))
        return self.helpers[name]

    def _reach(self, name: str) -> set[str] | None:
        """The student's names that this one uses; None if it is not harmless itself."""
        found: set[str] = set()
        for index in self.binders[name]:
            at = self.tops[index]
            if self.never[index] or at.names.loads & self.answers:
                return None
            if not all(self._harmless_act(node, at, inside=True) for node in at.names.later_acts):
                return None
            found |= at.names.loads
        return {other for other in found & self.binders.keys() if other not in self.imported and other not in BUILTINS}


def _handed(node: ast.Call) -> Iterator[str]:
    """The names among the arguments of a call."""
    for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
        yield from (inner.id for inner in now_nodes(argument) if isinstance(inner, ast.Name))


def _pure(path: str) -> bool:
    parts = path.split(".")
    return parts[0] in PURE_MODULES and not any(".".join(parts[: n + 1]) in IMPURE for n in range(len(parts)))
