"""The interactive view of the loss of an image as a bar, for a probability of the right class that visitors drag."""

from collections.abc import Iterable, Sequence

from core.number_text import number
from core.parameters import Integer, Parameter, Real
from core.problems import Problem
from core.runs.manager import Runs
from core.teaching.shows.interactive_view import Goal, InteractiveView, Settings, ViewSubject
from core.views.loss_bar import PERCENT, LossBarQuestion, LossCurve, LossOfAnImage, loss_of_an_image

BELOW, ABOVE, GUESSING = "loss-below", "loss-above", "guessing"


def _ground(runs: Runs, subject: ViewSubject, _settings: Settings, wait: bool) -> LossOfAnImage | Problem | None:
    curve = runs.inspector.ask(LossBarQuestion(subject.experiment), wait=wait)
    return loss_of_an_image(subject.experiment, curve) if isinstance(curve, LossCurve) else curve


def goals_by_percent(shown: LossOfAnImage, settings: Settings) -> Sequence[tuple[str, ...]]:
    """Return the goals that each probability of the right class reaches, from 0 to 100 percent."""
    return [tuple(_reached(shown, settings, percent)) for percent in range(PERCENT + 1)]


def _reached(shown: LossOfAnImage, settings: Settings, percent: int) -> Iterable[str]:
    loss = shown.at(percent)
    is_guess = percent == shown.percent_of_guessing
    states = {BELOW: loss < settings["below"], ABOVE: loss > settings["above"], GUESSING: is_guess}
    return [name for name, is_so in states.items() if is_so]


def _wrong_bounds(settings: Settings) -> tuple[str, str, str] | None:
    below, above = settings["below"], settings["above"]
    if below < above:
        return None
    happened = f"The loss bar has below: {number(below)} and above: {number(above)}."
    return happened, "Expected below to be the smaller one.", f"Write above: {number(max(2 * below, 1))}"


LOSS_BAR = InteractiveView(
    name="loss-bar",
    sentence="The probability of the right class is dragged, and the loss of one image, a bar, follows.",
    ground=_ground,
    moved_to=Integer(0, PERCENT),
    reached=_reached,
    words=lambda percent: f"p = {percent / PERCENT:.2f}",
    wrong_settings=_wrong_bounds,
    goals=(
        Goal(BELOW, "a loss below {below}", "The loss lies below the setting `below`."),
        Goal(ABOVE, "a loss above {above}", "The loss lies above the setting `above`."),
        Goal(GUESSING, "the loss of guessing", "All classes have the same probability, to a whole percent."),
    ),
    parameters=(
        Parameter("below", 0.1, Real(0, 100, low_open=True), "The loss below which loss-below is reached."),
        Parameter("above", 3.0, Real(0, 100, low_open=True), "The loss above which loss-above is reached."),
    ),
)
