"""What a stream costs those who come late, while a run goes on."""

from core.runs.event_stream import EventStreams
from tests.core.runs.test_event_stream import event, frames, run


def test_those_who_come_while_a_long_run_goes_on_share_one_history_and_miss_nothing() -> None:
    async def follow() -> list[str]:
        streams = EventStreams()
        for step in range(5_000):
            streams.publish("run", event(step))
        chunks = []
        for step in range(5_000, 5_100):
            streams.publish("run", event(step))
            stream = streams.follow("run")
            chunks.append(await anext(stream) + (await anext(stream) if step > 5_000 else ""))
            await stream.aclose()
        return chunks

    first, *later = [frames(chunk) for chunk in run(follow())]
    assert [number for number, _ in first] == [5_000]
    for came, received in enumerate(later, 5_001):
        assert received[0] == first[0], "a history of its own for each would cost more the longer the run"
        assert received[1:] == [(step, event(step)) for step in range(5_001, came + 1)]
