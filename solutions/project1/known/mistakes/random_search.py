"""Known wrong versions of random_search."""

import torch

from autograder.checks.known import misconception


@misconception(
    "random_search",
    hint="you return the last W that was drawn: is it compared with the best so far?",
)
def search_keeps_the_last(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    best_W, best_loss = None, float("inf")
    for _ in range(num_tries):
        W = scale * torch.randn(X.shape[1], num_classes, dtype=X.dtype)
        loss = float(loss_func(W, X, y, reg)[0])
        best_W, best_loss = W, loss
    return best_W, best_loss


@misconception(
    "random_search",
    hint="you keep the W of the highest loss: low is good",
)
def search_keeps_the_worst(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    best_W, best_loss = None, -float("inf")
    for _ in range(num_tries):
        W = scale * torch.randn(X.shape[1], num_classes, dtype=X.dtype)
        loss = float(loss_func(W, X, y, reg)[0])
        if loss > best_loss:
            best_W, best_loss = W, loss
    return best_W, best_loss


@misconception(
    "random_search",
    hint="each loss is compared with infinity: is the best loss kept together with its W?",
)
def search_best_loss_not_kept(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    best_W, best_loss = None, float("inf")
    for _ in range(num_tries):
        W = scale * torch.randn(X.shape[1], num_classes, dtype=X.dtype)
        loss = float(loss_func(W, X, y, reg)[0])
        if loss < best_loss:
            best_W = W
    return best_W, best_loss


@misconception(
    "random_search",
    hint="the best loss is kept, but the W you return is the last one drawn: is the same tensor filled again?",
)
def search_overwrites_the_best(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    best_W, best_loss = None, float("inf")
    W = X.new_empty(X.shape[1], num_classes)
    for _ in range(num_tries):
        W.normal_().mul_(scale)
        loss = float(loss_func(W, X, y, reg)[0])
        if loss < best_loss:
            best_W, best_loss = W, loss
    return best_W, best_loss


@misconception(
    "random_search",
    hint="no W is ever kept: with which loss does the first one have to compete?",
)
def search_best_loss_starts_at_zero(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    best_W, best_loss = None, 0.0
    for _ in range(num_tries):
        W = scale * torch.randn(X.shape[1], num_classes, dtype=X.dtype)
        loss = float(loss_func(W, X, y, reg)[0])
        if loss < best_loss:
            best_W, best_loss = W, loss
    return best_W, best_loss


@misconception(
    "random_search",
    hint="your W are drawn uniformly: a normal distribution is asked for",
)
def search_uniform_draws(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    best_W, best_loss = None, float("inf")
    for _ in range(num_tries):
        W = scale * torch.rand(X.shape[1], num_classes, dtype=X.dtype)
        loss = float(loss_func(W, X, y, reg)[0])
        if loss < best_loss:
            best_W, best_loss = W, loss
    return best_W, best_loss


@misconception(
    "random_search",
    hint="your W always have the default scale: is the scale that was handed in used?",
)
def search_scale_ignored(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    best_W, best_loss = None, float("inf")
    for _ in range(num_tries):
        W = 1e-4 * torch.randn(X.shape[1], num_classes, dtype=X.dtype)
        loss = float(loss_func(W, X, y, reg)[0])
        if loss < best_loss:
            best_W, best_loss = W, loss
    return best_W, best_loss


@misconception(
    "random_search",
    hint="there is one try too few: where does range begin and end?",
)
def search_one_try_too_few(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    best_W, best_loss = None, float("inf")
    for _ in range(1, num_tries):
        W = scale * torch.randn(X.shape[1], num_classes, dtype=X.dtype)
        loss = float(loss_func(W, X, y, reg)[0])
        if loss < best_loss:
            best_W, best_loss = W, loss
    return best_W, best_loss


@misconception(
    "random_search",
    hint="you always try a thousand times: is num_tries used?",
)
def search_tries_hard_coded(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    best_W, best_loss = None, float("inf")
    for _ in range(1000):
        W = scale * torch.randn(X.shape[1], num_classes, dtype=X.dtype)
        loss = float(loss_func(W, X, y, reg)[0])
        if loss < best_loss:
            best_W, best_loss = W, loss
    return best_W, best_loss


@misconception(
    "random_search",
    hint="every try has the same W: is a new one drawn inside the loop?",
)
def search_same_draw(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    best_W, best_loss = None, float("inf")
    W = scale * torch.randn(X.shape[1], num_classes, dtype=X.dtype)
    for _ in range(num_tries):
        loss = float(loss_func(W, X, y, reg)[0])
        if loss < best_loss:
            best_W, best_loss = W, loss
    return best_W, best_loss


@misconception(
    "random_search",
    hint="your W are drawn around the best so far: each try is a fresh draw here",
)
def search_steps_from_the_best(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    best_W, best_loss = X.new_zeros(X.shape[1], num_classes), float("inf")
    for _ in range(num_tries):
        W = best_W + scale * torch.randn(X.shape[1], num_classes, dtype=X.dtype)
        loss = float(loss_func(W, X, y, reg)[0])
        if loss < best_loss:
            best_W, best_loss = W, loss
    return best_W, best_loss


@misconception(
    "random_search",
    hint="your losses lack regularization: is reg handed to loss_func?",
)
def search_reg_not_handed_on(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    best_W, best_loss = None, float("inf")
    for _ in range(num_tries):
        W = scale * torch.randn(X.shape[1], num_classes, dtype=X.dtype)
        loss = float(loss_func(W, X, y, 0.0)[0])
        if loss < best_loss:
            best_W, best_loss = W, loss
    return best_W, best_loss


@misconception(
    "random_search",
    hint="your W always has ten columns: num_classes says how many",
)
def search_ten_classes(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    best_W, best_loss = None, float("inf")
    for _ in range(num_tries):
        W = scale * torch.randn(X.shape[1], 10, dtype=X.dtype)
        loss = float(loss_func(W, X, y, reg)[0])
        if loss < best_loss:
            best_W, best_loss = W, loss
    return best_W, best_loss


@misconception(
    "random_search",
    hint="you return the loss before the W: which comes first?",
)
def search_swapped(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    best_W, best_loss = None, float("inf")
    for _ in range(num_tries):
        W = scale * torch.randn(X.shape[1], num_classes, dtype=X.dtype)
        loss = float(loss_func(W, X, y, reg)[0])
        if loss < best_loss:
            best_W, best_loss = W, loss
    return best_loss, best_W
