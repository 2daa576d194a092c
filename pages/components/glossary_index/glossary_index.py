"""All terms of the glossary: an index that is searched while one types, and beside it the card of one term."""

from collections.abc import Callable

from pages.components.browser_modules import GLOSSARY, address, register

_GLOSSARY_INDEX = register("glossary_index")


def glossary_index(term: str, *, key: str, on_opened: Callable[[], None]) -> None:
    """Show the index.

    Parameters
    ----------
    term
        The key of the term whose card is open at first; another key opens another one.
    key
        The key of the element; its session state has `opened`, {"term": key, "page": path}, of a link to a page.
    on_opened
        Called before the script reruns for it.
    """
    _GLOSSARY_INDEX(key=key, data={"terms": address(GLOSSARY), "term": term}, on_opened_change=on_opened)
