"""The loss before and after a first step of plain SGD, with pixels from 0 to 255 and from 0 to 1."""

from dataclasses import dataclass
from math import isfinite

from core.views.shared.question import LossQuestion

RATES = tuple(10 ** (power / 4) for power in range(-28, 5))  # from 1e-7 to 10, four to a power of ten
HELPFUL_LOSS_SHARE = 0.99  # a step helps if the loss after the step is at most this share of the loss before
LARGE, SMALL = "0-255", "0-1"  # ranges of pixels, as in an experiment


@dataclass(frozen=True)
class RangeSteps:
    """The loss before and after a first step of SGD with each learning rate of RATES, for a range of pixels."""

    pixels: str  # LARGE or SMALL
    before: float  # the loss
    after: tuple[float, ...]  # the loss for each of RATES; infinite if the loss is not a number

    def helps(self, index: int) -> bool:
        """Return whether a step with the learning rate RATES[index] clearly lowers the loss."""
        return isfinite(self.after[index]) and self.after[index] <= HELPFUL_LOSS_SHARE * self.before


@dataclass(frozen=True)
class ScaledSteps:
    """The losses for pixels from 0 to 255 (large) and from 0 to 1 (small)."""

    large: RangeSteps
    small: RangeSteps
    images: int  # of which the loss is the mean


@dataclass(frozen=True)
class ScaledStepsQuestion(LossQuestion[ScaledSteps]):
    """A request for the losses after a first step of plain SGD, with pixels from 0 to 255 and from 0 to 1."""

    function = "core.worker.views.scaling:scaled_steps"
    kept = 100


def nearest_rate(rate: float) -> int:
    """Return the index of the learning rate in RATES whose ratio to `rate` is closest to 1."""
    return min(range(len(RATES)), key=lambda index: max(RATES[index] / rate, rate / RATES[index]))
