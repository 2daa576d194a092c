"""All terms of the glossary: an index that filters its terms while a person types, and the card of the chosen term."""

from collections.abc import Callable

from pages.components.browser_modules import GLOSSARY, address, register

_GLOSSARY_INDEX = register("glossary_index")


def glossary_index(term: str, *, key: str, on_opened: Callable[[], None]) -> None:
    """Draw the index of the glossary.

    Parameters
    ----------
    term
        The key of the term whose card is open at first. Another key opens another card.
    key
        The key of the element. Its session state has `opened`, {"term": key, "page": path}, of a link to a page.
    on_opened
        Called before the script reruns for the opened term.
    """
    _GLOSSARY_INDEX(key=key, data={"terms": address(GLOSSARY), "term": term}, on_opened_change=on_opened)
