"""Known wrong versions of exponential_moving_average."""

import torch

from autograder.checks.known import misconception


@misconception(
    "exponential_moving_average", hint="the two weights are swapped: which of old average and new value gets beta?"
)
def average_weights_swapped(values, beta, bias_correction=False):
    averages, V = torch.zeros_like(values), 0.0
    for t in range(len(values)):
        V = (1 - beta) * V + beta * values[t]
        averages[t] = V / (1 - (1 - beta) ** (t + 1)) if bias_correction else V
    return averages


@misconception("exponential_moving_average", hint="your average starts at the first value: it is to start from V_0 = 0")
def average_starts_at_the_first_value(values, beta, bias_correction=False):
    averages, V = torch.zeros_like(values), values[0]
    for t in range(len(values)):
        V = beta * V + (1 - beta) * values[t]
        averages[t] = V / (1 - beta ** (t + 1)) if bias_correction else V
    return averages


@misconception(
    "exponential_moving_average", hint="your averages are never corrected: what does bias_correction ask for?"
)
def average_never_corrected(values, beta, bias_correction=False):
    averages, V = torch.zeros_like(values), 0.0
    for t in range(len(values)):
        V = beta * V + (1 - beta) * values[t]
        averages[t] = V
    return averages


@misconception(
    "exponential_moving_average", hint="your averages are always corrected: only if bias_correction asks for it"
)
def average_always_corrected(values, beta, bias_correction=False):
    averages, V = torch.zeros_like(values), 0.0
    for t in range(len(values)):
        V = beta * V + (1 - beta) * values[t]
        averages[t] = V / (1 - beta ** (t + 1))
    return averages


@misconception(
    "exponential_moving_average", hint="the first correction divides by zero: with which number does t begin?"
)
def average_counts_from_zero(values, beta, bias_correction=False):
    averages, V = torch.zeros_like(values), 0.0
    for t in range(len(values)):
        V = beta * V + (1 - beta) * values[t]
        averages[t] = V / (1 - beta**t) if bias_correction else V
    return averages


@misconception(
    "exponential_moving_average", hint="the corrected average is carried on: keep V as it is and correct a copy"
)
def average_correction_carried_on(values, beta, bias_correction=False):
    averages, V = torch.zeros_like(values), 0.0
    for t in range(len(values)):
        V = beta * V + (1 - beta) * values[t]
        if bias_correction:
            V = V / (1 - beta ** (t + 1))
        averages[t] = V
    return averages


@misconception("exponential_moving_average", hint="you return the last average only: those of all times are asked for")
def average_last_only(values, beta, bias_correction=False):
    V = torch.zeros_like(values[0])
    for theta in values:
        V = beta * V + (1 - beta) * theta
    return V / (1 - beta ** len(values)) if bias_correction else V


@misconception("exponential_moving_average", hint="the new value is added whole: with which weight does it enter?")
def average_new_value_whole(values, beta, bias_correction=False):
    averages, V = torch.zeros_like(values), 0.0
    for t in range(len(values)):
        V = beta * V + values[t]
        averages[t] = V / (1 - beta ** (t + 1)) if bias_correction else V
    return averages
