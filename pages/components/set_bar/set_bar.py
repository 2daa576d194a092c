"""A bar with a part for each set of images. A Plotly chart would bring 5 MB of JavaScript to the page Load."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from pages.components.browser_modules import register

_SET_BAR = register("set_bar")
Pattern = Literal["plain", "stripes", "cross", "dots"]


@dataclass(frozen=True)
class SetShare:
    """A set of images as a part of the bar."""

    title: str
    images: int
    colour: str
    pattern: Pattern
    note: str = ""  # the purpose of the set, as a sentence


def set_bar(sets: Sequence[SetShare], *, words: str, key: str) -> None:
    """Draw a bar with a part for each set, whose length is the set's share of all images, and the sets' sizes below.

    Parameters
    ----------
    sets
        The sets, from left to right.
    words
        A sentence that says what the bar shows.
    key
        The key of the element.
    """
    _SET_BAR(key=key, data={"sets": tuple(asdict(share) for share in sets), "words": words})
