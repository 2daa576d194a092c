"""Measurements of each layer during training: the norms of its gradient and weights, and its share of dead units."""

from collections.abc import Iterable

import keras
import numpy as np

from core.catalogue.activations import ACTIVATIONS
from core.experiment.model import Experiment, Layer
from core.run_events import Health, LayerHealth
from core.worker.training.backend_hooks import as_arrays
from core.worker.training.build_model import keras_layer_by_id

SAMPLE_IMAGES = 256  # images of a measurement; a unit that is 0 for all these images counts as dead
FLAT_END = (
    0.01  # the share of a function's range at each end: there sigmoid and tanh have less than 4 % of their steepest slope
)


def with_layer_outputs(model: keras.Model, experiment: Experiment) -> keras.Model:
    """Return a model with the same layers whose outputs are those of the last layer and of each layer with activation.

    Parameters
    ----------
    model
        The network, built.
    experiment
        The experiment that the network was made from. The ids of its layers are the keys of the outputs.
    """
    last = experiment.layers[-1]
    built_layers = {layer.id: keras_layer_by_id(model, layer.id) for layer in experiment.layers}
    applying = {
        layer_id: built.output for layer_id, built in built_layers.items() if _applies(built) and layer_id != last.id
    }
    return keras.Model(model.inputs[0], {**applying, last.id: model.outputs[0]})


def _applies(built: keras.layers.Layer) -> bool:
    return getattr(built, "activation", None) is not None


def measure(
    model: keras.Model,
    experiment: Experiment,
    images: np.ndarray,
    gradients: list[float] | None,
    whole: keras.Model | None = None,
) -> Health:
    """Measure each layer that has weights or an activation: its gradient, its weights, dead units and saturated outputs.

    Parameters
    ----------
    model
        The network, built. The call runs as in a validation and does not change the network.
    experiment
        The experiment that the network was made from.
    images
        The images, prepared, (images, height, width, channels); at most SAMPLE_IMAGES of them are used.
    gradients
        The norm of the last step's gradient for each of `model.trainable_variables`. None if unknown.
    whole
        The result of `with_layer_outputs` for the same network, to be shared between calls. None means a new result.

    Returns
    -------
    Health
        The measurements. A unit counts as dead if it is 0 for every image and at every pixel. The shares of dead units and
        of flat outputs are None for the last layer, whose zeros are answers.
    """
    shown = images[:SAMPLE_IMAGES]
    whole = whole or with_layer_outputs(model, experiment)
    index_of = {variable.path: number for number, variable in enumerate(model.trainable_variables)}
    last = experiment.layers[-1].id
    outputs = {layer_id: keras.ops.convert_to_numpy(numbers) for layer_id, numbers in whole(shown, training=False).items()}
    penalty = sum(float(keras.ops.convert_to_numpy(loss)) for loss in whole.losses)
    layers: list[LayerHealth] = []
    for layer in experiment.layers:
        built = keras_layer_by_id(model, layer.id)
        indexes = [index_of[variable.path] for variable in built.trainable_variables]
        if not indexes and not _applies(built):
            continue
        is_measured = layer.id in outputs and layer.id != last
        layers.append(
            {
                "id": layer.id,
                "units": int(built.output.shape[-1]),
                "gradient": _length(gradients[index] for index in indexes) if indexes and gradients is not None else None,
                "weights": _length(float(np.linalg.norm(array)) for array in as_arrays(built.trainable_variables))
                if indexes
                else None,
                "dead": _dead(outputs[layer.id]) if is_measured else None,
                "flat": _flat(outputs[layer.id], layer) if is_measured else None,
            }
        )
    return {"images": len(shown), "penalty": penalty if np.isfinite(penalty) else None, "layers": layers}


def _flat(numbers: np.ndarray, layer: Layer) -> float | None:
    """Return the share of saturated outputs, at the ends of the activation's range. Return None for an unlimited range."""
    function = ACTIVATIONS.get(str(layer.entry.trait("applies") or layer.values.get("activation")))
    if function is None or function.trait("range") is None:
        return None
    lowest, highest = function.trait("range")
    end = FLAT_END * (highest - lowest)
    return round(float(((numbers < lowest + end) | (numbers > highest - end)).mean()), 4)


def _dead(numbers: np.ndarray) -> float:
    """Return the share of units (the last axis) that are 0 along all other axes."""
    alive = numbers.reshape(-1, numbers.shape[-1]).any(axis=0)
    return round(float(1 - alive.mean()), 4)


def _length(lengths: Iterable[float]) -> float | None:
    """Return the L2 norm of several arrays together, from their norms. Return None if the result is not finite."""
    whole = float(np.sqrt(sum(float(length) ** 2 for length in lengths)))
    return float(f"{whole:.6g}") if np.isfinite(whole) else None
