# %% [markdown]
# # Project 1, part 3: optimizers
#
# A loss says how bad the weights are, its gradient says which way is down. This notebook is about the walk: how far to
# go, what to remember of the way already gone, and when to trust a gradient that is only an estimate.
#
# **What you build**, and what it is worth ({points} points together, and {extra} more for extra credit):
#
# {tasks}
#
# **What you run.** Every cell, from the top. After each task comes a cell `project1.check(...)`, which asks your
# function a few small questions, and then a picture of what your function does. Gradescope asks more and harder
# questions, so passing here is needed but not enough. Where a number is announced ("Expected: ..."), compare it with
# yours before going on. A whole run takes less than a minute, without a GPU. The report that you get names each check
# by the number of its task here.
#
# **What you hand in.** The zip that the last cell makes. It holds this notebook and the other parts, finished or not.
#
# **Rules.** Write only between the two lines that mark where your code goes; add and delete no cells; keep the outputs;
# before you hand in, restart and run all cells. Where a task is still open that run stops, and you run the last cell by
# itself. A function may call any function you wrote earlier. `torch.optim` may not be used in the functions you write.

# %%
# {set-up}

# %%
import torch
from torch import Tensor

import project1
from project1 import plots, props

# %% [markdown]
# ## From the whole batch to a minibatch
#
# The loss of a model with weights $w$ is a mean over the $N$ training examples, plus a regularization term $R(w)$, its
# strength included:
#
# $$L(w) = \frac{1}{N} \sum_{i=1}^{N} L_i(w) + R(w), \qquad
# \nabla L(w) = \frac{1}{N} \sum_{i=1}^{N} \nabla L_i(w) + \nabla R(w).$$
#
# *Batch* gradient descent computes that sum over all $N$ examples for a single step. For $N$ in the millions this is a
# high price for one step in a direction that will soon be out of date.
#
# But a mean over the training set is an expectation: if the example $i$ is drawn at random, then $\nabla L(w) =
# \mathbb{E}_i[\nabla L_i(w)] + \nabla R(w)$. An expectation can be estimated from a sample, here a *minibatch*
# of $B$ examples:
#
# $$\nabla L(w) \approx \frac{1}{B} \sum_{i \in \text{minibatch}} \nabla L_i(w) + \nabla R(w).$$
#
# The estimate is right on average, and its spread falls like $1/\sqrt{B}$: a hundred times the work makes it ten times
# as sharp. That is why small batches pay. Usual sizes are 32, 64, 128 or 256; the size is mostly set by the memory of
# the machine and seldom tuned.
#
# Below is a linear regression with two weights. Every dot is the gradient that one minibatch would give at $w = 0$.
# Expected: each batch is eight times as large as the one before, and off by about $\sqrt 8 = 2.8$ times less.

# %%
generator = torch.Generator().manual_seed(0)
x = torch.randn(4000, 2, generator=generator, dtype=torch.float64)
y = x @ torch.tensor([1.0, -2.0], dtype=torch.float64) + torch.randn(4000, generator=generator, dtype=torch.float64)

w = torch.zeros(2, dtype=torch.float64)
gradients = 2 * (x @ w - y)[:, None] * x  # of (x_i . w - y_i)^2, one row for each example
minibatches = {
    size: torch.stack([gradients[torch.randperm(4000, generator=generator)[:size]].mean(0) for _ in range(200)])
    for size in (4, 32, 256)
}
for size, means in minibatches.items():
    print(f"batch size {size:3d}: the minibatch gradient is off by {(means - gradients.mean(0)).std():.2f} (std)")

plots.optimizers.batch_gradients(gradients.mean(0), minibatches)

# %% [markdown]
# ## One signature for all optimizers
#
# Every optimizer of this notebook is a function of the same form:
#
#     next_w, config = optimizer(w, dw, config)
#
# - `w` holds the parameters, `dw` the gradient of the loss there, a tensor of the same shape.
# - `config` is a dict with the hyperparameters (`learning_rate`, ...) and whatever the optimizer must remember until
#   the next step, its *state*. `None`, or a dict without some of its keys, stands for the defaults and a fresh start.
# - `next_w` holds the parameters after the step. You may compute it in place or make a new tensor.
# - The `config` that you return is given to the next call as it came. Keep state there, and only there: two models
#   that are trained at once must not disturb each other.
#
# Everything acts on each coordinate by itself, so the shape of `w` never matters.
#
# `landscapes` has four small problems to walk on, chosen to be difficult in different ways. The function below is the
# loop that turns an optimizer into a path. Compare it with the training loop of the linear classifier: it is the same.

# %%
from project1 import landscapes

torch.set_num_threads(1)  # the tensors here are small: several threads would mostly wait for each other


def descend(optimizer, landscape, config, num_steps=100, schedule=None, seed=0):
    """The points that an optimizer visits on a landscape, start included: (num_steps + 1, 2)."""
    generator = torch.Generator().manual_seed(seed)
    w, config = landscape.start.clone(), dict(config)
    path = [w.clone()]
    for t in range(num_steps):
        if schedule is not None:
            config["schedule_multiplier"] = schedule(t)
        w, config = optimizer(w, landscape.gradient(w, generator), config)
        path.append(w.clone())
    return torch.stack(path)


# %% [markdown]
# ### 3.1 Stochastic gradient descent
#
# *About 5 minutes.*
#
# The simplest optimizer steps against the gradient, by a fixed multiple of its length, the *learning rate* $\alpha$:
#
# $$w_{t+1} = w_t - \alpha \, \nabla L(w_t).$$
#
# It is *stochastic* when the gradient comes from a minibatch; the formula is the same.
#
# Write `sgd`.
#
# <details>
# <summary>Hint: a question</summary>
#
# Must the weights that were handed in still be what they were afterwards? Does this rule need to remember anything from
# one call to the next?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# Each coordinate by itself: $w_k \leftarrow w_k - \alpha \, g_k$.
#
# </details>


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

    # In place, as everywhere below: with millions of parameters, making new tensors would take most of the time.
    next_w = w.sub_(dw, alpha=alpha)  # w - alpha dw
    return next_w, config
    # END SOLUTION


# %%
project1.check(sgd)

# %% [markdown]
# The learning rate decides everything. On a bowl with curvature $c$, where the gradient is $c\,w$, one step multiplies
# $w$ by $1 - \alpha c$. So the walk converges only if $\alpha < 2/c$, for the *largest* curvature there is. Our bowl
# has the curvatures 1 and 30: beyond $\alpha = 2/30 = 0.0667$ it diverges.
#
# Expected: after 50 steps the heights are 1.06, 0.0474 and 32.9, from a start at 20.15.

# %%
bowl = landscapes.bowl()
rates = {f"learning rate {rate}": descend(sgd, bowl, {"learning_rate": rate}, 50) for rate in (0.02, 0.05, 0.067)}
for name, path in rates.items():
    print(f"{name}: height {bowl.value(path[-1]):.3g} after 50 steps")

plots.optimizers.descent(bowl, rates)

# %% [markdown]
# ## Three problems with SGD
#
# **Ill-conditioning.** Where the loss changes fast in one direction and slowly in another, the steep direction limits
# the learning rate and the shallow one pays for it: the path zigzags across and crawls along. The *condition number*,
# the largest over the smallest singular value of the Hessian, says how bad it is: 30 for our bowl, and often many
# thousands for a network.
#
# **Local minima and saddle points.** Where the gradient is zero, SGD stops, whether that is the bottom or not. With a
# million parameters, a point that is a minimum in *every* direction is rare. Points that go up in some directions and
# down in others, *saddle points*, are the usual case. Around them the gradient is almost zero, and so is progress.
#
# **Noise.** A minibatch gradient is an estimate. Near the minimum, where the true gradient vanishes, the noise does
# not: the walk wanders about the bottom in a cloud whose size grows with the learning rate.

