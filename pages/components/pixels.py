"""A picture drawn big and crisp, and the numbers of the pixel that is pointed at, by pointer or arrow keys."""

import numpy as np
import streamlit as st

from pages.components import FOLDER

CHANNELS = {1: ("",), 3: ("red", "green", "blue")}  # what each number of a pixel is called

_HTML, _CSS, _JS = ((FOLDER / f"pixels.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js"))
_PIXELS = st.components.v2.component("pixels", html=_HTML, css=_CSS, js=_JS)


def pixels(image: np.ndarray, *, label: str, key: str, around: int | None = None) -> None:
    """The picture, with a mark on one pixel, and beside it the numbers around that.

    Parameters
    ----------
    image : bytes (uint8) of shape (height, width, 1 or 3).
    label : what it shows, in words.
    key : of the element.
    around : how many pixels on each side of the marked one have their numbers shown; the picture is then large. None: as
        many numbers as there is room for, all of them where they fit; a frame in the picture says which.
    """
    channels = list(CHANNELS[image.shape[2]])
    _PIXELS(key=key, data={"values": image.tolist(), "channels": channels, "label": label, "around": around})
