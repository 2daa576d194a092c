"""Conversions between the text of a field and a value of the experiment."""

import re
from typing import Any

MOST_NUMBERS = 16  # the numbers that a value of a draft may have


def as_text(value: Any) -> str:
    """Return a value as the text of a field: "3", "28, 28", "1, 1, 0, 0", or an empty text for None."""
    if isinstance(value, tuple):
        return ", ".join(map(as_text, value))
    return "" if value is None else str(value)


def read_reals(typed: str) -> Any:
    """Convert a text that a person typed to real numbers: "0.01, 0.001", "1e-3 1e-4".

    Returns
    -------
    Any
        A tuple. A text without such numbers is returned unchanged, for the check to refuse.
    """
    parts = [part for part in re.split(r"[\s,;]+", typed.strip().strip("()[]").strip()) if part]
    number = r"[+-]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})([eE][+-]?\d{1,2})?"
    if not 0 < len(parts) <= MOST_NUMBERS or any(not re.fullmatch(number, part) for part in parts):
        return typed[:40]
    return tuple(float(part) for part in parts)


def read_numbers(typed: str, *, single: bool) -> Any:
    """Convert a text that a person typed to whole numbers: "3", "3, 5", "28 x 28".

    Parameters
    ----------
    typed
        The text.
    single
        Whether a single number is returned as a number rather than as a tuple.

    Returns
    -------
    Any
        An int, a tuple, or None for an empty text. A text without such numbers stays unchanged, for the check to refuse.
    """
    text = typed.strip().strip("()[]").strip()
    if not text:
        return None
    parts = [part for part in re.split(r"[\s,;x×*]+", text) if part]
    if not 0 < len(parts) <= MOST_NUMBERS or any(not re.fullmatch(r"[+-]?\d{1,9}", part) for part in parts):
        return typed[:40]
    numbers = tuple(int(part) for part in parts)
    return numbers[0] if single and len(numbers) == 1 else numbers


def read_padding(typed: str, axes: int) -> Any:
    """Convert a typed text to padding: "1" for all sides, a number for each axis, or two for each axis: "1, 1, 0, 0".

    Parameters
    ----------
    typed
        The text.
    axes
        The number of axes.

    Returns
    -------
    Any
        An int, or a tuple of ints or of pairs, or None or the text itself as in `read_numbers`.
    """
    numbers = read_numbers(typed, single=True)
    if axes > 1 and isinstance(numbers, tuple) and len(numbers) == 2 * axes:
        return tuple(zip(numbers[::2], numbers[1::2], strict=True))
    return numbers


def read_number_or_pair(typed: str, *, single: bool) -> Any:
    """Convert a text that a person typed to a number or to two numbers: "0.2", "0.1, 0.3".

    Parameters
    ----------
    typed
        The text.
    single
        Whether a single number is returned as a number rather than as a tuple.

    Returns
    -------
    Any
        A float, a tuple, or None for an empty text. A text without such numbers stays unchanged, for the check to refuse.
    """
    if not typed.strip():
        return None
    numbers = read_reals(typed)
    return numbers[0] if single and isinstance(numbers, tuple) and len(numbers) == 1 else numbers
