"""The loss of a draft around its initial weights: along the gradient, and over a plane of two gradients."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any, cast

import keras
import numpy as np
import tensorflow as tf
from cachetools import LRUCache

from core.analysis.loss_surface import MOST_PARAMETERS, LossPlane, LossSlice
from core.experiment.execution import SECONDS_A_STEP, single_step_seconds
from core.experiment.model import Experiment
from core.export.script import labels_are_integers
from core.problems import Problem, ProblemError
from core.worker.data.load import corrected_labels, load_raw, prepare, set_indexes
from core.worker.interpret.load_trained import errors_as_problems, load_model
from core.worker.training.build_model import make
from core.worker.training.summary import summarise

IMAGES = (256, 128, 64, 32)  # a heavy net is shown on fewer
SLICE_POINTS = (97, 65, 33, 17)
PLANE_SIDES = (25, 21, 17, 13, 11, 9)
SLICE_SECONDS = 0.25  # so that the inspector soon answers others again
PLANE_SECONDS = 0.6
SHARE_OF_A_STEP = 0.5  # of a training step, measured on all ready nets, with both data sets and 32 to 256 images
SMALLEST_SLOPE = 1e-9  # of a gradient that has a direction
FIRST_DISTANCE = 1e-3  # where the search for the far side of the valley begins
DOUBLINGS = 24  # of that distance: farther away nothing is looked for
BISECTIONS = 6
MOST_VALLEYS = 6  # how many times as far as the lowest loss the picture may reach, or the valley would be a crack
BEHIND, BEYOND = -0.35, 1.6  # the ends of the slice, as multiples of the distance to the far side
PLANE_MARGIN = 1.3  # a side, as a multiple of the distance from the start to the far side, which it has in its middle
KEPT = 2  # landscapes in memory

_known: LRUCache[tuple[Any, ...], "Landscape"] = LRUCache(KEPT)
_lock = threading.RLock()


@dataclass(frozen=True)
class Landscape:
    """A draft's loss on some images as a function of its weights."""

    weights: list[tf.Tensor]  # the initial ones
    gradient: list[tf.Tensor]  # of all images
    directions: tuple[list[tf.Tensor], list[tf.Tensor]]  # of the plane, each of length 1, at a right angle
    slopes: tuple[float, float]  # of the loss along the directions at the initial weights
    loss_at: Callable[[float, float], float]  # by the positions along the directions
    evaluation_seconds: float  # an estimate of how long `loss_at` takes
    images: int

    @property
    def slope(self) -> float:
        """The length of the gradient of all images. It lies in the plane, since it is the mean of both."""
        return float(np.hypot(*self.slopes))

    def loss_along(self, distance: float) -> float:
        """The loss at a distance along the negative gradient of all images."""
        return self.loss_at(*(-distance * slope / self.slope for slope in self.slopes))


@errors_as_problems
def loss_slice(experiment: Experiment) -> LossSlice:
    """The loss along the negative gradient of some training images.

    Li et al., "Visualizing the Loss Landscape of Neural Nets" (2018), section 3, draw such slices. The training mode is on:
    dropout leaves out the same values at every point, and batch normalization takes the numbers of these images.

    Parameters
    ----------
    experiment
        The draft; only its data, its layers, its loss and its seed matter.
    """
    ground = landscape(experiment)
    far_side, start = _far_side(ground), ground.loss_at(0.0, 0.0)
    affordable = SLICE_SECONDS / ground.evaluation_seconds
    points = next((points for points in SLICE_POINTS if points <= affordable), SLICE_POINTS[-1])
    positions = np.linspace(BEHIND * far_side, BEYOND * far_side, points)
    losses = tuple(ground.loss_along(float(position)) for position in positions)
    return LossSlice(tuple(positions.tolist()), losses, start, ground.slope, ground.images)


@errors_as_problems
def loss_plane(experiment: Experiment, along: LossSlice) -> LossPlane:
    """The loss over the plane that the gradients of two halves of the images span.

    Parameters
    ----------
    experiment
        The draft; only its data, its layers, its loss and its seed matter.
    along
        Its slice, which says where the valley lies.
    """
    ground = landscape(experiment)
    affordable = PLANE_SECONDS / ground.evaluation_seconds
    side = next((side for side in PLANE_SIDES if side**2 <= affordable), PLANE_SIDES[-1])
    far_side = along.positions[-1] / BEYOND
    middle = [-slope / ground.slope * far_side / 2 for slope in ground.slopes]
    half = PLANE_MARGIN * far_side / 2
    across, up = (np.linspace(one - half, one + half, side).tolist() for one in middle)
    losses = tuple(tuple(ground.loss_at(x, y) for x in across) for y in up)
    return LossPlane(tuple(across), tuple(up), losses, ground.images)


