"""The pictures of the knn notebook: images, distances, neighbours, decision regions, cross-validation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from coursekit.props import note
from coursekit.style import COLORS, MUTED, RIGHT, WRONG, panels, picture

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def samples(x: Tensor, y: Tensor, classes: Sequence[str], per_class: int = 12) -> Figure:
    """Show the first images of each class, one row for each class.

    Args:
        x: images, (N, 3, H, W), uint8 or floating point in [0, 1].
        y: labels, int64, (N,).
        classes: the names of the classes.
        per_class: how many of each.
    """
    height, width, gap = x.shape[2], x.shape[3], 2
    sheet = torch.ones(len(classes) * (height + gap) - gap, per_class * (width + gap) - gap, 3)
    for row in range(len(classes)):
        for column, image in enumerate(x[y == row][:per_class]):
            top, left = row * (height + gap), column * (width + gap)
            sheet[top : top + height, left : left + width] = _canvas(image)
    figure, axes = panels(1, 1, size=(0.62 * per_class + 2.2, 0.62 * len(classes)), note=note())
    ax = axes[0, 0]
    picture(ax)
    ax.imshow(sheet.numpy(), interpolation="nearest")
    ax.set_yticks(
        [row * (height + gap) + height / 2 for row in range(len(classes))], labels=[_short(name) for name in classes]
    )
    ax.tick_params(length=0)
    return figure


def row(images: Sequence[Tensor], titles: Sequence[str]) -> Figure:
    """Show a few images side by side, each with a title (which may have several lines).

    Args:
        images: each (3, H, W), uint8 or floating point in [0, 1].
        titles: one for each image.
    """
    figure, axes = panels(1, len(images), size=(1.9, 2.4), note=note())
    for ax, image, title in zip(axes[0], images, titles, strict=True):
        picture(ax)
        ax.imshow(_canvas(image).numpy(), interpolation="nearest")
        ax.set_title(title, fontsize=10)
    return figure


def timings(microseconds: Mapping[str, float], targets: Mapping[str, float] | None = None) -> Figure:
    """Compare the time that each version takes for one pair of images, on a logarithmic scale.

    Args:
        microseconds: {name of the version: microseconds for one pair}.
        targets: for some of the names, what it should stay under.
    """
    names, values = list(microseconds), list(microseconds.values())
    figure, axes = panels(1, 1, size=(6.5, 0.5 * len(names) + 0.9))
    ax = axes[0, 0]
    ax.hlines(names, min(values) / 3, values, color="#D0D0D0", lw=1.5)
    ax.plot(values, names, "o", ms=9, color=COLORS[0], ls="none")
    for name, value in microseconds.items():
        ax.annotate(
            f"{value:.0f}" if value >= 10 else f"{value:.2g}",
            (value, name),
            (0, 7),
            textcoords="offset points",
            ha="center",
        )
    for number, (name, target) in enumerate((targets or {}).items()):
        label = None if number else "should stay to the left of this"
        ax.plot([target], [name], "|", ms=18, mew=2, color=WRONG, ls="none", label=label)
    if targets:
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), frameon=False, fontsize=9, borderaxespad=0)
    ax.set_xscale("log")
    ax.set_xlim(left=min(values) / 3, right=5 * max(values))
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.grid(False, axis="y")
    ax.set_xlabel("microseconds for one pair of images")
    return figure


def distances(dists: Tensor) -> Figure:
    """Show a matrix of distances as an image: dark is near, bright is far; the extreme 2 % share the ends of the scale.

    Args:
        dists: (num_train, num_test).
    """
    figure, axes = panels(1, 1, size=(6.0, 4.8), note=note())
    ax = axes[0, 0]
    ax.grid(False)
    ordered = dists.flatten().sort().values
    low, high = (float(ordered[int(share * (len(ordered) - 1))]) for share in (0.01, 0.99))
    image = ax.imshow(dists.cpu().numpy(), cmap="gray", vmin=low, vmax=high, aspect="auto", interpolation="nearest")
    ax.set_xlabel("test image j")
    ax.set_ylabel("training image i")
    figure.colorbar(image, ax=ax, label="squared distance", extend="both")
    return figure


def neighbours(
    queries: Tensor, y_queries: Tensor, x_train: Tensor, y_train: Tensor, nearest: Tensor, classes: Sequence[str]
) -> Figure:
    """Show each query image and, to its right, its nearest training images, framed by whether their class is right.

    Args:
        queries: test images, (Q, 3, H, W).
        y_queries: their right labels, (Q,).
        x_train: training images, (N, 3, H, W).
        y_train: their labels, (N,).
        nearest: rows of x_train, nearest first, int64, (Q, n).
        classes: the names of the classes.
    """
    num_queries, n = nearest.shape
    figure, axes = panels(num_queries, n + 1, size=(1.2, 1.4), note=note())
    for q in range(num_queries):
        truth = int(y_queries[q])
        _framed(axes[q, 0], queries[q], _short(classes[truth]), MUTED)
        for column, i in enumerate(nearest[q].tolist(), start=1):
            label = int(y_train[i])
            sign, color = ("✓", RIGHT) if label == truth else ("✗", WRONG)
            _framed(axes[q, column], x_train[i], f"{sign} {_short(classes[label])}", color)
    figure.suptitle("test image, and to its right the nearest training images →", x=0.01, ha="left", fontsize=10)
    return figure


def decision_regions(
    classifier: Callable[[Tensor, Tensor], Any],
    x_train: Tensor,
    y_train: Tensor,
    k_choices: Sequence[int] = (1, 3, 10),
    steps: int = 120,
) -> Figure:
    """Colour the plane by the class that the classifier gives to each point, for several k.

    Args:
        classifier: the class KnnClassifier.
        x_train: points of the plane, (N, 2).
        y_train: their labels, from 0 up, (N,).
        k_choices: one panel for each.
        steps: how many points across the plane are asked about, in each direction.
    """
    from matplotlib.colors import ListedColormap

    knn = classifier(x_train, y_train)
    low, high = x_train.amin(dim=0) - 0.4, x_train.amax(dim=0) + 0.4
    across = torch.linspace(float(low[0]), float(high[0]), steps, dtype=x_train.dtype)
    up = torch.linspace(float(low[1]), float(high[1]), steps, dtype=x_train.dtype)
    plane = torch.cartesian_prod(up, across).flip(1)
    extent = (float(low[0]), float(high[0]), float(low[1]), float(high[1]))
    num_classes = int(y_train.max()) + 1
    colors = ListedColormap(COLORS[:num_classes])
    figure, axes = panels(1, len(k_choices), size=(3.5, 3.6))
    for ax, k in zip(axes[0], k_choices, strict=True):
        picture(ax)
        regions = knn.predict(plane, k=k).reshape(steps, steps).numpy()
        ax.imshow(
            regions,
            cmap=colors,
            vmin=-0.5,
            vmax=num_classes - 0.5,
            alpha=0.35,
            origin="lower",
            extent=extent,
            aspect="auto",
            interpolation="nearest",
        )
        for label, marker in zip(range(num_classes), "os^Dv*PX<>", strict=False):
            points = x_train[y_train == label]
            ax.scatter(points[:, 0], points[:, 1], s=20, color=COLORS[label], marker=marker, edgecolors="white", lw=0.6)
        ax.set_title(f"k = {k}")
    return figure


def cross_validation(k_to_accuracies: Mapping[int, Sequence[float]]) -> Figure:
    """Show the accuracy of every fold for each k, and their means with one standard deviation up and down.

    Args:
        k_to_accuracies: {k: [accuracy of each fold, in percent]}.
    """
    figure, axes = panels(1, 1, size=(7.0, 4.0), note=note())
    ax = axes[0, 0]
    ks = sorted(k_to_accuracies)
    folds = torch.tensor([[float(accuracy) for accuracy in k_to_accuracies[k]] for k in ks], dtype=torch.float64)
    spread = folds.std(dim=1, correction=0)
    for k, accuracies in zip(ks, folds, strict=True):
        ax.scatter([k] * len(accuracies), accuracies, s=16, color=COLORS[5], label="one fold" if k == ks[0] else None)
    ax.errorbar(ks, folds.mean(dim=1), yerr=spread, color=COLORS[0], marker="o", ms=5, capsize=3, label="mean of folds")
    ax.set_xscale("log")
    ax.set_xticks(ks, labels=[str(k) for k in ks], fontsize=9)
    ax.minorticks_off()
    ax.set_xlabel("k")
    ax.set_ylabel("accuracy on the held-out fold (%)")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False, borderaxespad=0)
    return figure


def confusion(y_true: Tensor, y_pred: Tensor, classes: Sequence[str]) -> Figure:
    """Show, of the images of each true class, how many percent were given each label.

    Args:
        y_true: right labels, int64, (N,).
        y_pred: predicted labels, int64, (N,).
        classes: the names of the classes.
    """
    num = len(classes)
    counts = (y_true * num + y_pred).bincount(minlength=num * num).reshape(num, num).double()
    percent = 100 * counts / counts.sum(dim=1, keepdim=True).clamp(min=1)
    figure, axes = panels(1, 1, size=(7.2, 5.6), note=note())
    ax = axes[0, 0]
    ax.grid(False)
    ax.imshow(percent.numpy(), cmap="Blues", vmin=0, vmax=100)
    for i in range(num):
        for j in range(num):
            value = float(percent[i, j])
            shade = "white" if value > 55 else "black" if value >= 10 else MUTED
            ax.text(j, i, f"{value:.0f}", ha="center", va="center", color=shade, fontsize=9)
    names = [_short(name) for name in classes]
    ax.set_xticks(range(num), labels=names, rotation=35, ha="right")
    ax.set_yticks(range(num), labels=names)
    ax.set_xlabel("predicted")
    ax.set_ylabel("true class")
    ax.set_title("percent of each true class")
    return figure


def _canvas(image: Tensor) -> Tensor:
    """An image (3, H, W), uint8 or in [0, 1], as matplotlib wants it: (H, W, 3) in [0, 1]."""
    image = image.float() / 255 if image.dtype == torch.uint8 else image.float()
    return image.clamp(0, 1).permute(1, 2, 0).cpu()


def _framed(ax: Any, image: Tensor, title: str, color: str) -> None:
    picture(ax)
    ax.imshow(_canvas(image).numpy(), interpolation="nearest")
    ax.set_title(title, fontsize=8, color=color, pad=3)
    for spine in ax.spines.values():
        spine.set(visible=True, color=color, linewidth=2.5)


def _short(name: str) -> str:
    """`tomato_soup_can` as `tomato soup`, to fit under a small picture."""
    return name.replace("_", " ").removesuffix(" can").removesuffix(" box")
