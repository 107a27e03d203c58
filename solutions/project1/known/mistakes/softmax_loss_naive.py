"""Known wrong versions of softmax_loss_naive."""

import torch

from autograder.checks.known import misconception


@misconception(
    "softmax_loss_naive",
    hint="your loss lacks its regularization term, while your gradient has it: is reg * sum(W * W) added?",
)
def softmax_naive_no_reg_in_loss(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        s = s - s.max()
        p = s.exp() / s.exp().sum()
        loss = loss + s.exp().sum().log() - s[y[i]]
        for j in range(C):
            dW[:, j] += p[j] * X[i]
        dW[:, y[i]] -= X[i]
    loss = loss / N
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="your gradient lacks its regularization term, while your loss has it: what is the slope of that term?",
)
def softmax_naive_no_reg_in_gradient(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        s = s - s.max()
        p = s.exp() / s.exp().sum()
        loss = loss + s.exp().sum().log() - s[y[i]]
        for j in range(C):
            dW[:, j] += p[j] * X[i]
        dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="regularization is missing, in the loss and in the gradient",
)
def softmax_naive_no_reg(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        s = s - s.max()
        p = s.exp() / s.exp().sum()
        loss = loss + s.exp().sum().log() - s[y[i]]
        for j in range(C):
            dW[:, j] += p[j] * X[i]
        dW[:, y[i]] -= X[i]
    loss = loss / N
    dW = dW / N
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="your regularization is halved, in the loss and in the gradient: there is no factor 1/2 here",
)
def softmax_naive_reg_halved(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        s = s - s.max()
        p = s.exp() / s.exp().sum()
        loss = loss + s.exp().sum().log() - s[y[i]]
        for j in range(C):
            dW[:, j] += p[j] * X[i]
        dW[:, y[i]] -= X[i]
    loss = loss / N + 0.5 * reg * (W * W).sum()
    dW = dW / N + reg * W
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="the regularization in your gradient lacks a factor: what is the derivative of a square?",
)
def softmax_naive_reg_gradient_halved(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        s = s - s.max()
        p = s.exp() / s.exp().sum()
        loss = loss + s.exp().sum().log() - s[y[i]]
        for j in range(C):
            dW[:, j] += p[j] * X[i]
        dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + reg * W
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="your regularization is divided by the number of examples: only the data loss is a mean",
)
def softmax_naive_reg_over_N(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        s = s - s.max()
        p = s.exp() / s.exp().sum()
        loss = loss + s.exp().sum().log() - s[y[i]]
        for j in range(C):
            dW[:, j] += p[j] * X[i]
        dW[:, y[i]] -= X[i]
    loss = (loss + reg * (W * W).sum()) / N
    dW = (dW + 2 * reg * W) / N
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="your data gradient is a sum over the examples, while your loss is their mean: what is missing?",
)
def softmax_naive_gradient_not_over_N(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        s = s - s.max()
        p = s.exp() / s.exp().sum()
        loss = loss + s.exp().sum().log() - s[y[i]]
        for j in range(C):
            dW[:, j] += p[j] * X[i]
        dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="your data loss and its gradient are sums over the examples: their mean is asked for",
)
def softmax_naive_sum_over_examples(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        s = s - s.max()
        p = s.exp() / s.exp().sum()
        loss = loss + s.exp().sum().log() - s[y[i]]
        for j in range(C):
            dW[:, j] += p[j] * X[i]
        dW[:, y[i]] -= X[i]
    loss = loss + reg * (W * W).sum()
    dW = dW + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="large scores overflow: is each example's largest score subtracted before exp?",
)
def softmax_naive_no_shift(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        p = s.exp() / s.exp().sum()
        loss = loss + s.exp().sum().log() - s[y[i]]
        for j in range(C):
            dW[:, j] += p[j] * X[i]
        dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="the score of the true class is not shifted as those in the sum of exponentials are: shift both",
)
def softmax_naive_true_score_not_shifted(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        t = s - s.max()
        p = t.exp() / t.exp().sum()
        loss = loss + t.exp().sum().log() - s[y[i]]
        for j in range(C):
            dW[:, j] += p[j] * X[i]
        dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="the logarithm is taken of a probability that rounds to zero, so a constant is added: take it on paper first",
)
def softmax_naive_log_of_rounded_zero(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        s = s - s.max()
        p = s.exp() / s.exp().sum()
        loss = loss + -(p[y[i]] + 1e-12).log()
        for j in range(C):
            dW[:, j] += p[j] * X[i]
        dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="your gradient is that of the log of the sum alone: the score of the true class is subtracted in the loss",
)
def softmax_naive_true_class_not_subtracted(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        s = s - s.max()
        p = s.exp() / s.exp().sum()
        loss = loss + s.exp().sum().log() - s[y[i]]
        for j in range(C):
            dW[:, j] += p[j] * X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="your gradient has a term in the column of the true class only: every score is in the sum of exponentials",
)
def softmax_naive_true_column_only(W, X, y, reg):
    N = X.shape[0]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        s = s - s.max()
        p = s.exp() / s.exp().sum()
        loss = loss + s.exp().sum().log() - s[y[i]]
        dW[:, y[i]] += (p[y[i]] - 1) * X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="the data part of your gradient has the wrong sign: does the loss fall when the true class's score grows?",
)
def softmax_naive_gradient_uphill(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        s = s - s.max()
        p = s.exp() / s.exp().sum()
        loss = loss + s.exp().sum().log() - s[y[i]]
        for j in range(C):
            dW[:, j] -= p[j] * X[i]
        dW[:, y[i]] += X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="your data loss has the wrong sign: the logarithm of a probability is negative",
)
def softmax_naive_log_sign(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        s = s - s.max()
        p = s.exp() / s.exp().sum()
        loss = loss - s.exp().sum().log() + s[y[i]]
        for j in range(C):
            dW[:, j] += p[j] * X[i]
        dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="your loss is one minus the probability of the true class: is the logarithm taken?",
)
def softmax_naive_no_log(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        s = s - s.max()
        p = s.exp() / s.exp().sum()
        loss = loss + 1 - p[y[i]]
        for j in range(C):
            dW[:, j] += p[j] * X[i]
        dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="the last example never counts: does the loop over the examples reach it?",
)
def softmax_naive_last_example_missing(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N - 1):
        s = X[i] @ W
        s = s - s.max()
        p = s.exp() / s.exp().sum()
        loss = loss + s.exp().sum().log() - s[y[i]]
        for j in range(C):
            dW[:, j] += p[j] * X[i]
        dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="classes that occur in no label get no gradient: W says how many classes there are",
)
def softmax_naive_classes_from_labels(W, X, y, reg):
    N, C = X.shape[0], int(y.max()) + 1
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        s = s - s.max()
        p = s.exp() / s.exp().sum()
        loss = loss + s.exp().sum().log() - s[y[i]]
        for j in range(C):
            dW[:, j] += p[j] * X[i]
        dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="your gradient always has ten columns: take the number of classes from W",
)
def softmax_naive_ten_classes(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), W.new_zeros(W.shape[0], 10)
    for i in range(N):
        s = X[i] @ W
        s = s - s.max()
        p = s.exp() / s.exp().sum()
        loss = loss + s.exp().sum().log() - s[y[i]]
        for j in range(C):
            dW[:, j] += p[j] * X[i]
        dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N
    dW[:, :C] += 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="your loss is a Python number: a tensor without dimensions is asked for",
)
def softmax_naive_python_number(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        s = s - s.max()
        p = s.exp() / s.exp().sum()
        loss = loss + s.exp().sum().log() - s[y[i]]
        for j in range(C):
            dW[:, j] += p[j] * X[i]
        dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss.item(), dW
