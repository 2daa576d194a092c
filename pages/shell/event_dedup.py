"""A filter that handles each browser event once. The browser numbers its events and resends those not acknowledged."""

from collections.abc import Iterator, Mapping
from typing import Any

Handled = dict[str, int]  # {"done": the number of the last event that was handled}, kept in the session


def new_events(events: Any, handled: Handled, most: int) -> Iterator[tuple[int, Any]]:
    """Yield the events that were not handled yet, each with its number. The caller updates `handled` after each event.

    Parameters
    ----------
    events
        The events of the browser, [{"number": ...}, ...]. A browser may send anything.
    handled
        The number of the last event that was handled.
    most
        The maximal number of events to handle at once.
    """
    for event in events[:most] if isinstance(events, list) else ():
        number = event.get("number") if isinstance(event, Mapping) else None
        number = number if type(number) is int else handled["done"] + 1
        if number > handled["done"]:
            yield number, event
