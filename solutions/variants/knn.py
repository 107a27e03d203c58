"""Right versions of the kNN functions in many styles: no linter is to make them alike."""

# ruff: noqa

# %% compute_distances_two_loops: float64 inside, cast back, leftover prints
import torch


def compute_distances_two_loops(x_train, x_test):
    num_train = x_train.shape[0]
    num_test = x_test.shape[0]
    print("num_train", num_train, "num_test", num_test)
    dists = torch.zeros(num_train, num_test, dtype=torch.float64)
    for i in range(num_train):
        for j in range(num_test):
            diff = x_train[i].double() - x_test[j].double()
            dists[i, j] = torch.sum(diff * diff)
    return dists.to(x_train.dtype)


# %% compute_distances_two_loops: helper function, nested lists, stack
import torch
from torch import Tensor


def squared_distance(a: Tensor, b: Tensor) -> Tensor:
    return torch.square(torch.sub(a, b)).sum()


def compute_distances_two_loops(x_train: Tensor, x_test: Tensor) -> Tensor:
    rows = []
    for a in x_train:
        row = []
        for b in x_test:
            row.append(squared_distance(a, b))
        rows.append(torch.stack(row))
    return torch.stack(rows)


# %% compute_distances_two_loops: while loops, dot product of flattened points, unused imports
import math
import os
import torch
import numpy as np
import matplotlib.pyplot as plt


def compute_distances_two_loops(x_train, x_test):
    dists = torch.empty((len(x_train), len(x_test)), dtype=x_train.dtype, device=x_train.device)
    i = 0
    while i < len(x_train):
        j = 0
        while j < len(x_test):
            d = (x_train[i] - x_test[j]).reshape(-1)
            dists[i, j] = d.dot(d)
            j += 1
        i += 1
    return dists


# %% compute_distances_two_loops: lambda outside, item()
import torch

sq = lambda v: (v**2).sum().item()


def compute_distances_two_loops(x_train, x_test):
    dists = x_train.new_zeros((x_train.size(0), x_test.size(0)))
    for i, a in enumerate(x_train):
        for j, b in enumerate(x_test):
            dists[i][j] = sq(a - b)
    return dists


# %% compute_distances_two_loops: flattened first, columns outermost, constant outside
import torch

POWER = 2


def compute_distances_two_loops(x_train, x_test):
    a, b = x_train.flatten(1), x_test.flatten(1)
    dists = torch.zeros(a.shape[0], b.shape[0]).type_as(x_train)
    for j in range(b.shape[0]):
        for i in range(a.shape[0]):
            dists[i, j] = torch.pow(a[i] - b[j], POWER).sum()
    return dists


# %% compute_distances_one_loop: a row for each training point
import torch


def compute_distances_one_loop(x_train, x_test):
    num_train, num_test = x_train.shape[0], x_test.shape[0]
    dists = x_train.new_zeros(num_train, num_test)
    train_flat = x_train.view(num_train, -1)
    test_flat = x_test.view(num_test, -1)
    for i in range(num_train):
        dists[i, :] = ((test_flat - train_flat[i]) ** 2).sum(-1)
    return dists


# %% compute_distances_one_loop: einsum over the differences
import torch


def compute_distances_one_loop(x_train, x_test):
    dists = torch.zeros((x_train.shape[0], x_test.shape[0]), dtype=x_train.dtype)
    for j in range(x_test.shape[0]):
        d = (x_train - x_test[j : j + 1]).flatten(start_dim=1)
        dists[:, j] = torch.einsum("nd,nd->n", d, d)
    return dists


# %% compute_distances_one_loop: one comprehension and stack
import torch


def compute_distances_one_loop(x_train, x_test):
    axes = tuple(range(1, x_train.dim()))
    columns = [(x_train - point).square().sum(dim=axes) for point in x_test]
    return torch.stack(columns, dim=1)


# %% compute_distances_one_loop: helper function with matrix product, in place on its own tensors
import torch


def column(points, point):
    d = points.clone()
    d -= point
    d = d.reshape(d.shape[0], 1, -1)
    return (d @ d.transpose(1, 2)).reshape(-1)


def compute_distances_one_loop(x_train, x_test):
    dists = torch.zeros_like(x_train.flatten(1)[:, :1]).repeat(1, x_test.shape[0])
    for j in range(x_test.shape[0]):
        dists[:, j].copy_(column(x_train, x_test[j]))
    return dists


# %% compute_distances_one_loop: blocks of test points, broadcasting in each
import torch

BLOCK = 2


