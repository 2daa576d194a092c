"""A small network that separates points of two classes, trained within a request, and its decision border."""

from dataclasses import dataclass

from core.catalogue.point_sets import POINT_SETS
from core.views.shared.question import Question

EPOCHS = 2000  # all training points in each batch; with more epochs, the border of hardly any of these networks changes
EARLY_EPOCHS = 110  # epochs of the first picture after a change, which takes a tenth of the time and has most of the bends
MOST_LAYERS, MOST_UNITS = 3, 8  # the largest number of hidden layers, and of units in a hidden layer
ACTIVATIONS = ("linear", "relu", "tanh")
PENALTIES = ("none", "L1", "L2")
STRENGTHS = (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1)  # strengths of a penalty
RATES = (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3)  # learning rates of Adam
NOISES = (0, 10, 20, 30, 40, 50)  # levels of noise, in percent
MOST_SEED = 9999


@dataclass(frozen=True)
class BorderNetSettings:
    """The settings of a small network: its training points, its layers and its training."""

    points: str = "blobs"  # a name of POINT_SETS
    noise: int = 10  # a value of NOISES
    units: tuple[int, ...] = ()  # the number of units in each hidden layer
    activation: str = "relu"  # the activation of the hidden layers
    penalty: str = "none"  # the penalty on the weights of all layers
    strength: float = 0.01
    rate: float = 0.03
    seed: int = 1  # the seed of the points and of the initial weights

    @property
    def parameters(self) -> int:
        """The number of weights and biases."""
        sizes = (2, *self.units, 1)
        return sum((before + 1) * after for before, after in zip(sizes, sizes[1:], strict=False))

    @property
    def trained_as(self) -> "BorderNetSettings":
        """The settings, with a default for each setting that has no effect. Networks that train alike then compare equal."""
        return BorderNetSettings(
            self.points,
            self.noise,
            self.units,
            self.activation if self.units else "linear",
            self.penalty,
            self.strength if self.penalty != "none" else STRENGTHS[0],
            self.rate,
            self.seed,
        )


@dataclass(frozen=True)
class Score:
    """The loss and the accuracy of a network on the training or validation points."""

    loss: float  # the mean cross-entropy, without a penalty
    accuracy: float


@dataclass(frozen=True)
class EpochWeights:
    """The weights of a network after an epoch."""

    epoch: int
    weights: bytes  # float32, little-endian: kernel (row by row) and bias of each layer, in turns


@dataclass(frozen=True)
class EpochScores:
    """The scores of a network after an epoch, on the training and the validation points."""

    epoch: int
    training: Score
    validation: Score


@dataclass(frozen=True)
class BorderTraining:
    """The result of training a small network: its points, its weights after some epochs, and its scores."""

    inputs: tuple[tuple[float, float], ...]  # the training points, then the validation points
    labels: tuple[int, ...]
    training_points: int
    weights_by_epoch: tuple[EpochWeights, ...]  # the weights after some epochs, from the initial weights to the last weights
    curve: tuple[EpochScores, ...]  # the scores after some epochs, from before the first epoch to after the last
    seconds: float  # the duration of the training

    @property
    def last(self) -> EpochScores:
        """The scores after the last epoch."""
        return self.curve[-1]


@dataclass(frozen=True)
class BorderQuestion(Question[BorderTraining]):
    """A request to train a small network. Networks that train alike share a cached result."""

    net: BorderNetSettings  # a network whose values are allowed; see `is_allowed`

    function = "core.worker.views.border:border"
    kept = 500  # at most 80 kilobytes each

    @property
    def arguments(self) -> tuple[BorderNetSettings]:
        """The network, with a default for each setting that has no effect."""
        return (self.net.trained_as,)


@dataclass(frozen=True)
class EarlyBorderQuestion(BorderQuestion):
    """A request for only the first epochs of the same training, so that a picture appears at once."""

    function = "core.worker.views.border:early_border"


def is_allowed(net: BorderNetSettings) -> bool:
    """Return whether all settings of a network are values that the page offers."""
    return (
        net.points in POINT_SETS
        and net.noise in NOISES
        and len(net.units) <= MOST_LAYERS
        and all(type(units) is int and 1 <= units <= MOST_UNITS for units in net.units)
        and net.activation in ACTIVATIONS
        and net.penalty in PENALTIES
        and net.strength in STRENGTHS
        and net.rate in RATES
        and type(net.seed) is int
        and 0 <= net.seed <= MOST_SEED
    )
