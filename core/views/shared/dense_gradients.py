"""The gradients of a stack of Dense layers, computed by backpropagation in NumPy.

The last layer has softmax, and the loss is cross-entropy. `core.worker.views.shared.dense_stack` reads the weights of a
network.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

SLOPES: MappingProxyType[str, Callable[[np.ndarray], np.ndarray]] = MappingProxyType(
    {
        "relu": lambda outputs: (outputs > 0).astype(float),
        "sigmoid": lambda outputs: outputs * (1 - outputs),
        "tanh": lambda outputs: 1 - outputs**2,
        "linear": np.ones_like,
    }
)  # the slope of each activation, from the output of the activation


@dataclass(frozen=True)
class DenseLayer:
    """The weights and the activation of a Dense layer."""

    kernel: np.ndarray  # (inputs, units)
    bias: np.ndarray  # (units,)
    activation: str  # a key of SLOPES, or "softmax" for the last layer


@dataclass(frozen=True)
class BackwardPass:
    """A forward and a backward pass: the inputs and outputs of each layer for images, and the gradients of each loss."""

    inputs: tuple[np.ndarray, ...]  # the inputs of each layer, (images, inputs)
    outputs: tuple[np.ndarray, ...]  # the outputs of each layer, (images, units)
    errors: tuple[np.ndarray, ...]  # for each layer, the gradient of an image's loss by each unit's sum, (images, units)
    losses: np.ndarray  # the loss of each image, (images,)

    def gradient(self, number: int) -> np.ndarray:
        """Return the gradient of the mean loss with respect to the kernel of a layer, (inputs, units)."""
        mean: np.ndarray = self.inputs[number].T @ self.errors[number] / len(self.losses)
        return mean

    def bias_gradient(self, number: int) -> np.ndarray:
        """Return the gradient of the mean loss with respect to the bias of a layer, (units,)."""
        mean: np.ndarray = self.errors[number].mean(axis=0)
        return mean


def backpropagate(layers: Sequence[DenseLayer], images: np.ndarray, labels: np.ndarray) -> BackwardPass:
    """Compute a forward and a backward pass of images through the layers.

    Parameters
    ----------
    layers
        The layers; the last layer has softmax.
    images
        The inputs of the first layer, (images, inputs).
    labels
        The classes of the images, whole numbers (images,).
    """
    inputs, outputs = [], []
    values = np.asarray(images, dtype=float)
    for layer in layers:
        inputs.append(values)
        values = apply_activation(layer, values @ layer.kernel + layer.bias)
        outputs.append(values)
    rows = np.arange(len(labels))
    losses = -np.log(np.maximum(values[rows, labels], np.finfo(float).tiny))
    error = np.array(values)
    error[rows, labels] -= 1  # the gradient of cross-entropy by the logits: probability minus label
    errors = [error]
    for layer, after, given in zip(layers[-2::-1], layers[:0:-1], outputs[-2::-1], strict=True):
        error = (error @ after.kernel.T) * SLOPES[layer.activation](given)
        errors.append(error)
    return BackwardPass(tuple(inputs), tuple(outputs), tuple(reversed(errors)), losses)


def apply_activation(layer: DenseLayer, sums: np.ndarray) -> np.ndarray:
    """Apply the activation of a layer to its weighted sums, (images, units)."""
    if layer.activation == "softmax":
        powers = np.exp(sums - sums.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))
    if layer.activation == "sigmoid":
        return np.asarray(0.5 * (1 + np.tanh(sums / 2)))
    activated: dict[str, np.ndarray] = {"relu": np.maximum(sums, 0), "tanh": np.tanh(sums), "linear": sums}
    return activated[layer.activation]
