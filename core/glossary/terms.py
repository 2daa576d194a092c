"""All terms of the glossary, and the search for terms."""

import re
from types import MappingProxyType

from core.glossary import data_terms, evaluation_terms, learning_terms, network_terms
from core.glossary.term import Term

TOPICS = MappingProxyType(
    {
        "Images and sets": data_terms.TERMS,
        "Networks and layers": network_terms.TERMS,
        "Learning": learning_terms.TERMS,
        "Results and reasons": evaluation_terms.TERMS,
    }
)
TERMS = MappingProxyType({term.key: term for terms in TOPICS.values() for term in terms})  # by their keys
DRAWINGS = MappingProxyType({key: term.drawing for key, term in TERMS.items() if term.drawing is not None})  # as SVG


def search(words: str) -> tuple[Term, ...]:
    """Find the terms that contain all words, the best first: matches of names, then of other names, then of sentences.

    Parameters
    ----------
    words
        The text that a person typed. Upper and lower case count as equal, and so do hyphens and spaces.

    Returns
    -------
    tuple of Term
        The matching terms, or all terms in alphabetical order for an empty text.
    """
    wanted = _plain(words).split()
    ranked = [(rank, term.name.lower(), term) for term in TERMS.values() if (rank := _rank(term, wanted)) is not None]
    return tuple(term for _, _, term in sorted(ranked, key=lambda each: each[:2]))


def _rank(term: Term, wanted: list[str]) -> int | None:
    """Return how well a term matches the wanted words, from 0 (best) to 3. Return None if a word is missing."""
    phrase, name = " ".join(wanted), _plain(term.name)
    names = [name, *map(_plain, term.also)]
    if not wanted or name == phrase:
        return 0
    if any(each.startswith(phrase) for each in names):
        return 1
    if any(all(word in each for word in wanted) for each in names):
        return 2
    everything = " ".join([*names, _plain(term.sentence)])
    return 3 if all(word in everything for word in wanted) else None


def _plain(words: str) -> str:
    return re.sub(r"[\s\-]+", " ", words.lower()).strip()
