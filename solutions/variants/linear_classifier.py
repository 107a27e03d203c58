"""Right versions of the linear-classifier functions in many styles: no linter is to make them alike."""

# ruff: noqa

# %% l1_regularization: torch functions, where for the sign, leftover prints
import torch


def l1_regularization(W, reg):
    R = reg * torch.sum(torch.abs(W))
    print("R =", R)
    dR = torch.where(W > 0, 1.0, torch.where(W < 0, -1.0, 0.0)).to(W.dtype) * reg
    return R, dR


# %% l1_regularization: masks, float64 inside, cast back
import torch


def l1_regularization(W, reg):
    w = W.double()
    positive, negative = (w > 0).double(), (w < 0).double()
    sign = positive - negative
    return (reg * (w * sign).sum()).to(W.dtype), (reg * sign).to(W.dtype)


# %% l1_regularization: a loop over the entries, number made a tensor at the end
import torch
import math


def l1_regularization(W, reg):
    total = 0.0
    dR = torch.zeros_like(W)
    flat = dR.view(-1)
    for k, value in enumerate(W.reshape(-1).tolist()):
        total += abs(value)
        if value != 0:
            flat[k] = math.copysign(reg, value)
    return torch.tensor(reg * total, dtype=W.dtype), dR


# %% l1_regularization: vector norm of the flat weights, a clone changed in place
import torch


def l1_regularization(W, reg):
    dR = W.clone()
    dR.sign_().mul_(reg)
    return reg * torch.linalg.vector_norm(W.flatten(), ord=1), dR


# %% l2_regularization: dot product of the flat weights
import torch


def l2_regularization(W, reg):
    w = W.reshape(-1)
    return reg * w.dot(w), 2.0 * reg * W


# %% l2_regularization: squared norm, constant and lambda outside, sum of two
import torch

POWER = 2
gradient = lambda W, reg: reg * W + reg * W


def l2_regularization(W, reg):
    return reg * W.norm() ** POWER, gradient(W, reg)


# %% l2_regularization: float64 inside, in place on a clone
import torch


def l2_regularization(W, reg):
    R = reg * torch.sum(torch.pow(W.to(torch.float64), 2))
    dR = W.clone()
    dR *= 2
    dR *= reg
    return R.to(W.dtype), dR


# %% l2_regularization: class outside, einsum, unused imports
import os
import numpy as np
import torch
import matplotlib.pyplot as plt


class Penalty:
    def __init__(self, strength):
        self.strength = strength

    def value(self, W):
        return self.strength * torch.einsum("i,i->", W.ravel(), W.ravel())

    def slope(self, W):
        return torch.mul(W, 2 * self.strength)


def l2_regularization(W, reg):
    p = Penalty(reg)
    return p.value(W), p.slope(W)


# %% numeric_gradient: an entry changed in place, its old value put back
import torch


def numeric_gradient(f, w, h=1e-5):
    grad = torch.zeros_like(w)
    flat, flat_grad = w.view(-1), grad.view(-1)
    for ix in range(flat.shape[0]):
        old = flat[ix].item()
        flat[ix] = old + h
        fp = f(w).item()
        flat[ix] = old - h
        fm = f(w).item()
        flat[ix] = old
        flat_grad[ix] = (fp - fm) / (2 * h)
    return grad


# %% numeric_gradient: clones, numpy's ndindex
import numpy as np
import torch


def numeric_gradient(f, w, h=1e-5):
    dw = torch.empty_like(w)
    for index in np.ndindex(*w.shape):
        plus, minus = w.clone(), w.clone()
        plus[index] += h
        minus[index] -= h
        dw[index] = (f(plus) - f(minus)) / (2 * h)
    return dw


# %% numeric_gradient: rows of the identity in a comprehension
import torch


def numeric_gradient(f, w, h=1e-5):
    basis = torch.eye(w.numel(), dtype=w.dtype)
    slopes = [(f(w + h * e.view(w.shape)) - f(w - h * e.view(w.shape))) / h / 2 for e in basis]
    return torch.stack(slopes).reshape(w.shape)


# %% numeric_gradient: itertools, float64 inside, helper function inside
import itertools
import torch


def numeric_gradient(f, w, h=1e-5):
    x = w.detach().clone().to(torch.float64)

    def at(index, amount):
        moved = x.clone()
        moved[index] = moved[index] + amount
        return float(f(moved.to(w.dtype)))

    dw = torch.zeros(w.shape, dtype=w.dtype, device=w.device)
    for index in itertools.product(*[range(n) for n in w.shape]):
        dw[index] = (at(index, h) - at(index, -h)) * 0.5 / h
    return dw


