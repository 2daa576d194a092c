"""What lesson 7 claims of the ball: on the loss of its network, three rates crawl, arrive and jump out, on all seeds."""

from dataclasses import replace

import pytest

from core.teaching import library
from core.teaching.scene_experiments import scene_experiment
from core.teaching.shows.ball import BALL, BallLossCurve, slider_rates
from core.views.shared.landscape import LossSlice
from core.worker.views.loss_surface import loss_slice
from core.worker.views.optimizer_paths import first_step


@pytest.mark.deep
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_rates_of_lesson_7_crawl_arrive_and_jump_out(seed: int) -> None:
    deck = library.find_deck("lesson-07-learning-rate")
    own = None if deck is None else scene_experiment(deck, 0)
    assert deck is not None and own is not None and (show := deck.scenes[0].show) is not None
    experiment = replace(own.start, fit=replace(own.start.fit, seed=seed))
    along, factor = loss_slice(experiment), first_step(experiment)
    assert isinstance(along, LossSlice)
    settings, valley = BALL.settings(show.settings), BallLossCurve(along, factor)
    reached = {rate: list(BALL.reached(valley, settings, rate)) for rate in slider_rates(settings)}
    assert (reached[0.0001], reached[0.01], reached[1.0]) == (["crawls"], ["arrives"], ["jumps-out"])
    for goal in show.reach:
        assert sum(goal in goals for goals in reached.values()) >= 5, f"{goal} is no needle in a haystack"
