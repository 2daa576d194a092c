"""Stop returns once the run has stopped, so that a page is drawn once."""

import threading

import pytest

from core.runs import manager
from core.runs.manager import Runs
from tests.core.runs.test_manager import state
from tests.core.sample_experiments import LECTURE
from tests.pages.fake_workers import ScriptedWorkers
from tests.server import PATIENCE, wait_for


def test_stop_returns_once_the_fit_has_ended(runs: Runs, workers: ScriptedWorkers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manager, "STOPPED_SECONDS", PATIENCE)
    run = runs.start(LECTURE, "ada")
    workers.report(run.id, kind="start", steps=41, epochs=5, seconds=0.0)

    def end_at_command() -> None:
        wait_for(lambda: workers.commands == [(run.id, "stop")], PATIENCE, "the command")
        workers.report(run.id, kind="fitted", how="stop", epochs=1, seconds=1.0, finite_step=41)

    trainer = threading.Thread(target=end_at_command)
    trainer.start()
    runs.stop(run.id)
    assert state(runs, run) == "stopped"
    trainer.join()


@pytest.mark.parametrize("presses_stop", (False, True), ids=["goes on", "is stopped again"])
def test_resumed_run_waits_for_the_end_of_its_own_evaluation(
    runs: Runs, workers: ScriptedWorkers, presses_stop: bool
) -> None:
    run = runs.start(LECTURE, "ada")
    workers.report(run.id, kind="start", steps=41, epochs=5, seconds=0.0)
    stopped = {"how": "stop", "epochs": 1, "seconds": 1.0}
    workers.report(run.id, kind="fitted", **stopped, finite_step=41)
    assert state(runs, run) == "stopped" and run.id in runs.active_runs, "its trainer evaluates the network"
    runs.resume(run.id)
    assert state(runs, run) == "queued"
    if presses_stop:
        runs.stop(run.id)
    workers.finish(run.id, stopped)
    found = runs.database.run(run.id)
    assert found is not None
    assert (found.state, found.parts, found.result) == ("stopping" if presses_stop else "starting", 2, None)
    workers.report(run.id, kind="start", steps=41, epochs=5, seconds=0.0)
    workers.report(run.id, kind="fitted", **stopped, finite_step=41)
    workers.finish(run.id, stopped)
    found = runs.database.run(run.id)
    assert found is not None and (found.state, found.result) == ("stopped", stopped), "the second part has its own end"
