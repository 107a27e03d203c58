"""The stand-in for PROPS: small synthetic photographs of household objects in cluttered scenes.

A scene is a table with a cloth, a light and five objects; its photographs are views from all around, each cropped
about one of the five. Rays are parallel within one crop, so every surface is met by arithmetic alone. Only operations
that IEEE 754 rounds exactly are used (+, -, *, /, sqrt, comparisons), so the pictures are the same bytes everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from project1.objects import CLASSES, HOUSEHOLD, LABEL_SIZE, Floats, Part

SIZE = 32
"""Height and width of an image in pixels."""

OBJECTS_PER_SCENE = 5
VIEWS_PER_SCENE = 50
CLOTH_SIZE = 64

_AT = ((np.arange(SIZE) + 0.5) / SIZE * 2 - 1).astype(np.float32)
PIXEL_A = np.tile(_AT, SIZE)
PIXEL_B = np.repeat(-_AT, SIZE)


@dataclass(frozen=True)
class Scene:
    """What the views of one table share.

    Attributes:
        classes: the five objects on it, int64 (5,).
        turns: their orientation, float32 (5, 3, 3); columns are the object's axes in the world.
        places: their centres in the world, cm, float32 (5, 3).
        cloth: what the table is covered with, float32 (64, 64, 3).
        cloth_scale: texels per cm.
        wall: the colour beyond the table, float32 (3,).
        table: the table's half extents in cm, float32 (2,).
        light: direction to the light, float32 (3,), and how much of it is direct.
        tint: gain of each colour channel, float32 (3,).
    """

    classes: NDArray[np.int64]
    turns: Floats
    places: Floats
    cloth: Floats
    cloth_scale: float
    wall: Floats
    table: Floats
    light: Floats
    direct: float
    tint: Floats


@dataclass(frozen=True)
class Views:
    """Cameras, one for each image of a scene: N of them.

    Attributes:
        target: which of the scene's objects the crop is about, int64 (N,).
        right, up, forward: the camera's axes in the world, float32 (N, 3).
        offset: where the crop is centred beside the target, as a fraction of its half width, float32 (N, 2).
        zoom: half width of the crop over the target's radius, float32 (N,).
        gain: exposure, float32 (N,).
    """

    target: NDArray[np.int64]
    right: Floats
    up: Floats
    forward: Floats
    offset: Floats
    zoom: Floats
    gain: Floats


def render(
    seed: int, num: int, indices: NDArray[np.int64] | None = None
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Photograph the scenes that belong to a seed.

    Args:
        seed: which scenes, at least 0. Two seeds have no scene in common.
        num: how many photographs there are in all; the first of them are the same for a smaller num.
        indices: which of the num to make, all of them when None.

    Returns:
        images, uint8 (N, 3, 32, 32), and their classes, int64 (N,), in the order of indices. Neighbours are views of
        one scene, and each class has num / 10 images when num is a multiple of 100.

    Raises:
        ValueError: seed or num is negative, or an index is out of range.
    """
    if seed < 0 or num < 0:
        raise ValueError(f"seed and num must be at least 0, not {seed} and {num}")
    wanted = np.arange(num) if indices is None else np.asarray(indices, np.int64)
    if wanted.size and not (0 <= wanted.min() and wanted.max() < num):
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
        (rng.uniform(0.8, 1.1) * rng.uniform([0.95, 0.93, 0.85], [1.08, 1.03, 1.05])).astype(np.float32),
    )
    views = _views(rng)
    return scene, views, rng.integers(0, 2**32, VIEWS_PER_SCENE)


def _turn(x: Floats | float) -> tuple[Floats, Floats]:
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
        far = rng.uniform(0, 4) if slot == 0 else rng.uniform(10, 17)
        places[slot] = (far * about[0], far * about[1], abs(pose[2] * thing.half).max())
    return turns, places


