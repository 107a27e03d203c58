"""Known wrong versions of batchnorm_forward."""

from autograder.checks.known import misconception


@misconception(
    "batchnorm_forward", hint="the batch is normalized by the variance over N - 1: the biased one, over N, is asked for"
)
def batchnorm_unbiased(x, gamma, beta, running, mode="train", momentum=0.9, eps=1e-5):
    if mode == "train":
        mean, var = x.mean(dim=0), x.var(dim=0)
        running["mean"] = momentum * running["mean"] + (1 - momentum) * mean
        running["var"] = momentum * running["var"] + (1 - momentum) * var
    elif mode == "test":
        mean, var = running["mean"], running["var"]
    else:
        raise ValueError(mode)
    std = (var + eps).sqrt()
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, gamma, std)


@misconception(
    "batchnorm_forward",
    hint="the running variance takes in the variance over N - 1: the biased one, over N, is asked for",
)
def batchnorm_running_unbiased(x, gamma, beta, running, mode="train", momentum=0.9, eps=1e-5):
    if mode == "train":
        mean, var = x.mean(dim=0), x.var(dim=0, correction=0)
        running["mean"] = momentum * running["mean"] + (1 - momentum) * mean
        running["var"] = momentum * running["var"] + (1 - momentum) * x.var(dim=0)
    elif mode == "test":
        mean, var = running["mean"], running["var"]
    else:
        raise ValueError(mode)
    std = (var + eps).sqrt()
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, gamma, std)


@misconception("batchnorm_forward", hint="eps is added to the standard deviation: it belongs under the root")
def batchnorm_eps_outside_the_root(x, gamma, beta, running, mode="train", momentum=0.9, eps=1e-5):
    if mode == "train":
        mean, var = x.mean(dim=0), x.var(dim=0, correction=0)
        running["mean"] = momentum * running["mean"] + (1 - momentum) * mean
        running["var"] = momentum * running["var"] + (1 - momentum) * var
    elif mode == "test":
        mean, var = running["mean"], running["var"]
    else:
        raise ValueError(mode)
    std = var.sqrt() + eps
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, gamma, std)


@misconception("batchnorm_forward", hint="eps is not used: a column that does not vary is then divided by zero")
def batchnorm_without_eps(x, gamma, beta, running, mode="train", momentum=0.9, eps=1e-5):
    if mode == "train":
        mean, var = x.mean(dim=0), x.var(dim=0, correction=0)
        running["mean"] = momentum * running["mean"] + (1 - momentum) * mean
        running["var"] = momentum * running["var"] + (1 - momentum) * var
    elif mode == "test":
        mean, var = running["mean"], running["var"]
    else:
        raise ValueError(mode)
    std = var.sqrt()
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, gamma, std)


@misconception("batchnorm_forward", hint="the default eps is always used: is the one handed in read?")
def batchnorm_eps_hard_coded(x, gamma, beta, running, mode="train", momentum=0.9, eps=1e-5):
    if mode == "train":
        mean, var = x.mean(dim=0), x.var(dim=0, correction=0)
        running["mean"] = momentum * running["mean"] + (1 - momentum) * mean
        running["var"] = momentum * running["var"] + (1 - momentum) * var
    elif mode == "test":
        mean, var = running["mean"], running["var"]
    else:
        raise ValueError(mode)
    std = (var + 1e-5).sqrt()
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, gamma, std)


@misconception("batchnorm_forward", hint="the batch is divided by its variance: take the root first")
def batchnorm_divided_by_variance(x, gamma, beta, running, mode="train", momentum=0.9, eps=1e-5):
    if mode == "train":
        mean, var = x.mean(dim=0), x.var(dim=0, correction=0)
        running["mean"] = momentum * running["mean"] + (1 - momentum) * mean
        running["var"] = momentum * running["var"] + (1 - momentum) * var
    elif mode == "test":
        mean, var = running["mean"], running["var"]
    else:
        raise ValueError(mode)
    std = var + eps
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, gamma, std)


