"""Functions that encode pictures as PNG in data: URIs, and decode them."""

import base64
import io

import numpy as np
from PIL import Image

START = "data:image/png;base64,"


def to_data_uri(picture: np.ndarray) -> str:
    """Encode a picture as PNG in a data: URI.

    Parameters
    ----------
    picture
        An array of uint8, (height, width), (height, width, 1) or (height, width, 3).
    """
    if picture.dtype != np.uint8:
        raise TypeError(f"The image holds {picture.dtype}; expected uint8. Scale it to 0-255 and use astype('uint8').")
    if picture.ndim == 3 and picture.shape[2] == 1:
        picture = picture[:, :, 0]
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(picture)).save(file, format="PNG")
    return START + base64.b64encode(file.getvalue()).decode("ascii")


def from_data_uri(address: str) -> np.ndarray:
    """Decode a picture that `to_data_uri` encoded, as uint8, (height, width) or (height, width, 3)."""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(address.removeprefix(START)))))
