"""The loss of an image as a function of the probability of its right class."""

from collections.abc import Hashable
from dataclasses import dataclass

from core.catalogue.losses import LOSSES
from core.experiment.model import Experiment
from core.views.shared.question import LossQuestion

PERCENT = 100


@dataclass(frozen=True)
class LossCurve:
    """The loss of an image as a function of the probability of its right class. The other classes share the rest evenly."""

    probabilities: tuple[float, ...]  # from 0 to 1, evenly spaced
    losses: tuple[float, ...]
    guessing: float  # the loss if all classes have the same probability


@dataclass(frozen=True)
class LossBarQuestion(LossQuestion[LossCurve]):
    """A request for the `LossCurve` of an experiment's loss function and number of classes."""

    function = "core.worker.views.loss_bar:loss_bar"
    kept = 100

    @property
    def key(self) -> Hashable:
        """The cache key: the loss function and the number of classes."""
        return (self.experiment.compile.loss, self.experiment.data.entry.num_classes)


@dataclass(frozen=True)
class LossOfAnImage:
    """A `LossCurve`, with the name of its loss function and the number of classes."""

    curve: LossCurve
    classes: int
    name: str  # of the loss, as people say: "cross-entropy"
    is_logarithm: bool  # whether the loss is the negative logarithm of the probability

    def at(self, percent: int) -> float:
        """Return the loss of an image whose right class has the probability `percent`."""
        return self.curve.losses[percent]

    @property
    def percent_of_guessing(self) -> int:
        """The probability of each class if all classes are equally likely, in whole percent."""
        return round(PERCENT / self.classes)


def loss_of_an_image(experiment: Experiment, curve: LossCurve) -> LossOfAnImage:
    """Add the name of the loss function and the number of classes of an experiment to its `LossCurve`."""
    chosen = LOSSES[experiment.compile.loss.name]
    is_logarithm = chosen.trait("guessing_loss") == "log" and not experiment.compile.loss.argument("label_smoothing")
    return LossOfAnImage(curve, experiment.data.entry.num_classes, chosen.trait("short"), is_logarithm)
