"""What stands in for an earlier layer that a student got wrong, so that nobody loses points twice.

Runs in the worker, beside the student's code, and only there: each is one public torch call, and what would be more is
asked of the grader. Caches are those of the tasks. Everything is imported by name at the top, for a task may forbid it
to the student while the stand-in runs.
"""

import torch
from torch import batch_norm, bernoulli, var_mean
from torch.autograd import grad
from torch.nn.functional import cross_entropy, linear, relu


def gradients(out, inputs, dout=None):
    with torch.enable_grad():
        at = tuple(value.detach().clone().requires_grad_() for value in inputs)
        value = out(*at)
        return value.detach(), grad(value, at, dout)


def linear_forward(x, w, b):
    return linear(x, w.T, b), (x, w, b)


def linear_backward(dout, cache):
    return gradients(lambda x, w, b: linear(x, w.T, b), cache, dout)[1]


def relu_forward(x):
    return relu(x), x


def relu_backward(dout, cache):
    return gradients(relu, (cache,), dout)[1][0]


def softmax_loss(x, y):
    loss, (dx,) = gradients(lambda scores: cross_entropy(scores, y), (x,))
    return loss, dx


def mode_of(mode):
    if mode not in ("train", "test"):
        raise ValueError(f"the mode is 'train' or 'test', not {mode!r}")
    return mode


def dropout_forward(x, p, mode="train", generator=None):
    keep = torch.full_like(x, 1 - p)
    factor = bernoulli(keep, generator=generator) / keep if mode_of(mode) == "train" else torch.ones_like(x)
    return x * factor, factor


def dropout_backward(dout, cache):
    return dout * cache


def batchnorm_forward(x, gamma, beta, running, mode="train", momentum=0.9, eps=1e-5):
    if mode_of(mode) == "train":
        var, mean = var_mean(x, dim=0, correction=0)
        out = batch_norm(x, gamma, beta, None, None, True, 0.0, eps, False)
        running["mean"] = momentum * running["mean"] + (1 - momentum) * mean
        running["var"] = momentum * running["var"] + (1 - momentum) * var
    else:
        mean, var = running["mean"], running["var"]
        out = batch_norm(x, gamma, beta, mean, var, False, 0.0, eps, False)
    std = (var + eps).sqrt()
    return out, ((x - mean) / std, gamma, std)
