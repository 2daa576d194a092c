"""Processes that are stopped and not ended: their connections stay open, and they answer nothing. The queue goes on."""

import os
import signal
from collections.abc import Iterator

import psutil
import pytest

from core.engine import process_silence
from core.engine.cluster import Cluster
from core.runs import active_runs, liveness, manager
from core.runs.run_record import Run
from tests.faults import misbehaving_trainers
from tests.faults.test_kills import has_points
from tests.server import PATIENCE, engine_processes, gone, process_of, wait_for

pytestmark = pytest.mark.deep

SOON = 8.0  # seconds: a busy machine may keep a process that goes on quiet for some
COLD = 45.0  # seconds for a new process to begin a run: its start takes 7 on this machine


@pytest.fixture
def queue(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[manager.Runs]:
    """The queue on real processes; what takes minutes at a lecture takes seconds here."""
    queue = manager.Runs(tmp_path_factory.mktemp("queue"), Cluster(1), train=misbehaving_trainers.NAME, warm="")
    queue.begin("digits")
    assert queue.supervisor.wait_until_ready(PATIENCE), f"the engine did not start: {queue.engine}"
    over(
        queue, queue.start(misbehaving_trainers.experiment_for(misbehaving_trainers.quick), "somebody").id
    )  # the trainer is up
    for name, seconds in (("FROZEN_SECONDS", SOON), ("IDLE_SECONDS", SOON), ("COLD_SECONDS", COLD)):
        monkeypatch.setattr(active_runs, name, seconds)
    monkeypatch.setattr(process_silence, "MOST_UNANSWERED", SOON / liveness.CHECK_SECONDS)
    yield queue
    ours = engine_processes()
    queue.close()
    wait_for(lambda: gone(ours), PATIENCE, "all processes to end, those that were stopped too")


def run_of(queue: manager.Runs, identity: str) -> Run:
    run = queue.database.run(identity)
    assert run is not None
    return run


def over(queue: manager.Runs, identity: str) -> Run:
    wait_for(lambda: run_of(queue, identity).is_over, PATIENCE, "the run to be over")
    return run_of(queue, identity)


def training(queue: manager.Runs) -> str:
    identity = queue.start(misbehaving_trainers.experiment_for(misbehaving_trainers.slow), "somebody").id
    wait_for(lambda: has_points(queue.database, identity), PATIENCE, "points")
    return identity


def stop_process(name: str) -> psutil.Process:
    process = process_of(name)
    os.kill(process.pid, signal.SIGSTOP)
    return process


def test_trainer_that_is_stopped_in_a_run_is_told_ended_and_replaced(queue: manager.Runs) -> None:
    identity = training(queue)
    trainer = stop_process("trainer")
    following = queue.start(misbehaving_trainers.experiment_for(misbehaving_trainers.quick), "somebody else").id
    run = over(queue, identity)
    assert (run.state, run.problem.code) == ("failed", "trainer-silent")
    assert "gave no sign of life for 8 s at epoch 1, step" in run.problem.happened
    assert run.problem.happened.endswith("so it was ended.")
    wait_for(lambda: gone([trainer]), PATIENCE, "the end of the process that was killed")
    assert over(queue, following).state == "finished"


def test_stop_pressed_twice_ends_a_trainer_that_is_stopped(queue: manager.Runs) -> None:
    identity = training(queue)
    trainer = stop_process("trainer")
    queue.stop(identity)
    queue.stop(identity)
    run = over(queue, identity)
    assert run.state == "stopped" and "so its process was ended" in run.problem.happened
    assert gone([trainer]), "what is said is what has happened"
    assert (
        over(queue, queue.start(misbehaving_trainers.experiment_for(misbehaving_trainers.quick), "somebody").id).state
        == "finished"
    )


@pytest.mark.parametrize("name", ["trainer", "host"])
def test_process_that_was_stopped_before_a_run_keeps_nobody_waiting(queue: manager.Runs, name: str) -> None:
    trainer, stopped = process_of("trainer"), stop_process(name)
    if name == "host":
        trainer.kill()  # which the nanny in the host cannot see
    run = over(queue, queue.start(misbehaving_trainers.experiment_for(misbehaving_trainers.quick), "somebody").id)
    assert run.state == "finished", run.problem
    assert gone([trainer, stopped])


def test_trainer_that_ends_with_a_run_on_its_way_is_replaced_although_its_host_is_stopped(queue: manager.Runs) -> None:
    trainer, host = stop_process("trainer"), stop_process("host")
    identity = queue.start(misbehaving_trainers.experiment_for(misbehaving_trainers.quick), "somebody").id
    wait_for(lambda: run_of(queue, identity).state == "starting", PATIENCE, "the run to be on its way")
    trainer.kill()
    wait_for(lambda: queue.database.commands(identity), PATIENCE, "the run to wait for another process")
    assert over(queue, identity).state == "finished"
    assert gone([trainer, host])


def test_scheduler_that_is_stopped_is_taken_for_lost(queue: manager.Runs) -> None:
    identity = training(queue)
    scheduler = stop_process("scheduler")
    run = over(queue, identity)
    assert (run.state, run.problem.code) in (("interrupted", "engine-lost"), ("failed", "trainer-silent"))
    assert "Press Resume" in run.problem.fix
    wait_for(lambda: gone([scheduler]), PATIENCE, "the scheduler to be ended")
    assert (
        over(queue, queue.start(misbehaving_trainers.experiment_for(misbehaving_trainers.quick), "somebody").id).state
        == "finished"
    )
