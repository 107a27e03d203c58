"""Known wrong versions of svm_loss_vectorized."""

import torch

from autograder.checks.known import misconception


@misconception(
    "svm_loss_vectorized",
    hint="your loss lacks its regularization term, while your gradient has it: is reg * sum(W * W) added?",
)
def svm_no_reg_in_loss(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = margins.sum() / N
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=1)
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="your gradient lacks its regularization term, while your loss has it: what is the slope of that term?",
)
def svm_no_reg_in_gradient(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = margins.sum() / N + reg * (W * W).sum()
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=1)
    dW = X.T @ ds / N
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="regularization is missing, in the loss and in the gradient",
)
def svm_no_reg(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = margins.sum() / N
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=1)
    dW = X.T @ ds / N
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="your regularization is halved, in the loss and in the gradient: there is no factor 1/2 here",
)
def svm_reg_halved(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = margins.sum() / N + 0.5 * reg * (W * W).sum()
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=1)
    dW = X.T @ ds / N + reg * W
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="the regularization in your gradient lacks a factor: what is the derivative of a square?",
)
def svm_reg_gradient_halved(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = margins.sum() / N + reg * (W * W).sum()
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=1)
    dW = X.T @ ds / N + reg * W
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="your regularization is divided by the number of examples: only the data loss is a mean",
)
def svm_reg_over_N(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = (margins.sum() + reg * (W * W).sum()) / N
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=1)
    dW = (X.T @ ds + 2 * reg * W) / N
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="your data gradient is a sum over the examples, while your loss is their mean: what is missing?",
)
def svm_gradient_not_over_N(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = margins.sum() / N + reg * (W * W).sum()
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=1)
    dW = X.T @ ds + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="your data loss and its gradient are sums over the examples: their mean is asked for",
)
def svm_sum_over_examples(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = margins.sum() + reg * (W * W).sum()
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=1)
    dW = X.T @ ds + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="your loss counts the true class too: its margin, one for each example, does not belong into the sum",
)
def svm_true_class_counted(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    loss = margins.sum() / N + reg * (W * W).sum()
    margins[rows, y] = 0
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=1)
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="your gradient counts the true class among the margins missed: is its entry zero before they are counted?",
)
def svm_true_class_counted_in_gradient(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    loss = (margins.sum() - N) / N + reg * (W * W).sum()
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=1)
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="your hinge starts at equal scores: is the margin of 1 added to the difference?",
)
def svm_no_margin(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None]).clamp(min=0)
    margins[rows, y] = 0
    loss = margins.sum() / N + reg * (W * W).sum()
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=1)
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="your loss grows when the true class wins: which score is subtracted from which?",
)
def svm_margin_reversed(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s[rows, y][:, None] - s + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = margins.sum() / N + reg * (W * W).sum()
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=1)
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="margins that are more than kept count below zero: is the maximum with zero taken?",
)
def svm_no_hinge(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = s - s[rows, y][:, None] + 1
    margins[rows, y] = 0
    loss = margins.sum() / N + reg * (W * W).sum()
    ds = torch.ones_like(margins)
    ds[rows, y] = 1 - ds.sum(dim=1)
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="your gradient never touches the column of the true class: each margin depends on its score too",
)
def svm_true_column_missing(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = margins.sum() / N + reg * (W * W).sum()
    ds = (margins > 0).to(W.dtype)
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="the column of the true class gets each example once: how many margins of that example depend on it?",
)
def svm_true_column_once(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = margins.sum() / N + reg * (W * W).sum()
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -1
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="the margins missed are counted for each class, not for each example: along which dim is the sum?",
)
def svm_counts_down_the_columns(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = margins.sum() / N + reg * (W * W).sum()
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=0)[y]
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="only the largest margin of each example counts: all the wrong classes' margins are added up",
)
def svm_worst_class_only(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = margins.max(dim=1).values.sum() / N + reg * (W * W).sum()
    ds = ((margins > 0) & (margins == margins.max(dim=1, keepdim=True).values)).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=1)
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="your loss adds up squares of the margins: the hinge itself is asked for",
)
def svm_squared_hinge(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = (margins**2).sum() / N + reg * (W * W).sum()
    ds = 2 * margins
    ds[rows, y] = -ds.sum(dim=1)
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="the data part of your gradient has the wrong sign: which column's score does the loss grow with?",
)
def svm_gradient_uphill(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = margins.sum() / N + reg * (W * W).sum()
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=1)
    dW = -X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="your loss is a mean over examples and classes: add up the classes, and take the mean over the examples",
)
def svm_mean_over_entries(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = margins.mean() + reg * (W * W).sum()
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=1)
    dW = X.T @ ds / ds.numel() + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="your gradient is the transpose of what is asked for: its shape is that of W",
)
def svm_gradient_transposed(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = margins.sum() / N + reg * (W * W).sum()
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=1)
    dW = ds.T @ X / N + 2 * reg * W.T
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="your loss is a Python number: a tensor without dimensions is asked for",
)
def svm_python_number(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = margins.sum() / N + reg * (W * W).sum()
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=1)
    dW = X.T @ ds / N + 2 * reg * W
    return loss.item(), dW
