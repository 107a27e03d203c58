# %% [markdown]
# # Project 1, part 1: k-nearest neighbours
#
# The simplest classifier there is remembers every image it was shown, and labels a new one like the images that look
# most like it. In this notebook you build it, make it a hundred times faster without changing what it computes, see
# where it fails, and choose its one setting honestly.
#
# **What you build**, and what it is worth ({points} points together):
#
# {tasks}
#
# **What you run.** Every cell, from the top. After each task comes a cell `project1.check(...)`, which asks your
# function a few small questions that you can also answer with a pencil. Gradescope asks more and harder ones, so
# passing here is needed but not enough. Where a number is announced ("Expected: ..."), compare it with yours before
# going on. The report that you get names each check by the number of its task here.
#
# **What you hand in.** The zip that the last cell makes. It holds all three notebooks, finished or not.
#
# **Rules.** Write only between the two lines that mark where your code goes; add and delete no cells; keep the outputs;
# before you hand in, restart and run all cells. Where a task is still open that run stops, and you run the last cell by
# itself. A function may call any function you wrote earlier. Ready-made distances and norms (`torch.cdist`,
# `torch.norm`, `torch.nn`, NumPy's or SciPy's) are not allowed in the three distance functions.

# %%
# {set-up}

# %%
import torch
from torch import Tensor

import project1
from project1 import plots, props

# %% [markdown]
# ### 1.1 The images
#
# PROPS Classification holds photographs of ten household objects, 32 x 32 pixels each, as they stand about in scenes:
# under different light, from different sides, partly hidden. Unless your course says otherwise you work with a
# synthetic stand-in for them, drawn on the spot, so nothing needs to be downloaded. The test images come from scenes
# that no training image shows.
#
# An image is a tensor of shape (3, 32, 32): red, green and blue, row, column. It comes as bytes from 0 to 255; we
# divide by 255 and work with 32-bit floats in [0, 1]. (Never subtract images while they are bytes: 3 - 5 is 254 there.)

# %%
data = props.load(num_train=2000, num_test=1000)
x_train, y_train = data.x_train.float() / 255, data.y_train
x_test, y_test = data.x_test.float() / 255, data.y_test

print("training images", tuple(x_train.shape), x_train.dtype, "labels", tuple(y_train.shape), y_train.dtype)
print("test images    ", tuple(x_test.shape), x_test.dtype, "labels", tuple(y_test.shape), y_test.dtype)

# %% [markdown]
# Look at your data before you do anything with it. Twelve training images of each class: which classes could you tell
# apart by colour alone? Which ones would you mix up yourself?

# %%
plots.knn.samples(x_train, y_train, data.classes)

# %% [markdown]
# ### 1.2 Learning from data
#
# Image classification takes an image to one of a fixed set of labels. For us it is easy and for a program it is hard:
# what arrives is 3072 numbers, and every one of them changes when the camera moves, the light changes, or something
# stands in the way. Nobody knows how to write down by hand which 3072 numbers are a mug.
#
# The *data-driven* way writes no rules. It collects images with labels, lets a learning algorithm make a classifier of
# them, and measures that on images it has not seen:
#
# - **train**: images and labels go in, a model comes out;
# - **predict**: the model and a new image go in, a label comes out.
#
# Nearest neighbours fills these two in the most direct way. Training remembers everything. Predicting finds the $k$
# training images nearest to the new one and takes a vote among their labels. All it needs is an answer to *how far
# apart are two images?* The simplest is the Euclidean or L2 distance: put the pixels of an image in one long vector and
# measure as in geometry. For images $a$ and $b$ of $D$ numbers each,
#
# $$d(a, b)^2 = \sum_{p=1}^{D} (a_p - b_p)^2 .$$
#
# We keep the *square* of the distance: the root would change no order ($d_1 < d_2$ exactly when $d_1^2 < d_2^2$), so
# the same neighbours are nearest without it.
#
# ### 1.3 Distances with two loops
#
# *About 15 minutes.*
#
# Fill a matrix `dists` of shape `(num_train, num_test)`, so that `dists[i, j]` is the squared distance between training
# image $i$ and test image $j$. Two nested loops over $i$ and $j$; inside them use tensor operations, not a third loop
# over pixels.
#
# The same function has to serve points of any shape, vectors `(D,)` as well as images `(3, 32, 32)`, and must give its
# answer in the dtype of `x_train`.
#
# <details>
# <summary>Hint: a question</summary>
#
# How many numbers does one pair of images leave, once they are subtracted and squared? What has to happen to them to
# become one entry of `dists`, whatever the shape of an image is?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# $\text{dists}_{ij} = \sum_p (a_{ip} - b_{jp})^2$, where $p$ runs over *all* axes of an image. The sum over all entries
# of a tensor asks nothing about its shape.
#
# </details>


