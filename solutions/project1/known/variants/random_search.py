"""Right versions of random_search in many styles: no linter is to make them alike."""

# ruff: noqa

# %% random_search: losses by item, prints now and then
import torch


def random_search(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    bestloss = float("inf")
    bestW = None
    for num in range(num_tries):
        W = torch.randn(X.shape[1], num_classes, dtype=X.dtype) * scale
        loss, _ = loss_func(W, X, y, reg)
        if loss.item() < bestloss:
            bestloss = loss.item()
            bestW = W.clone()
        if num % 10 == 0:
            print("in attempt %d the loss was %f, best %f" % (num, loss, bestloss))
    return bestW, bestloss


# %% random_search: all tries kept, the least taken at the end
import torch


def random_search(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    tries = []
    for _ in range(num_tries):
        W = scale * torch.randn((X.size(1), num_classes), dtype=X.dtype)
        tries.append((float(loss_func(W, X, y, reg)[0]), W))
    loss, W = min(tries, key=lambda pair: pair[0])
    return W, loss


# %% random_search: torch.normal, compared as tensors
import torch


def random_search(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    best = None
    for _ in range(num_tries):
        W = torch.normal(0.0, scale, size=(X.shape[1], num_classes)).to(X)
        loss = loss_func(W, X, y, reg)[0]
        if best is None or loss <= best[1]:
            best = (W, loss)
    return best[0], best[1].item()


# %% random_search: numpy draws, all at once
import numpy as np
import torch


def random_search(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    draws = torch.from_numpy(np.random.standard_normal((num_tries, X.shape[1], num_classes))).to(X.dtype) * scale
    losses = torch.tensor([loss_func(W, X, y, reg)[0].item() for W in draws], dtype=torch.float64)
    k = int(losses.argmin())
    return draws[k], float(losses[k])


# %% random_search: the loss as a tensor of no dimensions
import torch


def random_search(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    best_W, best_loss = None, float("inf")
    for _ in range(num_tries):
        W = scale * torch.randn(X.shape[1], num_classes, dtype=X.dtype)
        loss = loss_func(W, X, y, reg)[0]
        if loss < best_loss:
            best_W, best_loss = W, loss
    return best_W, best_loss
