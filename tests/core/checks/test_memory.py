"""A trainer with less memory than the setting for a network: only the memory that Keras and the pictures leave counts."""

import pytest

from core.checks.experiment_checks import check, is_valid
from core.experiment.edits import apply_repair
from core.experiment.memory import training_bytes
from core.experiment.model import Experiment
from core.problems import Problem
from core.worker.training.summary import summarise
from tests.core.sample_experiments import FLATTEN, LECTURE, OUTPUT, layer, stack, with_fit

CONV = layer("Conv2D", filters=8, kernel_size=3, activation="relu")


def problems_of(experiment: Experiment) -> tuple[Problem, ...]:
    return check(experiment, summarise(experiment))


def test_network_may_take_what_keras_and_the_pictures_leave_of_a_small_trainer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHBOARD_WORKER_MEMORY", "2.4")
    experiment = with_fit(stack(CONV, FLATTEN, OUTPUT, dataset="fashion_mnist"), batch_size=65_536)
    (problem,) = [found for found in problems_of(experiment) if found.blocks]
    assert problem.code == "batch-too-large"
    assert problem.expected == (
        "Expected at most 425 MB. A trainer may have 2.28 GB here: Keras takes 1.35 GB of it, and the images 463 MB."
    )
    mended = apply_repair(experiment, problem.repairs[0])
    assert is_valid(problems_of(mended))
    assert training_bytes(mended, summarise(mended)) <= 425e6


def test_pictures_that_leave_no_room_are_made_fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHBOARD_WORKER_MEMORY", "2.4")
    experiment = stack(FLATTEN, OUTPUT, dataset="cifar10")
    (problem,) = [found for found in problems_of(experiment) if found.blocks]
    assert (problem.code, problem.where) == ("data-too-large", ("data", "train_images"))
    assert (
        problem.happened == "45,000 training images of CIFAR-10, with the images of the other sets, need 1.54 GB of memory."
    )
    assert problem.expected == (
        "Expected at most 880 MB: a trainer may have 2.28 GB here, of which Keras itself takes 1.35 GB."
    )
    assert is_valid(problems_of(apply_repair(experiment, problem.repairs[0])))


def test_trainer_too_small_for_keras_itself_says_which_variable_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHBOARD_WORKER_MEMORY", "1")
    (problem,) = [found for found in problems_of(LECTURE) if found.blocks]
    assert problem.code == "data-too-large" and not problem.repairs
    assert problem.fix == "Choose a smaller data set, or set the variable DASHBOARD_WORKER_MEMORY to more than 1."
