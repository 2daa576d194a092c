"""A Dask cluster that exists already: its workers have no code, no data set and no disk of ours, and one of them dies."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from distributed import Client

from core.engine.cluster import Cluster
from core.experiment.edits import set_value
from core.experiment.model import Experiment
from core.experiment.templates import lecture_experiment
from core.run_files import CHECKPOINT
from core.runs import manager
from tests.core.datasets.sample_datasets import own_digits
from tests.deep_cases import exhaustive_except
from tests.server import PATIENCE, children, command_line, free_port, gone, wait_for

WORKERS = 2
FEW, MANY = 4, 20  # runs
SHORT = set_value(lecture_experiment("digits"), ("fit", "epochs"), 1)
LONG = set_value(lecture_experiment("digits"), ("fit", "epochs"), 1_000)


@dataclass(frozen=True)
class School:
    """A cluster as a school runs it."""

    address: str
    processes: list[subprocess.Popen]  # the scheduler, then the nannies
    folder: Path

    def workers(self) -> list[psutil.Process]:
        """The worker processes, without the nannies that look after them."""
        nannies = [psutil.Process(process.pid) for process in self.processes[1:] if process.poll() is None]
        below = [child for nanny in nannies for child in children(nanny)]
        return [child for child in below if "spawn_main" in " ".join(command_line(child))]


def command(program: str, *arguments: str) -> list[str]:
    common = ("--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0")
    return [sys.executable, "-m", f"distributed.cli.dask_{program}", *common, *arguments]


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    """A scheduler and its workers, each a process of its own, elsewhere than this project; the last test ends it."""
    folder = tmp_path_factory.mktemp("elsewhere")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment |= {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0", "KERAS_HOME": str(folder / "keras")}
    environment["DASHBOARD_HOME"] = str(folder / "home")
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    resources = ("--nworkers", "1", "--nthreads", "2", "--resources", "train=1,inspect=1")
    commands = [command("scheduler", "--port", str(port)), *[command("worker", address, *resources)] * WORKERS]
    with (folder / "log").open("wb") as log:
        processes = [
            subprocess.Popen(one, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            for one in commands
        ]
    yield School(address, processes, folder)
    for process in processes:
        process.kill()  # asked politely, a nanny waits eight seconds for a worker that has loaded TensorFlow
        process.wait()


@pytest.fixture
def queue(school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[manager.Runs]:
    """The queue, connected to the cluster; its data folder is at a path that leads elsewhere in every other process."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    queue = manager.Runs(Path("/proc/self/cwd"), Cluster(address=school.address), warm="")
    queue.begin("digits")
    assert queue.supervisor.wait_until_ready(PATIENCE), f"the cluster was not found: {queue.engine}"
    yield queue
    queue.close()


def start(queue: manager.Runs, experiment: Experiment, visitor: str) -> str:
    return queue.start(experiment, visitor).id


def state(queue: manager.Runs, identity: str) -> str:
    run = queue.database.run(identity)
    assert run is not None
    return run.state


