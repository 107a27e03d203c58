"""Known wrong versions of the kNN functions."""

# ruff: noqa: ARG002, RUF024 (unused arguments and a shared list are among the mistakes)

import torch

from solutions.misconceptions import misconception


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
    hint="your dists are right in the first row and zero below it: is the return inside the loop?",
)
def two_loops_returns_too_early(x_train, x_test):
    dists = x_train.new_zeros(x_train.shape[0], x_test.shape[0])
    for i in range(x_train.shape[0]):
        for j in range(x_test.shape[0]):
            dists[i, j] = ((x_train[i] - x_test[j]) ** 2).sum()
        return dists


@misconception(
    "compute_distances_two_loops",
    hint="your dists are right but for their dtype: is the tensor that holds them made with the dtype of x_train?",
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
    hint="your dists are right but for their dtype: is the tensor that holds them made with the dtype of x_train?",
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
    hint="your dists are right but for their dtype: is everything turned into single precision on the way?",
)
def no_loops_single_precision(x_train, x_test):
    a, b = x_train.flatten(1).float(), x_test.flatten(1).float()
    return (a**2).sum(1)[:, None] + (b**2).sum(1)[None, :] - 2 * a @ b.T


@misconception(
    "predict_labels",
    hint="your labels are those of the single nearest point: do all k nearest vote?",
)
def labels_k_ignored(dists, y_train, k=1):
    return y_train[dists.argmin(dim=0)]


@misconception(
    "predict_labels",
    hint="where votes are tied you take the label of the nearest point: of the tied labels the smallest is asked for",
)
def labels_tie_to_the_nearest(dists, y_train, k=1):
    from collections import Counter

    y_pred = torch.zeros(dists.shape[1], dtype=torch.int64)
    for j in range(dists.shape[1]):
        nearest = dists[:, j].argsort()[:k]
        y_pred[j] = Counter(y_train[nearest].tolist()).most_common(1)[0][0]
    return y_pred


@misconception(
    "predict_labels",
    hint="where votes are tied you take the largest label: of the tied labels the smallest is asked for",
)
def labels_tie_to_the_largest(dists, y_train, k=1):
    y_pred = torch.zeros(dists.shape[1], dtype=torch.int64)
    for j in range(dists.shape[1]):
        votes = y_train[dists[:, j].argsort()[:k]]
        best_count = 0
        for label in votes.unique():
            count = int((votes == label).sum())
            if count >= best_count:
                best_count, y_pred[j] = count, label
    return y_pred


@misconception(
    "predict_labels",
    hint="your labels are a vote among the k farthest points: which end do topk or sort begin with?",
)
def labels_of_the_farthest(dists, y_train, k=1):
    y_pred = torch.zeros(dists.shape[1], dtype=torch.int64)
    for j in range(dists.shape[1]):
        nearest = dists[:, j].topk(k).indices
        y_pred[j] = y_train[nearest].bincount().argmax()
    return y_pred


@misconception(
    "predict_labels",
    hint="your labels are row numbers of training points: is y_train asked for the labels of the neighbours?",
)
def labels_are_row_numbers(dists, y_train, k=1):
    y_pred = torch.zeros(dists.shape[1], dtype=torch.int64)
    for j in range(dists.shape[1]):
        nearest = dists[:, j].topk(k, largest=False).indices
        y_pred[j] = nearest.bincount().argmax()
    return y_pred


@misconception(
    "predict_labels",
    hint="your labels are averages of the neighbours' labels: labels are names, so do they vote?",
)
def labels_averaged(dists, y_train, k=1):
    nearest = dists.topk(k, dim=0, largest=False).indices
    return y_train[nearest].double().mean(dim=0).round().long()


@misconception(
    "predict_labels",
    hint="the neighbours seem to be looked for along a row of dists: in which direction do the training points lie?",
)
def labels_along_the_rows(dists, y_train, k=1):
    nearest = dists.argsort(dim=1)[:k, :]
    return y_train[nearest].mode(dim=0).values


