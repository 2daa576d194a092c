"""Events and states of a run are written to the store and sent to browsers; drawings of its network are only sent."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.runs.event_stream import EventStreams
from core.runs.run_database import RunDatabase
from core.runs.run_recorder import RunRecorder

EPOCH = {"kind": "epoch", "step": 41, "epoch": 1.0, "loss": 0.5, "seconds": 1.0}
NETWORK = {"kind": "network", "step": 41, "epoch": 1.0, "label": 9, "answers": [0.1]}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[RunDatabase]:
    database = RunDatabase(tmp_path / "runs.sqlite")
    yield database
    database.close()


async def sent(streams: EventStreams) -> list[dict]:
    """The events of a finished topic, as a browser gets them."""
    text = "".join([part async for part in streams.follow("run")])
    frames = [json.loads(line.removeprefix("data: ")) for line in text.splitlines() if line.startswith("data: ")]
    return [event for frame in frames for event in frame.get("events", [frame])]


def test_a_drawing_of_the_network_is_sent_and_not_stored(database: RunDatabase) -> None:
    streams = EventStreams()
    recorder = RunRecorder(database, streams)
    for event in (EPOCH, NETWORK, {**NETWORK, "label": 7}):
        recorder.record("run", event)
    assert database.events("run") == [EPOCH]
    streams.finish("run")
    assert asyncio.run(sent(streams)) == [EPOCH, {**NETWORK, "label": 7}], "of several drawings only the last one counts"
