"""The first steps of optimizers from the initial weights: their length, their paths on the loss surface, and the losses."""

from collections.abc import Hashable
from dataclasses import dataclass, replace

from core.experiment.learning_rates import RATE, schedule_of
from core.parameters import EntryRef
from core.views.shared.landscape import LossPlane
from core.views.shared.question import LossQuestion

STEPS = 20  # of each path, and of the ball that rolls down the loss


@dataclass(frozen=True)
class OptimizerPath:
    """The path of an optimizer on the loss surface, from the initial weights."""

    name: str  # the name of the optimizer
    points: tuple[tuple[float, float, float], ...]  # (across, up, loss) after each step, the start first
    has_left: bool  # whether the last step led out of the plane


@dataclass(frozen=True)
class FirstStepQuestion(LossQuestion[float]):
    """A request for the length of an optimizer's first step, divided by the length of a plain gradient descent step.

    Both steps have the same learning rate.
    """

    function = "core.worker.views.optimizer_paths:first_step"
    kept = 100

    @property
    def key(self) -> Hashable:
        """The cache key: the loss and the optimizer, without its learning rate if no schedule changes the rate.

        Without a schedule, the result does not depend on the rate, since both steps are in proportion to the rate.
        """
        optimizer = self.experiment.compile.optimizer
        if schedule_of(self.experiment) is None:
            arguments = tuple((name, value) for name, value in optimizer.arguments if name != RATE[-1])
            optimizer = replace(optimizer, arguments=arguments)
        return (super().key, optimizer)


@dataclass(frozen=True)
class OptimizerPathsQuestion(LossQuestion[tuple[OptimizerPath, ...]]):
    """A request for the paths of several optimizers on a `LossPlane`."""

    plane: LossPlane
    optimizers: tuple[EntryRef, ...]  # the optimizers with their settings

    function = "core.worker.views.optimizer_paths:optimizer_paths"
    kept = 100

    @property
    def key(self) -> Hashable:
        """The cache key: the loss, and the optimizers."""
        return (super().key, self.optimizers)


@dataclass(frozen=True)
class FirstLossesQuestion(LossQuestion[tuple[float, ...]]):
    """A request for the training losses of the first batches."""

    steps: int  # number of batches, which repeat after the last image; the losses end before a loss that is not finite

    function = "core.worker.views.optimizer_paths:first_losses"
    kept = 100

    @property
    def key(self) -> Hashable:
        """The cache key: the loss, the optimizer, the batch size, and the number of batches."""
        experiment = self.experiment
        return (super().key, experiment.compile.optimizer, experiment.fit.batch_size, self.steps)