@misconception(
    "predict_labels",
    hint="your labels are a vote among one point too many: how many entries has your slice of the sorted points?",
)
def labels_one_neighbour_too_many(dists, y_train, k=1):
    nearest = dists.argsort(dim=0)[: k + 1]
    return y_train[nearest].mode(dim=0).values


@misconception(
    "predict_labels",
    hint="the votes seem to be weighted by nearness: each of the k nearest has one vote",
)
def labels_weighted_votes(dists, y_train, k=1):
    y_pred = torch.zeros(dists.shape[1], dtype=torch.int64)
    for j in range(dists.shape[1]):
        near, nearest = dists[:, j].topk(k, largest=False)
        y_pred[j] = y_train[nearest].bincount(weights=1 / (near + 1e-12)).argmax()
    return y_pred


@misconception(
    "predict_labels",
    hint="your labels are right but no integers: with which dtype is the tensor that holds them made?",
)
def labels_as_floats(dists, y_train, k=1):
    y_pred = torch.zeros(dists.shape[1])
    for j in range(dists.shape[1]):
        nearest = dists[:, j].topk(k, largest=False).indices
        y_pred[j] = y_train[nearest].bincount().argmax()
    return y_pred


@misconception(
    "KnnClassifier",
    hint="k seems to have no effect: is it handed on in every call, down to predict_labels?",
)
class ClassifierIgnoresK:
    def __init__(self, x_train, y_train):
        self.x_train, self.y_train = x_train, y_train

    def predict(self, x_test, k=1):
        return predict_labels(compute_distances_no_loops(self.x_train, x_test), self.y_train)

    def check_accuracy(self, x_test, y_test, k=1, quiet=False):
        return 100.0 * (self.predict(x_test, k) == y_test).sum().item() / len(y_test)


@misconception(
    "KnnClassifier",
    hint="k seems to have no effect: is it handed on in every call, down to predict_labels?",
)
class ClassifierAccuracyIgnoresK:
    def __init__(self, x_train, y_train):
        self.x_train, self.y_train = x_train, y_train

    def predict(self, x_test, k=1):
        return predict_labels(compute_distances_no_loops(self.x_train, x_test), self.y_train, k)

    def check_accuracy(self, x_test, y_test, k=1, quiet=False):
        return 100.0 * (self.predict(x_test) == y_test).sum().item() / len(y_test)


@misconception(
    "KnnClassifier",
    hint="your accuracy is a fraction of the whole: percent is asked for",
)
class ClassifierAccuracyAsFraction:
    def __init__(self, x_train, y_train):
        self.x_train, self.y_train = x_train, y_train

    def predict(self, x_test, k=1):
        return predict_labels(compute_distances_no_loops(self.x_train, x_test), self.y_train, k)

    def check_accuracy(self, x_test, y_test, k=1, quiet=False):
        return (self.predict(x_test, k) == y_test).double().mean().item()


@misconception(
    "KnnClassifier",
    hint="your accuracy is the number of right answers: percent of all test points is asked for",
)
class ClassifierAccuracyAsCount:
    def __init__(self, x_train, y_train):
        self.x_train, self.y_train = x_train, y_train

    def predict(self, x_test, k=1):
        return predict_labels(compute_distances_no_loops(self.x_train, x_test), self.y_train, k)

    def check_accuracy(self, x_test, y_test, k=1, quiet=False):
        return (self.predict(x_test, k) == y_test).sum().item()


@misconception(
    "KnnClassifier",
    hint="your accuracy is divided by the number of training points: of which points is it a share?",
)
class ClassifierAccuracyOfTrainingPoints:
    def __init__(self, x_train, y_train):
        self.x_train, self.y_train = x_train, y_train

    def predict(self, x_test, k=1):
        return predict_labels(compute_distances_no_loops(self.x_train, x_test), self.y_train, k)

    def check_accuracy(self, x_test, y_test, k=1, quiet=False):
        return 100.0 * (self.predict(x_test, k) == y_test).sum().item() / len(self.y_train)


