"""The data after each layer of a network, for one picture; `core.worker.interpret.layer_outputs` fills a Glimpse in."""

from dataclasses import dataclass

from core.experiment.shapes import Summary, num_values
from core.number_text import quantity

MOST_PARAMETERS = 20_000_000  # that are filled with numbers for this: 80 MB
MOST_NUMBERS = 2_000_000  # after one layer


@dataclass(frozen=True)
class LayerOutput:
    """The data after one layer."""

    pictures: tuple[str, ...]  # data: URIs of PNG; one for each channel that is shown
    channels: int  # how many there are
    numbers: int  # all of them

    @property
    def words(self) -> str:
        """What the pictures show: "4 of 32 channels", "128 numbers"."""
        if self.channels > len(self.pictures) > 1:
            return f"{len(self.pictures)} of {self.channels:,} channels"
        return f"{quantity(self.numbers, 'number')}"


def is_small_enough(summary: Summary) -> bool:
    """Whether a network is so small that its data can be shown beside all else that the inspector has to do."""
    largest = max((num_values(row.output_shape) for row in summary.rows), default=0)
    return summary.parameters <= MOST_PARAMETERS and largest <= MOST_NUMBERS
