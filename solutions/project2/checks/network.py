"""Graded checks of Project 2's TwoLayerNet.

Biases, gamma and beta begin as zeros and ones, where a slip in them does not show: the checks put other parameters into
the net, as training does, and hand the same ones to the reference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import torch
from gradescope_utils.autograder_utils.decorators import number, weight
from torch import Tensor

from autograder.checks import expect
from autograder.checks.expect import CheckFailed
from autograder.checks.pencil import Small
from autograder.worker.errors import Raised
from coursekit.pencil import shown
from solutions.project2.checks.dropout import seeded
from solutions.project2.checks.layers import NUMERIC, STEP, NetCase

Tensors = dict[str, Tensor]
LAYERS = (
    *("linear_forward", "linear_backward", "relu_forward", "relu_backward", "softmax_loss"),
    *("dropout_forward", "dropout_backward", "batchnorm_forward", "batchnorm_backward"),
)
PARAMETERS = ("W1", "b1", "W2", "b2", "gamma1", "beta1")
WRAPPED = "The loss is that of softmax_loss plus reg * (sum(W1 * W1) + sum(W2 * W2)); nothing else is regularized."


@dataclass(frozen=True)
class Sizes:
    """How large a net is."""

    D: int
    H: int
    C: int

    def shapes(self, batchnorm: bool) -> dict[str, tuple[int, ...]]:
        """The shape of each parameter."""
        found: dict[str, tuple[int, ...]] = {
            "W1": (self.D, self.H),
            "b1": (self.H,),
            "W2": (self.H, self.C),
            "b2": (self.C,),
        }
        if batchnorm:
            found |= {"gamma1": (self.H,), "beta1": (self.H,)}
        return found


class TwoLayerNetChecks(NetCase):
    """TwoLayerNet."""

    function = "TwoLayerNet"
    needs = LAYERS
    returns = ("loss", *(f'grads["{name}"]' for name in PARAMETERS), 'running["mean"]', 'running["var"]', "predict")
    small_axes = (("D H", "H", "H C", "C", "H", "H"), "N D", "N =C", "")

    def small_questions(self) -> Iterator[tuple[Any, ...]]:
        """One hidden unit and two classes, without and with regularization, and with batch norm; then more of each."""
        small = Small()
        for (N, D, H, C), (reg, batchnorm) in product(
            ((1, 1, 1, 2), (2, 1, 1, 2), (2, 2, 2, 3)), ((0.0, False), (1.0, False), (0.0, True))
        ):
            for _ in range(30 if batchnorm else 14):
                gamma, beta = (small.tensor(H), small.tensor(H)) if batchnorm else (None, None)
                params = (small.tensor(D, H), small.tensor(H), small.tensor(H, C), small.tensor(C), gamma, beta)
                question = params, small.tensor(N, D), small.labels(C, N), reg
                if self.fits_small(question):
                    yield question

    def fits_small(self, question: tuple[Any, ...]) -> bool:
        """Labels that are classes; nothing before ReLU is near 0, and no two scores are nearly equal and highest."""
        (W1, b1, W2, b2, gamma, beta), X, y, reg = question
        if not (0 <= int(y.min()) <= int(y.max()) < len(b2) and len(b2) > 1 and reg >= 0):
            return False
        hidden = X @ W1 + b1
        passes = [hidden]
        if gamma is not None:
            mean, var = hidden.mean(dim=0), hidden.var(dim=0, unbiased=False)
            running = 0.1 * mean, 0.9 + 0.1 * var
            passes = [gamma * (hidden - m) / (v + 1e-5).sqrt() + beta for m, v in ((mean, var), running)]
            if bool((var < 0.1).any()):
                return False
        scores = (passes[-1].clamp(min=0) @ W2 + b2).sort(dim=1).values
        apart = bool((scores[:, -1] - scores[:, -2] > 0.01).all())
        return apart and all(bool((before.abs() > 0.01).all()) for before in passes)

    def ask_small(self, question: tuple[Any, ...]) -> Any:
        """The loss, the gradients, the running statistics and the classes of a net with these parameters."""
        params, X, y, reg = question
        given = {name: value for name, value in zip(PARAMETERS, params, strict=True) if value is not None}
        sizes, batchnorm = (*params[0].shape, len(params[3])), params[4] is not None
        net = self.small_student.new(self.function, *sizes, reg=reg, batchnorm=batchnorm, dtype=torch.float64)
        net.call("__setattr__", "params", given)
        answer = net.call("loss", X, y)
        if not isinstance(answer, list | tuple) or len(answer) != 2 or not isinstance(answer[1], dict):
            return answer
        running = net.get("running") if batchnorm else {}
        moved = (running.get(name) if isinstance(running, dict) else None for name in ("mean", "var"))
        return answer[0], *(answer[1].get(name) for name in PARAMETERS), *moved, net.call("predict", X)

    def expected_small(self, question: tuple[Any, ...]) -> Any:
        """Likewise."""
        params, X, y, reg = question
        given = {name: value for name, value in zip(PARAMETERS, params, strict=True) if value is not None}
        (D, H), batchnorm = params[0].shape, params[4] is not None
        net = self.ours(Sizes(D, H, len(params[3])), given, reg=reg, batchnorm=batchnorm)
        loss, grads = net.loss(X, y)
        running = (net.running["mean"], net.running["var"]) if batchnorm else (None, None)
        return loss, *(grads.get(name) for name in PARAMETERS), *running, net.predict(X)

    def said_small(self, question: tuple[Any, ...]) -> str:
        """The parameters, the batch and reg."""
        params, X, y, reg = question
        said = [f"{name} = {shown(v)}" for name, v in zip(PARAMETERS, params, strict=True) if v is not None]
        return f"params {', '.join(said)}; X = {shown(X)}, y = {shown(y)}, reg = {shown(reg)}"

    # --- nets

    def new(self, sizes: Sizes, **options: Any) -> Any:
        """A net of the student's, in float64 unless it says otherwise."""
        return self.student.new(self.function, sizes.D, sizes.H, sizes.C, **{"dtype": torch.float64, **options})

    def random_params(self, sizes: Sizes, batchnorm: bool = False) -> Tensors:
        """Parameters of order 1, so that every term shows."""
        return {name: self.randn(*shape) for name, shape in sizes.shapes(batchnorm).items()}

    def put(self, net: Any, **attributes: Tensors) -> None:
        """Give a net of the student's other parameters, or other running statistics."""
        for name, value in attributes.items():
            try:
                net.call("__setattr__", name, value)
            except (Raised, AttributeError):
                raise CheckFailed(f"self.{name} cannot be set; it should be a plain attribute, a dictionary.") from None

    def ours(self, sizes: Sizes, params: Tensors, running: Tensors | None = None, **options: Any) -> Any:
        """The reference's net with these parameters."""
        net = self.reference.TwoLayerNet(sizes.D, sizes.H, sizes.C, **{"dtype": torch.float64, **options})
        net.params = {name: value.clone() for name, value in params.items()}
        if running is not None:
            net.running = {name: value.clone() for name, value in running.items()}
        return net

    def tensors(self, what: str, got: Any, shapes: dict[str, tuple[int, ...]]) -> Tensors:
        """A dictionary of exactly these tensors."""
        expect.instance(what, got, dict, f"a dictionary with {', '.join(shapes)}")
        if set(got) != set(shapes):
            raise CheckFailed(f"{what} should have the keys {', '.join(shapes)}, but has {', '.join(map(str, got))}.")
        return {name: expect.tensor(f'{what}["{name}"]', got[name], shape) for name, shape in shapes.items()}

    def loss_of(self, net: Any, X: Tensor, y: Tensor) -> tuple[Any, Any]:
        """What loss returns."""
        loss, grads = expect.pair("loss", net.call("loss", X, y), ("loss", "grads"))
        return loss, grads

    def check_grads(self, got: Any, expected: Tensors, said: str = "") -> None:
        """Every gradient, from the last layer to the first, as the backward pass finds them."""
        found = self.tensors("grads", got, {name: tuple(value.shape) for name, value in expected.items()})
        for name in ("b2", "W2", "gamma1", "beta1", "b1", "W1"):
            if name in expected:
                self.close(f'grads["{name}"]{said}', found[name], expected[name])

    # --- checks

    @number("1.35")
    @weight(3)
    def test_params(self) -> None:
        """TwoLayerNet: the parameters of a new net"""
        sizes = Sizes(500, 600, 500)  # so many that a wrong mean or spread of the weights stands out
        choices: tuple[tuple[str, float, bool, dict[str, float]], ...] = (
            ("weight_scale = 0.3", 0.3, True, {"weight_scale": 0.3}),
            ("the default weight_scale", 1e-2, False, {}),
        )
        for said, scale, batchnorm, options in choices:
            net = self.new(sizes, generator=seeded(11), batchnorm=batchnorm, **options)
            params = self.tensors("params", net.get("params"), sizes.shapes(batchnorm))
            for name, value in params.items():
                expect.tensor(f'params["{name}"]', value, tuple(value.shape), torch.float64)
                if name in ("W1", "W2"):
                    self.check_draws(f'params["{name}"] ({said})', value / scale)
                else:
                    expect.close(f'params["{name}"]', value, torch.full_like(value, float(name == "gamma1")))
            if batchnorm:
                running = self.tensors("running", net.get("running"), {"mean": (sizes.H,), "var": (sizes.H,)})
                for name, start in (("mean", 0.0), ("var", 1.0)):
                    expected = torch.full((sizes.H,), start, dtype=torch.float64)
                    expect.close(f'running["{name}"] of a new net', running[name], expected)
        default = self.student.new(self.function, 3, 4, 2)
        for name, value in self.tensors("params", default.get("params"), Sizes(3, 4, 2).shapes(False)).items():
            expect.tensor(f'params["{name}"] without a dtype', value, tuple(value.shape), torch.float32)

    def check_draws(self, what: str, draws: Tensor) -> None:
        """Standard normal numbers, hundreds of thousands of them."""
        mean, spread = float(draws.mean()), float(draws.std())  # their standard deviations are 0.002 and 0.0013
        error = max(abs(mean), abs(spread - 1))
        expect.tell(f"{what}: mean and spread", error / 0.06)
        if not error <= 0.06:
            raise CheckFailed(
                f"in units of weight_scale, the entries of {what} have mean {mean:.2g} and standard deviation "
                f"{spread:.2g}; those of weight_scale * randn have mean 0 and standard deviation 1."
            )

    @number("1.36")
    @weight(2)
    def test_generator(self) -> None:
        """TwoLayerNet: the weights come from the generator, W1 first"""
        sizes = Sizes(6, 5, 4)
        one, same, other = (self.weights(sizes, seed) for seed in (1, 1, 2))
        for name in ("W1", "W2"):
            if not torch.equal(one[name], same[name]):
                raise CheckFailed(f'two nets whose generators have the same seed differ in params["{name}"].')
            if torch.equal(one[name], other[name]):
                raise CheckFailed(f'generators with different seeds give the same params["{name}"].')
        if torch.equal(one["W1"].flatten()[:20], one["W2"].flatten()):
            raise CheckFailed("W1 and W2 are the same draws; draw one after the other from the generator.")
        if not torch.equal(one["W1"], self.weights(Sizes(6, 5, 7), 1)["W1"]):
            raise CheckFailed("W1 changes with the number of classes; it should be drawn first, then W2.")

    def weights(self, sizes: Sizes, seed: int) -> Tensors:
        """The parameters of a new net with a generator of that seed."""
        net = self.new(sizes, generator=seeded(seed))
        return self.tensors("params", net.get("params"), sizes.shapes(False))

    def problems(self) -> list[tuple[str, Sizes, float, Tensors, Tensor, Tensor]]:
        """Nets without dropout and batch norm: name, sizes, reg, parameters, and a batch."""
        found = []
        for said, sizes, n, reg in (
            ("reg = 0", Sizes(6, 5, 4), 7, 0.0),
            ("reg = 0.1", Sizes(3, 8, 5), 9, 0.1),
            ("a single example, reg = 0.7", Sizes(5, 4, 3), 1, 0.7),
        ):
            params = self.random_params(sizes)
            found.append((said, sizes, reg, params, self.randn(n, sizes.D), self.randint(sizes.C, n)))
        return found

    @number("1.37")
    @weight(3)
    def test_loss(self) -> None:
        """TwoLayerNet: loss"""
        for said, sizes, reg, params, X, y in self.problems():
            net = self.new(sizes, reg=reg, weight_scale=1.0, generator=seeded(3))
            own = self.tensors("params", net.get("params"), sizes.shapes(False))
            self.close(
                f"the loss of a new net ({said})",
                self.loss_of(net, X.to(own["W1"].dtype), y)[0],
                self.ours(sizes, {name: value.double() for name, value in own.items()}, reg=reg).loss(X, y)[0],
                WRAPPED,
            )
            self.put(net, params=params)
            self.close(
                f"the loss ({said}), after other parameters were put into self.params,",
                self.loss_of(net, X, y)[0],
                self.ours(sizes, params, reg=reg).loss(X, y)[0],
                WRAPPED,
            )
            for name, value in self.tensors("params", net.get("params"), sizes.shapes(False)).items():
                expect.unchanged(f'params["{name}"]', params[name], value)
        _, sizes, _, params, X, y = self.problems()[0]
        net = self.new(sizes)
        self.put(net, params=params)
        self.close(
            "the loss without reg (0 is the default)",
            self.loss_of(net, X, y)[0],
            self.ours(sizes, params).loss(X, y)[0],
        )

    @number("1.38")
    @weight(3)
    def test_gradients(self) -> None:
        """TwoLayerNet: gradients"""
        for said, sizes, reg, params, X, y in self.problems():
            net = self.new(sizes, reg=reg)
            self.put(net, params=params)
            self.check_grads(self.loss_of(net, X, y)[1], self.ours(sizes, params, reg=reg).loss(X, y)[1], f" ({said})")

    @number("1.39")
    @weight(1)
    def test_slope(self) -> None:
        """TwoLayerNet: the gradients are the slopes of its loss, numerically"""
        _, sizes, reg, params, X, y = self.problems()[1]
        net = self.new(sizes, reg=reg)
        self.put(net, params=params)
        grads = self.tensors("grads", self.loss_of(net, X, y)[1], sizes.shapes(False))
        for name, value in params.items():
            direction = self.randn(*value.shape)
            ends = []
            for step in (STEP, -STEP):
                self.put(net, params={**params, name: value + step * direction})
                ends.append(expect.tensor("the loss", self.loss_of(net, X, y)[0], ()).double())
            expect.close(
                f'the slope along grads["{name}"]',
                (grads[name].double() * direction).sum(),
                (ends[0] - ends[1]) / (2 * STEP),
                rtol=NUMERIC,
                help_line=f"{name} was moved a little in one direction to see how your loss changes.",
            )

    @number("1.40")
    @weight(2)
    def test_batchnorm(self) -> None:
        """TwoLayerNet: batch norm between the first linear layer and ReLU"""
        sizes = Sizes(5, 6, 4)
        params, X, y = self.random_params(sizes, True), self.randn(8, 5), self.randint(4, 8)
        net, ours = self.new(sizes, batchnorm=True, reg=0.1), self.ours(sizes, params, batchnorm=True, reg=0.1)
        self.put(net, params=params)
        for said, batch in (("", X), (" of a second batch", 2 * X + 1)):
            loss, grads = self.loss_of(net, batch, y)
            expected_loss, expected_grads = ours.loss(batch, y)
            self.close(f"the loss{said} (batch norm)", loss, expected_loss, WRAPPED)
            self.check_grads(grads, expected_grads, f"{said} (batch norm)")
            running = self.tensors("running", net.get("running"), {"mean": (6,), "var": (6,)})
            for name in ("mean", "var"):
                self.close(
                    f'running["{name}"] after the loss{said}',
                    running[name],
                    ours.running[name],
                    "Each call of loss is a pass in train mode over self.running.",
                )

    # --- dropout

    @number("1.41")
    @weight(2)
    def test_dropout(self) -> None:
        """TwoLayerNet: dropout after ReLU, drawn anew in each call of loss"""
        sizes, p, reg = Sizes(4, 3, 5), 0.4, 0.05
        X, y = self.randn(3, 4), self.randint(5, 3)
        for batchnorm in (False, True):
            params = self.random_params(sizes, batchnorm)
            params["beta1" if batchnorm else "b1"] += 1.5  # so that most hidden entries are not 0 anyway
            options = {"dropout": p, "batchnorm": batchnorm, "reg": reg}
            net = self.new(sizes, generator=seeded(21), **options)
            self.put(net, params=params)
            passes = DroppedPasses(self.reference.functions, params, X, y, p, reg)
            drawn = []
            for _ in range(6):
                loss, grads = self.loss_of(net, X, y)
                expect.tensor("the loss", loss, ())
                nearest, gap = passes.nearest(float(loss))
                allowed = 4e-7 * max(1.0, abs(float(loss)))  # far less than lies between two masks
                expect.tell("the loss as that of some mask", gap / allowed)
                if not gap <= allowed:
                    raise CheckFailed(
                        f"no mask of {X.shape[0]} x {sizes.H} entries gives this loss, for a net with dropout = {p}.\n"
                        "In loss, what ReLU returns goes through dropout_forward in train mode, then to the second "
                        "linear layer."
                    )
                self.check_grads(grads, passes.grads(nearest), " (dropout)")
                drawn.append(float(loss))
            if len({round(loss, 9) for loss in drawn}) == 1:
                raise CheckFailed("every call of loss drops the same entries; draw a new mask in each.")

    @number("1.42")
    @weight(1)
    def test_dropout_generator(self) -> None:
        """TwoLayerNet: dropout draws from the net's generator"""
        sizes = Sizes(4, 30, 5)
        params, X, y = self.random_params(sizes), self.randn(6, 4), self.randint(5, 6)
        one, same, other = (self.losses(sizes, params, seed, X, y) for seed in (1, 1, 2))
        expect.close(
            "the losses of a net whose generator has the same seed",
            same,
            one,
            help_line="Dropout should draw from the generator that the net was made with.",
        )
        if torch.equal(one, other):
            raise CheckFailed("nets whose generators have different seeds drop the same entries.")

    def losses(self, sizes: Sizes, params: Tensors, seed: int, X: Tensor, y: Tensor) -> Tensor:
        """The losses of a few calls with dropout."""
        net = self.new(sizes, dropout=0.5, generator=seeded(seed))
        self.put(net, params=params)
        return torch.stack([expect.tensor("the loss", self.loss_of(net, X, y)[0], ()).double() for _ in range(3)])

    # --- prediction

    @number("1.43")
    @weight(1)
    def test_predict(self) -> None:
        """TwoLayerNet: predict, the class of the highest score; in test mode"""
        choices: tuple[tuple[str, dict[str, Any]], ...] = (
            ("", {}),
            (" (dropout)", {"dropout": 0.6}),
            (" (batch norm)", {"batchnorm": True}),
        )
        passes = [(said, *self.predictions(options)) for said, options in choices]  # all asked before any is judged
        for said, predicted, running, after in passes:
            for got, expected in predicted:
                expect.same_labels(
                    f"the labels of {len(expected)} examples{said}",
                    got,
                    expected,
                    help_line="In test mode nothing is dropped, and batch norm uses self.running.",
                )
            if running:
                now = self.tensors("running", after, {"mean": (9,), "var": (9,)})
                for name, value in running.items():
                    expect.unchanged(f'running["{name}"] (predict)', value, now[name])

    def predictions(self, options: dict[str, Any]) -> tuple[list[tuple[Any, Tensor]], Tensors | None, Any]:
        """What a net predicts of many examples and of one, each with what is right; running before and after."""
        sizes, batchnorm = Sizes(6, 9, 5), "batchnorm" in options
        params, X = self.random_params(sizes, batchnorm), self.randn(60, 6) + 0.5
        running = {"mean": self.randn(9), "var": self.randn(9) ** 2 + 0.5} if batchnorm else None
        net = self.new(sizes, generator=seeded(31), **options)
        self.put(net, params=params, **({"running": running} if running else {}))
        ours = self.ours(sizes, params, running, **options)
        predicted = [(net.call("predict", rows), ours.predict(rows)) for rows in (X, X[:1].clone())]
        return predicted, running, net.get("running") if batchnorm else None


