"""Where memory is scarce, the process that answers questions runs only while it is asked some."""

import time
from collections.abc import Iterator

import psutil
import pytest

from core.engine.cluster import Cluster
from tests.server import PATIENCE, engine_processes, name_of, wait_for


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    cluster = Cluster(1, lean=True)
    cluster.start()
    yield cluster
    cluster.close()


def test_inspector_comes_when_asked_and_goes_when_idle(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    pid = cluster.inspect("os:getpid").result(PATIENCE)
    assert psutil.pid_exists(pid)
    assert cluster.is_well()
    monkeypatch.setattr("core.engine.cluster.IDLE_SECONDS", 0.0)
    wait_for(lambda: cluster.is_well() and not psutil.pid_exists(pid), PATIENCE, "the idle inspector to end")
    monkeypatch.undo()
    assert cluster.inspect("os:getpid").result(PATIENCE) != pid, "a new one answers"


@pytest.mark.deep
def test_inspector_that_is_still_asked_something_stays(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    pid = cluster.inspect("os:getpid").result(PATIENCE)
    monkeypatch.setattr("core.engine.cluster.IDLE_SECONDS", 0.0)
    asked = time.monotonic()
    answer = cluster.inspect("time:sleep", 5.0)

    def stayed() -> bool:
        assert cluster.is_well()
        assert psutil.pid_exists(pid), "it ended over the question"
        return time.monotonic() - asked > 2.0  # long before it can answer: once it has, it is idle, and ends

    wait_for(stayed, PATIENCE, "the inspector to be left alone")
    monkeypatch.undo()
    assert answer.result(PATIENCE) is None


@pytest.mark.deep
def test_trainer_is_there_without_an_inspector(cluster: Cluster) -> None:
    assert cluster.call_on_trainer("os:getpid").result(PATIENCE)
    names = [name_of(process) for process in engine_processes()]
    assert "trainer-0" in names
    assert "inspector" not in names
