"""Known wrong versions of sample_batch."""

import torch

from autograder.checks.known import misconception


@misconception(
    "sample_batch",
    hint="the last example is never drawn: the upper end of randint is left out already",
)
def batch_last_never_drawn(X, y, num_train, batch_size):
    rows = torch.randint(num_train - 1, (batch_size,))
    return X[rows], y[rows]


@misconception(
    "sample_batch",
    hint="the first example is never drawn: indices begin at zero",
)
def batch_first_never_drawn(X, y, num_train, batch_size):
    rows = torch.randint(1, num_train, (batch_size,))
    return X[rows], y[rows]


@misconception(
    "sample_batch",
    hint="no row comes twice in a batch: draw with replacement, so that a batch may be larger than the data",
)
def batch_without_replacement(X, y, num_train, batch_size):
    rows = torch.randperm(num_train)[:batch_size]
    return X[rows], y[rows]


@misconception(
    "sample_batch",
    hint="your batch is always the first rows: draw them at random",
)
def batch_always_the_first(X, y, num_train, batch_size):
    return X[:batch_size], y[:batch_size]


@misconception(
    "sample_batch",
    hint="X_batch and y_batch are of different draws: use the same indices for both",
)
def batch_labels_drawn_apart(X, y, num_train, batch_size):
    rows = torch.randint(num_train, (batch_size,))
    return X[rows], y[torch.randint(num_train, (batch_size,))]


@misconception(
    "sample_batch",
    hint="every call draws the same rows: is a seed set inside?",
)
def batch_seeded_inside(X, y, num_train, batch_size):
    torch.manual_seed(0)
    rows = torch.randint(num_train, (batch_size,))
    return X[rows], y[rows]


@misconception(
    "sample_batch",
    hint="a batch is one row again and again: is an index drawn for each place?",
)
def batch_one_row_repeated(X, y, num_train, batch_size):
    rows = torch.randint(num_train, (1,)).expand(batch_size)
    return X[rows], y[rows]


@misconception(
    "sample_batch",
    hint="a batch is a block of rows that lie side by side: each row is drawn by itself",
)
def batch_a_block_of_neighbours(X, y, num_train, batch_size):
    start = int(torch.randint(max(num_train - batch_size, 0) + 1, (1,)))
    rows = slice(start, start + batch_size)
    return X[rows], y[rows]


@misconception(
    "sample_batch",
    hint="only as many rows as the batch is large can be drawn: the upper end is num_train",
)
def batch_among_the_first_batch_size(X, y, num_train, batch_size):
    rows = torch.randint(batch_size, (batch_size,))
    return X[rows], y[rows]


@misconception(
    "sample_batch",
    hint="the first and the last row come half as often as the others: is a random number rounded?",
)
def batch_rounded(X, y, num_train, batch_size):
    rows = (torch.rand(batch_size) * (num_train - 1)).round().long()
    return X[rows], y[rows]


@misconception(
    "sample_batch",
    hint="you return X_batch alone: the labels of its rows are asked for as well",
)
def batch_labels_missing(X, y, num_train, batch_size):
    rows = torch.randint(num_train, (batch_size,))
    return X[rows]


@misconception(
    "sample_batch",
    hint="you return row numbers in place of rows: is X asked for them?",
)
def batch_indices_returned(X, y, num_train, batch_size):
    rows = torch.randint(num_train, (batch_size,))
    return rows, y[rows]
