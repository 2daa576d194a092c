"""The loss of an image as a bar that shrinks as the right class becomes likelier, on Compile, and large in a scene."""

from typing import Any

from core.application import application
from core.experiment.model import Experiment
from core.problems import Problem
from core.teaching.shows.loss_bar import goals_by_percent
from core.views.loss_bar import LossBarQuestion, LossOfAnImage, loss_of_an_image
from pages.components.browser_modules import register
from pages.views.shared.no_picture import no_picture, wait_for
from pages.views.shared.view_context import ViewContext

_LOSS_BAR = register("loss_bar", folder="views/loss_bar")
_LARGE_LOSS_BAR = register(
    "large_loss_bar", folder="views/loss_bar", styles=("shared/slider.css", "../views/loss_bar/large_loss_bar.css")
)
HEIGHT = 212  # pixels: as high as the picture on Compile, so that nothing jumps


def draw_draft(experiment: Experiment) -> None:
    """Draw the draft's loss by the probability of the right class, as a curve and as a bar at a single probability."""
    question = LossBarQuestion(experiment)
    curve = application().ask(question)
    if isinstance(curve, Problem):
        no_picture(curve)
    elif curve is not None:
        _LOSS_BAR(key="loss-bar", data=_data(loss_of_an_image(experiment, curve)))
    else:
        wait_for(lambda: application().ask(question, wait=False) is not None, "Computing the loss …", HEIGHT)


def draw(shown: ViewContext) -> None:
    """Draw the loss as a large bar. A visitor drags the probability. See `pages.views.shared.view_context.ViewContext`."""
    ground: LossOfAnImage = shown.ground
    reaches = [list(goals) for goals in goals_by_percent(ground, shown.settings)]
    _LARGE_LOSS_BAR(key=shown.key, data=shown.data() | _data(ground) | {"reaches": reaches}, on_moved_change=shown.on_move)


def _data(loss: LossOfAnImage) -> dict[str, Any]:
    return {
        "losses": list(loss.curve.losses),
        "guessing": loss.curve.guessing,
        "classes": loss.classes,
        "name": loss.name,
        "isLogarithm": loss.is_logarithm,
    }