class DroppedPasses:
    """The loss and the gradients of a net under every mask that dropout could draw, made of the reference's layers."""

    def __init__(self, layers: dict[str, Any], params: Tensors, X: Tensor, y: Tensor, p: float, reg: float) -> None:
        """Compute the loss under each mask.

        Args:
            layers: the reference's functions.
            params: of the net; with gamma1 and beta1, it has batch norm.
            X: inputs, (N, D).
            y: classes, (N,).
            p: the probability that an entry is dropped.
            reg: the strength of the regularization.
        """
        self.layers, self.params, self.y, self.reg = layers, params, y, reg
        hidden, self.first = layers["linear_forward"](X, params["W1"], params["b1"])
        if "gamma1" in params:
            running = {"mean": torch.zeros_like(hidden[0]), "var": torch.ones_like(hidden[0])}
            hidden, self.norm = layers["batchnorm_forward"](hidden, params["gamma1"], params["beta1"], running)
        self.hidden, self.relu = layers["relu_forward"](hidden)
        masks = torch.tensor(list(product((0.0, 1.0), repeat=hidden.numel())), dtype=hidden.dtype)
        self.factors = masks.view(-1, *hidden.shape) / (1 - p)
        scores = (self.hidden * self.factors) @ params["W2"] + params["b2"]
        data = (scores.logsumexp(dim=2) - scores[:, torch.arange(len(y)), y]).mean(dim=1)
        self.losses = data + reg * sum((params[name] ** 2).sum() for name in ("W1", "W2"))

    def nearest(self, loss: float) -> tuple[int, float]:
        """The mask whose loss is nearest to this one, and how near that is."""
        gap = (self.losses - loss).abs()
        return int(gap.argmin()), float(gap.min())

    def grads(self, mask: int) -> Tensors:
        """The gradients under one mask."""
        layers, params = self.layers, self.params
        scores, second = layers["linear_forward"](self.hidden * self.factors[mask], params["W2"], params["b2"])
        _, dscores = layers["softmax_loss"](scores, self.y)
        grads = {}
        dhidden, grads["W2"], grads["b2"] = layers["linear_backward"](dscores, second)
        dhidden = layers["relu_backward"](dhidden * self.factors[mask], self.relu)
        if "gamma1" in params:
            dhidden, grads["gamma1"], grads["beta1"] = layers["batchnorm_backward"](dhidden, self.norm)
        _, grads["W1"], grads["b1"] = layers["linear_backward"](dhidden, self.first)
        for name in ("W1", "W2"):
            grads[name] = grads[name] + 2 * self.reg * params[name]
        return grads
