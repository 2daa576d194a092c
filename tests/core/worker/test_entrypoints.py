"""Calls of a run in a worker process, and the commands that reach them; Dask's worker is a stand-in."""

from types import SimpleNamespace
from typing import Any

import pytest

from core.run_events import Command
from core.worker import entrypoints
from core.worker.callables import CommandSource, Report

RUN = "data:digits"


def first_command(_report: Report, next_command: CommandSource) -> Command | None:
    """The command that a call is given at its first batch."""
    return next_command()


class DaskWorker:
    """Dask's worker, as far as a call needs it."""

    address, name = "tcp://127.0.0.1:1", "trainer-0"
    memory_manager = SimpleNamespace(memory_limit=None)

    def __init__(self, folder: str) -> None:
        self.local_directory = folder
        self.events: list[dict[str, Any]] = []
        self.state = SimpleNamespace(tasks={"call": SimpleNamespace(state="executing")})

    def get_current_task(self) -> str:
        return "call"

    def log_event(self, _topic: str, event: dict[str, Any]) -> None:
        self.events.append(event)
        if event["kind"] == "placed" and self.stops_at_once:
            entrypoints.add_command(RUN, Command("stop"))

    stops_at_once = False


@pytest.fixture
def worker(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> DaskWorker:
    worker = DaskWorker(str(tmp_path))
    monkeypatch.setattr("distributed.get_worker", lambda: worker)
    return worker


def call() -> Command | None:
    return entrypoints.call_watched(f"{__name__}:first_command", RUN)


@pytest.mark.usefixtures("worker")
def test_command_for_a_call_that_is_over_does_not_reach_the_next_call() -> None:
    assert call() is None
    entrypoints.add_command(RUN, Command("stop"))
    assert call() is None


def test_command_that_follows_the_placed_event_reaches_the_call(worker: DaskWorker) -> None:
    worker.stops_at_once = True
    assert call() == Command("stop")
