"""A sheet to draw on, by pointer, finger or keys."""

from collections.abc import Callable

from pages.components.browser_modules import register

_PIXEL_PAD = register("pixel_pad")


def pixel_pad(  # noqa: PLR0913 - each is one thing that the sheet needs
    *, paper: str, ink: str, width: int, colour: bool, drawing: str, label: str, key: str, on_drawn: Callable[[], None]
) -> None:
    """Show a sheet to draw on. Session state has the drawing under the key, as `drawing`: a data: URI of a PNG, or "".

    Parameters
    ----------
    paper, ink
        The colours of sheet and pen at first, as "#000000".
    width
        The width of the pen at first, in 280ths of the sheet.
    colour
        Whether a person can choose other colours.
    drawing
        The drawing from before the page was left; "" for none.
    label
        What the sheet is for, for screen readers.
    key
        The key of the element.
    on_drawn
        Called before the script reruns for a new drawing.
    """
    data = {"paper": paper, "ink": ink, "width": width, "colour": colour, "drawing": drawing, "label": label}
    _PIXEL_PAD(key=key, data=data, default={"drawing": ""}, on_drawing_change=on_drawn)
