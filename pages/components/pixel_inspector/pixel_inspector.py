"""A component that enlarges a picture, and shows the values of the pixel that the pointer or the arrow keys choose."""

import numpy as np

from pages.components.browser_modules import register

CHANNELS = {1: ("",), 3: ("red", "green", "blue")}  # names of the numbers of a pixel

_PIXEL_INSPECTOR = register("pixel_inspector")


def pixel_inspector(image: np.ndarray, *, label: str, key: str, around: int | None = None) -> None:
    """Draw an enlarged picture with a marked pixel, and beside the picture the values of the pixels around the mark.

    Parameters
    ----------
    image
        Bytes (uint8) of shape (height, width, 1 or 3).
    label
        The content of the picture, in words.
    key
        The key of the element.
    around
        The number of pixels with numbers on each side of the mark. The picture is then large. None shows as many numbers
        as fit, and a frame in the picture marks their pixels.
    """
    channels = list(CHANNELS[image.shape[2]])
    _PIXEL_INSPECTOR(key=key, data={"values": image.tolist(), "channels": channels, "label": label, "around": around})
