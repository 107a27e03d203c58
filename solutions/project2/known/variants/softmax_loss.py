"""Right versions of softmax_loss in many styles: no linter is to make them alike."""

# ruff: noqa

# %% softmax_loss: torch.log_softmax and gather
import torch


def softmax_loss(x, y):
    logp = torch.log_softmax(x, dim=1)
    loss = -logp.gather(1, y.view(-1, 1)).sum() / x.size(0)
    dx = logp.exp().scatter_add(1, y.view(-1, 1), -torch.ones_like(x[:, :1])) / x.size(0)
    return loss, dx


# %% softmax_loss: logsumexp, one-hot by comparing
import torch


def softmax_loss(scores, labels):
    N, C = scores.shape
    onehot = (labels[:, None] == torch.arange(C)[None, :]).to(scores.dtype)
    loss = (scores.logsumexp(1) - (scores * onehot).sum(1)).mean()
    probs = scores.softmax(1)
    return loss, (probs - onehot) / N


# %% softmax_loss: step by step, lists of rows as indices
import torch


def softmax_loss(x, y):
    n = len(y)
    z = x - x.amax(1, keepdim=True)
    e = torch.exp(z)
    total = e.sum(1, keepdim=True)
    probs = e / total
    correct = z[range(n), y] - torch.log(total[:, 0])
    loss = -torch.sum(correct) / n
    dx = probs.clone()
    dx[range(n), y] = dx[range(n), y] - 1.0
    dx /= n
    return loss, dx


# %% softmax_loss: margins to the right class
import torch


def softmax_loss(x, y):
    right = x.gather(1, y[:, None])
    margins = x - right
    losses = torch.logsumexp(margins, dim=1)
    dx = torch.exp(margins - losses[:, None])
    dx = dx.scatter(1, y[:, None], torch.gather(dx, 1, y[:, None]) - 1)
    return losses.mean(), dx / losses.numel()


# %% softmax_loss: numpy
import numpy as np
import torch


def softmax_loss(x, y):
    s, t = x.numpy(), y.numpy()
    s = s - s.max(axis=1, keepdims=True)
    p = np.exp(s)
    p = p / p.sum(axis=1, keepdims=True)
    logs = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    rows = np.arange(s.shape[0])
    loss = -logs[rows, t].mean()
    p[rows, t] -= 1
    return torch.tensor(loss, dtype=x.dtype), torch.from_numpy(p / s.shape[0])


# %% softmax_loss: helpers, the identity matrix as a table of targets
import torch


def log_probabilities(scores):
    shifted = scores - torch.max(scores, dim=-1, keepdim=True)[0]
    return shifted - shifted.exp().sum(dim=-1, keepdim=True).log()


def softmax_loss(x, y):
    targets = torch.eye(x.shape[1], dtype=x.dtype, device=x.device)[y]
    log_p = log_probabilities(x)
    loss = -(targets * log_p).sum(dim=1).mean(dim=0)
    return loss, (log_p.exp() - targets) * (1.0 / x.shape[0])


# %% softmax_loss: a row of maxima, index_put in place
import torch


def softmax_loss(x, y):
    shifted = x - x.max(dim=1)[0].reshape(-1, 1)
    log_sum = torch.log(torch.exp(shifted).sum(dim=1))
    index = torch.arange(x.shape[0])
    loss = torch.mean(log_sum - shifted[index, y])
    dx = torch.exp(shifted - log_sum.reshape(-1, 1))
    dx.index_put_((index, y), torch.tensor(-1.0, dtype=x.dtype), accumulate=True)
    return loss, dx.div_(x.shape[0])
