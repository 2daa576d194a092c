"""All terms, and the search among them."""

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
    """The terms that hold all words, the best first: names, then other names, then sentences.

    Parameters
    ----------
    words
        What a person typed. Upper and lower case are the same, and so are hyphens and spaces.

    Returns
    -------
    tuple of Term
        All terms in alphabetical order where nothing was typed.
    """
    wanted = _plain(words).split()
    ranked = [(rank, term.name.lower(), term) for term in TERMS.values() if (rank := _rank(term, wanted)) is not None]
    return tuple(term for _, _, term in sorted(ranked, key=lambda each: each[:2]))


def _rank(term: Term, wanted: list[str]) -> int | None:
    """How good a match is, 0 the best; None where a word is missing."""
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
