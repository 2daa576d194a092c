"""Grad-CAM: the maps of a layer weighed by what they mean for a class; and which layers have maps that can be weighed."""

from math import prod

import keras
import numpy as np
import tensorflow as tf

from core.experiment import INPUT, Experiment, Layer
from core.graph import sources
from core.worker.inside import flows
from core.worker.places import NOWHERE, READS, Axes, Places, group, places
from core.worker.scoring import scores

FINDS = ("Convolution",)  # groups of layers that find something at places
GOES_ON = (*FINDS, "Merging", "Activation", "Normalization")  # groups that keep what was found where it is


def layers_with_maps(experiment: Experiment, built: keras.Model) -> dict[str, Axes]:
    """The layers whose maps show what convolutions found, and where in the picture; by id, with what their axes run along.

    Arguments:
        experiment: what the network was made from.
        built: the network.
    """
    known, shapes = _places(experiment, built)
    convolved, found = {INPUT: False}, {}
    for layer, taken in zip(experiment.layers, sources(experiment).values(), strict=True):
        convolved[layer.id] = _finds(layer) or any(convolved[one] for one in taken)
        axes = known.axes[layer.id]
        wide = prod(size for size, axis in zip(shapes[layer.id], axes, strict=False) if axis != NOWHERE) > 1
        if axes and wide and convolved[layer.id] and (_finds(layer) or group(layer) in GOES_ON):
            found[layer.id] = axes
    return found


def why_no_maps(experiment: Experiment, built: keras.Model) -> str:
    """Why no layer of a network has such maps, in a sentence."""
    finding = next((layer.id for layer in experiment.layers if _finds(layer)), "")
    if not finding:
        return "This network has no convolution, so that there are no maps to weigh."
    lost = _places(experiment, built)[0].lost[finding]
    if not lost:
        return "The maps of its convolutions are a single number, so that they show no place in the picture."
    return f"Behind layer {lost} it is not known where in the picture a number stands, so that no map can be laid over it."


def _places(experiment: Experiment, built: keras.Model) -> tuple[Places, dict[str, tuple[int, ...]]]:
    shapes = {layer.id: tuple(built.get_layer(layer.id).output.shape[1:]) for layer in experiment.layers}
    shapes[INPUT] = experiment.data.entry.image_shape
    return places(experiment, shapes), shapes


def _finds(layer: Layer) -> bool:
    """Whether a layer convolves; some that read step by step do."""
    return group(layer) in FINDS or (group(layer) == READS and bool(layer.entry.trait("window")))


def class_activation(
    experiment: Experiment, built: keras.Model, prepared: np.ndarray, label: int, identity: str
) -> np.ndarray:
    """Grad-CAM: a layer's maps, each weighed by the mean slope of the class's score in it, added up; below 0 is cut off.

    Returns:
        As these maps, without their channels: (height, width) of a picture, (steps,) of rows.
    """
    with tf.GradientTape() as tape:
        start = tf.convert_to_tensor(prepared)
        tape.watch(start)
        found = flows(experiment, built, start)
        score = scores(experiment, built, found)[:, label]
    maps, slopes = found[identity][0], tape.gradient(score, found[identity])
    if slopes is None:  # the answer does not depend on it
        return np.zeros(maps.shape[:-1], dtype="float32")
    weights = tf.reduce_mean(slopes[0], axis=tuple(range(len(maps.shape) - 1)))
    return tf.nn.relu(tf.reduce_sum(maps * weights, axis=-1)).numpy()
