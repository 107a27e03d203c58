"""Known wrong versions of the optimizers."""

import torch

from solutions.misconceptions import misconception


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


@misconception("newton_step", hint="your step goes the wrong way: is it subtracted from w?")
def newton_added(w, grad, hessian):
    return w + torch.linalg.solve(hessian, grad)


@misconception("newton_step", hint="you multiply by the Hessian: its inverse is asked for, by solving")
def newton_hessian_not_inverted(w, grad, hessian):
    return w - hessian @ grad


@misconception("newton_step", hint="only the diagonal of the Hessian is used: what of the mixed derivatives?")
def newton_diagonal_only(w, grad, hessian):
    return w - grad / hessian.diagonal()


@misconception("newton_step", hint="you return the step alone: the next point is asked for")
def newton_step_alone(w, grad, hessian):
    return -torch.linalg.solve(hessian, grad)


@misconception(
    "newton_step", hint="each entry of the Hessian is inverted by itself: that is not the inverse of a matrix"
)
def newton_entries_inverted(w, grad, hessian):
    return w - (1 / hessian) @ grad


@misconception("newton_step", hint="your step is shorter than Newton's: is there a learning rate in it?")
def newton_with_learning_rate(w, grad, hessian, learning_rate=1e-2):
    return w - learning_rate * torch.linalg.solve(hessian, grad)


@misconception(
    "newton_step", hint="the step is solved for from w: which vector stands on the right of the linear system?"
)
def newton_solves_for_w(w, grad, hessian):
    return w - torch.linalg.solve(hessian, w)


@misconception("lbfgs_direction", hint="your direction points uphill: is the result of the two loops negated?")
def lbfgs_sign_missing(grad, steps, grad_changes):
    q, a = grad, []
    for s, y in zip(reversed(steps), reversed(grad_changes), strict=True):
        a.append((s @ q) / (s @ y))
        q = q - a[-1] * y
    if steps:
        q = q * (steps[-1] @ grad_changes[-1]) / (grad_changes[-1] @ grad_changes[-1])
    for s, y, a_k in zip(steps, grad_changes, reversed(a), strict=True):
        q = q + (a_k - (y @ q) / (s @ y)) * s
    return q


@misconception(
    "lbfgs_direction",
    hint="the pairs are taken in the opposite order in both loops: which loop begins with the newest pair?",
)
def lbfgs_loops_reversed(grad, steps, grad_changes):
    q, a = grad, []
    for s, y in zip(steps, grad_changes, strict=True):
        a.append((s @ q) / (s @ y))
        q = q - a[-1] * y
    if steps:
        q = q * (steps[-1] @ grad_changes[-1]) / (grad_changes[-1] @ grad_changes[-1])
    for s, y, a_k in zip(reversed(steps), reversed(grad_changes), reversed(a), strict=True):
        q = q + (a_k - (y @ q) / (s @ y)) * s
    return -q


@misconception(
    "lbfgs_direction", hint="both your loops begin with the newest pair: in which order does the second one go?"
)
def lbfgs_second_loop_not_turned_round(grad, steps, grad_changes):
    q, a = grad, []
    for s, y in zip(reversed(steps), reversed(grad_changes), strict=True):
        a.append((s @ q) / (s @ y))
        q = q - a[-1] * y
    if steps:
        q = q * (steps[-1] @ grad_changes[-1]) / (grad_changes[-1] @ grad_changes[-1])
    for s, y, a_k in zip(reversed(steps), reversed(grad_changes), a, strict=True):
        q = q + (a_k - (y @ q) / (s @ y)) * s
    return -q


@misconception(
    "lbfgs_direction",
    hint="the scale between the loops is that of the oldest pair: which pair knows the present curvature?",
)
def lbfgs_scale_of_the_oldest(grad, steps, grad_changes):
    q, a = grad, []
    for s, y in zip(reversed(steps), reversed(grad_changes), strict=True):
        a.append((s @ q) / (s @ y))
        q = q - a[-1] * y
    if steps:
        q = q * (steps[0] @ grad_changes[0]) / (grad_changes[0] @ grad_changes[0])
    for s, y, a_k in zip(steps, grad_changes, reversed(a), strict=True):
        q = q + (a_k - (y @ q) / (s @ y)) * s
    return -q


