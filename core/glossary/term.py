"""The class of the glossary's terms."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

PAGE = "page:"  # the beginning of a link to a page of this dashboard
KERAS = "https://keras.io/api/"
WIKIPEDIA = "https://en.wikipedia.org/wiki/"
SCIKIT_LEARN = "https://scikit-learn.org/stable/"


@dataclass(frozen=True)
class Term:
    """A term of machine learning that pages use, with its meaning and an illustration.

    Parameters
    ----------
    name
        The term, in the dashboard's spelling.
    sentence
        The meaning, in a sentence for a beginner.
    link
        The source for further reading: an address, or "page:" and the path of a page of this dashboard.
    also
        Other spellings and names, which pages mark and the search finds too. Plurals with "s" or "es" need no entry.
    drawing
        A function that returns a drawing as SVG, or None if a worked example explains the term better.
    example
        A worked example in a sentence or two. A term with a drawing has an empty string.
    not_after
        Words after which the term means something else, such as "undo" before "history".
    not_on
        The paths of pages on which the term means something else, such as "classroom" for a class of pupils.
    """

    name: str
    sentence: str
    link: str
    also: tuple[str, ...] = ()
    drawing: Callable[[], str] | None = None
    example: str = ""
    not_after: tuple[str, ...] = ()
    not_on: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The term in the form for an address, such as "learning-rate"."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")

    @property
    def page(self) -> str:
        """The path of the page that shows the term, or an empty string if the link leads elsewhere."""
        return self.link.removeprefix(PAGE) if self.link.startswith(PAGE) else ""

    @property
    def source(self) -> str:
        """The site of the link, such as "keras.io", or an empty string for a page of this dashboard."""
        return urlsplit(self.link).netloc.removeprefix("www.") if not self.page else ""