# %% svm_loss_naive: the student project's usual shape, counting along the way
import torch


def svm_loss_naive(W, X, y, reg):
    dW = torch.zeros_like(W)
    num_classes = W.shape[1]
    num_train = X.shape[0]
    loss = 0.0
    for i in range(num_train):
        scores = W.t().mv(X[i])
        correct_class_score = scores[y[i]]
        missed = 0
        for j in range(num_classes):
            if j == y[i]:
                continue
            margin = scores[j] - correct_class_score + 1
            if margin > 0:
                loss += margin
                missed += 1
                dW[:, j] = dW[:, j] + X[i]
        dW[:, y[i]] -= missed * X[i]
    loss /= num_train
    dW /= num_train
    loss += reg * torch.sum(W * W)
    dW += 2 * reg * W
    return loss, dW


# %% svm_loss_naive: Python numbers, made a tensor at the end
import torch


def svm_loss_naive(W, X, y, reg):
    N, D = X.shape
    C = W.shape[1]
    total = 0.0
    dW = torch.zeros(D, C, dtype=W.dtype)
    for x, label in zip(X, y.tolist()):
        scores = [sum(a * b for a, b in zip(x.tolist(), column)) for column in W.T.tolist()]
        for j, score in enumerate(scores):
            margin = score - scores[label] + 1.0
            if j != label and margin > 0:
                total += margin / N
                dW[:, j] += x / N
                dW[:, label] -= x / N
    total += reg * float((W**2).sum())
    return torch.tensor(total, dtype=W.dtype), dW + reg * 2 * W


# %% svm_loss_naive: one loop over the examples, a mask in each, the earlier regularizer
import torch


def svm_loss_naive(W, X, y, reg):
    R, dR = l2_regularization(W, reg)
    losses, dW = [], dR.clone()
    for i in range(len(X)):
        s = X[i] @ W
        margins = torch.relu(s - s[y[i]] + 1)
        margins[y[i]] = 0
        losses.append(margins.sum())
        mask = (margins > 0).to(X.dtype)
        mask[y[i]] = -mask.sum()
        dW += torch.outer(X[i], mask) / len(X)
    return torch.stack(losses).mean() + R, dW


# %% svm_loss_naive: while loops, the true class counted and taken off again
import torch

DELTA = 1


