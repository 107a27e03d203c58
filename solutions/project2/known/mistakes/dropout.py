"""Known wrong versions of dropout_forward and dropout_backward."""

import torch

from autograder.checks.known import misconception


@misconception("dropout_forward", hint="p is used as the probability to keep an entry: here it is that of dropping one")
def dropout_keeps_with_p(x, p, mode="train", generator=None):
    if mode not in ("train", "test"):
        raise ValueError(mode)
    factor = torch.ones_like(x)
    if mode == "train":
        factor = (torch.rand(x.shape, generator=generator, dtype=x.dtype) < p).to(x.dtype) / (1 - p)
    return x * factor, factor


@misconception("dropout_forward", hint="p is taken for the probability to keep, in the draw and in the scale alike")
def dropout_keeps_with_p_and_scales(x, p, mode="train", generator=None):
    if mode not in ("train", "test"):
        raise ValueError(mode)
    factor = torch.ones_like(x)
    if mode == "train":
        factor = (torch.rand(x.shape, generator=generator, dtype=x.dtype) < p).to(x.dtype) / max(p, 1e-8)
    return x * factor, factor


@misconception(
    "dropout_forward", hint="what is kept is not scaled: inverted dropout divides by the probability to keep"
)
def dropout_not_scaled(x, p, mode="train", generator=None):
    if mode not in ("train", "test"):
        raise ValueError(mode)
    factor = torch.ones_like(x)
    if mode == "train":
        factor = (torch.rand(x.shape, generator=generator, dtype=x.dtype) >= p).to(x.dtype)
    return x * factor, factor


@misconception("dropout_forward", hint="what is kept is divided by p: is that the probability to keep?")
def dropout_divided_by_p(x, p, mode="train", generator=None):
    if mode not in ("train", "test"):
        raise ValueError(mode)
    factor = torch.ones_like(x)
    if mode == "train":
        factor = (torch.rand(x.shape, generator=generator, dtype=x.dtype) >= p).to(x.dtype) / p
    return x * factor, factor


@misconception("dropout_forward", hint="what is kept is multiplied by the probability to keep: divide by it")
def dropout_multiplied(x, p, mode="train", generator=None):
    if mode not in ("train", "test"):
        raise ValueError(mode)
    factor = torch.ones_like(x)
    if mode == "train":
        factor = (torch.rand(x.shape, generator=generator, dtype=x.dtype) >= p).to(x.dtype) * (1 - p)
    return x * factor, factor


@misconception("dropout_forward", hint="test mode scales x: with inverted dropout, training has done that already")
def dropout_scaled_in_test(x, p, mode="train", generator=None):
    if mode not in ("train", "test"):
        raise ValueError(mode)
    factor = torch.ones_like(x) * (1 - p)
    if mode == "train":
        factor = (torch.rand(x.shape, generator=generator, dtype=x.dtype) >= p).to(x.dtype) / (1 - p)
    return x * factor, factor


@misconception("dropout_forward", hint="entries are dropped in test mode too: is the mode looked at?")
def dropout_drops_in_test(x, p, mode="train", generator=None):
    if mode not in ("train", "test"):
        raise ValueError(mode)
    factor = (torch.rand(x.shape, generator=generator, dtype=x.dtype) >= p).to(x.dtype) / (1 - p)
    return x * factor, factor


@misconception("dropout_forward", hint="nothing is ever dropped: is train mode the one that draws?")
def dropout_modes_swapped(x, p, mode="train", generator=None):
    if mode not in ("train", "test"):
        raise ValueError(mode)
    factor = torch.ones_like(x)
    if mode == "test":
        factor = (torch.rand(x.shape, generator=generator, dtype=x.dtype) >= p).to(x.dtype) / (1 - p)
    return x * factor, factor


@misconception("dropout_forward", hint="the draws ignore the generator: hand it on to the function that draws")
def dropout_ignores_generator(x, p, mode="train", generator=None):
    if mode not in ("train", "test"):
        raise ValueError(mode)
    factor = torch.ones_like(x)
    if mode == "train":
        factor = (torch.rand(x.shape, dtype=x.dtype) >= p).to(x.dtype) / (1 - p)
    return x * factor, factor