# %%
def compute_distances_two_loops(x_train: Tensor, x_test: Tensor) -> Tensor:
    """Squared L2 distance between every training and every test point, one pair at a time.

    Args:
        x_train: training points, floating point, (num_train, D1, ..., Dn) with n >= 1.
        x_test: test points of the same dtype, (num_test, D1, ..., Dn).

    Returns:
        dists, (num_train, num_test) in the dtype of x_train: dists[i, j] is the squared distance between x_train[i]
        and x_test[j]. No square root is taken. The inputs are not changed.
    """
    # BEGIN SOLUTION
    num_train, num_test = x_train.shape[0], x_test.shape[0]
    dists = x_train.new_zeros(num_train, num_test)
    for i in range(num_train):
        for j in range(num_test):
            dists[i, j] = ((x_train[i] - x_test[j]) ** 2).sum()
    return dists
    # END SOLUTION


# %%
project1.check(compute_distances_two_loops)

# %% [markdown]
# One entry of `dists`, taken apart: every pixel adds the square of its difference, the three colours together. Which
# parts of the two images make most of the distance, the object or what is around it?

# %%
one_entry = compute_distances_two_loops(x_train[1:2], x_test[12:13])
plots.knn.difference(x_train[1], x_test[12], one_entry.item())

# %% [markdown]
# ### 1.4 Distances with one loop
#
# *About 10 minutes.*
#
# A tensor of shape `(N, 3, 32, 32)` and one of shape `(3, 32, 32)` can be subtracted: the second is stretched along the
# first axis. This is *broadcasting*, and it replaces one of the loops. Compute one whole row or one whole column of
# `dists` in each step.
#
# <details>
# <summary>Hint: a question</summary>
#
# If you subtract one test image from all training images at once, what shape is left? Which of its axes must survive
# the sum, and does the result fill a row or a column?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# For a fixed $j$: $\text{dists}_{:, j} = \sum_p (A_{:, p} - b_{jp})^2$, where $A$, of shape $(N, D)$, has one flattened
# training image in each row. The sum runs over the second axis only.
#
# </details>


# %%
def compute_distances_one_loop(x_train: Tensor, x_test: Tensor) -> Tensor:
    """Squared L2 distances with one Python loop: one test point against all training points at once.

    Args:
        x_train: training points, floating point, (num_train, D1, ..., Dn) with n >= 1.
        x_test: test points of the same dtype, (num_test, D1, ..., Dn).

    Returns:
        dists, (num_train, num_test) in the dtype of x_train, as in `compute_distances_two_loops`.
    """
    # BEGIN SOLUTION
    num_train, num_test = x_train.shape[0], x_test.shape[0]
    dists = x_train.new_zeros(num_train, num_test)
    for j in range(num_test):
        differences = (x_train - x_test[j]).reshape(num_train, -1)
        dists[:, j] = differences.square_().sum(dim=1)  # in place: making large tensors is what costs here
    return dists
    # END SOLUTION


# %%
project1.check(compute_distances_one_loop)

