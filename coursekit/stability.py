"""Why a softmax loss or its gradient is not finite, from what was asked and what came: overflow or underflow."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

SUBTRACT = "subtract each row's own largest score from the row first, which changes no probability."


def why_not_finite(scores: Tensor, loss: Any, gradient: Any) -> str:
    """One line on where a nan or an infinity comes from; "" if loss and gradient are finite.

    Args:
        scores: what the loss was asked about, (N, C).
        loss: the loss that came, a tensor of no dimensions or a number.
        gradient: the gradient that came.
    """
    if _finite(loss) and _finite(gradient):
        return ""
    largest = math.log(torch.finfo(scores.dtype).max)  # exp of more is infinite
    highest, lowest = scores.amax(dim=1), scores.amin(dim=1)
    if float((highest - lowest).max()) < largest:  # no probability can round to 0
        smallest = -math.log(torch.finfo(scores.dtype).tiny)  # exp of less than minus this rounds to 0
        if float(highest.max() - highest.min()) > smallest:
            return (
                "the rows lie far apart: an exp is too large for a number, or, where one score is subtracted from all "
                f"rows, every exp of another row rounds to 0: {SUBTRACT}"
            )
        if float(highest.max()) > largest:
            return f"exp of a score of about {float(highest.max()):.0f} is too large for a number: {SUBTRACT}"
        return f"exp of every score of a row rounds to 0, so its probabilities are 0 / 0: {SUBTRACT}"
    if _finite(gradient):
        return (
            "a probability rounds to 0 here, and its logarithm is infinite (0 times it is nan): "
            "log(p_y) = s_y - log(sum(exp(s))) needs no p, once each row's largest score is subtracted."
        )
    return (
        "the scores of a row are far apart: either an exp overflows because what is subtracted is not the row's own "
        "largest score, or a probability that rounds to 0 is divided by, or its logarithm taken."
    )


def _finite(value: Any) -> bool:
    if isinstance(value, Tensor):
        return bool(torch.isfinite(value).all())
    return not isinstance(value, float) or math.isfinite(value)
