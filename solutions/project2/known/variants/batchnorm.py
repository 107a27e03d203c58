"""Right versions of batchnorm_forward and batchnorm_backward in many styles: no linter is to make them alike."""

# ruff: noqa

# %% batchnorm_forward: step by step, early returns
import torch


def batchnorm_forward(x, gamma, beta, running, mode="train", momentum=0.9, eps=1e-5):
    if mode == "test":
        std = torch.sqrt(running["var"] + eps)
        x_hat = (x - running["mean"]) / std
        return gamma * x_hat + beta, (x_hat, gamma, std)
    if mode != "train":
        raise ValueError("mode should be train or test")
    N = x.shape[0]
    mu = x.sum(dim=0) / N
    centred = x - mu
    squares = centred**2
    var = squares.sum(dim=0) / N
    std = torch.sqrt(var + eps)
    x_hat = centred / std
    out = x_hat * gamma + beta
    running["mean"] = running["mean"] * momentum + mu * (1 - momentum)
    running["var"] = running["var"] * momentum + var * (1 - momentum)
    return out, (x_hat, gamma, std)


# %% batchnorm_forward: var_mean, the statistics moved by lerp and update
import torch


def batchnorm_forward(x, gamma, beta, running, mode="train", momentum=0.9, eps=1e-5):
    if mode not in {"train", "test"}:
        raise ValueError(f"{mode}")
    if mode == "train":
        var, mean = torch.var_mean(x, dim=0, unbiased=False)
        running.update(mean=torch.lerp(mean, running["mean"], momentum), var=torch.lerp(var, running["var"], momentum))
    else:
        mean, var = running["mean"].clone(), running["var"].clone()
    inverse = (var + eps).rsqrt()
    x_hat = (x - mean[None]) * inverse[None]
    return torch.addcmul(beta, gamma, x_hat), [x_hat, gamma, 1 / inverse]


# %% batchnorm_forward: the mean of the squares less the square of the mean
import torch


def moved(old, new, momentum):
    return momentum * old + (1 - momentum) * new


def normalized(x, mean, var, eps):
    std = torch.sqrt(var + eps)
    return (x - mean) / std, std


def batchnorm_forward(x, gamma, beta, running, mode="train", momentum=0.9, eps=1e-5):
    if mode == "train":
        mean = x.mean(0)
        var = (x * x).mean(0) - mean * mean
        running["mean"] = moved(running["mean"], mean, momentum)
        running["var"] = moved(running["var"], var, momentum)
    elif mode == "test":
        mean, var = running["mean"], running["var"]
    else:
        raise ValueError("mode")
    x_hat, std = normalized(x, mean, var, eps)
    return x_hat * gamma.view(1, -1) + beta.view(1, -1), (x_hat, gamma, std)


# %% batchnorm_forward: einsum, averages as products with ones
import torch


def batchnorm_forward(x, gamma, beta, running, mode="train", momentum=0.9, eps=1e-5):
    N, D = x.shape
    if mode == "train":
        share = torch.full((N,), 1.0 / N, dtype=x.dtype)
        mean = share @ x
        var = torch.einsum("n,nd,nd->d", share, x - mean, x - mean)
        running["mean"] = running["mean"] - (1 - momentum) * (running["mean"] - mean)
        running["var"] = running["var"] - (1 - momentum) * (running["var"] - var)
    elif mode == "test":
        mean = running["mean"]
        var = running["var"]
    else:
        raise ValueError(f"unknown mode {mode}")
    std = (var + eps) ** 0.5
    x_hat = x.sub(mean).div(std)
    return torch.einsum("nd,d->nd", x_hat, gamma).add(beta), (x_hat, gamma.clone(), std)


# %% batchnorm_forward: numpy
import numpy as np
import torch


