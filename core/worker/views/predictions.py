"""Compute a network's class probabilities for an image, and its predictions for the first images of a set."""

import keras
import numpy as np

from core.experiment.image_ref import ImageRef
from core.experiment.model import Experiment
from core.problems import Problem, ProblemError
from core.views.predictions import MOST_IMAGES, SetAnswers, answers_from_probabilities
from core.worker.data.load import prepare, to_bytes
from core.worker.training.evaluation import as_probabilities
from core.worker.views.shared.class_scores import no_class_scores_problem, probabilities_of
from core.worker.views.shared.load_trained import errors_as_problems, load_image, load_model, load_set


@errors_as_problems
def predicted_probabilities(experiment: Experiment, path: str, image_ref: ImageRef) -> tuple[float, ...]:
    """Return a network's class probabilities for an image."""
    _, prepared = load_image(experiment, image_ref)
    return probabilities_of(experiment, load_model(experiment, path), prepared)


@errors_as_problems
def set_answers(experiment: Experiment, path: str, part: str = "validation") -> SetAnswers:
    """Return a network's predictions for the first MOST_IMAGES images of the validation or test set."""
    images, labels = load_set(experiment, part)
    if not len(images):
        raise ProblemError(_no_images_problem(part))
    shown = prepare(images[:MOST_IMAGES], experiment.data)
    output = keras.ops.convert_to_numpy(load_model(experiment, path)(shown, training=False))
    if output.shape != (len(shown), experiment.data.entry.num_classes):
        raise ProblemError(no_class_scores_problem())
    return answers_from_probabilities(as_probabilities(np.asarray(output)), labels[:MOST_IMAGES])


def _no_images_problem(part: str) -> Problem:
    """Return the problem of a set without images."""
    return Problem(
        code="no-validation-set",
        where=(),
        happened=f"The {part} set has no images.",
        expected="Expected images that the network has not seen.",
        fix="Keep a share of the images aside on Load, and train again.",
    )


@errors_as_problems
def answered_images(experiment: Experiment, part: str = "validation") -> np.ndarray:
    """Return the first MOST_IMAGES images of the set `part` for display: uint8 (images, height, width, channels)."""
    images, _ = load_set(experiment, part)
    return to_bytes(images[:MOST_IMAGES], experiment.data.dataset)
