"""Slices the graded functions out of a file: their definitions and, transitively, all they need; nothing is run.

What the slice computes is what the whole notebook would after "run all cells", but for the statements that load data,
train or plot (see `never_run`).
"""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Sequence
from functools import lru_cache

from autograder.catalog import Part
from autograder.submission.ipython import clean, parse
from autograder.submission.names import names, words
from autograder.submission.never_run import BUILTINS, bindings, imported, resolve
from autograder.submission.source import FunctionSlice, Origin, Slice, SourceFile, Statement
from autograder.submission.statements import DEFINITIONS, IMPORTS, BrokenCell, Top, definitions, place, scan

# Calls that set something for the whole process, which every function may depend on. The default device is left out:
# a graded run has the CPU only, and a seed matters to nobody.
SETTINGS = words(
    """torch.set_default_dtype torch.set_default_tensor_type torch.set_grad_enabled torch.use_deterministic_algorithms
    torch.set_float32_matmul_precision torch.autograd.set_grad_enabled sys.setrecursionlimit"""
)


def slice_part(source: SourceFile, part: Part, given_source: str = "") -> Slice:
    """Slice one part's graded functions out of a file.

    Args:
        source: the notebook or module.
        part: whose functions to look for.
        given_source: Python source of the part's given classes. The student's copies stay out of the slice; what
            these need counts as needed wherever a class of them is mentioned.

    Returns:
        The slice; every function of the part is in `functions`, whatever state it is in.
    """
    notebook = _Notebook(source, part, given_source)
    found = {function.name: notebook.needs(function.name) for function in part.functions}
    used = sorted(set().union(*found.values()))
    at = {index: position for position, index in enumerate(used)}
    functions = {
        name: notebook.function(name, tuple(at[index] for index in sorted(needs))) for name, needs in found.items()
    }
    statements = tuple(notebook.statement(index) for index in used)
    return Slice(part.name, statements, functions, notebook.notes)


def definition(source: SourceFile, name: str) -> str | None:
    """The source of the last top-level function or class of that name; None if there is none."""
    found = None
    for at in scan(source).tops:
        for node in definitions(at.node):
            if node.name == name:
                found = ast.get_source_segment(at.code, node, padded=True)
    return found


