"""Known wrong versions of adagrad and rmsprop."""

import torch

from autograder.checks.known import misconception


@misconception("adagrad", hint="only the latest gradient is in the divisor: are the earlier squares kept and added?")
def adagrad_forgets(w, dw, config=None):
    config = {"learning_rate": 1e-2, "epsilon": 1e-7, **(config or {})}
    config["grad_squared"] = dw * dw
    return w - config["learning_rate"] * dw / (config["grad_squared"].sqrt() + config["epsilon"]), config


@misconception("adagrad", hint="you divide by the sum of squares itself: is its square root taken?")
def adagrad_without_root(w, dw, config=None):
    config = {"learning_rate": 1e-2, "epsilon": 1e-7, "grad_squared": torch.zeros_like(w), **(config or {})}
    config["grad_squared"] = config["grad_squared"] + dw * dw
    return w - config["learning_rate"] * dw / (config["grad_squared"] + config["epsilon"]), config


@misconception("adagrad", hint="epsilon stands inside the square root: it is added to the root")
def adagrad_epsilon_inside(w, dw, config=None):
    config = {"learning_rate": 1e-2, "epsilon": 1e-7, "grad_squared": torch.zeros_like(w), **(config or {})}
    config["grad_squared"] = config["grad_squared"] + dw * dw
    return w - config["learning_rate"] * dw / torch.sqrt(config["grad_squared"] + config["epsilon"]), config


@misconception("adagrad", hint="epsilon seems to be missing from the divisor: is it added to the square root?")
def adagrad_without_epsilon(w, dw, config=None):
    config = {"learning_rate": 1e-2, "grad_squared": torch.zeros_like(w), **(config or {})}
    config["grad_squared"] = config["grad_squared"] + dw * dw
    return w - config["learning_rate"] * dw / torch.sqrt(config["grad_squared"]), config


@misconception("adagrad", hint="your squares decay as in RMSProp: does AdaGrad forget any of them?")
def adagrad_leaks(w, dw, config=None):
    config = {"learning_rate": 1e-2, "epsilon": 1e-7, "grad_squared": torch.zeros_like(w), **(config or {})}
    config["grad_squared"] = 0.9 * config["grad_squared"] + 0.1 * dw * dw
    return w - config["learning_rate"] * dw / (config["grad_squared"].sqrt() + config["epsilon"]), config


@misconception("adagrad", hint="you divide by the sum from before this step: is the new square added first?")
def adagrad_divides_too_early(w, dw, config=None):
    config = {"learning_rate": 1e-2, "epsilon": 1e-7, "grad_squared": torch.zeros_like(w), **(config or {})}
    next_w = w - config["learning_rate"] * dw / (config["grad_squared"].sqrt() + config["epsilon"])
    config["grad_squared"] = config["grad_squared"] + dw * dw
    return next_w, config


@misconception("adagrad", hint="all coordinates share one divisor: each has a sum of its own")
def adagrad_one_sum_for_all(w, dw, config=None):
    config = {"learning_rate": 1e-2, "epsilon": 1e-7, "grad_squared": torch.zeros_like(w), **(config or {})}
    config["grad_squared"] = config["grad_squared"] + (dw * dw).sum()
    return w - config["learning_rate"] * dw / (config["grad_squared"].sqrt() + config["epsilon"]), config


@misconception("rmsprop", hint="your squares only grow, as in AdaGrad: does the old average decay?")
def rmsprop_never_leaks(w, dw, config=None):
    config = {"learning_rate": 1e-2, "epsilon": 1e-7, "cache": torch.zeros_like(w), **(config or {})}
    config["cache"] = config["cache"] + dw * dw
    return w - config["learning_rate"] * dw / (config["cache"].sqrt() + config["epsilon"]), config


@misconception("rmsprop", hint="the two weights of the average are swapped: which of old and new gets the decay rate?")
def rmsprop_weights_swapped(w, dw, config=None):
    config = {
        "learning_rate": 1e-2,
        "decay_rate": 0.99,
        "epsilon": 1e-7,
        "cache": torch.zeros_like(w),
        **(config or {}),
    }
    beta = config["decay_rate"]
    config["cache"] = (1 - beta) * config["cache"] + beta * dw * dw
    return w - config["learning_rate"] * dw / (config["cache"].sqrt() + config["epsilon"]), config


@misconception("rmsprop", hint="the new square is added whole: with which weight does it enter?")
def rmsprop_new_square_whole(w, dw, config=None):
    config = {
        "learning_rate": 1e-2,
        "decay_rate": 0.99,
        "epsilon": 1e-7,
        "cache": torch.zeros_like(w),
        **(config or {}),
    }
    config["cache"] = config["decay_rate"] * config["cache"] + dw * dw
    return w - config["learning_rate"] * dw / (config["cache"].sqrt() + config["epsilon"]), config


@misconception("rmsprop", hint="epsilon stands inside the square root: it is added to the root")
def rmsprop_epsilon_inside(w, dw, config=None):
    config = {
        "learning_rate": 1e-2,
        "decay_rate": 0.99,
        "epsilon": 1e-7,
        "cache": torch.zeros_like(w),
        **(config or {}),
    }
    beta = config["decay_rate"]
    config["cache"] = beta * config["cache"] + (1 - beta) * dw * dw
    return w - config["learning_rate"] * dw / torch.sqrt(config["cache"] + config["epsilon"]), config


@misconception("rmsprop", hint="you divide by the average square itself: is its square root taken?")
def rmsprop_without_root(w, dw, config=None):
    config = {
        "learning_rate": 1e-2,
        "decay_rate": 0.99,
        "epsilon": 1e-7,
        "cache": torch.zeros_like(w),
        **(config or {}),
    }
    beta = config["decay_rate"]
    config["cache"] = beta * config["cache"] + (1 - beta) * dw * dw
    return w - config["learning_rate"] * dw / (config["cache"] + config["epsilon"]), config


@misconception("rmsprop", hint="each step starts with an empty average: is the cache put back into config?")
def rmsprop_cache_not_kept(w, dw, config=None):
    config = {"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-7, **(config or {})}
    cache = config.get("cache", torch.zeros_like(w))
    cache = config["decay_rate"] * cache + (1 - config["decay_rate"]) * dw * dw
    return w - config["learning_rate"] * dw / (cache.sqrt() + config["epsilon"]), config


@misconception("rmsprop", hint="your steps always use the default decay rate: is the one in config read?")
def rmsprop_hard_coded(w, dw, config=None):
    config = {"learning_rate": 1e-2, "epsilon": 1e-7, "cache": torch.zeros_like(w), **(config or {})}
    config["cache"] = 0.99 * config["cache"] + 0.01 * dw * dw
    return w - config["learning_rate"] * dw / (config["cache"].sqrt() + config["epsilon"]), config


@misconception("rmsprop", hint="your average is bias-corrected as in Adam: RMSProp does not do that")
def rmsprop_bias_corrected(w, dw, config=None):
    config = {
        "learning_rate": 1e-2,
        "decay_rate": 0.99,
        "epsilon": 1e-7,
        "cache": torch.zeros_like(w),
        **(config or {}),
    }
    beta, t = config["decay_rate"], config.get("t", 0) + 1
    config["cache"] = beta * config["cache"] + (1 - beta) * dw * dw
    config["t"] = t
    cache = config["cache"] / (1 - beta**t)
    return w - config["learning_rate"] * dw / (cache.sqrt() + config["epsilon"]), config
