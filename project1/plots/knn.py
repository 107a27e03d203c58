"""The pictures of the knn notebook: images, distances, neighbours, decision regions, cross-validation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from coursekit.props import note
from coursekit.sliders import slide
from coursekit.style import COLORS, MUTED, ON_DARK, ON_LIGHT, RIGHT, WRONG, drawn, panels, picture

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MARKS = "os^Dv*PX<>"
"""One marker for each class, so that colour is not all that tells them apart."""


@drawn
def samples(x: Tensor, y: Tensor, classes: Sequence[str], per_class: int = 12) -> Figure:
    """The first images of each class, one row for each class.

    Args:
        x: images, (N, 3, H, W), uint8 or floating point in [0, 1].
        y: labels, int64, (N,).
        classes: the names of the classes.
        per_class: how many of each.
    """
    height, width, gap = x.shape[2], x.shape[3], 2
    sheet = torch.zeros(len(classes) * (height + gap) - gap, per_class * (width + gap) - gap, 4)  # transparent
    for row in range(len(classes)):
        for column, image in enumerate(x[y == row][:per_class]):
            top, left = row * (height + gap), column * (width + gap)
            sheet[top : top + height, left : left + width, :3] = _canvas(image)
            sheet[top : top + height, left : left + width, 3] = 1
    figure, axes = panels(1, 1, size=(0.62 * per_class + 2.2, 0.62 * len(classes) + 0.3), note=note())
    ax = axes[0, 0]
    picture(ax)
    ax.imshow(sheet.numpy(), interpolation="nearest")
    ax.set_yticks(
        [row * (height + gap) + height / 2 for row in range(len(classes))], labels=[short(name) for name in classes]
    )
    ax.tick_params(length=0)
    ax.set_title("one row, one class: other light, other side, other things in front")
    return figure


@drawn
def row(images: Sequence[Tensor], titles: Sequence[str]) -> Figure:
    """A few images side by side, each with a title (which may have several lines).

    Args:
        images: each (3, H, W), uint8 or floating point in [0, 1].
        titles: one for each image.
    """
    figure, axes = panels(1, len(images), size=(1.7, 2.55), note=note())
    for ax, image, title in zip(axes[0], images, titles, strict=True):
        picture(ax)
        ax.imshow(_canvas(image).numpy(), interpolation="nearest")
        ax.set_title(title, fontsize=10, fontweight="normal")
    return figure


@drawn
def difference(a: Tensor, b: Tensor, distance: float) -> Figure:
    """Two images, and what each of their pixels adds to the squared distance.

    Args:
        a, b: images, (3, H, W), floating point in [0, 1].
        distance: the squared distance between them.
    """
    figure, axes = panels(1, 3, size=(2.5, 2.7), note=note())
    for ax, image, title in zip(axes[0], (a, b), ("training image", "test image"), strict=False):
        picture(ax)
        ax.imshow(_canvas(image).numpy(), interpolation="nearest")
        ax.set_title(title)
    ax = axes[0, 2]
    picture(ax)
    shares = ax.imshow(((a - b) ** 2).sum(dim=0).numpy(), cmap="cividis", vmin=0, interpolation="nearest")
    ax.set_title(f"all of these together: {distance:.1f}")
    figure.colorbar(shares, ax=axes[0, :], label="squared difference", shrink=0.8)
    return figure


@drawn
def near_and_far(query: Tensor, dists: Tensor, x_train: Tensor) -> Figure:
    """One test image, and training images from the nearest to the farthest.

    Args:
        query: the test image, (3, H, W).
        dists: its squared distances from all training images, one column of the matrix, (N,).
        x_train: the training images, (N, 3, H, W).
    """
    order = dists.argsort().tolist()
    places = {"nearest": 0, "second": 1, "in the middle": len(order) // 2, "last but one": -2, "farthest": -1}
    titles = [f"{name}\n{float(dists[order[place]]):.0f}" for name, place in places.items()]
    figure: Figure = row([query, *(x_train[order[place]] for place in places.values())], ["test image\n", *titles])
    return figure


@drawn
def timings(
    times: Mapping[str, float],
    targets: Mapping[str, float] | None = None,
    xlabel: str = "microseconds for one pair of images",
) -> Figure:
    """The time that each version takes, on a logarithmic scale.

    Args:
        times: {name of the version: time}.
        targets: for some of the names, what it should stay under.
        xlabel: what the times are, with their unit.
    """
    names, values = list(times), list(times.values())
    figure, axes = panels(1, 1, size=(6.8, 0.5 * len(names) + 1.2))
    ax = axes[0, 0]
    left = min(values) / 3
    ax.barh(names, [value - left for value in values], left=left, height=0.5, color=COLORS[0])
    for name, value in times.items():
        said = f"{value:.0f}" if value >= 10 else f"{value:.2g}"
        ax.annotate(said, (value, name), (-5, 0), textcoords="offset points", va="center", ha="right", color=ON_DARK)
    for number, (name, target) in enumerate((targets or {}).items()):
        label = None if number else "stay to the left of this"
        ax.plot([target], [name], "|", ms=22, mew=2.5, color=WRONG, ls="none", label=label)
    if targets:
        ax.legend(loc="lower right", markerscale=0.6)
    ax.set_xscale("log")
    ax.set_xlim(left=left, right=6 * max([*values, *(targets or {}).values()]))
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.grid(False, axis="y")
    ax.set_xlabel(xlabel)
    ax.set_title(f"{names[0]}: {values[0] / values[-1]:.0f} times the time of {names[-1]}")
    return figure


@drawn
def distances(dists: Tensor, y_train: Tensor, y_test: Tensor, classes: Sequence[str], each: int = 20) -> Figure:
    """A matrix of distances sorted by class, and the mean distance for each pair of classes.

    Args:
        dists: squared distances, (num_train, num_test).
        y_train, y_test: the labels of its rows and of its columns.
        classes: the names of the classes.
        each: how many images of each class are shown as rows and as columns.
    """
    figure, axes = panels(1, 2, size=(5.6, 5.2), note=note())
    rows, columns = (_first_of_each(y, len(classes), each) for y in (y_train, y_test))
    means = torch.tensor(
        [[float(dists[y_train == i][:, y_test == j].mean()) for j in range(len(classes))] for i in range(len(classes))]
    )
    shown = dists[torch.cat(rows)][:, torch.cat(columns)].cpu()
    ordered = shown.flatten().sort().values
    low, high = (float(ordered[int(share * (len(ordered) - 1))]) for share in (0.01, 0.99))
    scale: dict[str, Any] = {"cmap": "cividis", "aspect": "auto", "interpolation": "nearest"}
    names = [short(name) for name in classes]
    for ax, values, lengths, title in (
        (axes[0, 0], shown, ([len(r) for r in rows], [len(c) for c in columns]), f"{each} images of each class"),
        (axes[0, 1], means, ([1] * len(classes), [1] * len(classes)), "mean of each pair; frame: nearest class"),
    ):
        image = ax.imshow(
            values.numpy(), **scale, vmin=low if ax is axes[0, 0] else None, vmax=high if ax is axes[0, 0] else None
        )
        ax.grid(False)
        for axis, sizes in zip((ax.yaxis, ax.xaxis), lengths, strict=True):
            ends = torch.tensor(sizes).cumsum(0)
            axis.set_ticks((ends - torch.tensor(sizes) / 2 - 0.5).tolist(), labels=names)
            for end in ends[:-1].tolist() if ax is axes[0, 0] else ():
                (ax.axhline if axis is ax.yaxis else ax.axvline)(end - 0.5, color="white", lw=0.6)
        ax.tick_params(length=0, labelsize=8)
        ax.tick_params(axis="x", rotation=40)
        for label in ax.get_xticklabels():
            label.set(ha="right", rotation_mode="anchor")
        ax.set(title=title, xlabel="test images", ylabel="training images" if ax is axes[0, 0] else "")
        figure.colorbar(
            image, ax=ax, label="squared distance", extend="both" if ax is axes[0, 0] else "neither", shrink=0.7
        )
    for j, i in enumerate(means.argmin(dim=0).tolist()):
        _frame(axes[0, 1], i, j)
    return figure


@drawn
def answers(queries: Tensor, y_queries: Tensor, predictions: Mapping[int, Tensor], classes: Sequence[str]) -> Figure:
    """What each number of neighbours answers to a few test images.

    Args:
        queries: test images, (Q, 3, H, W).
        y_queries: their right labels, (Q,).
        predictions: {k: predicted labels, (Q,)}.
        classes: the names of the classes.
    """
    figure, axes = panels(1, len(queries), size=(1.6, 2.0 + 0.2 * len(predictions)), note=note())
    for q, ax in enumerate(axes[0]):
        truth = int(y_queries[q])
        _framed(ax, queries[q], short(classes[truth]), MUTED)
        for line, (k, labels) in enumerate(predictions.items()):
            sign, color = ("✓", RIGHT) if int(labels[q]) == truth else ("✗", WRONG)
            said = f"k = {k}: {sign} {short(classes[int(labels[q])])}"
            ax.text(0, -0.08 - 0.13 * line, said, color=color, fontsize=8, transform=ax.transAxes, va="top")
        ax.set_xlabel("\n" * (len(predictions) + 2), fontsize=8)  # keeps their room free
    return figure


@drawn
def neighbours(
    queries: Tensor, y_queries: Tensor, x_train: Tensor, y_train: Tensor, nearest: Tensor, classes: Sequence[str]
) -> Figure:
    """Each query image and, to its right, its nearest training images, framed by whether their class is right.

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
        _framed(axes[q, 0], queries[q], short(classes[truth]), MUTED)
        for column, i in enumerate(nearest[q].tolist(), start=1):
            label = int(y_train[i])
            sign, color = ("✓", RIGHT) if label == truth else ("✗", WRONG)
            _framed(axes[q, column], x_train[i], f"{sign} {short(classes[label])}", color)
    figure.suptitle("test image, and to its right the nearest training images →", x=0.01, ha="left")
    return figure


