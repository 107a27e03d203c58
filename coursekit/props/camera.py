"""Photograph a scene of the stand-in: cast rays at its boxes and cylinders, shade what they meet, develop the picture.

Rays are parallel within one crop, so every surface is met by arithmetic alone. Only operations that IEEE 754 rounds
exactly are used (+, -, *, /, sqrt, comparisons), so the pictures are the same bytes everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coursekit.props.objects import HOUSEHOLD, LABEL_SIZE, Floats, Part

SIZE = 32
"""Height and width of an image in pixels."""

CLOTH_SIZE = 64
"""Side of a table cloth's texture in texels."""

_AT = ((np.arange(SIZE) + 0.5) / SIZE * 2 - 1).astype(np.float32)
PIXEL_A = np.tile(_AT, SIZE)
PIXEL_B = np.repeat(-_AT, SIZE)
"""Where each pixel looks, across and up, from -1 to 1 over the crop, float32 (1024,)."""


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


def photograph(scene: Scene, views: Views, grain: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Render the views of one scene, uint8 (N, 3, 32, 32); grain seeds the noise of each."""
    count = len(views.target)
    if count == 0:
        return np.empty((0, 3, SIZE, SIZE), np.uint8)
    radius = np.array([length(HOUSEHOLD[which].half) for which in scene.classes], np.float32)
    half = radius[views.target] * views.zoom
    middle = scene.places[views.target] + half[:, None] * (
        views.offset[:, :1] * views.right + views.offset[:, 1:] * views.up
    )
    colour, depth = _table(scene, views, middle, half)
    for slot, which in enumerate(scene.classes):
        for part in HOUSEHOLD[which].parts:
            _add(part, scene, slot, views, middle, half, colour, depth)
    return _develop(colour, scene, views, grain)


def length(v: tuple[float, float, float]) -> float:
    """The Euclidean length of one vector."""
    return float(np.sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]))


def dot(a: NDArray[Any], b: NDArray[Any]) -> NDArray[Any]:
    """Inner products over the last axis of 3, in one order of summation on every machine."""
    product: NDArray[Any] = a[..., 0] * b[..., 0] + a[..., 1] * b[..., 1] + a[..., 2] * b[..., 2]
    return product


def _table(scene: Scene, views: Views, middle: Floats, half: Floats) -> tuple[Floats, Floats]:
    """The cloth with the objects' shadows on it and the wall beyond: colour (N, 1024, 3) and depth (N, 1024)."""
    a, b = half[:, None] * PIXEL_A, half[:, None] * PIXEL_B
    start = [middle[:, i : i + 1] + a * views.right[:, i : i + 1] + b * views.up[:, i : i + 1] for i in range(3)]
    depth = -start[2] / views.forward[:, 2:3]
    x, y = (start[i] + depth * views.forward[:, i : i + 1] for i in (0, 1))
    rows = np.floor(y * np.float32(scene.cloth_scale)).astype(np.int64) % CLOTH_SIZE
    columns = np.floor(x * np.float32(scene.cloth_scale)).astype(np.int64) % CLOTH_SIZE
    bright = np.full_like(x, np.float32(1 - scene.direct) + np.float32(scene.direct) * scene.light[2])
    for slot, which in enumerate(scene.classes):
        reach = np.float32(1.2 * length(HOUSEHOLD[which].half))
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
    centre = scene.places[slot] + np.stack([dot(turn[i], np.array(part.centre, np.float32)) for i in range(3)])
    to_centre = centre - middle
    across, above = dot(to_centre, views.right) / half, dot(to_centre, views.up) / half
    reach = length(part.half) / half
    seen = (PIXEL_A - across[:, None]) ** 2 + (PIXEL_B - above[:, None]) ** 2 < (reach * reach)[:, None]
    image, pixel = np.nonzero(seen)
    if not len(image):
        return
    # Everything in the part's own frame, in units of its half extents: a box is a cube and a can is a unit cylinder.
    size = np.array(part.half, np.float32)
    frame = [[dot(vectors, turn[:, i]) / size[i] for i in range(3)] for vectors in (-to_centre, views.right, views.up)]
    aim = [dot(views.forward, turn[:, i]) / size[i] for i in range(3)]
    aim = [np.where(abs(d) < 1e-5, np.float32(1e-5), d).astype(np.float32) for d in aim]
    a, b = half[image] * PIXEL_A[pixel], half[image] * PIXEL_B[pixel]
    start = [frame[0][i][image] + a * frame[1][i][image] + b * frame[2][i][image] for i in range(3)]
    direction = [d[image] for d in aim]
    hit = _meet_box(start, direction) if part.kind == "box" else _meet_can(part, start, direction)
    nearer = hit.found & (hit.depth < depth[image, pixel])
    image, pixel = image[nearer], pixel[nearer]
    light = [dot(scene.light, turn[:, i]) for i in range(3)]
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
    outward = [np.where(axis == i, -np.sign(d), np.float32(0)) for i, d in enumerate(aim)]
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
        np.where(capped, np.float32(0), nx / length),
        np.where(capped, np.float32(0), ny / length),
        np.where(capped, -np.sign(dz), np.float32(0)),
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
    noise = np.stack([np.random.Generator(np.random.PCG64(int(g))).integers(-4, 5, (3, SIZE, SIZE)) for g in grain])
    developed: NDArray[np.uint8] = np.clip(np.rint(picture + noise), 0, 255).astype(np.uint8)
    return developed
