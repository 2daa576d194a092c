"""Compute the loss surface around the initial weights of a network, as a function of positions along two directions."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any, cast

import keras
import numpy as np
import tensorflow as tf
from cachetools import LRUCache

from core.experiment.execution import SECONDS_A_STEP, single_step_seconds
from core.experiment.model import Experiment
from core.export.script import labels_are_integers
from core.problems import Problem, ProblemError
from core.views.shared.landscape import MOST_PARAMETERS
from core.worker.data.load import corrected_labels, load_raw, prepare, set_indexes
from core.worker.training.build_model import make_keras_object
from core.worker.training.summary import summarise
from core.worker.views.shared.load_trained import load_model

IMAGES = (256, 128, 64, 32)  # a heavy network gets fewer images
PLANE_SIDES = (25, 21, 17, 13, 11, 9)
PLANE_SECONDS = 0.6
SHARE_OF_A_STEP = 0.5  # the time of a loss, as a share of a training step, measured on all ready nets and both data sets
SMALLEST_SLOPE = 1e-9  # the least length of a gradient that has a direction
CACHED_LANDSCAPES = 2  # landscapes in memory

_known: LRUCache[tuple[Any, ...], "Landscape"] = LRUCache(CACHED_LANDSCAPES)
_lock = threading.RLock()


@dataclass(frozen=True)
class Landscape:
    """The loss of a network on some images, as a function of the position in a plane through the initial weights."""

    weights: list[tf.Tensor]  # the initial weights
    gradient: list[tf.Tensor]  # the gradient of the loss on all images
    directions: tuple[list[tf.Tensor], list[tf.Tensor]]  # the two directions of the plane, of length 1 and orthogonal
    slopes: tuple[float, float]  # the slopes of the loss along the directions at the initial weights
    loss_at: Callable[[float, float], float]  # returns the loss at two positions along the directions
    evaluation_seconds: float  # an estimate of how long `loss_at` takes
    images: int

    @property
    def slope(self) -> float:
        """The length of the gradient of all images, which lies in the plane as the mean of both halves' gradients."""
        return float(np.hypot(*self.slopes))

    def loss_along(self, distance: float) -> float:
        """Return the loss at a distance along the negative gradient of all images."""
        return self.loss_at(*(-distance * slope / self.slope for slope in self.slopes))


def landscape(experiment: Experiment) -> Landscape:
    """Return the loss surface of an experiment. The latest surfaces stay in memory.

    Raises
    ------
    ProblemError
        The network is too large, or its loss has no slope to follow.
    """
    key = (experiment.data, experiment.layers, experiment.compile.loss, experiment.fit.seed)
    with _lock:
        if key not in _known:
            _known[key] = _landscape(experiment)
        return _known[key]


