"""The weights of a network's Dense layers as NumPy arrays, and TensorFlow's gradients of the same layers."""

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from core.catalogue.losses import LOSSES
from core.experiment.graph import inputs_of
from core.experiment.model import INPUT, Experiment, Layer
from core.parameters import EntryRef
from core.views.shared.dense_gradients import SLOPES, BackwardPass, DenseLayer, backpropagate
from core.worker.views.shared.class_scores import class_scores
from core.worker.views.shared.layer_tensors import layer_arrays, layer_tensors, shape_before_flatten, without_activation

IDLE_AT_INFERENCE = "Regularization"  # the group of layers that only training uses
KIND = "This picture takes apart stacks of Dense layers with relu, sigmoid, tanh or no activation, and softmax at the end."


class NotOfThisKindError(ValueError):
    """The error for a network, a loss or an image that `dense_stack` does not support. The text says why."""


@dataclass(frozen=True)
class DenseStack:
    """The Dense layers of a network, with their inputs, outputs and gradients for some images."""

    ids: tuple[str, ...]
    layers: tuple[DenseLayer, ...]
    inputs: np.ndarray  # (images, inputs)
    input_shape: tuple[int, ...]  # the shape of the picture that was flattened into these inputs, or ()
    passed: BackwardPass

    def place(self, layer_id: str) -> int:
        return self.ids.index(layer_id) if layer_id in self.ids else 0


def dense_stack(
    experiment: Experiment, network: keras.Model, loss: EntryRef, prepared: np.ndarray, labels: np.ndarray
) -> DenseStack:
    """Return the Dense layers of a network as NumPy arrays, with a forward and backward pass of some images.

    Parameters
    ----------
    experiment, network
        The experiment and its network.
    loss
        The loss, which has to be plain cross-entropy.
    prepared
        The images as the network takes them.
    labels
        The classes of the images, whole numbers (images,).

    Raises
    ------
    NotOfThisKindError
        If the network is no stack of Dense layers that ends with softmax.
    """
    _check_loss(loss)
    dense = _dense_layers(experiment, network)
    first = inputs_of(experiment)[dense[0].id][0]
    arrays = layer_arrays(experiment, network, prepared, dense[0].id)
    if arrays[first].ndim != 2:
        raise NotOfThisKindError(f"{KIND} The layer {dense[0].id} takes no single row of numbers.")
    layers = tuple(_numbers(network.get_layer(layer.id)) for layer in dense)
    for layer, known in zip(dense, [*[tuple(SLOPES)] * (len(dense) - 1), ("softmax",)], strict=True):
        if (name := layers[dense.index(layer)].activation) not in known:
            raise NotOfThisKindError(f"{KIND} The layer {layer.id} has {name or 'another activation'}.")
    if layers[-1].kernel.shape[1] != experiment.data.entry.num_classes:
        raise NotOfThisKindError(f"{KIND} The last layer gives no number for each class.")
    inputs = np.asarray(arrays[first], dtype=float)
    shape = shape_before_flatten(experiment, arrays, dense[0].id)
    return DenseStack(tuple(layer.id for layer in dense), layers, inputs, shape, backpropagate(layers, inputs, labels))


def _check_loss(loss: EntryRef) -> None:
    is_plain = not any(loss.argument(name) for name in ("label_smoothing", "from_logits"))
    if LOSSES[loss.name].trait("guessing_loss") != "log" or not is_plain:
        raise NotOfThisKindError(
            f"This picture takes cross-entropy apart, as Keras has it at first. The loss here is {loss.name}."
        )


def _dense_layers(experiment: Experiment, network: keras.Model) -> list[Layer]:
    """Return the Dense layers. Raise an error if layers form no single row, or if another layer changes the numbers."""
    before, dense = INPUT, list[Layer]()
    for layer, inputs in inputs_of(experiment).items():
        candidate_layer = next(candidate for candidate in experiment.layers if candidate.id == layer)
        if tuple(inputs) != (before,):
            raise NotOfThisKindError(f"{KIND} In this network the layers form no single row.")
        before = layer
        if candidate_layer.entry.trait("sums") == "dense":
            dense.append(candidate_layer)
        elif network.get_layer(layer).weights or (dense and candidate_layer.entry.group != IDLE_AT_INFERENCE):
            raise NotOfThisKindError(f"{KIND} The layer {layer} is a {candidate_layer.name}.")
    if not dense or dense[-1] is not experiment.layers[-1]:
        raise NotOfThisKindError(f"{KIND} This network does not end with a Dense layer.")
    return dense


def _numbers(keras_layer: Any) -> DenseLayer:
    """Return the kernel, the bias and the activation of a Dense layer."""
    kernel = np.asarray(keras.ops.convert_to_numpy(keras_layer.kernel), dtype=float)
    bias = (
        np.zeros(kernel.shape[1]) if keras_layer.bias is None else np.asarray(keras.ops.convert_to_numpy(keras_layer.bias))
    )
    return DenseLayer(kernel, bias.astype(float), str(getattr(keras_layer.activation, "__name__", "")))


def automatic_gradients(
    experiment: Experiment, network: keras.Model, prepared: np.ndarray, labels: np.ndarray, ids: tuple[str, ...]
) -> list[list[np.ndarray]]:
    """Compute the gradients of the mean loss with respect to the variables of each Dense layer, with TensorFlow."""
    dense = [network.get_layer(layer_id) for layer_id in ids]
    dense[-1] = without_activation(network, dense[-1])  # `class_scores` computes the logits with this layer
    variables = [[variable.value for variable in layer.trainable_variables] for layer in dense]
    with tf.GradientTape() as tape:
        logits = class_scores(experiment, network, layer_tensors(experiment, network, prepared))
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels.astype("int32"), logits))
    gradients = tape.gradient(loss, variables)
    return [[np.asarray(gradient, dtype=float) for gradient in of_layer] for of_layer in gradients]
