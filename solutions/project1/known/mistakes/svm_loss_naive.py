"""Known wrong versions of svm_loss_naive."""

import torch

from autograder.checks.known import misconception


@misconception(
    "svm_loss_naive",
    hint="your loss lacks its regularization term, while your gradient has it: is reg * sum(W * W) added?",
)
def svm_naive_no_reg_in_loss(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss = loss / N
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="your gradient lacks its regularization term, while your loss has it: what is the slope of that term?",
)
def svm_naive_no_reg_in_gradient(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="regularization is missing, in the loss and in the gradient",
)
def svm_naive_no_reg(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss = loss / N
    dW = dW / N
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="your regularization is halved, in the loss and in the gradient: there is no factor 1/2 here",
)
def svm_naive_reg_halved(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss = loss / N + 0.5 * reg * (W * W).sum()
    dW = dW / N + reg * W
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="the regularization in your gradient lacks a factor: what is the derivative of a square?",
)
def svm_naive_reg_gradient_halved(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + reg * W
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="your regularization is divided by the number of examples: only the data loss is a mean",
)
def svm_naive_reg_over_N(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss = (loss + reg * (W * W).sum()) / N
    dW = (dW + 2 * reg * W) / N
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="your data gradient is a sum over the examples, while your loss is their mean: what is missing?",
)
def svm_naive_gradient_not_over_N(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="your data loss and its gradient are sums over the examples: their mean is asked for",
)
def svm_naive_sum_over_examples(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss = loss + reg * (W * W).sum()
    dW = dW + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="your loss counts the true class too: its margin, one for each example, does not belong into the sum",
)
def svm_naive_true_class_counted(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="your hinge starts at equal scores: is the margin of 1 added to the difference?",
)
def svm_naive_no_margin(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]]
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="your loss grows when the true class wins: which score is subtracted from which?",
)
def svm_naive_margin_reversed(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[y[i]] - s[j] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="your gradient never touches the column of the true class: each margin depends on its score too",
)
def svm_naive_true_column_missing(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="the column of the true class gets each example once: how many margins of that example depend on it?",
)
def svm_naive_true_column_once(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
        dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="your gradient is weighted by the margins: what is the slope of max(0, m) where m is positive?",
)
def svm_naive_gradient_times_margin(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] += margin * X[i]
                dW[:, y[i]] -= margin * X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="the data part of your gradient has the wrong sign: which column's score does the loss grow with?",
)
def svm_naive_gradient_uphill(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] -= X[i]
                dW[:, y[i]] += X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="your gradient has terms of margins that are kept: where the hinge is zero, so is its slope",
)
def svm_naive_gradient_of_every_class(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
            dW[:, j] += X[i]
            dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="the last example never counts: does the loop over the examples reach it?",
)
def svm_naive_last_example_missing(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N - 1):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="classes that occur in no label are left out: W says how many classes there are",
)
def svm_naive_classes_from_labels(W, X, y, reg):
    N, C = X.shape[0], int(y.max()) + 1
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="your gradient always has ten columns: take the number of classes from W",
)
def svm_naive_ten_classes(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), W.new_zeros(W.shape[0], 10)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N
    dW[:, :C] += 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="regularization is added once for each example, and not divided by their number: add it once, after the loop",
)
def svm_naive_regularized_in_the_loop(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        loss = loss + reg * (W * W).sum()
        dW = dW + 2 * reg * W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="your loss is a Python number: a tensor without dimensions is asked for",
)
def svm_naive_python_number(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss.item(), dW
