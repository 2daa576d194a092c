"""What a visitor answered, read as what was meant: "1,437", "85 %", "28 x 28 x 1", "Shirt and Coat"."""

import re
from collections.abc import Iterable
from typing import Any

_NUMBER = re.compile(r"[-−+]?\d[\d.,]*(?:[eE][-+]?\d+)?")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_ORDER = re.compile(r"\s*(?:[,;>→]|\bthen\b|\bbefore\b)\s*")
_PAIR = re.compile(r"\s*(?:→|->|\band\b|\bas\b|\bfor\b|\+|&)\s*")


def as_number(answer: Any) -> float | None:
    """The number that was answered; None for none. A percent sign is left to the caller; see `is_percentage`."""
    if isinstance(answer, bool) or answer is None:
        return None
    if isinstance(answer, int | float):
        return float(answer)
    found = _NUMBER.search(str(answer))
    if found is None:
        return None
    text = found.group().replace("−", "-").rstrip(".,")
    if _THOUSANDS.fullmatch(text.lstrip("+-")):
        text = text.replace(",", "")
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def is_percentage(answer: Any) -> bool:
    """Whether an answer was written in percent."""
    return isinstance(answer, str) and "%" in answer


def as_share(answer: Any) -> float | None:
    """The share that was answered, from 0 to 1: "85 %", 85 and 0.85 are the same."""
    value = as_number(answer)
    if value is None:
        return None
    return value / 100 if is_percentage(answer) or value > 1 else value


def plain(text: Any) -> str:
    """A text for comparison: without capitals, and with single spaces."""
    return " ".join(str(text).split()).strip(" .").casefold()


def as_list(answer: Any) -> tuple[str, ...]:
    """The texts that were answered in an order: a list, or one text with commas, arrows or > between them."""
    parts: Iterable[Any] = answer if isinstance(answer, list | tuple) else _ORDER.split(str(answer))
    return tuple(filter(None, map(plain, parts)))


def is_class(answer: Any, name: str) -> bool:
    """Whether an answer names a class: "t-shirt" names "T-shirt/top"."""
    return plain(answer) in (plain(name), *map(plain, name.split("/")))


def is_pair(answer: Any, one: str, other: str, *, is_ordered: bool = False) -> bool:
    """Whether an answer names two classes: "Shirt→Coat", "coat and shirt", or a list of two.

    Parameters
    ----------
    answer
        What was answered.
    one, other
        The names of the classes.
    is_ordered
        Whether they must stand in this order.
    """
    parts: Iterable[Any] = answer if isinstance(answer, list | tuple) else _PAIR.split(str(answer))
    named = list(parts)
    if len(named) != 2:
        return False
    matches = is_class(named[0], one) and is_class(named[1], other)
    return matches or (not is_ordered and is_class(named[0], other) and is_class(named[1], one))


def as_shape(answer: Any) -> tuple[int, ...]:
    """The sizes of a shape: "28 × 28 × 1", "(28, 28, 1)" and [28, 28, 1] are the same."""
    if isinstance(answer, list | tuple):
        return tuple(int(size) for size in answer if isinstance(size, int))
    text = re.sub(r",(?=\s)|[()\[\]x×*]", " ", str(answer))
    sizes = [size.replace(",", "") for size in re.findall(r"\d{1,3}(?:,\d{3})+|\d+", text)]
    return tuple(map(int, sizes))


def as_yes(answer: Any) -> bool | None:
    """Whether yes was answered; None for neither yes nor no."""
    if isinstance(answer, bool):
        return answer
    first = plain(answer).split(" ")[0].rstrip(",:;")
    return {"yes": True, "no": False, "true": True, "false": False}.get(first)
