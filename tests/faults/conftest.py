"""One server for all tests that ask it something from outside; the last of them, in test_start.py, ends it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.experiment.edits import set_value
from core.experiment.templates import lecture
from core.runs.store import Ledger
from tests.server import Server, serve

TOKEN = "a-token-of-this-test-alone"
LONG = set_value(lecture("digits"), ("fit", "epochs"), 500)


@dataclass(frozen=True)
class Home:
    """A data folder as another server left it."""

    folder: Path
    over: str  # the id of a run that was cancelled
    training: str  # the id of a run that was on when that server died


@pytest.fixture(scope="package")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("home")
    ledger = Ledger(folder / "runs.sqlite")
    over = ledger.add_run(lecture("digits"), "somebody").id
    ledger.change_state(over, "cancelled")
    training = ledger.add_run(LONG, "somebody").id
    ledger.change_state(training, "starting")
    ledger.change_state(training, "training")
    ledger.append(training, {"kind": "batch", "step": 7, "epoch": 0.1, "loss": 2.0, "seconds": 0.5})
    ledger.flush()
    ledger.close()
    return Home(folder, over, training)


@pytest.fixture(scope="package")
def server(home: Home) -> Iterator[Server]:
    with serve(home.folder, DASHBOARD_LECTURER_TOKEN=TOKEN) as server:
        yield server
