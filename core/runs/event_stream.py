"""One stream of events for each topic, to any number of browsers, as server-sent events.

Each event is turned into text once, however many follow. Whoever comes late gets the history first; whoever lost the
connection gets what was missed. It knows nothing of what the events mean, but that long histories may be thinned.
"""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterable

from core.analysis.curves import MAXIMUM_POINTS, thin
from core.run_events import HEAVY, HistoryEvent, RunEvent

PING_EVERY_SECONDS = 15.0  # keeps proxies from closing a quiet connection
SEND_EVERY_SECONDS = 0.03  # to one browser: what comes in between goes together, since each sending costs
SEND_LATER_SECONDS = 0.0004  # for each browser that follows: 300 hear of it 7 times a second, one 30 times
TOPICS_KEPT = 100  # finished ones beyond that are forgotten; their events are in the ledger
FRAMES_KEPT = 4000  # of one topic, at least: some minutes for a browser that lost its connection to catch up
EVENTS_KEPT = 8 * MAXIMUM_POINTS  # of one topic, before they are thinned
FRAMES_AFTER_HISTORY = 400  # a history serves who comes within so many frames; making one takes as long as 100 pages' events


class Topic:
    """The events of one topic so far, and those who wait for more.

    Parameters
    ----------
    events
        The events so far.
    finished
        Whether no more events will come.
    """

    def __init__(self, events: Iterable[RunEvent] = (), *, finished: bool = False) -> None:
        self.events: list[RunEvent] = []  # thinned where they are many
        self.frames: tuple[int, list[str]] = (0, [])  # the number of the first that is kept; and all that are
        self.count = 0  # of frames, those that were dropped included
        self.finished = finished
        self.waiting: dict[asyncio.AbstractEventLoop, asyncio.Event] = {}
        self.followers = 0
        self._history = (-1, "")  # how many frames there were, and all events until then as one frame
        self._heavy: dict[str, tuple[int, RunEvent]] = {}  # of each heavy kind the last one, with its frame's number
        for event in events:
            self.add(event)

    def add(self, event: RunEvent) -> None:
        if event["kind"] in HEAVY:
            self._replace(event)
        self.events.append(event)
        if len(self.events) > EVENTS_KEPT:
            self.events = thin(self.events, EVENTS_KEPT // 4)  # of three kinds; later thinning needs some to choose from
        first, frames = self.frames
        frames.append(frame(self.count, event))
        if len(frames) > 2 * FRAMES_KEPT:  # at once, since those who follow read both
            self.frames = (first + FRAMES_KEPT, frames[FRAMES_KEPT:])
        self.count += 1

    def _replace(self, event: RunEvent) -> None:
        """Forget the last event of this heavy kind: a run of a thousand epochs would fill the memory with them."""
        kind, (first, frames) = event["kind"], self.frames
        if kind in self._heavy:
            number, last = self._heavy[kind]
            place = next((place for place in reversed(range(len(self.events))) if self.events[place] is last), None)
            if place is not None:
                del self.events[place]
            if number >= first:
                frames[number - first] = ""  # who has not received it yet gets the new one
        self._heavy[kind] = (self.count, event)

    def history(self) -> tuple[int, str]:
        """All events until lately as one frame, and how many frames there were: those that came since follow it.

        Many come at once, while a run goes on; a history of its own for each would cost the server more the longer the run.
        """
        made = self._history[0]
        most = 0 if self.finished else min(FRAMES_AFTER_HISTORY, self.count // 10)
        if made < 0 or self.count - made > most or not self.has(made):
            self._history = (self.count, frame(self.count - 1, {"kind": "history", "events": thin(self.events)}))
        return self._history

    def between(self, place: int, upto: int) -> str:
        """The frames from one number to before another, as one text."""
        first, frames = self.frames
        return "".join(frames[max(0, place - first) : upto - first])

    def has(self, place: int) -> bool:
        """Whether the frame at a place is kept, or is the next one."""
        return self.frames[0] <= place <= self.count

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

    @property
    def is_closing(self) -> bool:
        """Whether the server is about to stop."""
        return self._closing

    def has(self, name: str) -> bool:
        return name in self._topics

    def restore(self, name: str, events: list[RunEvent], *, finished: bool) -> None:
        """Bring back a topic whose events were kept elsewhere; does nothing where it is there."""
        with self._lock:
            if name not in self._topics:
                self._topics[name] = Topic(events, finished=finished)
                self._forget_old_ones()

    def publish(self, name: str, event: RunEvent) -> None:
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

    def reopen(self, name: str) -> None:
        """Say that more will come after all, to those who follow from now on."""
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
            place = after + 1
        else:
            place, text = self._history(topic)
            yield text
        topic.followers += 1
        try:
            while not self._closing:
                changed = topic.waiting.setdefault(loop, asyncio.Event())
                if not topic.has(place):  # it was too slow: what it missed is kept no more, but in the history
                    place, text = self._history(topic)
                    yield text
                elif place < topic.count:
                    upto = topic.count
                    yield topic.between(place, upto)
                    place = upto
                    await asyncio.sleep(SEND_EVERY_SECONDS + topic.followers * SEND_LATER_SECONDS)
                elif topic.finished:
                    return
                else:
                    try:
                        async with asyncio.timeout(PING_EVERY_SECONDS):  # `wait_for` would make a task for each event
                            await changed.wait()
                        if (
                            topic.waiting.get(loop) is changed
                        ):  # else another one woke first, and waits for a new one already
                            del topic.waiting[loop]
                    except TimeoutError:
                        yield ": still here\n\n"
        finally:
            topic.followers -= 1

    def _history(self, topic: Topic) -> tuple[int, str]:
        """A topic's history, taken while nothing is added to it."""
        with self._lock:
            return topic.history()

    def _forget_old_ones(self) -> None:
        finished = [name for name, topic in self._topics.items() if topic.finished]
        for name in finished[:-TOPICS_KEPT]:
            del self._topics[name]


def frame(number: int, event: RunEvent | HistoryEvent) -> str:
    """An event as a server-sent event with a number."""
    return f"id: {number}\ndata: {json.dumps(event, separators=(',', ':'))}\n\n"
