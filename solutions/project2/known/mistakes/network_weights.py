"""Known wrong versions of TwoLayerNet: its weights as they begin."""

# ruff: noqa: ARG002 (an unused argument is among the mistakes)

import torch

from autograder.checks.known import misconception


@misconception("TwoLayerNet", hint="your weights are as large as randn makes them: is weight_scale used?")
class NetWeightsNotScaled:
    def __init__(
        self, D, H, C, weight_scale=1e-2, reg=0, dropout=0, batchnorm=False, dtype=torch.float32, generator=None
    ):
        self.reg, self.dropout, self.batchnorm, self.generator = reg, dropout, batchnorm, generator
        self.params = {
            "W1": torch.randn(D, H, dtype=dtype, generator=generator),
            "b1": torch.zeros(H, dtype=dtype),
            "W2": torch.randn(H, C, dtype=dtype, generator=generator),
            "b2": torch.zeros(C, dtype=dtype),
        }
        if batchnorm:
            self.params |= {"gamma1": torch.ones(H, dtype=dtype), "beta1": torch.zeros(H, dtype=dtype)}
            self.running = {"mean": torch.zeros(H, dtype=dtype), "var": torch.ones(H, dtype=dtype)}

    def forward(self, X, mode):
        P, c = self.params, {}
        h, c["first"] = linear_forward(X, P["W1"], P["b1"])
        if self.batchnorm:
            h, c["norm"] = batchnorm_forward(h, P["gamma1"], P["beta1"], self.running, mode)
        h, c["relu"] = relu_forward(h)
        if self.dropout > 0:
            h, c["drop"] = dropout_forward(h, self.dropout, mode, self.generator)
        scores, c["second"] = linear_forward(h, P["W2"], P["b2"])
        return scores, c

    def loss(self, X, y):
        scores, c = self.forward(X, "train")
        loss, d = softmax_loss(scores, y)
        grads = {}
        d, grads["W2"], grads["b2"] = linear_backward(d, c["second"])
        if self.dropout > 0:
            d = dropout_backward(d, c["drop"])
        d = relu_backward(d, c["relu"])
        if self.batchnorm:
            d, grads["gamma1"], grads["beta1"] = batchnorm_backward(d, c["norm"])
        _, grads["W1"], grads["b1"] = linear_backward(d, c["first"])
        for name in ("W1", "W2"):
            loss = loss + self.reg * (self.params[name] ** 2).sum()
            grads[name] = grads[name] + 2 * self.reg * self.params[name]
        return loss, grads

    def predict(self, X):
        return self.forward(X, "test")[0].argmax(dim=1)


@misconception("TwoLayerNet", hint="weight_scale is applied twice: the deviation of the weights is weight_scale itself")
class NetWeightScaleSquared:
    def __init__(
        self, D, H, C, weight_scale=1e-2, reg=0, dropout=0, batchnorm=False, dtype=torch.float32, generator=None
    ):
        self.reg, self.dropout, self.batchnorm, self.generator = reg, dropout, batchnorm, generator
        self.params = {
            "W1": weight_scale**2 * torch.randn(D, H, dtype=dtype, generator=generator),
            "b1": torch.zeros(H, dtype=dtype),
            "W2": weight_scale**2 * torch.randn(H, C, dtype=dtype, generator=generator),
            "b2": torch.zeros(C, dtype=dtype),
        }
        if batchnorm:
            self.params |= {"gamma1": torch.ones(H, dtype=dtype), "beta1": torch.zeros(H, dtype=dtype)}
            self.running = {"mean": torch.zeros(H, dtype=dtype), "var": torch.ones(H, dtype=dtype)}

    def forward(self, X, mode):
        P, c = self.params, {}
        h, c["first"] = linear_forward(X, P["W1"], P["b1"])
        if self.batchnorm:
            h, c["norm"] = batchnorm_forward(h, P["gamma1"], P["beta1"], self.running, mode)
        h, c["relu"] = relu_forward(h)
        if self.dropout > 0:
            h, c["drop"] = dropout_forward(h, self.dropout, mode, self.generator)
        scores, c["second"] = linear_forward(h, P["W2"], P["b2"])
        return scores, c

    def loss(self, X, y):
        scores, c = self.forward(X, "train")
        loss, d = softmax_loss(scores, y)
        grads = {}
        d, grads["W2"], grads["b2"] = linear_backward(d, c["second"])
        if self.dropout > 0:
            d = dropout_backward(d, c["drop"])
        d = relu_backward(d, c["relu"])
        if self.batchnorm:
            d, grads["gamma1"], grads["beta1"] = batchnorm_backward(d, c["norm"])
        _, grads["W1"], grads["b1"] = linear_backward(d, c["first"])
        for name in ("W1", "W2"):
            loss = loss + self.reg * (self.params[name] ** 2).sum()
            grads[name] = grads[name] + 2 * self.reg * self.params[name]
        return loss, grads

    def predict(self, X):
        return self.forward(X, "test")[0].argmax(dim=1)


