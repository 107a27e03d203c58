"""What the public checks, the landscapes and the pictures of the optimizers part promise a student."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
import torch
from IPython.core.formatters import format_display_data
from matplotlib.colors import to_rgb
from PIL import Image
from torch import Tensor

from autograder.checks.reference import load_reference
from project1 import checks, landscapes, plots
from tests.assignments import OPTIMIZERS

NAMES = tuple(function.name for function in OPTIMIZERS.functions)
Step = tuple[Tensor, dict[str, Any]]


def failures(name: str, function: Callable[..., Any]) -> list[str]:
    return [result.message for result in checks.run(name, {name: function}) if not result.passed]


def test_every_graded_function_has_public_checks_in_the_order_of_the_notebook() -> None:
    assert tuple(name for name in checks.names() if name in NAMES) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_reference_passes_its_public_checks(name: str) -> None:
    assert failures(name, load_reference(OPTIMIZERS).functions[name]) == []


@pytest.mark.parametrize("name", NAMES)
def test_an_untouched_stub_is_told_that_it_is_not_implemented(name: str) -> None:
    def stub(*_: Any, **__: Any) -> None:
        raise NotImplementedError(f"{name} is not implemented yet")

    assert set(failures(name, stub)) == {"not implemented yet"}


# Right answers that are written another way


def momentum_as_in_pytorch(w: Tensor, dw: Tensor, config: dict[str, Any] | None = None) -> Step:
    config = {"learning_rate": 1e-2, "momentum": 0.9, **(config or {})}
    config["velocity"] = config["momentum"] * config.get("velocity", 0) + dw
    return w - config["learning_rate"] * config["velocity"], config


def sgd_in_place(w: Tensor, dw: Tensor, config: dict[str, Any] | None = None) -> Step:
    config = config if config is not None else {}
    w -= config.setdefault("learning_rate", 1e-2) * dw
    return w, config


def adam_with_names_of_its_own(w: Tensor, dw: Tensor, config: dict[str, Any] | None = None) -> Step:
    config = dict(config or {})
    first, second, count = config.get("mine", (torch.zeros_like(w), torch.zeros_like(w), 0))
    b1, b2 = config.get("beta1", 0.9), config.get("beta2", 0.999)
    count += 1
    first, second = b1 * first + (1 - b1) * dw, b2 * second + (1 - b2) * dw**2
    config["mine"] = (first, second, count)
    root = (second / (1 - b2**count)).sqrt() + config.get("epsilon", 1e-7)
    return w - config.get("learning_rate", 1e-3) * first / (1 - b1**count) / root, config


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("sgd_momentum", momentum_as_in_pytorch),
        ("sgd", sgd_in_place),
        ("adam", adam_with_names_of_its_own),
    ],
)
def test_a_right_answer_passes_whatever_its_form_and_its_private_state(name: str, function: Callable[..., Any]) -> None:
    assert failures(name, function) == []


# Wrong answers, one or more for each function, and what each is told


def uphill(w: Tensor, dw: Tensor, config: dict[str, Any] | None = None) -> Step:
    return w + 1e-2 * dw, config or {}


def deaf_to_its_config(w: Tensor, dw: Tensor, config: dict[str, Any] | None = None) -> Step:
    return w - 1e-2 * dw, config or {}


def only_the_parameters(w: Tensor, dw: Tensor, config: dict[str, Any] | None = None) -> Tensor:
    return w - 1e-2 * dw


def momentum_that_forgets_its_velocity(w: Tensor, dw: Tensor, config: dict[str, Any] | None = None) -> Step:
    config = {"learning_rate": 1e-2, "momentum": 0.9, **(config or {})}
    v = config["momentum"] * config.get("velocity", 0) - config["learning_rate"] * dw
    return w + v, config


class MomentumInAGlobal:
    """Keeps its velocity outside config, as a global or an attribute would."""

    def __init__(self) -> None:
        self.velocity: Tensor | float = 0.0

    def __call__(self, w: Tensor, dw: Tensor, config: dict[str, Any] | None = None) -> Step:
        config = {"learning_rate": 1e-2, "momentum": 0.9, **(config or {})}
        self.velocity = config["momentum"] * self.velocity - config["learning_rate"] * dw
        return w + self.velocity, config


def nesterov_without_the_look_ahead(w: Tensor, dw: Tensor, config: dict[str, Any] | None = None) -> Step:
    return momentum_as_in_pytorch(w, dw, config)


def adagrad_that_forgets(w: Tensor, dw: Tensor, config: dict[str, Any] | None = None) -> Step:
    config = {"learning_rate": 1e-2, "epsilon": 1e-7, **(config or {})}
    config["grad_squared"] = dw * dw
    return w - config["learning_rate"] * dw / (config["grad_squared"].sqrt() + config["epsilon"]), config


def adagrad_with_epsilon_under_the_root(w: Tensor, dw: Tensor, config: dict[str, Any] | None = None) -> Step:
    config = {"learning_rate": 1e-2, "epsilon": 1e-7, **(config or {})}
    config["grad_squared"] = config.get("grad_squared", 0) + dw * dw
    return w - config["learning_rate"] * dw / (config["grad_squared"] + config["epsilon"]).sqrt(), config


def average_that_builds_on_corrected_values(values: Tensor, beta: float, bias_correction: bool = False) -> Tensor:
    averages, V = [], torch.zeros((), dtype=values.dtype)
    for t, theta in enumerate(values, start=1):
        V = beta * V + (1 - beta) * theta
        V = V / (1 - beta**t) if bias_correction else V
        averages.append(V)
    return torch.stack(averages)


def average_that_starts_at_the_first_value(values: Tensor, beta: float, bias_correction: bool = False) -> Tensor:
    averages = [values[0]]
    for theta in values[1:]:
        averages.append(beta * averages[-1] + (1 - beta) * theta)
    return torch.stack(averages)


def average_in_place(values: Tensor, beta: float, bias_correction: bool = False) -> Tensor:
    result = load_reference(OPTIMIZERS).functions["exponential_moving_average"](values, beta, bias_correction)
    return values.copy_(result)


def rmsprop_that_mixes_up_its_shares(w: Tensor, dw: Tensor, config: dict[str, Any] | None = None) -> Step:
    config = {"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-7, **(config or {})}
    rate = config["decay_rate"]
    config["cache"] = (1 - rate) * config.get("cache", 0) + rate * dw * dw
    return w - config["learning_rate"] * dw / (config["cache"].sqrt() + config["epsilon"]), config


def adam_like(
    *,
    corrected: bool = True,
    late: bool = False,
    under: bool = False,
    early: bool = False,
    l2: bool = False,
    coupled: bool = False,
) -> Callable[..., Step]:
    """Adam or AdamW with one thing wrong."""

    def adam(w: Tensor, dw: Tensor, config: dict[str, Any] | None = None) -> Step:
        config = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, "t": 0, **(config or {})}
        b1, b2, epsilon, rate = (config[key] for key in ("beta1", "beta2", "epsilon", "learning_rate"))
        decay, eta = config.get("weight_decay", 1e-5), config.get("schedule_multiplier", 1.0)
        if l2:
            dw = dw + decay * w
        config["m"] = b1 * config.get("m", 0) + (1 - b1) * dw
        config["v"] = b2 * config.get("v", 0) + (1 - b2) * dw * dw
        t = config["t"] if late else config["t"] + 1
        config["t"] += 1
        m, v = config["m"], config["v"]
        if corrected:
            m, v = m / (1 - b1**t), v / (1 - b2**t)
        if early:
            epsilon = epsilon / (1 - b2**t) ** 0.5
        step = rate * m / ((v + epsilon).sqrt() if under else v.sqrt() + epsilon)
        if coupled:
            step = step + rate * decay * w
        return w - eta * step, config

    return adam


def newton_uphill(w: Tensor, grad: Tensor, hessian: Tensor) -> Tensor:
    return w + torch.linalg.solve(hessian, grad)


def newton_with_the_hessian_itself(w: Tensor, grad: Tensor, hessian: Tensor) -> Tensor:
    return w - hessian @ grad


def recursion(grad: Tensor, steps: list[Tensor], changes: list[Tensor], scale: bool, backwards: bool) -> Tensor:
    pairs = list(zip(steps, changes, strict=True))
    pairs = pairs if backwards else pairs[::-1]
    q, shares = grad.clone(), []
    for s, y in pairs:
        shares.append((s @ q) / (s @ y))
        q = q - shares[-1] * y
    if scale and steps:
        q = q * (steps[-1] @ changes[-1]) / (changes[-1] @ changes[-1])
    for (s, y), share in zip(pairs[::-1], shares[::-1], strict=True):
        q = q + (share - (y @ q) / (s @ y)) * s
    return q


def lbfgs_without_its_scale(grad: Tensor, steps: list[Tensor], grad_changes: list[Tensor]) -> Tensor:
    return -recursion(grad, steps, grad_changes, scale=False, backwards=False)


def lbfgs_with_the_loops_swapped(grad: Tensor, steps: list[Tensor], grad_changes: list[Tensor]) -> Tensor:
    return -recursion(grad, steps, grad_changes, scale=True, backwards=True)


def lbfgs_uphill(grad: Tensor, steps: list[Tensor], grad_changes: list[Tensor]) -> Tensor:
    return recursion(grad, steps, grad_changes, scale=True, backwards=False)


def bfgs_without_its_last_term(H: Tensor, s: Tensor, y: Tensor) -> Tensor:
    bracket = torch.eye(len(s), dtype=H.dtype) - torch.outer(s, y) / (y @ s)
    return bracket @ H @ bracket.T


def bfgs_of_rank_one(H: Tensor, s: Tensor, y: Tensor) -> Tensor:
    rest = s - H @ y
    return H + torch.outer(rest, rest) / (rest @ y)


def lbfgs_that_uses_its_lists_up(grad: Tensor, steps: list[Tensor], grad_changes: list[Tensor]) -> Tensor:
    direction = -recursion(grad, steps, grad_changes, scale=True, backwards=False)
    steps.reverse()
    return direction


WRONG: list[tuple[str, Callable[..., Any], str]] = [
    ("sgd", uphill, r"w after step 1 .*\n.*(uphill|opposite way|against the gradient)"),
    ("sgd", deaf_to_its_config, r'config\["learning_rate"\]'),
    ("sgd", only_the_parameters, r"two values were expected, next_w and config; got a tensor of shape \(2, 2\)"),
    ("sgd", lambda w, dw, config=None: None, r"two values were expected, next_w and config; got None"),
    ("sgd", lambda w, dw, config=None: (w[0], config), r"shape \(2,\); expected \(2, 2\)"),
    ("sgd_momentum", deaf_to_its_config, r"w after step 2 .*\n.*written into config"),
    ("sgd_momentum", momentum_that_forgets_its_velocity, r"w after step 2 .*\n.*is the velocity put back into config"),
    ("sgd_momentum", MomentumInAGlobal(), r"keep state in config only, not in a global"),
    ("nesterov_momentum", nesterov_without_the_look_ahead, r"w after step 1 .*\n.*\(1 \+ momentum\) times as far"),
    ("adagrad", adagrad_that_forgets, r"w after step 2 .*\n.*only the latest gradient is in the divisor"),
    ("adagrad", adagrad_with_epsilon_under_the_root, r"epsilon stands inside the square root"),
    ("exponential_moving_average", average_that_builds_on_corrected_values, r"the corrected average is carried on"),
    (
        "exponential_moving_average",
        average_that_starts_at_the_first_value,
        r"got 40, expected 0\.8.*\n.*starts at the first value",
    ),
    ("exponential_moving_average", average_in_place, r"values, after the call.*\nwrite the averages into a new tensor"),
    ("rmsprop", rmsprop_that_mixes_up_its_shares, r"w after step 1 .*\n.*the two weights of the average are swapped"),
    ("rmsprop", adagrad_with_epsilon_under_the_root, r"w after step 1 "),
    ("adam", adam_like(corrected=False), r"w after step 1 .*\n.*without bias correction, 3\.16 times"),
    ("adam", adam_like(late=True), r"finite .*\n.*is t raised before it is used"),
    ("adam", adam_like(under=True), r"epsilon stands inside the square root"),
    ("adam", adam_like(early=True), r"epsilon is added to the root of the uncorrected second moment"),
    ("adam", deaf_to_its_config, r"each read from config"),
    ("adamw", adam_like(l2=True), r"w after step 1 .*\n.*less weight_decay"),
    ("adamw", adam_like(coupled=True), r"w after step 1 .*\n.*less weight_decay"),
    ("newton_step", newton_uphill, r"your step goes the wrong way"),
    ("newton_step", newton_with_the_hessian_itself, r"you multiply by the Hessian"),
    ("lbfgs_direction", lbfgs_without_its_scale, r"there is no scale between the two loops"),
    ("lbfgs_direction", lbfgs_with_the_loops_swapped, r"taken in the opposite order in both loops"),
    ("lbfgs_direction", lbfgs_uphill, r"your direction points uphill"),
    ("bfgs_update", bfgs_without_its_last_term, r"the last term, s s\^T / y\.s, is missing"),
    ("bfgs_update", bfgs_of_rank_one, r"an update of rank one"),
    ("lbfgs_direction", lbfgs_that_uses_its_lists_up, r"steps is not as it was before the call"),
]


@pytest.mark.parametrize(
    ("name", "function", "told"),
    WRONG,
    ids=[f"{name}-{i}" for i, (name, _, _) in enumerate(WRONG)],
)
def test_a_wrong_answer_is_told_what_differs_and_where_to_look(
    name: str, function: Callable[..., Any], told: str
) -> None:
    messages = failures(name, function)
    assert any(re.search(told, message) for message in messages), messages
    assert all(message == message.strip() and "!" not in message for message in messages)


@pytest.mark.parametrize("name", ["adagrad", "adam"])
def test_epsilon_is_spoken_of_only_where_the_answer_is_that_of_an_epsilon_in_the_wrong_place(name: str) -> None:
    assert not any("epsilon is added" in message for message in failures(name, deaf_to_its_config))


def test_every_function_has_a_wrong_version_here() -> None:
    assert {name for name, _, _ in WRONG} == set(NAMES)


# Landscapes


@pytest.mark.parametrize("landscape", landscapes.all_four(), ids=lambda landscape: landscape.name)
def test_the_gradient_of_a_landscape_is_that_of_its_value(landscape: landscapes.Landscape) -> None:
    points = torch.randn(20, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64, requires_grad=True)
    value, gradient = landscape.surface(points)
    (expected,) = torch.autograd.grad(value.sum(), points)
    assert torch.allclose(gradient, expected, atol=1e-12)


@pytest.mark.parametrize("landscape", landscapes.all_four(), ids=lambda landscape: landscape.name)
def test_the_goal_of_a_landscape_is_its_lowest_point_in_view(landscape: landscapes.Landscape) -> None:
    assert landscape.goal is not None
    (left, right), (bottom, top) = landscape.window
    x, y = torch.linspace(left, right, 201), torch.linspace(bottom, top, 201)
    heights = landscape.value(torch.cartesian_prod(x, y).double())
    assert landscape.value(landscape.goal) <= heights.min() + 1e-9
    assert landscape.surface(landscape.goal)[1].abs().max() == 0


def test_a_noisy_gradient_is_right_on_average_and_repeats_with_its_seed() -> None:
    noisy = landscapes.noisy_bowl()
    points = noisy.start.expand(40_000, 2)
    first = noisy.gradient(points, torch.Generator().manual_seed(3))
    again = noisy.gradient(points, torch.Generator().manual_seed(3))
    assert torch.equal(first, again)
    assert torch.allclose(first.mean(0), noisy.surface(noisy.start)[1], atol=0.1)
    assert first.std() > 1


# Pictures


@pytest.fixture
def paths() -> dict[str, Tensor]:
    there = torch.linspace(0, 1, 12, dtype=torch.float64)[:, None]
    start, goal = torch.tensor([-4.0, 0.9], dtype=torch.float64), torch.zeros(2, dtype=torch.float64)
    lost = torch.full((12, 2), float("nan"), dtype=torch.float64)
    return {"sgd": start + there * (goal - start), "diverging": lost}


def test_a_path_is_drawn_with_its_heights_even_if_it_diverges(paths: dict[str, Tensor]) -> None:
    figure = plots.optimizers.descent(landscapes.bowl(), paths)
    figure.canvas.draw()
    over, heights = figure.axes
    drawn = next(line for line in over.lines if line.get_label() == "sgd")
    assert (drawn.get_xydata()[-1] == 0).all()
    assert heights.get_yscale() == "log"


def test_a_race_has_a_row_for_each_landscape_and_one_legend(paths: dict[str, Tensor]) -> None:
    figure = plots.optimizers.race(landscapes.all_four(), [paths] * 4)
    figure.canvas.draw()
    assert len(figure.axes) == 8
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["lowest point", "start", "sgd", "diverging"]


def test_curves_panels_and_minibatch_gradients_are_drawn() -> None:
    lines = {"adam": torch.ones(5), "other": torch.arange(1.0, 6.0)}
    curves = plots.optimizers.curves(lines, log=True)
    averages = plots.optimizers.averages(torch.ones(5), lines, first=3)
    panels = plots.optimizers.side_by_side({"left": lines, "right": lines})
    batches = plots.optimizers.batch_gradients(torch.zeros(2), {4: torch.randn(9, 2), 32: torch.randn(9, 2)})
    for figure, axes in ((curves, 1), (averages, 2), (panels, 2), (batches, 2)):
        figure.canvas.draw()
        assert len(figure.axes) == axes


def shown(film: Any) -> tuple[bytes, dict[str, Any]]:
    """What a notebook keeps of the film: the bytes of its one image, and what is said of it."""
    outputs, about = format_display_data(film)
    assert set(outputs) == {"image/png", "text/plain"}  # nothing that a notebook shows only when it is trusted
    return base64.b64decode(outputs["image/png"]), about["image/png"]


def test_the_film_has_the_frames_asked_for_and_plays_them_three_times(paths: dict[str, Tensor]) -> None:
    data, _ = shown(plots.film.animation(landscapes.saddle(), paths, frames=3))
    with Image.open(io.BytesIO(data)) as film:
        assert film.n_frames == 1 + 3  # the still, and the frames
        assert film.info["loop"] == 3


def test_the_film_has_its_size_a_description_and_a_still_of_its_end(
    paths: dict[str, Tensor],
) -> None:
    data, about = shown(plots.film.animation(landscapes.saddle(), paths, frames=3))
    assert "sgd, diverging" in about["alt"]
    with Image.open(io.BytesIO(data)) as film:
        assert (about["width"], about["height"]) == (740, 360)
        assert film.size == (1110, 540)  # sharper than the page
        assert film.info["default_image"]
        still = film.convert("RGBA")
        film.seek(1)
        first = film.convert("RGBA")
        film.seek(3)
        assert film.convert("RGBA").tobytes() == still.tobytes() != first.tobytes()
    assert still.getpixel((0, 0))[3] == 0  # no page of its own, be the notebook's light or dark
    assert first.getpixel((0, 0))[3] == 0


def test_a_film_of_seven_paths_over_a_hundred_steps_is_under_300_kilobytes_as_a_notebook_stores_it() -> None:
    saddle = landscapes.saddle()
    turns = torch.linspace(0, 12, 101, dtype=torch.float64)[:, None]
    seven = {
        name: saddle.start + 0.1 * i * turns / 12 * torch.cat([turns.cos(), turns.sin()], dim=1)
        for i, name in enumerate(plots.optimizers.OPTIMIZER_COLORS, start=1)
    }
    data, _ = shown(plots.film.animation(saddle, seven))
    assert len(base64.b64encode(data)) < 300_000, len(data)
    with Image.open(io.BytesIO(data)) as film:
        there = {rgba[:3] for _, rgba in film.convert("RGBA").getcolors()}
    for name, color in plots.optimizers.OPTIMIZER_COLORS.items():
        wanted = [255 * part for part in to_rgb(color)]
        assert min(max(abs(a - b) for a, b in zip(wanted, rgb, strict=True)) for rgb in there) < 24, name
