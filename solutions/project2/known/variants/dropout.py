"""Right versions of dropout_forward and dropout_backward in many styles: no linter is to make them alike."""

# ruff: noqa

# %% dropout_forward: rand < 1 - p, the mode looked at last
import torch


def dropout_forward(x, p, mode="train", generator=None):
    if mode not in ("train", "test"):
        raise ValueError("mode must be train or test")
    factor = torch.ones_like(x)
    if mode == "train":
        keep = 1 - p
        mask = (torch.rand(x.shape, generator=generator, dtype=x.dtype) < keep) / keep
        factor = mask.to(x.dtype)
    return x * factor, factor


# %% dropout_forward: torch.bernoulli of the probability to keep
import torch


def dropout_forward(x, p, mode="train", generator=None):
    if mode == "test":
        return x.clone(), torch.ones(x.shape, dtype=x.dtype)
    elif mode == "train":
        kept = torch.bernoulli(torch.full_like(x, 1.0 - p), generator=generator)
        factor = kept / (1.0 - p)
        out = x * factor
        return out, factor
    else:
        raise ValueError(mode)


# %% dropout_forward: bernoulli_ of the probability to drop, in place
import torch


def dropout_forward(x, p, mode="train", generator=None):
    out, cache = x, torch.ones_like(x)
    match mode:
        case "train":
            dropped = torch.empty_like(x).bernoulli_(p, generator=generator)
            cache = (1 - dropped).div_(1 - p)
            out = x.mul(cache)
        case "test":
            pass
        case _:
            raise ValueError(f"no such mode: {mode}")
    return out, cache


# %% dropout_forward: a boolean mask, masked_fill on a scaled copy
import torch


def dropout_forward(x, p, mode="train", generator=None):
    if mode == "train":
        dropped = torch.rand(x.size(), generator=generator) < p
        scaled = x / (1 - p)
        scale = torch.ones_like(x) / (1 - p)
        return scaled.masked_fill(dropped, 0), scale.masked_fill(dropped, 0)
    if mode != "test":
        raise ValueError("unknown mode " + repr(mode))
    return x + 0, torch.ones_like(x)


# %% dropout_forward: uniform_ and where, helpers for the mask and for the mode
import torch


def check_mode(mode):
    if mode != "train" and mode != "test":
        raise ValueError("mode")


def keep_mask(shape, p, generator):
    return torch.empty(shape).uniform_(0, 1, generator=generator).ge(p)


def dropout_forward(x, p, mode="train", generator=None):
    check_mode(mode)
    training = mode == "train"
    kept = keep_mask(x.shape, p, generator) if training else torch.ones(x.shape, dtype=torch.bool)
    rate = p if training else 0.0
    zero, one = x.new_zeros(()), x.new_ones(())
    factor = torch.where(kept, one / (1 - rate), zero)
    return torch.where(kept, x / (1 - rate), zero), factor


# %% dropout_forward: integers of a million faces
import torch


def dropout_forward(x, p, mode="train", generator=None):
    if mode == "train":
        faces = 1_000_000
        die = torch.randint(0, faces, x.shape, generator=generator)
        cache = (die >= p * faces).to(x.dtype) * (1 / (1 - p))
    elif mode == "test":
        cache = x.new_ones(x.shape)
    else:
        raise ValueError(f"mode {mode!r} is neither 'train' nor 'test'")
    return cache * x, cache


# %% dropout_backward: in place on a clone
def dropout_backward(dout, cache):
    dx = dout.clone()
    dx *= cache
    return dx


# %% dropout_backward: where it was kept
import torch


def dropout_backward(dout, cache):
    return torch.where(cache != 0, dout * cache, torch.zeros_like(dout))


# %% dropout_backward: einsum
import torch


def dropout_backward(dout, cache):
    return torch.einsum("...,...->...", dout, cache)


# %% dropout_backward: numpy
import numpy as np
import torch


def dropout_backward(dout, cache):
    return torch.from_numpy(np.multiply(dout.numpy(), cache.numpy()))