@misconception("batchnorm_forward", hint="momentum weighs the new statistics: it weighs the old ones")
def batchnorm_momentum_reversed(x, gamma, beta, running, mode="train", momentum=0.9, eps=1e-5):
    if mode == "train":
        mean, var = x.mean(dim=0), x.var(dim=0, correction=0)
        running["mean"] = (1 - momentum) * running["mean"] + momentum * mean
        running["var"] = (1 - momentum) * running["var"] + momentum * var
    elif mode == "test":
        mean, var = running["mean"], running["var"]
    else:
        raise ValueError(mode)
    std = (var + eps).sqrt()
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, gamma, std)


@misconception("batchnorm_forward", hint="the default momentum is always used: is the one handed in read?")
def batchnorm_momentum_hard_coded(x, gamma, beta, running, mode="train", momentum=0.9, eps=1e-5):
    if mode == "train":
        mean, var = x.mean(dim=0), x.var(dim=0, correction=0)
        running["mean"] = 0.9 * running["mean"] + 0.1 * mean
        running["var"] = 0.9 * running["var"] + 0.1 * var
    elif mode == "test":
        mean, var = running["mean"], running["var"]
    else:
        raise ValueError(mode)
    std = (var + eps).sqrt()
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, gamma, std)


@misconception(
    "batchnorm_forward", hint="the running statistics stay as they were: are the new ones put back into running?"
)
def batchnorm_running_not_kept(x, gamma, beta, running, mode="train", momentum=0.9, eps=1e-5):
    if mode == "train":
        mean, var = x.mean(dim=0), x.var(dim=0, correction=0)
        running_mean = momentum * running["mean"] + (1 - momentum) * mean
        running_var = momentum * running["var"] + (1 - momentum) * var
        running = {"mean": running_mean, "var": running_var}
    elif mode == "test":
        mean, var = running["mean"], running["var"]
    else:
        raise ValueError(mode)
    std = (var + eps).sqrt()
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, gamma, std)


@misconception("batchnorm_forward", hint="the running variance stays as it was: only the mean is moved")
def batchnorm_running_variance_not_kept(x, gamma, beta, running, mode="train", momentum=0.9, eps=1e-5):
    if mode == "train":
        mean, var = x.mean(dim=0), x.var(dim=0, correction=0)
        running["mean"] = momentum * running["mean"] + (1 - momentum) * mean
    elif mode == "test":
        mean, var = running["mean"], running["var"]
    else:
        raise ValueError(mode)
    std = (var + eps).sqrt()
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, gamma, std)


@misconception(
    "batchnorm_forward", hint="the running statistics are those of the last batch: where is what was there before?"
)
def batchnorm_running_replaced(x, gamma, beta, running, mode="train", momentum=0.9, eps=1e-5):
    if mode == "train":
        mean, var = x.mean(dim=0), x.var(dim=0, correction=0)
        running["mean"] = mean
        running["var"] = var
    elif mode == "test":
        mean, var = running["mean"], running["var"]
    else:
        raise ValueError(mode)
    std = (var + eps).sqrt()
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, gamma, std)


@misconception(
    "batchnorm_forward", hint="the running variance takes in the standard deviation: is a root taken too early?"
)
def batchnorm_running_deviation(x, gamma, beta, running, mode="train", momentum=0.9, eps=1e-5):
    if mode == "train":
        mean, var = x.mean(dim=0), x.var(dim=0, correction=0)
        running["mean"] = momentum * running["mean"] + (1 - momentum) * mean
        running["var"] = momentum * running["var"] + (1 - momentum) * (var + eps).sqrt()
    elif mode == "test":
        mean, var = running["mean"], running["var"]
    else:
        raise ValueError(mode)
    std = (var + eps).sqrt()
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, gamma, std)


