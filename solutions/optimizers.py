# %% [markdown]
# # Project 1, part 3: optimizers
#
# You write eight first-order optimizers and, for extra credit, two steps that use curvature.

# %%
import os
import sys

if "google.colab" in sys.modules:
    from google.colab import drive

    drive.mount("/content/drive")
    # Where you put the project folder in your Drive; change it if yours is elsewhere.
    os.chdir("/content/drive/MyDrive/project1")
elif not os.path.isdir("project1"):
    os.chdir("..")
sys.path.insert(0, os.getcwd())

# %%
import torch
from torch import Tensor

import project1
from project1 import plots, props

# %% [markdown]
# ### 3.1 Stochastic gradient descent


# %%
def sgd(w: Tensor, dw: Tensor, config: dict | None = None) -> tuple[Tensor, dict]:
    """One step of stochastic gradient descent: against the gradient.

    Args:
        w: the parameters, any shape, floating point.
        dw: the gradient of the loss at w, shaped like w.
        config: `learning_rate` (default 1e-2); None means the default.

    Returns:
        The next parameters, shaped like w, and the config for the next step.
    """
    # BEGIN SOLUTION
    config = {"learning_rate": 1e-2, **(config or {})}
    alpha = config["learning_rate"]

    next_w = w - alpha * dw
    return next_w, config
    # END SOLUTION


# %%
project1.check(sgd)

# %% [markdown]
# ### 3.2 Momentum


# %%
def sgd_momentum(w: Tensor, dw: Tensor, config: dict | None = None) -> tuple[Tensor, dict]:
    """One step of gradient descent with momentum.

    Args:
        w: the parameters, any shape, floating point.
        dw: the gradient of the loss at w, shaped like w.
        config: `learning_rate` (default 1e-2), `momentum` (default 0.9), and the state `velocity`, shaped like w
            (zeros at first); None means a fresh start with the defaults.

    Returns:
        The next parameters, shaped like w, and the config for the next step, with the new state in it.
    """
    # BEGIN SOLUTION
    config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": torch.zeros_like(w), **(config or {})}
    alpha, rho, v = config["learning_rate"], config["momentum"], config["velocity"]

    v = rho * v - alpha * dw
    next_w = w + v

    config["velocity"] = v
    return next_w, config
    # END SOLUTION


# %%
project1.check(sgd_momentum)

# %% [markdown]
# ### 3.3 Nesterov momentum


# %%
def nesterov_momentum(w: Tensor, dw: Tensor, config: dict | None = None) -> tuple[Tensor, dict]:
    """One step of Nesterov momentum, in the form that needs the gradient at the current point only.

    Args:
        w: the parameters (of the changed variable: the look-ahead point), any shape, floating point.
        dw: the gradient of the loss at w, shaped like w.
        config: `learning_rate` (default 1e-2), `momentum` (default 0.9), and the state `velocity`, shaped like w
            (zeros at first); None means a fresh start with the defaults.

    Returns:
        The next parameters, shaped like w, and the config for the next step, with the new state in it.
    """
    # BEGIN SOLUTION
    config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": torch.zeros_like(w), **(config or {})}
    alpha, rho, v_old = config["learning_rate"], config["momentum"], config["velocity"]

    v = rho * v_old - alpha * dw
    next_w = w + v + rho * (v - v_old)

    config["velocity"] = v
    return next_w, config
    # END SOLUTION


# %%
project1.check(nesterov_momentum)

# %% [markdown]
# ### 3.4 AdaGrad


# %%
def adagrad(w: Tensor, dw: Tensor, config: dict | None = None) -> tuple[Tensor, dict]:
    """One step of AdaGrad: each coordinate's step is divided by the root of all its squared gradients so far.

    Args:
        w: the parameters, any shape, floating point.
        dw: the gradient of the loss at w, shaped like w.
        config: `learning_rate` (default 1e-2), `epsilon` (default 1e-7, added to the square root), and the state
            `grad_squared`, shaped like w (zeros at first); None means a fresh start with the defaults.

    Returns:
        The next parameters, shaped like w, and the config for the next step, with the new state in it.
    """
    # BEGIN SOLUTION
    config = {"learning_rate": 1e-2, "epsilon": 1e-7, "grad_squared": torch.zeros_like(w), **(config or {})}
    alpha, epsilon = config["learning_rate"], config["epsilon"]

    s = config["grad_squared"] + dw * dw
    next_w = w - alpha * dw / (torch.sqrt(s) + epsilon)

    config["grad_squared"] = s
    return next_w, config
    # END SOLUTION


