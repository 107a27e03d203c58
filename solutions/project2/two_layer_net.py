# %% [markdown]
# # Project 2: the two-layer network
#
# A linear classifier draws flat borders, and no training can bend them. Put two linear layers one after the other and
# nothing is gained: a product of matrices is a matrix. Put something crooked between them, and the network can come as
# near to any function as you like, if only it is wide enough. This notebook builds that network from its layers, each
# with the pass that carries the gradient back through it, and then spends most of its effort on what is hard about it:
# not to fit the training images, but to be right about others.
#
# **What you build**, and what it is worth ({points} points together):
#
# {tasks}
#
# **What you run.** Every cell, from the top. Under each task comes a cell `project2.check(...)`, which asks your
# function a few small questions. Gradescope asks more and harder ones, so passing here is needed but not enough. Where
# a number is announced ("Expected: ..."), compare it with yours before going on. A whole run takes about a minute.
#
# **What you hand in.** The zip that the last cell makes. It holds this notebook, finished or not.
#
# **Rules.** Write only between the two lines that mark where your code goes; add and delete no cells; keep the outputs;
# before you hand in, restart and run all cells. Where a task is still open that run stops, and you run the last cell by
# itself. A function may call any function you wrote earlier. Automatic differentiation (`torch.autograd`, `torch.func`,
# `backward`) and ready-made layers and losses (everything in `torch.nn`, and functions such as `torch.dropout` and
# `torch.batch_norm`) are not allowed in the functions you write; `torch.relu`, `softmax`, `log_softmax`, `logsumexp`
# and all arithmetic are. The layers contain no loop of any kind.

# %%
# {set-up}

# %%
import torch
from torch import Tensor

import project2
from project2 import gradients, plots, props

# %% [markdown]
# ## Backpropagation is bookkeeping
#
# A network is a chain of functions, and the loss is at its end. The chain rule says how the loss answers to a change at
# the very beginning: multiply the answers of all functions in between. It is worked out from the end: let `dout` be the
# gradient of the loss with respect to a layer's *output*, handed over by the layer behind it. Each layer only needs to
# know itself to turn that into the gradients with respect to its *inputs*, and hands these on to the layer before it.
#
# So every layer here is a pair of functions:
#
#     out, cache = something_forward(x, ...)
#     dx, ... = something_backward(dout, cache)
#
# The forward pass puts into `cache` what the backward pass will need. A gradient always has the shape of the thing it
# belongs to: `dx` that of `x`, `dw` that of `w`. When a formula will not come, the shapes often decide it.
#
# The loss $L$ never appears in a layer. `dout` holds all that must be known of it: $\partial L / \partial
# \text{out}$, entry by entry.
#
# ### 1.1 The linear layer, forward
#
# *About 10 minutes.*
#
# Each row of $x$ is one example. With weights $w$ and a bias $b$ that is the same for all rows,
#
# $$\text{out} = x \, w + b, \qquad \text{out}_{nm} = \sum_d x_{nd} \, w_{dm} + b_m.$$
#
# Write `linear_forward`. The cache is the tuple `(x, w, b)`.
#
# <details>
# <summary>Hint: a question</summary>
#
# Which axis of the output belongs to the examples? The bias has the other one: along which is it stretched?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# Row by row: $\text{out}_n = x_n w + b$; for all rows together a matrix product $(N, D)(D, M)$ and a row $b$ added to
# each row.
#
# </details>


# %%
def linear_forward(x: Tensor, w: Tensor, b: Tensor) -> tuple[Tensor, tuple[Tensor, Tensor, Tensor]]:
    """The linear layer x w + b.

    Args:
        x: inputs, (N, D), floating point.
        w: weights, (D, M).
        b: biases, (M,).

    Returns:
        out, (N, M), and the cache (x, w, b). The arguments are left as they are.
    """
    # BEGIN SOLUTION
    return x @ w + b, (x, w, b)
    # END SOLUTION


# %%
project2.check(linear_forward)

# %% [markdown]
# ### 1.2 The linear layer, backward
#
# *About 25 minutes.*
#
# Take one entry of $w$. $w_{dm}$ stands in column $m$ of the output, once in every row, each time multiplied with
# $x_{nd}$. If $\text{out}_{nm}$ moves the loss by $\text{dout}_{nm}$, then
#
# $$\frac{\partial L}{\partial w_{dm}} = \sum_n x_{nd} \, \text{dout}_{nm}.$$
#
# That is a matrix product: which, and of what with what? The shapes tell: $(D, M)$ must come out of $(N, D)$ and
# $(N, M)$. Go through the same steps for $x_{nd}$, which stands in every column of row $n$, and for $b_m$, which stands
# in every row of column $m$.
#
# Write `linear_backward`.
#
# <details>
# <summary>Hint: a question</summary>
#
# For each of the three gradients: which shape must come out, and which of $x$, $w$ and `dout` can be multiplied to get
# it? Which axis is gone in that of $b$?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# $dx = \text{dout} \, w^\top$, $dw = x^\top \text{dout}$, $db_m = \sum_n \text{dout}_{nm}$.
#
# </details>


