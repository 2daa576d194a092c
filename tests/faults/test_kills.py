"""`kill -9` of the server and of each process of the engine in mid-run.

Each time: no process is left behind, no point is lost that is older than half a second, and no run trains for ever.
The deep set kills each process once; `pytest -m exhaustive` kills it again and again. KILLS says how often in all.
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
from core.runs.run_database import RunDatabase
from core.runs.run_record import Run
from tests.deep_cases import deep_except, exhaustive_except
from tests.faults import misbehaving_trainers
from tests.server import PATIENCE, PROJECT, children, engine_processes, gone, name_of, process_of, wait_for

KILLS = int(os.environ.get("KILLS", "5"))
LOST_SECONDS = 0.5  # an event that is younger may be lost
BETWEEN_REPORTS = 2 / misbehaving_trainers.BATCHES_A_SECOND
POINTS = 10  # that a run has before the kill
ENDING_SECONDS = 10  # one that is still loading its libraries looks only then whether its server is there
PARTS = {"trainer", "inspector"}  # of the engine: those that begin after the others, each when it is ready
each_kill = pytest.mark.parametrize("kill", deep_except((), exhaustive_except([0], range(KILLS))))


def newest(database: RunDatabase, identity: str) -> float:
    """When the newest point happened that is on disk, in seconds since 1970."""
    return max(event["at"] for event in database.events(identity, None) if event["kind"] == "batch")


def has_points(database: RunDatabase, identity: str) -> bool:
    return sum(event["kind"] == "batch" for event in database.events(identity, None)) >= POINTS


@pytest.fixture
def server(tmp_path: Path) -> Iterator[subprocess.Popen]:
    """The server without its pages, training a run."""
    command = [sys.executable, "-m", "tests.faults.small_server", str(tmp_path)]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=PROJECT, stdout=log, stderr=log)
    yield process
    process.kill()
    process.wait()


@each_kill
def test_killed_server(server: subprocess.Popen, kill: int, tmp_path: Path) -> None:
    wait_for(lambda: (tmp_path / "runs.sqlite").is_file(), PATIENCE, "the database")
    database = RunDatabase(tmp_path / "runs.sqlite")
    wait_for(
        lambda: database.runs_of("somebody") and has_points(database, database.runs_of("somebody")[0].id), PATIENCE, "points"
    )
    identity = database.runs_of("somebody")[0].id
    below = psutil.Process(server.pid)
    what = "scheduler, process host, warm parent, two workers"
    wait_for(lambda: len(children(below, recursive=True)) >= 5, PATIENCE, what)
    processes = children(below, recursive=True)

    server.kill()
    killed = time.time()
    server.wait()
    wait_for(lambda: gone(processes), ENDING_SECONDS, "all processes to end")
    assert newest(database, identity) >= killed - LOST_SECONDS - BETWEEN_REPORTS
    database.close()

    again = manager.Runs(tmp_path, Cluster(1), warm="")
    again.begin("digits")
    run = again.database.run(identity)
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
    ours = engine_processes()
    queue.close()
    wait_for(lambda: gone(ours), ENDING_SECONDS, "all processes to end")


@pytest.mark.parametrize(
    ("name", "state"), [("scheduler", "interrupted"), ("host", "failed"), ("parent", "failed"), ("trainer", "failed")]
)
@each_kill
def test_killed_worker(queue: manager.Runs, name: str, state: str, kill: int) -> None:
    wait_for(lambda: queue.engine.state == "ready" and not len(queue.active_runs), PATIENCE, "the engine")
    identity = queue.start(misbehaving_trainers.experiment_for(misbehaving_trainers.slow), f"{name} {kill}").id
    wait_for(lambda: has_points(queue.database, identity), PATIENCE, "points")
    wait_for(lambda: parts() >= PARTS, PATIENCE, "all processes of the engine")  # the inspector may still begin
    whole = len(engine_processes())
    victim = process_of(name)
    before = [victim, *children(victim, recursive=True)]
    victim.kill()
    killed = time.time()

    wait_for(lambda: queue.database.run(identity).is_over, PATIENCE, "the run to be over")
    run: Run | None = queue.database.run(identity)
    assert run is not None and run.state == state
    assert run.problem is not None and "Press Resume" in run.problem.fix
    assert name != "parent" or "the warm parent that it was forked from was ended" in run.problem.happened
    assert newest(queue.database, identity) >= killed - LOST_SECONDS - BETWEEN_REPORTS

    queue.resume(identity)
    wait_for(lambda: queue.database.run(identity).state == "training", PATIENCE, "the run to go on")
    queue.stop(identity)
    wait_for(lambda: queue.database.run(identity).is_over, PATIENCE, "the run to stop")
    assert queue.database.run(identity).state == "stopped"
    wait_for(lambda: len(engine_processes()) == whole, PATIENCE, "as many processes as before, none left behind")
    wait_for(lambda: gone(before), ENDING_SECONDS, "the end of all processes below the killed process")


def parts() -> set[str]:
    """Which of the processes that answer and train are there."""
    return {name_of(process).removesuffix("-0") for process in engine_processes()}


def has_successor(inspector: psutil.Process) -> bool:
    return any(name_of(process) == "inspector" and process != inspector for process in engine_processes())


@each_kill
def test_killed_inspector_answers_again_and_disturbs_no_run(queue: manager.Runs, kill: int) -> None:
    wait_for(lambda: queue.engine.state == "ready" and not len(queue.active_runs), PATIENCE, "the engine")
    identity = queue.start(misbehaving_trainers.experiment_for(misbehaving_trainers.slow), f"inspected {kill}").id
    wait_for(lambda: has_points(queue.database, identity), PATIENCE, "points")
    inspector = process_of("inspector")
    inspector.kill()
    wait_for(lambda: has_successor(inspector), PATIENCE, "another inspector")
    assert queue.database.run(identity).state == "training"
    queue.stop(identity)
    wait_for(lambda: queue.database.run(identity).is_over, PATIENCE, "the run to stop")


@pytest.mark.deep
def test_stop_reaches_a_run_that_waits_for_a_trainer_to_be_started_again(queue: manager.Runs) -> None:
    wait_for(lambda: queue.engine.state == "ready" and not len(queue.active_runs), PATIENCE, "the engine")
    before = queue.start(misbehaving_trainers.experiment_for(misbehaving_trainers.slow), "somebody").id
    wait_for(lambda: has_points(queue.database, before), PATIENCE, "points")
    process_of("trainer").kill()
    wait_for(lambda: queue.database.run(before).is_over, PATIENCE, "the death to be noted")
    identity = queue.start(misbehaving_trainers.experiment_for(misbehaving_trainers.slow), "somebody").id
    wait_for(lambda: queue.database.run(identity).state == "starting", PATIENCE, "the run to be given to the trainer")
    queue.stop(identity)
    wait_for(lambda: queue.database.run(identity).is_over, PATIENCE, "the end of the run")
    run = queue.database.run(identity)
    assert (run.state, run.problem) == ("stopped", None), "not the server, which ends what takes too long"
