"""The mathematics of Project 1's page, in a real Chromium, against the reference; and what kind of page it is."""

from __future__ import annotations

import builtins
import html
import json
import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from selenium import webdriver
from selenium.webdriver.common.by import By
from torch import Tensor

import project1
from autograder.checks.reference import load_reference
from project1.playground import PAGE
from tests.assignments import LINEAR_CLASSIFIER, OPTIMIZERS
from tests.browser import CONTRAST, chromium, needs_chromium, resize, scheme, show

LOSS, STEP = load_reference(LINEAR_CLASSIFIER), load_reference(OPTIMIZERS)
LOSSES = ("ww", "ova", "structured", "softmax")
LINE = 1e-9
NAMES = {"momentum": "sgd_momentum", "nesterov": "nesterov_momentum"}
FIRST_ORDER = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw")
LECTURE = {
    "points": [
        *([0.5, 0.4, 0], [0.8, 0.3, 0], [0.3, 0.8, 0], [-0.4, 0.3, 1], [-0.3, 0.7, 1]),
        *([-0.7, 0.2, 1], [0.7, -0.4, 2], [0.5, -0.6, 2], [-0.4, -0.5, 2]),
    ],
    "W": [[2.06, 1.48], [0.44, -1.82], [2.27, -2.04]],
    "b": [-0.42, 0.52, -0.10],
    "loss": "ww",
    "l1": 0,
    "l2": 0.1,
    "optimizer": "sgd",
    "hyper": {},
    "memory": {},
}


def random_state(seed: int, loss: str | None = None) -> dict[str, Any]:
    """Two to six classes, one to twelve points, weights of order 1 and both regularizations."""
    chance = torch.Generator().manual_seed(seed)

    def normal(*shape: int) -> list[Any]:
        return torch.randn(*shape, dtype=torch.float64, generator=chance).tolist()

    classes, number = int(torch.randint(2, 7, (), generator=chance)), int(torch.randint(1, 13, (), generator=chance))
    labels = torch.randint(classes, (number,), generator=chance).tolist()
    strengths = torch.rand(2, dtype=torch.float64, generator=chance) / 2
    return {
        **LECTURE,
        "points": [[*at, label] for at, label in zip(normal(number, 2), labels, strict=True)],
        "W": normal(classes, 2),
        "b": normal(classes),
        "loss": loss or LOSSES[seed % 4],
        "l1": strengths[0].item(),
        "l2": strengths[1].item(),
    }


def flat(state: dict[str, Any]) -> Tensor:
    """W and b as one vector: w0, w1, b, class by class."""
    return torch.cat(
        [torch.tensor(state[name], dtype=torch.float64).reshape(-1, k) for name, k in (("W", 2), ("b", 1))], 1
    ).flatten()


def data_losses(state: dict[str, Any], w: Tensor) -> Tensor:
    """The loss of each point: the reference's for the losses of the project, written out for the other two."""
    X = torch.tensor([[x0, x1, 1.0] for x0, x1, _ in state["points"]], dtype=torch.float64)
    y = torch.tensor([label for *_, label in state["points"]])
    W = w.reshape(-1, 3).T
    if state["loss"] in ("ww", "softmax"):
        of = LOSS.svm_loss_vectorized if state["loss"] == "ww" else LOSS.softmax_loss_vectorized
        return torch.stack([of(W, X[i : i + 1], y[i : i + 1], 0.0)[0] for i in range(len(y))])
    s, true = X @ W, torch.nn.functional.one_hot(y, W.shape[1]).bool()
    if state["loss"] == "ova":
        return torch.where(true, 1 - s, 1 + s).clamp(min=0).sum(dim=1)
    return (1 + s.masked_fill(true, -math.inf).amax(dim=1) - s[true]).clamp(min=0)


def total(state: dict[str, Any], w: Tensor) -> Tensor:
    weights = w.reshape(-1, 3)[:, :2]
    penalty = LOSS.l2_regularization(weights, state["l2"])[0] + LOSS.l1_regularization(weights, state["l1"])[0]
    return data_losses(state, w).mean() + penalty


