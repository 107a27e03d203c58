# %% [markdown]
# # Project 1, part 2: linear classifiers
#
# A nearest-neighbour classifier keeps every training image and is slow when it is asked. A linear classifier keeps one
# matrix $W$ and answers with one product. All the work goes into finding a good $W$: say in one number how bad a $W$ is
# (the *loss*), and go downhill. Everything that follows in the course, deep networks included, is found this way.
#
# **What you build**, and what it is worth ({points} points together):
#
# {tasks}
#
# Part of the points is for the best $W$ of each kind that you find, measured on test scenes you have not seen.
#
# **What you run.** Every cell, from the top. After each task comes a cell `project1.check(...)`, which asks your
# function a few small questions. Gradescope asks more and harder ones, so passing here is needed but not enough. Where
# a number is announced ("Expected: ..."), compare it with yours before going on. A whole run takes about a minute.
# The report that you get names each check by the number of its task here.
#
# **What you hand in.** The zip that the last cell makes. It holds the notebooks and the two files of weights,
# `svm_best_model.pt` and `softmax_best_model.pt`, that this notebook writes.
#
# **Rules.** Write only between the two lines that mark where your code goes; add and delete no cells; keep the outputs;
# before you hand in, restart and run all cells. Where a task is still open that run stops, and you run the last cell by
# itself. A function may call any function you wrote earlier. Inside your losses and gradients, automatic
# differentiation (`torch.autograd`, `torch.func`, `backward`) and ready-made losses
# (`torch.nn.functional.cross_entropy`, `multi_margin_loss` and their like) are not allowed; `exp`, `logsumexp`,
# `softmax`, `relu` and `one_hot` are. The functions called `..._vectorized` have no loop of any kind.

# %%
# {set-up}

# %%
import torch
from torch import Tensor

import project1
from project1 import plots, props

# %% [markdown]
# ### 2.1 From an image to ten scores
#
# The images are those of part 1. For a linear classifier we subtract the mean training image, divide by 255, and
# flatten what is left to 3072 numbers. The last fifth of the training images is set aside as the *validation set*: it
# is for choosing hyperparameters, and nothing is trained on it. The test images are left alone until the very end.
#
# A linear classifier computes a score for each of the $C$ classes,
#
# $$f(x; W, b) = x W + b, \qquad x \in \mathbb{R}^{1 \times 3072}, \quad W \in \mathbb{R}^{3072 \times C},
# \quad b \in \mathbb{R}^{1 \times C},$$
#
# and answers with the class of the highest one. To have one matrix to learn instead of two things, append a 1 to every
# image and put $b$ below $W$ as its last row: $f(x; W) = x W$ with $D = 3073$ numbers in $x$. This is the *bias trick*,
# and from here on $W$ has shape $(D, C)$, and $X$, with one image in each row, has shape $(N, D)$.

# %%
torch.set_num_threads(1)  # as fast as more for matrices this small, and the same numbers on every machine
data = props.load()
data_dict = props.preprocess(data)
X_train, X_val, X_test = (data_dict[f"X_{split}"] for split in ("train", "val", "test"))
y_train, y_val, y_test = (data_dict[f"y_{split}"] for split in ("train", "val", "test"))

for name, X, y in (("training", X_train, y_train), ("validation", X_val, y_val), ("test", X_test, y_test)):
    print(f"{name:10} X {tuple(X.shape)} {X.dtype}, y {tuple(y.shape)} {y.dtype}, last number of a row {X[0, -1]:g}")

# %% [markdown]
# There are three ways to look at $xW$, and each explains something the others hide.
#
# - **Algebraic**: a matrix product. Every score is a weighted sum of the pixels; twice the contrast gives twice the
#   score (apart from the bias), and there is nothing more to it.
# - **Visual**: column $c$ of $W$ has one number for each pixel, so it can be shown as an image. The score is large
#   where the image agrees with this *template*. There is one template for each class, which has to do for all its
#   poses; you will see yours in 2.20.
# - **Geometric**: images are points in a space of 3072 dimensions. Where the score of class $c$ is zero is a hyperplane
#   in it, and the score grows along the direction of column $c$. Classes that no such planes can separate (a class in
#   the middle of another, two opposite corners against the other two) are out of reach of a linear classifier.
#
# The geometric view can be drawn when images have two numbers only. Here are nine points of three classes, and a $W$
# (its last row is $b$) that the lecture uses as its example. Each line is where a class's score is zero; its arrow says
# where the score grows. The nine rows of scores are printed beside their true classes: for which points is the largest
# score not the true one?

# %%
points = torch.tensor(
    [[0.5, 0.4], [0.8, 0.3], [0.3, 0.8], [-0.4, 0.3], [-0.3, 0.7], [-0.7, 0.2], [0.7, -0.4], [0.5, -0.6], [-0.4, -0.5]]
)
y_points = torch.tensor([0, 0, 0, 1, 1, 1, 2, 2, 2])
X_points = torch.cat([points, torch.ones(9, 1)], dim=1)
W_lecture = torch.tensor([[2.06, 0.44, 2.27], [1.48, -1.82, -2.04], [-0.42, 0.52, -0.10]])

for i in range(9):
    scores = ", ".join(f"{score:5.2f}" for score in X_points[i] @ W_lecture)
    x0, x1 = points[i].tolist()
    print(f"point ({x0:4.1f}, {x1:4.1f}) of class {y_points[i]}: scores {scores}")
plots.linear_classifier.plane(points, y_points, {"the lecture's W": W_lecture})

# %% [markdown]
# ### 2.2 A loss, and L1 regularization
#
# *About 10 minutes.*
#
# A *loss* says how bad a $W$ is: low is good. It has two parts,
#
# $$L(W) = \underbrace{\frac{1}{N} \sum_{i=1}^{N} L_i(x_i, y_i, W)}_{\text{data loss}}
# + \underbrace{R(W)}_{\text{regularization}} .$$
#
# The data loss asks the predictions to agree with the training labels. Two of them follow, the SVM loss in 2.7 and the
# softmax loss in 2.9. The regularization does not look at the data at all. It prefers some weights to others, and that
# does three things: it says which of many equally good $W$ we want, it keeps the model from fitting the training data
# too well (simpler models generalize better), and it can make the loss easier to descend, by adding curvature.
#
# The first is *L1 regularization*. Its strength $\lambda$ (`reg` in the code) is part of $R$:
#
# $$R(W) = \lambda \sum_{k, c} |W_{kc}|$$
#
# Every function of this notebook that computes a loss also returns its *gradient*, a tensor of the shape of $W$ that
# holds the derivative by each weight. The absolute value has a kink at 0, where any number between -1 and 1 would do as
# its slope; we take 0.
#
# <details>
# <summary>Hint: a question</summary>
#
# What is the slope of $|w|$ to the right of 0, to the left of it, and, as agreed, at 0? Which entries of $W$ does the
# derivative by one weight depend on?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# $\frac{\partial R}{\partial W_{kc}} = \lambda \, \text{sign}(W_{kc})$, with $\text{sign}(0) = 0$.
#
# </details>


# %%
def l1_regularization(W: Tensor, reg: float) -> tuple[Tensor, Tensor]:
    """L1 regularization: R = reg * sum(abs(W)).

    Args:
        W: weights, of any shape.
        reg: regularization strength, at least 0.

    Returns:
        R, a 0-dim tensor, and its gradient dR with respect to W, of W's shape; 0 where W is 0.
    """
    # BEGIN SOLUTION
    R = reg * W.abs().sum()
    dR = reg * W.sign()
    return R, dR
    # END SOLUTION


# %%
project1.check(l1_regularization)

# %% [markdown]
# One weight by itself. However small it is, L1 pulls at it as hard as at a large one: that is what takes weights all
# the way to 0.

# %%
w_one = torch.linspace(-2, 2, 201)
l1_one = [l1_regularization(w, 1.0) for w in w_one]
plots.linear_classifier.one_penalty(
    w_one, torch.stack([R for R, _ in l1_one]), torch.stack([dR for _, dR in l1_one]), "L1"
)

