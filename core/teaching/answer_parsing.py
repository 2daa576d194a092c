"""Functions that read the typed answers of visitors, such as "1,437", "85 %", "28 x 28 x 1" and "Shirt and Coat"."""

import re
from collections.abc import Iterable
from typing import Any

_NUMBER = re.compile(r"[-−+]?\d[\d.,]*(?:[eE][-+]?\d+)?")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_ORDER = re.compile(r"\s*(?:[,;>→]|\bthen\b|\bbefore\b)\s*")
_PAIR = re.compile(r"\s*(?:→|->|\band\b|\bas\b|\bfor\b|\+|&)\s*")


def as_number(answer: Any) -> float | None:
    """Return the first number in an answer. If the answer has no number, return None.

    The answer "85 %" returns 85. `is_percentage` tells whether an answer has a percent sign.
    """
    if isinstance(answer, bool) or answer is None:
        return None
    if isinstance(answer, int | float):
        return float(answer)
    match = _NUMBER.search(str(answer))
    if match is None:
        return None
    text = match.group().replace("−", "-").rstrip(".,")
    if _THOUSANDS.fullmatch(text.lstrip("+-")):
        text = text.replace(",", "")
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def is_percentage(answer: Any) -> bool:
    """Return whether an answer is a text with a percent sign."""
    return isinstance(answer, str) and "%" in answer


def as_share(answer: Any) -> float | None:
    """Return an answer as a share from 0 to 1. The answers "85 %", 85 and 0.85 all return 0.85."""
    value = as_number(answer)
    if value is None:
        return None
    return value / 100 if is_percentage(answer) or value > 1 else value


def normalised_answer(text: Any) -> str:
    """Return a text in lower case, with single spaces and without a final full stop, so that answers can be compared."""
    return " ".join(str(text).split()).strip(" .").casefold()


def as_list(answer: Any) -> tuple[str, ...]:
    """Split an answer such as "Flatten, Dense" or "Flatten > Dense" into its texts. The answer may also be a list."""
    parts: Iterable[Any] = answer if isinstance(answer, list | tuple) else _ORDER.split(str(answer))
    return tuple(filter(None, map(normalised_answer, parts)))


def is_class(answer: Any, name: str) -> bool:
    """Return whether an answer names a class. The answer "t-shirt" names the class "T-shirt/top"."""
    return normalised_answer(answer) in (normalised_answer(name), *map(normalised_answer, name.split("/")))


def as_pair(answer: Any) -> tuple[str, str] | None:
    """Return the two names in an answer such as "Shirt→Coat" or "coat and shirt". Return None if an answer has not two."""
    parts: Iterable[Any] = answer if isinstance(answer, list | tuple) else _PAIR.split(str(answer))
    named = [str(part) for part in parts]
    return (named[0], named[1]) if len(named) == 2 and all(map(normalised_answer, named)) else None


def is_pair(answer: Any, first: str, second: str, *, is_ordered: bool = False) -> bool:
    """Return whether an answer names two classes, such as "Shirt→Coat", "coat and shirt", or a list of two names.

    Parameters
    ----------
    answer
        The answer.
    first, second
        The names of the classes.
    is_ordered
        Whether the answer must name the classes in this order.
    """
    named = as_pair(answer)
    if named is None:
        return False
    matches = is_class(named[0], first) and is_class(named[1], second)
    return matches or (not is_ordered and is_class(named[0], second) and is_class(named[1], first))


def as_shape(answer: Any) -> tuple[int, ...]:
    """Return an answer as a shape. The answers "28 × 28 × 1", "(28, 28, 1)" and [28, 28, 1] all return (28, 28, 1)."""
    if isinstance(answer, list | tuple):
        return tuple(int(size) for size in answer if isinstance(size, int))
    text = re.sub(r",(?=\s)|[()\[\]x×*]", " ", str(answer))
    sizes = [size.replace(",", "") for size in re.findall(r"\d{1,3}(?:,\d{3})+|\d+", text)]
    return tuple(map(int, sizes))


def as_yes_or_no(answer: Any) -> bool | None:
    """Return True for an answer that means yes, False for an answer that means no, and None for any other answer."""
    if isinstance(answer, bool):
        return answer
    first = normalised_answer(answer).split(" ")[0].rstrip(",:;")
    return {"yes": True, "no": False, "true": True, "false": False}.get(first)