# %%
four = landscapes.all_four()
plots.optimizers.race(four, [{"sgd": descend(sgd, landscape, {"learning_rate": 0.06})} for landscape in four])

# %% [markdown]
# ### 3.2 Momentum
#
# *About 10 minutes.*
#
# A ball that rolls down a hill does not stop where the ground is level for a moment. Give the walk a *velocity* $v$, a
# running sum of gradients in which the old ones fade by a factor $\rho$ (the *momentum*, usually 0.9 or 0.99):
#
# $$v_{t+1} = \rho \, v_t - \alpha \, \nabla L(w_t), \qquad w_{t+1} = w_t + v_{t+1}, \qquad v_0 = 0.$$
#
# Across a narrow valley the gradients change sign and cancel; along it they agree and add up. Under a gradient that
# stays the same the step grows to $\alpha / (1 - \rho)$ times the gradient, ten times SGD's for $\rho = 0.9$. The
# velocity carries the walk over small bumps and through saddle points, and it averages over noise.
#
# Many texts and PyTorch write it another way:
#
# $$v_{t+1} = \rho \, v_t + \nabla L(w_t), \qquad w_{t+1} = w_t - \alpha \, v_{t+1}.$$
#
# The second velocity is the first one divided by $-\alpha$, and $w$ takes exactly the same way. This holds as long as
# $\alpha$ and $\rho$ stay as they are. Once the learning rate changes, the forms part: in the first one, an old
# gradient keeps the rate of its own time; in the second, today's rate applies to all of them. Take a gradient that is
# always 1, $\rho = 0.9$, and a rate that drops after two steps:
#
# | step | $\alpha$ | first form: $v$ | $w$ | second form: $v$ | $w$ |
# |---|---|---|---|---|---|
# | 1 | 0.1 | -0.1 | -0.1 | 1 | -0.1 |
# | 2 | 0.1 | -0.19 | -0.29 | 1.9 | -0.29 |
# | 3 | 0.01 | -0.181 | **-0.471** | 2.71 | **-0.3171** |
#
# Write `sgd_momentum`, in whichever form you like. The velocity lives in `config["velocity"]`.
#
# <details>
# <summary>Hint: a question</summary>
#
# What is the velocity at the very first call, when the config does not have one yet? Does the step use the velocity
# before or after the gradient was added?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# First step: $v_1 = -\alpha g_0$; second: $v_2 = -\rho \alpha g_0 - \alpha g_1$. The step is the new velocity:
# $w_{t+1} = w_t + v_{t+1}$.
#
# </details>


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
    config = {"learning_rate": 1e-2, "momentum": 0.9, **(config or {})}
    if "velocity" not in config:
        config["velocity"] = torch.zeros_like(w)
    alpha, rho, v = config["learning_rate"], config["momentum"], config["velocity"]

    v.mul_(rho).sub_(dw, alpha=alpha)  # v = rho v - alpha dw
    next_w = w.add_(v)  # w + v
    return next_w, config
    # END SOLUTION


# %%
project1.check(sgd_momentum)

# %% [markdown]
# Both have the same learning rate. On the bowl momentum gains along the shallow direction; it rings, as a heavy ball
# does. On the saddle, SGD is still near the saddle point after 100 steps while momentum is through. In the bumpy
# valley, SGD stops in a hollow far from the bottom, and momentum rolls out of it.
#
# Expected after 100 steps of momentum: heights above the lowest point of about 5e-05 (bowl; the ringing makes it
# jump), 0.0008 (saddle) and 6e-05 (bumpy valley).

# %%
sgd_and_momentum = [
    {
        "sgd": descend(sgd, landscape, {"learning_rate": 0.03}),
        "momentum": descend(sgd_momentum, landscape, {"learning_rate": 0.03, "momentum": 0.9}),
    }
    for landscape in four
]
for landscape, paths in zip(four, sgd_and_momentum, strict=True):
    above = {name: landscape.value(path[-1]) - landscape.value(landscape.goal) for name, path in paths.items()}
    print(f"{landscape.name:20s}", ", ".join(f"{name} {height:.2g}" for name, height in above.items()))

plots.optimizers.race(four, sgd_and_momentum)

# %% [markdown]
# Look at the last row too. Where the gradient is noisy and the learning rate is the same, momentum takes steps ten
# times as large, and the cloud it ends in is larger. The fair comparison divides the rate by ten.
#
# Both numbers under your own hand: the pictures show SGD, the same rate with momentum, and the same step length with
# momentum, a tenth of the rate. Where your notebook has sliders (in Colab, and wherever ipywidgets is installed), look
# for the pair that comes lowest in 50 steps. From which rate on does the walk fly away, and does momentum move that
# border?

# %%
plots.optimizers.try_rates(
    bowl, lambda rate, momentum: descend(sgd_momentum, bowl, {"learning_rate": rate, "momentum": momentum}, 50)
)

# %% [markdown]
# ### 3.3 Nesterov momentum
#
# *About 15 minutes.*
#
# Momentum knows where it is about to go: to $x_t + \rho v_t$, before the gradient has its say. Nesterov's idea is to
# ask for the gradient *there*, so that a step that would go too far is corrected now and not one step later:
#
# $$v_{t+1} = \rho \, v_t - \alpha \, \nabla L(x_t + \rho \, v_t), \qquad x_{t+1} = x_t + v_{t+1}.$$
#
# That is awkward, since a training loop has the loss and its gradient at one point, the current one. So change the
# variable: let $w_t = x_t + \rho v_t$ be the look-ahead point itself, and write the rule for it:
#
# $$v_{t+1} = \rho \, v_t - \alpha \, \nabla L(w_t), \qquad
# w_{t+1} = w_t + v_{t+1} + \rho \, (v_{t+1} - v_t).$$
#
# The gradient is asked for at the current point only, and the two forms describe the same walk. On $L(x) = x^2/2$ with
# $\alpha = 0.1$, $\rho = 0.9$ and a start at 1:
#
# | step | first form: gradient at | $v$ | $x$ | $x + \rho v$ | second form: gradient at | $v$ | $w$ |
# |---|---|---|---|---|---|---|---|
# | 1 | 1 | -0.1 | 0.9 | 0.81 | 1 | -0.1 | 0.81 |
# | 2 | 0.81 | -0.171 | 0.729 | 0.5751 | 0.81 | -0.171 | 0.5751 |
# | 3 | 0.5751 | -0.21141 | 0.51759 | 0.327321 | 0.5751 | -0.21141 | 0.327321 |
#
# As the velocity dies away, $w$ and $x$ become the same point, so it does not matter that we follow the changed one.
#
# Write `nesterov_momentum` in the second form.
#
# <details>
# <summary>Hint: a question</summary>
#
# The rule contains both the old velocity and the new one. Which of the two must be kept until the step is made?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# Gathered: $w_{t+1} = w_t - \rho \, v_t + (1 + \rho) \, v_{t+1}$. At the first step, $v_0 = 0$, so
# $w_1 = w_0 - (1 + \rho) \, \alpha g_0$.
#
# </details>


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
    config = {"learning_rate": 1e-2, "momentum": 0.9, **(config or {})}
    if "velocity" not in config:
        config["velocity"] = torch.zeros_like(w)
    alpha, rho, v = config["learning_rate"], config["momentum"], config["velocity"]

    # w + v + rho (v - v_old), sorted: - rho v_old while v is still the old one, + (1 + rho) v when it is new.
    w.sub_(v, alpha=rho)
    v.mul_(rho).sub_(dw, alpha=alpha)  # v = rho v_old - alpha dw
    next_w = w.add_(v, alpha=1 + rho)
    return next_w, config
    # END SOLUTION