# %% [markdown]
# ### 2.3 L2 regularization, and what it prefers
#
# *About 10 minutes.*
#
# *L2 regularization* takes squares:
#
# $$R(W) = \lambda \sum_{k, c} W_{kc}^2$$
#
# Some books write $\frac{\lambda}{2}$ here. We do not: mind the factor in your gradient.
#
# <details>
# <summary>Hint: a question</summary>
#
# What is the derivative of $w^2$, and what becomes of the factor that comes down if there is no $\frac12$ to cancel it?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# $\frac{\partial R}{\partial W_{kc}} = 2 \lambda W_{kc}$.
#
# </details>


# %%
def l2_regularization(W: Tensor, reg: float) -> tuple[Tensor, Tensor]:
    """L2 regularization: R = reg * sum(W * W), without a factor 1/2.

    Args:
        W: weights, of any shape.
        reg: regularization strength, at least 0.

    Returns:
        R, a 0-dim tensor, and its gradient dR with respect to W, of W's shape.
    """
    # BEGIN SOLUTION
    R = reg * (W * W).sum()
    dR = 2 * reg * W
    return R, dR
    # END SOLUTION


# %%
project1.check(l2_regularization)

# %% [markdown]
# What do they prefer? Take $x = (1, 1, 1, 1)$ and two columns of weights: $w_1 = (1, 0, 0, 0)$ looks at one number
# only, $w_2 = (\frac14, \frac14, \frac14, \frac14)$ at all four alike. Both give $x$ the score 1, so no data loss can
# tell them apart. Expected: an L1 penalty of 1 for both, and an L2 penalty of 1 against 0.25. L2 prefers to *spread*
# the weights, so that no single pixel decides. L1 is indifferent here; where numbers differ in how useful they are, it
# tends to put everything on the best one and leave exact zeros.

# %%
x_ones = torch.ones(4)
for w in (torch.tensor([1.0, 0.0, 0.0, 0.0]), torch.full((4,), 0.25)):
    l1, l2 = l1_regularization(w, 1.0)[0], l2_regularization(w, 1.0)[0]
    print(f"w = {w.tolist()}: score {x_ones @ w:g}, L1 penalty {l1:g}, L2 penalty {l2:g}")

# %% [markdown]
# The same in two dimensions, where it can be drawn: all weights on the broad line give $x = (1, 1)$ the score 1. Follow
# the line over the levels of each penalty. Where on it is the penalty smallest?

# %%
plots.linear_classifier.penalties(
    {
        "L1 penalty": lambda w: float(l1_regularization(w, 1.0)[0]),
        "L2 penalty": lambda w: float(l2_regularization(w, 1.0)[0]),
    }
)

# %% [markdown]
# What that makes of learned weights: 200 examples of 20 numbers, of which only three matter, fitted by gradient descent
# on the squared error without a penalty and with each of yours. L1 switches nearly all of the useless ones off; L2
# makes every weight smaller and lets them all have a say. (Both also shorten the three that matter: a penalty has its
# price.)

# %%
generator = torch.Generator().manual_seed(0)
x_many = torch.randn(200, 20, generator=generator)
w_true = torch.zeros(20)
w_true[[2, 7, 13]] = torch.tensor([1.5, -1.0, 0.7])
y_many = x_many @ w_true + 2.0 * torch.randn(200, generator=generator)

w_learned = {}
for name, penalty, strength in (
    ("no penalty", l2_regularization, 0.0),
    ("L1", l1_regularization, 0.5),
    ("L2", l2_regularization, 0.5),
):
    w = torch.zeros(20)
    for t in range(500):
        slope = 2 * x_many.T @ (x_many @ w - y_many) / 200 + penalty(w, strength)[1]
        w = w - 0.1 * 0.99**t * slope
    w_learned[name] = w
plots.linear_classifier.learned_weights(w_learned, w_true)

# %% [markdown]
# ### 2.4 Overfitting: the cliff
#
# Six points on a line, two classes, one weight $w$, and the probability of class 1 taken as $\frac{1}{1 + e^{-wx}}$
# (which is what the softmax of 2.9 comes to for two classes). *Every* $w > 0$ classifies all six correctly. The data
# loss, the mean of $-\log$ of the true class's probability, still falls as $w$ grows, without end: the larger the
# weight, the surer the model is. What comes out is a *cliff*. At $x = -0.05$ the model swears it is class 0, at
# $x = 0.05$ that it is class 1, and nothing in six points justifies it. This is overfitting, and it is unnatural: a
# small step in the input should not turn the world over.
#
# With L2 regularization the total has a lowest point at a moderate weight, and the model stays as unsure between the
# classes as it should be.

# %%
x_line = torch.tensor([-2.0, -1.1, -0.4, 0.4, 1.1, 2.0])
y_line = torch.tensor([0.0, 0.0, 0.0, 1.0, 1.0, 1.0])
w_line = torch.linspace(0.01, 12, 400)
surprise = torch.stack([-torch.sigmoid(w * (2 * y_line - 1) * x_line).log().mean() for w in w_line])
penalty = torch.stack([l2_regularization(w, 0.02)[0] for w in w_line])
plots.linear_classifier.cliff(
    x_line, y_line, [1, 3, 10, 100], w_line, {"data loss": surprise, "data loss + 0.02 w²": surprise + penalty}
)

# %% [markdown]
# How much regularization, then? For each strength, take the weight of the lowest total. The pictures show three; where
# your notebook has sliders, drag `reg` from 0 upwards. At 0 the lowest point is as far out as we look, and with 1 the
# model no longer dares to say anything: that is *underfitting*.


# %%
def best_weight(reg):
    """The weight of the lowest data loss plus L2 penalty, of those between 0.01 and 100."""
    ws = torch.logspace(-2, 2, 400)
    data_loss = -torch.nn.functional.logsigmoid(ws[:, None] * (2 * y_line - 1) * x_line).mean(dim=1)
    totals = data_loss + torch.stack([l2_regularization(w, reg)[0] for w in ws])
    return float(ws[totals.argmin()])


plots.linear_classifier.cliff_by_strength(x_line, y_line, best_weight)

# %% [markdown]
# L1 and L2 are the simplest regularizers, and the two together are called *elastic net*. You will meet stronger ones
# with networks: *dropout* (switch off random units), *batch normalization* (normalize with the statistics of a random
# batch), *cutout* (blank a random square of the image), *mixup* (train on blends of two images and their labels),
# *stochastic depth* (skip random layers). What they share: noise in training, averaged out when predicting.
#
# ### 2.5 Following the slope, numerically
#
# *About 20 minutes.*
#
# How do we find a good $W$? One way is luck (we try it in 2.12). A better way is to feel the ground: how does the loss
# change when one weight changes a little, all others as they were? That is the derivative,
#
# $$\frac{d f(w)}{d w} = \lim_{h \to 0} \frac{f(w + h) - f(w)}{h},$$
#
# and with many weights the vector of such derivatives is the *gradient*. It points uphill; the steepest way down is
# against it. The lecture's table does this with $h = 0.0001$ from a loss of 1.25347. The first weight moved by $h$
# gives 1.25322, the second 1.25353, the third 1.25347. Expected: slopes of -2.5, 0.6 and 0. So raise the first weight,
# lower the second.


# %%
from collections.abc import Callable
from time import perf_counter

from coursekit.progress import progress
from project1 import gradients


def one_sided_slope(f: Callable[[float], float], w: float, h: float) -> float:
    """How fast f, a function of one number, rises from w to w + h."""
    return (f(w + h) - f(w)) / h


for moved in (1.25322, 1.25353, 1.25347):
    slope = one_sided_slope(lambda w, moved=moved: moved if w > 0 else 1.25347, 0.0, 0.0001)
    print(f"from 1.25347 to {moved}: slope {slope:.1f}")

