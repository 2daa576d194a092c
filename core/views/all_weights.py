"""The gradients of a layer's weights for a batch, and the loss of the batch after a gradient step with all weights."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.parameters import EntryRef
from core.views.shared.dense_gradients import BackwardPass, DenseLayer
from core.views.shared.question import NetworkQuestion


@dataclass(frozen=True)
class ChosenBatch:
    """The layer, the number of images in the batch, and the learning rates that a person chose."""

    layer_id: str  # "" for the first layer with weights
    images: int
    rates: tuple[float, ...]  # learning rates
    loss: EntryRef  # the loss function of the run


@dataclass(frozen=True)
class Step:
    """The loss of a batch after a step of gradient descent with a learning rate."""

    rate: float
    loss: float  # the loss after the step
    promised: float  # the change of the loss if the slope stayed the same: -rate x the sum of all squared gradients


@dataclass(frozen=True)
class AllWeights:
    """The gradients of a layer's weights for a batch, and the loss after a gradient step with each learning rate."""

    layer_id: str = ""
    layers: tuple[str, ...] = ()
    gradient: np.ndarray | None = None  # float32 (inputs, units), the mean over the batch
    input_shape: tuple[int, ...] = ()
    images: int = 0
    input: int = 0  # the input of the weight that is shown alone
    unit: int = 0  # the unit of this weight
    each: tuple[float, ...] = ()  # the gradient of this weight for each image of the batch
    num_weights: int = 0  # the number of weights in all layers, with their biases
    loss_before: float = 0.0
    steps: tuple[Step, ...] = ()  # a step for each learning rate
    largest_difference: float = 0.0  # the largest difference from TensorFlow's gradients, over all weights of all layers
    missing: str = ""

    @property
    def mean(self) -> float:
        """The mean gradient of the weight that is shown alone."""
        return float(np.mean(self.each))


@dataclass(frozen=True)
class AllWeightsQuestion(NetworkQuestion[AllWeights]):
    """A request for the gradients of a layer's weights for a batch, and for the loss after a gradient step."""

    batch: ChosenBatch

    function = "core.worker.views.all_weights:all_weights"
    kept = 60


def layers_after_step(layers: Sequence[DenseLayer], passed: BackwardPass, rate: float) -> tuple[DenseLayer, ...]:
    """Return the layers after a step of gradient descent with a learning rate."""
    return tuple(
        DenseLayer(
            layer.kernel - rate * passed.gradient(number), layer.bias - rate * passed.bias_gradient(number), layer.activation
        )
        for number, layer in enumerate(layers)
    )


def squared_gradients(layers: Sequence[DenseLayer], passed: BackwardPass) -> float:
    """Return the sum of the squared gradients of all weights and biases, the slope of the loss along a gradient step."""
    return float(
        sum(
            np.square(passed.gradient(number)).sum() + np.square(passed.bias_gradient(number)).sum()
            for number in range(len(layers))
        )
    )
