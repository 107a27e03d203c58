"""Known wrong versions of relu_forward and relu_backward."""

import torch

from autograder.checks.known import misconception


@misconception("relu_forward", hint="negative entries become positive: ReLU makes them zero, it does not fold them up")
def relu_absolute_value(x):
    return x.abs(), x


@misconception("relu_forward", hint="negative entries shrink but do not vanish: that is the leaky ReLU")
def relu_leaky(x):
    return torch.where(x > 0, x, 0.01 * x), x


@misconception("relu_forward", hint="your out never exceeds one: ReLU has no upper bound")
def relu_bounded_above(x):
    return x.clamp(0, 1), x


@misconception(
    "relu_forward", hint="the negative entries are kept and the positive ones lost: is it the larger of the two?"
)
def relu_of_the_negative(x):
    return x.clamp(max=0), x


@misconception("relu_forward", hint="your out holds ones and zeros: ReLU keeps the positive entries themselves")
def relu_step(x):
    return (x > 0).to(x.dtype), x


@misconception("relu_forward", hint="your out is smooth where ReLU bends: softplus is another function")
def relu_softplus(x):
    return torch.log1p(torch.exp(x)), x


@misconception("relu_forward", hint="your cache is out: the task asks for x itself")
def relu_cache_of_out(x):
    out = x.clamp(min=0)
    return out, out


@misconception("relu_forward", hint="your cache is a mask: the task asks for x itself")
def relu_cache_of_mask(x):
    return x.clamp(min=0), x > 0


@misconception("relu_forward", hint="x is changed in place, and so is your cache: work on a copy")
def relu_in_place(x):
    x[x < 0] = 0
    return x, x


@misconception("relu_forward", hint="x is turned into float32: keep its dtype")
def relu_in_float32(x):
    return x.float().clamp(min=0), x


@misconception("relu_backward", hint="the gradient passes everywhere: where does ReLU not move with x?")
def relu_gradient_everywhere(dout, cache):
    return dout.clone()


@misconception("relu_backward", hint="you look at the sign of dout: the sign of x decides what passes")
def relu_gradient_by_dout(dout, cache):
    return dout * (dout > 0)


@misconception("relu_backward", hint="only entries pass at which both x and dout are positive: x alone decides")
def relu_gradient_guided(dout, cache):
    return dout * (cache > 0) * (dout > 0)


@misconception("relu_backward", hint="your dx is the slope of ReLU alone: the chain rule multiplies it with dout")
def relu_gradient_without_dout(dout, cache):
    return (cache > 0).to(dout.dtype)


@misconception("relu_backward", hint="the gradient passes where x is negative: is the comparison turned around?")
def relu_gradient_reversed(dout, cache):
    return dout * (cache < 0)


@misconception("relu_backward", hint="your dx is multiplied by out: the slope of ReLU is one where x is positive")
def relu_gradient_times_out(dout, cache):
    return dout * cache.clamp(min=0)


@misconception("relu_backward", hint="your dx has the other sign where x is negative: that is the slope of |x|")
def relu_gradient_of_absolute_value(dout, cache):
    return dout * cache.sign()


@misconception("relu_backward", hint="a little gradient leaks through where x is negative: the slope there is zero")
def relu_gradient_leaky(dout, cache):
    return torch.where(cache > 0, dout, 0.01 * dout)


@misconception("relu_backward", hint="dout is changed in place: work on a copy")
def relu_gradient_in_place(dout, cache):
    dout[cache <= 0] = 0
    return dout


@misconception("relu_backward", hint="only entries beyond one pass: the bend of ReLU is at zero")
def relu_gradient_bend_at_one(dout, cache):
    return dout * (cache > 1)
