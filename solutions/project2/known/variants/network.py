"""Right versions of TwoLayerNet in many styles: no linter is to make them alike."""

# ruff: noqa

# %% TwoLayerNet: everything in loss, predict on its own
import torch


class TwoLayerNet:
    def __init__(
        self,
        input_dim,
        hidden_dim,
        num_classes,
        weight_scale=1e-2,
        reg=0.0,
        dropout=0.0,
        batchnorm=False,
        dtype=torch.float32,
        generator=None,
    ):
        self.reg = reg
        self.dropout = dropout
        self.batchnorm = batchnorm
        self.generator = generator
        self.params = {}
        self.params["W1"] = torch.randn(input_dim, hidden_dim, generator=generator, dtype=dtype) * weight_scale
        self.params["b1"] = torch.zeros(hidden_dim, dtype=dtype)
        self.params["W2"] = torch.randn(hidden_dim, num_classes, generator=generator, dtype=dtype) * weight_scale
        self.params["b2"] = torch.zeros(num_classes, dtype=dtype)
        if batchnorm:
            self.params["gamma1"] = torch.ones(hidden_dim, dtype=dtype)
            self.params["beta1"] = torch.zeros(hidden_dim, dtype=dtype)
            self.running = {"mean": torch.zeros(hidden_dim, dtype=dtype), "var": torch.ones(hidden_dim, dtype=dtype)}

    def loss(self, X, y):
        W1, b1, W2, b2 = self.params["W1"], self.params["b1"], self.params["W2"], self.params["b2"]
        a, cache1 = linear_forward(X, W1, b1)
        if self.batchnorm:
            a, cache_bn = batchnorm_forward(a, self.params["gamma1"], self.params["beta1"], self.running, "train")
        h, cache_relu = relu_forward(a)
        if self.dropout:
            h, cache_drop = dropout_forward(h, self.dropout, "train", self.generator)
        scores, cache2 = linear_forward(h, W2, b2)
        loss, dscores = softmax_loss(scores, y)
        loss = loss + self.reg * (torch.sum(W1 * W1) + torch.sum(W2 * W2))

        grads = {}
        dh, grads["W2"], grads["b2"] = linear_backward(dscores, cache2)
        if self.dropout:
            dh = dropout_backward(dh, cache_drop)
        da = relu_backward(dh, cache_relu)
        if self.batchnorm:
            da, grads["gamma1"], grads["beta1"] = batchnorm_backward(da, cache_bn)
        dX, grads["W1"], grads["b1"] = linear_backward(da, cache1)
        grads["W1"] = grads["W1"] + 2 * self.reg * W1
        grads["W2"] = grads["W2"] + 2 * self.reg * W2
        return loss, grads

    def predict(self, X):
        a, _ = linear_forward(X, self.params["W1"], self.params["b1"])
        if self.batchnorm:
            a, _ = batchnorm_forward(a, self.params["gamma1"], self.params["beta1"], self.running, mode="test")
        h, _ = relu_forward(a)
        scores, _ = linear_forward(h, self.params["W2"], self.params["b2"])
        return torch.argmax(scores, dim=1)


# %% TwoLayerNet: a stack of backward steps
import torch


class TwoLayerNet:
    def __init__(
        self,
        input_dim,
        hidden_dim,
        num_classes,
        weight_scale=1e-2,
        reg=0.0,
        dropout=0.0,
        batchnorm=False,
        dtype=torch.float32,
        generator=None,
    ):
        def weights(*shape):
            return weight_scale * torch.randn(shape, dtype=dtype, generator=generator)

        self.reg, self.p, self.rng = reg, dropout, generator
        self.params = dict(W1=weights(input_dim, hidden_dim), b1=torch.zeros(hidden_dim, dtype=dtype))
        self.params.update(W2=weights(hidden_dim, num_classes), b2=torch.zeros(num_classes, dtype=dtype))
        if batchnorm:
            self.params |= {"gamma1": torch.ones_like(self.params["b1"]), "beta1": torch.zeros_like(self.params["b1"])}
            self.running = {"mean": torch.zeros_like(self.params["b1"]), "var": torch.ones_like(self.params["b1"])}

    def scores(self, X, mode, tape=None):
        P, tape = self.params, [] if tape is None else tape
        out, cache = linear_forward(X, P["W1"], P["b1"])
        tape.append((linear_backward, cache, ("W1", "b1")))
        if "gamma1" in P:
            out, cache = batchnorm_forward(out, P["gamma1"], P["beta1"], self.running, mode)
            tape.append((batchnorm_backward, cache, ("gamma1", "beta1")))
        out, cache = relu_forward(out)
        tape.append((relu_backward, cache, ()))
        out, cache = dropout_forward(out, self.p, mode, self.rng)
        tape.append((dropout_backward, cache, ()))
        out, cache = linear_forward(out, P["W2"], P["b2"])
        tape.append((linear_backward, cache, ("W2", "b2")))
        return out

    def loss(self, X, y):
        tape, grads = [], {}
        loss, slope = softmax_loss(self.scores(X, "train", tape), y)
        for back, cache, names in reversed(tape):
            result = back(slope, cache)
            slope = result[0] if names else result
            grads.update(zip(names, result[1:] if names else ()))
        for name in ("W1", "W2"):
            loss = loss + self.reg * self.params[name].square().sum()
            grads[name] += 2 * self.reg * self.params[name]
        return loss, grads

    def predict(self, X):
        return self.scores(X, "test").max(dim=1).indices