class _Notebook:
    """One file seen from one part: which statement binds what, and which are never run."""

    def __init__(self, source: SourceFile, part: Part, given_source: str) -> None:
        self.source, self.part = source, part
        self.graded = frozenset(function.name for function in part.functions)
        self.given = frozenset(part.given)
        self.tops, self.never = _resolved(source, part.answers)
        self.broken, self.notes = scan(source).broken, scan(source).notes
        self.binders = bindings(self.tops)
        self.imported = imported(self.tops)
        self.changes = self._changes()
        self.changers: dict[str, list[int]] = {}
        for index, changed in enumerate(self.changes):
            for name in changed:
                self.changers.setdefault(name, []).append(index)
        self.settings = [index for index in range(len(self.tops)) if self._is_setting(index)]
        self.given_needs = _given_needs(given_source, self.given) or self._given_needs_of_student()

    # -- which statements make a name

    def _changes(self) -> list[frozenset[str]]:
        """For every statement the names whose object it changes, also by calling a helper that does."""
        late = self._late_changes()
        return [
            at.names.changes
            | {name for name in at.names.may_change if name not in self.imported}
            | frozenset().union(*(late.get(name, frozenset()) for name in at.names.calls))
            for at in self.tops
        ]

    def _late_changes(self) -> dict[str, frozenset[str]]:
        """For every helper called at top level the names it changes, itself or through others."""
        direct = {name: self._direct_changes(name) for name in self.binders}
        if not any(direct.values()):
            return {}
        called = frozenset().union(*(at.names.calls for at in self.tops)) & direct.keys()
        return {name: frozenset().union(*(direct[other] for other in self._reached_names(name))) for name in called}

    def _direct_changes(self, name: str) -> frozenset[str]:
        changed = frozenset().union(*(self.tops[index].names.later_changes for index in self.binders[name]))
        return frozenset(other for other in changed if other not in self.imported)

    def _reached_names(self, name: str) -> set[str]:
        reached, waiting = {name}, [name]
        while waiting:
            for index in self.binders[waiting.pop()]:
                for other in self.tops[index].names.later:
                    if other in self.binders and other not in reached:
                        reached.add(other)
                        waiting.append(other)
        return reached

    def makers(self, name: str) -> list[int]:
        """The statements to run for a name: those that bind or change it and are run at all."""
        if name in self.given:
            return []
        binders = [index for index in self.binders.get(name, ()) if not self.never[index]]
        if name in self.graded and any(not isinstance(self.tops[index].node, IMPORTS) for index in binders):
            binders = [index for index in binders if not isinstance(self.tops[index].node, IMPORTS)]
        if name in BUILTINS:
            binders = [index for index in binders if _binds_callable(self.tops[index].node)]
        if not binders and name not in self.imported:
            return []
        return sorted({*binders, *(index for index in self.changers.get(name, ()) if not self.never[index])})

    def _is_setting(self, index: int) -> bool:
        at = self.tops[index]
        return (
            not self.never[index]
            and not isinstance(at.node, DEFINITIONS)
            and any(isinstance(act, ast.Call) and self._path(act.func) in SETTINGS for act in at.names.acts)
        )

    def _path(self, node: ast.expr) -> str:
        pieces = []
        while isinstance(node, ast.Attribute):
            pieces.append(node.attr)
            node = node.value
        head = self.imported.get(node.id, "") if isinstance(node, ast.Name) else ""
        return ".".join([head, *reversed(pieces)])

    # -- what a function needs

    def needs(self, name: str) -> set[int]:
        """Indices of all statements a graded function needs, its own among them; empty if it is not defined."""
        if not self._defining(name):
            return set()
        needed: set[int] = set()
        seen: set[str] = set()
        waiting, indices = [name], list(self.settings)
        while waiting or indices:
            if indices:
                index = indices.pop()
                if index not in needed:
                    needed.add(index)
                    waiting.extend(self.tops[index].names.loads)
                    indices.extend(i for given in self.tops[index].names.now & self.given for i in self._copy(given))
                continue
            at = waiting.pop()
            if at not in seen:
                seen.add(at)
                waiting.extend(self.given_needs.get(at, ()))
                indices.extend(self.makers(at))
        if any(self.tops[index].names.loads - self.binders.keys() - BUILTINS for index in needed):
            needed |= {i for i, at in enumerate(self.tops) if at.names.stars and not self.never[i]}
        return needed

    def _copy(self, given: str) -> list[int]:
        """The student's copy of a given class, for statements that cannot run without it; the grader's replaces it."""
        return [index for index in self.binders.get(given, ()) if not self.never[index]][-1:]

    def reaches(self, name: str) -> frozenset[str]:
        """The other graded functions its code can reach."""
        seen, waiting = {name}, [name]
        while waiting:
            at = waiting.pop()
            found = set(self.given_needs.get(at, ()))
            for index in self.makers(at):
                found |= self.tops[index].names.loads
            waiting.extend(found - seen)
            seen |= found
        return frozenset(seen & self.graded - {name})

    def unmade(self, name: str) -> tuple[str, str] | None:
        """A name its own code needs that nothing in the slice makes, and the helper through which; None if all is well.

        Other graded functions are asked for themselves: a wrong one does not take this one with it.
        """
        seen = {name} | self.graded
        waiting = [(name, "")]
        while waiting:
            at, through = waiting.pop(0)
            if at != name and not self.makers(at) and at not in BUILTINS | self.given and self._blame(at):
                return at, through
            inner = "" if at == name else at
            for index in self._living(at):
                for other in sorted(self.tops[index].names.reads - seen):
                    seen.add(other)
                    waiting.append((other, inner))
            for other in sorted(frozenset(self.given_needs.get(at, ())) - seen):
                seen.add(other)
                waiting.append((other, inner))
        return None

    def _living(self, name: str) -> list[int]:
        """The makers of a name that still count: those from its last whole binding on."""
        makers = self.makers(name)
        whole = [index for index in makers if _binds_whole(self.tops[index].node, name)]
        if not whole or name in self.tops[whole[-1]].names.now:
            return makers
        return [index for index in makers if index >= whole[-1]]

    def _blame(self, name: str) -> Origin | BrokenCell | None:
        """Where a name comes from that the slice cannot make."""
        for item in reversed(self.broken):
            if name in item.defines:
                return item
        for index in self.binders.get(name, ()):
            if self.never[index]:
                return self.tops[index].origin
        return None

    # -- what is said of a function

    def function(self, name: str, statements: tuple[int, ...]) -> FunctionSlice:
        """The graded function as found, with its statements numbered as in the slice."""
        defining = self._defining(name)
        if not defining:
            return self._absent(name)
        origin = _defined_at(self.tops[defining[-1]], name)
        if self._is_stub(name, defining):
            again = self._written_before(name, origin, defining)
            return FunctionSlice(name, "stub", origin, statements, self.reaches(name), again)
        lacking = self.unmade(name)
        if lacking:
            return FunctionSlice(name, "broken", origin, statements, self.reaches(name), self._why(name, *lacking))
        return FunctionSlice(name, "present", origin, statements, self.reaches(name))

    def _defining(self, name: str) -> list[int]:
        """The statements that bind a graded name to something of the student's own."""
        return [
            index
            for index in self.binders.get(name, ())
            if not self.never[index] and not isinstance(self.tops[index].node, (*IMPORTS, ast.Delete))
        ]

    def _is_stub(self, name: str, defining: list[int]) -> bool:
        last = self.tops[defining[-1]]
        nodes = [node for node in definitions(last.node) if node.name == name]
        changed_later = any(index > defining[-1] for index in self.makers(name))
        return bool(nodes) and is_stub(nodes[-1]) and not changed_later

    def _written_before(self, name: str, stub: Origin, defining: list[int]) -> str:
        """What to say of a stub that stands below a definition with work in it; "" if there is none."""
        for index in reversed(defining):
            for node in definitions(self.tops[index].node):
                if node.name == name and not is_stub(node):
                    written = _origin(self.tops[index], node)
                    apart = stub.cell != written.cell
                    here, there = (f"cell {at.cell}" if apart else str(at).partition(", ")[2] for at in (stub, written))
                    return (
                        f"{name} is a stub again: the definition in {here} replaces the one in {there}; delete the stub"
                    )
        return ""

    def _why(self, name: str, lacking: str, through: str) -> str:
        blame = self._blame(lacking)
        via = f" (through `{through}`)" if through else ""
        if isinstance(blame, BrokenCell):
            return f"{name} uses `{lacking}`{via}, but {blame.reason}"
        assert blame is not None  # unmade() has asked
        return (
            f"{name} uses `{lacking}`{via}, which is only made by loading data or training ({place(blame)}); "
            "pass it as an argument instead"
        )

    def _absent(self, name: str) -> FunctionSlice:
        for item in reversed(self.broken):
            if name in item.defines:
                return FunctionSlice(name, "broken", item.origin, message=f"{name} cannot be read: {item.reason}")
        for index in self.binders.get(name, ()):
            at = self.tops[index]
            if isinstance(at.node, IMPORTS):
                where = f"{name} is imported ({place(at.origin)}), but only this file is graded: define it here"
                return FunctionSlice(name, "missing", at.origin, message=where)
            if self.never[index]:
                made = f"{name} is only made by loading data or training ({place(at.origin)}); define it with def"
                return FunctionSlice(name, "broken", at.origin, message=made)
        return FunctionSlice(name, "missing", message=self._in_no_code(name) or self._did_you_mean(name))

    def _in_no_code(self, name: str) -> str:
        """What to say of a definition that stands only where nothing is run; "" if there is none."""
        for text, cell in reversed(self.source.texts):
            if text == name:
                return f"{name} was found in a text cell ({self.source.name}, cell {cell}): make it a code cell"
        for at in reversed(self.source.cells):
            code, _, body = at.source.lstrip().partition("\n")
            if (
                code.startswith("%%")
                and not clean(at.source).code
                and re.search(rf"^(?:def|class) {name}\b", body, re.M)
            ):
                where = f"{self.source.name}, cell {at.number}"
                return f"{name} was found under `{code.split()[0]}` ({where}), where it is not run: delete that line"
        return ""

    def _did_you_mean(self, name: str) -> str:
        known = {**self._inner_definitions(), **self._other_definitions()}
        if name in known:
            return f"{name} is defined inside something else ({place(known[name])}): move it to the left margin"
        lower = {other.lower(): other for other in sorted(known) if other not in self.graded | self.given}
        close = difflib.get_close_matches(name.lower(), lower, n=1, cutoff=0.8)
        if close:
            other = lower[close[0]]
            return f"found `{other}` ({place(known[other])}): did you mean `{name}`?"
        return f"{name} is not defined in {self.source.name}"

    def _other_definitions(self) -> dict[str, Origin]:
        found = {name: item.origin for item in self.broken for name in item.defines}
        for at in self.tops:
            found.update({node.name: _origin(at, node) for node in definitions(at.node)})
        return found

    def _inner_definitions(self) -> dict[str, Origin]:
        """Functions and classes defined inside others."""
        found = {}
        for at in self.tops:
            outer = {id(node) for node in definitions(at.node)}
            for node in ast.walk(at.node):
                if isinstance(node, DEFINITIONS) and id(node) not in outer:
                    found[node.name] = _origin(at, node)
        return found

    def statement(self, index: int) -> Statement:
        """One statement as the slice shows it."""
        at = self.tops[index]
        return Statement(at.code, at.origin, at.names.binds | at.names.changes)

    def _given_needs_of_student(self) -> dict[str, frozenset[str]]:
        return {
            node.name: at.names.loads
            for index, at in enumerate(self.tops)
            for node in definitions(at.node)
            if node.name in self.given
        }


