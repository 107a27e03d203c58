"""Every picture the notebook of Project 2 shows. Matplotlib is imported when a picture is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from coursekit.props import note
from coursekit.style import COLORS, MUTED, drawn, panels, picture

if TYPE_CHECKING:
    from matplotlib.figure import Figure

History = Mapping[str, Sequence[float]]


@drawn
def rectifier(x: Tensor, out: Tensor, slope: Tensor) -> Figure:
    """The rectifier and its slope, with the logistic function beside them.

    Args:
        x: where, (n,).
        out: the rectifier there, (n,).
        slope: its slope there, (n,).
    """
    figure, (axes,) = panels(1, 2, size=(4.4, 3.2))
    logistic = torch.sigmoid(x)
    for ax, mine, theirs, ylabel in zip(
        axes, (out, slope), (logistic, logistic * (1 - logistic)), ("output", "slope of the output"), strict=True
    ):
        ax.plot(x.tolist(), mine.tolist(), color=COLORS[0], label="ReLU")
        ax.plot(x.tolist(), theirs.tolist(), "--", color=MUTED, label="logistic")
        ax.set(xlabel="input", ylabel=ylabel)
    axes[0].legend(loc="upper left")
    return figure


@drawn
def sums(found: Mapping[str, Tensor], expected: float) -> Figure:
    """How often each value came out, one histogram for each name.

    Args:
        found: values by name, (n,) each.
        expected: the value to compare with.
    """
    figure, axes = panels(1, 1, size=(7.0, 3.2))
    ax = axes[0, 0]
    for color, (name, values) in zip(COLORS, found.items(), strict=False):
        ax.hist(values.tolist(), bins=[4 * i - 1 for i in range(7, 37)], color=color, alpha=0.7, label=name)
    ax.axvline(expected, color=MUTED, linestyle="--", label="at test time")
    ax.set(xlabel="what the unit adds up", ylabel="training steps")
    ax.legend(loc="upper right")
    return figure


@drawn
def columns(before: Tensor, after: Tensor) -> Figure:
    """The distribution of each column before and after batch normalization.

    Args:
        before, after: (N, D).
    """
    figure, (axes,) = panels(1, 2, size=(4.6, 3.2))
    for ax, values, title in zip(axes, (before, after), ("before", "after"), strict=True):
        for column in range(values.shape[1]):
            numbers = values[:, column]
            label = f"column {column + 1}: mean {numbers.mean():.2f}, std {numbers.std(correction=0):.2f}"
            ax.hist(numbers.tolist(), bins=30, color=COLORS[column], alpha=0.6, label=label)
        ax.set(title=title, xlabel="value", ylabel="rows of the batch")
        ax.legend(loc="upper center", fontsize=8, bbox_to_anchor=(0.5, -0.22))
    return figure


@drawn
def training(history: History) -> Figure:
    """The loss of one training, and the accuracy on the training and validation images.

    Args:
        history: lists of the same length: step, loss, train, val; accuracies are fractions.
    """
    figure, (axes,) = panels(1, 2, size=(4.6, 3.2), note=note())
    axes[0].plot(history["step"], history["loss"], color=COLORS[0])
    axes[0].set(xlabel="step", ylabel="loss of the batch", ylim=(0, None))
    _accuracies(axes[1], history)
    axes[1].legend(loc="lower right")
    return figure


@drawn
def remedies(histories: Mapping[str, History]) -> Figure:
    """Several trainings side by side: the accuracies above, the gap shaded; the validation loss below.

    Args:
        histories: by name, as `training` takes them, with val_loss as well.
    """
    figure, axes = panels(2, len(histories), size=(2.9, 2.6), sharex=True, sharey="row", note=note())
    for (above, below), (name, history) in zip(axes.T, histories.items(), strict=True):
        _accuracies(above, history)
        steps, losses = history["step"], history["val_loss"]
        train, val = ([100 * value for value in history[key]] for key in ("train", "val"))
        above.fill_between(steps, val, train, color=MUTED, alpha=0.15)
        above.set_title(name)
        below.plot(steps, losses, "--", color=COLORS[0])
        below.annotate(f"{losses[-1]:.2f}", (steps[-1], losses[-1]), va="bottom", ha="right")
        below.set(xlabel="step", ylabel="validation loss")
        above.label_outer()
        below.label_outer()
    axes[1, 0].set_ylim(0, 1.1 * max(max(history["val_loss"]) for history in histories.values()))
    axes[0, 0].legend(loc="lower right", fontsize=8)
    return figure


@drawn
def bands(losses: Mapping[str, Tensor]) -> Figure:
    """Draw, for each name, the range of losses met along the gradient at each point of a training.

    Args:
        losses: by name, (points, lengths).
    """
    figure, (axes,) = panels(1, len(losses), size=(4.6, 3.2), sharey=True, note=note())
    for color, ax, (name, found) in zip(COLORS, axes, losses.items(), strict=False):
        points = range(1, len(found) + 1)
        ax.fill_between(points, found.min(1).values.tolist(), found.max(1).values.tolist(), color=color, alpha=0.35)
        ax.plot(points, found[:, 0].tolist(), color=color, label="after the shortest step")
        ax.set(title=name, xlabel="step of the training", yscale="log")
        ax.legend(loc="upper right")
    axes[0].set_ylabel("losses met along the gradient")
    return figure


@drawn
def first_layer(W1: Tensor, columns: int = 12, rows: int = 3) -> Figure:
    """The weights of the hidden units that weigh most as images, each stretched to the full range of colours.

    Args:
        W1: (3072, H), for images of shape (3, 32, 32).
        columns, rows: how many images from left to right, and from top to bottom.
    """
    strongest = W1.norm(dim=0).argsort(descending=True)[: columns * rows]
    figure, axes = panels(rows, columns, size=(0.8, 0.8), note=note())
    for ax, unit in zip(axes.flat, strongest.tolist(), strict=False):
        image = W1[:, unit].reshape(3, 32, 32)
        limit = image.abs().max()
        ax.imshow(((image / limit + 1) / 2).permute(1, 2, 0).numpy())
    for ax in axes.flat:
        picture(ax)
    return figure


def _accuracies(ax: Any, history: History) -> None:
    for key, color, style, label in (
        ("train", COLORS[1], "-", "training images"),
        ("val", COLORS[0], "--", "validation images"),
    ):
        ax.plot(history["step"], [100 * value for value in history[key]], style, color=color, label=label)
    ax.set(xlabel="step", ylabel="right answers (%)", ylim=(0, 103))
