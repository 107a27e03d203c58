"""Right versions of svm_loss_naive in many styles: no linter is to make them alike."""

# ruff: noqa

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
