"""Right versions of KnnClassifier in many styles: no linter is to make them alike."""

# ruff: noqa


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
