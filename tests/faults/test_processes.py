"""Processes that are ended, on purpose or not: nothing is left behind, and nothing is lost."""

import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from core.child_process import LESS_URGENT
from core.engine.cluster import Cluster
from core.experiment.templates import lecture_experiment
from core.runs import manager
from core.runs.run_database import RunDatabase
from tests.faults.conftest import LONG, Home
from tests.server import PATIENCE, Server, gone, process_of, processes_of, serve, wait_for


@pytest.fixture(scope="module")
def queue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[manager.Runs]:
    """The real queue with one real trainer, ready; each test comes as other visitors."""
    queue = manager.Runs(tmp_path_factory.mktemp("queue"), Cluster(1))
    queue.begin("digits")
    assert queue.supervisor.wait_until_ready(PATIENCE), f"the engine did not start: {queue.engine}"
    yield queue
    queue.close()


def started(queue: manager.Runs, visitor: str) -> str:
    """The id of a long run that has drawn its first points."""
    run = queue.start(LONG, visitor)
    wait_for(lambda: any(event["kind"] == "epoch" for event in queue.reader.events(run.id)), PATIENCE, "the first epoch")
    return run.id


def test_a_trainer_gives_way_to_the_server_and_to_quick_answers(queue: manager.Runs) -> None:
    own = psutil.Process()
    for name, gives_way in (("trainer-0", True), ("inspector", False)):
        process = process_of(name.removesuffix("-0"))
        assert process.name() == name
        assert process.nice() == (LESS_URGENT if gives_way else own.nice())
        session = Path(f"/proc/{process.pid}/autogroup")
        if session.exists():  # on Linux
            assert session.read_text().split()[-1] == str(LESS_URGENT if gives_way else 0)


def test_run_whose_trainer_is_killed_fails_with_signal_and_next_run_finishes(queue: manager.Runs) -> None:
    identity = started(queue, "somebody")
    waiting = queue.start(lecture_experiment("digits"), "somebody else")
    assert queue.queue.position(waiting.id) == 1
    points = len(queue.reader.events(identity))
    process_of("trainer").kill()
    wait_for(lambda: queue.database.run(identity).is_over, 2, "the run to be over")
    failed = queue.database.run(identity)
    assert failed.state == "failed"
    assert "The training process died at epoch" in failed.problem.happened
    assert "signal 9" in failed.problem.happened
    assert "all points up to there are kept" in failed.problem.expected
    assert len(queue.reader.events(identity)) >= points
    wait_for(lambda: queue.database.run(waiting.id).is_over, PATIENCE, "the run that waited")
    assert queue.database.run(waiting.id).state == "finished"


def test_stop_ends_within_a_second_and_keeps_points(queue: manager.Runs) -> None:
    identity = started(queue, "who stops")
    queue.stop(identity)
    wait_for(lambda: queue.database.run(identity).state == "stopped", 1, "the run to stop")
    wait_for(lambda: queue.database.run(identity).result, PATIENCE, "the stopped network's evaluation")
    assert queue.database.run(identity).result["how"] == "stop"
    assert (queue.reader.folder(identity) / "model.keras").is_file()


def test_stop_before_the_first_step_is_heard(queue: manager.Runs) -> None:
    identity = queue.start(LONG, "who stops early").id
    wait_for(
        lambda: any(event.get("phase") == "compiling" for event in queue.reader.events(identity)), PATIENCE, "the network"
    )
    queue.stop(identity)
    assert queue.database.run(identity).state == "stopping", "acknowledged at once"
    wait_for(lambda: queue.database.run(identity).state == "stopped", PATIENCE, "the run to stop")
    assert not [event for event in queue.reader.events(identity) if event["kind"] == "batch"]


def test_second_press_of_train_is_no_second_run(queue: manager.Runs) -> None:
    identity = started(queue, "who presses twice")
    assert queue.start(replace(LONG), "who presses twice").id == identity
    assert len(queue.database.runs_of("who presses twice")) == 1
    queue.stop(identity)
    wait_for(lambda: queue.database.run(identity).is_over, PATIENCE, "the run to end")


def test_run_that_waits_can_be_cancelled(queue: manager.Runs) -> None:
    first = started(queue, "first")
    second = queue.start(LONG, "second")
    assert queue.queue.position(second.id) == 1
    queue.stop(second.id)
    assert queue.database.run(second.id).state == "cancelled"
    queue.stop(first)
    wait_for(lambda: queue.database.run(first).is_over, PATIENCE, "the first run to end")


@pytest.mark.deep
def test_killed_server_leaves_no_process(tmp_path: Path) -> None:
    with serve(tmp_path / "home") as server:
        wait_for(lambda: len(server.trainers()) == 1, PATIENCE, "the trainer")
        processes = server.children()
        server.process.kill()
        wait_for(lambda: gone(processes), PATIENCE, "all processes to end")


@pytest.mark.deep
@pytest.mark.parametrize("number", [2, 4, 6])
def test_server_that_is_killed_while_it_starts_leaves_no_process(tmp_path: Path, number: int) -> None:
    """Killed as soon as there are so many processes: those that just begin must notice too."""
    with serve(tmp_path / "home", set_up=False) as server:
        wait_for(lambda: len(processes_of(tmp_path / "home")) >= number, PATIENCE, f"{number} processes")
        server.process.kill()
        wait_for(lambda: not processes_of(tmp_path / "home"), PATIENCE, "all processes to end")


@pytest.mark.gate("a server finds the run of a server that was killed before")
def test_restarted_server_marks_runs_as_interrupted_and_keeps_points(server: Server, home: Home) -> None:
    database = RunDatabase(home.folder / "runs.sqlite")
    wait_for(lambda: database.run(home.training).is_over, PATIENCE, "the old run to be marked")
    with urllib.request.urlopen(f"{server.url}/live/{home.training}", timeout=PATIENCE) as stream:
        text = stream.read().decode()
    assert database.run(home.training).state == "interrupted"
    assert '"step":7' in text and '"state":"interrupted"' in text
    database.close()