# %%
project1.check(nesterov_momentum)

# %% [markdown]
# Both walkers get the same hyperparameters. Nesterov's path overshoots less and rings hardly at all.
#
# Expected after 100 steps: a height of about 5e-06 for Nesterov, and about 5e-05 for momentum.

# %%
ahead = {
    "momentum": descend(sgd_momentum, bowl, {"learning_rate": 0.03, "momentum": 0.9}),
    "nesterov": descend(nesterov_momentum, bowl, {"learning_rate": 0.03, "momentum": 0.9}),
}
for name, path in ahead.items():
    print(f"{name}: height {bowl.value(path[-1]):.1e} after 100 steps")

plots.optimizers.descent(bowl, ahead)

# %% [markdown]
# ### 3.4 AdaGrad
#
# *About 10 minutes.*
#
# Momentum still has one learning rate for all coordinates. AdaGrad (Duchi, Hazan and Singer, 2011) gives each
# coordinate its own: it adds up the *squares* of all its gradients so far and divides by the root of the sum,
#
# $$s_{t+1} = s_t + \nabla L(w_t)^2, \qquad
# w_{t+1} = w_t - \alpha \, \frac{\nabla L(w_t)}{\sqrt{s_{t+1}} + \epsilon}, \qquad s_0 = 0,$$
#
# with squares, roots and quotients taken for each coordinate. The small $\epsilon$ only keeps the quotient finite
# where all gradients have been zero. In a steep direction the step is cut down, in a shallow one it is stretched:
# multiply a coordinate of the gradient by a thousand, and AdaGrad's path stays what it was.
#
# Write `adagrad`. The sum lives in `config["grad_squared"]`.
#
# <details>
# <summary>Hint: a question</summary>
#
# Is the newest gradient part of the sum by which it is divided? Is $\epsilon$ inside the root or beside it?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# Each coordinate $k$ by itself: after $t$ calls its divisor is $\sqrt{\sum_{i=1}^{t} g_{i,k}^2} + \epsilon$. For a
# first gradient far larger than $\epsilon$ the step is $-\alpha \, \text{sign}(g)$.
#
# </details>


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
    config = {"learning_rate": 1e-2, "epsilon": 1e-7, **(config or {})}
    if "grad_squared" not in config:
        config["grad_squared"] = torch.zeros_like(w)
    alpha, epsilon, s = config["learning_rate"], config["epsilon"], config["grad_squared"]

    s.addcmul_(dw, dw)  # s = s + dw dw
    next_w = w.addcdiv_(dw, torch.sqrt(s).add_(epsilon), value=-alpha)  # w - alpha dw / (sqrt(s) + epsilon)
    return next_w, config
    # END SOLUTION


# %%
project1.check(adagrad)

# %% [markdown]
# On the bowl AdaGrad heads straight for the middle, as if the bowl were round, but later SGD overtakes it: the sum
# only grows. Under a gradient that is always 1, step $t$ has the length $\alpha / \sqrt{t}$: a tenth after 100 steps,
# a hundredth after 10,000. That is welcome on a convex problem and may stop the walk early on a long one.
#
# Expected: the lengths of steps 1, 4, 100 and 400 are 1, 0.5, 0.1 and 0.05 times the learning rate.


# %%
def step_lengths(optimizer, gradients, config):
    """How far each step goes, in units of the learning rate, when the gradients are those, whatever w is."""
    w, config, lengths = torch.zeros(1, dtype=torch.float64), dict(config), []
    for gradient in gradients:
        before = w.clone()
        w, config = optimizer(w, gradient.reshape(1), config)
        lengths.append((w - before).abs() / config["learning_rate"])
    return torch.cat(lengths)


ones = torch.ones(400, dtype=torch.float64)
vanishing = step_lengths(adagrad, ones, {"learning_rate": 0.01})
print([round(vanishing[t - 1].item(), 4) for t in (1, 4, 100, 400)])

plots.optimizers.descent(
    bowl,
    {
        "sgd": descend(sgd, bowl, {"learning_rate": 0.06}),
        "adagrad": descend(adagrad, bowl, {"learning_rate": 0.4}),
    },
)

# %%
plots.optimizers.curves(
    {"adagrad": vanishing}, ylabel="step / learning rate", title="under a gradient that is always 1", log=True
)

# %% [markdown]
# ### 3.5 Exponentially weighted averages
#
# *About 15 minutes.*
#
# AdaGrad needs a way to forget. Consider something simpler first: the temperature of each day, $\theta_1, \theta_2,
# \dots$, and an average that follows it. Start from $V_0 = 0$, and let each day keep a share $\beta$ of the average
# and mix in $1 - \beta$ of the new value:
#
# $$V_t = \beta \, V_{t-1} + (1 - \beta) \, \theta_t =
# (1 - \beta) \left( \theta_t + \beta \theta_{t-1} + \beta^2 \theta_{t-2} + \dots + \beta^{t-1} \theta_1 \right).$$
#
# The weights fade by a factor $\beta$ a day; after $1/(1 - \beta)$ days they are down to about a third ($1/e$). So the
# average reaches over roughly $1/(1 - \beta)$ days: 10 for $\beta = 0.9$, 20 for $\beta = 0.95$, 50 for $\beta =
# 0.98$. (Sometimes 50 days are put beside $\beta = 0.95$. It is 20.)
#
# **The cold start.** Three days have 40, 49 and 45 degrees Fahrenheit, and $\beta = 0.98$:
#
# $$V_1 = 0.02 \cdot 40 = 0.8, \qquad
# V_2 = 0.98 \cdot 0.8 + 0.02 \cdot 49 = 0.0196 \, \theta_1 + 0.02 \, \theta_2 = 1.764.$$
#
# Nobody had 1.764 degrees. The weights of day 2 sum to 0.0396, not to 1, because $V_0 = 0$ still has the rest. In
# general they sum to $1 - \beta^t$, so divide by that:
#
# $$\hat V_t = \frac{V_t}{1 - \beta^t}, \qquad
# \hat V_2 = \frac{0.0196 \, \theta_1 + 0.02 \, \theta_2}{0.0396} = 44.55.$$
#
# This is *bias correction*. It matters in the first $1/(1-\beta)$ days or so; later $\beta^t$ is next to nothing. Note
# that the correction is for reading only: $V_{t}$ is always computed from the uncorrected $V_{t-1}$.
#
# Write `exponential_moving_average`. Expected for the three days: 0.8, 1.764, 2.6287, and corrected 40, 44.5455,
# 44.7000.
#
# <details>
# <summary>Hint: a question</summary>
#
# If the averages are corrected, which number is carried to the next day: the corrected or the uncorrected one? What is
# $t$ on the first day?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# $V_t = \beta V_{t-1} + (1 - \beta) \theta_t$ for $t = 1, 2, \dots$ with $V_0 = 0$; what is returned is $V_t$, or
# $V_t / (1 - \beta^t)$ for each $t$.
#
# </details>


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
# A year of made-up weather. On the left, where the bias is: the uncorrected averages begin near 0, and the one with the
# longest memory needs months to recover. On the right, the whole year: a larger $\beta$ gives a smoother line that lags
# behind, corrected or not.

# %%
day = torch.arange(1, 366, dtype=torch.float64)
weather = 55 - 22 * torch.cos(2 * torch.pi * day / 365)
weather += 6 * torch.randn(365, generator=torch.Generator().manual_seed(1), dtype=torch.float64)

