"""Recorded runs that come with the product: each is whole, and is added once to the runs of a server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.runs import manager
from core.teaching.recorded_runs import OWNER, RECORDED_RUNS, recorded_run, recording
from pages.shell.account import ACCOUNT
from tests.pages.fake_workers import ScriptedWorkers


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[manager.Runs]:
    """The runs of a server whose workers do nothing."""
    monkeypatch.setenv("DASHBOARD_HOME", str(tmp_path))
    one = manager.Runs(tmp_path, ScriptedWorkers(lambda experiment: None))
    yield one
    one.close()


@pytest.mark.parametrize("name", RECORDED_RUNS)
def test_recording_is_whole_and_says_what_is_told_of_it(name: str) -> None:
    recorded = recording(name)
    epochs = [event for event in recorded.events if event["kind"] == "epoch"]
    assert len(epochs) == recorded.experiment.fit.epochs
    assert recorded.machine.startswith("Recorded on 20")
    if name == "overfitting-digits":
        losses = [event["val_loss"] for event in epochs]
        assert losses[-1] > 1.08 * min(losses)
        assert losses.index(min(losses)) not in (0, len(losses) - 1)
    else:
        assert recorded.result["validation"]["accuracy"] > 0.85
        assert len(recorded.events) > 50


def test_recorded_run_is_added_once_and_belongs_to_no_browser(runs: manager.Runs) -> None:
    run = recorded_run(runs, "lecture-fashion")
    assert (run.state, run.visitor, run.is_over) == ("finished", OWNER, True)
    assert run.visitor.startswith(ACCOUNT)  # such a name in a cookie names nobody
    assert recorded_run(runs, "lecture-fashion").id == run.id
    assert len(runs.database.runs_of(OWNER)) == 1
    assert len(runs.database.events(run.id)) == len(recording("lecture-fashion").events)
