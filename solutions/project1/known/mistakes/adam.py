"""Known wrong versions of adam and adamw."""

import torch

from autograder.checks.known import misconception


@misconception("adam", hint="your moments are not bias-corrected: are both divided by 1 - beta^t?")
def adam_without_bias_correction(w, dw, config=None):
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, "t": 0}
    config = {**defaults, "m": torch.zeros_like(w), "v": torch.zeros_like(w), **(config or {})}
    alpha, epsilon, beta1, beta2 = config["learning_rate"], config["epsilon"], config["beta1"], config["beta2"]
    m = beta1 * config["m"] + (1 - beta1) * dw
    v = beta2 * config["v"] + (1 - beta2) * dw * dw
    config.update(m=m, v=v)
    return w - alpha * m / (torch.sqrt(v) + epsilon), config


@misconception("adam", hint="the first correction divides by zero: is t raised before it is used?")
def adam_t_raised_after_use(w, dw, config=None):
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, "t": 0}
    config = {**defaults, "m": torch.zeros_like(w), "v": torch.zeros_like(w), **(config or {})}
    alpha, epsilon, beta1, beta2 = config["learning_rate"], config["epsilon"], config["beta1"], config["beta2"]
    t = config["t"]
    m = beta1 * config["m"] + (1 - beta1) * dw
    v = beta2 * config["v"] + (1 - beta2) * dw * dw
    config.update(m=m, v=v, t=t + 1)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - alpha * m_hat / (torch.sqrt(v_hat) + epsilon), config


@misconception("adam", hint="every step is corrected like the first one: is the raised t put back into config?")
def adam_t_never_stored(w, dw, config=None):
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, "t": 0}
    config = {**defaults, "m": torch.zeros_like(w), "v": torch.zeros_like(w), **(config or {})}
    alpha, epsilon, beta1, beta2 = config["learning_rate"], config["epsilon"], config["beta1"], config["beta2"]
    t = config["t"] + 1
    m = beta1 * config["m"] + (1 - beta1) * dw
    v = beta2 * config["v"] + (1 - beta2) * dw * dw
    config.update(m=m, v=v)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - alpha * m_hat / (torch.sqrt(v_hat) + epsilon), config


@misconception("adam", hint="the corrections are one step ahead: with which t does the first step begin?")
def adam_t_starts_at_two(w, dw, config=None):
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, "t": 1}
    config = {**defaults, "m": torch.zeros_like(w), "v": torch.zeros_like(w), **(config or {})}
    alpha, epsilon, beta1, beta2 = config["learning_rate"], config["epsilon"], config["beta1"], config["beta2"]
    t = config["t"] + 1
    m = beta1 * config["m"] + (1 - beta1) * dw
    v = beta2 * config["v"] + (1 - beta2) * dw * dw
    config.update(m=m, v=v, t=t)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - alpha * m_hat / (torch.sqrt(v_hat) + epsilon), config


@misconception("adam", hint="epsilon stands inside the square root: it is added to the root")
def adam_epsilon_inside(w, dw, config=None):
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, "t": 0}
    config = {**defaults, "m": torch.zeros_like(w), "v": torch.zeros_like(w), **(config or {})}
    alpha, epsilon, beta1, beta2 = config["learning_rate"], config["epsilon"], config["beta1"], config["beta2"]
    t = config["t"] + 1
    m = beta1 * config["m"] + (1 - beta1) * dw
    v = beta2 * config["v"] + (1 - beta2) * dw * dw
    config.update(m=m, v=v, t=t)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - alpha * m_hat / (torch.sqrt(v_hat + epsilon)), config


@misconception(
    "adam",
    hint="epsilon is added to the root of the uncorrected second moment: which comes first, correction or epsilon?",
)
def adam_epsilon_before_correction(w, dw, config=None):
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, "t": 0}
    config = {**defaults, "m": torch.zeros_like(w), "v": torch.zeros_like(w), **(config or {})}
    alpha, epsilon, beta1, beta2 = config["learning_rate"], config["epsilon"], config["beta1"], config["beta2"]
    t = config["t"] + 1
    m = beta1 * config["m"] + (1 - beta1) * dw
    v = beta2 * config["v"] + (1 - beta2) * dw * dw
    config.update(m=m, v=v, t=t)
    alpha_t = alpha * (1 - beta2**t) ** 0.5 / (1 - beta1**t)
    return w - alpha_t * m / (torch.sqrt(v) + epsilon), config


