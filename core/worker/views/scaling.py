"""Compute the loss before and after a first step of plain SGD, with pixels from 0 to 255 and from 0 to 1."""

from dataclasses import replace

from core.experiment.model import Experiment
from core.views.scaling import LARGE, RATES, SMALL, RangeSteps, ScaledSteps
from core.worker.views.shared.landscape import Landscape, landscape
from core.worker.views.shared.load_trained import errors_as_problems


@errors_as_problems
def scaled_steps(experiment: Experiment) -> ScaledSteps:
    """Return the losses before and after a first step of SGD, for each range of pixels and each learning rate."""
    large, small = (
        landscape(replace(experiment, data=replace(experiment.data, pixels=pixels))) for pixels in (LARGE, SMALL)
    )
    return ScaledSteps(_steps(LARGE, large), _steps(SMALL, small), small.images)


def _steps(pixels: str, ground: Landscape) -> RangeSteps:
    after = tuple(ground.loss_along(rate * ground.slope) for rate in RATES)
    return RangeSteps(pixels, ground.loss_at(0.0, 0.0), after)