@drawn
def decision_regions(
    classifier: Callable[[Tensor, Tensor], Any],
    x_train: Tensor,
    y_train: Tensor,
    k_choices: Sequence[int] = (1, 3, 10),
    sliding: Sequence[int] = (1, 2, 3, 5, 8, 10, 15, 20, 30, 60, 120),
    steps: int = 120,
) -> Figure:
    """The class that the classifier gives to each point of the plane, for several k; with a slider for k.

    Args:
        classifier: the class KnnClassifier.
        x_train: points of the plane, (N, 2).
        y_train: their labels, from 0 up, (N,).
        k_choices: one panel for each.
        sliding: what the slider, where there is one, goes through; those of at most N.
        steps: how many points across the plane are asked about, in each direction.
    """
    from matplotlib.colors import ListedColormap

    knn = classifier(x_train, y_train)
    low, high = x_train.amin(dim=0) - 0.4, x_train.amax(dim=0) + 0.4
    across = torch.linspace(float(low[0]), float(high[0]), steps, dtype=x_train.dtype)
    up = torch.linspace(float(low[1]), float(high[1]), steps, dtype=x_train.dtype)
    plane = torch.cartesian_prod(up, across).flip(1)
    num_classes = int(y_train.max()) + 1
    options: dict[str, Any] = {
        "cmap": ListedColormap(COLORS[:num_classes]),
        "vmin": -0.5,
        "vmax": num_classes - 0.5,
        "extent": (float(low[0]), float(high[0]), float(low[1]), float(high[1])),
    }

    def regions(ax: Any, k: int) -> None:
        found = knn.predict(plane, k=k).reshape(steps, steps).numpy()
        ax.imshow(found, alpha=0.4, origin="lower", aspect="auto", interpolation="nearest", **options)
        for label, marker in zip(range(num_classes), MARKS, strict=False):
            points = x_train[y_train == label]
            ax.scatter(
                *points.T, s=24, color=COLORS[label], marker=marker, edgecolors="white", lw=0.6, label=f"class {label}"
            )
        wrong = 100 * float((knn.predict(x_train, k=k) != y_train).double().mean())
        ax.set(title=f"k = {k}: {wrong:.0f} % of its own points wrong", xlabel="$x_0$", ylabel="$x_1$")
        ax.grid(False)

    return slide(
        regions,
        [{"k": k} for k in k_choices],
        {"k": [k for k in sliding if k <= len(x_train)]},
        size=(3.7, 3.6),
    )


