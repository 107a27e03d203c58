"""The reference of the linear_classifier part against PyTorch, and against the numbers that the lecture prints."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch.nn import functional

from autograder.checks.reference import load_reference
from project1 import gradients
from tests.assignments import LINEAR_CLASSIFIER

REFERENCE = load_reference(LINEAR_CLASSIFIER)
LOSSES = ("svm_loss_naive", "svm_loss_vectorized", "softmax_loss_naive", "softmax_loss_vectorized")

# The lecture's page: three classes, two inputs and a 1; the last row of W is the bias.
POINTS = [
    (0.5, 0.4),
    (0.8, 0.3),
    (0.3, 0.8),
    (-0.4, 0.3),
    (-0.3, 0.7),
    (-0.7, 0.2),
    (0.7, -0.4),
    (0.5, -0.6),
    (-0.4, -0.5),
]
LECTURE_X = torch.tensor([(*point, 1.0) for point in POINTS], dtype=torch.float64)
LECTURE_Y = torch.tensor([0, 0, 0, 1, 1, 1, 2, 2, 2])
LECTURE_W = torch.tensor([[2.06, 0.44, 2.27], [1.48, -1.82, -2.04], [-0.42, 0.52, -0.10]], dtype=torch.float64)
LECTURE_LOSSES = [0.02, 0.44, 0.00, 0.39, 1.87, 0.00, 0.25, 0.57, 2.24]


def problem(N: int, D: int, C: int, scale: float = 1.0) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    chance = torch.Generator().manual_seed(100 * N + 10 * D + C)
    W = scale * torch.randn(D, C, dtype=torch.float64, generator=chance)
    X = torch.randn(N, D, dtype=torch.float64, generator=chance)
    return W, X, torch.randint(C, (N,), generator=chance)


def by_torch(name: str, W: torch.Tensor, X: torch.Tensor, y: torch.Tensor, reg: float) -> torch.Tensor:
    if name.startswith("softmax"):
        return functional.cross_entropy(X @ W, y) + reg * (W * W).sum()
    return functional.multi_margin_loss(X @ W, y) * W.shape[1] + reg * (W * W).sum()


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("shape", [(7, 5, 3), (1, 4, 6), (9, 2, 2)])
def test_losses_and_gradients_are_those_of_pytorch(name, shape):
    W, X, y = problem(*shape)
    loss, dW = getattr(REFERENCE, name)(W, X, y, 0.1)
    W.requires_grad_()
    expected = by_torch(name, W, X, y, 0.1)
    expected.backward()
    torch.testing.assert_close(loss, expected.detach())
    torch.testing.assert_close(dW, W.grad)


@pytest.mark.parametrize("name", LOSSES)
def test_gradients_pass_the_gradient_check_that_students_run(name):
    W, X, y = problem(6, 5, 4)
    found = gradients.check_gradient(getattr(REFERENCE, name), W, X, y, 0.1)
    assert found.passed, found.message


@pytest.mark.parametrize(("name", "expected"), [(name, 9.0 if name.startswith("svm") else 2.302585) for name in LOSSES])
def test_tiny_weights_give_the_number_the_notebook_promises(name, expected):
    W, X, y = problem(8, 6, 10, scale=1e-6)
    assert getattr(REFERENCE, name)(W, X, y, 0.0)[0].item() == pytest.approx(expected, abs=1e-4)


def test_the_hessian_of_the_softmax_loss_is_symmetric_and_that_of_pytorch():
    W, X, y = problem(6, 3, 4)
    rows = [
        REFERENCE.numeric_gradient(lambda v, k=k: REFERENCE.softmax_loss_vectorized(v, X, y, 0.1)[1].reshape(-1)[k], W)
        for k in range(W.numel())
    ]
    hessian = torch.stack(rows).reshape(12, 12)
    expected = torch.autograd.functional.hessian(lambda v: by_torch("softmax", v, X, y, 0.1), W).reshape(12, 12)
    torch.testing.assert_close(hessian, hessian.T, rtol=0, atol=1e-8)
    torch.testing.assert_close(hessian, expected, rtol=0, atol=1e-8)


@pytest.mark.parametrize("name", LOSSES[:2])
def test_the_lectures_losses_come_out_within_two_hundredths(name):
    svm = getattr(REFERENCE, name)
    each = [svm(LECTURE_W, LECTURE_X[i : i + 1], LECTURE_Y[i : i + 1], 0.0)[0].item() for i in range(9)]
    assert each == pytest.approx(LECTURE_LOSSES, abs=0.02)
    data_loss, dW = svm(LECTURE_W, LECTURE_X, LECTURE_Y, 0.0)
    R, dR = REFERENCE.l2_regularization(LECTURE_W[:2], 0.1)
    assert data_loss.item() == pytest.approx(0.64, abs=0.01)
    assert R.item() == pytest.approx(1.92, abs=0.01)
    assert (data_loss + R).item() == pytest.approx(2.57, abs=0.01)
    assert (dW[:2] + dR).T.tolist() == [
        pytest.approx(row, abs=0.006) for row in ([0.19, 0.33], [0.25, -0.64], [0.51, -0.16])
    ]
    assert dW[2].tolist() == pytest.approx([0.0, 0.11, -0.11], abs=0.006)


def test_training_learns_the_lectures_nine_points():
    torch.manual_seed(0)
    for loss_func in (REFERENCE.svm_loss_vectorized, REFERENCE.softmax_loss_vectorized):
        W, losses = REFERENCE.train_linear_classifier(
            loss_func, None, LECTURE_X, LECTURE_Y, learning_rate=0.5, reg=1e-3, num_iters=300, batch_size=9
        )
        assert torch.equal(REFERENCE.predict_linear_classifier(W, LECTURE_X), LECTURE_Y)
        assert losses[-1] < losses[0]


@pytest.mark.parametrize("name", LINEAR_CLASSIFIER.given[1:])
def test_a_given_classifier_keeps_its_weights_in_a_file(name, tmp_path, capsys):
    namespace: dict[str, Any] = {"torch": torch, "Tensor": torch.Tensor, **REFERENCE.functions}
    exec(REFERENCE.given, namespace)
    classifier, again = namespace[name](), namespace[name]()
    losses = classifier.train(LECTURE_X.float(), LECTURE_Y, learning_rate=0.1, num_iters=5, batch_size=4)
    assert len(losses) == 5
    classifier.save(str(tmp_path / "best.pt"))
    again.load(str(tmp_path / "best.pt"))
    assert torch.equal(again.W, classifier.W)
    assert torch.equal(again.predict(LECTURE_X.float()), classifier.predict(LECTURE_X.float()))
    assert set(torch.load(tmp_path / "best.pt", weights_only=True)) == {"W"}
    assert "saved" in capsys.readouterr().out
