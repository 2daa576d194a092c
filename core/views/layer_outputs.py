"""The output of each layer of a network for an image, which the Define page shows before training."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

from core.experiment.model import Experiment
from core.experiment.shapes import Summary, num_values
from core.network_state import NetworkDrawingState
from core.number_text import quantity
from core.views.shared.question import Question, file_write_time

MOST_PARAMETERS = 20_000_000  # parameters that are initialised for a preview: 80 MB
MOST_NUMBERS = 2_000_000  # numbers in a layer's output


@dataclass(frozen=True)
class LayerOutput:
    """The output of a layer for an image, as pictures of some channels."""

    pictures: tuple[str, ...]  # PNG as a data: URI for each shown channel
    channels: int  # number of all channels
    numbers: int  # number of all values
    likeliest: tuple[tuple[int, float], ...] = ()  # classes with their probabilities, if the output is probabilities

    @property
    def words(self) -> str:
        """The number of channels or values that are shown, such as "4 of 32 channels" or "128 numbers"."""
        if self.channels > len(self.pictures) > 1:
            return f"{len(self.pictures)} of {self.channels:,} channels"
        return f"{quantity(self.numbers, 'number')}"


@dataclass(frozen=True)
class UnitPicture:
    """The weights of a unit, or of a filter, as a picture."""

    unit: int  # the index of the unit
    picture: str  # PNG as a data: URI


@dataclass(frozen=True)
class NetworkPreview:
    """The output of each layer of a network for an image, as a preview on the Define page."""

    outputs: Mapping[str, LayerOutput]  # the data after each layer, by its id, and the image itself under INPUT
    look: NetworkDrawingState | None = None  # the numbers of the drawing; None if a file of weights is gone
    units: Mapping[str, tuple[UnitPicture, ...]] = field(default_factory=dict)  # by the ids of layers that read pixels


@dataclass(frozen=True)
class NetworkPreviewQuestion(Question[NetworkPreview]):
    """A request for the output of each layer of a network for a training image."""

    experiment: Experiment  # only its data, its layers and its seed matter
    index: int  # the index of the image in the training files; an index that is too large starts again from 0
    model: str = ""  # a file whose weights are used in layers of the same shapes; "" for the initial weights of training

    function = "core.worker.views.layer_outputs:network_preview"
    kept = 100  # some ten kilobytes each

    @property
    def key(self) -> Hashable:
        """The cache key: all values on which the preview depends."""
        data, seed = self.experiment.data, self.experiment.fit.seed
        weights = (self.experiment.layers, seed, self.model, file_write_time(self.model))
        return (data.dataset, data.pixels, weights, self.index)

    @property
    def shown_dataset(self) -> str:
        """The data set of the experiment."""
        return self.experiment.data.dataset


def is_small_enough(summary: Summary) -> bool:
    """Return whether a network is small enough for a preview, which must not delay other requests to the worker."""
    largest = max((num_values(row.output_shape) for row in summary.rows), default=0)
    return summary.parameters <= MOST_PARAMETERS and largest <= MOST_NUMBERS
