"""What the gradient tools promise a student."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from coursekit.gradients import check_gradient, relative_error


def cubic(W: Tensor, c: float) -> tuple[Tensor, Tensor]:
    return c * (W**3).sum(), 3 * c * W**2


def start(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def test_a_right_gradient_passes_and_says_how_close_it_is():
    found = check_gradient(cubic, start(4, 3), 0.5)
    assert found.passed
    assert found.max_error < 1e-6
    assert "agrees" in str(found)


def test_one_wrong_entry_is_found_with_its_size_and_its_place():
    def wrong(W: Tensor) -> tuple[Tensor, Tensor]:
        loss, dW = cubic(W, 1.0)
        dW[2, 1] += 0.42
        return loss, dW

    found = check_gradient(wrong, start(4, 3))
    assert not found.passed
    assert found.worst_index == (2, 1)
    assert found.max_error == pytest.approx(0.42, rel=0.05)
    assert "0.4" in found.message
    assert "[2, 1]" in found.message


def test_a_gradient_off_by_a_constant_factor_fails():
    found = check_gradient(lambda W: ((W * W).sum(), W), torch.full((2, 2), 3.0))
    assert not found.passed
    assert found.max_error == pytest.approx(3.0, rel=0.05)


def test_the_gradient_of_the_function_is_checked_and_not_the_one_autograd_derives():
    assert not check_gradient(lambda W: ((W * W).sum(), torch.zeros_like(W)), start(3)).passed


def test_float32_weights_are_checked_in_float64():
    found = check_gradient(cubic, start(5).float(), 1.0)
    assert found.passed, found.message


def test_the_weights_are_left_as_they_were():
    W = start(2, 2)
    before = W.clone()

    def greedy(w: Tensor) -> tuple[Tensor, Tensor]:
        loss, dW = cubic(w, 1.0)
        w.zero_()
        return loss, dW

    assert check_gradient(greedy, W).passed
    assert torch.equal(W, before)
    assert not W.requires_grad


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda W: (W.sum(), torch.ones(3)), "dW must have the shape of W, (2, 2), not (3,)"),
        (lambda W: (W, torch.ones_like(W)), "loss must be a 0-dim tensor, not of shape (2, 2)"),
        (lambda W: (float(W.sum()), torch.ones_like(W)), "loss must be a tensor, not float"),
        (lambda W: (W.sum(), None), "dW must be a tensor, not NoneType"),
        (lambda W: (W.sum(), torch.full_like(W, torch.nan)), "dW has entries that are not finite"),
    ],
)
def test_an_answer_that_cannot_be_checked_says_why(answer, said):
    found = check_gradient(answer, start(2, 2))
    assert not found.passed
    assert found.message == said


def test_a_loss_that_is_finite_only_at_that_point_is_said_to_be_beyond_comparison():
    W = start(3)

    def brittle(w: Tensor) -> tuple[Tensor, Tensor]:
        return (w.sum() if torch.equal(w, W) else w.sum() * torch.nan), torch.ones_like(w)

    found = check_gradient(brittle, W)
    assert not found.passed
    assert found.max_error == float("inf")
    assert "finite near W" in found.message


def test_relative_error_is_zero_for_equals_and_one_for_opposites():
    a = torch.tensor([1.0, -2.0, 4.0])
    assert relative_error(a, a) == 0
    assert relative_error(a, -a) == 1
    assert relative_error(torch.zeros(3), torch.zeros(3)) == 0


def test_relative_error_does_not_change_with_the_scale():
    a, b = torch.tensor([1.0, 2.0]), torch.tensor([1.5, 2.0])
    assert relative_error(a, b) == pytest.approx(0.5 / 4)
    assert relative_error(1e-6 * a, 1e-6 * b) == pytest.approx(0.5 / 4)


def test_relative_error_of_different_shapes_is_refused():
    with pytest.raises(ValueError, match=r"\(2,\) and \(1, 2\)"):
        relative_error(torch.zeros(2), torch.zeros(1, 2))