@misconception("adam", hint="the two betas seem swapped: which of them belongs to the squares?")
def adam_betas_swapped(w, dw, config=None):
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, "t": 0}
    config = {**defaults, "m": torch.zeros_like(w), "v": torch.zeros_like(w), **(config or {})}
    alpha, epsilon, beta1, beta2 = config["learning_rate"], config["epsilon"], config["beta2"], config["beta1"]
    t = config["t"] + 1
    m = beta1 * config["m"] + (1 - beta1) * dw
    v = beta2 * config["v"] + (1 - beta2) * dw * dw
    config.update(m=m, v=v, t=t)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - alpha * m_hat / (torch.sqrt(v_hat) + epsilon), config


@misconception("adam", hint="the second moment is built from m: is it the gradient that is squared?")
def adam_second_moment_of_the_first(w, dw, config=None):
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, "t": 0}
    config = {**defaults, "m": torch.zeros_like(w), "v": torch.zeros_like(w), **(config or {})}
    alpha, epsilon, beta1, beta2 = config["learning_rate"], config["epsilon"], config["beta1"], config["beta2"]
    t = config["t"] + 1
    m = beta1 * config["m"] + (1 - beta1) * dw
    v = beta2 * config["v"] + (1 - beta2) * m * m
    config.update(m=m, v=v, t=t)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - alpha * m_hat / (torch.sqrt(v_hat) + epsilon), config


@misconception("adam", hint="only the first moment is bias-corrected: is v divided by 1 - beta2^t too?")
def adam_second_moment_not_corrected(w, dw, config=None):
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, "t": 0}
    config = {**defaults, "m": torch.zeros_like(w), "v": torch.zeros_like(w), **(config or {})}
    alpha, epsilon, beta1, beta2 = config["learning_rate"], config["epsilon"], config["beta1"], config["beta2"]
    t = config["t"] + 1
    m = beta1 * config["m"] + (1 - beta1) * dw
    v = beta2 * config["v"] + (1 - beta2) * dw * dw
    config.update(m=m, v=v, t=t)
    m_hat = m / (1 - beta1**t)
    return w - alpha * m_hat / (torch.sqrt(v) + epsilon), config


@misconception("adam", hint="only the second moment is bias-corrected: is m divided by 1 - beta1^t too?")
def adam_first_moment_not_corrected(w, dw, config=None):
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, "t": 0}
    config = {**defaults, "m": torch.zeros_like(w), "v": torch.zeros_like(w), **(config or {})}
    alpha, epsilon, beta1, beta2 = config["learning_rate"], config["epsilon"], config["beta1"], config["beta2"]
    t = config["t"] + 1
    m = beta1 * config["m"] + (1 - beta1) * dw
    v = beta2 * config["v"] + (1 - beta2) * dw * dw
    config.update(m=m, v=v, t=t)
    v_hat = v / (1 - beta2**t)
    return w - alpha * m / (torch.sqrt(v_hat) + epsilon), config


@misconception("adam", hint="you divide by the second moment itself: is its square root taken?")
def adam_without_root(w, dw, config=None):
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, "t": 0}
    config = {**defaults, "m": torch.zeros_like(w), "v": torch.zeros_like(w), **(config or {})}
    alpha, epsilon, beta1, beta2 = config["learning_rate"], config["epsilon"], config["beta1"], config["beta2"]
    t = config["t"] + 1
    m = beta1 * config["m"] + (1 - beta1) * dw
    v = beta2 * config["v"] + (1 - beta2) * dw * dw
    config.update(m=m, v=v, t=t)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - alpha * m_hat / (v_hat + epsilon), config


@misconception("adam", hint="the corrected moments are carried on to the next step: which m and v belong into config?")
def adam_corrected_moments_kept(w, dw, config=None):
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, "t": 0}
    config = {**defaults, "m": torch.zeros_like(w), "v": torch.zeros_like(w), **(config or {})}
    alpha, epsilon, beta1, beta2 = config["learning_rate"], config["epsilon"], config["beta1"], config["beta2"]
    t = config["t"] + 1
    m = beta1 * config["m"] + (1 - beta1) * dw
    v = beta2 * config["v"] + (1 - beta2) * dw * dw
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    config.update(m=m_hat, v=v_hat, t=t)
    return w - alpha * m_hat / (torch.sqrt(v_hat) + epsilon), config


@misconception("adam", hint="each step starts with empty moments: are m and v put back into config?")
def adam_moments_not_kept(w, dw, config=None):
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, "t": 0}
    config = {**defaults, "m": torch.zeros_like(w), "v": torch.zeros_like(w), **(config or {})}
    alpha, epsilon, beta1, beta2 = config["learning_rate"], config["epsilon"], config["beta1"], config["beta2"]
    t = config["t"] + 1
    m = beta1 * config["m"] + (1 - beta1) * dw
    v = beta2 * config["v"] + (1 - beta2) * dw * dw
    config["t"] = t
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - alpha * m_hat / (torch.sqrt(v_hat) + epsilon), config


