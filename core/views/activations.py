"""Pictures of the outputs and weights of layers for an image, and a common grey scale for several moments of a run.

The worker scales the pictures of each moment separately, to 256 grey levels. The common scale covers the values of all
moments, so that rounding moves no value by more than a level.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from core import png
from core.experiment.image_ref import ImageRef
from core.experiment.shapes import Shape
from core.views.shared.question import NetworkQuestion

MOST_MAPS = 10  # pictures of each layer, if all layers are shown
MAP_AXES = 3  # height, width, channels; a volume has more axes
MOST_PICTURES = 64  # pictures of a layer that is shown alone
LEVELS = 255  # steps of grey from black to white


@dataclass(frozen=True)
class Picture:
    """An array drawn as a picture, such as a channel of a layer's output."""

    source: str  # a data: URI of PNG
    index: int  # the index of the channel, unit or head
    words: str  # alternative text
    silent: bool = False  # whether all numbers are 0


@dataclass(frozen=True)
class LayerActivations:
    """The output of a layer for an image, as pictures of its channels."""

    id: str  # the layer's id; INPUT for the image itself
    name: str  # the layer's Keras class; "" for the image
    inputs: tuple[str, ...]  # ids of the layer's inputs
    shape: Shape  # shape of the output, without the batch
    pictures: tuple[Picture, ...]  # on a common scale: black is the lowest number, white the highest
    channels: int  # number of all channels
    low: float  # lowest number
    high: float  # highest number

    @property
    def words(self) -> str:
        """A note on the part of the output that is shown, such as "10 of 32". Empty if the whole output is shown."""
        some = f"{len(self.pictures)} of {self.channels:,}" if self.channels > len(self.pictures) else ""
        return ", ".join(filter(None, (some, "the slice in the middle" if len(self.shape) > MAP_AXES else "")))


@dataclass(frozen=True)
class NetworkActivations:
    """The outputs of all layers of a network for an image."""

    layers: tuple[LayerActivations, ...]  # the image, then the layers in the order of the graph
    probabilities: tuple[float, ...]  # the probabilities of the classes
    stopped: str = ""  # the id of a layer that could not process its input, or ""


@dataclass(frozen=True)
class Gallery:
    """A titled group of pictures of a layer: its kernels, weights, recurrent states or attention scores."""

    title: str
    words: str  # alternative text
    pictures: tuple[Picture, ...] = ()
    bound: float = 0.0  # the absolute value of the strongest colour; 0 for grey pictures
    missing: str = ""  # the reason for missing pictures, or ""


@dataclass(frozen=True)
class ActivationsQuestion(NetworkQuestion[NetworkActivations]):
    """A request for the outputs of all layers of a network for an image."""

    image: ImageRef

    function = "core.worker.views.activations:activations"
    kept = 100


@dataclass(frozen=True)
class LayerMapsQuestion(NetworkQuestion[LayerActivations]):
    """A request for the output of a layer for an image, with up to `MOST_PICTURES` channels as pictures."""

    image: ImageRef
    layer: str  # the layer's id

    function = "core.worker.views.activations:all_maps"
    kept = 60


@dataclass(frozen=True)
class WeightsAndStatesQuestion(NetworkQuestion[tuple[Gallery, ...]]):
    """A request for pictures of a layer's weights, or of its recurrent states or attention scores for an image."""

    image: ImageRef
    layer: str  # the layer's id
    channel: int  # the output channel or unit whose weights are shown if the weights of all would be too many pictures

    function = "core.worker.views.activations:galleries"
    kept = 60


def network_on_common_scale(moments: Sequence[NetworkActivations]) -> tuple[NetworkActivations, ...]:
    """Rescale a network's outputs at several moments of a run, so that a grey level of a layer means the same value."""
    layers = [layers_on_common_scale(moment) for moment in zip(*(moment.layers for moment in moments), strict=True)]
    rescaled = zip(*layers, strict=True)
    return tuple(replace(moment, layers=scaled) for moment, scaled in zip(moments, rescaled, strict=True))


def layers_on_common_scale(moments: Sequence[LayerActivations]) -> tuple[LayerActivations, ...]:
    """Rescale a layer's outputs at several moments: black is the lowest value of all moments, white the highest."""
    low, high = min(moment.low for moment in moments), max(moment.high for moment in moments)
    if low == high:
        return tuple(moments)

    def rescaled(moment: LayerActivations) -> LayerActivations:
        """Rescale the pictures of a moment, in which a grey level means the value low + level / 255 × (high - low)."""
        slope, offset = (moment.high - moment.low) / (high - low), LEVELS * (moment.low - low) / (high - low)
        pictures = tuple(replace(picture, source=_recoloured(picture.source, slope, offset)) for picture in moment.pictures)
        return replace(moment, pictures=pictures, low=low, high=high)

    return tuple(map(rescaled, moments))


def galleries_on_common_scale(moments: Sequence[Gallery]) -> tuple[Gallery, ...]:
    """Rescale pictures of kernels or weights at several moments, so that a colour always means the same value.

    The strongest colour is the largest absolute value of all moments, and white is 0.
    """
    bound = max(moment.bound for moment in moments)
    if not bound:
        return tuple(moments)

    def paler(moment: Gallery) -> Gallery:
        share = moment.bound / bound
        pictures = tuple(
            replace(picture, source=_recoloured(picture.source, share, LEVELS * (1 - share))) for picture in moment.pictures
        )
        return replace(moment, pictures=pictures, bound=bound)

    return tuple(map(paler, moments))


@lru_cache(maxsize=2048)  # enough for switching between two moments of a layer with many maps
def _recoloured(source: str, slope: float, offset: float) -> str:
    """Replace each grey level of a picture by slope × level + offset. Return the new picture as a data: URI."""
    return png.to_data_uri(np.rint(np.clip(slope * png.from_data_uri(source) + offset, 0, LEVELS)).astype("uint8"))
