"""A component that draws a network with its outputs for an image."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from core.analysis.network_columns import DrawnColumn
from core.network_state import NetworkState, PixelImage
from pages.components.browser_modules import register

_NETWORK = register("network", folder="views/network")
LONGEST_SIDE = 32  # pixels that are drawn, as in `core.worker.training.network_state`


@dataclass(frozen=True)
class Picture:
    """The data for the drawing of a network."""

    line: str  # the network in a few words
    pixels: str  # the heading of the image: "784 pixels"
    columns: Sequence[DrawnColumn]  # the last column gives the answers
    is_chain: bool  # whether each column takes the outputs of the column before
    classes: Sequence[str]  # the names of the answers
    class_pictures: Sequence[str] = ()  # a data: URI for each class
    image: PixelImage | None = None  # shown until the network has answered
    label: int = 0  # the class of that image


def network(picture: Picture, *, key: str, state: NetworkState | None, url: str = "", is_trained: bool = False) -> None:
    """Draw a network with its outputs for an image.

    Parameters
    ----------
    picture
        The network and the image.
    key
        The key of the element.
    state
        The outputs for the image, or None before they are computed.
    url
        The path of the event stream of the run that trains this network, or an empty string.
    is_trained
        Whether `state` belongs to a trained network, so that its answer is marked as right or wrong.
    """
    # In lists: Streamlit looks whether a dict is a table, and imports pandas for that, which takes half a second.
    known = {"images": [picture.image] if picture.image else [], "states": [state] if state else []}
    _NETWORK(key=key, data={**_data(picture), **known, "url": url, "is_trained": is_trained})


def pixel_image(pixels: np.ndarray) -> PixelImage:
    """Convert an image, uint8 (height, width, channels), to the form that the drawing's JavaScript reads."""
    small = pixels[:: -(-pixels.shape[0] // LONGEST_SIDE), :: -(-pixels.shape[1] // LONGEST_SIDE)]
    height, width, channels = small.shape
    text = base64.b64encode(np.ascontiguousarray(small).tobytes()).decode("ascii")
    return {"height": height, "width": width, "channels": channels, "pixels": text}


def _data(picture: Picture) -> Mapping[str, Any]:
    columns = [{**asdict(column), "title": column.title, "note": column.note} for column in picture.columns]
    return {
        "line": picture.line,
        "pixels": picture.pixels,
        "columns": columns,
        "is_chain": picture.is_chain,
        "answers": picture.columns[-1].count if picture.columns else 0,
        "classes": list(picture.classes),
        "pictures": list(picture.class_pictures),
        "label": picture.label,
    }
