"""Fixtures of the tests of core: a trained run, a way to train without interruption, and a queue of runs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from core.experiment.model import Experiment
from core.runs.manager import Runs
from tests.core.export.script_process import script_process
from tests.core.sample_experiments import LECTURE, with_fit
from tests.pages.fake_workers import ScriptedWorkers


@dataclass(frozen=True)
class Trained:
    """A run that is over."""

    experiment: Experiment
    result: dict  # the return value of `train`
    events: list[dict]  # the events that the run reported
    folder: Path  # the folder with the run's files


THREE = with_fit(LECTURE, epochs=3)


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """The lecture's net on Digits, trained for three epochs."""
    from core.worker.training.train import train  # noqa: PLC0415 - Keras takes seconds, and few folders need it

    events, folder = [], tmp_path_factory.mktemp("trained")
    return Trained(THREE, train(THREE, events.append, lambda: None, folder), events, folder)


@pytest.fixture(scope="session")
def whole(request: pytest.FixtureRequest) -> Callable[[Experiment], dict]:
    """A function that trains an experiment without commands, one step at a time, and returns the cached result."""

    from core.worker.training.train import train  # noqa: PLC0415 - as above

    @cache
    def run(experiment: Experiment) -> dict:
        if experiment == THREE:
            return request.getfixturevalue("trained").result
        return train(experiment, lambda event: None, lambda: None)

    return run


@pytest.fixture(scope="session")
def run() -> Iterator[Callable[[str, Path], str]]:
    """A function that runs a script in a folder, in a process without this project, and returns its output."""
    with script_process() as run:
        yield run


@pytest.fixture
def workers() -> ScriptedWorkers:
    """Scripted workers with a trainer. Questions about shapes stay unanswered."""
    workers = ScriptedWorkers(lambda experiment: pytest.fail("no shapes are needed here"))
    workers.answers_shapes = False
    return workers


@pytest.fixture
def runs(tmp_path: Path, workers: ScriptedWorkers) -> Iterator[Runs]:
    """A queue of runs whose trainer is ready."""
    runs = Runs(tmp_path, workers, warm="")
    assert runs.supervisor.start("digits", workers.start, "failed")
    yield runs
    runs.close()
