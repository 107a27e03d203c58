"""The images of the project: ten household objects, 32 x 32 pixels, in training scenes and in unseen test scenes.

Which images they are is one setting, `coursekit.settings.DATASET`: the synthetic stand-in, made on the spot by
`coursekit.props.scenes`, or the real PROPS Classification data set, fetched by `coursekit.props.real`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from coursekit import settings
from coursekit.progress import progress
from coursekit.props import archive, download, real, scenes
from coursekit.props.errors import DatasetError
from coursekit.props.objects import CLASSES

__all__ = [
    "CLASSES",
    "DatasetError",
    "Props",
    "flatten_with_bias",
    "load",
    "mean_image",
    "note",
    "preprocess",
    "source",
    "split_validation",
]

TRAIN_SEED, TEST_SEED = 0, 1
"""Seeds of the stand-in's scenes. The grader scores on scenes of a seed of its own."""
NUM_TRAIN, NUM_TEST = 10_000, 2_000
"""How many images the stand-in has. The real data set has 50,000 and 10,000."""

DATA_FOLDER = Path("data")
"""Where the real data set is kept: beside the notebooks."""

MEAN_IMAGE = Path(__file__).with_name("mean_image.npy")
"""The mean of all the stand-in's training images, rounded, uint8 (3, 32, 32)."""


@dataclass(frozen=True, eq=False)
class Props:
    """Training and test images with their classes.

    Attributes:
        x_train, x_test: uint8 (N, 3, 32, 32).
        y_train, y_test: index into classes, int64 (N,).
        classes: the ten names.
    """

    x_train: Tensor
    y_train: Tensor
    x_test: Tensor
    y_test: Tensor
    classes: tuple[str, ...] = CLASSES


def load(num_train: int = 10_000, num_test: int = 2_000) -> Props:
    """The first images of each split, in an order that mixes classes and scenes and is the same on every machine.

    Args:
        num_train, num_test: how many images to take; a smaller number gives the first of a larger one.

    Raises:
        ValueError: there are not that many.
        DatasetError: the real data set was asked for and cannot be had.
    """
    if settings.DATASET == "props":
        data = _real()
        x_train, y_train = _first(num_train, data.x_train, data.y_train, TRAIN_SEED, "training")
        x_test, y_test = _first(num_test, data.x_test, data.y_test, TEST_SEED, "test")
    else:
        x_train, y_train = _stand_in(num_train, NUM_TRAIN, TRAIN_SEED, "training")
        x_test, y_test = _stand_in(num_test, NUM_TEST, TEST_SEED, "test")
    return Props(x_train, y_train, x_test, y_test)


def mean_image() -> Tensor:
    """The mean of all training images, on the scale of the pixels (0 to 255), float32 (3, 32, 32).

    For the stand-in a published constant, so that everyone subtracts the same however many images they load.
    """
    if settings.DATASET == "props":
        return torch.from_numpy(_real().mean.copy())
    return torch.from_numpy(np.load(MEAN_IMAGE)).float()


def flatten_with_bias(x: Tensor, mean: Tensor) -> Tensor:
    """Rows for a linear classifier: (image - mean) / 255, flattened, and a 1 whose weight is the bias.

    Args:
        x: images, uint8 or float from 0 to 255, (N, 3, 32, 32).
        mean: the mean training image, `mean_image()`, (3, 32, 32).

    Returns:
        float32 (N, 3073).
    """
    rows = (x.float() - mean).flatten(1) / 255
    return torch.cat([rows, rows.new_ones(len(rows), 1)], 1)


def preprocess(data: Props, validation: float = 0.2, device: str | torch.device = "cpu") -> dict[str, Tensor]:
    """Everything a linear classifier is trained, chosen and judged by: the rows of `flatten_with_bias`.

    Args:
        data: what `load` gave.
        validation: the share of the training images, at their end, that is set aside.
        device: where the tensors are to lie, "cpu" or "cuda". Images travel there as bytes.

    Returns:
        X_train, X_val, X_test: float32 (N, 3073); y_train, y_val, y_test: int64 (N,).

    Raises:
        ValueError: the share is not between 0 and 1, or there is no such device.
    """
    try:
        mean = mean_image().to(device)
    except (RuntimeError, AssertionError) as error:  # torch says either
        reason = str(error).strip().splitlines()[0]
        raise ValueError(f"there is no device {str(device)!r} here ({reason}): use device='cpu'") from None
    x, y, x_val, y_val = split_validation(data.x_train, data.y_train, validation)
    images, labels = {"train": x, "val": x_val, "test": data.x_test}, {"train": y, "val": y_val, "test": data.y_test}
    rows = {f"X_{split}": flatten_with_bias(part.to(device), mean) for split, part in images.items()}
    return rows | {f"y_{split}": part.to(device) for split, part in labels.items()}


def split_validation(x: Tensor, y: Tensor, fraction: float = 0.2) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Set the last rows aside for validation.

    Args:
        x, y: training rows and their classes, N of each.
        fraction: the share to set aside, between 0 and 1.

    Returns:
        x_train, y_train, x_val, y_val.

    Raises:
        ValueError: x and y differ in length, or the fraction is not between 0 and 1.
    """
    if len(x) != len(y):
        raise ValueError(f"x and y must have the same number of rows, not {len(x)} and {len(y)}")
    if not 0 < fraction < 1:
        raise ValueError(f"fraction must lie between 0 and 1, not {fraction}")
    kept = len(x) - round(fraction * len(x))
    return x[:kept], y[:kept], x[kept:], y[kept:]


def source() -> str:
    """Which images these are, in a few words."""
    if settings.DATASET == "props":
        where = "fetched before" if real.is_here(DATA_FOLDER) else "to be downloaded"
        return f"PROPS Classification ({where})"
    return "the synthetic stand-in for PROPS"


def note() -> str:
    """What every picture made of the images says below: that they are the stand-in; "" for the real ones."""
    return "" if settings.DATASET == "props" else "images: synthetic stand-in for PROPS"


def write_mean_image(path: Path = MEAN_IMAGE) -> None:
    """Work out the stand-in's mean image anew; needed only when its scenes are made in another way."""
    images, _ = scenes.render(TRAIN_SEED, NUM_TRAIN)
    np.save(path, np.rint(images.sum(0, dtype=np.int64) / NUM_TRAIN).astype(np.uint8))


def _order(num: int, total: int, seed: int, split: str) -> NDArray[np.int64]:
    """Which images come first, of the total in the order they were taken."""
    if not 0 <= num <= total:
        raise ValueError(f"there are {total} {split} images: {num} of them cannot be loaded")
    return np.random.Generator(np.random.PCG64(seed)).permutation(total)[:num]


@lru_cache(maxsize=4)
def _rendered(num: int, total: int, seed: int, split: str) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    with progress(f"drawing the {split} images", num, "images") as advance:
        return scenes.render(seed, total, _order(num, total, seed, split), advance)


def _stand_in(num: int, total: int, seed: int, split: str) -> tuple[Tensor, Tensor]:
    images, labels = _rendered(num, total, seed, split)
    # Copies, so that changing what was loaded does not change what is loaded next.
    return torch.from_numpy(images.copy()), torch.from_numpy(labels.copy())


def _first(
    num: int, images: NDArray[np.uint8], labels: NDArray[np.int64], seed: int, split: str
) -> tuple[Tensor, Tensor]:
    order = _order(num, len(images), seed, split)
    return torch.from_numpy(images[order]), torch.from_numpy(labels[order])


@lru_cache(maxsize=1)
def _real() -> archive.Arrays:
    return real.load(DATA_FOLDER, download.URL, download.MD5)
