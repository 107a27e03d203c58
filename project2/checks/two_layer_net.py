"""Public checks of Project 2: small questions with published answers, and properties that hold whatever the numbers.

A backward function is compared with numbers worked out by hand, and with the slopes of the student's own forward
function, found by moving each entry a little.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from coursekit import compare, pencil
from coursekit.stability import why_not_finite
from project2.checks import public_check

Function = Callable[..., Any]

ATOL = 1e-8
STEP = 1e-5


def _float64(rows: Sequence[Any] | float) -> Tensor:
    return torch.tensor(rows, dtype=torch.float64)


def _unchanged(names: Sequence[str], now: Sequence[Tensor], before: Sequence[Tensor]) -> None:
    for name, mine, theirs in zip(names, now, before, strict=True):
        compare.unchanged(name, mine, theirs)


def _cache(got: Any, names: str) -> tuple[Any, ...]:
    count = names.count(",") + 1
    if not isinstance(got, (tuple, list)) or len(got) != count:
        shown = f"{len(got)} values" if isinstance(got, (tuple, list)) else f"a value of type {type(got).__name__}"
        raise AssertionError(f"the cache should be the tuple ({names}); it is {shown}.")
    return tuple(got)


def _slopes(function: Callable[[Tensor], Tensor], at: Tensor) -> Tensor:
    """The slope of a number along each entry of its argument, by centred differences."""
    slopes = torch.zeros_like(at)
    for entry in range(at.numel()):
        ends = []
        for step in (STEP, -STEP):
            moved = at.clone()
            moved.view(-1)[entry] += step
            ends.append(function(moved))
        slopes.view(-1)[entry] = (ends[0] - ends[1]) / (2 * STEP)
    return slopes


# ---- the linear layer ------------------------------------------------------------------------------------------------

X = _float64([[1.0, 2.0, -1.0], [0.0, 3.0, 2.0]])
W = _float64([[1.0, 0.0], [-1.0, 2.0], [0.5, -2.0]])
B = _float64([10.0, 20.0])
OUT = _float64([[8.5, 26.0], [8.0, 22.0]])
DOUT = _float64([[1.0, -1.0], [2.0, 0.5]])


@public_check("linear_forward")
def _linear_out(function: Function) -> None:
    """two rows, three inputs and two outputs, to follow with a pencil"""
    args = (X.clone(), W.clone(), B.clone())
    out, _ = compare.several(function(*args), "out, cache")
    help_line = "out is x w + b: rows of x times columns of w, and b added to every row."
    if isinstance(out, Tensor) and out.shape == OUT.shape and torch.allclose(out.double(), OUT - B):
        help_line = "b is not added: it belongs to every row."
    compare.close("out", out, OUT, ATOL, help_line)
    _unchanged(("x", "w", "b"), args, (X, W, B))


@public_check("linear_forward")
def _linear_cache(function: Function) -> None:
    """the cache is (x, w, b)"""
    _, cache = compare.several(function(X.clone(), W.clone(), B.clone()), "out, cache")
    for name, got, expected in zip("xwb", _cache(cache, "x, w, b"), (X, W, B), strict=True):
        compare.close(f"{name} in the cache", got, expected, 0.0, "keep what came in, in this order.")


@public_check("linear_backward")
def _linear_gradients(function: Function) -> None:
    """the gradients of the same layer"""
    dout, cache = DOUT.clone(), (X.clone(), W.clone(), B.clone())
    dx, dw, db = compare.several(function(dout, cache), "dx, dw, db")
    expected_dx = _float64([[1.0, -3.0, 2.5], [2.0, -1.0, 0.0]])
    compare.close(
        "dx", dx, expected_dx, ATOL, "x[n, d] is multiplied with row d of w: which outputs does it move, and how?"
    )
    expected_dw = _float64([[1.0, -1.0], [8.0, -0.5], [3.0, 2.0]])
    compare.close(
        "dw", dw, expected_dw, ATOL, "w[d, m] is multiplied with column d of x, once in every row: add them up."
    )
    help_line = "b[m] is added in every row, so its gradient is a sum over the rows."
    if isinstance(db, Tensor) and db.shape == (2,) and torch.allclose(db.double(), _float64([1.5, -0.25])):
        help_line = "this is the mean over the rows: their sum is asked for."
    compare.close("db", db, _float64([3.0, -0.5]), ATOL, help_line)
    _unchanged(("dout", "x", "w", "b"), (dout, *cache), (DOUT, X, W, B))


# ---- the rectifier ---------------------------------------------------------------------------------------------------

SIGNS = _float64([[-2.0, 3.0], [0.5, -0.25]])


@public_check("relu_forward")
def _relu_out(function: Function) -> None:
    """negative entries become zero, the others stay; the cache is x"""
    x = SIGNS.clone()
    out, cache = compare.several(function(x), "out, cache")
    compare.close("out", out, _float64([[0.0, 3.0], [0.5, 0.0]]), 0.0, "max(0, x), entry by entry.")
    compare.unchanged("x", x, SIGNS)
    compare.close("the cache", cache, SIGNS, 0.0, "the backward pass must know where x was positive: keep x itself.")


@public_check("relu_backward")
def _relu_gate(function: Function) -> None:
    """the gradient passes where x was positive, and nowhere else"""
    dout, x = _float64([[5.0, -6.0], [7.0, 8.0]]), SIGNS.clone()
    before = dout.clone()
    help_line = "where x is positive dx is dout, elsewhere it is 0: the sign of dout itself plays no part."
    compare.close("dx", function(dout, x), _float64([[0.0, -6.0], [7.0, 0.0]]), 0.0, help_line)
    _unchanged(("dout", "the cache"), (dout, x), (before, SIGNS))


# ---- the softmax loss ------------------------------------------------------------------------------------------------

LABELS = torch.tensor([0, 2])


@public_check("softmax_loss")
def _softmax_equal(function: Function) -> None:
    """equal scores: a loss of log C, and a gradient that can be worked out by hand"""
    x = torch.zeros(2, 4, dtype=torch.float64)
    loss, dx = compare.several(function(x, LABELS.clone()), "loss, dx")
    help_line = "each class gets 1/4; the loss is the mean of -log of the true class's share, log 4."
    if isinstance(loss, Tensor) and loss.dim() == 0 and abs(float(loss) - 2.772588722) < 1e-6:
        help_line = "this is the sum over the rows: their mean is asked for."
    compare.close("loss", loss, _float64(1.3862943611), ATOL, help_line)
    expected = _float64([[-0.375, 0.125, 0.125, 0.125], [0.125, 0.125, -0.375, 0.125]])
    help_line = "the shares, less 1 at the true class, over the number of rows."
    if isinstance(dx, Tensor) and dx.shape == (2, 4) and torch.allclose(dx.double(), 2 * expected):
        help_line = "this is the gradient of the sum over the rows: the loss is their mean."
    compare.close("dx", dx, expected, ATOL, help_line)
    compare.unchanged("x", x, torch.zeros(2, 4, dtype=torch.float64))


@public_check("softmax_loss")
def _softmax_slope(function: Function) -> None:
    """dx is the slope of the loss, and each of its rows sums to zero"""
    x = _float64([[1.0, -0.5, 2.0], [0.3, 0.0, -1.0]])
    _, dx = compare.several(function(x.clone(), LABELS.clone()), "loss, dx")
    slopes = _slopes(lambda at: compare.several(function(at, LABELS.clone()), "loss, dx")[0], x)
    compare.close("dx", dx, slopes, 1e-7, "the slope of the loss that you return, along each score, is expected here.")
    compare.close("the sum of each row of dx", dx.sum(dim=1), torch.zeros(2, dtype=torch.float64), ATOL)


@public_check("softmax_loss")
def _softmax_large(function: Function) -> None:
    """scores in the thousands"""
    x = _float64([[1000.0, 1001.0, 999.0], [-3000.0, -3002.0, -3000.0]])
    loss, dx = compare.several(function(x, LABELS.clone()), "loss, dx")
    help_line = why_not_finite(x, loss, dx)
    compare.close("loss", loss, _float64(1.0831148201), 1e-7, help_line)
    if not torch.isfinite(compare.tensor("dx", dx, (2, 3), torch.float64)).all():
        raise AssertionError(f"dx has entries that are not finite.\n{help_line}")


# ---- dropout ---------------------------------------------------------------------------------------------------------


def _seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@public_check("dropout_forward")
def _dropout_train(function: Function) -> None:
    """train mode: a share p is dropped, the rest is divided by 1 - p, and the cache says which"""
    x = torch.full((200, 300), 3.0)
    out, cache = compare.several(function(x, 0.25, "train", _seeded(0)), "out, cache")
    out = compare.tensor("out", out, (200, 300), torch.float32)
    kept = out[out != 0]
    share = 1 - len(kept) / out.numel()
    if not 0.22 < share < 0.28:
        more = " p is the probability that an entry is dropped, not that it is kept." if 0.72 < share < 0.78 else ""
        raise AssertionError(
            f"with p = 0.25, {100 * share:.1f} % of the entries are 0; about 25 % were expected.{more}"
        )
    help_line = "what is kept is divided by 1 - p, so that the mean stays what it was."
    compare.close("the entries that were kept (x is 3 everywhere)", kept, torch.full_like(kept, 4.0), 1e-5, help_line)
    compare.close("the cache times x", x * compare.tensor("the cache", cache, (200, 300), torch.float32), out, 1e-5)
    compare.unchanged("x", x, torch.full((200, 300), 3.0))


@public_check("dropout_forward")
def _dropout_generator(function: Function) -> None:
    """the draws come from the generator: the same seed, the same mask"""
    x = torch.ones(40, 50)
    one, same, other = (
        compare.several(function(x, 0.5, "train", _seeded(seed)), "out, cache")[0] for seed in (1, 1, 2)
    )
    if not torch.equal(one, same):
        raise AssertionError(
            "two generators with the same seed drop different entries.\nhand the generator to the function that draws: "
            "generator=generator."
        )
    if torch.equal(one, other):
        raise AssertionError("generators with different seeds drop the same entries.\ndo not set a seed yourself.")
    generator = _seeded(1)
    first, second = (compare.several(function(x, 0.5, "train", generator), "out, cache")[0] for _ in range(2))
    if torch.equal(first, second):
        raise AssertionError(
            "two calls with one generator drop the same entries.\ndraw from it, and do not seed it anew."
        )


@public_check("dropout_forward")
def _dropout_test(function: Function) -> None:
    """test mode lets everything through, and another mode is refused"""
    x = _float64([[1.0, -2.0], [3.0, 0.0]])
    out, cache = compare.several(function(x, 0.5, "test"), "out, cache")
    compare.close("out in test mode", out, x, 0.0, "at test time nothing is dropped and nothing is scaled.")
    compare.close("the cache in test mode", cache, torch.ones_like(x), 0.0)
    _refused(lambda: function(x, 0.5, "eval"))


def _refused(call: Callable[[], Any]) -> None:
    try:
        call()
    except ValueError:
        return
    raise AssertionError("the mode 'eval' was taken without a word; it should raise a ValueError.")


@public_check("dropout_forward")
def _dropout_small(function: Function) -> None:
    """eight numbers, p = 0.75: each becomes 0 or four times itself, and the cache says which"""
    x = _float64([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0])
    out, cache = compare.several(function(x.clone(), 0.75, "train", _seeded(0)), "out, cache")
    factor = 4 * (compare.tensor("out", out, (8,), torch.float64) != 0).double()
    compare.close("out", out, x * factor, ATOL, "what is kept is divided by 1 - p, a quarter.")
    compare.close("the cache", cache, factor, ATOL, "the cache is the factor of each entry: 0, or 1 / (1 - p).")


@public_check("dropout_backward")
def _dropout_gradient(function: Function) -> None:
    """the gradient goes through the same factors"""
    dout, factor = _float64([[1.0, -2.0], [3.0, 4.0]]), _float64([[0.0, 2.0], [2.0, 0.0]])
    before = (dout.clone(), factor.clone())
    expected = _float64([[0.0, -4.0], [6.0, 0.0]])
    compare.close("dx", function(dout, factor), expected, ATOL, "each entry times its factor, and no new draws.")
    _unchanged(("dout", "the cache"), (dout, factor), before)


# ---- batch normalization ---------------------------------------------------------------------------------------------

COLUMNS = _float64([[0.0, 10.0], [2.0, 10.0], [4.0, 40.0]])  # means 2 and 20, biased variances 8/3 and 200


def _running() -> dict[str, Tensor]:
    return {"mean": _float64([1.0, -1.0]), "var": _float64([4.0, 9.0])}


@public_check("batchnorm_forward")
def _batchnorm_train(function: Function) -> None:
    """train mode: mean beta and standard deviation gamma in each column"""
    x, gamma, beta = COLUMNS.clone(), _float64([1.0, 3.0]), _float64([0.0, 5.0])
    out, _ = compare.several(function(x, gamma, beta, _running(), "train", 0.9, 0.0), "out, cache")
    expected = _float64([[-1.2247448714, 2.8786796564], [0.0, 2.8786796564], [1.2247448714, 9.2426406871]])
    help_line = "less the column's mean, over the root of its variance, times gamma, plus beta."
    if (
        isinstance(out, Tensor)
        and out.shape == (3, 2)
        and torch.allclose(out[:, 0].double(), _float64([-1.0, 0.0, 1.0]))
    ):
        help_line = "this variance is divided by N - 1: the biased one, divided by N, is asked for."
    compare.close("out (eps = 0)", out, expected, ATOL, help_line)
    _unchanged(("x", "gamma", "beta"), (x, gamma, beta), (COLUMNS, _float64([1.0, 3.0]), _float64([0.0, 5.0])))


@public_check("batchnorm_forward")
def _batchnorm_eps(function: Function) -> None:
    """eps stands inside the root; the cache is (x_hat, gamma, std)"""
    gamma, beta = _float64([2.0, 2.0]), torch.zeros(2, dtype=torch.float64)
    _, cache = compare.several(function(COLUMNS.clone(), gamma, beta, _running(), "train", 0.9, 25.0), "out, cache")
    x_hat, same_gamma, std = _cache(cache, "x_hat, gamma, std")
    compare.close("std in the cache (eps = 25)", std, _float64([5.2599112793, 15.0]), ATOL, "the root of var + eps.")
    centred = _float64([[-2.0, -10.0], [0.0, -10.0], [2.0, 20.0]])
    compare.close("x_hat in the cache", x_hat, centred / _float64([5.2599112793, 15.0]), 1e-7, "before gamma and beta.")
    compare.close("gamma in the cache", same_gamma, gamma, 0.0)


@public_check("batchnorm_forward")
def _batchnorm_running(function: Function) -> None:
    """the running statistics: nine parts old, one part new; test mode uses them and leaves them alone"""
    running, gamma, beta = _running(), torch.ones(2, dtype=torch.float64), torch.zeros(2, dtype=torch.float64)
    function(COLUMNS.clone(), gamma, beta, running)
    help_line = "momentum * the old + (1 - momentum) * the batch's, and the variance is the biased one here too."
    compare.close('running["mean"] after a batch', running["mean"], _float64([1.1, 1.1]), ATOL, help_line)
    compare.close('running["var"] after a batch', running["var"], _float64([3.8666666667, 28.1]), ATOL, help_line)
    running = _running()
    out, _ = compare.several(function(COLUMNS.clone(), gamma, beta, running, "test", 0.9, 0.0), "out, cache")
    expected = _float64([[-0.5, 3.6666666667], [0.5, 3.6666666667], [1.5, 13.6666666667]])
    compare.close(
        "out in test mode", out, expected, ATOL, "in test mode the running mean and variance take the batch's place."
    )
    for name, before in _running().items():
        compare.close(f'running["{name}"] after test mode', running[name], before, 0.0, "test mode learns nothing.")
    _refused(lambda: function(COLUMNS.clone(), gamma, beta, _running(), "eval"))


@public_check("batchnorm_backward")
def _batchnorm_sums(function: Function) -> None:
    """dgamma and dbeta, worked out by hand"""
    x_hat = _float64([[-1.0, 1.0], [0.0, 1.0], [1.0, -2.0]])
    dout, gamma, std = _float64([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), _float64([2.0, 1.0]), _float64([1.0, 2.0])
    cache = (x_hat.clone(), gamma.clone(), std.clone())
    _, dgamma, dbeta = compare.several(function(dout, cache), "dx, dgamma, dbeta")
    compare.close(
        "dgamma", dgamma, _float64([4.0, -6.0]), ATOL, "gamma is multiplied with x_hat, in every row of its column."
    )
    compare.close("dbeta", dbeta, _float64([9.0, 12.0]), ATOL, "beta is added in every row of its column.")
    _unchanged(("x_hat", "gamma", "std"), cache, (x_hat, gamma, std))


@public_check("batchnorm_backward")
def _batchnorm_slope(function: Function) -> None:
    """dx is the slope of normalizing, and neither shifts a column nor stretches it"""
    gamma, dout = _float64([1.5, -0.5]), _float64([[1.0, 0.2], [-0.4, 2.0], [0.3, -1.0]])

    def x_hat_of(x: Tensor) -> Tensor:
        return (x - x.mean(dim=0)) / x.std(dim=0, correction=0)

    cache = (x_hat_of(COLUMNS), gamma, COLUMNS.std(dim=0, correction=0))
    dx, _, _ = compare.several(function(dout, cache), "dx, dgamma, dbeta")
    slopes = _slopes(lambda at: (dout * gamma * x_hat_of(at)).sum(), COLUMNS)
    help_line = "every entry of a column moves its mean and its variance, and through them all the others."
    compare.close("dx", dx, slopes, 1e-7, help_line)


# ---- the network -----------------------------------------------------------------------------------------------------


def _network(TwoLayerNet: Function, **options: Any) -> Any:
    net = TwoLayerNet(4, 5, 3, dtype=torch.float64, generator=_seeded(3), **options)
    for i, name in enumerate(sorted(net.params)):
        shape = net.params[name].shape
        net.params[name] = torch.randn(shape, generator=_seeded(10 + i), dtype=torch.float64)
    return net


def _batch() -> tuple[Tensor, Tensor]:
    return torch.randn(6, 4, generator=_seeded(4), dtype=torch.float64), torch.tensor([0, 2, 1, 1, 0, 2])


@public_check("TwoLayerNet")
def _net_params(TwoLayerNet: Function) -> None:
    """a new network: shapes, small random weights, zeros and ones"""
    net = TwoLayerNet(40, 50, 30, weight_scale=0.1, batchnorm=True, generator=_seeded(0))
    shapes = {"W1": (40, 50), "b1": (50,), "W2": (50, 30), "b2": (30,), "gamma1": (50,), "beta1": (50,)}
    if set(net.params) != set(shapes):
        raise AssertionError(
            f"params should have the keys {', '.join(shapes)}, but has {', '.join(map(str, net.params))}."
        )
    for name, shape in shapes.items():
        value = compare.tensor(f'params["{name}"]', net.params[name], shape, torch.float32)
        if not name.startswith("W"):
            compare.close(f'params["{name}"]', value, torch.full(shape, float(name == "gamma1")), 0.0)
        elif not 0.09 < float(value.std()) < 0.11 or abs(float(value.mean())) > 0.02:
            raise AssertionError(
                f'params["{name}"] has mean {value.mean():.3g} and standard deviation {value.std():.3g}; with '
                "weight_scale = 0.1 they should be about 0 and 0.1.\nweight_scale times standard normal numbers."
            )
    same = TwoLayerNet(40, 50, 30, weight_scale=0.1, batchnorm=True, generator=_seeded(0))
    for name in ("W1", "W2"):
        compare.close(
            f'params["{name}"] from the same seed', same.params[name], net.params[name], 0.0, "draw from generator."
        )
    if len(TwoLayerNet(4, 5, 3).params) != 4:
        raise AssertionError("without batchnorm, params should have four entries: W1, b1, W2, b2.")


def _check_gradients(net: Any, again: Callable[[], Any]) -> None:
    """The gradients are the slopes of the loss that the network itself returns."""
    X, y = _batch()
    loss, grads = compare.several(net.loss(X, y), "loss, grads")
    help_line = "a network made anew with a generator of the same seed drops the same units: draw from the generator."
    compare.close(
        "the loss of the same network made anew", again().loss(X, y)[0], compare.number("loss", loss), 1e-9, help_line
    )
    if set(grads) != set(net.params):
        raise AssertionError(
            f"grads should have the keys of params, {', '.join(net.params)}, but has {', '.join(grads)}."
        )
    for name in net.params:

        def moved(at: Tensor, name: str = name) -> Tensor:
            other = again()
            other.params[name] = at
            value: Tensor = other.loss(X, y)[0]
            return value

        slopes = _slopes(moved, net.params[name])
        help_line = "the slope of the loss that your network returns, along each entry, is expected here."
        compare.close(f'grads["{name}"]', grads[name], slopes, 1e-6, help_line)


@public_check("TwoLayerNet")
def _net_loss(TwoLayerNet: Function) -> None:
    """the loss, and the penalty of the weights"""
    X, y = _batch()
    plain, penalized = (_network(TwoLayerNet, reg=reg).loss(X, y)[0] for reg in (0.0, 0.5))
    net = _network(TwoLayerNet)
    hidden = torch.relu(X @ net.params["W1"] + net.params["b1"])
    expected = torch.nn.functional.cross_entropy(hidden @ net.params["W2"] + net.params["b2"], y)
    compare.close("the loss without a penalty", plain, expected, 1e-9, "linear, relu, linear, softmax loss.")
    squares = sum(float(net.params[name].square().sum()) for name in ("W1", "W2"))
    help_line = "reg * (the sum of squares of W1 + that of W2), without a factor 1/2, biases left out."
    compare.close("what reg = 0.5 adds to the loss", penalized - plain, _float64(0.5 * squares), 1e-9, help_line)


@public_check("TwoLayerNet")
def _net_gradients(TwoLayerNet: Function) -> None:
    """every gradient is the slope of the loss, with a penalty"""
    _check_gradients(_network(TwoLayerNet, reg=0.3), lambda: _network(TwoLayerNet, reg=0.3))


@public_check("TwoLayerNet")
def _net_gradients_with_everything(TwoLayerNet: Function) -> None:
    """the same with batch norm and dropout, the same units dropped"""
    options = {"batchnorm": True, "dropout": 0.4}
    _check_gradients(_network(TwoLayerNet, **options), lambda: _network(TwoLayerNet, **options))


@public_check("TwoLayerNet")
def _net_small(TwoLayerNet: Function) -> None:
    """one number, one hidden unit and two classes, to follow with a pencil"""
    net = TwoLayerNet(1, 1, 2, reg=0.25, dtype=torch.float64)
    params: dict[str, list[Any]] = {"W1": [[1.0]], "b1": [0.0], "W2": [[1.0, -1.0]], "b2": [-2.0, 2.0]}
    net.params.update({name: _float64(value) for name, value in params.items()})
    given = ", ".join(f"{name} = {pencil.shown(value)}" for name, value in params.items())
    loss, grads = compare.several(net.loss(_float64([[2.0]]), torch.tensor([0])), "loss, grads")
    help_line = "the hidden unit is 2, both scores are 0: log 2, and 0.25 times 1 + 2."
    compare.close(f"the loss for {given},", loss, _float64(1.4431471806), ATOL, help_line)
    right: dict[str, list[Any]] = {"b2": [-0.5, 0.5], "W2": [[-0.5, 0.5]], "b1": [-1.0], "W1": [[-1.5]]}
    for name, value in right.items():
        compare.close(f'grads["{name}"] for {given},', grads.get(name), _float64(value), ATOL)


@public_check("TwoLayerNet")
def _net_predict(TwoLayerNet: Function) -> None:
    """predict drops nothing and gives classes"""
    X, _ = _batch()
    net = _network(TwoLayerNet, dropout=0.5)
    hidden = torch.relu(X @ net.params["W1"] + net.params["b1"])
    expected = (hidden @ net.params["W2"] + net.params["b2"]).argmax(dim=1)
    got = compare.tensor("the classes", net.predict(X), (6,), torch.int64)
    compare.close(
        "the classes", got, expected, 0.0, "in test mode: nothing is dropped; the class of the highest score."
    )
