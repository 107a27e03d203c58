"""Pictures with sliders: live where ipywidgets is there and a kernel runs; below them, a still that needs neither."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from coursekit.progress import in_notebook
from coursekit.style import drawn, panels

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Draw = Callable[..., None]
"""draw(ax, name=value, ...): draws one picture on empty axes."""

ASLEEP = "Sliders stand here while the notebook runs: run this cell again. The pictures below need no kernel."
"""What a notebook that is read, and not run, has in the place of the sliders."""


def slide(
    draw: Draw,
    stills: Sequence[Mapping[str, Any]],
    choices: Mapping[str, Sequence[Any]],
    size: tuple[float, float] = (4.6, 3.4),
    note: str = "",
    **options: Any,
) -> Figure:
    """Show sliders over a picture, where that can be done, and make a row of the same picture for a few settings.

    The row is what is left of it in a notebook that is reopened, not trusted or printed, and all there is without
    ipywidgets.

    Args:
        draw: draws the picture for one setting.
        stills: the settings of the row, from left to right, {name: value}; the first is where the sliders begin.
        choices: {name: what its slider goes through}. A first value that is not among them is put there.
        size: width and height of one picture in inches.
        note: small print below.
        options: for `coursekit.style.panels`, of the row.

    Returns:
        The row, to stand last in a cell.
    """
    if in_notebook() and importlib.util.find_spec("ipywidgets") is not None:
        from IPython.display import display

        bundle = live(draw, stills[0], choices, (1.4 * size[0], 1.2 * size[1]), note)._repr_mimebundle_()
        display({**bundle, "text/plain": ASLEEP}, raw=True)  # type: ignore[no-untyped-call]
    return _row(draw, stills, size, note, options)


def live(
    draw: Draw,
    start: Mapping[str, Any],
    choices: Mapping[str, Sequence[Any]],
    size: tuple[float, float],
    note: str = "",
) -> Any:
    """Sliders, one for each name, over the picture of where they stand.

    Args:
        draw, choices, size, note: as in `slide`.
        start: where they stand at first.

    Returns:
        An `ipywidgets.VBox` of the sliders and, last, an `ipywidgets.Image`.
    """
    import ipywidgets

    drawn_before: dict[tuple[Any, ...], bytes] = {}
    width = round(100 * size[0])
    shown = ipywidgets.Image(format="png", width=width, layout={"max_width": "100%"})
    sliders = {
        name: ipywidgets.SelectionSlider(
            options=[(_label(value), value) for value in sorted({*values, start[name]})],
            value=start[name],
            description=name,
            continuous_update=False,  # one picture where it is let go of, not one for each place on the way
            style={"description_width": "initial"},
            layout={"width": f"{min(width, 520)}px"},
        )
        for name, values in choices.items()
    }

    def redraw(_change: Any = None) -> None:
        where = tuple(slider.value for slider in sliders.values())
        if where not in drawn_before:
            figure: Any = _row(draw, [dict(zip(sliders, where, strict=True))], size, note, {})
            drawn_before[where] = figure.png()
        shown.value = drawn_before[where]

    for slider in sliders.values():
        slider.observe(redraw, names="value")
    redraw()
    return ipywidgets.VBox([*sliders.values(), shown])


@drawn
def _row(
    draw: Draw, settings: Sequence[Mapping[str, Any]], size: tuple[float, float], note: str, options: Mapping[str, Any]
) -> Figure:
    """One picture for each of a few settings."""
    figure, axes = panels(1, len(settings), size=size, note=note, **options)
    for ax, setting in zip(axes[0], settings, strict=True):
        draw(ax, **setting)
        if len(settings) > 1:
            ax.label_outer()
    return figure


def _label(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
