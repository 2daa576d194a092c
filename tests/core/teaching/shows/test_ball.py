"""The ball of a scene: which learning rates crawl, arrive and jump out, on a valley that is known."""

from core.analysis.rolling_ball import SmoothCurve, roll_ball, smooth_loss_curve
from core.problems import Problem
from core.teaching.shows.ball import BALL, RATE, BallLossCurve, slider_rates, slider_stops
from core.views.optimizer_paths import FirstStepQuestion
from core.views.shared.landscape import LossSlice
from core.views.shared.question import Question

POSITIONS = tuple(-1 + index / 10 for index in range(41))
BOWL = LossSlice(POSITIONS, tuple((x - 1) ** 2 for x in POSITIONS), 1.0, 2.0, 256)  # a parabola around 1, from -1 to 3
VALLEY = BallLossCurve(BOWL, 1.0)


def reached(rate: float, valley: BallLossCurve = VALLEY) -> list[str]:
    return list(BALL.reached(valley, BALL.settings({}), rate))


def test_steps_are_the_learning_rate_times_the_slope() -> None:
    rolled = roll_ball(smooth_loss_curve(BOWL), 0.2, 2)
    assert [round(position, 6) for position in rolled.positions] == [0.0, 0.4, 0.64]
    assert round(rolled.way, 4) == round(1 - 0.36**2, 4)


def test_small_rate_crawls_middle_rate_arrives_large_rate_jumps_out() -> None:
    assert reached(0.001) == ["crawls"]
    assert reached(0.02) == [], "it rolls, and is not there yet"
    assert reached(0.2) == ["arrives"]
    assert reached(2.0) == ["jumps-out"]


def test_steps_are_as_long_as_the_optimizer_makes_them() -> None:
    assert reached(0.002, BallLossCurve(BOWL, 100.0)) == ["arrives"]


def test_ball_stays_on_the_part_of_the_loss_that_is_a_number() -> None:
    losses = tuple(float("inf") if x > 2 else (x - 1) ** 2 for x in POSITIONS)
    curve = smooth_loss_curve(LossSlice(POSITIONS, losses, 1.0, 2.0, 256))
    assert (curve.positions[0], round(curve.positions[-1], 6)) == (-1, 2)


def test_curve_goes_through_its_points_and_rises_as_they_do() -> None:
    curve = SmoothCurve(POSITIONS, BOWL.losses)
    assert (round(curve.at(0.0), 9), round(curve.slope(0.0), 9)) == (1.0, -2.0)
    assert abs(curve.at(0.25) - 0.5625) < 1e-3


def test_slider_stops_at_two_significant_digits_and_at_each_power_of_ten() -> None:
    several = slider_rates(BALL.settings({}))
    assert (several[0], several[-1]) == (0.001, 10.0)
    assert {0.001, 0.01, 0.1, 1.0, 10.0} <= set(several)
    assert list(several) == sorted(set(several)) and len(several) > 100
    assert slider_rates(BALL.settings({"per_decade": 1})) == (0.001, 0.01, 0.1, 1.0, 10.0)


def test_words_of_each_stop_say_what_the_ball_does() -> None:
    said = {stop.rate: (stop.title, stop.short) for stop in slider_stops(VALLEY, (0.001, 0.2, 2.0))}
    assert said[0.001] == ("Its steps are tiny: it crawls", "crawls")
    assert said[0.2] == ("It rolls into the valley", "arrives")
    assert said[2.0] == ("It jumps out at step 1", "too far")


def test_value_of_a_browser_is_a_rate_or_nothing() -> None:
    assert RATE.is_valid(0.1)
    assert not any(RATE.is_valid(value) for value in (0, -1, 1e9, "0.1", None, [0.1], float("nan"), True))


def test_valley_is_of_the_scene_s_own_experiment_and_passes_problems_on() -> None:
    problem = Problem("surface-too-large", (), "Too large.", "Expected less.", "Make it smaller.")

    class Inspector:
        def ask(self, question: Question, *, wait: bool) -> object:
            if isinstance(question, FirstStepQuestion):
                return 2.0
            return {"own": BOWL, "large": problem}.get(str(question.arguments[0])) if wait else None

    class Runs:
        inspector = Inspector()

    class Subject:
        def __init__(self, experiment: str) -> None:
            self.experiment, self.draft = experiment, "another"

    ask = BALL.ground
    assert ask(Runs(), Subject("own"), {}, True) == BallLossCurve(BOWL, 2.0)  # type: ignore[arg-type]
    assert ask(Runs(), Subject("large"), {}, True) is problem  # type: ignore[arg-type]
    assert ask(Runs(), Subject("own"), {}, False) is None  # type: ignore[arg-type]