def _landscape(experiment: Experiment) -> Landscape:
    model = load_model(experiment)
    if model.count_params() > MOST_PARAMETERS:
        raise ProblemError(_too_large(model.count_params()))
    count, seconds = _affordable_images(experiment)
    images, labels = _batch(experiment, count)
    weights = [tf.identity(variable.value) for variable in model.trainable_variables]
    value = _loss_function(experiment, model)
    loss_of = _traced(value, weights, images, labels)
    halves = [_gradient(value, weights, images[part], labels[part]) for part in (slice(count // 2), slice(count // 2, None))]
    directions = _directions(*halves)
    whole = [(first + second) / 2 for first, second in zip(*halves, strict=True)]
    slopes = (_dot(whole, directions[0]), _dot(whole, directions[1]))

    def loss_at(across: float, up: float) -> float:
        position = tf.constant(across, "float32"), tf.constant(up, "float32")
        loss = float(loss_of(*position, *directions, images, labels))
        return loss if isfinite(loss) else float("inf")

    if not isfinite(loss_at(0.0, 0.0)):
        raise ProblemError(_no_slope("The loss of the initial weights is not a number"))
    return Landscape(weights, whole, directions, slopes, loss_at, seconds, count)


def _traced(
    value: Callable[..., tf.Tensor], weights: list[tf.Tensor], images: tf.Tensor, labels: tf.Tensor
) -> Callable[..., tf.Tensor]:
    """Compile the loss as a TensorFlow function of two positions along two directions, images and labels."""
    number, vector = tf.TensorSpec((), "float32"), [tf.TensorSpec(weight.shape, weight.dtype) for weight in weights]
    batch = [tf.TensorSpec(array.shape, array.dtype) for array in (images, labels)]

    @tf.function(input_signature=[number, number, vector, vector, *batch])
    def moved(across: Any, up: Any, first: Any, second: Any, images: Any, labels: Any) -> tf.Tensor:
        moved_weights = [w + across * d + up * e for w, d, e in zip(weights, first, second, strict=True)]
        return value(moved_weights, images, labels)

    return cast("Callable[..., tf.Tensor]", moved)


def _batch(experiment: Experiment, count: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Choose training images by the experiment's seed, with labels as its loss expects them."""
    (images, labels), _ = load_raw(experiment.data.dataset)
    train = set_indexes(experiment.data, experiment.fit.seed).train
    chosen = np.random.default_rng(experiment.fit.seed).permutation(train)[:count]
    right = corrected_labels(labels, experiment.data, "train")[chosen]
    if not labels_are_integers(experiment):
        right = keras.utils.to_categorical(right, experiment.data.entry.num_classes)
    return tf.constant(prepare(images[chosen], experiment.data)), tf.constant(right)


def _loss_function(experiment: Experiment, model: keras.Model) -> Callable[..., tf.Tensor]:
    """Return the loss with regularization penalties as a function of weights, images and labels.

    No call changes the network or its random numbers.
    """
    loss, fixed = (
        make_keras_object(experiment.compile.loss, "loss"),
        [variable.value for variable in model.non_trainable_variables],
    )

    def value(weights: list[tf.Tensor], images: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        answers, _, penalties = model.stateless_call(weights, fixed, images, training=True, return_losses=True)
        return loss(labels, answers) + (tf.add_n(penalties) if penalties else 0.0)

    return value


def _affordable_images(experiment: Experiment) -> tuple[int, float]:
    """Return how many images the loss uses, so that the plane is ready in time, and the estimated seconds of a loss.

    The estimate is the same at any load of the machine, so that a network always has the same pictures.
    """
    summary = summarise(experiment)

    def seconds_on(count: int) -> float:
        batch = replace(experiment, fit=replace(experiment.fit, batch_size=count))
        return SHARE_OF_A_STEP * single_step_seconds(batch, summary, SECONDS_A_STEP)

    affordable = PLANE_SECONDS / PLANE_SIDES[-1] ** 2
    count = next((count for count in IMAGES if seconds_on(count) <= affordable), IMAGES[-1])
    return count, seconds_on(count)


def _gradient(value: Callable[..., tf.Tensor], weights: list[tf.Tensor], *batch: tf.Tensor) -> list[tf.Tensor]:
    with tf.GradientTape() as tape:
        tape.watch(weights)
        loss = value(weights, *batch)
    gradients = tape.gradient(loss, weights, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    return [tf.convert_to_tensor(gradient) for gradient in gradients]


def _directions(first: list[tf.Tensor], second: list[tf.Tensor]) -> tuple[list[tf.Tensor], list[tf.Tensor]]:
    """Return two downhill directions of length 1 at a right angle, from two gradients (Gram-Schmidt)."""
    across = _of_length_one([-part for part in first])
    shared = _dot(second, across)
    return across, _of_length_one([shared * d - part for part, d in zip(second, across, strict=True)])


def _of_length_one(vector: list[tf.Tensor]) -> list[tf.Tensor]:
    length = _dot(vector, vector) ** 0.5
    if not length > SMALLEST_SLOPE:  # this is also true of NaN
        raise ProblemError(_no_slope("The loss of the initial weights has no slope"))
    return [part / length for part in vector]


def _dot(first: list[tf.Tensor], second: list[tf.Tensor]) -> float:
    return float(tf.add_n([tf.reduce_sum(part * other) for part, other in zip(first, second, strict=True)]))


def _too_large(parameters: int) -> Problem:
    return Problem(
        code="surface-too-large",
        where=("layers",),
        happened=f"This network has {parameters:,} parameters: too many to draw its loss beside everything else.",
        expected=f"Expected at most {MOST_PARAMETERS:,}.",
        fix="Make a layer smaller on Define. Training works all the same.",
    )


def _no_slope(happened: str) -> Problem:
    return Problem(
        code="surface-has-no-slope",
        where=("layers",),
        happened=f"{happened}, so that there is no way downhill to draw.",
        expected="Expected a finite loss that changes with the weights.",
        fix="Give the layers other initial weights on Define, or choose another loss.",
    )
