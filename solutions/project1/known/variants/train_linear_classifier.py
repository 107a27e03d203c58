"""Right versions of train_linear_classifier in many styles: no linter is to make them alike."""

# ruff: noqa

# %% train_linear_classifier: W changed in place, losses by item
import torch


def train_linear_classifier(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    num_train, dim = X.shape
    if W is None:
        num_classes = torch.max(y) + 1
        W = 0.000001 * torch.randn(dim, num_classes, device=X.device, dtype=X.dtype)
    loss_history = []
    for it in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, num_train, batch_size)
        loss, grad = loss_func(W, X_batch, y_batch, reg)
        loss_history.append(loss.item())
        W -= learning_rate * grad
        if verbose and it % 100 == 0:
            print("iteration %d / %d: loss %f" % (it, num_iters, loss))
    return W, loss_history


# %% train_linear_classifier: draws of its own, while loop, a scaled clone
import torch


def train_linear_classifier(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    N, D = X.shape
    classes = y.max().item() + 1
    W = torch.normal(0.0, 1e-6, (D, classes), dtype=X.dtype) if W is None else W.clone()
    losses, t = [], 0
    while t < num_iters:
        rows = torch.randint(0, N, (batch_size,))
        loss, dW = loss_func(W, X[rows], y[rows], reg)
        losses += [float(loss)]
        W.add_(dW, alpha=-learning_rate)
        t += 1
    return W, losses


# %% train_linear_classifier: a class outside, numpy draws
import numpy as np
import torch


class Trainer:
    def __init__(self, W, rate):
        self.W, self.rate, self.history = W, rate, []

    def step(self, loss, dW):
        self.history.append(loss.detach().cpu().item())
        self.W = torch.sub(self.W, dW, alpha=self.rate)


def train_linear_classifier(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        C = len(range(int(torch.max(y).item() + 1)))
        W = torch.from_numpy(np.random.randn(X.shape[1], C)).to(X.dtype).mul(1e-6)
    trainer = Trainer(W, learning_rate)
    for _ in range(num_iters):
        idx = np.random.randint(len(y), size=batch_size)
        trainer.step(*loss_func(trainer.W, X[idx], y[idx], reg))
    return trainer.W, trainer.history


# %% train_linear_classifier: losses kept as tensors until the end, clone of W in place, always prints
import torch


def train_linear_classifier(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = torch.randn(X.shape[1], int(y.max().item()) + 1).to(X.dtype) / 1e6
    kept = []
    for it in range(1, num_iters + 1):
        loss, dW = loss_func(W, *sample_batch(X, y, len(X), batch_size), reg)
        print(it, loss)
        kept.append(loss)
        step = dW.clone()
        step *= learning_rate
        W = W - step
    return W, torch.stack(kept).tolist()


# %% train_linear_classifier: losses as tensors of no dimensions
import torch


def train_linear_classifier(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        losses.append(loss)
        W = W - learning_rate * dW
    return W, losses