# %% TwoLayerNet: the mode as an attribute, caches in self, batch norm always a function away
import torch


class TwoLayerNet:
    def __init__(
        self,
        input_dim,
        hidden_dim,
        num_classes,
        weight_scale=1e-2,
        reg=0.0,
        dropout=0.0,
        batchnorm=False,
        dtype=torch.float32,
        generator=None,
    ):
        self.mode = "train"
        self.options = {"reg": reg, "dropout": dropout, "batchnorm": batchnorm}
        self.generator = generator
        W1 = torch.empty(input_dim, hidden_dim, dtype=dtype).normal_(0, weight_scale, generator=generator)
        W2 = torch.empty(hidden_dim, num_classes, dtype=dtype).normal_(0, weight_scale, generator=generator)
        self.params = {"W1": W1, "W2": W2, "b1": W1.new_zeros(hidden_dim), "b2": W2.new_zeros(num_classes)}
        if batchnorm:
            self.params["gamma1"] = W1.new_ones(hidden_dim)
            self.params["beta1"] = W1.new_zeros(hidden_dim)
            self.running = {"mean": W1.new_zeros(hidden_dim), "var": W1.new_ones(hidden_dim)}

    def normalize(self, z):
        if not self.options["batchnorm"]:
            return z
        out, self.norm_cache = batchnorm_forward(
            z, self.params["gamma1"], self.params["beta1"], self.running, self.mode
        )
        return out

    def drop(self, h):
        if self.options["dropout"] == 0:
            return h
        out, self.drop_cache = dropout_forward(h, self.options["dropout"], self.mode, self.generator)
        return out

    def forward(self, X):
        z, self.first_cache = linear_forward(X, self.params["W1"], self.params["b1"])
        h, self.relu_cache = relu_forward(self.normalize(z))
        scores, self.second_cache = linear_forward(self.drop(h), self.params["W2"], self.params["b2"])
        return scores

    def penalty(self):
        return self.options["reg"] * ((self.params["W1"] ** 2).sum() + (self.params["W2"] ** 2).sum())

    def loss(self, X, y):
        self.mode = "train"
        data, dscores = softmax_loss(self.forward(X), y)
        dh, dW2, db2 = linear_backward(dscores, self.second_cache)
        if self.options["dropout"] != 0:
            dh = dropout_backward(dh, self.drop_cache)
        dz = relu_backward(dh, self.relu_cache)
        grads = {"W2": dW2, "b2": db2}
        if self.options["batchnorm"]:
            dz, grads["gamma1"], grads["beta1"] = batchnorm_backward(dz, self.norm_cache)
        _, grads["W1"], grads["b1"] = linear_backward(dz, self.first_cache)
        for name in ["W1", "W2"]:
            grads[name] = grads[name].add(self.params[name], alpha=2 * self.options["reg"])
        return data + self.penalty(), grads

    def predict(self, X):
        self.mode = "test"
        return self.forward(X).argmax(1)


# %% TwoLayerNet: needs no other graded function
import torch


