# %% [markdown]
# # Project 1, part 2: linear classifiers

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

# %%
torch.manual_seed(0)

# %%
from collections.abc import Callable

# %% [markdown]
# ### 2.1 L1 regularization


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
# ### 2.2 L2 regularization


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
# ### 2.3 The numeric gradient


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
# ### 2.4 The multiclass SVM loss, with loops


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
# ### 2.5 The multiclass SVM loss, without loops


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
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW
    # END SOLUTION


# %%
project1.check(svm_loss_vectorized)

# %% [markdown]
# ### 2.6 The softmax loss, with loops


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
# ### 2.7 The softmax loss, without loops


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
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW
    # END SOLUTION


# %%
project1.check(softmax_loss_vectorized)

# %% [markdown]
# ### 2.8 Random search


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
# ### 2.9 A minibatch


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
# ### 2.10 Training


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
# ### 2.11 Prediction


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


# %%
class LinearClassifier:
    """A linear classifier: weights W, trained on the loss that a subclass names. Given; change nothing here."""

    def __init__(self) -> None:
        self.W: Tensor | None = None

    def loss(self, W: Tensor, X: Tensor, y: Tensor, reg: float) -> tuple[Tensor, Tensor]:
        """The loss (0-dim) and its gradient (D, C); each subclass has its own."""
        raise NotImplementedError("use LinearSVM or Softmax: a LinearClassifier has no loss of its own")

    def train(
        self,
        X: Tensor,
        y: Tensor,
        learning_rate: float = 1e-3,
        reg: float = 1e-5,
        num_iters: int = 100,
        batch_size: int = 200,
        verbose: bool = False,
    ) -> list[float]:
        """Train W, from where it is, on X (N, D) and y (N,); returns the loss of each step."""
        self.W, losses = train_linear_classifier(
            self.loss, self.W, X, y, learning_rate, reg, num_iters, batch_size, verbose
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

    def loss(self, W: Tensor, X: Tensor, y: Tensor, reg: float) -> tuple[Tensor, Tensor]:
        """`svm_loss_vectorized`."""
        return svm_loss_vectorized(W, X, y, reg)


class Softmax(LinearClassifier):
    """A linear classifier trained on the softmax loss."""

    def loss(self, W: Tensor, X: Tensor, y: Tensor, reg: float) -> tuple[Tensor, Tensor]:
        """`softmax_loss_vectorized`."""
        return softmax_loss_vectorized(W, X, y, reg)


# %% [markdown]
# ### 2.12 Hyperparameters of the SVM


# %%
def svm_get_search_params() -> tuple[list[float], list[float]]:
    """The grid to search for the SVM.

    Returns:
        Learning rates and regularization strengths, two lists; 5 to 25 combinations of them.
    """
    # BEGIN SOLUTION
    learning_rates = [1e-3, 3e-3, 1e-2]
    regularization_strengths = [1e-3, 1e-2, 1e-1]
    return learning_rates, regularization_strengths
    # END SOLUTION


# %%
project1.check(svm_get_search_params)

# %% [markdown]
# ### 2.13 Hyperparameters of the softmax classifier


# %%
def softmax_get_search_params() -> tuple[list[float], list[float]]:
    """The grid to search for the softmax classifier.

    Returns:
        Learning rates and regularization strengths, two lists; 5 to 25 combinations of them.
    """
    # BEGIN SOLUTION
    learning_rates = [3e-3, 1e-2, 3e-2]
    regularization_strengths = [1e-4, 1e-3, 1e-2]
    return learning_rates, regularization_strengths
    # END SOLUTION


# %%
project1.check(softmax_get_search_params)

# %% [markdown]
# ### 2.14 Try one pair of hyperparameters


# %%
def test_one_param_set(
    cls: type, data_dict: dict[str, Tensor], lr: float, reg: float, num_iters: int = 2000
) -> tuple["LinearClassifier", float, float]:
    """Train a classifier with one pair of hyperparameters and measure it.

    Args:
        cls: the class to make, LinearSVM or Softmax.
        data_dict: X_train (N, D), y_train (N,), X_val, y_val, X_test, y_test.
        lr: learning rate.
        reg: regularization strength.
        num_iters: how many steps to train.

    Returns:
        The trained classifier, and its accuracy on the training and on the validation set, floats in [0, 1].
    """
    # BEGIN SOLUTION
    classifier = cls()
    classifier.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, reg=reg, num_iters=num_iters)
    right_train = classifier.predict(data_dict["X_train"]) == data_dict["y_train"]
    right_val = classifier.predict(data_dict["X_val"]) == data_dict["y_val"]
    return classifier, right_train.double().mean().item(), right_val.double().mean().item()
    # END SOLUTION


# %%
project1.check(test_one_param_set)
