"""Terms of the glossary in a text, by the rules of pages/components/term_links/term_finder.js."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.glossary.term import Term
from core.glossary.terms import TERMS


@dataclass(frozen=True)
class Found:
    """A term in a text."""

    term: Term
    start: int
    words: str  # as they stand in the text


def _spaced(form: str) -> str:
    return re.sub(r"[\s-]", " ", form)


FORMS = {_spaced(form).lower(): (term, form) for term in TERMS.values() for form in (term.name, *term.also)}
_WORDS = (re.sub(r"\\ ", "[\\\\s-]", re.escape(form)) for form in sorted(FORMS, key=len, reverse=True))
PATTERN = re.compile(rf"(?<!\w)({'|'.join(_WORDS)})(e?s)?(?!\w)", re.IGNORECASE)


def find_terms(text: str, page: str = "") -> Iterator[Found]:
    """All terms in a text, from left to right; of overlapping terms the longest.

    Arguments:
        text: plain words, or Markdown.
        page: the path of the page on which the text stands; "" for any page.
    """
    for match in PATTERN.finditer(text):
        term, form = FORMS[_spaced(match[1]).lower()]
        before = text[: match.start()].rstrip().lower()
        is_other_case = form != form.lower() and _spaced(form) != _spaced(match[1])
        if page not in term.not_on and not is_other_case and not before.endswith(term.not_after or ("\0",)):
            yield Found(term, match.start(), match[0])