@misconception(
    "TwoLayerNet", hint="your weights are drawn by rand: all of them are positive, where randn gives both signs"
)
class NetUniformWeights:
    def __init__(
        self, D, H, C, weight_scale=1e-2, reg=0, dropout=0, batchnorm=False, dtype=torch.float32, generator=None
    ):
        self.reg, self.dropout, self.batchnorm, self.generator = reg, dropout, batchnorm, generator
        self.params = {
            "W1": weight_scale * torch.rand(D, H, dtype=dtype, generator=generator),
            "b1": torch.zeros(H, dtype=dtype),
            "W2": weight_scale * torch.rand(H, C, dtype=dtype, generator=generator),
            "b2": torch.zeros(C, dtype=dtype),
        }
        if batchnorm:
            self.params |= {"gamma1": torch.ones(H, dtype=dtype), "beta1": torch.zeros(H, dtype=dtype)}
            self.running = {"mean": torch.zeros(H, dtype=dtype), "var": torch.ones(H, dtype=dtype)}

    def forward(self, X, mode):
        P, c = self.params, {}
        h, c["first"] = linear_forward(X, P["W1"], P["b1"])
        if self.batchnorm:
            h, c["norm"] = batchnorm_forward(h, P["gamma1"], P["beta1"], self.running, mode)
        h, c["relu"] = relu_forward(h)
        if self.dropout > 0:
            h, c["drop"] = dropout_forward(h, self.dropout, mode, self.generator)
        scores, c["second"] = linear_forward(h, P["W2"], P["b2"])
        return scores, c

    def loss(self, X, y):
        scores, c = self.forward(X, "train")
        loss, d = softmax_loss(scores, y)
        grads = {}
        d, grads["W2"], grads["b2"] = linear_backward(d, c["second"])
        if self.dropout > 0:
            d = dropout_backward(d, c["drop"])
        d = relu_backward(d, c["relu"])
        if self.batchnorm:
            d, grads["gamma1"], grads["beta1"] = batchnorm_backward(d, c["norm"])
        _, grads["W1"], grads["b1"] = linear_backward(d, c["first"])
        for name in ("W1", "W2"):
            loss = loss + self.reg * (self.params[name] ** 2).sum()
            grads[name] = grads[name] + 2 * self.reg * self.params[name]
        return loss, grads

    def predict(self, X):
        return self.forward(X, "test")[0].argmax(dim=1)


@misconception("TwoLayerNet", hint="your weights are all zero: every hidden unit then stays like every other")
class NetWeightsZero:
    def __init__(
        self, D, H, C, weight_scale=1e-2, reg=0, dropout=0, batchnorm=False, dtype=torch.float32, generator=None
    ):
        self.reg, self.dropout, self.batchnorm, self.generator = reg, dropout, batchnorm, generator
        self.params = {
            "W1": torch.zeros(D, H, dtype=dtype),
            "b1": torch.zeros(H, dtype=dtype),
            "W2": torch.zeros(H, C, dtype=dtype),
            "b2": torch.zeros(C, dtype=dtype),
        }
        if batchnorm:
            self.params |= {"gamma1": torch.ones(H, dtype=dtype), "beta1": torch.zeros(H, dtype=dtype)}
            self.running = {"mean": torch.zeros(H, dtype=dtype), "var": torch.ones(H, dtype=dtype)}

    def forward(self, X, mode):
        P, c = self.params, {}
        h, c["first"] = linear_forward(X, P["W1"], P["b1"])
        if self.batchnorm:
            h, c["norm"] = batchnorm_forward(h, P["gamma1"], P["beta1"], self.running, mode)
        h, c["relu"] = relu_forward(h)
        if self.dropout > 0:
            h, c["drop"] = dropout_forward(h, self.dropout, mode, self.generator)
        scores, c["second"] = linear_forward(h, P["W2"], P["b2"])
        return scores, c

    def loss(self, X, y):
        scores, c = self.forward(X, "train")
        loss, d = softmax_loss(scores, y)
        grads = {}
        d, grads["W2"], grads["b2"] = linear_backward(d, c["second"])
        if self.dropout > 0:
            d = dropout_backward(d, c["drop"])
        d = relu_backward(d, c["relu"])
        if self.batchnorm:
            d, grads["gamma1"], grads["beta1"] = batchnorm_backward(d, c["norm"])
        _, grads["W1"], grads["b1"] = linear_backward(d, c["first"])
        for name in ("W1", "W2"):
            loss = loss + self.reg * (self.params[name] ** 2).sum()
            grads[name] = grads[name] + 2 * self.reg * self.params[name]
        return loss, grads

    def predict(self, X):
        return self.forward(X, "test")[0].argmax(dim=1)


