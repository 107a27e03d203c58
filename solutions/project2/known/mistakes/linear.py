"""Known wrong versions of linear_forward and linear_backward."""

import torch

from autograder.checks.known import misconception


@misconception("linear_forward", hint="your out is the product alone: is the bias added?")
def linear_without_bias(x, w, b):
    return x @ w, (x, w, b)


@misconception("linear_forward", hint="w is turned around: its rows belong to the features of x as they are")
def linear_weights_transposed(x, w, b):
    return x @ w.T + b, (x, w, b)


@misconception("linear_forward", hint="the bias is stood up as a column: it has one entry for each column of out")
def linear_bias_as_column(x, w, b):
    return x @ w + b.reshape(-1, 1), (x, w, b)


@misconception("linear_forward", hint="only the sum of the biases is added: each column of out has a bias of its own")
def linear_bias_summed(x, w, b):
    return x @ w + b.sum(), (x, w, b)


@misconception("linear_forward", hint="your out is never negative: ReLU is a layer of its own")
def linear_with_relu(x, w, b):
    return (x @ w + b).clamp(min=0), (x, w, b)


@misconception("linear_forward", hint="your out is divided by the number of examples: nothing is averaged here")
def linear_averaged(x, w, b):
    return x @ w / x.shape[0] + b, (x, w, b)


@misconception("linear_forward", hint="your cache lacks b: it holds all three inputs")
def linear_cache_without_bias(x, w, b):
    return x @ w + b, (x, w)


@misconception("linear_forward", hint="your cache holds out in place of x: which of them does dw need?")
def linear_cache_of_out(x, w, b):
    out = x @ w + b
    return out, (out, w, b)


@misconception("linear_forward", hint="your cache begins with w: the order is x, w, b")
def linear_cache_in_another_order(x, w, b):
    return x @ w + b, (w, x, b)


@misconception("linear_forward", hint="out comes without a cache: two things are returned")
def linear_out_alone(x, w, b):
    return x @ w + b


@misconception("linear_forward", hint="your out is float32 whatever x is: keep the dtype of x")
def linear_in_float32(x, w, b):
    return x.float() @ w.float() + b.float(), (x, w, b)


@misconception("linear_backward", hint="db is dout itself: b is shared by all examples, so their slopes add up")
def linear_db_not_summed(dout, cache):
    x, w, _ = cache
    return dout @ w.T, x.T @ dout, dout


@misconception("linear_backward", hint="db is a mean over the examples: their slopes add up")
def linear_db_mean(dout, cache):
    x, w, _ = cache
    return dout @ w.T, x.T @ dout, dout.mean(dim=0)


@misconception("linear_backward", hint="db is summed along each example: which axis do the examples lie on?")
def linear_db_other_axis(dout, cache):
    x, w, _ = cache
    return dout @ w.T, x.T @ dout, dout.sum(dim=1)


@misconception("linear_backward", hint="db keeps the axis of the examples: it has the shape of b")
def linear_db_keepdim(dout, cache):
    x, w, _ = cache
    return dout @ w.T, x.T @ dout, dout.sum(dim=0, keepdim=True)


@misconception("linear_backward", hint="db counts the examples: the slope of the loss along out is missing in it")
def linear_db_counts(dout, cache):
    x, w, _ = cache
    return dout @ w.T, x.T @ dout, torch.ones_like(dout).sum(dim=0)


@misconception("linear_backward", hint="db is multiplied by b: what is the derivative of out along b?")
def linear_db_times_b(dout, cache):
    x, w, b = cache
    return dout @ w.T, x.T @ dout, b * dout.sum(dim=0)


@misconception("linear_backward", hint="dw is the transpose of what it should be: it has the shape of w")
def linear_dw_transposed(dout, cache):
    x, w, _ = cache
    return dout @ w.T, dout.T @ x, dout.sum(dim=0)


@misconception("linear_backward", hint="dw is divided by the number of examples: the loss has done that already")
def linear_dw_mean(dout, cache):
    x, w, _ = cache
    return dout @ w.T, x.T @ dout / x.shape[0], dout.sum(dim=0)


@misconception("linear_backward", hint="all three gradients are divided by the number of examples: the loss did that")
def linear_all_means(dout, cache):
    x, w, _ = cache
    N = x.shape[0]
    return dout @ w.T / N, x.T @ dout / N, dout.sum(dim=0) / N


@misconception("linear_backward", hint="dx multiplies by w as it is: look at the shapes of dout, w and dx")
def linear_dx_without_transpose(dout, cache):
    x, w, _ = cache
    return dout @ w, x.T @ dout, dout.sum(dim=0)


@misconception("linear_backward", hint="dx is the same for every example: each row of dout belongs to a row of dx")
def linear_dx_of_the_batch(dout, cache):
    x, w, _ = cache
    return (dout.sum(dim=0) @ w.T).expand_as(x).clone(), x.T @ dout, dout.sum(dim=0)


@misconception("linear_backward", hint="dx adds the bias: a constant has no part in a derivative")
def linear_dx_with_bias(dout, cache):
    x, w, b = cache
    return (dout + b) @ w.T, x.T @ dout, dout.sum(dim=0)


@misconception("linear_backward", hint="dx and dw are returned in each other's place: the order is dx, dw, db")
def linear_gradients_swapped(dout, cache):
    x, w, _ = cache
    return x.T @ dout, dout @ w.T, dout.sum(dim=0)


@misconception("linear_backward", hint="two gradients come back: db is missing")
def linear_without_db(dout, cache):
    x, w, _ = cache
    return dout @ w.T, x.T @ dout


@misconception("linear_backward", hint="your gradients are float32 whatever the inputs are: keep their dtype")
def linear_gradients_in_float32(dout, cache):
    x, w, _ = cache
    return (dout @ w.T).float(), (x.T @ dout).float(), dout.sum(dim=0).float()
