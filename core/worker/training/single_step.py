"""Run a single training step, and measure its effects on loss, predictions and layers."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from core.experiment.model import Experiment
from core.png import to_data_uri
from core.run_events import LayerStep, SingleStep
from core.worker.training import validation_view
from core.worker.training.backend_hooks import as_arrays
from core.worker.training.build_model import keras_layer_by_id
from core.worker.training.evaluation import as_probabilities
from core.worker.training.preserve_state import preserved_state

SHOWN_IMAGES = 12


def step_with_diagnostics(
    model: keras.Model, experiment: Experiment, data: Any, step: Callable[[Any], Any], norms: Callable[[], list[float]]
) -> SingleStep:
    """Run a training step on a batch, and measure the changes of loss, predictions and weights.

    Losses and predictions are computed in inference mode, with Dropout and similar layers switched off.

    Parameters
    ----------
    model
        The network, compiled and built.
    experiment
        The experiment that the network was made from.
    data
        The batch, (images, labels).
    step
        The function that takes the step, called with the batch.
    norms
        Returns the L2 norm of the step's gradient for each of `model.trainable_variables`.

    Returns
    -------
    SingleStep
        The batch, and the changes of the layers that learn.
    """
    images, labels = as_arrays(data[:2])
    before, answers_before = _loss_and_answers(model, images, labels)
    weights = as_arrays(model.trainable_variables)
    step(data)
    after, answers_after = _loss_and_answers(model, images, labels)
    changes = [new - old for new, old in zip(as_arrays(model.trainable_variables), weights, strict=True)]
    gradients = norms()
    actual = validation_view.as_integers(labels)
    shown = slice(0, SHOWN_IMAGES)
    right = (np.arange(len(actual)), actual)
    return {
        "before": before,
        "after": after,
        "batch_size": len(images),
        "layers": _layers(model, experiment, gradients, changes, weights),
        "pictures": [to_data_uri(picture) for picture in validation_view.to_pixels(images[shown], experiment.data.pixels)],
        "labels": actual[shown].tolist(),
        "right_before": [round(float(probability), 4) for probability in answers_before[right][shown]],
        "right_after": [round(float(probability), 4) for probability in answers_after[right][shown]],
    }


def _loss_and_answers(model: keras.Model, images: np.ndarray, labels: np.ndarray) -> tuple[float, np.ndarray]:
    with preserved_state(model):
        answers = keras.ops.convert_to_numpy(model(images, training=False))
    return float(model.loss(labels, answers)), as_probabilities(answers)


def _layers(
    model: keras.Model, experiment: Experiment, gradients: list[float], changes: list[np.ndarray], weights: list[np.ndarray]
) -> list[LayerStep]:
    """Return the L2 norms of the gradient, the change and the weights of each layer with trainable weights."""
    index_of = {variable.path: number for number, variable in enumerate(model.trainable_variables)}
    layers: list[LayerStep] = []
    for layer in experiment.layers:
        indexes = [index_of[variable.path] for variable in keras_layer_by_id(model, layer.id).trainable_variables]
        if indexes:
            layers.append(
                {
                    "id": layer.id,
                    "gradient": _length(gradients[number] for number in indexes),
                    "change": _length(np.linalg.norm(changes[number]) for number in indexes),
                    "weights": _length(np.linalg.norm(weights[number]) for number in indexes),
                }
            )
    return layers


def _length(lengths: Any) -> float:
    return float(np.sqrt(sum(float(length) ** 2 for length in lengths)))
