"""Known wrong versions of TwoLayerNet: its batch norm."""

import torch

from autograder.checks.known import misconception


@misconception("TwoLayerNet", hint="batch norm comes after ReLU: it belongs between the linear layer and ReLU")
class NetBatchnormAfterRelu:
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
            self.running = {"mean": torch.zeros(H, dtype=dtype), "var": torch.ones(H, dtype=dtype)}

    def forward(self, X, mode):
        P, c = self.params, {}
        h, c["first"] = linear_forward(X, P["W1"], P["b1"])
        h, c["relu"] = relu_forward(h)
        if self.batchnorm:
            h, c["norm"] = batchnorm_forward(h, P["gamma1"], P["beta1"], self.running, mode)
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
        if self.batchnorm:
            d, grads["gamma1"], grads["beta1"] = batchnorm_backward(d, c["norm"])
        d = relu_backward(d, c["relu"])
        _, grads["W1"], grads["b1"] = linear_backward(d, c["first"])
        for name in ("W1", "W2"):
            loss = loss + self.reg * (self.params[name] ** 2).sum()
            grads[name] = grads[name] + 2 * self.reg * self.params[name]
        return loss, grads

    def predict(self, X):
        return self.forward(X, "test")[0].argmax(dim=1)


@misconception("TwoLayerNet", hint="the gradient skips batch norm on its way back to the first layer")
class NetBatchnormNotInBackward:
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
            _, grads["gamma1"], grads["beta1"] = batchnorm_backward(d, c["norm"])
        _, grads["W1"], grads["b1"] = linear_backward(d, c["first"])
        for name in ("W1", "W2"):
            loss = loss + self.reg * (self.params[name] ** 2).sum()
            grads[name] = grads[name] + 2 * self.reg * self.params[name]
        return loss, grads

    def predict(self, X):
        return self.forward(X, "test")[0].argmax(dim=1)


@misconception("TwoLayerNet", hint="grads lacks gamma1 and beta1: they are trained as the weights are")
class NetBatchnormGradientsMissing:
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
            d, _, _ = batchnorm_backward(d, c["norm"])
        _, grads["W1"], grads["b1"] = linear_backward(d, c["first"])
        for name in ("W1", "W2"):
            loss = loss + self.reg * (self.params[name] ** 2).sum()
            grads[name] = grads[name] + 2 * self.reg * self.params[name]
        return loss, grads

    def predict(self, X):
        return self.forward(X, "test")[0].argmax(dim=1)


@misconception("TwoLayerNet", hint="gamma1 and beta1 are handed to batch norm in each other's place")
class NetGammaAndBetaSwapped:
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
            self.running = {"mean": torch.zeros(H, dtype=dtype), "var": torch.ones(H, dtype=dtype)}

    def forward(self, X, mode):
        P, c = self.params, {}
        h, c["first"] = linear_forward(X, P["W1"], P["b1"])
        if self.batchnorm:
            h, c["norm"] = batchnorm_forward(h, P["beta1"], P["gamma1"], self.running, mode)
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


@misconception("TwoLayerNet", hint="the running statistics begin anew in each call: keep them in self.running")
class NetRunningForgotten:
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
            self.running = {"mean": torch.zeros(H, dtype=dtype), "var": torch.ones(H, dtype=dtype)}

    def forward(self, X, mode):
        P, c = self.params, {}
        h, c["first"] = linear_forward(X, P["W1"], P["b1"])
        if self.batchnorm:
            h, c["norm"] = batchnorm_forward(h, P["gamma1"], P["beta1"], dict(self.running), mode)
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
