"""The loss of a draft around its initial weights; `core.worker.interpret.loss_surface` computes it.

Positions are distances in the space of all trainable weights: the L2 norm of the change of the weights.
"""

from dataclasses import dataclass

MOST_PARAMETERS = 5_000_000  # a slice keeps the weights and two gradients in memory: 60 MB


@dataclass(frozen=True)
class LossSlice:
    """The loss along the negative gradient, from behind the initial weights to beyond the valley."""

    positions: tuple[float, ...]  # evenly spaced; 0 is at the initial weights, positive values lie downhill
    losses: tuple[float, ...]  # infinite where the loss is not a number
    start: float  # the loss at the initial weights
    slope: float  # the length of the gradient there
    images: int  # how many training images the loss is the mean of


@dataclass(frozen=True)
class LossPlane:
    """The loss over a plane through the initial weights, spanned by the gradients of two halves of the images."""

    across: tuple[float, ...]  # positions along the negative gradient of the first half, evenly spaced
    up: tuple[float, ...]  # positions along the rest of that of the second half, at a right angle to it, evenly spaced
    losses: tuple[tuple[float, ...], ...]  # one row for each position of `up`
    images: int  # of both halves


@dataclass(frozen=True)
class OptimizerPath:
    """The way that an optimizer takes over a plane, from the initial weights."""

    name: str  # of the optimizer
    points: tuple[tuple[float, float, float], ...]  # across, up and loss after each step, the start first
    has_left: bool  # whether the last step led out of the plane


@dataclass(frozen=True)
class LossCurve:
    """The loss of one image by the probability of its right class; the other classes share the rest evenly."""

    probabilities: tuple[float, ...]  # from 0 to 1, evenly spaced
    losses: tuple[float, ...]
    guessing: float  # the loss where all classes have the same probability
