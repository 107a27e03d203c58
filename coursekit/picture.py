"""A figure as a notebook shows and keeps it: sharp, without a page of its own, with its size and with words for it."""

from __future__ import annotations

import io
import sys
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
        arrays = [image.get_array() for image in self.findobj(AxesImage)]
        photographs = any(array is not None and array.ndim == 3 for array in arrays)
        return page.getvalue() if photographs else one_palette([Image.open(page)])[1]

    def size_on_page(self) -> tuple[int, int]:
        """Width and height in pixels of the page."""
        width, height = self.get_size_inches() * self.dpi
        return round(width), round(height)

    def description(self) -> str:
        """The words for it, and the titles in it."""
        titles = [self.get_suptitle(), *(ax.get_title() for ax in self.axes)]
        return " ".join([self.words, *(f"{title}." for title in dict.fromkeys(titles) if title)]).replace("\n", " ")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _show_by_their_own_png()

    def _repr_png_(self) -> bytes:
        return self.png()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, str], dict[str, Any]]:  # noqa: ARG002
        """What a notebook keeps beside the PNG: words, and the size; nothing that must be trusted to be seen."""
        width, height = self.size_on_page()
        words = self.description()
        return {"text/plain": words}, {"image/png": {"width": width, "height": height, "alt": words}}


def _show_by_their_own_png() -> None:
    """Matplotlib's backend for notebooks tells them how to show any figure, at 100 dpi; tell them better."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is not None:
        shell.display_formatter.formatters["image/png"].for_type(Picture, Picture.png)


def one_palette(pictures: Sequence[Image.Image], size: int = PALETTE) -> tuple[list[Image.Image], bytes]:
    """Several pictures of one size with one palette, and the first as a PNG.

    Args:
        pictures: RGBA.
        size: colours in it, transparent ones included; at most 256.
    """
    width, height = pictures[0].size
    sheet = Image.new("RGBA", (width, height * len(pictures)))
    for number, picture in enumerate(pictures):
        sheet.paste(picture, (0, number * height))
    flat = sheet.quantize(size, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    parts = [flat.crop((0, number * height, width, (number + 1) * height)) for number in range(len(pictures))]
    file = io.BytesIO()
    parts[0].save(file, "PNG", optimize=True)
    return parts, file.getvalue()