# %% [markdown]
# One column of `dists`: a test image, and what lies nearest to it and farthest from it among 500 training images. What
# do the two farthest have in common?

# %%
one_column = compute_distances_one_loop(x_train[:500], x_test[12:13])[:, 0]
plots.knn.near_and_far(x_test[12], one_column, x_train)

# %% [markdown]
# ### 1.5 Distances without loops
#
# *About 25 minutes.*
#
# Broadcasting could remove the second loop too, but look at the price: subtracting all pairs at once makes a tensor of
# num_train x num_test x 3072 numbers. For our 2000 training and 1000 test images in 32 bits that is 25 GB.
#
# Multiply the square out instead. With $a_i$ and $b_j$ as vectors,
#
# $$|a_i - b_j|^2 = |a_i|^2 + |b_j|^2 - 2\, a_i \cdot b_j .$$
#
# The first term depends on $i$ only, the second on $j$ only, and the third, for all pairs together, is one product of
# two matrices. Nothing larger than the inputs and `dists` is ever made. Which shapes must the three terms have so that
# broadcasting adds them up to `(num_train, num_test)`?
#
# <details>
# <summary>Hint: a question</summary>
#
# What are the shapes of $|a_i|^2$ for all $i$, of $|b_j|^2$ for all $j$, and of all products $a_i \cdot b_j$? Which of
# them lacks an axis that it needs?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# With one flattened point in each row of $A$ and $B$:
# $\text{dists} = u \mathbf{1}^\top + \mathbf{1} v^\top - 2 A B^\top$, where $u_i = \sum_p A_{ip}^2$ is a column of
# shape $(N, 1)$ and $v_j = \sum_p B_{jp}^2$ a row of shape $(1, M)$.
#
# </details>


# %%
def compute_distances_no_loops(x_train: Tensor, x_test: Tensor) -> Tensor:
    """Squared L2 distances without a Python loop, from |a - b|^2 = |a|^2 + |b|^2 - 2 a . b.

    Nothing of num_train x num_test x D numbers may be made on the way: the largest tensors are the inputs and dists.

    Args:
        x_train: training points, floating point, (num_train, D1, ..., Dn) with n >= 1.
        x_test: test points of the same dtype, (num_test, D1, ..., Dn).

    Returns:
        dists, (num_train, num_test) in the dtype of x_train, as in `compute_distances_two_loops`.
    """
    # BEGIN SOLUTION
    a = x_train.reshape(x_train.shape[0], -1)
    b = x_test.reshape(x_test.shape[0], -1)
    a_squared = (a**2).sum(dim=1).unsqueeze(1)
    b_squared = (b**2).sum(dim=1).unsqueeze(0)
    dists = a_squared + b_squared - 2 * (a @ b.T)
    return dists.clamp(min=0)  # rounding can leave a distance of nearly 0 a little below it
    # END SOLUTION


# %%
project1.check(compute_distances_no_loops)

# %% [markdown]
# The three versions must agree. Expected: in 32-bit floats, differences of about 0.001 at most, which is tiny beside
# distances of a few hundred.
#
# They are not exactly 0, though. The last version takes the difference of large numbers that are nearly the same, and
# their rounding errors stay behind: the distance of an image from itself, printed below, can come out as a few
# ten-thousandths, and even a little *below* 0 if nothing is done about it. What would the square root have made of
# that?

# %%
two = compute_distances_two_loops(x_train[:60], x_test[:40])
one = compute_distances_one_loop(x_train[:60], x_test[:40])
none = compute_distances_no_loops(x_train[:60], x_test[:40])
itself = compute_distances_no_loops(x_test[:200], x_test[:200]).diagonal()

print(f"distances from {none.min():.1f} to {none.max():.1f}")
print(f"largest difference, two loops and one: {(two - one).abs().max():.2g}")
print(f"largest difference, two loops and none: {(two - none).abs().max():.2g}")
print(f"largest distance of an image from itself: {itself.abs().max():.2g}")

