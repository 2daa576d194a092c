"""The ways of optimizers over a draft's loss: each takes its steps in Keras, on two numbers in place of all weights."""

from typing import Any

import keras
import numpy as np
from scipy.interpolate import RectBivariateSpline

from core.analysis.loss_surface import LossPlane, OptimizerPath
from core.catalogue.optimizers import OPTIMIZERS
from core.experiment.learning_rates import constant_rate, rate_at, schedule_of
from core.experiment.model import Experiment
from core.parameters import EntryRef
from core.worker.interpret.load_trained import errors_as_problems
from core.worker.interpret.loss_surface import Landscape, landscape
from core.worker.training.build_model import make

STEPS = 40
ROUNDS = 5  # to find the unit of the two numbers; each comes several times closer
CLOSE = 0.01  # a share of a step
HIGHEST = 3.0  # a loss is drawn up to this many times the depth of the valley above the start: there a spline would swing


@errors_as_problems
def first_step(experiment: Experiment) -> float:
    """How long the optimizer's first step is, as a multiple of that of plain gradient descent with this learning rate.

    The step is taken in Keras with all weights, and measured along the negative gradient. Plain gradient descent steps by
    the learning rate times the length of the gradient; Adam moves every weight by about the learning rate, whatever the
    gradient is (Kingma and Ba, "Adam" (2015), section 2.1).

    Parameters
    ----------
    experiment
        The draft; all but its metrics and its fit matter.
    """
    ground, rate = landscape(experiment), _first_rate(experiment)
    return _progress(experiment.compile.optimizer, ground) / (rate * ground.slope)


@errors_as_problems
def optimizer_paths(experiment: Experiment, plane: LossPlane, optimizers: tuple[EntryRef, ...]) -> tuple[OptimizerPath, ...]:
    """The ways of optimizers over a plane of the draft's loss, from its initial weights.

    Parameters
    ----------
    experiment
        The draft.
    plane
        The loss over the plane, see `core.worker.interpret.loss_surface.loss_plane`.
    optimizers
        The optimizers with their settings.

    Returns
    -------
    tuple[OptimizerPath, ...]
        In the order of the optimizers, STEPS steps each, fewer where a way leads out of the plane. The two numbers that
        an optimizer steps on have such a unit that its first step is as long as it is with all weights.
    """
    ground, losses = landscape(experiment), np.array(plane.losses)
    start = ground.loss_at(0.0, 0.0)
    losses = np.minimum(losses, start + HIGHEST * (start - losses.min()))
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
    """The distance that one unit of the two numbers stands for, so that the first step is as long as with all weights.

    It is 1 for an optimizer whose steps are in proportion to the gradient: there the two numbers are the plane's part of
    all weights. Others are found by the secant method on the logarithms.
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
        if abs(steps[-1] / wanted - 1) < CLOSE or abs(rise) < CLOSE:
            break
        units.append(float(np.clip(units[-1] * (wanted / steps[-1]) ** (1 / rise), 1e-6, 1e9)))
        steps.append(progress(units[-1]))
    return min(zip(units, steps, strict=True), key=lambda pair: abs(np.log(pair[1] / wanted)))[0]


def _progress(optimizer: EntryRef, ground: Landscape) -> float:
    """How far the first step goes along the negative gradient, with all weights."""
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
    """The two numbers at the initial weights: 0, or the weights' typical size for those that step in proportion to it."""
    if not _is_measured_by_weights(optimizer):
        return np.zeros(2)
    count = sum(int(np.prod(weight.shape)) for weight in ground.weights)
    return np.full(2, (sum(float((np.asarray(weight) ** 2).sum()) for weight in ground.weights) / count) ** 0.5)


def _is_measured_by_weights(optimizer: EntryRef) -> bool:
    return bool(OPTIMIZERS[optimizer.name].trait("steps_by_weights"))


class _Stepper:
    """An optimizer of Keras with two numbers to step on, as a matrix: Muon and Adafactor treat matrices in their own way."""

    def __init__(self, optimizer: EntryRef, start: np.ndarray) -> None:
        self._optimizer = _made(optimizer)
        self._variable = keras.Variable(start.reshape(1, 2), dtype="float32")

    def step(self, gradient: np.ndarray) -> np.ndarray:
        _apply(self._optimizer, [keras.ops.convert_to_tensor(gradient.reshape(1, 2), "float32")], [self._variable])
        return np.asarray(keras.ops.convert_to_numpy(self._variable)[0], dtype="float64")


def _made(optimizer: EntryRef) -> keras.optimizers.Optimizer:
    return make(optimizer, "optimizer")


def _apply(optimizer: keras.optimizers.Optimizer, gradients: list[Any], variables: list[keras.Variable]) -> None:
    """One change of the variables; with accumulation, the gradient of as many batches."""
    factor = optimizer.loss_scale_factor or 1.0  # the optimizer divides by it
    for _ in range(optimizer.gradient_accumulation_steps or 1):
        optimizer.apply([gradient * factor for gradient in gradients], variables)


def _first_rate(experiment: Experiment) -> float:
    schedule = schedule_of(experiment)
    return constant_rate(experiment) if schedule is None else rate_at(schedule, 0)
