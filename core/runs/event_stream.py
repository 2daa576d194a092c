"""Server-sent events: one stream for each topic, such as a run, to any number of browsers.

Each event is written as text once, for all browsers. A new browser gets the history first; a browser that lost its
connection gets the events that it missed.
"""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterable

from core.analysis.curves import MAXIMUM_POINTS, thin
from core.run_events import HEAVY, HistoryEvent, RunEvent

PING_EVERY_SECONDS = 15.0  # keeps proxies from closing a quiet connection
SEND_EVERY_SECONDS = 0.03  # to one browser; events that come in between are sent together, since each sending costs
SEND_LATER_SECONDS = 0.0004  # more for each browser: one browser is sent events 30 times a second, 300 browsers 7 times
TOPICS_KEPT = 100  # finished topics; older ones are removed, and their events stay in the store
FRAMES_KEPT = 4000  # of one topic, at least: some minutes for a browser that lost its connection
EVENTS_KEPT = 8 * MAXIMUM_POINTS  # of one topic, before they are thinned
FRAMES_AFTER_HISTORY = 400  # a history is sent again within so many frames; making it takes as long as sending 100 events


class Topic:
    """The events of one topic, and the browsers that wait for more.

    Parameters
    ----------
    events
        The events so far.
    finished
        Whether no more events will come.
    """

    def __init__(self, events: Iterable[RunEvent] = (), *, finished: bool = False) -> None:
        self.events: list[RunEvent] = []  # thinned if there are many
        self.frames: tuple[int, list[str]] = (0, [])  # the number of the first frame that is kept, and the frames
        self.count = 0  # of all frames, the dropped ones included
        self.finished = finished
        self.waiting: dict[asyncio.AbstractEventLoop, asyncio.Event] = {}
        self.followers = 0
        self._history = (-1, "")  # a number of frames, and all their events as one frame
        self._heavy: dict[str, tuple[int, RunEvent]] = {}  # the last event of each heavy kind, with its frame's number
        for event in events:
            self.add(event)

    def add(self, event: RunEvent) -> None:
        if event["kind"] in HEAVY:
            self._replace(event)
        self.events.append(event)
        if len(self.events) > EVENTS_KEPT:
            self.events = thin(
                self.events, EVENTS_KEPT // 4
            )  # of each of three kinds; later thinning needs some to choose from
        first, frames = self.frames
        frames.append(frame(self.count, event))
        if len(frames) > 2 * FRAMES_KEPT:  # in one assignment, since other threads read both
            self.frames = (first + FRAMES_KEPT, frames[FRAMES_KEPT:])
        self.count += 1

    def _replace(self, event: RunEvent) -> None:
        """Drop the last event of this heavy kind: those of a thousand epochs would fill the memory."""
        kind, (first, frames) = event["kind"], self.frames
        if kind in self._heavy:
            number, last = self._heavy[kind]
            index = next((index for index in reversed(range(len(self.events))) if self.events[index] is last), None)
            if index is not None:
                del self.events[index]
            if number >= first:
                frames[number - first] = ""  # browsers that have not received it get the new event
        self._heavy[kind] = (self.count, event)

    def history(self) -> tuple[int, str]:
        """A history: the number of frames in it, and all their events as one frame. Later frames follow it.

        Many browsers that come at about the same time share a history, so that a long run does not cost more for each.
        """
        made = self._history[0]
        most = 0 if self.finished else min(FRAMES_AFTER_HISTORY, self.count // 10)
        if made < 0 or self.count - made > most or not self.has(made):
            self._history = (self.count, frame(self.count - 1, {"kind": "history", "events": thin(self.events)}))
        return self._history

    def between(self, start: int, end: int) -> str:
        """The frames from number `start` to before number `end`, as one text."""
        first, frames = self.frames
        return "".join(frames[max(0, start - first) : end - first])

    def has(self, number: int) -> bool:
        """Whether the frame with this number is kept, or is the next one."""
        return self.frames[0] <= number <= self.count

    def wake(self) -> None:
        """Wake all browsers that wait."""
        for loop, changed in list(self.waiting.items()):
            if not loop.is_closed():
                loop.call_soon_threadsafe(changed.set)


class EventStreams:
    """The streams of all topics. Publishing is safe from any thread; browsers follow on an event loop."""

    def __init__(self) -> None:
        self._topics: dict[str, Topic] = {}
        self._lock = threading.Lock()
        self._closing = False

    @property
    def is_closing(self) -> bool:
        """Whether the server is about to stop."""
        return self._closing

    def has(self, name: str) -> bool:
        return name in self._topics

    def restore(self, name: str, events: list[RunEvent], *, finished: bool) -> None:
        """Add a topic with its earlier events; does nothing if it is there."""
        with self._lock:
            if name not in self._topics:
                self._topics[name] = Topic(events, finished=finished)
                self._remove_old_topics()

    def publish(self, name: str, event: RunEvent) -> None:
        """Send an event to all browsers that follow a topic."""
        with self._lock:
            topic = self._topics.setdefault(name, Topic())
            topic.add(event)
        topic.wake()

    def finish(self, name: str) -> None:
        """End a topic: its streams end once all events are sent."""
        with self._lock:
            topic = self._topics.setdefault(name, Topic())
            topic.finished = True
            self._remove_old_topics()
        topic.wake()

    def reopen(self, name: str) -> None:
        """Let a finished topic go on, for browsers that follow it from now on."""
        with self._lock:
            if name in self._topics:
                self._topics[name].finished = False

    def close(self) -> None:
        """End all streams, so that the server can stop."""
        self._closing = True
        for topic in list(self._topics.values()):
            topic.wake()

    async def follow(self, name: str, after: int | None = None) -> AsyncIterator[str]:
        """The frames of a topic as they come.

        Parameters
        ----------
        name
            The topic.
        after
            The id of the last frame that was received (Last-Event-ID), or None for a fresh start.
        """
        topic = self._topics.setdefault(name, Topic())
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
                if not topic.has(position):  # the browser was too slow: the frames that it missed were dropped
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
                        if topic.waiting.get(loop) is changed:  # else another browser has replaced it already
                            del topic.waiting[loop]
                    except TimeoutError:
                        yield ": still here\n\n"
        finally:
            topic.followers -= 1

    def _history(self, topic: Topic) -> tuple[int, str]:
        """The history of a topic, made while no event is added."""
        with self._lock:
            return topic.history()

    def _remove_old_topics(self) -> None:
        finished = [name for name, topic in self._topics.items() if topic.finished]
        for name in finished[:-TOPICS_KEPT]:
            del self._topics[name]


def frame(number: int, event: RunEvent | HistoryEvent) -> str:
    """Write an event as a server-sent event with a number."""
    return f"id: {number}\ndata: {json.dumps(event, separators=(',', ':'))}\n\n"
