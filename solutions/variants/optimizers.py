"""Right versions of the optimizers in many styles: no linter is to make them alike."""

# ruff: noqa


# %% sgd: in place
def sgd(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)
    w -= config["learning_rate"] * dw
    return w, config


# %% sgd: torch.sub with alpha, constant outside, prints left in
import torch

DEFAULT_LEARNING_RATE = 0.01


def sgd(w, dw, config=None):
    config = dict(config) if config else {}
    lr = config.get("learning_rate", DEFAULT_LEARNING_RATE)
    print("lr =", lr)
    return torch.sub(w, dw, alpha=lr), config


# %% sgd: one expression, a lambda outside
rate = lambda config: (config or {}).get("learning_rate", 1e-2)


def sgd(w, dw, config=None):
    return w.add(dw, alpha=-rate(config)), config


# %% sgd: float64 inside, cast back
import torch


def sgd(w, dw, config=None):
    config = config if config is not None else {"learning_rate": 1e-2}
    learning_rate = torch.tensor(config.setdefault("learning_rate", 1e-2), dtype=torch.float64)
    return (w.double() - learning_rate * dw.double()).to(w.dtype), config


# %% sgd_momentum: gradient form
import torch


def sgd_momentum(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    v = config.get("velocity", torch.zeros_like(w))
    v = config["momentum"] * v + dw
    next_w = w - config["learning_rate"] * v
    config["velocity"] = v
    return next_w, config


# %% sgd_momentum: in place on state and w
import torch


def sgd_momentum(w, dw, config=None):
    config = config or {}
    for key, value in (("learning_rate", 1e-2), ("momentum", 0.9)):
        config.setdefault(key, value)
    if "velocity" not in config:
        config["velocity"] = torch.zeros_like(w)
    config["velocity"].mul_(config["momentum"]).sub_(config["learning_rate"] * dw)
    w += config["velocity"]
    return w, config


# %% sgd_momentum: state under another name, the last step
def sgd_momentum(w, dw, config=None):
    config = {} if config is None else dict(config)
    rho, lr = config.get("momentum", 0.9), config.get("learning_rate", 1e-2)
    last_step = config.get("last_step", 0)
    step = rho * last_step - lr * dw
    return w + step, {**config, "last_step": step}


# %% sgd_momentum: keeps the last point in place of a velocity
def sgd_momentum(w, dw, config=None):
    config = dict(config or {})
    previous = config.get("previous_w", w)
    next_w = w - config.get("learning_rate", 1e-2) * dw + config.get("momentum", 0.9) * (w - previous)
    config["previous_w"] = w.clone()
    return next_w, config


# %% nesterov_momentum: old velocity subtracted, one plus rho times the new one
import torch


def nesterov_momentum(w, dw, config=None):
    config = config if config is not None else {}
    lr = config.setdefault("learning_rate", 1e-2)
    mu = config.setdefault("momentum", 0.9)
    v_prev = config.setdefault("velocity", torch.zeros_like(w))
    v = mu * v_prev - lr * dw
    config["velocity"] = v
    return w - mu * v_prev + (1 + mu) * v, config


# %% nesterov_momentum: gradient form with a buffer, in place
import torch


def nesterov_momentum(w, dw, config=None):
    config = {"learning_rate": 0.01, "momentum": 0.9} | (config or {})
    if config.get("buffer") is None:
        config["buffer"] = torch.zeros(w.shape, dtype=w.dtype)
    config["buffer"].mul_(config["momentum"]).add_(dw)
    w.sub_((dw + config["momentum"] * config["buffer"]) * config["learning_rate"])
    return w, config


# %% nesterov_momentum: new velocity and gradient, helper outside
import torch


def read(config, w):
    defaults = dict(learning_rate=1e-2, momentum=0.9, velocity=torch.zeros_like(w))
    defaults.update(config or {})
    return defaults


def nesterov_momentum(w, dw, config=None):
    config = read(config, w)
    rho, alpha = config["momentum"], config["learning_rate"]
    config["velocity"] = rho * config["velocity"] - alpha * dw
    return w + rho * config["velocity"] - alpha * dw, config


# %% adagrad: in place, addcdiv
import torch


def adagrad(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("epsilon", 1e-7)
    config.setdefault("grad_squared", torch.zeros_like(w))
    config["grad_squared"].addcmul_(dw, dw)
    w.addcdiv_(dw, config["grad_squared"].sqrt().add_(config["epsilon"]), value=-config["learning_rate"])
    return w, config


# %% adagrad: keeps all squares in a list
import torch


def adagrad(w, dw, config=None):
    config = dict(config or {})
    squares = config.get("squares", []) + [dw.pow(2)]
    config["squares"] = squares
    scale = torch.stack(squares).sum(dim=0).pow(0.5) + config.get("epsilon", 1e-7)
    return w - config.get("learning_rate", 1e-2) / scale * dw, config


# %% adagrad: keeps the root, state under another name
import torch
import numpy as np


def adagrad(w, dw, config=None):
    config = {"learning_rate": 1e-2, "epsilon": 1e-7, "length": torch.zeros_like(w), **(config or {})}
    config["length"] = torch.hypot(config["length"], dw)
    print(np.round(float(config["length"].max()), 3))
    step = torch.div(dw, config["length"] + config["epsilon"])
    return torch.sub(w, config["learning_rate"] * step), config


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


# %% rmsprop: in place, lerp
import torch


def rmsprop(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("decay_rate", 0.99)
    config.setdefault("epsilon", 1e-7)
    config.setdefault("cache", torch.zeros_like(w))
    config["cache"].lerp_(dw.square(), 1 - config["decay_rate"])
    w -= config["learning_rate"] * dw / (config["cache"].sqrt() + config["epsilon"])
    return w, config


# %% rmsprop: float64 inside, state under another name
import torch


def rmsprop(w, dw, config=None):
    config = dict(config or {})
    g = dw.to(torch.float64)
    beta = config.get("decay_rate", 0.99)
    average = beta * config.get("average", torch.zeros_like(g)) + (1 - beta) * g**2
    config["average"] = average
    step = config.get("learning_rate", 1e-2) * g / (average**0.5 + config.get("epsilon", 1e-7))
    return (w - step).to(w.dtype), config


# %% rmsprop: helper outside, defaults in a constant
import torch

DEFAULTS = {"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-7}


def leaky(old, new, decay):
    return decay * old + (1 - decay) * new


def rmsprop(w, dw, config=None):
    config = DEFAULTS | (config or {})
    config["cache"] = leaky(config.get("cache", torch.zeros_like(w)), dw * dw, config["decay_rate"])
    adapted = dw / (torch.sqrt(config["cache"]) + config["epsilon"])
    next_w, _ = sgd(w, adapted, {"learning_rate": config["learning_rate"]})
    return next_w, config


# %% adam: correction put into the learning rate, epsilon scaled with it
import math

import torch


def adam(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-7)
    config.setdefault("m", torch.zeros_like(w))
    config.setdefault("v", torch.zeros_like(w))
    config.setdefault("t", 0)

    config["t"] += 1
    config["m"] = config["beta1"] * config["m"] + (1 - config["beta1"]) * dw
    config["v"] = config["beta2"] * config["v"] + (1 - config["beta2"]) * (dw**2)
    root = math.sqrt(1 - config["beta2"] ** config["t"])
    alpha_t = config["learning_rate"] * root / (1 - config["beta1"] ** config["t"])
    next_w = w - alpha_t * config["m"] / (config["v"].sqrt() + config["epsilon"] * root)
    return next_w, config


# %% adam: in place on moments and w
import torch


def adam(w, dw, config=None):
    config = config or {}
    lr, eps = config.setdefault("learning_rate", 1e-3), config.setdefault("epsilon", 1e-7)
    b1, b2 = config.setdefault("beta1", 0.9), config.setdefault("beta2", 0.999)
    m, v = config.setdefault("m", torch.zeros_like(w)), config.setdefault("v", torch.zeros_like(w))
    t = config["t"] = config.get("t", 0) + 1
    m.mul_(b1).add_(dw, alpha=1 - b1)
    v.mul_(b2).addcmul_(dw, dw, value=1 - b2)
    w.addcdiv_(m / (1 - b1**t), (v / (1 - b2**t)).sqrt_().add_(eps), value=-lr)
    return w, config


# %% adam: powers of the betas kept as state
import torch


def adam(w, dw, config=None):
    c = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, **(config or {})}
    p1, p2 = c.get("power1", 1.0) * c["beta1"], c.get("power2", 1.0) * c["beta2"]
    first = c["beta1"] * c.get("first", 0.0) + (1 - c["beta1"]) * dw
    second = c["beta2"] * c.get("second", 0.0) + (1 - c["beta2"]) * dw.square()
    c.update(power1=p1, power2=p2, first=first, second=second)
    return w - c["learning_rate"] * (first / (1 - p1)) / (torch.sqrt(second / (1 - p2)) + c["epsilon"]), c


# %% adam: corrected averages updated directly, float64 inside
import torch


def corrected(average, new, beta, t):
    gain = (1 - beta) / (1 - beta**t)
    return average + gain * (new - average)


def adam(w, dw, config=None):
    config = dict(config or {})
    g, t = dw.double(), config.get("t", 0) + 1
    zero = torch.zeros_like(g)
    config["m_hat"] = corrected(config.get("m_hat", zero), g, config.get("beta1", 0.9), t)
    config["v_hat"] = corrected(config.get("v_hat", zero), g * g, config.get("beta2", 0.999), t)
    config["t"] = t
    step = config["m_hat"] / (config["v_hat"].sqrt() + config.get("epsilon", 1e-7))
    return (w.double() - config.get("learning_rate", 1e-3) * step).type(w.dtype), config


# %% adam: a class behind the function, moments in a tuple
import torch


class Moments:
    def __init__(self, beta1, beta2):
        self.betas = (beta1, beta2)

    def update(self, m, v, g):
        b1, b2 = self.betas
        return b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g

    def correct(self, m, v, t):
        return m / (1 - self.betas[0] ** t), v / (1 - self.betas[1] ** t)


def adam(w, dw, config=None):
    config = {**(config or {})}
    moments = Moments(config.get("beta1", 0.9), config.get("beta2", 0.999))
    m, v, t = config.get("moments", (torch.zeros_like(w), torch.zeros_like(w), 0))
    m, v = moments.update(m, v, dw)
    config["moments"] = (m, v, t + 1)
    m_hat, v_hat = moments.correct(m, v, t + 1)
    return w - config.get("learning_rate", 1e-3) * m_hat / (v_hat**0.5 + config.get("epsilon", 1e-7)), config


# %% adamw: decays first, in place
import torch


def adamw(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-7)
    config.setdefault("weight_decay", 1e-5)
    config.setdefault("schedule_multiplier", 1.0)
    config.setdefault("m", torch.zeros_like(w))
    config.setdefault("v", torch.zeros_like(w))
    config.setdefault("t", 0)
    config["t"] += 1
    t, eta = config["t"], config["schedule_multiplier"]
    config["m"] = config["beta1"] * config["m"] + (1 - config["beta1"]) * dw
    config["v"] = config["beta2"] * config["v"] + (1 - config["beta2"]) * dw * dw
    m_hat = config["m"] / (1 - config["beta1"] ** t)
    v_hat = config["v"] / (1 - config["beta2"] ** t)
    w *= 1 - eta * config["weight_decay"]
    w -= eta * config["learning_rate"] * m_hat / (v_hat.sqrt() + config["epsilon"])
    return w, config


# %% adamw: an Adam step from adam, decay around it
def adamw(w, dw, config=None):
    config = {"weight_decay": 1e-5, "schedule_multiplier": 1.0, **(config or {})}
    before = w.clone()
    after, config = adam(w, dw, config)
    eta = config["schedule_multiplier"]
    return before + eta * (after - before) - eta * config["weight_decay"] * before, config


# %% adamw: a scaled step from adam, the decay beside it
import torch


def adamw(w, dw, config=None):
    config = dict(config or {})
    eta = config.get("schedule_multiplier", 1.0)
    decay = eta * config.get("weight_decay", 1e-5) * w
    inner = dict(config.get("inner", {k: v for k, v in config.items() if k in ("beta1", "beta2", "epsilon")}))
    inner["learning_rate"] = eta * config.get("learning_rate", 1e-3)
    stepped, config["inner"] = adam(w, dw, inner)
    return stepped - decay, config


# %% adamw: closures over the settings, state in a dict of its own
import torch


def settings(config):
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7}
    defaults |= {"weight_decay": 1e-5, "schedule_multiplier": 1}
    get = lambda key: (config or {}).get(key, defaults[key])
    return get


def adamw(w, dw, config=None):
    get = settings(config)
    state = dict((config or {}).get("state", {"m": torch.zeros_like(w), "v": torch.zeros_like(w), "t": 0}))
    state["t"] += 1
    hats = []
    for name, beta, new in (("m", get("beta1"), dw), ("v", get("beta2"), dw * dw)):
        state[name] = beta * state[name] + (1 - beta) * new
        hats.append(state[name] / (1 - beta ** state["t"]))
    step = get("learning_rate") * hats[0] / (hats[1].sqrt() + get("epsilon")) + get("weight_decay") * w
    return w - get("schedule_multiplier") * step, {**(config or {}), "state": state}


# %% newton_step: right-hand side as a matrix
import torch


def newton_step(w, grad, hessian):
    step = torch.linalg.solve(hessian, grad.unsqueeze(1)).squeeze(1)
    return w - step


# %% newton_step: LU factors
import torch


def newton_step(w, grad, hessian):
    factors, pivots = torch.linalg.lu_factor(hessian)
    return w - torch.linalg.lu_solve(factors, pivots, grad[:, None])[:, 0]


# %% newton_step: elimination by hand
import torch


def newton_step(w, grad, hessian):
    n = len(w)
    A = torch.cat([hessian, grad.reshape(n, 1)], dim=1)
    for i in range(n):
        pivot = i + int(A[i:, i].abs().argmax())
        A[[i, pivot]] = A[[pivot, i]]
        A[i] = A[i] / A[i, i]
        for r in range(n):
            if r != i:
                A[r] = A[r] - A[r, i] * A[i]
    return w - A[:, n]


# %% lbfgs_direction: recursion over the pairs
def lbfgs_direction(grad, steps, grad_changes):
    def times_H(q, i):
        if i < 0:
            if not steps:
                return q
            s, y = steps[-1], grad_changes[-1]
            return q * (s.dot(y) / y.dot(y))
        s, y = steps[i], grad_changes[i]
        a = s.dot(q) / y.dot(s)
        r = times_H(q - a * y, i - 1)
        return r + (a - y.dot(r) / y.dot(s)) * s

    return -times_H(grad, len(steps) - 1)


# %% lbfgs_direction: the matrix of BFGS written out
import torch


def lbfgs_direction(grad, steps, grad_changes):
    n = grad.numel()
    eye = torch.eye(n, dtype=grad.dtype)
    H = eye
    if len(steps) > 0:
        H = eye * torch.dot(steps[-1], grad_changes[-1]) / torch.dot(grad_changes[-1], grad_changes[-1])
    for s, y in zip(steps, grad_changes):
        rho = 1 / torch.dot(y, s)
        left = eye - rho * torch.outer(s, y)
        H = left @ H @ left.T + rho * torch.outer(s, s)
    return -(H @ grad)


# %% lbfgs_direction: indices, lists of rho and alpha, early return, in place on a copy
import torch


def lbfgs_direction(grad, steps, grad_changes):
    m = len(steps)
    if m == 0:
        return -grad
    rho = [1.0 / torch.sum(grad_changes[i] * steps[i]).item() for i in range(m)]
    alpha = [0.0] * m
    q = grad.clone()
    for i in range(m - 1, -1, -1):
        alpha[i] = rho[i] * (steps[i] * q).sum()
        q -= alpha[i] * grad_changes[i]
    q *= 1.0 / (rho[-1] * (grad_changes[-1] ** 2).sum())
    for i in range(m):
        beta = rho[i] * (grad_changes[i] * q).sum()
        q += steps[i] * (alpha[i] - beta)
    return q.neg_()


# %% lbfgs_direction: a deque of pairs, the sign first
from collections import deque

import torch


def lbfgs_direction(grad, steps, grad_changes):
    r = grad.neg()
    seen = deque()
    for s, y in reversed(list(zip(steps, grad_changes))):
        a = torch.inner(s, r) / torch.inner(s, y)
        r = torch.sub(r, y * a)
        seen.appendleft((s, y, a))
    if seen:
        s, y, _ = seen[-1]
        r = r * torch.inner(s, y) / y.square().sum()
    for s, y, a in seen:
        r = r + s * (a - torch.inner(y, r) / torch.inner(s, y))
    return r
