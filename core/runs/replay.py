"""The replay of a run that is over: its recorded events are sent to a browser at the recorded speed, faster or slower."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from math import inf
from types import MappingProxyType

from core.analysis import curves
from core.problems import Problem, ProblemError, quoted
from core.run_events import RunEvent, metric
from core.runs.event_stream import sse_frame
from core.runs.run_record import Run
from core.runs.states import state_event

# The speeds by their names in addresses, as recorded seconds that pass in a second.
SPEEDS: Mapping[str, float] = MappingProxyType({"0.5": 0.5, "1": 1.0, "2": 2.0, "4": 4.0, "8": 8.0, "16": 16.0, "all": inf})
LONGEST_SILENCE_SECONDS = 2.0  # the longest gap between two events, in recorded time; longer gaps are cut
MOST_BATCHES = 3_000  # batches that a replay sends, more than a chart has pixels
FRAME_EVERY_SECONDS = 0.05  # twenty a second look continuous
SLICE_SECONDS = 0.25  # the longest sleep, since a server that closes waits so long for a replay


def read_speed(text: str | None) -> float:
    """Return the replay speed for the text in a URL, a key of SPEEDS. Infinity sends all events at once.

    Raises
    ------
    ProblemError
        The speed is missing, or is no key of SPEEDS.
    """
    if text is not None and text in SPEEDS:
        return SPEEDS[text]
    raise ProblemError(
        Problem(
            code="replay-speed",
            where=(),
            happened="No speed was given." if text is None else f"There is no speed {quoted(text)}.",
            expected=f"Expected one of {', '.join(SPEEDS)}.",
            fix="Choose a speed on the page Runs, or write ?speed=4 at the end of the address.",
        )
    )


def replayed_events(run: Run, events: Sequence[RunEvent]) -> list[RunEvent]:
    """Return the events to replay: the run's events, without steps that were repeated later, and its final state."""
    return [*curves.current_events(events), state_event(run.state, run.problem)]


async def replay(
    events: Sequence[RunEvent],
    speed: float,
    sleep: Callable[[float], Awaitable[object]],
    *,
    after: int | None = None,
    closing: Callable[[], bool] = lambda: False,
) -> AsyncIterator[str]:
    """Yield the events of a run as server-sent events, at the pace of their recording. First, clear the charts.

    Parameters
    ----------
    events
        The events of the run, in order. An event without "seconds" is sent together with the event before.
    speed
        The recorded seconds that pass in a second, above 0. Infinity sends all events at once.
    sleep
        Waits for a number of seconds.
    after
        The id of the last frame that was received (Last-Event-ID), or None for a fresh start.
    closing
        Returns whether the server is about to stop. The replay then ends.
    """
    start = after + 1 if after is not None and 0 <= after < len(events) else 0
    ready = sse_frame(-1, {"kind": "history", "events": []}) if start == 0 else ""
    waits = _waits(events)
    due = 0.0
    for number in range(start, len(events)):
        due += waits[number] / speed if number > start else 0.0  # a browser that connects again has waited already
        if ready and due >= FRAME_EVERY_SECONDS:
            yield ready
            ready = ""
            while due > 0 and not closing():
                await sleep(min(due, SLICE_SECONDS))
                due -= SLICE_SECONDS
            due = 0.0
        if closing():
            return
        ready += sse_frame(number, events[number])
    if ready:
        yield ready


def _waits(events: Sequence[RunEvent]) -> list[float]:
    """Return the recorded seconds between each event and the event before, cut to LONGEST_SILENCE_SECONDS."""
    waits, before = [], 0.0
    for event in events:
        now = metric(event, "seconds")
        if now is None:
            waits.append(0.0)
            continue
        waits.append(min(max(now - before, 0.0), LONGEST_SILENCE_SECONDS))
        before = now
    return waits