plots.optimizers.averages(
    weather,
    {
        "beta 0.5": exponential_moving_average(weather, 0.5),
        "beta 0.9": exponential_moving_average(weather, 0.9),
        "beta 0.98": exponential_moving_average(weather, 0.98),
        "beta 0.98, corrected": exponential_moving_average(weather, 0.98, bias_correction=True),
    },
    ylabel="degrees Fahrenheit",
)

# %% [markdown]
# ### 3.6 RMSProp
#
# *About 10 minutes.*
#
# RMSProp (Hinton, in a lecture of 2012) is AdaGrad with the sum replaced by an exponentially weighted average, a
# *leaky* sum. Its $\beta$ is called the decay rate:
#
# $$s_{t+1} = \beta \, s_t + (1 - \beta) \, \nabla L(w_t)^2, \qquad
# w_{t+1} = w_t - \alpha \, \frac{\nabla L(w_t)}{\sqrt{s_{t+1}} + \epsilon}, \qquad s_0 = 0.$$
#
# Now the divisor follows the *recent* size of the gradients, and the steps do not vanish.
#
# Write `rmsprop`. The average lives in `config["cache"]`, its decay rate is `config["decay_rate"]`.
#
# <details>
# <summary>Hint: a question</summary>
#
# Where does this differ from your `adagrad`? It is one line.
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# From $s + g^2$ to $\beta s + (1 - \beta) g^2$. At the first step $s_1 = (1 - \beta) g^2$, so the step is about
# $-\alpha \, \text{sign}(g) / \sqrt{1 - \beta}$.
#
# </details>


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
    config = {"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-7, **(config or {})}
    if "cache" not in config:
        config["cache"] = torch.zeros_like(w)
    alpha, beta, epsilon, s = (config[name] for name in ("learning_rate", "decay_rate", "epsilon", "cache"))

    s.mul_(beta).addcmul_(dw, dw, value=1 - beta)  # s = beta s + (1 - beta) dw dw
    next_w = w.addcdiv_(dw, torch.sqrt(s).add_(epsilon), value=-alpha)  # w - alpha dw / (sqrt(s) + epsilon)
    return next_w, config
    # END SOLUTION


# %%
project1.check(rmsprop)

# %% [markdown]
# A gradient that is 1 for 400 steps and then drops to a tenth, as when a walk leaves a steep slope for a plain.
# AdaGrad never recovers from the steep part; RMSProp is on its way back to full steps.
#
# The picture also shows a cold start: $s_0 = 0$ has no bias correction here, so the first steps are $1/\sqrt{1 -
# \beta} = 10$ times too long. Expected at steps 1, 400, 401 and 800: 1, 0.05, 0.005 and 0.005 for AdaGrad; 10, 1.009,
# 0.101 and 0.604 for RMSProp.

# %%
plain = torch.cat([ones, 0.1 * ones])
lengths = {
    "adagrad": step_lengths(adagrad, plain, {"learning_rate": 0.01}),
    "rmsprop": step_lengths(rmsprop, plain, {"learning_rate": 0.01}),
}
for name, of in lengths.items():
    print(name, [round(of[t - 1].item(), 3) for t in (1, 400, 401, 800)])

plots.optimizers.curves(lengths, ylabel="step / learning rate", title="the gradient falls to a tenth", log=True)

# %% [markdown]
# ### 3.7 Adam
#
# *About 25 minutes.*
#
# Momentum averages the gradients, RMSProp averages their squares. Adam (Kingma and Ba, 2015) does both, a *first* and
# a *second moment*:
#
# $$m_t = \beta_1 \, m_{t-1} + (1 - \beta_1) \, g_t, \qquad
# v_t = \beta_2 \, v_{t-1} + (1 - \beta_2) \, g_t^2, \qquad g_t = \nabla L(w_{t-1}).$$
#
# **Almost Adam**, without bias correction, would step by $\alpha \, m_t / (\sqrt{v_t} + \epsilon)$. Both moments start
# at zero, but they do not leave it at the same pace. At $t = 1$, with $\beta_1 = 0.9$ and $\beta_2 = 0.999$,
#
# $$\frac{m_1}{\sqrt{v_1}} = \frac{0.1 \, g_1}{\sqrt{0.001 \, g_1^2}} = 3.16 \, \text{sign}(g_1):$$
#
# the very first step, taken where nothing is known yet, is 3.16 times as long as it should be, and the next ones are
# longer still. **Adam** corrects both moments as in 3.5:
#
# $$\hat m_t = \frac{m_t}{1 - \beta_1^t}, \qquad \hat v_t = \frac{v_t}{1 - \beta_2^t}, \qquad
# w_t = w_{t-1} - \alpha \, \frac{\hat m_t}{\sqrt{\hat v_t} + \epsilon}.$$
#
# The first step then has the length $\alpha$ in every coordinate. The steps are counted from 1: `config["t"]` is 0
# before the first call and is raised before it is used. The state keeps the *uncorrected* moments, in `config["m"]`
# and `config["v"]`. Good first values: $\beta_1 = 0.9$, $\beta_2 = 0.999$ and a learning rate of 1e-3, 5e-4 or 1e-4.
#
# Write `adam`.
#
# <details>
# <summary>Hint: a question</summary>
#
# What is $t$ in the first call, after it was raised? What would $1 - \beta^0$ do? Are the moments that are kept the
# corrected ones?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# At $t = 1$ the correction gives $\hat m_1 = g_1$ and $\hat v_1 = g_1^2$, so that the first step is
# $-\alpha \, g_1 / (|g_1| + \epsilon)$, for every $\beta_1$ and $\beta_2$.
#
# </details>


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
    config = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, **(config or {})}
    if "t" not in config:
        config.update(m=torch.zeros_like(w), v=torch.zeros_like(w), t=0)
    alpha, beta1, beta2 = (config[name] for name in ("learning_rate", "beta1", "beta2"))
    epsilon, m, v = (config[name] for name in ("epsilon", "m", "v"))

    config["t"] = t = config["t"] + 1
    m.mul_(beta1).add_(dw, alpha=1 - beta1)  # m = beta1 m + (1 - beta1) dw
    v.mul_(beta2).addcmul_(dw, dw, value=1 - beta2)  # v = beta2 v + (1 - beta2) dw dw
    v_hat = v / (1 - beta2**t)
    # w - alpha m_hat / (sqrt(v_hat) + epsilon), where m_hat = m / (1 - beta1^t)
    next_w = w.addcdiv_(m, v_hat.sqrt_().add_(epsilon), value=-alpha / (1 - beta1**t))
    return next_w, config
    # END SOLUTION


# %%
project1.check(adam)

# %% [markdown]
# The picture compares the steps of your Adam with those that it would take without bias correction, under a gradient
# that is always 1: there the ratio is $(1 - \beta_1^t) / \sqrt{1 - \beta_2^t}$.
#
# Expected: every step of Adam is as long as the learning rate. Uncorrected, the first is 3.16 times as long, and the
# worst is step 12, with 6.57 times.

# %%
counts = torch.arange(1, 401, dtype=torch.float64)
uncorrected = (1 - 0.9**counts) / torch.sqrt(1 - 0.999**counts)
corrected = step_lengths(adam, ones, {"learning_rate": 0.001})
print(f"adam: steps between {corrected.min():.4f} and {corrected.max():.4f} times the learning rate")
print(f"uncorrected: {uncorrected[0]:.2f} at step 1, {uncorrected.max():.2f} at step {int(uncorrected.argmax()) + 1}")

plots.optimizers.curves(
    {"adam": corrected, "without correction": uncorrected},
    ylabel="step / learning rate",
    title="without correction, the first steps are too long",
)

