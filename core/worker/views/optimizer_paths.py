"""Take the first steps of optimizers from the initial weights: their length, paths on the loss surface, and losses."""

from math import isfinite
from typing import Any

import keras
import numpy as np
from scipy.interpolate import RectBivariateSpline

from core.catalogue.optimizers import OPTIMIZERS
from core.experiment.learning_rates import constant_rate, rate_at, schedule_of
from core.experiment.model import Experiment
from core.export.script import labels_are_integers
from core.parameters import EntryRef
from core.views.optimizer_paths import STEPS, OptimizerPath
from core.views.shared.landscape import LossPlane
from core.worker.data.load import corrected_labels, load_raw, prepare, set_indexes
from core.worker.training.build_model import make_keras_object
from core.worker.views.shared.landscape import Landscape, landscape
from core.worker.views.shared.load_trained import compiled_copy, errors_as_problems

ROUNDS = 5  # rounds of the secant method of `_unit`; each round comes several times closer to the scale
MOST_STEP_ERROR = 0.01  # the relative error of a step's length at which the secant method ends
HIGHEST_DEPTHS = 3.0  # cuts losses off this many valley depths above the initial loss; a spline would swing above


@errors_as_problems
def first_step(experiment: Experiment) -> float:
    """Return the length of the optimizer's first step, as a multiple of a plain gradient step with this learning rate.

    The step is taken in Keras with all weights, and measured along the negative gradient. Plain gradient descent steps by
    the learning rate times the length of the gradient; Adam moves every weight by about the learning rate, whatever the
    gradient is (Kingma and Ba, "Adam" (2015), section 2.1).
    """
    ground, rate = landscape(experiment), _first_rate(experiment)
    return _progress(experiment.compile.optimizer, ground) / (rate * ground.slope)


@errors_as_problems
def optimizer_paths(experiment: Experiment, plane: LossPlane, optimizers: tuple[EntryRef, ...]) -> tuple[OptimizerPath, ...]:
    """Compute the paths of optimizers on a plane of the loss surface, from the initial weights.

    Returns
    -------
    tuple[OptimizerPath, ...]
        A path of STEPS steps for each optimizer, in their order. A path that leaves the plane is shorter. Positions are
        scaled so that an optimizer's first step is as long as its first step with all weights.
    """
    ground, losses = landscape(experiment), np.array(plane.losses)
    start = ground.loss_at(0.0, 0.0)
    losses = np.minimum(losses, start + HIGHEST_DEPTHS * (start - losses.min()))
    surface = RectBivariateSpline(plane.across, plane.up, losses.T)
    return tuple(_path(optimizer, ground, plane, surface) for optimizer in optimizers)


def _path(optimizer: EntryRef, ground: Landscape, plane: LossPlane, surface: RectBivariateSpline) -> OptimizerPath:
    start, unit = _start(optimizer, ground), _unit(optimizer, ground)
    stepper = _Stepper(optimizer, start)
    points, has_left = [(0.0, 0.0, float(surface(0, 0)[0, 0]))], False
    for _ in range(STEPS):
        across, up, _loss = points[-1]
        slopes = float(surface(across, up, dx=1)[0, 0]), float(surface(across, up, dy=1)[0, 0])
        moved = unit * (stepper.step(unit * np.array(slopes)) - start)
        across, up = float(moved[0]), float(moved[1])
        inside = plane.across[0] <= across <= plane.across[-1] and plane.up[0] <= up <= plane.up[-1]
        points.append((across, up, float(surface(across, up)[0, 0]) if inside else float("inf")))
        if has_left := not inside:
            break
    return OptimizerPath(optimizer.name, tuple(points), has_left)


def _unit(optimizer: EntryRef, ground: Landscape) -> float:
    """Return the scale of the two positions that makes an optimizer's first step as long as its step with all weights.

    The scale is 1 for an optimizer whose steps are in proportion to the gradient, such as SGD. For other optimizers, the
    secant method on the logarithms finds the scale.
    """
    wanted, downhill = _progress(optimizer, ground), -np.array(ground.slopes) / ground.slope
    start = _start(optimizer, ground)

    def progress(unit: float) -> float:
        step = _Stepper(optimizer, start).step(unit * np.array(ground.slopes)) - start
        return max(1e-30, float(unit * step @ downhill))

    if not wanted > 0:
        return 1.0
    units = [1.0, float(_sum_of_sizes(ground) / ground.slope)]
    steps = [progress(unit) for unit in units]
    for _ in range(ROUNDS):
        rise = np.log(steps[-1] / steps[-2]) / np.log(units[-1] / units[-2]) if units[-1] != units[-2] else 1.0
        if abs(steps[-1] / wanted - 1) < MOST_STEP_ERROR or abs(rise) < MOST_STEP_ERROR:
            break
        units.append(float(np.clip(units[-1] * (wanted / steps[-1]) ** (1 / rise), 1e-6, 1e9)))
        steps.append(progress(units[-1]))
    return min(zip(units, steps, strict=True), key=lambda pair: abs(np.log(pair[1] / wanted)))[0]