@misconception(
    "TwoLayerNet", hint="your weights are scaled by their number of inputs: weight_scale alone is asked for here"
)
class NetXavierWeights:
    def __init__(
        self, D, H, C, weight_scale=1e-2, reg=0, dropout=0, batchnorm=False, dtype=torch.float32, generator=None
    ):
        self.reg, self.dropout, self.batchnorm, self.generator = reg, dropout, batchnorm, generator
        self.params = {
            "W1": torch.randn(D, H, dtype=dtype, generator=generator) / D**0.5,
            "b1": torch.zeros(H, dtype=dtype),
            "W2": torch.randn(H, C, dtype=dtype, generator=generator) / H**0.5,
            "b2": torch.zeros(C, dtype=dtype),
        }
        if batchnorm:
            self.params |= {"gamma1": torch.ones(H, dtype=dtype), "beta1": torch.zeros(H, dtype=dtype)}
            self.running = {"mean": torch.zeros(H, dtype=dtype), "var": torch.ones(H, dtype=dtype)}

    def forward(self, X, mode):
        P, c = self.params, {}
        h, c["first"] = linear_forward(X, P["W1"], P["b1"])
        if self.batchnorm:
            h, c["norm"] = batchnorm_forward(h, P["gamma1"], P["beta1"], self.running, mode)
        h, c["relu"] = relu_forward(h)
        if self.dropout > 0:
            h, c["drop"] = dropout_forward(h, self.dropout, mode, self.generator)
        scores, c["second"] = linear_forward(h, P["W2"], P["b2"])
        return scores, c

    def loss(self, X, y):
        scores, c = self.forward(X, "train")
        loss, d = softmax_loss(scores, y)
        grads = {}
        d, grads["W2"], grads["b2"] = linear_backward(d, c["second"])
        if self.dropout > 0:
            d = dropout_backward(d, c["drop"])
        d = relu_backward(d, c["relu"])
        if self.batchnorm:
            d, grads["gamma1"], grads["beta1"] = batchnorm_backward(d, c["norm"])
        _, grads["W1"], grads["b1"] = linear_backward(d, c["first"])
        for name in ("W1", "W2"):
            loss = loss + self.reg * (self.params[name] ** 2).sum()
            grads[name] = grads[name] + 2 * self.reg * self.params[name]
        return loss, grads

    def predict(self, X):
        return self.forward(X, "test")[0].argmax(dim=1)


@misconception("TwoLayerNet", hint="the weights ignore the generator: hand it on to randn")
class NetIgnoresGeneratorForWeights:
    def __init__(
        self, D, H, C, weight_scale=1e-2, reg=0, dropout=0, batchnorm=False, dtype=torch.float32, generator=None
    ):
        self.reg, self.dropout, self.batchnorm, self.generator = reg, dropout, batchnorm, generator
        self.params = {
            "W1": weight_scale * torch.randn(D, H, dtype=dtype),
            "b1": torch.zeros(H, dtype=dtype),
            "W2": weight_scale * torch.randn(H, C, dtype=dtype),
            "b2": torch.zeros(C, dtype=dtype),
        }
        if batchnorm:
            self.params |= {"gamma1": torch.ones(H, dtype=dtype), "beta1": torch.zeros(H, dtype=dtype)}
            self.running = {"mean": torch.zeros(H, dtype=dtype), "var": torch.ones(H, dtype=dtype)}

    def forward(self, X, mode):
        P, c = self.params, {}
        h, c["first"] = linear_forward(X, P["W1"], P["b1"])
        if self.batchnorm:
            h, c["norm"] = batchnorm_forward(h, P["gamma1"], P["beta1"], self.running, mode)
        h, c["relu"] = relu_forward(h)
        if self.dropout > 0:
            h, c["drop"] = dropout_forward(h, self.dropout, mode, self.generator)
        scores, c["second"] = linear_forward(h, P["W2"], P["b2"])
        return scores, c

    def loss(self, X, y):
        scores, c = self.forward(X, "train")
        loss, d = softmax_loss(scores, y)
        grads = {}
        d, grads["W2"], grads["b2"] = linear_backward(d, c["second"])
        if self.dropout > 0:
            d = dropout_backward(d, c["drop"])
        d = relu_backward(d, c["relu"])
        if self.batchnorm:
            d, grads["gamma1"], grads["beta1"] = batchnorm_backward(d, c["norm"])
        _, grads["W1"], grads["b1"] = linear_backward(d, c["first"])
        for name in ("W1", "W2"):
            loss = loss + self.reg * (self.params[name] ** 2).sum()
            grads[name] = grads[name] + 2 * self.reg * self.params[name]
        return loss, grads

    def predict(self, X):
        return self.forward(X, "test")[0].argmax(dim=1)