def svm_loss_naive(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = torch.zeros((), dtype=torch.float64), torch.zeros(W.shape, dtype=torch.float64)
    i = 0
    while i < N:
        s = torch.matmul(X[i : i + 1].double(), W.double())[0]
        j = 0
        while j < C:
            margin = max(torch.tensor(0.0, dtype=torch.float64), s[j] - s[y[i]] + DELTA)
            loss = loss + margin
            if margin > 0:
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
            j += 1
        loss = loss - DELTA
        i += 1
    loss, dW = loss.to(W.dtype), dW.to(W.dtype)
    return loss / N + reg * W.square().sum(), dW / N + 2 * reg * W


# %% svm_loss_vectorized: gather and scatter
import torch


def svm_loss_vectorized(W, X, y, reg):
    num = X.size(0)
    scores = X.mm(W)
    correct = scores.gather(1, y.view(-1, 1))
    margins = torch.clamp(scores - correct + 1, min=0)
    margins = margins.scatter(1, y.view(-1, 1), 0.0)
    loss = margins.sum() / num + reg * torch.sum(W**2)
    mask = torch.zeros_like(scores)
    mask[margins > 0] = 1
    mask.scatter_add_(1, y.view(-1, 1), -mask.sum(1, keepdim=True))
    dW = X.t().mm(mask) / num
    dW += 2 * reg * W
    return loss, dW


# %% svm_loss_vectorized: one-hot masks, relu, prints
import torch
import torch.nn.functional as F


def svm_loss_vectorized(W, X, y, reg):
    onehot = F.one_hot(y, num_classes=W.shape[1]).to(W.dtype)
    S = X @ W
    true = (S * onehot).sum(dim=1, keepdim=True)
    M = F.relu(S - true + 1) * (1 - onehot)
    print(M.shape)
    G = torch.sign(M)
    G = G - G.sum(1, keepdim=True) * onehot
    return M.sum(1).mean() + reg * W.pow(2).sum(), X.T @ G / len(y) + 2 * reg * W


# %% svm_loss_vectorized: the true class counted and taken off again, float64 inside
import torch


def svm_loss_vectorized(W, X, y, reg):
    w, x = W.to(torch.float64), X.to(torch.float64)
    N = x.shape[0]
    index = range(N)
    scores = x.matmul(w)
    margins = torch.maximum(scores - scores[index, y].reshape(-1, 1) + 1, torch.zeros(1, dtype=torch.float64))
    loss = margins.sum() / N - 1 + reg * (w * w).sum()
    ds = (margins > 0).double()
    ds[index, y] -= ds.sum(dim=1)
    dW = torch.einsum("nd,nc->dc", x, ds) / N + 2 * reg * w
    return loss.to(W.dtype), dW.to(W.dtype)


# %% svm_loss_vectorized: where, mean, index_add for the true columns, the earlier regularizer
import torch


def svm_loss_vectorized(W, X, y, reg):
    R, dR = l2_regularization(W, reg)
    S = torch.matmul(X, W)
    classes = torch.arange(W.shape[1])
    margins = S - S.take_along_dim(y[:, None], dim=1) + 1
    missed = (margins > 0) & (classes[None, :] != y[:, None])
    loss = torch.where(missed, margins, torch.zeros_like(margins)).sum(dim=-1).mean()
    counts = missed.to(X.dtype)
    dW_t = counts.T @ X
    dW_t.index_add_(0, y, -counts.sum(dim=1, keepdim=True) * X)
    return loss + R, dW_t.T / X.shape[0] + dR


# %% softmax_loss_naive: logsumexp and softmax of torch
import torch


def softmax_loss_naive(W, X, y, reg):
    loss = 0.0
    dW = torch.zeros_like(W)
    N = X.shape[0]
    for i in range(N):
        scores = X[i] @ W
        loss += torch.logsumexp(scores, dim=0) - scores[y[i]]
        p = torch.softmax(scores, dim=0)
        for j in range(W.shape[1]):
            dW[:, j] += (p[j] - (1 if j == y[i] else 0)) * X[i]
    loss = loss / N + reg * torch.sum(W * W)
    dW = dW / N + 2 * reg * W
    return loss, dW


# %% softmax_loss_naive: Python numbers and math, made a tensor at the end
import math
import torch


def softmax_loss_naive(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    total, dW = 0.0, torch.zeros_like(W)
    for i in range(N):
        s = (X[i] @ W).tolist()
        top = max(s)
        e = [math.exp(v - top) for v in s]
        total += math.log(sum(e)) + top - s[int(y[i])]
        for j in range(C):
            dW[:, j] += e[j] / sum(e) * X[i] / N
        dW[:, int(y[i])] -= X[i] / N
    return torch.tensor(total / N + reg * (W * W).sum().item(), dtype=W.dtype), dW + 2 * reg * W


# %% softmax_loss_naive: shift by a helper, outer products, list of losses
import torch


def shifted(s):
    return s - torch.max(s)


def softmax_loss_naive(W, X, y, reg):
    losses = []
    dW = 2 * reg * W
    for x, label in zip(X, y):
        s = shifted(W.T @ x)
        exp = torch.exp(s)
        losses.append(torch.log(exp.sum()) - s[label])
        p = exp / exp.sum()
        p[label] -= 1
        dW = dW + x[:, None] * p[None, :] / len(X)
    return sum(losses) / len(losses) + reg * (W**2).sum(), dW


# %% softmax_loss_naive: log_softmax, float64 inside, the earlier regularizer, prints
import torch
import torch.nn.functional as F


def softmax_loss_naive(W, X, y, reg):
    R, dR = l2_regularization(W.double(), reg)
    loss, dW = R.clone(), dR.clone()
    for n in range(X.shape[0]):
        log_p = F.log_softmax(X[n].double() @ W.double(), dim=-1)
        loss -= log_p[y[n]] / X.shape[0]
        for c in range(W.shape[1]):
            dW[:, c] += X[n] * (log_p[c].exp() - float(c == y[n])) / X.shape[0]
    print("loss", loss.item())
    return loss.to(W.dtype), dW.to(W.dtype)


# %% softmax_loss_vectorized: logsumexp, exp of the difference
import torch


def softmax_loss_vectorized(W, X, y, reg):
    N = X.shape[0]
    scores = X.mm(W)
    lse = scores.logsumexp(dim=1)
    loss = (lse - scores[torch.arange(N), y]).mean() + reg * (W * W).sum()
    P = (scores - lse[:, None]).exp()
    P[torch.arange(N), y] -= 1
    return loss, X.t().mm(P) / N + 2 * reg * W


# %% softmax_loss_vectorized: shifted exp, gather and scatter, in place on its own tensors
import torch


def softmax_loss_vectorized(W, X, y, reg):
    num_train = X.shape[0]
    scores = torch.mm(X, W)
    scores -= scores.amax(1, keepdim=True)
    exp = torch.exp(scores)
    sums = exp.sum(1, keepdim=True)
    loss = torch.sum(torch.log(sums) - scores.gather(1, y.unsqueeze(1)))
    loss /= num_train
    loss += reg * torch.sum(W * W)
    exp /= sums
    exp.scatter_add_(1, y.unsqueeze(1), torch.full_like(sums, -1))
    dW = torch.mm(X.T, exp)
    dW /= num_train
    dW += 2 * reg * W
    return loss, dW


# %% softmax_loss_vectorized: log_softmax, one-hot, the earlier regularizer
import torch
from torch.nn.functional import log_softmax, one_hot


def softmax_loss_vectorized(W, X, y, reg):
    R, dR = l2_regularization(W, reg)
    log_p = log_softmax(X @ W, dim=1)
    truth = one_hot(y, W.shape[1]).type_as(W)
    loss = torch.where(truth > 0, -log_p, torch.zeros_like(log_p)).sum(1).mean()
    return loss + R, torch.einsum("nd,nc->dc", X, log_p.exp() - truth) / len(X) + dR


# %% softmax_loss_vectorized: float64 inside, softmax of torch, classes first
import torch


def softmax_loss_vectorized(W, X, y, reg):
    w, x = W.double(), X.double()
    S = w.T @ x.T
    P = torch.softmax(S, dim=0)
    cols = range(S.shape[1])
    loss = torch.logsumexp(S, 0).mean() - S[y, cols].mean() + reg * torch.square(w).sum()
    P[y, cols] -= 1
    dW = (P @ x).T / S.shape[1] + 2 * reg * w
    return loss.to(W.dtype), dW.to(W.dtype)


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


# %% sample_batch: uniform numbers rounded down
import torch


def sample_batch(X, y, num_train, batch_size):
    idx = torch.floor(torch.rand(batch_size) * num_train).long().clamp(max=num_train - 1)
    X_batch = X[idx, :]
    y_batch = y[idx]
    return X_batch, y_batch


# %% sample_batch: numpy's choice
import numpy as np
import torch


def sample_batch(X, y, num_train, batch_size):
    mask = np.random.choice(num_train, batch_size, replace=True)
    return X[mask], y[mask]


# %% sample_batch: the random module, index_select
import random
import torch


def sample_batch(X, y, num_train, batch_size):
    rows = torch.tensor(random.choices(range(num_train), k=batch_size))
    return X.index_select(0, rows), y.index_select(0, rows)


# %% sample_batch: multinomial with replacement
import torch


def sample_batch(X, y, num_train, batch_size):
    idx = torch.multinomial(torch.ones(num_train), batch_size, replacement=True)
    return X[idx], y[idx]


# %% sample_batch: one row at a time, stacked
import random
import torch


def sample_batch(X, y, num_train, batch_size):
    xs, ys = [], []
    for _ in range(batch_size):
        i = random.randint(0, num_train - 1)
        xs.append(X[i])
        ys.append(y[i])
    return torch.stack(xs), torch.stack(ys)


# %% sample_batch: a generator of numpy made outside
import numpy as np
import torch

rng = np.random.default_rng()


def sample_batch(X, y, num_train, batch_size):
    idx = torch.as_tensor(rng.integers(0, num_train, size=batch_size))
    return X[idx], y[idx]


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


# %% predict_linear_classifier: indices of max
import torch


def predict_linear_classifier(W, X):
    _, y_pred = torch.max(X.mm(W), dim=1)
    return y_pred


# %% predict_linear_classifier: a loop over the examples
import torch


def predict_linear_classifier(W, X):
    y_pred = torch.zeros(X.shape[0], dtype=torch.int64)
    for i, x in enumerate(X):
        best, label = None, 0
        for j in range(W.shape[1]):
            score = float(x @ W[:, j])
            if best is None or score > best:
                best, label = score, j
        y_pred[i] = label
    return y_pred


# %% predict_linear_classifier: probabilities first, topk
import torch


def predict_linear_classifier(W, X):
    probabilities = torch.log_softmax(torch.matmul(X, W), dim=-1)
    return probabilities.topk(1, dim=1).indices.squeeze(1)


# %% predict_linear_classifier: classes first, numpy's argmax
import numpy as np
import torch


def predict_linear_classifier(W, X):
    scores = W.numpy().T @ X.numpy().T
    return torch.from_numpy(np.argmax(scores, axis=0)).long()


# %% predict_linear_classifier: sorted, float64 inside
import torch


def predict_linear_classifier(W, X):
    order = (X.double() @ W.double()).sort(dim=1, descending=True).indices
    y_pred = torch.zeros(len(X)).long()
    y_pred[:] = order[:, 0]
    return y_pred


# %% svm_get_search_params: powers in a comprehension
def svm_get_search_params():
    learning_rates = [10.0**-e for e in range(1, 6)]
    regularization_strengths = [10.0**-e for e in range(5)]
    return learning_rates, regularization_strengths


# %% svm_get_search_params: logspace made lists, constants outside
import torch

RATES = torch.logspace(-3, -1, 4).tolist()


def svm_get_search_params():
    return RATES, torch.linspace(0, 1e-1, 3).tolist()


# %% svm_get_search_params: tuples, whole numbers, one strength
def svm_get_search_params():
    return (1e-3, 3e-3, 1e-2, 3e-2, 1), (0,)


# %% svm_get_search_params: tensors, which a loop takes as well
import torch


def svm_get_search_params():
    return torch.tensor([1e-3, 1e-2, 1e-1]), torch.logspace(-4, -2, 3)


# %% softmax_get_search_params: numpy's logspace made lists
import numpy as np


def softmax_get_search_params():
    learning_rates = np.logspace(-3, 0, 4).tolist()
    strengths = list(map(float, np.array([0.0, 1e-4, 1e-2])))
    return learning_rates, strengths


# %% softmax_get_search_params: numpy's arrays, which a loop takes as well
import numpy as np


def softmax_get_search_params():
    return np.array([1e-2, 1e-1, 1.0]), np.logspace(-4, -2, 3)


# %% softmax_get_search_params: lists appended to, a list of both
def softmax_get_search_params():
    learning_rates, strengths = [], []
    for k in range(3):
        learning_rates.append(1e-2 * 10**k)
        strengths.append(5 * 10 ** (-k - 2))
    return [learning_rates, strengths]


# %% softmax_get_search_params: one rate, many strengths
strengths = sorted({1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1e0})


def softmax_get_search_params():
    print(len(strengths))
    return [1e-1], strengths


# %% test_one_param_set: positional arguments, sums over lengths
import torch


def test_one_param_set(cls, data_dict, lr, reg, num_iters=2000):
    X_train, y_train = data_dict["X_train"], data_dict["y_train"]
    X_val, y_val = data_dict["X_val"], data_dict["y_val"]
    cls.train(X_train, y_train, lr, reg, num_iters)
    train_acc = (cls.predict(X_train) == y_train).sum().item() / y_train.shape[0]
    val_acc = (cls.predict(X_val) == y_val).sum().item() / len(y_val)
    print(f"lr {lr} reg {reg} train accuracy: {train_acc} val accuracy: {val_acc}")
    return cls, train_acc, val_acc


# %% test_one_param_set: helper function outside, float of a mean in single precision
import torch


def accuracy(model, X, y):
    return float(torch.mean((model.predict(X) == y).float()))


def test_one_param_set(cls, data_dict, lr, reg, num_iters=2000):
    model = cls
    loss_history = model.train(
        X=data_dict["X_train"],
        y=data_dict["y_train"],
        learning_rate=lr,
        reg=reg,
        num_iters=num_iters,
        batch_size=200,
        verbose=False,
    )
    results = {split: accuracy(model, data_dict[f"X_{split}"], data_dict[f"y_{split}"]) for split in ("train", "val")}
    return (model, results["train"], results["val"])


# %% test_one_param_set: loops that count, a list returned
def test_one_param_set(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], num_iters=num_iters, reg=reg, learning_rate=lr, verbose=True)
    found = [cls]
    for split in ["train", "val"]:
        right = 0
        for guess, label in zip(cls.predict(data_dict["X_" + split]).tolist(), data_dict["y_" + split].tolist()):
            right += guess == label
        found.append(right / len(data_dict["y_" + split]))
    return found


# %% test_one_param_set: numpy means, percent turned back
import numpy as np


def test_one_param_set(cls, data_dict, lr, reg, num_iters=2000):
    options = dict(learning_rate=lr, reg=reg, num_iters=num_iters)
    cls.train(data_dict["X_train"], data_dict["y_train"], **options)
    train_percent = 100 * np.mean((cls.predict(data_dict["X_train"]) == data_dict["y_train"]).numpy())
    val_percent = 100 * np.mean((cls.predict(data_dict["X_val"]) == data_dict["y_val"]).numpy())
    return cls, float(train_percent) / 100, float(val_percent) / 100
