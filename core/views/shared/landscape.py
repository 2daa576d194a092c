"""The loss surface of a network around its initial weights: along the negative gradient, and over a plane.

Positions are distances in the space of all trainable weights: the L2 norm of the change of the weights.
"""

from dataclasses import dataclass

MOST_PARAMETERS = 5_000_000  # of a draft, since a slice keeps the weights and two gradients in memory: 60 MB


@dataclass(frozen=True)
class LossSlice:
    """The loss along the negative gradient, from behind the initial weights to beyond the valley."""

    positions: tuple[float, ...]  # evenly spaced; 0 is at the initial weights, positive values lie downhill
    losses: tuple[float, ...]  # infinite for a loss that is not a number
    start: float  # the loss at the initial weights
    slope: float  # the length of the gradient at the initial weights
    images: int  # number of training images in the mean loss


@dataclass(frozen=True)
class LossPlane:
    """The loss over a plane through the initial weights, spanned by the gradients of two halves of the images."""

    across: tuple[float, ...]  # positions along the negative gradient of the first half, evenly spaced
    up: tuple[float, ...]  # positions along the second half's negative gradient, less its part along `across`
    losses: tuple[tuple[float, ...], ...]  # a row for each position of `up`
    images: int  # of both halves
