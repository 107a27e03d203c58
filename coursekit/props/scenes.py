"""The stand-in for PROPS: small synthetic photographs of household objects in cluttered scenes.

A scene is a table with a cloth on it, a light and five objects; its photographs are views from all around, each cropped
about one of the five. What the scenes are is drawn here, how they are photographed is in `coursekit.props.camera`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coursekit.props.camera import CLOTH_SIZE, SIZE, Scene, Views, dot, length, photograph
from coursekit.props.objects import CLASSES, HOUSEHOLD, Floats

Doubles = NDArray[np.float64]

OBJECTS_PER_SCENE = 5
VIEWS_PER_SCENE = 50
TRIES = 3
"""Sides from which a camera may choose to look."""


def render(
    seed: int,
    num: int,
    indices: NDArray[np.int64] | None = None,
    advance: Callable[[int], Any] | None = None,
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Photograph the scenes that belong to a seed.

    Args:
        seed: which scenes, at least 0. Two seeds have no scene in common.
        num: how many photographs there are in all; the first of them are the same for a smaller num.
        indices: which of the num to make, all of them when None.
        advance: called now and then with how many more have been made.

    Returns:
        images, uint8 (N, 3, 32, 32), and their classes, int64 (N,), in the order of indices. Neighbours are views of
        one scene, and each class has num / 10 images when num is a multiple of 100.

    Raises:
        ValueError: seed or num is negative, or an index is out of range.
    """
    if seed < 0 or num < 0:
        raise ValueError(f"seed and num must be at least 0, not {seed} and {num}")
    wanted = np.arange(num) if indices is None else np.asarray(indices, np.int64)
    if wanted.size and (wanted.min() < 0 or wanted.max() >= num):
        raise ValueError(f"indices must lie in [0, {num}), not in [{wanted.min()}, {wanted.max()}]")
    images = np.empty((len(wanted), 3, SIZE, SIZE), np.uint8)
    labels = np.empty(len(wanted), np.int64)
    of_scene = wanted // VIEWS_PER_SCENE
    for number in np.unique(of_scene):
        rows = np.flatnonzero(of_scene == number)
        scene, views, grain = draw(seed, int(number))
        chosen = wanted[rows] % VIEWS_PER_SCENE
        images[rows] = photograph(scene, _take(views, chosen), grain[chosen])
        labels[rows] = scene.classes[views.target[chosen]]
        if advance is not None:
            advance(len(rows))
    return images, labels


def _take(views: Views, rows: NDArray[np.int64]) -> Views:
    return Views(*(getattr(views, name)[rows] for name in Views.__dataclass_fields__))


# --- what a scene is made of ---------------------------------------------------------------------------------------


def draw(seed: int, number: int) -> tuple[Scene, Views, NDArray[np.int64]]:
    """Scene `number` of a seed, its views, and the noise of each view, int64 (VIEWS_PER_SCENE,) to seed it with."""
    # Two scenes in a row share out the ten classes between them.
    pair = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, number // 2, 0])))
    classes = pair.permutation(len(CLASSES))[number % 2 * OBJECTS_PER_SCENE :][:OBJECTS_PER_SCENE]
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, number, 1])))
    turns, places = _lay_out(rng, classes)
    cloth, scale = _cloth(rng)
    grey = rng.uniform(70, 150)
    cos, sin = _turn(rng.random())
    height = rng.uniform(0.6, 1.6)
    light = np.array([cos, sin, height]) / np.sqrt(1 + height * height)
    scene = Scene(
        classes.astype(np.int64),
        turns,
        places,
        cloth,
        scale,
        (grey + rng.uniform(-18, 18, 3)).astype(np.float32),
        rng.uniform([22, 18], [45, 34]).astype(np.float32),
        light.astype(np.float32),
        float(rng.uniform(0.35, 0.7)),
        (rng.uniform(0.95, 1.3) * rng.uniform([0.95, 0.93, 0.85], [1.08, 1.03, 1.05])).astype(np.float32),
    )
    views = _views(rng, classes, places)
    return scene, views, rng.integers(0, 2**32, VIEWS_PER_SCENE)


