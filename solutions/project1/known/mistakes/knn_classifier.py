"""Known wrong versions of KnnClassifier."""

# ruff: noqa: ARG002 (unused arguments are among the mistakes)

import torch

from autograder.checks.known import misconception


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
