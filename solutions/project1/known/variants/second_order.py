"""Right versions of the methods that know the curvature in many styles: no linter is to make them alike."""

# ruff: noqa

# %% newton_step: right-hand side as a matrix
import torch


def newton_step(w, grad, hessian):
    step = torch.linalg.solve(hessian, grad.unsqueeze(1)).squeeze(1)
    return w - step


# %% newton_step: LU factors
import torch


def newton_step(w, grad, hessian):
    factors, pivots = torch.linalg.lu_factor(hessian)
    return w - torch.linalg.lu_solve(factors, pivots, grad[:, None])[:, 0]


# %% newton_step: elimination by hand
import torch


def newton_step(w, grad, hessian):
    n = len(w)
    A = torch.cat([hessian, grad.reshape(n, 1)], dim=1)
    for i in range(n):
        pivot = i + int(A[i:, i].abs().argmax())
        A[[i, pivot]] = A[[pivot, i]]
        A[i] = A[i] / A[i, i]
        for r in range(n):
            if r != i:
                A[r] = A[r] - A[r, i] * A[i]
    return w - A[:, n]


# %% lbfgs_direction: recursion over the pairs
def lbfgs_direction(grad, steps, grad_changes):
    def times_H(q, i):
        if i < 0:
            if not steps:
                return q
            s, y = steps[-1], grad_changes[-1]
            return q * (s.dot(y) / y.dot(y))
        s, y = steps[i], grad_changes[i]
        a = s.dot(q) / y.dot(s)
        r = times_H(q - a * y, i - 1)
        return r + (a - y.dot(r) / y.dot(s)) * s

    return -times_H(grad, len(steps) - 1)


# %% lbfgs_direction: the matrix of BFGS written out
import torch


def lbfgs_direction(grad, steps, grad_changes):
    n = grad.numel()
    eye = torch.eye(n, dtype=grad.dtype)
    H = eye
    if len(steps) > 0:
        H = eye * torch.dot(steps[-1], grad_changes[-1]) / torch.dot(grad_changes[-1], grad_changes[-1])
    for s, y in zip(steps, grad_changes):
        rho = 1 / torch.dot(y, s)
        left = eye - rho * torch.outer(s, y)
        H = left @ H @ left.T + rho * torch.outer(s, s)
    return -(H @ grad)


# %% lbfgs_direction: indices, lists of rho and alpha, early return, in place on a copy
import torch


def lbfgs_direction(grad, steps, grad_changes):
    m = len(steps)
    if m == 0:
        return -grad
    rho = [1.0 / torch.sum(grad_changes[i] * steps[i]).item() for i in range(m)]
    alpha = [0.0] * m
    q = grad.clone()
    for i in range(m - 1, -1, -1):
        alpha[i] = rho[i] * (steps[i] * q).sum()
        q -= alpha[i] * grad_changes[i]
    q *= 1.0 / (rho[-1] * (grad_changes[-1] ** 2).sum())
    for i in range(m):
        beta = rho[i] * (grad_changes[i] * q).sum()
        q += steps[i] * (alpha[i] - beta)
    return q.neg_()


# %% lbfgs_direction: a deque of pairs, the sign first
from collections import deque

import torch


def lbfgs_direction(grad, steps, grad_changes):
    r = grad.neg()
    seen = deque()
    for s, y in reversed(list(zip(steps, grad_changes))):
        a = torch.inner(s, r) / torch.inner(s, y)
        r = torch.sub(r, y * a)
        seen.appendleft((s, y, a))
    if seen:
        s, y, _ = seen[-1]
        r = r * torch.inner(s, y) / y.square().sum()
    for s, y, a in seen:
        r = r + s * (a - torch.inner(y, r) / torch.inner(s, y))
    return r