@misconception(
    "lbfgs_direction", hint="there is no scale between the two loops: with which gamma does the estimate begin?"
)
def lbfgs_without_scale(grad, steps, grad_changes):
    q, a = grad, []
    for s, y in zip(reversed(steps), reversed(grad_changes), strict=True):
        a.append((s @ q) / (s @ y))
        q = q - a[-1] * y
    for s, y, a_k in zip(steps, grad_changes, reversed(a), strict=True):
        q = q + (a_k - (y @ q) / (s @ y)) * s
    return -q


@misconception(
    "lbfgs_direction", hint="the scale between the loops is upside down: it estimates the inverse of the curvature"
)
def lbfgs_scale_inverted(grad, steps, grad_changes):
    q, a = grad, []
    for s, y in zip(reversed(steps), reversed(grad_changes), strict=True):
        a.append((s @ q) / (s @ y))
        q = q - a[-1] * y
    if steps:
        q = q * (grad_changes[-1] @ grad_changes[-1]) / (steps[-1] @ grad_changes[-1])
    for s, y, a_k in zip(steps, grad_changes, reversed(a), strict=True):
        q = q + (a_k - (y @ q) / (s @ y)) * s
    return -q


@misconception(
    "lbfgs_direction", hint="the correction of the second loop has the wrong sign: which of a and b is subtracted?"
)
def lbfgs_second_difference_reversed(grad, steps, grad_changes):
    q, a = grad, []
    for s, y in zip(reversed(steps), reversed(grad_changes), strict=True):
        a.append((s @ q) / (s @ y))
        q = q - a[-1] * y
    if steps:
        q = q * (steps[-1] @ grad_changes[-1]) / (grad_changes[-1] @ grad_changes[-1])
    for s, y, a_k in zip(steps, grad_changes, reversed(a), strict=True):
        q = q + ((y @ q) / (s @ y) - a_k) * s
    return -q


@misconception(
    "lbfgs_direction", hint="the second loop seems to start without the a of the first: are they kept and used?"
)
def lbfgs_a_not_used(grad, steps, grad_changes):
    q, a = grad, []
    for s, y in zip(reversed(steps), reversed(grad_changes), strict=True):
        a.append((s @ q) / (s @ y))
        q = q - a[-1] * y
    if steps:
        q = q * (steps[-1] @ grad_changes[-1]) / (grad_changes[-1] @ grad_changes[-1])
    for s, y in zip(steps, grad_changes, strict=True):
        q = q - (y @ q) / (s @ y) * s
    return -q


@misconception(
    "lbfgs_direction", hint="in the second loop each pair gets the a of another: in which order were they stored?"
)
def lbfgs_a_in_the_wrong_order(grad, steps, grad_changes):
    q, a = grad, []
    for s, y in zip(reversed(steps), reversed(grad_changes), strict=True):
        a.append((s @ q) / (s @ y))
        q = q - a[-1] * y
    if steps:
        q = q * (steps[-1] @ grad_changes[-1]) / (grad_changes[-1] @ grad_changes[-1])
    for s, y, a_k in zip(steps, grad_changes, a, strict=True):
        q = q + (a_k - (y @ q) / (s @ y)) * s
    return -q


@misconception("lbfgs_direction", hint="only the newest pair is used: do the loops go over all of them?")
def lbfgs_newest_pair_only(grad, steps, grad_changes):
    steps, grad_changes = steps[-1:], grad_changes[-1:]
    q, a = grad, []
    for s, y in zip(reversed(steps), reversed(grad_changes), strict=True):
        a.append((s @ q) / (s @ y))
        q = q - a[-1] * y
    if steps:
        q = q * (steps[-1] @ grad_changes[-1]) / (grad_changes[-1] @ grad_changes[-1])
    for s, y, a_k in zip(steps, grad_changes, reversed(a), strict=True):
        q = q + (a_k - (y @ q) / (s @ y)) * s
    return -q
