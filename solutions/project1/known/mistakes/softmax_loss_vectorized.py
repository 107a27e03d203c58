"""Known wrong versions of softmax_loss_vectorized."""

import torch

from autograder.checks.known import misconception


@misconception(
    "softmax_loss_vectorized",
    hint="your loss lacks its regularization term, while your gradient has it: is reg * sum(W * W) added?",
)
def softmax_no_reg_in_loss(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = -log_p[rows, y].sum() / N
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="your gradient lacks its regularization term, while your loss has it: what is the slope of that term?",
)
def softmax_no_reg_in_gradient(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = -log_p[rows, y].sum() / N + reg * (W * W).sum()
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = X.T @ ds / N
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="regularization is missing, in the loss and in the gradient",
)
def softmax_no_reg(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = -log_p[rows, y].sum() / N
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = X.T @ ds / N
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="your regularization is halved, in the loss and in the gradient: there is no factor 1/2 here",
)
def softmax_reg_halved(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = -log_p[rows, y].sum() / N + 0.5 * reg * (W * W).sum()
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = X.T @ ds / N + reg * W
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="the regularization in your gradient lacks a factor: what is the derivative of a square?",
)
def softmax_reg_gradient_halved(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = -log_p[rows, y].sum() / N + reg * (W * W).sum()
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = X.T @ ds / N + reg * W
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="your regularization is divided by the number of examples: only the data loss is a mean",
)
def softmax_reg_over_N(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = (-log_p[rows, y].sum() + reg * (W * W).sum()) / N
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = (X.T @ ds + 2 * reg * W) / N
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="your data gradient is a sum over the examples, while your loss is their mean: what is missing?",
)
def softmax_gradient_not_over_N(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = -log_p[rows, y].sum() / N + reg * (W * W).sum()
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = X.T @ ds + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="your data loss and its gradient are sums over the examples: their mean is asked for",
)
def softmax_sum_over_examples(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = -log_p[rows, y].sum() + reg * (W * W).sum()
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = X.T @ ds + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="large scores overflow: is each example's largest score subtracted before exp?",
)
def softmax_no_shift(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = -log_p[rows, y].sum() / N + reg * (W * W).sum()
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="the score of the true class is not shifted as those in the sum of exponentials are: shift both",
)
def softmax_true_score_not_shifted(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    t = s - s.max(dim=1, keepdim=True).values
    log_sum = t.exp().sum(dim=1, keepdim=True).log()
    log_p = t - log_sum
    loss = (log_sum.squeeze(1) - s[rows, y]).sum() / N + reg * (W * W).sum()
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="the logarithm is taken of a probability that rounds to zero, so a constant is added: take it on paper first",
)
def softmax_log_of_rounded_zero(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = -(log_p.exp()[rows, y] + 1e-12).log().sum() / N + reg * (W * W).sum()
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="your probabilities add up to one over the examples: over which dim do the classes of one example lie?",
)
def softmax_normalized_down_the_columns(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=0, keepdim=True).values
    log_p = s - s.exp().sum(dim=0, keepdim=True).log()
    loss = -log_p[rows, y].sum() / N + reg * (W * W).sum()
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="your probabilities add up to one over all examples together: each example has a sum of its own",
)
def softmax_normalized_over_everything(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum().log()
    loss = -log_p[rows, y].sum() / N + reg * (W * W).sum()
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="your gradient is that of the log of the sum alone: the score of the true class is subtracted in the loss",
)
def softmax_true_class_not_subtracted(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = -log_p[rows, y].sum() / N + reg * (W * W).sum()
    ds = log_p.exp()
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="you subtract from whole columns of the probabilities: one entry in each row is meant, ds[arange(N), y]",
)
def softmax_columns_instead_of_entries(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = -log_p[rows, y].sum() / N + reg * (W * W).sum()
    ds = log_p.exp()
    ds[:, y] -= 1
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="your gradient has a term in the column of the true class only: every score is in the sum of exponentials",
)
def softmax_true_column_only(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = -log_p[rows, y].sum() / N + reg * (W * W).sum()
    ds = torch.zeros_like(s)
    ds[rows, y] = log_p[rows, y].exp() - 1
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="the data part of your gradient has the wrong sign: does the loss fall when the true class's score grows?",
)
def softmax_gradient_uphill(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = -log_p[rows, y].sum() / N + reg * (W * W).sum()
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = -X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="your data loss has the wrong sign: the logarithm of a probability is negative",
)
def softmax_log_sign(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = log_p[rows, y].sum() / N + reg * (W * W).sum()
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="your loss is one minus the probability of the true class: is the logarithm taken?",
)
def softmax_no_log(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = (1 - log_p[rows, y].exp()).sum() / N + reg * (W * W).sum()
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="your loss adds up the logarithms of all classes: only the true class's probability counts",
)
def softmax_every_class_counted(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = -log_p.sum() / N + reg * (W * W).sum()
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="your gradient is the transpose of what is asked for: its shape is that of W",
)
def softmax_gradient_transposed(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = -log_p[rows, y].sum() / N + reg * (W * W).sum()
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = ds.T @ X / N + 2 * reg * W.T
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="your loss is a Python number: a tensor without dimensions is asked for",
)
def softmax_python_number(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = -log_p[rows, y].sum() / N + reg * (W * W).sum()
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = X.T @ ds / N + 2 * reg * W
    return loss.item(), dW
