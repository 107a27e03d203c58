"""The notebooks' pictures: what they say is so, and they can be read on a light page and a dark one, and when kept."""

from __future__ import annotations

import ast
import inspect
import io
import itertools
from types import ModuleType
from typing import Any

import matplotlib.pyplot as plt
import pytest
import torch
from IPython.core.formatters import format_display_data
from matplotlib.colors import to_rgb
from PIL import Image
from torch import Tensor

from autograder.assignment import ROOT
from coursekit import style
from coursekit.picture import Picture
from project1 import landscapes, plots
from project1.plots.linear_classifier import template_correlations

WHITE = "#FFFFFF"


def luminance(color: str) -> float:
    channels = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color)]
    return sum(weight * channel for weight, channel in zip((0.2126, 0.7152, 0.0722), channels, strict=True))


def contrast(one: str, other: str) -> float:
    """As WCAG 2 defines it."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def labels(figure: Picture) -> list[str]:
    return [text.get_text() for legend in figure.legends for text in legend.get_texts()]


# Light pages and dark ones


def test_every_colour_stands_out_from_a_light_page_and_from_a_dark_one():
    colors = {*style.COLORS, style.RIGHT, style.WRONG, *plots.optimizers.OPTIMIZER_COLORS.values()}
    for page in (WHITE, style.DARK_PAGE):
        assert {color: contrast(color, page) for color in colors if contrast(color, page) < 3} == {}
        assert contrast(style.MUTED, page) >= 3.9  # what text is written in


SEEN_BY = {
    "most": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopes": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopes": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
}
"""What becomes of linear RGB (Machado, Oliveira and Fernandes, 2009)."""
TO_XYZ = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))


def lab(color: str, seen: Any) -> Tensor:
    """CIE L*a*b* of a colour as somebody sees it, under daylight."""
    rgb = torch.tensor(to_rgb(color), dtype=torch.float64)
    linear = torch.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = torch.tensor(TO_XYZ, dtype=torch.float64) @ (torch.tensor(seen, dtype=torch.float64) @ linear).clamp(0, 1)
    x, y, z = (xyz / torch.tensor([0.9505, 1.0, 1.089], dtype=torch.float64)).pow(1 / 3).tolist()
    return torch.tensor([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("readers", SEEN_BY)
def test_colour_blind_readers_tell_the_curves_apart(readers: str):
    seen = [lab(color, SEEN_BY[readers]) for color in style.COLORS[:7]]
    assert min(float((a - b).norm()) for a, b in itertools.combinations(seen, 2)) > 20  # 2 is just to be seen


def test_each_optimizer_has_a_colour_of_its_own():
    assert set(plots.optimizers.OPTIMIZER_COLORS.values()) == set(style.COLORS[:7])


@style.drawn
def example() -> Picture:
    """A line, for example.

    More of it.
    """
    figure, axes = style.panels(1, 2, size=(3.0, 2.0), note="made up")
    axes[0, 0].plot([1, 2, 3], [1, 3, 2], label="a line")
    axes[0, 0].legend()
    axes[0, 0].annotate("here", (2, 3))
    axes[0, 0].set_title("goes up, then down")
    figure.suptitle("two")
    return figure


def test_a_picture_has_no_page_of_its_own_and_nothing_black_or_white_is_written_on_it():
    with plt.rc_context({"text.color": "black", "figure.facecolor": "white", "axes.facecolor": "white"}):
        data = example().png()
    with Image.open(io.BytesIO(data)) as page:
        colors = page.convert("RGBA").getcolors(1 << 20)
    assert max(colors)[1][3] == 0  # most of it is the notebook's own page
    solid = {"#{:02x}{:02x}{:02x}".format(*rgba[:3]) for _, rgba in colors if rgba[3] > 250}
    assert solid and all(contrast(color, page) > 2.5 for color in solid for page in (WHITE, style.DARK_PAGE))


def test_a_picture_leaves_the_readers_own_settings_as_they_are():
    with plt.rc_context({"text.color": "red"}):
        example()
        assert plt.rcParams["text.color"] == "red"


def test_a_notebook_keeps_a_picture_at_twice_its_size_with_words_and_nothing_that_must_be_trusted():
    figure = example()
    outputs, about = format_display_data(figure)
    assert set(outputs) == {"image/png", "text/plain"}
    assert about["image/png"]["width"] == 600 and about["image/png"]["height"] == 200
    with Image.open(io.BytesIO(outputs["image/png"])) as image:
        assert image.size == (1200, 400)
    assert outputs["text/plain"] == "A line, for example. two. goes up, then down."
    assert about["image/png"]["alt"] == outputs["text/plain"]


def test_photographs_keep_all_their_colours():
    generator = torch.Generator().manual_seed(0)
    data = plots.knn.row([torch.rand(3, 32, 32, generator=generator)], ["noise"]).png()
    with Image.open(io.BytesIO(data)) as image:
        assert image.mode == "RGBA"
        assert len(image.getcolors(1 << 20)) > 1000


MODULES = (plots.film, plots.knn, plots.linear_classifier, plots.optimizers, __import__("project2").plots)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_function_that_makes_a_picture_draws_it_in_the_look_of_all(module: ModuleType):
    public = [f for name, f in inspect.getmembers(module, inspect.isfunction) if f.__module__ == module.__name__]
    pictures = [f for f in public if inspect.signature(f).return_annotation in ("Figure", "Shown")]
    assert pictures and [f.__name__ for f in pictures if not hasattr(f, "__wrapped__")] == []


def test_a_new_project_draws_in_the_look_of_all():
    tree = ast.parse((ROOT / "templates/project/package/plots.py").read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert functions and all("drawn" in map(ast.unparse, node.decorator_list) for node in functions)


# What is said in them


def test_the_numbers_of_a_heat_map_are_those_of_the_text_and_its_titles_name_the_classifier():
    results = {(0.03, 0.001): (0.552375, 0.6145), (0.1, 0.001): (0.67, 0.6144999), (0.03, 1.0): (0.4405, 0.3)}
    figure = plots.linear_classifier.heat_map(results, "SVM")
    for which, ax in enumerate(figure.axes):
        said = sorted(text.get_text() for text in ax.texts)
        assert said == sorted(f"{100 * both[which]:.1f}" for both in results.values())  # as the notebook prints them
        assert ax.get_title().startswith("SVM: ")
    (frame,) = figure.axes[1].patches
    assert frame.get_xy() == (-0.5, -0.5)  # the best in validation


def steps(*points: tuple[float, float]) -> Tensor:
    return torch.tensor(points, dtype=torch.float64)


def test_a_landscape_names_its_axes_its_start_and_its_lowest_point():
    path = steps((-4.0, 0.9), (0.0, 0.0))
    for figure in (
        plots.optimizers.descent(landscapes.bowl(), {"sgd": path}),
        plots.optimizers.race(landscapes.all_four(), [{"sgd": path}] * 4),
        plots.optimizers.one_by_one(landscapes.noisy_bowl(), {"sgd": path}),
    ):
        assert {"start", "lowest point"} <= set(labels(figure))
        assert figure.axes[0].get_xlabel() == "$w_0$" and figure.axes[0].get_ylabel() == "$w_1$"
    marks = {line.get_label(): line.get_marker() for line in figure.axes[0].lines}
    assert marks["start"] == "o" and marks["lowest point"] == "*"


def test_no_noisy_path_leaves_its_frame_and_each_has_one_of_its_own():
    paths = {
        "sgd": steps((-4.0, 1.3), (3.4, -2.8), (0.1, 0.2)),
        "momentum": steps((-4.0, 1.3), (-6.0, 0.0), (1.0, 3.1)),
    }
    figure = plots.optimizers.one_by_one(landscapes.noisy_bowl(), paths, last=1)
    for ax, (name, path) in zip(figure.axes, paths.items(), strict=False):
        assert ax.get_title() == name
        assert ax.get_xlim()[0] < path[:, 0].min() and path[:, 0].max() < ax.get_xlim()[1]
        assert ax.get_ylim()[0] < path[:, 1].min() and path[:, 1].max() < ax.get_ylim()[1]
    noisy = landscapes.noisy_bowl()
    said = [text.get_text() for text in figure.axes[2].texts]
    assert said == [f"{name} {float(noisy.value(path[-1])):.2g}" for name, path in paths.items()]


def test_curves_that_lie_on_each_other_are_all_on_one_plot_and_each_on_one_of_its_own():
    lines = {name: torch.linspace(2, 1, 9) for name in plots.optimizers.OPTIMIZER_COLORS}
    figure = plots.optimizers.small_multiples(lines)
    together, *alone = [ax for ax in figure.axes if ax.get_visible()]
    assert len(together.lines) == 7 == len(alone)
    for ax, (name, color) in zip(alone, plots.optimizers.OPTIMIZER_COLORS.items(), strict=True):
        assert ax.lines[-1].get_color() == color and ax.get_title() == f"{name}: ends at 1.00"


def test_names_at_the_ends_of_curves_do_not_overlap_and_keep_their_order():
    figure = plots.optimizers.curves({f"curve {i}": torch.linspace(2, 1 + 1e-4 * i, 9) for i in range(6)})
    figure.canvas.draw()
    names = figure.axes[0].texts
    assert [name.get_text() for name in names] == [f"curve {i}" for i in range(6)]
    boxes = [name.get_window_extent() for name in names]
    assert all(below.y1 <= above.y0 + 1 for below, above in itertools.pairwise(boxes))
    assert all(figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1 for box in boxes)


def test_places_are_a_gap_apart_and_stay_where_nothing_is_near():
    assert style.spread([0.9, 0.1, 0.5], gap=0.1) == [0.9, 0.1, 0.5]
    assert style.spread([0.5, 0.5, 0.5], gap=0.1) == pytest.approx([0.4, 0.5, 0.6])
    assert style.spread([0.52, 0.5, 0.61], gap=0.1) == pytest.approx([0.543333, 0.443333, 0.643333], abs=1e-5)


def test_the_matrix_of_distances_is_sorted_by_class_and_frames_the_nearest_class():
    y_train, y_test = torch.tensor([1, 0, 1, 0]), torch.tensor([0, 1, 0, 1, 1])
    dists = (y_train[:, None] != y_test[None]).float() * 5 + 1  # near within a class, far otherwise
    figure = plots.knn.distances(dists, y_train, y_test, ("mug", "large_marker"), each=2)
    shown = torch.as_tensor(figure.axes[0].images[0].get_array())
    assert shown.tolist() == [[1, 1, 6, 6], [1, 1, 6, 6], [6, 6, 1, 1], [6, 6, 1, 1]]
    assert [tick.get_text() for tick in figure.axes[0].get_yticklabels()] == ["mug", "large marker"]
    assert [frame.get_xy() for frame in figure.axes[1].patches] == [(-0.5, -0.5), (0.5, 0.5)]


def test_the_most_confused_images_are_those_of_the_largest_numbers_off_the_diagonal():
    y_true = torch.tensor([0, 0, 0, 0, 1, 1, 1, 1, 2, 2])
    y_pred = torch.tensor([0, 1, 1, 1, 1, 1, 0, 1, 2, 2])
    x = torch.arange(10)[:, None, None, None].expand(10, 3, 4, 4) / 10.0
    figure = plots.knn.most_confused(x, y_true, y_pred, ("a", "b", "c"), pairs=2, each=3)
    said = [text.get_text() for ax in figure.axes for text in ax.texts]
    assert said == ["75 % of a, taken for b", "25 % of b, taken for a"]
    shown = [round(10 * float(ax.images[0].get_array().flat[0])) for ax in figure.axes if ax.images]
    assert shown == [1, 2, 3, 6]


def test_the_bars_of_the_timings_end_at_the_times_and_the_title_is_their_ratio():
    figure = plots.knn.timings({"two loops": 30.0, "one loop": 3.0, "no loops": 0.3}, targets={"no loops": 0.4})
    (ax,) = figure.axes
    assert [bar.get_x() + bar.get_width() for bar in ax.patches] == pytest.approx([30, 3, 0.3])
    assert [text.get_text() for text in ax.texts] == ["30", "3", "0.3"]
    assert ax.get_title() == "two loops: 100 times the time of no loops"


def test_templates_say_how_alike_they_are():
    generator = torch.Generator().manual_seed(0)
    W = torch.randn(3073, 3, generator=generator)
    other = torch.stack([2 * W[:, 0] + 1, -W[:, 1], torch.randn(3073, generator=generator)], dim=1)
    assert template_correlations(W, other) == pytest.approx([1, -1, 0], abs=0.05)
    figure = plots.linear_classifier.templates({"SVM": W, "softmax": other}, ("a", "b", "c"))
    assert [ax.get_xlabel() for ax in figure.axes[3:5]] == ["r = 1.00", "r = -1.00"]


def test_the_grid_shows_every_pair_that_will_be_tried():
    figure = plots.linear_classifier.grids({"SVM": ([0.1, 0.2], [1.0, 2.0, 3.0]), "softmax": ([1.0], [0.0])})
    svm, softmax = figure.axes[0].lines
    assert svm.get_xydata().tolist() == [[s, r] for r in (0.1, 0.2) for s in (1.0, 2.0, 3.0)]
    assert svm.get_label() == "SVM: 6 pairs" and softmax.get_label() == "softmax: 1 pairs"
