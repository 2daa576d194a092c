"""What a term of the glossary is."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

PAGE = "page:"  # begins the link of a term that a page of this dashboard shows
KERAS = "https://keras.io/api/"
WIKIPEDIA = "https://en.wikipedia.org/wiki/"
SCIKIT_LEARN = "https://scikit-learn.org/stable/"


@dataclass(frozen=True)
class Term:
    """A word of machine learning that stands on a page.

    Parameters
    ----------
    name
        The term, as the dashboard writes it.
    sentence
        What it means, in one sentence for a beginner.
    link
        Where to read on: an address, or "page:" and the path of a page of this dashboard.
    also
        Other spellings and names, which are found and marked too. Plurals with "s" or "es" need no entry.
    drawing
        Returns a drawing as SVG; None where a worked example says it better.
    example
        A worked example in one or two sentences; "" where there is a drawing.
    not_after
        Words after which the term means something else, such as "undo" before "history".
    """

    name: str
    sentence: str
    link: str
    also: tuple[str, ...] = ()
    drawing: Callable[[], str] | None = None
    example: str = ""
    not_after: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The term as a part of an address: "learning-rate"."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")

    @property
    def page(self) -> str:
        """The path of the page that shows it; "" where the link leads elsewhere."""
        return self.link.removeprefix(PAGE) if self.link.startswith(PAGE) else ""

    @property
    def source(self) -> str:
        """Who says more: "keras.io", "scikit-learn.org", "en.wikipedia.org"; "" for a page of this dashboard."""
        return urlsplit(self.link).netloc.removeprefix("www.") if not self.page else ""