def _product(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """A @ B for 3 x 3 matrices, in one order of summation on every machine."""
    return a[:, 0:1] * b[0:1] + a[:, 1:2] * b[1:2] + a[:, 2:3] * b[2:3]


def _views(rng: np.random.Generator) -> Views:
    """Cameras all around the table, the same number for each of its objects."""
    count = VIEWS_PER_SCENE
    cos, sin = _turn(rng.random(count))
    half = rng.uniform(0.16, 0.56, count)  # tangent of half the elevation: 18 to 59 degrees
    low, high = (1 - half * half) / (1 + half * half), 2 * half / (1 + half * half)
    zero = np.zeros(count)
    right = np.stack([-sin, cos, zero], 1)
    up = np.stack([-high * cos, -high * sin, low], 1)
    forward = -np.stack([low * cos, low * sin, high], 1)
    tilt = rng.uniform(-0.1, 0.1, count)[:, None]
    c, s = (1 - tilt * tilt) / (1 + tilt * tilt), 2 * tilt / (1 + tilt * tilt)
    return Views(
        np.arange(count) % OBJECTS_PER_SCENE,
        (c * right + s * up).astype(np.float32),
        (c * up - s * right).astype(np.float32),
        forward.astype(np.float32),
        rng.uniform(-0.2, 0.2, (count, 2)).astype(np.float32),
        rng.uniform(0.85, 1.3, count).astype(np.float32),
        rng.uniform(0.85, 1.12, count).astype(np.float32),
    )


# --- what the table is covered with --------------------------------------------------------------------------------


def _cloth(rng: np.random.Generator) -> tuple[Floats, float]:
    """A texture that repeats, float32 (64, 64, 3), and its texels per cm: wood, plaid or flowers."""
    make = (_wood, _plaid, _flowers)[int(rng.integers(3))]
    return make(rng).astype(np.float32), float(rng.uniform(1.5, 2.6))


def _wood(rng: np.random.Generator) -> NDArray[np.float64]:
    base = np.array([150, 112, 82]) + rng.uniform(-22, 22) + rng.uniform(-8, 8, 3)
    grain = np.repeat(rng.uniform(-9, 9, CLOTH_SIZE // 2), 2)
    return base + grain[:, None, None] + rng.uniform(-4, 4, (CLOTH_SIZE, CLOTH_SIZE, 1))


def _plaid(rng: np.random.Generator) -> NDArray[np.float64]:
    cloth = np.full((CLOTH_SIZE, CLOTH_SIZE, 3), 172.0) + rng.uniform(-20, 20) + rng.uniform(-6, 6, 3)
    inks = np.array([[60, 92, 74], [52, 56, 60], [120, 136, 130]]) + rng.uniform(-14, 14, (3, 3))
    for axis in (0, 1):
        for ink in inks:
            start, width = int(rng.integers(CLOTH_SIZE)), int(rng.integers(1, 9))
            band = (start + np.arange(width)) % CLOTH_SIZE
            at = (band, slice(None)) if axis == 0 else (slice(None), band)
            cloth[at] = 0.45 * cloth[at] + 0.55 * ink
    return cloth


def _flowers(rng: np.random.Generator) -> NDArray[np.float64]:
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


# --- taking the photographs ----------------------------------------------------------------------------------------


def photograph(scene: Scene, views: Views, grain: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Render the views of one scene, uint8 (N, 3, 32, 32); grain seeds the noise of each."""
    count = len(views.target)
    if count == 0:
        return np.empty((0, 3, SIZE, SIZE), np.uint8)
    radius = np.array([_length(HOUSEHOLD[which].half) for which in scene.classes], np.float32)
    half = radius[views.target] * views.zoom
    middle = scene.places[views.target] + half[:, None] * (
        views.offset[:, :1] * views.right + views.offset[:, 1:] * views.up
    )
    colour, depth = _table(scene, views, middle, half)
    for slot, which in enumerate(scene.classes):
        for part in HOUSEHOLD[which].parts:
            _add(part, scene, slot, views, middle, half, colour, depth)
    return _develop(colour, scene, views, grain)


def _length(v: tuple[float, float, float]) -> float:
    return float(np.sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]))


def _dot(a: Floats, b: Floats) -> Floats:
    """Inner products over the last axis of 3, in one order of summation on every machine."""
    product: Floats = a[..., 0] * b[..., 0] + a[..., 1] * b[..., 1] + a[..., 2] * b[..., 2]
    return product


def _table(scene: Scene, views: Views, middle: Floats, half: Floats) -> tuple[Floats, Floats]:
    """The cloth with the objects' shadows on it and the wall beyond: colour (N, 1024, 3) and depth (N, 1024)."""
    a, b = half[:, None] * PIXEL_A, half[:, None] * PIXEL_B
    start = [middle[:, i : i + 1] + a * views.right[:, i : i + 1] + b * views.up[:, i : i + 1] for i in range(3)]
    depth = -start[2] / views.forward[:, 2:3]
    x, y = (start[i] + depth * views.forward[:, i : i + 1] for i in (0, 1))
    rows = np.floor(y * np.float32(scene.cloth_scale)).astype(np.int64) % CLOTH_SIZE
    columns = np.floor(x * np.float32(scene.cloth_scale)).astype(np.int64) % CLOTH_SIZE
    bright = np.full_like(x, 1 - scene.direct + scene.direct * scene.light[2])
    for slot, which in enumerate(scene.classes):
        reach = np.float32(1.2 * _length(HOUSEHOLD[which].half))
        # The shadow of a ball about the object, as the light throws it.
        drift = scene.places[slot, 2] / scene.light[2] * scene.light * np.float32(0.7)
        dx, dy = x - (scene.places[slot, 0] - drift[0]), y - (scene.places[slot, 1] - drift[1])
        near = 1 - (dx * dx + dy * dy) / (reach * reach)
        bright *= 1 - np.float32(0.45) * np.maximum(near, 0)
    colour = scene.cloth[rows, columns] * bright[..., None]
    beyond = (abs(x) > scene.table[0]) | (abs(y) > scene.table[1])
    colour[beyond] = scene.wall
    return colour, np.where(beyond, np.float32(1e6), depth)


def _add(
    part: Part, scene: Scene, slot: int, views: Views, middle: Floats, half: Floats, colour: Floats, depth: Floats
) -> None:
    """Draw one part of one object into colour (N, 1024, 3) where it is nearer than depth (N, 1024)."""
    turn = scene.turns[slot]
    centre = scene.places[slot] + np.stack([_dot(turn[i], np.array(part.centre, np.float32)) for i in range(3)])
    to_centre = centre - middle
    across, above = _dot(to_centre, views.right) / half, _dot(to_centre, views.up) / half
    reach = _length(part.half) / half
    seen = (PIXEL_A - across[:, None]) ** 2 + (PIXEL_B - above[:, None]) ** 2 < (reach * reach)[:, None]
    image, pixel = np.nonzero(seen)
    if not len(image):
        return
    # Everything in the part's own frame, in units of its half extents: a box is a cube and a can is a unit cylinder.
    size = np.array(part.half, np.float32)
    frame = [[_dot(vectors, turn[:, i]) / size[i] for i in range(3)] for vectors in (-to_centre, views.right, views.up)]
    aim = [_dot(views.forward, turn[:, i]) / size[i] for i in range(3)]
    aim = [np.where(abs(d) < 1e-5, np.float32(1e-5), d).astype(np.float32) for d in aim]
    a, b = half[image] * PIXEL_A[pixel], half[image] * PIXEL_B[pixel]
    start = [frame[0][i][image] + a * frame[1][i][image] + b * frame[2][i][image] for i in range(3)]
    direction = [d[image] for d in aim]
    hit = _meet_box(start, direction) if part.kind == "box" else _meet_can(part, start, direction)
    nearer = hit.found & (hit.depth < depth[image, pixel])
    image, pixel = image[nearer], pixel[nearer]
    light = [_dot(scene.light, turn[:, i]) for i in range(3)]
    normal = [n[nearer] for n in hit.normal]
    facing = normal[0] * light[0] + normal[1] * light[1] + normal[2] * light[2]
    bright = (1 - scene.direct) + scene.direct * np.maximum(facing, 0)
    painted = part.faces[hit.face[nearer], hit.v[nearer], hit.u[nearer]].astype(np.float32)
    colour[image, pixel] = painted * (bright * hit.dim[nearer])[:, None].astype(np.float32)
    depth[image, pixel] = hit.depth[nearer]


@dataclass(frozen=True)
class Hit:
    """Where M rays meet a solid: whether, how far, on which texel of which face, the outward normal, and a gain."""

    found: NDArray[np.bool_]
    depth: Floats
    face: NDArray[np.int64]
    u: NDArray[np.int64]
    v: NDArray[np.int64]
    normal: list[Floats]
    dim: Floats


def _texel(x: Floats) -> NDArray[np.int64]:
    """The texel at a coordinate that goes from -1 to 1 across the face."""
    scaled: NDArray[np.int64] = np.clip((x + 1) * np.float32(LABEL_SIZE / 2), 0, LABEL_SIZE - 1).astype(np.int64)
    return scaled


def _meet_box(start: list[Floats], aim: list[Floats]) -> Hit:
    """Rays against the cube [-1, 1]^3, by slabs: inside where all three intervals overlap."""
    near = [(-np.sign(d) - s) / d for s, d in zip(start, aim, strict=True)]
    far = [(np.sign(d) - s) / d for s, d in zip(start, aim, strict=True)]
    enter = np.maximum(np.maximum(near[0], near[1]), near[2])
    leave = np.minimum(np.minimum(far[0], far[1]), far[2])
    axis = np.where(enter == near[0], 0, np.where(enter == near[1], 1, 2))
    x, y, z = (s + enter * d for s, d in zip(start, aim, strict=True))
    outward = [np.where(axis == i, -np.sign(d), 0).astype(np.float32) for i, d in enumerate(aim)]
    face = 2 * axis + (outward[0] + outward[1] + outward[2] > 0)
    u, v = _texel(np.where(axis == 0, y, x)), _texel(np.where(axis == 2, y, z))
    return Hit(enter < leave, enter, face, u, v, outward, np.ones_like(enter))


def _meet_can(part: Part, start: list[Floats], aim: list[Floats]) -> Hit:
    """Rays against the unit cylinder about z: the circle's interval and the slab's."""
    (sx, sy, sz), (dx, dy, dz) = start, aim
    a, b, c = dx * dx + dy * dy, sx * dx + sy * dy, sx * sx + sy * sy - 1
    inside = b * b - a * c
    root = np.sqrt(np.maximum(inside, 0))
    enter_side, leave_side = (-b - root) / a, (-b + root) / a
    enter_slab, leave_slab = (-np.sign(dz) - sz) / dz, (np.sign(dz) - sz) / dz
    enter, leave = np.maximum(enter_side, enter_slab), np.minimum(leave_side, leave_slab)
    capped = enter_slab > enter_side
    face = np.where(capped, np.where(dz < 0, 2, 1), 0)
    dim = np.ones_like(enter)
    at = enter
    if part.kind == "cup":
        # A ray that comes in over the rim goes on to the wall or the floor inside.
        within = capped & (dz < 0)
        at = np.where(within, leave, enter)
        dim = np.where(within, np.float32(0.75), dim)
    x, y, z = sx + at * dx, sy + at * dy, sz + at * dz
    nx, ny = x / np.float32(part.half[0]), y / np.float32(part.half[1])
    length = np.sqrt(nx * nx + ny * ny) + np.float32(1e-6)
    outward = [
        np.where(capped, 0, nx / length),
        np.where(capped, 0, ny / length),
        np.where(capped, -np.sign(dz), 0).astype(np.float32),
    ]
    # Around the side: y / (|x| + |y|) grows with the angle over each half and needs no arctangent.
    bend = y / (abs(x) + abs(y) + np.float32(1e-6))
    around = np.where(x >= 0, bend - 1, 1 - bend) / 2
    u = _texel(np.where(capped, x, around))
    return Hit((inside > 0) & (enter < leave), enter, face, u, _texel(np.where(capped, y, z)), outward, dim)


def _develop(colour: Floats, scene: Scene, views: Views, grain: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Exposure, the blur of a small lens and the noise of a cheap sensor: colour (N, 1024, 3) to uint8 images."""
    picture = colour.reshape(-1, SIZE, SIZE, 3).transpose(0, 3, 1, 2) * scene.tint[:, None, None]
    picture = picture * views.gain[:, None, None, None]
    picture = np.pad(picture, ((0, 0), (0, 0), (1, 1), (1, 1)), mode="edge")
    picture = (picture[:, :, :-2] + 2 * picture[:, :, 1:-1] + picture[:, :, 2:]) / 4
    picture = (picture[:, :, :, :-2] + 2 * picture[:, :, :, 1:-1] + picture[:, :, :, 2:]) / 4
    noise = np.stack([np.random.Generator(np.random.PCG64(int(g))).integers(-6, 7, (3, SIZE, SIZE)) for g in grain])
    return np.clip(np.rint(picture + noise), 0, 255).astype(np.uint8)
