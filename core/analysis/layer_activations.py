"""What is seen inside a network for one image: pictures of what each layer gives.

`core.worker.interpret.layer_activations` fills it in.
"""

from dataclasses import dataclass

from core.experiment.shapes import Shape

MOST_MAPS = 10  # of a layer, beside those of all other layers
MAP_AXES = 3  # of what gives maps: height, width, channels; a volume has more
MOST_PICTURES = 64  # of the layer that is looked at alone


@dataclass(frozen=True)
class Picture:
    """One picture of numbers."""

    source: str  # a data: URI of PNG
    place: int  # of the channel, unit or head that it shows, from 0
    words: str  # what it shows, for those who listen
    silent: bool = False  # whether every number is 0


@dataclass(frozen=True)
class LayerActivations:
    """What one layer gives for one image."""

    id: str  # the layer's id; INPUT for the image itself
    name: str  # its Keras class; "" for the image
    takes: tuple[str, ...]  # ids of what it takes
    shape: Shape  # of what it gives, without the batch
    pictures: tuple[Picture, ...]  # all on one scale: the least number black, the largest white
    channels: int  # how many pictures there would be of all
    low: float  # the least of its numbers
    high: float  # the largest

    @property
    def words(self) -> str:
        """How much is shown: "10 of 32", and of volumes the slice in the middle; "" where it is all."""
        some = f"{len(self.pictures)} of {self.channels:,}" if self.channels > len(self.pictures) else ""
        return ", ".join(filter(None, (some, "the slice in the middle" if len(self.shape) > MAP_AXES else "")))


@dataclass(frozen=True)
class NetworkActivations:
    """A whole network for one image."""

    layers: tuple[LayerActivations, ...]  # the image, then the layers in the order of the graph
    probabilities: tuple[float, ...]  # of the classes
    stopped: str = ""  # the id of a layer that could not take what it got; "" for none


@dataclass(frozen=True)
class Gallery:
    """Pictures of one kind: kernels, weights, states, attention."""

    title: str
    words: str  # what they show
    pictures: tuple[Picture, ...] = ()
    bound: float = 0.0  # what the strongest colour stands for; 0 where the pictures are grey
    missing: str = ""  # why there are none; "" where there are


@dataclass(frozen=True)
class Distribution:
    """How some numbers are distributed."""

    name: str  # of the numbers: "kernel", or "what it gives"
    count: int
    edges: tuple[float, ...]  # of the bins, one more than there are
    counts: tuple[int, ...]
    mean: float
    deviation: float
    zeros: float  # the share that is exactly 0


@dataclass(frozen=True)
class LayerDistributions:
    """The weights of a layer, and what it gives for a sample of images."""

    weights: tuple[Distribution, ...]
    gives: Distribution | None
    images: int  # of the sample
    part: str  # the set that they are of
    units: int  # numbers on the last axis
    dead: tuple[int, ...]  # units that are 0 for all of these images, at every place

    @property
    def all(self) -> tuple[Distribution, ...]:
        """Of the weights first, then of what it gives."""
        return (*self.weights, self.gives) if self.gives else self.weights
