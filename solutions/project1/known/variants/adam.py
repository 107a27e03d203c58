"""Right versions of adam and adamw in many styles: no linter is to make them alike."""

# ruff: noqa

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
