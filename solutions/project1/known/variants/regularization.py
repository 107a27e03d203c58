"""Right versions of l1_regularization and l2_regularization in many styles: no linter is to make them alike."""

# ruff: noqa

# %% l1_regularization: torch functions, where for the sign, leftover prints
import torch


def l1_regularization(W, reg):
    R = reg * torch.sum(torch.abs(W))
    print("R =", R)
    dR = torch.where(W > 0, 1.0, torch.where(W < 0, -1.0, 0.0)).to(W.dtype) * reg
    return R, dR


# %% l1_regularization: masks, float64 inside, cast back
import torch


def l1_regularization(W, reg):
    w = W.double()
    positive, negative = (w > 0).double(), (w < 0).double()
    sign = positive - negative
    return (reg * (w * sign).sum()).to(W.dtype), (reg * sign).to(W.dtype)


# %% l1_regularization: a loop over the entries, number made a tensor at the end
import torch
import math


def l1_regularization(W, reg):
    total = 0.0
    dR = torch.zeros_like(W)
    flat = dR.view(-1)
    for k, value in enumerate(W.reshape(-1).tolist()):
        total += abs(value)
        if value != 0:
            flat[k] = math.copysign(reg, value)
    return torch.tensor(reg * total, dtype=W.dtype), dR


# %% l1_regularization: vector norm of the flat weights, a clone changed in place
import torch


def l1_regularization(W, reg):
    dR = W.clone()
    dR.sign_().mul_(reg)
    return reg * torch.linalg.vector_norm(W.flatten(), ord=1), dR


# %% l2_regularization: dot product of the flat weights
import torch


def l2_regularization(W, reg):
    w = W.reshape(-1)
    return reg * w.dot(w), 2.0 * reg * W


# %% l2_regularization: squared norm, constant and lambda outside, sum of two
import torch

POWER = 2
gradient = lambda W, reg: reg * W + reg * W


def l2_regularization(W, reg):
    return reg * W.norm() ** POWER, gradient(W, reg)


# %% l2_regularization: float64 inside, in place on a clone
import torch


def l2_regularization(W, reg):
    R = reg * torch.sum(torch.pow(W.to(torch.float64), 2))
    dR = W.clone()
    dR *= 2
    dR *= reg
    return R.to(W.dtype), dR


# %% l2_regularization: class outside, einsum, unused imports
import os
import numpy as np
import torch
import matplotlib.pyplot as plt


class Penalty:
    def __init__(self, strength):
        self.strength = strength

    def value(self, W):
        return self.strength * torch.einsum("i,i->", W.ravel(), W.ravel())

    def slope(self, W):
        return torch.mul(W, 2 * self.strength)


def l2_regularization(W, reg):
    p = Penalty(reg)
    return p.value(W), p.slope(W)
