"""Compute Grad-CAM, the sum of a layer's maps weighted by gradients, and find the layers that Grad-CAM can explain."""

from math import prod

import keras
import numpy as np
import tensorflow as tf

from core.experiment.graph import inputs_of
from core.experiment.model import INPUT, Experiment, Layer
from core.worker.views.shared.class_scores import class_scores
from core.worker.views.shared.layer_tensors import layer_tensors
from core.worker.views.shared.spatial_axes import (
    ATTENTION,
    NOWHERE,
    Axes,
    LayerAxes,
    is_recurrent,
    layer_axes,
    layer_group,
    unwrap,
)

CONVOLVES, WEIGHS = "Convolution", "Fully connected"  # the catalogue's groups of convolutions and of Dense layers
GOES_ON = ("Merging", "Activation", "Normalization")  # groups of layers that move nothing to another position


def layers_with_maps(experiment: Experiment, built: keras.Model) -> dict[str, Axes]:
    """Find the layers that Grad-CAM can explain: each position in their output belongs to a position in the picture.

    These are convolutions, and layers that keep the positions of the picture, such as layers over the patches of a
    transformer or over rows of pixels as steps.

    Parameters
    ----------
    experiment
        The experiment that the network was made from.
    built
        The network.

    Returns
    -------
    dict[str, Axes]
        The axes of each layer, by the layer's id.
    """
    all_axes, shapes = _places(experiment, built)
    has_found, with_maps = {INPUT: False}, {}
    for layer, inputs in zip(experiment.layers, inputs_of(experiment).values(), strict=True):
        finds = _searches(layer) or layer_group(layer) == WEIGHS
        has_found[layer.id] = finds or any(has_found[input_id] for input_id in inputs)
        axes = all_axes.axes[layer.id]
        wide = prod(size for size, axis in zip(shapes[layer.id], axes, strict=False) if axis != NOWHERE) > 1
        if axes and wide and has_found[layer.id] and (finds or layer_group(layer) in GOES_ON):
            with_maps[layer.id] = axes
    return with_maps


def why_no_maps(experiment: Experiment, built: keras.Model) -> str:
    """Return a sentence that says why Grad-CAM can explain no layer of a network."""
    first = next((layer for layer in experiment.layers if _searches(layer)), None)
    if first is None:
        return "No layer goes through the image place by place, as a convolution does: there are no maps to weigh."
    lost = _places(experiment, built)[0].lost[first.id]
    if not lost:
        return "The maps of its convolutions are a single number, so that they show no place in the image."
    if lost == first.id and is_recurrent(first) and not unwrap(first).argument("return_sequences", False):
        return (
            f"Layer {lost} gives its last step only, which has no place in the image. With return_sequences on, it keeps "
            "a step for each of its bands."
        )
    return f"Behind layer {lost} it is not known where in the image a number stands, so that no map can be laid over it."


def mixed_positions_sentence(experiment: Experiment, built: keras.Model, layer_id: str) -> str:
    """Return a warning if positions in a layer also hold information from other positions, else an empty string.

    Parameters
    ----------
    experiment
        The experiment that the network was made from.
    built
        The network.
    layer_id
        The layer's id.
    """
    mixing = _places(experiment, built)[0].mixed[layer_id]
    if not mixing:
        return ""
    by_steps = next(is_recurrent(layer) for layer in experiment.layers if layer.id == mixing)
    reason = "each step remembers those before it" if by_steps else "each place looks at all others"
    return f"In layer {mixing} {reason}: what is marked may have been seen elsewhere."


def _places(experiment: Experiment, built: keras.Model) -> tuple[LayerAxes, dict[str, tuple[int, ...]]]:
    """Return the axes of all layers, and the shape of each layer's output without the batch."""
    shapes = {layer.id: tuple(built.get_layer(layer.id).output.shape[1:]) for layer in experiment.layers}
    shapes[INPUT] = experiment.data.entry.image_shape
    return layer_axes(experiment, shapes), shapes


def _searches(layer: Layer) -> bool:
    """Return whether a layer reads the image position by position: a convolution, attention, or a recurrent layer."""
    return layer_group(layer) in (CONVOLVES, ATTENTION) or is_recurrent(layer)


def class_activation(
    experiment: Experiment, built: keras.Model, prepared: np.ndarray, label: int, layer_id: str
) -> np.ndarray:
    """Compute Grad-CAM: the ReLU of the sum of a layer's maps, weighted by the mean gradients of the class's score.

    Source: Selvaraju et al., "Grad-CAM" (2017), equations 1 and 2: α = 1/Z ΣΣ ∂y/∂A, L = ReLU(Σ α A).

    Parameters
    ----------
    experiment
        The experiment that the network was made from.
    built
        The network.
    prepared
        The image, (1, height, width, channels).
    label
        The label of the class.
    layer_id
        The layer's id.

    Returns
    -------
    np.ndarray
        The sum in the shape of the maps without channels: (height, width) of a picture, (steps,) of rows or patches.
    """
    with tf.GradientTape() as tape:
        start = tf.convert_to_tensor(prepared)
        tape.watch(start)
        tensors = layer_tensors(experiment, built, start)
        score = class_scores(experiment, built, tensors)[:, label]
    maps, gradients = tensors[layer_id][0], tape.gradient(score, tensors[layer_id])
    if gradients is None:  # the answer does not depend on the layer
        return np.zeros(maps.shape[:-1], dtype="float32")
    weights = tf.reduce_mean(gradients[0], axis=tuple(range(len(maps.shape) - 1)))
    return np.asarray(tf.nn.relu(tf.reduce_sum(maps * weights, axis=-1)).numpy())