def landscape(experiment: Experiment) -> Landscape:
    """The landscape of a draft; the latest are kept.

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
        place = tf.constant(across, "float32"), tf.constant(up, "float32")
        loss = float(loss_of(*place, *directions, images, labels))
        return loss if isfinite(loss) else float("inf")

    if not isfinite(loss_at(0.0, 0.0)):
        raise ProblemError(_no_slope("The loss of the initial weights is not a number"))
    return Landscape(weights, whole, directions, slopes, loss_at, seconds, count)


def _traced(
    value: Callable[..., tf.Tensor], weights: list[tf.Tensor], images: tf.Tensor, labels: tf.Tensor
) -> Callable[..., tf.Tensor]:
    """The loss by two positions, two directions, images and labels, as one graph."""
    number, vector = tf.TensorSpec((), "float32"), [tf.TensorSpec(weight.shape, weight.dtype) for weight in weights]
    batch = [tf.TensorSpec(array.shape, array.dtype) for array in (images, labels)]

    @tf.function(input_signature=[number, number, vector, vector, *batch])
    def moved(across: Any, up: Any, first: Any, second: Any, images: Any, labels: Any) -> tf.Tensor:
        there = [w + across * d + up * e for w, d, e in zip(weights, first, second, strict=True)]
        return value(there, images, labels)

    return cast("Callable[..., tf.Tensor]", moved)


def _batch(experiment: Experiment, count: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Training images of a draft, drawn by its seed, with their labels as its loss reads them."""
    (images, labels), _ = load_raw(experiment.data.dataset)
    train = set_indexes(experiment.data, experiment.fit.seed).train
    chosen = np.random.default_rng(experiment.fit.seed).permutation(train)[:count]
    right = corrected_labels(labels, experiment.data, "train")[chosen]
    if not labels_are_integers(experiment):
        right = keras.utils.to_categorical(right, experiment.data.entry.num_classes)
    return tf.constant(prepare(images[chosen], experiment.data)), tf.constant(right)


def _loss_function(experiment: Experiment, model: keras.Model) -> Callable[..., tf.Tensor]:
    """The loss with penalties, as a function of weights, images and labels. No call changes the network or draws anew."""
    loss, fixed = make(experiment.compile.loss, "loss"), [variable.value for variable in model.non_trainable_variables]

    def value(weights: list[tf.Tensor], images: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        answers, _, penalties = model.stateless_call(weights, fixed, images, training=True, return_losses=True)
        return loss(labels, answers) + (tf.add_n(penalties) if penalties else 0.0)

    return value


def _affordable_images(experiment: Experiment) -> tuple[int, float]:
    """On how many images the smallest plane is computed in its time, and the estimated seconds of one loss on them.

    The estimate is the same at any load of the machine, so that a draft always has the same pictures.
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
    """The negative of the first gradient, and what of the second one is at a right angle to it (Gram-Schmidt)."""
    across = _of_length_one([-part for part in first])
    shared = _dot(second, across)
    return across, _of_length_one([shared * d - part for part, d in zip(second, across, strict=True)])


def _of_length_one(vector: list[tf.Tensor]) -> list[tf.Tensor]:
    length = _dot(vector, vector) ** 0.5
    if not length > SMALLEST_SLOPE:  # NaN is not either
        raise ProblemError(_no_slope("The loss of the initial weights has no slope"))
    return [part / length for part in vector]


def _dot(first: list[tf.Tensor], second: list[tf.Tensor]) -> float:
    return float(tf.add_n([tf.reduce_sum(one * other) for one, other in zip(first, second, strict=True)]))


def _far_side(ground: Landscape) -> float:
    """How far along the negative gradient the loss is back at its start, beyond the valley.

    Where that is many times as far as the lowest loss that was found, that many times the distance to it.
    """
    start, distance, losses = ground.loss_at(0.0, 0.0), FIRST_DISTANCE, {}
    for _ in range(DOUBLINGS):
        losses[distance] = ground.loss_along(distance)
        if losses[distance] > start:
            break
        distance *= 2
    farthest = MOST_VALLEYS * min(losses, key=lambda position: losses[position])
    if distance > farthest:
        return farthest
    low, high = distance / 2, distance
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (low, middle) if ground.loss_along(middle) > start else (middle, high)
    return high


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