# %% [markdown]
# ### 1.6 Why vectorize?
#
# All three compute the same sums. Measure what each needs for one pair of images. At 500 x 500 images one loop should
# stay under 4 seconds (16 microseconds a pair) and no loops under 0.1 seconds (0.4 microseconds a pair). The scale is
# logarithmic: from one grid line to the next it is ten times the time.

# %%
import time


def microseconds_per_pair(compute_distances, num):
    """How long one pair takes when num training images meet num test images."""
    compute_distances(x_train[:2], x_test[:2])
    start = time.perf_counter()
    compute_distances(x_train[:num], x_test[:num])
    return 1e6 * (time.perf_counter() - start) / num**2


speed = {
    "two loops": microseconds_per_pair(compute_distances_two_loops, 100),
    "one loop": microseconds_per_pair(compute_distances_one_loop, 100),
    "no loops": microseconds_per_pair(compute_distances_no_loops, 500),
}
plots.knn.timings(speed, targets={"one loop": 16, "no loops": 0.4})

# %% [markdown]
# Two different things are saved here.
#
# - **Python's own time.** Each step of a loop runs the interpreter and starts several tensor operations, which takes
#   microseconds however small the tensors are. Two loops pay that for every pair, one loop once for a whole column.
# - **Memory traffic.** One loop still writes a difference for every pixel of every pair to memory, and reads it back to
#   square and add it. For images of 3072 numbers that, and no longer Python, is what takes the time. A matrix product
#   needs the same number of multiplications, but it works on small blocks that stay in the processor's cache, uses each
#   number many times while it is there, and runs on all cores. That is where the large factor comes from.
#
# From here on we use the last version only.
#
# ### 1.7 The matrix of distances
#
# On the left, `dists` for 20 training images (rows) and 20 test images (columns) of each class, sorted by class; dark
# is near, bright is far. If the distance saw objects, there would be ten dark squares along the diagonal. On the right,
# the mean of each of these squares over all images, where the nearest class of each column is framed.

# %%
dists = compute_distances_no_loops(x_train, x_test)
plots.knn.distances(dists, y_train, y_test, data.classes)

# %% [markdown]
# What there is instead are stripes: some rows and some columns are bright, or dark, from end to end. Before you read
# on: what kind of training image makes a bright row? What does a bright column say about a test image?
#
# The next cell puts you on the track: it shows the training images of the brightest and the darkest row, and the test
# images of the brightest and the darkest column.

# %%
by_row, by_column = dists.mean(dim=1), dists.mean(dim=0)
plots.knn.row(
    [x_train[by_row.argmax()], x_train[by_row.argmin()], x_test[by_column.argmax()], x_test[by_column.argmin()]],
    ["brightest row", "darkest row", "brightest column", "darkest column"],
)

# %% [markdown]
# ### 1.8 What the distance sees, and what it does not
#
# L2 compares pixel with pixel, place by place. It knows nothing of objects. Here is one image, then the same image
# changed in four ways, then a training image of another class, each with its squared distance from the first. Which of
# them would *you* call the nearest? Which is the nearest?

# %%
original = x_test[20]
hidden = original.clone()
hidden[:, 10:22, 10:22] = 0.5
candidates = {
    "original": original,
    "moved by\n3 pixels": original.roll(3, dims=2),
    "half as\nbright": 0.5 * original,
    "mirrored": original.flip(2),
    "a square\nhidden": hidden,
    "another\nimage": x_train[381],
}
far = compute_distances_no_loops(torch.stack(list(candidates.values())), original[None])[:, 0]
plots.knn.row(list(candidates.values()), [f"{name}\n{d:.0f}" for name, d in zip(candidates, far, strict=True)])