@lru_cache(maxsize=8)
def _resolved(source: SourceFile, answers: frozenset[str]) -> tuple[list[Top], list[bool]]:
    return resolve(scan(source).tops, answers)


def _given_needs(source: str, given: frozenset[str]) -> dict[str, frozenset[str]]:
    needs = {}
    for node in parse(source).body:
        if isinstance(node, ast.ClassDef) and node.name in given:
            needs[node.name] = names(ast.get_source_segment(source, node) or "", node).loads
    return needs


def is_stub(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    """Whether the body is still the one handed out: only a docstring, `raise NotImplementedError`, `pass`, `...`.

    A class is a stub if each of its methods is.
    """
    if isinstance(node, ast.ClassDef):
        methods = [child for child in node.body if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef))]
        return all(is_stub(method) for method in methods)
    return all(_is_empty(child) for child in node.body)


def _is_empty(node: ast.stmt) -> bool:
    if isinstance(node, ast.Raise) and node.exc is not None:
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
    constant = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return isinstance(node, ast.Pass) or constant


def _binds_callable(node: ast.stmt) -> bool:
    """Whether a binding of a built-in's name is meant to replace it: `def sum`, not `sum = 0` left over from a loop."""
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        return isinstance(node.value, (ast.Lambda, ast.Name, ast.Attribute))
    return isinstance(node, (*IMPORTS, *DEFINITIONS)) or any(True for _ in definitions(node))


def _binds_whole(node: ast.stmt, name: str) -> bool:
    if isinstance(node, (*IMPORTS, *DEFINITIONS)):
        return True
    return isinstance(node, ast.Assign) and any(
        isinstance(target, ast.Name) and target.id == name for target in node.targets
    )


def _defined_at(at: Top, name: str) -> Origin:
    nodes: Sequence[ast.stmt] = [node for node in definitions(at.node) if node.name == name]
    return _origin(at, nodes[-1]) if nodes else at.origin


def _origin(at: Top, node: ast.stmt) -> Origin:
    return Origin(at.origin.file, at.origin.cell, at.origin.line + node.lineno - 1)
