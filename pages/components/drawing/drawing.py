"""Show a drawing that is made of shapes; Streamlit takes them out of HTML, and as an image it would not follow the theme."""

from pages.components.browser_modules import register

_DRAWING = register("drawing")


def drawing(svg: str, *, key: str) -> None:
    """Show a drawing in the colours of the theme.

    Parameters
    ----------
    svg
        The drawing, with its alternative text; see `core.glossary.drawings`. Never a text that somebody typed.
    key
        The key of the element.
    """
    _DRAWING(key=key, data={"svg": svg})
