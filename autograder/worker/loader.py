"""Load a slice in the worker: statement by statement, so that one that fails costs only the names it binds."""

from __future__ import annotations
import __future__

import functools
import operator
import sys
import types
import warnings
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from autograder.worker import faults
from autograder.worker.preload import Nothing

MODULE = "submission"
_FUTURES = {name: getattr(__future__, name).compiler_flag for name in __future__.all_feature_names}
_ALL_FUTURES = functools.reduce(operator.or_, _FUTURES.values())


class Undefined:
    """Stands for a name whose definition failed: every use of it tells why."""

    def __init__(self, story: str) -> None:
        object.__setattr__(self, "_story", story)

    def _tell(self, *_: Any, **__: Any) -> NoReturn:
        raise faults.NotDefined(object.__getattribute__(self, "_story"))

    def __getattr__(self, name: str) -> NoReturn:
        self._tell()

    __call__ = __setattr__ = __getitem__ = __setitem__ = __iter__ = __len__ = __bool__ = _tell
    __enter__ = __mro_entries__ = __index__ = __float__ = __int__ = _tell
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _tell
    __matmul__ = __rmatmul__ = __pow__ = __rpow__ = __mod__ = __rmod__ = __neg__ = _tell
    __lt__ = __le__ = __gt__ = __ge__ = _tell


class Loader:
    """The student's namespace, and how statements come into it."""

    def __init__(self, stand_ins: Mapping[str, Any], skipped: Mapping[int, str]) -> None:
        """Make an empty namespace.

        Args:
            stand_ins: values that hold their names whatever the statements bind.
            skipped: statements not to run, by index, and what to say where a name of theirs is used.
        """
        module = types.ModuleType(MODULE)
        sys.modules[MODULE] = module  # so that dataclasses, typing and inspect find the module of a student's class
        self.namespace: dict[str, Any] = vars(module)
        self.origins = faults.Origins()
        self._stand_ins = stand_ins
        self._skipped = skipped
        self._flags = 0
        # What every notebook has without an import.
        self.namespace.update(display=Nothing(), get_ipython=Nothing())
        self.namespace.update(stand_ins)

    def load(
        self, statements: list[tuple[bytes, str, int, int, list[str]]], announce: Callable[[int], None]
    ) -> dict[int, str]:
        """Execute statements in order.

        Args:
            statements: code (UTF-8), file, cell, first line and bound names of each.
            announce: told each index before it runs, so that the grader knows which one never came back.

        Returns:
            Why each that failed did, by index.
        """
        failed: dict[int, str] = {}
        for index, (code, file, cell, line, binds) in enumerate(statements):
            story = self._skipped.get(index, "")
            if not story:
                announce(index)
                story = self._execute(code, file, cell, line)
            if story:
                failed[index] = story
                for name in binds:
                    self.namespace[name] = Undefined(f"{name} could not be defined: {story}")
            self.namespace.update(self._stand_ins)
        return failed

    def _execute(self, code: bytes, file: str, cell: int, line: int) -> str:
        try:
            source = "\n" * (line - 1) + code.decode("utf-8", "surrogatepass")
            name = self.origins.file_name(file, cell)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                compiled = compile(source, name, "exec", flags=self._flags, dont_inherit=True)
            # What a statement imports from __future__ holds for the cells after it too, as in a notebook.
            self._flags |= compiled.co_flags & _ALL_FUTURES
            exec(compiled, self.namespace)
        except BaseException as error:  # noqa: BLE001 - whatever a definition raises costs the names it binds, no more
            return faults.one_line(error, self.origins, (file, cell, line))
        return ""

    def load_given(self, source: str) -> str:
        """Execute the given classes over the student's copies; why it failed, or ""."""
        for name, value in _usual_names().items():
            self.namespace.setdefault(name, value)
        before = dict(self.namespace)
        try:
            flags = self._flags | _FUTURES["annotations"]
            exec(compile(source, "given classes", "exec", flags=flags, dont_inherit=True), self.namespace)
        except BaseException as error:  # noqa: BLE001 - the student's namespace may make anything of it
            self.namespace.update(before)
            return f"{type(error).__name__}: {error}"
        self.namespace.update(self._stand_ins)
        return ""


def _usual_names() -> dict[str, Any]:
    import typing

    import torch

    return {"torch": torch, "Tensor": torch.Tensor, "Callable": typing.Callable, "Any": typing.Any}