# %% [markdown]
# ### 1.9 From distances to labels
#
# *About 15 minutes.*
#
# For each test image, that is for each *column* of `dists`:
#
# 1. find the $k$ training images with the smallest distances;
# 2. look up their labels;
# 3. the label that occurs most often wins. If several occur equally often, the smallest label of them wins, so that
#    everyone gets the same answer.
#
# <details>
# <summary>Hint: a question</summary>
#
# Does test image $j$ own a row or a column of `dists`? If you count how often each label occurs among its $k$
# neighbours, which of several equal largest counts do you want?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# With $n_j(c)$, the number of the $k$ nearest neighbours of $j$ whose label is $c$:
# $\hat{y}_j = \min \{ c : n_j(c) = \max_{c'} n_j(c') \}$.
#
# </details>


# %%
def predict_labels(dists: Tensor, y_train: Tensor, k: int = 1) -> Tensor:
    """Label each test point by a majority vote among its k nearest training points.

    Args:
        dists: squared distances, (num_train, num_test).
        y_train: labels of the training points, integers from 0 up, int64, (num_train,).
        k: how many neighbours vote, from 1 to num_train.

    Returns:
        Predicted labels, int64, (num_test,). Where several labels have the most votes, the smallest of them.
    """
    # BEGIN SOLUTION
    num_test = dists.shape[1]
    y_pred = torch.zeros(num_test, dtype=torch.int64, device=dists.device)
    for j in range(num_test):
        nearest = dists[:, j].topk(k, largest=False).indices
        votes = y_train[nearest].bincount()
        y_pred[j] = votes.argmax()  # the first, so the smallest label, of those with the most votes
    return y_pred
    # END SOLUTION


# %%
project1.check(predict_labels)

# %% [markdown]
# What a vote does: six test images, and what 1, 5, 15 and 100 neighbours say of each. Does the answer get better with
# the number of those who are asked?

# %%
queries = torch.tensor([1, 14, 12, 13, 8, 11])
votes = {k: predict_labels(dists[:, queries], y_train, k=k) for k in (1, 5, 15, 100)}
plots.knn.answers(x_test[queries], y_test[queries], votes, data.classes)

# %% [markdown]
# ### 1.10 The classifier
#
# *About 15 minutes.*
#
# Put the two steps together. `__init__` is the training: it only keeps what it is given. `predict` does all the work,
# and `check_accuracy` says how many percent of the predictions are right:
#
# $$\text{accuracy} = 100 \cdot \frac{\text{test images with the right label}}{\text{test images}} .$$
#
# Note how strange this learner is: training takes no time, and predicting takes longer the more it has learned. We
# would rather have it the other way round. The linear classifiers of part 2 are.
#
# <details>
# <summary>Hint: a question</summary>
#
# What must be known when `predict` is called that was only there when `__init__` was? Which two functions that you have
# written turn it into labels?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# $\text{accuracy} = \frac{100}{M} \sum_{j=1}^{M} [\hat{y}_j = y_j]$, where the bracket is 1 if it holds and 0 if it
# does not.
#
# </details>


# %%
class KnnClassifier:
    """k-nearest neighbours: remembers the training set, and asks it about each new point."""

    def __init__(self, x_train: Tensor, y_train: Tensor) -> None:
        """Train the classifier, which for kNN means: remember.

        Args:
            x_train: training points, floating point, (num_train, D1, ..., Dn) with n >= 1.
            y_train: their labels, int64, (num_train,).
        """
        # BEGIN SOLUTION
        self.x_train = x_train
        self.y_train = y_train
        # END SOLUTION

    def predict(self, x_test: Tensor, k: int = 1) -> Tensor:
        """Predict a label for each test point.

        Args:
            x_test: test points, (num_test, D1, ..., Dn).
            k: how many neighbours vote.

        Returns:
            Predicted labels, int64, (num_test,).
        """
        # BEGIN SOLUTION
        dists = compute_distances_no_loops(self.x_train, x_test)
        return predict_labels(dists, self.y_train, k)
        # END SOLUTION

    def check_accuracy(self, x_test: Tensor, y_test: Tensor, k: int = 1, quiet: bool = False) -> float:
        """Measure how many of the test points get their right label.

        Args:
            x_test: test points, (num_test, D1, ..., Dn).
            y_test: their right labels, int64, (num_test,).
            k: how many neighbours vote.
            quiet: if False, also print the accuracy.

        Returns:
            The accuracy in percent, a Python float from 0.0 to 100.0.
        """
        # BEGIN SOLUTION
        num_right = (self.predict(x_test, k) == y_test).sum().item()
        accuracy = 100.0 * num_right / len(y_test)
        if not quiet:
            print(f"k = {k}: {num_right} of {len(y_test)} right, an accuracy of {accuracy:.2f} %")
        return accuracy
        # END SOLUTION