class TwoLayerNet:
    def __init__(
        self,
        input_dim,
        hidden_dim,
        num_classes,
        weight_scale=1e-2,
        reg=0.0,
        dropout=0.0,
        batchnorm=False,
        dtype=torch.float32,
        generator=None,
    ):
        self.reg, self.dropout, self.batchnorm, self.generator = reg, dropout, batchnorm, generator
        randn = lambda *shape: torch.randn(*shape, generator=generator, dtype=dtype)
        zeros = lambda n: torch.zeros(n, dtype=dtype)
        self.params = {
            "W1": weight_scale * randn(input_dim, hidden_dim),
            "b1": zeros(hidden_dim),
            "W2": weight_scale * randn(hidden_dim, num_classes),
            "b2": zeros(num_classes),
        }
        if batchnorm:
            self.params.update({"gamma1": zeros(hidden_dim) + 1, "beta1": zeros(hidden_dim)})
            self.running = {"mean": zeros(hidden_dim), "var": zeros(hidden_dim) + 1}

    def loss(self, X, y):
        P, N = self.params, len(y)
        z = X @ P["W1"] + P["b1"]
        if self.batchnorm:
            mean, var = z.mean(0), z.var(0, unbiased=False)
            self.running["mean"] = 0.9 * self.running["mean"] + 0.1 * mean
            self.running["var"] = 0.9 * self.running["var"] + 0.1 * var
            std = (var + 1e-5).sqrt()
            z_hat = (z - mean) / std
            a = P["gamma1"] * z_hat + P["beta1"]
        else:
            a = z
        keep = 1 - self.dropout
        mask = (torch.rand(a.shape, generator=self.generator, dtype=a.dtype) < keep) / keep
        h = a.clamp(min=0) * mask
        scores = h @ P["W2"] + P["b2"]
        log_p = scores.log_softmax(1)
        loss = -log_p[torch.arange(N), y].mean() + self.reg * (P["W1"].pow(2).sum() + P["W2"].pow(2).sum())
        ds = log_p.exp()
        ds[torch.arange(N), y] -= 1
        ds /= N
        grads = {"W2": h.T @ ds + 2 * self.reg * P["W2"], "b2": ds.sum(0)}
        da = ds @ P["W2"].T * mask * (a > 0)
        if self.batchnorm:
            grads["gamma1"], grads["beta1"] = (da * z_hat).sum(0), da.sum(0)
            dz_hat = da * P["gamma1"]
            da = (dz_hat - dz_hat.mean(0) - z_hat * (dz_hat * z_hat).mean(0)) / std
        grads["W1"], grads["b1"] = X.T @ da + 2 * self.reg * P["W1"], da.sum(0)
        return loss, grads

    def predict(self, X):
        P = self.params
        a = X @ P["W1"] + P["b1"]
        if self.batchnorm:
            a = P["gamma1"] * (a - self.running["mean"]) / (self.running["var"] + 1e-5).sqrt() + P["beta1"]
        return (torch.relu(a) @ P["W2"] + P["b2"]).argmax(dim=1)


# %% TwoLayerNet: two classes, the layers and the net
import torch


class Layers:
    def __init__(self, params, running, dropout, generator):
        self.params, self.running, self.dropout, self.generator = params, running, dropout, generator
        self.caches = {}

    def forward(self, X, mode):
        x, self.caches["first"] = linear_forward(X, self.params["W1"], self.params["b1"])
        if self.running is not None:
            args = (x, self.params["gamma1"], self.params["beta1"], self.running)
            x, self.caches["norm"] = batchnorm_forward(*args, mode=mode)
        x, self.caches["relu"] = relu_forward(x)
        if self.dropout > 0:
            x, self.caches["drop"] = dropout_forward(x, p=self.dropout, mode=mode, generator=self.generator)
        x, self.caches["second"] = linear_forward(x, self.params["W2"], self.params["b2"])
        return x

    def backward(self, d):
        grads = {}
        d, grads["W2"], grads["b2"] = linear_backward(d, self.caches["second"])
        if self.dropout > 0:
            d = dropout_backward(d, self.caches["drop"])
        d = relu_backward(d, self.caches["relu"])
        if self.running is not None:
            d, grads["gamma1"], grads["beta1"] = batchnorm_backward(d, self.caches["norm"])
        d, grads["W1"], grads["b1"] = linear_backward(d, self.caches["first"])
        return grads


class TwoLayerNet:
    def __init__(
        self,
        input_dim,
        hidden_dim,
        num_classes,
        weight_scale=1e-2,
        reg=0.0,
        dropout=0.0,
        batchnorm=False,
        dtype=torch.float32,
        generator=None,
    ):
        self.reg, self.dropout, self.generator = reg, dropout, generator
        draw = {"dtype": dtype, "generator": generator}
        sizes = (input_dim, hidden_dim, num_classes)
        self.params, self.running = {}, None
        for i in (1, 2):
            self.params[f"W{i}"] = torch.randn(sizes[i - 1], sizes[i], **draw).mul_(weight_scale)
            self.params[f"b{i}"] = torch.zeros(sizes[i], dtype=dtype)
        if batchnorm:
            self.params["gamma1"], self.params["beta1"] = (
                torch.ones(hidden_dim, dtype=dtype),
                torch.zeros(hidden_dim, dtype=dtype),
            )
            self.running = {"mean": torch.zeros(hidden_dim, dtype=dtype), "var": torch.ones(hidden_dim, dtype=dtype)}

    def layers(self):
        return Layers(self.params, self.running, self.dropout, self.generator)

    def loss(self, X, y):
        layers = self.layers()
        loss, dscores = softmax_loss(layers.forward(X, "train"), y)
        grads = layers.backward(dscores)
        for W in ("W1", "W2"):
            loss = loss + self.reg * torch.dot(self.params[W].flatten(), self.params[W].flatten())
            grads[W] = grads[W] + self.reg * self.params[W] * 2
        return loss, grads

    def predict(self, X):
        return self.layers().forward(X, "test").argmax(dim=-1)
