"""Compute the loss of an image as a function of the probability of its right class, with Keras."""

import keras
import numpy as np

from core.catalogue.losses import LOSSES
from core.experiment.model import Experiment
from core.export.script import labels_are_integers
from core.views.loss_bar import LossCurve
from core.worker.training.build_model import make_keras_object
from core.worker.views.shared.load_trained import errors_as_problems

POINTS = 101  # a point for each whole percent
SMALLEST_PROBABILITY = 1e-7  # Keras raises smaller probabilities to this number


@errors_as_problems
def loss_bar(experiment: Experiment) -> LossCurve:
    """Compute the loss of an image for each whole percent of the right class's probability."""
    classes = experiment.data.entry.num_classes
    loss = make_keras_object(experiment.compile.loss, "loss")
    label = np.zeros(1, "int64") if labels_are_integers(experiment) else np.eye(1, classes, dtype="float32")

    def loss_of(probability: float) -> float:
        answer = np.full((1, classes), (1 - probability) / max(1, classes - 1), dtype="float32")
        answer[0, 0] = probability
        return float(keras.ops.convert_to_numpy(loss(label, as_output(answer, experiment))))

    probabilities = tuple(np.linspace(0, 1, POINTS).round(2).tolist())
    return LossCurve(probabilities, tuple(map(loss_of, probabilities)), loss_of(1 / classes))


def as_output(probabilities: np.ndarray, experiment: Experiment) -> np.ndarray:
    """Convert probabilities to outputs of the last layer: logits if the loss expects logits, else the probabilities."""
    loss = experiment.compile.loss
    if not loss.argument("from_logits", False):
        return probabilities
    clipped = np.clip(probabilities, SMALLEST_PROBABILITY, 1 - SMALLEST_PROBABILITY)
    by_sigmoid = "sigmoid" in LOSSES[loss.name].trait("expects")
    return np.asarray(np.log(clipped / (1 - clipped)) if by_sigmoid else np.log(clipped))
