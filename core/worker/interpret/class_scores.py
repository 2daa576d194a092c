"""The score of a class, which explanations explain, and how it moves: what the network gives before its softmax."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from core.experiment.graph import inputs_of
from core.experiment.model import Experiment
from core.problems import Problem, ProblemError
from core.worker.interpret.layer_activations import layer_tensors
from core.worker.interpret.without_activation import without_activation
from core.worker.training.build_model import call

BATCH = 100  # images at a time
NO_GRADIENT = "There is no gradient: how the answer moves with a pixel cannot be followed"


def class_scores(experiment: Experiment, built: keras.Model, found: dict[str, Any]) -> tf.Tensor:
    """The score of each class, (images, classes): what the last layer gives, before its softmax where it has one.

    Parameters
    ----------
    experiment
        The experiment that the network was made from.
    built
        The network.
    found
        The result of `core.worker.interpret.layer_activations.layer_tensors`.

    Raises
    ------
    ProblemError
        The network has no number for each class.
    """
    last = experiment.layers[-1]
    given, taken = found.get(last.id), [found[one] for one in inputs_of(experiment)[last.id] if one in found]
    if given is None or len(given.shape) != 2 or given.shape[1] != experiment.data.entry.num_classes:
        raise ProblemError(no_answers_problem())
    layer = built.get_layer(last.id)
    if isinstance(layer, keras.layers.Softmax) or (_ends_in_softmax(layer) and not layer.weights):
        return taken[0]
    return call(without_activation(built, layer), last, taken) if _ends_in_softmax(layer) else given


def _ends_in_softmax(layer: keras.layers.Layer) -> bool:
    return getattr(layer, "activation", None) is keras.activations.softmax


def no_answers_problem() -> Problem:
    """What a network is told that has no number for each class."""
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
    """The score of a class for images, and how it moves with each pixel.

    Parameters
    ----------
    experiment
        The experiment that the network was made from.
    built
        The network.
    images
        Prepared, (images, height, width, channels).
    label
        The label of the class.

    Returns
    -------
    tuple[np.ndarray, np.ndarray] | None
        The scores, (images,), and their slopes, as `images`; None where there is no gradient.
    """
    values, slopes = [], []
    for place in range(0, len(images), BATCH):
        with tf.GradientTape() as tape:
            start = tf.convert_to_tensor(images[place : place + BATCH])
            tape.watch(start)
            score = class_scores(experiment, built, layer_tensors(experiment, built, start))[:, label]
        found = tape.gradient(score, start)
        if found is None:
            return None
        values.append(score.numpy().astype("float64"))
        slopes.append(found.numpy())
    return np.concatenate(values), np.concatenate(slopes)


def why_no_gradient(experiment: Experiment, built: keras.Model, prepared: np.ndarray) -> str:
    """Why a network has no gradient: the first layer through which none passes, in a sentence."""
    with tf.GradientTape(persistent=True) as tape:
        start = tf.convert_to_tensor(prepared)
        tape.watch(start)
        found = layer_tensors(experiment, built, start)
    for layer in experiment.layers:
        flow = found.get(layer.id)
        if flow is None or not flow.dtype.is_floating or tape.gradient(flow, start) is None:
            return f"{NO_GRADIENT} through layer {layer.id}. {layer.entry.sentence}"
    return f"{NO_GRADIENT} to this class."
