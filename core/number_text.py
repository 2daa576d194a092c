"""Format numbers for people."""

import math

SMALLEST_WRITTEN_OUT = 1e-4  # smaller numbers are written as powers of ten
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float) -> str:
    """A number for a sentence: thousands separated, no trailing zeros."""
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


def percent(share: float, digits: int = 0) -> str:
    """A share as a percentage, such as "17 %".

    Parameters
    ----------
    share
        The share; 1 is 100 %.
    digits
        The number of decimal places.
    """
    return f"{100 * share:.{digits}f} %"


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
