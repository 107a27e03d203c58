"""Known wrong versions of knn_cross_validate and knn_get_best_k."""

# ruff: noqa: RUF024 (a shared list is among the mistakes)

import torch

from autograder.checks.known import misconception


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