def slope(state: dict[str, Any], w: Tensor) -> Tensor:
    """The gradient: the reference's own where there is one, PyTorch's for the other two losses."""
    if state["loss"] not in ("ww", "softmax"):
        return torch.autograd.functional.jacobian(lambda v: total(state, v), w)
    X = torch.tensor([[x0, x1, 1.0] for x0, x1, _ in state["points"]], dtype=torch.float64)
    y = torch.tensor([label for *_, label in state["points"]])
    of = LOSS.svm_loss_naive if state["loss"] == "ww" else LOSS.softmax_loss_naive
    found = of(w.reshape(-1, 3).T, X, y, 0.0)[1].T.clone()
    for penalty, strength in ((LOSS.l2_regularization, state["l2"]), (LOSS.l1_regularization, state["l1"])):
        found[:, :2] += penalty(w.reshape(-1, 3)[:, :2], strength)[1]
    return found.flatten()


def error(found: Any, expected: Any) -> float:
    """The largest difference, relative to the largest number."""
    one, other = (torch.as_tensor(values, dtype=torch.float64).flatten() for values in (found, expected))
    assert one.shape == other.shape and bool(one.isfinite().all())
    return float((one - other).abs().max() / (one.abs() + other.abs()).max().clamp(min=1e-300))


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    with chromium() as driver:
        show(driver, PAGE)
        yield driver


def ask(browser: webdriver.Chrome, expression: str, *arguments: Any) -> Any:
    """What M answers; numbers travel as text with all their digits."""
    return json.loads(browser.execute_script(f"return JSON.stringify({expression})", *arguments))


@needs_chromium
@pytest.mark.parametrize("seed", range(50))
def test_losses_and_gradients_are_the_references(browser: webdriver.Chrome, seed: int) -> None:
    state = random_state(seed)
    w = flat(state)
    said = ask(browser, "M.loss(arguments[0])", state)
    assert error(said["perPoint"], data_losses(state, w)) < LINE
    assert error(said["data"], data_losses(state, w).mean()) < LINE
    assert error(said["total"], total(state, w)) < LINE
    assert error(said["data"] + said["reg"], said["total"]) < LINE
    gradient, expected = ask(browser, "M.gradient(arguments[0])", state), slope(state, w)
    assert error(gradient["flat"], expected) < LINE
    assert error(gradient["dW"], expected.reshape(-1, 3)[:, :2]) < LINE
    assert error(gradient["db"], expected.reshape(-1, 3)[:, 2]) < LINE
    scores = torch.tensor([[x0, x1, 1.0] for x0, x1, _ in state["points"]], dtype=torch.float64) @ w.reshape(-1, 3).T
    assert error(ask(browser, "M.scores(arguments[0])", state), scores) < LINE
    assert ask(browser, "M.predict(arguments[0])", state) == scores.argmax(dim=1).tolist()


@needs_chromium
@pytest.mark.parametrize("seed", range(50))
def test_the_numeric_gradient_is_the_references_and_agrees_with_the_analytic_one(
    browser: webdriver.Chrome, seed: int
) -> None:
    state = random_state(seed)
    wide = ask(browser, "M.numericGradient(arguments[0], 1e-3).flat", state)
    assert error(wide, LOSS.numeric_gradient(lambda v: total(state, v), flat(state), 1e-3)) < LINE
    assert error(ask(browser, "M.numericGradient(arguments[0]).flat", state), slope(state, flat(state))) < 1e-8
    forward = "M.numericGradient(arguments[0], 1e-3, 'one_sided').flat"
    step = 1e-3 * torch.eye(len(flat(state)), dtype=torch.float64)
    expected = torch.stack([(total(state, flat(state) + one) - total(state, flat(state))) / 1e-3 for one in step])
    assert error(ask(browser, forward, state), expected) < LINE


@needs_chromium
@pytest.mark.parametrize("scale", [1e3, 1e6])
def test_large_scores_overflow_nothing(browser: webdriver.Chrome, scale: float) -> None:
    state = random_state(3, "softmax")
    state |= {"W": [[scale * v for v in row] for row in state["W"]]}
    assert error(ask(browser, "M.loss(arguments[0]).perPoint", state), data_losses(state, flat(state))) < LINE
    assert error(ask(browser, "M.gradient(arguments[0]).flat", state), slope(state, flat(state))) < LINE


def steps_of(browser: webdriver.Chrome, state: dict[str, Any], number: int) -> list[list[float]]:
    """Where the page's optimizer goes from a state."""
    code = """((s, number) => { const seen = [];
        for (let i = 0; i < number; i++) { s = M.step(s); seen.push(M.flat(s)); }
        return seen; })(arguments[0], arguments[1])"""
    return ask(browser, code, state, number)


