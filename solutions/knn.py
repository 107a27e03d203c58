# %% [markdown]
# # Project 1, part 1: k-nearest neighbours

# %%
import os
import sys

if "google.colab" in sys.modules:
    from google.colab import drive

    drive.mount("/content/drive")
    # Where you put the project folder in your Drive; change it if yours is elsewhere.
    os.chdir("/content/drive/MyDrive/project1")
elif not os.path.isdir("project1"):
    os.chdir("..")
sys.path.insert(0, os.getcwd())

# %%
import torch
from torch import Tensor

import project1
from project1 import plots, props

# %% [markdown]
# ### 1.3 Distances with two loops


# %%
def compute_distances_two_loops(x_train: Tensor, x_test: Tensor) -> Tensor:
    """Squared L2 distance between every training and every test point, one pair at a time.

    Args:
        x_train: training points, floating point, (num_train, D1, ..., Dn) with n >= 1.
        x_test: test points of the same dtype, (num_test, D1, ..., Dn).

    Returns:
        dists, (num_train, num_test) in the dtype of x_train: dists[i, j] is the squared distance between x_train[i]
        and x_test[j]. No square root is taken. The inputs are not changed.
    """
    # BEGIN SOLUTION
    num_train, num_test = x_train.shape[0], x_test.shape[0]
    dists = x_train.new_zeros(num_train, num_test)
    for i in range(num_train):
        for j in range(num_test):
            dists[i, j] = ((x_train[i] - x_test[j]) ** 2).sum()
    return dists
    # END SOLUTION


# %%
project1.check(compute_distances_two_loops)

# %% [markdown]
# ### 1.4 Distances with one loop


# %%
def compute_distances_one_loop(x_train: Tensor, x_test: Tensor) -> Tensor:
    """Squared L2 distances with one Python loop: one test point against all training points at once.

    Args:
        x_train: training points, floating point, (num_train, D1, ..., Dn) with n >= 1.
        x_test: test points of the same dtype, (num_test, D1, ..., Dn).

    Returns:
        dists, (num_train, num_test) in the dtype of x_train, as in `compute_distances_two_loops`.
    """
    # BEGIN SOLUTION
    num_train, num_test = x_train.shape[0], x_test.shape[0]
    dists = x_train.new_zeros(num_train, num_test)
    for j in range(num_test):
        differences = (x_train - x_test[j]).reshape(num_train, -1)
        dists[:, j] = (differences**2).sum(dim=1)
    return dists
    # END SOLUTION


# %%
project1.check(compute_distances_one_loop)

# %% [markdown]
# ### 1.5 Distances without loops


# %%
def compute_distances_no_loops(x_train: Tensor, x_test: Tensor) -> Tensor:
    """Squared L2 distances without a Python loop, from |a - b|^2 = |a|^2 + |b|^2 - 2 a . b.

    Nothing of num_train x num_test x D numbers may be made on the way: the largest tensors are the inputs and dists.

    Args:
        x_train: training points, floating point, (num_train, D1, ..., Dn) with n >= 1.
        x_test: test points of the same dtype, (num_test, D1, ..., Dn).

    Returns:
        dists, (num_train, num_test) in the dtype of x_train, as in `compute_distances_two_loops`.
    """
    # BEGIN SOLUTION
    a = x_train.reshape(x_train.shape[0], -1)
    b = x_test.reshape(x_test.shape[0], -1)
    a_squared = (a**2).sum(dim=1).unsqueeze(1)
    b_squared = (b**2).sum(dim=1).unsqueeze(0)
    dists = a_squared + b_squared - 2 * (a @ b.T)
    return dists.clamp(min=0)  # rounding can leave a distance of nearly 0 a little below it
    # END SOLUTION


# %%
project1.check(compute_distances_no_loops)

# %% [markdown]
# ### 1.7 From distances to labels


# %%
def predict_labels(dists: Tensor, y_train: Tensor, k: int = 1) -> Tensor:
    """Label each test point by a majority vote among its k nearest training points.

    Args:
        dists: squared distances, (num_train, num_test).
        y_train: labels of the training points, integers from 0 up, int64, (num_train,).
        k: how many neighbours vote, from 1 to num_train.

    Returns:
        Predicted labels, int64, (num_test,). Where several labels have the most votes, the smallest of them.
    """
    # BEGIN SOLUTION
    num_test = dists.shape[1]
    y_pred = torch.zeros(num_test, dtype=torch.int64)
    for j in range(num_test):
        nearest = dists[:, j].topk(k, largest=False).indices
        votes = y_train[nearest].bincount()
        y_pred[j] = votes.argmax()  # the first, so the smallest label, of those with the most votes
    return y_pred
    # END SOLUTION


