"""The gradient check: is the dW that a loss returns the slope of the loss that it returns?

`torch.autograd.gradcheck` judges, on a function whose forward is the student's loss and whose backward is their dW. It
asks at two points for every entry of W, so a first pass with a blank function finds out which points, all of them are
asked in one request, and the second pass looks the answers up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor

from autograder.checks import expect
from autograder.checks.expect import CheckFailed

Evaluate = Callable[[Sequence[Tensor]], list[Any]]


@dataclass(frozen=True)
class Precision:
    """The step of the numeric gradient, and how far the two may differ."""

    eps: float
    atol: float
    rtol: float


FINE = Precision(1e-6, 1e-5, 1e-3)  # gradcheck's own; that dW is right to 1e-6 is for another check to say
COARSE = Precision(1e-3, 1e-2, 1e-2)  # for a loss summed in float32, which is legal: its rounding drowns small steps
SYMMETRY = 1e-4


def check_gradient(evaluate: Evaluate, W: Tensor) -> None:
    """A loss and its gradient agree at W, and the gradient's own Jacobian is symmetric.

    Args:
        evaluate: takes many W at once and returns what the student's function returned for each: (loss, dW).
        W: where to check, (D, C), float64, away from kinks.

    Raises:
        CheckFailed: they do not agree, or what came is not (0-dim tensor, tensor like W).
    """
    first, _ = expect.pair("the function", evaluate([W])[0], ("loss", "dW"))
    precision = COARSE if isinstance(first, Tensor) and first.dtype != W.dtype else FINE
    points: dict[bytes, Tensor] = {}

    def blank(at: Tensor) -> tuple[Tensor, Tensor]:
        points.setdefault(_key(at), at.clone())
        return at.new_zeros(()), torch.zeros_like(at)

    _gradcheck(blank, W, precision)
    answers: dict[bytes, tuple[Tensor, Tensor]] = {}
    for key, answer in zip(points, evaluate(list(points.values())), strict=True):
        loss, dW = expect.pair("the function", answer, ("loss", "dW"))
        expect.tensor("loss", loss, ())
        expect.tensor("dW", dW, tuple(W.shape), W.dtype)
        answers[key] = loss.to(W.dtype), dW
    if not all(bool(torch.isfinite(dW).all() & torch.isfinite(loss)) for loss, dW in answers.values()):
        raise CheckFailed("the loss or dW is nan or infinite.")
    slope = _slope(points, answers, W)
    error = (answers[_key(W)][1] - slope).abs()
    expect.tell(
        "dW against the numeric gradient", float((error / (precision.atol + precision.rtol * slope.abs())).max())
    )
    if not _gradcheck(lambda at: answers[_key(at)], W, precision):
        raise CheckFailed(_difference(error))
    if precision is FINE:
        _check_symmetry(points, answers, W)


def _gradcheck(function: Callable[[Tensor], tuple[Tensor, Tensor]], W: Tensor, precision: Precision) -> bool:
    class Loss(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, at: Tensor) -> Tensor:
            loss, dW = function(at.detach())
            ctx.save_for_backward(dW)
            return loss.clone()

        @staticmethod
        def backward(ctx: Any, *grad_outputs: Tensor) -> Tensor:
            (dW,) = ctx.saved_tensors
            slope: Tensor = grad_outputs[0] * dW
            return slope

    at = W.clone().requires_grad_()
    return bool(torch.autograd.gradcheck(Loss.apply, (at,), raise_exception=False, **asdict(precision)))


def _slope(points: dict[bytes, Tensor], answers: dict[bytes, tuple[Tensor, Tensor]], W: Tensor) -> Tensor:
    """The slope of the loss, from the very points gradcheck asked."""
    return _differences(points, {key: loss for key, (loss, _) in answers.items()}, W).reshape(W.shape)


def _difference(error: Tensor) -> str:
    """Where the slope of the loss is farthest from dW."""
    row, column = divmod(int(error.argmax()), error.shape[1])
    return (
        f"dW is not the slope of the loss: off by up to {float(error.max()):.2g} (worst at [{row}, {column}]).\n"
        "The numeric gradient moves each entry of W a little and looks at the returned loss; where the two disagree, "
        "one of them has a term that the other lacks."
    )


def _check_symmetry(points: dict[bytes, Tensor], answers: dict[bytes, tuple[Tensor, Tensor]], W: Tensor) -> None:
    """The Jacobian of a gradient is a Hessian, so it is symmetric; that of made-up numbers is not."""
    hessian = _differences(points, {key: dW.flatten() for key, (_, dW) in answers.items()}, W)
    error = float((hessian - hessian.T).abs().max())
    allowed = SYMMETRY * max(1.0, float(hessian.abs().max()))
    expect.tell("the symmetry of the derivative of dW", error / allowed)
    if error > allowed:
        raise CheckFailed(
            f"the derivative of dW is not symmetric (off by {error:.2g}): dW is not the gradient of any function."
        )


def _differences(points: dict[bytes, Tensor], values: dict[bytes, Tensor], W: Tensor) -> Tensor:
    """Centred differences of values along each entry of W, one row for each, from the points moved in that entry."""
    ends: dict[int, list[tuple[float, Tensor]]] = {}
    for key, point in points.items():
        moved = (point - W).flatten()
        entries = moved.nonzero().flatten().tolist()
        if len(entries) == 1:
            ends.setdefault(entries[0], []).append((float(moved[entries[0]]), values[key]))
    rows = []
    for entry in range(W.numel()):
        (low, at_low), (high, at_high) = sorted(ends[entry], key=lambda end: end[0])
        rows.append((at_high - at_low) / (high - low))
    return torch.stack(rows)


def _key(at: Tensor) -> bytes:
    return at.detach().contiguous().numpy().tobytes()
