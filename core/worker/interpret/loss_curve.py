"""The loss of one image by the probability of its right class, as Keras computes it."""

import keras
import numpy as np

from core.analysis.loss_surface import LossCurve
from core.catalogue.losses import LOSSES
from core.experiment.model import Experiment
from core.export.script import labels_are_integers
from core.worker.interpret.load_trained import errors_as_problems
from core.worker.training.build_model import make

POINTS = 101  # one for each whole percent
SMALLEST = 1e-7  # Keras cuts probabilities off there


@errors_as_problems
def loss_curve(experiment: Experiment) -> LossCurve:
    """The loss of a draft for one image, for each whole percent of the probability of its right class.

    Parameters
    ----------
    experiment
        The draft; only its loss and the number of its classes matter.
    """
    classes = experiment.data.entry.num_classes
    loss = make(experiment.compile.loss, "loss")
    label = np.zeros(1, "int64") if labels_are_integers(experiment) else np.eye(1, classes, dtype="float32")

    def loss_of(probability: float) -> float:
        answer = np.full((1, classes), (1 - probability) / max(1, classes - 1), dtype="float32")
        answer[0, 0] = probability
        return float(keras.ops.convert_to_numpy(loss(label, as_output(answer, experiment))))

    probabilities = tuple(np.linspace(0, 1, POINTS).round(2).tolist())
    return LossCurve(probabilities, tuple(map(loss_of, probabilities)), loss_of(1 / classes))


def as_output(probabilities: np.ndarray, experiment: Experiment) -> np.ndarray:
    """Probabilities as the last layer gives them: as they are, or the logits that softmax or sigmoid turn into them."""
    loss = experiment.compile.loss
    if not loss.argument("from_logits", False):
        return probabilities
    clipped = np.clip(probabilities, SMALLEST, 1 - SMALLEST)
    by_sigmoid = "sigmoid" in LOSSES[loss.name].trait("expects")
    return np.asarray(np.log(clipped / (1 - clipped)) if by_sigmoid else np.log(clipped))
