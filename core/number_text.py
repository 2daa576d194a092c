"""Functions that format numbers, durations, dates and enumerations for people."""

import calendar
import math
import re
import time
from collections.abc import Sequence

NO_BREAK = "\u00a0"  # a space between a number and its unit, at which no line breaks
_INSIDE = re.compile(r"(?<=[\d?]) (?=× [\d?])|(?<=[\d?] ×) (?=[\d?])|(?<=\d) (?=(?:%|s|ms|kB|MB|GB)(?!\w))")
COUNTED_IMAGES = 100  # the images that a headline counts, as in "88 of 100 right"; fewer if fewer images were checked
SMALLEST_WRITTEN_OUT = 1e-4  # smaller numbers are written as powers of ten
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float) -> str:
    """Return a number as text for a sentence: a whole number with separated thousands, or a float without trailing zeros."""
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


def percent(share: float, digits: int = 0) -> str:
    """Return a share as a percentage, such as "17 %". A line never breaks before the percent sign.

    Parameters
    ----------
    share
        The share; 1 is 100 %.
    digits
        The number of decimal places.
    """
    return f"{100 * share:.{digits}f}{NO_BREAK}%"


def with_no_break_spaces(text: str) -> str:
    """Return a text whose lines never break inside "28 × 28", nor between a number and its unit."""
    return _INSIDE.sub(NO_BREAK, text)


def quantity(count: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun, such as "1 epoch", "1,000 epochs" or "1 class".

    Parameters
    ----------
    count
        The number.
    noun
        The noun in the singular.
    plural
        The plural of the noun. An empty string means that the plural ends in "s".
    """
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def accuracy_text(share: float) -> str:
    """Return an accuracy as text with four decimal places, enough for 10,000 images."""
    return f"{share:.4f}"


def loss_text(value: float) -> str:
    """Return a loss as text with three significant digits, such as "0.380". Every page shows losses in this form."""
    return rounded(value)


def metric_text(name: str, value: float) -> str:
    """Return the value of a metric as text: an accuracy with four decimal places, others as `loss_text` does."""
    return accuracy_text(value) if "accuracy" in name else loss_text(value)


def seconds_text(seconds: float) -> str:
    """Return a duration in seconds with three significant digits, such as "28.5 s". Every page uses this form."""
    return f"{rounded(seconds)}{NO_BREAK}s"


def day_text(seconds: float) -> str:
    """Return the day in UTC of a time in seconds since 1970, in the form of all pages: "9 November 2026"."""
    moment = time.gmtime(seconds)
    return f"{moment.tm_mday} {time.strftime('%B %Y', moment)}"


def written_day_text(day: str) -> str:
    """Return a day in the form of all pages, "9 November 2026", from its form in files, "2026-11-09"."""
    return day_text(calendar.timegm(time.strptime(day, "%Y-%m-%d")))


def moment_text(seconds: float) -> str:
    """Return the day and time in UTC of a time in seconds since 1970, such as "9 November 2026, 14:05 UTC"."""
    return f"{day_text(seconds)}, {time.strftime('%H:%M UTC', time.gmtime(seconds))}"


def rounded(value: float) -> str:
    """Return a measurement with three significant digits, such as "0.380", "44.8", "5,350" or "4.80 · 10⁻⁷"."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    short = float(f"{value:.3g}")
    if abs(short) >= 100:
        return f"{short:,.0f}"
    if abs(short) >= SMALLEST_WRITTEN_OUT:
        return f"{short:#.3g}"
    return power_of_ten(value, 3)


def short_text(value: float) -> str:
    """Return a weight or an output of a network as text with three significant digits and a real minus sign: "−0.25"."""
    text = f"{value:.3g}"
    return (rounded(value) if "e" in text else text).replace("-", "−")


def power_of_ten(value: float, digits: int) -> str:
    """Return a number with a power of ten and `digits` significant digits, such as "4.8 · 10⁻⁷"."""
    mantissa, power = f"{value:.{digits - 1}e}".split("e")
    return f"{mantissa} · 10{str(int(power)).translate(RAISED)}"


def memory_text(num_bytes: float) -> str:
    """Return a number of bytes with about three significant digits, such as "1.22 MB"."""
    units = ["bytes", "kB", "MB", "GB"]
    while num_bytes >= 1000 and len(units) > 1:
        num_bytes /= 1000
        units.pop(0)
    return f"{num_bytes:,.0f} {units[0]}" if num_bytes >= 100 else f"{num_bytes:.3g} {units[0]}"


def correct_count(accuracy: float, images: int = COUNTED_IMAGES) -> int:
    """Convert an accuracy to a number of right answers among `images`. Only an accuracy of 1 gives all images.

    Parameters
    ----------
    accuracy
        The share of right answers, from 0 to 1.
    images
        The number of images.
    """
    return images if accuracy == 1 else min(images - 1, round(images * accuracy))


def correct_count_text(accuracy: float, images: int = COUNTED_IMAGES) -> str:
    """Return an accuracy in words, such as "88 of 100 right". If fewer images were checked, count only these."""
    of = min(COUNTED_IMAGES, images)
    return f"{correct_count(accuracy, of)} of {of} right"


def enumeration(words: Sequence[str]) -> str:
    """Return words as an enumeration, such as "a, b and c"."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