@misconception("batchnorm_forward", hint="the new statistics are added with their full weight: they get 1 - momentum")
def batchnorm_running_sums(x, gamma, beta, running, mode="train", momentum=0.9, eps=1e-5):
    if mode == "train":
        mean, var = x.mean(dim=0), x.var(dim=0, correction=0)
        running["mean"] = momentum * running["mean"] + mean
        running["var"] = momentum * running["var"] + var
    elif mode == "test":
        mean, var = running["mean"], running["var"]
    else:
        raise ValueError(mode)
    std = (var + eps).sqrt()
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, gamma, std)


@misconception("batchnorm_forward", hint="test mode normalizes by the batch: it takes the running statistics")
def batchnorm_test_by_batch(x, gamma, beta, running, mode="train", momentum=0.9, eps=1e-5):
    if mode == "train":
        mean, var = x.mean(dim=0), x.var(dim=0, correction=0)
        running["mean"] = momentum * running["mean"] + (1 - momentum) * mean
        running["var"] = momentum * running["var"] + (1 - momentum) * var
    elif mode == "test":
        mean, var = x.mean(dim=0), x.var(dim=0, correction=0)
    else:
        raise ValueError(mode)
    std = (var + eps).sqrt()
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, gamma, std)


@misconception("batchnorm_forward", hint="test mode moves the running statistics: only training does")
def batchnorm_test_moves_running(x, gamma, beta, running, mode="train", momentum=0.9, eps=1e-5):
    if mode == "train":
        mean, var = x.mean(dim=0), x.var(dim=0, correction=0)
        running["mean"] = momentum * running["mean"] + (1 - momentum) * mean
        running["var"] = momentum * running["var"] + (1 - momentum) * var
    elif mode == "test":
        mean, var = running["mean"], running["var"]
        running["mean"] = momentum * mean + (1 - momentum) * x.mean(dim=0)
        running["var"] = momentum * var + (1 - momentum) * x.var(dim=0, correction=0)
    else:
        raise ValueError(mode)
    std = (var + eps).sqrt()
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, gamma, std)


@misconception(
    "batchnorm_forward",
    hint="test mode divides by the running variance as if it were a deviation: take the root of var + eps",
)
def batchnorm_test_deviation_for_variance(x, gamma, beta, running, mode="train", momentum=0.9, eps=1e-5):
    if mode == "train":
        mean, var = x.mean(dim=0), x.var(dim=0, correction=0)
        running["mean"] = momentum * running["mean"] + (1 - momentum) * mean
        running["var"] = momentum * running["var"] + (1 - momentum) * var
    elif mode == "test":
        mean, var = running["mean"], running["var"]
    else:
        raise ValueError(mode)
    std = (var + eps).sqrt() if mode == "train" else var + eps
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, gamma, std)


@misconception("batchnorm_forward", hint="train mode normalizes by the running statistics: it takes those of the batch")
def batchnorm_train_by_running(x, gamma, beta, running, mode="train", momentum=0.9, eps=1e-5):
    if mode == "train":
        mean, var = x.mean(dim=0), x.var(dim=0, correction=0)
        running["mean"] = momentum * running["mean"] + (1 - momentum) * mean
        running["var"] = momentum * running["var"] + (1 - momentum) * var
        mean, var = running["mean"], running["var"]
    elif mode == "test":
        mean, var = running["mean"], running["var"]
    else:
        raise ValueError(mode)
    std = (var + eps).sqrt()
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, gamma, std)


@misconception("batchnorm_forward", hint="the statistics are those of each example: they are taken down each column")
def batchnorm_along_examples(x, gamma, beta, running, mode="train", momentum=0.9, eps=1e-5):
    if mode == "train":
        mean, var = x.mean(dim=1, keepdim=True), x.var(dim=1, correction=0, keepdim=True)
        running["mean"] = momentum * running["mean"] + (1 - momentum) * mean
        running["var"] = momentum * running["var"] + (1 - momentum) * var
    elif mode == "test":
        mean, var = running["mean"], running["var"]
    else:
        raise ValueError(mode)
    std = (var + eps).sqrt()
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, gamma, std)


