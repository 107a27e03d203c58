"""Right versions of sgd, sgd_momentum and nesterov_momentum in many styles: no linter is to make them alike."""

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
