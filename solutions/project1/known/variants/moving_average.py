"""Right versions of exponential_moving_average in many styles: no linter is to make them alike."""

# ruff: noqa

# %% exponential_moving_average: matrix of weights, no loops
import torch


def exponential_moving_average(values, beta, bias_correction=False):
    t = torch.arange(len(values), dtype=values.dtype)
    age = t[:, None] - t[None, :]
    weights = torch.where(age >= 0, (1 - beta) * beta ** age.clamp(min=0), torch.zeros_like(age))
    averages = weights @ values
    return averages / (1 - beta ** (t + 1)) if bias_correction else averages


# %% exponential_moving_average: Python numbers in a list
import torch


def exponential_moving_average(values, beta, bias_correction=False):
    V, power, out = 0.0, 1.0, []
    for theta in values.tolist():
        V = beta * V + (1 - beta) * theta
        power *= beta
        out.append(V / (1 - power) if bias_correction else V)
    return torch.tensor(out, dtype=values.dtype)


# %% exponential_moving_average: accumulate, correction at the end
from itertools import accumulate

import torch


def exponential_moving_average(values, beta, bias_correction=False):
    averages = torch.stack(list(accumulate(values, lambda V, x: V + (1 - beta) * (x - V), initial=values[0] * 0)))[1:]
    if bias_correction:
        averages /= 1 - torch.pow(torch.tensor(beta, dtype=values.dtype), torch.arange(1, len(values) + 1))
    return averages


# %% exponential_moving_average: sum of weights kept beside the average
import torch


def exponential_moving_average(values, beta, bias_correction=False):
    result = values.clone()
    V = W = 0
    for i in range(values.numel()):
        V = torch.lerp(values[i], torch.as_tensor(V, dtype=values.dtype), beta)
        W = beta * W + (1 - beta)
        result[i] = V / W if bias_correction else V
    return result