@misconception(
    "KnnClassifier",
    hint="check_accuracy gives nothing back: is the accuracy returned, or only printed?",
)
class ClassifierAccuracyOnlyPrinted:
    def __init__(self, x_train, y_train):
        self.x_train, self.y_train = x_train, y_train

    def predict(self, x_test, k=1):
        return predict_labels(compute_distances_no_loops(self.x_train, x_test), self.y_train, k)

    def check_accuracy(self, x_test, y_test, k=1, quiet=False):
        accuracy = 100.0 * (self.predict(x_test, k) == y_test).sum().item() / len(y_test)
        if not quiet:
            print(f"accuracy {accuracy:.2f} %")


@misconception(
    "KnnClassifier",
    hint="your predictions are those of the nearest class mean: nearest neighbours keeps every training point",
)
class ClassifierOfClassMeans:
    def __init__(self, x_train, y_train):
        self.labels = y_train.unique()
        self.means = torch.stack([x_train[y_train == label].mean(dim=0) for label in self.labels])

    def predict(self, x_test, k=1):
        return self.labels[compute_distances_no_loops(self.means, x_test).argmin(dim=0)]

    def check_accuracy(self, x_test, y_test, k=1, quiet=False):
        return 100.0 * (self.predict(x_test, k) == y_test).sum().item() / len(y_test)


@misconception(
    "knn_cross_validate",
    hint="your accuracies are those of a classifier that was trained on all folds: is the validation fold kept out?",
)
def cross_validate_trains_on_the_validation_fold(
    x_train, y_train, num_folds=5, k_choices=(1, 3, 5, 8, 10, 12, 15, 20, 50, 100)
):
    result = {}
    for k in k_choices:
        classifier = KnnClassifier(x_train, y_train)
        folds = zip(x_train.chunk(num_folds), y_train.chunk(num_folds), strict=True)
        result[k] = [classifier.check_accuracy(x, y, k=k, quiet=True) for x, y in folds]
    return result


@misconception(
    "knn_cross_validate",
    hint="your accuracies are measured on the folds you train on: which fold is a classifier to be tried on?",
)
def cross_validate_tests_on_the_training_folds(
    x_train, y_train, num_folds=5, k_choices=(1, 3, 5, 8, 10, 12, 15, 20, 50, 100)
):
    xs, ys = x_train.chunk(num_folds), y_train.chunk(num_folds)
    result = {k: [] for k in k_choices}
    for f in range(num_folds):
        x_rest, y_rest = torch.cat(xs[:f] + xs[f + 1 :]), torch.cat(ys[:f] + ys[f + 1 :])
        classifier = KnnClassifier(x_rest, y_rest)
        for k in k_choices:
            result[k].append(classifier.check_accuracy(x_rest, y_rest, k=k, quiet=True))
    return result


@misconception(
    "knn_cross_validate",
    hint="your accuracies are those of training on one fold and trying on the others: which is the larger part?",
)
def cross_validate_roles_swapped(x_train, y_train, num_folds=5, k_choices=(1, 3, 5, 8, 10, 12, 15, 20, 50, 100)):
    xs, ys = x_train.chunk(num_folds), y_train.chunk(num_folds)
    result = {k: [] for k in k_choices}
    for f in range(num_folds):
        x_rest, y_rest = torch.cat(xs[:f] + xs[f + 1 :]), torch.cat(ys[:f] + ys[f + 1 :])
        for k in k_choices:
            k_used = min(k, len(ys[f]))
            result[k].append(KnnClassifier(xs[f], ys[f]).check_accuracy(x_rest, y_rest, k_used, quiet=True))
    return result


