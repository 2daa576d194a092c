"""The interactive view of an image before and after scaling, with a step of plain SGD on each at a chosen learning rate."""

from collections.abc import Iterable

from core.number_text import number
from core.parameters import Real
from core.problems import Problem
from core.runs.manager import Runs
from core.teaching.shows.interactive_view import Goal, InteractiveView, Settings, ViewSubject
from core.views.scaling import RATES, ScaledSteps, ScaledStepsQuestion, nearest_rate

HELPS_LARGE, HELPS_SMALL = "helps-large-pixels", "helps-small-pixels"


def goals_of(steps: ScaledSteps, index: int) -> tuple[str, ...]:
    """Return the goals that a learning rate reaches. The learning rate is given by its index in RATES."""
    states = {HELPS_LARGE: steps.large.helps(index), HELPS_SMALL: steps.small.helps(index)}
    return tuple(name for name, is_so in states.items() if is_so)


def _ground(runs: Runs, subject: ViewSubject, _settings: Settings, wait: bool) -> ScaledSteps | Problem | None:
    return runs.inspector.ask(ScaledStepsQuestion(subject.experiment), wait=wait)


def _reached(steps: ScaledSteps, _settings: Settings, value: float) -> Iterable[str]:
    return goals_of(steps, nearest_rate(value))


SCALING = InteractiveView(
    name="scaling",
    sentence="An image stands with its pixels as in the files and divided by 255; a slider holds the learning rate of one "
    "step of plain SGD, and the loss of the scene's network before and after it stands below each.",
    ground=_ground,
    moved_to=Real(RATES[0] / 2, RATES[-1] * 2),
    reached=_reached,
    words=number,
    goals=(
        Goal(HELPS_SMALL, "lowers the loss with pixels from 0 to 1", "The step lowers the loss with scaled pixels."),
        Goal(HELPS_LARGE, "lowers the loss with pixels from 0 to 255", "The step lowers the loss with unscaled pixels."),
    ),
)
