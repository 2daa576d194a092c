"""A sheet to draw on, by pointer, finger or keys."""

from collections.abc import Callable

import streamlit as st

from pages.components import FOLDER

_HTML, _CSS, _JS = ((FOLDER / f"pad.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js"))
_PAD = st.components.v2.component("pad", html=_HTML, css=_CSS, js=_JS)


def pad(  # noqa: PLR0913 - each is one thing that the sheet needs
    *, paper: str, ink: str, width: int, colour: bool, drawing: str, label: str, key: str, on_drawn: Callable[[], None]
) -> None:
    """A sheet to draw on; what is on it is kept in session state under its key, as `drawing`: an address of a PNG, or "".

    Parameters
    ----------
    paper, ink : colours of sheet and pen at first, as "#000000".
    width : of the pen at first, in 280ths of the sheet.
    colour : whether other colours can be chosen.
    drawing : what was on the sheet before the page was left; "" for nothing.
    label : what it is for, for those who listen.
    key : of the element.
    on_drawn : called before the script reruns for what was drawn.
    """
    data = {"paper": paper, "ink": ink, "width": width, "colour": colour, "drawing": drawing, "label": label}
    _PAD(key=key, data=data, default={"drawing": ""}, on_drawing_change=on_drawn)
