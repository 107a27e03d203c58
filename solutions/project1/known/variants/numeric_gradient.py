"""Right versions of numeric_gradient in many styles: no linter is to make them alike."""

# ruff: noqa

# %% numeric_gradient: an entry changed in place, its old value put back
import torch


def numeric_gradient(f, w, h=1e-5):
    grad = torch.zeros_like(w)
    flat, flat_grad = w.view(-1), grad.view(-1)
    for ix in range(flat.shape[0]):
        old = flat[ix].item()
        flat[ix] = old + h
        fp = f(w).item()
        flat[ix] = old - h
        fm = f(w).item()
        flat[ix] = old
        flat_grad[ix] = (fp - fm) / (2 * h)
    return grad


# %% numeric_gradient: clones, numpy's ndindex
import numpy as np
import torch


def numeric_gradient(f, w, h=1e-5):
    dw = torch.empty_like(w)
    for index in np.ndindex(*w.shape):
        plus, minus = w.clone(), w.clone()
        plus[index] += h
        minus[index] -= h
        dw[index] = (f(plus) - f(minus)) / (2 * h)
    return dw


# %% numeric_gradient: rows of the identity in a comprehension
import torch


def numeric_gradient(f, w, h=1e-5):
    basis = torch.eye(w.numel(), dtype=w.dtype)
    slopes = [(f(w + h * e.view(w.shape)) - f(w - h * e.view(w.shape))) / h / 2 for e in basis]
    return torch.stack(slopes).reshape(w.shape)


# %% numeric_gradient: itertools, float64 inside, helper function inside
import itertools
import torch


def numeric_gradient(f, w, h=1e-5):
    x = w.detach().clone().to(torch.float64)

    def at(index, amount):
        moved = x.clone()
        moved[index] = moved[index] + amount
        return float(f(moved.to(w.dtype)))

    dw = torch.zeros(w.shape, dtype=w.dtype, device=w.device)
    for index in itertools.product(*[range(n) for n in w.shape]):
        dw[index] = (at(index, h) - at(index, -h)) * 0.5 / h
    return dw
