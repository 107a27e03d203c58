"""Right versions of svm_loss_vectorized in many styles: no linter is to make them alike."""

# ruff: noqa

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
