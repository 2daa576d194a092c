"""Gradient descent along a curve of the loss, shown as a ball that rolls down."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite

from core.views.shared.landscape import LossSlice

STEPS = 20
ARRIVED_SHARE = 0.9  # a ball that has covered this share of the way down has arrived
CRAWLING_SHARE = 0.3  # a ball that has covered less than this share of the way down crawls


@dataclass(frozen=True)
class SmoothCurve:
    """A smooth curve through evenly spaced points, by Catmull and Rom, "A class of local interpolating splines" (1974)."""

    positions: tuple[float, ...]  # at least two positions, rising
    values: tuple[float, ...]  # a value for each position

    @property
    def spacing(self) -> float:
        return (self.positions[-1] - self.positions[0]) / (len(self.positions) - 1)

    def holds(self, position: float) -> bool:
        """Return whether a position lies between the ends of the curve."""
        return self.positions[0] <= position <= self.positions[-1]

    def at(self, position: float) -> float:
        """Return the value of the curve at a position."""
        (a, b, c, d), t = self._corners(position)
        return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))

    def slope(self, position: float) -> float:
        """Return the slope of the curve at a position."""
        (a, b, c, d), t = self._corners(position)
        return 0.5 * (c - a + t * (2 * (2 * a - 5 * b + 4 * c - d) + t * 3 * (3 * (b - c) + d - a))) / self.spacing

    def _corners(self, position: float) -> tuple[tuple[float, float, float, float], float]:
        """Return the values of the four nearest points, and where the position lies between the middle two (0 to 1).

        At the ends of the curve, the value of the missing point is extrapolated along a straight line.
        """
        gaps = min(max((position - self.positions[0]) / self.spacing, 0.0), len(self.values) - 1)
        index = min(int(gaps), len(self.values) - 2)
        second, third = self.values[index], self.values[index + 1]
        first = self.values[index - 1] if index else 2 * second - third
        fourth = self.values[index + 2] if index + 2 < len(self.values) else 2 * third - second
        return (first, second, third, fourth), gaps - index


def smooth_loss_curve(along: LossSlice) -> SmoothCurve:
    """Return a smooth curve through the losses around position 0. The curve ends before a loss that is not finite."""
    origin = next(index for index, position in enumerate(along.positions) if position >= 0)
    first = last = origin
    while first > 0 and isfinite(along.losses[first - 1]):
        first -= 1
    while last < len(along.losses) - 1 and isfinite(along.losses[last + 1]):
        last += 1
    return SmoothCurve(along.positions[first : last + 1], along.losses[first : last + 1])


@dataclass(frozen=True)
class BallPath:
    """The path of a ball on the loss curve: its position at the start and after each step of gradient descent."""

    positions: tuple[float, ...]  # from position 0; if the ball has left the curve, the last position lies outside
    has_left: bool  # whether the ball has left the curve
    way: float  # the covered share of the way down to the lowest loss; below 0 if the ball ended above its start
    crossings: int  # the number of steps that led over the lowest loss

    @property
    def crawls(self) -> bool:
        return not self.has_left and 0 <= self.way < CRAWLING_SHARE

    @property
    def arrives(self) -> bool:
        return not self.has_left and self.way >= ARRIVED_SHARE


def roll_ball(curve: SmoothCurve, step: float, count: int = STEPS) -> BallPath:
    """Roll a ball down a curve by steps of gradient descent.

    Parameters
    ----------
    curve
        The loss as a curve.
    step
        The learning rate, times the factor of the optimizer.
    count
        The number of steps.
    """
    positions = _positions(curve.slope, curve.holds, step, count)
    has_left = not curve.holds(positions[-1])
    start, bottom = curve.at(0.0), min(curve.values)
    lowest = curve.positions[curve.values.index(bottom)]
    crossings = sum((before - lowest) * (after - lowest) < 0 for before, after in pairwise(positions))
    end = start if has_left else curve.at(positions[-1])
    return BallPath(tuple(positions), has_left, (start - end) / max(start - bottom, 1e-12), crossings)


def _positions(slope: Callable[[float], float], holds: Callable[[float], bool], step: float, count: int) -> Sequence[float]:
    positions = [0.0]
    while len(positions) <= count and holds(positions[-1]):
        positions.append(positions[-1] - step * slope(positions[-1]))
    return positions
