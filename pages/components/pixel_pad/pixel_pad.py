"""A sheet on which a visitor draws by pointer, finger or keys."""

from collections.abc import Callable

from pages.components.browser_modules import register

_PIXEL_PAD = register("pixel_pad", styles=("shared/slider.css", "pixel_pad/pixel_pad.css"))


def pixel_pad(  # noqa: PLR0913 - a value for each part of the sheet
    *,
    paper: str,
    ink: str,
    width: int,
    colour: bool,
    drawing: str,
    label: str,
    key: str,
    on_drawn: Callable[[], None],
    cells: int = 0,
    ghost: str = "",
    line: str = "",
    trace: str = "",
    keep: str = "",
    on_restored: Callable[[], None] | None = None,
) -> None:
    """Show a sheet on which a visitor draws. Its session state has `drawing`: a data: URI of a PNG, or an empty string.

    Parameters
    ----------
    paper, ink
        The colours of sheet and pen at first, as "#000000".
    width
        The width of the pen at first, in 280ths of the sheet.
    colour
        Whether a person can choose other colours.
    drawing
        The drawing from before the page was left, or an empty string.
    label
        The purpose of the sheet, for screen readers.
    key
        The key of the element.
    on_drawn
        Called before the script reruns for a new drawing.
    cells
        The number of cells of a grid along a side, or 0 for no grid.
    ghost
        A picture whose outline lies on the sheet to be traced, as a data: URI, or an empty string.
    line
        A line that lies on the sheet as dots to be followed, as a path of SVG on a square of 100, or an empty string.
    trace
        The text on an empty sheet.
    keep
        The name under which this tab of the browser keeps the drawing, also while the page is reloaded, or "" to keep none.
    on_restored
        Called before the script reruns for a drawing that the tab has kept, and once more when that is cleared. Session
        state has the drawing under the key, as the trigger `restored`.
    """
    data = {"paper": paper, "ink": ink, "width": width, "colour": colour, "drawing": drawing, "label": label}
    data |= {"cells": cells, "ghost": ghost, "line": line, "trace": trace, "keep": keep}
    callbacks = {"on_drawing_change": on_drawn} | ({"on_restored_change": on_restored} if on_restored else {})
    _PIXEL_PAD(key=key, data=data, default={"drawing": ""}, **callbacks)
