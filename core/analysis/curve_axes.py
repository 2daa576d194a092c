"""The axes of curves by epoch: the level of a network that only guesses, and the limits, the same in all charts."""

import math
from collections.abc import Sequence

from core.experiment.model import CATALOGUES, Experiment

FLOORS = (0.7, 0.5, 0.0)  # the starts of an axis of accuracies: the highest start below all values is taken
ABOVE_ONE = 0.02  # the room above an accuracy of 1, as a share of the axis: a line there keeps its full width
ABOVE_CHANCE = 1.08  # the end of an axis of losses, as a multiple of the loss of chance
ABOVE_HIGHEST = 1.05  # the end of an axis of losses, as a multiple of the highest loss
NEAR_CHANCE = 0.7  # a higher share of the loss of chance is so near that the axis shows chance
MARGIN = 0.06  # the room around losses far below chance, as a share of their range
LEAST_MARGIN = 0.05  # the room around equal losses


def guess_levels(experiment: Experiment) -> dict[str, float | None]:
    """Return the loss and accuracy of random guesses among K classes: ln K (None without cross-entropy) and 1/K."""
    classes = experiment.data.entry.num_classes
    is_log = CATALOGUES["loss"][experiment.compile.loss.name].trait("guessing_loss") == "log"
    return {"loss": math.log(classes) if is_log else None, "accuracy": 1 / classes}


def axis_limits(values: Sequence[float], name: str, chance: float | None) -> tuple[float, float]:
    """Return the limits of the vertical axis for the curves of runs that are over.

    Parameters
    ----------
    values
        All values of the curves, at least one, each finite.
    name
        "accuracy" for values from 0 to 1, or the name of a loss or metric without a fixed range.
    chance
        The value of a network that only guesses, or None if unknown.

    Returns
    -------
    tuple[float, float]
        The lowest and the highest value of the axis.
    """
    lowest, highest = min(values), max(values)
    if name == "accuracy":
        floor = next((each for each in FLOORS if each < lowest), 0.0)
        return floor, 1 + ABOVE_ONE * (1 - floor)
    if chance is not None and highest > NEAR_CHANCE * chance:
        return min(0.0, lowest), max(ABOVE_CHANCE * chance, ABOVE_HIGHEST * highest)
    margin = MARGIN * (highest - lowest) or LEAST_MARGIN
    return lowest - margin, highest + margin
