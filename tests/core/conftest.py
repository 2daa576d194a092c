"""Trained runs that many tests look at."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from core.experiment.model import Experiment
from core.worker.training.train import train
from tests.core.export.script_process import script_process
from tests.core.sample_experiments import LECTURE, with_fit


@dataclass(frozen=True)
class Trained:
    """A run that is over."""

    experiment: Experiment
    result: dict  # what `train` returned
    events: list[dict]  # what it reported
    folder: Path  # where it left its files


THREE = with_fit(LECTURE, epochs=3)


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """The lecture's net on Digits, trained for three epochs."""
    events, folder = [], tmp_path_factory.mktemp("trained")
    return Trained(THREE, train(THREE, events.append, lambda: None, folder), events, folder)


@pytest.fixture(scope="session")
def whole(request: pytest.FixtureRequest) -> Callable[[Experiment], dict]:
    """What comes of an experiment that nobody steers or interrupts, one step at a time; each is trained once."""

    @cache
    def run(experiment: Experiment) -> dict:
        if experiment == THREE:
            return request.getfixturevalue("trained").result
        return train(experiment, lambda event: None, lambda: None)

    return run


@pytest.fixture(scope="session")
def run() -> Iterator[Callable[[str, Path], str]]:
    """What runs a script in a folder, in a process that knows nothing of this project, and says what it printed."""
    with script_process() as run:
        yield run
