"""Compare an analytic gradient with a numeric one."""

from __future__ import annotations

from torch import Tensor


def relative_error(a: Tensor, b: Tensor) -> float:
    """Largest difference of two tensors over the largest sum of their magnitudes, 0 when both are 0."""
    scale = float((a.abs() + b.abs()).max())
    return float((a - b).abs().max()) / scale if scale else 0.0
