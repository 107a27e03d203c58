"""Right versions of bfgs_update in many styles: no linter is to make them alike."""

# ruff: noqa

# %% bfgs_update: brackets multiplied out, vectors only
import torch


def bfgs_update(H, s, y):
    ys = torch.dot(y, s)
    Hy = H @ y
    return H + (1 + torch.dot(y, Hy) / ys) * torch.outer(s, s) / ys - (torch.outer(Hy, s) + torch.outer(s, Hy)) / ys


# %% bfgs_update: columns and rows, both brackets written out
import torch


def bfgs_update(H, s, y):
    s, y = s[:, None], y[:, None]
    I = torch.eye(H.shape[0]).to(H)
    d = (y.T @ s).item()
    left = I - (s @ y.T) / d
    right = I - (y @ s.T) / d
    H = left.mm(H).mm(right)
    H += s @ s.T / d
    return H


# %% bfgs_update: einsum, made symmetric at the end
import torch


def bfgs_update(H, s, y):
    rho = torch.einsum("i,i->", s, y).reciprocal()
    V = torch.diag(torch.ones_like(s)) - rho * torch.einsum("i,j->ij", y, s)
    new = torch.einsum("ji,jk,kl->il", V, H, V) + rho * torch.einsum("i,j->ij", s, s)
    return (new + new.T) / 2


# %% bfgs_update: numpy
import numpy as np
import torch


def bfgs_update(H, s, y):
    H, s, y = H.numpy(), s.numpy(), y.numpy()
    rho = 1.0 / np.dot(y, s)
    V = np.eye(len(s)) - rho * np.outer(s, y)
    return torch.from_numpy(V @ H @ V.T + rho * np.outer(s, s))


# %% bfgs_update: loops over the entries, a helper for the products
import torch


def product(A, B):
    out = torch.zeros(A.shape[0], B.shape[1], dtype=A.dtype)
    for i in range(A.shape[0]):
        for j in range(B.shape[1]):
            out[i, j] = (A[i] * B[:, j]).sum()
    return out


def bfgs_update(H, s, y):
    n, ys = len(s), (y * s).sum()
    V = torch.zeros(n, n, dtype=H.dtype)
    for i in range(n):
        for j in range(n):
            V[i, j] = float(i == j) - s[i] * y[j] / ys
    new = product(product(V, H), V.T)
    for i in range(n):
        for j in range(n):
            new[i, j] += s[i] * s[j] / ys
    return new
