"""Questions to the inspector about a draft's loss: along the gradient, over a plane, and by the probability of a class."""

from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import cast

from core.analysis.loss_surface import LossCurve, LossPlane, LossSlice, OptimizerPath
from core.engine.inspector import Answers
from core.engine.inspector_views import Killable
from core.experiment.learning_rates import RATE, schedule_of
from core.experiment.model import Experiment
from core.parameters import EntryRef
from core.problems import Problem

SLICE = "core.worker.interpret.loss_surface:loss_slice"
PLANE = "core.worker.interpret.loss_surface:loss_plane"
FIRST_STEP = "core.worker.interpret.optimizer_paths:first_step"
PATHS = "core.worker.interpret.optimizer_paths:optimizer_paths"
CURVE = "core.worker.interpret.loss_curve:loss_curve"
KEPT = 100  # of drafts; some kilobytes each


class Surfaces:
    """The losses of all drafts of this server, each computed once. Safe to use from several threads.

    Each method returns None while there is no answer, and a Problem where the inspector could not answer. None waits longer
    than a moment.

    Parameters
    ----------
    inspector
        The workers that answer.
    is_ready
        Whether the workers are ready, so that waiting for an answer makes sense.
    """

    def __init__(self, inspector: Killable, is_ready: Callable[[], bool]) -> None:
        def answers(name: str) -> Answers:
            return Answers(inspector, is_ready, name, KEPT, was_ended=inspector.was_killed)

        self._slices, self._planes, self._first_steps = answers(SLICE), answers(PLANE), answers(FIRST_STEP)
        self._paths, self._curves = answers(PATHS), answers(CURVE)

    def slice(self, experiment: Experiment, *, wait: bool = True) -> LossSlice | Problem | None:
        """The loss of a draft along its negative gradient."""
        return cast("LossSlice | Problem | None", self._slices.ask(_ground(experiment), experiment, wait=wait))

    def plane(self, experiment: Experiment, along: LossSlice, *, wait: bool = True) -> LossPlane | Problem | None:
        """The loss of a draft over a plane; `along` is its slice."""
        return cast("LossPlane | Problem | None", self._planes.ask(_ground(experiment), experiment, along, wait=wait))

    def first_step(self, experiment: Experiment, *, wait: bool = True) -> float | Problem | None:
        """The optimizer's first step, as a multiple of that of plain gradient descent with the same learning rate."""
        optimizer = experiment.compile.optimizer
        if schedule_of(experiment) is None:  # the step is in proportion to the learning rate
            arguments = tuple((name, value) for name, value in optimizer.arguments if name != RATE[-1])
            optimizer = replace(optimizer, arguments=arguments)
        key = (_ground(experiment), optimizer)
        return cast("float | Problem | None", self._first_steps.ask(key, experiment, wait=wait))

    def paths(
        self, experiment: Experiment, plane: LossPlane, optimizers: tuple[EntryRef, ...], *, wait: bool = True
    ) -> tuple[OptimizerPath, ...] | Problem | None:
        """The ways of optimizers over a draft's plane, in their order."""
        key = (_ground(experiment), optimizers)
        answer = self._paths.ask(key, experiment, plane, optimizers, wait=wait)
        return cast("tuple[OptimizerPath, ...] | Problem | None", answer)

    def curve(self, experiment: Experiment, *, wait: bool = True) -> LossCurve | Problem | None:
        """The loss of one image by the probability of its right class."""
        key = (experiment.compile.loss, experiment.data.entry.num_classes)
        return cast("LossCurve | Problem | None", self._curves.ask(key, experiment, wait=wait))


def _ground(experiment: Experiment) -> Hashable:
    """What the loss around the initial weights depends on."""
    return (experiment.data, experiment.layers, experiment.compile.loss, experiment.fit.seed)
