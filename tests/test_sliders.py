"""Sliders: moving one changes the picture; without ipywidgets or a kernel a still of a few settings remains."""

from __future__ import annotations

import base64
import io
from typing import Any

import nbformat
import pytest
import torch
from nbclient import NotebookClient
from PIL import Image

from autograder.assignment import ROOT
from coursekit import sliders
from project1 import landscapes, plots

ipywidgets = pytest.importorskip("ipywidgets")
WIDGET = "application/vnd.jupyter.widget-view+json"


def square(ax: Any, size: float, shift: float = 0.0) -> None:
    ax.plot([shift, shift, shift + size, shift + size], [0, size, size, 0])
    ax.set(xlim=(0, 10), ylim=(0, 10), title=f"size {size:g}, shift {shift:g}")


def live() -> tuple[Any, Any, Any]:
    box = sliders.live(square, {"size": 2.0, "shift": 0.0}, {"size": [1.0, 5.0], "shift": [0.0, 3.0]}, (3.0, 2.0))
    size, shift, shown = box.children
    return size, shift, shown


def test_moving_a_slider_draws_the_picture_of_where_it_stands():
    size, shift, shown = live()
    assert (size.value, shift.value) == (2.0, 0.0)
    before = shown.value
    size.value = 5.0
    after = shown.value
    assert before != after
    shift.value = 3.0
    assert len({before, after, shown.value}) == 3
    size.value, shift.value = 2.0, 0.0
    assert shown.value == before
    with Image.open(io.BytesIO(before)) as image:
        assert image.size == (600, 400) and shown.width == "300"  # sharp


def test_a_slider_goes_through_its_values_in_order_with_the_first_setting_among_them():
    size, *_ = live()
    assert [value for _, value in size.options] == [1.0, 2.0, 5.0]
    assert size.description == "size"


def test_outside_a_notebook_there_is_a_row_of_the_settings():
    figure = sliders.slide(square, [{"size": 1.0}, {"size": 4.0}, {"size": 9.0}], {"size": [1.0]})
    assert [ax.get_title() for ax in figure.axes] == [f"size {size}, shift 0" for size in (1, 4, 9)]


def test_the_bowl_the_cliff_and_the_regions_are_drawn_at_three_settings():
    path = torch.stack([landscapes.bowl().start, torch.zeros(2, dtype=torch.float64)])
    bowl = plots.optimizers.try_rates(landscapes.bowl(), lambda rate, momentum: path)
    assert [ax.get_title().partition("\n")[0] for ax in bowl.axes] == [
        "learning rate 0.03, momentum 0",
        "learning rate 0.03, momentum 0.9",
        "learning rate 0.003, momentum 0.9",
    ]
    cliff = plots.linear_classifier.cliff_by_strength(
        torch.tensor([-1.0, 1.0]), torch.tensor([0.0, 1.0]), lambda reg: 1 / (reg + 0.01)
    )
    assert ["w = 100" in ax.get_title() for ax in cliff.axes] == [True, False, False]


KERNEL = """
{before}
from project1 import landscapes, plots
import torch

def path_of(rate, momentum):
    start = landscapes.bowl().start
    return torch.stack([start, (1 - 10 * rate) * start])

plots.optimizers.try_rates(landscapes.bowl(), path_of)
"""
MOVE = """
import ipywidgets
made = list(ipywidgets.Widget._active_widgets.values() if hasattr(ipywidgets.Widget, "_active_widgets")
            else ipywidgets.widgets.widget._instances.values())
rate = next(w for w in made if isinstance(w, ipywidgets.SelectionSlider) and w.description == "learning_rate")
rate.value = 0.1
"""


def run(*cells: str) -> Any:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    client = NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(ROOT)}})
    return client.execute()


def images(notebook: Any) -> list[bytes]:
    """What the page holds of the Image widgets when the notebook has run."""
    states = notebook.metadata["widgets"]["application/vnd.jupyter.widget-state+json"]["state"].values()
    buffers = [b for s in states if s["model_name"] == "ImageModel" for b in s["buffers"]]
    return [base64.b64decode(buffer["data"]) for buffer in buffers]


def test_in_a_real_kernel_the_page_gets_the_picture_of_where_the_slider_stands_and_keeps_the_still():
    still = images(run(KERNEL.format(before="")))
    moved = run(KERNEL.format(before=""), MOVE)
    assert len(still) == len(images(moved)) == 1 and still != images(moved)
    shown, kept = moved.cells[0].outputs
    assert WIDGET in shown.data and shown.data["text/plain"] == sliders.ASLEEP
    assert set(kept.data) == {"image/png", "text/plain"}  # reopened, not trusted or printed, this is there
    with Image.open(io.BytesIO(base64.b64decode(kept.data["image/png"]))) as image:
        assert image.width == 2 * kept.metadata["image/png"]["width"] == 2520


def test_in_a_kernel_without_ipywidgets_there_is_the_still_alone():
    notebook = run(KERNEL.format(before="import sys; sys.modules['ipywidgets'] = None"))
    (kept,) = notebook.cells[0].outputs
    assert set(kept.data) == {"image/png", "text/plain"}
