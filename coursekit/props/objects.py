"""The ten household objects of the stand-in data set: their shapes in centimetres and the labels painted on them.

An object is a few boxes and cylinders in its own frame: z is up when it stands, and its label looks along +y and -y.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

CLASSES = (
    "master_chef_can",
    "cracker_box",
    "sugar_box",
    "tomato_soup_can",
    "mustard_bottle",
    "tuna_fish_can",
    "gelatin_box",
    "potted_meat_can",
    "mug",
    "large_marker",
)

Floats = NDArray[np.float32]
Colour = tuple[int, int, int]
Mark = tuple[Literal["rect", "oval"], float, float, float, float, Colour]

LABEL_SIZE = 32
"""Side of a painted face in texels."""

RED, DARK_RED, ORANGE, YELLOW = (186, 32, 36), (128, 18, 24), (222, 120, 44), (226, 180, 34)
BLUE, NAVY, SKY = (34, 70, 152), (26, 32, 66), (60, 128, 186)
WHITE, CREAM, SILVER, GREY = (222, 220, 214), (214, 204, 178), (166, 172, 174), (120, 122, 122)
BLACK, BROWN, PINK, GOLD = (24, 24, 26), (108, 66, 40), (214, 132, 138), (178, 142, 72)


@dataclass(frozen=True)
class Part:
    """One solid of an object.

    Attributes:
        kind: a box, a can (an upright elliptical cylinder), or a cup (a can without its lid, so its inside shows).
        centre: in the object's frame, cm.
        half: half extents along x, y, z, cm.
        faces: uint8 (F, 32, 32, 3); a box has -x, +x, -y, +y, -z, +z; a can has side, bottom, top.
    """

    kind: Literal["box", "can", "cup"]
    centre: tuple[float, float, float]
    half: tuple[float, float, float]
    faces: NDArray[np.uint8]


@dataclass(frozen=True)
class Object:
    """One household object: its parts and the half extents of the box around them, cm."""

    name: str
    half: tuple[float, float, float]
    parts: tuple[Part, ...]
    lies: float
    """How often it is found lying on a side instead of standing."""


def paint(base: Colour, *marks: Mark) -> NDArray[np.uint8]:
    """A face of one colour with marks on it, later ones on top.

    Args:
        base: the colour below, (r, g, b).
        marks: rectangles and ovals as (kind, left, bottom, right, top, colour), in fractions of the face.

    Returns:
        uint8 (32, 32, 3), row 0 at the bottom.
    """
    face = np.empty((LABEL_SIZE, LABEL_SIZE, 3), np.uint8)
    face[:] = base
    at = (np.arange(LABEL_SIZE) + 0.5) / LABEL_SIZE
    x, y = at[None, :], at[:, None]
    for kind, left, bottom, right, top, colour in marks:
        dx, dy = (2 * x - left - right) / (right - left), (2 * y - bottom - top) / (top - bottom)
        inside = (abs(dx) <= 1) & (abs(dy) <= 1) if kind == "rect" else dx * dx + dy * dy <= 1
        face[inside] = colour
    return face


def _lines(
    colour: Colour, bottom: float, top: float, count: int, left: float = 0.12, right: float = 0.88
) -> list[Mark]:
    """Rows of broken bars, which is what print looks like at this size."""
    step = (top - bottom) / count
    marks: list[Mark] = []
    for row in range(count):
        y, split = bottom + row * step, left + (right - left) * (0.35 + 0.13 * (row % 3))
        marks += [
            ("rect", left, y, split - 0.05, y + step * 0.55, colour),
            ("rect", split, y, right, y + step * 0.55, colour),
        ]
    return marks


def _box(
    half: tuple[float, float, float],
    front: NDArray[np.uint8],
    back: NDArray[np.uint8],
    side: NDArray[np.uint8],
    lid: NDArray[np.uint8],
) -> Part:
    return Part("box", (0, 0, 0), half, np.stack([side, side, front, back, lid, lid]))


def _can(
    half: tuple[float, float, float],
    side: NDArray[np.uint8],
    bottom: NDArray[np.uint8],
    top: NDArray[np.uint8],
    centre: tuple[float, float, float] = (0, 0, 0),
    kind: Literal["can", "cup"] = "can",
) -> Part:
    return Part(kind, centre, half, np.stack([side, bottom, top]))


def _twice(*marks: Mark) -> list[Mark]:
    """A label seen from the front and from the back: the marks on both halves of a can's side."""
    halves: list[Mark] = []
    for kind, left, bottom, right, top, colour in marks:
        halves += [
            (kind, left / 2, bottom, right / 2, top, colour),
            (kind, 0.5 + left / 2, bottom, 0.5 + right / 2, top, colour),
        ]
    return halves