# %% [markdown]
# **Six algorithms in one table.** Those above differ in which averages they keep:
#
# | | first moments | second moments | leaky second moments | bias correction |
# |---|---|---|---|---|
# | SGD | | | | |
# | SGD with momentum | ✓ | | | |
# | Nesterov | ✓ | | | |
# | AdaGrad | | ✓ | | |
# | RMSProp | | ✓ | ✓ | |
# | Adam | ✓ | ✓ | ✓ | ✓ |
#
# ### 3.8 AdamW
#
# *About 25 minutes.*
#
# **L2 regularization** adds $\lambda_s \sum w^2$ to the loss, and so $2 \lambda_s w$ to the gradient. **Weight decay**
# leaves the loss alone and shrinks the weights themselves a little at each step, by a share $\lambda$. For plain SGD
# the two are one, with $\lambda = 2 \alpha \lambda_s$:
#
# $$w - \alpha \, (g + 2 \lambda_s w) = (1 - 2 \alpha \lambda_s) \, w - \alpha \, g.$$
#
# Often the two names are used as if this held for every optimizer. It holds for plain SGD *only*:
#
# - With **momentum**, an L2 gradient goes through the velocity and acts on the following steps too, whereas a decay
#   acts at once. The trajectories differ. Even the point where they come to rest differs: under the decay the velocity
#   no longer ends at zero but at $\lambda w$, and with $\lambda = 2 \alpha \lambda_s$ the pull is only $1 - \rho$ of
#   what L2 exerts. The places of rest agree if the decay is $\lambda = 2 \alpha \lambda_s / (1 - \rho)$.
# - With **Adam**, the L2 gradient is divided by $\sqrt{\hat v}$ like every gradient. Weights whose gradients are large
#   or noisy are hardly regularized at all, those with small gradients very much. That is seldom what one wants.
#
# Loshchilov and Hutter (2019) take the decay out of the gradient and let it act on the weights directly. That is
# *AdamW*: Adam's moments of $g_t$ alone, and
#
# $$w_t = w_{t-1} - \eta_t \left( \alpha \, \frac{\hat m_t}{\sqrt{\hat v_t} + \epsilon} + \lambda \, w_{t-1} \right).$$
#
# Some slides write the decay in that bracket as $2 \alpha \lambda_s w_{t-1}$, so their $\lambda_s$ and our $\lambda$
# are related as above. PyTorch multiplies its `weight_decay` by the learning rate: what we call $\lambda$ is its
# `weight_decay` times its `lr`.
#
# The factor $\eta_t$, the *schedule multiplier*, changes during the training and scales both parts, the step and the
# decay.
#
# Write `adamw`: as `adam`, with `config["weight_decay"]` for $\lambda$ and `config["schedule_multiplier"]` for $\eta$.
#
# <details>
# <summary>Hint: a question</summary>
#
# Does the decay enter the moments? Is it multiplied by the learning rate here, or by the schedule multiplier, or by
# both?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# With a gradient of 0 from the start nothing remains but the decay: $w_t = (1 - \eta_t \lambda) \, w_{t-1}$. Without
# decay and with $\eta_t = 1$ it is Adam.
#
# </details>


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
        **(config or {}),
    }
    if "t" not in config:
        config.update(m=torch.zeros_like(w), v=torch.zeros_like(w), t=0)
    alpha, beta1, beta2, epsilon = (config[name] for name in ("learning_rate", "beta1", "beta2", "epsilon"))
    lambda_, eta, m, v = (config[name] for name in ("weight_decay", "schedule_multiplier", "m", "v"))

    config["t"] = t = config["t"] + 1
    m.mul_(beta1).add_(dw, alpha=1 - beta1)  # m = beta1 m + (1 - beta1) dw
    v.mul_(beta2).addcmul_(dw, dw, value=1 - beta2)  # v = beta2 v + (1 - beta2) dw dw
    v_hat = v / (1 - beta2**t)
    # w - eta (alpha m_hat / (sqrt(v_hat) + epsilon) + lambda w), where m_hat = m / (1 - beta1^t)
    w.mul_(1 - eta * lambda_)
    next_w = w.addcdiv_(m, v_hat.sqrt_().add_(epsilon), value=-eta * alpha / (1 - beta1**t))
    return next_w, config
    # END SOLUTION


# %%
project1.check(adamw)

# %% [markdown]
# **L2 against weight decay, 1.** A bowl with curvatures 1 and 10 whose lowest point without regularization is $(1,
# 1)$. With $\lambda_s = 0.5$, L2 moves it to $c / (c + 2 \lambda_s)$, that is to $(0.5, 0.909)$.
#
# Expected: SGD comes to rest there under L2 and under decay. Momentum does under L2, not under the same decay $(0.909,
# 0.990)$, and again under the decay divided by $1 - \rho$. The largest distance between the path under L2 and the one
# under decay is 0 (up to rounding) for SGD, and for momentum 0.857 with the same decay and 0.531 with the decay
# divided by $1 - \rho$.

# %%
curvature = torch.tensor([1.0, 10.0], dtype=torch.float64)


def regularized(optimizer, config, l2=0.0, decay=0.0, num_steps=3000):
    """The path from (2, 2) on that bowl, with an L2 gradient, or with a decay that the optimizer never sees."""
    w, config, path = torch.full((2,), 2.0, dtype=torch.float64), dict(config), []
    for _ in range(num_steps):
        shrink = decay * w
        w, config = optimizer(w.clone(), curvature * (w - 1) + 2 * l2 * w, config)
        w = w - shrink
        path.append(w)
    return torch.stack(path)


settings = {"learning_rate": 0.01, "momentum": 0.9}
same_decay = 2 * 0.01 * 0.5  # 2 * learning rate * lambda_s: the same as L2, for plain SGD
more_decay = same_decay / (1 - 0.9)
runs = {
    "sgd, L2": regularized(sgd, settings, l2=0.5),
    "sgd, the same decay": regularized(sgd, settings, decay=same_decay),
    "momentum, L2": regularized(sgd_momentum, settings, l2=0.5),
    "momentum, the same decay": regularized(sgd_momentum, settings, decay=same_decay),
    "momentum, decay / (1 - rho)": regularized(sgd_momentum, settings, decay=more_decay),
}
for name, path in runs.items():
    ends = ", ".join(f"{end:.3f}" for end in path[-1].tolist())
    apart = (path - runs["sgd, L2" if name.startswith("sgd") else "momentum, L2"]).abs().max()
    print(f"{name:28s} comes to rest at ({ends}); at most {apart:.3f} away from the path under L2")

# %% [markdown]
# **L2 against weight decay, 2.** Four weights that nothing but noise pulls at, from very quiet (0.01) to very loud
# (10), each started a thousand times and averaged. A regularizer should shrink them all, since the data say nothing
# about any of them.
#
# Expected: with L2 in the gradient, Adam shrinks the weight with the quiet gradient to 0.18 in 600 steps and the one
# with the loud gradient to 0.99 only. AdamW shrinks all four alike, to $(1 - 0.002)^{600} = 0.30$.

# %%
noises = torch.tensor([0.01, 0.1, 1.0, 10.0], dtype=torch.float64)


def shrinking(optimizer, config, l2=0.0, num_steps=600):
    """The mean of each weight at each step, (num_steps, 4), when the gradients are nothing but noise."""
    generator = torch.Generator().manual_seed(0)
    w, config, path = torch.ones(1000, 4, dtype=torch.float64), dict(config), []
    for _ in range(num_steps):
        dw = noises * torch.randn(w.shape, generator=generator, dtype=w.dtype)
        w, config = optimizer(w, dw + 2 * l2 * w, config)
        path.append(w.mean(0))
    return torch.stack(path)


