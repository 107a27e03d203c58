"""Known wrong versions of the three distance functions."""

import torch

from autograder.checks.known import misconception


@misconception(
    "compute_distances_two_loops",
    hint="your distances are square roots of the expected ones: squared distances are asked for",
)
def two_loops_square_root(x_train, x_test):
    dists = x_train.new_zeros(x_train.shape[0], x_test.shape[0])
    for i in range(x_train.shape[0]):
        for j in range(x_test.shape[0]):
            dists[i, j] = ((x_train[i] - x_test[j]) ** 2).sum().sqrt()
    return dists


@misconception(
    "compute_distances_two_loops",
    hint="your distances are sums of absolute differences: is each difference squared?",
)
def two_loops_absolute_differences(x_train, x_test):
    dists = x_train.new_zeros(x_train.shape[0], x_test.shape[0])
    for i in range(x_train.shape[0]):
        for j in range(x_test.shape[0]):
            dists[i, j] = (x_train[i] - x_test[j]).abs().sum()
    return dists


@misconception(
    "compute_distances_two_loops",
    hint="your distances are means over the entries of a point: their sum is asked for",
)
def two_loops_mean(x_train, x_test):
    dists = x_train.new_zeros(x_train.shape[0], x_test.shape[0])
    for i in range(x_train.shape[0]):
        for j in range(x_test.shape[0]):
            dists[i, j] = ((x_train[i] - x_test[j]) ** 2).mean()
    return dists


@misconception(
    "compute_distances_two_loops",
    hint="your distances are squares of summed differences: which comes first, the square or the sum?",
)
def two_loops_sum_then_square(x_train, x_test):
    dists = x_train.new_zeros(x_train.shape[0], x_test.shape[0])
    for i in range(x_train.shape[0]):
        for j in range(x_test.shape[0]):
            dists[i, j] = (x_train[i] - x_test[j]).sum() ** 2
    return dists


@misconception(
    "compute_distances_two_loops",
    hint="your distances are differences of squares: is it the difference that is squared?",
)
def two_loops_difference_of_squares(x_train, x_test):
    dists = x_train.new_zeros(x_train.shape[0], x_test.shape[0])
    for i in range(x_train.shape[0]):
        for j in range(x_test.shape[0]):
            dists[i, j] = (x_train[i] ** 2 - x_test[j] ** 2).sum()
    return dists


@misconception(
    "compute_distances_two_loops",
    hint="your dists are the transpose of the expected ones: does a row belong to a training point?",
)
def two_loops_transposed(x_train, x_test):
    dists = x_train.new_zeros(x_test.shape[0], x_train.shape[0])
    for i in range(x_test.shape[0]):
        for j in range(x_train.shape[0]):
            dists[i, j] = ((x_test[i] - x_train[j]) ** 2).sum()
    return dists


@misconception(
    "compute_distances_two_loops",
    hint="your dists are zero below the first row: is the return inside the loop?",
)
def two_loops_returns_too_early(x_train, x_test):
    dists = x_train.new_zeros(x_train.shape[0], x_test.shape[0])
    for i in range(x_train.shape[0]):
        for j in range(x_test.shape[0]):
            dists[i, j] = ((x_train[i] - x_test[j]) ** 2).sum()
        return dists


@misconception(
    "compute_distances_two_loops",
    hint="your dists do not keep the dtype of x_train: is the tensor that holds them made with it?",
)
def two_loops_default_dtype(x_train, x_test):
    dists = torch.zeros(x_train.shape[0], x_test.shape[0])
    for i in range(x_train.shape[0]):
        for j in range(x_test.shape[0]):
            dists[i, j] = ((x_train[i] - x_test[j]) ** 2).sum()
    return dists


@misconception(
    "compute_distances_one_loop",
    hint="your distances are square roots of the expected ones: squared distances are asked for",
)
def one_loop_square_root(x_train, x_test):
    dists = x_train.new_zeros(x_train.shape[0], x_test.shape[0])
    for j in range(x_test.shape[0]):
        dists[:, j] = ((x_train - x_test[j]) ** 2).flatten(1).sum(dim=1).sqrt()
    return dists


@misconception(
    "compute_distances_one_loop",
    hint="each column of your dists holds one number, a sum over all training points: along which axes do you sum?",
)
def one_loop_sums_everything(x_train, x_test):
    dists = x_train.new_zeros(x_train.shape[0], x_test.shape[0])
    for j in range(x_test.shape[0]):
        dists[:, j] = ((x_train - x_test[j]) ** 2).sum()
    return dists


@misconception(
    "compute_distances_one_loop",
    hint="your dists are the transpose of the expected ones: does a row belong to a training point?",
)
def one_loop_transposed(x_train, x_test):
    dists = x_train.new_zeros(x_test.shape[0], x_train.shape[0])
    for j in range(x_test.shape[0]):
        dists[j] = ((x_train - x_test[j]) ** 2).flatten(1).sum(dim=1)
    return dists


@misconception(
    "compute_distances_one_loop",
    hint="your distances are means over the entries of a point: their sum is asked for",
)
def one_loop_mean(x_train, x_test):
    dists = x_train.new_zeros(x_train.shape[0], x_test.shape[0])
    for j in range(x_test.shape[0]):
        dists[:, j] = ((x_train - x_test[j]) ** 2).flatten(1).mean(dim=1)
    return dists


