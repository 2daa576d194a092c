"""The text of a field as a value of the experiment, and a value as the text of a field."""

import re
from typing import Any

MOST_NUMBERS = 16  # that a draft can hold in one value


def as_text(value: Any) -> str:
    """The text of a field for a value: "3", "28, 28", "1, 1, 0, 0"; empty for None."""
    if isinstance(value, tuple):
        return ", ".join(map(as_text, value))
    return "" if value is None else str(value)


def read_reals(typed: str) -> Any:
    """Numbers as a person types them: "0.01, 0.001", "1e-3 1e-4".

    Returns
    -------
    Any
        A tuple; the text itself where it holds no such numbers, for the check to refuse.
    """
    parts = [part for part in re.split(r"[\s,;]+", typed.strip().strip("()[]").strip()) if part]
    number = r"[+-]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})([eE][+-]?\d{1,2})?"
    if not 0 < len(parts) <= MOST_NUMBERS or any(not re.fullmatch(number, part) for part in parts):
        return typed[:40]
    return tuple(float(part) for part in parts)


def read_numbers(typed: str, *, single: bool) -> Any:
    """Whole numbers as a person types them: "3", "3, 5", "28 x 28".

    Parameters
    ----------
    typed
        The text.
    single
        Whether one number stands alone, rather than as a tuple of one.

    Returns
    -------
    Any
        An int, a tuple, or None for nothing; the text itself where it holds no such numbers, for the check to refuse.
    """
    text = typed.strip().strip("()[]").strip()
    if not text:
        return None
    parts = [part for part in re.split(r"[\s,;x×*]+", text) if part]
    if not 0 < len(parts) <= MOST_NUMBERS or any(not re.fullmatch(r"[+-]?\d{1,9}", part) for part in parts):
        return typed[:40]
    numbers = tuple(int(part) for part in parts)
    return numbers[0] if single and len(numbers) == 1 else numbers


def read_margins(typed: str, axes: int) -> Any:
    """Padding as a person types them: "1" for all sides, one for each axis, or two for each: "1, 1, 0, 0".

    Parameters
    ----------
    typed
        The text.
    axes
        The number of axes.

    Returns
    -------
    Any
        An int, or a tuple of ints or of pairs; None or the text itself as in `read_numbers`.
    """
    numbers = read_numbers(typed, single=True)
    if axes > 1 and isinstance(numbers, tuple) and len(numbers) == 2 * axes:
        return tuple(zip(numbers[::2], numbers[1::2], strict=True))
    return numbers


def read_span(typed: str, *, single: bool) -> Any:
    """One number or two as a person types them: "0.2", "0.1, 0.3".

    Parameters
    ----------
    typed
        The text.
    single
        Whether one number stands alone, rather than as a tuple of one.

    Returns
    -------
    Any
        A float, a tuple, or None for nothing; the text itself where it holds no such numbers, for the check to refuse.
    """
    if not typed.strip():
        return None
    numbers = read_reals(typed)
    return numbers[0] if single and isinstance(numbers, tuple) and len(numbers) == 1 else numbers
