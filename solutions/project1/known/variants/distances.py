"""Right versions of the three distance functions in many styles: no linter is to make them alike."""

# ruff: noqa

# %% compute_distances_two_loops: float64 inside, cast back, leftover prints
import torch


def compute_distances_two_loops(x_train, x_test):
    num_train = x_train.shape[0]
    num_test = x_test.shape[0]
    print("num_train", num_train, "num_test", num_test)
    dists = torch.zeros(num_train, num_test, dtype=torch.float64)
    for i in range(num_train):
        for j in range(num_test):
            diff = x_train[i].double() - x_test[j].double()
            dists[i, j] = torch.sum(diff * diff)
    return dists.to(x_train.dtype)


# %% compute_distances_two_loops: helper function, nested lists, stack
import torch
from torch import Tensor


def squared_distance(a: Tensor, b: Tensor) -> Tensor:
    return torch.square(torch.sub(a, b)).sum()


def compute_distances_two_loops(x_train: Tensor, x_test: Tensor) -> Tensor:
    rows = []
    for a in x_train:
        row = []
        for b in x_test:
            row.append(squared_distance(a, b))
        rows.append(torch.stack(row))
    return torch.stack(rows)


# %% compute_distances_two_loops: while loops, dot product of flattened points, unused imports
import math
import os
import torch
import numpy as np
import matplotlib.pyplot as plt


def compute_distances_two_loops(x_train, x_test):
    dists = torch.empty((len(x_train), len(x_test)), dtype=x_train.dtype, device=x_train.device)
    i = 0
    while i < len(x_train):
        j = 0
        while j < len(x_test):
            d = (x_train[i] - x_test[j]).reshape(-1)
            dists[i, j] = d.dot(d)
            j += 1
        i += 1
    return dists


# %% compute_distances_two_loops: lambda outside, item()
import torch

sq = lambda v: (v**2).sum().item()


def compute_distances_two_loops(x_train, x_test):
    dists = x_train.new_zeros((x_train.size(0), x_test.size(0)))
    for i, a in enumerate(x_train):
        for j, b in enumerate(x_test):
            dists[i][j] = sq(a - b)
    return dists


# %% compute_distances_two_loops: flattened first, columns outermost, constant outside
import torch

POWER = 2


def compute_distances_two_loops(x_train, x_test):
    a, b = x_train.flatten(1), x_test.flatten(1)
    dists = torch.zeros(a.shape[0], b.shape[0]).type_as(x_train)
    for j in range(b.shape[0]):
        for i in range(a.shape[0]):
            dists[i, j] = torch.pow(a[i] - b[j], POWER).sum()
    return dists


# %% compute_distances_one_loop: a row for each training point
import torch


def compute_distances_one_loop(x_train, x_test):
    num_train, num_test = x_train.shape[0], x_test.shape[0]
    dists = x_train.new_zeros(num_train, num_test)
    train_flat = x_train.view(num_train, -1)
    test_flat = x_test.view(num_test, -1)
    for i in range(num_train):
        dists[i, :] = ((test_flat - train_flat[i]) ** 2).sum(-1)
    return dists


# %% compute_distances_one_loop: einsum over the differences
import torch


def compute_distances_one_loop(x_train, x_test):
    dists = torch.zeros((x_train.shape[0], x_test.shape[0]), dtype=x_train.dtype)
    for j in range(x_test.shape[0]):
        d = (x_train - x_test[j : j + 1]).flatten(start_dim=1)
        dists[:, j] = torch.einsum("nd,nd->n", d, d)
    return dists


# %% compute_distances_one_loop: one comprehension and stack
import torch


def compute_distances_one_loop(x_train, x_test):
    axes = tuple(range(1, x_train.dim()))
    columns = [(x_train - point).square().sum(dim=axes) for point in x_test]
    return torch.stack(columns, dim=1)


# %% compute_distances_one_loop: helper function with matrix product, in place on its own tensors
import torch


