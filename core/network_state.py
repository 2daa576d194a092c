"""The types that describe a network's activations for an image, in events and workers' answers, for drawings in browsers."""

from typing import TypedDict


class PixelImage(TypedDict):
    """A small image with its pixels as base64."""

    height: int
    width: int
    channels: int
    pixels: str  # bytes in base64, row by row


class NetworkColumn(TypedDict):
    """The outputs of a layer for an image, which a drawing shows as a column."""

    id: str  # the id of the layer; "" for layers that are not drawn
    values: str  # bytes in base64: the strength of each unit or map, as a share of the strongest
    maps: list[str]  # bytes in base64: the strongest maps
    height: int  # the height of such a map
    width: int


class NetworkLinks(TypedDict):
    """The strongest links (weight × value) to each unit of a layer, from another layer or the image."""

    source: str  # the id of the layer that the links come from; "input" for the image
    target: str  # the id of the layer
    each: int  # the number of links to a unit
    ends: str  # base64, unit after unit: 2 bytes for the pixel, unit or map of a link, a byte of 128 + the link's value


class NetworkState(TypedDict):
    """A network's activations for an image: its columns, links and answers. See `core.worker.training.network_state`."""

    image: PixelImage
    label: int  # the class of the image
    is_learned: bool  # whether the network learns from the image
    columns: list[NetworkColumn]
    links: list[NetworkLinks]
    answers: list[float]  # the probability of each class; empty if the outputs are no probabilities of classes


class NetworkDrawingState(NetworkState):
    """A network's activations for an image, with its weights. See `core.worker.views.shared.network_drawing_state`."""

    weights: list[NetworkLinks]  # as `links`, with the weight of each link instead of weight × value
    trained: list[str]  # the ids of the layers with weights of a trained network
    maps: dict[str, list[int]]  # the numbers of the maps that the column of a layer shows, by the layer's id


class WatchedImages(TypedDict):
    """The dozen validation images that are watched during training. See `core.worker.training.validation_view`."""

    pictures: list[str]  # data: URIs of PNG
    labels: list[int]
    indexes: list[int]  # the positions of the images in the validation set
