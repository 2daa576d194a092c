"""The loss of the draft along its gradient, with a ball whose steps depend on the learning rate."""

from math import isfinite

from core.application import application
from core.experiment import learning_rates
from core.experiment.model import Experiment
from core.number_text import quantity, rounded
from core.problems import Problem
from core.views.loss_surface import LossSliceQuestion
from core.views.optimizer_paths import STEPS, FirstStepQuestion
from core.views.shared.landscape import LossSlice
from pages.components.browser_modules import register
from pages.views.shared.no_picture import no_picture, wait_for

_BALL = register("learning_rate_ball", folder="views/loss_surface")
HEIGHT = 215  # pixels: as high as the picture, so that nothing jumps
PLAIN = (0.97, 1.03)  # as a multiple of plain gradient descent: within this range the ball's steps count as plain


def draw_draft(experiment: Experiment, along: LossSlice | None) -> float | None:
    """Draw the draft's loss along the line `along`, with a ball whose steps depend on the learning rate.

    Until the line is computed, draw a placeholder. Return the factor of the ball's steps (see `FirstStepQuestion`), or None
    until the factor is computed.
    """
    ask, first_step = application().ask, FirstStepQuestion(experiment)
    factor = ask(first_step) if along is not None else None
    if isinstance(factor, Problem):
        no_picture(factor)
    elif along is None or factor is None:
        wait_for(
            lambda: (
                ask(LossSliceQuestion(experiment), wait=False) is not None
                and (along is None or ask(first_step, wait=False) is not None)
            ),
            "Computing the loss around the initial weights …",
            HEIGHT,
        )
    else:
        _BALL(
            key="ball",
            data={
                "positions": list(along.positions),
                "losses": [loss if isfinite(loss) else None for loss in along.losses],
                "rates": _rates(experiment),
                "factor": factor,
                "label": "The loss of this draft along the gradient, and a ball that takes steps of the learning rate.",
            },
        )
        return factor
    return None


def slice_words(experiment: Experiment, along: LossSlice, factor: float) -> str:
    """Describe how the slice through the loss was computed, and the length of the ball's steps."""
    shown = (
        f"Keras computed the loss of this network on {quantity(along.images, 'training image')}: at its initial weights "
        f"(seed {experiment.fit.seed}), and at weights that lie ever farther along the gradient."
    )
    step = "A step of the ball is learning rate × slope"
    if not PLAIN[0] <= factor <= PLAIN[1]:
        step += f" × {rounded(factor)}: as far as the first step of {experiment.compile.optimizer.name} goes"
    if learning_rates.schedule_of(experiment) is not None:
        step += f"; the {STEPS} steps are spread over the whole run"
    return f"{shown} {step}."


def _rates(experiment: Experiment) -> list[float]:
    """Return the learning rate of each step of the ball."""
    schedule = learning_rates.schedule_of(experiment)
    if schedule is None:
        return [learning_rates.constant_rate(experiment)] * STEPS
    last = learning_rates.num_updates(experiment) - 1
    return [learning_rates.rate_at(schedule, round(step * last / (STEPS - 1))) for step in range(STEPS)]