regularizers = {
    "adam, L2 in the gradient": shrinking(adam, {"learning_rate": 0.002}, l2=0.05),
    "adamw (one curve: all alike)": shrinking(adamw, {"learning_rate": 0.002, "weight_decay": 0.002}),
}
for name, path in regularizers.items():
    print(f"{name:28s} ends at", [round(end, 2) for end in path[-1].tolist()])

plots.optimizers.side_by_side(
    {
        name: {f"noise {noise:g}": path[:, i] for i, noise in enumerate(noises.tolist())}
        for name, path in regularizers.items()
    },
    ylabel="mean weight",
)

# %% [markdown]
# **Schedules.** Large steps are good at first, small ones at the end, when a walk that keeps its pace only stirs in
# the noise. The schedule multiplier $\eta_t$ says how much of the learning rate is left at step $t$ of $T$. Four are
# common: *fixed*; *decay* (here by a factor at every step; or in stairs); *half cosine*, $\eta_t = \frac{1}{2}(1 +
# \cos(\pi t / T))$, which needs no tuning but $T$; and *warm restarts*, a half cosine that begins anew, each time over
# a longer stretch, to leave a poor minimum for a better one.

# %%
import math

last = 280


def fixed(_t):
    """All of the learning rate, always."""
    return 1.0


def steady_decay(t):
    """1.5 % less at every step."""
    return 0.985**t


def half_cosine(t):
    """From 1 to 0, slowly at both ends."""
    return 0.5 * (1 + math.cos(math.pi * t / last))


def warm_restarts(t):
    """Three half cosines, each twice as long as the one before."""
    for length in (40, 80, 160):
        if t < length:
            return 0.5 * (1 + math.cos(math.pi * t / length))
        t -= length
    return 0.0


schedules = {"fixed": fixed, "decay": steady_decay, "half cosine": half_cosine, "warm restarts": warm_restarts}
plots.optimizers.side_by_side(
    {
        name: {name: torch.tensor([schedule(t) for t in range(last)], dtype=torch.float64)}
        for name, schedule in schedules.items()
    },
    ylabel="schedule multiplier",
)

# %% [markdown]
# AdamW under the four schedules on the noisy bowl, 500 walks each. The fixed schedule stirs on at a constant height;
# the others settle as their multiplier falls, and warm restarts jump up with each restart.
#
# Expected mean heights at the end: 0.55 (fixed), 0.049 (decay), 0.089 (half cosine) and 0.13 (warm restarts).

# %%
from dataclasses import replace

noisy = landscapes.noisy_bowl()
crowd = replace(noisy, start=noisy.start.expand(500, 2))
heights = {
    name: crowd.value(descend(adamw, crowd, {"learning_rate": 0.3}, last, schedule)).mean(-1)
    for name, schedule in schedules.items()
}
for name, height in heights.items():
    print(f"{name:14s} mean height {height[-1]:.4f}")

plots.optimizers.curves(heights, ylabel="mean height", title="a rate that stays does not come to rest", log=True)

# %% [markdown]
# ## The race
#
# All of them, on all four landscapes, 100 steps each, AdamW with a half cosine. The learning rates were set by hand
# once for all four problems, so do not read this as a ranking: look for *how* each one moves.
#
# - On the **bowl** SGD zigzags, momentum swings wide, AdaGrad and RMSProp go straight, Adam and AdamW swing gently.
# - On the **saddle** SGD lingers; momentum takes its time and then leaves; the adaptive ones hardly notice, because
#   they divide the tiny sideways gradient by its own tiny size.
# - In the **bumpy valley** SGD, AdaGrad and RMSProp stop in the first hollow they come to. Those with a first moment
#   roll on; how far is a matter of their rates. Nesterov's brake, so useful on the bowl, costs it the last hollow
#   here.
# - Under **noise** everything with a fixed rate keeps wandering, and AdamW settles as its schedule runs out.


# %%
def cosine_100(t):
    """A half cosine over 100 steps."""
    return 0.5 * (1 + math.cos(math.pi * t / 100))


def all_paths(landscape):
    """The path of every optimizer on one landscape."""
    return {
        "sgd": descend(sgd, landscape, {"learning_rate": 0.06}),
        "momentum": descend(sgd_momentum, landscape, {"learning_rate": 0.03}),
        "nesterov": descend(nesterov_momentum, landscape, {"learning_rate": 0.03}),
        "adagrad": descend(adagrad, landscape, {"learning_rate": 0.4}),
        "rmsprop": descend(rmsprop, landscape, {"learning_rate": 0.05}),
        "adam": descend(adam, landscape, {"learning_rate": 0.1}),
        "adamw": descend(adamw, landscape, {"learning_rate": 0.2}, schedule=cosine_100),
    }


paths = [all_paths(landscape) for landscape in four]
plots.optimizers.race(four[:3], paths[:3])

# %% [markdown]
# Seven noisy paths over each other would be a tangle, so each has a picture of its own. The dots are its last twenty
# steps; the bars say how high they lie on average.

# %%
plots.optimizers.one_by_one(four[3], paths[3])

# %% [markdown]
# The saddle once more, as a film. It plays three times and rests on its last picture; run the cell to see it again.
# Where no film plays, the still says how it ended: the adaptive ones went diagonally and at once, momentum came late,
# SGD is only just leaving the ridge.

# %%
plots.film.animation(four[1], paths[1])

# %% [markdown]
# ## On images
#
# Now a real problem: a softmax classifier with 3073 x 10 weights on the project's images. Its loss and gradient come
# from PyTorch here, so that this notebook does not wait for your linear classifier. Every optimizer sees the same
# minibatches in the same order, for two passes over 3000 images; each learning rate is the best of a few, a factor of
# two apart.
#
# Expected: losses start at $\ln 10 = 2.303$ and end near 1.2, with test accuracies between 55 and 65 %. With its rate
# tuned, every optimizer does well on this problem, for it is convex and not badly conditioned; untuned, a rate ten
# times too small costs more than the choice of the optimizer.

# %%
data = props.load(num_train=3000, num_test=500)
x_train = props.flatten_with_bias(data.x_train, props.mean_image())
x_test = props.flatten_with_bias(data.x_test, props.mean_image())


def train(optimizer, config, num_epochs=2, batch_size=50):
    """Train a softmax classifier; returns its weights and the loss of each minibatch."""
    generator = torch.Generator().manual_seed(0)
    W, config, losses = torch.zeros(3073, 10), dict(config), []
    for _ in range(num_epochs):
        for rows in torch.randperm(len(x_train), generator=generator).split(batch_size):
            W = W.detach().requires_grad_()
            loss = torch.nn.functional.cross_entropy(x_train[rows] @ W, data.y_train[rows])
            (dW,) = torch.autograd.grad(loss, W)
            W, config = optimizer(W.detach(), dW, config)
            losses.append(loss.item())
    return W, torch.tensor(losses)


runs = {}
for name, optimizer, config in (
    ("sgd", sgd, {"learning_rate": 0.4}),
    ("momentum", sgd_momentum, {"learning_rate": 0.04}),
    ("nesterov", nesterov_momentum, {"learning_rate": 0.04}),
    ("adagrad", adagrad, {"learning_rate": 0.02}),
    ("rmsprop", rmsprop, {"learning_rate": 0.002}),
    ("adam", adam, {"learning_rate": 0.004}),
    ("adamw", adamw, {"learning_rate": 0.004, "weight_decay": 1e-3}),
):
    W, runs[name] = train(optimizer, config)
    accuracy = ((x_test @ W).argmax(1) == data.y_test).float().mean()
    print(f"{name:9s} loss of the last ten minibatches {runs[name][-10:].mean():.3f}, test accuracy {accuracy:.1%}")
