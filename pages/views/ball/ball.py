"""A ball on the loss curve of a scene's experiment, whose steps depend on the learning rate that a slider sets."""

from typing import Any

from core.application import application
from core.experiment.edits import set_value
from core.experiment.learning_rates import RATE, schedule_of
from core.number_text import number, rounded
from core.problems import Problem
from core.teaching.shows.ball import BallLossCurve, SliderStop, slider_rates, slider_stops
from core.views.optimizer_paths import FirstLossesQuestion
from pages.components.browser_modules import register
from pages.shell.waiting import wait_for
from pages.views.shared.view_context import ViewContext

_BALL = register("ball", folder="views/ball", styles=("shared/slider.css", "../views/ball/ball.css"))
STEPS = 60  # the number of steps of the ball in each run
PLAIN = (0.97, 1.03)  # as a multiple of plain gradient descent: within this range the ball's steps count as plain


def draw(shown: ViewContext) -> None:
    """Draw the loss curve with the ball. See `pages.views.shared.view_context.ViewContext`."""
    valley: BallLossCurve = shown.ground
    along = slider_stops(valley, slider_rates(shown.settings))
    data = shown.data() | {
        "positions": list(valley.curve.positions),
        "losses": list(valley.curve.values),
        "stops": [_stop(stop) for stop in along],
        "factor": "" if PLAIN[0] <= valley.factor <= PLAIN[1] else rounded(valley.factor),
        "slope": rounded(abs(valley.curve.slope(0.0))),
    }
    data["optimizer"] = shown.subject.experiment.compile.optimizer.name
    data["trains"] = bool(shown.show.reach) and schedule_of(shown.subject.experiment) is None
    runs = _runs(shown)
    data["runs"] = {
        goal: list(losses) for goal, losses in runs.items() if losses is not None and not isinstance(losses, Problem)
    }
    data["steps"] = STEPS
    data["isTraining"] = None in runs.values()
    _BALL(key=shown.key, data=data, on_moved_change=shown.on_move)

    if None in runs.values():
        wait_for(lambda: None not in _runs(shown).values(), "", 0)


def _runs(shown: ViewContext) -> dict[str, Any]:
    """Return the first losses of a run with each learning rate that reached a goal.

    A loss is None until the run is computed.
    """
    if schedule_of(shown.subject.experiment) is not None:  # a schedule has no single rate
        return {}
    experiment = shown.subject.experiment
    return {
        goal: application().ask(FirstLossesQuestion(set_value(experiment, RATE, float(rate)), STEPS), wait=False)
        for goal, rate in shown.reached.items()
    }


def _stop(stop: SliderStop) -> dict[str, Any]:
    return {
        "rate": stop.rate,
        "text": number(stop.rate),
        "first": rounded(abs(stop.roll.positions[1])),
        "positions": [float(f"{position:.5g}") for position in stop.roll.positions],
        "hasLeft": stop.roll.has_left,
        "goals": list(stop.goals),
        "title": stop.title,
        "short": stop.short,
    }