@misconception(
    "knn_cross_validate",
    hint="every k gets the accuracies of one neighbour: is k handed on to the classifier?",
)
def cross_validate_k_ignored(x_train, y_train, num_folds=5, k_choices=(1, 3, 5, 8, 10, 12, 15, 20, 50, 100)):
    xs, ys = x_train.chunk(num_folds), y_train.chunk(num_folds)
    result = {k: [] for k in k_choices}
    for k in k_choices:
        for f in range(num_folds):
            classifier = KnnClassifier(torch.cat(xs[:f] + xs[f + 1 :]), torch.cat(ys[:f] + ys[f + 1 :]))
            result[k].append(classifier.check_accuracy(xs[f], ys[f], quiet=True))
    return result


@misconception(
    "knn_cross_validate",
    hint="each k has a single number, the mean over the folds: the accuracies of all folds are asked for",
)
def cross_validate_means(x_train, y_train, num_folds=5, k_choices=(1, 3, 5, 8, 10, 12, 15, 20, 50, 100)):
    xs, ys = x_train.chunk(num_folds), y_train.chunk(num_folds)
    result = {}
    for k in k_choices:
        total = 0.0
        for f in range(num_folds):
            classifier = KnnClassifier(torch.cat(xs[:f] + xs[f + 1 :]), torch.cat(ys[:f] + ys[f + 1 :]))
            total += classifier.check_accuracy(xs[f], ys[f], k=k, quiet=True)
        result[k] = total / num_folds
    return result


@misconception(
    "knn_cross_validate",
    hint="your accuracies are fractions of the whole: percent is asked for",
)
def cross_validate_fractions(x_train, y_train, num_folds=5, k_choices=(1, 3, 5, 8, 10, 12, 15, 20, 50, 100)):
    xs, ys = x_train.chunk(num_folds), y_train.chunk(num_folds)
    result = {k: [] for k in k_choices}
    for k in k_choices:
        for f in range(num_folds):
            classifier = KnnClassifier(torch.cat(xs[:f] + xs[f + 1 :]), torch.cat(ys[:f] + ys[f + 1 :]))
            result[k].append((classifier.predict(xs[f], k=k) == ys[f]).double().mean().item())
    return result


@misconception(
    "knn_cross_validate",
    hint="your folds take one row in every few, as dealt cards: contiguous folds, in order, are asked for",
)
def cross_validate_interleaved_folds(x_train, y_train, num_folds=5, k_choices=(1, 3, 5, 8, 10, 12, 15, 20, 50, 100)):
    fold_of_row = torch.arange(len(y_train)) % num_folds
    result = {k: [] for k in k_choices}
    for f in range(num_folds):
        held_out = fold_of_row == f
        classifier = KnnClassifier(x_train[~held_out], y_train[~held_out])
        for k in k_choices:
            result[k].append(classifier.check_accuracy(x_train[held_out], y_train[held_out], k=k, quiet=True))
    return result


@misconception(
    "knn_cross_validate",
    hint="all your accuracies are those of one and the same fold: is each fold held out once?",
)
def cross_validate_always_the_first_fold(
    x_train, y_train, num_folds=5, k_choices=(1, 3, 5, 8, 10, 12, 15, 20, 50, 100)
):
    xs, ys = x_train.chunk(num_folds), y_train.chunk(num_folds)
    classifier = KnnClassifier(torch.cat(xs[1:]), torch.cat(ys[1:]))
    result = {k: [] for k in k_choices}
    for k in k_choices:
        for _ in range(num_folds):
            result[k].append(classifier.check_accuracy(xs[0], ys[0], k=k, quiet=True))
    return result


@misconception(
    "knn_cross_validate",
    hint="every k has the accuracies of all k in its list: do the keys share one list, as with dict.fromkeys?",
)
def cross_validate_shared_list(x_train, y_train, num_folds=5, k_choices=(1, 3, 5, 8, 10, 12, 15, 20, 50, 100)):
    xs, ys = x_train.chunk(num_folds), y_train.chunk(num_folds)
    result = dict.fromkeys(k_choices, [])
    for k in k_choices:
        for f in range(num_folds):
            classifier = KnnClassifier(torch.cat(xs[:f] + xs[f + 1 :]), torch.cat(ys[:f] + ys[f + 1 :]))
            result[k].append(classifier.check_accuracy(xs[f], ys[f], k=k, quiet=True))
    return result


