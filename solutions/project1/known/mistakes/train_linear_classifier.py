"""Known wrong versions of train_linear_classifier."""

import torch

from autograder.checks.known import misconception


@misconception(
    "train_linear_classifier",
    hint="your steps go uphill, along the gradient: which way does the loss fall?",
)
def training_uphill(loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        losses.append(float(loss))
        W = W + learning_rate * dW
    return W, losses


@misconception(
    "train_linear_classifier",
    hint="your steps are as long as the gradient: is it multiplied by the learning rate?",
)
def training_learning_rate_missing(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        losses.append(float(loss))
        W = W - dW
    return W, losses


@misconception(
    "train_linear_classifier",
    hint="your steps always use the default learning rate: is the one handed in used?",
)
def training_learning_rate_hard_coded(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        losses.append(float(loss))
        W = W - 1e-3 * dW
    return W, losses


@misconception(
    "train_linear_classifier",
    hint="your gradient is divided by the batch size: loss_func has taken the mean already",
)
def training_divided_by_batch_size(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        losses.append(float(loss))
        W = W - learning_rate * dW / batch_size
    return W, losses


@misconception(
    "train_linear_classifier",
    hint="every step starts from the same W: is the result of the step kept?",
)
def training_weights_never_change(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        losses.append(float(loss))
        new_W = W - learning_rate * dW
    return new_W, losses


@misconception(
    "train_linear_classifier",
    hint="your losses lack regularization: is reg handed to loss_func?",
)
def training_reg_not_handed_on(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, 0.0)
        losses.append(float(loss))
        W = W - learning_rate * dW
    return W, losses


@misconception(
    "train_linear_classifier",
    hint="your step regularizes once more: loss_func has put it into dW already",
)
def training_regularized_twice(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        losses.append(float(loss))
        W = W - learning_rate * (dW + 2 * reg * W)
    return W, losses


@misconception(
    "train_linear_classifier",
    hint="every step sees the same batch: is it drawn inside the loop?",
)
def training_one_batch_for_all(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
    for _ in range(num_iters):
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        losses.append(float(loss))
        W = W - learning_rate * dW
    return W, losses


@misconception(
    "train_linear_classifier",
    hint="every step sees all examples: is loss_func handed the batch?",
)
def training_whole_training_set(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        loss, dW = loss_func(W, X, y, reg)
        losses.append(float(loss))
        W = W - learning_rate * dW
    return W, losses


@misconception(
    "train_linear_classifier",
    hint="the labels handed to loss_func are not those of the batch: which y goes with X_batch?",
)
def training_batch_labels_mixed_up(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        X_batch, _ = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y[:batch_size], reg)
        losses.append(float(loss))
        W = W - learning_rate * dW
    return W, losses


@misconception(
    "train_linear_classifier",
    hint="loss_func is asked twice in each step: the loss before the step is the one to keep",
)
def training_losses_after_the_step(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        _, dW = loss_func(W, X_batch, y_batch, reg)
        W = W - learning_rate * dW
        losses.append(float(loss_func(W, X_batch, y_batch, reg)[0]))
    return W, losses


@misconception(
    "train_linear_classifier",
    hint="your list of losses stays empty unless verbose is on: is append inside that if?",
)
def training_losses_only_when_verbose(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        if verbose:
            losses.append(float(loss))
        W = W - learning_rate * dW
    return W, losses


@misconception(
    "train_linear_classifier",
    hint="you return W alone: the list of losses is asked for as well",
)
def training_losses_missing(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        losses.append(float(loss))
        W = W - learning_rate * dW
    return W


@misconception(
    "train_linear_classifier",
    hint="there is one step too few: where does range begin and end?",
)
def training_one_step_too_few(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    for _ in range(1, num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        losses.append(float(loss))
        W = W - learning_rate * dW
    return W, losses


@misconception(
    "train_linear_classifier",
    hint="there is only one step: is the return inside the loop?",
)
def training_returns_in_the_loop(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        losses.append(float(loss))
        W = W - learning_rate * dW
        return W, losses


@misconception(
    "train_linear_classifier",
    hint="you return the W that had the lowest loss: the one after the last step is asked for",
)
def training_best_instead_of_last(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses, best_W = [], W
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        losses.append(float(loss))
        if losses[-1] <= min(losses):
            best_W = W
        W = W - learning_rate * dW
    return best_W, losses


@misconception(
    "train_linear_classifier",
    hint="training starts from a fresh W although one was handed in: draw one only if W is None",
)
def training_start_ignored(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        losses.append(float(loss))
        W = W - learning_rate * dW
    return W, losses


@misconception(
    "train_linear_classifier",
    hint="without a W you start at zero: small random numbers are asked for",
)
def training_start_at_zero(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = X.new_zeros(X.shape[1], int(y.max()) + 1)
    losses = []
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        losses.append(float(loss))
        W = W - learning_rate * dW
    return W, losses


@misconception(
    "train_linear_classifier",
    hint="the W you start from is drawn uniformly: a normal distribution is asked for",
)
def training_start_uniform(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.rand(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        losses.append(float(loss))
        W = W - learning_rate * dW
    return W, losses


@misconception(
    "train_linear_classifier",
    hint="the W you start from has a column too few: the classes are counted from zero",
)
def training_start_one_class_short(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()), dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        losses.append(float(loss))
        W = W - learning_rate * dW
    return W, losses


@misconception(
    "train_linear_classifier",
    hint="the W you start from always has ten columns: y says how many classes there are",
)
def training_start_ten_classes(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], 10, dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        losses.append(float(loss))
        W = W - learning_rate * dW
    return W, losses