# %% [markdown]
# The one-sided difference has an error that shrinks like $h$. Stepping to both sides is better: with the *centred*
# difference
#
# $$\frac{\partial f}{\partial w_k} \approx \frac{f(w + h e_k) - f(w - h e_k)}{2h}$$
#
# ($e_k$ is 1 at $k$ and 0 elsewhere) the errors of the two sides cancel, and what is left shrinks like $h^2$. Write it
# for a $w$ of any shape. When your function returns, $w$ must be as it was.
#
# <details>
# <summary>Hint: a question</summary>
#
# Which of the weights may differ between the two losses of one quotient? And what must the weight be again, before the
# next one is moved?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# The centred quotient of weight $k$ is $\frac{f(w + h e_k) - f(w - h e_k)}{2h}$, where $e_k$ is 1 at $k$ and 0
# elsewhere; the one-sided one is $\frac{f(w + h e_k) - f(w)}{h}$.
#
# </details>


# %%
def numeric_gradient(f: Callable[[Tensor], Tensor], w: Tensor, h: float = 1e-5) -> Tensor:
    """The gradient of f at w by centred differences, one entry of w at a time.

    Args:
        f: takes a tensor like w and returns a 0-dim tensor.
        w: where to differentiate, of any shape, float64 for full accuracy. It is as before when this returns.
        h: the step, to either side.

    Returns:
        The estimate of df/dw, of w's shape and dtype.
    """
    # BEGIN SOLUTION
    dw = torch.zeros(w.numel(), dtype=w.dtype, device=w.device)
    for k in range(w.numel()):
        step = torch.zeros_like(dw)
        step[k] = h
        step = step.reshape(w.shape)
        dw[k] = (f(w + step) - f(w - step)) / (2 * h)
    return dw.reshape(w.shape)
    # END SOLUTION


# %%
project1.check(numeric_gradient)

# %% [markdown]
# How small should $h$ be? The derivative of $e^w$ is $e^w$, so here we know the truth. From the right: a large step
# misses because the function bends. From the left: a tiny step misses because $f(w+h)$ and $f(w-h)$ agree in nearly all
# of their 16 digits, and the difference is mostly rounding. Expected: the centred error falls twice as fast, down to
# about $10^{-11}$ near $h = 10^{-5}$, and the one-sided one gets no better than about $10^{-8}$.

# %%
steps = [10.0**-e for e in range(1, 14)]
at = torch.tensor([1.0], dtype=torch.float64)
truth = at.exp()
errors = {
    "one-sided": [abs(one_sided_slope(lambda w: (at * 0 + w).exp().item(), 1.0, h) / truth.item() - 1) for h in steps],
    "centred": [abs(numeric_gradient(lambda w: w.exp().sum(), at, h).item() / truth.item() - 1) for h in steps],
}
plots.linear_classifier.difference_errors(steps, errors)

# %% [markdown]
# ### 2.6 Numeric against analytic
#
# | | numeric gradient | analytic gradient |
# |---|---|---|
# | how | try every weight, twice | calculus, then code |
# | speed | slow: $2 D C$ losses, 61,460 for one gradient of our $W$ | fast: about as much as the loss itself |
# | accuracy | approximate | exact |
# | effort | easy, hard to get wrong | error-prone |
#
# So use the analytic gradient for training, and the numeric one to check it, on a small problem, in float64, away from
# kinks. This is a *gradient check*, and you should do one for every gradient you will ever write. We compare with the
# largest *relative* error, $\max|a - b| / \max(|a| + |b|)$; below $10^{-5}$ is what we ask for.
#
# PyTorch has a gradient check of its own, `torch.autograd.gradcheck`, which compares an analytic gradient with centred
# differences. `gradients.check_gradient` hands your loss and your gradient to it and says in words what it found. Its
# tolerances are wide, so look at the relative error too.

# %%
torch.manual_seed(0)
W_small = torch.randn(4, 3, dtype=torch.float64)
for penalty in (l1_regularization, l2_regularization):
    _, dR = penalty(W_small, 0.3)
    numeric = numeric_gradient(lambda W, penalty=penalty: penalty(W, 0.3)[0], W_small)
    print(f"{penalty.__name__}: relative error {gradients.relative_error(dR, numeric):.1e}")
    print("   ", gradients.check_gradient(penalty, W_small, 0.3))

# %% [markdown]
# ### 2.7 The multiclass SVM loss, with loops
#
# *About 40 minutes.*
#
# Write $s = x_i W$ for the scores of one image. The *multiclass SVM loss* (Weston and Watkins, 1999) wants the true
# class to win by a margin of at least 1 over every other class, and charges for what is missing:
#
# $$L_i = \sum_{j \neq y_i} \max(0, s_j - s_{y_i} + 1)$$
#
# The total is the mean of $L_i$ over the images, plus the L2 regularization of 2.3, $\lambda \sum W^2$ without a factor
# $\frac12$, the row of biases included.
#
# For the gradient look at one term at a time. If it is 0, moving $W$ a little changes nothing. If it is positive, it is
# $x_i W_j - x_i W_{y_i} + 1$, with $W_j$ for column $j$ of $W$: by which columns does it have a derivative, and what is
# it? Exactly at the kink any slope between the two is right.
#
# Write it with explicit loops over images and classes, and fill `dW` along the way.
#
# <details>
# <summary>Hint: a question</summary>
#
# For one image and one wrong class $j$ whose margin is not kept: if every entry of column $j$ of $W$ grows a little,
# which scores change, and by how much? And if those of the true column grow?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# For each $j \neq y_i$ with $x_i W_j - x_i W_{y_i} + 1 > 0$: $\frac{\partial L_i}{\partial W_j}$ gets $+x_i$ and
# $\frac{\partial L_i}{\partial W_{y_i}}$ gets $-x_i$. At the end come the mean over the images and $2 \lambda W$.
#
# </details>


# %%
def svm_loss_naive(W: Tensor, X: Tensor, y: Tensor, reg: float) -> tuple[Tensor, Tensor]:
    """Mean multiclass hinge loss (margin 1) of the scores X W, plus reg * sum(W * W); with loops.

    Args:
        W: weights, (D, C).
        X: inputs, (N, D).
        y: true classes in [0, C), int64, (N,).
        reg: regularization strength, at least 0.

    Returns:
        The loss, a 0-dim tensor, and its gradient dW with respect to W, (D, C). Neither input is changed.
    """
    # BEGIN SOLUTION
    N, C = X.shape[0], W.shape[1]
    loss = torch.zeros((), dtype=W.dtype, device=W.device)
    dW = torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin / N
                dW[:, j] += X[i] / N
                dW[:, y[i]] -= X[i] / N
    loss = loss + reg * (W * W).sum()
    dW = dW + 2 * reg * W
    return loss, dW
    # END SOLUTION


# %%
project1.check(svm_loss_naive)

# %% [markdown]
# With weights near 0 all scores are near 0, each of the nine wrong classes misses the margin by 1, and the loss must be
# **9**, whatever the images. A first number like this is worth knowing for every loss. Expected: 9.00.

# %%
torch.manual_seed(0)
W_tiny = 1e-4 * torch.randn(X_train.shape[1], 10, dtype=torch.float64)
X_some, y_some = X_train[:100].double(), y_train[:100]
start = perf_counter()
svm_tiny, _ = svm_loss_naive(W_tiny, X_some, y_some, 1e-3)
seconds = perf_counter() - start
print(f"SVM loss at a tiny W: {svm_tiny:.2f}, in {1000 * seconds:.0f} ms for 100 images")

# %% [markdown]
# Now the lecture's example, where every number is known. Its page prints for the nine points the losses 0.02, 0.44,
# 0.00, 0.39, 1.87, 0.00, 0.25, 0.57 and 2.24, a mean of 0.64, a regularization loss of 1.92 and a total of 2.57. Yours
# may differ in the second decimal, by two at most, because the $W$ printed there is rounded. It regularizes $W$ but not
# $b$, with strength 0.1, so we call your SVM loss with `reg=0` and your `l2_regularization` on all rows but the last.
#
# Your gradient should be $dW$ = [[0.19, 0.33], [0.25, -0.64], [0.51, -0.16]] (one row for each class) and $db$ = [0,
# 0.11, -0.11]. The page prints other numbers: it adds $0.5 \lambda W$ as the gradient of $\lambda \sum W^2$. The
# numeric gradient settles who is right, which is what it is for.
#
# In the picture, a bar is your loss of a point and a line the page's. Look the two largest up among the scores of 2.1:
# which class is in the lead there, and by how much?