def hyperparameters(name: str, seed: int) -> dict[str, float]:
    chance = torch.Generator().manual_seed(seed)
    u = torch.rand(5, dtype=torch.float64, generator=chance).tolist()
    rate = {"learning_rate": 0.01 + 0.1 * u[0]}
    return (
        rate
        | {
            "sgd": {},
            "momentum": {"momentum": u[1]},
            "nesterov": {"momentum": u[1]},
            "adagrad": {"epsilon": 0.01 * u[1]},
            "rmsprop": {"decay_rate": u[1], "epsilon": 0.01 * u[2]},
            "adam": {"beta1": u[1], "beta2": u[2], "epsilon": 0.01 * u[3]},
            "adamw": {"beta1": u[1], "beta2": u[2], "epsilon": 0.01 * u[3], "weight_decay": 0.1 * u[4]},
        }[name]
    )


@needs_chromium
@pytest.mark.parametrize("name", FIRST_ORDER)
@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("loss", ["softmax", "ww"])
def test_every_optimizer_takes_the_references_way(browser: webdriver.Chrome, name: str, seed: int, loss: str) -> None:
    """Softmax for twelve steps; the SVM loss, where rounding could decide a kink, for three."""
    hyper = hyperparameters(name, seed) if seed else {}
    state = random_state(100 + seed, loss) | {"optimizer": name, "hyper": hyper}
    number = 12 if loss == "softmax" else 3
    w, config = flat(state), dict(hyper)
    for found in steps_of(browser, state, number):
        w, config = getattr(STEP, NAMES.get(name, name))(w.clone(), slope(state, w), config)
        assert error(found, w) < LINE


@needs_chromium
@pytest.mark.parametrize("name", FIRST_ORDER)
def test_the_defaults_are_the_projects(browser: webdriver.Chrome, name: str) -> None:
    one = torch.ones(2, dtype=torch.float64)
    _, config = getattr(STEP, NAMES.get(name, name))(one.clone(), one, None)
    expected = {key: value for key, value in config.items() if isinstance(value, float)}
    said = ask(browser, "M.defaults(arguments[0])", name)
    extra = {"schedule": "fixed", "schedule_steps": 280} if name == "adamw" else {}
    assert said == expected | extra


SCHEDULES: dict[str, Callable[[int], float]] = {
    "fixed": lambda _t: 1.0,
    "decay": lambda t: 0.985**t,
    "half_cosine": lambda t: 0.5 * (1 + math.cos(math.pi * min(t, 14) / 14)),
    "warm_restarts": lambda t: next(
        (
            0.5 * (1 + math.cos(math.pi * (t - start) / length))
            for start, length in ((0, 2), (2, 4), (6, 8))
            if start <= t < start + length
        ),
        0.0,
    ),
}


@needs_chromium
@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_of_adamw_scales_its_steps(browser: webdriver.Chrome, name: str) -> None:
    hyper = {"learning_rate": 0.05, "weight_decay": 0.01, "schedule_multiplier": 0.5}
    more = {"schedule": name, "schedule_steps": 14}
    state = random_state(7, "softmax") | {"optimizer": "adamw", "hyper": hyper | more}
    w, config = flat(state), dict(hyper)
    for t, found in enumerate(steps_of(browser, state, 16)):
        config["schedule_multiplier"] = 0.5 * SCHEDULES[name](t)
        w, config = STEP.adamw(w.clone(), slope(state, w), config)
        assert error(found, w) < LINE


@needs_chromium
@pytest.mark.parametrize("seed", range(8))
def test_newtons_step_is_the_references(browser: webdriver.Chrome, seed: int) -> None:
    state = random_state(200 + seed, "softmax") | {"optimizer": "newton", "hyper": {"damping": 0.01}, "l1": 0}
    w = flat(state)
    X = torch.tensor([[x0, x1, 1.0] for x0, x1, _ in state["points"]], dtype=torch.float64)
    y = torch.tensor([label for *_, label in state["points"]])

    def by_torch(v: Tensor) -> Tensor:
        W = v.reshape(-1, 3)
        return torch.nn.functional.cross_entropy(X @ W.T, y) + state["l2"] * (W[:, :2] ** 2).sum()

    hessian = torch.autograd.functional.hessian(by_torch, w)
    assert error(ask(browser, "M.hessian(arguments[0])", state), hessian) < LINE
    damped = hessian + 0.01 * torch.eye(len(w), dtype=torch.float64)
    assert error(steps_of(browser, state, 1)[0], STEP.newton_step(w, slope(state, w), damped)) < LINE