@drawn
def cross_validation(k_to_accuracies: Mapping[int, Sequence[float]]) -> Figure:
    """The accuracy of every fold for each k, and their means with one standard deviation up and down.

    Args:
        k_to_accuracies: {k: [accuracy of each fold, in percent]}.
    """
    figure, axes = panels(1, 1, size=(7.0, 4.0), note=note())
    ax = axes[0, 0]
    ks = sorted(k_to_accuracies)
    folds = torch.tensor([[float(accuracy) for accuracy in k_to_accuracies[k]] for k in ks], dtype=torch.float64)
    means, spread = folds.mean(dim=1), folds.std(dim=1, correction=0)
    for k, accuracies in zip(ks, folds, strict=True):
        ax.scatter([k] * len(accuracies), accuracies, s=16, color=COLORS[5], label="one fold" if k == ks[0] else None)
    label = "mean of the folds, and one standard deviation"
    ax.errorbar(ks, means, yerr=spread, color=COLORS[0], marker="o", ms=5, capsize=3, label=label)
    best = int(means.argmax())
    ax.plot(ks[best], means[best], "o", ms=13, mfc="none", mec=WRONG, mew=2, label=f"highest mean: k = {ks[best]}")
    ax.set_xscale("log")
    ax.set_xticks(ks, labels=[str(k) for k in ks], fontsize=9)
    ax.minorticks_off()
    ax.set_xlabel("k")
    ax.set_ylabel("accuracy on the held-out fold (%)")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderaxespad=0, columnspacing=1.2)
    return figure


