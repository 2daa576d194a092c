"""The loss of one image as a bar that a person drags: it shrinks as the right class gets likelier."""

from core.analysis.loss_surface import LossCurve
from pages.components.browser_modules import register

_LOSS_BAR = register("loss_bar")


def loss_bar(curve: LossCurve, *, classes: int, name: str, is_logarithm: bool, key: str) -> None:
    """The loss by the probability of the right class, as a curve, and as a bar at one probability.

    Parameters
    ----------
    curve
        The loss for evenly spaced probabilities.
    classes
        The number of classes.
    name
        What people call the loss: "cross-entropy".
    is_logarithm
        Whether the loss is the negative logarithm of the probability, so that the numbers are written so.
    key
        The key of the element.
    """
    shown = {"losses": list(curve.losses), "guessing": curve.guessing, "classes": classes}
    _LOSS_BAR(key=key, data={**shown, "name": name, "isLogarithm": is_logarithm})
