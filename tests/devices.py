"""A second device for the tests: CUDA where there is one, and everywhere a stand-in that keeps CUDA's rules.

The stand-in computes on the CPU. Its tensors say that they are on "cuda:0", factories told to make theirs there obey,
and what meets a tensor of the other side is refused, as PyTorch does: that is how code that forgets `device=` fails on
a GPU. It knows nothing of a GPU's own numbers or limits.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils import _device
from torch.utils._pytree import tree_flatten, tree_map

CUDA = torch.device("cuda", 0)


class Elsewhere(Tensor):
    """A tensor on the stand-in."""

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return _on_the_stand_in(func, args, kwargs or {})


class _StandIn(TorchFunctionMode):
    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return _on_the_stand_in(func, args, kwargs or {})


class _Making(TorchFunctionMode):
    """What `with torch.device("cuda")` does to factories, on the stand-in too."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = dict(kwargs or {})
        if func in _device._device_constructors():
            kwargs.setdefault("device", "cuda")
        return func(*args, **kwargs)


@contextmanager
def stand_in() -> Iterator[None]:
    """While it lasts, "cuda" is the stand-in."""
    with _StandIn():
        yield


def _is_cuda(device: Any) -> bool:
    return isinstance(device, str | torch.device) and str(device).partition(":")[0] == "cuda"


def _on_the_stand_in(func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """One call of PyTorch's, by its rules: all tensors of more than no dimensions on one side, and its result there."""
    given = [value for value in tree_flatten((args, kwargs))[0] if isinstance(value, Tensor)]
    away = any(isinstance(value, Elsewhere) for value in given)
    name = getattr(func, "__name__", "")
    target = next((value for value in (*args, *kwargs.values()) if _is_cuda(value)), None)
    moving = name in ("to", "cpu", "cuda")
    with torch._C.DisableTorchFunction():
        if away and func == Tensor.device.__get__:
            return CUDA
        if func == Tensor.is_cuda.__get__:
            return away
        if name == "numpy" and away:
            raise TypeError("can't convert cuda:0 device type tensor to numpy. Use Tensor.cpu() to copy it first.")
        mixed = away and any(not isinstance(value, Elsewhere) and value.dim() for value in given)
        index = name in ("__getitem__", "__setitem__") and isinstance(args[0], Elsewhere)
        if mixed and not index and name != "copy_":
            raise RuntimeError("Expected all tensors to be on the same device, but found at least two, cuda:0 and cpu!")
        args, kwargs = tree_map(_plain, (args, kwargs))
        result = func(*args, **kwargs)
    to_cpu = name == "cpu" or (moving and "cpu" in map(str, (*args, *kwargs.values())))
    if name == "cuda" or target is not None or (away and not to_cpu):
        result = tree_map(_tagged, result)
    return result


def _plain(value: Any) -> Any:
    if isinstance(value, Elsewhere):
        return value.as_subclass(Tensor)
    return torch.device("cpu") if _is_cuda(value) else value


def _tagged(value: Any) -> Any:
    return value.as_subclass(Elsewhere) if isinstance(value, Tensor) else value


# --- functions whose arguments are sent there and whose answers come back ---------------------------------------------


def there(value: Any) -> Any:
    """A value with its tensors on CUDA; a function so that it can be called from there."""
    return _sent(value, there, home, lambda tensor: tensor.to("cuda"))


def home(value: Any) -> Any:
    """A value with its tensors on the CPU; a function so that it can be called from here, and works there."""
    return _sent(value, home, there, lambda tensor: tensor.cpu())


Way = Callable[[Any], Any]


def _sent(value: Any, way: Way, back: Way, move: Callable[[Tensor], Tensor]) -> Any:
    if isinstance(value, Tensor):
        return move(value)
    if isinstance(value, Mapping):
        return {key: way(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(way, value))
    if isinstance(value, torch.Generator):
        return _generator(value) if torch.cuda.is_available() else value
    if isinstance(value, Abroad):
        return value._target
    if callable(value):
        return _called(value, way, back)
    return Abroad(value, way, back) if hasattr(value, "__dict__") else value


@functools.cache
def _generator(of: torch.Generator) -> torch.Generator:
    """One of the GPU's, the same for the same one; draws go there only."""
    return torch.Generator("cuda").manual_seed(of.initial_seed())


def _called(function: Callable[..., Any], way: Way, back: Way) -> Callable[..., Any]:
    """A function of this side for the other: arguments go `back` to where it works, answers the same `way` as it."""
    is_class = isinstance(function, type)

    @functools.wraps(function, updated=() if is_class else functools.WRAPPER_UPDATES)
    def call(*args: Any, **kwargs: Any) -> Any:
        sent = back(args), back(kwargs)
        if is_class and back is there:
            with _Making():  # how a whole model is made on a GPU
                return Abroad(function(*sent[0], **sent[1]), way, back)
        answer = function(*sent[0], **sent[1])
        for given, held in zip((*args, *kwargs.values()), (*sent[0], *sent[1].values()), strict=True):
            if isinstance(given, dict):
                given.update(way(held))  # what it left in a dictionary
        return Abroad(answer, way, back) if is_class else way(answer)

    return call


class Abroad:
    """An object of the other side."""

    def __init__(self, target: Any, way: Way, back: Way) -> None:
        self._target, self._way, self._back = target, way, back
        self._dictionaries: dict[str, dict[str, Any]] = {}

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._target, name)
        if isinstance(value, dict):
            return self._dictionaries.setdefault(name, self._way(value))
        if not callable(value):
            return self._way(value)

        def call(*args: Any, **kwargs: Any) -> Any:
            for held, entries in self._dictionaries.items():  # they may have been changed here
                getattr(self._target, held).update(self._back(entries))
            return _called(value, self._way, self._back)(*args, **kwargs)

        return call
