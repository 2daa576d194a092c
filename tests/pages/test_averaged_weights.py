"""Evaluate and weights that are running averages: the marks are theirs, and the page says so."""

from core.runs import manager
from tests.core.sample_experiments import with_compile
from tests.pages.conftest import Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training, short


def test_weights_that_became_averages_are_said_to_be_averages(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    training.whole(installed, workers, "ada")
    assert "running averages" not in open_screen("evaluate").text()
    averaged = {"name": "Adam", "arguments": {"learning_rate": 0.001, "use_ema": True, "ema_momentum": 0.98}}
    run = training.start(installed, workers, "ada", with_compile(short(), optimizer=averaged))
    training.end(installed, workers, run)
    words = "The weights are running averages (use_ema), with which Keras replaced those of the last step."
    assert words in open_screen("evaluate").text()
