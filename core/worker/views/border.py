"""Train a small network on points with NumPy, from the initial weights of Keras and with the steps of Keras' `fit`.

Keras' own `fit` takes some seconds for 2,000 steps of such a network, nearly all of them for calling operations. The same
steps with numpy take a tenth of a second. Both compute with float64; `tests/core/worker/views/test_border.py` compares the
weights to more digits than a page shows.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import keras
import numpy as np

from core.catalogue.point_sets import POINT_SETS, POINTS, SHARE_KEPT
from core.views.border import EARLY_EPOCHS, EPOCHS, BorderNetSettings, BorderTraining, EpochScores, EpochWeights, Score
from core.worker.keras_patches import seeded
from core.worker.views.shared.load_trained import errors_as_problems

FIRST_EPOCHS = 20  # the first epochs are measured, and then every MEASURED_EVERY-th epoch
MEASURED_EVERY = 20
MOMENTS = (0, 2, 4, 7, 11, 16, 23, 32, 44, 60, 80, 110, 150, 200, 270, 360, 480, 640, 860, 1150, 1500, EPOCHS)


BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-7  # the defaults of Keras' Adam
POWER_1, POWER_2 = float(np.float32(BETA_1)), float(np.float32(BETA_2))  # TensorFlow rounds the base of a power to float32

Function = Callable[[np.ndarray], np.ndarray]
ACTIVATIONS: dict[str, tuple[Function, Function]] = {  # each activation, and its derivative as a function of the output
    "linear": (lambda sums: sums, np.ones_like),
    "relu": (lambda sums: np.maximum(sums, 0.0), lambda outputs: (outputs > 0.0).astype(outputs.dtype)),
    "tanh": (np.tanh, lambda outputs: 1.0 - outputs * outputs),
}
PENALTIES: dict[str, Function] = {"L1": np.sign, "L2": lambda weights: 2.0 * weights}  # derivatives at a strength of 1


@dataclass(frozen=True)
class Points:
    """The coordinates of points, and their classes."""

    inputs: np.ndarray  # (points, 2)
    labels: np.ndarray  # (points,), 0 or 1


@dataclass(frozen=True)
class Settings:
    """The settings of a fit: activation, penalty and learning rate."""

    activation: str  # the activation of all layers but the last; a key of ACTIVATIONS
    penalty: str  # a key of PENALTIES, or ""
    strength: float  # the strength of the penalty
    rate: float  # the learning rate of Adam


class Stack:
    """Dense layers, with all weights in one array, so that one operation updates them.

    Parameters
    ----------
    weights
        The kernel and the bias of each layer, in turns.
    activation
        The activation of all layers but the last, which gives the sum before the sigmoid.
    """

    def __init__(self, weights: Sequence[np.ndarray], activation: str) -> None:
        self.values = np.concatenate([array.ravel() for array in weights]).astype(np.float64)
        self.slopes = np.zeros_like(self.values)
        self.is_kernel = np.concatenate([np.full(array.size, array.ndim == 2) for array in weights])
        shapes = [array.shape for array in weights]
        self._arrays, self._array_slopes = _parts(self.values, shapes), _parts(self.slopes, shapes)
        self._activate, self._slope = ACTIVATIONS[activation]

    def sums(self, inputs: np.ndarray) -> np.ndarray:
        """Return the logit of each point: the output of the last layer before the sigmoid."""
        result: np.ndarray = self._outputs(inputs)[-1][:, 0]
        return result

    def compute_slopes(self, points: Points) -> None:
        """Write the gradient of the mean cross-entropy with respect to the weights into `slopes`."""
        given = self._outputs(points.inputs)
        errors = ((_sigmoid(given[-1][:, 0]) - points.labels) / len(points.labels))[:, None]
        for index in reversed(range(len(given) - 1)):
            np.matmul(given[index].T, errors, out=self._array_slopes[2 * index])
            np.sum(errors, axis=0, out=self._array_slopes[2 * index + 1])
            if index:
                errors = (errors @ self._arrays[2 * index].T) * self._slope(given[index])

    def _outputs(self, inputs: np.ndarray) -> list[np.ndarray]:
        """Return the inputs, followed by the output of each layer."""
        given, layers = [inputs], len(self._arrays) // 2
        for index in range(layers):
            sums = given[-1] @ self._arrays[2 * index] + self._arrays[2 * index + 1]
            given.append(self._activate(sums) if index < layers - 1 else sums)
        return given


def _parts(flat: np.ndarray, shapes: list[tuple[int, ...]]) -> list[np.ndarray]:
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])
    return [part.reshape(shape) for part, shape in zip(np.split(flat, ends[:-1]), shapes, strict=True)]


def fit(stack: Stack, settings: Settings, training: Points) -> Iterator[None]:
    """Train with Adam: each iteration of this endless generator is an epoch, which changes the weights in place.

    An epoch has a single batch of all points.

    Parameters
    ----------
    stack
        The network with its initial weights.
    settings
        How to train.
    training
        The points to train on.
    """
    values, slopes = stack.values, stack.slopes
    mean, mean_square, epoch = np.zeros_like(values), np.zeros_like(values), 0
    while True:
        epoch += 1
        stack.compute_slopes(training)
        if settings.penalty:
            slopes += settings.strength * PENALTIES[settings.penalty](values) * stack.is_kernel
        mean += (slopes - mean) * (1.0 - BETA_1)
        mean_square += (slopes * slopes - mean_square) * (1.0 - BETA_2)
        rate = settings.rate * np.sqrt(1.0 - POWER_2**epoch) / (1.0 - POWER_1**epoch)
        values -= rate * mean / (np.sqrt(mean_square) + EPSILON)
        yield


def score(stack: Stack, points: Points) -> Score:
    """Compute the mean cross-entropy, without a penalty, and the accuracy on points."""
    sums = stack.sums(points.inputs)
    losses = np.maximum(sums, 0.0) - sums * points.labels + np.log1p(np.exp(-np.abs(sums)))
    return Score(float(losses.mean()), float(((sums > 0.0) == (points.labels > 0.5)).mean()))


def _sigmoid(sums: np.ndarray) -> np.ndarray:
    result: np.ndarray = 0.5 + 0.5 * np.tanh(0.5 * sums)  # no sum makes this form overflow
    return result


@errors_as_problems
def border(net: BorderNetSettings) -> BorderTraining:
    """Train a small network for EPOCHS epochs, and return its points, its weights after some epochs, and its scores."""
    return _trained(net, EPOCHS)


@errors_as_problems
def early_border(net: BorderNetSettings) -> BorderTraining:
    """Train a small network only for the first EARLY_EPOCHS epochs of `border`."""
    return _trained(net, EARLY_EPOCHS)


def _trained(net: BorderNetSettings, epochs: int) -> BorderTraining:
    began = time.perf_counter()
    inputs, labels = POINT_SETS[net.points].draw(POINTS, net.noise / 100, net.seed)
    kept = len(labels) - round(SHARE_KEPT * len(labels))
    training, validation = Points(inputs[:kept], labels[:kept]), Points(inputs[kept:], labels[kept:])
    stack = Stack(_initial_weights(net.units, net.activation, net.seed), net.activation)
    settings = Settings(net.activation, net.penalty if net.penalty != "none" else "", net.strength, net.rate)
    weights_by_epoch, curve = [_epoch_weights(0, stack)], [_epoch_scores(0, stack, training, validation)]
    for epoch, _ in zip(range(1, epochs + 1), fit(stack, settings, training), strict=False):
        if epoch <= FIRST_EPOCHS or epoch % MEASURED_EVERY == 0:
            curve.append(_epoch_scores(epoch, stack, training, validation))
        if epoch in MOMENTS:
            weights_by_epoch.append(_epoch_weights(epoch, stack))
    return BorderTraining(
        tuple((float(first), float(second)) for first, second in inputs),
        tuple(int(label) for label in labels),
        kept,
        tuple(weights_by_epoch),
        tuple(curve),
        time.perf_counter() - began,
    )


def _epoch_weights(epoch: int, stack: Stack) -> EpochWeights:
    return EpochWeights(epoch, stack.values.astype("<f4").tobytes())


def _epoch_scores(epoch: int, stack: Stack, training: Points, validation: Points) -> EpochScores:
    return EpochScores(epoch, score(stack, training), score(stack, validation))


@lru_cache(maxsize=200)
def _initial_weights(units: tuple[int, ...], activation: str, seed: int) -> list[np.ndarray]:
    """Return the weights that Keras draws for the layers of the script with this seed."""
    with seeded(seed):
        model = keras.Sequential(
            [
                keras.Input((2,), dtype="float64"),
                *(keras.layers.Dense(count, activation, dtype="float64") for count in units),
                keras.layers.Dense(1, "sigmoid", dtype="float64"),
            ]
        )
    return [np.asarray(array) for array in model.get_weights()]