@pytest.mark.parametrize("runs", exhaustive_except([FEW], [FEW, MANY]))
def test_all_runs_end_though_one_worker_is_killed(school: School, queue: manager.Runs, runs: int) -> None:
    wait_for(lambda: queue._workers.trainers == WORKERS, PATIENCE, "the workers to be counted")
    victim = start(queue, LONG, "whose worker dies")
    wait_for(lambda: queue.reader.saved_epoch(victim), PATIENCE, "a checkpoint to be fetched")
    brought = own_digits("ada")
    own = set_value(lecture_experiment(brought), ("fit", "epochs"), 1)
    identities = [start(queue, SHORT if number else own, f"visitor {number}") for number in range(runs - 1)]

    address = queue._workers.worker_of(victim)
    with Client(school.address, set_as_default=False) as client:
        pid = client.run(os.getpid, workers=[address])[address]
    psutil.Process(pid).kill()
    wait_for(lambda: state(queue, victim) == "failed", PATIENCE, "the run whose worker died")
    problem = queue.database.run(victim).problem
    assert "The training process died at epoch" in problem.happened
    assert "Resume" in problem.fix

    wait_for(lambda: all(queue.database.run(one).is_over for one in identities), 300, "all other runs to end")
    ended = [queue.database.run(one) for one in identities]
    assert [(run.title, run.state, run.problem) for run in ended if run.state != "finished"] == []
    first = queue.reader.folder(identities[0])
    wait_for(lambda: (first / "model.keras").is_file(), PATIENCE, "the trained network")
    assert {"validation.npz", "test.npz", CHECKPOINT.format(epoch=1)} <= {path.name for path in first.iterdir()}
    assert not list((school.folder / "keras").rglob("*.npz")), "Digits needs no files"
    assert (school.folder / "home" / "datasets" / brought / "images.npz").is_file(), "pictures of one's own are sent"

    wait_for(lambda: queue._workers.trainers == WORKERS, PATIENCE, "a new process in place of the one that died")

    saved = queue.reader.saved_epoch(victim)
    queue.resume(victim)
    wait_for(lambda: state(queue, victim) == "training", PATIENCE, "the run to go on")
    resumed = [event["epoch"] for event in queue.reader.events(victim) if event["kind"] == "resumed"]
    assert resumed == [float(saved)]
    queue.stop(victim)
    wait_for(lambda: state(queue, victim) == "stopped", PATIENCE, "the run to stop")


@pytest.mark.deep
def test_workers_let_go_of_a_run_whose_server_is_gone(school: School, queue: manager.Runs) -> None:
    identity = start(queue, LONG, "somebody")
    wait_for(lambda: state(queue, identity) == "training", PATIENCE, "the run to train")
    queue.close()
    with Client(school.address, set_as_default=False) as client:

        def busy() -> bool:
            return any(client.processing().values()) or any(
                client.run(lambda dask_worker: dask_worker.state.executing_count).values()
            )

        wait_for(lambda: not busy(), PATIENCE, "the workers to be idle")
    assert not gone(school.workers())


@pytest.mark.deep
def test_each_run_has_a_worker_of_its_own_and_those_that_wait_outlive_the_death_of_all(
    school: School, queue: manager.Runs
) -> None:
    wait_for(lambda: queue._workers.trainers == WORKERS, PATIENCE, "the workers to be counted")
    with Client(school.address, set_as_default=False) as client:
        answering = min(client.scheduler_info(n_workers=-1)["workers"])
        asked = {"workers": [answering], "priority": -1, "pure": False}
        questions = [client.submit(time.sleep, 1.0, **asked) for _ in range(200)]
        wait_for(lambda: len(client.processing()[answering]) > 190, PATIENCE, "Dask to take this worker for the busiest")
        identities = [start(queue, LONG, f"visitor {number}") for number in range(WORKERS)]
        wait_for(lambda: all(map(queue._workers.worker_of, identities)), PATIENCE, "all runs to be begun")
        assert len(set(map(queue._workers.worker_of, identities))) == WORKERS
        client.cancel(questions)

    waiting = start(queue, SHORT, "who waits")
    for worker in school.workers():
        worker.kill()
    wait_for(lambda: all(state(queue, one) == "failed" for one in identities), PATIENCE, "the runs whose workers died")
    wait_for(lambda: state(queue, waiting) == "finished", PATIENCE, "the run that waited")


@pytest.mark.deep
def test_loss_of_the_cluster_interrupts_runs_and_is_told(school: School, queue: manager.Runs) -> None:
    identity = start(queue, LONG, "somebody")
    wait_for(lambda: state(queue, identity) == "training", PATIENCE, "the run to train")
    school.processes[0].kill()
    wait_for(lambda: state(queue, identity) == "interrupted", PATIENCE, "the run to be interrupted")
    assert "The connection to the processes that train was lost" in queue.database.run(identity).problem.happened
    wait_for(lambda: queue.engine.state == "lost", PATIENCE, "the loss to be told")
    waiting = start(queue, SHORT, "somebody else")
    assert state(queue, waiting) == "queued"