@needs_chromium
def test_where_newtons_step_does_not_exist_the_page_says_so(browser: webdriver.Chrome) -> None:
    state = random_state(1, "softmax") | {"optimizer": "newton", "hyper": {"damping": 0}, "l2": 0}
    code = "try { M.step(arguments[0]); return ''; } catch (error) { return error.message; }"
    assert "the Hessian is singular" in browser.execute_script(code, state)


@needs_chromium
@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("name", ["bfgs", "lbfgs"])
def test_bfgs_and_lbfgs_take_the_references_way(browser: webdriver.Chrome, name: str, seed: int) -> None:
    state = random_state(300 + seed, "softmax") | {"l1": 0, "l2": 0.05, "optimizer": name}
    state |= {"hyper": {"learning_rate": 0.8, "first_step": 0.2, **({"pairs": 3} if name == "lbfgs" else {})}}
    w, steps, changes, before = flat(state), [], [], None
    H = torch.eye(len(w), dtype=torch.float64)
    for found in steps_of(browser, state, 8):
        g = slope(state, w)
        if before is not None:
            s, y = w - before[0], g - before[1]
            steps, changes = [*steps, s], [*changes, y]
            H = STEP.bfgs_update((s @ y) / (y @ y) * H if len(steps) == 1 else H, s, y)
        before = (w, g)
        by_matrix = -H @ g
        by_pairs = STEP.lbfgs_direction(g, steps[-3:], changes[-3:])
        w = w + 0.8 * ((by_matrix if name == "bfgs" else by_pairs) if steps else -0.2 * g)
        assert error(found, w) < LINE


@needs_chromium
def test_a_surface_shows_the_loss_where_it_says(browser: webdriver.Chrome) -> None:
    state = random_state(12)
    w = flat(state)
    path = [w.tolist(), *steps_of(browser, state, 2)]
    for kind in ("path", "weights", "random"):
        u, v = ask(browser, "M.directions(arguments[0], arguments[1], arguments[2], [0, 4], 5)", state, path, kind)
        pair = torch.tensor([u, v], dtype=torch.float64)
        assert error(pair @ pair.T, torch.eye(2)) < 1e-12
        rows = ask(browser, "M.surface(arguments[0], [arguments[1], arguments[2]], [0.3, -0.2], 1.5, 5)", state, u, v)
        for r, c in ((0, 0), (2, 2), (1, 3), (4, 0)):
            a, b = 0.3 + 1.5 * (c / 2 - 1), -0.2 - 1.5 * (r / 2 - 1)
            assert error(rows[r][c], total(state, w + a * pair[0] + b * pair[1])) < LINE
        if kind == "path":  # three points lie in a plane: nothing of the path is lost
            for point in path:
                off = torch.tensor(point, dtype=torch.float64) - w
                assert error(off @ pair.T @ pair + w, point) < LINE


@needs_chromium
def test_the_lectures_numbers_come_out(browser: webdriver.Chrome) -> None:
    show(browser, PAGE)
    browser.find_element(By.ID, "preset-lecture").click()

    def read(name: str) -> float:
        return float(browser.find_element(By.ID, name).get_attribute("textContent"))

    losses = [0.02, 0.44, 0.00, 0.39, 1.87, 0.00, 0.25, 0.57, 2.24]
    assert [read(f"loss-{i}") for i in range(9)] == pytest.approx(losses, abs=0.021)
    shown = [read(name) for name in ("data-loss", "reg-loss", "total-loss")]
    assert shown == pytest.approx([0.64, 1.92, 2.57], abs=0.011)
    dW, db = [[0.19, 0.33], [0.25, -0.64], [0.51, -0.16]], [0, 0.11, -0.11]
    for kind in ("analytic", "numeric"):
        found = [read(f"{kind}-{k}") for k in range(9)]
        assert found == pytest.approx([v for row, last in zip(dW, db, strict=True) for v in (*row, last)], abs=0.006)
    said = ask(browser, "M.loss(arguments[0])", LECTURE)
    assert said["total"] == pytest.approx(total(LECTURE, flat(LECTURE)).item(), rel=LINE)


