"""Values as people write them by hand, and small ones to ask about."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import torch
from torch import Tensor

from autograder.checks.expect import plain

LARGEST = 16  # numbers in one tensor that is shown
LONGEST = 240  # characters of one value


def shown(value: Any) -> str:
    """A value as it is written by hand."""
    text = _written(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _written(value: Any) -> str:
    value = plain(value)
    if isinstance(value, Tensor):
        small = value.numel() <= LARGEST
        return _written(value.tolist()) if small else f"a tensor of shape {tuple(value.shape)}"
    if isinstance(value, list | tuple):
        inside = ", ".join(shown(item) for item in value[:LARGEST])
        return f"[{inside}]" if isinstance(value, list) else f"({inside})"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{shown(key)}: {shown(item)}' for key, item in islice(value.items(), LARGEST))}}}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)[:40] if value is None or isinstance(value, bool | str) else f"a {type(value).__name__}"
    if not math.isfinite(value):
        return str(float(value))
    return str(int(value)) if value == int(value) and abs(value) < 1e6 else f"{value:.4g}"


class Small:
    """Draws small whole numbers, the same ones each time."""

    def __init__(self, values: Sequence[float] = (-1, 0, 1, 2)) -> None:
        """From these values."""
        self._rng = torch.Generator().manual_seed(1)
        self._values = torch.tensor(values, dtype=torch.float64)

    def tensor(self, *shape: int) -> Tensor:
        """A tensor of them, float64."""
        return self._values[torch.randint(len(self._values), shape, generator=self._rng)]

    def labels(self, high: int, *shape: int) -> Tensor:
        """Integers in [0, high), int64."""
        return torch.randint(high, shape, generator=self._rng)

    def tensors(self, shapes: Sequence[tuple[int, ...]], times: int) -> Iterator[Tensor]:
        """So many of each shape, shape after shape."""
        for shape in shapes:
            for _ in range(times):
                yield self.tensor(*shape)
