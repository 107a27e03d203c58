"""A figure as a notebook shows and keeps it: sharp, without a page of its own, with its size and with words for it."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import Any

from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from PIL import Image

SHARPNESS = 2
"""Pixels of the file for each pixel of the page, as screens have them today."""
PALETTE = 256
"""How many colours a picture without photographs is stored with: a third of the bytes, and nobody sees it."""


class Picture(Figure):
    """A figure that a notebook shows as a PNG of its own size.

    Attributes:
        words: what stands for the picture where it cannot be seen.
    """

    words: str = ""

    def png(self, sharpness: float = SHARPNESS) -> bytes:
        """The picture as a file, transparent where nothing is drawn.

        Args:
            sharpness: pixels of the file for each pixel on the page.
        """
        page = io.BytesIO()
        self.savefig(page, format="png", dpi=sharpness * self.dpi)
        photographs = any(image.get_array().ndim == 3 for image in self.findobj(AxesImage))
        return page.getvalue() if photographs else one_palette([Image.open(page)])[1]

    def size_on_page(self) -> tuple[int, int]:
        """Width and height in pixels of the page."""
        width, height = self.get_size_inches() * self.dpi
        return round(width), round(height)

    def description(self) -> str:
        """The words for it, and the titles in it."""
        titles = [self.get_suptitle(), *(ax.get_title() for ax in self.axes)]
        return " ".join([self.words, *(f"{title}." for title in dict.fromkeys(titles) if title)]).replace("\n", " ")

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, str], dict[str, Any]]:  # noqa: ARG002
        """What a notebook shows and keeps: nothing that must be trusted or run again to be seen."""
        width, height = self.size_on_page()
        shown = {"image/png": base64.b64encode(self.png()).decode(), "text/plain": self.description()}
        return shown, {"image/png": {"width": width, "height": height, "alt": self.description()}}


def one_palette(pictures: Sequence[Image.Image], colors: int = PALETTE) -> tuple[list[Image.Image], bytes]:
    """Several pictures of one size with one palette, and the first as a PNG.

    Args:
        pictures: RGBA.
        colors: how many, transparent ones included; at most 256.
    """
    width, height = pictures[0].size
    sheet = Image.new("RGBA", (width, height * len(pictures)))
    for number, picture in enumerate(pictures):
        sheet.paste(picture, (0, number * height))
    flat = sheet.quantize(colors, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    parts = [flat.crop((0, number * height, width, (number + 1) * height)) for number in range(len(pictures))]
    file = io.BytesIO()
    parts[0].save(file, "PNG", optimize=True)
    return parts, file.getvalue()