# %%
project1.check(adagrad)

# %% [markdown]
# ### 3.5 Exponentially weighted averages


# %%
def exponential_moving_average(values: Tensor, beta: float, bias_correction: bool = False) -> Tensor:
    """The exponentially weighted average of a sequence, at each of its times, starting from V_0 = 0.

    Args:
        values: theta_1 ... theta_T, (T,), floating point.
        beta: how much of the average is kept at each time, 0 <= beta < 1.
        bias_correction: divide V_t by 1 - beta^t.

    Returns:
        V_1 ... V_T, (T,), in the dtype of values, which are left as they are.
    """
    # BEGIN SOLUTION
    averages = torch.zeros_like(values)
    V = torch.zeros_like(values[:1]).sum()
    for t, theta in enumerate(values, start=1):
        V = beta * V + (1 - beta) * theta
        averages[t - 1] = V / (1 - beta**t) if bias_correction else V
    return averages
    # END SOLUTION


# %%
project1.check(exponential_moving_average)

# %% [markdown]
# ### 3.6 RMSProp


# %%
def rmsprop(w: Tensor, dw: Tensor, config: dict | None = None) -> tuple[Tensor, dict]:
    """One step of RMSProp: AdaGrad with a leaky average of the squared gradients in place of their sum.

    Args:
        w: the parameters, any shape, floating point.
        dw: the gradient of the loss at w, shaped like w.
        config: `learning_rate` (default 1e-2), `decay_rate` (default 0.99), `epsilon` (default 1e-7, added to the
            square root), and the state `cache`, shaped like w (zeros at first); None means a fresh start with
            the defaults.

    Returns:
        The next parameters, shaped like w, and the config for the next step, with the new state in it.
    """
    # BEGIN SOLUTION
    config = {
        "learning_rate": 1e-2,
        "decay_rate": 0.99,
        "epsilon": 1e-7,
        "cache": torch.zeros_like(w),
        **(config or {}),
    }
    alpha, beta, epsilon = config["learning_rate"], config["decay_rate"], config["epsilon"]

    s = beta * config["cache"] + (1 - beta) * dw * dw
    next_w = w - alpha * dw / (torch.sqrt(s) + epsilon)

    config["cache"] = s
    return next_w, config
    # END SOLUTION


# %%
project1.check(rmsprop)

# %% [markdown]
# ### 3.7 Adam


# %%
def adam(w: Tensor, dw: Tensor, config: dict | None = None) -> tuple[Tensor, dict]:
    """One step of Adam with bias correction (Kingma and Ba, 2015).

    Args:
        w: the parameters, any shape, floating point.
        dw: the gradient of the loss at w, shaped like w.
        config: `learning_rate` (default 1e-3), `beta1` (default 0.9), `beta2` (default 0.999), `epsilon` (default
            1e-7, added to the square root of the corrected second moment), and the state: `m` and `v`, shaped
            like w (zeros at first), and `t`, the number of steps taken (0 at first, raised before it is used);
            None means a fresh start with the defaults.

    Returns:
        The next parameters, shaped like w, and the config for the next step, with the new state in it.
    """
    # BEGIN SOLUTION
    config = {
        "learning_rate": 1e-3,
        "beta1": 0.9,
        "beta2": 0.999,
        "epsilon": 1e-7,
        "m": torch.zeros_like(w),
        "v": torch.zeros_like(w),
        "t": 0,
        **(config or {}),
    }
    alpha, beta1, beta2, epsilon = (config[name] for name in ("learning_rate", "beta1", "beta2", "epsilon"))

    t = config["t"] + 1
    m = beta1 * config["m"] + (1 - beta1) * dw
    v = beta2 * config["v"] + (1 - beta2) * dw * dw
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    next_w = w - alpha * m_hat / (torch.sqrt(v_hat) + epsilon)

    config.update(m=m, v=v, t=t)
    return next_w, config
    # END SOLUTION