@needs_chromium
def test_the_page_starts_as_the_public_demo_does(browser: webdriver.Chrome) -> None:
    show(browser, PAGE)
    start = ask(browser, "Share.decode('#' + document.getElementById('link').value.split('#')[1]).state")
    assert (start["W"], start["b"]) == ([[1, 2], [2, -4], [3, -1]], [0, 0.5, -0.5])
    assert (start["loss"], start["l2"], start["optimizer"], start["hyper"]) == (
        "ww",
        0.1,
        "sgd",
        {"learning_rate": 0.1},
    )


# --- what kind of page it is ---


def test_it_is_one_file_that_asks_for_nothing_and_may_not() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:" in page
    loaded = re.findall(r"""(?:src|href|url|import|fetch|XMLHttpRequest|WebSocket)\s*[=(:]\s*["']?([^"'\s>)]+)""", page)
    assert [address for address in loaded if not address.startswith("data:")] == []
    assert re.findall(r"https?:(?!//www\.w3\.org/2000/svg)", page) == []


@needs_chromium
def test_it_works_without_network_and_without_errors(browser: webdriver.Chrome) -> None:
    browser.get_log("browser")
    show(browser, PAGE)
    for name in ("preset-corners", "update", "preset-middle", "update", "add-class", "update"):
        browser.find_element(By.ID, name).click()
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert browser.get_log("browser") == []


@needs_chromium
def test_what_would_reach_the_network_is_refused(browser: webdriver.Chrome) -> None:
    show(browser, PAGE)
    code = """const done = arguments[0];
        document.addEventListener('securitypolicyviolation', e => done(e.effectiveDirective));
        new Image().src = 'http://127.0.0.1:9/x.png';"""
    assert browser.execute_async_script(code) == "img-src"
    browser.get_log("browser")


@needs_chromium
@pytest.mark.parametrize("width", [1400, 900, 390])
@pytest.mark.parametrize("classes", [3, 6])
def test_it_fits_its_window(browser: webdriver.Chrome, width: int, classes: int) -> None:
    resize(browser, width)
    show(browser, PAGE)
    browser.execute_script(
        "for (let i = 3; i < arguments[0]; i++) document.getElementById('add-class').click()", classes
    )
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    beyond = """return [...document.querySelectorAll('.card, .card *:not(svg *)')].filter(e => {
        const r = e.getBoundingClientRect();
        return r.width && !e.closest('.scroll') && (r.left < 0 || r.right > innerWidth + .5);
    }).map(e => e.tagName + '#' + e.id)"""
    assert browser.execute_script(beyond) == []
    cut = "return [...document.querySelectorAll('.cell input')].filter(e => e.scrollWidth > e.clientWidth).length"
    assert browser.execute_script(cut) == 0


@needs_chromium
@pytest.mark.parametrize("name", ["light", "dark"])
def test_every_text_stands_out_by_day_and_by_night(browser: webdriver.Chrome, name: str) -> None:
    scheme(browser, name)
    resize(browser, 1400)
    show(browser, PAGE)
    assert browser.execute_script(CONTRAST) == []
    browser.execute_script("document.getElementById('hyper-learning_rate').focus()")
    browser.switch_to.active_element.send_keys("x-")
    assert browser.find_element(By.ID, "message").is_displayed()
    assert browser.execute_script(CONTRAST) == []
    scheme(browser, "light")


# --- in a notebook ---


@needs_chromium
def test_in_a_notebook_the_whole_page_stands_under_the_cell(browser: webdriver.Chrome, tmp_path: Path) -> None:
    resize(browser, 900)
    page = tmp_path / "cell.html"
    page.write_text(f"<!doctype html><meta charset=utf-8><body>{project1.demo().data}</body>", encoding="utf-8")
    browser.get_log("browser")
    show(browser, page)
    frame = browser.find_element(By.TAG_NAME, "iframe")
    assert html.unescape(frame.get_attribute("srcdoc")) == PAGE.read_text(encoding="utf-8")
    browser.switch_to.frame(frame)
    try:
        browser.find_element(By.ID, "update").click()
        assert "1 update" in browser.find_element(By.ID, "steps").text
        assert browser.find_element(By.ID, "link").get_attribute("value").startswith("#v=1&loss=ww")
        assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    finally:
        browser.switch_to.default_content()
    assert browser.get_log("browser") == []


def test_where_there_is_no_ipython_it_says_where_the_page_lies(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.partition(".")[0] == "IPython":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    assert project1.demo() is None
    assert capsys.readouterr().out == f"open this page in a browser: {PAGE}\n"