def column(points, point):
    d = points.clone()
    d -= point
    d = d.reshape(d.shape[0], 1, -1)
    return (d @ d.transpose(1, 2)).reshape(-1)


def compute_distances_one_loop(x_train, x_test):
    dists = torch.zeros_like(x_train.flatten(1)[:, :1]).repeat(1, x_test.shape[0])
    for j in range(x_test.shape[0]):
        dists[:, j].copy_(column(x_train, x_test[j]))
    return dists


# %% compute_distances_one_loop: blocks of test points, broadcasting in each
import torch

BLOCK = 2


def compute_distances_one_loop(x_train, x_test):
    a, b = x_train.flatten(1), x_test.flatten(1)
    dists = a.new_empty(a.shape[0], b.shape[0])
    for start in range(0, b.shape[0], BLOCK):
        block = b[start : start + BLOCK]
        dists[:, start : start + BLOCK] = ((a.unsqueeze(1) - block.unsqueeze(0)) ** 2).sum(dim=2)
    return dists


# %% compute_distances_no_loops: addmm with alpha
import torch


def compute_distances_no_loops(x_train, x_test):
    a, b = x_train.flatten(1), x_test.flatten(1)
    lengths = a.square().sum(1, keepdim=True) + b.square().sum(1)
    return torch.addmm(lengths, a, b.t(), alpha=-2)


# %% compute_distances_no_loops: float64 inside, einsum, cast back
import torch


def compute_distances_no_loops(x_train, x_test):
    dtype = x_train.dtype
    a = x_train.reshape(x_train.shape[0], -1).to(torch.float64)
    b = x_test.reshape(x_test.shape[0], -1).to(torch.float64)
    aa = torch.einsum("id,id->i", a, a)
    bb = torch.einsum("jd,jd->j", b, b)
    ab = torch.einsum("id,jd->ij", a, b)
    return (aa[:, None] - 2 * ab + bb[None, :]).to(dtype)


# %% compute_distances_no_loops: one product of lengthened matrices
import torch


def compute_distances_no_loops(x_train, x_test):
    a, b = x_train.flatten(1), x_test.flatten(1)
    ones_a, ones_b = a.new_ones(len(a), 1), b.new_ones(len(b), 1)
    left = torch.cat([-2 * a, (a * a).sum(1, keepdim=True), ones_a], dim=1)
    right = torch.cat([b, ones_b, (b * b).sum(1, keepdim=True)], dim=1)
    return left @ right.T


# %% compute_distances_no_loops: points moved to their mean first
import torch


def compute_distances_no_loops(x_train, x_test):
    centre = x_train.mean(dim=0, keepdim=True)
    a = (x_train - centre).flatten(1)
    b = (x_test - centre).flatten(1)
    d = (a**2).sum(1).view(-1, 1) + (b**2).sum(1).view(1, -1) - 2 * torch.mm(a, b.T)
    return torch.maximum(d, torch.zeros_like(d))


# %% compute_distances_no_loops: helper functions, in place on its own tensors
import torch


def flat(x):
    return x.contiguous().view(x.shape[0], -1)


def lengths(x):
    return torch.sum(flat(x) ** 2, dim=1)


def compute_distances_no_loops(x_train, x_test):
    dists = torch.matmul(flat(x_train), flat(x_test).transpose(0, 1))
    dists *= -2
    dists += lengths(x_train).unsqueeze(1)
    dists += lengths(x_test).unsqueeze(0)
    dists.clamp_(min=0)
    return dists


# %% compute_distances_no_loops: tensordot, clamped by relu of torch
import torch


def compute_distances_no_loops(x_train, x_test):
    axes = list(range(1, x_train.ndim))
    products = torch.tensordot(x_train, x_test, dims=(axes, axes))
    a, b = (x_train * x_train).sum(axes), (x_test * x_test).sum(axes)
    return torch.relu(a.reshape(-1, 1) + b.reshape(1, -1) - products - products)
