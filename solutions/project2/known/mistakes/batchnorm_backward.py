"""Known wrong versions of batchnorm_backward."""

from autograder.checks.known import misconception


@misconception("batchnorm_backward", hint="dx takes mean and variance for constants: both move with x")
def batchnorm_constant_statistics(dout, cache):
    x_hat, gamma, std = cache
    dx = dout * gamma / std
    return dx, (dout * x_hat).sum(dim=0), dout.sum(dim=0)


@misconception("batchnorm_backward", hint="dx takes the variance for a constant: it moves with x as the mean does")
def batchnorm_constant_variance(dout, cache):
    x_hat, gamma, std = cache
    dx_hat = dout * gamma
    dx = (dx_hat - dx_hat.mean(dim=0)) / std
    return dx, (dout * x_hat).sum(dim=0), dout.sum(dim=0)


@misconception("batchnorm_backward", hint="dx takes the mean for a constant: it moves with x as the variance does")
def batchnorm_constant_mean(dout, cache):
    x_hat, gamma, std = cache
    dx_hat = dout * gamma
    dx = (dx_hat - x_hat * (dx_hat * x_hat).mean(dim=0)) / std
    return dx, (dout * x_hat).sum(dim=0), dout.sum(dim=0)


@misconception("batchnorm_backward", hint="dx lacks gamma: x_hat is multiplied by it on the way to out")
def batchnorm_gradient_without_gamma(dout, cache):
    x_hat, _, std = cache
    dx = (dout - dout.mean(dim=0) - x_hat * (dout * x_hat).mean(dim=0)) / std
    return dx, (dout * x_hat).sum(dim=0), dout.sum(dim=0)


@misconception("batchnorm_backward", hint="the part of dx that comes through the variance has the wrong sign")
def batchnorm_gradient_variance_sign(dout, cache):
    x_hat, gamma, std = cache
    dx_hat = dout * gamma
    dx = (dx_hat - dx_hat.mean(dim=0) + x_hat * (dx_hat * x_hat).mean(dim=0)) / std
    return dx, (dout * x_hat).sum(dim=0), dout.sum(dim=0)


@misconception("batchnorm_backward", hint="the part of dx that comes through the mean has the wrong sign")
def batchnorm_gradient_mean_sign(dout, cache):
    x_hat, gamma, std = cache
    dx_hat = dout * gamma
    dx = (dx_hat + dx_hat.mean(dim=0) - x_hat * (dx_hat * x_hat).mean(dim=0)) / std
    return dx, (dout * x_hat).sum(dim=0), dout.sum(dim=0)


@misconception(
    "batchnorm_backward",
    hint="the part of dx that comes through the variance lacks a factor: what is the derivative of a square?",
)
def batchnorm_gradient_variance_halved(dout, cache):
    x_hat, gamma, std = cache
    dx_hat = dout * gamma
    dx = (dx_hat - dx_hat.mean(dim=0) - x_hat * (dx_hat * x_hat).mean(dim=0) / 2) / std
    return dx, (dout * x_hat).sum(dim=0), dout.sum(dim=0)


@misconception(
    "batchnorm_backward",
    hint="the part of dx that comes through the variance is the same for all examples: x_hat is missing in it",
)
def batchnorm_gradient_variance_without_x_hat(dout, cache):
    x_hat, gamma, std = cache
    dx_hat = dout * gamma
    dx = (dx_hat - dx_hat.mean(dim=0) - (dx_hat * x_hat).mean(dim=0)) / std
    return dx, (dout * x_hat).sum(dim=0), dout.sum(dim=0)


@misconception(
    "batchnorm_backward", hint="the parts of dx through mean and variance are sums: each example moves them by one N-th"
)
def batchnorm_gradient_sums_for_means(dout, cache):
    x_hat, gamma, std = cache
    dx_hat = dout * gamma
    dx = (dx_hat - dx_hat.sum(dim=0) - x_hat * (dx_hat * x_hat).sum(dim=0)) / std
    return dx, (dout * x_hat).sum(dim=0), dout.sum(dim=0)


@misconception(
    "batchnorm_backward",
    hint="the part of dx that comes through the variance is divided by N - 1: the variance here is over N",
)
def batchnorm_gradient_over_n_minus_one(dout, cache):
    x_hat, gamma, std = cache
    N = dout.shape[0]
    dx_hat = dout * gamma
    dx = (dx_hat - dx_hat.mean(dim=0) - x_hat * (dx_hat * x_hat).sum(dim=0) / (N - 1)) / std
    return dx, (dout * x_hat).sum(dim=0), dout.sum(dim=0)


@misconception("batchnorm_backward", hint="dx is multiplied by std: x was divided by it")
def batchnorm_gradient_times_std(dout, cache):
    x_hat, gamma, std = cache
    dx_hat = dout * gamma
    dx = (dx_hat - dx_hat.mean(dim=0) - x_hat * (dx_hat * x_hat).mean(dim=0)) * std
    return dx, (dout * x_hat).sum(dim=0), dout.sum(dim=0)


@misconception("batchnorm_backward", hint="dx is divided by the variance: x was divided by std")
def batchnorm_gradient_over_variance(dout, cache):
    x_hat, gamma, std = cache
    dx_hat = dout * gamma
    dx = (dx_hat - dx_hat.mean(dim=0) - x_hat * (dx_hat * x_hat).mean(dim=0)) / std**2
    return dx, (dout * x_hat).sum(dim=0), dout.sum(dim=0)


