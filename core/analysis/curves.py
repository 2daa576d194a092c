"""Curves of a run: thin them for the screen, and describe them in words."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any

from core.number_text import quantity, rounded

MAXIMUM_POINTS = 600  # a chart is hardly wider in pixels
DRAWN = ("batch", "sample", "epoch")  # kinds of events with points of curves
HEAVY = ("look", "watched", "health")  # kilobytes each; only the newest is of use
LATEST = ("state", "phase", "saved", "alarm", "stepped", "unwatched", *HEAVY)  # only the newest counts
UNDONE = (*DRAWN, "look", "health", "alarm")  # a resumed run repeats these


def current_events(events: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Drop events of steps that a resumed run repeated.

    Parameters
    ----------
    events
        The events that a run reported, in order.
    """
    kept: list[dict[str, Any]] = []
    for event in events:
        if event["kind"] == "resumed":
            kept = [earlier for earlier in kept if earlier["kind"] not in UNDONE or earlier["epoch"] <= event["epoch"]]
        kept.append(event)
    return kept


def thin(events: Sequence[dict[str, Any]], maximum: int = MAXIMUM_POINTS) -> list[dict[str, Any]]:
    """The events that count, with at most `maximum` of each drawn kind, evenly over the steps; first and last are kept.

    Of the kinds in LATEST, only the newest is kept; other kinds are all kept. A kept `batch` event also covers the steps of
    the dropped events before it.

    Parameters
    ----------
    events
        The events that a run reported, in order.
    maximum
        The number of events of a drawn kind to keep, at least 2.
    """
    return _fewer(events, {**dict.fromkeys(DRAWN, maximum), **dict.fromkeys(LATEST, 1)})


def merge_batches(events: Sequence[dict[str, Any]], maximum: int) -> list[dict[str, Any]]:
    """The events that count, with at most `maximum` batches, thinned as by `thin`; all other events as they are."""
    return _fewer(events, {"batch": maximum})


def _fewer(events: Sequence[dict[str, Any]], maxima: Mapping[str, int]) -> list[dict[str, Any]]:
    counting = current_events(events)
    dropped: set[int] = set()
    for kind, limit in maxima.items():
        indexes = [index for index, event in enumerate(counting) if event["kind"] == kind]
        if len(indexes) > limit:
            dropped.update(set(indexes) - _evenly({index: counting[index].get("step", index) for index in indexes}, limit))
    kept, left_out = [], []
    for index, event in enumerate(counting):
        if event["kind"] == "batch":
            left_out.append(event)
            if index not in dropped:
                kept.append(_together(left_out))
                left_out = []
        elif index not in dropped:
            kept.append(event)
    return kept


def _together(batches: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Merge `batch` events into the last: means stay exact, and a value that is not finite in one of them stays None."""
    last = batches[-1]
    if len(batches) == 1:
        return last
    together = dict(last)
    with_loss = [event for event in batches if event.get("batch_loss") is not None]
    if with_loss:
        count = sum(event["batches"] for event in with_loss)
        mean = sum(event["batch_loss"] * event["batches"] for event in with_loss) / count
        together.update(batch_loss=mean, batches=count)
    timed = [event for event in with_loss if event.get("images_per_second")]
    if timed:  # the reciprocal is the time per image
        seconds = sum(event["batches"] / event["images_per_second"] for event in timed)
        together["images_per_second"] = round(sum(event["batches"] for event in timed) / seconds, 1)
    measured = [event["gradient_norm"] for event in batches if event.get("gradient_norm") is not None]
    if measured and "gradient_norm" not in together:  # some events do not report it
        together["gradient_norm"] = measured[-1]
    return {**together, **{name: None for event in batches for name, value in event.items() if value is None}}


def _evenly(steps: dict[int, int], limit: int) -> set[int]:
    """At most `limit` of the indexes of rising steps, evenly spaced in steps; thinning a second time keeps them even."""
    indexes, rising = list(steps), list(steps.values())
    kept = {indexes[-1]}
    for number in range(limit - 1):
        target = rising[0] + number * (rising[-1] - rising[0]) / (limit - 1)
        above = bisect_left(rising, target)
        is_below_nearer = above > 0 and target - rising[above - 1] < rising[above] - target
        kept.add(indexes[above - is_below_nearer])
    return kept


def epoch_events(events: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The events at the ends of epochs, each epoch once."""
    return [event for event in current_events(events) if event["kind"] == "epoch"]


def describe_curves(events: Sequence[dict[str, Any]]) -> str:
    """Describe the curves of a run in one sentence, for people who cannot see them.

    Parameters
    ----------
    events
        The events that a run reported, in order.
    """
    ends = epoch_events(events)
    if not ends:
        return "No epoch is complete yet."
    last = ends[-1]
    if any(event.get("loss", 0.0) is None for event in current_events(events) if event["kind"] in ("batch", "epoch")):
        return "The loss became infinite or not a number: the curve stops there."
    count = round(last["epoch"])
    after = f"After {quantity(count, 'epoch')}"
    words = f"{after} the training loss is {rounded(last['loss'])}"
    losses = [event["val_loss"] for event in ends if event.get("val_loss") is not None]
    if not losses:
        return words + "."
    words += f" and the validation loss {rounded(losses[-1])}"
    best = losses.index(min(losses))
    rising = len(losses) - 1 - best
    if rising >= 2:
        return f"{words}; validation loss was lowest after epoch {best + 1} and has not improved for {rising} epochs."
    if len(losses) > 1:
        return f"{words}; validation loss fell from {rounded(losses[0])}." if rising == 0 else f"{words}; it rose last."
    return words + "."