@misconception(
    "adamw", hint="the decay goes through the moments, as L2 regularization does: is it kept out of the gradient?"
)
def adamw_l2_instead_of_decay(w, dw, config=None):
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, "t": 0}
    defaults.update(weight_decay=1e-5, schedule_multiplier=1.0)
    config = {**defaults, "m": torch.zeros_like(w), "v": torch.zeros_like(w), **(config or {})}
    alpha, epsilon, beta1, beta2 = config["learning_rate"], config["epsilon"], config["beta1"], config["beta2"]
    decay, eta = config["weight_decay"], config["schedule_multiplier"]
    dw = dw + decay * w
    t = config["t"] + 1
    m = beta1 * config["m"] + (1 - beta1) * dw
    v = beta2 * config["v"] + (1 - beta2) * dw * dw
    config.update(m=m, v=v, t=t)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - eta * (alpha * m_hat / (torch.sqrt(v_hat) + epsilon)), config


@misconception(
    "adamw", hint="your decay is multiplied by the learning rate too: in this form only by the schedule multiplier"
)
def adamw_decay_times_learning_rate(w, dw, config=None):
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, "t": 0}
    defaults.update(weight_decay=1e-5, schedule_multiplier=1.0)
    config = {**defaults, "m": torch.zeros_like(w), "v": torch.zeros_like(w), **(config or {})}
    alpha, epsilon, beta1, beta2 = config["learning_rate"], config["epsilon"], config["beta1"], config["beta2"]
    decay, eta = config["weight_decay"], config["schedule_multiplier"]
    t = config["t"] + 1
    m = beta1 * config["m"] + (1 - beta1) * dw
    v = beta2 * config["v"] + (1 - beta2) * dw * dw
    config.update(m=m, v=v, t=t)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - eta * (alpha * m_hat / (torch.sqrt(v_hat) + epsilon) + alpha * decay * w), config


@misconception("adamw", hint="the schedule multiplier scales the step only: does it scale the decay too?")
def adamw_schedule_not_on_the_decay(w, dw, config=None):
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, "t": 0}
    defaults.update(weight_decay=1e-5, schedule_multiplier=1.0)
    config = {**defaults, "m": torch.zeros_like(w), "v": torch.zeros_like(w), **(config or {})}
    alpha, epsilon, beta1, beta2 = config["learning_rate"], config["epsilon"], config["beta1"], config["beta2"]
    decay, eta = config["weight_decay"], config["schedule_multiplier"]
    t = config["t"] + 1
    m = beta1 * config["m"] + (1 - beta1) * dw
    v = beta2 * config["v"] + (1 - beta2) * dw * dw
    config.update(m=m, v=v, t=t)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - eta * alpha * m_hat / (torch.sqrt(v_hat) + epsilon) - decay * w, config


@misconception("adamw", hint="the schedule multiplier has no effect: is it read from config?")
def adamw_schedule_ignored(w, dw, config=None):
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, "t": 0}
    defaults.update(weight_decay=1e-5, schedule_multiplier=1.0)
    config = {**defaults, "m": torch.zeros_like(w), "v": torch.zeros_like(w), **(config or {})}
    alpha, epsilon, beta1, beta2 = config["learning_rate"], config["epsilon"], config["beta1"], config["beta2"]
    decay = config["weight_decay"]
    t = config["t"] + 1
    m = beta1 * config["m"] + (1 - beta1) * dw
    v = beta2 * config["v"] + (1 - beta2) * dw * dw
    config.update(m=m, v=v, t=t)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - (alpha * m_hat / (torch.sqrt(v_hat) + epsilon) + decay * w), config


@misconception("adamw", hint="the decay has the wrong sign: do weights shrink without a gradient?")
def adamw_weights_grow(w, dw, config=None):
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, "t": 0}
    defaults.update(weight_decay=1e-5, schedule_multiplier=1.0)
    config = {**defaults, "m": torch.zeros_like(w), "v": torch.zeros_like(w), **(config or {})}
    alpha, epsilon, beta1, beta2 = config["learning_rate"], config["epsilon"], config["beta1"], config["beta2"]
    decay, eta = config["weight_decay"], config["schedule_multiplier"]
    t = config["t"] + 1
    m = beta1 * config["m"] + (1 - beta1) * dw
    v = beta2 * config["v"] + (1 - beta2) * dw * dw
    config.update(m=m, v=v, t=t)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - eta * (alpha * m_hat / (torch.sqrt(v_hat) + epsilon) - decay * w), config


