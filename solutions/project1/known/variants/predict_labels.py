"""Right versions of predict_labels in many styles: no linter is to make them alike."""

# ruff: noqa

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