@misconception("dropout_forward", hint="a seed is set inside: every call then drops the same entries")
def dropout_seeds_itself(x, p, mode="train", generator=None):
    if mode not in ("train", "test"):
        raise ValueError(mode)
    torch.manual_seed(0)
    factor = torch.ones_like(x)
    if mode == "train":
        factor = (torch.rand(x.shape, dtype=x.dtype) >= p).to(x.dtype) / (1 - p)
    return x * factor, factor


@misconception("dropout_forward", hint="the generator is seeded again inside: it goes on from where it is")
def dropout_seeds_the_generator(x, p, mode="train", generator=None):
    if mode not in ("train", "test"):
        raise ValueError(mode)
    if generator is not None:
        generator.manual_seed(0)
    factor = torch.ones_like(x)
    if mode == "train":
        factor = (torch.rand(x.shape, generator=generator, dtype=x.dtype) >= p).to(x.dtype) / (1 - p)
    return x * factor, factor


@misconception(
    "dropout_forward", hint="torch's global generator is seeded from the one handed in: draw from that one itself"
)
def dropout_seeds_torch_from_the_generator(x, p, mode="train", generator=None):
    if mode not in ("train", "test"):
        raise ValueError(mode)
    if generator is not None:
        torch.manual_seed(generator.initial_seed())
    factor = torch.ones_like(x)
    if mode == "train":
        factor = (torch.rand(x.shape, dtype=x.dtype) >= p).to(x.dtype) / (1 - p)
    return x * factor, factor


@misconception("dropout_forward", hint="all examples lose the same entries: draw a number for each entry of x")
def dropout_same_for_every_row(x, p, mode="train", generator=None):
    if mode not in ("train", "test"):
        raise ValueError(mode)
    factor = torch.ones_like(x)
    if mode == "train":
        kept = torch.rand(x.shape[-1], generator=generator, dtype=x.dtype) >= p
        factor = factor * kept.to(x.dtype) / (1 - p)
    return x * factor, factor


@misconception("dropout_forward", hint="whole examples are dropped: draw a number for each entry of x")
def dropout_whole_rows(x, p, mode="train", generator=None):
    if mode not in ("train", "test"):
        raise ValueError(mode)
    factor = torch.ones_like(x)
    if mode == "train":
        kept = torch.rand(x.shape[0], 1, generator=generator, dtype=x.dtype) >= p
        factor = factor * kept.to(x.dtype) / (1 - p)
    return x * factor, factor


@misconception("dropout_forward", hint="the draws are normal numbers: those of rand lie evenly between zero and one")
def dropout_normal_draws(x, p, mode="train", generator=None):
    if mode not in ("train", "test"):
        raise ValueError(mode)
    factor = torch.ones_like(x)
    if mode == "train":
        factor = (torch.randn(x.shape, generator=generator, dtype=x.dtype) >= p).to(x.dtype) / (1 - p)
    return x * factor, factor


@misconception("dropout_forward", hint="half of the entries are dropped whatever p is: is p used in the draw?")
def dropout_always_half(x, p, mode="train", generator=None):
    if mode not in ("train", "test"):
        raise ValueError(mode)
    factor = torch.ones_like(x)
    if mode == "train":
        factor = torch.randint(2, x.shape, generator=generator).to(x.dtype) / (1 - p)
    return x * factor, factor


@misconception(
    "dropout_forward", hint="your cache is a mask without its scale: the backward pass needs the whole factor"
)
def dropout_cache_of_mask(x, p, mode="train", generator=None):
    if mode not in ("train", "test"):
        raise ValueError(mode)
    mask = torch.ones_like(x)
    if mode == "test":
        return x * mask, mask
    mask = (torch.rand(x.shape, generator=generator, dtype=x.dtype) >= p).to(x.dtype)
    return x * mask / (1 - p), mask


