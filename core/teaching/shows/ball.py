"""The interactive view of a ball that rolls on the loss curve of the scene's experiment, at a chosen learning rate."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import log10

from core.analysis.rolling_ball import (
    ARRIVED_SHARE,
    CRAWLING_SHARE,
    STEPS,
    BallPath,
    SmoothCurve,
    roll_ball,
    smooth_loss_curve,
)
from core.number_text import number, percent
from core.parameters import Integer, Parameter, Real
from core.problems import Problem
from core.runs.manager import Runs
from core.teaching.shows.interactive_view import Goal, InteractiveView, Settings, ViewSubject
from core.views.loss_surface import LossSliceQuestion
from core.views.optimizer_paths import FirstStepQuestion
from core.views.shared.landscape import LossSlice

CRAWLS_GOAL, ARRIVES_GOAL, JUMPS_OUT = "crawls", "arrives", "jumps-out"
LEAST_RATIO = 10  # the least ratio of the highest to the lowest learning rate of a slider
RATE = Real(1e-6, 1e3)


@dataclass(frozen=True)
class BallLossCurve:
    """The loss curve on which a ball rolls."""

    along: LossSlice
    factor: float  # the length of the optimizer's first step, in steps of plain gradient descent

    @cached_property
    def curve(self) -> SmoothCurve:
        return smooth_loss_curve(self.along)

    def roll(self, rate: float) -> BallPath:
        """Return the path of the ball at a learning rate."""
        return roll_ball(self.curve, rate * self.factor)


def slider_rates(settings: Settings) -> tuple[float, ...]:
    """Return the learning rates at which the slider stops, the smallest first.

    The rates are evenly spaced on a logarithmic scale, and have two significant digits.
    """
    low, high = settings["lowest"], settings["highest"]
    count = round(settings["per_decade"] * log10(high / low))
    ratio = (high / low) ** (1 / max(count, 1))
    return tuple(sorted({float(f"{low * ratio**index:.2g}") for index in range(count + 1)}))


@dataclass(frozen=True)
class SliderStop:
    """The path of the ball at a learning rate of the slider."""

    rate: float
    roll: BallPath
    goals: tuple[str, ...]  # the goals that the learning rate reaches
    title: str  # the path in words
    short: str  # the learning rate in a few words


@lru_cache(maxsize=16)
def slider_stops(valley: BallLossCurve, rates: tuple[float, ...]) -> tuple[SliderStop, ...]:
    """Return the path of the ball at each learning rate of the slider.

    Parameters
    ----------
    valley
        The loss curve on which the ball rolls.
    rates
        The rates of the slider, from `slider_rates`.
    """
    return tuple(_stop(valley, rate) for rate in rates)


def _stop(valley: BallLossCurve, rate: float) -> SliderStop:
    rolled = valley.roll(rate)
    return SliderStop(rate, rolled, tuple(_reached(valley, {}, rate)), *_words(rolled))


def _words(rolled: BallPath) -> tuple[str, str]:
    """Describe the ball's path in words, and its learning rate in a few words."""
    if rolled.has_left:
        return f"It jumps out at step {len(rolled.positions) - 1}", "too far"
    if rolled.way < 0:
        return "It ends higher than it began", "too far"
    if rolled.arrives:
        return ("It swings, and arrives" if rolled.crossings > 1 else "It rolls into the valley"), "arrives"
    if rolled.crossings > 1:
        return "It jumps from side to side", "nearly too far"
    return ("Its steps are tiny: it crawls", "crawls") if rolled.crawls else ("It rolls, and is not there yet", "slow")


def _ground(runs: Runs, subject: ViewSubject, _settings: Settings, wait: bool) -> BallLossCurve | Problem | None:
    along = runs.inspector.ask(LossSliceQuestion(subject.experiment), wait=wait)
    if not isinstance(along, LossSlice):
        return along
    factor = runs.inspector.ask(FirstStepQuestion(subject.experiment), wait=wait)
    return factor if factor is None or isinstance(factor, Problem) else BallLossCurve(along, factor)


def _reached(valley: BallLossCurve, _settings: Settings, rate: float) -> Iterable[str]:
    rolled = valley.roll(rate)
    states = {CRAWLS_GOAL: rolled.crawls, ARRIVES_GOAL: rolled.arrives, JUMPS_OUT: rolled.has_left}
    return [name for name, is_so in states.items() if is_so]


def _wrong_ends(settings: Settings) -> tuple[str, str, str] | None:
    low, high = settings["lowest"], settings["highest"]
    if low * LEAST_RATIO <= high:
        return None
    happened = f"The slider of the ball goes from lowest, {number(low)}, to highest, {number(high)}."
    return happened, f"Expected highest to be {LEAST_RATIO} times lowest, or more.", f"Write highest: {number(low * 1000)}"


BALL = InteractiveView(
    name="ball",
    sentence="The learning rate is dragged on a slider, and a ball rolls on the loss of the scene's experiment.",
    ground=_ground,
    moved_to=RATE,
    reached=_reached,
    words=number,
    wrong_settings=_wrong_ends,
    goals=(
        Goal(
            CRAWLS_GOAL,
            "crawls",
            f"After {STEPS} steps the ball has gone less than {percent(CRAWLING_SHARE)} of the way down.",
        ),
        Goal(
            ARRIVES_GOAL,
            "arrives",
            f"After {STEPS} steps the ball has gone {percent(ARRIVED_SHARE)} of the way down, or more.",
        ),
        Goal(JUMPS_OUT, "jumps out", f"Within {STEPS} steps the ball leaves the valley."),
    ),
    parameters=(
        Parameter("lowest", 0.001, Real(1e-6, 1.0), "The learning rate at the left end of the slider."),
        Parameter("highest", 10.0, Real(0.001, 1e3), "The learning rate at the right end of the slider."),
        Parameter("per_decade", 40, Integer(1, 40), "How many steps of the slider make a learning rate ten times as high."),
    ),
)
