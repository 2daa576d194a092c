"""*Find anything*: a button and Ctrl+K, which open a search over all pages, layers, settings and terms."""

from collections.abc import Callable

from pages.components.browser_modules import FIND_ENTRIES, address, register

_FIND_ANYTHING = register("find_anything")


def find_anything(page: str, *, key: str, on_chosen: Callable[[], None]) -> None:
    """Draw the button that opens the search; what is chosen on the page on the screen is shown there.

    Parameters
    ----------
    page
        The file of the page on the screen.
    key
        The key of the element; its trigger `chosen` holds the entry's `page` and `term`, where that is another page.
    on_chosen
        Called before the script reruns for it.
    """
    data = {"page": page, "entries": address(FIND_ENTRIES)}
    _FIND_ANYTHING(key=key, data=data, on_chosen_change=on_chosen)
