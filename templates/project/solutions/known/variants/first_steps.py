"""Right versions of the functions of the part first_steps in many styles: no linter is to make them alike."""

# ruff: noqa

# %% class_accuracies: a loop over the classes
import torch


def class_accuracies(y_pred, y_true, num_classes):
    found = torch.zeros(num_classes, dtype=torch.float64)
    for c in range(num_classes):
        mine = y_true == c
        if mine.any():
            found[c] = (y_pred[mine] == c).double().mean()
    return found


# %% class_accuracies: a matrix of comparisons
import torch


def class_accuracies(y_pred, y_true, num_classes):
    is_of = y_true[:, None] == torch.arange(num_classes)
    right = is_of & (y_pred == y_true)[:, None]
    return (right.sum(0).double() / is_of.sum(0)).nan_to_num(0.0)


# %% class_accuracies: the confusion matrix, its diagonal over its rows
import torch


def class_accuracies(y_pred, y_true, num_classes):
    matrix = torch.zeros(num_classes, num_classes, dtype=torch.float64)
    for t, p in zip(y_true.tolist(), y_pred.tolist()):
        matrix[t, p] += 1
    rows = matrix.sum(dim=1)
    rows[rows == 0] = 1
    return matrix.diagonal() / rows
