"""Measure how well a trained network classifies images that were shifted by a few pixels."""

import numpy as np

from core.experiment.model import Experiment
from core.problems import Problem, ProblemError
from core.worker.data.load import load_sets
from core.worker.views.shared.load_trained import errors_as_problems, load_model

MOST_IMAGES = 1_000  # of the validation set: the network gets each five times, and other questions wait
BATCH = 100  # images at a time
DIRECTIONS = ((-1, 0), (1, 0), (0, -1), (0, 1))  # up, down, left, right


@errors_as_problems
def shifted_accuracy(experiment: Experiment, path: str, pixels: int) -> tuple[float, float]:
    """Measure the accuracy on validation images as they are, and on the same images shifted in each of four directions.

    Returns
    -------
    tuple[float, float]
        Both accuracies, from 0 to 1; the second is the mean over the directions.

    Raises
    ------
    ProblemError
        The experiment keeps no images aside for validation. The decorator returns this error as a Problem.
    """
    validation = load_sets(experiment).validation
    if validation is None:
        raise ProblemError(
            Problem(
                "no-validation-set",
                (),
                "There is no validation set to shift the images of.",
                "Expected images that the network has not seen.",
                "Keep a share of the images aside on Load, and train again.",
            )
        )
    images, labels = (part[:MOST_IMAGES] for part in validation)
    model, black = load_model(experiment, path), experiment.data.pixel_range[0]

    def accuracy(shown: np.ndarray) -> float:
        answers = [model.predict_on_batch(shown[begin : begin + BATCH]) for begin in range(0, len(shown), BATCH)]
        return float((np.concatenate(answers).argmax(axis=-1) == labels).mean())

    shifted = [accuracy(shift(images, down * pixels, right * pixels, black)) for down, right in DIRECTIONS]
    return accuracy(images), float(np.mean(shifted))


def shift(images: np.ndarray, down: int, right: int, filling: float) -> np.ndarray:
    """Shift images, (count, height, width, channels), by whole pixels, and fill the empty pixels."""
    height, width = images.shape[1:3]
    shifted = np.full_like(images, filling)
    if abs(down) < height and abs(right) < width:
        to = slice(max(0, down), height + min(0, down)), slice(max(0, right), width + min(0, right))
        of = slice(max(0, -down), height + min(0, -down)), slice(max(0, -right), width + min(0, -right))
        shifted[:, to[0], to[1]] = images[:, of[0], of[1]]
    return shifted
