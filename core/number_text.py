"""Numbers as people read them."""

import math

SMALLEST_WRITTEN_OUT = 1e-4  # what is nearer to 0 is written as a power of ten
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float) -> str:
    """A number for a sentence: thousands separated, no needless zeros."""
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


def percent(share: float, digits: int = 0) -> str:
    """A share of 1 for a sentence, such as "17 %": written one way on every page.

    Parameters
    ----------
    share
        The share, from 0 to 1.
    digits
        The number of digits after the point.
    """
    return f"{100 * share:.{digits}f} %"


def quantity(count: int, noun: str, plural: str = "") -> str:
    """A number with its noun: "1 epoch", "1,000 epochs", "1 class".

    Parameters
    ----------
    count
        The number.
    noun
        The noun, in the singular.
    plural
        The plural, where it is not the noun with an "s".
    """
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def accuracy_text(share: float) -> str:
    """An accuracy, from 0 to 1, to four digits after the point: enough to tell sets of 10,000 images apart."""
    return f"{share:.4f}"


def rounded(value: float) -> str:
    """A measurement to three digits, as people write it: "0.380", "44.8", "5,350", "4.80 · 10⁻⁷"."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    short = float(f"{value:.3g}")
    if abs(short) >= 100:
        return f"{short:,.0f}"
    if abs(short) >= SMALLEST_WRITTEN_OUT:
        return f"{short:#.3g}"
    mantissa, power = f"{value:.2e}".split("e")
    return f"{mantissa} · 10{str(int(power)).translate(RAISED)}"


def memory_text(num_bytes: float) -> str:
    """Bytes for people, to three digits: "1.22 MB"."""
    units = ["bytes", "kB", "MB", "GB"]
    while num_bytes >= 1000 and len(units) > 1:
        num_bytes /= 1000
        units.pop(0)
    return f"{num_bytes:,.0f} {units[0]}" if num_bytes >= 100 else f"{num_bytes:.3g} {units[0]}"
