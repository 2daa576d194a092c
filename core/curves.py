"""Curves of a run: thinned for the screen, and read in words."""

from collections.abc import Sequence

MAXIMUM_POINTS = 600  # a chart is hardly wider in pixels


def thin(events: Sequence[dict], maximum: int = MAXIMUM_POINTS) -> list[dict]:
    """Events with at most `maximum` of kind "batch", evenly chosen; all other kinds are kept, as is the last batch.

    Arguments:
        events: what a run reported, in order.
        maximum: how many batch events to keep, at least 2.
    """
    batches = [index for index, event in enumerate(events) if event["kind"] == "batch"]
    if len(batches) <= maximum:
        return list(events)
    last = len(batches) - 1
    kept = {batches[round(place * last / (maximum - 1))] for place in range(maximum)}
    return [event for index, event in enumerate(events) if event["kind"] != "batch" or index in kept]


def epochs(events: Sequence[dict]) -> list[dict]:
    """The events at the ends of epochs."""
    return [event for event in events if event["kind"] == "epoch"]


def read(events: Sequence[dict]) -> str:
    """What the curves of a run show, in one sentence, for those who cannot see them and those who may not trust them.

    Arguments:
        events: what a run reported, in order.
    """
    ends = epochs(events)
    if not ends:
        return "No epoch is complete yet."
    last = ends[-1]
    if any(event.get("loss", 0.0) is None for event in events if event["kind"] in ("batch", "epoch")):
        return "The loss became infinite or not a number: the curve stops there."
    after = f"After {len(ends)} epoch{'' if len(ends) == 1 else 's'}"
    words = f"{after} the training loss is {last['loss']:.3g}"
    losses = [event["val_loss"] for event in ends if event.get("val_loss") is not None]
    if not losses:
        return words + "."
    words += f" and the validation loss {losses[-1]:.3g}"
    best = losses.index(min(losses))
    rising = len(losses) - 1 - best
    if rising >= 2:
        return f"{words}; validation loss was lowest after epoch {best + 1} and has not improved for {rising} epochs."
    if len(losses) > 1:
        return f"{words}; validation loss fell from {losses[0]:.3g}." if rising == 0 else f"{words}; it rose last."
    return words + "."