# %%
each = [svm_loss_naive(W_lecture, X_points[i : i + 1], y_points[i : i + 1], 0.0)[0].item() for i in range(9)]
data_loss, dW = svm_loss_naive(W_lecture, X_points, y_points, 0.0)
R, dR = l2_regularization(W_lecture[:2], 0.1)
print("losses       ", ", ".join(f"{loss:.2f}" for loss in each))
print(f"mean {data_loss:.2f}, regularization {R:.2f}, total {data_loss + R:.2f}")
print("dW           ", [[round(value, 2) + 0.0 for value in row] for row in (dW[:2] + dR).T.tolist()])
print("db           ", [round(value, 2) + 0.0 for value in dW[2].tolist()])


def lecture_loss(W: Tensor) -> Tensor:
    """The total of the lecture's page, as a function of W."""
    return svm_loss_naive(W, X_points.double(), y_points, 0.0)[0] + l2_regularization(W[:2], 0.1)[0]


numeric = numeric_gradient(lecture_loss, W_lecture.double())
print("numeric dW   ", [[round(value, 2) + 0.0 for value in row] for row in numeric[:2].T.tolist()])
plots.linear_classifier.losses_of_points(each, [0.02, 0.44, 0.00, 0.39, 1.87, 0.00, 0.25, 0.57, 2.24], y_points)

# %% [markdown]
# Here is a page of that kind to play with: drag points and lines, choose a loss and an optimizer, watch every number
# and both gradients follow. Press "the lecture's numbers" and compare with yours.

# %%
project1.demo()

# %% [markdown]
# Last, a gradient check on a random problem of the right kind: small, float64, scores of order 1, a regularization that
# shows. (At tiny weights or a tiny `reg` a missing term hides below the tolerance.) Expected: a relative error far
# below $10^{-5}$.

# %%
torch.manual_seed(1)
X_small, y_small = torch.randn(12, 6, dtype=torch.float64), torch.randint(4, (12,))
W_small = torch.randn(6, 4, dtype=torch.float64)


def check_loss(loss_func: Callable[[Tensor, Tensor, Tensor, float], tuple[Tensor, Tensor]]) -> None:
    """Compare the gradient that a loss function returns with the numeric gradient of its loss."""
    _, dW = loss_func(W_small, X_small, y_small, 0.1)
    numeric = numeric_gradient(lambda W: loss_func(W, X_small, y_small, 0.1)[0], W_small, h=1e-6)
    print(f"{loss_func.__name__}: relative error {gradients.relative_error(dW, numeric):.1e}")
    print("   ", gradients.check_gradient(loss_func, W_small, X_small, y_small, 0.1))


check_loss(svm_loss_naive)

# %% [markdown]
# ### 2.8 The multiclass SVM loss, without loops
#
# *About 40 minutes.*
#
# Now all images at once. The scores are one product $S = XW$ of shape $(N, C)$. Picking each image's true score out of
# its row is *advanced indexing*: `S[torch.arange(N), y]`. For the gradient, think in two steps: first a matrix $dS$ of
# the shape of $S$ (how does the loss change with each score?), then one matrix product that takes it to $dW$. Check the
# shapes: $(D, C)$ can only come from $(D, N)$ times $(N, C)$.
#
# <details>
# <summary>Hint: a question</summary>
#
# How often does the true score of image $i$ occur in its loss? What does that make of the entry of $dS$ at the true
# class?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# For $j \neq y_i$: $dS_{ij} = \frac{1}{N} [S_{ij} - S_{i y_i} + 1 > 0]$, where the bracket is 1 if it holds;
# $dS_{i y_i} = -\sum_{j \neq y_i} dS_{ij}$. Then $dW = X^\top dS + 2 \lambda W$.
#
# </details>


# %%
def svm_loss_vectorized(W: Tensor, X: Tensor, y: Tensor, reg: float) -> tuple[Tensor, Tensor]:
    """Mean multiclass hinge loss (margin 1) of the scores X W, plus reg * sum(W * W); no Python loop.

    Args:
        W: weights, (D, C).
        X: inputs, (N, D).
        y: true classes in [0, C), int64, (N,).
        reg: regularization strength, at least 0.

    Returns:
        The loss, a 0-dim tensor, and its gradient dW with respect to W, (D, C). Neither input is changed.
    """
    # BEGIN SOLUTION
    N = X.shape[0]
    rows = torch.arange(N, device=X.device)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = margins.sum() / N + reg * (W * W).sum()

    ds = (margins > 0).to(X.dtype)
    ds[rows, y] = -ds.sum(dim=1)
    dW = (ds.T @ X).T / N + 2 * reg * W  # X.T @ ds, which is slower: a large X is best read row by row
    return loss, dW
    # END SOLUTION


# %%
project1.check(svm_loss_vectorized)

# %% [markdown]
# The loss and the gradient must agree with the loops' (differences below $10^{-6}$ in the loss), and come much faster.

# %%
start = perf_counter()
svm_naive, svm_dW_naive = svm_loss_naive(W_tiny, X_some, y_some, 1e-3)
between = perf_counter()
svm_vectorized, svm_dW_vectorized = svm_loss_vectorized(W_tiny, X_some, y_some, 1e-3)
end = perf_counter()
print(f"difference of the losses {abs(svm_naive - svm_vectorized):.1e}")
print(f"relative error of dW {gradients.relative_error(svm_dW_naive, svm_dW_vectorized):.1e}")
check_loss(svm_loss_vectorized)
plots.knn.timings(
    {"with loops": 1000 * (between - start), "no loops": 1000 * (end - between)},
    xlabel="milliseconds for the SVM loss of 100 images and its gradient",
)

# %% [markdown]
# ### 2.9 The softmax loss, with loops
#
# *About 40 minutes.*
#
# The SVM loss has no more to say once every margin is kept. The *softmax loss* reads scores as logarithms of
# probabilities, up to a constant:
#
# $$p_j = \frac{e^{s_j}}{\sum_k e^{s_k}}, \qquad L_i = -\log p_{y_i}$$
#
# It is the *cross-entropy* between the true label and $p$: how surprised is the model by the truth? It is never 0, so
# it always asks for more.
#
# Two things to take care of:
#
# - **Stability.** $e^{1000}$ is infinite in floating point, and a score of 1000 does happen in training. Adding the
#   same number to all scores of one image changes no probability, so first subtract the largest: the largest exponent
#   is then $e^0 = 1$. And take the logarithm on paper, not of a $p$ that may have rounded to 0:
#   $-\log p_{y_i} = \log \sum_k e^{s_k} - s_{y_i}$.
# - **The gradient.** Work out $\partial L_i / \partial s_j$ from that last formula, for $j = y_i$ and for the others.
#   The result is one of the simplest in the course. Then, as before, $s_j = x_i W_j$.
#
# The total is the mean over the images plus $\lambda \sum W^2$.
#
# <details>
# <summary>Hint: a question</summary>
#
# In $\log \sum_k e^{s_k} - s_{y_i}$, what is the derivative of the first term by one score $s_j$? Have you met that
# fraction before? For which $j$ does the second term have a derivative?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# $\frac{\partial L_i}{\partial s_j} = p_j - [j = y_i]$, where the bracket is 1 if it holds; so column $j$ of the
# gradient gets $(p_j - [j = y_i]) \, x_i$. With $m = \max_k s_k$: $\log \sum_k e^{s_k} = m + \log \sum_k e^{s_k - m}$.
#
# </details>


