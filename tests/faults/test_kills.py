"""`kill -9` of the server, the scheduler, the nanny and the trainer in mid-run, several times in a row.

Each time: no process is left behind, no point is lost that is older than half a second, and no run trains for ever.
KILLS says how often; ten are tried by hand, two in every run of the tests.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from core.engine.cluster import Cluster
from core.runs import manager
from core.runs.run_record import Run
from core.runs.store import Ledger
from tests.faults import misbehaving_trainers
from tests.server import PATIENCE, PROJECT, children, command_line, gone, wait_for

pytestmark = pytest.mark.deep

KILLS = int(os.environ.get("KILLS", "2"))
LOST_SECONDS = 0.5  # what is younger may be lost
BETWEEN_REPORTS = 2 / misbehaving_trainers.BATCHES_A_SECOND
ENDING_SECONDS = 10  # one that is still loading its libraries looks only then whether its server is there
POINTS = 10  # that a run has before the kill


def newest(ledger: Ledger, identity: str) -> float:
    """When the newest point happened that is on disk, in seconds since 1970."""
    return max(event["at"] for event in ledger.events(identity, None) if event["kind"] == "batch")


def has_points(ledger: Ledger, identity: str) -> bool:
    return sum(event["kind"] == "batch" for event in ledger.events(identity, None)) >= POINTS


@pytest.fixture
def server(tmp_path: Path) -> Iterator[subprocess.Popen]:
    """The server without its pages, training a run."""
    command = [sys.executable, "-m", "tests.faults.small_server", str(tmp_path)]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=PROJECT, stdout=log, stderr=log)
    yield process
    process.kill()
    process.wait()


@pytest.mark.parametrize("kill", range(KILLS))
def test_killed_server(server: subprocess.Popen, kill: int, tmp_path: Path) -> None:
    wait_for(lambda: (tmp_path / "runs.sqlite").is_file(), PATIENCE, "the ledger")
    ledger = Ledger(tmp_path / "runs.sqlite")
    wait_for(lambda: ledger.runs_of("somebody") and has_points(ledger, ledger.runs_of("somebody")[0].id), PATIENCE, "points")
    identity = ledger.runs_of("somebody")[0].id
    processes = children(psutil.Process(server.pid), recursive=True)
    assert len(processes) >= 5, "scheduler, two nannies, two workers"

    server.kill()
    killed = time.time()
    server.wait()
    wait_for(lambda: gone(processes), ENDING_SECONDS, "all processes to end")
    assert newest(ledger, identity) >= killed - LOST_SECONDS - BETWEEN_REPORTS
    ledger.close()

    again = manager.Runs(tmp_path, Cluster(1), warm="")
    again.begin("digits")
    run = again.ledger.run(identity)
    assert run.state == "interrupted"
    assert "The dashboard was closed while this run was on." in run.problem.happened
    again.close()


@pytest.fixture(scope="module")
def queue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[manager.Runs]:
    """The queue on real processes, with trainers that are quickly up."""
    queue = manager.Runs(tmp_path_factory.mktemp("queue"), Cluster(1), train=misbehaving_trainers.NAME, warm="")
    queue.begin("digits")
    assert queue.supervisor.wait_until_ready(PATIENCE), f"the engine did not start: {queue.engine}"
    yield queue
    own = children(psutil.Process(), recursive=True)
    ours = [one for one in own if "distributed" in " ".join(command_line(one))]
    queue.close()
    wait_for(lambda: gone(ours), ENDING_SECONDS, "all processes to end")


def process_of(name: str) -> psutil.Process:
    """The nanny of the trainer, the trainer, or the scheduler."""
    own = children(psutil.Process())
    [found] = [one for one in own if {"scheduler": "dask_scheduler"}.get(name, "trainer-0") in " ".join(command_line(one))]
    if name == "trainer":
        [found] = [child for child in children(found) if "spawn_main" in " ".join(command_line(child))]
    return found


def processes() -> list[psutil.Process]:
    return [one for one in children(psutil.Process(), recursive=True) if "distributed" in " ".join(command_line(one))]


@pytest.mark.parametrize(("name", "state"), [("scheduler", "interrupted"), ("nanny", "failed"), ("trainer", "failed")])
@pytest.mark.parametrize("kill", range(KILLS))
def test_killed_worker(queue: manager.Runs, name: str, state: str, kill: int) -> None:
    wait_for(lambda: queue.engine.state == "ready" and not len(queue.active_runs), PATIENCE, "the engine")
    identity = queue.start(misbehaving_trainers.experiment_for(misbehaving_trainers.slow), f"{name} {kill}").id
    wait_for(lambda: has_points(queue.ledger, identity), PATIENCE, "points")
    whole = len(processes())
    victim = process_of(name)
    victim.kill()
    killed = time.time()

    wait_for(lambda: queue.ledger.run(identity).is_over, PATIENCE, "the run to be over")
    run: Run | None = queue.ledger.run(identity)
    assert run is not None and run.state == state
    assert run.problem is not None and "Press Resume" in run.problem.fix
    assert newest(queue.ledger, identity) >= killed - LOST_SECONDS - BETWEEN_REPORTS

    queue.resume(identity)
    wait_for(lambda: queue.ledger.run(identity).state == "training", PATIENCE, "the run to go on")
    queue.stop(identity)
    wait_for(lambda: queue.ledger.run(identity).is_over, PATIENCE, "the run to stop")
    assert queue.ledger.run(identity).state == "stopped"
    wait_for(lambda: len(processes()) == whole, PATIENCE, "as many processes as before, none left behind")


def test_stop_reaches_a_run_that_waits_for_a_trainer_to_be_started_again(queue: manager.Runs) -> None:
    wait_for(lambda: queue.engine.state == "ready" and not len(queue.active_runs), PATIENCE, "the engine")
    before = queue.start(misbehaving_trainers.experiment_for(misbehaving_trainers.slow), "somebody").id
    wait_for(lambda: has_points(queue.ledger, before), PATIENCE, "points")
    process_of("trainer").kill()
    wait_for(lambda: queue.ledger.run(before).is_over, PATIENCE, "the death to be noted")
    identity = queue.start(misbehaving_trainers.experiment_for(misbehaving_trainers.slow), "somebody").id
    wait_for(lambda: queue.ledger.run(identity).state == "starting", PATIENCE, "the run to be given to the trainer")
    queue.stop(identity)
    wait_for(lambda: queue.ledger.run(identity).is_over, PATIENCE, "the end of the run")
    run = queue.ledger.run(identity)
    assert (run.state, run.problem) == ("stopped", None), "not the server, which ends what takes too long"
