"""A picture drawn big and crisp, and the numbers of the pixel that is pointed at, by pointer or arrow keys."""

import numpy as np

from pages.components.browser_modules import register

CHANNELS = {1: ("",), 3: ("red", "green", "blue")}  # names of the numbers of a pixel

_PIXEL_INSPECTOR = register("pixel_inspector")


def pixel_inspector(image: np.ndarray, *, label: str, key: str, around: int | None = None) -> None:
    """Show a picture with a mark on a pixel, and beside it the numbers around that pixel.

    Parameters
    ----------
    image
        Bytes (uint8) of shape (height, width, 1 or 3).
    label
        What the picture shows, in words.
    key
        The key of the element.
    around
        How many pixels on each side of the mark have their numbers shown; the picture is then large. None shows as many
        numbers as there is room for; a frame in the picture marks which.
    """
    channels = list(CHANNELS[image.shape[2]])
    _PIXEL_INSPECTOR(key=key, data={"values": image.tolist(), "channels": channels, "label": label, "around": around})