losses = runs  # whole, or not there at all

# %% [markdown]
# Each minibatch's loss is noisy; your moving average from 3.5, bias correction and all, makes the curves readable. They
# lie so close together that each also has a picture of its own, before the others in grey.
#
# RMSProp and AdaGrad begin with the same bump, for the same reason: their first step has the same length in every one
# of the 30,730 weights, 0.02, however small its gradient is. RMSProp's is its rate of 0.002 times the ten of the cold
# start in 3.6, AdaGrad's is its whole rate. Adam's first step is 0.004, and there is no bump.

# %%
plots.optimizers.small_multiples(
    {name: exponential_moving_average(loss, 0.9, bias_correction=True) for name, loss in losses.items()},
    ylabel="training loss, averaged",
    note=props.note(),
)

# %% [markdown]
# ## Second-order methods (extra credit)
#
# A gradient is the slope of a plane laid against the loss. How far the plane can be trusted, it does not say; hence
# learning rates. The next better model is a paraboloid, with the *Hessian* $H$, the matrix of second derivatives:
#
# $$L(w) \approx L(w_t) + (w - w_t)^\top \nabla L(w_t) + \tfrac{1}{2} (w - w_t)^\top H \, (w - w_t).$$
#
# ### 3.9 Extra credit: Newton's step
#
# *About 15 minutes.*
#
# Where the paraboloid has its lowest point, its gradient $\nabla L(w_t) + H (w - w_t)$ is zero. Go there:
#
# $$w_{t+1} = w_t - H^{-1} \, \nabla L(w_t).$$
#
# There is no learning rate and nothing to tune. Computing $H^{-1}$ is neither necessary nor wise: the step is the
# solution of a linear system, which is cheaper and more accurate to find directly.
#
# Write `newton_step`.
#
# <details>
# <summary>Hint: a question</summary>
#
# Which system of equations has the step as its solution? What stands on its right-hand side?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# Solve $H p = \nabla L(w_t)$ for $p$; then $w_{t+1} = w_t - p$. Nothing is inverted.
#
# </details>


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


# %% [markdown]
# Expected: on the bowl one step arrives, for there the paraboloid *is* the loss. On the saddle one step arrives as
# well, but at the saddle point: Newton's step looks for a place where the gradient is zero, not for a low one. In the
# bumpy valley it darts to and fro where the slope is small and its curvature changes sign, and finds no such place.
# Away from a minimum it needs help: a line search, and a Hessian made positive.

# %%
from IPython.display import display

if project1.check(newton_step):  # extra credit: without it, the picture is left out and the notebook goes on
    newton_paths = []
    for landscape in four[:3]:
        path = [landscape.start]
        for _ in range(6):
            hessian = torch.autograd.functional.hessian(landscape.value, path[-1])
            path.append(newton_step(path[-1], landscape.gradient(path[-1]), hessian))
        newton_paths.append({"newton": torch.stack(path)})
        print(f"{landscape.name:20s} after 1 step {path[1].tolist()}, after 6 {path[6].tolist()}")
    display(plots.optimizers.race(four[:3], newton_paths))

# %% [markdown]
# **Why deep learning does not use it.** For $N$ parameters the Hessian has $N^2$ entries, and solving with it takes
# $O(N^3)$ time. Our linear classifier has 30,730 parameters: 944 million entries, 3.8 GB, and some $10^{13}$
# multiplications for one step. A network with ten million parameters would need $10^{14}$ entries, 400 TB. Besides,
# with a minibatch the Hessian is an estimate too, and noise in something that is to be inverted is worse than noise in
# a gradient.
#
# ### 3.10 Extra credit: the L-BFGS direction
#
# *About 35 minutes.*
#
# *Quasi-Newton* methods learn the curvature from the path. Between two points the step $s_k = w_{k+1} - w_k$ and the
# change of the gradient $y_k = \nabla L(w_{k+1}) - \nabla L(w_k)$ are related by the Hessian, $y_k \approx H s_k$.
# **BFGS** (Broyden, Fletcher, Goldfarb, Shanno, 1970) keeps an estimate of the *inverse* Hessian and mends it after
# each step so that it agrees with the newest pair, by a change of rank two:
#
# $$H^{-1} \leftarrow \left( I - \frac{s y^\top}{y^\top s} \right) H^{-1} \left( I - \frac{y s^\top}{y^\top s} \right) +
# \frac{s s^\top}{y^\top s}.$$
#
# No system to solve, $O(N^2)$ instead of $O(N^3)$ time, but still $N^2$ numbers. **L-BFGS** (Nocedal, 1980; L for
# limited memory) keeps no matrix at all, only the last few pairs $(s_k, y_k)$, and applies the product of all those
# updates to the gradient directly. Two loops do it, with $\gamma I$ in the place of the matrix that the updates start
# from:
#
# 1. $q \leftarrow \nabla L(w)$. From the newest pair to the oldest: $a_k \leftarrow \dfrac{s_k^\top q}{y_k^\top s_k}$,
#    then $q \leftarrow q - a_k \, y_k$.
# 2. $r \leftarrow \gamma \, q$, with $\gamma = \dfrac{s^\top y}{y^\top y}$ of the newest pair (and $\gamma = 1$ if
#    there are no pairs).
# 3. From the oldest pair to the newest: $b \leftarrow \dfrac{y_k^\top r}{y_k^\top s_k}$, then $r \leftarrow r + (a_k -
#    b) \, s_k$.
#
# The direction to go is $-r$. That is $O(N)$ time and memory for each pair kept.
#
# Write `lbfgs_direction`. The lists are oldest first.
#
# <details>
# <summary>Hint: a question</summary>
#
# Which numbers of the first loop does the second one need, and in which order does it meet them? What is left of the
# two loops if there are no pairs?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# With one pair $(s, y)$: $a = \frac{s^\top q}{y^\top s}$, $q' = q - a y$, $r = \frac{s^\top y}{y^\top y} q'$,
# $b = \frac{y^\top r}{y^\top s}$, and the direction is $-(r + (a - b) s)$.
#
# </details>


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
    for s, y in zip(reversed(steps), reversed(grad_changes), strict=True):
        a.append((s @ q) / (s @ y))
        q = q - a[-1] * y

    if steps:
        s, y = steps[-1], grad_changes[-1]
        q = (s @ y) / (y @ y) * q

    for s, y, a_k in zip(steps, grad_changes, reversed(a), strict=True):
        b = (y @ q) / (s @ y)
        q = q + (a_k - b) * s
    return -q
    # END SOLUTION


# %% [markdown]
# **With all pairs, L-BFGS is BFGS** rebuilt at every step from $\gamma_k I$ (for $\gamma$ is always the newest pair's),
# only written without the matrix. Here a bowl in ten dimensions, condition number 100, steps of full length. The row
# "BFGS" was computed once that way, with the full 10 x 10 matrices.
#
# Expected: the row "all pairs" equals the row "BFGS"; a shorter memory gives another, slower path.

# %%
steepness = torch.logspace(0, 2, 10, dtype=torch.float64)  # f(w) = 1/2 sum(steepness * w * w)


def lbfgs_heights(memory, num_steps=24):
    """The heights that L-BFGS visits when it keeps that many pairs; None keeps all."""
    w = torch.ones(10, dtype=torch.float64)
    steps, grad_changes, heights = [], [], []
    for _ in range(num_steps):
        first = 0.01 if not steps else 1.0  # nothing is known of the curvature yet
        step = first * lbfgs_direction(steepness * w, steps, grad_changes)
        w = w + step
        steps, grad_changes = [*steps, step], [*grad_changes, steepness * step]
        if memory is not None:
            steps, grad_changes = steps[-memory:], grad_changes[-memory:]
        heights.append(0.5 * (steepness * w * w).sum())
    return torch.stack(heights)


