"""Known wrong versions of the functions of the part first_steps, each with the hint it earns."""

import torch

from autograder.checks.known import misconception


@misconception("class_accuracies", hint="each class is divided by all examples: divide by those of the class")
def accuracies_of_all_examples(y_pred, y_true, num_classes):
    return torch.tensor([float(((y_pred == c) & (y_true == c)).double().mean()) for c in range(num_classes)]).double()


@misconception("class_accuracies", hint="divided by how often a class was predicted: how often it is true counts")
def accuracies_of_the_predicted(y_pred, y_true, num_classes):
    hits = torch.bincount(y_true[y_pred == y_true], minlength=num_classes)
    return hits.double() / torch.bincount(y_pred, minlength=num_classes).clamp(min=1)


@misconception("class_accuracies", hint="these are percent: fractions from 0 to 1 are asked for")
def accuracies_in_percent(y_pred, y_true, num_classes):
    hits = torch.bincount(y_true[y_pred == y_true], minlength=num_classes)
    return 100 * hits.double() / torch.bincount(y_true, minlength=num_classes).clamp(min=1)


@misconception("class_accuracies", hint="these are counts: they are never divided by the examples of the class")
def accuracies_as_counts(y_pred, y_true, num_classes):
    return torch.bincount(y_true[y_pred == y_true], minlength=num_classes).double()


@misconception("class_accuracies", hint="this is the share of wrong predictions: the right ones are asked for")
def accuracies_of_the_wrong(y_pred, y_true, num_classes):
    misses = torch.bincount(y_true[y_pred != y_true], minlength=num_classes)
    return misses.double() / torch.bincount(y_true, minlength=num_classes).clamp(min=1)


@misconception("class_accuracies", hint="a class without examples gives 0 / 0: it should count as 0")
def accuracies_of_nothing(y_pred, y_true, num_classes):
    hits = torch.bincount(y_true[y_pred == y_true], minlength=num_classes)
    return hits.double() / torch.bincount(y_true, minlength=num_classes)
