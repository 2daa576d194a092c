"""Compute the outputs of a network's layers for images, a layer without its activation, and the shape before Flatten."""

import threading
from typing import Any
from weakref import WeakKeyDictionary

import keras
import numpy as np

from core.experiment.graph import inputs_of
from core.experiment.model import INPUT, Experiment, Layer
from core.worker.training.build_model import call_layer
from core.worker.views.shared.spatial_axes import unwrap

KEEPS = ("Regularization", "Shape")  # groups of layers that keep a flattened picture

_layers_without_activation: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()  # by network, then by id of the layer
_lock = threading.Lock()


def layer_tensors(experiment: Experiment, built: keras.Model, images: object, until: str = "") -> dict[str, Any]:
    """Call the layers on images, and return their output tensors by layer id. The images have the key INPUT.

    Parameters
    ----------
    experiment
        The experiment that the network was made from.
    built
        The network.
    images
        The prepared images, (images, height, width, channels).
    until
        The id of the last layer that is wanted. An empty string means all layers.

    Returns
    -------
    dict
        The outputs in the order of the layers. They end before the first layer that cannot take its input.
    """
    tensors = {INPUT: keras.ops.convert_to_tensor(images)}
    for layer, inputs in zip(experiment.layers, inputs_of(experiment).values(), strict=True):
        try:
            tensors[layer.id] = call_layer(built.get_layer(layer.id), layer, [tensors[input_id] for input_id in inputs])
        except Exception:  # Keras raises many kinds; the table of shapes names the fault
            break
        if layer.id == until:
            break
    return tensors


def layer_arrays(experiment: Experiment, built: keras.Model, images: np.ndarray, until: str = "") -> dict[str, np.ndarray]:
    """Return the outputs of `layer_tensors` as NumPy arrays."""
    tensors = layer_tensors(experiment, built, images, until)
    return {layer_id: np.asarray(keras.ops.convert_to_numpy(tensor)) for layer_id, tensor in tensors.items()}


def unwrap_layer_pair(layer: Layer, keras_layer: Any) -> tuple[Layer, Any]:
    """Return the layer inside a wrapper, such as TimeDistributed, and its Keras layer. Return any other pair unchanged."""
    wrapped = unwrap(layer)
    return (wrapped, keras_layer.layer) if wrapped is not layer and hasattr(keras_layer, "layer") else (layer, keras_layer)


def shape_before_flatten(experiment: Experiment, arrays: dict[str, np.ndarray], layer_id: str) -> tuple[int, ...]:
    """Return the shape of the picture that was flattened into a layer's input. Return () without such a picture.

    Parameters
    ----------
    experiment
        The experiment that the network was made from.
    arrays
        The output of each layer, by the layer's id.
    layer_id
        The layer's id.
    """
    inputs = inputs_of(experiment)
    layers = {layer.id: layer for layer in experiment.layers}
    if len(inputs[layer_id]) != 1:
        return ()
    before = inputs[layer_id][0]
    size = arrays[before][0].size
    while before in layers and arrays[before].ndim == 2 and layers[before].entry.group in KEEPS:
        before = inputs[before][0]
    shape = arrays[before].shape[1:]
    return shape if len(shape) == 3 and arrays[before][0].size == size else ()


def without_activation(built: keras.Model, layer: keras.layers.Layer) -> keras.layers.Layer:
    """Return a layer with the same weights that applies no activation to its sums.

    Parameters
    ----------
    built
        The network. The new layers stay in memory as long as the network.
    layer
        A built layer with an activation, of the network or inside a wrapper.
    """
    with _lock:
        linear_layers = _layers_without_activation.setdefault(built, {})
        if id(layer) not in linear_layers:  # wrapped layers may share a name
            linear_layer = type(layer).from_config({**layer.get_config(), "activation": "linear"})
            linear_layer.build(layer.get_build_config()["input_shape"])
            linear_layer.set_weights(layer.get_weights())
            linear_layers[id(layer)] = linear_layer
        return linear_layers[id(layer)]