@misconception(
    "knn_cross_validate",
    hint="points and labels are joined in different orders: does each training point keep its own label?",
)
def cross_validate_labels_out_of_step(x_train, y_train, num_folds=5, k_choices=(1, 3, 5, 8, 10, 12, 15, 20, 50, 100)):
    xs, ys = x_train.chunk(num_folds), y_train.chunk(num_folds)
    result = {k: [] for k in k_choices}
    for f in range(num_folds):
        classifier = KnnClassifier(torch.cat(xs[:f] + xs[f + 1 :]), torch.cat(ys[f + 1 :] + ys[:f]))
        for k in k_choices:
            result[k].append(classifier.check_accuracy(xs[f], ys[f], k=k, quiet=True))
    return result


@misconception(
    "knn_cross_validate",
    hint="the number of folds seems fixed: is num_folds used?",
)
def cross_validate_always_five_folds(x_train, y_train, num_folds=5, k_choices=(1, 3, 5, 8, 10, 12, 15, 20, 50, 100)):
    xs, ys = x_train.chunk(5), y_train.chunk(5)
    result = {k: [] for k in k_choices}
    for f in range(5):
        classifier = KnnClassifier(torch.cat(xs[:f] + xs[f + 1 :]), torch.cat(ys[:f] + ys[f + 1 :]))
        for k in k_choices:
            result[k].append(classifier.check_accuracy(xs[f], ys[f], k=k, quiet=True))
    return result


@misconception(
    "knn_get_best_k",
    hint="where means are equal you take the largest k: the smallest of them is asked for",
)
def best_k_largest_on_ties(k_to_accuracies):
    best_k, best_mean = 0, 0.0
    for k in sorted(k_to_accuracies):
        mean = sum(k_to_accuracies[k]) / len(k_to_accuracies[k])
        if mean >= best_mean:
            best_k, best_mean = k, mean
    return best_k


@misconception(
    "knn_get_best_k",
    hint="where means are equal you take the k that comes first in the dictionary: the smallest k is asked for",
)
def best_k_first_on_ties(k_to_accuracies):
    return max(k_to_accuracies, key=lambda k: sum(k_to_accuracies[k]) / len(k_to_accuracies[k]))


@misconception(
    "knn_get_best_k",
    hint="your k has the best single fold: the mean over all folds decides",
)
def best_k_of_the_best_fold(k_to_accuracies):
    return max(sorted(k_to_accuracies), key=lambda k: max(k_to_accuracies[k]))


@misconception(
    "knn_get_best_k",
    hint="your k is the best on the last fold: the mean over all folds decides",
)
def best_k_of_the_last_fold(k_to_accuracies):
    return max(sorted(k_to_accuracies), key=lambda k: k_to_accuracies[k][-1])


@misconception(
    "knn_get_best_k",
    hint="your answer is a mean accuracy: the k that has it is asked for",
)
def best_k_is_an_accuracy(k_to_accuracies):
    return max(sum(accuracies) / len(accuracies) for accuracies in k_to_accuracies.values())


@misconception(
    "knn_get_best_k",
    hint="your answer is the place of the best k in a list: the k itself is asked for",
)
def best_k_is_a_place(k_to_accuracies):
    means = [sum(k_to_accuracies[k]) / len(k_to_accuracies[k]) for k in sorted(k_to_accuracies)]
    return means.index(max(means))


@misconception(
    "knn_get_best_k",
    hint="no k is found where all accuracies are zero: with what does the best so far begin?",
)
def best_k_must_beat_zero(k_to_accuracies):
    best_k, best_mean = 0, 0.0
    for k in sorted(k_to_accuracies):
        mean = sum(k_to_accuracies[k]) / len(k_to_accuracies[k])
        if mean > best_mean:
            best_k, best_mean = k, mean
    return best_k