@misconception("dropout_forward", hint="your cache is out: the backward pass needs the factor of each entry")
def dropout_cache_of_out(x, p, mode="train", generator=None):
    if mode not in ("train", "test"):
        raise ValueError(mode)
    factor = torch.ones_like(x)
    if mode == "train":
        factor = (torch.rand(x.shape, generator=generator, dtype=x.dtype) >= p).to(x.dtype) / (1 - p)
    return x * factor, x * factor


@misconception("dropout_forward", hint="the cache of test mode is None: its factors are all one")
def dropout_no_cache_in_test(x, p, mode="train", generator=None):
    if mode == "test":
        return x, None
    if mode != "train":
        raise ValueError(mode)
    factor = (torch.rand(x.shape, generator=generator, dtype=x.dtype) >= p).to(x.dtype) / (1 - p)
    return x * factor, factor


@misconception("dropout_forward", hint="x is changed in place: return a new tensor")
def dropout_in_place(x, p, mode="train", generator=None):
    if mode not in ("train", "test"):
        raise ValueError(mode)
    factor = torch.ones_like(x)
    if mode == "train":
        factor = (torch.rand(x.shape, generator=generator, dtype=x.dtype) >= p).to(x.dtype) / (1 - p)
    x *= factor
    return x, factor


@misconception("dropout_forward", hint="a mode that there is not is taken for test mode: raise a ValueError")
def dropout_any_other_mode_is_test(x, p, mode="train", generator=None):
    factor = torch.ones_like(x)
    if mode == "train":
        factor = (torch.rand(x.shape, generator=generator, dtype=x.dtype) >= p).to(x.dtype) / (1 - p)
    return x * factor, factor


@misconception("dropout_forward", hint="your factors are float32 whatever x is: give them the dtype of x")
def dropout_factors_in_float32(x, p, mode="train", generator=None):
    if mode not in ("train", "test"):
        raise ValueError(mode)
    factor = torch.ones(x.shape)
    if mode == "train":
        factor = (torch.rand(x.shape, generator=generator) >= p).float() / (1 - p)
    return x * factor, factor


@misconception("dropout_forward", hint="without a mode you are in test mode: train is the default")
def dropout_tests_by_default(x, p, mode="test", generator=None):
    if mode not in ("train", "test"):
        raise ValueError(mode)
    factor = torch.ones_like(x)
    if mode == "train":
        factor = (torch.rand(x.shape, generator=generator, dtype=x.dtype) >= p).to(x.dtype) / (1 - p)
    return x * factor, factor


@misconception("dropout_backward", hint="the whole gradient passes: what was dropped has no part in the loss")
def dropout_gradient_everywhere(dout, cache):
    return dout.clone()


@misconception(
    "dropout_backward", hint="the mask is there, its scale is not: what was scaled forward is scaled back as well"
)
def dropout_gradient_not_scaled(dout, cache):
    return dout * (cache > 0)


@misconception(
    "dropout_backward", hint="the gradient is divided by the factors: the derivative of x * factor along x is factor"
)
def dropout_gradient_divided(dout, cache):
    return torch.where(cache > 0, dout / cache, torch.zeros_like(dout))


@misconception("dropout_backward", hint="the gradient is scaled twice: the cache holds the scale already")
def dropout_gradient_scaled_twice(dout, cache):
    return dout * cache * cache


@misconception("dropout_backward", hint="the gradient passes where entries were dropped: is the mask turned around?")
def dropout_gradient_reversed(dout, cache):
    return dout * (cache == 0) * cache.max()


@misconception("dropout_backward", hint="your dx is the cache alone: the chain rule multiplies it with dout")
def dropout_gradient_without_dout(dout, cache):
    return cache.clone()


@misconception("dropout_backward", hint="a new mask is drawn on the way back: it must be the one of the forward pass")
def dropout_gradient_draws_again(dout, cache):
    keep = (cache > 0).to(dout.dtype).mean()
    return dout * (torch.rand(dout.shape, dtype=dout.dtype) < keep) * cache.max()


@misconception("dropout_backward", hint="dout is changed in place: work on a copy")
def dropout_gradient_in_place(dout, cache):
    dout *= cache
    return dout
