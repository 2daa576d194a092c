"""The events for a browser that comes late, while a run trains or after a run was resumed."""

from core.runs.event_stream import EventStreams
from tests.core.runs.test_event_stream import event, everything, frames, run


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


def test_history_of_a_topic_that_was_opened_again_ends_with_its_latest_state() -> None:
    streams = EventStreams()
    for step in range(40):
        streams.publish("run", event(step))
    streams.publish("run", {"kind": "state", "state": "failed", "over": True})
    streams.finish("run")
    run(everything(streams.follow("run")))  # a browser that saw the end
    streams.reopen("run")
    starting = {"kind": "state", "state": "starting", "over": False}
    streams.publish("run", starting)

    async def first() -> str:
        return await anext(streams.follow("run"))

    [(_, history)] = frames(run(first()))
    assert history["events"][-1] == starting
