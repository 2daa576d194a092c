"""One stream of events for each topic, to any number of browsers, as server-sent events.

Each event is turned into text once, however many follow. Whoever comes late gets the history first; whoever lost the
connection gets what was missed. It knows nothing of what the events mean, but that "batch" events may be thinned.
"""

import asyncio
import json
import threading
from collections.abc import AsyncIterator

from core.curves import thin

PING_EVERY_SECONDS = 15.0  # keeps proxies from closing a quiet connection
TOPICS_KEPT = 100  # finished ones beyond that are forgotten; their events are in the ledger


class Topic:
    """The events of one topic so far, and those who wait for more."""

    def __init__(self) -> None:
        self.events: list[dict] = []
        self.frames: list[str] = []
        self.finished = False
        self.waiting: dict[asyncio.AbstractEventLoop, asyncio.Event] = {}
        self._history = (-1, "")

    def add(self, event: dict) -> None:
        self.events.append(event)
        self.frames.append(_frame(len(self.frames), event))

    def history(self) -> str:
        """All events so far as one frame; made once for each length."""
        length = len(self.frames)
        if self._history[0] != length:
            self._history = (length, _frame(length - 1, {"kind": "history", "events": thin(self.events)}))
        return self._history[1]

    def wake(self) -> None:
        """Let all who wait look again."""
        for loop, changed in list(self.waiting.items()):
            if not loop.is_closed():
                loop.call_soon_threadsafe(changed.set)


class Live:
    """All topics. Publishing is safe from any thread; following happens on an event loop."""

    def __init__(self) -> None:
        self._topics: dict[str, Topic] = {}
        self._lock = threading.Lock()
        self._closing = False

    def has(self, name: str) -> bool:
        return name in self._topics

    def restore(self, name: str, events: list[dict], *, finished: bool) -> None:
        """Bring back a topic whose events were kept elsewhere; does nothing where it is there."""
        with self._lock:
            if name in self._topics:
                return
            topic = self._topics[name] = Topic()
            for event in events:
                topic.add(event)
            topic.finished = finished
            self._forget_old_ones()

    def publish(self, name: str, event: dict) -> None:
        """Send an event to all who follow a topic."""
        with self._lock:
            topic = self._topics.setdefault(name, Topic())
            topic.add(event)
        topic.wake()

    def finish(self, name: str) -> None:
        """Say that nothing more will come; streams end once all is sent."""
        with self._lock:
            topic = self._topics.setdefault(name, Topic())
            topic.finished = True
            self._forget_old_ones()
        topic.wake()

    def close(self) -> None:
        """End all streams, so that the server can stop."""
        self._closing = True
        for topic in list(self._topics.values()):
            topic.wake()

    async def follow(self, name: str, after: int | None = None) -> AsyncIterator[str]:
        """The frames of a topic as they come.

        Arguments:
            name: the topic.
            after: the id of the last frame that was received (Last-Event-ID), or None for a fresh start.
        """
        topic = self._topics.setdefault(name, Topic())
        loop = asyncio.get_running_loop()
        place = len(topic.frames)
        if after is not None and -1 <= after < place:
            place = after + 1
        else:
            yield topic.history()
        while not self._closing:
            changed = topic.waiting.setdefault(loop, asyncio.Event())
            if place < len(topic.frames):
                fresh, place = topic.frames[place:], len(topic.frames)
                yield "".join(fresh)
                continue
            if topic.finished:
                return
            try:
                await asyncio.wait_for(changed.wait(), PING_EVERY_SECONDS)
                if topic.waiting.get(loop) is changed:  # else another one woke first, and waits for a new one already
                    del topic.waiting[loop]
            except TimeoutError:
                yield ": still here\n\n"

    def _forget_old_ones(self) -> None:
        finished = [name for name, topic in self._topics.items() if topic.finished]
        for name in finished[:-TOPICS_KEPT]:
            del self._topics[name]


def _frame(number: int, event: dict) -> str:
    return f"id: {number}\ndata: {json.dumps(event, separators=(',', ':'))}\n\n"
