"""The outputs of all layers of a network for one image, as pictures.

`core.worker.interpret.layer_activations` computes them.
"""

from dataclasses import dataclass

from core.experiment.shapes import Shape

MOST_MAPS = 10  # for each layer, when all layers are shown
MAP_AXES = 3  # height, width, channels; a volume has more
MOST_PICTURES = 64  # for a layer that is shown alone


@dataclass(frozen=True)
class Picture:
    """Numbers as a picture."""

    source: str  # a data: URI of PNG
    index: int  # of the channel, unit or head
    words: str  # what it shows, as alternative text
    silent: bool = False  # whether all numbers are 0


@dataclass(frozen=True)
class LayerActivations:
    """The outputs of a layer for one image."""

    id: str  # the layer's id; INPUT for the image itself
    name: str  # its Keras class; "" for the image
    inputs: tuple[str, ...]  # ids of its inputs
    shape: Shape  # of its output, without the batch
    pictures: tuple[Picture, ...]  # on one scale: black is the lowest number, white the highest
    channels: int  # number of all channels
    low: float  # lowest number
    high: float  # highest number

    @property
    def words(self) -> str:
        """How much is shown: "10 of 32", and for volumes the middle slice; "" if all is shown."""
        some = f"{len(self.pictures)} of {self.channels:,}" if self.channels > len(self.pictures) else ""
        return ", ".join(filter(None, (some, "the slice in the middle" if len(self.shape) > MAP_AXES else "")))


@dataclass(frozen=True)
class NetworkActivations:
    """The outputs of all layers for one image."""

    layers: tuple[LayerActivations, ...]  # the image, then the layers in the order of the graph
    probabilities: tuple[float, ...]  # of the classes
    stopped: str = ""  # the id of a layer that could not process its input, or ""


@dataclass(frozen=True)
class Gallery:
    """Pictures of one kind: kernels, weights, states, attention."""

    title: str
    words: str  # what they show
    pictures: tuple[Picture, ...] = ()
    bound: float = 0.0  # the absolute value of the strongest colour; 0 for grey pictures
    missing: str = ""  # why there are no pictures; "" if there are some


@dataclass(frozen=True)
class Distribution:
    """The distribution of some numbers."""

    name: str  # such as "kernel"; "what it gives" for outputs
    count: int
    edges: tuple[float, ...]  # of the bins, one more than there are bins
    counts: tuple[int, ...]
    mean: float
    deviation: float
    zeros: float  # share of numbers that are exactly 0


@dataclass(frozen=True)
class LayerDistributions:
    """The distributions of a layer's weights, and of its outputs for a sample of images."""

    weights: tuple[Distribution, ...]
    outputs: Distribution | None
    images: int  # in the sample
    part: str  # the set of the sample
    units: int  # size of the last axis
    dead: tuple[int, ...]  # units that are 0 at every position for the whole sample

    @property
    def all(self) -> tuple[Distribution, ...]:
        """The distributions of the weights, then of the outputs."""
        return (*self.weights, self.outputs) if self.outputs else self.weights