# %%
project1.check(adam)

# %% [markdown]
# ### 3.8 AdamW


# %%
def adamw(w: Tensor, dw: Tensor, config: dict | None = None) -> tuple[Tensor, dict]:
    """One step of AdamW: Adam with decoupled weight decay and a schedule (Loshchilov and Hutter, 2019).

    Args:
        w: the parameters, any shape, floating point.
        dw: the gradient of the loss at w, without any regularization, shaped like w.
        config: as for adam, plus `weight_decay` (lambda, default 1e-5) and `schedule_multiplier` (eta, default 1.0),
            which scales the whole step, decay included; None means a fresh start with the defaults.

    Returns:
        The next parameters, shaped like w, and the config for the next step, with the new state in it.
    """
    # BEGIN SOLUTION
    config = {
        "learning_rate": 1e-3,
        "beta1": 0.9,
        "beta2": 0.999,
        "epsilon": 1e-7,
        "weight_decay": 1e-5,
        "schedule_multiplier": 1.0,
        "m": torch.zeros_like(w),
        "v": torch.zeros_like(w),
        "t": 0,
        **(config or {}),
    }
    alpha, beta1, beta2, epsilon = (config[name] for name in ("learning_rate", "beta1", "beta2", "epsilon"))
    lambda_, eta = config["weight_decay"], config["schedule_multiplier"]

    t = config["t"] + 1
    m = beta1 * config["m"] + (1 - beta1) * dw
    v = beta2 * config["v"] + (1 - beta2) * dw * dw
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    next_w = w - eta * (alpha * m_hat / (torch.sqrt(v_hat) + epsilon) + lambda_ * w)

    config.update(m=m, v=v, t=t)
    return next_w, config
    # END SOLUTION


# %%
project1.check(adamw)

# %% [markdown]
# ### 3.9 Extra credit: Newton's step


# %%
def newton_step(w: Tensor, grad: Tensor, hessian: Tensor) -> Tensor:
    """One step of Newton's method: to the stationary point of the local quadratic model.

    Args:
        w: the current point, (n,), floating point.
        grad: the gradient at w, (n,).
        hessian: the matrix of second derivatives at w, (n, n), invertible.

    Returns:
        The next point, (n,). The arguments are left as they are.
    """
    # BEGIN SOLUTION
    return w - torch.linalg.solve(hessian, grad)
    # END SOLUTION


# %%
project1.check(newton_step)

# %% [markdown]
# ### 3.10 Extra credit: the L-BFGS direction


# %%
def lbfgs_direction(grad: Tensor, steps: list[Tensor], grad_changes: list[Tensor]) -> Tensor:
    """The direction -H grad of L-BFGS, by the two-loop recursion (Nocedal, 1980).

    Args:
        grad: the gradient at the current point, (n,), floating point.
        steps: s_k = w_{k+1} - w_k of the latest iterations, oldest first, each (n,); may be empty.
        grad_changes: y_k = grad_{k+1} - grad_k of the same iterations, each (n,), with s_k . y_k > 0.

    Returns:
        The direction to go, (n,); minus the gradient if there are no pairs. The arguments are left as they are.
    """
    # BEGIN SOLUTION
    q = grad
    a = []
    for s, y in zip(reversed(steps), reversed(grad_changes)):
        a.append((s @ q) / (s @ y))
        q = q - a[-1] * y

    if steps:
        s, y = steps[-1], grad_changes[-1]
        q = (s @ y) / (y @ y) * q

    for s, y, a_k in zip(steps, grad_changes, reversed(a)):
        b = (y @ q) / (s @ y)
        q = q + (a_k - b) * s
    return -q
    # END SOLUTION


# %%
project1.check(lbfgs_direction)