@misconception("batchnorm_forward", hint="one mean and variance are taken of all entries: each column has its own")
def batchnorm_of_all_entries(x, gamma, beta, running, mode="train", momentum=0.9, eps=1e-5):
    if mode == "train":
        mean, var = x.mean().expand(x.shape[1]).clone(), x.var(correction=0).expand(x.shape[1]).clone()
        running["mean"] = momentum * running["mean"] + (1 - momentum) * mean
        running["var"] = momentum * running["var"] + (1 - momentum) * var
    elif mode == "test":
        mean, var = running["mean"], running["var"]
    else:
        raise ValueError(mode)
    std = (var + eps).sqrt()
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, gamma, std)


@misconception("batchnorm_forward", hint="beta is not used: the output is scaled and shifted")
def batchnorm_without_beta(x, gamma, beta, running, mode="train", momentum=0.9, eps=1e-5):
    if mode == "train":
        mean, var = x.mean(dim=0), x.var(dim=0, correction=0)
        running["mean"] = momentum * running["mean"] + (1 - momentum) * mean
        running["var"] = momentum * running["var"] + (1 - momentum) * var
    elif mode == "test":
        mean, var = running["mean"], running["var"]
    else:
        raise ValueError(mode)
    std = (var + eps).sqrt()
    x_hat = (x - mean) / std
    return gamma * x_hat, (x_hat, gamma, std)


@misconception("batchnorm_forward", hint="gamma is not used: the output is scaled and shifted")
def batchnorm_without_gamma(x, gamma, beta, running, mode="train", momentum=0.9, eps=1e-5):
    if mode == "train":
        mean, var = x.mean(dim=0), x.var(dim=0, correction=0)
        running["mean"] = momentum * running["mean"] + (1 - momentum) * mean
        running["var"] = momentum * running["var"] + (1 - momentum) * var
    elif mode == "test":
        mean, var = running["mean"], running["var"]
    else:
        raise ValueError(mode)
    std = (var + eps).sqrt()
    x_hat = (x - mean) / std
    return x_hat + beta, (x_hat, gamma, std)


@misconception("batchnorm_forward", hint="gamma shifts and beta scales: they are in each other's place")
def batchnorm_gamma_and_beta_swapped(x, gamma, beta, running, mode="train", momentum=0.9, eps=1e-5):
    if mode == "train":
        mean, var = x.mean(dim=0), x.var(dim=0, correction=0)
        running["mean"] = momentum * running["mean"] + (1 - momentum) * mean
        running["var"] = momentum * running["var"] + (1 - momentum) * var
    elif mode == "test":
        mean, var = running["mean"], running["var"]
    else:
        raise ValueError(mode)
    std = (var + eps).sqrt()
    x_hat = (x - mean) / std
    return beta * x_hat + gamma, (x_hat, gamma, std)


@misconception("batchnorm_forward", hint="the mean is not subtracted: normalized columns have mean zero")
def batchnorm_not_centred(x, gamma, beta, running, mode="train", momentum=0.9, eps=1e-5):
    if mode == "train":
        mean, var = x.mean(dim=0), x.var(dim=0, correction=0)
        running["mean"] = momentum * running["mean"] + (1 - momentum) * mean
        running["var"] = momentum * running["var"] + (1 - momentum) * var
    elif mode == "test":
        mean, var = running["mean"], running["var"]
    else:
        raise ValueError(mode)
    std = (var + eps).sqrt()
    x_hat = x / std
    return gamma * x_hat + beta, (x_hat, gamma, std)


@misconception("batchnorm_forward", hint="your cache holds the variance in place of std")
def batchnorm_cache_of_variance(x, gamma, beta, running, mode="train", momentum=0.9, eps=1e-5):
    if mode == "train":
        mean, var = x.mean(dim=0), x.var(dim=0, correction=0)
        running["mean"] = momentum * running["mean"] + (1 - momentum) * mean
        running["var"] = momentum * running["var"] + (1 - momentum) * var
    elif mode == "test":
        mean, var = running["mean"], running["var"]
    else:
        raise ValueError(mode)
    std = (var + eps).sqrt()
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, gamma, var)


