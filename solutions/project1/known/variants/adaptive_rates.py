"""Right versions of adagrad and rmsprop in many styles: no linter is to make them alike."""

# ruff: noqa

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
