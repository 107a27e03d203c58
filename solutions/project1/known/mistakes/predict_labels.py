"""Known wrong versions of predict_labels."""

import torch

from autograder.checks.known import misconception


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
    hint="your labels are no integers: with which dtype is the tensor that holds them made?",
)
def labels_as_floats(dists, y_train, k=1):
    y_pred = torch.zeros(dists.shape[1])
    for j in range(dists.shape[1]):
        nearest = dists[:, j].topk(k, largest=False).indices
        y_pred[j] = y_train[nearest].bincount().argmax()
    return y_pred
