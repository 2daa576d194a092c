"""What lesson 7 claims of the ball and of training: at each rate of its slider both do the same, on all seeds."""

from dataclasses import replace

import pytest

from core.teaching import library
from core.teaching.scene_experiments import scene_experiment
from core.teaching.shows.ball import BALL, BallLossCurve, slider_rates
from core.views.shared.landscape import LossSlice
from core.worker.views.loss_surface import loss_slice
from core.worker.views.optimizer_paths import first_losses, first_step
from tests.core.teaching.trained_seeds import optimized

STEPS, LAST = 60, 5  # of the runs of the view, and the batches whose mean is the final loss
ON_ITS_WAY, CRAWLS, HIGHER = 0.5, 0.3, 1.2  # as in pages/views/ball/runs.js


@pytest.mark.deep
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_ball_and_network_of_lesson_7_do_the_same_at_each_rate(seed: int) -> None:
    deck = library.find_deck("lesson-07-learning-rate")
    own = None if deck is None else scene_experiment(deck, 0)
    assert deck is not None and own is not None and (show := deck.scenes[0].show) is not None
    experiment = replace(own.start, fit=replace(own.start.fit, seed=seed))
    along, factor = loss_slice(experiment), first_step(experiment)
    assert isinstance(along, LossSlice)
    assert factor == pytest.approx(1.0, abs=1e-3), "a step is the rate times the slope"
    settings, valley = BALL.settings(show.settings), BallLossCurve(along, factor)
    reached = {rate: list(BALL.reached(valley, settings, rate)) for rate in slider_rates(settings)}
    assert [reached[rate] for rate in (0.001, 0.01, 1.0, 10.0)] == [["crawls"], ["crawls"], ["arrives"], ["jumps-out"]]
    assert len(reached) == 5 and len(valley.roll(10.0).positions) <= 4, "out within three steps"
    for rate, goals in reached.items():
        losses = first_losses(optimized(experiment, "SGD", rate), STEPS)
        start, way = losses[0], 1 - sum(losses[-LAST:]) / LAST / losses[0]
        assert ("crawls" in goals) == (way < CRAWLS and max(losses) <= HIGHER * start)
        assert "arrives" not in goals or way >= ON_ITS_WAY
        assert ("jumps-out" in goals) == (way < CRAWLS and max(losses) > 10 * start)