def compute_distances_one_loop(x_train, x_test):
    a, b = x_train.flatten(1), x_test.flatten(1)
    dists = a.new_empty(a.shape[0], b.shape[0])
    for start in range(0, b.shape[0], BLOCK):
        block = b[start : start + BLOCK]
        dists[:, start : start + BLOCK] = ((a.unsqueeze(1) - block.unsqueeze(0)) ** 2).sum(dim=2)
    return dists


# %% compute_distances_no_loops: addmm with alpha
import torch


def compute_distances_no_loops(x_train, x_test):
    a, b = x_train.flatten(1), x_test.flatten(1)
    lengths = a.square().sum(1, keepdim=True) + b.square().sum(1)
    return torch.addmm(lengths, a, b.t(), alpha=-2)


# %% compute_distances_no_loops: float64 inside, einsum, cast back
import torch


def compute_distances_no_loops(x_train, x_test):
    dtype = x_train.dtype
    a = x_train.reshape(x_train.shape[0], -1).to(torch.float64)
    b = x_test.reshape(x_test.shape[0], -1).to(torch.float64)
    aa = torch.einsum("id,id->i", a, a)
    bb = torch.einsum("jd,jd->j", b, b)
    ab = torch.einsum("id,jd->ij", a, b)
    return (aa[:, None] - 2 * ab + bb[None, :]).to(dtype)


# %% compute_distances_no_loops: one product of lengthened matrices
import torch


def compute_distances_no_loops(x_train, x_test):
    a, b = x_train.flatten(1), x_test.flatten(1)
    ones_a, ones_b = a.new_ones(len(a), 1), b.new_ones(len(b), 1)
    left = torch.cat([-2 * a, (a * a).sum(1, keepdim=True), ones_a], dim=1)
    right = torch.cat([b, ones_b, (b * b).sum(1, keepdim=True)], dim=1)
    return left @ right.T


# %% compute_distances_no_loops: points moved to their mean first
import torch


def compute_distances_no_loops(x_train, x_test):
    centre = x_train.mean(dim=0, keepdim=True)
    a = (x_train - centre).flatten(1)
    b = (x_test - centre).flatten(1)
    d = (a**2).sum(1).view(-1, 1) + (b**2).sum(1).view(1, -1) - 2 * torch.mm(a, b.T)
    return torch.maximum(d, torch.zeros_like(d))


# %% compute_distances_no_loops: helper functions, in place on its own tensors
import torch


def flat(x):
    return x.contiguous().view(x.shape[0], -1)


def lengths(x):
    return torch.sum(flat(x) ** 2, dim=1)


def compute_distances_no_loops(x_train, x_test):
    dists = torch.matmul(flat(x_train), flat(x_test).transpose(0, 1))
    dists *= -2
    dists += lengths(x_train).unsqueeze(1)
    dists += lengths(x_test).unsqueeze(0)
    dists.clamp_(min=0)
    return dists


# %% compute_distances_no_loops: tensordot, clamped by relu of torch
import torch


def compute_distances_no_loops(x_train, x_test):
    axes = list(range(1, x_train.ndim))
    products = torch.tensordot(x_train, x_test, dims=(axes, axes))
    a, b = (x_train * x_train).sum(axes), (x_test * x_test).sum(axes)
    return torch.relu(a.reshape(-1, 1) + b.reshape(1, -1) - products - products)


# %% predict_labels: sort and mode
import torch


def predict_labels(dists, y_train, k=1):
    num_test = dists.shape[1]
    y_pred = torch.zeros(num_test, dtype=torch.int64)
    for j in range(num_test):
        _, order = torch.sort(dists[:, j])
        y_pred[j] = torch.mode(y_train[order[:k]]).values
    return y_pred


# %% predict_labels: all columns at once, argsort and mode
import torch


def predict_labels(dists, y_train, k=1):
    return y_train[dists.argsort(dim=0)[:k]].mode(dim=0)[0]


# %% predict_labels: votes by scatter_add, no loops
import torch


def predict_labels(dists, y_train, k=1):
    nearest = torch.topk(dists, k, dim=0, largest=False)[1]
    labels = y_train[nearest]
    votes = torch.zeros(int(y_train.max()) + 1, dists.shape[1], dtype=torch.int64)
    votes.scatter_add_(0, labels, torch.ones_like(labels))
    return votes.argmax(dim=0)


# %% predict_labels: unique with counts
import torch


def predict_labels(dists, y_train, k=1):
    chosen = []
    for column in dists.unbind(dim=1):
        labels, counts = y_train[column.argsort()[:k]].unique(sorted=True, return_counts=True)
        chosen.append(labels[counts.argmax()].item())
    return torch.tensor(chosen)


# %% predict_labels: Counter, most votes first, then the smaller label
from collections import Counter

import torch


def winner(labels):
    return min(Counter(labels).items(), key=lambda item: (-item[1], item[0]))[0]


