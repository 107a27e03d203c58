"""What the warm process does before it forks: import what student code may use, and wake what wakes slowly.

A worker opens no file, so whatever is imported or loaded on first use must have been used here.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import io
import pkgutil
import random
import sys
import types
import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from autograder.worker import wire

# Imports always satisfied, by stand-ins that do nothing: a plot, a progress bar or a display changes no answer.
SATISFIED = ("matplotlib", "mpl_toolkits", "tqdm", "IPython")

# The standard library's modules that homework uses, and those the ones here import when first used.
STANDARD = (
    *("abc", "argparse", "array", "ast", "base64", "bisect", "builtins", "calendar", "cmath", "codecs"),
    *("collections", "collections.abc", "colorsys", "contextlib", "contextvars", "copy", "copyreg", "csv"),
    *("ctypes", "dataclasses", "datetime", "decimal", "difflib", "dis", "enum", "errno", "fnmatch", "fractions"),
    *("functools", "gc", "glob", "gzip", "hashlib", "heapq", "html", "inspect", "io", "itertools", "json"),
    *("keyword", "linecache", "locale", "logging", "math", "numbers", "operator", "os", "os.path", "pathlib"),
    *("pickle", "platform", "pprint", "queue", "random", "re", "reprlib", "secrets", "shutil", "signal"),
    *("statistics", "string", "struct", "sys", "tempfile", "textwrap", "threading", "time", "timeit", "token"),
    *("tokenize", "traceback", "types", "typing", "unicodedata", "unittest", "unittest.mock", "uuid", "warnings"),
    *("weakref", "zipfile", "zlib", "encodings.ascii", "encodings.cp1252", "encodings.idna", "encodings.latin_1"),
    *("encodings.raw_unicode_escape", "encodings.unicode_escape", "encodings.utf_16", "encodings.utf_32"),
    "encodings.utf_8_sig",
)
NUMERIC = (
    *("numpy", "numpy.fft", "numpy.lib.stride_tricks", "numpy.linalg", "numpy.ma", "numpy.polynomial"),
    *("numpy.random", "numpy.testing", "numpy.typing", "torch", "torch.autograd", "torch.autograd.functional"),
    *("torch.autograd.gradcheck", "torch.autograd.profiler", "torch.distributions", "torch.fft", "torch.func"),
    *("torch.linalg", "torch.nn", "torch.nn.functional", "torch.nn.init", "torch.nn.utils", "torch.optim"),
    *("torch.optim.lr_scheduler", "torch.random", "torch.special", "torch.testing", "torch.utils"),
    "torch.utils.data",
)


def warm_up(packages: Iterable[str]) -> list[str]:
    """Import and exercise everything.

    Args:
        packages: the students' own, to be imported whole.

    Returns:
        What could not be imported, in words; none of it stops a worker.
    """
    sys.meta_path.insert(0, SatisfyingFinder())
    troubles = [trouble for name in (*STANDARD, *NUMERIC) if (trouble := _import(name))]
    for name in SATISFIED:
        importlib.import_module(name)
    for name in packages:
        troubles += _import_package(name)
    _exercise()
    return troubles


def _import(name: str) -> str:
    try:
        importlib.import_module(name)
    except Exception as error:  # noqa: BLE001 - another version's module may be missing or refuse; students rarely need it
        return f"{name}: {type(error).__name__}: {error}"
    return ""


def _import_package(name: str) -> list[str]:
    if trouble := _import(name):
        return [trouble]
    found = pkgutil.walk_packages(sys.modules[name].__path__, f"{name}.", onerror=lambda _: None)
    return [trouble for module in found if not module.name.endswith("__main__") and (trouble := _import(module.name))]


def _exercise() -> None:
    import numpy as np
    import torch

    torch.set_num_threads(1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        weight = torch.nn.Parameter(torch.zeros(2))
        optimizer = torch.optim.Adam([weight])
        weight.grad = torch.ones(2)
        optimizer.step()
        x = torch.arange(12.0, dtype=torch.float64).reshape(4, 3).requires_grad_()
        torch.autograd.gradcheck(lambda t: (t**2).sum(), (x,))
        torch.func.vmap(torch.func.grad(lambda t: (t**2).sum()))(x.detach())
        torch.func.hessian(lambda t: (t**2).sum())(x.detach()[0])
        for dtype in (torch.float32, torch.float64):
            y = torch.ones(4, 3, dtype=dtype)
            torch.cdist(y @ y.T, y @ y.T).topk(2)
            torch.linalg.svd(y)
            torch.linalg.solve(torch.eye(3, dtype=dtype), y.T)
            torch.fft.fft(y)
            torch.nn.functional.conv2d(y[None, None], y[None, None])
        torch.randperm(4), torch.multinomial(torch.ones(3), 2), torch.einsum("ij,kj->ik", x, x)
        torch.testing.assert_close(y, y)
        np.linalg.svd(np.ones((3, 3)) @ np.ones((3, 3)))
        np.random.default_rng(0).normal(size=3)
        np.random.seed(0)
        random.seed(0)
        torch.manual_seed(0)
        repr((x, np.ones(3), str(y)))
        buffer = io.BytesIO()
        torch.save({"W": y}, buffer)
        torch.load(io.BytesIO(buffer.getvalue()), weights_only=True)
        wire.decode(wire.encode({"tensor": x, "complex": torch.fft.fft(y), "array": np.ones(3), "bytes": b"1"}))


class SatisfyingFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports of the names in SATISFIED succeed, with modules whose every attribute does nothing."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """A spec for a stand-in module, or None for every other name."""
        del path, target
        if fullname.partition(".")[0] not in SATISFIED:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        """A module that has any attribute one asks for."""
        return _Satisfied(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Give tqdm its one real behaviour: to pass on what it iterates over."""
        if module.__name__.partition(".")[0] == "tqdm":
            vars(module).update(tqdm=Progress, trange=trange, tqdm_notebook=Progress, tnrange=trange)


class _Satisfied(types.ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing()


class Nothing:
    """Takes every call, attribute, item and context, and does nothing. `fig, ax = plt.subplots()` gets two of it."""

    def __getattr__(self, name: str) -> Nothing:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *_: Any, **__: Any) -> Nothing:
        """Itself."""
        return self

    def __getitem__(self, _: Any) -> Nothing:
        return self

    def __setitem__(self, _: Any, __: Any) -> None:
        return

    def __iter__(self) -> Iterator[Nothing]:
        return iter((self, self))

    def __enter__(self) -> Nothing:
        return self

    def __exit__(self, *_: object) -> None:
        return


class Progress:
    """tqdm without the bar."""

    def __init__(self, iterable: Iterable[Any] = (), *_: Any, total: int | None = None, **__: Any) -> None:
        self.iterable, self.total, self.n = iterable, total, 0

    def __iter__(self) -> Iterator[Any]:
        return iter(self.iterable)

    def __len__(self) -> int:
        return len(self.iterable) if self.total is None else self.total  # type: ignore[arg-type]

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing()

    @staticmethod
    def write(text: str, *_: Any, **__: Any) -> None:
        """Print, as tqdm.write does."""
        print(text)


def trange(*args: int, **options: Any) -> Progress:
    """A range in a progress bar without the bar."""
    return Progress(range(*args), **options)