# %%
project1.check(KnnClassifier)

# %% [markdown]
# Guessing would be right in 10 % of the cases. Expected: with the synthetic images, **45.5 %** for $k = 1$ and **47.4
# %** for $k = 5$, give or take 0.3 %.

# %%
knn = KnnClassifier(x_train, y_train)
accuracy_1 = knn.check_accuracy(x_test, y_test, k=1)
accuracy_5 = knn.check_accuracy(x_test, y_test, k=5)

# %% [markdown]
# ### 1.11 Looking at the neighbours
#
# An accuracy says how often it works, a picture says why. To find the neighbours, we ask `predict_labels` a trick
# question: if every training image has its own row number for a label, then the label predicted with $k = 1$ *is* the
# nearest row. Strike that one out, ask again, and the second nearest comes.
#
# Each line shows one of the six test images, then its six nearest training images. What do the wrong neighbours have in
# common with the query?

# %%
remaining = dists[:, queries].clone()
row_numbers = torch.arange(len(x_train))
nearest = []
for _ in range(6):
    found = predict_labels(remaining, row_numbers, k=1)
    nearest.append(found)
    remaining[found, torch.arange(len(queries))] = torch.inf

plots.knn.neighbours(x_test[queries], y_test[queries], x_train, y_train, torch.stack(nearest, dim=1), data.classes)

# %% [markdown]
# ### 1.12 Decision regions
#
# In the plane we can see what kNN does with *every* possible input. Below are noisy points of three classes; the
# background of each picture shows the label that your classifier gives there.
#
# - With $k = 1$ every training point owns the region that is nearer to it than to all others. A single noisy point
#   makes an island: the classifier fits the training set perfectly, and its noise with it.
# - With larger $k$ the islands vanish and the borders become smoother, up to where real detail is lost.
#
# Where your notebook has sliders (in Colab, and wherever ipywidgets is installed), drag $k$ from 1 to the end. What is
# the picture for $k$ = num_train = 120?

# %%
generator = torch.Generator().manual_seed(0)
centres = torch.tensor([[0.0, 0.0], [1.4, 0.2], [0.6, 1.3]])
y_plane = torch.arange(3).repeat(40)
x_plane = centres[y_plane] + 0.7 * torch.randn(120, 2, generator=generator)

plots.knn.decision_regions(KnnClassifier, x_plane, y_plane, k_choices=(1, 3, 10))

# %% [markdown]
# ### 1.13 Cross-validation
#
# *About 25 minutes.*
#
# Which $k$ is best? It is a *hyperparameter*: a setting that the training itself does not learn.
#
# - Choosing the $k$ that does best on the **training set** is useless: there $k = 1$ is always right. (Why?)
# - Choosing the $k$ that does best on the **test set** spoils the test set: its accuracy no longer says how well we do
#   on images never seen. Touch it once, at the very end.
# - So we set part of the training set aside as a **validation set** and choose there. *Cross-validation* makes more of
#   few images: cut the training set into folds of equal size, let each fold in turn be the validation set while all the
#   others are the training set, and average.
#
# Cut the rows as they stand, without mixing them: with `num_folds` = 5 and 2000 rows, fold 0 is rows 0 to 399, fold 1
# rows 400 to 799, and so on. For each $k$ in `k_choices` return the list of its accuracies in percent, in the order
# of the folds.
#
# Distances take most of the time, and do not depend on $k$.
#
# <details>
# <summary>Hint: a question</summary>
#
# If fold $f$ is the validation set, what is the training set, and are its labels in the same order as its images? What
# can be computed once for a fold, before any $k$ is tried?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# With $F$ folds of $n = N / F$ rows, fold $f$ is the rows $f n, \dots, (f + 1) n - 1$; the accuracy of $k$ on it is
# $\frac{100}{n} \sum_{i \in f} [\hat{y}_i^{(k)} = y_i]$, with neighbours from the other $N - n$ rows.
#
# </details>