def predict_labels(dists, y_train, k=1):
    y_train = y_train.tolist()
    rows = dists.T.tolist()
    return torch.LongTensor([winner([y_train[i] for i in sorted(range(len(r)), key=r.__getitem__)[:k]]) for r in rows])


# %% predict_labels: threshold at the k-th value, one_hot
import torch
import torch.nn.functional as F


def predict_labels(dists, y_train, k=1):
    threshold = dists.kthvalue(k, dim=0).values
    votes_for = F.one_hot(y_train).double()
    votes = (dists <= threshold).T.double() @ votes_for
    return votes.max(dim=1).indices


# %% predict_labels: numpy
import numpy as np
import torch


def predict_labels(dists, y_train, k=1):
    d, y = dists.numpy(), y_train.numpy()
    out = np.empty(d.shape[1], dtype=np.int64)
    for j in range(d.shape[1]):
        out[j] = np.argmax(np.bincount(y[np.argpartition(d[:, j], k - 1)[:k]]))
    return torch.from_numpy(out)


# %% predict_labels: dictionary of counts, prints left in
import torch


def predict_labels(dists, y_train, k=1):
    y_pred = torch.zeros(dists.shape[1]).long()
    for j in range(dists.shape[1]):
        values, indices = torch.topk(-dists[:, j], k)
        counts = {}
        for index in indices:
            label = y_train[index].item()
            counts[label] = counts.get(label, 0) + 1
        best = sorted(counts, key=lambda label: (-counts[label], label))[0]
        if j == 0:
            print("first test point:", counts, "->", best)
        y_pred[j] = best
    return y_pred


# %% KnnClassifier: other attribute names, distances with two loops
class KnnClassifier:
    def __init__(self, x_train, y_train):
        self._images = x_train.clone()
        self._labels = y_train.clone()

    def predict(self, x_test, k=1):
        d = compute_distances_two_loops(self._images, x_test)
        return predict_labels(d, self._labels, k=k)

    def check_accuracy(self, x_test, y_test, k=1, quiet=False):
        guesses = self.predict(x_test, k=k)
        right = 0
        for guess, truth in zip(guesses, y_test):
            if guess == truth:
                right += 1
        acc = right / y_test.shape[0] * 100
        if not quiet:
            print(f"Got {right} / {y_test.shape[0]} correct; accuracy is {acc:.2f}%")
        return acc


# %% KnnClassifier: predicts in blocks, accuracy as a mean in float32
import torch


class KnnClassifier:
    block = 4

    def __init__(self, x_train, y_train):
        self.X = x_train
        self.y = y_train

    def predict(self, x_test, k=1):
        parts = []
        for piece in x_test.split(self.block):
            parts.append(predict_labels(compute_distances_no_loops(self.X, piece), self.y, k))
        return torch.cat(parts)

    def check_accuracy(self, x_test, y_test, k=1, quiet=False):
        accuracy = (self.predict(x_test, k) == y_test).float().mean().item() * 100
        if not quiet:
            print("accuracy", accuracy)
        return accuracy


# %% KnnClassifier: inherits from a helper class
class Remembers:
    def __init__(self, x_train, y_train):
        self.data = (x_train, y_train)


class KnnClassifier(Remembers):
    def predict(self, x_test, k=1):
        x, y = self.data
        return predict_labels(compute_distances_one_loop(x, x_test), y, k)

    def check_accuracy(self, x_test, y_test, k=1, quiet=False):
        wrong = int((self.predict(x_test, k) != y_test).sum())
        return 100.0 - 100.0 * wrong / len(y_test)


# %% KnnClassifier: a dataclass
from dataclasses import dataclass

from torch import Tensor


@dataclass
class KnnClassifier:
    x_train: Tensor
    y_train: Tensor

    def predict(self, x_test, k=1):
        return predict_labels(compute_distances_no_loops(self.x_train, x_test), self.y_train, k)

    def check_accuracy(self, x_test, y_test, k=1, quiet=False):
        return float((self.predict(x_test, k).eq(y_test)).double().mean() * 100)


# %% KnnClassifier: needs no other graded function
import torch


class KnnClassifier:
    def __init__(self, x_train, y_train):
        self.points, self.labels = x_train.flatten(1), y_train

    @staticmethod
    def vote(labels):
        return labels.bincount().argmax()

    def predict(self, x_test, k=1):
        order = torch.cdist(x_test.flatten(1), self.points).argsort(dim=1)
        return torch.stack([self.vote(self.labels[row[:k]]) for row in order])

    def check_accuracy(self, x_test, y_test, k=1, quiet=False):
        hits = torch.count_nonzero(self.predict(x_test, k) == y_test)
        return hits.item() * 100.0 / x_test.shape[0]


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