@drawn
def confusion(y_true: Tensor, y_pred: Tensor, classes: Sequence[str]) -> Figure:
    """Of the images of each true class, how many percent were given each label.

    Args:
        y_true: right labels, int64, (N,).
        y_pred: predicted labels, int64, (N,).
        classes: the names of the classes.
    """
    percent = _confusion(y_true, y_pred, len(classes))
    figure, axes = panels(1, 1, size=(7.2, 5.8), note=note())
    ax = axes[0, 0]
    ax.grid(False)
    ax.imshow(percent.numpy(), cmap="Blues", vmin=0, vmax=100)
    for i in range(len(classes)):
        for j in range(len(classes)):
            value = float(percent[i, j])
            ax.text(
                j,
                i,
                f"{value:.0f}",
                ha="center",
                va="center",
                color=ON_DARK if value > 55 else ON_LIGHT if value >= 10 else "#666666",
                fontsize=9,
            )
    names = [short(name) for name in classes]
    ax.set_xticks(range(len(classes)), labels=names, rotation=35, ha="right")
    ax.set_yticks(range(len(classes)), labels=names)
    ax.set_xlabel("predicted")
    ax.set_ylabel("true class")
    ax.set_title("percent of each true class; right answers on the diagonal")
    return figure


@drawn
def most_confused(
    x: Tensor, y_true: Tensor, y_pred: Tensor, classes: Sequence[str], pairs: int = 4, each: int = 7
) -> Figure:
    """The images of the pairs of classes that are mixed up most, one row for each pair.

    Args:
        x: images, (N, 3, H, W).
        y_true, y_pred: their right and their predicted labels, int64, (N,).
        classes: the names of the classes.
        pairs: how many pairs.
        each: how many images of each.
    """
    percent = _confusion(y_true, y_pred, len(classes))
    percent.fill_diagonal_(-1)
    figure, axes = panels(pairs, each, size=(1.15, 1.25), note=note())
    for line, flat in zip(axes, percent.flatten().argsort(descending=True)[:pairs].tolist(), strict=True):
        truth, said = divmod(flat, len(classes))
        images = x[(y_true == truth) & (y_pred == said)][:each]
        for ax in line:
            picture(ax)
        for ax, image in zip(line, images, strict=False):
            ax.imshow(_canvas(image).numpy(), interpolation="nearest")
        share = f"{float(percent[truth, said]):.0f} % of {short(classes[truth])}, taken for {short(classes[said])}"
        line[0].set_title(" ")  # keeps room free for what is wider than its image
        line[0].text(0, 1.07, share, color=WRONG, fontweight="bold", transform=line[0].transAxes).set_in_layout(False)
    return figure


def short(name: str) -> str:
    """`tomato_soup_can` as `tomato soup`, to fit under a small picture."""
    return name.replace("_", " ").removesuffix(" can").removesuffix(" box")


def _confusion(y_true: Tensor, y_pred: Tensor, num: int) -> Tensor:
    counts = (y_true * num + y_pred).bincount(minlength=num * num).reshape(num, num).double()
    return 100 * counts / counts.sum(dim=1, keepdim=True).clamp(min=1)


def _first_of_each(y: Tensor, num_classes: int, each: int) -> list[Tensor]:
    return [torch.arange(len(y))[y == label][:each] for label in range(num_classes)]


def _frame(ax: Any, row: int, column: int) -> None:
    from matplotlib.patches import Rectangle

    ax.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, ec=WRONG, lw=2.5))


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
