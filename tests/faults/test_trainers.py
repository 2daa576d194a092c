"""Trainers that misbehave: each run ends in the right state, with a message of its own, and the next one works."""

import os
from collections.abc import Iterator

import pytest

from core.engine.cluster import Cluster
from core.experiment.model import Experiment
from core.runs import manager
from core.runs.run_record import Run
from tests.deep_cases import deep_except
from tests.faults import misbehaving_trainers
from tests.server import PATIENCE, wait_for


@pytest.fixture(scope="module")
def queue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[manager.Runs]:
    """The real queue on real processes, with trainers that misbehave."""
    os.environ["DASHBOARD_WORKER_MEMORY"] = "1.5"  # GB: a hungry one reaches it soon
    queue = manager.Runs(tmp_path_factory.mktemp("queue"), Cluster(1), train=misbehaving_trainers.NAME, warm="")
    queue.begin("digits")
    assert queue.supervisor.wait_until_ready(PATIENCE), f"the engine did not start: {queue.engine}"
    over(
        queue, queue.start(misbehaving_trainers.experiment_for(misbehaving_trainers.quick), "somebody").id, PATIENCE
    )  # the trainer is up
    yield queue
    queue.close()
    del os.environ["DASHBOARD_WORKER_MEMORY"]


def over(queue: manager.Runs, identity: str, seconds: float = PATIENCE) -> Run:
    """A run once it is over."""
    wait_for(lambda: queue.database.run(identity).is_over, seconds, "the run to be over")
    run = queue.database.run(identity)
    assert run is not None
    return run


def batches(queue: manager.Runs, identity: str) -> int:
    return sum(event["kind"] == "batch" for event in queue.reader.events(identity))


def started(queue: manager.Runs, experiment: Experiment, visitor: str) -> str:
    """The id of a run that has reported a batch."""
    identity = queue.start(experiment, visitor).id
    wait_for(lambda: batches(queue, identity), PATIENCE, "the first batch")
    return identity


DEATHS = {
    misbehaving_trainers.killed: "The training process died at epoch 1, step 3: it was killed, often by the system",
    misbehaving_trainers.segfaulting: "The training process died at epoch 1, step 3: it crashed inside a library (signal 11",
    misbehaving_trainers.exiting: "The training process died at epoch 1, step 3: exit code 3.",
    misbehaving_trainers.hungry: (
        "The training process died at epoch 1, step 3: it took more than the 1.42 GB of memory that it may have here"
    ),
    misbehaving_trainers.crashing: "Training failed at epoch 1, step 3: ValueError: shapes (32,10) and (32,9) do not fit.",
}


@pytest.mark.parametrize(
    ("trainer", "words"),
    deep_except(["killed", "crashing"], [pytest.param(one, words, id=one.__name__) for one, words in DEATHS.items()]),
)
def test_run_that_dies_says_how_keeps_its_points_and_the_next_one_finishes(
    queue: manager.Runs, trainer: object, words: str
) -> None:
    identity = queue.start(misbehaving_trainers.experiment_for(trainer), "somebody").id
    run = over(queue, identity)
    assert run.state == "failed"
    assert run.problem is not None and run.problem.happened.startswith(words)
    assert batches(queue, identity) == 3
    following = queue.start(misbehaving_trainers.experiment_for(misbehaving_trainers.quick), "somebody").id
    assert over(queue, following).state == "finished"


@pytest.mark.deep
def test_trainer_that_keeps_its_memory_takes_the_next_run_all_the_same(queue: manager.Runs) -> None:
    for trainer in (misbehaving_trainers.keeping, misbehaving_trainers.quick, misbehaving_trainers.quick):
        identity = queue.start(misbehaving_trainers.experiment_for(trainer), "somebody").id
        assert over(queue, identity, PATIENCE).state == "finished"


UNHEARING = [pytest.param(one, id=one.__name__) for one in (misbehaving_trainers.deaf, misbehaving_trainers.silent)]


@pytest.mark.parametrize("trainer", deep_except(["silent"], UNHEARING))
def test_second_press_on_stop_ends_a_run_that_does_not_listen(queue: manager.Runs, trainer: object) -> None:
    identity = started(queue, misbehaving_trainers.experiment_for(trainer), "who stops")
    queue.stop(identity)
    assert queue.database.run(identity).state == "stopping"
    queue.stop(identity)
    run = over(queue, identity)
    assert run.state == "stopped"
    assert "did not listen, so its process was ended at epoch 1, step" in run.problem.happened
    assert batches(queue, identity) >= 1
    assert run.result is None
    following = queue.start(misbehaving_trainers.experiment_for(misbehaving_trainers.quick), "who stops").id
    assert over(queue, following).state == "finished"


@pytest.mark.deep
def test_process_that_dies_while_it_saves_leaves_the_earlier_file_whole(queue: manager.Runs) -> None:
    identity = queue.start(misbehaving_trainers.experiment_for(misbehaving_trainers.dying_while_saving), "somebody").id
    assert over(queue, identity).state == "failed"
    assert (queue.reader.folder(identity) / "checkpoint-000001.npz").read_bytes() == b"an earlier checkpoint"
    assert queue.reader.saved_epoch(identity) == 1


def test_reports_that_nobody_understands_harm_nobody(queue: manager.Runs) -> None:
    identity = queue.start(misbehaving_trainers.experiment_for(misbehaving_trainers.babbling), "somebody").id
    assert over(queue, identity).state == "finished"
    assert 1_000 <= batches(queue, identity) <= 2_500, "thousands of points are thinned for the screen"
    events = queue.reader.events(identity, None)
    assert sum(event["kind"] == "batch" for event in events) == 5_000, "and whole on disk"
    assert all("step" in event for event in events if event["kind"] in ("batch", "paused")), "which keeps no broken one"


@pytest.mark.deep
def test_run_that_takes_too_long_is_stopped(queue: manager.Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHBOARD_RUN_MINUTES", "0.1")
    run = over(queue, queue.start(misbehaving_trainers.experiment_for(misbehaving_trainers.slow), "somebody").id)
    assert run.state == "stopped"
    assert run.problem.happened == "The run was stopped after 0.1 minutes, the most that one run may take here."


def test_stop_is_acknowledged_within_a_second(queue: manager.Runs) -> None:
    identity = started(queue, misbehaving_trainers.experiment_for(misbehaving_trainers.slow), "who stops")
    queue.stop(identity)
    wait_for(lambda: queue.database.run(identity).state == "stopped", 1, "the run to stop")
