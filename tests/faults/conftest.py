"""One server for all tests that ask it something from outside; the last of them, in test_start.py, ends it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.experiment.edits import set_value
from core.experiment.templates import lecture_experiment
from core.runs.run_database import RunDatabase
from tests.server import Server, serve

TOKEN = "a-token-of-this-test-alone"
LONG = set_value(lecture_experiment("digits"), ("fit", "epochs"), 500)


@dataclass(frozen=True)
class Home:
    """A data folder as another server left it."""

    folder: Path
    over: str  # the id of a run that was cancelled
    training: str  # the id of a run that was on when that server died


@pytest.fixture(scope="package")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("home")
    database = RunDatabase(folder / "runs.sqlite")
    over = database.add_run(lecture_experiment("digits"), "somebody").id
    database.change_state(over, "cancelled")
    training = database.add_run(LONG, "somebody").id
    database.change_state(training, "starting")
    database.change_state(training, "training")
    database.append(training, {"kind": "batch", "step": 7, "epoch": 0.1, "loss": 2.0, "seconds": 0.5})
    database.flush()
    database.close()
    return Home(folder, over, training)


@pytest.fixture(scope="package")
def server(home: Home) -> Iterator[Server]:
    with serve(home.folder, DASHBOARD_LECTURER_TOKEN=TOKEN) as server:
        yield server