def _tin(rim: Colour, middle: Colour) -> NDArray[np.uint8]:
    return paint(
        rim,
        ("oval", 0.08, 0.08, 0.92, 0.92, middle),
        ("oval", 0.2, 0.2, 0.8, 0.8, rim),
        ("oval", 0.26, 0.26, 0.74, 0.74, middle),
    )


def _household() -> tuple[Object, ...]:
    coffee = paint(
        BLUE,
        ("rect", 0, 0.86, 1, 1, SILVER),
        ("rect", 0, 0, 1, 0.05, SILVER),
        *_twice(
            ("oval", 0.2, 0.12, 0.8, 0.36, BLACK),
            ("rect", 0.15, 0.52, 0.85, 0.68, WHITE),
            ("rect", 0.3, 0.42, 0.7, 0.47, WHITE),
        ),
    )
    crackers = paint(
        RED,
        ("rect", 0.1, 0.8, 0.9, 0.93, WHITE),
        ("oval", 0.1, 0.3, 0.7, 0.62, ORANGE),
        ("oval", 0.45, 0.38, 0.92, 0.7, GOLD),
        ("rect", 0.12, 0.08, 0.88, 0.2, WHITE),
    )
    cracker_back = paint(WHITE, ("rect", 0, 0.7, 1, 1, RED), *_lines(GREY, 0.1, 0.6, 4))
    cracker_side = paint(RED, *_lines(WHITE, 0.15, 0.8, 6))
    sugar = paint(
        YELLOW,
        ("rect", 0, 0.62, 1, 1, WHITE),
        ("rect", 0.1, 0.72, 0.9, 0.86, NAVY),
        ("oval", 0.22, 0.3, 0.78, 0.54, WHITE),
        *_lines(BLACK, 0.06, 0.22, 2),
    )
    sugar_back = paint(WHITE, ("rect", 0, 0, 1, 0.3, YELLOW), *_lines(GREY, 0.36, 0.9, 5))
    sugar_side = paint(WHITE, ("rect", 0, 0, 1, 0.4, YELLOW), *_lines(GREY, 0.5, 0.9, 4))
    soup = paint(
        WHITE,
        ("rect", 0, 0.5, 1, 0.93, RED),
        ("rect", 0, 0.93, 1, 1, SILVER),
        ("rect", 0, 0, 1, 0.05, SILVER),
        *_twice(
            ("oval", 0.36, 0.38, 0.64, 0.58, GOLD),
            ("rect", 0.2, 0.7, 0.8, 0.8, WHITE),
            ("rect", 0.3, 0.15, 0.7, 0.28, RED),
        ),
    )
    mustard = paint(
        YELLOW,
        *_twice(
            ("oval", 0.18, 0.25, 0.82, 0.75, NAVY),
            ("oval", 0.26, 0.33, 0.74, 0.67, RED),
            ("rect", 0.3, 0.46, 0.7, 0.54, WHITE),
        ),
    )
    plain_yellow, nozzle = paint(YELLOW), paint((206, 160, 30))
    tuna = paint(
        BLUE,
        ("rect", 0, 0.85, 1, 1, SILVER),
        ("rect", 0, 0, 1, 0.12, SILVER),
        *_twice(("rect", 0.15, 0.3, 0.6, 0.68, WHITE), ("oval", 0.62, 0.25, 0.95, 0.72, SKY)),
    )
    gelatin = paint(
        WHITE,
        ("rect", 0, 0, 1, 0.2, PINK),
        ("rect", 0, 0.84, 1, 1, RED),
        ("oval", 0.12, 0.28, 0.6, 0.66, RED),
        *_lines(PINK, 0.5, 0.76, 2, 0.55, 0.92),
    )
    gelatin_back = paint(RED, *_lines(WHITE, 0.3, 0.7, 2))
    gelatin_side = paint(PINK, *_lines(WHITE, 0.15, 0.85, 3))
    meat = paint(
        NAVY,
        ("rect", 0, 0.88, 1, 1, SILVER),
        ("rect", 0.08, 0.54, 0.92, 0.78, YELLOW),
        ("oval", 0.15, 0.08, 0.85, 0.46, BROWN),
        ("oval", 0.3, 0.16, 0.6, 0.36, PINK),
    )
    meat_back = paint(NAVY, ("rect", 0.08, 0.3, 0.92, 0.9, CREAM), *_lines(GREY, 0.38, 0.86, 4, 0.16, 0.84))
    meat_side = paint(NAVY, ("rect", 0, 0.88, 1, 1, SILVER), *_lines(CREAM, 0.12, 0.76, 5))
    mug_red, mug_inside = paint((176, 26, 30)), paint((150, 22, 26))
    pen = paint(
        WHITE,
        ("rect", 0, 0.7, 1, 1, BLACK),
        ("rect", 0, 0, 1, 0.08, BLACK),
        *_twice(("rect", 0.3, 0.2, 0.7, 0.6, GREY)),
    )
    black = paint(BLACK)
    handle = Part("box", (6.0, 0, 0.2), (0.6, 0.6, 2.6), np.stack([mug_red] * 6))
    grips = tuple(Part("box", (5.0, 0, z), (1.2, 0.6, 0.5), np.stack([mug_red] * 6)) for z in (-1.9, 2.3))
    return (
        Object(
            "master_chef_can",
            (5.1, 5.1, 7),
            (_can((5.1, 5.1, 7), coffee, _tin(SILVER, GREY), _tin(SILVER, WHITE)),),
            0.25,
        ),
        Object(
            "cracker_box",
            (8.2, 3, 10.6),
            (_box((8.2, 3, 10.6), crackers, cracker_back, cracker_side, paint(RED, *_lines(WHITE, 0.3, 0.7, 1))),),
            0.4,
        ),
        Object(
            "sugar_box", (4.6, 2.2, 8.8), (_box((4.6, 2.2, 8.8), sugar, sugar_back, sugar_side, paint(WHITE)),), 0.4
        ),
        Object(
            "tomato_soup_can", (3.3, 3.3, 5), (_can((3.3, 3.3, 5), soup, _tin(SILVER, GREY), _tin(SILVER, GREY)),), 0.3
        ),
        Object(
            "mustard_bottle",
            (4.7, 2.9, 9.5),
            (
                _can((4.7, 2.9, 6), mustard, plain_yellow, plain_yellow, (0, 0, -3.5)),
                _can((3.2, 2.2, 1.4), plain_yellow, plain_yellow, plain_yellow, (0, 0, 3.9)),
                _can((1.4, 1.4, 2.1), nozzle, nozzle, nozzle, (0, 0, 7.4)),
            ),
            0.35,
        ),
        Object(
            "tuna_fish_can",
            (4.2, 4.2, 1.7),
            (_can((4.2, 4.2, 1.7), tuna, _tin(SILVER, GREY), _tin(SILVER, (190, 196, 198))),),
            0.3,
        ),
        Object(
            "gelatin_box",
            (4.4, 1.4, 3.6),
            (_box((4.4, 1.4, 3.6), gelatin, gelatin_back, gelatin_side, paint(RED, *_lines(WHITE, 0.2, 0.8, 1))),),
            0.6,
        ),
        Object(
            "potted_meat_can",
            (4.9, 2.7, 4.1),
            (
                _box(
                    (4.9, 2.7, 4.1),
                    meat,
                    meat_back,
                    meat_side,
                    paint(GOLD, ("rect", 0.1, 0.15, 0.9, 0.85, (196, 164, 96))),
                ),
            ),
            0.25,
        ),
        Object(
            "mug",
            (5.4, 4.3, 4.1),
            (_can((4.3, 4.3, 4.1), mug_red, mug_red, mug_inside, kind="cup"), handle, *grips),
            0.3,
        ),
        Object("large_marker", (0.95, 0.95, 6.1), (_can((0.95, 0.95, 6.1), pen, black, black),), 0.65),
    )


HOUSEHOLD = _household()
"""The ten objects, in the order of CLASSES."""
