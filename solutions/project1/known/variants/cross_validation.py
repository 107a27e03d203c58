"""Right versions of knn_cross_validate and knn_get_best_k in many styles: no linter is to make them alike."""

# ruff: noqa

# %% knn_cross_validate: tensor_split and the classifier
import torch


def knn_cross_validate(x_train, y_train, num_folds=5, k_choices=[1, 3, 5, 8, 10, 12, 15, 20, 50, 100]):
    x_train_folds = torch.tensor_split(x_train, num_folds)
    y_train_folds = torch.tensor_split(y_train, num_folds)
    k_to_accuracies = {}
    for k in k_choices:
        k_to_accuracies[k] = []
        for f in range(num_folds):
            x = torch.cat([fold for i, fold in enumerate(x_train_folds) if i != f], dim=0)
            y = torch.cat([fold for i, fold in enumerate(y_train_folds) if i != f], dim=0)
            classifier = KnnClassifier(x, y)
            k_to_accuracies[k].append(classifier.check_accuracy(x_train_folds[f], y_train_folds[f], k=k, quiet=True))
    return k_to_accuracies


# %% knn_cross_validate: slices by start and stop
import torch


def knn_cross_validate(x_train, y_train, num_folds=5, k_choices=[1, 3, 5, 8, 10, 12, 15, 20, 50, 100]):
    size = x_train.shape[0] // num_folds
    result = {k: [] for k in k_choices}
    for start in range(0, x_train.shape[0], size):
        stop = start + size
        x = torch.cat([x_train[:start], x_train[stop:]])
        y = torch.cat([y_train[:start], y_train[stop:]])
        knn = KnnClassifier(x, y)
        for k in k_choices:
            print("start", start, "k", k)
            result[k].append(knn.check_accuracy(x_train[start:stop], y_train[start:stop], k, True))
    return result


# %% knn_cross_validate: boolean mask, helper outside, mean in float32
import torch

CHOICES = [1, 3, 5, 8, 10, 12, 15, 20, 50, 100]


def accuracy(prediction, truth):
    return 100 * (prediction == truth).float().mean().item()


def knn_cross_validate(x_train, y_train, num_folds=5, k_choices=CHOICES):
    fold = torch.arange(len(y_train)) * num_folds // len(y_train)

    def one(f, k):
        held_out = fold == f
        model = KnnClassifier(x_train[~held_out], y_train[~held_out])
        return accuracy(model.predict(x_train[held_out], k=k), y_train[held_out])

    return {k: [one(f, k) for f in range(num_folds)] for k in k_choices}


# %% knn_cross_validate: folds along a new axis
import torch


def knn_cross_validate(x_train, y_train, num_folds=5, k_choices=(1, 3, 5, 8, 10, 12, 15, 20, 50, 100)):
    X = x_train.reshape(num_folds, -1, *x_train.shape[1:])
    Y = y_train.reshape(num_folds, -1)
    out = dict((k, []) for k in k_choices)
    for f in range(num_folds):
        others = torch.arange(num_folds) != f
        d = compute_distances_no_loops(X[others].flatten(0, 1), X[f])
        for k in k_choices:
            hit = predict_labels(d, Y[others].flatten(), k=k) == Y[f]
            out[k] += [hit.double().mean().item() * 100]
    return out


# %% knn_cross_validate: folds in lists, popped and put back
import torch


def knn_cross_validate(x_train, y_train, num_folds=5, k_choices=None):
    if k_choices is None:
        k_choices = [1, 3, 5, 8, 10, 12, 15, 20, 50, 100]
    result = {}
    for k in k_choices:
        xs, ys = list(x_train.chunk(num_folds)), list(y_train.chunk(num_folds))
        accuracies = []
        for f in range(num_folds):
            x_val, y_val = xs.pop(f), ys.pop(f)
            accuracies.append(KnnClassifier(torch.cat(xs), torch.cat(ys)).check_accuracy(x_val, y_val, k=k, quiet=True))
            xs.insert(f, x_val)
            ys.insert(f, y_val)
        result[k] = accuracies
    return result


# %% knn_get_best_k: max by mean, then by smallness
def knn_get_best_k(k_to_accuracies):
    return max(k_to_accuracies, key=lambda k: (sum(k_to_accuracies[k]) / len(k_to_accuracies[k]), -k))


# %% knn_get_best_k: means in a tensor, argmax
import torch


def knn_get_best_k(k_to_accuracies):
    ks = sorted(k_to_accuracies.keys())
    means = torch.tensor([k_to_accuracies[k] for k in ks]).mean(dim=1)
    return ks[means.argmax()]


# %% knn_get_best_k: downwards with at least as good
from statistics import mean


def knn_get_best_k(k_to_accuracies):
    best_k, best = None, -1
    for k, accuracies in sorted(k_to_accuracies.items(), reverse=True):
        if mean(accuracies) >= best:
            best_k, best = k, mean(accuracies)
    return best_k


# %% knn_get_best_k: numpy, first of the sorted pairs
import numpy as np


def knn_get_best_k(k_to_accuracies):
    pairs = [(-np.mean(v), k) for k, v in k_to_accuracies.items()]
    pairs.sort()
    print("best mean:", -pairs[0][0])
    return pairs[0][1]


# %% knn_cross_validate: images alone, accuracies as tensors of no dimensions
import torch


def knn_cross_validate(x_train, y_train, num_folds=5, k_choices=[1, 3, 5, 8, 10, 12, 15, 20, 50, 100]):
    N, C, H, W = x_train.shape
    x_folds, y_folds = x_train.view(num_folds, -1, C, H, W), y_train.view(num_folds, -1)
    found = {k: [] for k in k_choices}
    for f in range(num_folds):
        kept = [g for g in range(num_folds) if g != f]
        classifier = KnnClassifier(x_folds[kept].reshape(-1, C, H, W), y_folds[kept].reshape(-1))
        for k in k_choices:
            found[k].append((classifier.predict(x_folds[f], k) == y_folds[f]).float().mean() * 100)
    return found


# %% knn_get_best_k: a tensor of no dimensions
import torch


def knn_get_best_k(k_to_accuracies):
    ks = torch.tensor(sorted(k_to_accuracies))
    means = torch.tensor([sum(k_to_accuracies[int(k)]) for k in ks])
    return ks[means == means.max()][0]