@misconception("adamw", hint="the decay is taken of the weights after the step: it belongs to those before it")
def adamw_decays_after_the_step(w, dw, config=None):
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, "t": 0}
    defaults.update(weight_decay=1e-5, schedule_multiplier=1.0)
    config = {**defaults, "m": torch.zeros_like(w), "v": torch.zeros_like(w), **(config or {})}
    alpha, epsilon, beta1, beta2 = config["learning_rate"], config["epsilon"], config["beta1"], config["beta2"]
    decay, eta = config["weight_decay"], config["schedule_multiplier"]
    t = config["t"] + 1
    m = beta1 * config["m"] + (1 - beta1) * dw
    v = beta2 * config["v"] + (1 - beta2) * dw * dw
    config.update(m=m, v=v, t=t)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    next_w = w - eta * alpha * m_hat / (torch.sqrt(v_hat) + epsilon)
    return next_w - eta * decay * next_w, config


@misconception("adamw", hint="your steps are those of Adam: where is the weight decay?")
def adamw_without_decay(w, dw, config=None):
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, "t": 0}
    defaults.update(weight_decay=1e-5, schedule_multiplier=1.0)
    config = {**defaults, "m": torch.zeros_like(w), "v": torch.zeros_like(w), **(config or {})}
    alpha, epsilon, beta1, beta2 = config["learning_rate"], config["epsilon"], config["beta1"], config["beta2"]
    eta = config["schedule_multiplier"]
    t = config["t"] + 1
    m = beta1 * config["m"] + (1 - beta1) * dw
    v = beta2 * config["v"] + (1 - beta2) * dw * dw
    config.update(m=m, v=v, t=t)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - eta * (alpha * m_hat / (torch.sqrt(v_hat) + epsilon)), config


@misconception("adamw", hint="your decay is twice the expected one: lambda stands in this form without a factor")
def adamw_decay_doubled(w, dw, config=None):
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, "t": 0}
    defaults.update(weight_decay=1e-5, schedule_multiplier=1.0)
    config = {**defaults, "m": torch.zeros_like(w), "v": torch.zeros_like(w), **(config or {})}
    alpha, epsilon, beta1, beta2 = config["learning_rate"], config["epsilon"], config["beta1"], config["beta2"]
    decay, eta = config["weight_decay"], config["schedule_multiplier"]
    t = config["t"] + 1
    m = beta1 * config["m"] + (1 - beta1) * dw
    v = beta2 * config["v"] + (1 - beta2) * dw * dw
    config.update(m=m, v=v, t=t)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - eta * (alpha * m_hat / (torch.sqrt(v_hat) + epsilon) + 2 * decay * w), config


@misconception("adamw", hint="the decay is divided by the root of the second moment: is it outside the fraction?")
def adamw_decay_divided_by_the_root(w, dw, config=None):
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, "t": 0}
    defaults.update(weight_decay=1e-5, schedule_multiplier=1.0)
    config = {**defaults, "m": torch.zeros_like(w), "v": torch.zeros_like(w), **(config or {})}
    alpha, epsilon, beta1, beta2 = config["learning_rate"], config["epsilon"], config["beta1"], config["beta2"]
    decay, eta = config["weight_decay"], config["schedule_multiplier"]
    t = config["t"] + 1
    m = beta1 * config["m"] + (1 - beta1) * dw
    v = beta2 * config["v"] + (1 - beta2) * dw * dw
    config.update(m=m, v=v, t=t)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - eta * ((alpha * m_hat + decay * w) / (torch.sqrt(v_hat) + epsilon)), config


@misconception("adamw", hint="your moments are not bias-corrected: are both divided by 1 - beta^t?")
def adamw_without_bias_correction(w, dw, config=None):
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, "t": 0}
    defaults.update(weight_decay=1e-5, schedule_multiplier=1.0)
    config = {**defaults, "m": torch.zeros_like(w), "v": torch.zeros_like(w), **(config or {})}
    alpha, epsilon, beta1, beta2 = config["learning_rate"], config["epsilon"], config["beta1"], config["beta2"]
    decay, eta = config["weight_decay"], config["schedule_multiplier"]
    m = beta1 * config["m"] + (1 - beta1) * dw
    v = beta2 * config["v"] + (1 - beta2) * dw * dw
    config.update(m=m, v=v)
    return w - eta * (alpha * m / (torch.sqrt(v) + epsilon) + decay * w), config