def _progress(optimizer: EntryRef, ground: Landscape) -> float:
    """Return the length of an optimizer's first step with all weights, measured along the negative gradient."""
    sizes = _is_measured_by_weights(optimizer)
    copies = [keras.Variable(weight if sizes else keras.ops.zeros_like(weight)) for weight in ground.weights]
    before = [keras.ops.convert_to_numpy(copy) for copy in copies]
    _apply(_made(optimizer), ground.gradient, copies)
    moved = [keras.ops.convert_to_numpy(copy) - old for copy, old in zip(copies, before, strict=True)]
    return (
        -sum(float((move * np.asarray(part)).sum()) for move, part in zip(moved, ground.gradient, strict=True))
        / ground.slope
    )


def _sum_of_sizes(ground: Landscape) -> float:
    return sum(float(np.abs(part).sum()) for part in ground.gradient)


def _start(optimizer: EntryRef, ground: Landscape) -> np.ndarray:
    """Return the initial values of the two positions: 0, or the root mean square of all weights.

    The root mean square serves optimizers whose steps depend on the size of the weights, such as Lamb.
    """
    if not _is_measured_by_weights(optimizer):
        return np.zeros(2)
    count = sum(int(np.prod(weight.shape)) for weight in ground.weights)
    return np.full(2, (sum(float((np.asarray(weight) ** 2).sum()) for weight in ground.weights) / count) ** 0.5)


def _is_measured_by_weights(optimizer: EntryRef) -> bool:
    return bool(OPTIMIZERS[optimizer.name].trait("steps_by_weights"))


class _Stepper:
    """A Keras optimizer of a (1, 2) variable, a matrix, since Muon and Adafactor treat matrices in their own way."""

    def __init__(self, optimizer: EntryRef, start: np.ndarray) -> None:
        self._optimizer = _made(optimizer)
        self._variable = keras.Variable(start.reshape(1, 2), dtype="float32")

    def step(self, gradient: np.ndarray) -> np.ndarray:
        _apply(self._optimizer, [keras.ops.convert_to_tensor(gradient.reshape(1, 2), "float32")], [self._variable])
        return np.asarray(keras.ops.convert_to_numpy(self._variable)[0], dtype="float64")


def _made(optimizer: EntryRef) -> keras.optimizers.Optimizer:
    return make_keras_object(optimizer, "optimizer")


def _apply(optimizer: keras.optimizers.Optimizer, gradients: list[Any], variables: list[keras.Variable]) -> None:
    """Update the variables once. An optimizer with gradient accumulation gets the gradients several times."""
    factor = optimizer.loss_scale_factor or 1.0  # the optimizer divides by this factor
    for _ in range(optimizer.gradient_accumulation_steps or 1):
        optimizer.apply([gradient * factor for gradient in gradients], variables)


def _first_rate(experiment: Experiment) -> float:
    schedule = schedule_of(experiment)
    return constant_rate(experiment) if schedule is None else rate_at(schedule, 0)


@errors_as_problems
def first_losses(experiment: Experiment, steps: int) -> tuple[float, ...]:
    """Train for some steps, and return the loss of each batch before its step.

    Training ends before the last step if a loss is NaN or infinite. The result does not hold that loss.
    """
    model, size = compiled_copy(experiment, ""), experiment.fit.batch_size
    (images, labels), _ = load_raw(experiment.data.dataset)
    train = set_indexes(experiment.data, experiment.fit.seed).train
    right = corrected_labels(labels, experiment.data, "train")
    if not labels_are_integers(experiment):
        right = keras.utils.to_categorical(right, experiment.data.entry.num_classes)
    order = np.resize(np.random.default_rng(experiment.fit.seed).permutation(train), steps * size)
    losses: list[float] = []
    for start in range(0, steps * size, size):
        chosen = order[start : start + size]
        model.reset_metrics()  # otherwise the loss would be the mean of all batches so far
        loss = float(model.train_on_batch(prepare(images[chosen], experiment.data), right[chosen], return_dict=True)["loss"])
        if not isfinite(loss):
            break
        losses.append(loss)
    return tuple(losses)
