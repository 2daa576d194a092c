"""Format numbers for people."""

import math
import re

NO_BREAK = "\u00a0"  # a space between a number and its unit, where a line does not break
_INSIDE = re.compile(r"(?<=[\d?]) (?=× [\d?])|(?<=[\d?] ×) (?=[\d?])|(?<=\d) (?=(?:%|s|ms|kB|MB|GB)(?!\w))")
SMALLEST_WRITTEN_OUT = 1e-4  # smaller numbers are written as powers of ten
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float) -> str:
    """A number for a sentence: thousands separated, no trailing zeros."""
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


def percent(share: float, digits: int = 0) -> str:
    """A share as a percentage, such as "17 %"; a line never breaks before its sign.

    Parameters
    ----------
    share
        The share; 1 is 100 %.
    digits
        The number of decimal places.
    """
    return f"{100 * share:.{digits}f}{NO_BREAK}%"


def unbroken(text: str) -> str:
    """A text in which no line breaks inside "28 × 28", nor between a number and its unit."""
    return _INSIDE.sub(NO_BREAK, text)


def quantity(count: int, noun: str, plural: str = "") -> str:
    """A number with its noun: "1 epoch", "1,000 epochs", "1 class".

    Parameters
    ----------
    count
        The number.
    noun
        The singular noun.
    plural
        The plural, if it is irregular.
    """
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def accuracy_text(share: float) -> str:
    """An accuracy with four decimal places, enough for sets of 10,000 images."""
    return f"{share:.4f}"


def loss_text(value: float) -> str:
    """A loss with three significant digits, the same on every page: "0.380"."""
    return rounded(value)


def metric_text(name: str, value: float) -> str:
    """A metric by Keras' name for it: every accuracy with four decimal places, all others as a loss."""
    return accuracy_text(value) if "accuracy" in name else loss_text(value)


def seconds_text(seconds: float) -> str:
    """A duration in seconds with three significant digits, the same on every page: "28.5 s"."""
    return f"{rounded(seconds)}{NO_BREAK}s"


def rounded(value: float) -> str:
    """A measurement with three significant digits: "0.380", "44.8", "5,350", "4.80 · 10⁻⁷"."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    short = float(f"{value:.3g}")
    if abs(short) >= 100:
        return f"{short:,.0f}"
    if abs(short) >= SMALLEST_WRITTEN_OUT:
        return f"{short:#.3g}"
    return power_of_ten(value, 3)


def power_of_ten(value: float, digits: int) -> str:
    """A number to so many digits with a power of ten: "4.8 · 10⁻⁷"."""
    mantissa, power = f"{value:.{digits - 1}e}".split("e")
    return f"{mantissa} · 10{str(int(power)).translate(RAISED)}"


def memory_text(num_bytes: float) -> str:
    """A number of bytes with three significant digits: "1.22 MB"."""
    units = ["bytes", "kB", "MB", "GB"]
    while num_bytes >= 1000 and len(units) > 1:
        num_bytes /= 1000
        units.pop(0)
    return f"{num_bytes:,.0f} {units[0]}" if num_bytes >= 100 else f"{num_bytes:.3g} {units[0]}"