@misconception("batchnorm_forward", hint="your cache holds x in place of x_hat: which of them do the gradients need?")
def batchnorm_cache_of_x(x, gamma, beta, running, mode="train", momentum=0.9, eps=1e-5):
    if mode == "train":
        mean, var = x.mean(dim=0), x.var(dim=0, correction=0)
        running["mean"] = momentum * running["mean"] + (1 - momentum) * mean
        running["var"] = momentum * running["var"] + (1 - momentum) * var
    elif mode == "test":
        mean, var = running["mean"], running["var"]
    else:
        raise ValueError(mode)
    std = (var + eps).sqrt()
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x, gamma, std)


@misconception("batchnorm_forward", hint="your cache holds one over std in place of std")
def batchnorm_cache_of_inverse(x, gamma, beta, running, mode="train", momentum=0.9, eps=1e-5):
    if mode == "train":
        mean, var = x.mean(dim=0), x.var(dim=0, correction=0)
        running["mean"] = momentum * running["mean"] + (1 - momentum) * mean
        running["var"] = momentum * running["var"] + (1 - momentum) * var
    elif mode == "test":
        mean, var = running["mean"], running["var"]
    else:
        raise ValueError(mode)
    std = (var + eps).sqrt()
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, gamma, 1 / std)


@misconception("batchnorm_forward", hint="the std in your cache lacks eps: x was divided by the root of var + eps")
def batchnorm_cached_std_without_eps(x, gamma, beta, running, mode="train", momentum=0.9, eps=1e-5):
    if mode == "train":
        mean, var = x.mean(dim=0), x.var(dim=0, correction=0)
        running["mean"] = momentum * running["mean"] + (1 - momentum) * mean
        running["var"] = momentum * running["var"] + (1 - momentum) * var
    elif mode == "test":
        mean, var = running["mean"], running["var"]
    else:
        raise ValueError(mode)
    std = (var + eps).sqrt()
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, gamma, var.sqrt())


@misconception("batchnorm_forward", hint="x is changed in place: work on a copy")
def batchnorm_in_place(x, gamma, beta, running, mode="train", momentum=0.9, eps=1e-5):
    if mode == "train":
        mean, var = x.mean(dim=0), x.var(dim=0, correction=0)
        running["mean"] = momentum * running["mean"] + (1 - momentum) * mean
        running["var"] = momentum * running["var"] + (1 - momentum) * var
    elif mode == "test":
        mean, var = running["mean"], running["var"]
    else:
        raise ValueError(mode)
    std = (var + eps).sqrt()
    x -= mean
    x_hat = x / std
    return gamma * x_hat + beta, (x_hat, gamma, std)


@misconception("batchnorm_forward", hint="a mode that there is not is taken for test mode: raise a ValueError")
def batchnorm_any_other_mode_is_test(x, gamma, beta, running, mode="train", momentum=0.9, eps=1e-5):
    if mode == "train":
        mean, var = x.mean(dim=0), x.var(dim=0, correction=0)
        running["mean"] = momentum * running["mean"] + (1 - momentum) * mean
        running["var"] = momentum * running["var"] + (1 - momentum) * var
    else:
        mean, var = running["mean"], running["var"]
    std = (var + eps).sqrt()
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, gamma, std)


@misconception("batchnorm_forward", hint="the running statistics become float32: keep their dtype")
def batchnorm_running_in_float32(x, gamma, beta, running, mode="train", momentum=0.9, eps=1e-5):
    if mode == "train":
        mean, var = x.mean(dim=0), x.var(dim=0, correction=0)
        running["mean"] = (momentum * running["mean"] + (1 - momentum) * mean).float()
        running["var"] = momentum * running["var"] + (1 - momentum) * var
    elif mode == "test":
        mean, var = running["mean"], running["var"]
    else:
        raise ValueError(mode)
    std = (var + eps).sqrt()
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, gamma, std)
