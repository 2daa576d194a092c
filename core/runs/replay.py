"""A run that is over, told again: its recorded events in their own time, faster or slower, as server-sent events."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from math import inf
from types import MappingProxyType

from core.analysis import curves
from core.problems import Problem, ProblemError, quoted
from core.run_events import RunEvent, metric
from core.runs.event_stream import frame
from core.runs.run_record import Run
from core.runs.states import described

# What can be chosen, as the address says it, and how many recorded seconds pass in one second.
SPEEDS: Mapping[str, float] = MappingProxyType({"0.5": 0.5, "1": 1.0, "2": 2.0, "4": 4.0, "8": 8.0, "16": 16.0, "all": inf})
LONGEST_SILENCE_SECONDS = 2.0  # of recorded time; nobody learns from a longer one
MOST_BATCHES = 3_000  # more than a chart has pixels
FRAME_EVERY_SECONDS = 0.05  # twenty a second look continuous
SLICE_SECONDS = 0.25  # how long a server that closes waits for a replay


def read_speed(text: str | None) -> float:
    """The speed that an address asks for; infinity is all at once.

    Raises
    ------
    ProblemError
        The speed is missing, or none of SPEEDS.
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


def told(run: Run, events: Sequence[RunEvent]) -> list[RunEvent]:
    """What a replay tells of a run that reported these events: all that still counts, and how it ended."""
    return [*curves.current_events(events), described(run.state, run.problem)]


async def replay(
    events: Sequence[RunEvent],
    speed: float,
    sleep: Callable[[float], Awaitable[object]],
    *,
    after: int | None = None,
    closing: Callable[[], bool] = lambda: False,
) -> AsyncIterator[str]:
    """The frames of a replay; the first one empties the charts.

    Parameters
    ----------
    events
        The events of the run, in order; an event without "seconds" comes with the event before it.
    speed
        Recorded seconds in one second, above 0; infinity for all at once.
    sleep
        Called to wait for a number of seconds.
    after
        The id of the last frame that was received (Last-Event-ID), or None for a fresh start.
    closing
        Whether the server stops; the replay then ends.
    """
    start = after + 1 if after is not None and 0 <= after < len(events) else 0
    ready = frame(-1, {"kind": "history", "events": []}) if start == 0 else ""
    waits = _waits(events)
    due = 0.0
    for number in range(start, len(events)):
        due += waits[number] / speed if number > start else 0.0  # one that was away has waited already
        if ready and due >= FRAME_EVERY_SECONDS:
            yield ready
            ready = ""
            while due > 0 and not closing():
                await sleep(min(due, SLICE_SECONDS))
                due -= SLICE_SECONDS
            due = 0.0
        if closing():
            return
        ready += frame(number, events[number])
    if ready:
        yield ready


def _waits(events: Sequence[RunEvent]) -> list[float]:
    """The recorded seconds between each event and the one before it."""
    waits, before = [], 0.0
    for event in events:
        now = metric(event, "seconds")
        if now is None:
            waits.append(0.0)
            continue
        waits.append(min(max(now - before, 0.0), LONGEST_SILENCE_SECONDS))
        before = now
    return waits