# %%
def softmax_loss_naive(W: Tensor, X: Tensor, y: Tensor, reg: float) -> tuple[Tensor, Tensor]:
    """Mean cross-entropy of softmax(X W), plus reg * sum(W * W); with loops, and stable for large scores.

    Args:
        W: weights, (D, C).
        X: inputs, (N, D).
        y: true classes in [0, C), int64, (N,).
        reg: regularization strength, at least 0.

    Returns:
        The loss, a 0-dim tensor, and its gradient dW with respect to W, (D, C). Neither input is changed.
    """
    # BEGIN SOLUTION
    N, C = X.shape[0], W.shape[1]
    loss = torch.zeros((), dtype=W.dtype, device=W.device)
    dW = torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        s = s - s.max()
        log_sum = s.exp().sum().log()
        loss = loss + (log_sum - s[y[i]]) / N
        for j in range(C):
            p = (s[j] - log_sum).exp()
            dW[:, j] += p * X[i] / N
        dW[:, y[i]] -= X[i] / N
    loss = loss + reg * (W * W).sum()
    dW = dW + 2 * reg * W
    return loss, dW
    # END SOLUTION


# %%
project1.check(softmax_loss_naive)

# %% [markdown]
# At tiny weights every class has probability $\frac{1}{10}$, so the loss must be $\ln 10 = 2.3026$. Expected: 2.303.

# %%
start = perf_counter()
softmax_tiny, _ = softmax_loss_naive(W_tiny, X_some, y_some, 1e-3)
seconds = perf_counter() - start
print(f"softmax loss at a tiny W: {softmax_tiny:.3f}, in {1000 * seconds:.0f} ms for 100 images")
check_loss(softmax_loss_naive)

# %% [markdown]
# How do the two losses see the same scores? One image, three classes, the wrong ones at 1.0 and -0.5, and the score of
# the true class moving from left to right. (With the identity as $W$, an "image" is its own scores.) Find the point
# from which on the SVM loss is content. What does the softmax loss do there?

# %%
others = [1.0, -0.5]
true_scores = torch.linspace(-3, 5, 161)
first = torch.tensor([0])
rows = [torch.tensor([[score, *others]]) for score in true_scores.tolist()]
plots.linear_classifier.loss_of_score(
    true_scores,
    {
        "SVM": torch.stack([svm_loss_naive(torch.eye(3), row, first, 0.0)[0] for row in rows]),
        "softmax": torch.stack([softmax_loss_naive(torch.eye(3), row, first, 0.0)[0] for row in rows]),
    },
    others,
)

# %% [markdown]
# ### 2.10 The softmax loss, without loops
#
# *About 30 minutes.*
#
# The same for all images at once. Mind the axis: every image has its own largest score and its own sum
# (`dim=1, keepdim=True` keeps shapes that broadcast).
#
# <details>
# <summary>Hint: a question</summary>
#
# Which matrix has the shape of the scores and holds all derivatives of 2.9 at once? Aside from the factor $\frac{1}{N}$
# it differs from the matrix of probabilities in $N$ entries only: which?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# $dS = \frac{1}{N} (P - Y)$, where row $i$ of $Y$ is 1 at $y_i$ and 0 elsewhere. Then $dW = X^\top dS + 2 \lambda W$.
#
# </details>


# %%
def softmax_loss_vectorized(W: Tensor, X: Tensor, y: Tensor, reg: float) -> tuple[Tensor, Tensor]:
    """Mean cross-entropy of softmax(X W), plus reg * sum(W * W); no Python loop, and stable for large scores.

    Args:
        W: weights, (D, C).
        X: inputs, (N, D).
        y: true classes in [0, C), int64, (N,).
        reg: regularization strength, at least 0.

    Returns:
        The loss, a 0-dim tensor, and its gradient dW with respect to W, (D, C). Neither input is changed.
    """
    # BEGIN SOLUTION
    N = X.shape[0]
    rows = torch.arange(N, device=X.device)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = -log_p[rows, y].sum() / N + reg * (W * W).sum()

    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = (ds.T @ X).T / N + 2 * reg * W  # X.T @ ds, read row by row
    return loss, dW
    # END SOLUTION


# %%
project1.check(softmax_loss_vectorized)

# %%
start = perf_counter()
softmax_naive, softmax_dW_naive = softmax_loss_naive(W_tiny, X_some, y_some, 1e-3)
between = perf_counter()
softmax_vectorized, softmax_dW_vectorized = softmax_loss_vectorized(W_tiny, X_some, y_some, 1e-3)
end = perf_counter()
print(f"difference of the losses {abs(softmax_naive - softmax_vectorized):.1e}")
print(f"relative error of dW {gradients.relative_error(softmax_dW_naive, softmax_dW_vectorized):.1e}")
check_loss(softmax_loss_vectorized)
plots.knn.timings(
    {"with loops": 1000 * (between - start), "no loops": 1000 * (end - between)},
    xlabel="milliseconds for the softmax loss of 100 images and its gradient",
)

# %% [markdown]
# ### 2.11 The gradient of the gradient
#
# A gradient is a function too, and has derivatives of its own: the *Hessian*,
# $H_{kl} = \partial^2 L / \partial w_k \partial w_l$, which says how the loss curves. `torch.autograd.gradgradcheck`
# asks of the second derivative what `gradcheck` asks of the first. Here is PyTorch's own cross-entropy, which passes
# both, and a cube whose first derivative is right while its second is not: `detach` in its backward hides the
# dependence on $x$. `gradcheck` cannot see that. (You may use neither inside your losses; here they are tools to look
# with.)


# %%
class Cube(torch.autograd.Function):
    """x * x * x, with a right gradient that cannot be differentiated again."""

    @staticmethod
    def forward(ctx, x):
        """The value."""
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, grad):
        """The derivative, cut off from x."""
        (x,) = ctx.saved_tensors
        return grad * 3 * x.detach() ** 2


def torch_softmax(W: Tensor) -> Tensor:
    """The softmax loss of the small problem as PyTorch has it."""
    return torch.nn.functional.cross_entropy(X_small @ W, y_small)


for name, function in (("cross-entropy", torch_softmax), ("Cube", Cube.apply)):
    W_checked = W_small.clone().requires_grad_()
    first_order = torch.autograd.gradcheck(function, W_checked, raise_exception=False)
    second_order = torch.autograd.gradgradcheck(function, W_checked, raise_exception=False)
    print(f"{name:14} gradcheck {first_order!s:6} gradgradcheck {second_order}")

# %% [markdown]
# Your softmax loss returns `dW` as plain numbers, so we differentiate it with the tool you built: the numeric gradient
# of each entry of your `dW` is one row of the Hessian. Three things must hold: it is symmetric (the order of two
# derivatives does not matter; that alone proves little, for a `dW` with a wrong factor, a wrong sign or a missing term
# is mostly still the gradient of *something*, and symmetric too), it agrees with PyTorch's, and no eigenvalue is
# negative (the softmax loss is *convex*: it has no local minimum to be trapped in).

# %%
hessian = torch.stack(
    [
        numeric_gradient(lambda W, k=k: softmax_loss_vectorized(W, X_small, y_small, 0.0)[1].reshape(-1)[k], W_small)
        for k in range(W_small.numel())
    ]
).reshape(24, 24)
by_torch = torch.autograd.functional.hessian(torch_softmax, W_small).reshape(24, 24)
print(f"not symmetric by {(hessian - hessian.T).abs().max():.1e}")
print(f"relative error against PyTorch {gradients.relative_error(hessian, by_torch):.1e}")
print(f"smallest eigenvalue {torch.linalg.eigvalsh((hessian + hessian.T) / 2).min():.1e} (0, up to rounding)")

# %% [markdown]
# ### 2.12 A first bad idea: random search
#
# *About 15 minutes.*
#
# We can now say how bad a $W$ is. So draw many at random and keep the best. Each try draws `scale * torch.randn`.
#
# <details>
# <summary>Hint: a question</summary>
#
# What has to be remembered from one try to the next, and with which loss does the search begin, so that the first try
# is always an improvement?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# $W^\star = \arg\min_t L(W_t)$ with $W_t = \text{scale} \cdot Z_t$ and $Z_t$ standard normal. Begin with
# $L^\star = \infty$.
#
# </details>


