"""Compute the score of a class, the network's output before its softmax, and the gradient of the score."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from core.experiment.graph import inputs_of
from core.experiment.model import Experiment
from core.problems import Problem, ProblemError
from core.worker.training.build_model import call_layer
from core.worker.training.evaluation import as_probabilities
from core.worker.views.shared.layer_tensors import layer_tensors, without_activation

BATCH = 100  # images at a time
NO_GRADIENT = "There is no gradient: how the answer moves with a pixel cannot be followed"


def class_scores(experiment: Experiment, built: keras.Model, tensors: dict[str, Any]) -> tf.Tensor:
    """Return the score of each class, (images, classes): the output of the last layer, before a softmax.

    Parameters
    ----------
    experiment
        The experiment that the network was made from.
    built
        The network.
    tensors
        The result of `core.worker.views.shared.layer_tensors.layer_tensors`.

    Raises
    ------
    ProblemError
        The network has no number for each class.
    """
    last = experiment.layers[-1]
    output, inputs = (
        tensors.get(last.id),
        [tensors[input_id] for input_id in inputs_of(experiment)[last.id] if input_id in tensors],
    )
    if output is None or len(output.shape) != 2 or output.shape[1] != experiment.data.entry.num_classes:
        raise ProblemError(no_class_scores_problem())
    layer = built.get_layer(last.id)
    if isinstance(layer, keras.layers.Softmax) or (_ends_in_softmax(layer) and not layer.weights):
        return inputs[0]
    return call_layer(without_activation(built, layer), last, inputs) if _ends_in_softmax(layer) else output


def _ends_in_softmax(layer: keras.layers.Layer) -> bool:
    return getattr(layer, "activation", None) is keras.activations.softmax


def no_class_scores_problem() -> Problem:
    """Return the problem of a network without a number for each class."""
    return Problem(
        code="no-answers",
        where=("layers",),
        happened="This network does not end in one number for each class.",
        expected="Expected a last layer with as many numbers as there are classes.",
        fix="Mend it on Define; the messages there say how.",
    )


def scores_and_gradients(
    experiment: Experiment, built: keras.Model, images: np.ndarray, label: int
) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the score of a class for each image, and the gradient of the score with respect to the pixels.

    Parameters
    ----------
    experiment
        The experiment that the network was made from.
    built
        The network.
    images
        The prepared images, (images, height, width, channels).
    label
        The label of the class.

    Returns
    -------
    tuple[np.ndarray, np.ndarray] | None
        The scores, (images,), and their gradients in the shape of `images`. None if the score has no gradient.
    """
    values, gradients = [], []
    for first in range(0, len(images), BATCH):
        with tf.GradientTape() as tape:
            start = tf.convert_to_tensor(images[first : first + BATCH])
            tape.watch(start)
            score = class_scores(experiment, built, layer_tensors(experiment, built, start))[:, label]
        gradient = tape.gradient(score, start)
        if gradient is None:
            return None
        values.append(score.numpy().astype("float64"))
        gradients.append(gradient.numpy())
    return np.concatenate(values), np.concatenate(gradients)


def why_no_gradient(experiment: Experiment, built: keras.Model, prepared: np.ndarray) -> str:
    """Return a sentence that names the first layer through which no gradient flows to the pixels."""
    with tf.GradientTape(persistent=True) as tape:
        start = tf.convert_to_tensor(prepared)
        tape.watch(start)
        tensors = layer_tensors(experiment, built, start)
    for layer in experiment.layers:
        tensor = tensors.get(layer.id)
        if tensor is None or not tensor.dtype.is_floating or tape.gradient(tensor, start) is None:
            return f"{NO_GRADIENT} through layer {layer.id}. {layer.entry.sentence}"
    return f"{NO_GRADIENT} to this class."


def probabilities_of(experiment: Experiment, built: keras.Model, prepared: np.ndarray) -> tuple[float, ...]:
    """Return the class probabilities for a prepared image, (1, height, width, channels).

    Raises
    ------
    ProblemError
        The network has no number for each class.
    """
    probabilities = class_probabilities(built, prepared)
    if probabilities.shape != (1, experiment.data.entry.num_classes):
        raise ProblemError(no_class_scores_problem())
    return tuple(map(float, probabilities[0]))


def class_probabilities(built: keras.Model, images: np.ndarray) -> np.ndarray:
    """Return the class probabilities for prepared images, (images, classes)."""
    return as_probabilities(np.asarray(keras.ops.convert_to_numpy(built(images, training=False))))
