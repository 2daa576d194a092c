"""The cluster starts a trainer on another backend when a run needs one, and ends it when none does."""

from collections.abc import Iterator

import pytest

from core.engine.cluster import Cluster
from core.engine.installed_backends import installed, resource
from core.runs.manager import Runs
from tests.backends.conftest import BACKEND
from tests.core.sample_experiments import LECTURE, with_fit
from tests.server import PATIENCE, wait_for

SHORT = with_fit(LECTURE, epochs=1)


@pytest.fixture
def queue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    queue = Runs(tmp_path_factory.mktemp("queue"), Cluster(1), warm="")
    queue.begin("digits")
    assert queue.supervisor.wait_until_ready(PATIENCE), f"the engine did not start: {queue.engine}"
    yield queue
    queue.close()


def names(queue: Runs) -> list[str]:
    """Of the workers that are connected."""
    return [worker["name"] for worker in queue._workers.client.scheduler_info()["workers"].values()]


def test_run_starts_its_trainer_finishes_and_leaves_it_for_the_next(queue: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    assert BACKEND in installed()
    wait_for(lambda: "trainer-0" in names(queue), PATIENCE, "the trainer on TensorFlow")
    assert not any(BACKEND in name for name in names(queue))
    queue.start_all([with_fit(SHORT, backend=BACKEND, seed=seed) for seed in (0, 1)], "ada")
    wait_for(lambda: all(run.is_over for run in queue.database.runs_of("ada")), PATIENCE, "all runs to be over")
    assert [run.state for run in queue.database.runs_of("ada")] == ["finished"] * 2
    first, second = reversed(queue.database.runs_of("ada"))
    waking = [[event for event in queue.reader.events(one.id) if event.get("phase") == "waking"] for one in (first, second)]
    assert len(waking[0]) == 1 and "Starting a trainer on" in waking[0][0]["words"]
    assert waking[1] == []
    assert f"trainer-{BACKEND}-0" in names(queue)
    monkeypatch.setattr("core.engine.cluster.TRAINER_IDLE_SECONDS", 0.0)
    wait_for(lambda: f"trainer-{BACKEND}-0" not in names(queue), PATIENCE, "the trainer to end")
    assert resource(BACKEND) == f"train-{BACKEND}"