# %%
def random_search(
    loss_func: Callable[[Tensor, Tensor, Tensor, float], tuple[Tensor, Tensor]],
    X: Tensor,
    y: Tensor,
    num_classes: int,
    num_tries: int = 1000,
    scale: float = 1e-4,
    reg: float = 0.0,
) -> tuple[Tensor, float]:
    """Draw W = scale * randn again and again, and keep the one of the lowest loss.

    Args:
        loss_func: (W, X, y, reg) -> (loss, dW), such as `svm_loss_vectorized`.
        X: inputs, (N, D).
        y: true classes in [0, num_classes), int64, (N,).
        num_classes: the number of classes C.
        num_tries: how many W to draw, at least 1.
        scale: the standard deviation of the entries of W.
        reg: regularization strength, handed to loss_func.

    Returns:
        The best W, (D, C) in X's dtype, and its loss, a float.
    """
    # BEGIN SOLUTION
    best_W, best_loss = None, float("inf")
    for _ in range(num_tries):
        W = scale * torch.randn(X.shape[1], num_classes, dtype=X.dtype, device=X.device)
        loss, _ = loss_func(W, X, y, reg)
        if best_W is None or loss < best_loss:
            best_W, best_loss = W, float(loss)
    return best_W, best_loss
    # END SOLUTION


# %%
project1.check(random_search)

# %% [markdown]
# 1,000 tries on 500 training images. With ten classes, guessing gets 10 % right. In the lecture the best of 1,000
# random tries reached 15.5 % on CIFAR-10; how far does luck take you here? Expected: a loss barely below 9 and an
# accuracy of 10 to 20 %. The picture says why there is no hope in trying longer: in 30,730 dimensions nearly all
# directions are equally useless.

# %%
torch.manual_seed(0)
tried: list[float] = []
num_tries = 1000


def remember(W: Tensor, X: Tensor, y: Tensor, reg: float) -> tuple[Tensor, Tensor]:
    """Your SVM loss, which also notes down each loss for the picture."""
    loss, dW = svm_loss_vectorized(W, X, y, reg)
    tried.append(float(loss))
    advance(1)
    return loss, dW


with progress("trying at random", num_tries, "tries") as advance:
    W_random, loss_random = random_search(remember, X_train[:500], y_train[:500], num_classes=10, num_tries=num_tries)
accuracy = ((X_val @ W_random).max(dim=1).indices == y_val).double().mean()
print(f"best loss {loss_random:.4f}, validation accuracy {100 * accuracy:.1f} %")
plots.linear_classifier.search_history(tried)

# %% [markdown]
# ### 2.13 A better idea: downhill, a few images at a time
#
# *About 15 minutes.*
#
# *Batch gradient descent* computes the gradient on all training images and steps against it, again and again:
#
# $$W \leftarrow W - \alpha \, \nabla_W L(W)$$
#
# with the *learning rate* $\alpha$. One such step costs a pass over all $N$ images. But the data loss is only an
# estimate to begin with: what we would like to lower is the expected loss over all images there could be, and the mean
# over the training set stands in for it. The mean over a *minibatch* of $B$ images estimates the same,
#
# $$\begin{aligned}
# L(W) &= \mathbb{E}_{(x, y) \sim p_\text{data}} [L(x, y, W)] + R(W) \\
#      &\approx \frac{1}{N} \sum_{i=1}^{N} L(x_i, y_i, W) + R(W)
#       \approx \frac{1}{B} \sum_{b=1}^{B} L(x_{i_b}, y_{i_b}, W) + R(W),
# \end{aligned}$$
#
# where $R(W)$ is the regularization of 2.2 or 2.3, its strength $\lambda$ included. The minibatch's gradient is right
# on average (*unbiased*) as long as every image is equally likely to be drawn. It is noisier, and $N / B$ times
# cheaper. This is *stochastic gradient descent*, SGD.
#
# Write the draw. Each of the `batch_size` rows is any of the `num_train` rows with equal probability, drawn *with
# replacement*: the same row may come twice.
#
# <details>
# <summary>Hint: a question</summary>
#
# Which whole numbers name a row, the smallest and the largest? Must an image and its label be picked by the same draw?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# $i_1, \dots, i_B$ independent, each with $P(i_b = r) = \frac{1}{N}$ for $r = 0, \dots, N - 1$; the minibatch is
# $(x_{i_b}, y_{i_b})_{b = 1}^{B}$.
#
# </details>


# %%
def sample_batch(X: Tensor, y: Tensor, num_train: int, batch_size: int) -> tuple[Tensor, Tensor]:
    """Draw a minibatch uniformly, with replacement, from all rows.

    Args:
        X: inputs, (num_train, D).
        y: true classes, int64, (num_train,).
        num_train: the number of rows.
        batch_size: how many rows to draw; may be larger than num_train.

    Returns:
        X_batch, (batch_size, D), and y_batch, (batch_size,): the same rows of X and y.
    """
    # BEGIN SOLUTION
    rows = torch.randint(num_train, (batch_size,), device=X.device)
    return X[rows], y[rows]
    # END SOLUTION


# %%
project1.check(sample_batch)

# %% [markdown]
# How noisy is it? For several batch sizes, twenty minibatch gradients each, against the gradient on all 8,000 training
# images. The distance falls like $1 / \sqrt{B}$: four times the images, half the noise. With 100 or 200 images the
# noise is about as long as the gradient itself. Training works all the same: from step to step the noise points
# elsewhere and averages out, the gradient does not.

# %%
torch.manual_seed(0)
W_start = 1e-2 * torch.randn(X_train.shape[1], 10)
_, dW_full = softmax_loss_vectorized(W_start, X_train, y_train, 0.0)
sizes, distances = [2, 8, 32, 128, 512], []
for batch_size in sizes:
    squares = []
    for _ in range(20):
        X_batch, y_batch = sample_batch(X_train, y_train, len(y_train), batch_size)
        _, dW = softmax_loss_vectorized(W_start, X_batch, y_batch, 0.0)
        squares.append(((dW - dW_full) ** 2).sum() / (dW_full**2).sum())
    distances.append(float(torch.stack(squares).mean().sqrt()))
plots.linear_classifier.batch_noise(sizes, distances)

# %% [markdown]
# ### 2.14 Training
#
# *About 20 minutes.*
#
# The whole of it: start somewhere, and `num_iters` times draw a minibatch, compute loss and gradient with `loss_func`,
# note the loss, take a step of `learning_rate` against the gradient. Part 3 is about better steps; this one is plain.
#
# <details>
# <summary>Hint: a question</summary>
#
# Is the loss that is noted the one before or after the step? Which way does the gradient point, and which way do you
# want to go?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# In each iteration $W \leftarrow W - \alpha \, \nabla_W L_B(W)$, where $L_B$ is the loss of this iteration's minibatch
# at the $W$ before the step.
#
# </details>


# %%
def train_linear_classifier(
    loss_func: Callable[[Tensor, Tensor, Tensor, float], tuple[Tensor, Tensor]],
    W: Tensor | None,
    X: Tensor,
    y: Tensor,
    learning_rate: float = 1e-3,
    reg: float = 1e-5,
    num_iters: int = 100,
    batch_size: int = 200,
    verbose: bool = False,
) -> tuple[Tensor, list[float]]:
    """Minibatch stochastic gradient descent on a loss.

    Args:
        loss_func: (W, X_batch, y_batch, reg) -> (loss, dW).
        W: where to start, (D, C); or None, to start at 1e-6 * randn with C = max(y) + 1 classes. It may be updated
            in place.
        X: inputs, (N, D).
        y: true classes, int64, (N,).
        learning_rate: the step size.
        reg: regularization strength, handed to loss_func.
        num_iters: how many steps to take.
        batch_size: how many rows `sample_batch` draws for each step.
        verbose: print the loss now and then.

    Returns:
        W after num_iters steps, (D, C), and the loss of each minibatch before its step, a list of floats.
    """
    # BEGIN SOLUTION
    N, D = X.shape
    if W is None:
        C = int(y.max()) + 1
        W = 1e-6 * torch.randn(D, C, dtype=X.dtype, device=X.device)
    losses = []
    for t in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, N, batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        losses.append(float(loss))
        W = W - learning_rate * dW
        if verbose and t % 100 == 0:
            print(f"iteration {t} of {num_iters}: loss {losses[-1]:.4f}")
    return W, losses
    # END SOLUTION


