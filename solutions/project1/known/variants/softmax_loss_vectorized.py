"""Right versions of softmax_loss_vectorized in many styles: no linter is to make them alike."""

# ruff: noqa

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
