"""A drawing of SVG shapes. Streamlit removes such shapes from HTML, and an image would not follow the theme."""

from pages.components.browser_modules import register

_DRAWING = register("drawing")


def drawing(svg: str, *, key: str, large: bool = False) -> None:
    """Draw an SVG in the colours of the theme.

    Parameters
    ----------
    svg
        The drawing, with its alternative text. See `core.glossary.drawings`. Never pass a text that somebody typed.
    key
        The key of the element.
    large
        Whether the drawing fills its container, as on a projector.
    """
    _DRAWING(key=key, data={"svg": svg, "large": large})