# %%
project1.check(predict_labels)

# %% [markdown]
# ### 1.8 The classifier


# %%
class KnnClassifier:
    """k-nearest neighbours: remembers the training set, and asks it about each new point."""

    def __init__(self, x_train: Tensor, y_train: Tensor) -> None:
        """Train the classifier, which for kNN means: remember.

        Args:
            x_train: training points, floating point, (num_train, D1, ..., Dn) with n >= 1.
            y_train: their labels, int64, (num_train,).
        """
        # BEGIN SOLUTION
        self.x_train = x_train
        self.y_train = y_train
        # END SOLUTION

    def predict(self, x_test: Tensor, k: int = 1) -> Tensor:
        """Predict a label for each test point.

        Args:
            x_test: test points, (num_test, D1, ..., Dn).
            k: how many neighbours vote.

        Returns:
            Predicted labels, int64, (num_test,).
        """
        # BEGIN SOLUTION
        dists = compute_distances_no_loops(self.x_train, x_test)
        return predict_labels(dists, self.y_train, k)
        # END SOLUTION

    def check_accuracy(self, x_test: Tensor, y_test: Tensor, k: int = 1, quiet: bool = False) -> float:
        """Measure how many of the test points get their right label.

        Args:
            x_test: test points, (num_test, D1, ..., Dn).
            y_test: their right labels, int64, (num_test,).
            k: how many neighbours vote.
            quiet: if False, also print the accuracy.

        Returns:
            The accuracy in percent, a Python float from 0.0 to 100.0.
        """
        # BEGIN SOLUTION
        num_right = (self.predict(x_test, k) == y_test).sum().item()
        accuracy = 100.0 * num_right / len(y_test)
        if not quiet:
            print(f"k = {k}: {num_right} of {len(y_test)} right, an accuracy of {accuracy:.2f} %")
        return accuracy
        # END SOLUTION


# %%
project1.check(KnnClassifier)

# %% [markdown]
# ### 1.11 Cross-validation

# %%
from collections.abc import Sequence


def knn_cross_validate(
    x_train: Tensor,
    y_train: Tensor,
    num_folds: int = 5,
    k_choices: Sequence[int] = (1, 3, 5, 8, 10, 12, 15, 20, 50, 100),
) -> dict[int, list[float]]:
    """Measure each k on each of num_folds folds of the training set, trained on the other folds.

    Args:
        x_train: training points, floating point, (num_train, D1, ..., Dn) with n >= 1.
        y_train: their labels, int64, (num_train,).
        num_folds: into how many folds of equal length the rows are cut, contiguous and in order; it divides num_train.
        k_choices: the values of k to try.

    Returns:
        {k: accuracies}: for each k in k_choices, a list of num_folds accuracies in percent, where accuracies[f] was
        measured on fold f.
    """
    # BEGIN SOLUTION
    x_folds, y_folds = x_train.chunk(num_folds), y_train.chunk(num_folds)
    k_to_accuracies: dict[int, list[float]] = {k: [] for k in k_choices}
    for f in range(num_folds):
        x_rest = torch.cat(x_folds[:f] + x_folds[f + 1 :])
        y_rest = torch.cat(y_folds[:f] + y_folds[f + 1 :])
        dists = compute_distances_no_loops(x_rest, x_folds[f])  # the same for every k
        for k in k_choices:
            num_right = (predict_labels(dists, y_rest, k) == y_folds[f]).sum().item()
            k_to_accuracies[k].append(100.0 * num_right / len(y_folds[f]))
    return k_to_accuracies
    # END SOLUTION


# %%
project1.check(knn_cross_validate)

# %% [markdown]
# ### 1.12 The best k


# %%
def knn_get_best_k(k_to_accuracies: dict[int, list[float]]) -> int:
    """Choose the k with the highest mean accuracy over the folds.

    Args:
        k_to_accuracies: what `knn_cross_validate` returns; the keys may stand in any order.

    Returns:
        The best k; of several with the same mean, the smallest.
    """
    # BEGIN SOLUTION
    best_k, best_mean = 0, -1.0
    for k in sorted(k_to_accuracies):
        mean = sum(k_to_accuracies[k]) / len(k_to_accuracies[k])
        if mean > best_mean:  # not >=: of two equal means the smaller k stays
            best_k, best_mean = k, mean
    return best_k
    # END SOLUTION


# %%
project1.check(knn_get_best_k)

# %%
from project1 import submit

submit.make_zip(uniquename="", umid="")
