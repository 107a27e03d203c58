"""Known wrong versions of TwoLayerNet: its dropout."""

import torch

from autograder.checks.known import misconception


@misconception("TwoLayerNet", hint="nothing is dropped in loss: is dropout_forward called?")
class NetWithoutDropout:
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
        scores, c["second"] = linear_forward(h, P["W2"], P["b2"])
        return scores, c

    def loss(self, X, y):
        scores, c = self.forward(X, "train")
        loss, d = softmax_loss(scores, y)
        grads = {}
        d, grads["W2"], grads["b2"] = linear_backward(d, c["second"])
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


@misconception("TwoLayerNet", hint="the gradient passes where entries were dropped: is dropout_backward called?")
class NetDropoutNotInBackward:
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


@misconception("TwoLayerNet", hint="dropout gets the probability to keep: it takes that of dropping")
class NetDropoutKeeps:
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
            h, c["drop"] = dropout_forward(h, 1 - self.dropout, mode, self.generator)
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


@misconception("TwoLayerNet", hint="the scores are dropped: dropout belongs between ReLU and the second layer")
class NetDropoutOnScores:
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
        scores, c["second"] = linear_forward(h, P["W2"], P["b2"])
        if self.dropout > 0:
            scores, c["drop"] = dropout_forward(scores, self.dropout, mode, self.generator)
        return scores, c

    def loss(self, X, y):
        scores, c = self.forward(X, "train")
        loss, d = softmax_loss(scores, y)
        grads = {}
        if self.dropout > 0:
            d = dropout_backward(d, c["drop"])
        d, grads["W2"], grads["b2"] = linear_backward(d, c["second"])
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


@misconception("TwoLayerNet", hint="the inputs are dropped: dropout belongs between ReLU and the second layer")
class NetDropoutOnInputs:
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
        if self.dropout > 0:
            X, c["drop"] = dropout_forward(X, self.dropout, mode, self.generator)
        h, c["first"] = linear_forward(X, P["W1"], P["b1"])
        if self.batchnorm:
            h, c["norm"] = batchnorm_forward(h, P["gamma1"], P["beta1"], self.running, mode)
        h, c["relu"] = relu_forward(h)
        scores, c["second"] = linear_forward(h, P["W2"], P["b2"])
        return scores, c

    def loss(self, X, y):
        scores, c = self.forward(X, "train")
        loss, d = softmax_loss(scores, y)
        grads = {}
        d, grads["W2"], grads["b2"] = linear_backward(d, c["second"])
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


@misconception("TwoLayerNet", hint="dropout does not get the net's generator")
class NetDropoutWithoutGenerator:
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
            h, c["drop"] = dropout_forward(h, self.dropout, mode)
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


@misconception("TwoLayerNet", hint="every call of loss drops the same entries: the generator goes on from where it is")
class NetDropsTheSameEachTime:
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
            h, c["drop"] = dropout_forward(h, self.dropout, mode, torch.Generator().manual_seed(7))
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


@misconception("TwoLayerNet", hint="the generator is seeded again before each mask: it goes on from where it is")
class NetSeedsDropoutAgain:
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
            if self.generator is not None:
                self.generator.manual_seed(self.generator.initial_seed())
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
