"""Known wrong versions of sgd, sgd_momentum and nesterov_momentum."""

import torch

from autograder.checks.known import misconception


@misconception("sgd", hint="your steps go uphill, along the gradient: which way does the loss fall?")
def sgd_uphill(w, dw, config=None):
    config = {"learning_rate": 1e-2, **(config or {})}
    return w + config["learning_rate"] * dw, config


@misconception("sgd", hint="your steps are as long as the gradient: is it multiplied by the learning rate?")
def sgd_without_learning_rate(w, dw, config=None):
    config = {"learning_rate": 1e-2, **(config or {})}
    return w - dw, config


@misconception("sgd", hint="your steps always use the default learning rate: is the one in config read?")
def sgd_learning_rate_hard_coded(w, dw, config=None):
    config = {} if config is None else config
    config["learning_rate"] = 1e-2
    return w - config["learning_rate"] * dw, config


@misconception("sgd", hint="your default learning rate is ten times too small: what does the docstring say it is?")
def sgd_default_too_small(w, dw, config=None):
    config = {"learning_rate": 1e-3, **(config or {})}
    return w - config["learning_rate"] * dw, config


@misconception("sgd", hint="all your steps are equally long: is the gradient divided by its length?")
def sgd_normalized_gradient(w, dw, config=None):
    config = {"learning_rate": 1e-2, **(config or {})}
    return w - config["learning_rate"] * dw / dw.norm(), config


@misconception("sgd", hint="your steps use the sign of the gradient only: how steep the slope is counts too")
def sgd_sign_of_the_gradient(w, dw, config=None):
    config = {"learning_rate": 1e-2, **(config or {})}
    return w - config["learning_rate"] * dw.sign(), config


@misconception("sgd", hint="your learning rate shrinks from step to step: is it changed in config?")
def sgd_decaying_learning_rate(w, dw, config=None):
    config = {"learning_rate": 1e-2, **(config or {})}
    next_w = w - config["learning_rate"] * dw
    config["learning_rate"] *= 0.95
    return next_w, config


@misconception(
    "sgd_momentum", hint="your steps are those of plain gradient descent: is the velocity put back into config?"
)
def momentum_velocity_not_kept(w, dw, config=None):
    config = {"learning_rate": 1e-2, "momentum": 0.9, **(config or {})}
    v = config.get("velocity", torch.zeros_like(w))
    v = config["momentum"] * v - config["learning_rate"] * dw
    return w + v, config


@misconception(
    "sgd_momentum", hint="your velocity averages the gradients: does this form weigh the new one by 1 - rho?"
)
def momentum_damped(w, dw, config=None):
    config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": torch.zeros_like(w), **(config or {})}
    rho = config["momentum"]
    config["velocity"] = rho * config["velocity"] + (1 - rho) * dw
    return w - config["learning_rate"] * config["velocity"], config


@misconception("sgd_momentum", hint="each step uses the velocity of the step before: is it updated first?")
def momentum_old_velocity(w, dw, config=None):
    config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": torch.zeros_like(w), **(config or {})}
    next_w = w + config["velocity"]
    config["velocity"] = config["momentum"] * config["velocity"] - config["learning_rate"] * dw
    return next_w, config


@misconception(
    "sgd_momentum", hint="your steps go uphill, along the gradient: do the two signs belong to the same form?"
)
def momentum_uphill(w, dw, config=None):
    config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": torch.zeros_like(w), **(config or {})}
    config["velocity"] = config["momentum"] * config["velocity"] + config["learning_rate"] * dw
    return w + config["velocity"], config


@misconception(
    "sgd_momentum", hint="the learning rate is applied twice: in the velocity or in the step, but not in both"
)
def momentum_learning_rate_twice(w, dw, config=None):
    config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": torch.zeros_like(w), **(config or {})}
    config["velocity"] = config["momentum"] * config["velocity"] + config["learning_rate"] * dw
    return w - config["learning_rate"] * config["velocity"], config


@misconception(
    "sgd_momentum", hint="the velocity remembers one gradient only: is the new velocity built on the whole old one?"
)
def momentum_of_one_gradient(w, dw, config=None):
    config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": torch.zeros_like(w), **(config or {})}
    step = -config["learning_rate"] * dw
    next_w = w + config["momentum"] * config["velocity"] + step
    config["velocity"] = step
    return next_w, config


@misconception("sgd_momentum", hint="your steps always use the default momentum: is the one in config read?")
def momentum_hard_coded(w, dw, config=None):
    config = {"learning_rate": 1e-2, "velocity": torch.zeros_like(w), **(config or {})}
    config["velocity"] = 0.9 * config["velocity"] - config["learning_rate"] * dw
    return w + config["velocity"], config


@misconception("nesterov_momentum", hint="your steps are those of ordinary momentum: where is the look-ahead?")
def nesterov_without_look_ahead(w, dw, config=None):
    config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": torch.zeros_like(w), **(config or {})}
    config["velocity"] = config["momentum"] * config["velocity"] - config["learning_rate"] * dw
    return w + config["velocity"], config


@misconception(
    "nesterov_momentum", hint="the old velocity is never taken back: does the change of variable subtract rho times it?"
)
def nesterov_old_velocity_not_subtracted(w, dw, config=None):
    config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": torch.zeros_like(w), **(config or {})}
    rho = config["momentum"]
    config["velocity"] = rho * config["velocity"] - config["learning_rate"] * dw
    return w + (1 + rho) * config["velocity"], config


@misconception(
    "nesterov_momentum", hint="the correction has the wrong sign: which velocity is subtracted, the old or the new one?"
)
def nesterov_correction_reversed(w, dw, config=None):
    config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": torch.zeros_like(w), **(config or {})}
    rho, old = config["momentum"], config["velocity"]
    v = rho * old - config["learning_rate"] * dw
    config["velocity"] = v
    return w + v + rho * (old - v), config


@misconception("nesterov_momentum", hint="the change of velocity is added whole: is it multiplied by rho?")
def nesterov_correction_without_rho(w, dw, config=None):
    config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": torch.zeros_like(w), **(config or {})}
    old = config["velocity"]
    v = config["momentum"] * old - config["learning_rate"] * dw
    config["velocity"] = v
    return w + v + (v - old), config


@misconception("nesterov_momentum", hint="each step starts from rest: is the velocity put back into config?")
def nesterov_velocity_not_kept(w, dw, config=None):
    config = {"learning_rate": 1e-2, "momentum": 0.9, **(config or {})}
    rho, old = config["momentum"], torch.zeros_like(w)
    v = rho * old - config["learning_rate"] * dw
    return w + v + rho * (v - old), config


@misconception(
    "nesterov_momentum", hint="your velocity averages the gradients: does this form weigh the new one by 1 - rho?"
)
def nesterov_damped(w, dw, config=None):
    config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": torch.zeros_like(w), **(config or {})}
    rho, old = config["momentum"], config["velocity"]
    v = rho * old - config["learning_rate"] * (1 - rho) * dw
    config["velocity"] = v
    return w + v + rho * (v - old), config


@misconception("nesterov_momentum", hint="your steps always use the default momentum: is the one in config read?")
def nesterov_hard_coded(w, dw, config=None):
    config = {"learning_rate": 1e-2, "velocity": torch.zeros_like(w), **(config or {})}
    old = config["velocity"]
    v = 0.9 * old - config["learning_rate"] * dw
    config["velocity"] = v
    return w + v + 0.9 * (v - old), config
