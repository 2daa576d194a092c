"""A head start changes no number: not the history, not the evaluation, whatever the network draws, keeps and counts."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import keras
import numpy as np
import pytest

from core.catalogue.optimizers import OPTIMIZERS
from core.experiment.execution import Execution
from core.experiment.model import Experiment
from core.run_events import Command
from core.worker.keras_patches import seeds_state
from core.worker.training import prepare as preparing
from core.worker.training.prepare import prepare, watched_model
from core.worker.training.train import clear_trained_models, train
from tests.core.sample_experiments import FLATTEN, LECTURE, OUTPUT, RESIDUAL, layer, stack, with_compile, with_data, with_fit
from tests.deep_cases import deep_except, exhaustive_except

SEVERAL = Execution(steps_per_execution=4)
XLA = Execution(steps_per_execution=4, jit_compile=True)
EVALUATED = ("history", "validation", "test", "confusion_matrix")


def no_command() -> Command | None:
    return None


def results(experiment: Experiment, execution: Execution) -> dict[str, Any]:
    """The numbers of a run that nobody steers."""
    result = train(experiment, lambda event: None, no_command, execution=execution)
    clear_trained_models()
    return {name: result[name] for name in EVALUATED}


def short(experiment: Experiment) -> Experiment:
    return with_fit(with_data(experiment, train_images=200), epochs=2)


def with_layer(*layers: dict) -> Experiment:
    return short(stack(*layers, FLATTEN, OUTPUT))


DRAWING = (layer("RandomFlip"), layer("RandomRotation"), layer("GaussianNoise", stddev=0.1), layer("Dropout", rate=0.3))
CASES = {
    "lecture": (short(LECTURE), SEVERAL),
    "one step at a time": (short(LECTURE), Execution()),
    "XLA": (with_fit(short(LECTURE), mode="fast"), XLA),
    "layers that draw": (with_layer(*DRAWING), SEVERAL),
    "moving averages": (with_layer(layer("Conv2D", filters=2, kernel_size=3), layer("BatchNormalization")), SEVERAL),
    "branches": (short(RESIDUAL), SEVERAL),
    "recurrent": (
        with_layer(layer("Reshape", target_shape=[8, 8]), layer("GRU", units=4, dropout=0.2, return_sequences=True)),
        SEVERAL,
    ),
    "spectral": (
        with_layer(FLATTEN, {"name": "SpectralNormalization", "arguments": {"layer": layer("Dense", units=4)}}),
        SEVERAL,
    ),
}
WITH_OPTIMIZER = {name: (with_compile(short(LECTURE), optimizer={"name": name}), SEVERAL) for name in OPTIMIZERS}
DEEP_CASES = (
    *CASES,
    "SGD",
    "Muon",
    "ScheduleFreeAdamW",
)  # without state, two optimizers in one, and weights that differ when asked
EACH = [pytest.param(*case, id=name) for name, case in (CASES | WITH_OPTIMIZER).items()]


@pytest.mark.parametrize(("experiment", "execution"), deep_except((), exhaustive_except(DEEP_CASES, EACH)))
def test_run_after_a_head_start_has_the_numbers_of_a_run_without(experiment: Experiment, execution: Execution) -> None:
    expected = results(experiment, execution)
    assert prepare(experiment, lambda event: None, no_command, execution=execution)
    assert preparing._head_start is not None
    assert results(experiment, execution) == expected
    assert preparing._head_start is None, "a head start serves one run"


@pytest.mark.deep
@pytest.mark.parametrize(
    "other",
    [
        lambda experiment: with_fit(experiment, seed=1),
        lambda experiment: with_compile(experiment, optimizer={"name": "SGD"}),
    ],
    ids=["seed", "optimizer"],
)
def test_run_of_another_experiment_leaves_the_head_start_and_keeps_its_numbers(
    other: Callable[[Experiment], Experiment],
) -> None:
    experiment = other(short(LECTURE))
    expected = results(experiment, SEVERAL)
    assert prepare(with_layer(*DRAWING), lambda event: None, no_command, execution=SEVERAL)
    assert results(experiment, SEVERAL) == expected


@pytest.mark.deep
def test_run_with_another_execution_builds_its_own_network() -> None:
    expected = results(short(LECTURE), Execution())
    assert prepare(short(LECTURE), lambda event: None, no_command, execution=SEVERAL)
    assert results(short(LECTURE), Execution()) == expected


def test_command_ends_a_head_start_between_its_parts() -> None:
    assert not prepare(short(LECTURE), lambda event: None, lambda: Command("stop"), execution=SEVERAL)
    assert preparing._head_start is None


def test_network_that_draws_when_it_is_traced_gets_no_head_start() -> None:
    experiment = with_layer(layer("AugMix"))
    assert not prepare(experiment, lambda event: None, no_command, execution=SEVERAL)


@pytest.mark.deep
def test_cleaning_drops_the_head_start() -> None:
    assert prepare(replace(short(LECTURE)), lambda event: None, no_command, execution=SEVERAL)
    clear_trained_models()
    assert preparing._head_start is None


def generators(experiment: Experiment) -> tuple[object, object, float]:
    """The states of the random generators as a fit finds them, and the next number of Keras' common generator."""
    with watched_model(experiment, SEVERAL, lambda event: None, no_command):
        state = seeds_state(), np.random.get_state(legacy=False)["state"]["key"].tolist()
        return *state, float(keras.random.uniform(()))


@pytest.mark.deep
def test_generators_are_those_of_a_run_that_has_just_built_its_network() -> None:
    experiment = with_layer(*DRAWING)
    expected = generators(experiment)
    clear_trained_models()
    assert prepare(experiment, lambda event: None, no_command, execution=SEVERAL)
    np.random.seed(5)  # other work of this process
    keras.random.uniform(())
    assert generators(experiment) == expected
