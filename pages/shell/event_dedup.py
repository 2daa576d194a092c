"""What a browser tells of, each once: it numbers what a person does, and tells again what no answer came for."""

from collections.abc import Iterator, Mapping
from typing import Any

Noted = dict[str, int]  # {"done": the number of the last one that was carried out}, kept in the session


def new_ones(told: Any, noted: Noted, most: int) -> Iterator[tuple[int, Any]]:
    """What was not carried out yet, each with its number; who carries it out notes that before asking for the next.

    Parameters
    ----------
    told
        The events of the browser, [{"number": ...}, ...]; a browser may send anything.
    noted
        The events that were done before.
    most
        The greatest number of events taken at once.
    """
    for one in told[:most] if isinstance(told, list) else ():
        number = one.get("number") if isinstance(one, Mapping) else None
        number = number if type(number) is int else noted["done"] + 1
        if number > noted["done"]:
            yield number, one
