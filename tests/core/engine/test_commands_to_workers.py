"""Commands on their way from the server to a worker; Dask's client is a stand-in."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from core.engine.cluster import Cluster
from core.run_events import Command, WorkerEvent
from tests.server import PATIENCE

RUN = "run"
MOMENT = 20.0  # seconds; a thread begins at once, also on a busy machine


class DaskClient:
    """The part of Dask's client that commands need."""

    def __init__(self) -> None:
        self.futures: list[Future] = []
        self.commands: list[Command] = []
        self.take: Callable[[tuple[float, dict]], None] = lambda message: None

    def submit(self, *_arguments: Any, **_options: Any) -> Future:
        self.futures.append(Future())
        return self.futures[-1]

    def run(self, _function: Any, _run: str, command: Command, _number: str, **_options: Any) -> dict[str, bool]:
        self.commands.append(command)
        return {"tcp://127.0.0.1:1": True}

    def subscribe_topic(self, _topic: str, take: Callable[[tuple[float, dict]], None]) -> None:
        self.take = take


class ConnectedCluster(Cluster):
    """A cluster without processes."""

    client = DaskClient()  # type: ignore[assignment]


def send(cluster: Cluster, command: str) -> set[threading.Thread]:
    """Send a command, and return the threads that still wait for a worker's confirmation."""
    before = set(threading.enumerate())
    cluster.send_command(RUN, Command(command))
    return set(threading.enumerate()) - before


def join(threads: set[threading.Thread]) -> None:
    for thread in threads:
        thread.join(PATIENCE)


def test_command_for_a_call_that_is_over_is_not_sent_to_the_next_call() -> None:
    cluster = ConnectedCluster()
    client: Any = cluster.client
    cluster.on_event(lambda run, event: None)
    cluster.train(RUN, "train")
    stopping = send(cluster, "stop")
    client.futures[0].set_result(None)
    cluster.train(RUN, "train")
    client.take((0.0, {"run": RUN, "kind": "placed", "worker": "tcp://127.0.0.1:1", "name": "trainer-0"}))
    join(stopping)
    join(send(cluster, "pause"))
    assert [str(command) for command in client.commands] == ["pause"]


def test_end_of_a_run_that_takes_long_holds_up_no_other_end() -> None:
    """Dask runs all callbacks of futures in turn in a single thread, as this test does."""
    cluster, goes_on, ended = ConnectedCluster(), threading.Event(), threading.Event()
    first, second = cluster.train("first", "train"), cluster.train("second", "train")
    cluster.when_done(first, lambda _future: goes_on.wait() and None)
    cluster.when_done(second, lambda _future: ended.set())
    callbacks = threading.Thread(target=lambda: [future.set_result(None) for future in (first, second)])
    callbacks.start()
    try:
        assert ended.wait(MOMENT), "the second end waits for the first one"
    finally:
        goes_on.set()
        callbacks.join(PATIENCE)


def test_event_that_takes_long_to_handle_holds_up_no_message_of_dask_and_comes_before_the_end() -> None:
    """Dask gives all messages of the scheduler to one thread, as this test does. A disk that is slow holds up an event."""
    cluster, goes_on, handled = ConnectedCluster(), threading.Event(), []
    client: Any = cluster.client

    def handle(_run: str, event: WorkerEvent) -> None:
        goes_on.wait(PATIENCE)
        handled.append(event["kind"])

    cluster.on_event(handle)
    ended = threading.Event()
    call = cluster.train(RUN, "train")
    cluster.when_done(call, lambda _future: handled.append("end") or ended.set())
    for kind in ("epoch", "fitted", "alive"):
        client.take((0.0, {"run": RUN, "kind": kind}))
    call.set_result(None)
    assert (cluster.signs(RUN), handled) == (3, [])
    goes_on.set()
    assert ended.wait(PATIENCE)
    assert handled == ["epoch", "fitted", "end"]