@misconception(
    "compute_distances_one_loop",
    hint="your distances are squares of summed differences: which comes first, the square or the sum?",
)
def one_loop_sum_then_square(x_train, x_test):
    dists = x_train.new_zeros(x_train.shape[0], x_test.shape[0])
    for j in range(x_test.shape[0]):
        dists[:, j] = (x_train - x_test[j]).flatten(1).sum(dim=1) ** 2
    return dists


@misconception(
    "compute_distances_one_loop",
    hint="your distances are sums of absolute differences: is each difference squared?",
)
def one_loop_absolute_differences(x_train, x_test):
    dists = x_train.new_zeros(x_train.shape[0], x_test.shape[0])
    for j in range(x_test.shape[0]):
        dists[:, j] = (x_train - x_test[j]).abs().flatten(1).sum(dim=1)
    return dists


@misconception(
    "compute_distances_one_loop",
    hint="the last column of your dists was never filled: does the loop reach the last test point?",
)
def one_loop_last_point_missing(x_train, x_test):
    dists = x_train.new_zeros(x_train.shape[0], x_test.shape[0])
    for j in range(x_test.shape[0] - 1):
        dists[:, j] = ((x_train - x_test[j]) ** 2).flatten(1).sum(dim=1)
    return dists


@misconception(
    "compute_distances_one_loop",
    hint="after the first column each difference starts from the one before: is x_train changed in place by -= ?",
)
def one_loop_subtracts_in_place(x_train, x_test):
    dists = x_train.new_zeros(x_train.shape[0], x_test.shape[0])
    for j in range(x_test.shape[0]):
        difference = x_train
        difference -= x_test[j]
        dists[:, j] = (difference**2).flatten(1).sum(dim=1)
    return dists


@misconception(
    "compute_distances_one_loop",
    hint="your dists do not keep the dtype of x_train: is the tensor that holds them made with it?",
)
def one_loop_default_dtype(x_train, x_test):
    dists = torch.zeros(x_train.shape[0], x_test.shape[0])
    for j in range(x_test.shape[0]):
        dists[:, j] = ((x_train - x_test[j]) ** 2).flatten(1).sum(dim=1)
    return dists


@misconception(
    "compute_distances_no_loops",
    hint="your distances are square roots of the expected ones: squared distances are asked for",
)
def no_loops_square_root(x_train, x_test):
    a, b = x_train.flatten(1), x_test.flatten(1)
    squared = (a**2).sum(1)[:, None] + (b**2).sum(1)[None, :] - 2 * a @ b.T
    return squared.clamp(min=0).sqrt()


@misconception(
    "compute_distances_no_loops",
    hint="your distances are those of one point to minus the other: which sign has the product of the two?",
)
def no_loops_product_added(x_train, x_test):
    a, b = x_train.flatten(1), x_test.flatten(1)
    return (a**2).sum(1)[:, None] + (b**2).sum(1)[None, :] + 2 * a @ b.T


@misconception(
    "compute_distances_no_loops",
    hint="the product of the two points is subtracted once: how often does it occur when the bracket is expanded?",
)
def no_loops_product_once(x_train, x_test):
    a, b = x_train.flatten(1), x_test.flatten(1)
    return (a**2).sum(1)[:, None] + (b**2).sum(1)[None, :] - a @ b.T


@misconception(
    "compute_distances_no_loops",
    hint="your distances lack the squared length of the test points: are all three terms there?",
)
def no_loops_test_lengths_missing(x_train, x_test):
    a, b = x_train.flatten(1), x_test.flatten(1)
    return (a**2).sum(1)[:, None] - 2 * a @ b.T


@misconception(
    "compute_distances_no_loops",
    hint="your distances lack the squared length of the training points: are all three terms there?",
)
def no_loops_train_lengths_missing(x_train, x_test):
    a, b = x_train.flatten(1), x_test.flatten(1)
    return (b**2).sum(1)[None, :] - 2 * a @ b.T


@misconception(
    "compute_distances_no_loops",
    hint="the squared length of a point is the sum of its squares: do you square the sum instead?",
)
def no_loops_sum_then_square(x_train, x_test):
    a, b = x_train.flatten(1), x_test.flatten(1)
    return (a.sum(1) ** 2)[:, None] + (b.sum(1) ** 2)[None, :] - 2 * a @ b.T


@misconception(
    "compute_distances_no_loops",
    hint="the squared lengths are summed over all points together: along which axis do you sum?",
)
def no_loops_sums_everything(x_train, x_test):
    a, b = x_train.flatten(1), x_test.flatten(1)
    return (a**2).sum() + (b**2).sum() - 2 * a @ b.T


@misconception(
    "compute_distances_no_loops",
    hint="your dists are the transpose of the expected ones: does a row belong to a training point?",
)
def no_loops_transposed(x_train, x_test):
    a, b = x_train.flatten(1), x_test.flatten(1)
    return (b**2).sum(1)[:, None] + (a**2).sum(1)[None, :] - 2 * b @ a.T


@misconception(
    "compute_distances_no_loops",
    hint="your dists do not keep the dtype of x_train: is everything turned into single precision on the way?",
)
def no_loops_single_precision(x_train, x_test):
    a, b = x_train.flatten(1).float(), x_test.flatten(1).float()
    return (a**2).sum(1)[:, None] + (b**2).sum(1)[None, :] - 2 * a @ b.T
