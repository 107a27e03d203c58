"""Compare an analytic gradient with a numeric one, the way PyTorch checks its own: `torch.autograd.gradcheck`.

The numeric gradient itself is a task, so none is computed here: gradcheck is only asked whether the two agree, and how
far apart they are is found by asking again with other tolerances.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

LossAndGradient = Callable[..., tuple[Tensor, Tensor]]


@dataclass(frozen=True)
class GradientCheck:
    """What a gradient check found.

    Attributes:
        passed: the analytic gradient agrees with the numeric one.
        max_error: the largest difference between the two, to 3 %; infinite when they cannot be compared.
        worst_index: where in the gradient that is; empty when they cannot be compared.
        message: the same in words.
    """

    passed: bool
    max_error: float
    worst_index: tuple[int, ...]
    message: str

    def __str__(self) -> str:
        return self.message


def relative_error(a: Tensor, b: Tensor) -> float:
    """The largest difference of two tensors, relative to their size: max |a - b| / max (|a| + |b|).

    Args:
        a, b: real tensors of one shape.

    Returns:
        From 0 (equal) to 1 (opposite signs); 0 when both are all zeros or empty, nan when either has a nan.

    Raises:
        ValueError: the shapes differ.
    """
    if a.shape != b.shape:
        raise ValueError(f"a and b must have the same shape, not {tuple(a.shape)} and {tuple(b.shape)}")
    if a.numel() == 0:
        return 0.0
    a, b = a.detach().double(), b.detach().double()
    scale = float((a.abs() + b.abs()).max())
    return float((a - b).abs().max()) / scale if scale != 0 else 0.0


def check_gradient(
    loss_func: LossAndGradient, W: Tensor, *args: Any, eps: float = 1e-6, atol: float = 1e-5, rtol: float = 1e-4
) -> GradientCheck:
    """Is the gradient that a loss function returns the slope of the loss it returns?

    Args:
        loss_func: called as loss_func(W, *args), returns (loss, dW): a 0-dim tensor and a tensor shaped like W.
        W: where to check, any shape; worked on in float64, so floating tensors among args should be float64 too.
        *args: passed on as they are.
        eps: the step of the numeric gradient.
        atol, rtol: a difference up to atol + rtol * |numeric| is allowed in each entry.

    Returns:
        The outcome; print it to read it. What loss_func itself raises is not caught.
    """
    at = W.detach().double().clone()
    loss, dW = loss_func(at.clone(), *args)
    unfit = _unfit(loss, dW, at)
    if unfit:
        return GradientCheck(False, float("inf"), (), unfit)

    losses: dict[bytes, Tensor] = {}  # gradcheck is asked many times, and always about the same points

    def loss_at(w: Tensor) -> Tensor:
        key = w.cpu().numpy().tobytes()
        if key not in losses:
            losses[key] = loss_func(w.clone(), *args)[0].detach().double()
        return losses[key]

    def agrees(entries: Tensor, atol: float, rtol: float = 0.0) -> bool:
        """Do the two gradients agree in these entries of W, counted in its flattened form?"""

        def of_entries(values: Tensor) -> Tensor:
            w = at.flatten().index_put((entries,), values).view_as(at)
            value: Tensor = _WithGradient.apply(w, loss_at, dW)  # type: ignore[no-untyped-call]
            return value

        inputs = at.flatten()[entries].requires_grad_(True)
        return bool(
            torch.autograd.gradcheck(
                of_entries, (inputs,), eps=eps, atol=atol, rtol=rtol, raise_exception=False, check_undefined_grad=False
            )
        )

    everything = torch.arange(at.numel())
    passed = agrees(everything, atol, rtol)
    max_error = _smallest_passing(lambda tolerance: agrees(everything, tolerance))
    worst = _index(_worst_entry(agrees, everything, max_error), at.shape)
    if passed:
        said = f"the analytic gradient agrees with the numeric one: they differ by at most {max_error:.1e}"
    elif max_error == float("inf"):
        said = "the two gradients cannot be compared: is the loss finite near W too?"
    else:
        said = (
            f"the analytic gradient is off by up to {max_error:.2g}, worst at {list(worst)}, "
            f"where it is {float(dW[worst]):.4g}"
        )
    return GradientCheck(passed, max_error, worst, said)


def _unfit(loss: Any, dW: Any, at: Tensor) -> str:
    """Why a loss and its gradient cannot be checked, empty if they can."""
    for name, value in (("loss", loss), ("dW", dW)):
        if not isinstance(value, Tensor):
            return f"{name} must be a tensor, not {type(value).__name__}"
        if not torch.isfinite(value).all():
            return f"{name} has entries that are not finite"
    if loss.dim():
        return f"loss must be a 0-dim tensor, not of shape {tuple(loss.shape)}"
    if dW.shape != at.shape:
        return f"dW must have the shape of W, {tuple(at.shape)}, not {tuple(dW.shape)}"
    return ""


def _smallest_passing(passes: Callable[[float], bool]) -> float:
    """The smallest tolerance that passes, to 3 %, by halving its exponent's range; infinite if none does."""
    low, high = -12.0, 12.0
    if not passes(10**high):
        return float("inf")
    for _ in range(11):
        middle = (low + high) / 2
        low, high = (low, middle) if passes(10**middle) else (middle, high)
    return float(10**high)


def _worst_entry(agrees: Callable[[Tensor, float], bool], entries: Tensor, max_error: float) -> int | None:
    """The entry that differs most: keep the half that does not agree within a little less than the largest error."""
    if max_error == float("inf") or len(entries) == 0:
        return None
    while len(entries) > 1:
        first, second = entries[: len(entries) // 2], entries[len(entries) // 2 :]
        entries = second if agrees(first, 0.9 * max_error) else first
    return int(entries[0])


def _index(flat: int | None, shape: torch.Size) -> tuple[int, ...]:
    """Where an entry of the flattened tensor stands in a tensor of that shape."""
    if flat is None:
        return ()
    index = []
    for size in reversed(shape):
        flat, at = divmod(flat, size)
        index.append(at)
    return tuple(reversed(index))


class _WithGradient(torch.autograd.Function):
    """A loss whose backward pass gives the gradient that its function returned, not one that autograd derived."""

    @staticmethod
    def forward(ctx: Any, w: Tensor, loss_at: Callable[[Tensor], Tensor], dW: Tensor) -> Tensor:
        ctx.save_for_backward(dW.detach().to(w.dtype))
        return loss_at(w.detach()).clone()

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None, None]:
        (dW,) = ctx.saved_tensors
        return grads[0] * dW, None, None