@misconception("TwoLayerNet", hint="a seed is set inside: every new net begins with the same weights")
class NetSeedsItself:
    def __init__(
        self, D, H, C, weight_scale=1e-2, reg=0, dropout=0, batchnorm=False, dtype=torch.float32, generator=None
    ):
        self.reg, self.dropout, self.batchnorm, self.generator = reg, dropout, batchnorm, generator
        generator = torch.Generator().manual_seed(0)
        self.params = {
            "W1": weight_scale * torch.randn(D, H, dtype=dtype, generator=generator),
            "b1": torch.zeros(H, dtype=dtype),
            "W2": weight_scale * torch.randn(H, C, dtype=dtype, generator=generator),
            "b2": torch.zeros(C, dtype=dtype),
        }
        if batchnorm:
            self.params |= {"gamma1": torch.ones(H, dtype=dtype), "beta1": torch.zeros(H, dtype=dtype)}
            self.running = {"mean": torch.zeros(H, dtype=dtype), "var": torch.ones(H, dtype=dtype)}

    def forward(self, X, mode):
        P, c = self.params, {}
        h, c["first"] = linear_forward(X, P["W1"], P["b1"])
        if self.batchnorm:
            h, c["norm"] = batchnorm_forward(h, P["gamma1"], P["beta1"], self.running, mode)
        h, c["relu"] = relu_forward(h)
        if self.dropout > 0:
            h, c["drop"] = dropout_forward(h, self.dropout, mode, self.generator)
        scores, c["second"] = linear_forward(h, P["W2"], P["b2"])
        return scores, c

    def loss(self, X, y):
        scores, c = self.forward(X, "train")
        loss, d = softmax_loss(scores, y)
        grads = {}
        d, grads["W2"], grads["b2"] = linear_backward(d, c["second"])
        if self.dropout > 0:
            d = dropout_backward(d, c["drop"])
        d = relu_backward(d, c["relu"])
        if self.batchnorm:
            d, grads["gamma1"], grads["beta1"] = batchnorm_backward(d, c["norm"])
        _, grads["W1"], grads["b1"] = linear_backward(d, c["first"])
        for name in ("W1", "W2"):
            loss = loss + self.reg * (self.params[name] ** 2).sum()
            grads[name] = grads[name] + 2 * self.reg * self.params[name]
        return loss, grads

    def predict(self, X):
        return self.forward(X, "test")[0].argmax(dim=1)


@misconception(
    "TwoLayerNet", hint="W2 is drawn before W1: the order in which a generator is used decides what it gives"
)
class NetSecondLayerDrawnFirst:
    def __init__(
        self, D, H, C, weight_scale=1e-2, reg=0, dropout=0, batchnorm=False, dtype=torch.float32, generator=None
    ):
        self.reg, self.dropout, self.batchnorm, self.generator = reg, dropout, batchnorm, generator
        W2 = weight_scale * torch.randn(H, C, dtype=dtype, generator=generator)
        self.params = {
            "W1": weight_scale * torch.randn(D, H, dtype=dtype, generator=generator),
            "b1": torch.zeros(H, dtype=dtype),
            "W2": W2,
            "b2": torch.zeros(C, dtype=dtype),
        }
        if batchnorm:
            self.params |= {"gamma1": torch.ones(H, dtype=dtype), "beta1": torch.zeros(H, dtype=dtype)}
            self.running = {"mean": torch.zeros(H, dtype=dtype), "var": torch.ones(H, dtype=dtype)}

    def forward(self, X, mode):
        P, c = self.params, {}
        h, c["first"] = linear_forward(X, P["W1"], P["b1"])
        if self.batchnorm:
            h, c["norm"] = batchnorm_forward(h, P["gamma1"], P["beta1"], self.running, mode)
        h, c["relu"] = relu_forward(h)
        if self.dropout > 0:
            h, c["drop"] = dropout_forward(h, self.dropout, mode, self.generator)
        scores, c["second"] = linear_forward(h, P["W2"], P["b2"])
        return scores, c

    def loss(self, X, y):
        scores, c = self.forward(X, "train")
        loss, d = softmax_loss(scores, y)
        grads = {}
        d, grads["W2"], grads["b2"] = linear_backward(d, c["second"])
        if self.dropout > 0:
            d = dropout_backward(d, c["drop"])
        d = relu_backward(d, c["relu"])
        if self.batchnorm:
            d, grads["gamma1"], grads["beta1"] = batchnorm_backward(d, c["norm"])
        _, grads["W1"], grads["b1"] = linear_backward(d, c["first"])
        for name in ("W1", "W2"):
            loss = loss + self.reg * (self.params[name] ** 2).sum()
            grads[name] = grads[name] + 2 * self.reg * self.params[name]
        return loss, grads

    def predict(self, X):
        return self.forward(X, "test")[0].argmax(dim=1)