# %%
from collections.abc import Sequence


def knn_cross_validate(
    x_train: Tensor,
    y_train: Tensor,
    num_folds: int = 5,
    k_choices: Sequence[int] = (1, 3, 5, 8, 10, 12, 15, 20, 50, 100),
) -> dict[int, list[float]]:
    """Measure each k on each of num_folds folds of the training set, trained on the other folds.

    Args:
        x_train: training points, floating point, (num_train, D1, ..., Dn) with n >= 1.
        y_train: their labels, int64, (num_train,).
        num_folds: into how many folds of equal length the rows are cut, contiguous and in order; it divides num_train.
        k_choices: the values of k to try.

    Returns:
        {k: accuracies}: for each k in k_choices, a list of num_folds accuracies in percent, where accuracies[f] was
        measured on fold f.
    """
    # BEGIN SOLUTION
    x_folds, y_folds = x_train.chunk(num_folds), y_train.chunk(num_folds)
    k_to_accuracies: dict[int, list[float]] = {k: [] for k in k_choices}
    for f in range(num_folds):
        x_rest = torch.cat(x_folds[:f] + x_folds[f + 1 :])
        y_rest = torch.cat(y_folds[:f] + y_folds[f + 1 :])
        dists = compute_distances_no_loops(x_rest, x_folds[f])  # the same for every k
        for k in k_choices:
            num_right = (predict_labels(dists, y_rest, k) == y_folds[f]).sum().item()
            k_to_accuracies[k].append(100.0 * num_right / len(y_folds[f]))
    return k_to_accuracies
    # END SOLUTION


# %%
project1.check(knn_cross_validate)

# %% [markdown]
# Run it on our training set. It takes seconds, and some ten times longer if your code computes the distances anew for
# each $k$. Expected: means between 43 % and 48 %, the highest of them for one of the larger $k$, but not the largest.

# %%
k_to_accuracies = knn_cross_validate(x_train, y_train)
for k, accuracies in k_to_accuracies.items():
    print(f"k = {k:3d}   " + "  ".join(f"{accuracy:5.1f}" for accuracy in accuracies))

# %% [markdown]
# Each light dot is one fold, the line goes through their means, and the bars are one standard deviation up and down.
# How sure can you be that the best $k$ is better than its neighbours?

# %%
plots.knn.cross_validation(k_to_accuracies)

# %% [markdown]
# ### 1.14 The best k
#
# *About 10 minutes.*
#
# Take the $k$ with the highest mean accuracy. Of several with the same mean take the smallest.
#
# <details>
# <summary>Hint: a question</summary>
#
# The keys may come in any order. In which order would you have to look at them so that the first of several equal means
# is the one with the smallest $k$?
#
# </details>
# <details>
# <summary>Hint: a formula</summary>
#
# $k^\star = \min \{ k : m(k) = \max_{k'} m(k') \}$, with the mean $m(k) = \frac{1}{F} \sum_f \text{accuracy}_f(k)$.
#
# </details>


