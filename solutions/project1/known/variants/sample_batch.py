"""Right versions of sample_batch in many styles: no linter is to make them alike."""

# ruff: noqa

# %% sample_batch: uniform numbers rounded down
import torch


def sample_batch(X, y, num_train, batch_size):
    idx = torch.floor(torch.rand(batch_size) * num_train).long().clamp(max=num_train - 1)
    X_batch = X[idx, :]
    y_batch = y[idx]
    return X_batch, y_batch


# %% sample_batch: numpy's choice
import numpy as np
import torch


def sample_batch(X, y, num_train, batch_size):
    mask = np.random.choice(num_train, batch_size, replace=True)
    return X[mask], y[mask]


# %% sample_batch: the random module, index_select
import random
import torch


def sample_batch(X, y, num_train, batch_size):
    rows = torch.tensor(random.choices(range(num_train), k=batch_size))
    return X.index_select(0, rows), y.index_select(0, rows)


# %% sample_batch: multinomial with replacement
import torch


def sample_batch(X, y, num_train, batch_size):
    idx = torch.multinomial(torch.ones(num_train), batch_size, replacement=True)
    return X[idx], y[idx]


# %% sample_batch: one row at a time, stacked
import random
import torch


def sample_batch(X, y, num_train, batch_size):
    xs, ys = [], []
    for _ in range(batch_size):
        i = random.randint(0, num_train - 1)
        xs.append(X[i])
        ys.append(y[i])
    return torch.stack(xs), torch.stack(ys)


# %% sample_batch: a generator of numpy made outside
import numpy as np
import torch

rng = np.random.default_rng()


def sample_batch(X, y, num_train, batch_size):
    idx = torch.as_tensor(rng.integers(0, num_train, size=batch_size))
    return X[idx], y[idx]
