"""Known wrong versions of TwoLayerNet: its regularization."""

import torch

from autograder.checks.known import misconception


@misconception("TwoLayerNet", hint="regularization is halved, in loss and gradients: there is no factor one half here")
class NetRegularizationHalved:
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
            d, grads["gamma1"], grads["beta1"] = batchnorm_backward(d, c["norm"])
        _, grads["W1"], grads["b1"] = linear_backward(d, c["first"])
        for name in ("W1", "W2"):
            loss = loss + 0.5 * self.reg * (self.params[name] ** 2).sum()
            grads[name] = grads[name] + self.reg * self.params[name]
        return loss, grads

    def predict(self, X):
        return self.forward(X, "test")[0].argmax(dim=1)


@misconception("TwoLayerNet", hint="regularization is missing, in the loss and in the gradients")
class NetWithoutRegularization:
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
            d, grads["gamma1"], grads["beta1"] = batchnorm_backward(d, c["norm"])
        _, grads["W1"], grads["b1"] = linear_backward(d, c["first"])
        return loss, grads

    def predict(self, X):
        return self.forward(X, "test")[0].argmax(dim=1)


@misconception("TwoLayerNet", hint="your gradients lack the regularization that your loss has: what is its slope?")
class NetRegularizationOnlyInLoss:
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
            d, grads["gamma1"], grads["beta1"] = batchnorm_backward(d, c["norm"])
        _, grads["W1"], grads["b1"] = linear_backward(d, c["first"])
        for name in ("W1", "W2"):
            loss = loss + self.reg * (self.params[name] ** 2).sum()
        return loss, grads

    def predict(self, X):
        return self.forward(X, "test")[0].argmax(dim=1)


@misconception("TwoLayerNet", hint="your loss lacks the regularization that your gradients have")
class NetRegularizationOnlyInGradients:
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
            d, grads["gamma1"], grads["beta1"] = batchnorm_backward(d, c["norm"])
        _, grads["W1"], grads["b1"] = linear_backward(d, c["first"])
        for name in ("W1", "W2"):
            grads[name] = grads[name] + 2 * self.reg * self.params[name]
        return loss, grads

    def predict(self, X):
        return self.forward(X, "test")[0].argmax(dim=1)


@misconception(
    "TwoLayerNet", hint="the regularization in your gradients lacks a factor: what is the derivative of a square?"
)
class NetRegularizationGradientHalved:
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
            d, grads["gamma1"], grads["beta1"] = batchnorm_backward(d, c["norm"])
        _, grads["W1"], grads["b1"] = linear_backward(d, c["first"])
        for name in ("W1", "W2"):
            loss = loss + self.reg * (self.params[name] ** 2).sum()
            grads[name] = grads[name] + self.reg * self.params[name]
        return loss, grads

    def predict(self, X):
        return self.forward(X, "test")[0].argmax(dim=1)


@misconception("TwoLayerNet", hint="biases are regularized too, and gamma and beta: only W1 and W2 are asked for")
class NetRegularizesEverything:
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
            d, grads["gamma1"], grads["beta1"] = batchnorm_backward(d, c["norm"])
        _, grads["W1"], grads["b1"] = linear_backward(d, c["first"])
        for name in self.params:
            loss = loss + self.reg * (self.params[name] ** 2).sum()
            grads[name] = grads[name] + 2 * self.reg * self.params[name]
        return loss, grads

    def predict(self, X):
        return self.forward(X, "test")[0].argmax(dim=1)


@misconception("TwoLayerNet", hint="W2 is not regularized: both weight matrices are")
class NetRegularizesFirstLayerOnly:
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
            d, grads["gamma1"], grads["beta1"] = batchnorm_backward(d, c["norm"])
        _, grads["W1"], grads["b1"] = linear_backward(d, c["first"])
        for name in ("W1",):
            loss = loss + self.reg * (self.params[name] ** 2).sum()
            grads[name] = grads[name] + 2 * self.reg * self.params[name]
        return loss, grads

    def predict(self, X):
        return self.forward(X, "test")[0].argmax(dim=1)


@misconception("TwoLayerNet", hint="the penalty is the length of the weights: the sum of their squares is asked for")
class NetRegularizesByNorm:
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
            d, grads["gamma1"], grads["beta1"] = batchnorm_backward(d, c["norm"])
        _, grads["W1"], grads["b1"] = linear_backward(d, c["first"])
        for name in ("W1", "W2"):
            loss = loss + self.reg * (self.params[name] ** 2).sum().sqrt()
            grads[name] = grads[name] + 2 * self.reg * self.params[name]
        return loss, grads

    def predict(self, X):
        return self.forward(X, "test")[0].argmax(dim=1)


@misconception(
    "TwoLayerNet", hint="the regularization is divided by the number of examples: only the data loss is a mean"
)
class NetRegularizationAveraged:
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
            d, grads["gamma1"], grads["beta1"] = batchnorm_backward(d, c["norm"])
        _, grads["W1"], grads["b1"] = linear_backward(d, c["first"])
        for name in ("W1", "W2"):
            loss = loss + self.reg * (self.params[name] ** 2).sum() / len(y)
            grads[name] = grads[name] + 2 * self.reg / len(y) * self.params[name]
        return loss, grads

    def predict(self, X):
        return self.forward(X, "test")[0].argmax(dim=1)
