"""Test problems for optimizers: surfaces over the plane, each with its value, its gradient and a place to start.

There is no optimizer here: what walks over these surfaces is what the notebook's reader writes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

Surface = Callable[[Tensor], tuple[Tensor, Tensor]]


@dataclass(frozen=True)
class Landscape:
    """A function of two parameters, to be minimized.

    Attributes:
        name: for titles.
        surface: maps points (..., 2), float64, to the values (...) and the gradients (..., 2) there.
        start: where every optimizer starts, (2,).
        goal: the lowest point, (2,); None if the surface falls without end.
        window: the part worth drawing, ((left, right), (bottom, top)).
        noise: standard deviation of what `gradient` adds to each coordinate; 0 for exact gradients.
    """

    name: str
    surface: Surface
    start: Tensor
    goal: Tensor | None
    window: tuple[tuple[float, float], tuple[float, float]]
    noise: float = 0.0

    def value(self, w: Tensor) -> Tensor:
        """The height at each point of w, (..., 2); always without noise."""
        return self.surface(w)[0]

    def gradient(self, w: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """The gradient at each point of w, (..., 2), as a minibatch would show it: with noise, where there is any.

        Args:
            w: points, (..., 2), float64.
            generator: where the noise is drawn from; None draws from torch's global one.
        """
        gradient = self.surface(w)[1]
        if self.noise:
            gradient = gradient + self.noise * torch.randn(gradient.shape, generator=generator, dtype=gradient.dtype)
        return gradient


def _plane(x: float, y: float) -> Tensor:
    return torch.tensor([x, y], dtype=torch.float64)


def _quadratic(curvature: Tensor) -> Surface:
    def surface(w: Tensor) -> tuple[Tensor, Tensor]:
        return 0.5 * (curvature * w * w).sum(-1), curvature * w

    return surface


def bowl(condition: float = 30.0) -> Landscape:
    """A bowl `condition` times as steep across as along: f(x, y) = 1/2 (x^2 + condition * y^2)."""
    surface = _quadratic(_plane(1.0, condition))
    return Landscape("ill-conditioned bowl", surface, _plane(-4.0, 0.9), _plane(0.0, 0.0), ((-4.6, 1.6), (-1.3, 1.3)))


def noisy_bowl(noise: float = 4.0) -> Landscape:
    """A bowl seen through noise: f(x, y) = 1/2 (x^2 + 5 y^2), with gradients as uncertain as a minibatch's."""
    surface = _quadratic(_plane(1.0, 5.0))
    window = ((-4.6, 1.6), (-1.9, 1.9))
    return Landscape("noisy gradient", surface, _plane(-4.0, 1.3), _plane(0.0, 0.0), window, noise)


def saddle() -> Landscape:
    """A saddle: f(x, y) = 1/2 x^2 - 1/2 y^2 + 1/4 y^4, stationary at the origin, with minima at (0, -1) and (0, 1).

    The start is almost on the ridge, where the gradient points at the saddle point and hardly to either side.
    """

    def surface(w: Tensor) -> tuple[Tensor, Tensor]:
        x, y = w.unbind(-1)
        value = 0.5 * x**2 - 0.5 * y**2 + 0.25 * y**4
        return value, torch.stack([x, y**3 - y], dim=-1)

    return Landscape("saddle", surface, _plane(-1.8, 1e-3), _plane(0.0, 1.0), ((-2.1, 0.9), (-0.5, 1.4)))


def bumpy_valley() -> Landscape:
    """A valley with bumps along its floor: f(x, y) = 0.1 x^2 + 0.175 (1 - cos(4 x)) + 3 y^2.

    The bumps make local minima; the lowest point is the origin.
    """

    def surface(w: Tensor) -> tuple[Tensor, Tensor]:
        x, y = w.unbind(-1)
        value = 0.1 * x**2 + 0.175 * (1 - torch.cos(4 * x)) + 3 * y**2
        return value, torch.stack([0.2 * x + 0.7 * torch.sin(4 * x), 6 * y], dim=-1)

    return Landscape("bumpy valley", surface, _plane(-4.0, 0.9), _plane(0.0, 0.0), ((-4.6, 1.6), (-1.2, 1.2)))


def all_four() -> tuple[Landscape, ...]:
    """The four problems of the race: ill-conditioned bowl, saddle, bumpy valley, noisy gradient."""
    return bowl(), saddle(), bumpy_valley(), noisy_bowl()