@misconception("batchnorm_backward", hint="dx lacks the division by std")
def batchnorm_gradient_without_std(dout, cache):
    x_hat, gamma, _ = cache
    dx_hat = dout * gamma
    dx = dx_hat - dx_hat.mean(dim=0) - x_hat * (dx_hat * x_hat).mean(dim=0)
    return dx, (dout * x_hat).sum(dim=0), dout.sum(dim=0)


@misconception("batchnorm_backward", hint="dx is divided by the number of examples once too often")
def batchnorm_gradient_over_examples(dout, cache):
    x_hat, gamma, std = cache
    N = dout.shape[0]
    dx_hat = dout * gamma
    dx = (dx_hat - dx_hat.mean(dim=0) - x_hat * (dx_hat * x_hat).mean(dim=0)) / std / N
    return dx, (dout * x_hat).sum(dim=0), dout.sum(dim=0)


@misconception(
    "batchnorm_backward", hint="dx averages along each example: mean and variance were taken down each column"
)
def batchnorm_gradient_along_examples(dout, cache):
    x_hat, gamma, std = cache
    dx_hat = dout * gamma
    dx = (dx_hat - dx_hat.mean(1, keepdim=True) - x_hat * (dx_hat * x_hat).mean(1, keepdim=True)) / std
    return dx, (dout * x_hat).sum(dim=0), dout.sum(dim=0)


@misconception("batchnorm_backward", hint="dgamma lacks x_hat: out is gamma times x_hat")
def batchnorm_dgamma_without_x_hat(dout, cache):
    x_hat, gamma, std = cache
    dx_hat = dout * gamma
    dx = (dx_hat - dx_hat.mean(dim=0) - x_hat * (dx_hat * x_hat).mean(dim=0)) / std
    return dx, dout.sum(dim=0), dout.sum(dim=0)


@misconception(
    "batchnorm_backward", hint="dgamma is multiplied by gamma: what is the derivative of gamma * x_hat along gamma?"
)
def batchnorm_dgamma_with_gamma(dout, cache):
    x_hat, gamma, std = cache
    dx_hat = dout * gamma
    dx = (dx_hat - dx_hat.mean(dim=0) - x_hat * (dx_hat * x_hat).mean(dim=0)) / std
    return dx, (dx_hat * x_hat).sum(dim=0), dout.sum(dim=0)


@misconception("batchnorm_backward", hint="dgamma is multiplied by std: it needs x_hat, not x less its mean")
def batchnorm_dgamma_not_normalized(dout, cache):
    x_hat, gamma, std = cache
    dx_hat = dout * gamma
    dx = (dx_hat - dx_hat.mean(dim=0) - x_hat * (dx_hat * x_hat).mean(dim=0)) / std
    return dx, (dout * x_hat * std).sum(dim=0), dout.sum(dim=0)


@misconception("batchnorm_backward", hint="dgamma and dbeta are means over the examples: their slopes add up")
def batchnorm_parameter_gradients_averaged(dout, cache):
    x_hat, gamma, std = cache
    dx_hat = dout * gamma
    dx = (dx_hat - dx_hat.mean(dim=0) - x_hat * (dx_hat * x_hat).mean(dim=0)) / std
    return dx, (dout * x_hat).mean(dim=0), dout.mean(dim=0)


@misconception(
    "batchnorm_backward", hint="dgamma and dbeta have a row for each example: sum them, they have the shape of gamma"
)
def batchnorm_parameter_gradients_not_summed(dout, cache):
    x_hat, gamma, std = cache
    dx_hat = dout * gamma
    dx = (dx_hat - dx_hat.mean(dim=0) - x_hat * (dx_hat * x_hat).mean(dim=0)) / std
    return dx, dout * x_hat, dout


@misconception("batchnorm_backward", hint="dgamma and dbeta are in each other's place: the order is dx, dgamma, dbeta")
def batchnorm_parameter_gradients_swapped(dout, cache):
    x_hat, gamma, std = cache
    dx_hat = dout * gamma
    dx = (dx_hat - dx_hat.mean(dim=0) - x_hat * (dx_hat * x_hat).mean(dim=0)) / std
    return dx, dout.sum(dim=0), (dout * x_hat).sum(dim=0)


@misconception("batchnorm_backward", hint="dbeta is multiplied by gamma: beta is added after the scaling")
def batchnorm_dbeta_with_gamma(dout, cache):
    x_hat, gamma, std = cache
    dx_hat = dout * gamma
    dx = (dx_hat - dx_hat.mean(dim=0) - x_hat * (dx_hat * x_hat).mean(dim=0)) / std
    return dx, (dout * x_hat).sum(dim=0), dx_hat.sum(dim=0)


@misconception(
    "batchnorm_backward", hint="dout is multiplied by gamma in place: what comes after it sees the changed one"
)
def batchnorm_gradient_scales_dout_in_place(dout, cache):
    x_hat, gamma, std = cache
    dout *= gamma
    dx = (dout - dout.mean(dim=0) - x_hat * (dout * x_hat).mean(dim=0)) / std
    return dx, (dout * x_hat).sum(dim=0) / gamma, dout.sum(dim=0) / gamma
