"""Known wrong versions of TwoLayerNet: biases, gamma, beta and dtypes as they begin."""

import torch

from autograder.checks.known import misconception


@misconception("TwoLayerNet", hint="the biases are drawn as the weights are: they begin as zeros")
class NetBiasesRandom:
    def __init__(
        self, D, H, C, weight_scale=1e-2, reg=0, dropout=0, batchnorm=False, dtype=torch.float32, generator=None
    ):
        self.reg, self.dropout, self.batchnorm, self.generator = reg, dropout, batchnorm, generator
        self.params = {
            "W1": weight_scale * torch.randn(D, H, dtype=dtype, generator=generator),
            "b1": weight_scale * torch.randn(H, dtype=dtype, generator=generator),
            "W2": weight_scale * torch.randn(H, C, dtype=dtype, generator=generator),
            "b2": weight_scale * torch.randn(C, dtype=dtype, generator=generator),
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


@misconception("TwoLayerNet", hint="gamma begins as zeros: all that the hidden layer says is then multiplied by zero")
class NetGammaZero:
    def __init__(
        self, D, H, C, weight_scale=1e-2, reg=0, dropout=0, batchnorm=False, dtype=torch.float32, generator=None
    ):
        self.reg, self.dropout, self.batchnorm, self.generator = reg, dropout, batchnorm, generator
        self.params = {
            "W1": weight_scale * torch.randn(D, H, dtype=dtype, generator=generator),
            "b1": torch.zeros(H, dtype=dtype),
            "W2": weight_scale * torch.randn(H, C, dtype=dtype, generator=generator),
            "b2": torch.zeros(C, dtype=dtype),
        }
        if batchnorm:
            self.params |= {"gamma1": torch.zeros(H, dtype=dtype), "beta1": torch.zeros(H, dtype=dtype)}
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


@misconception("TwoLayerNet", hint="the running variance begins as zeros: it begins as ones")
class NetRunningVarianceZero:
    def __init__(
        self, D, H, C, weight_scale=1e-2, reg=0, dropout=0, batchnorm=False, dtype=torch.float32, generator=None
    ):
        self.reg, self.dropout, self.batchnorm, self.generator = reg, dropout, batchnorm, generator
        self.params = {
            "W1": weight_scale * torch.randn(D, H, dtype=dtype, generator=generator),
            "b1": torch.zeros(H, dtype=dtype),
            "W2": weight_scale * torch.randn(H, C, dtype=dtype, generator=generator),
            "b2": torch.zeros(C, dtype=dtype),
        }
        if batchnorm:
            self.params |= {"gamma1": torch.ones(H, dtype=dtype), "beta1": torch.zeros(H, dtype=dtype)}
            self.running = {"mean": torch.zeros(H, dtype=dtype), "var": torch.zeros(H, dtype=dtype)}

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


@misconception("TwoLayerNet", hint="your parameters are float32 whatever dtype is")
class NetAlwaysFloat32:
    def __init__(
        self, D, H, C, weight_scale=1e-2, reg=0, dropout=0, batchnorm=False, dtype=torch.float32, generator=None
    ):
        self.reg, self.dropout, self.batchnorm, self.generator = reg, dropout, batchnorm, generator
        dtype = torch.float32
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


@misconception("TwoLayerNet", hint="your parameters are float64 unless a dtype is given: float32 is the default")
class NetFloat64ByDefault:
    def __init__(
        self, D, H, C, weight_scale=1e-2, reg=0, dropout=0, batchnorm=False, dtype=torch.float64, generator=None
    ):
        self.reg, self.dropout, self.batchnorm, self.generator = reg, dropout, batchnorm, generator
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


@misconception("TwoLayerNet", hint="gamma and beta are there without batch norm too: the net then has no use for them")
class NetBatchnormParametersAlways:
    def __init__(
        self, D, H, C, weight_scale=1e-2, reg=0, dropout=0, batchnorm=False, dtype=torch.float32, generator=None
    ):
        self.reg, self.dropout, self.batchnorm, self.generator = reg, dropout, batchnorm, generator
        self.params = {
            "W1": weight_scale * torch.randn(D, H, dtype=dtype, generator=generator),
            "b1": torch.zeros(H, dtype=dtype),
            "W2": weight_scale * torch.randn(H, C, dtype=dtype, generator=generator),
            "b2": torch.zeros(C, dtype=dtype),
        }
        if True:
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
