"""What stands in for an earlier function that a student got wrong, so that nobody loses points twice.

Runs in the worker, beside the student's code, and only there: each is one public torch call, and anything that is more
than one such call (votes, sampling, training) asks the grader (`ask`). Everything is imported by name at the top, for a
task may forbid it to the student while the stand-in runs.
"""

import torch
from torch import cdist
from torch.autograd import grad
from torch.nn.functional import cross_entropy, multi_margin_loss


def squared_distances(x_train, x_test):
    wide = x_train.dtype if x_train.is_floating_point() else torch.float64
    a, b = x_train.flatten(1).to(wide), x_test.flatten(1).to(wide)
    return cdist(a, b, compute_mode="donot_use_mm_for_euclid_dist").square().to(x_train.dtype)


def compute_distances_two_loops(x_train, x_test):
    return squared_distances(x_train, x_test)


def compute_distances_one_loop(x_train, x_test):
    return squared_distances(x_train, x_test)


def compute_distances_no_loops(x_train, x_test):
    return squared_distances(x_train, x_test)


class KnnClassifier:
    def __init__(self, x_train, y_train):
        self.x_train, self.y_train = x_train, y_train

    def predict(self, x_test, k=1):
        return ask("KnnClassifier", self.x_train, self.y_train, x_test, k)

    def check_accuracy(self, x_test, y_test, k=1, quiet=False):
        accuracy = 100.0 * (self.predict(x_test, k) == y_test).double().mean().item()
        if not quiet:
            print(f"accuracy: {accuracy:.2f} %")
        return accuracy


def with_gradient(value, W):
    with torch.enable_grad():
        at = W.detach().clone().requires_grad_()
        result = value(at)
        (gradient,) = grad(result, at)
    return result.detach(), gradient


def l1_regularization(W, reg):
    return with_gradient(lambda w: reg * w.abs().sum(), W)


def l2_regularization(W, reg):
    return with_gradient(lambda w: reg * w.square().sum(), W)


def svm_loss(W, X, y, reg):
    return with_gradient(lambda w: multi_margin_loss(X @ w, y) * w.shape[1] + reg * w.square().sum(), W)


def svm_loss_naive(W, X, y, reg):
    return svm_loss(W, X, y, reg)


def svm_loss_vectorized(W, X, y, reg):
    return svm_loss(W, X, y, reg)


def softmax_loss(W, X, y, reg):
    return with_gradient(lambda w: cross_entropy(X @ w, y) + reg * w.square().sum(), W)


def softmax_loss_naive(W, X, y, reg):
    return softmax_loss(W, X, y, reg)


def softmax_loss_vectorized(W, X, y, reg):
    return softmax_loss(W, X, y, reg)


def predict_linear_classifier(W, X):
    return (X @ W).argmax(dim=1)


def train_linear_classifier(loss_func, *args, **kwargs):
    return ask("train_linear_classifier", name_of(loss_func) or loss_func, *args, **kwargs)
