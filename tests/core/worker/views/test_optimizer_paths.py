"""The losses of the first batches: those of plain Keras on the same images, for three learning rates on several seeds."""

from dataclasses import replace

import keras
import numpy as np
import pytest

from core.experiment.edits import set_value
from core.experiment.learning_rates import RATE
from core.experiment.model import Experiment
from core.experiment.templates import lecture_experiment
from core.worker.data.load import load_raw, prepare, set_indexes
from core.worker.views.optimizer_paths import first_losses
from core.worker.views.shared.load_trained import load_model

LECTURE = lecture_experiment("digits")
STEPS = 60


def with_rate(rate: float, seed: int = 0) -> Experiment:
    return set_value(replace(LECTURE, fit=replace(LECTURE.fit, seed=seed)), RATE, rate)


@pytest.mark.deep
def test_losses_are_those_of_plain_keras() -> None:
    experiment = with_rate(0.01)
    (images, labels), _ = load_raw("digits")
    chosen = np.random.default_rng(0).permutation(set_indexes(experiment.data, 0).train)
    start = load_model(experiment)
    model = keras.models.clone_model(start)
    model.set_weights(start.get_weights())
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss=keras.losses.SparseCategoricalCrossentropy())
    size, expected = experiment.fit.batch_size, []
    for step in range(3):
        batch = chosen[step * size : (step + 1) * size]
        model.reset_metrics()
        answer = model.train_on_batch(prepare(images[batch], experiment.data), labels[batch], return_dict=True)
        expected.append(float(answer["loss"]))
    assert first_losses(experiment, 3) == pytest.approx(expected, rel=1e-5)


@pytest.mark.deep
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_small_rate_crawls_middle_rate_arrives_and_large_rate_climbs(seed: int) -> None:
    crawls, arrives, jumps = (first_losses(with_rate(rate, seed), STEPS) for rate in (0.0001, 0.01, 1.0))
    start = np.mean(crawls[:5])
    assert np.mean(crawls[-5:]) > 0.85 * start
    assert np.mean(arrives[-5:]) < 0.35 * start
    assert max(jumps) > 2 * start