def batchnorm_forward(x, gamma, beta, running, mode="train", momentum=0.9, eps=1e-5):
    a = x.numpy()
    if mode == "train":
        mean, var = a.mean(axis=0), a.var(axis=0)
        old = running["mean"].numpy(), running["var"].numpy()
        running["mean"] = torch.from_numpy((momentum * old[0] + (1 - momentum) * mean).astype(a.dtype))
        running["var"] = torch.from_numpy((momentum * old[1] + (1 - momentum) * var).astype(a.dtype))
    elif mode == "test":
        mean, var = running["mean"].numpy(), running["var"].numpy()
    else:
        raise ValueError(mode)
    std = np.sqrt(var + eps)
    x_hat = (a - mean) / std
    out = gamma.numpy() * x_hat + beta.numpy()
    return torch.from_numpy(out), (torch.from_numpy(x_hat), gamma, torch.from_numpy(std))


# %% batchnorm_backward: the chain rule step by step through mean and variance
def batchnorm_backward(dout, cache):
    x_hat, gamma, std = cache
    N = dout.shape[0]
    dgamma = (x_hat * dout).sum(0)
    dbeta = dout.sum(0)
    dx_hat = dout * gamma
    centred = x_hat * std
    dvar = (dx_hat * centred).sum(0) * -0.5 / std**3
    dmean = -(dx_hat / std).sum(0) + dvar * (-2 * centred).sum(0) / N
    dx = dx_hat / std + dvar * 2 * centred / N + dmean / N
    return dx, dgamma, dbeta


# %% batchnorm_backward: one formula with N in front
def batchnorm_backward(dout, cache):
    x_hat, gamma, std = cache
    N, D = dout.shape
    dbeta = dout.sum(dim=0)
    dgamma = (dout * x_hat).sum(dim=0)
    dx = (gamma / (N * std)) * (N * dout - dbeta - x_hat * dgamma)
    return dx, dgamma, dbeta


# %% batchnorm_backward: a graph of small nodes, back through each of them
import torch


def batchnorm_backward(dout, cache):
    x_hat, gamma, std = cache
    N = dout.shape[0]
    ones = torch.ones_like(dout)
    centred, inverse = x_hat * std, 1 / std
    dbeta = torch.sum(dout, 0)
    dscaled = dout
    dgamma = torch.sum(dscaled * x_hat, 0)
    dx_hat = dscaled * gamma
    dinverse = torch.sum(dx_hat * centred, 0)
    dcentred = dx_hat * inverse
    dstd = -dinverse / std.square()
    dvar = dstd / (2 * std)
    dsquares = ones * dvar / N
    dcentred = dcentred + 2 * centred * dsquares
    dmean = -torch.sum(dcentred, 0)
    return dcentred + ones * dmean / N, dgamma, dbeta


# %% batchnorm_backward: projections, the mean and the direction x_hat taken out
def taken_out(values):
    return values - values.mean(dim=0, keepdim=True)


def batchnorm_backward(dout, cache):
    x_hat, gamma, std = cache
    slopes = dout * gamma / std
    along = (slopes * x_hat).mean(dim=0, keepdim=True)
    return taken_out(slopes) - x_hat * along, (dout * x_hat).sum(dim=0), dout.sum(dim=0)


# %% batchnorm_backward: the matrix of derivatives of each column
import torch


def batchnorm_backward(dout, cache):
    x_hat, gamma, std = cache
    N = x_hat.size(0)
    jacobian = torch.eye(N, dtype=x_hat.dtype)[:, :, None] - 1 / N - x_hat[:, None, :] * x_hat[None, :, :] / N
    dx = torch.einsum("ijd,jd->id", jacobian / std, gamma * dout)
    return dx, torch.einsum("nd,nd->d", dout, x_hat), torch.einsum("nd->d", dout)


# %% batchnorm_backward: numpy
import numpy as np
import torch


def batchnorm_backward(dout, cache):
    x_hat, gamma, std = cache[0].numpy(), cache[1].numpy(), cache[2].numpy()
    d = dout.numpy()
    g = d * gamma
    dx = (g - g.mean(axis=0) - x_hat * np.mean(g * x_hat, axis=0)) / std
    return torch.from_numpy(dx), torch.from_numpy((d * x_hat).sum(0)), torch.from_numpy(d.sum(0))
