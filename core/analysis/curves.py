"""Thin the loss and metric curves of a run for the screen, and describe the loss in a sentence."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import cast

from core.run_events import DRAWN, LATEST, UNDONE, BatchEvent, EpochEvent, RunEvent, epoch_of

MAXIMUM_POINTS = 600  # a chart is hardly wider than so many pixels


def current_events(events: Sequence[RunEvent]) -> list[RunEvent]:
    """Drop the events of steps that the run repeated after a resume from an earlier checkpoint.

    Parameters
    ----------
    events
        The events that a run reported, in order.
    """
    kept: list[RunEvent] = []
    for event in events:
        if event["kind"] == "resumed":
            kept = [earlier for earlier in kept if earlier["kind"] not in UNDONE or epoch_of(earlier) <= event["epoch"]]
        kept.append(event)
    return kept


def thin_events(events: Sequence[RunEvent], maximum: int = MAXIMUM_POINTS) -> list[RunEvent]:
    """Thin the events of a run: keep at most `maximum` events of each kind in DRAWN, evenly spaced over the steps.

    The first and the last event of these kinds are kept. Of the kinds in LATEST, only the newest event is kept. All events
    of other kinds are kept. A kept `batch` event also covers the steps of the dropped events before this event. Events of
    steps that the run repeated after a resume are dropped.

    Parameters
    ----------
    events
        The events that a run reported, in order.
    maximum
        The greatest number of kept events of a drawn kind, at least 2.
    """
    return _thinned(events, {**dict.fromkeys(DRAWN, maximum), **dict.fromkeys(LATEST, 1)})


def merge_batches(events: Sequence[RunEvent], maximum: int) -> list[RunEvent]:
    """Thin only the `batch` events of a run, to at most `maximum`, as in `thin_events`."""
    return _thinned(events, {"batch": maximum})


def _thinned(events: Sequence[RunEvent], maxima: Mapping[str, int]) -> list[RunEvent]:
    counting = current_events(events)
    dropped: set[int] = set()
    for kind, limit in maxima.items():
        steps = {index: _step(event, index) for index, event in enumerate(counting) if event["kind"] == kind}
        if len(steps) > limit:
            dropped.update(set(steps) - _spaced(steps, limit))
    kept: list[RunEvent] = []
    left_out: list[BatchEvent] = []
    for index, event in enumerate(counting):
        if event["kind"] == "batch":
            left_out.append(event)
            if index not in dropped:
                kept.append(_merged(left_out))
                left_out = []
        elif index not in dropped:
            kept.append(event)
    return kept


def _step(event: Mapping[str, object], otherwise: int) -> int:
    step = event.get("step")
    return step if isinstance(step, int) else otherwise


def _merged(batches: Sequence[BatchEvent]) -> BatchEvent:
    """Merge `batch` events into a single event with exact means. A value that is None in any event becomes None."""
    if len(batches) == 1:
        return batches[0]
    together = cast(BatchEvent, dict(batches[-1]))
    losses = [(loss, event) for event in batches if (loss := event.get("batch_loss")) is not None]
    if losses:
        together["batches"] = sum(event["batches"] for _, event in losses)
        together["batch_loss"] = sum(loss * event["batches"] for loss, event in losses) / together["batches"]
    speeds = [(speed, event["batches"]) for _, event in losses if (speed := event.get("images_per_second"))]
    if speeds:  # the reciprocal of a speed is the time for an image
        seconds = sum(count / speed for speed, count in speeds)
        together["images_per_second"] = round(sum(count for _, count in speeds) / seconds, 1)
    norms = [norm for event in batches if (norm := event.get("gradient_norm")) is not None]
    if norms and "gradient_norm" not in together:  # the norm is not measured in each event
        together["gradient_norm"] = norms[-1]
    broken = {name: None for event in batches for name, value in event.items() if value is None}
    return cast(BatchEvent, {**together, **broken})


def _spaced(steps: dict[int, int], limit: int) -> set[int]:
    """Return at most `limit` indexes of events whose steps are evenly spaced, even if events were thinned before."""
    indexes, rising = list(steps), list(steps.values())
    kept = {indexes[-1]}
    for number in range(limit - 1):
        target = rising[0] + number * (rising[-1] - rising[0]) / (limit - 1)
        above = bisect_left(rising, target)
        is_below_nearer = above > 0 and target - rising[above - 1] < rising[above] - target
        kept.add(indexes[above - is_below_nearer])
    return kept


def epoch_events(events: Sequence[RunEvent]) -> list[EpochEvent]:
    """Return the `epoch` events of a run. An epoch that was repeated after a resume occurs only once."""
    return [event for event in current_events(events) if event["kind"] == "epoch"]


def describe_curves(events: Sequence[RunEvent]) -> str:
    """Describe the course of a run's loss in a sentence, without the last values, which stand at the ends of its curves.

    Without a course to describe, the sentence is empty.

    Parameters
    ----------
    events
        The events that a run reported, in order.
    """
    ends = epoch_events(events)
    if not ends:
        return "No epoch is complete yet."
    if any(event.get("loss", 0.0) is None for event in current_events(events) if event["kind"] in ("batch", "epoch")):
        return "The loss became infinite or not a number: the curve stops there."
    losses = [loss for event in ends if (loss := event.get("val_loss")) is not None]
    if len(losses) < 2:
        return ""
    best = losses.index(min(losses))
    rising = len(losses) - 1 - best
    if rising >= 2:
        return f"The validation loss was lowest after epoch {best + 1} and has not improved for {rising} epochs."
    return "The validation loss was lowest after the last epoch." if rising == 0 else "The validation loss rose last."
