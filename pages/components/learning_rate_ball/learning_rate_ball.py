"""The learning rate as a ball that rolls down the loss of the draft."""

from collections.abc import Sequence
from math import isfinite

from core.analysis.loss_surface import LossSlice
from pages.components.browser_modules import register

_BALL = register("learning_rate_ball")


def learning_rate_ball(along: LossSlice, *, rates: Sequence[float], factor: float, label: str, key: str) -> None:
    """A ball that takes a step for each learning rate.

    Parameters
    ----------
    along
        The loss along the negative gradient.
    rates
        The learning rate of each step.
    factor
        How many times as long as those of plain gradient descent the steps are.
    label
        What the picture shows, in words.
    key
        The key of the element.
    """
    losses = [loss if isfinite(loss) else None for loss in along.losses]
    _BALL(
        key=key,
        data={
            "positions": list(along.positions),
            "losses": losses,
            "rates": list(rates),
            "factor": factor,
            "label": label,
        },
    )
