"""The interactive view of the loss of a unit: visitors drag its weight, or move the weight by steps of gradient descent."""

from collections.abc import Iterable
from dataclasses import replace

from core.analysis.one_weight import MOST_STEPS, RATES, OneWeightModel
from core.number_text import number, quantity
from core.parameters import Integer, Parameter, Real, Reals
from core.runs.manager import Runs
from core.teaching.shows.interactive_view import Goal, InteractiveView, Settings, ViewSubject

FLAT, DOWNHILL, ARRIVES, RISES = "flat", "downhill", "arrives", "rises"
FLAT_SLOPE_SHARE = 0.05  # the largest slope of a place that is flat, as a share of the slope at the start
MOST_START_DISTANCE = 1e-6  # the greatest distance from the start of a weight that was not dragged
Value = tuple[float, float, float]  # the chosen weight, the learning rate, and how many steps were taken


def unit_of(settings: Settings) -> OneWeightModel:
    """Return the unit of a scene. Its axes hold the initial weight and both sides of the minimum.

    With `axes_of`, the axes are those of a unit with another input, so that both curves can be compared.
    """
    unit = OneWeightModel(settings["input"], settings["target"], settings["start"], settings["rate"])
    other = replace(unit, input=settings["axes_of"] or unit.input)
    reach = 1.4 * abs(other.start - other.best)
    return replace(unit, low=other.best - reach, high=other.best + reach, highest=other.loss(other.best + reach))


def _ground(_runs: Runs, _subject: ViewSubject, settings: Settings, _wait: bool) -> OneWeightModel:
    return unit_of(settings)


def _reached(unit: OneWeightModel, settings: Settings, value: Value) -> Iterable[str]:
    placed, rate, steps = value[0], value[1], int(value[2])
    if steps > MOST_STEPS or rate not in RATES:
        return []
    before, after = unit.loss(placed), unit.loss(unit.after(placed, rate, steps))
    is_from_start = abs(placed - unit.start) <= MOST_START_DISTANCE
    states = {
        FLAT: steps == 0 and abs(unit.slope(placed)) <= FLAT_SLOPE_SHARE * abs(unit.slope(unit.start)),
        DOWNHILL: steps > 0 and after < before,
        ARRIVES: is_from_start and 0 < steps <= settings["steps"] and after <= settings["below"],
        RISES: steps > 0 and after > before,
    }
    return [name for name, is_so in states.items() if is_so]


def _words(value: Value) -> str:
    steps = int(value[2])
    return f"rate {number(value[1])}, {quantity(steps, 'step')}" if steps else f"weight {number(round(value[0], 2))}"


def _wrong(settings: Settings) -> tuple[str, str, str] | None:
    unit = OneWeightModel(settings["input"], settings["target"], settings["start"])
    if abs(unit.input) >= 0.1 and unit.loss(unit.start) > settings["below"]:
        return None
    happened = f"The unit begins with a loss of {number(unit.loss(unit.start))} and an input of {number(unit.input)}."
    return happened, "Expected a loss above below, and an input of 0.1 or more.", "Choose another start, or another input."


WEIGHT = InteractiveView(
    name="weight",
    sentence="The weight of one unit is dragged, and its loss and its slope follow; a step moves it by rate times slope.",
    ground=_ground,
    moved_to=Reals(3, 3, -1_000.0, 1_000.0),
    reached=_reached,
    words=_words,
    wrong_settings=_wrong,
    needs_experiment=False,
    goals=(
        Goal(FLAT, "is at its lowest", "The weight was dragged to where the slope is nearly 0."),
        Goal(DOWNHILL, "falls by steps", "Steps made the loss smaller."),
        Goal(
            ARRIVES,
            "a loss of at most {below} in at most {steps} steps",
            "From the start, so few steps led to so small a loss.",
        ),
        Goal(RISES, "rises by steps, at a larger rate", "Steps with too large a learning rate made the loss larger."),
    ),
    parameters=(
        Parameter("input", 2.0, Real(-10.0, 10.0), "What the unit takes."),
        Parameter("axes_of", 0.0, Real(-10.0, 10.0), "The input of the unit that has the axes; 0 for this unit's own."),
        Parameter("target", 5.0, Real(-20.0, 20.0), "The label: what the unit is to give."),
        Parameter("start", -0.5, Real(-20.0, 20.0), "The weight at first."),
        Parameter("rate", 0.02, Real(0.005, 0.3), "The learning rate at first."),
        Parameter("steps", 3, Integer(1, MOST_STEPS), "The most steps of the goal arrives."),
        Parameter("below", 0.05, Real(1e-6, 10.0), "The largest loss of the goal arrives."),
    ),
)