def _turn(x: Doubles | float) -> tuple[Doubles, Doubles]:
    """Cosine and sine of an angle, a whole turn as x goes from 0 to 1, by the half-angle formulas: no trigonometry."""
    half = np.floor(np.multiply(x, 2))
    t = 2 * (np.multiply(x, 2) - half) - 1
    sign = 1 - 2 * half
    return sign * (1 - t * t) / (1 + t * t), sign * 2 * t / (1 + t * t)


def _lay_out(rng: np.random.Generator, classes: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Stand or lay the objects on the table: one about the middle, the others around it."""
    turns = np.zeros((OBJECTS_PER_SCENE, 3, 3), np.float32)
    places = np.zeros((OBJECTS_PER_SCENE, 3), np.float32)
    for slot, which in enumerate(classes):
        thing = HOUSEHOLD[which]
        cos, sin = _turn(rng.random())
        yaw = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
        pose = np.eye(3)
        if rng.random() < thing.lies:
            lay_on_side = np.array([[0.0, 0, 1], [0, 1, 0], [-1, 0, 0]])
            lay_on_face = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])
            pose = lay_on_side if rng.random() < 0.35 else lay_on_face
        turns[slot] = _product(yaw, pose)
        about = _turn((slot + rng.uniform(-0.3, 0.3)) / (OBJECTS_PER_SCENE - 1) % 1)
        far = rng.uniform(0, 4) if slot == 0 else rng.uniform(5, 11)
        places[slot] = (far * about[0], far * about[1], abs(pose[2] * thing.half).max())
    return turns, places


def _product(a: Doubles, b: Doubles) -> Doubles:
    """A @ B for 3 x 3 matrices, in one order of summation on every machine."""
    return a[:, 0:1] * b[0:1] + a[:, 1:2] * b[1:2] + a[:, 2:3] * b[2:3]


def _views(rng: np.random.Generator, classes: NDArray[np.int64], places: Floats) -> Views:
    """Cameras all around the table, the same number for each of its objects."""
    count = VIEWS_PER_SCENE
    target = np.arange(count) % OBJECTS_PER_SCENE
    half = rng.uniform(0.14, 0.62, count)  # tangent of half the elevation: 16 to 64 degrees
    low, high = (1 - half * half) / (1 + half * half), 2 * half / (1 + half * half)
    cos, sin = _turn(rng.random((TRIES, count)))
    right, up, forward = _camera(cos, sin, low[None], high[None])
    # Of a few sides to look from, take the one where least stands before the target.
    best = np.argmin(_hidden(target, right, up, forward, classes, places), 0), np.arange(count)
    right, up, forward = right[best], up[best], forward[best]
    tilt = rng.uniform(-0.1, 0.1, count)[:, None]
    c, s = (1 - tilt * tilt) / (1 + tilt * tilt), 2 * tilt / (1 + tilt * tilt)
    return Views(
        target,
        (c * right + s * up).astype(np.float32),
        (c * up - s * right).astype(np.float32),
        forward.astype(np.float32),
        rng.uniform(-0.22, 0.22, (count, 2)).astype(np.float32),
        rng.uniform(0.75, 1.18, count).astype(np.float32),
        rng.uniform(0.65, 1.15, count).astype(np.float32),
    )


def _camera(cos: Doubles, sin: Doubles, low: Doubles, high: Doubles) -> tuple[Doubles, Doubles, Doubles]:
    """Right, up and forward of cameras that stand in a direction (cos, sin) and look down on the table."""
    low, high = np.broadcast_to(low, cos.shape), np.broadcast_to(high, cos.shape)
    right = np.stack([-sin, cos, np.zeros_like(cos)], -1)
    up = np.stack([-high * cos, -high * sin, low], -1)
    return right, up, -np.stack([low * cos, low * sin, high], -1)


def _hidden(
    target: NDArray[np.int64], right: Doubles, up: Doubles, forward: Doubles, classes: NDArray[np.int64], places: Floats
) -> Doubles:
    """How much stands before the target, taking every object for a ball: (TRIES, N), 0 for a free view."""
    radius = np.array([length(HOUSEHOLD[which].half) for which in classes])
    hidden = np.zeros(right.shape[:2])
    for slot in range(OBJECTS_PER_SCENE):
        aside = (places[slot] - places[target]).astype(np.float64)
        across, above = dot(aside, right), dot(aside, up)
        overlap = 1 - np.sqrt(across * across + above * above) / (radius[slot] + radius[target])
        hidden += np.where(dot(aside, forward) < -0.5, np.maximum(overlap, 0) * radius[slot], 0)
    return hidden


# --- what the table is covered with --------------------------------------------------------------------------------


def _cloth(rng: np.random.Generator) -> tuple[Floats, float]:
    """A texture that repeats, float32 (64, 64, 3), and its texels per cm: wood, plaid or flowers."""
    make = (_wood, _plaid, _flowers)[int(rng.integers(3))]
    cloth = make(rng)
    # Seen through a cheap camera in dim light: the pattern loses some of its contrast.
    middle = np.rint(np.cumsum(cloth.reshape(-1, 3), 0)[-1] / CLOTH_SIZE**2)
    return (0.75 * cloth + 0.25 * middle).astype(np.float32), float(rng.uniform(1.5, 2.6))


def _wood(rng: np.random.Generator) -> Doubles:
    base = np.array([150, 112, 82]) + rng.uniform(-22, 22) + rng.uniform(-8, 8, 3)
    grain = np.repeat(rng.uniform(-9, 9, CLOTH_SIZE // 2), 2)
    return base + grain[:, None, None] + rng.uniform(-4, 4, (CLOTH_SIZE, CLOTH_SIZE, 1))


def _plaid(rng: np.random.Generator) -> Doubles:
    cloth = np.full((CLOTH_SIZE, CLOTH_SIZE, 3), 172.0) + rng.uniform(-20, 20) + rng.uniform(-6, 6, 3)
    inks = np.array([[60, 92, 74], [52, 56, 60], [120, 136, 130]]) + rng.uniform(-14, 14, (3, 3))
    for axis in (0, 1):
        for ink in inks:
            start, width = int(rng.integers(CLOTH_SIZE)), int(rng.integers(1, 9))
            band = (start + np.arange(width)) % CLOTH_SIZE
            at = (band, slice(None)) if axis == 0 else (slice(None), band)
            cloth[at] = 0.45 * cloth[at] + 0.55 * ink
    return cloth


def _flowers(rng: np.random.Generator) -> Doubles:
    cloth = np.full((CLOTH_SIZE, CLOTH_SIZE, 3), 205.0) + rng.uniform(-20, 5)
    inks = np.array([[178, 40, 44], [58, 84, 132], [222, 176, 62], [196, 88, 60], [70, 104, 84], [222, 216, 204]])
    for _ in range(70):
        x, y = rng.integers(0, CLOTH_SIZE, 2)
        rx, ry = rng.uniform(2, 8, 2)
        ink = inks[rng.integers(len(inks))] + rng.uniform(-12, 12, 3)
        dx = (np.arange(CLOTH_SIZE) - x + CLOTH_SIZE // 2) % CLOTH_SIZE - CLOTH_SIZE // 2
        dy = (np.arange(CLOTH_SIZE) - y + CLOTH_SIZE // 2) % CLOTH_SIZE - CLOTH_SIZE // 2
        cloth[(dx[None, :] / rx) ** 2 + (dy[:, None] / ry) ** 2 < 1] = ink
    return cloth
