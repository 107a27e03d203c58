"""Right versions of softmax_loss_naive in many styles: no linter is to make them alike."""

# ruff: noqa

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
