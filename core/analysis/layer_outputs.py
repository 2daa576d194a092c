"""The data after each layer for one picture; `core.worker.interpret.layer_outputs` computes it."""

from dataclasses import dataclass

from core.experiment.shapes import Summary, num_values
from core.number_text import quantity

MOST_PARAMETERS = 20_000_000  # initialised for a preview: 80 MB
MOST_NUMBERS = 2_000_000  # in one layer's output


@dataclass(frozen=True)
class LayerOutput:
    """The data after one layer."""

    pictures: tuple[str, ...]  # PNG as data: URIs; one for each shown channel
    channels: int  # number of all channels
    numbers: int  # number of all values
    likeliest: tuple[tuple[int, float], ...] = ()  # of an output that is probabilities: the best classes, by their labels

    @property
    def words(self) -> str:
        """What the pictures show: "4 of 32 channels", "128 numbers"."""
        if self.channels > len(self.pictures) > 1:
            return f"{len(self.pictures)} of {self.channels:,} channels"
        return f"{quantity(self.numbers, 'number')}"


def is_small_enough(summary: Summary) -> bool:
    """Whether a network is small enough to preview its data while the inspector does other work."""
    largest = max((num_values(row.output_shape) for row in summary.rows), default=0)
    return summary.parameters <= MOST_PARAMETERS and largest <= MOST_NUMBERS