# %%
project1.check(train_linear_classifier)

# %% [markdown]
# Train both losses for 300 steps. Expected: the SVM loss starts at 9.0 and ends near 3, the softmax loss starts at 2.30
# and ends near 1.2. Read a curve like a doctor: a straight slow line is a learning rate too low, a fast fall to a high
# plateau or a jump to `nan` is one too high.

# %%
torch.manual_seed(0)
W_svm, svm_losses = train_linear_classifier(
    svm_loss_vectorized, None, X_train, y_train, learning_rate=3e-3, reg=1e-2, num_iters=300, verbose=True
)
W_softmax, softmax_losses = train_linear_classifier(
    softmax_loss_vectorized, None, X_train, y_train, learning_rate=1e-1, reg=1e-3, num_iters=300, verbose=True
)
for name, losses in (("SVM", svm_losses), ("softmax", softmax_losses)):
    print(f"{name}: first loss {losses[0]:.2f}, mean of the last fifty {sum(losses[-50:]) / 50:.2f}")
plots.linear_classifier.loss_curves({"SVM": svm_losses, "softmax": softmax_losses})

# %% [markdown]
# ### 2.15 Prediction
#
# *About 5 minutes.*
#
# The class of the highest score. No softmax is needed for it: probabilities grow with scores.
#
# <details>
# <summary>Hint: a question</summary>
#
# Which axis of $XW$ is the one of the classes, and do you want the largest score or its place?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# $\hat{y}_i = \arg\max_c (XW)_{ic}$.
#
# </details>


# %%
def predict_linear_classifier(W: Tensor, X: Tensor) -> Tensor:
    """The class of the highest score for each input.

    Args:
        W: weights, (D, C).
        X: inputs, (N, D).

    Returns:
        Predicted classes in [0, C), int64, (N,).
    """
    # BEGIN SOLUTION
    return (X @ W).argmax(dim=1)
    # END SOLUTION


# %%
project1.check(predict_linear_classifier)

# %% [markdown]
# Expected after 300 steps: about 60 % of the validation images right for each of them, far from luck, with a few
# seconds of work.

# %%
for name, W in (("SVM", W_svm), ("softmax", W_softmax)):
    train_accuracy = (predict_linear_classifier(W, X_train) == y_train).double().mean()
    val_accuracy = (predict_linear_classifier(W, X_val) == y_val).double().mean()
    print(f"{name}: training accuracy {100 * train_accuracy:.1f} %, validation accuracy {100 * val_accuracy:.1f} %")

# %% [markdown]
# Back to the nine points, where training can be watched. Three classifiers: the poor start that the lecture's page
# begins with, what the SVM loss makes of it in 300 steps, and what the softmax loss does. Each region has the colour of
# the class that is predicted there; where two regions meet, two scores are equal, so every border is straight.

# %%
torch.manual_seed(0)
W_begin = torch.tensor([[1.0, 2.0, 3.0], [2.0, -4.0, -1.0], [0.0, 0.5, -0.5]])
planes = {"the start": W_begin}
for name, loss_func in (("SVM", svm_loss_vectorized), ("softmax", softmax_loss_vectorized)):
    W_end, _ = train_linear_classifier(
        loss_func, W_begin.clone(), X_points, y_points, learning_rate=0.1, reg=0.01, num_iters=300, batch_size=9
    )
    planes[f"{name}, 300 steps"] = W_end
plots.linear_classifier.plane(points, y_points, planes, predict_linear_classifier)

# %% [markdown]
# ### 2.16 Two classifiers
#
# To search hyperparameters it is handy to keep $W$, the loss and the methods together. These classes are given; they
# call your functions. Change nothing here: the grader uses its own copy.


# %%
class LinearClassifier:
    """A linear classifier: weights W, trained on the loss that a subclass names. Given; change nothing here."""

    def __init__(self) -> None:
        self.W: Tensor | None = None

    def loss(self, W: Tensor, X_batch: Tensor, y_batch: Tensor, reg: float) -> tuple[Tensor, Tensor]:
        """The loss (0-dim) and its gradient (D, C); each subclass has its own."""
        raise NotImplementedError("use LinearSVM or Softmax: a LinearClassifier has no loss of its own")

    def train(
        self,
        X_train: Tensor,
        y_train: Tensor,
        learning_rate: float = 1e-3,
        reg: float = 1e-5,
        num_iters: int = 100,
        batch_size: int = 200,
        verbose: bool = False,
    ) -> list[float]:
        """Train W, from where it is, on X_train (N, D) and y_train (N,); returns the loss of each step."""
        self.W, losses = train_linear_classifier(
            self.loss, self.W, X_train, y_train, learning_rate, reg, num_iters, batch_size, verbose
        )
        return losses

    def predict(self, X: Tensor) -> Tensor:
        """Predicted classes, int64 (N,), of X (N, D)."""
        return predict_linear_classifier(self.W, X)

    def save(self, path: str) -> None:
        """Write {"W": W} to a file."""
        torch.save({"W": self.W}, path)
        print(f"saved {path}")

    def load(self, path: str) -> None:
        """Read W from a file that `save` wrote."""
        self.W = torch.load(path, map_location="cpu", weights_only=True)["W"]


class LinearSVM(LinearClassifier):
    """A linear classifier trained on the multiclass SVM loss."""

    def loss(self, W: Tensor, X_batch: Tensor, y_batch: Tensor, reg: float) -> tuple[Tensor, Tensor]:
        """`svm_loss_vectorized`."""
        return svm_loss_vectorized(W, X_batch, y_batch, reg)


class Softmax(LinearClassifier):
    """A linear classifier trained on the softmax loss."""

    def loss(self, W: Tensor, X_batch: Tensor, y_batch: Tensor, reg: float) -> tuple[Tensor, Tensor]:
        """`softmax_loss_vectorized`."""
        return softmax_loss_vectorized(W, X_batch, y_batch, reg)


# %% [markdown]
# ### 2.17 Which hyperparameters to try
#
# *About 20 minutes.*
#
# The learning rate and the regularization strength are *hyperparameters*: training does not choose them, you do, by
# trying a grid of pairs and looking at the validation accuracy. Both act by factors, so a good first grid goes in
# powers of 3 or 10, wide enough that the best pair is not at its edge. Choose two lists for each classifier, with 5 to
# 25 pairs in all. You will want to come back here after looking at the maps in 2.18. The learning rates that suit the
# two losses differ, by a factor of 10 or so: their gradients differ in size.
#
# <details>
# <summary>Hint: a question</summary>
#
# If the best pair of the map lies at its edge, what do you know about the pairs beyond it? With a rate ten times too
# large, what would the loss of 2.14 look like?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# A grid that goes in factors: $\alpha_i = \alpha_0 q^i$ and $\lambda_j = \lambda_0 r^j$, where $q$ and $r$ lie between
# 3 and 10. For $\lambda$, compare $\lambda \sum W^2$ with the data loss: it should be no more than a part of it.
#
# </details>


# %%
def svm_get_search_params() -> tuple[list[float], list[float]]:
    """The grid to search for the SVM.

    Returns:
        Learning rates and regularization strengths, two lists; 5 to 25 combinations of them.
    """
    # BEGIN SOLUTION
    learning_rates = [1e-2, 3e-2, 1e-1]
    regularization_strengths = [1e-3, 3e-2, 1.0]
    return learning_rates, regularization_strengths
    # END SOLUTION


