"""Server-sent events: any number of browsers can follow the events of a topic, such as a run.

Each event is written as text once, for all browsers. A new browser gets the history first; a browser that lost its
connection gets the missed events.
"""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Collection, Iterable

from core.analysis.curves import MAXIMUM_POINTS, thin_events
from core.run_events import HEAVY, HistoryEvent, RunEvent

PING_EVERY_SECONDS = 15.0  # keeps proxies from closing a quiet connection
SEND_EVERY_SECONDS = 0.03  # the time between two messages to a browser; events in between are sent together
SEND_LATER_SECONDS = 0.0004  # added for each browser: a single browser gets 30 messages a second, 300 browsers 7 each
TOPICS_KEPT = 100  # finished topics; older ones are removed, and their events stay in the store
FRAMES_KEPT = 4000  # the newest frames of a topic, enough for a browser that lost its connection for some minutes
EVENTS_KEPT = 8 * MAXIMUM_POINTS  # events of a topic in memory; more events are thinned
FRAMES_AFTER_HISTORY = 400  # frames for which a history is reused; writing a history takes as long as sending 100 events


class EventTopic:
    """The events of a topic, such as a run, and the browsers that wait for new events.

    Parameters
    ----------
    events
        The events so far.
    finished
        Whether no more events will come.
    """

    def __init__(self, events: Iterable[RunEvent] = (), *, finished: bool = False) -> None:
        self.events: list[RunEvent] = []  # thinned beyond EVENTS_KEPT
        self.frames: tuple[int, list[str]] = (0, [])  # the number of the first frame that is kept, and the frames
        self.count = 0  # of all frames, the dropped ones included
        self.finished = finished
        self.hidden: Collection[str] = ()  # kinds of events that nobody may see
        self.waiting: dict[asyncio.AbstractEventLoop, asyncio.Event] = {}
        self.followers = 0
        self._history = (-1, "")  # a number of frames, and all their events as one frame
        self._heavy: dict[str, tuple[int, RunEvent]] = {}  # the last event of each heavy kind, with its frame's number
        for event in events:
            self.add(event)

    def add(self, event: RunEvent) -> None:
        if event["kind"] in self.hidden:
            return
        if event["kind"] in HEAVY:
            self._replace(event)
        self.events.append(event)
        if len(self.events) > EVENTS_KEPT:
            self.events = thin_events(
                self.events, EVENTS_KEPT // 4
            )  # events of each of three kinds, so that later thinning can still choose
        first, frames = self.frames
        frames.append(sse_frame(self.count, event))
        if len(frames) > 2 * FRAMES_KEPT:  # a single assignment, since other threads read both values
            self.frames = (first + FRAMES_KEPT, frames[FRAMES_KEPT:])
        self.count += 1

    def _replace(self, event: RunEvent) -> None:
        """Drop the previous event of the same kind, since a thousand events of several kilobytes would fill the memory."""
        kind, (first, frames) = event["kind"], self.frames
        if kind in self._heavy:
            number, last = self._heavy[kind]
            index = next((index for index in reversed(range(len(self.events))) if self.events[index] is last), None)
            if index is not None:
                del self.events[index]
            if number >= first:
                frames[number - first] = ""  # a browser without the old event gets the new event
        self._heavy[kind] = (self.count, event)

    def history(self) -> tuple[int, str]:
        """Return the number of frames so far, and a single frame (the text of a server-sent event) with all their events.

        A browser gets all later frames after the history. Browsers that come at about the same time share a history, since
        writing the history of a long run is slow.
        """
        made = self._history[0]
        most = 0 if self.finished else min(FRAMES_AFTER_HISTORY, self.count // 10)
        if made < 0 or self.count - made > most or not self.has(made):
            self._history = (self.count, sse_frame(self.count - 1, {"kind": "history", "events": thin_events(self.events)}))
        return self._history

    def hide(self, kinds: Collection[str]) -> None:
        """Drop the events of these kinds, those so far and those to come. Browsers get the history without them."""
        self.hidden = kinds
        self.events = [event for event in self.events if event["kind"] not in kinds]
        self._heavy = {kind: last for kind, last in self._heavy.items() if kind not in kinds}
        self.frames = (self.count, [])
        self._history = (-1, "")

    def reopen(self) -> None:
        """Continue a finished topic. Drop its cached history, whose final state would make browsers disconnect."""
        self.finished = False
        self._history = (-1, "")

    def between(self, start: int, end: int) -> str:
        """Return the frames with numbers from `start` to `end` - 1 as a single text."""
        first, frames = self.frames
        return "".join(frames[max(0, start - first) : end - first])

    def has(self, number: int) -> bool:
        """Return whether the frame with this number is still kept, or is the next frame to come."""
        return self.frames[0] <= number <= self.count

    def wake(self) -> None:
        """Wake the streams of all browsers that wait for an event."""
        for loop, changed in list(self.waiting.items()):
            if not loop.is_closed():
                loop.call_soon_threadsafe(changed.set)


class EventStreams:
    """The event streams of all topics. Any thread may publish events. Browsers follow a topic on an asyncio event loop."""

    def __init__(self) -> None:
        self._topics: dict[str, EventTopic] = {}
        self._lock = threading.Lock()
        self._closing = False

    @property
    def is_closing(self) -> bool:
        """Whether the server is about to stop."""
        return self._closing

    def has(self, name: str) -> bool:
        return name in self._topics

    def restore(self, name: str, events: list[RunEvent], *, finished: bool) -> None:
        """Add a topic with its earlier events. Do nothing if the topic exists already."""
        with self._lock:
            if name not in self._topics:
                self._topics[name] = EventTopic(events, finished=finished)
                self._remove_old_topics()

    def publish(self, name: str, event: RunEvent) -> None:
        """Send an event to all browsers that follow a topic."""
        with self._lock:
            topic = self._topics.setdefault(name, EventTopic())
            topic.add(event)
        topic.wake()

    def finish(self, name: str) -> None:
        """Mark a topic as finished. Its streams end after all events are sent."""
        with self._lock:
            topic = self._topics.setdefault(name, EventTopic())
            topic.finished = True
            self._remove_old_topics()
        topic.wake()

    def reopen(self, name: str) -> None:
        """Continue a finished topic, for browsers that follow it from now on."""
        with self._lock:
            if name in self._topics:
                self._topics[name].reopen()

    def hide(self, name: str, kinds: Collection[str]) -> None:
        """Drop the events of these kinds from a topic, those so far and those to come."""
        with self._lock:
            if name in self._topics:
                self._topics[name].hide(kinds)

    def show_again(self, name: str) -> None:
        """Undo `hide`. A finished topic is read from the store again; a topic that goes on gets the events to come."""
        with self._lock:
            topic = self._topics.get(name)
            if topic is not None and topic.finished:
                del self._topics[name]
            elif topic is not None:
                topic.hidden = ()

    def close(self) -> None:
        """End all streams, so that the server can stop."""
        self._closing = True
        for topic in list(self._topics.values()):
            topic.wake()

    async def follow(self, name: str, after: int | None = None) -> AsyncIterator[str]:
        """Yield the server-sent events of a topic as text, as soon as they exist.

        Parameters
        ----------
        name
            The topic.
        after
            The id of the last frame that was received (Last-Event-ID), or None for a fresh start.
        """
        topic = self._topics.setdefault(name, EventTopic())
        loop = asyncio.get_running_loop()
        if after is not None and topic.has(after + 1):
            position = after + 1
        else:
            position, text = self._history(topic)
            yield text
        topic.followers += 1
        try:
            while not self._closing:
                changed = topic.waiting.setdefault(loop, asyncio.Event())
                if not topic.has(position):  # the browser was too slow: its missing frames were dropped
                    position, text = self._history(topic)
                    yield text
                elif position < topic.count:
                    end = topic.count
                    yield topic.between(position, end)
                    position = end
                    await asyncio.sleep(SEND_EVERY_SECONDS + topic.followers * SEND_LATER_SECONDS)
                elif topic.finished:
                    return
                else:
                    try:
                        async with asyncio.timeout(PING_EVERY_SECONDS):  # `wait_for` would make a task for each event
                            await changed.wait()
                        if topic.waiting.get(loop) is changed:  # otherwise another browser has replaced the event already
                            del topic.waiting[loop]
                    except TimeoutError:
                        yield ": still here\n\n"
        finally:
            topic.followers -= 1

    def _history(self, topic: EventTopic) -> tuple[int, str]:
        """Return the history of a topic. The lock keeps other threads from adding events meanwhile."""
        with self._lock:
            return topic.history()

    def _remove_old_topics(self) -> None:
        finished = [name for name, topic in self._topics.items() if topic.finished]
        for name in finished[:-TOPICS_KEPT]:
            del self._topics[name]


def sse_frame(number: int, event: RunEvent | HistoryEvent) -> str:
    """Return the text of a server-sent event with the id `number` and the event as JSON."""
    return f"id: {number}\ndata: {json.dumps(event, separators=(',', ':'))}\n\n"