# %%
def linear_backward(dout: Tensor, cache: tuple[Tensor, Tensor, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
    """The gradients of a linear layer.

    Args:
        dout: the gradient of the loss with respect to the layer's output, (N, M).
        cache: (x, w, b) from linear_forward.

    Returns:
        dx (N, D), dw (D, M) and db (M,). The arguments are left as they are.
    """
    # BEGIN SOLUTION
    x, w, _ = cache
    return dout @ w.T, x.T @ dout, dout.sum(dim=0)
    # END SOLUTION


# %%
project2.check(linear_backward)

# %% [markdown]
# How do you know that a gradient is right? Move one entry a little, look at what the loss does, and compare. That is
# what `gradients.check_gradient` does, with every entry, in double precision. Expected: the largest difference is
# around $10^{-9}$, which is what the rounding of the numeric gradient leaves.

# %%
generator = torch.Generator().manual_seed(1)
x = torch.randn(5, 7, generator=generator, dtype=torch.float64)
w = torch.randn(7, 4, generator=generator, dtype=torch.float64)
b = torch.randn(4, generator=generator, dtype=torch.float64)
slope = torch.randn(5, 4, generator=generator, dtype=torch.float64)  # the loss is the sum of slope * out


def loss_of_w(at):
    """The loss and its gradient with other weights."""
    out, cache = linear_forward(x, at, b)
    return (slope * out).sum(), linear_backward(slope, cache)[1]


print(gradients.check_gradient(loss_of_w, w))

# %% [markdown]
# ### 1.3 The rectifier, forward
#
# *About 5 minutes.*
#
# The crooked thing between the layers is as plain as can be: what is negative becomes zero,
#
# $$\text{ReLU}(x) = \max(0, x).$$
#
# It is called a rectified linear unit. It costs nothing, and on its right side the gradient passes through whole, which
# the older S-shaped functions did not allow: on both of their flat ends next to nothing comes through, and a deep
# network of them learns at a snail's pace.
#
# Write `relu_forward` for a tensor of any shape. The cache is `x`.
#
# <details>
# <summary>Hint: a question</summary>
#
# Would your function still do for a tensor with three axes? Is the input left as it was?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# Entry by entry: $\text{out} = \frac{x + |x|}{2}$, which is $x$ for $x > 0$ and 0 otherwise.
#
# </details>


# %%
def relu_forward(x: Tensor) -> tuple[Tensor, Tensor]:
    """The rectifier, max(0, x) in every entry.

    Args:
        x: inputs of any shape, floating point.

    Returns:
        out, like x, and the cache x. The argument is left as it is.
    """
    # BEGIN SOLUTION
    return x.clamp(min=0), x
    # END SOLUTION


# %%
project2.check(relu_forward)

# %% [markdown]
# ### 1.4 The rectifier, backward
#
# *About 10 minutes.*
#
# To the right of zero the output moves as the input does; to the left it does not move at all. So the gradient is let
# through or stopped, entry by entry, like a gate that the forward pass has set. (At zero itself there is a kink. Either
# side's slope will do there, and nobody will ask.)
#
# Write `relu_backward`.
#
# <details>
# <summary>Hint: a question</summary>
#
# Does the gate depend on the sign of `dout` or on that of the input?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# $dx = \text{dout} \odot [x > 0]$, where the bracket is 1 if it holds and 0 if it does not, entry by entry.
#
# </details>


# %%
def relu_backward(dout: Tensor, cache: Tensor) -> Tensor:
    """The gradient of the rectifier.

    Args:
        dout: the gradient of the loss with respect to its output, of any shape.
        cache: x from relu_forward, of the same shape.

    Returns:
        dx, like x. The arguments are left as they are.
    """
    # BEGIN SOLUTION
    return dout * (cache > 0)
    # END SOLUTION


# %%
project2.check(relu_backward)

# %% [markdown]
# Expected: two straight pieces on the left, and on the right a slope of 0, then of 1. Beside it, for comparison, the
# S-shaped logistic function that was usual before: its slope is nowhere more than a quarter.

# %%
line = torch.linspace(-4, 4, 201, dtype=torch.float64)
plots.rectifier(line, relu_forward(line)[0], relu_backward(torch.ones_like(line), line))

# %% [markdown]
# ### 1.5 The softmax loss
#
# *About 30 minutes.*
#
# The last layer gives each class a score. As in Project 1, softmax makes probabilities of them, and the loss is the
# mean surprise at the true classes,
#
# $$L = -\frac{1}{N} \sum_n \log p_{n, y_n}, \qquad p_{nc} = \frac{e^{x_{nc}}}{\sum_j e^{x_{nj}}},$$
#
# but this time the scores themselves are the input, and the gradient that is asked for is the one with respect to them:
# the first `dout` of the way back. Take the logarithm apart before you differentiate: $-\log p_{n, y_n} = \log \sum_j
# e^{x_{nj}} - x_{n, y_n}$. The first term gives the probabilities, the second takes 1 away at the true class. What
# remains is easy to read: scores are pushed up where the network believed too little, and down where it believed too
# much. Each row of the gradient sums to zero.
#
# Scores may be large. $e^{1000}$ is more than any float holds, while its logarithm is just 1000: whatever you do, do
# not compute the exponential of a score without having taken the largest of its row away, or leave it to a function
# that knows.
#
# Write `softmax_loss`.
#
# <details>
# <summary>Hint: a question</summary>
#
# Over what is the mean taken, and where does its $\frac{1}{N}$ turn up in the gradient? In how many entries does the
# gradient differ from the probabilities (aside from that factor)?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# $dx = \frac{1}{N} (P - Y)$, where row $n$ of $Y$ is 1 at $y_n$ and 0 elsewhere. With $m_n = \max_j x_{nj}$:
# $\log \sum_j e^{x_{nj}} = m_n + \log \sum_j e^{x_{nj} - m_n}$.
#
# </details>


# %%
def softmax_loss(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """The mean cross-entropy of softmax(x), and its gradient with respect to the scores.

    Args:
        x: scores, (N, C), floating point, of any size.
        y: true classes in [0, C), int64, (N,).

    Returns:
        The loss, a 0-dim tensor, and dx, (N, C). The arguments are left as they are.
    """
    # BEGIN SOLUTION
    log_p = x - x.logsumexp(dim=1, keepdim=True)
    rows = torch.arange(len(y), device=x.device)
    dx = log_p.exp()
    dx[rows, y] -= 1
    return -log_p[rows, y].mean(), dx / len(y)
    # END SOLUTION


# %%
project2.check(softmax_loss)

# %% [markdown]
# Expected: with three equal scores each class gets a third, the loss is $\log 3 = 1.0986$, and the gradient pulls the
# true class up by two thirds of what it pushes the others down by a third each. Then the true score is raised bit by
# bit: the loss falls towards 0, and the gradient with it.

# %%
scores = torch.zeros(1, 3, dtype=torch.float64)
for ahead in (0.0, 1.0, 2.0, 4.0, 8.0):
    scores[0, 0] = ahead
    loss, dscores = softmax_loss(scores, torch.tensor([0]))
    pulls = ", ".join(f"{value:+.4f}" for value in dscores[0].tolist())
    print(f"the true class is {ahead:.0f} ahead: loss {loss:.4f}, gradient ({pulls})")

# %% [markdown]
# ## Two remedies against learning by heart
#
# ### 1.6 Dropout, forward
#
# *About 25 minutes.*
#
# A wide network can remember each training image by a few details that happen to be in no other. Dropout spoils that
# habit: in every training step each hidden unit is left out with probability $p$, by the toss of a coin of its own. No
# unit can rely on another being there, so each has to be of use by itself. (It is also as if very many thinned-out
# networks were trained at once, which share their weights, and voted at the end.)
#
# At test time nothing is dropped, and there is the catch: the next layer, used to getting a share $1 - p$ of its
# inputs, suddenly gets all of them. *Inverted* dropout puts that right during training: what is kept is divided by
# $1 - p$, so that on average
#
# $$\mathbb{E}[\text{out}] = p \cdot 0 + (1 - p) \cdot \frac{x}{1 - p} = x,$$
#
# and at test time there is nothing to do at all: out is x.
#
# Write `dropout_forward`. The draws come from `generator` (hand it to whatever draws: `torch.rand`, `torch.bernoulli`
# and their like take it by that name), so that the same seed gives the same mask; with `None`, torch's own global
# generator is meant, which is what these functions do with `None` anyway. The cache is the factor of each entry: $0$ or
# $1 / (1 - p)$ in train mode, ones in test mode. Any other mode is a `ValueError`.
#
# <details>
# <summary>Hint: a question</summary>
#
# Is $p$ the probability to be dropped or to be kept? Of numbers drawn evenly from $[0, 1)$, which share lies below
# $1 - p$?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# Factors $f$ with $P(f = 0) = p$ and $P(f = \frac{1}{1 - p}) = 1 - p$, one for each entry; $\text{out} = f \odot x$. In
# test mode $f = 1$.
#
# </details>


# %%
def dropout_forward(
    x: Tensor, p: float, mode: str = "train", generator: torch.Generator | None = None
) -> tuple[Tensor, Tensor]:
    """Inverted dropout (Srivastava et al., 2014).

    Args:
        x: inputs of any shape, floating point.
        p: the probability that an entry is dropped, in [0, 1).
        mode: "train" to drop, "test" to let everything through.
        generator: where the draws come from; torch's global one if None.

    Returns:
        out, like x, and the cache: the factor that each entry was multiplied with, like x. x is left as it is.

    Raises:
        ValueError: the mode is neither of the two.
    """
    # BEGIN SOLUTION
    if mode not in ("train", "test"):
        raise ValueError(f"mode must be 'train' or 'test', not {mode!r}")
    if mode == "test":
        return x.clone(), torch.ones_like(x)
    kept = torch.rand(x.shape, generator=generator, dtype=x.dtype, device=x.device) >= p
    factor = kept.to(x.dtype) / (1 - p)
    return x * factor, factor
    # END SOLUTION


# %%
project2.check(dropout_forward)

# %% [markdown]
# Why it must scale, seen: a unit adds up 100 inputs of which each is 1. Below is what it adds up in 2,000 training
# steps with half of its inputs dropped, once as you wrote it, once without the division. Expected: with it, the sums
# lie around 100, as at test time; without, around 50, and at test time the unit would meet a number it has never
# seen.

# %%
ones = torch.ones(2000, 100)
out, factor = dropout_forward(ones, 0.5, "train", torch.Generator().manual_seed(2))
scaled, unscaled = out.sum(1), (factor > 0).to(out.dtype).sum(1)
print(f"mean of the sums: {scaled.mean():.1f} with the division, {unscaled.mean():.1f} without; at test time 100")
plots.sums({"divided by 1 - p": scaled, "not divided": unscaled}, expected=100.0)

# %% [markdown]
# ### 1.7 Dropout, backward
#
# *About 5 minutes.*
#
# The forward pass multiplied each entry with a number that did not depend on it. The backward pass does the same,
# with the same numbers: an entry that was dropped had no say in the loss, so it gets no gradient. What must not
# happen is that new coins are tossed.
#
# Write `dropout_backward`.
#
# <details>
# <summary>Hint: a question</summary>
#
# What did the forward pass multiply each entry with, and where is that now?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# $dx = f \odot \text{dout}$, with the factors $f$ of the forward pass.
#
# </details>


# %%
def dropout_backward(dout: Tensor, cache: Tensor) -> Tensor:
    """The gradient of dropout.

    Args:
        dout: the gradient of the loss with respect to its output.
        cache: the factor of each entry, from dropout_forward, of the same shape.

    Returns:
        dx, of the same shape. The arguments are left as they are.
    """
    # BEGIN SOLUTION
    return dout * cache
    # END SOLUTION


# %%
project2.check(dropout_backward)

# %% [markdown]
# ### 1.8 Batch normalization, forward
#
# *About 35 minutes.*
#
# While the first layer learns, the inputs of the second drift: what arrived around 0 yesterday arrives around 3
# today. Batch normalization (Ioffe and Szegedy, 2015) takes the drift out. Each column of a batch is shifted and
# scaled to mean 0 and variance 1, and then a learned scale $\gamma$ and shift $\beta$ may undo it again, where that
# is better:
#
# $$\mu = \frac{1}{N} \sum_n x_n, \qquad \sigma^2 = \frac{1}{N} \sum_n (x_n - \mu)^2, \qquad
# \hat{x}_n = \frac{x_n - \mu}{\sqrt{\sigma^2 + \varepsilon}}, \qquad \text{out}_n = \gamma \, \hat{x}_n + \beta.$$
#
# All of it column by column. The variance is the *biased* one, divided by $N$; $\varepsilon$ stands inside the root and
# keeps a constant column from a division by zero.
#
# At test time an image should not be judged by the company it happens to come in: perhaps it comes alone. So the
# training keeps a *running* mean and variance, exponentially weighted,
#
# $$\text{running} \leftarrow m \cdot \text{running} + (1 - m) \cdot \text{batch},$$
#
# and in test mode these take the place of the batch's own.
#
# Write `batchnorm_forward`. `running` is a dictionary with the keys `"mean"` and `"var"`; in train mode put new tensors
# into it, in test mode leave it alone. The cache is the tuple `(x_hat, gamma, std)` with `std` $= \sqrt{\sigma^2 +
# \varepsilon}$, `(D,)`. Any other mode is a `ValueError`.
#
# <details>
# <summary>Hint: a question</summary>
#
# Along which axis are mean and variance taken? By what is the sum of squares divided, and what does torch's variance
# divide by unless it is told otherwise? Which of the two modes changes `running`?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# $\text{std} = \sqrt{\frac{1}{N} \sum_n (x_n - \mu)^2 + \varepsilon}$ and $\hat x = (x - \mu) / \text{std}$, column by
# column. In test mode the running mean takes the place of $\mu$, the running variance that of
# $\frac{1}{N} \sum_n (x_n - \mu)^2$.
#
# </details>


# %%
def batchnorm_forward(
    x: Tensor,
    gamma: Tensor,
    beta: Tensor,
    running: dict[str, Tensor],
    mode: str = "train",
    momentum: float = 0.9,
    eps: float = 1e-5,
) -> tuple[Tensor, tuple[Tensor, Tensor, Tensor]]:
    """Batch normalization of each column (Ioffe and Szegedy, 2015).

    Args:
        x: inputs, (N, D), floating point.
        gamma: the scale of each column, (D,).
        beta: the shift of each column, (D,).
        running: the running "mean" and "var", (D,) each; in train mode both are replaced by new tensors.
        mode: "train" to normalize by the batch, "test" to normalize by running.
        momentum: the share of the old running statistics that is kept.
        eps: added to the variance, inside the root.

    Returns:
        out, (N, D), and the cache (x_hat, gamma, std). x, gamma and beta are left as they are.

    Raises:
        ValueError: the mode is neither of the two.
    """
    # BEGIN SOLUTION
    if mode not in ("train", "test"):
        raise ValueError(f"mode must be 'train' or 'test', not {mode!r}")
    if mode == "train":
        mean = x.mean(dim=0)
        var = ((x - mean) ** 2).mean(dim=0)
        running["mean"] = momentum * running["mean"] + (1 - momentum) * mean
        running["var"] = momentum * running["var"] + (1 - momentum) * var
    else:
        mean, var = running["mean"], running["var"]
    std = (var + eps).sqrt()
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, gamma, std)
    # END SOLUTION


# %%
project2.check(batchnorm_forward)

# %% [markdown]
# Expected: on the left three columns as they might come out of a layer, far apart and of different widths; on the right
# the same three, lying on each other around 0.

# %%
generator = torch.Generator().manual_seed(3)
drifted = torch.randn(500, 3, generator=generator) * torch.tensor([0.5, 2.0, 4.0]) + torch.tensor([-6.0, 0.0, 9.0])
running = {"mean": torch.zeros(3), "var": torch.ones(3)}
normalized, _ = batchnorm_forward(drifted, torch.ones(3), torch.zeros(3), running)
plots.columns(drifted, normalized)

# %% [markdown]
# ### 1.9 Batch normalization, backward
#
# *About 45 minutes.*
#
# The way back is longer, since every entry of a column moves the mean and the variance, and through them all others.
# Go in steps. The last one is plain: $\text{out} = \gamma \hat{x} + \beta$ gives $d\beta$ and $d\gamma$ as sums over
# the rows, and $d\hat{x} = \gamma \cdot \text{dout}$. For the rest, think of what the layer ignores: shift a whole
# column, and nothing changes; stretch it, and nothing changes either. So $dx$ must have no part along either: it is
# $d\hat{x}$ with its mean taken out, and with its part along $\hat{x}$ taken out, over the standard deviation,
#
# $$dx = \frac{1}{\text{std}} \left( d\hat{x} - \frac{1}{N} \sum_n d\hat{x}_n - \hat{x} \cdot \frac{1}{N} \sum_n
# d\hat{x}_n \hat{x}_n \right).$$
#
# (The chain rule, gone through $\mu$ and $\sigma^2$ with patience, gives the same. Do it once on paper.)
#
# Write `batchnorm_backward`, for a pass in train mode.
#
# <details>
# <summary>Hint: a question</summary>
#
# Which of the three terms in the bracket have a row for each example, and which are one row for all? What do you get if
# you sum the bracket over the rows?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# $d\beta = \sum_n \text{dout}_n$, $d\gamma = \sum_n \text{dout}_n \odot \hat x_n$,
# $d\hat x = \gamma \odot \text{dout}$, and from these $dx$ as above; each sum runs over the rows only.
#
# </details>


# %%
def batchnorm_backward(dout: Tensor, cache: tuple[Tensor, Tensor, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
    """The gradients of batch normalization in train mode.

    Args:
        dout: the gradient of the loss with respect to the layer's output, (N, D).
        cache: (x_hat, gamma, std) from batchnorm_forward.

    Returns:
        dx (N, D), dgamma (D,) and dbeta (D,). The arguments are left as they are.
    """
    # BEGIN SOLUTION
    x_hat, gamma, std = cache
    dx_hat = dout * gamma
    along = (dx_hat * x_hat).mean(dim=0)
    dx = (dx_hat - dx_hat.mean(dim=0) - x_hat * along) / std
    return dx, (dout * x_hat).sum(dim=0), dout.sum(dim=0)
    # END SOLUTION


# %%
project2.check(batchnorm_backward)

# %% [markdown]
# Expected: both sums are zero but for rounding (1e-15 or so): the gradient does not shift a column, and does not
# stretch it.

# %%
generator = torch.Generator().manual_seed(4)
x = 3 * torch.randn(40, 2, generator=generator, dtype=torch.float64) + 5
dout = torch.randn(40, 2, generator=generator, dtype=torch.float64)
gamma, beta = torch.tensor([1.5, -0.5], dtype=torch.float64), torch.zeros(2, dtype=torch.float64)
running = {"mean": torch.zeros(2, dtype=torch.float64), "var": torch.ones(2, dtype=torch.float64)}
_, cache = batchnorm_forward(x, gamma, beta, running, eps=0.0)
dx, _, _ = batchnorm_backward(dout, cache)
print(
    f"sum of dx over a column: {dx.sum(0).abs().max():.0e}; of dx times x_hat: {(dx * cache[0]).sum(0).abs().max():.0e}"
)

# %% [markdown]
# ## The network
#
# ### 1.10 Two layers
#
# *About 60 minutes.*
#
# Now the pieces are put together:
#
#     linear - [batch norm] - relu - [dropout] - linear - softmax
#
# with batch norm and dropout if they are asked for. The network owns its parameters, a dictionary `params` with `W1`
# (D, H), `b1` (H,), `W2` (H, C), `b2` (C,), and with batch norm also `gamma1` and `beta1` (H,). Weights begin as
# `weight_scale` times standard normal numbers, `W1` drawn before `W2`, both from the generator; biases and `beta1`
# begin at zero, `gamma1` at one. Why not all weights at zero? Then all hidden units would be the same, get the same
# gradient, and stay the same for ever.
#
# `loss(X, y)` runs the network forward *in train mode* and all the way back. It returns the loss and a dictionary of
# gradients with the keys of `params`. The loss is that of the scores plus the L2 penalty of both weight matrices,
#
# $$L = L_\text{softmax} + \lambda \left( \sum W_1^2 + \sum W_2^2 \right),$$
#
# with $\lambda$ = `reg` and no factor $1/2$. Biases, `gamma1` and `beta1` are not penalized.
#
# `predict(X)` runs it forward *in test mode* and returns the class of the highest score.
#
# Dropout draws from the network's generator, anew at each call of `loss`. With batch norm, keep the running statistics
# in `self.running`, zeros for `"mean"` and ones for `"var"` at first.
#
# Write the three methods, out of the functions above.
#
# <details>
# <summary>Hint: a question</summary>
#
# Walk the chain backwards: which layer's `dout` is the gradient that `softmax_loss` returns? And which layers' caches
# have you kept to go on from there?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# $\frac{\partial L}{\partial W_1} = dW_1^{\text{layer}} + 2 \lambda W_1$, likewise for $W_2$; nothing is added for
# biases, $\gamma_1$ and $\beta_1$.
#
# </details>


# %%
class TwoLayerNet:
    """A network of two linear layers with a rectifier between them; batch normalization and dropout as asked for."""

    def __init__(
        self,
        input_dim: int,
        hidden_dim: int,
        num_classes: int,
        weight_scale: float = 1e-2,
        reg: float = 0.0,
        dropout: float = 0.0,
        batchnorm: bool = False,
        dtype: torch.dtype = torch.float32,
        generator: torch.Generator | None = None,
    ):
        """Draw the weights.

        Args:
            input_dim: D.
            hidden_dim: H.
            num_classes: C.
            weight_scale: the standard deviation of the weights at first.
            reg: the strength of the L2 penalty, at least 0.
            dropout: the probability that a hidden unit is dropped, in [0, 1); 0 leaves dropout out.
            batchnorm: whether the hidden layer is normalized.
            dtype: of the parameters.
            generator: where weights and dropped units are drawn from; torch's global one if None.
        """
        # BEGIN SOLUTION
        self.reg, self.dropout, self.batchnorm, self.generator = reg, dropout, batchnorm, generator
        self.params = {
            "W1": weight_scale * torch.randn(input_dim, hidden_dim, dtype=dtype, generator=generator),
            "b1": torch.zeros(hidden_dim, dtype=dtype),
            "W2": weight_scale * torch.randn(hidden_dim, num_classes, dtype=dtype, generator=generator),
            "b2": torch.zeros(num_classes, dtype=dtype),
        }
        if batchnorm:
            self.params |= {
                "gamma1": torch.ones(hidden_dim, dtype=dtype),
                "beta1": torch.zeros(hidden_dim, dtype=dtype),
            }
            self.running = {"mean": torch.zeros(hidden_dim, dtype=dtype), "var": torch.ones(hidden_dim, dtype=dtype)}
        # END SOLUTION

    def loss(self, X: Tensor, y: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """The loss of a batch in train mode, and its gradients.

        Args:
            X: inputs, (N, D), of the parameters' dtype.
            y: true classes, int64, (N,).

        Returns:
            The loss, a 0-dim tensor, and the gradients, a dictionary with the keys and shapes of params.
        """
        # BEGIN SOLUTION
        p = self.params
        hidden, linear1 = linear_forward(X, p["W1"], p["b1"])
        if self.batchnorm:
            hidden, norm = batchnorm_forward(hidden, p["gamma1"], p["beta1"], self.running)
        hidden, relu = relu_forward(hidden)
        if self.dropout:
            hidden, mask = dropout_forward(hidden, self.dropout, "train", self.generator)
        scores, linear2 = linear_forward(hidden, p["W2"], p["b2"])
        loss, dscores = softmax_loss(scores, y)
        loss = loss + self.reg * ((p["W1"] ** 2).sum() + (p["W2"] ** 2).sum())

        grads = {}
        dhidden, grads["W2"], grads["b2"] = linear_backward(dscores, linear2)
        if self.dropout:
            dhidden = dropout_backward(dhidden, mask)
        dhidden = relu_backward(dhidden, relu)
        if self.batchnorm:
            dhidden, grads["gamma1"], grads["beta1"] = batchnorm_backward(dhidden, norm)
        _, grads["W1"], grads["b1"] = linear_backward(dhidden, linear1)
        for name in ("W1", "W2"):
            grads[name] = grads[name] + 2 * self.reg * p[name]
        return loss, grads
        # END SOLUTION

    def predict(self, X: Tensor) -> Tensor:
        """The class of the highest score, in test mode.

        Args:
            X: inputs, (N, D).

        Returns:
            Classes, int64, (N,).
        """
        # BEGIN SOLUTION
        p = self.params
        hidden, _ = linear_forward(X, p["W1"], p["b1"])
        if self.batchnorm:
            hidden, _ = batchnorm_forward(hidden, p["gamma1"], p["beta1"], self.running, "test")
        hidden, _ = relu_forward(hidden)
        scores, _ = linear_forward(hidden, p["W2"], p["b2"])
        return scores.argmax(dim=1)
        # END SOLUTION


# %%
project2.check(TwoLayerNet)

# %% [markdown]
# ## The images
#
# The images are those of Project 1: ten household objects, 32 x 32 pixels each, a synthetic stand-in for photographs
# unless your course says otherwise. A row is the image minus the mean image, divided by 255. There is no column of ones
# this time, for the layers have biases of their own. To see overfitting, only few images are used for training: 500.

# %%
torch.set_num_threads(1)  # the matrices here are small: several threads would mostly wait for each other
data = props.load(num_train=1500, num_test=1000)


def rows(images):
    """Images as rows without the column of ones: (N, 3072)."""
    return props.flatten_with_bias(images, props.mean_image())[:, :-1]


X_train, y_train = rows(data.x_train[:500]), data.y_train[:500]
X_val, y_val = rows(data.x_train[500:]), data.y_train[500:]
X_test, y_test = rows(data.x_test), data.y_test
print(f"{len(X_train)} images to train on, {len(X_val)} to choose by, {len(X_test)} to be judged by at the end")

# %% [markdown]
# Before any training, a sanity check: an untrained network knows nothing, so each class gets about a tenth, and the
# loss is near $\log 10 = 2.30$. With batch norm it is a little more, since the hidden units are as wide as a unit can
# be.

# %%
fresh = TwoLayerNet(3072, 128, 10, generator=torch.Generator().manual_seed(0))
print(f"loss of an untrained network: {fresh.loss(X_train, y_train)[0]:.3f}")

# %% [markdown]
# ## Training with torch.optim
#
# The optimizers of Project 1 are in `torch.optim`, ready to use. An optimizer there is given the parameters once, as
# tensors; before each step it looks for the gradient of each in its attribute `.grad`. Usually automatic
# differentiation puts it there. Here your backward passes do.


# %%
def train(net, optimizer, num_steps, batch_size=100, seed=0, every=20):
    """Train a network; every so many steps, its loss and its accuracy on both sets.

    Args:
        net: a TwoLayerNet.
        optimizer: made of net.params.values().
        num_steps: how many batches.
        batch_size: images in a batch.
        seed: of the batches.
        every: after how many steps to look.

    Returns:
        a dictionary of lists: step, loss, train, val (accuracies), val_loss.
    """
    generator = torch.Generator().manual_seed(seed)
    # The same weights in a network without a penalty, which drops nothing.
    twin = TwoLayerNet(3072, len(net.params["b1"]), 10, batchnorm="gamma1" in net.params)
    history = {"step": [], "loss": [], "train": [], "val": [], "val_loss": []}
    for step in range(1, num_steps + 1):
        chosen = torch.randint(len(X_train), (batch_size,), generator=generator)
        value, found = net.loss(X_train[chosen], y_train[chosen])
        for name, parameter in net.params.items():
            parameter.grad = found[name]
        optimizer.step()
        if step == 1 or step % every == 0:
            history["step"].append(step)
            history["loss"].append(float(value))
            history["train"].append(float((net.predict(X_train) == y_train).float().mean()))
            history["val"].append(float((net.predict(X_val) == y_val).float().mean()))
            twin.params = net.params
            history["val_loss"].append(float(twin.loss(X_val, y_val)[0]))
    return history


# %% [markdown]
# Expected: the loss falls from 2.3 to nearly nothing, and the training accuracy reaches 100 %: the network has room
# enough to learn all 500 images by heart. The validation accuracy stops rising long before.

# %%
plain = TwoLayerNet(3072, 128, 10, generator=torch.Generator().manual_seed(0))
momentum = torch.optim.SGD(plain.params.values(), lr=0.1, momentum=0.9)
first = train(plain, momentum, 400)
print(f"training accuracy {100 * first['train'][-1]:.1f} %, validation accuracy {100 * first['val'][-1]:.1f} %")
plots.training(first)

# %% [markdown]
# ### What the hidden units look for
#
# Each column of $W_1$ is as long as an image and can be drawn as one: what a unit answers to most. Expected: blotches
# of colour around the middle, where the objects are, each another mixture, over a noise that is left from the start.
# They are harder to name than the ten templates of a linear classifier, for no unit stands for a class: each class is
# a mixture of all of them.

# %%
plots.first_layer(plain.params["W1"])

# %% [markdown]
# ## What batch norm does to the loss surface
#
# A gradient is a promise about the close neighbourhood. How far can it be trusted? Stand at some point of the
# training, go along the negative gradient by different lengths, and look at the loss on the way. If the surface is
# smooth, the loss falls as promised for a good while; if not, it soon turns and shoots up. Below, this is done at
# many points of two trainings that differ only in batch norm (after Santurkar et al., 2018, who found that this, and
# not the drift that gave it its reason, is what batch norm is good for). Weights begin rather large, as they do where
# nobody has tuned them.
#
# Expected: without batch norm the band reaches up to a loss of about 20, several times what the training began with:
# a step that is ten times too long does not merely help less, it destroys. With batch norm the losses met stay below
# about 3.5, and the longest steps are even the best ones. That is why larger learning rates can be used there, and
# why it matters less how the weights begin.


# %%
def met_along_the_gradient(batchnorm, num_points=40, lengths=(0.05, 0.2, 0.5, 1.0, 2.0)):
    """The losses at some distances along the gradient, at each of many points of a training: (points, lengths)."""
    net = TwoLayerNet(3072, 64, 10, weight_scale=0.3, batchnorm=batchnorm, generator=torch.Generator().manual_seed(5))
    optimizer = torch.optim.SGD(net.params.values(), lr=0.05)
    generator = torch.Generator().manual_seed(6)
    found = []
    for _ in range(num_points):
        chosen = torch.randint(len(X_train), (100,), generator=generator)
        _, here = net.loss(X_train[chosen], y_train[chosen])
        before = {name: value.clone() for name, value in net.params.items()}
        row = []
        for length in lengths:
            for name in net.params:
                net.params[name].copy_(before[name] - length * here[name])
            row.append(float(net.loss(X_train[chosen], y_train[chosen])[0]))
        for name in net.params:
            net.params[name].copy_(before[name])
            net.params[name].grad = here[name]
        optimizer.step()
        found.append(row)
    return torch.tensor(found)


bands = {"without batch norm": met_along_the_gradient(False), "with batch norm": met_along_the_gradient(True)}
for name, losses in bands.items():
    print(f"{name:20s} the loss met along the gradient ranges up to {losses.max():.1f}")
plots.bands(bands)

# %% [markdown]
# ## Overfitting, with and without each remedy
#
# Now the same 500 images, the same network, the same number of steps, and each remedy by itself: none, the L2
# penalty, dropout, batch norm. Two things are watched on the validation images: the share of right answers, and the
# loss, which also asks how sure the network is. The second tells more, for a network that has learned by heart is not
# only wrong, it is wrong without a doubt.
#
# Expected: without a remedy the validation loss turns after some fifty steps and climbs to more than 2.2, while the
# share of right answers stays where it is: the network grows ever surer of its mistakes. The penalty holds the
# weights down, and with them the certainty: the loss stays near 1.4. Dropout gains a percent or two of right answers,
# but does not hold the certainty down for ever. Batch norm is through with the training images in a quarter of the
# steps, and overfits as fast: it is a remedy for slow training. (That it regularizes as well, since each image is
# seen in ever different company, shows with small batches, not with a hundred images at a time.)

# %%
remedies = {
    "nothing": {},
    "L2, reg = 0.02": {"reg": 0.02},
    "dropout, p = 0.5": {"dropout": 0.5},
    "batch norm": {"batchnorm": True},
}
histories, nets = {}, {}
for name, options in remedies.items():
    nets[name] = TwoLayerNet(3072, 128, 10, generator=torch.Generator().manual_seed(0), **options)
    optimizer = torch.optim.SGD(nets[name].params.values(), lr=0.05, momentum=0.9)
    histories[name] = train(nets[name], optimizer, 500)
    last = {key: values[-1] for key, values in histories[name].items()}
    shares = f"training {100 * last['train']:5.1f} %, validation {100 * last['val']:5.1f} %"
    print(f"{name:18s} {shares}, validation loss {last['val_loss']:.2f}")
plots.remedies(histories)

# %% [markdown]
# ## Did you beat it?
#
# Choose by the validation images, and look at the test images once, at the end: they come from scenes that no training
# image shows. A linear classifier trained on the same 500 images has 52 % of the validation images right; the networks
# above have 55 to 58 %. Try other widths, learning rates and mixtures of the remedies in the cell below: change the
# options, and run it again. And what happens with all 10,000 images?

# %%
options = {"hidden_dim": 256, "dropout": 0.5, "reg": 0.001}
best = TwoLayerNet(3072, num_classes=10, generator=torch.Generator().manual_seed(0), **options)
adamw_like = torch.optim.AdamW(best.params.values(), lr=1e-3, weight_decay=0.0)
train(best, adamw_like, 400)
print(f"validation accuracy {100 * (best.predict(X_val) == y_val).float().mean():.1f} %")
print(f"test accuracy       {100 * (best.predict(X_test) == y_test).float().mean():.1f} %")

# %% [markdown]
# ## Questions to think about
#
# They are not graded.
#
# 1. The backward pass of ReLU needs to know where the input was positive. Would it do to keep the output instead?
# 2. Put dropout *before* batch norm instead of after it. What happens to the running variance, and to test mode?
# 3. With batch norm after a linear layer, that layer's bias does nothing. Why? What is its gradient?
# 4. Multiply $W_1$ by 10 in a network with batch norm. What happens to the loss? And to the gradient of $W_1$?
#
# **To go further**, in a notebook of your own, if you like; nobody grades it either.
#
# - Write a third layer into the network. Is it the number of layers or the number of weights that counts?
# - Replace the rectifier by the leaky one, $\max(0.01 x, x)$. What is its backward pass, and do units die less often?
# - Start the weights with a spread of $\sqrt{2 / D}$ (He et al., 2015). How much of what batch norm gained remains?
#
# ## Hand in
#
# `check_all` runs all public checks once more. Then save the notebook, fill in your uniquename and UMID, and run the
# last cell. It looks at your work and then makes the zip file. While a task is left open, "run all" stops there: run
# the last cell by itself then. Unfinished work may be handed in.

# %%
project2.check_all()

# %%
from project2 import submit

made = submit.make_zip(uniquename="", umid="")
