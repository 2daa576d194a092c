"""Hidden events, such as pictures of a deleted data set: no browser gets them."""

from core.runs.event_stream import EventStreams
from tests.core.runs.test_event_stream import event, everything, frames, run


def test_hidden_events_reach_nobody_and_come_back_from_the_store() -> None:
    streams, picture = EventStreams(), {"kind": "watched", "pictures": ["data:image/png;base64,"]}
    for kept in (event(0), picture, event(1)):
        streams.publish("run", kept)

    async def read() -> str:
        follower = streams.follow("run", 0)  # a browser that has the first event
        text = await anext(follower)
        streams.publish("run", picture)
        streams.publish("run", event(2))
        streams.finish("run")
        return text + await everything(follower)

    streams.hide("run", ("watched",))
    received = frames(run(read()))
    assert received == [(2, {"kind": "history", "events": [event(0), event(1)]}), (3, event(2))]
    streams.show_again("run")
    assert not streams.has("run"), "its next browser reads the store"