# %%
project1.check(svm_get_search_params)


# %%
def softmax_get_search_params() -> tuple[list[float], list[float]]:
    """The grid to search for the softmax classifier.

    Returns:
        Learning rates and regularization strengths, two lists; 5 to 25 combinations of them.
    """
    # BEGIN SOLUTION
    learning_rates = [1e-1, 3e-1, 1.0]
    regularization_strengths = [1e-4, 3e-3, 1e-1]
    return learning_rates, regularization_strengths
    # END SOLUTION


# %%
project1.check(softmax_get_search_params)

# %% [markdown]
# What will be tried, each mark a pair. Do the marks spread over the whole picture, or do they crowd in a corner?

# %%
plots.linear_classifier.grids({"SVM": svm_get_search_params(), "softmax": softmax_get_search_params()})

# %% [markdown]
# ### 2.18 Try one pair, then all
#
# *About 15 minutes.*
#
# You are given a classifier just made (`LinearSVM()` or `Softmax()`; the argument is called `cls`). Train it on the
# training set with one pair of hyperparameters, and measure it on the training and on the validation set. Leave all
# other arguments of `train` as they are. The test set is in `data_dict` too; it plays no part here.
#
# <details>
# <summary>Hint: a question</summary>
#
# Which of the arrays in `data_dict` may the training see, and which are measured only? Are the accuracies asked for in
# percent or as fractions?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# $\text{accuracy} = \frac{1}{n} \sum_{i=1}^{n} [\hat{y}_i = y_i]$, once over the training and once over the validation
# images, with the $W$ of the end of training.
#
# </details>


# %%
def test_one_param_set(
    cls: "LinearClassifier", data_dict: dict[str, Tensor], lr: float, reg: float, num_iters: int = 2000
) -> tuple["LinearClassifier", float, float]:
    """Train a classifier with one pair of hyperparameters and measure it.

    Args:
        cls: a classifier just made, LinearSVM() or Softmax(). It is trained here.
        data_dict: X_train (N, D), y_train (N,), X_val, y_val, X_test, y_test.
        lr: learning rate.
        reg: regularization strength.
        num_iters: how many steps to train.

    Returns:
        cls, now trained, and its accuracy on the training and on the validation set, floats in [0, 1].
    """
    # BEGIN SOLUTION
    cls.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, reg=reg, num_iters=num_iters)
    right_train = cls.predict(data_dict["X_train"]) == data_dict["y_train"]
    right_val = cls.predict(data_dict["X_val"]) == data_dict["y_val"]
    return cls, right_train.double().mean().item(), right_val.double().mean().item()
    # END SOLUTION


# %%
project1.check(test_one_param_set)

# %% [markdown]
# Now the search, with 300 steps for each pair so that it stays quick; the classifier that is best in validation is
# kept. In the maps, compare the two sides. Where training and validation accuracy are both low, the model *underfits*:
# a learning rate too low for 300 steps, or too much regularization. Where training is high and validation clearly
# lower, it *overfits*. If the framed best pair lies at the edge of your grid, and its neighbours do not come close,
# move the grid.


# %%
def search(cls: type, rates: list[float], strengths: list[float], num_iters: int = 300):
    """Try every pair; return {pair: (training accuracy, validation accuracy)} and the best classifier in validation."""
    results, best_val, best = {}, -1.0, None
    pairs = [(lr, reg) for lr in rates for reg in strengths]
    with progress(f"searching for {cls.__name__}", len(pairs), "pairs") as advance:
        for lr, reg in pairs:
            torch.manual_seed(0)
            classifier, train_accuracy, val_accuracy = test_one_param_set(cls(), data_dict, lr, reg, num_iters)
            results[lr, reg] = train_accuracy, val_accuracy
            if val_accuracy > best_val:
                best_val, best = val_accuracy, classifier
            advance(1)
    return results, best


svm_results, best_svm = search(LinearSVM, *svm_get_search_params())
plots.linear_classifier.heat_map(svm_results, "SVM")

# %%
softmax_results, best_softmax = search(Softmax, *softmax_get_search_params())
plots.linear_classifier.heat_map(softmax_results, "softmax")

# %% [markdown]
# ### 2.19 The best models
#
# Save the best weights of each kind: these two files are part of what you hand in, and are graded by their accuracy on
# test scenes. Aim for **at least 50 %** in validation. Expected: with good hyperparameters, about 62 % for both.
#
# **Did you beat it?** Below each line stands what our search reached, with nine pairs for each. A finer grid around the
# best pair may well find more.

# %%
for name, results in (("SVM", svm_results), ("softmax", softmax_results)):
    rate, strength = max(results, key=lambda pair, results=results: results[pair][1])
    train_accuracy, val_accuracy = results[rate, strength]
    print(f"{name}: training {100 * train_accuracy:.1f} %, validation {100 * val_accuracy:.1f} %", end=" ")
    print(f"with learning rate {rate:g} and regularization strength {strength:g}")
    project1.compare(name.lower(), 100 * val_accuracy)
best_svm.save("svm_best_model.pt")
best_softmax.save("softmax_best_model.pt")

# %% [markdown]
# ### 2.20 What was learned
#
# The visual view of 2.1: each column of $W$ as an image, grey where a pixel does not count, bright or coloured where it
# speaks for the class. Which objects can you recognise? An object that is photographed from all sides has to put all of
# them in one template: do you find one that shows its object two ways at once?
#
# The two rows look alike, and the correlations below them say how much: 0.9 and more. That is no accident. In both
# losses each step adds images to the column of their class and takes them from the columns of others, so either
# template is a *weighted sum of training images*. The losses differ in the weights only, that is, in which images still
# count: the SVM loss drops those whose margins are kept, the softmax loss fades them out.

# %%
plots.linear_classifier.templates({"SVM": best_svm.W, "softmax": best_softmax.W}, data.classes)

# %% [markdown]
# Now, once, the test set: scenes that neither training nor your choices have seen. Expected: more than 40 %, and with
# good hyperparameters about 62 %, close to your validation accuracy. If you had chosen by test accuracy, this number
# would mean nothing.

# %%
for name, best in (("SVM", best_svm), ("softmax", best_softmax)):
    right = best.predict(X_test) == y_test
    print(f"{name}: test accuracy {100 * right.double().mean():.1f} %")
    each_class = {data.classes[c]: f"{100 * right[y_test == c].double().mean():.0f} %" for c in range(10)}
    print("   ", ", ".join(f"{label} {share}" for label, share in each_class.items()))

# %% [markdown]
# ### 2.21 Questions to think about
#
# They are not graded.
#
# 1. Add the same number to every score of an image. What does the SVM loss do, what the softmax loss? And if all scores
#    are multiplied by 2?
# 2. A class whose objects come in two colours gets one template. What colour does it show, and what would a second
#    layer make of it?
# 3. Suppose the SVM loss of a training set is 0 for some $W$, without regularization. Is $W$ the only one? Which of
#    them does L2 choose?
#
# **To go further**, in a notebook of your own, if you like; nobody grades it either.
#
# - Square the hinge, $\sum_{j \neq y_i} \max(0, s_j - s_{y_i} + 1)^2$. What is its gradient, has it a kink, and what
#   does your gradient check say?
# - Train on images mirrored at random, a new draw for each minibatch. Which templates change, and does validation gain?
# - Give the linear classifier the squares of the pixels as further inputs. What becomes of the borders, and of the
#   training and validation accuracy?

# %% [markdown]
# ### 2.22 Hand in
#
# `check_all` runs all public checks once more. Then restart and run all cells, save the notebook, put your uniquename
# and your UMID in, and run the last cell. It looks at your work before it zips it. While a task is left open, "run all"
# stops there: run the last cell by itself then. Unfinished parts may be handed in.

# %%
project1.check_all()

# %%
from project1 import submit

made = submit.make_zip(uniquename="", umid="")
