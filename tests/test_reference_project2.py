"""What Project 2's reference promises, by PyTorch's own layers as the oracle; and that its public checks know it."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from autograder.assignment import load
from autograder.checks.reference import load_reference
from project2 import checks
from tests.versions import mistakes_of

(PART,) = load("project2").parts
REFERENCE = load_reference(PART)


def randn(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def slopes(out: Tensor, dout: Tensor, *inputs: Tensor) -> tuple[Tensor, ...]:
    return torch.autograd.grad(out, inputs, dout)


def watched(*tensors: Tensor) -> tuple[Tensor, ...]:
    return tuple(tensor.clone().requires_grad_() for tensor in tensors)


def test_the_linear_layer_is_torchs() -> None:
    x, w, b = watched(randn(5, 3), randn(3, 4, seed=1), randn(4, seed=2))
    dout, expected = randn(5, 4, seed=3), F.linear(x, w.T, b)
    out, cache = REFERENCE.linear_forward(x.detach(), w.detach(), b.detach())
    assert torch.allclose(out, expected)
    for got, right in zip(REFERENCE.linear_backward(dout, cache), slopes(expected, dout, x, w, b), strict=True):
        assert torch.allclose(got, right)


def test_the_rectifier_is_torchs() -> None:
    (x,) = watched(randn(4, 2, 3))
    dout, expected = randn(4, 2, 3, seed=1), F.relu(x)
    out, cache = REFERENCE.relu_forward(x.detach())
    assert torch.equal(out, expected)
    assert torch.equal(REFERENCE.relu_backward(dout, cache), slopes(expected, dout, x)[0])


@pytest.mark.parametrize("scale", [1.0, 1e4])
def test_the_softmax_loss_is_torchs_cross_entropy_however_large_the_scores(scale: float) -> None:
    (x,) = watched(scale * randn(6, 4))
    y = torch.tensor([0, 3, 2, 2, 1, 0])
    expected = F.cross_entropy(x, y)
    loss, dx = REFERENCE.softmax_loss(x.detach(), y)
    assert torch.allclose(loss, expected)
    assert torch.allclose(dx, slopes(expected, torch.ones((), dtype=torch.float64), x)[0])


@pytest.mark.parametrize("p", [0.0, 0.3, 0.8])
def test_dropout_keeps_the_mean_and_goes_back_through_its_own_mask(p: float) -> None:
    x = 2 + randn(300, 200)
    out, factor = REFERENCE.dropout_forward(x, p, "train", torch.Generator().manual_seed(9))
    assert torch.equal(out, x * factor)
    assert float((factor == 0).double().mean()) == pytest.approx(p, abs=0.01)
    assert float(out.mean()) == pytest.approx(float(x.mean()), rel=0.03)
    dout = randn(300, 200, seed=1)
    assert torch.equal(REFERENCE.dropout_backward(dout, factor), dout * factor)
    assert torch.equal(REFERENCE.dropout_forward(x, p, "test")[0], x)


def test_batch_norm_is_torchs_but_for_the_running_variance() -> None:
    x, gamma, beta = watched(3 * randn(7, 4) + 1, randn(4, seed=1), randn(4, seed=2))
    running = {"mean": randn(4, seed=3), "var": randn(4, seed=4).abs() + 1}
    before, dout = copy.deepcopy(running), randn(7, 4, seed=5)
    expected = F.batch_norm(x, None, None, gamma, beta, training=True, eps=1e-5)
    out, cache = REFERENCE.batchnorm_forward(x.detach(), gamma.detach(), beta.detach(), running)
    assert torch.allclose(out, expected)
    for got, right in zip(
        REFERENCE.batchnorm_backward(dout, cache), slopes(expected, dout, x, gamma, beta), strict=True
    ):
        assert torch.allclose(got, right)
    assert torch.allclose(running["mean"], 0.9 * before["mean"] + 0.1 * x.detach().mean(0))
    assert torch.allclose(running["var"], 0.9 * before["var"] + 0.1 * x.detach().var(0, correction=0))
    tested = F.batch_norm(x, before["mean"], before["var"], gamma, beta, training=False, eps=1e-5)
    kept = copy.deepcopy(before)
    assert torch.allclose(
        REFERENCE.batchnorm_forward(x.detach(), gamma.detach(), beta.detach(), kept, "test")[0], tested
    )
    assert all(torch.equal(kept[name], before[name]) for name in before)


@pytest.mark.parametrize(
    "options", [{}, {"reg": 0.3}, {"batchnorm": True}, {"dropout": 0.4, "batchnorm": True, "reg": 0.1}]
)
def test_the_network_and_all_its_gradients_are_those_of_autograd(options: dict[str, Any]) -> None:
    net = REFERENCE.TwoLayerNet(
        5, 6, 3, weight_scale=1.0, dtype=torch.float64, generator=torch.Generator().manual_seed(1), **options
    )
    X, y = randn(8, 5, seed=2), torch.tensor([0, 1, 2, 2, 1, 0, 0, 1])
    state = net.generator.get_state()
    loss, grads = net.loss(X, y)
    p = {name: value.clone().requires_grad_() for name, value in net.params.items()}
    hidden = X @ p["W1"] + p["b1"]
    if options.get("batchnorm"):
        hidden = F.batch_norm(hidden, None, None, p["gamma1"], p["beta1"], training=True)
    hidden = hidden.relu()
    if options.get("dropout"):
        again = torch.Generator()
        again.set_state(state)
        hidden = hidden * REFERENCE.dropout_forward(hidden.detach(), options["dropout"], "train", again)[1]
    penalty = options.get("reg", 0.0) * (p["W1"].square().sum() + p["W2"].square().sum())
    expected = F.cross_entropy(hidden @ p["W2"] + p["b2"], y) + penalty
    assert torch.allclose(loss, expected)
    assert grads.keys() == p.keys()
    for name, right in zip(p, torch.autograd.grad(expected, tuple(p.values())), strict=True):
        assert torch.allclose(grads[name], right), name


@pytest.mark.parametrize("mode", ["eval", "TRAIN", ""])
def test_a_mode_that_there_is_not_is_refused(mode: str) -> None:
    x, ones = randn(3, 2), torch.ones(2, dtype=torch.float64)
    with pytest.raises(ValueError, match="mode"):
        REFERENCE.dropout_forward(x, 0.5, mode)
    with pytest.raises(ValueError, match="mode"):
        REFERENCE.batchnorm_forward(x, ones, ones, {"mean": ones, "var": ones}, mode)


# ---- the public checks


def test_every_graded_function_has_a_public_check_in_the_order_of_the_notebook() -> None:
    assert list(checks.names()) == [function.name for function in PART.functions]


@pytest.mark.parametrize("function", PART.functions, ids=lambda function: function.name)
def test_the_reference_passes_its_public_checks(function: Any) -> None:
    assert [(r.title, r.message) for r in checks.run(function.name, REFERENCE.functions) if not r.passed] == []


@pytest.mark.parametrize("function", PART.functions, ids=lambda function: function.name)
def test_most_known_mistakes_are_seen_by_the_public_checks_too(function: Any) -> None:
    mine = [wrong for wrong in mistakes_of(PART) if wrong.function == function.name]
    seen = [w for w in mine if not all(r.passed for r in checks.run(function.name, {function.name: w.version}))]
    assert len(seen) >= 0.6 * len(mine), sorted({w.name for w in mine} - {w.name for w in seen})