bfgs = [3.49e00, 5.46e-01, 1.99e-02, 1.35e-03, 4.50e-05, 3.77e-11]
if project1.check(lbfgs_direction):
    memories = {"1 pair": lbfgs_heights(1), "5 pairs": lbfgs_heights(5), "all pairs": lbfgs_heights(None)}
    print("BFGS     ", "  ".join(f"{height:8.2e}" for height in bfgs))
    for name, height in memories.items():
        print(f"{name:9s}", "  ".join(f"{value:8.2e}" for value in height[3::4].tolist()))
    display(plots.optimizers.curves(memories, ylabel="height", title="the longer the memory, the faster", log=True))

# %% [markdown]
# ### 3.11 Extra credit: the BFGS update
#
# *About 15 minutes.*
#
# Now the update that L-BFGS never writes down, with the matrix. Let $B$ stand for the estimate of the inverse Hessian,
# $s$ for the newest step and $y$ for the change of the gradient along it. Two demands fix the new estimate:
#
# - it is symmetric, as every inverse Hessian is, and
# - it agrees with the newest pair: $B \, y = s$, the *secant equation*. Undo the change of the gradient, and out comes
#   the step that made it.
#
# Many matrices do that. Of all of them BFGS takes the one that changes $B$ least (in a norm that weighs the directions
# by the curvature), and that is the update of rank two from above:
#
# $$B \leftarrow \left( I - \frac{s y^\top}{y^\top s} \right) B \left( I - \frac{y s^\top}{y^\top s} \right) +
# \frac{s s^\top}{y^\top s}.$$
#
# The brackets take out of $B$ what it thought of the direction $s$; the last term puts in what was just seen. As long
# as $y^\top s > 0$, a positive definite $B$ stays positive definite, and $-B \, \nabla L$ keeps pointing downhill.
#
# Write `bfgs_update`. Each bracket is a matrix; mind which of its two vectors stands first.
#
# <details>
# <summary>Hint: a question</summary>
#
# What shape has $s y^\top$, what is $y^\top s$? How does the right bracket come out of the left one?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# With $\varrho = 1 / (y^\top s)$ and $V = I - \varrho \, s y^\top$: $B \leftarrow V B V^\top + \varrho \, s s^\top$. As
# a check, $V^\top y = 0$, so the new $B$ takes $y$ to $s$.
#
# </details>


# %%
def bfgs_update(H: Tensor, s: Tensor, y: Tensor) -> Tensor:
    """The estimate of the inverse Hessian after one BFGS update (Broyden, Fletcher, Goldfarb, Shanno, 1970).

    Args:
        H: the estimate so far, (n, n), symmetric and positive definite, floating point.
        s: the newest step, w_{k+1} - w_k, (n,).
        y: the change of the gradient along it, grad_{k+1} - grad_k, (n,), with s . y > 0.

    Returns:
        The new estimate, (n, n), symmetric, with (new H) y = s. The arguments are left as they are.
    """
    # BEGIN SOLUTION
    rho = 1 / (y @ s)
    bracket = torch.eye(len(s), dtype=H.dtype, device=H.device) - rho * torch.outer(s, y)
    return bracket @ H @ bracket.T + rho * torch.outer(s, s)
    # END SOLUTION


# %% [markdown]
# Expected: on every step of the way, the direction from the matrix, rebuilt from $\gamma I$ with all pairs, equals that
# of the two loops to the last digits: **L-BFGS with all pairs is BFGS from the same start**. In the picture one matrix
# is carried along from step to step instead, and each step is as long as is best on its line. After ten steps, one for
# each dimension, the matrix is the inverse Hessian but for rounding: the path has taught all there is to know.

# %%
if project1.check(bfgs_update) and project1.check(lbfgs_direction):
    w = torch.ones(10, dtype=torch.float64)
    steps, grad_changes, largest = [], [], 0.0
    for _ in range(24):
        direction = lbfgs_direction(steepness * w, steps, grad_changes)
        if steps:
            scale = (steps[-1] @ grad_changes[-1]) / grad_changes[-1].square().sum()
            rebuilt = scale * torch.eye(10, dtype=torch.float64)
            for one_step, one_change in zip(steps, grad_changes, strict=True):
                rebuilt = bfgs_update(rebuilt, one_step, one_change)
            difference = (rebuilt @ (steepness * w) + direction).abs().max() / direction.abs().max()
            largest = max(largest, float(difference))
        move = direction if steps else 0.01 * direction
        w = w + move
        steps, grad_changes = [*steps, move], [*grad_changes, steepness * move]
    print(f"the two directions differ by at most {largest:.0e} of their length, on {len(steps) - 1} steps")

    w, carried, distances = torch.ones(10, dtype=torch.float64), torch.eye(10, dtype=torch.float64), []
    inverse = torch.diag(1 / steepness)
    for _ in range(10):
        direction = -carried @ (steepness * w)
        best = -(direction @ (steepness * w)) / (direction @ (steepness * direction))  # the lowest point on its line
        w = w + best * direction
        carried = bfgs_update(carried, best * direction, best * steepness * direction)
        distances.append((carried - inverse).norm() / inverse.norm())
    print(f"after 10 steps the carried matrix is {distances[-1]:.0e} of its size from the inverse Hessian")
    found = {"BFGS": torch.stack(distances)}
    title = "ten dimensions, ten steps: the matrix is found"
    display(plots.optimizers.curves(found, ylabel="distance from the inverse", title=title, log=True))

# %% [markdown]
# **Where L-BFGS is at home.** It asks for gradients without noise, since it takes differences of them. On a full
# batch, when all data fit into one evaluation of the loss, it is hard to beat; on minibatches it does badly.
#
# ## In practice
#
# - Begin with **AdamW**, with a learning rate of 1e-3, 5e-4 or 1e-4. It works on most problems, even at a constant
#   rate.
# - **SGD with momentum** can end up better, but asks for more tuning of the learning rate and its schedule.
# - Whatever you choose, tune the learning rate first, then its schedule. A half cosine is a good default.
# - When the whole batch is affordable and there is no noise, try **L-BFGS**, and turn off everything that is random.
#
# ## Questions to think about
#
# They are not graded.
#
# 1. Multiply the loss by 100. Which optimizers take the same path as before with the same learning rate, and which need
#    another one?
# 2. Rotate the bowl by 45 degrees. Which optimizers take the rotated path, and which take another one? What does that
#    say of a learning rate for each coordinate?
# 3. Twice the batch size halves the variance of the gradient. What would you do to the learning rate then, and what
#    speaks against it?
#
# **To go further**, in a notebook of your own, if you like; nobody grades it either.
#
# - AMSGrad keeps the largest $\hat v$ so far instead of the newest. Build it from your `adam`, and look for a landscape
#   on which it helps.
# - Lion steps by the *sign* of a mixture of momentum and gradient. What does its path on the bowl remind you of?
# - Search for the learning rate of each optimizer on the noisy landscape, by trying powers of 3. Does the order of the
#   race change?
#
# ## Hand in
#
# `check_all` runs all public checks once more. Then save the notebook, fill in your uniquename and UMID, and run the
# last cell. It looks at your work and then makes the zip file. While a task is left open, "run all" stops there: run
# the last cell by itself then. Unfinished parts may be handed in.

# %%
project1.check_all()

# %%
from project1 import submit

made = submit.make_zip(uniquename="", umid="")
