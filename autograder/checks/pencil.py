"""Small values to ask about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor


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