# %%
def knn_get_best_k(k_to_accuracies: dict[int, list[float]]) -> int:
    """Choose the k with the highest mean accuracy over the folds.

    Args:
        k_to_accuracies: what `knn_cross_validate` returns; the keys may stand in any order.

    Returns:
        The best k; of several with the same mean, the smallest.
    """
    # BEGIN SOLUTION
    best_k, best_mean = 0, -1.0
    for k in sorted(k_to_accuracies):
        mean = sum(k_to_accuracies[k]) / len(k_to_accuracies[k])
        if mean > best_mean:  # not >=: of two equal means the smaller k stays
            best_k, best_mean = k, mean
    return best_k
    # END SOLUTION


# %%
project1.check(knn_get_best_k)

# %% [markdown]
# And now, with the $k$ that was chosen without it, the test set. Expected: with the synthetic images, $k = 15$ and
# **49.6 %**, give or take 0.3 %. (With all 10,000 training images instead of 2000, the same $k$ reaches 57.6 %.)
#
# **Did you beat it?** The last line compares with what our solution reaches. With plain L2 distance you can only be
# level; ideas for more stand at the end.

# %%
best_k = knn_get_best_k(k_to_accuracies)
test_accuracy = knn.check_accuracy(x_test, y_test, k=best_k)
project1.compare("knn", test_accuracy)

# %% [markdown]
# Where do the errors go? Each row of the table is one true class; the numbers say which labels its images got, in
# percent. Compare the pairs that are mixed up most with the pictures of 1.1.
#
# With the synthetic images one column collects errors from nearly all rows. Look again at the darkest row of 1.7: some
# training images are near to everything.

# %%
predicted = knn.predict(x_test, k=best_k)
plots.knn.confusion(y_test, predicted, data.classes)

# %% [markdown]
# And the images behind the four largest numbers off the diagonal. Which of these would you have got right, and by what
# that the distance does not see?

# %%
plots.knn.most_confused(x_test, y_test, predicted, data.classes)

# %% [markdown]
# ### 1.15 Questions to think about
#
# They are not graded. Talk them over with your neighbours.
#
# 1. Shuffle the 3072 numbers of every image, all in the same way. To us the images become noise. What happens to the
#    accuracy of kNN, and what does that tell about it?
# 2. Which of these change the predictions of kNN with L2 distance: subtracting the mean image from every image;
#    multiplying all images by 2; dividing each pixel by its own standard deviation over the training set; rotating the
#    coordinates of the 3072-dimensional space?
# 3. The test set should do better than cross-validation said, for now all 2000 images are there to be neighbours, and
#    in cross-validation only 1600 were. For $k = 15$ it does; for $k = 1$ it does worse. Training images from one scene
#    are spread over all folds, test images come from other scenes. How does that explain it, and how would you cut the
#    folds instead?
# 4. For $k = 2$ the accuracy tends to be no better than for $k = 1$. Why? Which part does the rule for ties play?
# 5. Given enough training images, 1-nearest-neighbour can come as near as you like to any reasonable labelling. How
#    many images is enough? To cover the interval [0, 1] with points 0.1 apart takes about 10 of them, and to cover
#    the unit square takes about 100. And our unit cube of 3072 dimensions?
# 6. Classifying one image against 50,000 takes how many multiplications? How many would a linear classifier with 10 x
#    3072 weights need?
#
# **To go further**, in a notebook of your own, if you like; nobody grades it either.
#
# - Use the L1 distance $\sum_p |a_p - b_p|$ instead. Can it be had without a loop and without a large tensor? Does it
#   do better?
# - Describe each image by a histogram of its colours before you measure distances. What does kNN gain by what you threw
#   away?
# - Let near neighbours count for more than far ones. How much does it change, and what happens to the ties?

# %% [markdown]
# ### 1.16 Hand in
#
# `check_all` runs all public checks once more. Then save the notebook, fill in your uniquename and your UMID, and run
# the last cell. It looks at your work first and tells you what is missing; you may run it as often as you like, and
# hand in unfinished parts. While a task is left open, "run all" stops there: run the last cell by itself then.

# %%
project1.check_all()

# %%
from project1 import submit

made = submit.make_zip(uniquename="", umid="")
