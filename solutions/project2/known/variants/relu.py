"""Right versions of relu_forward and relu_backward in many styles: no linter is to make them alike."""

# ruff: noqa

# %% relu_forward: torch.maximum with zeros
import torch


def relu_forward(x):
    return torch.maximum(x, torch.zeros_like(x)), x


# %% relu_forward: times a mask
def relu_forward(x):
    positive = x > 0
    out = x * positive
    cache = x
    return out, cache


# %% relu_forward: in place on a clone
def relu_forward(x):
    out = x.clone()
    out[out < 0] = 0
    return out, x.clone()


# %% relu_forward: half of x plus its absolute value
import torch


def relu_forward(x):
    return 0.5 * (x + torch.abs(x)), x


# %% relu_forward: torch.relu
import torch


def relu_forward(x):
    return (torch.relu(x), x)


# %% relu_forward: where, as a helper
import torch


def rectified(values):
    return torch.where(values > 0, values, torch.zeros((), dtype=values.dtype))


def relu_forward(x):
    return rectified(x), x


# %% relu_backward: where, the other subgradient at 0
import torch


def relu_backward(dout, cache):
    return torch.where(cache >= 0, dout, torch.zeros_like(dout))


# %% relu_backward: in place on a clone
def relu_backward(dout, cache):
    x = cache
    dx = dout.clone()
    dx[x <= 0] = 0.0
    return dx


# %% relu_backward: half of one plus the sign
def relu_backward(dout, cache):
    slope = (1 + cache.sign()) / 2
    return slope * dout


# %% relu_backward: a float mask from the forward function
def relu_backward(dout, cache):
    out, _ = relu_forward(cache)
    mask = (out > 0).to(dout.dtype)
    return mask.mul(dout)


# %% relu_backward: masked_fill
def relu_backward(dout, cache):
    return dout.masked_fill(cache < 0, 0)


# %% relu_backward: numpy
import numpy as np
import torch


def relu_backward(dout, cache):
    return torch.from_numpy(np.where(cache.numpy() > 0, dout.numpy(), np.zeros_like(dout.numpy())))
